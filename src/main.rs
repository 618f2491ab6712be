//! The command line of Steward: what each command is called and takes.
//! What they do is written where it belongs: the server's floor, the rooms.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use steward::{
    accounts::{create, demo, operators, seed},
    document,
    mailbox::{self, ingest},
    model::{Language, RecordKind},
    notifications::bounce,
    records::import,
    server::{backup, config::Config, logs, run},
};

/// Who is responsible for it? Account managers for every record of a business.
///
/// Everything is configured by the environment; without DATABASE_URL a private Postgres runs in STEWARD_DATA.
#[derive(Parser)]
#[command(version, after_long_help = steward::server::config::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the web application until Ctrl+C or SIGTERM; requests under way are finished.
    Serve,
    /// Bring the database's schema up to date and grant the server's login what it needs (needs STEWARD_OWNER_URL).
    Migrate,
    /// Create the demo accounts "Demo NV" and "Other NV", where they do not exist yet.
    Demo,
    /// Fill the database with made-up accounts to measure with; the same seed makes the same data.
    Seed(seed::Plan),
    /// Import companies or deals from a CSV file, as one of the account's users.
    ///
    /// Separator, encoding and columns are recognised. A row is remembered by its whole content: the same file
    /// twice creates nothing twice. Bad rows are written beside the file, each with its reason.
    Import(Import),
    /// Create an account with its first admin. The password is read from STEWARD_PASSWORD, else from the standard input.
    CreateAccount(CreateAccount),
    /// Create an operator, staff of the hosted service; prints what goes into his authenticator. The password as above.
    CreateOperator(CreateOperator),
    /// Write a backup of the whole database into a file, or to the standard output as "-" (needs STEWARD_OWNER_URL).
    ///
    /// It is what `pg_dump --format=custom` writes. Servers may go on meanwhile. The file holds everything that accounts
    /// have, and the secrets of second factors: keep it as safe as the database.
    Backup { file: PathBuf },
    /// Restore a backup into an empty database and bring it up to date (needs STEWARD_OWNER_URL).
    Restore { file: PathBuf },
    /// Take a mail that came back to STEWARD_MAIL_BOUNCES, from a file or from the standard input, as mail servers hand it over.
    ///
    /// Ends with 0 whatever the mail is, and with 75 where it is to be handed over again later.
    Bounce { file: Option<PathBuf> },
    /// Take messages into a mailbox, from files, folders of files, or the standard input as "-", as if they had been fetched.
    ///
    /// Each is taken in once: the same one again changes nothing.
    Ingest {
        #[arg(required = true)]
        file: Vec<PathBuf>,
        /// The mailbox, by its address; else the one that the message was sent to, else that of the demo.
        #[arg(long, value_name = "ADDRESS")]
        mailbox: Option<String>,
        /// Read every message and write nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Run another program beside the database, with DATABASE_URL and STEWARD_OWNER_URL set for it.
    #[command(hide = true)]
    WithDatabase {
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
}

#[derive(Args)]
struct Import {
    /// What the rows are.
    #[arg(value_parser = kind)]
    kind: RecordKind,
    file: PathBuf,
    /// The e-mail address of the user who imports: what he may not see is not matched.
    #[arg(long = "as", value_name = "EMAIL")]
    email: String,
    /// Check every row and write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl From<Import> for import::Job {
    fn from(asked: Import) -> Self {
        Self {
            kind: asked.kind,
            file: asked.file,
            email: asked.email,
            dry_run: asked.dry_run,
        }
    }
}

#[derive(Args)]
struct CreateAccount {
    /// The account's name, such as "Acme NV".
    #[arg(long)]
    name: String,
    /// The first admin's full name.
    #[arg(long)]
    admin: String,
    /// The first admin's e-mail address, with which he signs in.
    #[arg(long)]
    email: String,
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
    /// The account's time zone, by its IANA name.
    #[arg(long, default_value = "Europe/Brussels")]
    time_zone: String,
    #[arg(long, default_value = "boost", value_parser = ["go", "move", "boost"])]
    plan: String,
}

#[derive(Args)]
struct CreateOperator {
    #[arg(long)]
    name: String,
    /// With which he signs in; no user of an account has it.
    #[arg(long)]
    email: String,
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
}

fn kind(path: &str) -> Result<RecordKind, String> {
    let known = || RecordKind::ALL.map(RecordKind::path).join(" or ");
    RecordKind::from_path(path).ok_or_else(|| format!("this must be {}", known()))
}

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| "this must be en, fr or nl".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::start();
    // A mail server would answer a bounce that failed in any other way.
    let failure = match cli.command {
        Command::Bounce { .. } => ExitCode::from(bounce::TRY_AGAIN),
        _ => ExitCode::FAILURE,
    };
    match command(cli.command).await {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{error:#}");
            failure
        }
    }
}

async fn command(command: Command) -> Result<ExitCode> {
    let config = Config::from_env()?;
    // What is backed up is left as it is, also before an upgrade; and nobody upgrades by a bounce.
    let opened = match command {
        Command::Backup { .. } | Command::Bounce { .. } => run::reach(config).await?,
        _ => run::open(config).await?,
    };
    let done = match command {
        Command::Serve => serve(&opened).await,
        // Opening has migrated, where this process has the owner.
        Command::Migrate => opened
            .require_owner()
            .map(|()| tracing::info!("the schema is up to date")),
        Command::Demo => load_demo(&opened).await,
        Command::Seed(plan) => seed::run(&opened, &plan).await,
        Command::Import(asked) => import::run(&opened, &asked.into()).await,
        Command::CreateAccount(CreateAccount {
            name,
            admin,
            email,
            language,
            time_zone,
            plan,
        }) => {
            let account = create::NewAccount {
                name,
                plan,
                time_zone,
                demo: false,
            };
            create::with_admin(&opened, &account, admin, email, language).await
        }
        Command::CreateOperator(CreateOperator {
            name,
            email,
            language,
        }) => operators::create(&opened, &name, &email, language).await,
        Command::Backup { file } => backup::backup(&opened, &file).await,
        Command::Restore { file } => backup::restore(&opened, &file).await,
        Command::Ingest {
            file: files,
            mailbox,
            dry_run,
        } => {
            let job = ingest::Job {
                files,
                mailbox,
                dry_run,
            };
            ingest::run(&opened, job).await
        }
        Command::Bounce { file } => {
            let code = bounce::run(&opened, file).await;
            opened.close().await;
            return code;
        }
        Command::WithDatabase { command } => {
            let code = opened.with_urls(&command).await;
            opened.close().await;
            return code;
        }
    };
    opened.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn serve(opened: &run::Opened) -> Result<()> {
    if !opened.is_embedded() {
        return run::serve(opened, document::PAGES, |_| ()).await;
    }
    load_demo(opened).await?;
    run::serve(opened, document::PAGES, demo::print_users).await
}

/// The demo accounts, and what was written to them.
async fn load_demo(opened: &run::Opened) -> Result<()> {
    demo::load(opened).await?;
    mailbox::demo::load(opened).await
}
