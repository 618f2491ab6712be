//! An account in which every field of every kind is filled in some records and empty in others, with people who come, go and
//! work together; and what each of them sees of it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::evaluate::{Entry, Seen, Sight};
use crate::{
    model::{
        Actor, AppError, RecordId, RecordKind, Role, TeamId, UserId, bulk::How,
        catalogue::FieldType, users::UserRole,
    },
    records::store::{self, Clock},
    tests::{custom_fields::field, support::TestApp},
};

pub struct World {
    pub app: TestApp,
    pub ann: Actor,
    /// Limited in CRM and to the projects in which she takes part; in a team with Bob.
    pub emma: Actor,
    pub people: Vec<UserId>,
    pub teams: Vec<TeamId>,
}

/// What records point at.
#[derive(Default)]
struct Pointed {
    companies: Vec<RecordId>,
    contacts: Vec<RecordId>,
    deals: Vec<RecordId>,
}

/// A record, what of it, who, since when, and whether he was taken out.
type HistoryRow = (
    Uuid,
    String,
    Option<Uuid>,
    chrono::DateTime<chrono::Utc>,
    bool,
);

/// Of which types companies have a field that admins have added.
const ADDED: &[(&str, &[(&str, &str)])] = &[
    ("user", &[]),
    ("user", &[("several", "true")]),
    ("line", &[]),
    ("lines", &[]),
    ("integer", &[]),
    ("number", &[]),
    ("money", &[]),
    ("date", &[]),
    ("yes_no", &[]),
    ("select", &[("more", "Gold\nSilver\nBronze")]),
    ("multi_select", &[("more", "Red\nGreen\nBlue")]),
    ("email", &[]),
    ("counter", &[]),
    ("company", &[]),
    ("contact", &[]),
];

pub const WORDS: &[&str] = &[
    "Gent",
    "gent",
    "ÉGHEZÉE",
    "Éghezée",
    "100% _\\ sure",
    "Gent-Brugge",
    "'; drop table companies; --",
];

impl World {
    pub async fn new(seed: u64) -> Result<Self> {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        let emma = app.limited(account).await?;
        app.as_owner("update users set projects = 'participation' where email = 'emma@acme.test'")
            .await?;
        let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
        let tom = app.colleague(account, "Tom", "tom@acme.test").await?;
        for kind in ["companies", "deals"] {
            let kind = RecordKind::from_path(kind).context("a kind")?;
            for (n, (holds, more)) in ADDED.iter().enumerate() {
                field(&app, &ann, kind, &format!("{holds} {n}"), holds, more).await?;
            }
        }
        let teams = [vec![&emma, &bob], vec![&ann]];
        let mut ids = Vec::new();
        for (n, members) in teams.iter().enumerate() {
            let id = Uuid::now_v7();
            app.as_owner(&format!(
                "insert into teams (account_id, id, name) values ('{account}', '{id}', 'Team {n}')"
            ))
            .await?;
            for member in members {
                app.as_owner(&format!(
                    "insert into team_members (account_id, team_id, user_id) values ('{account}', '{id}', '{}')",
                    member.user
                ))
                .await?;
            }
            ids.push(TeamId(id));
        }
        let world = Self {
            people: [&ann, &emma, &bob, &tom].map(|actor| actor.user).to_vec(),
            teams: ids,
            // With the fields of the account as they are by now.
            ann: app.actor(&ann.email).await?,
            emma: app.actor(&emma.email).await?,
            app,
        };
        world.fill(seed).await?;
        world
            .app
            .as_owner(&format!(
                "update users set active = false where id = '{}'",
                tom.user
            ))
            .await?;
        Ok(world)
    }

    async fn fill(&self, seed: u64) -> Result<()> {
        let mut dice = StdRng::seed_from_u64(seed);
        let mut made = Pointed::default();
        for n in 0..10 {
            let id = self.make(&mut dice, RecordKind::Contact, n, &made).await?;
            made.contacts.push(id);
        }
        for n in 0..30 {
            let id = self.make(&mut dice, RecordKind::Company, n, &made).await?;
            made.companies.push(id);
        }
        for contact in made.contacts.iter().skip(2) {
            let company = made.companies.choose(&mut dice).context("a company")?;
            self.app.link(&self.ann, *company, *contact).await?;
        }
        for n in 0..25 {
            let id = self.make(&mut dice, RecordKind::Deal, n, &made).await?;
            made.deals.push(id);
        }
        for n in 0..12 {
            self.make(&mut dice, RecordKind::Invoice, n, &made).await?;
        }
        let mut projects = Vec::new();
        for n in 0..20 {
            projects.push(self.make(&mut dice, RecordKind::Project, n, &made).await?);
        }
        self.change(&mut dice, &made.companies).await?;
        self.change_people(&mut dice, &projects).await?;
        self.age().await
    }

    async fn make(
        &self,
        dice: &mut StdRng,
        kind: RecordKind,
        n: usize,
        made: &Pointed,
    ) -> Result<RecordId> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        let catalogue = store::catalogue(&mut tx, kind).await?;
        drop(tx);
        let phase = self.app.phase(&self.ann).await?;
        let mut typed: Vec<(String, String)> = Vec::new();
        for field in catalogue.editable() {
            let text = match (field.key(), field.kind) {
                ("name" | "title" | "number" | "last_name", _) => {
                    format!("{} {n:02}", kind.child())
                }
                ("date", _) => "2026-01-05".into(),
                ("due_date", _) => {
                    let days = dice.random_range(-3..4);
                    (chrono::Utc::now().date_naive() + chrono::TimeDelta::days(days)).to_string()
                }
                ("total_excl", _) => "100".into(),
                ("total_incl", _) => "121".into(),
                ("currency", _) => "EUR".into(),
                ("phase", _) => phase.clone(),
                ("start", _) => "2026-01-05".into(),
                ("status", FieldType::Status) => {
                    (*["draft", "booked"].choose(dice).context("one")?).to_owned()
                }
                (_, FieldType::Customer) => {
                    let of = if dice.random_bool(0.7) {
                        &made.companies
                    } else {
                        &made.contacts
                    };
                    of.choose(dice).context("a customer")?.to_string()
                }
                ("assigned_to", _) => self.people.choose(dice).context("one")?.to_string(),
                ("second_sales_contact", _) | (_, FieldType::Linked(_)) => continue,
                // A third of everything is empty.
                _ if dice.random_bool(0.33) => continue,
                (_, kind) => self.value(dice, kind, field.custom.as_deref(), made)?,
            };
            typed.push((field.key().to_owned(), text));
        }
        let typed: Vec<(&str, &str)> = typed
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        Ok(self.app.create(&self.ann, kind, &typed).await?)
    }

    fn value(
        &self,
        dice: &mut StdRng,
        kind: FieldType,
        custom: Option<&crate::model::catalogue::CustomField>,
        made: &Pointed,
    ) -> Result<String> {
        let of = |ids: &[RecordId], dice: &mut StdRng| {
            ids.choose(dice)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let choice = |dice: &mut StdRng| {
            let all = custom
                .map(|custom| custom.choices.as_slice())
                .unwrap_or_default();
            all.choose(dice)
                .map(|one| one.id.to_string())
                .unwrap_or_default()
        };
        let person = |dice: &mut StdRng| {
            self.people
                .choose(dice)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        Ok(match kind {
            FieldType::User(_) | FieldType::Person { several: false } => person(dice),
            FieldType::Person { several: true } | FieldType::Shared(_) => {
                format!("{},{}", person(dice), person(dice))
            }
            FieldType::Choice { several: false } => choice(dice),
            FieldType::Choice { several: true } => format!("{},{}", choice(dice), choice(dice)),
            FieldType::Record(RecordKind::Contact) => of(&made.contacts, dice),
            FieldType::Record(RecordKind::Deal) => of(&made.deals, dice),
            FieldType::Record(_) => of(&made.companies, dice),
            FieldType::Integer { .. } => dice.random_range(0..9).to_string(),
            FieldType::Money | FieldType::Number => format!("{}.5", dice.random_range(0..9)),
            FieldType::Date => {
                let days = dice.random_range(-40..40);
                (chrono::Utc::now().date_naive() + chrono::TimeDelta::days(days)).to_string()
            }
            FieldType::YesNo => (*["Yes", "No"].choose(dice).context("one")?).to_owned(),
            FieldType::Email | FieldType::Several(crate::model::catalogue::Each::Email) => {
                format!("a{}@acme.test", dice.random_range(0..4))
            }
            FieldType::Telephone | FieldType::Several(_) => "+32 9 123 45 67".into(),
            FieldType::WebAddress => "https://acme.test".into(),
            FieldType::Fixed(choices) => choices.choose(dice).context("one")?.code.to_owned(),
            FieldType::Tags => {
                let words: Vec<&str> = ["vip", "VIP", "old", "new"]
                    .sample(dice, 2)
                    .copied()
                    .collect();
                words.join(", ")
            }
            // Some are short.
            FieldType::Line { max } => word(dice).chars().take(max).collect(),
            _ => word(dice).to_owned(),
        })
    }

    /// Some change hands, so that there is a history.
    async fn change(&self, dice: &mut StdRng, companies: &[RecordId]) -> Result<()> {
        for _ in 0..40 {
            let company = companies.choose(dice).context("a company")?;
            let to = self.people.choose(dice).context("one")?;
            let to = (!dice.random_bool(0.2)).then_some(*to);
            let form = store::ChooseResponsible {
                kind: RecordKind::Company,
                id: *company,
                duty: crate::model::Duty::Role(Role::SalesContact),
                user: to,
                was: self.contact_of(*company).await?,
                confirmed: true,
            };
            // Whoever is chosen twice in a row is no change, and no entry.
            store::set_responsible(self.app.database.begin(&self.ann).await?, form).await?;
        }
        Ok(())
    }

    /// People come into projects, leave them and change their role.
    async fn change_people(&self, dice: &mut StdRng, projects: &[RecordId]) -> Result<()> {
        for _ in 0..60 {
            let change = store::ChangePeople {
                kind: RecordKind::Project,
                id: *projects.choose(dice).context("a project")?,
                role: if dice.random_bool(0.5) {
                    Role::Manager
                } else {
                    Role::Collaborator
                },
                how: if dice.random_bool(0.5) {
                    How::Add
                } else {
                    How::Remove
                },
                user: *self.people.choose(dice).context("one")?,
                confirmed: true,
            };
            let tx = self.app.database.begin(&self.ann).await?;
            match store::change_people(tx, change).await {
                // The last manager, or a manager who would be a collaborator, too.
                Ok(_) | Err(AppError::Invalid(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn contact_of(&self, company: RecordId) -> Result<Option<UserId>> {
        let now = sqlx::query_scalar("select sales_contact_id from companies where id = $1");
        let now: Option<Uuid> = now.bind(company.0).fetch_one(&self.app.owner).await?;
        Ok(now.map(UserId))
    }

    /// Spreads what has happened over some days, each entry of a record a while after the one before; and puts moments at
    /// both sides of the account's midnights.
    async fn age(&self) -> Result<()> {
        for kind in RecordKind::ALL {
            let (table, child) = (kind.table(), kind.child());
            self.app
                .as_owner(&format!(
                    "with n as (select id, row_number() over (partition by record_id order by at, taken_out desc, id) as n,
                       count(*) over (partition by record_id) as of_them from {child}_responsibilities)
                     update {child}_responsibilities h set at = now() - (n.of_them - n.n) * interval '13 hours' from n where n.id = h.id;
                     with n as (select id, row_number() over (order by id) as n from {table})
                     update {table} r set
                       created_at = ((now() at time zone 'Europe/Brussels')::date + (n.n % 5 - 4) * interval '1 day'
                         + (case n.n % 3 when 0 then interval '0' when 1 then interval '-30 minutes' else interval '23 hours 59 minutes' end)) at time zone 'Europe/Brussels',
                       active_at = now() - n.n * interval '20 hours'
                     from n where n.id = r.id"
                ))
                .await?;
        }
        Ok(())
    }

    /// What somebody sees, read record by record.
    pub async fn sight(&self, viewer: &Actor) -> Result<Sight> {
        let mut records = BTreeMap::new();
        let mut history: BTreeMap<RecordId, Vec<Entry>> = BTreeMap::new();
        for kind in RecordKind::ALL {
            let sql = format!("select id from {}", kind.table());
            let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_all(&self.app.owner)
                .await?;
            for id in ids.into_iter().map(RecordId) {
                let mut tx = self.app.database.begin(viewer).await?;
                match store::record(&mut tx, kind, id).await {
                    Ok(record) => {
                        let seen = Seen {
                            kind,
                            name: record.name(),
                            values: record.values.into_iter().collect(),
                        };
                        records.insert(id, seen);
                    }
                    Err(AppError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            let sql = format!(
                "select record_id, role, user_id, at, taken_out from {}_responsibilities order by at, taken_out desc, id",
                kind.child()
            );
            let rows: Vec<HistoryRow> = sqlx::query_as(AssertSqlSafe(sql))
                .fetch_all(&self.app.owner)
                .await?;
            for (record, role, user, at, taken_out) in rows {
                history.entry(RecordId(record)).or_default().push(Entry {
                    role,
                    user: user.map(UserId),
                    at,
                    taken_out,
                });
            }
        }
        let members: Vec<(Uuid, Uuid)> =
            sqlx::query_as("select team_id, user_id from team_members")
                .fetch_all(&self.app.owner)
                .await?;
        let mut teams: BTreeMap<TeamId, _> = BTreeMap::new();
        for (team, user) in members {
            teams
                .entry(TeamId(team))
                .or_insert_with(std::collections::BTreeSet::new)
                .insert(UserId(user));
        }
        let gone: Vec<Uuid> = sqlx::query_scalar("select id from users where not active")
            .fetch_all(&self.app.owner)
            .await?;
        ensure!(
            viewer.role == UserRole::Admin || records.len() < 97,
            "she sees less"
        );
        Ok(Sight {
            me: viewer.user,
            records,
            history,
            teams,
            deactivated: gone.into_iter().map(UserId).collect(),
            clock: Clock::new("Europe/Brussels", chrono::Utc::now()),
        })
    }
}

fn word(dice: &mut StdRng) -> &'static str {
    WORDS.choose(dice).copied().unwrap_or_default()
}
