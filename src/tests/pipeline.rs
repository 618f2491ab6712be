//! The pipeline: deals on their way through the phases, won, lost and reopened; the board that counts them; and the phases
//! themselves, which admins change.

use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::support::{Answer, Browser, TestApp};
use crate::{
    model::{
        Actor, AppError, Language, Problem, RecordId, RecordKind,
        board::{Board, BoardQuery},
        pipeline::{Phase, Standing, Status},
    },
    records::store,
};

/// An account with a company, a deal of it, and its admin's browser.
struct Desk<'a> {
    app: &'a TestApp,
    ann: Actor,
    company: RecordId,
    deal: RecordId,
    phases: Vec<Phase>,
    browser: Browser<'a>,
}

impl<'a> Desk<'a> {
    async fn new(app: &'a TestApp) -> Result<Self> {
        let (_, ann) = app.account("Acme").await?;
        let company = app.company(&ann, "Zephyr").await?;
        let deal = app.deal(&ann, "Sails", company, &ann).await?;
        let phases = store::phases(&mut app.database.begin(&ann).await?).await?;
        let browser = app.browser_of(&ann).await?;
        Ok(Self {
            app,
            ann,
            company,
            deal,
            phases,
            browser,
        })
    }

    fn phase(&self, status: Status) -> Result<Uuid> {
        let mut phases = self.phases.iter();
        let found = phases.find(|phase| phase.status == status);
        Ok(found.context("an account has all three")?.id)
    }

    async fn move_to(&mut self, phase: Uuid, reason: &str) -> Result<Answer> {
        let (id, phase) = (self.deal.to_string(), phase.to_string());
        let values = [("id", id.as_str()), ("phase", &phase), ("reason", reason)];
        self.browser.call("/api/move_deal", &values).await
    }

    async fn standing(&mut self) -> Result<Standing> {
        let id = self.deal.to_string();
        let answer = self.browser.call("/api/standing", &[("id", &id)]).await?;
        Ok(serde_json::from_str(&answer.body)?)
    }

    async fn board(&mut self) -> Result<Board> {
        let values = [("query[mine]", "false"), ("query[show]", "20")];
        let answer = self.browser.call("/api/board", &values).await?;
        Ok(serde_json::from_str(&answer.body)?)
    }

    async fn told(&self) -> Result<Vec<String>> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        let entries = store::activity(&mut tx, RecordKind::Deal, self.deal).await?;
        Ok(entries
            .iter()
            .map(|entry| entry.text(Language::En))
            .collect())
    }

    async fn admin(&mut self, function: &str, values: &[(&str, &str)]) -> Result<Answer> {
        self.browser.call(&format!("/api/{function}"), values).await
    }

    async fn names(&self) -> Result<Vec<String>> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        let phases = store::phases(&mut tx).await?;
        Ok(phases.into_iter().map(|phase| phase.name).collect())
    }
}

fn problem(answer: &Answer, field: &str) -> Result<Problem> {
    match answer.error()? {
        AppError::Invalid(problems) => problems
            .get(field)
            .cloned()
            .with_context(|| format!("{problems:?}")),
        other => anyhow::bail!("{other:?}"),
    }
}

#[tokio::test]
async fn a_deal_is_moved_lost_with_a_reason_reopened_where_it_was_and_won() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let (second, won, lost) = (
        desk.phases[1].id,
        desk.phase(Status::Won)?,
        desk.phase(Status::Lost)?,
    );
    ensure!(desk.move_to(second, "").await?.status.is_success());
    let without = desk.move_to(lost, " ").await?;
    assert_eq!(problem(&without, "reason")?, Problem::Required);
    assert_eq!(desk.standing().await?.phase, second);

    ensure!(
        desk.move_to(lost, "Too expensive")
            .await?
            .status
            .is_success()
    );
    let now = desk.standing().await?;
    assert_eq!(now.lost_reason.as_deref(), Some("Too expensive"));
    assert_eq!(now.reopens_in, Some(second));
    ensure!(now.closed_on.is_some());

    ensure!(desk.move_to(second, "").await?.status.is_success());
    let now = desk.standing().await?;
    assert_eq!(
        (now.phase, now.lost_reason, now.closed_on),
        (second, None, None)
    );

    ensure!(desk.move_to(won, "").await?.status.is_success());
    let mut tx = app.database.begin(&desk.ann).await?;
    let record = store::record(&mut tx, RecordKind::Deal, desk.deal).await?;
    assert_eq!(record.value("probability").show(Language::En), "100");
    drop(tx);
    assert_eq!(
        desk.told().await?,
        [
            "Ann Admin won this",
            "Ann Admin reopened this",
            "Ann Admin marked this as lost: Too expensive",
            "Ann Admin changed this",
            "Ann Admin made Ann Admin assigned to",
            "Ann Admin created this"
        ]
        .map(str::to_owned)
        .into_iter()
        .map(|text| text.replace("made Ann Admin assigned to", "assigned this to Ann Admin"))
        .collect::<Vec<_>>()
    );
    Ok(())
}

#[tokio::test]
async fn a_form_neither_wins_nor_loses_and_a_foreign_phase_is_none() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let (_, other) = app.account("Other").await?;
    let foreign: Uuid = app.phase(&other).await?.parse()?;
    let answer = desk.move_to(foreign, "").await?;
    assert_eq!(problem(&answer, "phase")?, Problem::NotAnOption);
    let id = desk.deal.to_string();
    for (phase, expected) in [
        (desk.phase(Status::Won)?, Problem::EndsDeal),
        (desk.phase(Status::Lost)?, Problem::EndsDeal),
        (foreign, Problem::NotAnOption),
    ] {
        let phase = phase.to_string();
        let values = [
            ("kind", "deal"),
            ("id", id.as_str()),
            ("version", "1"),
            ("values[phase]", &phase),
        ];
        let answer = desk.browser.call("/api/save", &values).await?;
        assert_eq!(problem(&answer, "phase")?, expected);
    }
    // The form of a deal that is won keeps it won.
    let won = desk.phase(Status::Won)?;
    ensure!(desk.move_to(won, "").await?.status.is_success());
    let won = won.to_string();
    let values = [
        ("kind", "deal"),
        ("id", id.as_str()),
        ("version", "2"),
        ("values[phase]", &won),
        ("values[title]", "Better sails"),
    ];
    let answer = desk.browser.call("/api/save", &values).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    ensure!(desk.standing().await?.closed_on.is_some());
    Ok(())
}

#[tokio::test]
async fn the_board_counts_and_sums_what_it_shows_per_currency() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let (company, me) = (desk.company.to_string(), desk.ann.user.to_string());
    let phase = desk.phases[0].id.to_string();
    for (n, (value, currency)) in [("100", "EUR"), ("50.5", "EUR"), ("7", "USD")]
        .into_iter()
        .enumerate()
    {
        let title = format!("Deal {n}");
        let values = [
            ("title", title.as_str()),
            ("customer", &company),
            ("assigned_to", &me),
            ("value", value),
            ("currency", currency),
            ("phase", &phase),
        ];
        app.create(&desk.ann, RecordKind::Deal, &values).await?;
    }
    let board = desk.board().await?;
    assert_eq!(board.columns.len(), 6);
    let first = &board.columns[0];
    assert_eq!((first.total, first.cards.len()), (4, 4));
    let sums: Vec<(&str, Decimal)> = first
        .sums
        .iter()
        .map(|sum| (sum.currency.as_str(), sum.amount))
        .collect();
    assert_eq!(
        sums,
        [("EUR", Decimal::new(1505, 1)), ("USD", Decimal::from(7))]
    );
    assert_eq!(board.columns[1].total, 0);

    // Of closed deals it shows those of the last 30 days.
    let won = desk.phase(Status::Won)?;
    ensure!(desk.move_to(won, "").await?.status.is_success());
    let total = |board: &Board| {
        let mut columns = board.columns.iter();
        columns
            .find(|column| column.key == won.to_string())
            .map(|column| column.total)
    };
    assert_eq!(total(&desk.board().await?), Some(1));
    app.as_owner("update deals set phase_since = now() - interval '31 days'")
        .await?;
    assert_eq!(total(&desk.board().await?), Some(0));
    Ok(())
}

#[tokio::test]
async fn a_board_shows_no_more_than_was_asked_for() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    for n in 0..24 {
        app.deal(&desk.ann, &format!("Deal {n}"), desk.company, &desk.ann)
            .await?;
    }
    let board = desk.board().await?;
    assert_eq!(
        (board.columns[0].total, board.columns[0].cards.len()),
        (25, 20)
    );
    let page = desk.browser.get("/deals/board").await?;
    ensure!(
        page.body.contains("/deals/board?show=100"),
        "a way to the rest"
    );
    let more = BoardQuery::read(|name| (name == "show").then_some("100"));
    let all = desk.browser.get(&more.address(RecordKind::Deal)).await?;
    ensure!(!all.body.contains("show=500"), "there is no more");
    Ok(())
}

#[tokio::test]
async fn a_deal_rots_when_it_stays_longer_than_its_phase_allows() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let (id, name) = (desk.phases[0].id.to_string(), desk.phases[0].name.clone());
    let values = [
        ("phase", id.as_str()),
        ("name", &name),
        ("probability", "20%"),
        ("rotting_days", "7"),
    ];
    let saved = desk.admin("save_phase", &values).await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    let address = RecordKind::Deal.address(desk.deal);
    for (days, rots) in [(7, false), (8, true)] {
        app.as_owner(&format!(
            "update deals set phase_since = now() - interval '{days} days 1 hour'"
        ))
        .await?;
        for path in ["/deals/board", &address] {
            let page = desk.browser.get(path).await?;
            ensure!(
                page.body.contains("Rotting") == rots,
                "{path} after {days} days"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn phases_are_added_renamed_put_in_order_and_deleted_with_where_their_deals_go() -> Result<()>
{
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let before = desk.names().await?;
    let new = [
        ("name", "Trial"),
        ("probability", "60"),
        ("rotting_days", ""),
    ];
    ensure!(desk.admin("save_phase", &new).await?.status.is_success());
    let names = desk.names().await?;
    assert_eq!(names[4], "Trial", "behind the open ones: {names:?}");
    assert_eq!(names[5..], before[4..]);

    let first = desk.phases[0].id.to_string();
    let down = [("phase", first.as_str()), ("later", "true")];
    ensure!(desk.admin("shift_phase", &down).await?.status.is_success());
    let up = [("phase", first.as_str()), ("later", "false")];
    assert_eq!(desk.names().await?[1], before[0]);
    for _ in 0..2 {
        ensure!(desk.admin("shift_phase", &up).await?.status.is_success());
    }
    assert_eq!(
        desk.names().await?[0],
        before[0],
        "the first goes no further"
    );

    // A deal that is closed goes back to the phase that took the place of its own.
    let lost = desk.phase(Status::Lost)?;
    ensure!(desk.move_to(lost, "No").await?.status.is_success());
    let other = app
        .deal(&desk.ann, "Other", desk.company, &desk.ann)
        .await?;
    let target = desk.phases[2].id;
    let target_text = target.to_string();
    let delete = [("phase", first.as_str()), ("target", &target_text)];
    for wrong in [first.clone(), lost.to_string(), Uuid::nil().to_string()] {
        let values = [("phase", first.as_str()), ("target", &wrong)];
        let answer = desk.admin("delete_phase", &values).await?;
        assert_eq!(problem(&answer, "target")?, Problem::NotAnOption);
    }
    ensure!(
        desk.admin("delete_phase", &delete)
            .await?
            .status
            .is_success()
    );
    ensure!(!desk.names().await?.contains(&before[0]));
    assert_eq!(desk.standing().await?.reopens_in, Some(target));
    desk.deal = other;
    assert_eq!(desk.standing().await?.phase, target);
    assert_eq!(desk.told().await?[0], "Ann Admin changed this");

    let ends = [("phase", lost.to_string()), ("target", target_text)];
    let ends: Vec<(&str, &str)> = ends.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = desk.admin("delete_phase", &ends).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    Ok(())
}

#[tokio::test]
async fn bad_input_for_a_phase_is_answered_beside_its_field() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    for (field, value, expected) in [
        ("name", " ", Problem::Required),
        (
            "probability",
            "101",
            Problem::OutOfRange { min: 0, max: 100 },
        ),
        ("probability", "many", Problem::NotANumber),
        (
            "rotting_days",
            "0",
            Problem::OutOfRange { min: 1, max: 999 },
        ),
    ] {
        let mut values = vec![
            ("name", "Trial"),
            ("probability", "5"),
            ("rotting_days", "5"),
        ];
        values.retain(|(key, _)| *key != field);
        values.push((field, value));
        let answer = desk.admin("save_phase", &values).await?;
        assert_eq!(problem(&answer, field)?, expected);
    }
    Ok(())
}
