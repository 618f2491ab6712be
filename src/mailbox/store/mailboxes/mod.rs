//! Which mailboxes there are, as their admins see them. Everybody of the account knows name and address; servers, users and the state
//! are admins' alone, and sealed passwords nobody's.

mod save;

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

pub use self::save::{delete, save};
pub use super::fetching::fetched;
use crate::{
    mailbox::{
        draft::{Draft, Server},
        problem::{ConnectionProblem, Left, Trouble},
        settings::{Failing, Fields, LeftOut, MailboxForm, MailboxRow, Security, State},
    },
    model::{AccountId, Actor, AppError, MailboxId, Problem, Problems},
    server::{
        database::{Database, Reached, Viewing, Writing},
        secrets::Secrets,
    },
};

/// What a password is sealed for.
pub fn sealed_for(account: Uuid, mailbox: MailboxId, which: &str) -> String {
    format!("{account}/{mailbox}/{which}")
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    name: String,
    address: String,
    active: bool,
    imap_host: Option<String>,
    imap_port: Option<i32>,
    imap_security: Option<String>,
    imap_user: Option<String>,
    imap_folder: String,
    smtp_host: Option<String>,
    smtp_port: Option<i32>,
    smtp_security: Option<String>,
    smtp_user: Option<String>,
    checked_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    problem: Option<String>,
    said: Option<String>,
    skipped: i64,
    skipped_uid: Option<i64>,
    skipped_at: Option<DateTime<Utc>>,
    skipped_why: Option<String>,
}

const ROW: &str = "select m.id, m.version, m.name, m.address, m.active,
  c.imap_host, c.imap_port, c.imap_security, c.imap_user, c.imap_folder, c.smtp_host, c.smtp_port, c.smtp_security, c.smtp_user,
  c.checked_at, c.failing_since, c.problem, c.said, c.skipped, c.skipped_uid, c.skipped_at, c.skipped_why
  from mailboxes m join mailbox_connections c on c.account_id = m.account_id and c.mailbox_id = m.id
  where m.account_id = $1 and ($2::uuid is null or m.id = $2) order by m.name, m.id";

impl Row {
    /// How the fetching stands; none where nothing is fetched.
    fn state(&self, actor: &Actor) -> Option<State> {
        self.imap_host.as_ref()?;
        let problem = self
            .problem
            .as_deref()
            .and_then(ConnectionProblem::from_code);
        let failing = self
            .failing_since
            .zip(problem)
            .map(|(since, problem)| Failing {
                since: actor.local(since),
                trouble: Trouble {
                    problem,
                    said: self.said.clone(),
                },
            });
        let why = self.skipped_why.as_deref().and_then(Left::from_code);
        let left_out = self.skipped_at.zip(why).map(|(at, why)| LeftOut {
            n: self.skipped,
            uid: self.skipped_uid.unwrap_or_default(),
            at: actor.local(at),
            why,
        });
        Some(State {
            checked_at: self.checked_at.map(|at| actor.local(at)),
            failing,
            left_out,
        })
    }

    fn fields(&self) -> Fields {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let port = |value: Option<i32>| value.map(|port| port.to_string()).unwrap_or_default();
        Fields {
            name: self.name.clone(),
            address: self.address.clone(),
            active: if self.active {
                "on".into()
            } else {
                String::new()
            },
            imap_host: text(&self.imap_host),
            imap_port: port(self.imap_port),
            imap_security: text(&self.imap_security),
            imap_user: text(&self.imap_user),
            imap_folder: self.imap_folder.clone(),
            smtp_host: text(&self.smtp_host),
            smtp_port: port(self.smtp_port),
            smtp_security: text(&self.smtp_security),
            smtp_user: text(&self.smtp_user),
            ..Fields::default()
        }
    }

    /// Whether what is fetched is the same folder as in a form.
    fn fetches_what(&self, draft: &Draft) -> bool {
        let whose = |server: &Server| (server.host.clone(), server.user.clone());
        self.imap().as_ref().map(whose) == draft.imap.as_ref().map(whose)
            && self.imap_folder == draft.folder
    }

    fn imap(&self) -> Option<Server> {
        server(
            &self.imap_host,
            self.imap_port,
            &self.imap_security,
            &self.imap_user,
        )
    }

    fn smtp(&self) -> Option<Server> {
        server(
            &self.smtp_host,
            self.smtp_port,
            &self.smtp_security,
            &self.smtp_user,
        )
    }
}

/// A server as it is kept, but for its password.
pub(super) fn server(
    host: &Option<String>,
    port: Option<i32>,
    security: &Option<String>,
    user: &Option<String>,
) -> Option<Server> {
    Some(Server {
        host: host.clone()?,
        port: u16::try_from(port?).ok()?,
        security: Security::from_code(security.as_deref()?)?,
        user: user.clone().unwrap_or_default(),
        password: None,
    })
}

/// All mailboxes of the account, by name.
pub async fn list(tx: &mut Viewing) -> Result<Vec<MailboxRow>, AppError> {
    let actor = tx.actor().clone();
    let rows: Vec<Row> = sqlx::query_as(ROW)
        .bind(actor.account.0)
        .bind(None::<Uuid>)
        .fetch_all(tx.connection())
        .await?;
    let row = |row: Row| MailboxRow {
        state: row.state(&actor),
        id: MailboxId(row.id),
        name: row.name,
        address: row.address,
        active: row.active,
    };
    Ok(rows.into_iter().map(row).collect())
}

async fn one(tx: &mut Viewing, mailbox: MailboxId) -> Result<Row, AppError> {
    let account = tx.actor().account.0;
    let row = sqlx::query_as(ROW)
        .bind(account)
        .bind(mailbox.0)
        .fetch_optional(tx.connection())
        .await?;
    row.ok_or(AppError::NotFound)
}

/// The form of a mailbox, or of a new one, with what most servers have.
pub async fn form(tx: &mut Viewing, mailbox: Option<MailboxId>) -> Result<MailboxForm, AppError> {
    let usual = |fields: Fields| {
        let or = |value: String, usual: &str| {
            if value.is_empty() {
                usual.to_owned()
            } else {
                value
            }
        };
        Fields {
            imap_port: or(fields.imap_port, "993"),
            imap_security: or(fields.imap_security, Security::Tls.code()),
            imap_folder: or(fields.imap_folder, "INBOX"),
            smtp_port: or(fields.smtp_port, "465"),
            smtp_security: or(fields.smtp_security, Security::Tls.code()),
            ..fields
        }
    };
    let Some(mailbox) = mailbox else {
        let active = Fields {
            active: "on".into(),
            ..Fields::default()
        };
        return Ok(MailboxForm {
            id: None,
            version: 0,
            fields: usual(active),
            imap_password: false,
            smtp_password: false,
            state: None,
        });
    };
    let row = one(tx, mailbox).await?;
    Ok(MailboxForm {
        id: Some(mailbox),
        version: row.version,
        fields: usual(row.fields()),
        imap_password: row.imap_user.is_some(),
        smtp_password: row.smtp_user.is_some(),
        state: row.state(tx.actor()),
    })
}

/// The passwords of a mailbox, sealed.
#[derive(Default, FromRow)]
struct Sealed {
    imap: Option<Vec<u8>>,
    smtp: Option<Vec<u8>>,
}

impl Sealed {
    /// Those that are kept, of a mailbox that nobody else saves meanwhile.
    async fn kept(tx: &mut Writing, mailbox: MailboxId) -> Result<Self, AppError> {
        let account = tx.actor().account.0;
        let kept = sqlx::query_as(
            "select imap_password as imap, smtp_password as smtp from mailbox_connections
             where account_id = $1 and mailbox_id = $2 for update",
        )
        .bind(account)
        .bind(mailbox.0)
        .fetch_optional(tx.connection())
        .await?;
        Ok(kept.unwrap_or_default())
    }
}

/// What of a form's servers lacks its password, by field.
fn passwords_missing(draft: &Draft, kept: Option<&Row>) -> Result<(), AppError> {
    let mut problems = Problems::new();
    for (key, server, kept) in [
        ("imap_password", &draft.imap, kept.and_then(Row::imap)),
        ("smtp_password", &draft.smtp, kept.and_then(Row::smtp)),
    ] {
        let problem = server
            .as_ref()
            .and_then(|server| server.needs_password(kept.as_ref()));
        problems.extend(problem.map(|problem| (key.to_owned(), problem)));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// The form's servers with the passwords that are kept where none was typed: for trying whether they work.
pub async fn with_kept_passwords(
    mut tx: Viewing,
    secrets: &Secrets,
    mailbox: Option<MailboxId>,
    mut draft: Draft,
) -> Result<Draft, AppError> {
    let row = match mailbox {
        Some(mailbox) => Some(one(&mut tx, mailbox).await?),
        None => None,
    };
    passwords_missing(&draft, row.as_ref())?;
    let Some(mailbox) = mailbox else {
        return Ok(draft);
    };
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::setting()).await?;
    let kept = Sealed::kept(&mut tx, mailbox).await?;
    for (which, server, kept) in [
        ("imap", &mut draft.imap, kept.imap),
        ("smtp", &mut draft.smtp, kept.smtp),
    ] {
        let Some(server) = server
            .as_mut()
            .filter(|server| server.password.is_none() && !server.user.is_empty())
        else {
            continue;
        };
        let opened = secrets.open(
            &sealed_for(account, mailbox, which),
            &kept.unwrap_or_default(),
        );
        // Another key seals now.
        server.password =
            Some(opened.map_err(|_| {
                AppError::field(&format!("{which}_password"), Problem::PasswordAgain)
            })?);
    }
    Ok(draft)
}

/// By which server a mailbox sends, with its password; none: by Steward's own. The inner error: the password does not open.
pub async fn sends_by(
    database: &Database,
    secrets: &Secrets,
    account: AccountId,
    mailbox: MailboxId,
) -> Result<Result<Option<Server>, Trouble>, AppError> {
    #[derive(FromRow)]
    struct Smtp {
        smtp_host: Option<String>,
        smtp_port: Option<i32>,
        smtp_security: Option<String>,
        smtp_user: Option<String>,
        smtp_password: Option<Vec<u8>>,
    }
    let mut tx = database.begin_work(account).await?;
    let row: Smtp = sqlx::query_as(
        "select smtp_host, smtp_port, smtp_security, smtp_user, smtp_password from mailbox_connections where account_id = $1 and mailbox_id = $2",
    )
    .bind(account.0)
    .bind(mailbox.0)
    .fetch_one(tx.connection())
    .await?;
    let server = server(
        &row.smtp_host,
        row.smtp_port,
        &row.smtp_security,
        &row.smtp_user,
    );
    let (Some(server), Some(sealed)) = (&server, &row.smtp_password) else {
        return Ok(Ok(server));
    };
    Ok(
        match secrets.open(&sealed_for(account.0, mailbox, "smtp"), sealed) {
            Ok(password) => Ok(Some(Server {
                password: Some(password),
                ..server.clone()
            })),
            Err(_) => Err(ConnectionProblem::Sealed.into()),
        },
    )
}
