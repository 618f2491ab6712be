//! An edit form as a browser without scripts has it: read from the page, typed into, sent.
//! What it sends is what its page says, hidden inputs and choices included.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use super::super::support::{Answer, Browser};
use crate::model::{AppError, Conflict, RecordId, RecordKind, conflict};

/// A form as somebody has opened it, with what he types into it.
pub struct Form {
    kind: RecordKind,
    id: String,
    pub hidden: BTreeMap<String, String>,
    typed: BTreeMap<String, String>,
}

impl Form {
    /// Opens the edit page without scripts and reads its inputs.
    pub async fn open(browser: &mut Browser<'_>, kind: RecordKind, id: RecordId) -> Result<Self> {
        let mut form = Self {
            kind,
            id: id.to_string(),
            hidden: BTreeMap::new(),
            typed: BTreeMap::new(),
        };
        form.read(&browser.get(&form.page()).await?.body)?;
        Ok(form)
    }

    pub fn page(&self) -> String {
        format!("/{}/{}/edit", self.kind.path(), self.id)
    }

    /// Every control of the page, as a browser would send it.
    fn read(&mut self, page: &str) -> Result<()> {
        let (_, form) = page
            .split_once("action=\"/api/save\"")
            .context(page.to_owned())?;
        let (form, _) = form.split_once("</form>").context("the form ends")?;
        for input in form.split("<input ").skip(1) {
            let (Some(name), value) = (attribute(input, "name"), attribute(input, "value")) else {
                continue;
            };
            let unchecked = input.contains("type=\"radio\"")
                && !input
                    .split('>')
                    .next()
                    .unwrap_or_default()
                    .contains("checked");
            if !unchecked {
                self.put(&name, &value.unwrap_or_default());
            }
        }
        for select in form.split("<select ").skip(1) {
            let name = attribute(select, "name").context("a select has a name")?;
            let (options, _) = select.split_once("</select>").context("a select ends")?;
            let chosen = options.split("<option ").find(|option| {
                option
                    .split('>')
                    .next()
                    .unwrap_or_default()
                    .contains("selected")
            });
            let value = chosen.and_then(|option| attribute(option, "value"));
            self.put(&name, &value.unwrap_or_default());
        }
        for area in form.split("<textarea ").skip(1) {
            let name = attribute(area, "name").context("a textarea has a name")?;
            let text = area
                .split_once('>')
                .and_then(|(_, rest)| rest.split_once("</textarea>"));
            self.put(&name, &unescaped(text.context("a textarea ends")?.0));
        }
        Ok(())
    }

    pub fn put(&mut self, name: &str, value: &str) {
        let of = if name.starts_with("values[") {
            &mut self.typed
        } else {
            &mut self.hidden
        };
        of.insert(name.to_owned(), value.to_owned());
    }

    pub fn fill(&mut self, key: &str, value: &str) {
        self.put(&format!("values[{key}]"), value);
    }

    pub fn value(&self, key: &str) -> &str {
        self.typed
            .get(&format!("values[{key}]"))
            .map_or("", String::as_str)
    }

    pub fn choose(&mut self, key: &str, side: &str) {
        self.put(&conflict::keep_name(key), side);
    }

    pub fn sent(&self) -> Vec<(&str, &str)> {
        let all = self.hidden.iter().chain(&self.typed);
        all.map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Sends it as scripts do.
    pub async fn save(&self, browser: &mut Browser<'_>) -> Result<Answer> {
        browser.call("/api/save", &self.sent()).await
    }

    pub async fn saved(&self, browser: &mut Browser<'_>) -> Result<()> {
        let answer = self.save(browser).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        Ok(())
    }

    /// Sends it and is asked; takes the question into the form, as the page does.
    pub async fn asked(&mut self, browser: &mut Browser<'_>) -> Result<Conflict> {
        let answer = self.save(browser).await?;
        let AppError::Conflict(conflict) = answer.error()? else {
            bail!("{}", answer.body)
        };
        self.put(conflict::CONTESTED, &conflict::write(&conflict.fields));
        Ok(*conflict)
    }

    /// Sends it as a browser without scripts does, and reads the page that follows.
    pub async fn submit(&mut self, browser: &mut Browser<'_>) -> Result<String> {
        let page = self.page();
        browser.submit(&page, "/api/save", &self.sent()).await?;
        let body = browser.get(&page).await?.body;
        self.read(&body)?;
        Ok(body)
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(html: &str) -> String {
    [
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}
