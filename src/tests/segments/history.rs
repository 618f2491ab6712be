//! What the history answers: who has ever been responsible, who was on a day, and a list as of a day.
//! It shows only records that the viewer may see now.

use anyhow::{Context, Result, ensure};

use super::{all_of, condition, found, list, query};
use crate::{
    model::{
        Actor, Duty, RecordId, RecordKind, Role, UserId, Value,
        bulk::How,
        lists::{BuiltIn, ListQuery},
        segments::Operator,
    },
    records::store,
    tests::support::TestApp,
};

const KIND: RecordKind = RecordKind::Company;

async fn hand_over(
    app: &TestApp,
    by: &Actor,
    id: RecordId,
    from: Option<UserId>,
    to: UserId,
) -> Result<()> {
    let choice = store::ChooseResponsible {
        kind: KIND,
        id,
        duty: Duty::Role(Role::SalesContact),
        user: Some(to),
        was: from,
        confirmed: true,
    };
    store::set_responsible(app.database.begin(by).await?, choice).await?;
    Ok(())
}

/// A company that was Emma's ten days ago, and is Ann's since a week.
async fn handed_over(app: &TestApp, ann: &Actor, emma: &Actor) -> Result<RecordId> {
    let me = emma.user.to_string();
    let id = app
        .create(ann, KIND, &[("name", "Zephyr"), ("sales_contact", &me)])
        .await?;
    app.as_owner(
        "update companies set created_at = now() - interval '10 days';
                  update company_responsibilities set at = now() - interval '10 days'",
    )
    .await?;
    hand_over(app, ann, id, Some(emma.user), ann.user).await?;
    app.as_owner("update company_responsibilities set at = now() - interval '7 days' where at > now() - interval '1 hour'").await?;
    Ok(id)
}

#[tokio::test]
async fn who_has_ever_been_responsible_and_who_was_on_a_day_is_found() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let emma = app.limited(account).await?;
    handed_over(&app, &ann, &emma).await?;
    let (of_emma, of_ann) = (emma.user.to_string(), ann.user.to_string());
    let ago = |days| (chrono::Utc::now().date_naive() - chrono::TimeDelta::days(days)).to_string();
    for (op, values, expected) in [
        (Operator::HasEverBeen, vec![of_emma.clone()], 1),
        (Operator::HasEverBeen, vec![of_ann.clone()], 1),
        (Operator::IsAnyOf, vec![of_emma.clone()], 0),
        (Operator::WasOnDate, vec![ago(8), of_emma.clone()], 1),
        (Operator::WasOnDate, vec![ago(8), of_ann.clone()], 0),
        (Operator::WasOnDate, vec![ago(5), of_emma.clone()], 0),
        (Operator::WasOnDate, vec![ago(5), of_ann.clone()], 1),
        (Operator::WasOnDate, vec![ago(12), of_emma.clone()], 0),
    ] {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let asked = query(all_of(vec![condition("sales_contact", op, &values)]));
        let names = found(&app, &ann, KIND, &asked).await?;
        ensure!(names.len() == expected, "{op:?} {values:?}: {names:?}");
        // Emma, who does not see it any more, finds nothing of it, whoever it was.
        ensure!(found(&app, &emma, KIND, &asked).await?.is_empty(), "{op:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_list_as_of_a_day_shows_who_was_responsible_then_and_what_was_there() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let emma = app.limited(account).await?;
    handed_over(&app, &ann, &emma).await?;
    app.company(&ann, "New since").await?;
    let as_of = |days, segment, responsible| ListQuery {
        segment,
        responsible,
        as_of: Some(chrono::Utc::now().date_naive() - chrono::TimeDelta::days(days)),
        ..ListQuery::default()
    };
    let then = list(&app, &ann, KIND, &as_of(8, BuiltIn::All, None)).await?;
    ensure!(then.total == 1, "what came later is not there");
    let column = then
        .columns
        .iter()
        .position(|key| key == "sales_contact")
        .context("it")?;
    let Value::User { id, .. } = then.rows[0].cells[column] else {
        anyhow::bail!("{:?}", then.rows[0].cells[column]);
    };
    ensure!(id == emma.user, "it was Emma's");
    for (asked, expected) in [
        (as_of(8, BuiltIn::Mine, None), 0),
        (as_of(5, BuiltIn::Mine, None), 1),
        (as_of(8, BuiltIn::Unassigned, None), 0),
        (as_of(0, BuiltIn::Unassigned, None), 1),
        (as_of(8, BuiltIn::All, Some(emma.user)), 1),
        (as_of(5, BuiltIn::All, Some(emma.user)), 0),
    ] {
        let names = found(&app, &ann, KIND, &asked).await?;
        ensure!(names.len() == expected, "{asked:?}: {names:?}");
    }
    // The page says so.
    let mut browser = app.browser_of(&ann).await?;
    let page = browser
        .get(&as_of(8, BuiltIn::All, None).address(KIND))
        .await?;
    ensure!(
        page.body
            .contains("You see who was responsible at the end of"),
        "{}",
        page.body
    );
    Ok(())
}

#[tokio::test]
async fn who_leads_a_team_looks_as_its_members_and_nobody_looks_as_others() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let emma = app.limited(account).await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let eve = app.colleague(account, "Eve", "eve@acme.test").await?;
    let team = uuid::Uuid::now_v7();
    app.as_owner(&format!(
        "insert into teams (account_id, id, name) values ('{account}', '{team}', 'North');
         insert into team_members (account_id, team_id, user_id, lead) values ('{account}', '{team}', '{}', true), ('{account}', '{team}', '{}', false)",
        bob.user, emma.user
    ))
    .await?;
    for (name, of) in [("Emma's", &emma), ("Bob's", &bob), ("Eve's", &eve)] {
        let id = of.user.to_string();
        app.create(&ann, KIND, &[("name", name), ("sales_contact", &id)])
            .await?;
    }
    let mine = |as_whom| ListQuery {
        as_whom,
        ..query(all_of(vec![condition(
            "sales_contact",
            Operator::IsMe,
            &[],
        )]))
    };
    ensure!(found(&app, &bob, KIND, &mine(None)).await? == ["Bob's"]);
    ensure!(found(&app, &bob, KIND, &mine(Some(emma.user))).await? == ["Emma's"]);
    ensure!(found(&app, &ann, KIND, &mine(Some(eve.user))).await? == ["Eve's"]);
    let built_in = ListQuery {
        segment: BuiltIn::Mine,
        as_whom: Some(emma.user),
        ..ListQuery::default()
    };
    ensure!(found(&app, &bob, KIND, &built_in).await? == ["Emma's"]);
    for (viewer, whom) in [(&bob, &eve), (&emma, &bob), (&eve, &bob)] {
        let refused = list(&app, viewer, KIND, &mine(Some(whom.user))).await;
        ensure!(
            refused.err() == Some(crate::model::AppError::NotFound),
            "{}",
            viewer.full_name
        );
    }
    // It is about whom "me" means, and about nothing that one sees.
    app.as_owner(&format!(
        "update team_members set lead = user_id = '{}'",
        emma.user
    ))
    .await?;
    let emma = app.actor(&emma.email).await?;
    ensure!(
        found(&app, &emma, KIND, &mine(Some(bob.user)))
            .await?
            .is_empty(),
        "she does not see it"
    );
    // Where nothing depends on who looks, there is nobody to look as.
    let all = list(&app, &ann, KIND, &ListQuery::default()).await?;
    ensure!(all.lookers.is_empty());
    Ok(())
}

#[tokio::test]
async fn managers_and_collaborators_of_a_day_are_found_shown_and_mine() -> Result<()> {
    let kind = RecordKind::Project;
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (me, his) = (ann.user.to_string(), bob.user.to_string());
    let values = [
        ("title", "Zephyr"),
        ("managers", &me),
        ("collaborators", &his),
    ];
    let id = app.create(&ann, kind, &values).await?;
    app.as_owner(
        "update projects set created_at = now() - interval '10 days';
         update project_responsibilities set at = now() - interval '10 days'",
    )
    .await?;
    // A week ago Bob became a manager, and Ann left.
    for (role, how, user) in [
        (Role::Manager, How::Add, bob.user),
        (Role::Manager, How::Remove, ann.user),
    ] {
        let change = store::ChangePeople {
            kind,
            id,
            role,
            how,
            user,
            confirmed: true,
        };
        store::change_people(app.database.begin(&ann).await?, change).await?;
    }
    app.as_owner("update project_responsibilities set at = now() - interval '7 days' where at > now() - interval '1 hour'")
        .await?;
    let ago = |days| chrono::Utc::now().date_naive() - chrono::TimeDelta::days(days);
    for (field, op, day, user, expected) in [
        ("managers", Operator::HasEverBeen, None, &me, 1),
        ("managers", Operator::HasEverBeen, None, &his, 1),
        ("collaborators", Operator::HasEverBeen, None, &his, 1),
        ("collaborators", Operator::HasEverBeen, None, &me, 0),
        ("managers", Operator::IsAnyOf, None, &me, 0),
        ("managers", Operator::WasOnDate, Some(8), &me, 1),
        ("managers", Operator::WasOnDate, Some(8), &his, 0),
        ("managers", Operator::WasOnDate, Some(5), &me, 0),
        ("managers", Operator::WasOnDate, Some(5), &his, 1),
        ("collaborators", Operator::WasOnDate, Some(8), &his, 1),
        ("collaborators", Operator::WasOnDate, Some(5), &his, 0),
        ("managers", Operator::WasOnDate, Some(12), &me, 0),
    ] {
        let day = day.map(|days| ago(days).to_string());
        let values: Vec<&str> = day
            .iter()
            .map(String::as_str)
            .chain([user.as_str()])
            .collect();
        let asked = query(all_of(vec![condition(field, op, &values)]));
        let names = found(&app, &ann, kind, &asked).await?;
        ensure!(
            names.len() == expected,
            "{field} {op:?} {values:?}: {names:?}"
        );
    }
    let as_of = |days, segment, responsible| ListQuery {
        segment,
        responsible,
        as_of: Some(ago(days)),
        columns: ["title", "managers", "collaborators"]
            .map(String::from)
            .to_vec(),
        ..ListQuery::default()
    };
    for (days, managers, collaborators) in [(8, "Ann Admin", "Bob Boon"), (5, "Bob Boon", "")] {
        let then = list(&app, &ann, kind, &as_of(days, BuiltIn::All, None)).await?;
        for (key, expected) in [("managers", managers), ("collaborators", collaborators)] {
            let column = then.columns.iter().position(|known| known == key);
            let cell = &then.rows[0].cells[column.context("a column")?];
            let shown = cell.show(crate::model::Language::En);
            ensure!(shown == expected, "{days} days ago {key}: {shown}");
        }
    }
    for (asked, expected) in [
        (as_of(8, BuiltIn::Mine, None), 1),
        (as_of(5, BuiltIn::Mine, None), 0),
        (as_of(8, BuiltIn::All, Some(bob.user)), 1),
        (as_of(5, BuiltIn::All, Some(ann.user)), 0),
        (as_of(5, BuiltIn::Unassigned, None), 0),
    ] {
        let names = found(&app, &ann, kind, &asked).await?;
        ensure!(names.len() == expected, "{asked:?}: {names:?}");
    }
    Ok(())
}
