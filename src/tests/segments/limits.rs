//! The limits of a filter, and what it says beyond them; what is broken shows nothing and says why.
//! A value is a value, whatever it looks like.

use anyhow::{Result, ensure};
use sqlx::Connection;

use super::{all_of, condition, found, list, query, save};
use crate::{
    model::{
        AppError, Language, Problem, RecordKind,
        lists::ListQuery,
        segments::{Broken, Group, MAX_CONDITIONS, Match, Node, Operator, Why},
    },
    tests::{custom_fields::field, support::TestApp},
};

const KIND: RecordKind = RecordKind::Company;

const INJECTIONS: &[&str] = &[
    "'; drop table companies; --",
    "' or '1'='1",
    "\\'; select 1; --",
    "$1",
    "%",
    "_",
    "{\"a\":1}",
    "\u{0}",
    "\u{202e}evil",
    "00000000-0000-0000-0000-000000000000",
    "99999999999999999999999999999999999999999999",
    "-1e400",
    "NaN",
    "infinity",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "me",
    "team:",
    "",
];

#[tokio::test]
async fn whatever_a_value_looks_like_it_is_compared_and_nothing_else() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    for text in ["' or '1'='1", "100%", "Plain"] {
        app.create(
            &ann,
            KIND,
            &[("name", text), ("city", text), ("tags", text)],
        )
        .await?;
    }
    let before = app.fingerprint().await?;
    let mut tx = app.database.begin(&ann).await?;
    let known = crate::records::store::known(&mut tx, KIND, &[]).await?;
    drop(tx);
    for (path, field) in super::random::paths(&known) {
        let compares = crate::model::segments::Compares::of(field.kind);
        for op in compares.operators() {
            for value in INJECTIONS {
                let values = [*value, *value];
                let asked = query(all_of(vec![condition(&path.text(), *op, &values)]));
                // An answer, with or without rows, or a condition that is broken; never an error of the database.
                let answer = list(&app, &ann, KIND, &asked).await;
                ensure!(
                    answer.is_ok(),
                    "{} {op:?} {value:?}: {:?}",
                    path.text(),
                    answer.err()
                );
            }
        }
    }
    let quoted = query(all_of(vec![condition(
        "city",
        Operator::Is,
        &["' or '1'='1"],
    )]));
    ensure!(found(&app, &ann, KIND, &quoted).await? == ["' or '1'='1"]);
    let percent = query(all_of(vec![condition("name", Operator::Contains, &["0%"])]));
    ensure!(found(&app, &ann, KIND, &percent).await? == ["100%"]);
    // Neither a field nor an operator is taken at its word.
    for field in [
        "name) or true --",
        "account_id",
        "customer.company.name",
        "a.b.c.d",
        "",
    ] {
        let asked = query(all_of(vec![condition(field, Operator::IsNotEmpty, &[])]));
        let answer = list(&app, &ann, KIND, &asked).await?;
        ensure!(!answer.broken.is_empty() && answer.total == 0, "{field}");
    }
    ensure!(app.fingerprint().await? == before, "nothing was changed");
    Ok(())
}

#[tokio::test]
async fn too_deep_and_too_many_are_told_and_show_nothing() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Zephyr").await?;
    let one = || condition("name", Operator::IsNotEmpty, &[]);
    let many = all_of((0..=MAX_CONDITIONS).map(|_| one()).collect());
    let fits = all_of((0..MAX_CONDITIONS).map(|_| one()).collect());
    let nested = |levels: usize| {
        (1..levels).fold(all_of(vec![one()]), |inner, _| Group {
            matches: Match::Any,
            of: vec![Node::Group(inner)],
        })
    };
    for (group, why) in [(many, Why::TooMany), (nested(5), Why::TooDeep)] {
        let answer = list(&app, &ann, KIND, &query(group)).await?;
        ensure!(
            answer.broken == [Broken { condition: 0, why }],
            "{:?}",
            answer.broken
        );
        ensure!(answer.total == 0 && answer.rows.is_empty());
    }
    for group in [fits, nested(4)] {
        ensure!(found(&app, &ann, KIND, &query(group)).await? == ["Zephyr"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_filter_that_takes_too_long_is_told_so() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Zephyr").await?;
    let asked = query(all_of(vec![condition("name", Operator::IsNotEmpty, &[])]));
    // Whoever holds the table makes everybody wait; the database gives up on it after its own time.
    let mut holder = app.owner.acquire().await?;
    let mut held = holder.begin().await?;
    sqlx::query("lock table companies in access exclusive mode")
        .execute(&mut *held)
        .await?;
    let mut tx = app.database.begin(&ann).await?;
    sqlx::query("set local statement_timeout = '200ms'")
        .execute(tx.connection())
        .await?;
    let narrowed = crate::records::store::Narrowed::of(&mut tx, KIND, &asked).await?;
    let answer = narrowed.count(&mut tx, None).await;
    ensure!(answer.err() == Some(AppError::form(Problem::FilterTooSlow)));
    held.rollback().await?;
    // Without a filter it is not the filter's fault.
    ensure!(list(&app, &ann, KIND, &ListQuery::default()).await?.total == 1);
    Ok(())
}

#[tokio::test]
async fn a_condition_that_lost_its_field_option_or_team_shows_nothing_and_says_why() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    app.company(&ann, "Zephyr").await?;
    let team = uuid::Uuid::now_v7();
    app.as_owner(&format!(
        "insert into teams (account_id, id, name) values ('{account}', '{team}', 'North')"
    ))
    .await?;
    let field = field(
        &app,
        &ann,
        KIND,
        "Level",
        "select",
        &[("more", "Gold\nSilver")],
    )
    .await?;
    let gold: String =
        sqlx::query_scalar("select id::text from custom_field_choices where label = 'Gold'")
            .fetch_one(&app.owner)
            .await?;
    let of_team = format!("team:{team}");
    let mut browser = app.browser_of(&ann).await?;
    for (name, field, op, value) in [
        ("By option", field.as_str(), "none_of", gold.as_str()),
        ("By team", "sales_contact", "none_of", of_team.as_str()),
        ("By field", field.as_str(), "empty", ""),
    ] {
        let form = [
            ("name", name),
            ("audience", "me"),
            ("rows[0][match]", "all"),
            ("rows[1][parent]", "0"),
            ("rows[1][field]", field),
            ("rows[1][op]", op),
            ("rows[1][values][]", value),
        ];
        let answer = save(&mut browser, KIND, &form).await?;
        ensure!(answer.status.is_success(), "{name}: {}", answer.body);
    }
    let saved = async |name: &str| {
        let id = super::id_of(&app, name).await?;
        let query = ListQuery {
            saved: Some(id.parse()?),
            ..ListQuery::default()
        };
        let ann = app.actor(&ann.email).await?;
        anyhow::Ok(list(&app, &ann, KIND, &query).await?)
    };
    for name in ["By option", "By team", "By field"] {
        let answer = saved(name).await?;
        ensure!(
            answer.total == 1 && answer.broken.is_empty(),
            "{name}: {:?}",
            answer.broken
        );
    }
    app.as_owner("update custom_field_choices set gone = true where label = 'Gold'")
        .await?;
    app.as_owner("delete from teams").await?;
    for (name, why) in [("By option", Why::OptionGone), ("By team", Why::TeamGone)] {
        let answer = saved(name).await?;
        ensure!(
            answer.broken == [Broken { condition: 1, why }],
            "{name}: {:?}",
            answer.broken
        );
        ensure!(
            answer.total == 0 && answer.rows.is_empty(),
            "{name} shows nothing"
        );
    }
    app.as_owner("update custom_fields set deleted_at = now(), deleted_by = created_by")
        .await?;
    let answer = saved("By field").await?;
    ensure!(
        answer.broken
            == [Broken {
                condition: 1,
                why: Why::FieldGone
            }],
        "{:?}",
        answer.broken
    );
    // The list says so, and the builder still has the condition.
    let id = super::id_of(&app, "By field").await?;
    let page = browser.get(&format!("/companies?segment={id}")).await?;
    ensure!(
        page.body.contains(&Why::FieldGone.text(Language::En)),
        "{}",
        page.body
    );
    let builder = browser.get(&format!("/companies/segments/{id}")).await?;
    ensure!(
        builder.body.contains("Field that is gone"),
        "{}",
        builder.body
    );
    Ok(())
}
