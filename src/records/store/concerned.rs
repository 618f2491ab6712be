//! Whom an action concerns: from its events to the people of each record, of its customer, and those whom it names. Who of them
//! is told, and how, is decided above; a job asks, on nobody's behalf.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::{AssertSqlSafe, FromRow, Row as _, types::Json};
use uuid::Uuid;

use super::{
    activity::{Detail, what},
    custom::Storage,
};
use crate::{
    model::{
        AppError, FieldId, RecordId, RecordKind, Role, UserId, Value,
        access::{ContactFacts, Facts},
        notifications::Event,
        responsibility::{Responsible, first_role},
    },
    server::database::Working,
};

/// What an action means for somebody, of one record.
#[derive(Clone, Debug)]
pub struct Concern {
    pub event: Event,
    /// What happened, in its order.
    pub events: Vec<Uuid>,
    /// Who has the record now, where it was taken from him.
    pub to: Option<UserId>,
    /// Whether he could open the record before by a role that he had, and may be told without its name.
    pub had: bool,
    /// Whether the record lies in the bin now.
    pub deleted: bool,
}

/// What somebody is concerned by, record by record.
pub type Concerns = BTreeMap<(RecordKind, RecordId), Concern>;

/// An action, and whom it concerns.
#[derive(Debug, Default)]
pub struct Action {
    /// Nobody: the calendar.
    pub by: Option<UserId>,
    pub concerns: BTreeMap<UserId, Concerns>,
}

#[derive(FromRow)]
struct Happened {
    kind: String,
    id: Uuid,
    record_id: Uuid,
    by_user_id: Option<Uuid>,
    what: String,
    detail: Json<Detail>,
}

/// The people of one record.
#[derive(Default)]
struct People {
    /// By a role.
    by_role: BTreeSet<UserId>,
    /// By a User field whose people are told.
    by_field: BTreeSet<UserId>,
    /// The same of its customer.
    of_customer: BTreeSet<UserId>,
}

/// Reads what an action was, and whom it concerns; him who did it, too.
pub async fn concerned(tx: &mut Working, action: Uuid) -> Result<Action, AppError> {
    let account = tx.account.0;
    let counts = Counts::read(tx).await?;
    let mut found = Action::default();
    // Of all kinds at once: most actions are about one record of one.
    let of_kind = |kind: RecordKind| {
        let child = kind.child();
        format!(
            "select '{child}' as kind, id, record_id, by_user_id, what, detail, at from {child}_events where account_id = $1 and action_id = $2"
        )
    };
    let sql = format!(
        "{} order by at, id",
        RecordKind::ALL.map(of_kind).join(" union all ")
    );
    let all: Vec<Happened> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(action)
        .fetch_all(tx.connection())
        .await?;
    for kind in RecordKind::ALL {
        let happened: Vec<&Happened> = all.iter().filter(|one| one.kind == kind.child()).collect();
        let Some(first) = happened.first() else {
            continue;
        };
        found.by = found.by.or(first.by_user_id.map(UserId));
        let ids: BTreeSet<Uuid> = happened.iter().map(|one| one.record_id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let people = people(tx, kind, &ids, &counts).await?;
        let nobody = People::default();
        for one in happened {
            let people = people.get(&one.record_id).unwrap_or(&nobody);
            found.add(kind, one, people, &counts.told);
        }
    }
    Ok(found)
}

impl Action {
    fn add(&mut self, kind: RecordKind, one: &Happened, people: &People, told: &[Uuid]) {
        let Json(detail) = &one.detail;
        let deleted = one.what == what::DELETED;
        let mut add = |user: UserId, event: Event, to: Option<UserId>, had: bool| {
            let record = (kind, RecordId(one.record_id));
            let concerns = self.concerns.entry(user).or_default();
            let concern = concerns.entry(record).or_insert_with(|| Concern {
                event,
                events: Vec::new(),
                to: None,
                had: false,
                deleted: false,
            });
            if event < concern.event {
                concern.event = event;
            }
            concern.to = concern.to.or(to);
            concern.had |= had;
            concern.deleted |= deleted;
            if concern.events.last() != Some(&one.id) {
                concern.events.push(one.id);
            }
        };
        // Whom it names.
        match one.what.as_str() {
            what::RESPONSIBLE => {
                if let Some(to) = detail.to {
                    add(to, Event::Assigned, None, false);
                }
                if let Some(from) = detail.from {
                    add(from, Event::Unassigned, detail.to, true);
                }
            }
            what::NOTED | what::MENTIONED => {
                for user in &detail.mentions {
                    add(*user, Event::Mention, None, false);
                }
            }
            other if other.starts_with("step_") => {
                if let Some(to) = detail.to {
                    add(to, Event::Step, None, false);
                }
            }
            what::CHANGED => {
                for moved in moved_in_fields(kind, detail, told) {
                    let event = if moved.comes {
                        Event::Assigned
                    } else {
                        Event::Unassigned
                    };
                    add(moved.user, event, None, moved.had && !moved.comes);
                }
            }
            _ => {}
        }
        // The people of the record were told of the note when it was written.
        if one.what == what::MENTIONED {
            return;
        }
        let event = for_its_people(kind, one, detail);
        if concerns_its_people(kind, one, detail) {
            for user in &people.by_role {
                add(*user, event, None, deleted);
            }
        }
        let by_field = match one.what.as_str() {
            // Who stands in such a field is who is responsible for it.
            what::CREATED | what::IMPORTED => Event::Assigned,
            _ => event,
        };
        for user in &people.by_field {
            add(*user, by_field, None, false);
        }
        for user in &people.of_customer {
            add(*user, Event::Related, None, false);
        }
    }
}

/// What an event is for those responsible for the record.
fn for_its_people(kind: RecordKind, one: &Happened, detail: &Detail) -> Event {
    match one.what.as_str() {
        // Who shares a role from the beginning is named by no event of his own.
        what::CREATED | what::IMPORTED if !kind.shared_roles().is_empty() => Event::Assigned,
        what::CREATED | what::IMPORTED => Event::Changed,
        what::DELETED => Event::Deleted,
        what::WON | what::LOST | what::REOPENED => Event::Moved,
        what::CHANGED
            if detail
                .changes
                .iter()
                .any(|change| moves(kind, &change.field)) =>
        {
            Event::Moved
        }
        what::LINKED | what::UNLINKED => Event::Linked,
        what::NOTED => Event::Note,
        other if other.starts_with("step_") => Event::Step,
        _ => Event::Changed,
    }
}

/// What is told as a move: a deal comes into another phase, a project into another state.
fn moves(kind: RecordKind, field: &str) -> bool {
    matches!(
        (kind, field),
        (RecordKind::Deal, "phase") | (RecordKind::Project, "status")
    )
}

/// Those who share a project are many: of its changes they are told of its state and of when it is due.
fn concerns_its_people(kind: RecordKind, one: &Happened, detail: &Detail) -> bool {
    let matters = |field: &str| moves(kind, field) || field == "due_date";
    kind != RecordKind::Project
        || one.what != what::CHANGED
        || detail.changes.iter().any(|change| matters(&change.field))
}

/// Who came into a field of people, or left it.
struct Moved {
    user: UserId,
    comes: bool,
    /// Whether standing there let him open the record.
    had: bool,
}

/// Who came into a shared role or into a User field whose people are told, and who left it. Who changed from one shared role to the
/// other came.
fn moved_in_fields(kind: RecordKind, detail: &Detail, told: &[Uuid]) -> Vec<Moved> {
    let people = |value: &Value| -> BTreeSet<UserId> { value.users().collect() };
    let mut moved: Vec<Moved> = Vec::new();
    for change in &detail.changes {
        let mut roles = kind.shared_roles().iter();
        let had = roles.any(|role| role.key() == change.field);
        if !had && !change.custom().is_some_and(|field| told.contains(&field.0)) {
            continue;
        }
        let (before, after) = (people(&change.old), people(&change.new));
        let went = |user: &UserId| Moved {
            user: *user,
            comes: false,
            had,
        };
        moved.extend(before.difference(&after).map(went));
        let came = |user: &UserId| Moved {
            user: *user,
            comes: true,
            had,
        };
        moved.extend(after.difference(&before).map(came));
    }
    let came: Vec<UserId> = moved
        .iter()
        .filter(|one| one.comes && one.had)
        .map(|one| one.user)
        .collect();
    moved.retain(|one| one.comes || !one.had || !came.contains(&one.user));
    moved
}

/// By what somebody counts in the account as concerned.
#[derive(FromRow)]
struct Counts {
    second: bool,
    /// The User fields whose people are told, of all kinds.
    told: Vec<Uuid>,
}

impl Counts {
    async fn read(tx: &mut Working) -> Result<Self, AppError> {
        let account = tx.account.0;
        let counts = sqlx::query_as(
            "select account_has_second() as second, array(
               select id from custom_fields where account_id = $1 and holds = 'user' and told and deleted_at is null) as told",
        );
        Ok(counts.bind(account).fetch_one(tx.connection()).await?)
    }

    fn roles(&self, kind: RecordKind) -> impl Iterator<Item = Role> {
        let roles = kind.roles().iter().copied();
        roles.filter(|role| self.second || !role.is_second())
    }
}

fn has_customer(kind: RecordKind) -> bool {
    kind.field("customer").is_some()
}

async fn people(
    tx: &mut Working,
    kind: RecordKind,
    ids: &[Uuid],
    counts: &Counts,
) -> Result<HashMap<Uuid, People>, AppError> {
    let (by_role, by_field) = direct(tx, kind, ids, counts).await?;
    let mut people: HashMap<Uuid, People> = HashMap::new();
    for (record, user) in by_role {
        people.entry(record).or_default().by_role.insert(user);
    }
    for (record, user) in by_field {
        people.entry(record).or_default().by_field.insert(user);
    }
    for customer in RecordKind::ALL.into_iter().filter(|_| has_customer(kind)) {
        let Some(column) = customer.customer_column() else {
            continue;
        };
        let sql = format!(
            "select {column}, id from {} where account_id = $1 and id = any ($2) and {column} is not null",
            kind.table()
        );
        let account = tx.account.0;
        let pairs: Vec<(Uuid, Uuid)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .bind(ids)
            .fetch_all(tx.connection())
            .await?;
        let mut records: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (of, record) in pairs {
            records.entry(of).or_default().push(record);
        }
        // Of one deal the customer is of one kind: the other is not asked about.
        if records.is_empty() {
            continue;
        }
        let customers: Vec<Uuid> = records.keys().copied().collect();
        let (by_role, by_field) = direct(tx, customer, &customers, counts).await?;
        for (of, user) in by_role.into_iter().chain(by_field) {
            for record in records.get(&of).into_iter().flatten() {
                people.entry(*record).or_default().of_customer.insert(user);
            }
        }
    }
    Ok(people)
}

type Pairs = Vec<(Uuid, UserId)>;

/// The people of these records themselves: by roles, and by User fields.
async fn direct(
    tx: &mut Working,
    kind: RecordKind,
    ids: &[Uuid],
    counts: &Counts,
) -> Result<(Pairs, Pairs), AppError> {
    let account = tx.account.0;
    let mut by_role = Vec::new();
    for role in counts.roles(kind) {
        let column = role.column();
        let sql = format!(
            "select id, {column} from {} where account_id = $1 and id = any ($2) and {column} is not null",
            kind.table()
        );
        let found: Vec<(Uuid, Uuid)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .bind(ids)
            .fetch_all(tx.connection())
            .await?;
        by_role.extend(found);
    }
    let by_field: Vec<(Uuid, Uuid)> = if counts.told.is_empty() {
        Vec::new()
    } else {
        stand_in(tx, kind, ids, &counts.told).await?
    };
    let shared: Vec<Uuid> = shared(kind).map(|(_, id)| id.0).collect();
    if !shared.is_empty() {
        by_role.extend(stand_in(tx, kind, ids, &shared).await?);
    }
    let users = |pairs: Vec<(Uuid, Uuid)>| {
        let pairs = pairs.into_iter();
        pairs.map(|(record, user)| (record, UserId(user))).collect()
    };
    Ok((users(by_role), users(by_field)))
}

/// The roles that several share, each with the field under which they stand.
fn shared(kind: RecordKind) -> impl Iterator<Item = (Role, FieldId)> {
    let roles = kind.shared_roles().iter();
    roles.filter_map(|role| Some((*role, role.shared()?)))
}

/// Who stands in these fields of these records.
async fn stand_in(
    tx: &mut Working,
    kind: RecordKind,
    ids: &[Uuid],
    fields: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, AppError> {
    let sql = format!(
        "select record_id, value from {} where account_id = $1 and record_id = any ($2) and field_id = any ($3)",
        Storage::User.table(kind)
    );
    let account = tx.account.0;
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(fields)
        .fetch_all(tx.connection())
        .await?)
}

/// What decided who saw records that lie in the bin now, where no policy shows them any more.
pub async fn facts_of(
    tx: &mut Working,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<HashMap<RecordId, Facts>, AppError> {
    let account = tx.account.0;
    let column = |role: Option<Role>| match role {
        Some(role) => format!("r.{}", role.column()),
        None => "null::uuid".to_owned(),
    };
    let first = column(first_role(kind));
    let second = column(kind.roles().iter().copied().find(|role| role.is_second()));
    let (company, contact) = match kind {
        RecordKind::Contact => ("null::uuid", "r.id"),
        _ if has_customer(kind) => ("r.company_id", "r.contact_id"),
        _ => ("null::uuid", "null::uuid"),
    };
    let sql = format!(
        "select r.id, {first} as first, {second} as second, k.created_by as creator, k.id is not null as of_contact,
           coalesce(c.firsts, '{{}}') as firsts, coalesce(c.seconds, '{{}}') as seconds
         from {} r left join contacts k on k.account_id = $1 and k.id = {contact}
         cross join lateral (
           select array_agg(c.sales_contact_id) as firsts, array_agg(c.second_sales_contact_id) as seconds from companies c
           where c.account_id = $1 and (c.id = {company}
             or c.id in (select l.company_id from company_contacts l where l.account_id = $1 and l.contact_id = {contact}))) c
         where r.account_id = $1 and r.id = any ($2)",
        kind.table()
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
    let mut facts = HashMap::new();
    for row in rows {
        let user = |column: &str| -> Result<Option<UserId>, sqlx::Error> {
            Ok(row.try_get::<Option<Uuid>, _>(column)?.map(UserId))
        };
        let firsts: Vec<Option<Uuid>> = row.try_get("firsts")?;
        let seconds: Vec<Option<Uuid>> = row.try_get("seconds")?;
        let companies: Vec<Responsible> = firsts
            .into_iter()
            .zip(seconds)
            .map(|(first, second)| Responsible {
                first: first.map(UserId),
                second: second.map(UserId),
            })
            .collect();
        let contact = match user("creator")? {
            Some(creator) if row.try_get("of_contact")? => Some(ContactFacts {
                creator,
                linked: !companies.is_empty(),
            }),
            _ => None,
        };
        let of = Facts {
            kind,
            responsible: Responsible {
                first: user("first")?,
                second: user("second")?,
            },
            companies,
            contact,
            shared: Vec::new(),
        };
        facts.insert(RecordId(row.try_get("id")?), of);
    }
    for (role, field) in shared(kind) {
        for (record, user) in stand_in(tx, kind, ids, &[field.0]).await? {
            if let Some(of) = facts.get_mut(&RecordId(record)) {
                of.shared.push((role, UserId(user)));
            }
        }
    }
    Ok(facts)
}
