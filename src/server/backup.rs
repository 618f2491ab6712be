//! Backup and restore of the whole database, by Postgres' own programs. A dump holds no roles, since these belong to the
//! cluster; restoring makes them first.

use std::{
    fs::{self, File},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use percent_encoding::percent_decode_str;
use sqlx::AssertSqlSafe;
use tokio::process::Command;

use super::{
    database::{embedded::binaries, migrate},
    run::Opened,
};

/// Where a file would be named: the standard output, or the standard input.
const STANDARD: &str = "-";

/// Dumps the database into a file that only its owner reads, or to the standard output; servers may go on meanwhile.
pub async fn backup(opened: &Opened, to: &Path) -> Result<()> {
    let mut dump = program(opened, "pg_dump")?;
    dump.arg("--format=custom").stdin(Stdio::null());
    if to.as_os_str() == STANDARD {
        return finish(dump, "pg_dump").await;
    }
    if to.exists() {
        bail!("{} exists already", to.display());
    }
    // Under another name until it is whole, so that half a dump is never taken for a backup.
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)
        .with_context(|| format!("cannot write {}", part.display()))?;
    dump.stdout(file.try_clone()?);
    let done = finish(dump, "pg_dump").await;
    if done.is_err() {
        // The dump's own error says more than one about a file that stays.
        let _ = fs::remove_file(&part);
        return done;
    }
    file.sync_all()?;
    fs::rename(&part, to)?;
    tracing::info!(file = %to.display(), "backed up");
    Ok(())
}

/// Restores a dump into a database that holds no account yet, and brings it up to date. The roles that the dump speaks of
/// are there: opening the database has migrated it.
pub async fn restore(opened: &Opened, from: &Path) -> Result<()> {
    let source = if from.as_os_str() == STANDARD {
        Stdio::inherit()
    } else {
        let file = File::open(from).with_context(|| format!("cannot read {}", from.display()))?;
        file.into()
    };
    make_room(opened).await?;
    let mut restore = program(opened, "pg_restore")?;
    // All of it or nothing; everything belongs to the owner who restores.
    restore
        .args(["--no-owner", "--single-transaction"])
        .stdin(source);
    finish(restore, "pg_restore").await.context(
        "nothing was restored. If a role is missing, the dump was made by a newer version, or its server's login had \
         another name: create that login first",
    )?;
    migrate(&opened.logins).await?;
    let owner = opened.logins.owner_pool().await?;
    let accounts: i64 = sqlx::query_scalar("select count(*) from accounts")
        .fetch_one(&owner)
        .await?;
    owner.close().await;
    tracing::info!(accounts, "restored");
    Ok(())
}

/// Empties a database in which nobody has anything; any other is refused.
async fn make_room(opened: &Opened) -> Result<()> {
    let owner = opened.logins.owner_pool().await?;
    let mut tx = owner.begin().await?;
    sqlx::raw_sql("lock table accounts, operators in access exclusive mode")
        .execute(&mut *tx)
        .await?;
    let used: bool = sqlx::query_scalar(
        "select exists (select 1 from accounts) or exists (select 1 from operators)",
    )
    .fetch_one(&mut *tx)
    .await?;
    if used {
        bail!(
            "There are accounts in this database already: a backup is restored into an empty one, and nothing was changed"
        );
    }
    for statement in [
        // The queue comes with the backup, with the jobs that waited.
        "drop schema if exists graphile_worker cascade",
        "drop schema api cascade",
        "drop schema public cascade",
        "create schema public",
        "alter schema public owner to pg_database_owner",
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    owner.close().await;
    Ok(())
}

/// One of Postgres' programs, signed in as the owner; the password goes where no list of processes shows it.
fn program(opened: &Opened, name: &str) -> Result<Command> {
    opened.require_owner()?;
    let (_, owner) = opened.urls();
    let (url, password) = without_password(&owner.context("the owner's address is known")?);
    let mut command = Command::new(binaries()?.join(name));
    command.arg("--dbname").arg(url).arg("--no-password");
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

async fn finish(mut command: Command, name: &str) -> Result<()> {
    let status = command
        .status()
        .await
        .with_context(|| format!("{name} did not run"))?;
    if !status.success() {
        bail!("{name} failed: see above");
    }
    Ok(())
}

/// `postgres://user:secret@host/db` as `postgres://user@host/db` and `secret`.
fn without_password(url: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (login, host) = authority.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        let password = percent_decode_str(password)
            .decode_utf8()
            .ok()?
            .into_owned();
        Some((format!("{scheme}://{user}@{host}{rest}"), Some(password)))
    };
    split().unwrap_or_else(|| (url.to_owned(), None))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_taken_out_of_an_address_and_nothing_else_is() {
        for (url, without, password) in [
            (
                "postgres://owner:p%40ss%3Aword@db:5433/steward?sslmode=require",
                "postgres://owner@db:5433/steward?sslmode=require",
                Some("p@ss:word"),
            ),
            (
                "postgresql://owner:x@db",
                "postgresql://owner@db",
                Some("x"),
            ),
            (
                "postgres://owner@db/steward",
                "postgres://owner@db/steward",
                None,
            ),
            (
                "postgres:///steward?host=/a:b@c&user=steward_owner",
                "postgres:///steward?host=/a:b@c&user=steward_owner",
                None,
            ),
        ] {
            let expected = (without.to_owned(), password.map(ToOwned::to_owned));
            assert_eq!(without_password(url), expected, "{url}");
        }
    }
}
