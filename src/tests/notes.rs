//! Notes: Markdown of whoever sees the record, safe whatever was typed, changed by nobody but who wrote it; and only who can open
//! the record is told that he is mentioned.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, types::Json};
use uuid::Uuid;

use super::support::{Answer, Browser, TestApp};
use crate::{
    model::{
        Actor, AppError, Problem, RecordId, RecordKind, UserId,
        activity::{Entry, Note, What},
        notes::{NoteSaved, Offer},
        notifications::Event,
        records::RecordPage,
    },
    records::store,
};

const COMPANY: RecordKind = RecordKind::Company;

/// An account whose admin is Ann, with Cleo who sees everything and somebody limited; and a company of Ann's.
struct Desk<'a> {
    app: &'a TestApp,
    ann: Actor,
    cleo: Actor,
    limited: Actor,
    company: RecordId,
}

impl<'a> Desk<'a> {
    async fn new(app: &'a TestApp) -> Result<Self> {
        let (account, ann) = app.account("Acme").await?;
        let cleo = app
            .colleague(account, "Cleo Full", "cleo@acme.test")
            .await?;
        let limited = app.limited(account).await?;
        let company = app.company(&ann, "Zephyr").await?;
        Ok(Self {
            app,
            ann,
            cleo,
            limited,
            company,
        })
    }

    /// What somebody reads of the company's notes, the newest first.
    async fn notes(&self, who: &Actor) -> Result<Vec<Note>> {
        let mut tx = self.app.database.begin(who).await?;
        let entries = store::activity(&mut tx, COMPANY, self.company).await?;
        Ok(entries.into_iter().filter_map(noted).collect())
    }

    /// What was told of notes, in its order: as it is stored, and whom it mentions.
    async fn told(&self) -> Result<Vec<(String, Vec<UserId>)>> {
        let rows: Vec<(String, Json<Vec<UserId>>)> = sqlx::query_as(
            "select what, coalesce(detail -> 'mentions', '[]') from company_events where detail ? 'note' order by at, id",
        )
        .fetch_all(&self.app.owner)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(what, Json(who))| (what, who))
            .collect())
    }

    /// What the latest of these actions means for whom.
    async fn concerned(&self) -> Result<BTreeMap<UserId, Event>> {
        let action: Uuid = sqlx::query_scalar(
            "select action_id from company_events where detail ? 'note' order by at desc, id desc limit 1",
        )
        .fetch_one(&self.app.owner)
        .await?;
        let mut tx = self.app.database.begin_work(self.ann.account).await?;
        let action = store::concerned(&mut tx, action).await?;
        let events = action.concerns.into_iter();
        Ok(events
            .filter_map(|(user, of)| Some((user, of.values().next()?.event)))
            .collect())
    }
}

fn noted(entry: Entry) -> Option<Note> {
    match entry.what {
        What::Noted(note) => Some(note),
        _ => None,
    }
}

async fn save(
    browser: &mut Browser<'_>,
    (kind, id): (RecordKind, RecordId),
    note: Option<Uuid>,
    body: &str,
) -> Result<Answer> {
    let (id, note) = (id.to_string(), note.map(|note| note.to_string()));
    let values = [
        ("kind", kind.child()),
        ("id", &id),
        ("note", note.as_deref().unwrap_or_default()),
        ("body", body),
    ];
    browser.call("/api/save_note", &values).await
}

async fn delete(
    browser: &mut Browser<'_>,
    (kind, id): (RecordKind, RecordId),
    note: Uuid,
) -> Result<Answer> {
    let (id, note) = (id.to_string(), note.to_string());
    let values = [("kind", kind.child()), ("id", &id), ("note", &note)];
    browser.call("/api/delete_note", &values).await
}

fn saved(answer: &Answer) -> Result<NoteSaved> {
    serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
}

#[tokio::test]
async fn a_note_is_shown_as_what_it_means_and_never_as_what_would_run() -> Result<()> {
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    let of = (COMPANY, desk.company);
    let mut browser = app.browser_of(&desk.ann).await?;
    let body = "**Loud**\n\n- [x](javascript:alert(1))\n- https://a.test\n\n</textarea><script>alert(1)</script><img src=x onerror=alert(1)>";
    let answer = save(&mut browser, of, None, body).await?;
    assert_eq!(saved(&answer)?, NoteSaved::default());
    let page = browser.get(&COMPANY.address(desk.company)).await?.body;
    ensure!(page.contains("<strong>Loud</strong>"), "{page}");
    ensure!(page.contains(
        "<a href=\"https://a.test\" rel=\"noopener noreferrer nofollow\">https://a.test</a>"
    ));
    for markup in ["<script>alert", "<img src=x", "href=\"javascript"] {
        ensure!(!page.contains(markup), "{markup} in {page}");
    }
    let notes = desk.notes(&desk.ann).await?;
    let [note] = notes.as_slice() else {
        anyhow::bail!("{notes:?}");
    };
    ensure!(note.mine && !note.edited && note.body == body, "{note:?}");
    // Whoever else sees the record reads what it means, and not what was typed.
    let notes = desk.notes(&desk.cleo).await?;
    ensure!(
        !notes[0].mine && notes[0].body.is_empty() && notes[0].html == note.html,
        "{notes:?}"
    );
    Ok(())
}

#[tokio::test]
async fn only_who_wrote_a_note_edits_it_and_an_admin_may_delete_it_too() -> Result<()> {
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    let of = (COMPANY, desk.company);
    let mut ann = app.browser_of(&desk.ann).await?;
    let mut cleo = app.browser_of(&desk.cleo).await?;
    for (browser, body) in [(&mut cleo, "Of Cleo, secretly"), (&mut ann, "Of Ann")] {
        ensure!(save(browser, of, None, body).await?.status.is_success());
    }
    let notes = desk.notes(&desk.ann).await?;
    let (of_ann, of_cleo) = (notes[0].id, notes[1].id);
    // Nobody writes in another's name, not even an admin; and a colleague deletes nothing of his.
    for answer in [
        save(&mut ann, of, Some(of_cleo), "Forged").await?,
        save(&mut cleo, of, Some(of_ann), "Forged").await?,
        delete(&mut cleo, of, of_ann).await?,
        save(&mut cleo, of, Some(Uuid::now_v7()), "Forged").await?,
    ] {
        assert_eq!(answer.error()?, AppError::NotFound);
    }
    ensure!(
        save(&mut cleo, of, Some(of_cleo), "Of Cleo, secretly")
            .await?
            .status
            .is_success()
    );
    ensure!(
        !desk.notes(&desk.ann).await?[1].edited,
        "nothing was changed"
    );
    ensure!(
        save(&mut cleo, of, Some(of_cleo), "Of *Cleo*")
            .await?
            .status
            .is_success()
    );
    let notes = desk.notes(&desk.ann).await?;
    ensure!(
        notes[1].edited && notes[1].html.contains("Of <em>Cleo</em>"),
        "{notes:?}"
    );
    ensure!(delete(&mut ann, of, of_cleo).await?.status.is_success());
    ensure!(delete(&mut ann, of, of_ann).await?.status.is_success());
    for (browser, note) in [(&mut ann, of_ann), (&mut cleo, of_cleo)] {
        assert_eq!(
            delete(browser, of, note).await?.error()?,
            AppError::NotFound
        );
        assert_eq!(
            save(browser, of, Some(note), "Again").await?.error()?,
            AppError::NotFound
        );
    }
    // That there were notes stays; what they said is gone from everywhere.
    let notes = desk.notes(&desk.cleo).await?;
    ensure!(
        notes.len() == 2
            && notes
                .iter()
                .all(|note| note.deleted && note.html.is_empty())
    );
    let page = cleo.get(&COMPANY.address(desk.company)).await?.body;
    ensure!(page.matches("This note was deleted.").count() >= 2 && !page.contains("Of Ann"));
    let kept: i64 = sqlx::query_scalar("select count(*) from company_notes where body <> ''")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(kept, 0);
    Ok(())
}

#[tokio::test]
async fn whoever_is_mentioned_is_told_if_he_can_open_the_record_and_else_it_is_said() -> Result<()>
{
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    let (of, account) = ((COMPANY, desk.company), desk.ann.account);
    let twin = app
        .colleague(account, "Cleo Full", "twin@acme.test")
        .await?;
    let dora = app
        .colleague(account, "Dora Deactivated", "dora@acme.test")
        .await?;
    app.as_owner("update users set active = false where email = 'dora@acme.test'")
        .await?;
    let (_, stranger) = app.account("Other").await?;
    let mut browser = app.browser_of(&desk.ann).await?;
    let limited = &desk.limited.full_name;
    let body = format!(
        "@cleo full, @{limited}, @{}, `@Cleo Full` and @Nobody",
        dora.full_name
    );
    let answer = save(&mut browser, of, None, &body).await?;
    let mut untold = saved(&answer)?.untold;
    untold.sort();
    let mut expected = vec![limited.clone(), dora.full_name.clone()];
    expected.sort();
    assert_eq!(untold, expected);
    let mut told = desk.told().await?;
    told[0].1.sort();
    let mut both = vec![desk.cleo.user, twin.user];
    both.sort();
    assert_eq!(
        told,
        [("noted".to_owned(), both.clone())],
        "both of one name"
    );
    ensure!(
        stranger.full_name == "Ann Admin"
            && desk.notes(&desk.ann).await?[0]
                .html
                .contains("class=\"mention\"")
    );
    let concerned = desk.concerned().await?;
    for user in both {
        assert_eq!(concerned.get(&user), Some(&Event::Mention));
    }
    ensure!(!concerned.contains_key(&desk.limited.user));

    // Once he can open it, an edit tells him, and nobody a second time.
    let note = desk.notes(&desk.ann).await?[0].id;
    let limited_id = desk.limited.user.to_string();
    let was = desk.told().await?.len();
    ensure!(
        save(&mut browser, of, Some(note), &format!("{body}."))
            .await?
            .status
            .is_success()
    );
    assert_eq!(
        desk.told().await?.len(),
        was,
        "an edit that mentions nobody anew tells nobody"
    );
    app.as_owner(&format!(
        "update companies set sales_contact_id = '{limited_id}' where id = '{}'",
        desk.company
    ))
    .await?;
    let answer = save(&mut browser, of, Some(note), &body).await?;
    assert_eq!(saved(&answer)?.untold, [dora.full_name]);
    let told = desk.told().await?;
    assert_eq!(
        told[1..],
        [("mentioned".to_owned(), vec![desk.limited.user])]
    );
    assert_eq!(
        desk.concerned().await?.into_iter().collect::<Vec<_>>(),
        [(desk.limited.user, Event::Mention)],
        "those responsible were told when it was written"
    );
    // The note stands where it was written; the entry of the edit says that there was one, and notifications can show it.
    let mut tx = app.database.begin(&desk.limited).await?;
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select id from company_events where detail ? 'note' order by at, id")
            .fetch_all(&app.owner)
            .await?;
    let entries = store::entries(&mut tx, COMPANY, &ids).await?;
    let notes: Vec<Note> = entries
        .into_iter()
        .filter_map(|(_, entry)| noted(entry))
        .collect();
    ensure!(
        notes.len() == 2 && !notes[0].again && notes[1].again && notes[1].html == notes[0].html,
        "{notes:?}"
    );
    Ok(())
}

#[tokio::test]
async fn those_who_may_be_mentioned_are_offered_and_who_cannot_open_it_comes_last() -> Result<()> {
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    app.colleague(desk.ann.account, "Cleo Full", "twin@acme.test")
        .await?;
    app.account("Other").await?;
    let id = desk.company.to_string();
    let values = [("kind", "company"), ("id", id.as_str())];
    let mut browser = app.browser_of(&desk.ann).await?;
    let answer = browser.call("/api/mentionable", &values).await?;
    let offers: Vec<Offer> = serde_json::from_str(&answer.body)?;
    let offer = |full_name: &str, can_open| Offer {
        full_name: full_name.to_owned(),
        can_open,
    };
    assert_eq!(
        offers,
        [
            offer("Cleo Full", true),
            offer(&desk.limited.full_name, false)
        ]
    );
    Ok(())
}

#[tokio::test]
async fn who_does_not_see_the_record_neither_reads_nor_writes_its_notes() -> Result<()> {
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    let of = (COMPANY, desk.company);
    let mut ann = app.browser_of(&desk.ann).await?;
    ensure!(
        save(&mut ann, of, None, "Between us")
            .await?
            .status
            .is_success()
    );
    let note = desk.notes(&desk.ann).await?[0].id;
    let (_, stranger) = app.account("Other").await?;
    for who in [&desk.limited, &stranger] {
        // One of his own, to reach the note through.
        let own = app.company(who, "Own").await?;
        let mut browser = app.browser_of(who).await?;
        for answer in [
            save(&mut browser, of, None, "Hello").await?,
            save(&mut browser, of, Some(note), "Hello").await?,
            save(&mut browser, (COMPANY, own), Some(note), "Hello").await?,
            save(&mut browser, (RecordKind::Deal, own), None, "Hello").await?,
            delete(&mut browser, of, note).await?,
            delete(&mut browser, (COMPANY, own), note).await?,
        ] {
            assert_eq!(answer.error()?, AppError::NotFound, "{}", who.full_name);
        }
        let id = desk.company.to_string();
        let values = [("kind", "company"), ("id", id.as_str())];
        for function in ["/api/mentionable", "/api/detail"] {
            let answer = browser.call(function, &values).await?;
            assert_eq!(answer.error()?, AppError::NotFound);
        }
        let mut tx = app.database.begin(who).await?;
        let seen: i64 = sqlx::query_scalar("select count(*) from company_notes")
            .fetch_one(tx.connection())
            .await?;
        assert_eq!(seen, 0, "the policies hide it from {}", who.full_name);
    }
    // Whoever sees a record reads all of its notes, whoever wrote them.
    app.as_owner(&format!(
        "update companies set sales_contact_id = '{}' where id = '{}'",
        desk.limited.user, desk.company
    ))
    .await?;
    ensure!(
        desk.notes(&desk.limited).await?[0]
            .html
            .contains("Between us")
    );
    Ok(())
}

#[tokio::test]
async fn every_kind_of_record_has_notes_and_a_note_is_a_sign_of_life() -> Result<()> {
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    let mut browser = app.browser_of(&desk.ann).await?;
    let contact = app
        .create(&desk.ann, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    let records = [
        (COMPANY, desk.company),
        (RecordKind::Contact, contact),
        (
            RecordKind::Deal,
            app.deal(&desk.ann, "Sails", desk.company, &desk.ann)
                .await?,
        ),
        (
            RecordKind::Invoice,
            app.invoice(&desk.ann, "1", desk.company, &[]).await?,
        ),
    ];
    for (kind, id) in records {
        let table = kind.table();
        app.as_owner(&format!(
            "update {table} set active_at = now() - interval '20 days'"
        ))
        .await?;
        let answer = save(&mut browser, (kind, id), None, "Hello").await?;
        ensure!(answer.status.is_success(), "{table}: {}", answer.body);
        let sql = format!("select active_at > now() - interval '1 day' from {table} where id = $1");
        let active: bool = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(id.0)
            .fetch_one(&app.owner)
            .await?;
        ensure!(active, "{table}");
        let values = [("kind", kind.child()), ("id", &id.to_string())];
        let page: RecordPage =
            serde_json::from_str(&browser.call("/api/detail", &values).await?.body)?;
        ensure!(
            page.activity.into_iter().filter_map(noted).count() == 1,
            "{table}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_a_note_is_said_beside_it_and_without_scripts_comes_back() -> Result<()> {
    let app = TestApp::new().await?;
    let desk = Desk::new(&app).await?;
    let of = (COMPANY, desk.company);
    let mut browser = app.browser_of(&desk.ann).await?;
    let long = "é".repeat(20_001);
    for (body, problem) in [
        (" \n\t", Problem::Required),
        ("a\0b", Problem::ControlCharacters),
        ("a\u{1b}[2Jb", Problem::ControlCharacters),
        (long.as_str(), Problem::TooLong { max: 20_000 }),
    ] {
        let answer = save(&mut browser, of, None, body).await?;
        assert_eq!(answer.error()?, AppError::field("body", problem));
    }
    ensure!(desk.told().await?.is_empty());
    let id = desk.company.to_string();
    let form = |body| {
        [
            ("kind", "company"),
            ("id", id.as_str()),
            ("note", ""),
            ("body", body),
        ]
    };
    let path = COMPANY.address(desk.company);
    let hostile = "</textarea><script>alert(1)</script>\u{7}";
    browser
        .submit(&path, "/api/save_note", &form(hostile))
        .await?;
    let page = browser.get(&path).await?.body;
    ensure!(
        page.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)") && !page.contains("<script>alert")
    );
    ensure!(
        page.contains("Contains characters that cannot be saved"),
        "{page}"
    );
    // What is done is said on the page that follows, with who is not told.
    let body = format!("@{}", desk.limited.full_name);
    let answer = browser
        .submit(&path, "/api/save_note", &form(&body))
        .await?;
    assert_eq!(answer.location(), Some(path.as_str()));
    let page = browser.get(&path).await?.body;
    let said = format!(
        "Saved. {} cannot open this and is not told.",
        desk.limited.full_name
    );
    ensure!(page.contains(&said), "{page}");
    let note = desk.notes(&desk.ann).await?[0].id.to_string();
    let values = [
        ("kind", "company"),
        ("id", id.as_str()),
        ("note", note.as_str()),
    ];
    browser.submit(&path, "/api/delete_note", &values).await?;
    let page = browser.get(&path).await?.body;
    ensure!(page.contains("The note is deleted.") && page.contains("This note was deleted."));
    Ok(())
}
