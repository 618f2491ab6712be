//! The ways that only tickets have: their messages and what came with these, replies, drafts, closing.
//! Whoever reaches a ticket does to it what leaves it as it is.

use anyhow::{Result, ensure};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    scene::{COMMON, Made},
    visit::Visit,
    ways::refused,
};
use crate::{
    model::{AccountId, Problem, RecordId, tickets::Party},
    tests::support::TestApp,
};

/// What a client wrote, with the word of its ticket in every part of it.
pub(super) async fn write(
    app: &TestApp,
    account: AccountId,
    ticket: RecordId,
    word: &str,
) -> Result<()> {
    let text = format!("{COMMON} {word}");
    let client = Party {
        name: text.clone(),
        email: "client@client.test".to_owned(),
    };
    sqlx::query(
        "insert into ticket_messages (account_id, record_id, id, way, message_id, from_name, from_email, recipients, subject, body, html)
         values ($1, $2, $2, 'in', $2::text || '@client.test', $3, 'client@client.test', $4, $3, $3, '<p>' || $3 || '</p>')",
    )
    .bind(account.0)
    .bind(ticket.0)
    .bind(&text)
    .bind(Json([client]))
    .execute(&app.owner)
    .await?;
    sqlx::query(
        "insert into ticket_attachments (account_id, record_id, message_id, n, name, media_type, size, file)
         values ($1, $2, $2, 1, $3 || '.pdf', 'application/pdf', 1, $2)",
    )
    .bind(account.0)
    .bind(ticket.0)
    .bind(&text)
    .execute(&app.owner)
    .await?;
    sqlx::query(
        "insert into ticket_events (account_id, id, record_id, what, detail)
         values ($1, gen_random_uuid(), $2, 'received', jsonb_build_object('message', $2, 'sender', $3))",
    )
    .bind(account.0)
    .bind(ticket.0)
    .bind(&text)
    .execute(&app.owner)
    .await?;
    sqlx::query(
        "update tickets set status = 'open', client_email = 'client@client.test' where id = $1",
    )
    .bind(ticket.0)
    .execute(&app.owner)
    .await?;
    Ok(())
}

pub(super) async fn messages(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let base = format!("/mailbox/{}/messages/{}", made.id, made.id);
        let shown = visit.page(&base).await?;
        if shown.status.is_success() && shown.body.contains(&made.word) {
            visit.reached(made)?;
        }
        // These have no files here: nobody finds any, and nobody's name is told.
        for file in ["original", "attachments/1"] {
            let answer = visit.page(&format!("{base}/{file}")).await?;
            ensure!(!answer.status.is_success(), "{file} is shown");
        }
    }
    Ok(())
}

pub(super) async fn standing(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let answer = visit.call("ticket_standing", &[("id", &id)]).await?;
        if answer.status.is_success() {
            visit.reached(made)?;
        } else {
            ensure!(refused(&answer)?, "{}", answer.body);
        }
    }
    Ok(())
}

/// Nothing is typed: that it is missing is said to whoever reaches the ticket.
pub(super) async fn reply(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let answer = visit
            .call("reply_to_ticket", &[("id", &id), ("body", "")])
            .await?;
        if missing(&answer.body)? {
            visit.reached(made)?;
        } else {
            ensure!(refused(&answer)?, "{}", answer.body);
            visit
                .submit(
                    made,
                    "reply_to_ticket",
                    &[("id", &id), ("body", "Taken over")],
                )
                .await?;
        }
    }
    Ok(())
}

fn missing(body: &str) -> Result<bool> {
    let required = serde_json::to_string(&Problem::Required)?;
    Ok(body.contains(&required))
}

/// A ticket that is open is opened, and a draft of nothing is kept.
pub(super) async fn acts(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let reaches = visit.person.sees(made.id);
        let close = if reaches {
            vec![("id", id.as_str()), ("open", "true")]
        } else {
            vec![("id", id.as_str())]
        };
        let body = if reaches { "" } else { "Taken over" };
        for (function, values) in [
            ("close_ticket", close),
            (
                "save_ticket_draft",
                vec![("id", id.as_str()), ("body", body)],
            ),
            ("detach_file", vec![("id", id.as_str()), ("n", "1")]),
        ] {
            let answer = visit.call(function, &values).await?;
            if answer.status.is_success() {
                visit.reached(made)?;
            } else {
                ensure!(refused(&answer)?, "{function}: {}", answer.body);
                visit.submit(made, function, &values).await?;
            }
        }
        if !reaches {
            let answer = visit.call("contact_of_ticket", &[("id", &id)]).await?;
            ensure!(refused(&answer)?, "contact_of_ticket: {}", answer.body);
        }
        if visit.attach(made).await? {
            visit.reached(made)?;
        }
        again(visit, made).await?;
    }
    Ok(())
}

/// None of these was ever to be sent.
async fn again(visit: &mut Visit<'_>, made: &Made) -> Result<()> {
    let (id, other) = (made.id.to_string(), Uuid::now_v7().to_string());
    for message in [&id, &other] {
        let answer = visit
            .call("send_again", &[("id", &id), ("message", message)])
            .await?;
        ensure!(refused(&answer)?, "send_again: {}", answer.body);
    }
    Ok(())
}
