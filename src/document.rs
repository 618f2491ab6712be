//! The document around every page, and which pages are open to everybody: what the server is handed.
//! Only the server has it; the browser takes over the body.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::{
    accounts::second_factor::OWED,
    app::{App, first_context},
    mailbox, notifications,
    records::{bulk, export},
    server::{
        context,
        http::{Pages, allow_own_scripts},
    },
    settings::import::upload,
    statistics,
};

/// What the server serves.
pub const PAGES: Pages = Pages {
    shell,
    open: &[
        "/login",
        "/login/code",
        "/forgot-password",
        "/reset-password/",
        "/invitation/",
        "/unsubscribe/",
    ],
    posted: &["/unsubscribe/{token}"],
    owed: OWED,
    files: || {
        upload::routes()
            .merge(export::routes())
            .merge(mailbox::routes())
            .merge(statistics::routes())
            .merge(notifications::routes())
    },
    streams: notifications::streams,
    background: |app| Box::pin(background(app)),
    jobs: |options| mailbox::define(notifications::define(options)),
    app: || view! { <App /> }.into_any(),
    operators: &["/support", "/support/{id}"],
};

/// What every server looks after: acts whose server is no more, and the clock.
async fn background(app: context::App) {
    tokio::join!(
        bulk::watch(app.database.clone()),
        notifications::watch(app.database.clone()),
        mailbox::watch(app)
    );
}

/// The document around every page.
fn shell(options: LeptosOptions) -> AnyView {
    let context = first_context();
    allow_own_scripts();
    view! {
        <!DOCTYPE html>
        <html lang=context.language.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
    .into_any()
}
