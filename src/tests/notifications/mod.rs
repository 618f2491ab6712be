//! Who is told of what, and what of it he may still read: the rules of "Who is told", each as a test; the stream by which browsers
//! hear of it; and that a server may die at any moment.

mod bulk;
mod killed;
mod kinds;
mod projects;
mod reading;
mod rules;
mod stream;

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::support::TestApp;
use crate::{
    model::{
        AccountId, Actor, Duty, Language, RecordId, RecordKind, Role, UserId,
        conflict::Base,
        notifications::{About, Notification, NotificationQuery},
    },
    notifications::store as told,
    records::store::{self, ChooseResponsible, SaveForm},
};

/// An account with its admin Ann, Bob and Cas with full rights, and Emma, who is limited in CRM.
struct Acme {
    app: TestApp,
    account: AccountId,
    ann: Actor,
    bob: Actor,
    cas: Actor,
    emma: Actor,
}

impl Acme {
    async fn new() -> Result<Self> {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
        let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
        let emma = app.limited(account).await?;
        Ok(Self {
            app,
            account,
            ann,
            bob,
            cas,
            emma,
        })
    }

    /// A company that this person is responsible for; everybody has heard of it.
    async fn company_of(&self, name: &str, of: &Actor) -> Result<RecordId> {
        let values = [("name", name), ("sales_contact", &of.user.to_string())];
        let id = self
            .app
            .create(&self.ann, RecordKind::Company, &values)
            .await?;
        self.forget().await?;
        Ok(id)
    }

    async fn deal_of(&self, title: &str, customer: RecordId, of: &Actor) -> Result<RecordId> {
        let id = self.app.deal(&self.ann, title, customer, of).await?;
        self.forget().await?;
        Ok(id)
    }

    /// Nobody was told of anything so far.
    async fn forget(&self) -> Result<()> {
        self.app.work().await?;
        self.app
            .as_owner("delete from notifications; delete from mails")
            .await
    }

    async fn choose(
        &self,
        by: &Actor,
        (kind, id): (RecordKind, RecordId),
        role: Role,
        to: Option<&Actor>,
    ) -> Result<()> {
        let mut tx = self.app.database.begin(by).await?;
        let was = store::record(&mut tx, kind, id).await?.user(role);
        let choice = ChooseResponsible {
            kind,
            id,
            duty: Duty::Role(role),
            user: to.map(|actor| actor.user),
            was,
            confirmed: true,
        };
        store::set_responsible(tx, choice).await?;
        Ok(())
    }

    /// Saves a record's form with these values.
    async fn edit(
        &self,
        by: &Actor,
        (kind, id): (RecordKind, RecordId),
        typed: &[(&str, &str)],
    ) -> Result<()> {
        let typed: BTreeMap<String, String> = typed
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect();
        let mut tx = self.app.database.begin(by).await?;
        let version = store::record(&mut tx, kind, id).await?.version;
        let form = SaveForm {
            kind,
            id,
            version: Some(version),
            typed: &typed,
            base: &Base::default(),
            confirmed: true,
        };
        store::save(tx, form).await?;
        Ok(())
    }

    /// What somebody finds in his bell, the newest first, after every job was done.
    async fn told(&self, to: &Actor) -> Result<Vec<String>> {
        self.app.work().await?;
        Ok(self.shown(to).await?.iter().map(line).collect())
    }

    async fn shown(&self, to: &Actor) -> Result<Vec<Notification>> {
        // As he is now: his rights may have changed.
        let to = self.app.actor(&to.email).await?;
        let mut tx = self.app.database.begin(&to).await?;
        let page = told::notifications(&mut tx, &NotificationQuery::default()).await?;
        Ok(page.notifications)
    }

    async fn unread(&self, of: &Actor) -> Result<i64> {
        let of = self.app.actor(&of.email).await?;
        let mut tx = self.app.database.begin(&of).await?;
        Ok(told::unread(&mut tx).await?)
    }

    async fn make_second_available(&self) -> Result<()> {
        self.app
            .as_owner("update accounts set second_enabled = true")
            .await
    }

    async fn first(&self, of: &Actor) -> Result<Notification> {
        self.shown(of)
            .await?
            .into_iter()
            .next()
            .context("he was told something")
    }
}

/// "Acme client: Ann Admin changed this (for Bob Boon) [changed]"
fn line(one: &Notification) -> String {
    let name = match &one.about {
        About::Record { name, .. } => format!("{name}: "),
        _ => String::new(),
    };
    let lines = one.lines(Language::En).join("; ");
    let stands_in = one.stands_in(Language::En).map(|text| format!(" ({text})"));
    format!(
        "{name}{lines}{} [{}]",
        stands_in.unwrap_or_default(),
        one.event.code()
    )
}

const NOBODY: [&str; 0] = [];

fn of(kind: RecordKind, id: RecordId) -> (RecordKind, RecordId) {
    (kind, id)
}

fn company(id: RecordId) -> (RecordKind, RecordId) {
    of(RecordKind::Company, id)
}

fn deal(id: RecordId) -> (RecordKind, RecordId) {
    of(RecordKind::Deal, id)
}

fn id(user: UserId) -> String {
    user.to_string()
}
