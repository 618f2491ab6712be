//! Next steps: planned for who can open the record and for nobody else, told in its activity, counted under "My
//! responsibilities" exactly as the lists count that its figures lead to.

use anyhow::{Context, Result, ensure};
use chrono::{Days, NaiveDate};

use super::support::{Answer, Browser, TestApp};
use crate::{
    model::{
        Actor, AppError, Language, Problem, RecordId, RecordKind, UserId,
        lists::{ListPage, ListQuery},
        next_steps::{Need, NextSteps, Responsibilities, When},
        users::{Reach, Rights, UserRole},
    },
    records::store,
};

/// An account with a company, a deal of it, and its admin's browser.
struct Desk<'a> {
    app: &'a TestApp,
    ann: Actor,
    company: RecordId,
    deal: RecordId,
    browser: Browser<'a>,
}

impl<'a> Desk<'a> {
    async fn new(app: &'a TestApp) -> Result<Self> {
        let (_, ann) = app.account("Acme").await?;
        let company = app.company(&ann, "Zephyr").await?;
        let deal = app.deal(&ann, "Sails", company, &ann).await?;
        let browser = app.browser_of(&ann).await?;
        Ok(Self {
            app,
            ann,
            company,
            deal,
            browser,
        })
    }

    fn today(&self) -> NaiveDate {
        store::today(&self.ann)
    }

    async fn plan(&mut self, what: &str, due: NaiveDate, to: UserId) -> Result<Answer> {
        let (id, to) = (self.deal.to_string(), to.to_string());
        plan(&mut self.browser, &id, what, &due.to_string(), &to).await
    }

    async fn steps(&mut self) -> Result<NextSteps> {
        let id = self.deal.to_string();
        let values = [("kind", "deal"), ("id", id.as_str())];
        let answer = self.browser.call("/api/next_steps", &values).await?;
        Ok(serde_json::from_str(&answer.body)?)
    }

    async fn finish(&mut self, step: &str, done: &str) -> Result<Answer> {
        let id = self.deal.to_string();
        let values = [
            ("kind", "deal"),
            ("id", id.as_str()),
            ("step", step),
            ("done", done),
        ];
        self.browser.call("/api/finish_next_step", &values).await
    }

    async fn told(&self) -> Result<Vec<String>> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        let entries = store::activity(&mut tx, RecordKind::Deal, self.deal).await?;
        Ok(entries
            .iter()
            .map(|entry| entry.text(Language::En))
            .collect())
    }
}

async fn plan(
    browser: &mut Browser<'_>,
    deal: &str,
    what: &str,
    due: &str,
    to: &str,
) -> Result<Answer> {
    let values = [
        ("kind", "deal"),
        ("id", deal),
        ("what", what),
        ("due", due),
        ("assigned_to", to),
    ];
    browser.call("/api/save_next_step", &values).await
}

async fn responsibilities(browser: &mut Browser<'_>, of: Option<UserId>) -> Result<Answer> {
    let of = of.map(|user| user.to_string());
    let values: Vec<_> = of.iter().map(|user| ("colleague", user.as_str())).collect();
    browser.call("/api/responsibilities", &values).await
}

fn read(answer: &Answer) -> Result<Responsibilities> {
    serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
}

#[tokio::test]
async fn a_step_is_planned_finished_reopened_and_dropped_and_the_activity_tells_it() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let (ann, today) = (desk.ann.user, desk.today());
    ensure!(desk.steps().await?.proposed == Some(ann));
    let answer = desk.plan("Call Zephyr", today, ann).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let steps = desk.steps().await?;
    let [step] = steps.open.as_slice() else {
        anyhow::bail!("{steps:?}");
    };
    assert_eq!(
        (step.what.as_str(), step.when, step.full_name.as_str()),
        ("Call Zephyr", When::Today, "Ann Admin")
    );
    let id = step.id.to_string();
    for done in ["true", "true", "false", "true"] {
        ensure!(desk.finish(&id, done).await?.status.is_success());
    }
    let steps = desk.steps().await?;
    ensure!(steps.open.is_empty() && steps.done.len() == 1);
    assert_eq!(steps.done[0].done_on, Some(today));
    let deal = desk.deal.to_string();
    let drop = [("kind", "deal"), ("id", deal.as_str()), ("step", &id)];
    let dropped = desk.browser.call("/api/delete_next_step", &drop).await?;
    ensure!(dropped.status.is_success());
    let again = desk.browser.call("/api/delete_next_step", &drop).await?;
    assert_eq!(again.error()?, AppError::NotFound);
    let told = desk.told().await?;
    assert_eq!(
        &told[..5],
        [
            "Ann Admin dropped “Call Zephyr”",
            "Ann Admin finished “Call Zephyr”",
            "Ann Admin reopened “Call Zephyr”",
            "Ann Admin finished “Call Zephyr”",
            &format!(
                "Ann Admin planned “Call Zephyr” for Ann Admin, due {}",
                Language::En.date(today)
            ),
        ],
        "doing it twice is doing it once: {told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_step_is_only_for_who_can_open_the_record() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let account = desk.ann.account;
    let limited = Rights {
        deals: Reach::Limited,
        ..Rights::FULL
    };
    let dan = app
        .person(
            account,
            "Dan Deals",
            "dan@acme.test",
            UserRole::User,
            limited,
        )
        .await?;
    let cleo = app
        .colleague(account, "Cleo Full", "cleo@acme.test")
        .await?;
    let (_, stranger) = app.account("Other").await?;
    let today = desk.today();
    let offered: Vec<String> = desk
        .steps()
        .await?
        .assignable
        .into_iter()
        .map(|one| one.full_name)
        .collect();
    assert_eq!(offered, ["Ann Admin", "Cleo Full"]);
    for (user, problem) in [
        (dan.user, Problem::CannotOpen),
        (stranger.user, Problem::NotAColleague),
    ] {
        let answer = desk.plan("Call", today, user).await?;
        assert_eq!(answer.error()?, AppError::field("assigned_to", problem));
    }
    ensure!(
        desk.plan("Call", today, cleo.user)
            .await?
            .status
            .is_success()
    );
    // He who loses the record loses his step with it, and the step grants nothing.
    app.as_owner("update users set deals = 'limited' where email = 'cleo@acme.test'")
        .await?;
    let mut browser = app.browser_of(&app.actor("cleo@acme.test").await?).await?;
    let page = read(&responsibilities(&mut browser, None).await?)?;
    ensure!(page.steps.is_empty(), "{page:?}");
    let values = [("kind", "deal"), ("id", &desk.deal.to_string())];
    let refused = browser.call("/api/next_steps", &values).await?;
    assert_eq!(refused.error()?, AppError::NotFound);
    // He keeps it when somebody else changes only what is to be done.
    let step = desk.steps().await?.open[0].id.to_string();
    let (deal, cleo) = (desk.deal.to_string(), cleo.user.to_string());
    let change = [
        ("kind", "deal"),
        ("id", deal.as_str()),
        ("step", &step),
        ("what", "Write"),
        ("due", &today.to_string()),
        ("assigned_to", &cleo),
    ];
    let saved = desk.browser.call("/api/save_next_step", &change).await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    assert_eq!(desk.steps().await?.open[0].what, "Write");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_planned_is_said_beside_its_field() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let deal = desk.deal.to_string();
    let answer = plan(&mut desk.browser, &deal, " ", "tomorrow", "nobody").await?;
    let error = answer.error()?;
    let problems = error.problems().context("problems by field")?;
    assert_eq!(problems.get("what"), Some(&Problem::Required));
    assert_eq!(problems.get("due"), Some(&Problem::NotADate));
    assert_eq!(problems.get("assigned_to"), Some(&Problem::NotAColleague));
    let long = "x".repeat(301);
    let answer = plan(&mut desk.browser, &deal, &long, "", "").await?;
    let error = answer.error()?;
    let problems = error.problems().context("problems by field")?;
    assert_eq!(problems.get("what"), Some(&Problem::TooLong { max: 300 }));
    assert_eq!(problems.get("due"), Some(&Problem::Required));
    assert_eq!(problems.get("assigned_to"), Some(&Problem::Required));
    // Without scripts what was typed comes back with it.
    let values = [
        ("kind", "deal"),
        ("id", deal.as_str()),
        ("step", ""),
        ("what", "Call <b>them</b>"),
        ("due", "never"),
        ("assigned_to", ""),
    ];
    let page = format!("/deals/{deal}");
    desk.browser
        .submit(&page, "/api/save_next_step", &values)
        .await?;
    let page = desk.browser.get(&page).await?;
    ensure!(page.body.contains("Call &lt;b&gt;them&lt;/b&gt;") && page.body.contains("Not a date"));
    Ok(())
}

/// How long the list is that a figure leads to.
async fn listed(browser: &mut Browser<'_>, kind: RecordKind, query: &ListQuery) -> Result<i64> {
    let address = query.address(kind);
    let page = browser.get(&address).await?;
    let segment = if query.responsible.is_some() {
        "all"
    } else {
        "mine"
    };
    let need = serde_json::to_value(query.needs)?;
    let user = query.responsible.map(|user| user.to_string());
    let mut values = vec![
        ("kind", kind.child()),
        ("query[segment]", segment),
        ("query[q]", ""),
        ("query[page]", "first"),
    ];
    values.extend(need.as_str().map(|need| ("query[needs]", need)));
    values.extend(
        user.iter()
            .map(|user| ("query[responsible]", user.as_str())),
    );
    let answer = browser.call("/api/list", &values).await?;
    let list: ListPage = serde_json::from_str(&answer.body)?;
    ensure!(list.total == i64::try_from(list.rows.len())?);
    ensure!(
        page.body.contains(&kind.count(Language::En, list.total)),
        "{address}: {}",
        page.body
    );
    Ok(list.total)
}

#[tokio::test]
async fn the_figures_are_those_of_the_lists_that_they_lead_to() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let (ann, today) = (desk.ann.user, desk.today());
    app.deal(&desk.ann, "Mast", desk.company, &desk.ann).await?;
    let won = app.deal(&desk.ann, "Keel", desk.company, &desk.ann).await?;
    let mine = app
        .create(
            &desk.ann,
            RecordKind::Company,
            &[("name", "Mine"), ("sales_contact", &ann.to_string())],
        )
        .await?;
    let yesterday = today - Days::new(1);
    ensure!(desk.plan("Late", yesterday, ann).await?.status.is_success());
    ensure!(desk.plan("Soon", today, ann).await?.status.is_success());
    let phases = store::phases(&mut app.database.begin(&desk.ann).await?).await?;
    let end = phases
        .iter()
        .find(|phase| phase.name == "Won")
        .context("there is one")?;
    let order = store::Move {
        id: won,
        phase: end.id,
        reason: "",
    };
    store::move_to(app.database.begin(&desk.ann).await?, order)
        .await?
        .commit()
        .await?;
    app.as_owner(&format!(
        "update companies set active_at = now() - interval '15 days' where id = '{mine}';
         update deals set active_at = now() - interval '15 days' where title in ('Mast', 'Keel')"
    ))
    .await?;

    let page = read(&responsibilities(&mut desk.browser, None).await?)?;
    let needs: Vec<_> = page
        .kinds
        .iter()
        .map(|figures| (figures.kind, figures.total, figures.needs.clone()))
        .collect();
    // What is won is neither stale nor without a step.
    assert_eq!(
        needs,
        [
            (
                RecordKind::Company,
                1,
                vec![(Need::Overdue, 0), (Need::Stale, 1)]
            ),
            (
                RecordKind::Deal,
                3,
                vec![(Need::Overdue, 1), (Need::Stale, 1), (Need::NoStep, 1)]
            ),
            (
                RecordKind::Project,
                0,
                vec![(Need::Overdue, 0), (Need::Stale, 0), (Need::NoStep, 0)]
            ),
            (
                RecordKind::Ticket,
                0,
                vec![(Need::Answer, 0), (Need::Stale, 0)]
            ),
        ]
    );
    for (kind, total, needs) in needs {
        let mut query = ListQuery {
            segment: crate::model::lists::BuiltIn::Mine,
            ..ListQuery::default()
        };
        assert_eq!(listed(&mut desk.browser, kind, &query).await?, total);
        for (need, n) in needs {
            query.needs = Some(need);
            assert_eq!(
                listed(&mut desk.browser, kind, &query).await?,
                n,
                "{kind:?} {need:?}"
            );
        }
    }
    let groups: Vec<_> = page
        .steps
        .iter()
        .map(|group| (group.when, group.total, group.steps[0].step.what.as_str()))
        .collect();
    assert_eq!(
        groups,
        [(When::Overdue, 1, "Late"), (When::Today, 1, "Soon")]
    );
    Ok(())
}

#[tokio::test]
async fn who_leads_a_team_looks_at_his_colleagues_pages_and_nobody_else_does() -> Result<()> {
    let app = TestApp::new().await?;
    let mut desk = Desk::new(&app).await?;
    let account = desk.ann.account;
    let lea = app.colleague(account, "Lea Lead", "lea@acme.test").await?;
    let max = app
        .colleague(account, "Max Member", "max@acme.test")
        .await?;
    let out = app.colleague(account, "Otto Out", "otto@acme.test").await?;
    app.as_owner(&format!(
        "insert into teams (account_id, id, name) values ('{account}', '{team}', 'North');
         insert into team_members (account_id, team_id, user_id, lead) values
           ('{account}', '{team}', '{}', true), ('{account}', '{team}', '{}', false)",
        lea.user,
        max.user,
        team = uuid::Uuid::now_v7(),
    ))
    .await?;
    let deal = app.deal(&desk.ann, "Anchor", desk.company, &max).await?;
    let yesterday = (desk.today() - Days::new(1)).to_string();
    let planned = plan(
        &mut desk.browser,
        &deal.to_string(),
        "Late",
        &yesterday,
        &max.user.to_string(),
    )
    .await?;
    ensure!(planned.status.is_success(), "{}", planned.body);

    let mut of_lea = app.browser_of(&lea).await?;
    let page = read(&responsibilities(&mut of_lea, None).await?)?;
    let [(team, members)] = page.teams.as_slice() else {
        anyhow::bail!("{page:?}");
    };
    ensure!(team == "North" && members.len() == 1 && members[0].overdue_steps == 1);
    let of_max = members[0].kinds.iter().find(|f| f.kind == RecordKind::Deal);
    assert_eq!(of_max.map(|figures| figures.total), Some(1));
    let query = ListQuery {
        responsible: Some(max.user),
        ..ListQuery::default()
    };
    assert_eq!(listed(&mut of_lea, RecordKind::Deal, &query).await?, 1);
    let page = read(&responsibilities(&mut of_lea, Some(max.user)).await?)?;
    assert_eq!(
        (page.full_name.as_str(), page.steps.len()),
        ("Max Member", 1)
    );
    let seen = of_lea.get(&format!("/?colleague={}", max.user)).await?;
    ensure!(seen.body.contains("Responsibilities of Max Member") && seen.body.contains("Anchor"));

    // Neither the other way round, nor outside of the team, nor in another account.
    let mut of_max = app.browser_of(&max).await?;
    let mut of_otto = app.browser_of(&out).await?;
    let (_, olga) = app.account("Other").await?;
    let mut of_olga = app.browser_of(&olga).await?;
    for (browser, user) in [
        (&mut of_max, lea.user),
        (&mut of_otto, max.user),
        (&mut of_olga, max.user),
    ] {
        let refused = responsibilities(browser, Some(user)).await?;
        assert_eq!(refused.error()?, AppError::NotFound);
    }
    let refused = responsibilities(&mut of_lea, Some(out.user)).await?;
    assert_eq!(refused.error()?, AppError::NotFound);
    ensure!(
        responsibilities(&mut desk.browser, Some(max.user))
            .await?
            .status
            .is_success()
    );
    Ok(())
}
