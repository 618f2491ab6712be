//! What the application says that people would lose without the second sales contact is what they lose:
//! the count against the policies themselves, for every pair of rights.

use anyhow::Result;
use sqlx::{AssertSqlSafe, Row as _};

use super::support::TestApp;
use crate::model::{
    Actor, RecordKind,
    users::{Reach, Rights, UserRole},
};

/// How much of each kind somebody sees.
async fn seen(app: &TestApp, who: &Actor, second_enabled: bool) -> Result<Vec<i64>> {
    let who = Actor {
        second_enabled,
        ..who.clone()
    };
    let mut tx = app.database.begin(&who).await?;
    let mut counts = Vec::new();
    for kind in RecordKind::ALL {
        let sql = format!("select count(*) from {}", kind.table());
        let count = sqlx::query_scalar(AssertSqlSafe(sql));
        counts.push(count.fetch_one(tx.connection()).await?);
    }
    Ok(counts)
}

/// How much of each kind the application says that he would lose.
async fn told(app: &TestApp, ann: &Actor, who: &Actor) -> Result<Vec<i64>> {
    let mut tx = app.database.begin(ann).await?;
    let row = sqlx::query("select * from second_losses($1) where user_id = $2")
        .bind(ann.account.0)
        .bind(who.user.0)
        .fetch_optional(tx.connection())
        .await?;
    RecordKind::ALL
        .into_iter()
        .map(|kind| match &row {
            Some(row) if kind.seen_by_second() => Ok(row.try_get(kind.table())?),
            _ => Ok(0),
        })
        .collect()
}

/// Companies of which he is first, second, neither; contacts of each, of the first two, and of none, written down by him or
/// not; an invoice of each of them, and deals on which he is second, nobody, assigned.
async fn every_case(app: &TestApp, ann: &Actor, who: &Actor) -> Result<()> {
    let him = Some(who.user.0);
    let mut customers = Vec::new();
    let mut companies = Vec::new();
    for (first, second) in [(him, None), (None, him), (None, None)] {
        let company = app.company(ann, "x").await?;
        sqlx::query("update companies set sales_contact_id = $2, second_sales_contact_id = $3 where id = $1")
            .bind(company.0)
            .bind(first)
            .bind(second)
            .execute(&app.owner)
            .await?;
        companies.push(company);
    }
    for of in [
        &companies[..1],
        &companies[1..2],
        &companies[2..],
        &companies[..2],
        &[],
    ] {
        for creator in [ann, who] {
            let values = [("last_name", "x")];
            let contact = app.create(ann, RecordKind::Contact, &values).await?;
            sqlx::query("update contacts set created_by = $2 where id = $1")
                .bind(contact.0)
                .bind(creator.user.0)
                .execute(&app.owner)
                .await?;
            for company in of {
                app.link(ann, *company, contact).await?;
            }
            customers.push(contact);
        }
    }
    customers.extend(companies);
    for customer in customers {
        app.invoice(ann, "x", customer, &[]).await?;
        for (assignee, second) in [(ann, him), (ann, None), (who, None)] {
            let deal = app.deal(ann, "x", customer, ann).await?;
            sqlx::query(
                "update deals set assigned_to_id = $2, second_sales_contact_id = $3 where id = $1",
            )
            .bind(deal.0)
            .bind(assignee.user.0)
            .bind(second)
            .execute(&app.owner)
            .await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_losses_that_are_told_are_those_that_happen_whatever_the_rights() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    app.as_owner("update accounts set second_enabled = true")
        .await?;
    let ann = Actor {
        second_enabled: true,
        ..ann
    };
    let reaches = [Reach::Full, Reach::Limited, Reach::None];
    let all = reaches
        .into_iter()
        .flat_map(|crm| reaches.map(|deals| (crm, deals)));
    for (n, (crm, deals)) in all.enumerate() {
        let rights = Rights {
            crm,
            deals,
            ..Rights::FULL
        };
        let email = format!("user{n}@acme.test");
        let who = app
            .person(account, &email, &email, UserRole::User, rights)
            .await?;
        every_case(&app, &ann, &who).await?;
        let with = seen(&app, &who, true).await?;
        let without = seen(&app, &who, false).await?;
        let happens: Vec<i64> = with.iter().zip(without).map(|(n, m)| n - m).collect();
        assert_eq!(told(&app, &ann, &who).await?, happens, "{rights:?}");
    }
    Ok(())
}
