//! An act on many records is one action: one notification for each receiver, with the number and a link to just these records.

use anyhow::{Result, ensure};

use super::{Acme, NOBODY};
use crate::{
    model::{RecordKind, lists::ListQuery},
    records::store,
    tests::bulk::acted,
};

#[tokio::test]
async fn fifty_companies_that_change_hands_are_one_notification_each() -> Result<()> {
    let acme = Acme::new().await?;
    let mut ids = Vec::new();
    for n in 0..50 {
        let of = if n < 30 { &acme.bob } else { &acme.emma };
        let values = [
            ("name", format!("Client {n}")),
            ("sales_contact", of.user.to_string()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        ids.push(
            acme.app
                .create(&acme.ann, RecordKind::Company, &values)
                .await?
                .to_string(),
        );
    }
    acme.forget().await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let of = format!("records={}", ids.join(","));
    let cas = acme.cas.user.to_string();
    let act = [("what", "sales_contact"), ("user", cas.as_str())];
    acted(&mut browser, RecordKind::Company, &of, &act).await?;
    assert_eq!(
        acme.told(&acme.cas).await?,
        ["Ann Admin made you responsible for 50 companies [assigned]"]
    );
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Ann Admin took 30 companies off you [unassigned]"]
    );
    assert_eq!(
        acme.told(&acme.emma).await?,
        ["Ann Admin took 20 companies off you [unassigned]"]
    );
    assert_eq!(acme.told(&acme.ann).await?, NOBODY);
    // The link leads to just these.
    let first = acme.first(&acme.cas).await?;
    let address = first.address().unwrap_or_default();
    let mut cass = acme.app.browser_of(&acme.cas).await?;
    let list = cass.get(&address).await?;
    ensure!(list.body.contains("50 companies"), "{address}");
    let action = address.rsplit('=').next().and_then(|id| id.parse().ok());
    let mut tx = acme.app.database.begin(&acme.emma).await?;
    let query = ListQuery {
        action,
        ..ListQuery::default()
    };
    let found = store::list(&mut tx, RecordKind::Company, &query).await?;
    assert_eq!(found.rows.len(), 0, "nobody finds more by it than he sees");
    Ok(())
}

#[tokio::test]
async fn undoing_is_an_action_of_its_own() -> Result<()> {
    let acme = Acme::new().await?;
    let first = acme.company_of("One", &acme.bob).await?;
    let second = acme.company_of("Two", &acme.bob).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let of = format!("records={first},{second}");
    let cas = acme.cas.user.to_string();
    let act = [("what", "sales_contact"), ("user", cas.as_str())];
    let (id, _) = acted(&mut browser, RecordKind::Company, &of, &act).await?;
    acme.forget().await?;
    crate::tests::bulk::done(&mut browser, "undo_bulk", &id).await?;
    assert_eq!(
        acme.told(&acme.bob).await?,
        ["Ann Admin made you responsible for 2 companies [assigned]"]
    );
    assert_eq!(
        acme.told(&acme.cas).await?,
        ["Ann Admin took 2 companies off you [unassigned]"]
    );
    Ok(())
}
