//! The demo's shared mailbox: what customers have written to "hello@demo.test" in the last weeks, and what became of it.
//! Every message comes in as one from a mail server would; the answers to them went to nobody.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{Taken, fetch::Origin, take_in};
use crate::{
    model::{
        AccountId, Actor, Duty, MailboxId, RecordId, RecordKind, Role,
        catalogue::{CLOSED_TICKET, WAITING_TICKET},
    },
    records::store::{self, ChooseResponsible},
    server::{
        actors,
        context::App,
        database::{Database, Telling},
        run::Opened,
    },
};

const KIND: RecordKind = RecordKind::Ticket;
const ADDRESS: &str = "hello@demo.test";
/// Whoever loads it holds this lock: two servers may start at once.
const LOCK: i64 = 0x5354_4557_4d41_494c;

/// Who writes in which language, what about, and what became of it.
struct Case {
    language: &'static str,
    subject: &'static str,
    text: &'static str,
    assigned_to: Option<&'static str>,
    note: Option<&'static str>,
    reply: Option<&'static str>,
    closed: bool,
    /// Hours ago.
    old: i64,
}

const NOTHING: Case = Case {
    language: "en",
    subject: "",
    text: "",
    assigned_to: None,
    note: None,
    reply: None,
    closed: false,
    old: 0,
};

const CASES: [Case; 14] = [
    Case {
        language: "nl",
        subject: "Levering niet volledig",
        text: "Beste,\n\nBij onze laatste levering ontbraken drie dozen. Kunt u nakijken waar ze gebleven zijn?\n\nMet vriendelijke groeten",
        old: 2,
        ..NOTHING
    },
    Case {
        subject: "Question about my invoice",
        text: "Hello,\n\nThe amount of the last invoice is not what we agreed on. Could you have a look?\n\nKind regards",
        assigned_to: Some("emma@demo.test"),
        note: Some("The discount was left out. I ask accounting for a credit note."),
        old: 5,
        ..NOTHING
    },
    Case {
        language: "fr",
        subject: "Demande de rendez-vous",
        text: "Bonjour,\n\nSerait-il possible de fixer un rendez-vous la semaine prochaine ?\n\nBien à vous",
        old: 9,
        ..NOTHING
    },
    Case {
        language: "nl",
        subject: "Machine maakt lawaai",
        text: "Goedendag,\n\nSinds gisteren maakt de machine een vreemd geluid. Is dat normaal?\n\nGroeten",
        assigned_to: Some("hugo@demo.test"),
        reply: Some(
            "Goedendag,\n\nZet ze voor alle zekerheid even uit. Onze technieker belt u vandaag nog.\n\nHugo Lambert",
        ),
        old: 26,
        ..NOTHING
    },
    Case {
        subject: "Copy of our contract",
        text: "Hi,\n\nWe cannot find our copy of the service contract. Could you send it once more?\n\nThanks",
        assigned_to: Some("nora@demo.test"),
        reply: Some(
            "Hello,\n\nOf course: it is on its way to you by post and by mail.\n\nNora Peeters",
        ),
        closed: true,
        old: 30,
        ..NOTHING
    },
    Case {
        language: "fr",
        subject: "Accès refusé",
        text: "Bonjour,\n\nJe n’arrive plus à me connecter au portail client depuis ce matin.\n\nMerci d’avance",
        assigned_to: Some("lucas@demo.test"),
        old: 50,
        ..NOTHING
    },
    Case {
        subject: "Change of address",
        text: "Hello,\n\nWe move next month. Please note our new address for deliveries.\n\nBest wishes",
        assigned_to: Some("sofia@demo.test"),
        reply: Some("Hello,\n\nThank you, we have noted it.\n\nSofia Rossi"),
        closed: true,
        old: 75,
        ..NOTHING
    },
    Case {
        language: "nl",
        subject: "Offerte voor tien stuks",
        text: "Beste,\n\nKunt u ons een offerte bezorgen voor tien stuks, levering in Gent?\n\nAlvast bedankt",
        assigned_to: Some("emma@demo.test"),
        reply: Some("Beste,\n\nIn bijlage vindt u de offerte binnen het uur.\n\nEmma Janssens"),
        old: 99,
        ..NOTHING
    },
    Case {
        language: "fr",
        subject: "Facture en double",
        text: "Bonjour,\n\nNous avons reçu deux fois la même facture. Laquelle devons-nous payer ?\n\nCordialement",
        assigned_to: Some("lucas@demo.test"),
        reply: Some("Bonjour,\n\nPayez la première ; la seconde est annulée.\n\nLucas Martin"),
        closed: true,
        old: 150,
        ..NOTHING
    },
    Case {
        subject: "Training for new colleagues",
        text: "Hello,\n\nWe have four new colleagues. When is your next training day?\n\nKind regards",
        note: Some("Nobody has the dates yet. Who asks?"),
        old: 200,
        ..NOTHING
    },
    Case {
        language: "nl",
        subject: "Bedankt voor de snelle service",
        text: "Beste,\n\nGewoon om te zeggen dat alles weer werkt. Bedankt!\n\nGroeten",
        assigned_to: Some("hugo@demo.test"),
        closed: true,
        old: 320,
        ..NOTHING
    },
    Case {
        subject: "Warranty",
        text: "Hello,\n\nIs the pump that we bought in March still under warranty?\n\nRegards",
        assigned_to: Some("sofia@demo.test"),
        reply: Some(
            "Hello,\n\nYes, for another year. Send it to us and we repair it.\n\nSofia Rossi",
        ),
        old: 420,
        ..NOTHING
    },
    Case {
        language: "fr",
        subject: "Pièces de rechange",
        text: "Bonjour,\n\nAvez-vous encore des pièces pour l’ancien modèle ?\n\nMerci",
        assigned_to: Some("nora@demo.test"),
        reply: Some(
            "Bonjour,\n\nIl en reste quelques-unes, dites-nous lesquelles.\n\nNora Peeters",
        ),
        closed: true,
        old: 610,
        ..NOTHING
    },
    Case {
        subject: "Opening hours",
        text: "Hi,\n\nAre you open on the 11th?\n\nThanks",
        assigned_to: Some("emma@demo.test"),
        reply: Some("Hello,\n\nWe are closed that day, and back on the 12th.\n\nEmma Janssens"),
        closed: true,
        old: 800,
        ..NOTHING
    },
];

/// Loads it where there is a demo that has none; what an interrupted start left is completed.
pub async fn load(opened: &Opened) -> Result<()> {
    opened
        .alone(LOCK, async |owner| load_locked(opened, owner).await)
        .await
}

async fn load_locked(opened: &Opened, owner: &mut PgConnection) -> Result<()> {
    let account: Option<Uuid> = sqlx::query_scalar(
        "select account_id from users where email = 'nora@demo.test'
         and (select count(*) from tickets t where t.account_id = users.account_id) < $1",
    )
    .bind(i64::try_from(CASES.len())?)
    .fetch_optional(&mut *owner)
    .await?;
    let Some(account) = account.map(AccountId) else {
        return Ok(());
    };
    let mailbox = mailbox(owner, account).await?;
    let mut app = App::new(opened.database().await?, Arc::new(opened.config.clone()))?;
    // Nobody wants news of what he finds when he comes for the first time.
    app.database = app.database.telling(Telling::Nobody);
    let mut clients = BySpeech::read(owner, account).await?;
    for (n, case) in CASES.iter().enumerate() {
        let client = clients
            .next(case.language)
            .context("the demo has contacts")?;
        let raw = raw(n, case, &client);
        let origin = Origin {
            account,
            mailbox,
            uid: None,
        };
        if let Taken::Opened(id) = take_in(&app, origin, raw.as_bytes()).await? {
            become_of(&app.database, owner, id, case).await?;
        }
    }
    app.database.close().await;
    Ok(())
}

async fn mailbox(owner: &mut PgConnection, account: AccountId) -> Result<MailboxId> {
    let known: Option<Uuid> =
        sqlx::query_scalar("select id from mailboxes where account_id = $1 and address = $2")
            .bind(account.0)
            .bind(ADDRESS)
            .fetch_optional(&mut *owner)
            .await?;
    if let Some(id) = known {
        return Ok(MailboxId(id));
    }
    let id = Uuid::now_v7();
    sqlx::query(
        "with made as (insert into mailboxes (account_id, id, name, address) values ($1, $2, 'Demo NV', $3) returning account_id, id)
         insert into mailbox_connections (account_id, mailbox_id) select account_id, id from made",
    )
    .bind(account.0)
    .bind(id)
    .bind(ADDRESS)
    .execute(owner)
    .await?;
    Ok(MailboxId(id))
}

/// The contacts who write, each once, by the language that they speak.
struct BySpeech(Vec<(String, String, String)>);

impl BySpeech {
    async fn read(owner: &mut PgConnection, account: AccountId) -> Result<Self> {
        let all = sqlx::query_as(
            "select coalesce(language, 'en'), name, emails[1] from contacts
             where account_id = $1 and emails is not null order by created_at desc, id desc",
        );
        Ok(Self(all.bind(account.0).fetch_all(owner).await?))
    }

    fn next(&mut self, language: &str) -> Option<(String, String)> {
        let n = self.0.iter().rposition(|(speaks, ..)| speaks == language)?;
        let (_, name, email) = self.0.remove(n);
        Some((name, email))
    }
}

fn raw(n: usize, case: &Case, (name, email): &(String, String)) -> String {
    let text = format!("{}\n{name}\n", case.text);
    // As mail programs write what is no ASCII.
    let encoded = |text: &str| {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(text))
    };
    format!(
        "From: {} <{email}>\r\nTo: {ADDRESS}\r\nSubject: {}\r\nMessage-ID: <demo-{n}@example.com>\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
        encoded(name),
        encoded(case.subject),
        text.replace('\n', "\r\n")
    )
}

/// What became of a ticket, by those who did it; and when.
async fn become_of(
    database: &Database,
    owner: &mut PgConnection,
    id: RecordId,
    case: &Case,
) -> Result<()> {
    let who = case.assigned_to.unwrap_or("nora@demo.test");
    let actor = actors::by_email(database.api(), who).await?;
    let actor = actor.with_context(|| format!("there is no active user {who}"))?;
    if case.assigned_to.is_some() {
        let choice = ChooseResponsible {
            kind: KIND,
            id,
            duty: Duty::Role(Role::AssignedTo),
            user: Some(actor.user),
            was: None,
            confirmed: true,
        };
        store::set_responsible(database.begin(&actor).await?, choice).await?;
    }
    if let Some(body) = case.note {
        let form = store::NoteForm {
            kind: KIND,
            record: id,
            note: None,
            body,
        };
        store::save_note(database.begin(&actor).await?, form)
            .await?
            .0
            .commit()
            .await?;
    }
    if let Some(body) = case.reply {
        replied(owner, id, &actor, body).await?;
    }
    if case.closed || case.reply.is_some() {
        let status = if case.closed {
            CLOSED_TICKET
        } else {
            WAITING_TICKET
        };
        let typed = [("status".to_owned(), status.to_owned())].into();
        store::overwrite(database.begin(&actor).await?, KIND, id, &typed)
            .await?
            .commit()
            .await?;
    }
    age(owner, id, case.old).await
}

/// A reply as it stands in a ticket once it has gone; this one goes to nobody, whatever mail server the demo has.
async fn replied(owner: &mut PgConnection, id: RecordId, by: &Actor, body: &str) -> Result<()> {
    sqlx::query(
        "with told as (
           insert into ticket_messages (account_id, record_id, id, way, by_user_id, mailbox_id, message_id, from_name, from_email,
             recipients, subject, body, state, went_at)
           select t.account_id, t.id, $2, 'out', $3, t.mailbox_id, $2 || '@demo.test', 'Demo NV', t.mailbox,
             jsonb_build_array(jsonb_build_object('name', coalesce(t.client_name, ''), 'email', t.client_email)),
             'Re: ' || t.subject, $4, 'sent', now()
           from tickets t where t.account_id = $5 and t.id = $1 returning account_id, record_id, id, by_user_id
         ), first as (
           update tickets t set first_reply_at = now() from told where t.account_id = told.account_id and t.id = told.record_id
         )
         insert into ticket_events (account_id, id, record_id, by_user_id, what, detail)
         select account_id, gen_random_uuid(), record_id, by_user_id, 'replied', jsonb_build_object('message', id) from told",
    )
    .bind(id.0)
    .bind(Uuid::now_v7())
    .bind(by.user.0)
    .bind(body)
    .bind(by.account.0)
    .execute(owner)
    .await?;
    Ok(())
}

/// Not everything came today: the client wrote so many hours ago, and what was done about it was done within the next few.
async fn age(owner: &mut PgConnection, id: RecordId, hours: i64) -> Result<()> {
    let ages = [
        ("ticket_events", "at", "record_id"),
        ("ticket_messages", "at", "record_id"),
        ("ticket_responsibilities", "at", "record_id"),
        ("ticket_notes", "at", "record_id"),
    ];
    // The later of them later, in their order.
    for (table, at, of) in ages {
        let sql = format!(
            "update {table} x set {at} = x.{at} - make_interval(hours => $2) + (o.n - 1) * least($2 / 8.0, 7) * interval '1 hour'
             from (select id, row_number() over (order by {at}, id) as n from {table} where {of} = $1) o where x.id = o.id and x.{of} = $1"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(id.0)
            .bind(i32::try_from(hours)?)
            .execute(&mut *owner)
            .await?;
    }
    sqlx::query(
        "update tickets t set created_at = t.created_at - make_interval(hours => $2), updated_at = e.last, active_at = e.last,
           last_message_at = m.last, first_reply_at = m.reply, closed_at = case when t.closed_at is not null then e.last end
         from (select max(at) as last from ticket_events where record_id = $1) e,
           (select max(at) as last, min(at) filter (where way = 'out') as reply from ticket_messages where record_id = $1) m
         where t.id = $1",
    )
    .bind(id.0)
    .bind(i32::try_from(hours)?)
    .execute(&mut *owner)
    .await?;
    // What is counted of it happened then, too.
    sqlx::query(
        "update ticket_facts f set at = h.at,
           minutes = case when f.minutes is not null then working_minutes(h.account_id, h.created_at, h.at) end
         from (
           select t.account_id, t.id, t.created_at, w.what, w.at from tickets t cross join lateral (values
             ('received', t.created_at), ('first_reply', t.first_reply_at), ('replied', t.first_reply_at), ('closed', t.closed_at)
           ) w (what, at) where t.id = $1 and w.at is not null
         ) h where f.account_id = h.account_id and f.record_id = h.id and f.what = h.what",
    )
    .bind(id.0)
    .execute(owner)
    .await?;
    Ok(())
}
