//! The kinds of transaction. [`Viewing`] runs under the role of its actor's rights, so that every read obeys the policies,
//! and [`Bin`] under one that shows him what he may restore; [`Working`] is a job's, on nobody's behalf; [`Writing`] runs under `steward_writer`, which knows the account
//! alone, and is only had from a viewer who has proved that he reaches what is to be written.

use std::ops::DerefMut;

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use super::catalogues::Catalogues;
use crate::model::{
    AccountId, Actor, AppError, Problem, RecordId, RecordKind,
    users::{ProjectReach, Reach, Rights, UserRole},
};

/// Who is told of what a transaction does, and when.
#[derive(Clone, Copy, Debug)]
pub enum Telling {
    /// It is an action of its own, told as soon as it is committed.
    Alone,
    /// It is one batch of a task, which tells of all of them when it is over.
    PartOf(Uuid),
    /// Nobody: what is made for a demonstration happened to nobody.
    Nobody,
}

impl Telling {
    fn settings(self) -> String {
        let (action, tell) = match self {
            Self::Alone => (Uuid::now_v7(), "now"),
            Self::PartOf(action) => (action, "later"),
            Self::Nobody => (Uuid::now_v7(), "never"),
        };
        format!("set local steward.action = '{action}'; set local steward.tell = '{tell}'")
    }
}

/// Reads as its actor.
pub struct Viewing {
    tx: Transaction<'static, Postgres>,
    actor: Actor,
    catalogues: Catalogues,
}

/// Reads what its actor finds in the bin, besides what he sees anyway.
pub struct Bin(Viewing);

/// Writes within its actor's account.
pub struct Writing {
    tx: Transaction<'static, Postgres>,
    actor: Actor,
    catalogues: Catalogues,
}

/// Works within an account on nobody's behalf, as jobs do: it reads as the account, and looks as one user after the other.
pub struct Working {
    tx: Transaction<'static, Postgres>,
    pub account: AccountId,
    catalogues: Catalogues,
    telling: Telling,
}

/// Proof that the viewer reaches what he is about to write.
#[must_use]
pub struct Reached(());

impl Reached {
    /// For a record that does not exist yet: there is nothing to reach.
    pub fn new_record() -> Self {
        Self(())
    }

    /// For what an account's admins set: the server function has asked for one.
    pub fn setting() -> Self {
        Self(())
    }

    /// For what everybody may change of himself.
    pub fn oneself() -> Self {
        Self(())
    }
}

const fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Full => "full",
        Reach::Limited => "limited",
        Reach::None => "none",
    }
}

/// The part of a role's name that tells a user's rights; the roles are made by the migrations.
fn rights_of(actor: &Actor) -> String {
    let projects = match actor.rights.projects {
        ProjectReach::All => "all",
        ProjectReach::Participation => "participation",
        ProjectReach::None => "none",
    };
    format!(
        "{}_{}_{projects}",
        reach(actor.rights.crm),
        reach(actor.rights.deals)
    )
}

const fn on_or_off(is: bool) -> &'static str {
    if is { "on" } else { "off" }
}

/// Sets what is no part of a role's name: there would be too many roles.
fn yes_or_no_rights(actor: &Actor) -> String {
    let invoices = on_or_off(actor.rights.invoices);
    let mailbox = on_or_off(actor.rights.mailbox);
    format!("set local steward.invoices = '{invoices}'; set local steward.mailbox = '{mailbox}'")
}

/// Sets who looks, but for the role.
fn whoever_looks(actor: &Actor) -> String {
    format!(
        "set local steward.\"user\" = '{}'; set local steward.second_enabled = '{}'; {}",
        actor.user,
        on_or_off(actor.second_enabled),
        yes_or_no_rights(actor),
    )
}

/// The database role of a user's rights.
fn viewer_role(actor: &Actor) -> String {
    format!("steward_view_{}", rights_of(actor))
}

/// The same, with what he finds in the bin.
fn bin_role(actor: &Actor) -> String {
    match actor.role {
        UserRole::Admin => "steward_bin_view_admin".to_owned(),
        UserRole::User => format!("steward_bin_view_{}", rights_of(actor)),
    }
}

/// In a task of its own, which nobody cancels: a request that goes away while its transaction begins would else give the
/// connection back with the transaction open, and the next one would find itself in it.
async fn begun(
    pool: &PgPool,
    statement: String,
) -> Result<Transaction<'static, Postgres>, AppError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(statement)).await });
    Ok(begun.await.map_err(AppError::internal)??)
}

impl Viewing {
    pub(super) async fn begin(
        pool: &PgPool,
        actor: &Actor,
        catalogues: Catalogues,
        telling: Telling,
    ) -> Result<Self, AppError> {
        Self::begin_as(pool, actor, catalogues, telling, viewer_role(actor)).await
    }

    async fn begin_as(
        pool: &PgPool,
        actor: &Actor,
        catalogues: Catalogues,
        telling: Telling,
        role: String,
    ) -> Result<Self, AppError> {
        // One round trip. Ids are UUIDs and the rest is ours: nothing here was typed by anybody.
        let statement = format!(
            "begin; set local steward.account = '{}'; {}; {}; set local role {role}",
            actor.account,
            whoever_looks(actor),
            telling.settings(),
        );
        Ok(Self {
            tx: begun(pool, statement).await?,
            actor: actor.clone(),
            catalogues,
        })
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What this server knows of the account's own fields.
    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    /// The connection, for reading.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.tx.deref_mut()
    }

    /// Locks a record that the viewer can see; what he cannot see is not found.
    pub async fn lock(&mut self, kind: RecordKind, id: RecordId) -> Result<Reached, AppError> {
        match self.lock_where(kind, id, "deleted_at is null").await {
            Err(AppError::NotFound) if !kind.seen_is_editable() && self.sees(kind, id).await? => {
                Err(AppError::form(Problem::MayNotEdit))
            }
            locked => locked,
        }
    }

    /// Proves that the viewer sees a record, for what whoever sees it may hang on it: a note, a step. Locks it where it could be
    /// changed as well.
    pub async fn reach(&mut self, kind: RecordKind, id: RecordId) -> Result<Reached, AppError> {
        if kind.seen_is_editable() {
            return self.lock(kind, id).await;
        }
        match self.sees(kind, id).await? {
            true => Ok(Reached(())),
            false => Err(AppError::NotFound),
        }
    }

    /// Whether there is such a record, for the viewer.
    pub async fn sees(&mut self, kind: RecordKind, id: RecordId) -> Result<bool, AppError> {
        let sql = format!(
            "select exists (select 1 from {} where account_id = $1 and id = $2 and deleted_at is null)",
            kind.table()
        );
        Ok(sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(self.actor.account.0)
            .bind(id.0)
            .fetch_one(self.connection())
            .await?)
    }

    async fn lock_where(
        &mut self,
        kind: RecordKind,
        id: RecordId,
        condition: &'static str,
    ) -> Result<Reached, AppError> {
        let sql = format!(
            "select id from {} where account_id = $1 and id = $2 and {condition} for update",
            kind.table()
        );
        let locked = sqlx::query(AssertSqlSafe(sql))
            .bind(self.actor.account.0)
            .bind(id.0)
            .fetch_optional(self.connection())
            .await?;
        match locked {
            Some(_) => Ok(Reached(())),
            None => Err(AppError::NotFound),
        }
    }

    /// Locks those of these records that the viewer can see, always in the same order, so that two who lock many wait for
    /// one another instead of for ever.
    pub async fn lock_all(
        &mut self,
        kind: RecordKind,
        ids: &[Uuid],
    ) -> Result<(Reached, Vec<Uuid>), AppError> {
        self.lock_all_where(kind, ids, "deleted_at is null").await
    }

    async fn lock_all_where(
        &mut self,
        kind: RecordKind,
        ids: &[Uuid],
        condition: &'static str,
    ) -> Result<(Reached, Vec<Uuid>), AppError> {
        let sql = format!(
            "select id from {} where account_id = $1 and id = any ($2) and {condition} order by id for update",
            kind.table()
        );
        let account = self.actor.account.0;
        let locked = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(ids)
            .fetch_all(self.connection())
            .await?;
        Ok((Reached(()), locked))
    }

    /// From here on reads as the same user would with other rights: what he would see, asked of the policies. On the same
    /// connection, since whoever holds one and waits for a second waits for ever once all do so.
    pub async fn with_rights(&mut self, role: UserRole, rights: Rights) -> Result<(), AppError> {
        self.actor.role = role;
        self.actor.rights = self.actor.locked.of(rights);
        let statement = format!(
            "{}; set local role {}",
            yes_or_no_rights(&self.actor),
            viewer_role(&self.actor)
        );
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Back to working for the account, in the same transaction.
    pub async fn work(mut self) -> Result<Working, AppError> {
        sqlx::raw_sql("set local steward.\"user\" = ''; set local role steward_writer")
            .execute(self.connection())
            .await?;
        Ok(Working {
            tx: self.tx,
            account: self.actor.account,
            catalogues: self.catalogues,
            telling: Telling::Alone,
        })
    }

    /// From here on the transaction writes; it reads as nobody in particular, so all that depends on
    /// who looks has been read before.
    pub async fn write(mut self, _proof: Reached) -> Result<Writing, AppError> {
        sqlx::query("set local role steward_writer")
            .execute(self.connection())
            .await?;
        Ok(Writing {
            tx: self.tx,
            actor: self.actor,
            catalogues: self.catalogues,
        })
    }
}

impl Working {
    pub(super) async fn begin(
        pool: &PgPool,
        account: AccountId,
        catalogues: Catalogues,
        telling: Telling,
    ) -> Result<Self, AppError> {
        let statement = format!(
            "begin; set local steward.account = '{account}'; set local role steward_writer"
        );
        Ok(Self {
            tx: begun(pool, statement).await?,
            account,
            catalogues,
            telling,
        })
    }

    /// The connection, under the role that knows the account alone.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.tx.deref_mut()
    }

    /// From here on what happens is told as one action, which nobody of the account does.
    pub async fn acts(&mut self) -> Result<(), AppError> {
        sqlx::raw_sql(AssertSqlSafe(self.telling.settings()))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Reads as this user, until [`Viewing::work`].
    pub async fn look_as(mut self, actor: &Actor) -> Result<Viewing, AppError> {
        if actor.account != self.account {
            return Err(AppError::internal("a job looked into another account"));
        }
        let statement = format!(
            "{}; set local role {}",
            whoever_looks(actor),
            viewer_role(actor)
        );
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(self.connection())
            .await?;
        Ok(Viewing {
            tx: self.tx,
            actor: actor.clone(),
            catalogues: self.catalogues,
        })
    }

    /// Commits, and has the workers look for the next job. They are woken for every job that comes in; after an outage many wait
    /// for whose coming nobody was there, and without this only a few of them were taken every second.
    pub async fn commit(mut self) -> Result<(), AppError> {
        sqlx::raw_sql("notify \"jobs:insert\"")
            .execute(self.connection())
            .await?;
        Ok(self.tx.commit().await?)
    }
}

impl Bin {
    pub(super) async fn begin(
        pool: &PgPool,
        actor: &Actor,
        catalogues: Catalogues,
        telling: Telling,
    ) -> Result<Self, AppError> {
        let viewing = Viewing::begin_as(pool, actor, catalogues, telling, bin_role(actor)).await?;
        Ok(Self(viewing))
    }

    pub fn actor(&self) -> &Actor {
        self.0.actor()
    }

    /// The connection, for reading: what lies in the bin has a `deleted_at`.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.0.connection()
    }

    /// Locks a record that the actor finds in the bin; any other is not found.
    pub async fn lock(&mut self, kind: RecordKind, id: RecordId) -> Result<Reached, AppError> {
        self.0.lock_where(kind, id, "deleted_at is not null").await
    }

    /// Locks those of these records that the actor finds in the bin.
    pub async fn lock_all(
        &mut self,
        kind: RecordKind,
        ids: &[Uuid],
    ) -> Result<(Reached, Vec<Uuid>), AppError> {
        let in_bin = "deleted_at is not null";
        self.0.lock_all_where(kind, ids, in_bin).await
    }

    pub async fn write(self, proof: Reached) -> Result<Writing, AppError> {
        self.0.write(proof).await
    }
}

impl Writing {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn connection(&mut self) -> &mut PgConnection {
        self.tx.deref_mut()
    }

    pub async fn commit(self) -> Result<(), AppError> {
        Ok(self.tx.commit().await?)
    }

    /// Tells, once this is committed, of an action whose batches were told of later.
    pub async fn tell(&mut self, action: Uuid) -> Result<(), AppError> {
        sqlx::query("select enqueue('tell', json_build_object('account', current_account(), 'action', $1::uuid), 'tell ' || $1::uuid)")
            .bind(action)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Commits a change of a record; one after which its author would not see it any more only if he has said that he
    /// means it. Whether he still sees it.
    pub async fn commit_if_meant(
        self,
        kind: RecordKind,
        id: RecordId,
        confirmed: bool,
    ) -> Result<bool, AppError> {
        let mut tx = self.view().await?;
        let seen = tx.sees(kind, id).await?;
        if !seen && !confirmed {
            // Dropped, the transaction is rolled back.
            return Err(AppError::form(Problem::LosesSight));
        }
        tx.tx.commit().await?;
        Ok(seen)
    }

    /// Back to reading as the actor, in the same transaction.
    pub async fn view(mut self) -> Result<Viewing, AppError> {
        let statement = format!("set local role {}", viewer_role(&self.actor));
        sqlx::query(AssertSqlSafe(statement))
            .execute(self.connection())
            .await?;
        Ok(Viewing {
            tx: self.tx,
            actor: self.actor,
            catalogues: self.catalogues,
        })
    }
}
