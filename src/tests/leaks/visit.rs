//! One person going one way: every answer is searched for the ids and the words of all records. What has no reason to be
//! seen fails at once; what was seen, and through which addresses, is remembered.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use http::HeaderMap;

use super::{
    routes,
    scene::{Made, Person, Scene},
};
use crate::{
    model::{RecordId, RecordKind},
    tests::{
        bulk::export::first_sheet,
        support::{Answer, Browser},
    },
};

pub struct Visit<'s> {
    pub scene: &'s Scene,
    pub person: &'s Person,
    pub kind: RecordKind,
    browser: Browser<'s>,
    /// The records of the kind that the way asks about: all, unless it says otherwise.
    pub asked: BTreeSet<RecordId>,
    pub seen: BTreeSet<RecordId>,
    pub visited: BTreeSet<String>,
    /// A word, or the end of an id, that the next request itself contains: its answer may repeat it.
    typed: Option<String>,
}

impl<'s> Visit<'s> {
    pub fn new(scene: &'s Scene, person: &'s Person, kind: RecordKind) -> Self {
        let mut browser = scene.app.browser();
        browser.cookie.clone_from(&person.cookie);
        let of_kind = scene.records.iter().filter(|made| made.kind == kind);
        Self {
            scene,
            person,
            kind,
            browser,
            asked: of_kind.map(|made| made.id).collect(),
            seen: BTreeSet::new(),
            visited: BTreeSet::new(),
            typed: None,
        }
    }

    /// Asks one by one: about those made around this person, around the one before, and around another account's admin.
    pub fn one_by_one(&mut self) -> Vec<&'s Made> {
        let strangers = self
            .scene
            .records
            .iter()
            .map(|made| made.around)
            .max()
            .unwrap_or_default();
        let me = self.person.around;
        let wanted = [me, (me + 8) % 9, strangers];
        let records = self.scene.records.iter();
        let made: Vec<_> = records
            .filter(|made| made.kind == self.kind && wanted.contains(&made.around))
            .collect();
        self.asked = made.iter().map(|made| made.id).collect();
        made
    }

    /// The next request contains this word.
    pub fn types(&mut self, made: &Made) {
        self.typed = Some(made.word.clone());
    }

    /// The answer to the next request repeats the id that it contains.
    pub fn echoes(&mut self, made: &Made) {
        let id = made.id.to_string();
        self.typed = id.rsplit('-').next().map(ToOwned::to_owned);
    }

    /// By this way one reaches the record, though the answer does not name it.
    pub fn reached(&mut self, made: &Made) -> Result<()> {
        ensure!(
            self.person.sees(made.id),
            "{} is reached without a reason",
            made.word
        );
        self.seen.insert(made.id);
        Ok(())
    }

    pub async fn page(&mut self, path: &str) -> Result<Answer> {
        let answer = self.browser.get(path).await?;
        self.look(path, answer)
    }

    /// A spreadsheet, of which the sheet is looked at.
    pub async fn spreadsheet(&mut self, path: &str) -> Result<Answer> {
        let (status, bytes) = self.browser.bytes(path).await?;
        let body = if status.is_success() {
            first_sheet(&bytes)?
        } else {
            String::new()
        };
        let headers = HeaderMap::new();
        self.look(
            path,
            Answer {
                status,
                headers,
                body,
            },
        )
    }

    pub async fn call(&mut self, function: &str, values: &[(&str, &str)]) -> Result<Answer> {
        let path = format!("/api/{function}");
        let answer = self.browser.call(&path, values).await?;
        self.look(&path, answer)
    }

    /// As a browser without scripts sends it, and the page that it is led to: there the form comes back with what was sent.
    pub async fn submit(
        &mut self,
        made: &Made,
        function: &str,
        values: &[(&str, &str)],
    ) -> Result<Answer> {
        let path = format!("/api/{function}");
        let page = self.kind.address(made.id);
        let answer = self.browser.submit(&page, &path, values).await?;
        let answer = self.look(&path, answer)?;
        let Some(address) = answer.location() else {
            return Ok(answer);
        };
        self.echoes(made);
        self.page(address).await
    }

    /// Sends a file to be checked; the id of its import, where it was taken.
    pub async fn send_file(&mut self, kind: RecordKind, file: &str) -> Result<Option<String>> {
        const PATH: &str = "/settings/import/file";
        let values = [("kind", kind.child()), ("then", "check")];
        let answer = self
            .browser
            .send_file(PATH, &values, "a file.csv", file.as_bytes())
            .await?;
        let answer = self.look(PATH, answer)?;
        let id = answer
            .location()
            .and_then(|to| to.strip_prefix("/settings/import/"));
        Ok(id.map(ToOwned::to_owned))
    }

    /// Sends a file that is to go with a reply; whether it was taken.
    pub async fn attach(&mut self, made: &Made) -> Result<bool> {
        let path = format!("{}/files", RecordKind::Ticket.address(made.id));
        let answer = self
            .browser
            .send_file(&path, &[], "a file.txt", b"x")
            .await?;
        let answer = self.look(&path, answer)?;
        let taken = |to: &str| to.ends_with("#reply");
        Ok(answer.location().is_some_and(taken))
    }

    fn look(&mut self, path: &str, answer: Answer) -> Result<Answer> {
        let address = routes::pattern(path);
        // Who is signed out is led to the sign-in page by most ways.
        if !routes::WITHOUT_RECORDS
            .iter()
            .any(|(known, _)| *known == address)
        {
            self.visited.insert(address);
        }
        let typed = self.typed.take();
        let echoed = |token: &str| typed.as_deref() == Some(token);
        let tokens: BTreeSet<&str> = answer
            .body
            .split(|c: char| !c.is_ascii_alphanumeric())
            .collect();
        for made in &self.scene.records {
            let id = made.id.to_string();
            let last = id.rsplit('-').next().unwrap_or_default();
            let by_word = tokens.contains(made.word.as_str());
            // An answer without content repeats the address, and so the id, that was asked for.
            let by_id = answer.status.is_success() && tokens.contains(last);
            if self.person.sees(made.id) {
                if by_id {
                    self.seen.insert(made.id);
                }
                continue;
            }
            ensure!(
                !by_id || echoed(last),
                "{path}: {} shows by its id",
                made.word
            );
            ensure!(
                !by_word || echoed(&made.word) || self.names_a_customer(made),
                "{path}: {} shows",
                made.word
            );
        }
        Ok(answer)
    }

    /// A deal cannot be understood without its customer's name.
    fn names_a_customer(&self, made: &Made) -> bool {
        let mut deals = self.scene.records.iter();
        // A ticket can: it shows the address that it came from.
        deals.any(|deal| {
            deal.kind != RecordKind::Ticket
                && deal.customer == Some((made.kind, made.id))
                && self.person.sees(deal.id)
        })
    }
}
