//! An account in which somebody of every combination of rights is first, second or neither of a company, of its deals, and
//! of both, and manager, collaborator or neither of its projects; and people who must see nothing of it at all.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use sqlx::AssertSqlSafe;

use super::tickets;
use crate::{
    model::{
        AccountId, Actor, RecordId, RecordKind, Role, UserId,
        access::{ContactFacts, Facts, Viewer, reasons},
        bulk::{Act, Selection},
        responsibility::Responsible,
        users::{ProjectReach, Reach, Rights, UserRole},
    },
    records::bulk,
    tests::{import::browser, operators, support::TestApp},
};

/// How somebody stands to a record; the manager of a project is its first, a collaborator its second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    First,
    Second,
    Neither,
}

impl Tie {
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Neither];

    /// The ways to stand to a record of which the other has the rest; the admin of another account has all himself.
    fn between(user: &Actor, other: &Actor) -> impl Iterator<Item = Self> + use<> {
        let alone = user.user == other.user;
        Self::ALL
            .into_iter()
            .filter(move |tie| !alone || *tie == Self::First)
    }

    fn of(self, user: &Actor, other: &Actor) -> Responsible {
        let (first, second) = match self {
            Self::First => (user, None),
            Self::Second => (other, Some(user)),
            Self::Neither => (other, None),
        };
        Responsible {
            first: Some(first.user),
            second: second.map(|actor| actor.user),
        }
    }

    /// The people of a project to which `user` stands so.
    fn people(self, user: &Actor, other: &Actor) -> Vec<(Role, UserId)> {
        let of = self.of(user, other);
        let managers = of.first.map(|user| (Role::Manager, user));
        let collaborators = of.second.map(|user| (Role::Collaborator, user));
        managers.into_iter().chain(collaborators).collect()
    }

    /// Another way, so that who stands in one way to a customer stands in every way to projects.
    const fn next(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::Neither,
            Self::Neither => Self::First,
        }
    }

    /// Who may change a project that was made so: whoever it was made around, and no collaborator but him.
    const fn editing(self) -> &'static str {
        match self {
            Self::First | Self::Neither => "managers",
            Self::Second => "people",
        }
    }
}

/// A record, and everything that decides who sees it.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: RecordId,
    pub kind: RecordKind,
    /// Stands in its name, and nowhere else.
    pub word: String,
    account: AccountId,
    facts: Facts,
    /// Whose it is, where it is a deal, an invoice or a project.
    pub customer: Option<(RecordKind, RecordId)>,
    /// Where it is a project, the deal that it came from.
    pub deal: Option<RecordId>,
    /// The record that it is linked to, where it is a contact.
    pub linked: Option<RecordId>,
    /// Around whom it was made, and how he stands to it and to its customer.
    pub around: usize,
    pub own: Tie,
    pub of_customer: Tie,
}

impl Made {
    /// What decides of a record whose customer this is.
    fn gives(&self) -> Facts {
        let companies = match self.kind {
            RecordKind::Company => vec![self.facts.responsible],
            _ => self.facts.companies.clone(),
        };
        Facts {
            companies,
            ..self.facts.clone()
        }
    }

    /// What is the same of everything whose customer this is.
    fn of_it(&self) -> Self {
        Self {
            customer: Some((self.kind, self.id)),
            deal: None,
            linked: None,
            of_customer: match self.kind {
                RecordKind::Company => self.own,
                _ => self.of_customer,
            },
            ..self.clone()
        }
    }

    /// Somebody who is one of a project's people, to whom a step of it can be given.
    pub fn takes_part(&self) -> Option<UserId> {
        self.facts.shared.first().map(|(_, user)| *user)
    }

    /// Whether it is a contact of no company, or is for one.
    pub fn is_of_no_company(&self) -> bool {
        self.facts.contact.is_some_and(|contact| !contact.linked)
    }
}

/// Somebody who asks.
pub struct Person {
    pub name: String,
    /// `None` for who is signed out or deactivated.
    pub actor: Option<Actor>,
    pub cookie: Option<String>,
    /// Whose records he asks for one by one, besides others'.
    pub around: usize,
    sees: BTreeSet<RecordId>,
    edits: BTreeSet<RecordId>,
}

impl Person {
    pub fn sees(&self, id: RecordId) -> bool {
        self.sees.contains(&id)
    }

    /// Whether he may change what he sees.
    pub fn edits(&self, id: RecordId) -> bool {
        self.edits.contains(&id)
    }

    /// Whether he has a right to records of a kind.
    pub fn may_use(&self, kind: RecordKind) -> bool {
        let actor = self.actor.as_ref();
        actor.is_some_and(|actor| actor.rights.may_use(kind))
    }

    /// Somebody over the same records, with what his rights let him see.
    pub fn new(
        name: String,
        actor: Option<Actor>,
        cookie: Option<String>,
        around: usize,
        records: &[Made],
    ) -> Self {
        let sees = |made: &&Made| {
            actor.as_ref().is_some_and(|actor| {
                let viewer = Viewer {
                    user: actor.user,
                    rights: actor.rights,
                    second_enabled: actor.second_enabled,
                };
                made.account == actor.account && !reasons(&viewer, &made.facts).is_empty()
            })
        };
        let seen = records.iter().filter(sees);
        let edits = seen.clone().filter(|made| {
            let of = actor.as_ref();
            let is = |role| of.is_some_and(|actor| made.facts.shared.contains(&(role, actor.user)));
            made.kind.seen_is_editable()
                || of.is_some_and(|actor| actor.role == UserRole::Admin)
                || is(Role::Manager)
                || is(Role::Collaborator) && made.own.editing() == "people"
        });
        let edits = edits.map(|made| made.id).collect();
        let sees = seen.map(|made| made.id).collect();
        Self {
            name,
            actor,
            cookie,
            around,
            sees,
            edits,
        }
    }
}

pub struct Scene {
    pub app: TestApp,
    pub admin: Actor,
    pub people: Vec<Person>,
    pub records: Vec<Made>,
    pub teams: Vec<String>,
    /// A mailbox of the account.
    pub mailbox: String,
    /// An import of the admin's, whose file names every record.
    pub import: String,
    /// An act of the admin's on every company.
    pub bulk: String,
    /// Of every kind the field in which the person stands around whom a record was made.
    user_fields: BTreeMap<RecordKind, String>,
    by_id: BTreeMap<RecordId, usize>,
}

/// Stands in every record's name, so that one search finds them all.
pub const COMMON: &str = "Leakage";

/// A word that begins no other and stands on no page by itself.
fn word(n: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or_default());
    format!("Zq{}{}x", letter(n / 26), letter(n))
}

/// Makes records around people.
struct Maker<'a> {
    app: &'a TestApp,
    records: Vec<Made>,
}

impl Maker<'_> {
    /// A company to which `user` stands so, and one deal of it for each way to stand to a deal.
    async fn company(
        &mut self,
        admin: &Actor,
        user: &Actor,
        around: usize,
        tie: Tie,
    ) -> Result<()> {
        let word = word(self.records.len());
        let id = self.app.company(admin, &format!("{COMMON} {word}")).await?;
        let facts = Facts {
            kind: RecordKind::Company,
            responsible: tie.of(user, admin),
            companies: Vec::new(),
            contact: None,
            shared: Vec::new(),
        };
        let company = Made {
            id,
            kind: RecordKind::Company,
            word,
            account: admin.account,
            facts,
            customer: None,
            deal: None,
            linked: None,
            around,
            own: tie,
            of_customer: Tie::Neither,
        };
        self.add(company.clone()).await?;
        let contact = self.contact(Some(&company), admin, &company).await?;
        for own in Tie::between(user, admin) {
            self.deal(&company, own, admin, user).await?;
        }
        self.deal(&contact, Tie::Neither, admin, user).await?;
        self.invoice(&company, admin).await?;
        self.invoice(&contact, admin).await?;
        self.ticket(Some(&company), tie, admin, user).await?;
        if admin.user == user.user {
            return self.project(Some(&company), tie, admin, user).await;
        }
        self.project(Some(&company), tie.next(), admin, user)
            .await?;
        let other = tie.next().next();
        self.project(Some(&contact), other, admin, user).await
    }

    /// A project of a customer that came from the latest deal of his, or one for nobody.
    async fn project(
        &mut self,
        customer: Option<&Made>,
        own: Tie,
        admin: &Actor,
        user: &Actor,
    ) -> Result<()> {
        let word = word(self.records.len());
        let title = format!("{COMMON} {word}");
        let of = customer.map(|made| (made.kind, made.id));
        let deal = |made: &&Made| made.kind == RecordKind::Deal && made.customer == of;
        let deal = self.records.iter().rev().find(deal).map(|made| made.id);
        let deal = deal.filter(|_| of.is_some());
        let typed = [("customer", of.map(|(_, id)| id)), ("deal", deal)];
        let typed = typed.map(|(key, id)| (key, id.map(|id| id.to_string())));
        let mut values = vec![("title", title.as_str()), ("editing", own.editing())];
        for (key, id) in &typed {
            values.extend(id.as_ref().map(|id| (*key, id.as_str())));
        }
        let id = self.app.create(admin, RecordKind::Project, &values).await?;
        let shared = own.people(user, admin);
        self.app.make_people(id, &shared).await?;
        let like = customer.map(Made::of_it);
        let like = like.or_else(|| self.records.last().cloned());
        let like = like.context("something was made before")?;
        self.records.push(Made {
            id,
            kind: RecordKind::Project,
            word,
            facts: Facts {
                kind: RecordKind::Project,
                responsible: Responsible::default(),
                shared,
                ..like.facts.clone()
            },
            customer: of,
            deal,
            own,
            ..like
        });
        Ok(())
    }

    /// A ticket of a customer, or of nobody, which is assigned to whoever is first; with what the client wrote.
    async fn ticket(
        &mut self,
        customer: Option<&Made>,
        own: Tie,
        admin: &Actor,
        user: &Actor,
    ) -> Result<()> {
        let word = word(self.records.len());
        let subject = format!("{COMMON} {word}");
        let of = customer.map(|made| made.id.to_string());
        let mut values = vec![("subject", subject.as_str())];
        values.extend(of.iter().map(|id| ("customer", id.as_str())));
        let id = self.app.create(admin, RecordKind::Ticket, &values).await?;
        tickets::write(self.app, admin.account, id, &word).await?;
        let like = customer.map(Made::of_it);
        let like = like.or_else(|| self.records.last().cloned());
        let like = like.context("something was made before")?;
        let first = own.of(user, admin).first;
        self.add(Made {
            id,
            kind: RecordKind::Ticket,
            word,
            facts: Facts {
                kind: RecordKind::Ticket,
                responsible: Responsible {
                    first,
                    second: None,
                },
                shared: Vec::new(),
                ..like.facts.clone()
            },
            customer: customer.map(|made| (made.kind, made.id)),
            deal: None,
            own,
            ..like
        })
        .await
    }

    async fn invoice(&mut self, customer: &Made, admin: &Actor) -> Result<()> {
        let word = word(self.records.len());
        let number = format!("{COMMON} {word}");
        let id = self.app.invoice(admin, &number, customer.id, &[]).await?;
        let facts = Facts {
            kind: RecordKind::Invoice,
            responsible: Responsible::default(),
            ..customer.gives()
        };
        self.add(Made {
            id,
            kind: RecordKind::Invoice,
            word,
            facts,
            own: Tie::Neither,
            ..customer.of_it()
        })
        .await
    }

    async fn deal(&mut self, customer: &Made, own: Tie, admin: &Actor, user: &Actor) -> Result<()> {
        let word = word(self.records.len());
        let title = format!("{COMMON} {word}");
        let id = self.app.deal(admin, &title, customer.id, admin).await?;
        let facts = Facts {
            kind: RecordKind::Deal,
            responsible: own.of(user, admin),
            ..customer.gives()
        };
        self.add(Made {
            id,
            kind: RecordKind::Deal,
            word,
            facts,
            own,
            ..customer.of_it()
        })
        .await
    }

    /// A contact of a company, or of none; whoever wrote him down.
    async fn contact(&mut self, of: Option<&Made>, creator: &Actor, like: &Made) -> Result<Made> {
        let word = word(self.records.len());
        let name = format!("{COMMON} {word}");
        let mut values = vec![("last_name", name.as_str())];
        let company = of.map(|made| made.id.to_string());
        values.extend(company.iter().map(|id| ("company", id.as_str())));
        let id = self
            .app
            .create(creator, RecordKind::Contact, &values)
            .await?;
        let facts = Facts {
            kind: RecordKind::Contact,
            responsible: Responsible::default(),
            companies: of.map(|made| made.facts.responsible).into_iter().collect(),
            contact: Some(ContactFacts {
                creator: creator.user,
                linked: of.is_some(),
            }),
            shared: Vec::new(),
        };
        let contact = Made {
            id,
            kind: RecordKind::Contact,
            word,
            facts,
            customer: None,
            deal: None,
            linked: of.map(|made| made.id),
            // Who wrote him down stands to him as the first to others.
            own: if of.is_none() {
                Tie::First
            } else {
                Tie::Neither
            },
            of_customer: like.own,
            ..like.clone()
        };
        self.add(contact.clone()).await?;
        Ok(contact)
    }

    /// Past the checks, which offer nobody whose right for the kind is none: rights are taken away later, too.
    async fn add(&mut self, made: Made) -> Result<()> {
        self.app
            .make_responsible(made.kind, made.id, made.facts.responsible)
            .await?;
        self.records.push(made);
        Ok(())
    }
}

/// Checked, so that its rows are there too.
/// An act that nobody does.
async fn bulk(app: &TestApp, admin: &Actor) -> Result<String> {
    let tx = app.database.begin(admin).await?;
    let all = Selection::All(Box::default());
    let id = bulk::prepare(tx, RecordKind::Company, &all, &Act::Delete).await?;
    Ok(id.to_string())
}

async fn import(app: &TestApp, admin: &Actor, records: &[Made]) -> Result<String> {
    let rows: String = records
        .iter()
        .map(|made| format!("{COMMON} {}\n", made.word))
        .collect();
    let mut browser = app.browser_of(admin).await?;
    let id = browser::sent(&mut browser, "check", format!("Name\n{rows}").as_bytes()).await?;
    browser::over(&mut browser, &id).await?;
    Ok(id)
}

/// Two fields per kind, both columns of the list: in the one stands the person around whom a record was made, which must let
/// him see nothing; in the other a company that few see, whose name must stay away from everybody else.
async fn fields(
    app: &TestApp,
    admin: &Actor,
    records: &[Made],
    people: &[UserId],
) -> Result<BTreeMap<RecordKind, String>> {
    let account = admin.account.0;
    let is_company =
        |made: &&Made| made.kind == RecordKind::Company && made.account == admin.account;
    let companies: Vec<&Made> = records.iter().filter(is_company).collect();
    let mut user_fields = BTreeMap::new();
    for kind in RecordKind::ALL {
        let (user_field, company_field) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
        for (n, (id, label, holds)) in [
            (user_field, "Account manager", "user"),
            (company_field, "Referred by", "company"),
        ]
        .into_iter()
        .enumerate()
        {
            sqlx::query(
                "insert into custom_fields (account_id, id, kind, label, holds, listed, position, created_by)
                 values ($1, $2, $3, $4, $5, true, $6, $7)",
            )
            .bind(account)
            .bind(id)
            .bind(kind.child())
            .bind(label)
            .bind(holds)
            .bind(i32::try_from(n)?)
            .bind(admin.user.0)
            .execute(&app.owner)
            .await?;
        }
        let child = kind.child();
        let sqls = [
            format!(
                "insert into {child}_user_values (account_id, record_id, field_id, value) values ($1, $2, $3, $4)"
            ),
            format!(
                "insert into {child}_record_values (account_id, record_id, field_id, company_id) values ($1, $2, $3, $4)"
            ),
        ];
        let of_kind = records
            .iter()
            .filter(|made| made.kind == kind && made.account == admin.account);
        for (n, made) in of_kind.enumerate() {
            let values = [
                (user_field, people[made.around].0),
                (company_field, companies[(n * 7 + 3) % companies.len()].id.0),
            ];
            for (sql, (field, value)) in sqls.iter().zip(values) {
                sqlx::query(AssertSqlSafe(sql.clone()))
                    .bind(account)
                    .bind(made.id.0)
                    .bind(field)
                    .bind(value)
                    .execute(&app.owner)
                    .await?;
            }
        }
        user_fields.insert(kind, user_field.to_string());
    }
    Ok(user_fields)
}

impl Scene {
    pub async fn new() -> Result<Self> {
        Self::where_second_is(true).await
    }

    /// The same people and records where the account has the second sales contact, or had it once.
    pub async fn where_second_is(enabled: bool) -> Result<Self> {
        let app = TestApp::new().await?;
        let (account, admin) = app.account("Acme").await?;
        let (_, other) = app.account("Other").await?;
        app.as_owner(&format!("update accounts set second_enabled = {enabled}"))
            .await?;
        app.as_owner(
            "insert into teams (account_id, id, name) select id, gen_random_uuid(), 'North' from accounts",
        )
        .await?;
        app.as_owner(
            "insert into mailboxes (account_id, id, name, address) select id, gen_random_uuid(), 'Hello', 'hello@acme.test' from accounts;
             insert into mailbox_connections (account_id, mailbox_id) select account_id, id from mailboxes",
        )
        .await?;
        let mut names = Vec::new();
        for crm in Reach::ALL {
            for deals in Reach::ALL {
                let name = format!("CRM {}, deals {}", crm.code(), deals.code());
                let email = format!("{}-{}@acme.test", crm.code(), deals.code());
                let rights = Rights {
                    crm,
                    deals,
                    projects: ProjectReach::Participation,
                    ..Rights::FULL
                };
                app.person(account, &name, &email, UserRole::User, rights)
                    .await?;
                names.push((name, email));
            }
        }
        for (name, email, crm, (invoices, mailbox), projects) in [
            (
                "no invoices, all projects",
                "no-invoices@acme.test",
                Reach::Full,
                (false, true),
                ProjectReach::All,
            ),
            (
                "no projects, no shared mailbox",
                "no-projects@acme.test",
                Reach::Full,
                (true, false),
                ProjectReach::None,
            ),
            (
                "nothing but all projects",
                "projects@acme.test",
                Reach::None,
                (false, false),
                ProjectReach::All,
            ),
            (
                "nothing but the shared mailbox",
                "mailbox@acme.test",
                Reach::None,
                (false, true),
                ProjectReach::None,
            ),
        ] {
            let rights = Rights {
                crm,
                deals: crm,
                invoices,
                mailbox,
                projects,
                ..Rights::FULL
            };
            app.person(account, name, email, UserRole::User, rights)
                .await?;
            names.push((name.into(), email.into()));
        }
        let gone = app.colleague(account, "Gone", "gone@acme.test").await?;
        names.push(("deactivated meanwhile".into(), gone.email));
        names.push(("admin of another account".into(), other.email.clone()));

        let mut maker = Maker {
            app: &app,
            records: Vec::new(),
        };
        let mut signed_in = Vec::new();
        for (around, (name, email)) in names.into_iter().enumerate() {
            let actor = app.actor(&email).await?;
            let admin = if actor.account == account {
                &admin
            } else {
                &other
            };
            for tie in Tie::between(&actor, admin) {
                maker.company(admin, &actor, around, tie).await?;
            }
            if let Some(like) = maker.records.last().cloned() {
                let contact = maker.contact(None, &actor, &like).await?;
                maker.deal(&contact, Tie::Neither, admin, &actor).await?;
                maker.invoice(&contact, admin).await?;
                maker.project(None, Tie::First, admin, &actor).await?;
                maker
                    .ticket(Some(&contact), Tie::Neither, admin, &actor)
                    .await?;
                maker.ticket(None, Tie::First, admin, &actor).await?;
            }
            let cookie = app.browser_of(&actor).await?.cookie;
            signed_in.push((name, actor, cookie));
        }
        app.as_owner("update users set active = false where email = 'gone@acme.test'")
            .await?;

        let records = maker.records;
        let people: Vec<UserId> = signed_in.iter().map(|(_, actor, _)| actor.user).collect();
        let user_fields = fields(&app, &admin, &records, &people).await?;
        let mut people = Vec::new();
        for (around, (name, actor, cookie)) in signed_in.into_iter().enumerate() {
            let actor = Some(actor).filter(|actor| actor.email != "gone@acme.test");
            people.push(Person::new(name, actor, cookie, around, &records));
        }
        people.push(Person::new("signed out".into(), None, None, 0, &records));
        let cookie = operators::operator(&app).await?.cookie;
        people.push(Person::new("operator".into(), None, cookie, 0, &records));
        let teams = sqlx::query_scalar("select id::text from teams order by account_id")
            .fetch_all(&app.owner)
            .await?;
        let mailbox = sqlx::query_scalar("select id::text from mailboxes where account_id = $1")
            .bind(account.0)
            .fetch_one(&app.owner)
            .await?;
        let import = import(&app, &admin, &records).await?;
        let bulk = bulk(&app, &admin).await?;
        let by_id = records
            .iter()
            .enumerate()
            .map(|(n, made)| (made.id, n))
            .collect();
        Ok(Self {
            app,
            admin,
            people,
            records,
            teams,
            mailbox,
            import,
            bulk,
            user_fields,
            by_id,
        })
    }

    /// The User field of a kind.
    pub fn user_field(&self, kind: RecordKind) -> String {
        self.user_fields.get(&kind).cloned().unwrap_or_default()
    }

    pub fn made(&self, id: RecordId) -> &Made {
        &self.records[self.by_id[&id]]
    }

    pub fn word(&self, id: RecordId) -> &str {
        &self.made(id).word
    }

    /// What a deletion and a restoration write besides, as JSON; a next step, too.
    pub async fn version(&self, made: &Made) -> Result<serde_json::Value> {
        let sql = format!(
            "select jsonb_build_object('version', version, 'updated_at', updated_at, 'updated_by', updated_by, 'active_at', active_at) from {} where id = $1",
            made.kind.table()
        );
        let version = sqlx::query_scalar(AssertSqlSafe(sql)).bind(made.id.0);
        Ok(version.fetch_one(&self.app.owner).await?)
    }

    /// Sets a record's version back, so that whatever else has changed shows.
    pub async fn put_back(&self, made: &Made, version: serde_json::Value) -> Result<()> {
        let table = made.kind.table();
        let sql = format!(
            "update {table} r set version = was.version, updated_at = was.updated_at, updated_by = was.updated_by
             from jsonb_populate_record(null::{table}, $2) was where r.id = $1"
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(made.id.0)
            .bind(&version);
        query.execute(&self.app.owner).await?;
        // After the version, which sets it anew.
        let sql = format!(
            "update {table} r set active_at = was.active_at from jsonb_populate_record(null::{table}, $2) was where r.id = $1"
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(made.id.0)
            .bind(version);
        query.execute(&self.app.owner).await?;
        Ok(())
    }

    /// The phases of the account whose records are asked about.
    pub async fn phases(&self) -> Result<Vec<uuid::Uuid>> {
        let phases = sqlx::query_scalar("select id from deal_phases where account_id = $1");
        Ok(phases
            .bind(self.admin.account.0)
            .fetch_all(&self.app.owner)
            .await?)
    }

    pub async fn phase_of(&self, deal: &Made) -> Result<uuid::Uuid> {
        let phase = sqlx::query_scalar("select phase_id from deals where id = $1");
        Ok(phase.bind(deal.id.0).fetch_one(&self.app.owner).await?)
    }

    /// The latest next step of a record.
    pub async fn step_of(&self, made: &Made) -> Result<Option<uuid::Uuid>> {
        let sql = format!(
            "select id from {}_next_steps where record_id = $1 order by id desc limit 1",
            made.kind.child()
        );
        let step = sqlx::query_scalar(AssertSqlSafe(sql));
        Ok(step.bind(made.id.0).fetch_optional(&self.app.owner).await?)
    }

    /// The latest note on a record.
    pub async fn note_of(&self, made: &Made) -> Result<Option<uuid::Uuid>> {
        let sql = format!(
            "select id from {}_notes where record_id = $1 order by id desc limit 1",
            made.kind.child()
        );
        let note = sqlx::query_scalar(AssertSqlSafe(sql));
        Ok(note.bind(made.id.0).fetch_optional(&self.app.owner).await?)
    }

    /// The contact that is linked to a company.
    pub fn linked_to(&self, company: RecordId) -> Option<RecordId> {
        let mut records = self.records.iter();
        let contact = records.find(|made| made.linked == Some(company));
        contact.map(|made| made.id)
    }
}
