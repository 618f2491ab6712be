//! What somebody is told, as a way to a record: he has a notification of every record of his account, and finds those that he sees.

use anyhow::{Context, Result, ensure};
use sqlx::AssertSqlSafe;

use super::visit::Visit;
use crate::model::notifications::NotificationPage;

pub async fn notifications(visit: &mut Visit<'_>) -> Result<()> {
    let me = visit.person.actor.as_ref().map(|actor| actor.user.0);
    let (table, child) = (visit.kind.table(), visit.kind.child());
    let owner = &visit.scene.app.owner;
    let sql = format!(
        "insert into notifications (account_id, id, user_id, action_id, event, record_kind, record_id, event_ids, in_app, by_mail, in_digest)
         select r.account_id, gen_random_uuid(), u.id, gen_random_uuid(), 'changed', '{child}', r.id,
           array(select e.id from {child}_events e where e.account_id = r.account_id and e.record_id = r.id), true, false, false
         from users u join {table} r on r.account_id = u.account_id where u.id = $1"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(me)
        .execute(owner)
        .await?;
    let told = all(visit).await;
    sqlx::query("delete from notifications where user_id = $1")
        .bind(me)
        .execute(owner)
        .await?;
    told
}

async fn all(visit: &mut Visit<'_>) -> Result<()> {
    let kind = visit.kind.child();
    let mut after = String::new();
    let mut found = 0;
    loop {
        let values = [
            ("query[event]", ""),
            ("query[kind]", kind),
            ("query[unread]", "1"),
            ("query[after]", after.as_str()),
        ];
        let answer = visit.call("notifications", &values).await?;
        if !answer.status.is_success() {
            break;
        }
        let page: NotificationPage = serde_json::from_str(&answer.body).context("a page")?;
        found += page.notifications.len();
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    let answer = visit.call("unread", &[]).await?;
    if answer.status.is_success() {
        let unread: usize = serde_json::from_str(&answer.body)?;
        ensure!(unread == found.min(100), "{unread} unread, {found} found");
    }
    visit.page("/notifications").await?;
    visit.page(&format!("/notifications?kind={kind}")).await?;
    visit
        .call("mark-notifications", &[("ids", "all"), ("read", "true")])
        .await?;
    Ok(())
}
