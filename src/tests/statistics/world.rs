//! An account with a shared mailbox and tickets whose history was made at the moments that a test wants.
//! For the tests beside it.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::TestApp;
use crate::{
    model::{
        AccountId, Actor, AppError, RecordId, RecordKind, UserId,
        lists::{ListPage, ListQuery},
        statistics::{Credited, Days, Fact, Period, Statistic, StatisticsQuery, Whose},
    },
    records::store,
    statistics::{Figures, Report, store::report},
};

/// Acme in Brussels, with its admin Ann, Bob and Cas.
pub struct World {
    pub app: TestApp,
    pub account: AccountId,
    pub ann: Actor,
    pub bob: Actor,
    pub cas: Actor,
}

pub fn moment(text: &str) -> Result<DateTime<Utc>> {
    text.parse().with_context(|| format!("{text} is a moment"))
}

pub fn days(first: &str, last: &str) -> Result<Days> {
    let day = |text: &str| text.parse::<NaiveDate>();
    Days::new(day(first)?, day(last)?).with_context(|| format!("{first} – {last} are days"))
}

pub fn asked(days: Days, credited: Credited) -> StatisticsQuery {
    StatisticsQuery {
        period: Period::Own,
        from: Some(days.first()),
        to: Some(days.last()),
        step: None,
        credited,
    }
}

/// The numbers of somebody in a report; none where he has no row.
pub fn of(report: &Report, whose: Option<&Actor>) -> Figures {
    let whose = Some(Whose::of(whose.map(|actor| actor.user)));
    let line = report.lines.iter().find(|line| line.whose == whose);
    line.map(|line| line.figures).unwrap_or_default()
}

impl World {
    pub async fn new() -> Result<Self> {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        Ok(Self {
            bob: app.colleague(account, "Bob Boon", "bob@acme.test").await?,
            cas: app.colleague(account, "Cas Claes", "cas@acme.test").await?,
            app,
            account,
            ann,
        })
    }

    pub async fn ticket(&self, at: DateTime<Utc>, of: Option<UserId>) -> Result<RecordId> {
        let id = RecordId::new();
        sqlx::query(
            "insert into tickets (account_id, id, subject, client_email, assigned_to_id, created_at, last_message_at)
             values ($1, $2, 'A question', 'carla@client.test', $3, $4, $4)",
        )
        .bind(self.account.0)
        .bind(id.0)
        .bind(of.map(|user| user.0))
        .bind(at)
        .execute(&self.app.owner)
        .await?;
        Ok(id)
    }

    pub async fn assign(&self, id: RecordId, to: Option<UserId>) -> Result<()> {
        sqlx::query("update tickets set assigned_to_id = $2 where id = $1")
            .bind(id.0)
            .bind(to.map(|user| user.0))
            .execute(&self.app.owner)
            .await?;
        Ok(())
    }

    /// Closes a ticket, or opens it again, at this moment: what the triggers do by the clock is done by its own function.
    pub async fn set_status(&self, id: RecordId, status: &str, at: DateTime<Utc>) -> Result<()> {
        let fact = if status == "closed" {
            Fact::Closed
        } else {
            Fact::Reopened
        };
        let mut tx = self.app.owner.begin().await?;
        sqlx::query("alter table tickets disable trigger fact_on_status")
            .execute(&mut *tx)
            .await?;
        sqlx::query("update tickets set status = $2 where id = $1")
            .bind(id.0)
            .bind(status)
            .execute(&mut *tx)
            .await?;
        sqlx::query("alter table tickets enable trigger fact_on_status")
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "select ticket_fact(t, $2, $3, case $2 when 'closed' then working_minutes(t.account_id, t.created_at, $3) end)
             from tickets t where t.id = $1",
        )
        .bind(id.0)
        .bind(fact.code())
        .bind(at)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    pub async fn reply(&self, id: RecordId, at: DateTime<Utc>) -> Result<()> {
        sqlx::query(
            "insert into ticket_messages (account_id, record_id, id, way, at, by_user_id, message_id, subject, body, state)
             values ($1, $2, $3, 'out', $4, $5, $3 || '@acme.test', 'Re: A question', 'An answer', 'sent')",
        )
        .bind(self.account.0)
        .bind(id.0)
        .bind(Uuid::now_v7())
        .bind(at)
        .bind(self.ann.user.0)
        .execute(&self.app.owner)
        .await?;
        Ok(())
    }

    pub async fn report(&self, days: Days, credited: Credited) -> Result<Report, AppError> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        report(&mut tx, &asked(days, credited)).await
    }

    /// The list behind a number.
    pub async fn list(&self, statistic: Statistic) -> Result<ListPage, AppError> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        let query = ListQuery {
            statistic: Some(statistic),
            ..ListQuery::default()
        };
        store::list(&mut tx, RecordKind::Ticket, &query).await
    }
}
