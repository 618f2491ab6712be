//! What the server's login may do, and the refusal of one that may do too much.
//! The login owns nothing and inherits nothing: it can only step into the roles granted to it.

use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, PgPool};

/// Grants the login the roles of viewers, the writer and the jobs, and the functions of the schema `api`.
/// Run by the owner; harmless to repeat.
pub async fn grant(owner: &PgPool, login: &str) -> Result<()> {
    let quoted = format!("\"{}\"", login.replace('"', "\"\""));
    let roles: Vec<String> = sqlx::query_scalar(
        "select rolname::text from pg_roles r where (rolname like 'steward\\_view\\_%' or rolname like 'steward\\_bin\\_view\\_%' or rolname in ('steward_writer', 'steward_jobs'))
           and not exists (
             select 1 from pg_auth_members m join pg_roles l on l.oid = m.member where m.roleid = r.oid and l.rolname = $1
           )",
    )
    .bind(login)
    .fetch_all(owner)
    .await?;
    let run = async |sql: String| sqlx::raw_sql(AssertSqlSafe(sql)).execute(owner).await;
    for role in roles {
        run(format!("grant {role} to {quoted}"))
            .await
            .with_context(|| {
                format!(
                    "the owner may not grant {role}: give it createrole (alter role … createrole)"
                )
            })?;
    }
    run(format!("grant usage on schema api to {quoted}")).await?;
    run(format!(
        "grant execute on all functions in schema api to {quoted}"
    ))
    .await?;
    Ok(())
}

/// Refuses a login that could look past the borders between accounts.
pub async fn refuse_powerful(pool: &PgPool) -> Result<()> {
    let (name, superuser, bypass, inherits, owns): (String, bool, bool, bool, bool) = sqlx::query_as(
        "select r.rolname::text, r.rolsuper, r.rolbypassrls, r.rolinherit,
           exists (select 1 from pg_class c where c.relowner = r.oid)
             or exists (select 1 from pg_namespace n where n.nspowner = r.oid)
             or exists (select 1 from pg_database d where d.datdba = r.oid and d.datname = current_database())
         from pg_roles r where r.rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    let powers = [
        (superuser, "is a superuser"),
        (bypass, "has BYPASSRLS"),
        (owns, "owns the database or tables in it"),
        (
            inherits,
            "inherits the rights of its roles (alter it with NOINHERIT)",
        ),
    ];
    let found: Vec<&str> = powers
        .iter()
        .filter(|(has, _)| *has)
        .map(|(_, what)| *what)
        .collect();
    if !found.is_empty() {
        bail!(
            "DATABASE_URL signs in as {name}, which {}. Steward refuses to serve with it: the database could not keep accounts apart. \
             Create a login of its own (create role steward_server login noinherit) and put the owner into STEWARD_OWNER_URL.",
            found.join(" and ")
        );
    }
    let migrated: bool =
        sqlx::query_scalar("select to_regprocedure('api.actor(bytea)') is not null")
            .fetch_one(pool)
            .await
            .unwrap_or(false);
    if !migrated {
        bail!(
            "The database has no Steward schema yet, or {name} was granted nothing: run `steward migrate` with STEWARD_OWNER_URL set."
        );
    }
    Ok(())
}
