//! The actors of the tests: a server over a fresh database, people with rights, and their browsers.
//! The database is a copy of a template that is migrated once.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use anyhow::{Context, Result, ensure};
use axum::{Router, body::Body};
use graphile_worker::WorkerOptions;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use leptos::prelude::LeptosOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    accounts::create::{self, NewAccount, NewUser},
    document,
    model::{
        AccountId, Actor, AppError, Language, RecordId, RecordKind, Role, UserId,
        responsibility::{Responsible, first_role},
        users::{Reach, Rights, UserRole},
    },
    records::store::{self, Happened},
    server::{
        actors,
        config::{Config, DatabaseConfig},
        context::App,
        database::{Database, Logins, MIGRATIONS, Reached, migrate},
        http::router,
        metrics::Metrics,
        passwords,
    },
};

pub const PASSWORD: &str = "correct horse battery";
const BASE_URL: &str = "http://127.0.0.1:4000";

/// A server with a database of its own.
pub struct TestApp {
    pub logins: Logins,
    pub database: Database,
    pub config: Config,
    pub owner: PgPool,
    pub metrics: Metrics,
    /// What jobs are given.
    pub app: App,
    router: Router,
    folder: TempDir,
}

fn logins() -> Result<Logins> {
    let variable = |name: &str| {
        std::env::var(name).with_context(|| format!("{name} is not set: run the tests by bin/test"))
    };
    Logins::from_urls(
        &variable("DATABASE_URL")?,
        Some(&variable("STEWARD_OWNER_URL")?),
    )
}

/// The logins of a database that another process of the tests has made.
pub fn logins_on(database: &str) -> Result<Logins> {
    Ok(on(&logins()?, database))
}

fn on(logins: &Logins, database: &str) -> Logins {
    Logins {
        server: logins.server.clone().database(database),
        owner: logins.owner.clone().map(|owner| owner.database(database)),
    }
}

/// Makes the template once for all tests, whoever of them comes first.
async fn template(logins: &Logins) -> Result<String> {
    let version: i64 = MIGRATIONS.iter().map(|migration| migration.version).sum();
    let checksum = passwords::digest(
        &MIGRATIONS
            .iter()
            .flat_map(|migration| migration.checksum.to_vec())
            .collect::<Vec<_>>(),
    );
    let name = format!(
        "steward_template_{version}_{:02x}{:02x}{:02x}",
        checksum[0], checksum[1], checksum[2]
    );
    let owner = logins
        .owner
        .clone()
        .context("the owner is known")?
        .database("postgres");
    let mut connection = PgConnection::connect_with(&owner).await?;
    sqlx::query("select pg_advisory_lock(77)")
        .execute(&mut connection)
        .await?;
    let ready: bool = sqlx::query_scalar(
        "select exists (select 1 from pg_database where datname = $1 and datistemplate)",
    )
    .bind(&name)
    .fetch_one(&mut connection)
    .await?;
    if !ready {
        for statement in [
            format!("drop database if exists {name}"),
            format!("create database {name}"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut connection)
                .await?;
        }
        migrate(&on(logins, &name)).await?;
        sqlx::raw_sql(AssertSqlSafe(format!(
            "alter database {name} is_template true"
        )))
        .execute(&mut connection)
        .await?;
    }
    connection.close().await?;
    Ok(name)
}

impl TestApp {
    pub async fn new() -> Result<Self> {
        Self::at(BASE_URL).await
    }

    /// A server that people reach under another address.
    pub async fn at(base_url: &str) -> Result<Self> {
        let logins = logins()?;
        let template = template(&logins).await?;
        let name = format!("test_{}", Uuid::new_v4().simple());
        let maintenance = logins
            .owner
            .clone()
            .context("the owner is known")?
            .database("postgres");
        let mut connection = PgConnection::connect_with(&maintenance).await?;
        sqlx::raw_sql(AssertSqlSafe(format!(
            "create database {name} template {template}"
        )))
        .execute(&mut connection)
        .await?;
        connection.close().await?;
        Self::over(on(&logins, &name), base_url).await
    }

    /// A server over a database that is there already: a second one beside another, for example.
    pub async fn over(logins: Logins, base_url: &str) -> Result<Self> {
        Self::configured(logins, base_url, |_| ()).await
    }

    /// The same, with something else in its environment.
    pub async fn configured(
        logins: Logins,
        base_url: &str,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut config = Config {
            bind: (Ipv4Addr::LOCALHOST, 4000).into(),
            metrics_bind: None,
            base_url: base_url.to_owned(),
            data: folder.path().to_owned(),
            files: folder.path().join("files"),
            database: DatabaseConfig::Embedded,
            smtp_url: None,
            mail_from: "Steward <steward@localhost>".into(),
            mail_bounces: None,
            mail_wait: std::time::Duration::ZERO,
            secret_key: None,
            mailbox_private: true,
            mailbox_ca: None,
            support_mail: None,
            self_service: false,
            trust_proxy: false,
            site: folder.path().join("site"),
            max_connections: 4,
        };
        change(&mut config);
        let database = Database::connect(&logins, config.max_connections).await?;
        let app = App::new(database.clone(), Arc::new(config.clone()))?;
        let metrics = app.metrics.clone();
        let options = LeptosOptions::builder().output_name("steward").build();
        let router = router(app.clone(), options, document::PAGES);
        let owner = logins.owner_pool().await?;
        Ok(Self {
            logins,
            database,
            config,
            owner,
            metrics,
            app,
            router,
            folder,
        })
    }

    /// An account with its admin "Ann Admin".
    pub async fn account(&self, name: &str) -> Result<(AccountId, Actor)> {
        let mut owner = self.owner.acquire().await?;
        let new = NewAccount {
            name: name.into(),
            plan: "boost".into(),
            time_zone: "Europe/Brussels".into(),
            demo: false,
        };
        let account = create::account(&mut owner, &new, Language::En).await?;
        drop(owner);
        let email = format!("ann@{}.test", name.to_lowercase());
        let admin = self
            .person(account, "Ann Admin", &email, UserRole::Admin, Rights::FULL)
            .await?;
        Ok((account, admin))
    }

    pub async fn person(
        &self,
        account: AccountId,
        name: &str,
        email: &str,
        role: UserRole,
        rights: Rights,
    ) -> Result<Actor> {
        // One hash for all: hashing is slow on purpose.
        static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
        let hash = HASH
            .get_or_try_init(|| passwords::hash(PASSWORD.to_owned()))
            .await?;
        let mut owner = self.owner.acquire().await?;
        let new = NewUser {
            full_name: name.into(),
            email: email.into(),
            role,
            rights,
            language: Language::En,
        };
        create::user(&mut owner, account, &new, "Europe/Brussels", hash).await?;
        self.actor(email).await
    }

    /// An active user as he is now.
    pub async fn actor(&self, email: &str) -> Result<Actor> {
        actors::by_email(self.database.api(), email)
            .await?
            .context("the user is there")
    }

    /// A colleague with full rights who is no admin.
    pub async fn colleague(&self, account: AccountId, name: &str, email: &str) -> Result<Actor> {
        self.person(account, name, email, UserRole::User, Rights::FULL)
            .await
    }

    /// Emma, who is limited in CRM to what she is responsible for.
    pub async fn limited(&self, account: AccountId) -> Result<Actor> {
        let rights = Rights {
            crm: Reach::Limited,
            ..Rights::FULL
        };
        let (name, email) = ("Emma Limited", "emma@acme.test");
        self.person(account, name, email, UserRole::User, rights)
            .await
    }

    pub async fn as_owner(&self, sql: &str) -> Result<()> {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&self.owner)
            .await?;
        Ok(())
    }

    /// A hash of every record and everybody's rights, to prove that nothing was changed.
    pub async fn fingerprint(&self) -> Result<String> {
        Ok(sqlx::query_scalar(
            "select md5(concat(
               (select string_agg(c::text, '|' order by c.id) from companies c),
               (select string_agg(k::text, '|' order by k.id) from contacts k),
               (select string_agg(l::text, '|' order by l.company_id, l.contact_id) from company_contacts l),
               (select string_agg(d::text, '|' order by d.id) from deals d),
               (select string_agg(i::text, '|' order by i.id) from invoices i),
               (select string_agg(p::text, '|' order by p.id) from projects p),
               (select string_agg(t::text, '|' order by t.id) from tickets t),
               (select string_agg(u::text, '|' order by u.id) from users u),
               (select string_agg(p::text, '|' order by p.id) from deal_phases p),
               (select string_agg(f::text, '|' order by f.id) from custom_fields f),
               (select string_agg(g::text, '|' order by g.id) from custom_field_groups g),
               (select string_agg(v::text, '|' order by v.record_id, v.field_id, v.n) from company_user_values v),
               (select string_agg(v::text, '|' order by v.record_id, v.field_id, v.n) from contact_user_values v),
               (select string_agg(v::text, '|' order by v.record_id, v.field_id, v.n) from deal_user_values v),
               (select string_agg(v::text, '|' order by v.record_id, v.field_id, v.n) from invoice_user_values v),
               (select string_agg(v::text, '|' order by v.record_id, v.field_id, v.n) from project_user_values v),
               (select string_agg(v::text, '|' order by v.record_id, v.field_id, v.n) from ticket_user_values v),
               (select string_agg(a::text, '|' order by a.id) from accounts a)))",
        )
        .fetch_one(&self.owner)
        .await?)
    }

    /// Creates a record as its form would.
    pub async fn create(
        &self,
        actor: &Actor,
        kind: RecordKind,
        values: &[(&str, &str)],
    ) -> Result<RecordId, AppError> {
        let typed: BTreeMap<String, String> = values
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect();
        let mut tx = self.database.begin(actor).await?;
        let draft = store::prepare(&mut tx, kind, &typed, None).await?;
        let mut tx = tx.write(Reached::new_record()).await?;
        let id = store::insert(&mut tx, &draft, Happened::Created).await?;
        tx.commit().await?;
        Ok(id)
    }

    pub async fn company(&self, actor: &Actor, name: &str) -> Result<RecordId> {
        Ok(self
            .create(actor, RecordKind::Company, &[("name", name)])
            .await?)
    }

    /// Links a contact to a company as their pages would.
    pub async fn link(&self, actor: &Actor, company: RecordId, contact: RecordId) -> Result<()> {
        let form = store::LinkForm {
            kind: RecordKind::Company,
            id: company,
            other: &contact.to_string(),
            position: "",
            decision_maker: false,
        };
        Ok(store::link(self.database.begin(actor).await?, form).await?)
    }

    /// Past the checks, which accept nobody without a right to the kind: rights are taken away later, too.
    pub async fn make_responsible(
        &self,
        kind: RecordKind,
        id: RecordId,
        to: Responsible,
    ) -> Result<()> {
        let Some(first) = first_role(kind) else {
            return Ok(());
        };
        let (table, first) = (kind.table(), first.column());
        let has_second = kind.roles().contains(&Role::SecondSalesContact);
        let second = if has_second {
            ", second_sales_contact_id = $3"
        } else {
            ""
        };
        let sql = format!(
            "update {table} set {first} = $2{second} where id = $1 and ($3::uuid is null or true)"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(id.0)
            .bind(to.first.map(|user| user.0))
            .bind(to.second.map(|user| user.0))
            .execute(&self.owner)
            .await?;
        Ok(())
    }

    /// The same of a project: its managers and collaborators are these, and nobody else.
    pub async fn make_people(&self, project: RecordId, people: &[(Role, UserId)]) -> Result<()> {
        let field = |role: Role| role.shared().map(|field| field.0);
        let fields: Vec<_> = people.iter().map(|(role, _)| field(*role)).collect();
        let users: Vec<_> = people.iter().map(|(_, user)| user.0).collect();
        let mut tx = self.owner.begin().await?;
        sqlx::query(
            "delete from project_user_values where record_id = $1 and added_field_id is null",
        )
        .bind(project.0)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "insert into project_user_values (account_id, record_id, field_id, n, value)
             select r.account_id, r.id, p.field, p.n, p.value
             from projects r, unnest($2::uuid[], $3::uuid[]) with ordinality p (field, value, n) where r.id = $1",
        )
        .bind(project.0)
        .bind(fields)
        .bind(users)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// The id of a phase of the actor's account.
    pub async fn phase(&self, actor: &Actor) -> Result<String> {
        let mut tx = self.database.begin(actor).await?;
        let phases = store::phases(&mut tx).await?;
        Ok(phases
            .first()
            .context("an account has phases")?
            .id
            .to_string())
    }

    pub async fn deal(
        &self,
        actor: &Actor,
        title: &str,
        customer: RecordId,
        assignee: &Actor,
    ) -> Result<RecordId> {
        let (customer, assignee, phase) = (
            customer.to_string(),
            assignee.user.to_string(),
            self.phase(actor).await?,
        );
        let values = [
            ("title", title),
            ("customer", &customer),
            ("assigned_to", &assignee),
            ("currency", "EUR"),
            ("phase", &phase),
        ];
        Ok(self.create(actor, RecordKind::Deal, &values).await?)
    }

    /// An invoice of 100, and 121 with tax; a draft unless something else is said.
    pub async fn invoice(
        &self,
        actor: &Actor,
        number: &str,
        customer: RecordId,
        more: &[(&str, &str)],
    ) -> Result<RecordId, AppError> {
        let customer = customer.to_string();
        let mut values = BTreeMap::from([
            ("number", number),
            ("customer", &customer),
            ("date", "2026-01-31"),
            ("total_excl", "100"),
            ("total_incl", "121"),
            ("currency", "EUR"),
            ("status", "draft"),
        ]);
        values.extend(more.iter().copied());
        let values: Vec<_> = values.into_iter().collect();
        self.create(actor, RecordKind::Invoice, &values).await
    }

    /// Does every job that waits in the queue, as a worker of the server does.
    pub async fn work(&self) -> Result<()> {
        let pool = self.database.queue().await?;
        let options = WorkerOptions::default()
            .pg_pool(pool.clone())
            .concurrency(1)
            .listen_os_shutdown_signals(false)
            .add_extension(self.app.clone());
        let worker = (document::PAGES.jobs)(options).init().await?;
        worker.run_once().await?;
        pool.close().await;
        Ok(())
    }

    /// The bare answer to a request, as it begins.
    pub async fn respond(&self, request: Request<Body>) -> Result<axum::response::Response> {
        Ok(self.router.clone().oneshot(request).await?)
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser<'_> {
        Browser {
            app: self,
            cookie: None,
            language: "en".into(),
            headers: HeaderMap::new(),
        }
    }

    /// A browser in which this person has signed in by the form.
    pub async fn browser_of(&self, actor: &Actor) -> Result<Browser<'_>> {
        let mut browser = self.browser();
        let answer = browser
            .submit(
                "/login",
                "/api/sign_in",
                &[("email", &actor.email), ("password", PASSWORD)],
            )
            .await?;
        ensure!(
            answer.location() == Some("/"),
            "{} signs in: {:?} {}",
            actor.email,
            answer.status,
            answer.body
        );
        Ok(browser)
    }

    /// The mails that were written as files, waiting for the first.
    pub async fn mails(&self) -> Result<Vec<String>> {
        let folder = self.folder.path().join("mails");
        eventually(async || {
            let mut mails = Vec::new();
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "eml") {
                    mails.push(std::fs::read_to_string(path)?);
                }
            }
            ensure!(!mails.is_empty(), "no mail was written");
            Ok(mails)
        })
        .await
    }
}

/// Tries again until it is so, for ten seconds at most.
pub async fn eventually<T>(mut check: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    let mut pause = tokio::time::interval(std::time::Duration::from_millis(20));
    loop {
        pause.tick().await;
        match check().await {
            Ok(done) => return Ok(done),
            Err(error) if tokio::time::Instant::now() > deadline => return Err(error),
            Err(_) => {}
        }
    }
}

/// What a browser is, as far as the server can tell: a cookie, a language, an origin.
pub struct Browser<'a> {
    app: &'a TestApp,
    pub cookie: Option<String>,
    pub language: String,
    /// Sent with every request.
    pub headers: HeaderMap,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }

    /// What a server function said was wrong.
    pub fn error(&self) -> Result<AppError> {
        ensure!(
            !self.status.is_success(),
            "the call succeeded: {}",
            self.body
        );
        serde_json::from_str(&self.body).with_context(|| format!("not an error: {}", self.body))
    }
}

impl<'a> Browser<'a> {
    /// The same browser, sending its requests to another server.
    pub fn at<'b>(&self, app: &'b TestApp) -> Browser<'b> {
        Browser {
            app,
            cookie: self.cookie.clone(),
            language: self.language.clone(),
            headers: self.headers.clone(),
        }
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Result<Answer> {
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(header::ACCEPT_LANGUAGE, self.language.parse()?);
        if let Some(cookie) = &self.cookie {
            headers.insert(header::COOKIE, cookie.parse()?);
        }
        let response = self.app.router.clone().oneshot(request).await?;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.cookie = cookie.to_str()?.split(';').next().map(ToOwned::to_owned);
        }
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
        // Leptos' marks between views: a reader does not see them.
        let body = body.replace("<!>", "").replace("<!--<() />-->", "");
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(
            Request::get(path)
                .header(header::ACCEPT, "text/html")
                .body(Body::empty())?,
        )
        .await
    }

    /// A file as it is fetched.
    pub async fn bytes(&mut self, path: &str) -> Result<(StatusCode, Vec<u8>)> {
        let mut request = Request::get(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::empty())?;
        let response = self.app.router.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        Ok((parts.status, body.collect().await?.to_bytes().to_vec()))
    }

    fn post(path: &str, body: &str) -> http::request::Builder {
        Request::post(path)
            .header(header::CONTENT_LENGTH, body.len())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
    }

    fn body(values: &[(&str, &str)]) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(values)
            .finish()
    }

    /// Sends a form as a browser without scripts does, from a page; does not follow the redirect.
    pub async fn submit(
        &mut self,
        page: &str,
        path: &str,
        values: &[(&str, &str)],
    ) -> Result<Answer> {
        let body = Self::body(values);
        let request = Self::post(path, &body)
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(
                header::REFERER,
                format!("{}{page}", self.app.config.base_url),
            );
        self.send(request.body(Body::from(body))?).await
    }

    /// Sends a form with a file in it, as any browser does; does not follow the redirect.
    pub async fn send_file(
        &mut self,
        path: &str,
        values: &[(&str, &str)],
        file_name: &str,
        bytes: &[u8],
    ) -> Result<Answer> {
        const BOUNDARY: &str = "----a-boundary-that-is-in-no-file";
        let mut body = Vec::new();
        for (name, value) in values {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(path)
            .header(header::CONTENT_LENGTH, body.len())
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "text/html,application/xhtml+xml");
        self.send(request.body(Body::from(body))?).await
    }

    /// Calls a server function as the browser side does.
    pub async fn call(&mut self, path: &str, values: &[(&str, &str)]) -> Result<Answer> {
        let body = Self::body(values);
        let request = Self::post(path, &body).header(header::ACCEPT, "application/json");
        self.send(request.body(Body::from(body))?).await
    }
}
