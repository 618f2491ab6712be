//! A made-up account: its phases, its users and how its work is spread over them.
//! One measures as the first few: the second and the third user have 2.3 % of all companies each, the fourth 200.

use anyhow::Result;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    copy::{Maybe, Rows},
    made_up::Chance,
};
use crate::accounts::create::PHASES;
use crate::model::Language;

const TIME_ZONE: &str = "Europe/Brussels";
/// Thousandths of all companies that each measured user has: 23,000 of a million.
const MEASURED: usize = 23;
/// Companies of the fourth user, however many there are: his list is the same at every size.
const STEADY: usize = 200;
/// Percent of companies without a sales contact.
const NOBODY: usize = 10;

pub struct Account {
    pub id: Uuid,
    pub number: u32,
    pub second_enabled: bool,
    pub phases: Vec<Uuid>,
    /// The first is the admin.
    pub users: Vec<Uuid>,
    names: Vec<(&'static str, &'static str)>,
    /// All times are before it.
    pub today: DateTime<Utc>,
}

impl Account {
    pub fn make_up(chance: &mut Chance, number: u32, users: usize, today: DateTime<Utc>) -> Self {
        Self {
            id: chance.id(),
            number,
            // The large account is measured as most accounts are.
            second_enabled: number.is_multiple_of(4),
            phases: PHASES.iter().map(|_| chance.id()).collect(),
            users: (0..users).map(|_| chance.id()).collect(),
            names: (0..users).map(|_| chance.person()).collect(),
            today,
        }
    }

    /// Who is responsible for a record, unevenly; deactivated users have some too.
    pub fn anybody(&self, chance: &mut Chance) -> Uuid {
        let users = &self.users;
        match chance.below(1_000) {
            n if n < MEASURED => users[1],
            n if n < 2 * MEASURED => users[2],
            _ => users[4 + chance.uneven(users.len() - 4)],
        }
    }

    /// The sales contact of the company `n` of so many.
    pub fn contact(&self, chance: &mut Chance, n: usize, of: usize) -> Option<Uuid> {
        let (somebody, nobody) = (self.anybody(chance), chance.percent(NOBODY));
        if n.is_multiple_of((of / STEADY).max(2)) {
            return Some(self.users[3]);
        }
        (!nobody).then_some(somebody)
    }

    pub async fn write(&self, tx: &mut PgConnection, password_hash: &str) -> Result<()> {
        let mut accounts = Rows::new("accounts", "id, name, plan, time_zone, second_enabled");
        let name = format!("Seed {}", self.number);
        accounts.push(&[&self.id, &name, &"boost", &TIME_ZONE, &self.second_enabled]);
        accounts.send(tx).await?;

        let mut phases = Rows::new(
            "deal_phases",
            "account_id, id, name, position, outcome, probability",
        );
        for (n, ((name, outcome, probability), id)) in PHASES.iter().zip(&self.phases).enumerate() {
            let (name, position) = (name.get(Language::En), n + 1);
            phases.push(&[&self.id, id, &name, &position, outcome, probability]);
        }
        phases.send(tx).await?;
        self.write_users(tx, password_hash).await
    }

    async fn write_users(&self, tx: &mut PgConnection, password_hash: &str) -> Result<()> {
        let mut users = Rows::new(
            "users",
            "account_id, id, full_name, email, function, role, crm, deals, projects, language, time_zone, active",
        );
        let mut credentials = Rows::new("credentials", "account_id, user_id, password_hash");
        for (n, (id, (first, last))) in (1..).zip(self.users.iter().zip(&self.names)) {
            let (role, projects) = if n == 1 {
                ("admin", "all")
            } else {
                ("user", "participation")
            };
            let crm = if n % 10 == 3 { "limited" } else { "full" };
            let deals = if n % 10 == 5 { "limited" } else { "full" };
            let function = Maybe((n % 3 == 0).then_some("Account manager"));
            let language = if n == 1 {
                "en"
            } else {
                ["en", "fr", "nl"][n % 3]
            };
            users.push(&[
                &self.id,
                id,
                &format!("{first} {last}"),
                &format!("user{n}@account{}.seed.test", self.number),
                &function,
                &role,
                &crm,
                &deals,
                &projects,
                &language,
                &TIME_ZONE,
                &(n % 25 != 24),
            ]);
            credentials.push(&[&self.id, id, &password_hash]);
        }
        users.send(tx).await?;
        credentials.send(tx).await
    }
}
