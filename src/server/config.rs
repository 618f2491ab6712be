//! Configuration by environment, checked at start; every message says what to set.
//! Nothing else of the server reads the environment.

use std::{
    env,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::secrets::SecretKey;

/// What `steward --help` says about the environment.
pub const HELP: &str = "\
Environment:
  DATABASE_URL         the server's own login to Postgres; without it, a private Postgres runs in STEWARD_DATA.
                       It must own nothing and inherit nothing: create role steward_server login noinherit
  STEWARD_OWNER_URL    the owner of the database: migrates, seeds, creates accounts
  STEWARD_BIND         address and port to listen on (127.0.0.1:3000)
  STEWARD_METRICS_BIND address and port of the metrics for Prometheus, apart from the rest (none)
  STEWARD_BASE_URL     scheme and host as people see them (http:// and STEWARD_BIND)
  STEWARD_DATA         folder for the embedded database and for mails as files
                       (~/.local/share/steward; /var/lib/steward for root)
  STEWARD_FILES        folder for what came with mails (files in STEWARD_DATA); several servers must share it
  STEWARD_SMTP_URL     where mail goes, as smtps://user:password@smtp.example.com; without it mails become files
  STEWARD_MAIL_FROM    the sender of mails (Steward <steward@localhost>)
  STEWARD_MAIL_BOUNCES where mails come back that could not be delivered further on, such as bounces@example.com: `steward bounce`
                       reads what comes to bounces+…@example.com. Without it they come back to STEWARD_MAIL_FROM
  STEWARD_MAIL_WAIT    seconds in which several events on one record become one mail (120)
  STEWARD_SECRET_KEY   32 bytes in base64 (openssl rand -base64 32) that seal the passwords of mailboxes, the same for every server
                       of a database (with the embedded database a key is made in STEWARD_DATA)
  STEWARD_MAILBOX_PRIVATE  true where mailboxes may lie on servers of this machine or of its own network (only where
                       STEWARD_BASE_URL is local)
  STEWARD_MAILBOX_CA   a PEM file of certificate authorities that mailboxes' servers are trusted by, besides the system's
  STEWARD_SUPPORT_MAIL where requests for support go (the operators' addresses)
  STEWARD_SELF_SERVICE true where admins enable features themselves instead of asking support
  STEWARD_TRUST_PROXY  true where a proxy in front sets X-Forwarded-For
  STEWARD_SITE         folder with the compiled browser side (site beside the program, else target/site)
  STEWARD_MAX_CONNECTIONS  connections to Postgres at most (20)
  STEWARD_LOG          how much is logged (info,sqlx=warn)
";

/// All that the environment decides.
#[derive(Clone, Debug)]
pub struct Config {
    pub bind: SocketAddr,
    /// Where Prometheus reads; `None`: nowhere.
    pub metrics_bind: Option<SocketAddr>,
    /// Scheme and host as people see them, without a slash at the end.
    pub base_url: String,
    /// Where the embedded database and mails as files live.
    pub data: PathBuf,
    /// Where attachments lie; several servers share it.
    pub files: PathBuf,
    pub database: DatabaseConfig,
    /// `None`: mails become files in the data folder.
    pub smtp_url: Option<String>,
    pub mail_from: String,
    /// Where mails of notifications come back; `None`: to the sender of mails.
    pub mail_bounces: Option<String>,
    /// How long a mail of a notification waits for others about the same record.
    pub mail_wait: Duration,
    /// Seals what the server must read again; `None`: beside an embedded database, a file.
    pub secret_key: Option<SecretKey>,
    /// Whether mailboxes may lie on this machine or in its own network.
    pub mailbox_private: bool,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub mailbox_ca: Option<PathBuf>,
    /// Where requests for support go; `None`: to every operator.
    pub support_mail: Option<String>,
    /// Whether an account's admin enables features himself.
    pub self_service: bool,
    /// Take the client's address from `X-Forwarded-For`: only behind a proxy that sets it.
    pub trust_proxy: bool,
    /// Folder with the compiled browser side.
    pub site: PathBuf,
    pub max_connections: u32,
}

/// Which Postgres.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// A private one in the data folder.
    Embedded,
    /// The server's own login, and the owner's where this process may need it.
    External {
        server: String,
        owner: Option<String>,
    },
}

fn variable(name: &str) -> Option<String> {
    env::var(name)
        .ok()
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let bind = address("STEWARD_BIND", "127.0.0.1:3000")?
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000)));
        let base_url = variable("STEWARD_BASE_URL").unwrap_or_else(|| format!("http://{bind}"));
        let base_url = base_url.trim_end_matches('/').to_owned();
        if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
            bail!(
                "STEWARD_BASE_URL must begin with http:// or https://, such as https://steward.example.com"
            );
        }
        let database = match (variable("DATABASE_URL"), variable("STEWARD_OWNER_URL")) {
            (Some(server), owner) => DatabaseConfig::External { server, owner },
            (None, None) => DatabaseConfig::Embedded,
            (None, Some(_)) => bail!(
                "STEWARD_OWNER_URL is set but DATABASE_URL is not: set both, or neither for the embedded database"
            ),
        };
        let max_connections = match variable("STEWARD_MAX_CONNECTIONS") {
            Some(n) => n
                .parse()
                .context("STEWARD_MAX_CONNECTIONS must be a number, such as 20")?,
            None => 20,
        };
        let mail_wait = match variable("STEWARD_MAIL_WAIT") {
            Some(n) => n
                .parse()
                .context("STEWARD_MAIL_WAIT must be a number of seconds, such as 120")?,
            None => 120,
        };
        let data =
            variable("STEWARD_DATA").map_or_else(default_data, |path| Ok(PathBuf::from(path)))?;
        let mailbox_private = match variable("STEWARD_MAILBOX_PRIVATE") {
            Some(_) => flag("STEWARD_MAILBOX_PRIVATE")?,
            None => is_local(&base_url),
        };
        Ok(Self {
            bind,
            metrics_bind: address("STEWARD_METRICS_BIND", "127.0.0.1:9090")?,
            files: variable("STEWARD_FILES").map_or_else(|| data.join("files"), PathBuf::from),
            data,
            database,
            smtp_url: variable("STEWARD_SMTP_URL"),
            mail_from: variable("STEWARD_MAIL_FROM")
                .unwrap_or_else(|| "Steward <steward@localhost>".into()),
            mail_bounces: variable("STEWARD_MAIL_BOUNCES"),
            mail_wait: Duration::from_secs(mail_wait),
            secret_key: variable("STEWARD_SECRET_KEY").map(SecretKey),
            mailbox_private,
            mailbox_ca: variable("STEWARD_MAILBOX_CA").map(PathBuf::from),
            support_mail: variable("STEWARD_SUPPORT_MAIL"),
            self_service: flag("STEWARD_SELF_SERVICE")?,
            trust_proxy: flag("STEWARD_TRUST_PROXY")?,
            site: site(),
            base_url,
            max_connections,
        })
    }

    pub fn https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether people reach this server under a local name only; demo users sign in nowhere else.
    pub fn is_local(&self) -> bool {
        is_local(&self.base_url)
    }
}

fn is_local(base_url: &str) -> bool {
    let host = base_url.split("://").nth(1).unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split([':', '/']).next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn address(name: &str, example: &str) -> Result<Option<SocketAddr>> {
    let parse = |text: String| {
        text.parse()
            .with_context(|| format!("{name} must be an address and a port, such as {example}"))
    };
    variable(name).map(parse).transpose()
}

fn flag(name: &str) -> Result<bool> {
    match variable(name).as_deref() {
        None | Some("false" | "0" | "no") => Ok(false),
        Some("true" | "1" | "yes") => Ok(true),
        Some(other) => bail!("{name} must be true or false, not {other:?}"),
    }
}

/// Root's home is closed to the user that Postgres runs as, so root's data lies elsewhere.
fn default_data() -> Result<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/steward"));
    }
    let base = match (variable("XDG_DATA_HOME"), variable("HOME")) {
        (Some(data), _) => PathBuf::from(data),
        (None, Some(home)) => Path::new(&home).join(".local/share"),
        (None, None) => bail!(
            "Neither HOME nor STEWARD_DATA is set: set STEWARD_DATA to a folder for Steward's data"
        ),
    };
    Ok(base.join("steward"))
}

/// Beside the binary in a deployment, under `target` while developing.
fn site() -> PathBuf {
    if let Some(path) = variable("STEWARD_SITE").or_else(|| variable("LEPTOS_SITE_ROOT")) {
        return PathBuf::from(path);
    }
    env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("site")))
        .filter(|path| path.is_dir())
        .unwrap_or_else(|| PathBuf::from("target/site"))
}

/// The password of an account that is created on the command line.
pub fn password() -> Option<String> {
    env::var("STEWARD_PASSWORD")
        .ok()
        .filter(|password| !password.is_empty())
}
