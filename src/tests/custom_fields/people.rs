//! User fields: who can be chosen, what is remembered, where it shows, what becomes of it when somebody leaves, and that it
//! opens nothing.

use anyhow::{Result, ensure};

use super::{bare, edit, field, is_done, is_not_found, page, people_in, problem, shown};
use crate::{
    model::{
        Duty, FieldId, RecordId, RecordKind, UserId,
        hand_over::Post,
        lists::{BuiltIn, ListQuery},
    },
    records::store,
    tests::support::{Answer, Browser, TestApp},
};

const KIND: RecordKind = RecordKind::Contact;

async fn choose(
    browser: &mut Browser<'_>,
    id: RecordId,
    field: &str,
    user: &str,
    was: &str,
) -> Result<Answer> {
    let id = id.to_string();
    let values = [
        ("kind", KIND.child()),
        ("id", id.as_str()),
        ("role", field),
        ("user", user),
        ("was", was),
    ];
    browser.call("/api/choose_responsible", &values).await
}

/// Each change of the history: whose, and whether he came or left.
async fn history(app: &TestApp, field: &str) -> Result<Vec<(String, bool)>> {
    let rows = sqlx::query_as(
        "select u.full_name, h.taken_out from contact_responsibilities h join users u on u.id = h.user_id
         where h.role = $1 order by h.at, h.taken_out desc",
    );
    Ok(rows.bind(bare(field)).fetch_all(&app.owner).await?)
}

#[tokio::test]
async fn a_user_field_is_picked_remembered_and_shown_and_opens_nothing() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let emma = app.limited(ann.account).await?;
    let id = field(&app, &ann, KIND, "Account manager", "user", &[]).await?;
    let ann = app.actor(&ann.email).await?;
    let emma = app.actor(&emma.email).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut anns = app.browser_of(&ann).await?;
    let (me, hers) = (ann.user.to_string(), emma.user.to_string());
    is_done(&choose(&mut anns, vent, &id, &me, "").await?)?;
    // Whoever picks over another's pick is told.
    let late = choose(&mut anns, vent, &id, &hers, "").await?;
    ensure!(problem(&late, &id)?.contains("Ann Admin"), "{}", late.body);
    is_done(&choose(&mut anns, vent, &id, &hers, &me).await?)?;
    assert_eq!(
        history(&app, &id).await?,
        [
            ("Ann Admin".to_owned(), false),
            ("Ann Admin".to_owned(), true),
            ("Emma Limited".to_owned(), false)
        ]
    );
    let told = page(&mut anns, KIND, vent).await?.activity;
    ensure!(
        format!("{:?}", told[0].what).contains("Emma Limited"),
        "{told:?}"
    );

    // Emma stands in it and does not see the contact: not his page, not in her list, not under her responsibilities.
    let mut emmas = app.browser_of(&emma).await?;
    assert_eq!(emmas.get(&KIND.address(vent)).await?.status, 404);
    is_not_found(&choose(&mut emmas, vent, &id, &me, &hers).await?)?;
    let start = emmas.get("/").await?;
    ensure!(!start.body.contains("Vent"), "her own page tells of him");
    let mine = ListQuery {
        segment: BuiltIn::Mine,
        ..ListQuery::default()
    };
    let mut tx = app.database.begin(&emma).await?;
    assert_eq!(store::list(&mut tx, KIND, &mine).await?.total, 0);
    // Ann looks at Emma's responsibilities and finds him; and in the list of what is Emma's.
    let mut tx = app.database.begin(&ann).await?;
    let hers = store::responsibilities(&mut tx, Some(emma.user), 20).await?;
    let of_contacts = hers.kinds.iter().find(|figures| figures.kind == KIND);
    assert_eq!(of_contacts.map(|figures| figures.total), Some(1));
    let of_emma = ListQuery {
        responsible: Some(emma.user),
        ..ListQuery::default()
    };
    assert_eq!(store::list(&mut tx, KIND, &of_emma).await?.total, 1);
    // Deleted he counts no more, neither in the list nor among the figures; restored he does again.
    drop(tx);
    for (function, expected) in [("delete", 0), ("restore", 1)] {
        let id = vent.to_string();
        let values = [("kind", KIND.child()), ("id", id.as_str())];
        is_done(&anns.call(&format!("/api/{function}"), &values).await?)?;
        let mut tx = app.database.begin(&ann).await?;
        assert_eq!(store::list(&mut tx, KIND, &of_emma).await?.total, expected);
        let hers = store::responsibilities(&mut tx, Some(emma.user), 20).await?;
        let of_contacts = hers.kinds.iter().find(|figures| figures.kind == KIND);
        assert_eq!(of_contacts.map(|figures| figures.total), Some(expected));
    }
    let mut tx = app.database.begin(&ann).await?;
    let unassigned = ListQuery {
        segment: BuiltIn::Unassigned,
        ..ListQuery::default()
    };
    assert_eq!(store::list(&mut tx, KIND, &unassigned).await?.total, 0);
    Ok(())
}

#[tokio::test]
async fn a_field_that_is_not_to_be_shown_is_under_nobodys_responsibilities() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let form = [("label", "Interviewer"), ("holds", "user")];
    is_done(&super::save(&mut browser, RecordKind::Company, &form).await?)?;
    let id = super::id_of(&app, "Interviewer").await?;
    let company = app.company(&ann, "Zephyr").await?;
    is_done(
        &edit(
            &mut browser,
            RecordKind::Company,
            company,
            &[(&id, &ann.user.to_string())],
        )
        .await?,
    )?;
    let ann = app.actor(&ann.email).await?;
    let mine = ListQuery {
        segment: BuiltIn::Mine,
        ..ListQuery::default()
    };
    let mut tx = app.database.begin(&ann).await?;
    assert_eq!(
        store::list(&mut tx, RecordKind::Company, &mine)
            .await?
            .total,
        0
    );
    drop(tx);
    app.as_owner("update custom_fields set mine = true").await?;
    let ann = app.actor(&ann.email).await?;
    let mut tx = app.database.begin(&ann).await?;
    let list = store::list(&mut tx, RecordKind::Company, &mine).await?;
    assert_eq!(list.total, 1);
    // By role and by field it is still one company.
    drop(tx);
    app.as_owner(&format!(
        "update companies set sales_contact_id = '{}'",
        ann.user
    ))
    .await?;
    let mut tx = app.database.begin(&ann).await?;
    assert_eq!(
        store::list(&mut tx, RecordKind::Company, &mine)
            .await?
            .total,
        1
    );
    let figures = store::responsibilities(&mut tx, None, 20).await?;
    assert_eq!(figures.kinds[0].total, 1);
    Ok(())
}

#[tokio::test]
async fn several_people_come_and_go_one_by_one() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = field(&app, &ann, KIND, "Team", "user", &[("several", "true")]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    // As ticks of a plain form, each an input of its own.
    let ticks = [format!("{id}.{}", ann.user), format!("{id}.{}", bob.user)];
    let both = [(id.as_str(), ""), (&ticks[0], "on"), (&ticks[1], "on")];
    is_done(&edit(&mut browser, KIND, vent, &both).await?)?;
    let record = page(&mut browser, KIND, vent).await?.record;
    assert_eq!(people_in(record.value(&id)), ["Ann Admin", "Bob Boon"]);
    // A picker chooses one and is none of this field's.
    is_not_found(&choose(&mut browser, vent, &id, &bob.user.to_string(), "").await?)?;
    is_done(&edit(&mut browser, KIND, vent, &[(&id, ""), (&ticks[1], "on")]).await?)?;
    let record = page(&mut browser, KIND, vent).await?.record;
    assert_eq!(people_in(record.value(&id)), ["Bob Boon"]);
    let ann_came_and_left = history(&app, &id).await?;
    let of_ann = ann_came_and_left
        .iter()
        .filter(|(name, _)| name == "Ann Admin");
    assert_eq!(
        of_ann.map(|(_, left)| *left).collect::<Vec<_>>(),
        [false, true]
    );
    is_done(&edit(&mut browser, KIND, vent, &[(&id, "")]).await?)?;
    assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "");
    Ok(())
}

#[tokio::test]
async fn only_active_colleagues_of_the_account_can_be_chosen_and_who_leaves_stays() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = field(&app, &ann, KIND, "Account manager", "user", &[]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let brise = app.create(&ann, KIND, &[("last_name", "Brise")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let words = "Not an active colleague of this account";
    for foreign in [other.user.to_string(), uuid::Uuid::nil().to_string()] {
        let refused = choose(&mut browser, vent, &id, &foreign, "").await?;
        assert_eq!(problem(&refused, &id)?, words);
        let refused = edit(&mut browser, KIND, vent, &[(&id, &foreign)]).await?;
        assert_eq!(problem(&refused, &id)?, words);
    }
    let bobs = bob.user.to_string();
    is_done(&choose(&mut browser, vent, &id, &bobs, "").await?)?;
    app.as_owner("update users set active = false where email = 'bob@acme.test'")
        .await?;
    assert_eq!(
        shown(&mut browser, KIND, vent, &id).await?,
        "Bob Boon (deactivated)"
    );
    is_done(
        &edit(
            &mut browser,
            KIND,
            vent,
            &[("last_name", "Vents"), (&id, &bobs)],
        )
        .await?,
    )?;
    let refused = choose(&mut browser, brise, &id, &bobs, "").await?;
    assert_eq!(problem(&refused, &id)?, words);
    Ok(())
}

#[tokio::test]
async fn who_leaves_hands_over_his_user_fields_and_else_they_are_orphans() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cid = app.colleague(account, "Cid Cool", "cid@acme.test").await?;
    let one = field(&app, &ann, KIND, "Account manager", "user", &[]).await?;
    let team = field(&app, &ann, KIND, "Team", "user", &[("several", "true")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let (bobs, cids) = (bob.user.to_string(), cid.user.to_string());
    let mut made = Vec::new();
    for n in 0..3 {
        let id = app
            .create(&ann, KIND, &[("last_name", &format!("Vent {n}"))])
            .await?;
        is_done(&choose(&mut browser, id, &one, &bobs, "").await?)?;
        made.push(id);
    }
    // In the first one's team both are already, in the second's Bob alone.
    let both = format!("{bobs},{cids}");
    is_done(&edit(&mut browser, KIND, made[0], &[(&team, &both)]).await?)?;
    is_done(&edit(&mut browser, KIND, made[1], &[(&team, &bobs)]).await?)?;
    let ann = app.actor(&ann.email).await?;
    let post = |field: &str| -> Result<Post> {
        Ok(Post {
            kind: KIND,
            duty: Duty::Field(bare(field).parse::<FieldId>()?),
        })
    };
    let held = store::held_by(&mut app.database.begin(&ann).await?, bob.user).await?;
    let counts: Vec<(String, i64)> = held
        .iter()
        .map(|held| (held.label.clone(), held.count))
        .collect();
    assert_eq!(
        counts,
        [("Account manager".to_owned(), 3), ("Team".to_owned(), 2)]
    );
    app.as_owner("update users set active = false where email = 'bob@acme.test'")
        .await?;
    let orphans = store::orphans(&mut app.database.begin(&ann).await?).await?;
    assert_eq!(
        orphans[0].held.iter().map(|held| held.count).sum::<i64>(),
        5
    );
    let shares = [
        (post(&one)?, vec![cid.user]),
        (post(&team)?, vec![cid.user]),
    ];
    let tx = app.database.begin(&ann).await?;
    let (tx, done) = store::hand_over(tx, bob.user, &shares.into()).await?;
    tx.commit().await?;
    assert_eq!((done.gone, done.stayed), (5, 0));
    for id in &made {
        assert_eq!(shown(&mut browser, KIND, *id, &one).await?, "Cid Cool");
    }
    assert_eq!(shown(&mut browser, KIND, made[0], &team).await?, "Cid Cool");
    assert_eq!(shown(&mut browser, KIND, made[1], &team).await?, "Cid Cool");
    let told = page(&mut browser, KIND, made[0]).await?.activity;
    ensure!(
        format!("{:?}", told[0].what).contains("Bob Boon"),
        "{:?}",
        told[0]
    );
    let orphans = store::orphans(&mut app.database.begin(&ann).await?).await?;
    assert!(orphans.is_empty(), "{orphans:?}");
    // Nobody of another account receives anything.
    let (_, other) = app.account("Other").await?;
    let shares = [(post(&one)?, vec![UserId(other.user.0)])];
    let tx = app.database.begin(&ann).await?;
    ensure!(
        store::hand_over(tx, cid.user, &shares.into())
            .await
            .is_err()
    );
    Ok(())
}
