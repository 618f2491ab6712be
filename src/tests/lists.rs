//! Lists: every order and every page shows each record once, the count is the list's length, and search
//! finds what the words typed begin.

use std::collections::HashSet;

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::support::TestApp;
use crate::{
    model::{
        Actor, RecordKind, Value,
        lists::{BuiltIn, ListPage, ListQuery, Place, Sort},
        users::{Reach, Rights, UserRole},
    },
    records::store,
};

const KIND: RecordKind = RecordKind::Company;

/// 120 companies, of which many share a city or have none, and every third has a date.
async fn many(app: &TestApp, ann: &Actor) -> Result<()> {
    for n in 0..120 {
        let (name, city) = (
            format!("Company {:03}", n * 7 % 120),
            ["Gent", "", "Éghezée", "gent"][n % 4],
        );
        let since = if n % 3 == 0 {
            format!("20{:02}-01-01", n % 20)
        } else {
            String::new()
        };
        let me = if n % 5 == 0 {
            ann.user.to_string()
        } else {
            String::new()
        };
        app.create(
            ann,
            KIND,
            &[
                ("name", &name),
                ("city", city),
                ("customer_since", &since),
                ("sales_contact", &me),
            ],
        )
        .await?;
    }
    Ok(())
}

async fn walk(
    app: &TestApp,
    ann: &Actor,
    query: &ListQuery,
    forward: bool,
) -> Result<Vec<(String, Value)>> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let mut tx = app.database.begin(ann).await?;
        let page = store::list(&mut tx, KIND, &query).await?;
        let at = page
            .columns
            .iter()
            .position(|key| *key == query.order(KIND).field)
            .unwrap_or(0);
        let rows: Vec<_> = page
            .rows
            .iter()
            .map(|row| (row.id.to_string(), row.cells[at].clone()))
            .collect();
        if forward {
            found.extend(rows)
        } else {
            found.splice(0..0, rows).for_each(drop)
        }
        match (forward, page.next, page.previous) {
            (true, Some(cursor), _) => query.page = Place::After(cursor),
            (false, _, Some(cursor)) => query.page = Place::Before(cursor),
            (true, None, last) => {
                // Back from the last page, whose own rows are known already.
                ensure!(last.is_some() || found.len() <= 50);
                return Ok(found);
            }
            (false, _, None) => return Ok(found),
        }
    }
}

#[tokio::test]
async fn every_order_shows_every_record_once_forward_and_back_with_empty_values_last() -> Result<()>
{
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    many(&app, &ann).await?;
    for field in KIND.fields().iter().filter(|field| field.sortable) {
        for descending in [false, true] {
            let query = ListQuery {
                sort: Some(Sort {
                    field: field.key().into(),
                    descending,
                }),
                ..ListQuery::default()
            };
            let rows = walk(&app, &ann, &query, true).await?;
            let ids: HashSet<_> = rows.iter().map(|(id, _)| id).collect();
            assert_eq!(
                (rows.len(), ids.len()),
                (120, 120),
                "{} {descending}",
                field.key()
            );
            let filled = rows
                .iter()
                .position(|(_, value)| value.is_empty())
                .unwrap_or(rows.len());
            ensure!(
                rows[filled..].iter().all(|(_, value)| value.is_empty()),
                "{}: empty values come last",
                field.key()
            );

            // The same way back, from behind the last row of the second page.
            let mut tx = app.database.begin(&ann).await?;
            let second = store::list(
                &mut tx,
                KIND,
                &ListQuery {
                    page: Place::After(first_cursor(&app, &ann, &query).await?),
                    ..query.clone()
                },
            )
            .await?;
            let third = store::list(
                &mut tx,
                KIND,
                &ListQuery {
                    page: Place::After(second.next.clone().unwrap_or_default()),
                    ..query.clone()
                },
            )
            .await?;
            drop(tx);
            let back = walk(
                &app,
                &ann,
                &ListQuery {
                    page: Place::Before(third.previous.unwrap_or_default()),
                    ..query.clone()
                },
                false,
            )
            .await?;
            assert_eq!(back, rows[..100], "{} {descending}", field.key());
        }
    }
    Ok(())
}

async fn first_cursor(app: &TestApp, ann: &Actor, query: &ListQuery) -> Result<String> {
    let mut tx = app.database.begin(ann).await?;
    Ok(store::list(&mut tx, KIND, query)
        .await?
        .next
        .unwrap_or_default())
}

#[tokio::test]
async fn the_count_of_a_segment_is_the_length_of_its_list() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    many(&app, &ann).await?;
    for (segment, expected) in [
        (BuiltIn::All, 120),
        (BuiltIn::Mine, 24),
        (BuiltIn::Unassigned, 96),
        (BuiltIn::Recent, 120),
    ] {
        let query = ListQuery {
            segment,
            ..ListQuery::default()
        };
        let mut tx = app.database.begin(&ann).await?;
        let total = store::list(&mut tx, KIND, &query).await?.total;
        drop(tx);
        assert_eq!(
            (total, walk(&app, &ann, &query, true).await?.len()),
            (expected, expected as usize),
            "{segment:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn search_finds_by_the_beginnings_of_words_whatever_their_case_and_accents() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.create(
        &ann,
        KIND,
        &[
            ("name", "Société Générale"),
            ("city", "Paris"),
            ("vat_number", "BE 0123.456.789"),
        ],
    )
    .await?;
    app.create(
        &ann,
        KIND,
        &[("name", "General Motors"), ("email", "info@gm.example")],
    )
    .await?;
    let find = async |q: &str| -> Result<Vec<String>> {
        let mut tx = app.database.begin(&ann).await?;
        let list = store::list(
            &mut tx,
            KIND,
            &ListQuery {
                q: q.into(),
                ..ListQuery::default()
            },
        )
        .await?;
        ensure!(list.total == list.rows.len() as i64);
        Ok(list
            .rows
            .iter()
            .map(|row| row.cells[0].show(ann.language))
            .collect())
    };
    assert_eq!(find("soc gen").await?, ["Société Générale"]);
    assert_eq!(find("GEN").await?, ["General Motors", "Société Générale"]);
    assert_eq!(find("gen paris").await?, ["Société Générale"]);
    assert_eq!(find("0123456").await?, ["Société Générale"]);
    assert_eq!(find("info@gm").await?, ["General Motors"]);
    assert_eq!(find("eral").await?, Vec::<String>::new());
    assert_eq!(
        find("%").await?.len(),
        2,
        "signs alone search for nothing, so everything is shown"
    );
    Ok(())
}

#[tokio::test]
async fn an_address_that_somebody_changed_is_a_list_and_no_error() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Only NV").await?;
    let mut browser = app.browser_of(&ann).await?;
    for query in [
        "after=nonsense",
        "after=WyJ4IiwieCJd",
        "before=%00",
        "sort=-nonsense",
        "segment=%27",
        "q=%00%00",
        "sort=customer_since&after=WyIyMDIwIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0",
    ] {
        let page = browser.get(&format!("/companies?{query}")).await?;
        assert_eq!(page.status, 200, "{query}");
        ensure!(page.body.contains("role=\"status\""), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_forged_order_tells_neither_a_customer_out_of_reach_nor_a_hidden_second() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let bob = app
        .person(account, "Bob Boon", "bob@acme.test", UserRole::User, rights)
        .await?;
    let company = app.company(&ann, "Out of reach").await?;
    // More than a page of them, all for Bob, whose deals show that company by its name alone.
    for n in 0..60 {
        app.deal(&ann, &format!("Deal {n:02}"), company, &bob)
            .await?;
    }
    app.as_owner(&format!(
        "update deals set second_sales_contact_id = '{}'",
        ann.user
    ))
    .await?;
    let mut browser = app.browser_of(&bob).await?;
    for field in [
        "customer",
        "second_sales_contact",
        "assigned_to",
        "no_such_field",
    ] {
        let values = [
            ("kind", "deal"),
            ("query[segment]", "all"),
            ("query[q]", ""),
            ("query[sort][field]", field),
            ("query[sort][descending]", "false"),
            ("query[page]", "first"),
        ];
        let answer = browser.call("/api/list", &values).await?;
        let page: ListPage = serde_json::from_str(&answer.body)?;
        let cursor = page.next.context("there is a second page")?;
        let cursor = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor)?)?;
        ensure!(cursor.contains("Deal 49"), "{field}: {cursor}");
        for hidden in [company.to_string(), ann.user.to_string()] {
            ensure!(
                !answer.body.contains(&hidden) && !cursor.contains(&hidden),
                "{field}"
            );
        }
    }
    Ok(())
}
