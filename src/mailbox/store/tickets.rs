//! What is done with a ticket beyond what all kinds share: where it stands, a reply, what was begun to be written.
//! Read as the viewer; what is written belongs to one action with what it does to the ticket.

use std::collections::BTreeMap;

use sqlx::{Row as _, types::Json};
use uuid::Uuid;

use super::{drafts, messages};
use crate::{
    mailbox::message::subject,
    model::{
        AppError, Problem, Problems, RecordId, RecordKind, UserId,
        catalogue::{CLOSED_TICKET, WAITING_TICKET},
        search,
        tickets::{Party, Standing, body, copies},
    },
    records::store::{self, Happened},
    server::database::{Viewing, Writing},
};

const KIND: RecordKind = RecordKind::Ticket;

/// The newest that stands on a ticket's page besides what the viewer has done himself: a message or a note.
const NEWEST: &str = "select e.id from ticket_events e
  where e.account_id = $1 and e.record_id = $2 and e.what in ('created', 'received', 'replied', 'noted')
  order by e.at desc, e.id desc limit 1";

/// Where a ticket stands that the viewer sees.
pub async fn standing(tx: &mut Viewing, id: RecordId) -> Result<Standing, AppError> {
    let account = tx.actor().account.0;
    let row = sqlx::query(
        "select t.number, t.status, t.assigned_to_id, t.client_email, t.client_name, t.mailbox_id,
           num_nonnulls(t.company_id, t.contact_id) > 0 as has_customer
         from tickets t where t.account_id = $1 and t.id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let from = sender(tx, row.try_get("mailbox_id")?).await?;
    let client = client(row.try_get("client_name")?, row.try_get("client_email")?);
    let has_customer = row.try_get("has_customer")?;
    Ok(Standing {
        has_customer,
        number: row.try_get::<i32, _>("number")?.into(),
        status: row.try_get("status")?,
        assigned_to: row
            .try_get::<Option<Uuid>, _>("assigned_to_id")?
            .map(UserId),
        client,
        from: from.map(|from| from.party.email),
        seen: newest(tx, id).await?,
        reply: drafts::draft(tx, id, "reply").await?,
        files: drafts::files(tx, id).await?,
    })
}

fn client(name: Option<String>, email: Option<String>) -> Option<Party> {
    email.map(|email| Party {
        name: name.unwrap_or_default(),
        email,
    })
}

async fn newest(tx: &mut Viewing, id: RecordId) -> Result<Option<Uuid>, AppError> {
    let account = tx.actor().account.0;
    Ok(sqlx::query_scalar(NEWEST)
        .bind(account)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?)
}

/// Whose name and address a reply bears.
struct Sender {
    mailbox: Uuid,
    party: Party,
}

/// The mailbox that a ticket came by; where it came by none, or that one is no more, the account's first.
async fn sender(tx: &mut Viewing, mailbox: Option<Uuid>) -> Result<Option<Sender>, AppError> {
    let account = tx.actor().account.0;
    let found: Option<(Uuid, String, String)> = sqlx::query_as(
        "select id, name, address from mailboxes where account_id = $1 and active
         order by id is distinct from $2, created_at, id limit 1",
    )
    .bind(account)
    .bind(mailbox)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(|(mailbox, name, email)| Sender {
        mailbox,
        party: Party { name, email },
    }))
}

/// A reply as its form sends it.
#[derive(Clone, Copy, Debug)]
pub struct ReplyForm<'a> {
    pub id: RecordId,
    pub body: &'a str,
    pub copies: &'a str,
    /// The newest entry that its author saw.
    pub seen: Option<Uuid>,
    /// Whether it goes on top of something newer all the same.
    pub confirmed: bool,
    pub closes: bool,
}

/// Writes a reply down, to be sent as soon as this is committed; the ticket waits for its client then, or is closed.
pub async fn reply(mut tx: Viewing, form: ReplyForm<'_>) -> Result<(), AppError> {
    let id = form.id;
    let _reached = tx.lock(KIND, id).await?;
    let mut problems = Problems::new();
    let mut checked = |key: &str, problem| drop(problems.insert(key.to_owned(), problem));
    let text = body(form.body).map_err(|problem| checked("body", problem));
    let others = copies(form.copies).map_err(|problem| checked("copies", problem));
    let (Ok(text), Ok(others)) = (text, others) else {
        return Err(AppError::Invalid(problems));
    };
    let account = tx.actor().account.0;
    let row = sqlx::query(
        "select client_name, client_email, mailbox_id, subject, number, token from tickets where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_one(tx.connection())
    .await?;
    let client = client(row.try_get("client_name")?, row.try_get("client_email")?);
    let client = client.ok_or_else(|| AppError::form(Problem::NobodyToWriteTo))?;
    let from = sender(&mut tx, row.try_get("mailbox_id")?).await?;
    let from = from.ok_or_else(|| AppError::form(Problem::NoMailbox))?;
    if !form.confirmed && newest(&mut tx, id).await? != form.seen {
        return Err(AppError::form(Problem::WrittenMeanwhile));
    }
    let tag = subject::tag(
        row.try_get::<i32, _>("number")?.into(),
        row.try_get("token")?,
    );
    let subject: String = row.try_get("subject")?;
    let message = Reply {
        id: Uuid::now_v7(),
        subject: format!("Re: {subject} {tag}"),
        to: client,
        others,
        text,
        from,
    };
    let status = if form.closes {
        CLOSED_TICKET
    } else {
        WAITING_TICKET
    };
    let mut tx = with_status(tx, id, status).await?;
    message.write(&mut tx, id).await?;
    store::write_reply(&mut tx, id, message.id).await?;
    drafts::take_along(&mut tx, id, message.id).await?;
    tx.commit().await
}

struct Reply {
    id: Uuid,
    subject: String,
    to: Party,
    others: Vec<Party>,
    text: String,
    from: Sender,
}

impl Reply {
    async fn write(&self, tx: &mut Writing, ticket: RecordId) -> Result<(), AppError> {
        let (account, me) = (tx.actor().account, tx.actor().user);
        let domain = self
            .from
            .party
            .email
            .rsplit_once('@')
            .map_or("steward", |(_, domain)| domain);
        sqlx::query(
            "insert into ticket_messages (account_id, record_id, id, way, by_user_id, mailbox_id, message_id, from_name, from_email,
               recipients, copies, subject, body, state)
             values ($1, $2, $3, 'out', $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting')",
        )
        .bind(account.0)
        .bind(ticket.0)
        .bind(self.id)
        .bind(me.0)
        .bind(self.from.mailbox)
        .bind(format!("{}@{domain}", self.id))
        .bind(&self.from.party.name)
        .bind(&self.from.party.email)
        .bind(Json([&self.to]))
        .bind(Json(&self.others))
        .bind(&self.subject)
        .bind(&self.text)
        .execute(tx.connection())
        .await?;
        sqlx::query(
            "update tickets set last_message_at = now(), active_at = now(), first_reply_at = coalesce(first_reply_at, now())
             where account_id = $1 and id = $2",
        )
        .bind(account.0)
        .bind(ticket.0)
        .execute(tx.connection())
        .await?;
        let words = search::words(&self.text);
        messages::write_words(tx.connection(), account, ticket, &words, true).await?;
        messages::plan(tx.connection(), ticket, self.id, None).await
    }
}

/// Plans a message once more that could not be sent.
pub async fn send_again(mut tx: Viewing, id: RecordId, message: Uuid) -> Result<(), AppError> {
    let reached = tx.lock(KIND, id).await?;
    let mut tx = tx.write(reached).await?;
    let account = tx.actor().account.0;
    let planned = sqlx::query(
        "update ticket_messages set state = 'waiting', attempts = 0, problem = null
         where account_id = $1 and record_id = $2 and id = $3 and state = 'failed'",
    )
    .bind(account)
    .bind(id.0)
    .bind(message)
    .execute(tx.connection())
    .await?;
    if planned.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    messages::plan(tx.connection(), id, message, None).await?;
    tx.commit().await
}

/// Writes the client down as a contact, who is the ticket's customer from then on; one that has a customer keeps him.
pub async fn make_contact(mut tx: Viewing, id: RecordId) -> Result<(), AppError> {
    let reached = tx.lock(KIND, id).await?;
    let account = tx.actor().account.0;
    let row: Option<(Option<String>, Option<String>)> = sqlx::query_as(
        "select client_name, client_email from tickets
         where account_id = $1 and id = $2 and num_nonnulls(company_id, contact_id) = 0",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?;
    let (name, email) = row.ok_or_else(|| AppError::form(Problem::AccountChanged))?;
    let client = client(name, email).ok_or_else(|| AppError::form(Problem::NobodyToWriteTo))?;
    // Who gives no name is called by what stands before the at sign.
    let name = match client.name.trim() {
        "" => client.email.split('@').next().unwrap_or_default(),
        name => name,
    };
    let (first, last) = name.split_once(' ').unwrap_or(("", name));
    let part = |text: &str| text.trim().chars().take(100).collect::<String>();
    let typed = BTreeMap::from([
        ("first_name".to_owned(), part(first)),
        ("last_name".to_owned(), part(last)),
        ("emails".to_owned(), client.email.clone()),
    ]);
    let draft = store::prepare(&mut tx, RecordKind::Contact, &typed, None).await?;
    let mut tx = tx.write(reached).await?;
    let contact = store::insert(&mut tx, &draft, Happened::Created).await?;
    let typed = BTreeMap::from([("customer".to_owned(), contact.to_string())]);
    store::overwrite(tx.view().await?, KIND, id, &typed)
        .await?
        .commit()
        .await
}

/// Gives a ticket another status over whatever it has now, as its form would.
pub async fn set_status(tx: Viewing, id: RecordId, status: &str) -> Result<(), AppError> {
    with_status(tx, id, status).await?.commit().await
}

async fn with_status(tx: Viewing, id: RecordId, status: &str) -> Result<Writing, AppError> {
    let typed = BTreeMap::from([("status".to_owned(), status.to_owned())]);
    store::overwrite(tx, KIND, id, &typed).await
}
