//! The rules: never the actor, once per action, only what one may open, old and new, and who is told nameless.

use anyhow::Result;

use super::{Acme, NOBODY, company, deal, id};
use crate::{
    model::{RecordKind, Role},
    records::store,
};

#[tokio::test]
async fn whoever_did_it_is_not_told_and_who_is_responsible_is_with_what_changed() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    acme.edit(&acme.bob, company(client), &[("city", "Gent")])
        .await?;
    assert_eq!(acme.told(&acme.bob).await?, NOBODY, "his own doing");
    acme.edit(&acme.ann, company(client), &[("city", "Luik")])
        .await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Client: Ann Admin changed this [changed]"]
    );
    let first = acme.first(&acme.bob).await?;
    let crate::model::notifications::About::Record { kind, entries, .. } = &first.about else {
        anyhow::bail!("it names the record");
    };
    let changes = entries[0].changes(*kind, crate::model::Language::En);
    assert_eq!(changes, ["City: Gent → Luik"]);
    for other in [&acme.ann, &acme.cas, &acme.emma] {
        assert_eq!(acme.told(other).await?, NOBODY, "{}", other.full_name);
    }
    Ok(())
}

#[tokio::test]
async fn who_is_responsible_now_and_who_was_are_both_told() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let sales = Role::SalesContact;
    acme.choose(&acme.ann, company(client), sales, Some(&acme.cas))
        .await?;
    let said = "Client: Ann Admin made Cas Claes sales contact, instead of Bob Boon";
    assert_eq!(acme.told(&acme.cas).await?, [format!("{said} [assigned]")]);
    assert_eq!(
        acme.told(&acme.bob).await?,
        [format!("{said} [unassigned]")]
    );
    acme.forget().await?;
    // Who hands over himself knows it.
    acme.choose(&acme.cas, company(client), sales, Some(&acme.bob))
        .await?;
    assert_eq!(acme.told(&acme.cas).await?, NOBODY);
    assert_eq!(acme.told(&acme.bob).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn one_action_is_told_once_however_many_ways_it_concerns_somebody() -> Result<()> {
    let acme = Acme::new().await?;
    acme.make_second_available().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    // Bob is assigned, and sales contact of the customer.
    let big = acme.deal_of("Big", client, &acme.bob).await?;
    acme.edit(&acme.ann, deal(big), &[("value", "5000")])
        .await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Big: Ann Admin changed this [changed]"]
    );
    acme.forget().await?;
    // One form: a field and the responsible at once.
    let typed = [("city", "Gent"), ("sales_contact", &id(acme.cas.user))];
    acme.edit(&acme.ann, company(client), &typed).await?;
    let told = acme.told(&acme.cas).await?;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with("[assigned]"), "{told:?}");
    assert!(told[0].contains("changed this"), "both lines: {told:?}");
    acme.forget().await?;
    // Created for him: one, though created and chosen are two entries of its activity.
    acme.app.deal(&acme.ann, "New", client, &acme.bob).await?;
    let told = acme.told(&acme.bob).await?;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with("[assigned]"), "{told:?}");
    // A job that runs twice tells nothing twice.
    let action: uuid::Uuid = sqlx::query_scalar("select action_id from notifications limit 1")
        .fetch_one(&acme.app.owner)
        .await?;
    let wait = std::time::Duration::ZERO;
    crate::notifications::tell(&acme.app.database, acme.account, action, wait).await?;
    assert_eq!(acme.told(&acme.bob).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_he_may_not_open_when_it_is_told_he_is_not_told() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.emma).await?;
    let other = acme.company_of("Other", &acme.emma).await?;
    acme.edit(&acme.ann, company(client), &[("city", "Gent")])
        .await?;
    acme.edit(&acme.ann, company(other), &[("city", "Gent")])
        .await?;
    // Between the change and its telling.
    acme.app
        .as_owner("update companies set sales_contact_id = null where name = 'Client'")
        .await?;
    assert_eq!(
        acme.told(&acme.emma).await?,
        ["Other: Ann Admin changed this [changed]"]
    );
    acme.forget().await?;
    acme.edit(&acme.ann, company(other), &[("city", "Luik")])
        .await?;
    acme.choose(
        &acme.ann,
        company(other),
        Role::SalesContact,
        Some(&acme.bob),
    )
    .await?;
    acme.app
        .as_owner("update users set crm = 'none' where full_name = 'Emma Limited'")
        .await?;
    assert_eq!(
        acme.told(&acme.emma).await?,
        NOBODY,
        "without the right, not even nameless"
    );
    Ok(())
}

#[tokio::test]
async fn what_was_taken_from_him_is_told_without_name_and_link_where_he_cannot_open_it()
-> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Secret client", &acme.emma).await?;
    acme.choose(
        &acme.ann,
        company(client),
        Role::SalesContact,
        Some(&acme.bob),
    )
    .await?;
    let told = acme.told(&acme.emma).await?;
    assert_eq!(
        told,
        ["One of your companies now belongs to Bob Boon [unassigned]"]
    );
    assert_eq!(acme.first(&acme.emma).await?.address(), None);
    let mut browser = acme.app.browser_of(&acme.emma).await?;
    let page = browser.get("/notifications").await?;
    assert!(
        page.body.contains("now belongs to Bob Boon"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Secret client"));
    assert!(!page.body.contains(&client.to_string()), "and no link");
    acme.forget().await?;

    let doomed = acme.company_of("Doomed", &acme.emma).await?;
    store::delete(
        acme.app.database.begin(&acme.ann).await?,
        RecordKind::Company,
        doomed,
    )
    .await?;
    assert_eq!(
        acme.told(&acme.emma).await?,
        ["Ann Admin deleted one of your companies [deleted]"]
    );
    assert_eq!(
        acme.told(&acme.bob).await?,
        NOBODY,
        "it was not his, and he could only see it"
    );
    acme.forget().await?;

    // A deal of her company, which is somebody else's.
    let hers = acme.company_of("Hers", &acme.emma).await?;
    let gone = acme.deal_of("Gone", hers, &acme.bob).await?;
    store::delete(
        acme.app.database.begin(&acme.ann).await?,
        RecordKind::Deal,
        gone,
    )
    .await?;
    assert_eq!(
        acme.told(&acme.emma).await?,
        ["Ann Admin deleted a deal of a customer of yours [related]"]
    );
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Ann Admin deleted one of your deals [deleted]"]
    );
    Ok(())
}

#[tokio::test]
async fn a_second_is_told_while_the_account_has_seconds() -> Result<()> {
    let acme = Acme::new().await?;
    acme.make_second_available().await?;
    let ann = acme.app.actor(&acme.ann.email).await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let second = Role::SecondSalesContact;
    acme.choose(&ann, company(client), second, Some(&acme.cas))
        .await?;
    assert_eq!(
        acme.told(&acme.cas).await?,
        ["Client: Ann Admin made Cas Claes second sales contact [assigned]"]
    );
    // Whom it does not make responsible, it changed a record of.
    assert_eq!(acme.told(&acme.bob).await?.len(), 1);
    acme.forget().await?;
    acme.app
        .as_owner("update accounts set second_enabled = false")
        .await?;
    acme.edit(&acme.ann, company(client), &[("city", "Gent")])
        .await?;
    assert_eq!(acme.told(&acme.cas).await?, NOBODY, "without effect");
    Ok(())
}

#[tokio::test]
async fn who_stands_in_is_told_of_what_he_may_open() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let away = async |who: &str, until: i32, stand_in: &str| {
        acme.app
            .as_owner(&format!(
                "insert into absences (account_id, user_id, from_on, until_on, stand_in_id)
                 select u.account_id, u.id, current_date - 3, current_date + {until}, s.id
                 from users u, users s where u.full_name = '{who}' and s.full_name = '{stand_in}'"
            ))
            .await
    };
    away("Bob Boon", 3, "Cas Claes").await?;
    acme.edit(&acme.ann, company(client), &[("city", "Gent")])
        .await?;
    assert_eq!(
        acme.told(&acme.cas).await?,
        ["Client: Ann Admin changed this (for Bob Boon) [changed]"]
    );
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Client: Ann Admin changed this [changed]"]
    );
    acme.forget().await?;
    // A chain: Cas is away too, and Emma does not see the company.
    away("Cas Claes", 3, "Emma Limited").await?;
    acme.edit(&acme.ann, company(client), &[("city", "Luik")])
        .await?;
    assert_eq!(acme.told(&acme.emma).await?, NOBODY);
    acme.app.as_owner("update absences a set stand_in_id = u.id from users u where u.full_name = 'Ann Admin' and a.user_id <> u.id and a.stand_in_id in (select id from users where full_name = 'Emma Limited')").await?;
    acme.edit(&acme.bob, company(client), &[("city", "Namen")])
        .await?;
    assert_eq!(
        acme.told(&acme.ann).await?,
        NOBODY,
        "Bob did it: nobody stands in for that"
    );
    // It ends by itself.
    acme.forget().await?;
    acme.app
        .as_owner("update absences set until_on = current_date - 2")
        .await?;
    acme.edit(&acme.ann, company(client), &[("city", "Mons")])
        .await?;
    assert_eq!(acme.told(&acme.cas).await?, NOBODY);
    Ok(())
}
