//! Writing many records at once, set by set, with the history and the activity that changing one by one would have written. The
//! records are locked, and everything that the rules say was asked before. `act` is the act that they all belong to.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, postgres::PgQueryResult};
use uuid::Uuid;

use super::{activity::what, custom::Storage};
use crate::{
    model::{AppError, FieldId, RecordKind, Role, UserId, responsibility::shared_role},
    server::database::Writing,
};

/// Puts these users into a role of these records, each with his; nobody where there is none. As when one is chosen by hand, a
/// hidden second who would be the first as well gives way.
pub async fn give(
    tx: &mut Writing,
    kind: RecordKind,
    role: Role,
    given: &[(Uuid, Option<Uuid>)],
    act: Option<Uuid>,
) -> Result<(), AppError> {
    let (account, me, second_enabled) = {
        let actor = tx.actor();
        (actor.account.0, actor.user.0, actor.second_enabled)
    };
    let (table, child, column) = (kind.table(), kind.child(), role.column());
    let mut seconds = kind.roles().iter().filter(|other| other.is_second());
    let hidden = seconds
        .next()
        .filter(|_| !second_enabled && !role.is_second());
    let (set, given_way) = match hidden {
        None => (String::new(), String::new()),
        Some(second) => {
            let column = second.column();
            (
                format!(", {column} = nullif(r.{column}, g.receiver)"),
                format!(
                    "union all select g.id, '{}', g.receiver, null from given g
                     join {table} r on r.account_id = $1 and r.id = g.id and r.{column} = g.receiver",
                    second.key()
                ),
            )
        }
    };
    // All parts see the records as they were before.
    let sql = format!(
        "with given as (
           select r.id, r.{column} as before, g.receiver
           from unnest($2::uuid[], $3::uuid[]) g (id, receiver) join {table} r on r.account_id = $1 and r.id = g.id
         ), done as (
           update {table} r set {column} = g.receiver, version = r.version + 1, updated_at = now(), updated_by = $4{set}
           from given g where r.account_id = $1 and r.id = g.id
         ), changes (id, role, before, after) as (
           select id, $5::text, before, receiver from given {given_way}
         ), history as (
           insert into {child}_responsibilities (account_id, id, record_id, role, user_id, by_user_id)
           select $1, gen_random_uuid(), id, role, after, $4 from changes
         )
         insert into {child}_events (account_id, id, record_id, by_user_id, what, detail)
         select $1, gen_random_uuid(), id, $4, $6,
           jsonb_strip_nulls(jsonb_build_object('role', role, 'from', before, 'to', after, 'act', $7::uuid))
         from changes"
    );
    let (ids, receivers): (Vec<Uuid>, Vec<Option<Uuid>>) = given.iter().copied().unzip();
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(receivers)
        .bind(me)
        .bind(role.key())
        .bind(what::RESPONSIBLE)
        .bind(act)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A User field, and whether it holds several; or a role that several share.
#[derive(Clone, Copy, Debug)]
pub struct UserField {
    pub id: FieldId,
    pub several: bool,
}

impl UserField {
    /// The role that several share, where it is one.
    pub fn role(self, kind: RecordKind) -> Option<Role> {
        shared_role(kind, self.id)
    }
}

/// The other of two roles that several share, of some records: nobody is in both.
#[derive(Default)]
pub struct OtherRole {
    /// Nothing beside a User field.
    pub field: Option<UserField>,
    /// Whether who has it leaves it for the role that is asked about; else he does not come into that one.
    gives_way: bool,
    people: BTreeMap<Uuid, Vec<Uuid>>,
}

impl OtherRole {
    pub fn has(&self, record: Uuid, user: UserId) -> bool {
        let people = self.people.get(&record);
        people.is_some_and(|people| people.contains(&user.0))
    }

    /// Whether it keeps nobody from coming into the role that is asked about.
    pub fn lets(&self, record: Uuid, user: UserId) -> bool {
        self.gives_way || !self.has(record, user)
    }

    /// Who stays in it where these come into the one that is asked about; nothing where that are all.
    fn left(&self, record: Uuid, come: &[Uuid]) -> Option<(Uuid, Vec<Uuid>)> {
        let people = self.people.get(&record)?;
        let mut stay = people.clone();
        stay.retain(|user| !come.contains(user));
        (stay.len() < people.len()).then_some((record, stay))
    }
}

/// The role that is shared beside the one of this field, and who has it.
pub async fn other_role(
    tx: &mut Writing,
    kind: RecordKind,
    field: UserField,
    ids: &[Uuid],
) -> Result<OtherRole, AppError> {
    let (Some(role), &[first, second]) = (field.role(kind), kind.shared_roles()) else {
        return Ok(OtherRole::default());
    };
    let gives_way = role == first;
    let Some(id) = (if gives_way { second } else { first }).shared() else {
        return Ok(OtherRole::default());
    };
    let other = UserField { id, several: true };
    Ok(OtherRole {
        field: Some(other),
        gives_way,
        people: BTreeMap::from_iter(people_of(tx, kind, other, ids).await?),
    })
}

/// Puts these users into a User field of these records in the place of whoever stood there; each record with its own, in order.
/// Nobody is in two of the roles that several share: who comes into the first leaves the other, and who has the first does not
/// come into the other.
pub async fn put_people(
    tx: &mut Writing,
    kind: RecordKind,
    field: UserField,
    after: &[(Uuid, Vec<Uuid>)],
    act: Option<Uuid>,
) -> Result<(), AppError> {
    let ids: Vec<Uuid> = after.iter().map(|(id, _)| *id).collect();
    let other = other_role(tx, kind, field, &ids).await?;
    let mut after = after.to_vec();
    for (id, come) in &mut after {
        come.retain(|user| other.lets(*id, UserId(*user)));
    }
    if let Some(field) = other.field.filter(|_| other.gives_way) {
        let left = after.iter().filter_map(|(id, come)| other.left(*id, come));
        let left: Vec<_> = left.collect();
        if !left.is_empty() {
            put(tx, kind, field, &left, act).await?;
        }
    }
    put(tx, kind, field, &after, act).await
}

/// Who stands in a User field of each of these records, in order.
pub async fn people_of(
    tx: &mut Writing,
    kind: RecordKind,
    field: UserField,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Vec<Uuid>)>, AppError> {
    let sql = format!(
        "select r.id, array(select v.value from {} v where v.account_id = $1 and v.record_id = r.id and v.field_id = $3 order by v.n)
         from unnest($2::uuid[]) r (id)",
        Storage::User.table(kind)
    );
    let account = tx.actor().account.0;
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(field.id.0)
        .fetch_all(tx.connection())
        .await?)
}

async fn put(
    tx: &mut Writing,
    kind: RecordKind,
    field: UserField,
    after: &[(Uuid, Vec<Uuid>)],
    act: Option<Uuid>,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let (child, values) = (kind.child(), Storage::User.table(kind));
    let records: Vec<Uuid> = after.iter().map(|(id, _)| *id).collect();
    let (mut ids, mut places, mut people) = (Vec::new(), Vec::new(), Vec::new());
    for (id, users) in after {
        for (n, user) in (0..).zip(users) {
            ids.push(*id);
            places.push(n);
            people.push(*user);
        }
    }
    let shown = |from: &str| {
        format!(
            "select p.id, jsonb_agg(jsonb_build_object('user', jsonb_build_object('id', u.id, 'name', u.full_name, 'active', u.active))
               order by p.n) as people
             from {from} p join users u on u.account_id = $1 and u.id = p.value group by p.id"
        )
    };
    let value = |of: &str| {
        format!(
            "case when {of}.people is null then to_jsonb('empty'::text)
               when $9 then jsonb_build_object('several', {of}.people) else {of}.people -> 0 end"
        )
    };
    let history = format!(
        "with before as (
           select record_id as id, n, value from {values} where account_id = $1 and field_id = $2 and record_id = any ($3)
         ), after as (
           select * from unnest($4::uuid[], $5::integer[], $6::uuid[]) a (id, n, value)
         ), history as (
           insert into {child}_responsibilities (account_id, id, record_id, role, user_id, taken_out, by_user_id)
           select $1, gen_random_uuid(), id, $2::text, value, true, $7 from (select id, value from before except select id, value from after) gone
           union all
           select $1, gen_random_uuid(), id, $2::text, value, false, $7 from (select id, value from after except select id, value from before) come
         ), was as ({}), now_is as ({})
         insert into {child}_events (account_id, id, record_id, by_user_id, what, detail)
         select $1, gen_random_uuid(), r.id, $7, $10, jsonb_strip_nulls(jsonb_build_object('act', $8::uuid, 'changes',
           jsonb_build_array(jsonb_build_object('field', $11::text, 'old', {}, 'new', {}))))
         from unnest($3::uuid[]) r (id) left join was on was.id = r.id left join now_is on now_is.id = r.id",
        shown("before"),
        shown("after"),
        value("was"),
        value("now_is")
    );
    sqlx::query(AssertSqlSafe(history))
        .bind(account)
        .bind(field.id.0)
        .bind(&records)
        .bind(&ids)
        .bind(&places)
        .bind(&people)
        .bind(me)
        .bind(act)
        .bind(field.several)
        .bind(what::CHANGED)
        .bind(
            field
                .role(kind)
                .map_or_else(|| field.id.key(), |role| role.key().to_owned()),
        )
        .execute(tx.connection())
        .await?;
    let sql = format!(
        "delete from {values} where account_id = $1 and field_id = $2 and record_id = any ($3)"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(field.id.0)
        .bind(&records)
        .execute(tx.connection())
        .await?;
    let sql = format!(
        "insert into {values} (account_id, record_id, field_id, n, value)
         select $1, id, $2, n, value from unnest($3::uuid[], $4::integer[], $5::uuid[]) a (id, n, value)"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(field.id.0)
        .bind(ids)
        .bind(places)
        .bind(people)
        .execute(tx.connection())
        .await?;
    touched(tx, kind, &records, "").await?;
    Ok(())
}

/// Marks records as changed now, by whoever writes; `set` is what else becomes of them.
async fn touched(
    tx: &mut Writing,
    kind: RecordKind,
    records: &[Uuid],
    set: &'static str,
) -> Result<PgQueryResult, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "update {} set version = version + 1, updated_at = now(), updated_by = $3{set} where account_id = $1 and id = any ($2)",
        kind.table()
    );
    Ok(sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(records)
        .bind(me)
        .execute(tx.connection())
        .await?)
}

/// Adds a tag to these records, or takes it away.
pub async fn retag(
    tx: &mut Writing,
    kind: RecordKind,
    records: &[Uuid],
    tag: &str,
    add: bool,
    act: Uuid,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let (table, child) = (kind.table(), kind.child());
    let new = if add {
        "array_append(coalesce(r.tags, '{}'), $4)"
    } else {
        "nullif(array_remove(r.tags, $4), '{}')"
    };
    let value = |of: &str| {
        format!(
            "case when coalesce(cardinality({of}), 0) = 0 then to_jsonb('empty'::text) else jsonb_build_object('tags', to_jsonb({of})) end"
        )
    };
    let sql = format!(
        "with done as (
           update {table} r set tags = {new}, version = r.version + 1, updated_at = now(), updated_by = $3
           from {table} o where r.account_id = $1 and r.id = any ($2) and o.account_id = $1 and o.id = r.id
           returning r.id, o.tags as old, r.tags as new
         )
         insert into {child}_events (account_id, id, record_id, by_user_id, what, detail)
         select $1, gen_random_uuid(), id, $3, $5, jsonb_build_object('act', $6::uuid, 'changes',
           jsonb_build_array(jsonb_build_object('field', 'tags', 'old', {}, 'new', {})))
         from done",
        value("old"),
        value("new")
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(records)
        .bind(me)
        .bind(tag)
        .bind(what::CHANGED)
        .bind(act)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Puts records into the bin, or takes them out of it.
pub async fn mark_all(
    tx: &mut Writing,
    kind: RecordKind,
    records: &[Uuid],
    deleted: bool,
    act: Uuid,
) -> Result<(), AppError> {
    let (set, what) = if deleted {
        (", deleted_at = now(), deleted_by = $3", what::DELETED)
    } else {
        (", deleted_at = null, deleted_by = null", what::RESTORED)
    };
    touched(tx, kind, records, set).await?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "insert into {}_events (account_id, id, record_id, by_user_id, what, detail)
         select $1, gen_random_uuid(), id, $3, $4, jsonb_build_object('act', $5::uuid) from unnest($2::uuid[]) r (id)",
        kind.child()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(records)
        .bind(me)
        .bind(what)
        .bind(act)
        .execute(tx.connection())
        .await?;
    Ok(())
}
