//! Every action of the table of "Who is told", and the kind of event under which it is told.

use anyhow::{Context, Result};

use super::{Acme, NOBODY, deal, of};
use crate::{
    model::{Actor, RecordId, RecordKind},
    records::store,
    tests::custom_fields::field,
};

async fn move_to(acme: &Acme, by: &Actor, deal: RecordId, which: &str, reason: &str) -> Result<()> {
    let phase: uuid::Uuid = sqlx::query_scalar(
        "select id from deal_phases where outcome = $1 order by position desc limit 1",
    )
    .bind(which)
    .fetch_one(&acme.app.owner)
    .await
    .context("such a phase")?;
    let order = store::Move {
        id: deal,
        phase,
        reason,
    };
    store::move_to(acme.app.database.begin(by).await?, order)
        .await?
        .commit()
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_deal_tells_its_assignee_and_its_customers_sales_contact() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.cas).await?;
    let big = acme.deal_of("Big", client, &acme.bob).await?;
    move_to(&acme, &acme.ann, big, "open", "").await?;
    let told = acme.told(&acme.bob).await?;
    assert_eq!(told, ["Big: Ann Admin changed this [moved]"]);
    assert_eq!(
        acme.told(&acme.cas).await?,
        ["Big: Ann Admin changed this [related]"]
    );
    acme.forget().await?;
    move_to(&acme, &acme.ann, big, "won", "").await?;
    let told = acme.told(&acme.bob).await?;
    assert!(
        told.len() == 1 && told[0].contains("won this") && told[0].ends_with("[moved]"),
        "{told:?}"
    );
    let told = acme.told(&acme.cas).await?;
    assert!(
        told.len() == 1 && told[0].ends_with("[related]"),
        "{told:?}"
    );
    acme.forget().await?;
    let new = acme.app.deal(&acme.ann, "Next", client, &acme.bob).await?;
    let told = acme.told(&acme.cas).await?;
    assert!(
        told.len() == 1 && told[0].contains("created this"),
        "opened: {told:?}"
    );
    acme.forget().await?;
    move_to(&acme, &acme.cas, new, "lost", "Too dear").await?;
    let told = acme.told(&acme.bob).await?;
    assert!(
        told.len() == 1 && told[0].contains("lost: Too dear"),
        "{told:?}"
    );
    assert_eq!(acme.told(&acme.cas).await?, NOBODY);
    Ok(())
}

#[tokio::test]
async fn a_contact_that_is_linked_or_unlinked_is_told_to_the_companys_sales_contact() -> Result<()>
{
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let vent = acme
        .app
        .create(&acme.ann, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    acme.forget().await?;
    acme.app.link(&acme.ann, client, vent).await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Client: Ann Admin linked Vent [linked]"]
    );
    acme.forget().await?;
    let ends = [
        of(RecordKind::Company, client),
        of(RecordKind::Contact, vent),
    ];
    store::unlink(acme.app.database.begin(&acme.ann).await?, ends, true).await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Client: Ann Admin unlinked Vent [linked]"]
    );
    Ok(())
}

#[tokio::test]
async fn an_invoice_that_is_booked_paid_or_overdue_is_told_to_its_customers_sales_contact()
-> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let due = (chrono::Utc::now().date_naive() - chrono::Days::new(3)).to_string();
    let date = (chrono::Utc::now().date_naive() - chrono::Days::new(9)).to_string();
    let more = [("due_date", due.as_str()), ("date", date.as_str())];
    let invoice = acme.app.invoice(&acme.ann, "2026-1", client, &more).await?;
    acme.forget().await?;
    let invoice = of(RecordKind::Invoice, invoice);
    acme.edit(&acme.ann, invoice, &[("status", "booked")])
        .await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["2026-1: Ann Admin changed this [related]"]
    );
    acme.forget().await?;
    // By the calendar, and once.
    for written in [1_i64, 0] {
        let n: i64 = sqlx::query_scalar("select api.overdue_write()")
            .fetch_one(acme.app.database.api())
            .await?;
        assert_eq!(n, written);
    }
    let told = acme.told(&acme.bob).await?;
    assert!(
        told.len() == 1 && told[0].contains("became overdue") && told[0].ends_with("[related]"),
        "{told:?}"
    );
    acme.forget().await?;
    acme.edit(&acme.ann, invoice, &[("status", "paid")]).await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["2026-1: Ann Admin changed this [related]"]
    );
    Ok(())
}

#[tokio::test]
async fn a_step_is_told_to_who_is_to_do_it_and_to_who_is_responsible() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let big = acme.deal_of("Big", client, &acme.bob).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let due = chrono::Utc::now().date_naive().to_string();
    let values = [
        ("kind", "deal"),
        ("id", &big.to_string()),
        ("what", "Call"),
        ("due", &due),
        ("assigned_to", &acme.cas.user.to_string()),
    ];
    let answer = browser.call("/api/save_next_step", &values).await?;
    assert!(answer.status.is_success(), "{}", answer.body);
    let told = acme.told(&acme.cas).await?;
    assert!(
        told.len() == 1 && told[0].ends_with("[step]") && told[0].contains("“Call”"),
        "{told:?}"
    );
    assert_eq!(
        acme.told(&acme.bob).await?.len(),
        1,
        "once, though it is his deal and his customer"
    );
    Ok(())
}

#[tokio::test]
async fn who_stands_in_a_user_field_that_tells_is_told() -> Result<()> {
    let acme = Acme::new().await?;
    let kind = RecordKind::Contact;
    let tells = field(
        &acme.app,
        &acme.ann,
        kind,
        "Account manager",
        "user",
        &[("told", "true")],
    )
    .await?;
    let silent = field(&acme.app, &acme.ann, kind, "Friend", "user", &[]).await?;
    let ann = acme.app.actor(&acme.ann.email).await?;
    let (bob, cas) = (acme.bob.user.to_string(), acme.cas.user.to_string());
    let values = [
        ("last_name", "Vent"),
        (tells.as_str(), bob.as_str()),
        (silent.as_str(), cas.as_str()),
    ];
    let vent = acme.app.create(&ann, kind, &values).await?;
    let told = acme.told(&acme.bob).await?;
    assert!(
        told.len() == 1 && told[0].ends_with("[assigned]"),
        "{told:?}"
    );
    assert_eq!(acme.told(&acme.cas).await?, NOBODY);
    acme.forget().await?;
    acme.edit(&ann, of(kind, vent), &[("function", "CEO")])
        .await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Vent: Ann Admin changed this [changed]"]
    );
    acme.forget().await?;
    acme.edit(&ann, of(kind, vent), &[(tells.as_str(), cas.as_str())])
        .await?;
    let told = acme.told(&acme.cas).await?;
    assert!(
        told.len() == 1 && told[0].ends_with("[assigned]"),
        "{told:?}"
    );
    let told = acme.told(&acme.bob).await?;
    assert!(
        told.len() == 1 && told[0].ends_with("[unassigned]"),
        "{told:?}"
    );
    acme.forget().await?;
    // It grants nothing: who is limited is not told of what he does not see.
    let emma = acme.emma.user.to_string();
    let client = acme.company_of("Client", &acme.bob).await?;
    acme.app.link(&ann, client, vent).await?;
    acme.edit(&ann, of(kind, vent), &[(tells.as_str(), emma.as_str())])
        .await?;
    assert_eq!(acme.told(&acme.emma).await?, NOBODY);
    // An invoice of the contact is an action of its customer.
    acme.edit(&ann, of(kind, vent), &[(tells.as_str(), cas.as_str())])
        .await?;
    acme.forget().await?;
    acme.app.deal(&ann, "For Vent", vent, &acme.bob).await?;
    let told = acme.told(&acme.cas).await?;
    assert!(
        told.len() == 1 && told[0].ends_with("[related]"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn what_comes_back_out_of_the_bin_is_told() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let big = acme.deal_of("Big", client, &acme.bob).await?;
    store::delete(
        acme.app.database.begin(&acme.ann).await?,
        RecordKind::Deal,
        big,
    )
    .await?;
    acme.forget().await?;
    store::restore(
        acme.app.database.begin_in_bin(&acme.ann).await?,
        RecordKind::Deal,
        big,
    )
    .await?;
    let _ = deal(big);
    let told = acme.told(&acme.bob).await?;
    assert!(
        told.len() == 1 && told[0].contains("restored this"),
        "{told:?}"
    );
    Ok(())
}
