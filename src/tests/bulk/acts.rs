//! Each act changes what it says and nothing else, within what who acts reaches, by the rules of changing one by hand.

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::{Acme, acted, ask, counts, done, page_of, prepared, records, to, told};
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind,
        bulk::Fate,
        responsibility::Responsible,
        users::{Reach, Rights, UserRole},
    },
    tests::support::eventually,
};

const COMPANY: RecordKind = RecordKind::Company;

#[tokio::test]
async fn all_of_a_list_get_another_sales_contact_with_history_and_one_entry_each() -> Result<()> {
    let acme = Acme::new().await?;
    let of_bob = acme.companies(1203, Some(&acme.bob)).await?;
    acme.companies(3, Some(&acme.cas)).await?;
    let other = acme.companies(2, None).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let list = browser.get("/companies").await?.body;
    ensure!(
        list.contains("Change all 1,208") && list.contains("Change selected"),
        "{list}"
    );
    let page = browser.get("/companies/bulk?all=true").await?.body;
    ensure!(
        page.contains("Change 1,208 companies") && page.contains("Sales contact"),
        "{page}"
    );

    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let id = prepared(&mut browser, COMPANY, "all=true", &act).await?;
    assert_eq!(acme.held_by(&acme.cas).await?, 3, "nothing is changed yet");
    let page = browser.get(&format!("/companies/bulk/{id}")).await?.body;
    for part in [
        "Sales contact: Cas Claes",
        "1,205 will change, 3 already so, 0 out of reach",
        "Change 1,205 companies",
    ] {
        ensure!(page.contains(part), "{part} in {page}");
    }
    let progress = done(&mut browser, "apply_bulk", &id).await?;
    assert_eq!(
        progress.counts,
        counts(&[(Fate::Changed, 1205), (Fate::Same, 3)])
    );
    assert_eq!(acme.held_by(&acme.cas).await?, 1208);
    for (sql, n) in [
        (
            "select count(*) from company_responsibilities where role = 'sales_contact'",
            1205,
        ),
        (
            "select count(*) from company_events where what = 'responsible' and detail ? 'act'",
            1205,
        ),
        (
            "select count(distinct detail ->> 'act') from company_events",
            1,
        ),
        ("select count(*) from companies where version = 2", 1205),
        ("select count(*) from bulk_acts where state = 'done'", 1),
    ] {
        assert_eq!(acme.count(sql).await?, n, "{sql}");
    }
    let entry = |id: RecordId| format!("/companies/{id}");
    let body = browser.get(&entry(of_bob[0])).await?.body;
    ensure!(
        body.contains("Ann Admin made Cas Claes sales contact, instead of Bob Boon"),
        "{body}"
    );
    let body = browser.get(&entry(other[0])).await?.body;
    ensure!(
        body.contains("Ann Admin made Cas Claes sales contact"),
        "{body}"
    );
    // Who looks at it afterwards finds the numbers, and the way back.
    let page = browser.get(&format!("/companies/bulk/{id}")).await?.body;
    ensure!(
        page.contains("1,205 changed, 3 already so, 0 out of reach"),
        "{page}"
    );
    ensure!(page.contains("Undo this change"), "{page}");
    let jobs = browser.get("/settings/jobs").await?.body;
    ensure!(
        jobs.contains("Sales contact: Cas Claes") && jobs.contains("1,208 companies"),
        "{jobs}"
    );
    Ok(())
}

#[tokio::test]
async fn what_one_does_not_see_is_out_of_reach_as_is_what_does_not_exist() -> Result<()> {
    let acme = Acme::new().await?;
    let emma = acme.app.limited(acme.account).await?;
    let hers = acme.companies(2, Some(&emma)).await?;
    let others = acme.companies(1, Some(&acme.bob)).await?;
    let mut browser = acme.app.browser_of(&emma).await?;
    let nobody = RecordId(Uuid::now_v7());
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let mut seen = Vec::new();
    for third in [others[0], nobody] {
        let of = records(&[hers[0], third]);
        let id = prepared(&mut browser, COMPANY, &of, &act).await?;
        let page = page_of(&mut browser, COMPANY, &id).await?;
        assert_eq!(page.loses_sight, 1);
        seen.push((page.line.progress, page.line.asked));
    }
    assert_eq!(seen[0], seen[1], "the two are not told apart");
    let of = records(&[hers[0], others[0]]);
    let (id, result) = acted(&mut browser, COMPANY, &of, &act).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 1), (Fate::OutOfReach, 1)]));
    assert_eq!(acme.held_by(&acme.bob).await?, 1, "Bob's stays his");
    let body = browser.get(&format!("/companies/bulk/{id}")).await?.body;
    ensure!(!body.contains("Company 1"), "no record is named: {body}");
    // Nobody else's act is there for her; for the admin hers is.
    let mut bobs = acme.app.browser_of(&acme.bob).await?;
    for function in [
        "bulk_act",
        "bulk_progress",
        "apply_bulk",
        "resume_bulk",
        "undo_bulk",
    ] {
        let values = [("kind", "company"), ("act", id.as_str())];
        let answer = bobs.call(&format!("/api/{function}"), &values).await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    assert_eq!(bobs.get("/settings/jobs").await?.status, 404);
    assert_eq!(
        bobs.call("/api/bulk_acts", &[]).await?.error()?,
        AppError::NotFound
    );
    let mut admin = acme.app.browser_of(&acme.ann).await?;
    ensure!(!page_of(&mut admin, COMPANY, &id).await?.mine);
    Ok(())
}

#[tokio::test]
async fn a_first_who_is_the_second_is_refused_or_takes_the_hidden_ones_place() -> Result<()> {
    let acme = Acme::new().await?;
    let ids = acme.companies(2, Some(&acme.bob)).await?;
    for id in &ids[..1] {
        let both = Responsible {
            first: Some(acme.bob.user),
            second: Some(acme.cas.user),
        };
        acme.app.make_responsible(COMPANY, *id, both).await?;
    }
    acme.app
        .as_owner("update accounts set second_enabled = true")
        .await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let (_, result) = acted(&mut browser, COMPANY, &records(&ids), &act).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 1), (Fate::OtherRole, 1)]));
    assert_eq!(acme.held_by(&acme.bob).await?, 1);

    acme.app
        .as_owner("update accounts set second_enabled = false")
        .await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let (id, result) = acted(&mut browser, COMPANY, &records(&ids), &act).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 1), (Fate::Same, 1)]));
    let seconds = "select count(*) from companies where second_sales_contact_id is not null";
    assert_eq!(acme.count(seconds).await?, 0);
    // Undone, the hidden one is there again.
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    assert_eq!(progress.undone, counts(&[(Fate::Undone, 1)]));
    assert_eq!(acme.count(seconds).await?, 1);
    Ok(())
}

#[tokio::test]
async fn only_whom_a_picker_offers_is_taken_and_a_deal_is_never_nobodys() -> Result<()> {
    let acme = Acme::new().await?;
    let rights = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let dee = acme
        .app
        .person(
            acme.account,
            "Dee Dox",
            "dee@acme.test",
            UserRole::User,
            rights,
        )
        .await?;
    let ids = acme.companies(1, Some(&acme.bob)).await?;
    let (_, other) = acme.app.account("Other").await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let of = records(&ids);
    let refused = async |browser: &mut crate::tests::support::Browser<'_>,
                         kind: RecordKind,
                         of: &str,
                         what: &str,
                         user: &str| {
        let values = [
            ("kind", kind.child()),
            ("of", of),
            ("what", what),
            ("user", user),
        ];
        anyhow::Ok(browser.call("/api/prepare_bulk", &values).await?.error()?)
    };
    let not_one = AppError::field("user", Problem::NotAColleague);
    for user in [to(dee.user), to(other.user), "x".to_owned()] {
        let error = refused(&mut browser, COMPANY, &of, "sales_contact", &user).await?;
        assert_eq!(error, not_one, "{user}");
    }
    let nobody_chosen = refused(&mut browser, COMPANY, &of, "sales_contact", "-").await?;
    assert_eq!(nobody_chosen, AppError::field("user", Problem::Required));
    for what in ["second_sales_contact", "assigned_to", "name", ""] {
        assert_eq!(
            refused(&mut browser, COMPANY, &of, what, "").await?,
            AppError::NotFound,
            "{what}"
        );
    }
    let deal = acme.app.deal(&acme.ann, "Deal", ids[0], &acme.bob).await?;
    let of_deal = records(&[deal]);
    let error = refused(&mut browser, RecordKind::Deal, &of_deal, "assigned_to", "").await?;
    assert_eq!(error, AppError::field("user", Problem::NeedsAssignee));
    // Without scripts the problem stands beside the field.
    let act = [("what", "assigned_to"), ("user", "-")];
    let answer = ask(&mut browser, RecordKind::Deal, &of_deal, &act).await?;
    let address = answer.location().unwrap_or_default().to_owned();
    let page = browser.get(&address).await?.body;
    ensure!(page.contains("This field is required"), "{page}");
    // Nothing selected is said.
    let nothing = refused(&mut browser, COMPANY, "records=", "delete", "").await?;
    assert_eq!(nothing, AppError::form(Problem::NothingSelected));
    assert_eq!(browser.get("/companies/bulk").await?.status, 422);
    Ok(())
}

#[tokio::test]
async fn a_tag_is_added_once_and_taken_away_with_an_entry_that_says_so() -> Result<()> {
    let acme = Acme::new().await?;
    let mut ids = acme.companies(2, None).await?;
    let values = [("name", "Tagged"), ("tags", "Big, Old")];
    ids.push(acme.app.create(&acme.ann, COMPANY, &values).await?);
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    let add = [("what", "tag"), ("tag", " Big "), ("how", "add")];
    let (_, result) = acted(&mut browser, COMPANY, "all=true", &add).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 2), (Fate::Same, 1)]));
    let tagged = "select count(*) from companies where tags = '{Big}'";
    assert_eq!(acme.count(tagged).await?, 2);
    let body = browser.get(&format!("/companies/{}", ids[0])).await?.body;
    ensure!(
        body.contains("Bob Boon changed this") && body.contains("Big"),
        "{body}"
    );
    let remove = [("what", "tag"), ("tag", "Big"), ("how", "remove")];
    let (_, result) = acted(&mut browser, COMPANY, "all=true", &remove).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 3)]));
    let left = "select count(*) from companies where tags is null or tags = '{Old}'";
    assert_eq!(acme.count(left).await?, 3);
    for (tag, problem) in [
        ("", Problem::Required),
        ("a,b", Problem::TooManyTags { max: 1 }),
    ] {
        let values = [
            ("kind", "company"),
            ("of", "all=true"),
            ("what", "tag"),
            ("tag", tag),
        ];
        let answer = browser.call("/api/prepare_bulk", &values).await?;
        assert_eq!(answer.error()?, AppError::field("tag", problem));
    }
    // Deals have no tags.
    let values = [
        ("kind", "deal"),
        ("of", "all=true"),
        ("what", "tag"),
        ("tag", "x"),
    ];
    let answer = browser.call("/api/prepare_bulk", &values).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    Ok(())
}

#[tokio::test]
async fn deleting_spares_what_others_belong_to_and_booked_invoices() -> Result<()> {
    let acme = Acme::new().await?;
    let ids = acme.companies(3, Some(&acme.bob)).await?;
    let deal = acme.app.deal(&acme.ann, "Deal", ids[0], &acme.bob).await?;
    let booked = [("status", "booked")];
    acme.app.invoice(&acme.ann, "1", ids[0], &booked).await?;
    let draft = acme.app.invoice(&acme.ann, "2", ids[1], &[]).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let delete = [("what", "delete")];
    let (_, result) = acted(&mut browser, COMPANY, "all=true", &delete).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 1), (Fate::Needed, 2)]));
    let (_, result) = acted(&mut browser, RecordKind::Invoice, "all=true", &delete).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 1), (Fate::Booked, 1)]));
    let in_bin = browser.get("/settings/bin").await?.body;
    ensure!(in_bin.contains(&draft.to_string()), "{in_bin}");
    // Its draft gone, the second company goes as well.
    let (_, result) = acted(&mut browser, COMPANY, "all=true", &delete).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 1), (Fate::Needed, 1)]));
    // With deals limited nobody deletes one.
    let rights = Rights {
        deals: Reach::Limited,
        ..Rights::FULL
    };
    let eve = acme
        .app
        .person(acme.account, "Eve", "eve@acme.test", UserRole::User, rights)
        .await?;
    let mut hers = acme.app.browser_of(&eve).await?;
    let values = [
        ("kind", "deal"),
        ("of", &*records(&[deal])),
        ("what", "delete"),
    ];
    let answer = hers.call("/api/prepare_bulk", &values).await?;
    assert_eq!(
        answer.error()?,
        AppError::form(Problem::MayNotDelete(RecordKind::Deal))
    );
    let page = hers
        .get(&format!("/deals/bulk?{}", records(&[deal])))
        .await?
        .body;
    ensure!(!page.contains("Check: Delete"), "{page}");
    Ok(())
}

#[tokio::test]
async fn a_user_field_is_set_added_to_and_taken_from() -> Result<()> {
    let acme = Acme::new().await?;
    let mut admin = acme.app.browser_of(&acme.ann).await?;
    for (label, several) in [("Coach", ""), ("Team", "true")] {
        let form = [
            ("kind", "contact"),
            ("form[label]", label),
            ("form[holds]", "user"),
            ("form[several]", several),
            ("form[mine]", "true"),
        ];
        let form: Vec<_> = form
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let answer = admin.call("/api/save_custom_field", &form).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
    }
    let mut ids = Vec::new();
    for n in 0..3 {
        let name = format!("Contact {n}");
        let values = [("last_name", name.as_str())];
        ids.push(
            acme.app
                .create(&acme.ann, RecordKind::Contact, &values)
                .await?,
        );
    }
    let field = async |label: &str| -> Result<String> {
        let id = sqlx::query_scalar("select 'f-' || id from custom_fields where label = $1");
        Ok(id.bind(label).fetch_one(&acme.app.owner).await?)
    };
    let (coach, team) = (field("Coach").await?, field("Team").await?);
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let page = browser.get("/contacts/bulk?all=true").await?.body;
    ensure!(page.contains("Coach") && page.contains("Set to"), "{page}");
    let (bob, cas) = (to(acme.bob.user), to(acme.cas.user));
    let kind = RecordKind::Contact;
    let set = [("what", coach.as_str()), ("user", &bob)];
    let (first, result) = acted(&mut browser, kind, &records(&ids[..2]), &set).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 2)]));
    let set = [("what", coach.as_str()), ("user", &cas)];
    let (_, result) = acted(&mut browser, kind, "all=true", &set).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 3)]));
    let body = browser.get(&format!("/contacts/{}", ids[0])).await?.body;
    ensure!(
        body.contains("Bob Boon") && body.contains("Cas Claes"),
        "old and new in {body}"
    );
    let histories = "select count(*) from contact_responsibilities where taken_out";
    assert_eq!(acme.count(histories).await?, 2);
    // The first act is undone where the second one has not been since: nowhere.
    let progress = done(&mut browser, "undo_bulk", &first).await?;
    assert_eq!(progress.undone, counts(&[(Fate::ChangedSince, 2)]));

    let many = async |browser: &mut crate::tests::support::Browser<'_>, how: &str, user: &str| {
        let act = [("what", team.as_str()), ("user", user), ("how", how)];
        acted(browser, kind, "all=true", &act).await
    };
    many(&mut browser, "add", &bob).await?;
    let (_, result) = many(&mut browser, "add", &bob).await?;
    assert_eq!(result, counts(&[(Fate::Same, 3)]));
    many(&mut browser, "add", &cas).await?;
    let (removed, result) = many(&mut browser, "remove", &bob).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 3)]));
    let held = async |user: &str| -> Result<i64> {
        let n = "select count(*) from contact_user_values where value = $1::uuid and 'f-' || field_id = $2";
        let n = sqlx::query_scalar(n).bind(user).bind(&team);
        Ok(n.fetch_one(&acme.app.owner).await?)
    };
    assert_eq!((held(&bob).await?, held(&cas).await?), (0, 3));
    let progress = done(&mut browser, "undo_bulk", &removed).await?;
    assert_eq!(progress.undone, counts(&[(Fate::Undone, 3)]));
    assert_eq!((held(&bob).await?, held(&cas).await?), (3, 3));
    // Once the field is gone its act stops and says so.
    let act = [("what", team.as_str()), ("user", &bob), ("how", "remove")];
    let id = prepared(&mut browser, kind, "all=true", &act).await?;
    acme.app
        .as_owner("update custom_fields set deleted_at = now(), deleted_by = created_by where label = 'Team'")
        .await?;
    browser.call("/api/apply_bulk", &[("act", &id)]).await?;
    eventually(async || {
        let stopped =
            "select count(*) from bulk_acts where state = 'stopped' and error is not null";
        ensure!(acme.count(stopped).await? == 1);
        Ok(())
    })
    .await?;
    assert_eq!(held(&bob).await?, 3);
    Ok(())
}

#[tokio::test]
async fn one_act_at_a_time_and_none_twice() -> Result<()> {
    let acme = Acme::new().await?;
    let ids = acme.companies(2, Some(&acme.bob)).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let one = prepared(&mut browser, COMPANY, &records(&ids), &act).await?;
    let two = prepared(&mut browser, COMPANY, &records(&ids), &act).await?;
    acme.app
        .as_owner(&format!(
            "update bulk_acts set state = 'running', beat_at = now(), run = gen_random_uuid(), runner_id = by_user_id where id = '{one}'"
        ))
        .await?;
    let answer = browser.call("/api/apply_bulk", &[("act", &two)]).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::AnotherUnderWay));
    let answer = browser.call("/api/apply_bulk", &[("act", &one)]).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::UnderWay));
    acme.app
        .as_owner(&format!(
            "update bulk_acts set state = 'done' where id = '{one}'"
        ))
        .await?;
    done(&mut browser, "apply_bulk", &two).await?;
    assert_eq!(
        told(&mut browser, &two).await?,
        "2 changed, 0 already so, 0 out of reach"
    );
    let answer = browser.call("/api/apply_bulk", &[("act", &two)]).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::UnderWay));
    Ok(())
}

/// What the plan lacks is taken out of everybody's rights, then as now: that is no change of them.
#[tokio::test]
async fn in_a_plan_that_lacks_modules_an_act_runs_to_its_end_and_stops_where_one_is_lost()
-> Result<()> {
    let acme = Acme::new().await?;
    acme.companies(2, None).await?;
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    for (n, plan) in ["go", "move", "boost"].into_iter().enumerate() {
        acme.app
            .as_owner(&format!("update accounts set plan = '{plan}'"))
            .await?;
        let tag = format!("Tag {n}");
        let act = [("what", "tag"), ("tag", tag.as_str()), ("how", "add")];
        let (_, result) = acted(&mut browser, COMPANY, "all=true", &act).await?;
        assert_eq!(result, counts(&[(Fate::Changed, 2)]), "{plan}");
    }
    // An actor whose account has lost a module since he was read writes nothing more.
    let before = acme.app.actor(&acme.bob.email).await?;
    acme.app.as_owner("update accounts set plan = 'go'").await?;
    let mut tx = acme
        .app
        .database
        .begin(&before)
        .await?
        .write(crate::server::database::Reached::oneself())
        .await?;
    let stopped = crate::server::tasks::still_may(&mut tx).await;
    assert_eq!(stopped, Err(AppError::form(Problem::RightsChanged)));
    Ok(())
}
