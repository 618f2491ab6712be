//! Chance that comes out the same every time, and the names that are drawn by it.
//! The words are few and their combinations many: 50,000 names of companies, 1,600 of people.

use rand::{Rng as _, SeedableRng as _, rngs::Xoshiro256PlusPlus};
use uuid::{Builder, Uuid};

/// 2020-01-01: ids carry a time, which must not depend on the day of the seeding.
const FIRST_ID: u64 = 1_577_836_800_000;

/// A generator whose numbers are the same on every machine and in every version.
pub struct Chance {
    random: Xoshiro256PlusPlus,
    /// Thousandths of a second since 1970, as ids of version 7 begin.
    clock: u64,
}

impl Chance {
    pub fn new(seed: u64, account: u32) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        for _ in 0..account {
            random = Xoshiro256PlusPlus::seed_from_u64(random.next_u64());
        }
        Self {
            random,
            clock: FIRST_ID,
        }
    }

    /// From 0 to below `n`, by our own arithmetic: the library's may change with its versions.
    pub fn below(&mut self, n: usize) -> usize {
        let high = (u128::from(self.random.next_u64()) * n as u128) >> 64;
        usize::try_from(high).unwrap_or(0)
    }

    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// From 0 to below `n`, the small ones much more often.
    pub fn uneven(&mut self, n: usize) -> usize {
        let range = 1 << 20;
        let x = self.below(range);
        x * x / range * n / range
    }

    /// Ids of version 7, each later than the one before, as the server makes them.
    pub fn id(&mut self) -> Uuid {
        self.clock += 1;
        let mut random = [0; 10];
        self.random.fill_bytes(&mut random);
        Builder::from_unix_timestamp_millis(self.clock, &random).into_uuid()
    }

    pub fn person(&mut self) -> (&'static str, &'static str) {
        (self.pick(&FIRST_NAMES), self.pick(&LAST_NAMES))
    }

    /// One of 50,000: its own word, and the whole name.
    pub fn company(&mut self) -> (String, String) {
        let (beginning, end) = (self.pick(&BEGINNINGS), self.pick(&ENDS));
        let own = format!("{beginning}{end}");
        let name = format!("{own} {}", self.pick(&TRADES));
        (own, name)
    }

    pub fn city(&mut self) -> City {
        self.pick(&CITIES)
    }

    pub fn industry(&mut self) -> &'static str {
        self.pick(&INDUSTRIES)
    }

    pub fn subject(&mut self) -> &'static str {
        self.pick(&SUBJECTS)
    }
}

/// Name, beginning of its postal codes, country, prefix of its VAT numbers.
pub type City = (&'static str, &'static str, &'static str, &'static str);

const BEGINNINGS: [&str; 40] = [
    "Alma", "Barto", "Bel", "Bruge", "Cano", "Cere", "Coro", "Delva", "Domi", "Elder", "Fabri",
    "Ferra", "Gale", "Geno", "Halle", "Helio", "Inno", "Isar", "Jura", "Kemp", "Lambe", "Limbo",
    "Luxe", "Marti", "Meri", "Nova", "Norde", "Olym", "Oster", "Pala", "Quin", "Rena", "Rive",
    "Sambre", "Schel", "Tavi", "Ultra", "Vero", "Wester", "Zeno",
];

const ENDS: [&str; 25] = [
    "bera", "court", "dal", "dorf", "ène", "field", "gaard", "ghem", "ion", "kens", "lux", "mans",
    "mont", "nova", "pont", "quist", "rade", "rix", "stedt", "tex", "thal", "ton", "vaux", "wijk",
    "zele",
];

const TRADES: [&str; 50] = [
    "Bouw",
    "Construction",
    "Logistics",
    "Transports",
    "Énergie",
    "Solar",
    "Software",
    "Systems",
    "Consulting",
    "Conseil",
    "Metaal",
    "Steel",
    "Foods",
    "Traiteur",
    "Brouwerij",
    "Chocolaterie",
    "Textiles",
    "Mode",
    "Imprimerie",
    "Drukkerij",
    "Pharma",
    "Clinique",
    "Labs",
    "Optics",
    "Motors",
    "Garage",
    "Machines",
    "Robotics",
    "Isolatie",
    "Schilders",
    "Tuinen",
    "Pépinières",
    "Fruit",
    "Vis",
    "Papier",
    "Packaging",
    "Plastics",
    "Chemicals",
    "Verre",
    "Keramiek",
    "Hotels",
    "Reizen",
    "Assurances",
    "Finance",
    "Notaires",
    "Architecten",
    "Studio",
    "Media",
    "Academy",
    "Services",
];

const CITIES: [City; 30] = [
    ("Gent", "9", "Belgium", "BE"),
    ("Liège", "4", "Belgium", "BE"),
    ("Antwerpen", "2", "Belgium", "BE"),
    ("Namur", "5", "Belgium", "BE"),
    ("Leuven", "3", "Belgium", "BE"),
    ("Brugge", "8", "Belgium", "BE"),
    ("Mons", "7", "Belgium", "BE"),
    ("Charleroi", "6", "Belgium", "BE"),
    ("Hasselt", "3", "Belgium", "BE"),
    ("La Louvière", "7", "Belgium", "BE"),
    ("Lille", "59", "France", "FR"),
    ("Lyon", "69", "France", "FR"),
    ("Nantes", "44", "France", "FR"),
    ("Saint-Étienne", "42", "France", "FR"),
    ("Reims", "51", "France", "FR"),
    ("Breda", "48", "Netherlands", "NL"),
    ("Utrecht", "35", "Netherlands", "NL"),
    ("Den Haag", "25", "Netherlands", "NL"),
    ("Eindhoven", "56", "Netherlands", "NL"),
    ("Maastricht", "62", "Netherlands", "NL"),
    ("Köln", "50", "Germany", "DE"),
    ("Aachen", "52", "Germany", "DE"),
    ("Düsseldorf", "40", "Germany", "DE"),
    ("Milano", "20", "Italy", "IT"),
    ("Torino", "10", "Italy", "IT"),
    ("Luxembourg", "1", "Luxembourg", "LU"),
    ("Esch-sur-Alzette", "4", "Luxembourg", "LU"),
    ("Madrid", "28", "Spain", "ES"),
    ("Málaga", "29", "Spain", "ES"),
    ("Bilbao", "48", "Spain", "ES"),
];

const INDUSTRIES: [&str; 12] = [
    "Construction",
    "Logistics",
    "Food and drinks",
    "Software",
    "Health care",
    "Retail",
    "Agriculture",
    "Energy",
    "Printing",
    "Chemistry",
    "Hospitality",
    "Finance",
];

const SUBJECTS: [&str; 16] = [
    "Annual maintenance",
    "New website",
    "Licence renewal",
    "Warehouse scanners",
    "Training days",
    "Energy audit",
    "Packaging line",
    "Service contract",
    "Fleet leasing",
    "Office move",
    "Spare parts",
    "Security review",
    "Pilot project",
    "Data migration",
    "Framework agreement",
    "Second machine",
];

const FIRST_NAMES: [&str; 40] = [
    "Adam", "Alice", "Amélie", "Arthur", "Bram", "Camille", "Chloé", "Daan", "Elena", "Elise",
    "Emma", "Fien", "Florian", "Gabriel", "Hanne", "Hugo", "Ines", "Jan", "Jeanne", "Jonas",
    "Julie", "Karel", "Lars", "Laura", "Léa", "Liam", "Lotte", "Louis", "Lucas", "Manon", "Marie",
    "Mats", "Noor", "Nora", "Olivier", "Pauline", "Ruben", "Sofia", "Thomas", "Zoë",
];

const LAST_NAMES: [&str; 40] = [
    "Adriaens",
    "Bauwens",
    "Bernard",
    "Claes",
    "Collard",
    "Cools",
    "De Smet",
    "De Vos",
    "Denis",
    "Dubois",
    "Dupont",
    "Evrard",
    "Fontaine",
    "Goossens",
    "Hendrickx",
    "Henry",
    "Jacobs",
    "Janssens",
    "Lambert",
    "Laurent",
    "Leclercq",
    "Lejeune",
    "Maes",
    "Martin",
    "Mertens",
    "Michiels",
    "Moreau",
    "Nijs",
    "Peeters",
    "Petit",
    "Renard",
    "Rossi",
    "Simon",
    "Smets",
    "Thomas",
    "Van Damme",
    "Vermeulen",
    "Willems",
    "Wouters",
    "Yilmaz",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_does_not() {
        let draw = |seed, account| {
            let mut chance = Chance::new(seed, account);
            (chance.company(), chance.id(), chance.below(1_000_000))
        };
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(2, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
    }

    #[test]
    fn ids_grow_and_are_of_version_7() {
        let mut chance = Chance::new(1, 1);
        let (first, second) = (chance.id(), chance.id());
        assert!(first < second);
        assert_eq!(first.get_version_num(), 7);
    }

    #[test]
    fn uneven_numbers_stay_in_their_range() {
        let mut chance = Chance::new(1, 1);
        assert!((0..10_000).all(|_| chance.uneven(198) < 198));
    }
}
