//! `steward seed`: made-up accounts to measure with, one of them large, written by COPY as the owner.
//! The same seed makes the same data; its times are counted back from today, so that some is always recent.

mod copy;
mod made_up;
mod people;
mod records;

use std::time::Instant;

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection};

use self::{
    made_up::Chance,
    people::Account,
    records::{companies, deals},
};
use crate::server::{passwords, run::Opened};

/// All seeded users sign in with it.
const PASSWORD: &str = "steward-seed";
/// Users of each other account, at most.
const SMALL_ACCOUNTS_USERS: usize = 10;
/// Whoever seeds holds this lock.
const LOCK: i64 = 0x5354_4557_5345_4544;
/// What is measured right after must not be measured on guesses of the planner, nor on pages not yet known to be visible.
const FILLED: [&str; 12] = [
    "accounts",
    "users",
    "credentials",
    "deal_phases",
    "companies",
    "company_words",
    "company_events",
    "company_responsibilities",
    "deals",
    "deal_words",
    "deal_events",
    "deal_responsibilities",
];

/// How much is made up.
#[derive(Clone, Debug, clap::Args)]
pub struct Plan {
    /// The same number makes the same ids, names and responsibilities.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many accounts; the first is the large one.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    accounts: u32,
    /// Companies of the large account.
    #[arg(long, default_value_t = 1_000_000)]
    companies: usize,
    /// Companies of each other account.
    #[arg(long, default_value_t = 1_000)]
    small_companies: usize,
    /// Deals of the large account; the others have as many for each company.
    #[arg(long, default_value_t = 300_000)]
    deals: usize,
    /// Users of the large account; the others have ten at most.
    #[arg(long, default_value_t = 200, value_parser = users)]
    users: usize,
}

fn users(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 5..=10_000) => Ok(n),
        _ => Err("this must be a number from 5 to 10000".to_owned()),
    }
}

/// `steward seed`
pub async fn run(opened: &Opened, plan: &Plan) -> Result<()> {
    let started = Instant::now();
    let pool = opened.logins.owner_pool().await?;
    let mut tx = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *tx)
        .await?;
    let known: bool = sqlx::query_scalar(
        "select exists (select 1 from users where lower(email) = 'user1@account1.seed.test')",
    )
    .fetch_one(&mut *tx)
    .await?;
    if known {
        bail!(
            "The database holds seeded accounts already; seed an empty one, such as another STEWARD_DATA"
        );
    }
    unchecked(&mut tx).await?;
    fill(&mut tx, plan, started).await?;
    // All or nothing: an interrupted seed leaves no half account behind.
    tx.commit().await?;
    tracing::info!(seconds = started.elapsed().as_secs(), "filled; vacuuming");
    for table in FILLED {
        sqlx::query(AssertSqlSafe(format!("vacuum (analyze) {table}")))
            .execute(&pool)
            .await?;
    }
    pool.close().await;
    tracing::info!(
        seconds = started.elapsed().as_secs(),
        password = PASSWORD,
        "seeded; sign in as user1@account1.seed.test (admin) to user{}@account1.seed.test",
        plan.users
    );
    Ok(())
}

/// Checking twenty million foreign keys that are right by construction takes longer than writing the rows.
/// Only a superuser may go without; the embedded owner is one.
async fn unchecked(tx: &mut PgConnection) -> Result<()> {
    let may: String = sqlx::query_scalar("select current_setting('is_superuser')")
        .fetch_one(&mut *tx)
        .await?;
    if may == "on" {
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await?;
    }
    sqlx::query("set local synchronous_commit = off")
        .execute(tx)
        .await?;
    Ok(())
}

async fn fill(tx: &mut PgConnection, plan: &Plan, started: Instant) -> Result<()> {
    let hash = passwords::hash(PASSWORD.to_owned()).await?;
    let today = today();
    for n in 1..=plan.accounts {
        // Each account has chances of its own: another size of one changes nothing in the others.
        let mut chance = Chance::new(plan.seed, n);
        let large = n == 1;
        let (companies_count, users) = if large {
            (plan.companies, plan.users)
        } else {
            (plan.small_companies, plan.users.min(SMALL_ACCOUNTS_USERS))
        };
        let deals_count = if large {
            plan.deals
        } else {
            share(plan.deals, companies_count, plan.companies)
        };
        let account = Account::make_up(&mut chance, n, users, today);
        account.write(tx, &hash).await?;
        let made = companies(tx, &mut chance, &account, companies_count, started).await?;
        deals(tx, &mut chance, &account, deals_count, &made, started).await?;
    }
    Ok(())
}

/// As many deals for each company as in the large account.
fn share(deals: usize, companies: usize, of: usize) -> usize {
    let share = deals as u128 * companies as u128 / (of.max(1) as u128);
    usize::try_from(share).unwrap_or(deals)
}

fn today() -> DateTime<Utc> {
    Utc::now().date_naive().and_time(NaiveTime::MIN).and_utc()
}
