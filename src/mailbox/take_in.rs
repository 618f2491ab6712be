//! Takes in a message that came to a mailbox: it is written into the ticket that it belongs to, or opens one. On nobody's behalf,
//! in one transaction, and once only, whatever dies meanwhile.

use std::sync::Arc;

use sqlx::types::Json;
use uuid::Uuid;

use super::{
    fetch::{self, Origin, Pace, Sink},
    message::{self, Automatic, Incoming, subject},
    send::WITHOUT_ID,
    store::{fetching, messages::write_words},
    sweep,
};
use crate::{
    model::{
        AppError, RecordId, RecordKind,
        activity::Change,
        catalogue::{CLOSED_TICKET, NEW_TICKET, OPEN_TICKET, TICKET_STATUSES},
        search,
        tickets::Party,
    },
    records::store,
    server::{context::App, database::Working},
};

/// So many words of a message are found by search.
const WORDS: usize = 1_000;

/// Fetches what comes to the mailboxes of all accounts and takes it in, until the server stops.
pub async fn watch(app: App) {
    let taking = app.clone();
    let sink: Sink = Arc::new(move |origin, raw: Vec<u8>| {
        let app = taking.clone();
        Box::pin(async move { take_in(&app, origin, &raw).await.map(drop) })
    });
    tokio::join!(
        fetch::watch(app.clone(), Pace::default(), sink),
        sweep::watch(app)
    );
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It opened this ticket.
    Opened(RecordId),
    /// It was written into this one.
    Added(RecordId),
    /// It had been taken in before.
    Known,
    /// An automatic answer to nothing of ours, a bounce of something else, or a mail of our own: nothing to do for anybody.
    Ignored,
}

/// The mailbox that a message came to.
struct Mailbox {
    id: Uuid,
    address: String,
}

/// The ticket that a message belongs to.
struct Thread {
    id: RecordId,
    status: String,
}

/// Takes in a message as it was sent, with its headers.
///
/// Fails where the database or the folder of files is away, never because of what the message is.
pub async fn take_in(app: &App, origin: Origin, raw: &[u8]) -> Result<Taken, AppError> {
    let incoming = message::read(raw);
    let mut tx = app.database.begin_work(origin.account).await?;
    if let Some(uid) = origin.uid {
        let is_new = fetching::fetched(&mut tx, origin.mailbox, uid).await?;
        if !is_new {
            return Ok(Taken::Known);
        }
    }
    // One after the other in each account: two messages of one conversation could else open two tickets.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('ticket ' || $1::text, 0))")
        .bind(origin.account.0)
        .execute(tx.connection())
        .await?;
    let mailbox = mailbox(&mut tx, origin.mailbox.0).await?;
    let taken = taken(app, &mut tx, &mailbox, &incoming, raw).await?;
    tx.commit().await?;
    Ok(taken)
}

async fn mailbox(tx: &mut Working, id: Uuid) -> Result<Mailbox, AppError> {
    let account = tx.account.0;
    let address =
        sqlx::query_scalar("select address from mailboxes where account_id = $1 and id = $2")
            .bind(account)
            .bind(id)
            .fetch_optional(tx.connection())
            .await?
            .ok_or(AppError::NotFound)?;
    Ok(Mailbox { id, address })
}

async fn taken(
    app: &App,
    tx: &mut Working,
    mailbox: &Mailbox,
    incoming: &Incoming,
    raw: &[u8],
) -> Result<Taken, AppError> {
    if is_known(tx, mailbox, incoming).await? {
        return Ok(Taken::Known);
    }
    if is_ours(tx, incoming).await? {
        return Ok(Taken::Ignored);
    }
    let thread = thread(tx, incoming).await?;
    let opens = thread.is_none();
    // Whatever a machine answers opens nothing, and is answered by nobody: so it goes round in no circle.
    if opens && answers(incoming) {
        return Ok(Taken::Ignored);
    }
    tx.acts().await?;
    let thread = match thread {
        Some(thread) => thread,
        None => open(tx, mailbox, incoming).await?,
    };
    let id = write(app, tx, mailbox, &thread, incoming, raw).await?;
    if answers(incoming) {
        return Ok(Taken::Added(thread.id));
    }
    let changes = if opens {
        Vec::new()
    } else {
        wake(tx, &thread).await?
    };
    let sender = sender(incoming).shown();
    store::write_received(tx, thread.id, id, sender, opens, changes).await?;
    Ok(if opens {
        Taken::Opened(thread.id)
    } else {
        Taken::Added(thread.id)
    })
}

async fn is_known(
    tx: &mut Working,
    mailbox: &Mailbox,
    incoming: &Incoming,
) -> Result<bool, AppError> {
    let account = tx.account.0;
    Ok(sqlx::query_scalar(
        "select exists (select 1 from ticket_messages where account_id = $1 and mailbox_id = $2 and key = $3)",
    )
    .bind(account)
    .bind(mailbox.id)
    .bind(incoming.key.as_slice())
    .fetch_one(tx.connection())
    .await?)
}

/// Whether it comes from one of the account's own mailboxes: a copy of a reply, or a circle.
async fn is_ours(tx: &mut Working, incoming: &Incoming) -> Result<bool, AppError> {
    let Some(from) = &incoming.from else {
        return Ok(false);
    };
    let account = tx.account.0;
    Ok(sqlx::query_scalar(
        "select exists (select 1 from mailboxes where account_id = $1 and lower(address) = lower($2))",
    )
    .bind(account)
    .bind(&from.email)
    .fetch_one(tx.connection())
    .await?)
}

/// The ticket that a message continues: by the messages that it refers to, the last one first; else by the token in its subject.
async fn thread(tx: &mut Working, incoming: &Incoming) -> Result<Option<Thread>, AppError> {
    let account = tx.account.0;
    let mut found: Option<(Uuid, String)> = sqlx::query_as(
        "select t.id, t.status from unnest($2::text[]) with ordinality r (message, n)
         join ticket_messages m on m.account_id = $1 and m.message_id = r.message
         join tickets t on t.account_id = m.account_id and t.id = m.record_id and t.deleted_at is null
         order by r.n desc limit 1",
    )
    .bind(account)
    .bind(&incoming.references)
    .fetch_optional(tx.connection())
    .await?;
    // Two companies with tickets that write to each other have a token each.
    for (number, token) in subject::all(&incoming.subject) {
        if found.is_some() {
            break;
        }
        found = sqlx::query_as(
            "select id, status from tickets where account_id = $1 and number = $2 and token = $3 and deleted_at is null",
        )
        .bind(account)
        .bind(i32::try_from(number).unwrap_or_default())
        .bind(token)
        .fetch_optional(tx.connection())
        .await?;
    }
    Ok(found.map(|(id, status)| Thread {
        id: RecordId(id),
        status,
    }))
}

/// Whether a machine answers something with it: nobody has to do anything for that.
const fn answers(incoming: &Incoming) -> bool {
    matches!(
        incoming.automatic,
        Some(Automatic::Reply | Automatic::Bounce)
    )
}

/// Whom a reply goes to: where the message says so, else its sender.
fn sender(incoming: &Incoming) -> Party {
    let sender = incoming.reply_to.as_ref().or(incoming.from.as_ref());
    sender.cloned().unwrap_or_default()
}

/// Opens a ticket of the customer whose address this is.
async fn open(
    tx: &mut Working,
    mailbox: &Mailbox,
    incoming: &Incoming,
) -> Result<Thread, AppError> {
    let id = RecordId::new();
    let client = sender(incoming);
    let (company, contact) = customer(tx, &client.email).await?;
    let account = tx.account;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let title = subject::without_prefixes(&incoming.subject);
    sqlx::query(
        "insert into tickets (account_id, id, subject, company_id, contact_id, client_email, client_name, mailbox_id, mailbox)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(account.0)
    .bind(id.0)
    .bind(&title)
    .bind(company)
    .bind(contact)
    .bind(filled(&client.email))
    .bind(filled(&client.name))
    .bind(mailbox.id)
    .bind(&mailbox.address)
    .execute(tx.connection())
    .await?;
    let words = [title, client.email, client.name].join(" ");
    write_words(tx.connection(), account, id, &search::words(&words), false).await?;
    Ok(Thread {
        id,
        status: NEW_TICKET.to_owned(),
    })
}

/// A contact of this address, else a company; the one that was there first, where several have it.
async fn customer(tx: &mut Working, email: &str) -> Result<(Option<Uuid>, Option<Uuid>), AppError> {
    let account = tx.account.0;
    let has = |kind: RecordKind| match kind {
        RecordKind::Contact => {
            "exists (select 1 from unnest(r.emails) e where lower(e) = lower($3))"
        }
        _ => "lower(r.email) = lower($3)",
    };
    for kind in [RecordKind::Contact, RecordKind::Company] {
        // By the word under which search has the address: there is an index of it.
        let sql = format!(
            "select r.id from {}_words w join {} r on r.account_id = w.account_id and r.id = w.record_id
             where w.account_id = $1 and w.word = $2 and r.deleted_at is null and {} order by r.created_at, r.id limit 1",
            kind.child(),
            kind.table(),
            has(kind)
        );
        let found: Option<Uuid> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(account)
            .bind(search::as_one_word(email))
            .bind(email)
            .fetch_optional(tx.connection())
            .await?;
        match (kind, found) {
            (_, None) => {}
            (RecordKind::Contact, found) => return Ok((None, found)),
            (_, found) => return Ok((found, None)),
        }
    }
    Ok((None, None))
}

/// Writes the message itself, with what came with it.
async fn write(
    app: &App,
    tx: &mut Working,
    mailbox: &Mailbox,
    thread: &Thread,
    incoming: &Incoming,
    raw: &[u8],
) -> Result<Uuid, AppError> {
    let (account, id) = (tx.account, Uuid::now_v7());
    // Before the transaction ends: a file without a row is swept away, a row without a file would stay.
    let original = app.files.put(account, raw.to_vec()).await?;
    let from = incoming.from.clone().unwrap_or_default();
    let message_id = match &incoming.message_id {
        Some(id) => id.clone(),
        None => format!("{id}@{WITHOUT_ID}"),
    };
    sqlx::query(
        "insert into ticket_messages (account_id, record_id, id, way, sent_at, mailbox_id, message_id, from_name, from_email,
           recipients, copies, subject, body, html, automatic, key, original)
         values ($1, $2, $3, 'in', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(account.0)
    .bind(thread.id.0)
    .bind(id)
    .bind(incoming.sent_at)
    .bind(mailbox.id)
    .bind(message_id)
    .bind(from.name)
    .bind(from.email)
    .bind(Json(&incoming.to))
    .bind(Json(&incoming.cc))
    .bind(&incoming.subject)
    .bind(&incoming.text)
    .bind(&incoming.html)
    .bind(incoming.automatic.map(code))
    .bind(incoming.key.as_slice())
    .bind(original)
    .execute(tx.connection())
    .await?;
    for (n, one) in (1_i32..).zip(&incoming.attachments) {
        let file = app.files.put(account, one.bytes.clone()).await?;
        sqlx::query(
            "insert into ticket_attachments (account_id, record_id, message_id, n, name, media_type, size, content_id, inline, file)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(account.0)
        .bind(thread.id.0)
        .bind(id)
        .bind(n)
        .bind(&one.name)
        .bind(&one.media_type)
        .bind(i64::try_from(one.bytes.len()).unwrap_or(i64::MAX))
        .bind(&one.content_id)
        .bind(one.inline)
        .bind(file)
        .execute(tx.connection())
        .await?;
    }
    sqlx::query("update tickets set last_message_at = now(), active_at = now() where account_id = $1 and id = $2")
        .bind(account.0)
        .bind(thread.id.0)
        .execute(tx.connection())
        .await?;
    let mut words = search::words(&incoming.text);
    words.truncate(WORDS);
    write_words(tx.connection(), account, thread.id, &words, true).await?;
    Ok(id)
}

const fn code(why: Automatic) -> &'static str {
    match why {
        Automatic::Reply => "reply",
        Automatic::Bounce => "bounce",
        Automatic::List => "list",
    }
}

/// A client who writes again has not been helped yet: the ticket is open again, if it was closed or waited for him.
async fn wake(tx: &mut Working, thread: &Thread) -> Result<Vec<Change>, AppError> {
    if thread.status == NEW_TICKET || thread.status == OPEN_TICKET {
        return Ok(Vec::new());
    }
    let account = tx.account.0;
    sqlx::query(
        "update tickets set status = $3, version = version + 1, updated_at = now(), updated_by = null where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(thread.id.0)
    .bind(OPEN_TICKET)
    .execute(tx.connection())
    .await?;
    // Of one that waited the next message says enough.
    if thread.status != CLOSED_TICKET {
        return Ok(Vec::new());
    }
    let shown = |code: &str| store::fixed(TICKET_STATUSES, code, crate::model::Language::En);
    Ok(vec![Change {
        field: "status".to_owned(),
        label: None,
        old: shown(&thread.status),
        new: shown(OPEN_TICKET),
    }])
}
