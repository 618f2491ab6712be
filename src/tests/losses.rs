//! What the application says that people would lose without the second sales contact is what they lose:
//! the count against the policies themselves, for every pair of rights.

use anyhow::Result;

use super::support::TestApp;
use crate::model::{
    Actor,
    users::{Reach, Rights, UserRole},
};

/// What somebody sees of both kinds.
async fn seen(app: &TestApp, who: &Actor) -> Result<(i64, i64)> {
    let mut tx = app.database.begin(who).await?;
    let companies = sqlx::query_scalar("select count(*) from companies")
        .fetch_one(tx.connection())
        .await?;
    let deals = sqlx::query_scalar("select count(*) from deals")
        .fetch_one(tx.connection())
        .await?;
    Ok((companies, deals))
}

/// Companies of which he is first, second, neither; deals of each on which he is second, nobody, assigned.
async fn every_case(app: &TestApp, ann: &Actor, who: &Actor) -> Result<()> {
    let him = Some(who.user.0);
    for (first, second) in [(him, None), (None, him), (None, None)] {
        let company = app.company(ann, "x").await?;
        sqlx::query("update companies set sales_contact_id = $2, second_sales_contact_id = $3 where id = $1")
            .bind(company.0)
            .bind(first)
            .bind(second)
            .execute(&app.owner)
            .await?;
        for (assignee, second) in [(ann, him), (ann, None), (who, None)] {
            let deal = app.deal(ann, "x", company, ann).await?;
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
        let with = seen(
            &app,
            &Actor {
                second_enabled: true,
                ..who.clone()
            },
        )
        .await?;
        let without = seen(
            &app,
            &Actor {
                second_enabled: false,
                ..who.clone()
            },
        )
        .await?;
        let mut tx = app.database.begin(&ann).await?;
        let told: Option<(i64, i64)> =
            sqlx::query_as("select companies, deals from second_losses($1) where user_id = $2")
                .bind(account.0)
                .bind(who.user.0)
                .fetch_optional(tx.connection())
                .await?;
        let happens = (with.0 - without.0, with.1 - without.1);
        assert_eq!(told.unwrap_or_default(), happens, "{rights:?}");
    }
    Ok(())
}
