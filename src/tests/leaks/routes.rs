//! Every address of the server: the pages in `app.rs`, the server functions, and the few routes besides. Each is gone
//! through by a way of the leak suite or stands here with the reason why it knows no record.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

use super::Visited;

/// What has no record in it, and why.
pub const WITHOUT_RECORDS: &[(&str, &str)] = &[
    ("/login", "before anybody is signed in"),
    ("/login/code", "before anybody is signed in"),
    ("/forgot-password", "before anybody is signed in"),
    ("/reset-password/:token", "before anybody is signed in"),
    ("/invitation/:token", "before anybody is signed in"),
    (
        "/unsubscribe/:token",
        "knows a mail’s link, and nobody’s name",
    ),
    (
        "/unsubscribe/{token}",
        "ends mails of a kind by a mail’s link",
    ),
    ("/healthz", "says that the process is alive"),
    ("/readyz", "says that the database answers"),
    ("/favicon.svg", "a file"),
    ("/robots.txt", "a file"),
    ("/api/{*name}", "the server functions, listed one by one"),
    ("/api/sign_in", "signs in"),
    ("/login/set-up", "one’s own second factor"),
    ("/live", "a number: how many notifications one has not read"),
    ("/api/sign_in_code", "signs in"),
    ("/api/begin_second_factor", "one’s own second factor"),
    ("/api/confirm_second_factor", "one’s own second factor"),
    ("/api/renew_recovery_codes", "one’s own second factor"),
    ("/api/turn_off_second_factor", "one’s own second factor"),
    ("/api/sign_out", "signs out"),
    (
        "/api/forgot_password",
        "sends a mail to who has the address",
    ),
    ("/api/reset_is_valid", "knows a link, and nobody’s name"),
    ("/api/reset_password", "changes one’s own password"),
    ("/api/change_password", "changes one’s own password"),
    ("/api/end_session", "ends one’s own session"),
    (
        "/api/save_profile",
        "changes one’s own language and time zone",
    ),
    (
        "/api/save-notification-choices",
        "changes how one is told oneself",
    ),
    ("/api/save-absence", "changes one’s own absence"),
    ("/api/end-absence", "ends one’s own absence"),
    (
        "/api/unsubscribing",
        "knows a mail’s link, and nobody’s name",
    ),
    ("/api/unsubscribe", "ends mails of a kind by a mail’s link"),
    ("/api/invitation", "knows a link and an account’s name"),
    ("/api/accept_invitation", "creates the invited user"),
];

/// The addresses of pages, from the routes' own text.
fn pages() -> Vec<String> {
    let mut prefix = "";
    let mut pages = Vec::new();
    for line in include_str!("../../app.rs").lines() {
        if line.contains("</ParentRoute>") {
            prefix = "";
        }
        let Some(path) = line
            .split("path!(\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
        else {
            continue;
        };
        if line.contains("<ParentRoute") {
            prefix = path;
        } else {
            pages.push(format!("{prefix}{path}"));
        }
    }
    pages
}

/// The routes beside Leptos' own, from the routers' own text.
fn others() -> Vec<String> {
    let texts = [
        include_str!("../../server/http/mod.rs"),
        include_str!("../../server/http/health.rs"),
        include_str!("../../settings/import/upload.rs"),
        include_str!("../../records/export/route.rs"),
        include_str!("../../mailbox/route.rs"),
        include_str!("../../mailbox/upload.rs"),
        include_str!("../../statistics/route.rs"),
        include_str!("../../notifications/stream.rs"),
        include_str!("../../notifications/one_click.rs"),
    ];
    let after = |text: &'static str, call: &'static str| {
        text.split(call)
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .map(ToOwned::to_owned)
    };
    texts
        .into_iter()
        .flat_map(|text| after(text, ".route(").chain(after(text, ".route_service(")))
        .collect()
}

fn all() -> BTreeSet<String> {
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    pages()
        .into_iter()
        .chain(others())
        .chain(functions)
        .collect()
}

/// The address as the routes have it: `/companies/:id` for the page of one company.
pub fn pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let fits = |pattern: &str| {
        let (mut here, mut there) = (path.split('/'), pattern.split('/'));
        loop {
            match (here.next(), there.next()) {
                (None, None) => return true,
                (Some(part), Some(known)) if part == known || known.starts_with([':', '{']) => {}
                _ => return false,
            }
        }
    };
    // The server functions are listed one by one.
    let others = others().into_iter().filter(|route| !route.contains('*'));
    let known = pages().into_iter().chain(others);
    let mut known: Vec<String> = known.filter(|page| fits(page)).collect();
    // An address of its own before an id: of exports of companies and the page of one company, the former.
    known.sort_by_key(|page| {
        let ends_in_any = page
            .rsplit('/')
            .next()
            .is_some_and(|last| last.starts_with([':', '{']));
        (page.matches([':', '{']).count(), ends_in_any)
    });
    known.into_iter().next().unwrap_or_else(|| path.to_owned())
}

/// Fails for an address that is in no table, or in one though it does not exist.
pub fn all_are_in_a_table(visited: &Visited) -> Result<()> {
    let all = all();
    ensure!(
        all.len() > 60,
        "the routes were not found: only {}",
        all.len()
    );
    let visited: BTreeSet<&String> = visited.values().flatten().collect();
    let without: BTreeMap<_, _> = WITHOUT_RECORDS.iter().copied().collect();
    for address in &all {
        ensure!(
            visited.contains(address) || without.contains_key(address.as_str()),
            "{address} is gone through by no way of the leak suite: add it to one in tests/leaks/ways.rs, or say in \
             tests/leaks/routes.rs why it knows no record"
        );
    }
    for (address, _) in WITHOUT_RECORDS {
        ensure!(all.contains(*address), "{address} does not exist");
    }
    for address in visited {
        ensure!(all.contains(address), "{address} is no route");
    }
    Ok(())
}
