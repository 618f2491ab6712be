//! Creating accounts and users as the owner of the database: the command line, the demo, the seed.
//! Nothing that a browser can reach comes through here.

use std::io::{BufRead, stdin};

use anyhow::{Context, Result, bail};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    model::{
        AccountId, Language, Text, UserId,
        catalogue::is_email,
        users::{Rights, UserRole},
    },
    server::{config, passwords, run::Opened, time::is_zone},
    texts,
};

pub struct NewAccount {
    pub name: String,
    pub plan: String,
    /// IANA name.
    pub time_zone: String,
    /// Its users sign in on this machine only.
    pub demo: bool,
}

pub struct NewUser {
    pub full_name: String,
    pub email: String,
    pub role: UserRole,
    pub rights: Rights,
    pub language: Language,
}

impl NewUser {
    pub fn admin(full_name: &str, email: &str, language: Language) -> Self {
        let (full_name, email) = (full_name.to_owned(), email.to_owned());
        Self {
            full_name,
            email,
            role: UserRole::Admin,
            rights: Rights::FULL,
            language,
        }
    }
}

texts! {
    LEAD = "Lead" | "Prospect" | "Lead";
    CONTACTED = "Contacted" | "Contacté" | "Gecontacteerd";
    OFFER_MADE = "Offer made" | "Offre remise" | "Offerte gemaakt";
    NEGOTIATION = "Negotiation" | "Négociation" | "Onderhandeling";
    WON = "Won" | "Gagnée" | "Gewonnen";
    LOST = "Lost" | "Perdue" | "Verloren";
}

/// Where every account's pipeline begins: name, outcome, probability in percent.
pub(super) const PHASES: [(Text, &str, i32); 6] = [
    (LEAD, "open", 10),
    (CONTACTED, "open", 25),
    (OFFER_MADE, "open", 50),
    (NEGOTIATION, "open", 75),
    (WON, "won", 100),
    (LOST, "lost", 0),
];

/// Creates an account with the phases that its deals begin with.
pub async fn account(
    owner: &mut PgConnection,
    new: &NewAccount,
    language: Language,
) -> Result<AccountId> {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into accounts (id, name, plan, time_zone, demo) values ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(&new.name)
    .bind(&new.plan)
    .bind(&new.time_zone)
    .bind(new.demo)
    .execute(&mut *owner)
    .await?;
    for ((name, outcome, probability), position) in PHASES.into_iter().zip(1i32..) {
        sqlx::query(
            "insert into deal_phases (account_id, id, name, position, outcome, probability) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(Uuid::now_v7())
        .bind(name.get(language))
        .bind(position)
        .bind(outcome)
        .bind(probability)
        .execute(&mut *owner)
        .await?;
    }
    Ok(AccountId(id))
}

/// Creates an active user who signs in with this password.
pub async fn user(
    owner: &mut PgConnection,
    account: AccountId,
    new: &NewUser,
    time_zone: &str,
    password_hash: &str,
) -> Result<UserId> {
    let id = Uuid::now_v7();
    let Rights {
        crm,
        deals,
        projects,
        invoices,
        mailbox,
        export,
    } = new.rights;
    sqlx::query(
        "insert into users (account_id, id, full_name, email, role, crm, deals, projects, invoices, mailbox, export, language, time_zone)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(account.0)
    .bind(id)
    .bind(&new.full_name)
    .bind(&new.email)
    .bind(new.role.code())
    .bind(crm.code())
    .bind(deals.code())
    .bind(projects.code())
    .bind(invoices)
    .bind(mailbox)
    .bind(export)
    .bind(new.language.code())
    .bind(time_zone)
    .execute(&mut *owner)
    .await?;
    sqlx::query("insert into credentials (account_id, user_id, password_hash) values ($1, $2, $3)")
        .bind(account.0)
        .bind(id)
        .bind(password_hash)
        .execute(&mut *owner)
        .await?;
    Ok(UserId(id))
}

/// `steward create-account`
pub async fn with_admin(
    opened: &Opened,
    new: &NewAccount,
    full_name: String,
    email: String,
    language: Language,
) -> Result<()> {
    if new.name.trim().is_empty() || full_name.trim().is_empty() {
        bail!("--name and --admin must not be empty");
    }
    if !is_email(&email) {
        bail!("--email must be an e-mail address, not {email:?}");
    }
    if !is_zone(&new.time_zone) {
        bail!(
            "--time-zone must be an IANA name such as Europe/Brussels, not {:?}",
            new.time_zone
        );
    }
    let password = password()?;
    let hash = passwords::hash(password)
        .await
        .context("the password could not be hashed")?;

    let pool = opened.logins.owner_pool().await?;
    let mut tx = pool.begin().await?;
    let id = account(&mut tx, new, language).await?;
    let admin = NewUser::admin(&full_name, &email, language);
    user(&mut tx, id, &admin, &new.time_zone, &hash)
        .await
        .map_err(|error| {
            let taken = error
                .downcast_ref::<sqlx::Error>()
                .and_then(|error| error.as_database_error()?.constraint())
                == Some("users_email_key");
            if taken {
                anyhow::anyhow!("{email} signs in to an account already")
            } else {
                error
            }
        })?;
    tx.commit().await?;
    tracing::info!(account = %id, %email, "account created");
    Ok(())
}

/// From the environment, else the first line of the standard input.
pub(super) fn password() -> Result<String> {
    let password = match config::password() {
        Some(password) => password,
        None => {
            let mut line = String::new();
            stdin()
                .lock()
                .read_line(&mut line)
                .context("the password could not be read")?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    if password.chars().count() < passwords::MIN_LENGTH {
        bail!(
            "the password must have at least {} characters; set STEWARD_PASSWORD",
            passwords::MIN_LENGTH
        );
    }
    Ok(password)
}
