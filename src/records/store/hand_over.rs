//! What people are responsible for, by role, and handing many records over at once: set by set, with the history
//! and the activity that choosing one by one would have written.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    catalogue::catalogue,
    custom::Storage,
    people::{ACTIVE, colleagues, everybody, may_be_responsible},
};
use crate::{
    model::{
        AppError, Duty, FieldId, Problem, Problems, RecordId, RecordKind, Role, UserId,
        catalogue::FieldType,
        hand_over::{HandedOver, Held, Holder, Post},
        users::Colleague,
    },
    server::database::{Reached, Viewing, Writing},
};

/// The page names so many records of each role.
const SAMPLE: i64 = 5;
/// Ten thousand records are handed over in seconds, but not always in the ten of a page.
pub const PATIENCE: &str = "set local statement_timeout = '120s'";

/// To whom each role is handed over, shared out evenly; nobody: later.
pub type Shares = BTreeMap<Post, Vec<UserId>>;

/// A role of a kind, or a User field, as the account has it: what holds its users, and what it is called.
struct Place {
    post: Post,
    label: String,
}

impl Place {
    /// Every role of every kind, and every User field.
    async fn all(tx: &mut Viewing) -> Result<Vec<Self>, AppError> {
        let language = tx.actor().language;
        let mut all = Vec::new();
        for kind in RecordKind::ALL {
            for field in catalogue(tx, kind).await?.fields() {
                let duty = match (field.kind, &field.custom) {
                    (FieldType::User(role), _) => Duty::Role(role),
                    (FieldType::Person { .. }, Some(custom)) => Duty::Field(custom.id),
                    _ => continue,
                };
                let label = field.label(language);
                all.push(Self {
                    post: Post { kind, duty },
                    // Roles are common words; what admins call a field is a name.
                    label: match duty {
                        Duty::Role(_) => label.to_lowercase(),
                        Duty::Field(_) => label.to_owned(),
                    },
                });
            }
        }
        Ok(all)
    }
}

/// From what a select reads the records, as `r`, each with the user who holds it as `holder`.
fn holders(post: Post) -> String {
    let table = post.kind.table();
    match post.duty {
        Duty::Role(role) => format!(
            "(select p.*, p.{} as holder from {table} p) r",
            role.column()
        ),
        // Ids are ours, not typed.
        Duty::Field(field) => format!(
            "(select p.*, v.value as holder from {table} p join {} v on v.account_id = p.account_id and v.record_id = p.id
               where v.field_id = '{field}') r",
            Storage::User.table(post.kind)
        ),
    }
}

/// Who may hold it: in a User field anybody active.
const fn may_hold(post: Post) -> &'static str {
    match post.duty {
        Duty::Role(_) => may_be_responsible(post.kind),
        Duty::Field(_) => ACTIVE,
    }
}

/// What this user is responsible for, and in which User fields he stands.
pub async fn held_by(tx: &mut Viewing, user: UserId) -> Result<Vec<Held>, AppError> {
    let account = tx.actor().account.0;
    let mut held = Vec::new();
    for place in Place::all(tx).await? {
        let sql = format!(
            "select count(*) from {} where r.account_id = $1 and r.holder = $2",
            holders(place.post)
        );
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(user.0)
            .fetch_one(tx.connection())
            .await?;
        if count > 0 {
            held.push(of(tx, &place, user, count).await?);
        }
    }
    Ok(held)
}

async fn of(tx: &mut Viewing, place: &Place, user: UserId, count: i64) -> Result<Held, AppError> {
    Ok(Held {
        post: place.post,
        count,
        sample: sample(tx, place.post, user).await?,
        receivers: receivers(tx, place.post, user).await?,
        label: place.label.clone(),
    })
}

async fn sample(
    tx: &mut Viewing,
    post: Post,
    user: UserId,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let title = post.kind.title_field().column;
    let sql = format!(
        "select r.id, r.{title} from {} where r.account_id = $1 and r.holder = $2 order by r.{title}, r.id limit $3",
        holders(post)
    );
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(user.0)
        .bind(SAMPLE)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (RecordId(id), name))
        .collect())
}

async fn receivers(tx: &mut Viewing, post: Post, from: UserId) -> Result<Vec<Colleague>, AppError> {
    let all = match post.duty {
        Duty::Role(_) => colleagues(tx, post.kind).await?,
        Duty::Field(_) => everybody(tx).await?,
    };
    Ok(all.into_iter().filter(|c| c.id != from).collect())
}

/// Everybody who holds records that he may not hold: deactivated, or without a right to the kind.
pub async fn orphans(tx: &mut Viewing) -> Result<Vec<Holder>, AppError> {
    let account = tx.actor().account.0;
    let mut found: BTreeMap<(String, Uuid), Holder> = BTreeMap::new();
    for place in Place::all(tx).await? {
        let sql = format!(
            "with gone as (select id, full_name, active from users where account_id = $1 and not ({}))
             select g.id, g.full_name, g.active, count(*) from gone g
             join {} on r.account_id = $1 and r.holder = g.id group by g.id, g.full_name, g.active",
            may_hold(place.post),
            holders(place.post)
        );
        let rows: Vec<(Uuid, String, bool, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
        for (id, full_name, active, count) in rows {
            let user = UserId(id);
            let held = of(tx, &place, user, count).await?;
            let holder = found
                .entry((full_name.clone(), id))
                .or_insert_with(|| Holder {
                    user,
                    full_name,
                    active,
                    held: Vec::new(),
                });
            holder.held.push(held);
        }
    }
    Ok(found.into_values().collect())
}

/// Hands over what `from` is responsible for, as the shares say; the transaction goes on writing. How many records
/// went, and how many stayed because their receiver has the record's other role already.
pub async fn hand_over(
    mut tx: Viewing,
    from: UserId,
    shares: &Shares,
) -> Result<(Writing, HandedOver), AppError> {
    check(&mut tx, from, shares).await?;
    sqlx::query(PATIENCE).execute(tx.connection()).await?;
    let account = tx.actor().account.0;
    let mut reached = Reached::setting();
    let mut locked = Vec::new();
    for (post, to) in shares.iter().filter(|(_, to)| !to.is_empty()) {
        let sql = format!(
            "select r.id from {} where r.account_id = $1 and r.holder = $2",
            holders(*post)
        );
        let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(from.0)
            .fetch_all(tx.connection())
            .await?;
        let (proof, ids) = tx.lock_all(post.kind, &ids).await?;
        reached = proof;
        locked.push((*post, to, ids));
    }
    let mut tx = tx.write(reached).await?;
    let mut done = HandedOver::default();
    for (post, to, ids) in locked {
        let (held, gone) = match post.duty {
            Duty::Role(role) => share_out(&mut tx, post.kind, role, from, to, &ids).await?,
            Duty::Field(field) => replace(&mut tx, post.kind, field, from, to, &ids).await?,
        };
        done.gone += gone;
        done.stayed += held - gone;
    }
    Ok((tx, done))
}

/// Only those whom a picker would offer may receive.
async fn check(tx: &mut Viewing, from: UserId, shares: &Shares) -> Result<(), AppError> {
    let places = Place::all(tx).await?;
    let mut problems = Problems::new();
    for (post, to) in shares {
        if !places.iter().any(|place| place.post == *post) {
            problems.insert(post.key(), Problem::Unknown);
            continue;
        }
        let known = receivers(tx, *post, from).await?;
        if !to.iter().all(|user| known.iter().any(|c| c.id == *user)) {
            problems.insert(post.key(), Problem::NotAColleague);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// One after the other by name, so that each receiver gets as many as the next. Who has the record's other role is
/// passed over for the next receiver; where there is none, the record stays. How many he still held, now that they are
/// locked, and how many of them went.
async fn share_out(
    tx: &mut Writing,
    kind: RecordKind,
    role: Role,
    from: UserId,
    to: &[UserId],
    ids: &[Uuid],
) -> Result<(i64, i64), AppError> {
    let (account, me, second_enabled) = {
        let actor = tx.actor();
        (actor.account.0, actor.user.0, actor.second_enabled)
    };
    let (table, child, column) = (kind.table(), kind.child(), role.column());
    let title = kind.title_field().column;
    let roles = kind.roles().iter();
    let mut others =
        roles.filter(|other| **other != role && (second_enabled || !other.is_second()));
    let other = others.next().map_or_else(
        || "null::uuid".to_owned(),
        |role| format!("r.{}", role.column()),
    );
    // As when one is chosen by hand: the hidden second gives way to the first.
    let (hidden, given_way) = if second_enabled || role.is_second() {
        ("", String::new())
    } else {
        (
            ", second_sales_contact_id = nullif(r.second_sales_contact_id, g.receiver)",
            format!(
                "union all select d.id, '{}', d.receiver, null from done d
                 join {table} r on r.account_id = $1 and r.id = d.id and r.second_sales_contact_id = d.receiver",
                Role::SecondSalesContact.key()
            ),
        )
    };
    let sql = format!(
        "with wanted as (
           select r.id, {other} as other, row_number() over (order by r.{title}, r.id) - 1 as n
           from {table} r where r.account_id = $1 and r.id = any ($2) and r.{column} = $6
         ), given as (
           select id, case
             when ($3::uuid[])[1 + n % cardinality($3)] is distinct from other then ($3::uuid[])[1 + n % cardinality($3)]
             when cardinality($3) > 1 then ($3::uuid[])[1 + (n + 1) % cardinality($3)] end as receiver
           from wanted
         ), done as (
           update {table} r set {column} = g.receiver, version = r.version + 1, updated_at = now(), updated_by = $4{hidden}
           from given g where r.account_id = $1 and r.id = g.id and g.receiver is not null
           returning r.id, g.receiver
         ), changes (id, role, before, after) as (
           select id, $5::text, $6::uuid, receiver from done {given_way}
         ), history as (
           insert into {child}_responsibilities (account_id, id, record_id, role, user_id, by_user_id)
           select $1, gen_random_uuid(), id, role, after, $4 from changes
         ), events as (
           insert into {child}_events (account_id, id, record_id, by_user_id, what, detail)
           select $1, gen_random_uuid(), id, $4, 'responsible', jsonb_build_object('role', role, 'from', before, 'to', after)
           from changes
         )
         select (select count(*) from wanted), (select count(*) from done)"
    );
    let to: Vec<Uuid> = to.iter().map(|user| user.0).collect();
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(to)
        .bind(me)
        .bind(role.key())
        .bind(from.0)
        .fetch_one(tx.connection())
        .await?)
}

/// The same for a User field: who stands in it in the place of whom. A receiver who stands there already is passed over for the
/// next one; where there is no other, whoever leaves is just taken out of a field of several.
async fn replace(
    tx: &mut Writing,
    kind: RecordKind,
    field: FieldId,
    from: UserId,
    to: &[UserId],
    ids: &[Uuid],
) -> Result<(i64, i64), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let (table, child, values) = (kind.table(), kind.child(), Storage::User.table(kind));
    let title = kind.title_field().column;
    let sql = format!(
        "with wanted as (
           select r.id, v.n as place, array(select o.value from {values} o where o.account_id = $1 and o.record_id = r.id and o.field_id = $5) as held,
             row_number() over (order by r.{title}, r.id) - 1 as n
           from {table} r join {values} v on v.account_id = r.account_id and v.record_id = r.id and v.field_id = $5 and v.value = $6
           where r.account_id = $1 and r.id = any ($2)
         ), given as (
           select id, place, held, case
             when ($3::uuid[])[1 + n % cardinality($3)] <> all (held) then ($3::uuid[])[1 + n % cardinality($3)]
             when cardinality($3) > 1 and ($3::uuid[])[1 + (n + 1) % cardinality($3)] <> all (held) then ($3::uuid[])[1 + (n + 1) % cardinality($3)]
             end as receiver
           from wanted
         ), put as (
           update {values} v set value = g.receiver from given g
           where v.account_id = $1 and v.record_id = g.id and v.field_id = $5 and v.n = g.place and g.receiver is not null
           returning v.record_id
         ), taken as (
           delete from {values} v using given g
           where v.account_id = $1 and v.record_id = g.id and v.field_id = $5 and v.n = g.place and g.receiver is null
           returning v.record_id
         ), changed as (
           update {table} r set version = r.version + 1, updated_at = now(), updated_by = $4
           where r.account_id = $1 and r.id in (select id from wanted) returning r.id
         ), history as (
           insert into {child}_responsibilities (account_id, id, record_id, role, user_id, taken_out, by_user_id)
           select $1, gen_random_uuid(), id, $5::text, $6, true, $4 from given
           union all
           select $1, gen_random_uuid(), id, $5::text, receiver, false, $4 from given where receiver is not null
         ), events as (
           insert into {child}_events (account_id, id, record_id, by_user_id, what, detail)
           select $1, gen_random_uuid(), g.id, $4, 'changed', jsonb_build_object('changes', jsonb_build_array(jsonb_build_object(
             'field', 'f-' || $5::text,
             'old', jsonb_build_object('user', jsonb_build_object('id', f.id, 'name', f.full_name, 'active', f.active)),
             'new', case when t.id is null then to_jsonb('empty'::text)
               else jsonb_build_object('user', jsonb_build_object('id', t.id, 'name', t.full_name, 'active', t.active)) end)))
           from given g join users f on f.account_id = $1 and f.id = $6
             left join users t on t.account_id = $1 and t.id = g.receiver
         )
         select (select count(*) from wanted), (select count(*) from put) + (select count(*) from taken)"
    );
    let to: Vec<Uuid> = to.iter().map(|user| user.0).collect();
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(to)
        .bind(me)
        .bind(field.0)
        .bind(from.0)
        .fetch_one(tx.connection())
        .await?)
}
