//! What one finds in the bell and on the page: one's own, with what one may still see, and what one marks.

use anyhow::{Result, ensure};

use super::{Acme, company, deal};
use crate::model::{
    Role,
    notifications::{NotificationPage, NotificationQuery},
};

#[tokio::test]
async fn what_one_may_not_open_any_more_is_nowhere_in_the_bell() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.emma).await?;
    let secret = acme.company_of("Top secret", &acme.emma).await?;
    acme.edit(&acme.ann, company(client), &[("city", "Gent")])
        .await?;
    acme.edit(&acme.ann, company(secret), &[("city", "Gent")])
        .await?;
    assert_eq!(acme.told(&acme.emma).await?.len(), 2);
    assert_eq!(acme.unread(&acme.emma).await?, 2);
    acme.choose(
        &acme.ann,
        company(secret),
        Role::SalesContact,
        Some(&acme.bob),
    )
    .await?;
    assert_eq!(
        acme.told(&acme.emma).await?,
        [
            "One of your companies now belongs to Bob Boon [unassigned]",
            "Client: Ann Admin changed this [changed]",
        ]
    );
    assert_eq!(
        acme.unread(&acme.emma).await?,
        2,
        "the other one does not count either"
    );
    let mut browser = acme.app.browser_of(&acme.emma).await?;
    for path in ["/notifications", "/notifications?event=changed", "/"] {
        let page = browser.get(path).await?;
        ensure!(!page.body.contains("Top secret"), "{path}");
        ensure!(page.body.contains("Notifications, 2 unread"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn one_marks_ones_own_and_nobody_elses() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    acme.edit(&acme.ann, company(client), &[("city", "Gent")])
        .await?;
    acme.edit(&acme.ann, company(client), &[("city", "Luik")])
        .await?;
    acme.told(&acme.bob).await?;
    let one = acme.first(&acme.bob).await?.id.to_string();
    let mut bobs = acme.app.browser_of(&acme.bob).await?;
    let mut cass = acme.app.browser_of(&acme.cas).await?;
    let mark = "/api/mark-notifications";
    let answer = cass
        .call(mark, &[("ids", one.as_str()), ("read", "true")])
        .await?;
    ensure!(
        answer.status.is_success(),
        "it is not there for him: nothing happens"
    );
    assert_eq!(acme.unread(&acme.bob).await?, 2);
    let answer = bobs
        .submit(
            "/notifications",
            mark,
            &[("ids", one.as_str()), ("read", "true")],
        )
        .await?;
    assert_eq!(answer.location(), Some("/notifications"), "{}", answer.body);
    assert_eq!(acme.unread(&acme.bob).await?, 1);
    bobs.call(mark, &[("ids", one.as_str()), ("read", "false")])
        .await?;
    assert_eq!(acme.unread(&acme.bob).await?, 2);
    bobs.call(mark, &[("ids", "all"), ("read", "true")]).await?;
    assert_eq!(acme.unread(&acme.bob).await?, 0);
    let answer = bobs
        .call(mark, &[("ids", "'; drop table"), ("read", "true")])
        .await?;
    ensure!(answer.status.is_client_error(), "{}", answer.body);
    Ok(())
}

#[tokio::test]
async fn the_page_is_filtered_and_goes_on_from_page_to_page() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let big = acme.deal_of("Big", client, &acme.bob).await?;
    acme.edit(&acme.ann, deal(big), &[("value", "1")]).await?;
    for n in 0..35 {
        acme.edit(
            &acme.ann,
            company(client),
            &[("city", &format!("City {n}"))],
        )
        .await?;
    }
    acme.app.work().await?;
    let page = async |query: NotificationQuery| -> Result<NotificationPage> {
        let mut tx = acme.app.database.begin(&acme.bob).await?;
        Ok(crate::notifications::store::notifications(&mut tx, &query).await?)
    };
    let first = page(NotificationQuery::default()).await?;
    assert_eq!((first.notifications.len(), first.unread), (30, 36));
    let after = first.next.unwrap_or_default();
    let second = page(NotificationQuery {
        after,
        ..NotificationQuery::default()
    })
    .await?;
    assert_eq!((second.notifications.len(), second.next), (6, None));
    let of_deals = page(NotificationQuery {
        kind: "deal".into(),
        ..NotificationQuery::default()
    })
    .await?;
    assert_eq!(of_deals.notifications.len(), 1);
    let mentions = page(NotificationQuery {
        event: "mention".into(),
        unread: "1".into(),
        ..NotificationQuery::default()
    })
    .await?;
    assert_eq!(mentions.notifications.len(), 0);
    Ok(())
}
