//! What the messages say that stand among the entries of a ticket's activity: read as the viewer, all of them at once.
//! Their text is folded when it is read, so that a better rule holds for old ones too.

use std::collections::BTreeMap;

use sqlx::{Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use crate::{
    model::{
        AppError, RecordId,
        activity::{Entry, What},
        tickets::{Attachment, Delivery, Message, Party, fold},
    },
    server::database::Viewing,
};

/// A message of which nothing is known but that there is one.
pub(super) fn empty(id: Uuid, opens: bool) -> Message {
    Message {
        id,
        opens,
        delivery: None,
        problem: None,
        from: Party::default(),
        to: Vec::new(),
        copies: Vec::new(),
        text: Vec::new(),
        formatted: false,
        automatic: false,
        attachments: Vec::new(),
    }
}

/// Reads the messages among these entries.
pub(super) async fn fill(
    tx: &mut Viewing,
    entries: &mut [(RecordId, Entry)],
) -> Result<(), AppError> {
    let messages = entries
        .iter_mut()
        .filter_map(|(_, entry)| match &mut entry.what {
            What::Message(message) => Some(message),
            _ => None,
        });
    let messages: Vec<&mut Box<Message>> = messages.collect();
    if messages.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = messages.iter().map(|message| message.id).collect();
    let account = tx.actor().account.0;
    let rows = sqlx::query(
        "select m.id, m.state, m.problem, m.from_name, m.from_email, m.recipients, m.copies, m.body, m.html is not null as formatted,
           m.automatic is not null as automatic
         from ticket_messages m where m.account_id = $1 and m.id = any ($2)",
    )
    .bind(account)
    .bind(&ids)
    .fetch_all(tx.connection())
    .await?;
    let mut attachments: BTreeMap<Uuid, Vec<Attachment>> = BTreeMap::new();
    let files: Vec<(Uuid, i32, String, i64)> = sqlx::query_as(
        "select message_id, n, name, size from ticket_attachments
         where account_id = $1 and message_id = any ($2) and not inline order by message_id, n",
    )
    .bind(account)
    .bind(&ids)
    .fetch_all(tx.connection())
    .await?;
    for (message, n, name, size) in files {
        let of_message = attachments.entry(message).or_default();
        of_message.push(Attachment { n, name, size });
    }
    let mut found = BTreeMap::new();
    for row in &rows {
        let mut message = read(row)?;
        message.attachments = attachments.remove(&message.id).unwrap_or_default();
        found.insert(message.id, message);
    }
    for message in messages {
        if let Some(known) = found.remove(&message.id) {
            let opens = message.opens;
            **message = Message { opens, ..known };
        }
    }
    Ok(())
}

fn read(row: &PgRow) -> Result<Message, AppError> {
    let state: Option<&str> = row.try_get("state")?;
    let Json(to): Json<Vec<Party>> = row.try_get("recipients")?;
    let Json(copies): Json<Vec<Party>> = row.try_get("copies")?;
    let text = |column: &str| -> Result<String, AppError> {
        Ok(row
            .try_get::<Option<String>, _>(column)?
            .unwrap_or_default())
    };
    Ok(Message {
        id: row.try_get("id")?,
        opens: false,
        delivery: state.and_then(Delivery::from_code),
        problem: row.try_get("problem")?,
        from: Party {
            name: text("from_name")?,
            email: text("from_email")?,
        },
        to,
        copies,
        text: fold(&text("body")?),
        formatted: row.try_get("formatted")?,
        automatic: row.try_get("automatic")?,
        attachments: Vec::new(),
    })
}
