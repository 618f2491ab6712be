//! The people of records, as whoever tells them asks: by roles, alone or shared, by User fields whose people are told, and those of the
//! customer.

use std::collections::{BTreeSet, HashMap};

use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use crate::{
    model::{AppError, RecordKind, Role, UserId, responsibility::shared_fields},
    records::store::Storage,
    server::database::Working,
};

/// The people of one record.
#[derive(Default)]
pub(super) struct People {
    /// By a role.
    pub by_role: BTreeSet<UserId>,
    /// By a User field whose people are told.
    pub by_field: BTreeSet<UserId>,
    /// The same of its customer.
    pub of_customer: BTreeSet<UserId>,
}

/// By what somebody counts in the account as concerned.
#[derive(FromRow)]
pub(super) struct Counts {
    pub second: bool,
    /// The User fields whose people are told, of all kinds.
    pub told: Vec<Uuid>,
}

impl Counts {
    pub async fn read(tx: &mut Working) -> Result<Self, AppError> {
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

pub(super) fn has_customer(kind: RecordKind) -> bool {
    kind.field("customer").is_some()
}

pub(super) async fn people(
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
    let shared: Vec<Uuid> = shared_fields(kind).map(|(_, id)| id.0).collect();
    if !shared.is_empty() {
        by_role.extend(stand_in(tx, kind, ids, &shared).await?);
    }
    let users = |pairs: Vec<(Uuid, Uuid)>| {
        let pairs = pairs.into_iter();
        pairs.map(|(record, user)| (record, UserId(user))).collect()
    };
    Ok((users(by_role), users(by_field)))
}

/// Who stands in these fields of these records.
pub(super) async fn stand_in(
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
