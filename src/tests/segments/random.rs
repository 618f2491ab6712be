//! Conditions as people could build them, and as nobody would: every operator of every field, with values that fit, that are
//! missing in the data, and that want to be more than values.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use uuid::Uuid;

use super::world::{WORDS, World};
use crate::model::{
    RecordId,
    catalogue::{Field, FieldType},
    segments::{
        Compares, Condition, Group, Known, Match, Node, Operator, Path, Wants,
        check::{ME, MY_TEAM, OVERDUE, TEAM},
    },
};

/// Every field that a list can be filtered by.
pub fn paths(known: &Known) -> Vec<(Path, std::sync::Arc<Field>)> {
    let own = known.own.fields().iter();
    let mut all: Vec<_> = own
        .map(|field| (Path::own(field.key()), field.clone()))
        .collect();
    for via in known.own.fields() {
        for kind in via.kind.targets() {
            let Some(other) = known.related.iter().find(|one| one.kind == *kind) else {
                continue;
            };
            all.extend(other.fields().iter().map(|field| {
                let path = Path {
                    via: Some((via.key().to_owned(), *kind)),
                    field: field.key().to_owned(),
                };
                (path, field.clone())
            }));
        }
    }
    all
}

/// A condition on this field by this operator, with some value.
pub fn condition(
    dice: &mut StdRng,
    world: &World,
    records: &[RecordId],
    phases: &[Uuid],
    path: &Path,
    field: &Field,
    op: Operator,
) -> Condition {
    let wants = Compares::of(field.kind).wants(op);
    let values = match wants.unwrap_or(Wants::Nothing) {
        Wants::Nothing => Vec::new(),
        Wants::People => people(dice, world),
        Wants::Teams => vec![team(dice, world)],
        Wants::DateAndPeople => {
            let mut values = vec![date(dice, 4)];
            values.extend(people(dice, world));
            values
        }
        Wants::Text => vec![word(dice)],
        Wants::Words => vec![
            ["vip", "OLD, new", "'--"]
                .choose(dice)
                .map_or("", |one| *one)
                .to_owned(),
        ],
        Wants::Number => vec![number(dice)],
        Wants::TwoNumbers => vec![number(dice), number(dice)],
        Wants::Date => vec![date(dice, 40)],
        Wants::TwoDates => vec![date(dice, 40), date(dice, 40)],
        Wants::Days => vec![dice.random_range(0..30).to_string()],
        Wants::Options => vec![option(dice, field, phases)],
        Wants::YesNo => vec![if dice.random_bool(0.5) { "yes" } else { "no" }.to_owned()],
        Wants::Record | Wants::Records => vec![record(dice, records)],
    };
    Condition {
        field: path.text(),
        op,
        values,
    }
}

fn people(dice: &mut StdRng, world: &World) -> Vec<String> {
    let count = dice.random_range(1..3);
    (0..count)
        .map(|_| match dice.random_range(0..6) {
            0 => ME.to_owned(),
            1 => MY_TEAM.to_owned(),
            2 => team(dice, world),
            _ => world
                .people
                .choose(dice)
                .map(ToString::to_string)
                .unwrap_or_default(),
        })
        .collect()
}

fn team(dice: &mut StdRng, world: &World) -> String {
    let team = world.teams.choose(dice).map(ToString::to_string);
    format!("{TEAM}{}", team.unwrap_or_default())
}

/// A word of the data, or the beginning of one.
fn word(dice: &mut StdRng) -> String {
    let word = WORDS.choose(dice).copied().unwrap_or_default();
    let take = if dice.random_bool(0.5) { 3 } else { 99 };
    let part: String = word.chars().take(take).collect();
    match dice.random_range(0..6) {
        0 => part.to_uppercase(),
        1 => "company 1".to_owned(),
        2 => "%".to_owned(),
        _ => part,
    }
}

fn number(dice: &mut StdRng) -> String {
    let n = dice.random_range(-1..10);
    match dice.random_range(0..3) {
        0 => format!("{n}.5"),
        1 => format!("{n}.50"),
        _ => n.to_string(),
    }
}

fn date(dice: &mut StdRng, around: i64) -> String {
    let days = dice.random_range(-around..around);
    (chrono::Utc::now().date_naive() + chrono::TimeDelta::days(days)).to_string()
}

fn option(dice: &mut StdRng, field: &Field, phases: &[Uuid]) -> String {
    match field.kind {
        FieldType::Fixed(choices) => choices.choose(dice).map_or("", |one| one.code).to_owned(),
        FieldType::Status => ["draft", "booked", "paid", OVERDUE]
            .choose(dice)
            .map_or("", |one| *one)
            .to_owned(),
        FieldType::Phase => phases
            .choose(dice)
            .map(ToString::to_string)
            .unwrap_or_default(),
        _ => {
            let choices = field
                .custom
                .as_ref()
                .map(|custom| custom.choices.as_slice());
            let one = choices.unwrap_or_default().choose(dice);
            one.map(|one| one.id.to_string()).unwrap_or_default()
        }
    }
}

fn record(dice: &mut StdRng, records: &[RecordId]) -> String {
    match dice.random_range(0..4) {
        0 => "COMPANY 03".to_owned(),
        1 => Uuid::nil().to_string(),
        _ => records
            .choose(dice)
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

/// A tree of at most this many levels, of conditions that `one` makes.
pub fn tree(
    dice: &mut StdRng,
    levels: usize,
    one: &mut impl FnMut(&mut StdRng) -> Condition,
) -> Group {
    let matches = Match::ALL.choose(dice).copied().unwrap_or_default();
    let count = dice.random_range(0..4);
    let of = (0..count)
        .map(|_| {
            if levels > 1 && dice.random_bool(0.4) {
                Node::Group(tree(dice, levels - 1, one))
            } else {
                Node::Condition(one(dice))
            }
        })
        .collect();
    Group { matches, of }
}
