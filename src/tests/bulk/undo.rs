//! Undoing an act: for a day, by who did it or an admin, leaving alone what somebody changed since.

use anyhow::{Result, ensure};

use super::{Acme, acted, counts, done, page_of, records, to, told};
use crate::model::{AppError, Problem, RecordKind, bulk::Fate};

const COMPANY: RecordKind = RecordKind::Company;

#[tokio::test]
async fn what_somebody_changed_since_is_left_alone_and_counted() -> Result<()> {
    let acme = Acme::new().await?;
    let ids = acme.companies(10, Some(&acme.bob)).await?;
    acme.companies(2, None).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let (id, _) = acted(&mut browser, COMPANY, "all=true", &act).await?;
    // One goes to another, one there and back again, and one is changed in something else.
    acme.choose(&acme.bob, ids[0], &acme.cas, &acme.ann).await?;
    acme.choose(&acme.bob, ids[1], &acme.cas, &acme.ann).await?;
    acme.choose(&acme.bob, ids[1], &acme.ann, &acme.cas).await?;
    acme.app
        .as_owner(&format!(
            "update companies set city = 'Gent', version = version + 1 where id = '{}'",
            ids[2]
        ))
        .await?;
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    let expected = counts(&[(Fate::Undone, 10), (Fate::ChangedSince, 2)]);
    assert_eq!(progress.undone, expected);
    assert_eq!(acme.held_by(&acme.bob).await?, 8);
    assert_eq!(acme.held_by(&acme.ann).await?, 1);
    assert_eq!(acme.held_by(&acme.cas).await?, 1);
    let nobodys = "select count(*) from companies where sales_contact_id is null";
    assert_eq!(acme.count(nobodys).await?, 2);
    assert_eq!(
        told(&mut browser, &id).await?,
        "10 put back, 2 left alone: somebody changed them since, 0 out of reach"
    );
    let body = browser.get(&format!("/companies/{}", ids[3])).await?.body;
    ensure!(
        body.contains("Ann Admin made Bob Boon sales contact, instead of Cas Claes"),
        "{body}"
    );
    // What was left is tried once more, and what was put back is not.
    let again = done(&mut browser, "undo_bulk", &id).await?;
    assert_eq!(again.undone, expected);
    Ok(())
}

#[tokio::test]
async fn it_is_undone_within_a_day_by_who_did_it_or_an_admin() -> Result<()> {
    let acme = Acme::new().await?;
    let ids = acme.companies(4, Some(&acme.bob)).await?;
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let (id, _) = acted(&mut browser, COMPANY, &records(&ids), &act).await?;
    let mut cas = acme.app.browser_of(&acme.cas).await?;
    let answer = cas.call("/api/undo_bulk", &[("act", &id)]).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    let mut admin = acme.app.browser_of(&acme.ann).await?;
    let hours = |n| format!("update bulk_acts set wrote_at = now() - interval '{n} hours'");
    acme.app.as_owner(&hours(25)).await?;
    ensure!(
        page_of(&mut admin, COMPANY, &id)
            .await?
            .undo_until
            .is_none()
    );
    let answer = admin.call("/api/undo_bulk", &[("act", &id)]).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::TooLate));
    acme.app.as_owner(&hours(23)).await?;
    let progress = done(&mut admin, "undo_bulk", &id).await?;
    assert_eq!(progress.undone, counts(&[(Fate::Undone, 4)]));
    assert_eq!(acme.held_by(&acme.bob).await?, 4);
    // There is nothing left to undo.
    let answer = admin.call("/api/undo_bulk", &[("act", &id)]).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    Ok(())
}

#[tokio::test]
async fn whoever_may_not_be_responsible_any_more_is_not_put_back() -> Result<()> {
    let acme = Acme::new().await?;
    acme.companies(2, Some(&acme.bob)).await?;
    acme.companies(1, Some(&acme.ann)).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let (id, _) = acted(&mut browser, COMPANY, "all=true", &act).await?;
    acme.app
        .as_owner("update users set active = false where email = 'bob@acme.test'")
        .await?;
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    let expected = counts(&[(Fate::Undone, 1), (Fate::NotAllowed, 2)]);
    assert_eq!(progress.undone, expected);
    assert_eq!(acme.held_by(&acme.cas).await?, 2);
    Ok(())
}

#[tokio::test]
async fn who_no_longer_sees_what_he_handed_over_does_not_reach_it_again() -> Result<()> {
    let acme = Acme::new().await?;
    let emma = acme.app.limited(acme.account).await?;
    let ids = acme.companies(2, Some(&emma)).await?;
    let mut browser = acme.app.browser_of(&emma).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let (id, _) = acted(&mut browser, COMPANY, &records(&ids), &act).await?;
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    assert_eq!(progress.undone, counts(&[(Fate::OutOfReach, 2)]));
    assert_eq!(acme.held_by(&emma).await?, 0);
    let mut admin = acme.app.browser_of(&acme.ann).await?;
    let progress = done(&mut admin, "undo_bulk", &id).await?;
    assert_eq!(progress.undone, counts(&[(Fate::Undone, 2)]));
    assert_eq!(acme.held_by(&emma).await?, 2);
    Ok(())
}

#[tokio::test]
async fn what_was_deleted_comes_back_but_for_what_somebody_restored_or_lost_its_customer()
-> Result<()> {
    let acme = Acme::new().await?;
    let companies = acme.companies(2, Some(&acme.bob)).await?;
    let mut deals = Vec::new();
    for (n, company) in [0, 0, 1].into_iter().enumerate() {
        let title = format!("Deal {n}");
        deals.push(
            acme.app
                .deal(&acme.ann, &title, companies[company], &acme.bob)
                .await?,
        );
    }
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    let delete = [("what", "delete")];
    let kind = RecordKind::Deal;
    let (id, result) = acted(&mut browser, kind, "all=true", &delete).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 3)]));
    let values = [("kind", "deal"), ("id", &*deals[0].to_string())];
    let answer = browser.call("/api/restore", &values).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let values = [("kind", "company"), ("id", &*companies[1].to_string())];
    let answer = browser.call("/api/delete", &values).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    let expected = counts(&[
        (Fate::Undone, 1),
        (Fate::ChangedSince, 1),
        (Fate::CustomerGone, 1),
    ]);
    assert_eq!(progress.undone, expected);
    let body = browser.get(&format!("/deals/{}", deals[1])).await?.body;
    ensure!(body.contains("Bob Boon restored this"), "{body}");
    // Its customer restored, the last one comes back as well.
    browser.call("/api/restore", &values).await?;
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    assert_eq!(progress.undone.of(Fate::Undone), 2);
    assert_eq!(
        acme.count("select count(*) from deals where deleted_at is null")
            .await?,
        3
    );
    Ok(())
}

#[tokio::test]
async fn a_tag_goes_where_it_still_is_as_it_was_set() -> Result<()> {
    let acme = Acme::new().await?;
    let ids = acme.companies(3, None).await?;
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    let add = [("what", "tag"), ("tag", "Big"), ("how", "add")];
    let (id, _) = acted(&mut browser, COMPANY, "all=true", &add).await?;
    acme.app
        .as_owner(&format!(
            "update companies set tags = '{{Small}}' where id = '{}'",
            ids[0]
        ))
        .await?;
    let progress = done(&mut browser, "undo_bulk", &id).await?;
    assert_eq!(
        progress.undone,
        counts(&[(Fate::Undone, 2), (Fate::ChangedSince, 1)])
    );
    assert_eq!(
        acme.count("select count(*) from companies where tags is null")
            .await?,
        2
    );
    Ok(())
}
