//! A private Postgres in the data folder, from the system's binaries: a socket of its own, no port,
//! an unprivileged user. Several commands share it; whoever leaves last stops it.

use std::{
    fs::{self, File},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use super::Logins;

const OWNER: &str = "steward_owner";
const SERVER: &str = "steward_server";
const DATABASE: &str = "steward";
/// A socket's path may be 107 bytes long, `/.s.PGSQL.5432` included.
const LONGEST_SOCKET_FOLDER: usize = 90;

/// A running private Postgres. [`Embedded::leave`] stops it where nobody else uses it.
pub struct Embedded {
    place: Arc<Place>,
    /// Held shared by everyone who uses the server.
    users: File,
    watcher: JoinHandle<()>,
    stopping: watch::Sender<bool>,
}

/// Where it lives and as whom it runs.
struct Place {
    binaries: PathBuf,
    cluster: PathBuf,
    socket: PathBuf,
    log: PathBuf,
    /// The user to become, when started as root: Postgres refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Embedded {
    /// Starts it, or joins one that runs already.
    pub async fn start(data: &Path) -> Result<Self> {
        let place = Arc::new(Place::prepare(data)?);
        let users = open_lock(&data.join("postgres.users"))?;
        users.lock_shared().context("cannot lock the data folder")?;
        {
            // One at a time creates and starts.
            let starting = open_lock(&data.join("postgres.starting"))?;
            starting.lock().context("cannot lock the data folder")?;
            place.create_cluster()?;
            place.ensure_running().await?;
            place.create_database().await?;
        }
        let (stopping, stopped) = watch::channel(false);
        let watcher = tokio::spawn(watch_over(place.clone(), data.to_owned(), stopped));
        Ok(Self {
            place,
            users,
            watcher,
            stopping,
        })
    }

    pub fn logins(&self) -> Logins {
        self.place.logins(DATABASE)
    }

    /// The logins as addresses, for other programs.
    pub fn urls(&self) -> (String, String) {
        let url = |user: &str| {
            format!(
                "postgres:///{DATABASE}?host={}&user={user}",
                self.place.socket.display()
            )
        };
        (url(SERVER), url(OWNER))
    }

    /// Stops using it; stops it where nobody else does.
    pub async fn leave(self) {
        let _ = self.stopping.send(true);
        let _ = self.watcher.await;
        if self.users.try_lock().is_ok() {
            tracing::debug!("stopping the embedded Postgres");
            if let Err(error) = self.place.pg_ctl(&["stop", "-m", "fast", "-w"]) {
                tracing::warn!(%error, "the embedded Postgres did not stop");
            }
        }
    }
}

fn open_lock(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

/// Starts Postgres again when it dies while it is in use.
async fn watch_over(place: Arc<Place>, data: PathBuf, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = sleep(Duration::from_secs(1)) => {}
        }
        if place.answers().await {
            continue;
        }
        tracing::warn!("the embedded Postgres is gone; starting it again");
        let again = async {
            let starting = open_lock(&data.join("postgres.starting"))?;
            // Another process may be at it: then it is its work.
            if starting.try_lock().is_ok() {
                place.ensure_running().await
            } else {
                Ok(())
            }
        };
        if let Err(error) = again.await {
            tracing::error!(%error, "the embedded Postgres did not start");
        }
    }
}

impl Place {
    fn prepare(data: &Path) -> Result<Self> {
        let binaries = binaries()?;
        fs::create_dir_all(data)
            .with_context(|| format!("cannot create the data folder {}", data.display()))?;
        let data = data.canonicalize()?;
        let user = if rustix::process::geteuid().is_root() {
            Some(unprivileged()?)
        } else {
            None
        };
        let home = data.join("postgres");
        fs::create_dir_all(&home)?;
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700))?;
        if let Some((uid, gid)) = user {
            chown(&home, Some(uid), Some(gid))?;
            reachable(&data)?;
        }
        // A short name elsewhere where the data folder's own is too long for a socket.
        let socket = if home.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
            home.clone()
        } else {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            home.hash(&mut hasher);
            let short = std::env::temp_dir().join(format!("steward-{:x}", hasher.finish()));
            fs::create_dir_all(&short)?;
            fs::set_permissions(&short, fs::Permissions::from_mode(0o700))?;
            if let Some((uid, gid)) = user {
                chown(&short, Some(uid), Some(gid))?;
            }
            short
        };
        Ok(Self {
            binaries,
            cluster: home.join("cluster"),
            log: home.join("log"),
            socket,
            user,
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // The caller's folder may be closed to that user.
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    fn create_cluster(&self) -> Result<()> {
        if self.cluster.join("PG_VERSION").exists() {
            return Ok(());
        }
        tracing::info!(folder = %self.cluster.display(), "creating the embedded Postgres");
        let out = self
            .command("initdb")
            .args([
                "--username",
                OWNER,
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
            ])
            .arg("--pgdata")
            .arg(&self.cluster)
            .output()
            .context("initdb did not run")?;
        if !out.status.success() {
            bail!(
                "initdb failed: {}",
                String::from_utf8_lossy(&out.stderr).trim()
            );
        }
        Ok(())
    }

    fn pg_ctl(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.command("pg_ctl");
        // In a process group of its own: Ctrl+C is for the server, which then stops Postgres itself.
        command
            .process_group(0)
            .arg("-D")
            .arg(&self.cluster)
            .arg("-l")
            .arg(&self.log)
            .args(arguments);
        let out = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("pg_ctl did not run")?;
        if !out.success() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(5).collect();
            bail!(
                "pg_ctl {} failed; its log ends: {}",
                arguments.join(" "),
                tail.into_iter().rev().collect::<Vec<_>>().join(" / ")
            );
        }
        Ok(())
    }

    async fn ensure_running(&self) -> Result<()> {
        if self.answers().await {
            return Ok(());
        }
        // No port at all; durable, since these may be somebody's only data.
        let settings = format!(
            "-c listen_addresses= -c unix_socket_directories='{}' -c fsync=on -c max_connections=200 -c shared_buffers=256MB \
             -c random_page_cost=1.1 -c jit=off -c log_min_messages=warning",
            self.socket.display()
        );
        self.pg_ctl(&["start", "-w", "-t", "60", "-o", &settings])?;
        for _ in 0..100 {
            if self.answers().await {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        bail!(
            "the embedded Postgres started but does not answer; see {}",
            self.log.display()
        )
    }

    async fn answers(&self) -> bool {
        match PgConnection::connect_with(&self.options("postgres", OWNER)).await {
            Ok(connection) => connection.close().await.is_ok(),
            Err(_) => false,
        }
    }

    async fn create_database(&self) -> Result<()> {
        let mut connection = PgConnection::connect_with(&self.options("postgres", OWNER)).await?;
        let missing: (bool, bool) = sqlx::query_as(
            "select not exists (select 1 from pg_roles where rolname = $1), not exists (select 1 from pg_database where datname = $2)",
        )
        .bind(SERVER)
        .bind(DATABASE)
        .fetch_one(&mut connection)
        .await?;
        if missing.0 {
            connection
                .execute(AssertSqlSafe(format!(
                    "create role {SERVER} login noinherit"
                )))
                .await?;
        }
        if missing.1 {
            connection
                .execute(AssertSqlSafe(format!("create database {DATABASE}")))
                .await?;
        }
        connection.close().await?;
        Ok(())
    }

    fn options(&self, database: &str, user: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .username(user)
            .database(database)
    }

    fn logins(&self, database: &str) -> Logins {
        Logins {
            server: self.options(database, SERVER),
            owner: Some(self.options(database, OWNER)),
        }
    }
}

/// The newest Postgres that Debian has installed, else the one in PATH.
pub fn binaries() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, path)) = found.pop() {
        return Ok(path);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| folder.join("initdb").exists())
        .context("No Postgres found. Install it (Debian: apt-get install postgresql), or set DATABASE_URL to use one elsewhere.")
}

/// The ids of a user without rights of its own: Debian's `postgres`, else `nobody`.
fn unprivileged() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|wanted| {
            users.lines().find_map(|line| {
                let mut parts = line.split(':');
                let name = parts.next()?;
                let (uid, gid) = (parts.nth(1)?.parse().ok()?, parts.next()?.parse().ok()?);
                (name == *wanted).then_some((uid, gid))
            })
        })
        .context("neither a user postgres nor nobody exists to run Postgres as")
}

/// Says early, and in words, when the data folder lies where that user cannot go.
fn reachable(data: &Path) -> Result<()> {
    for folder in data.ancestors() {
        if fs::metadata(folder)?.permissions().mode() & 0o001 == 0 {
            bail!(
                "{} is closed to other users, so Postgres, which does not run as root, cannot reach {}. Set STEWARD_DATA to a folder elsewhere, such as /var/lib/steward.",
                folder.display(),
                data.display()
            );
        }
    }
    Ok(())
}
