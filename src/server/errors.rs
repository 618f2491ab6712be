//! From the errors of libraries to [`AppError`]: the details go to the log under a reference,
//! the browser gets the reference alone.

use http::StatusCode;

use crate::model::{AppError, Problem, Role};

impl AppError {
    /// Logs an unexpected error and keeps only its reference.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        let reference = uuid::Uuid::new_v4().simple().to_string()[..10].to_owned();
        tracing::error!(%reference, %error, "internal error");
        Self::Internal { reference }
    }

    /// Its name where it is counted.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::SignedOut => "signed_out",
            Self::Invalid(_) => "invalid",
            Self::Conflict(_) => "conflict",
            Self::TooMany { .. } => "too_many",
            Self::Unavailable => "unavailable",
            Self::Internal { .. } => "internal",
        }
    }

    /// The status of an answer that says so.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Constraints that a race can still reach after everything was checked; each is a field's message.
fn on_constraint(name: &str) -> Option<AppError> {
    let (field, problem) = match name {
        "companies_second_contact_differs" => (
            "second_sales_contact",
            Problem::AlreadyFirst(Role::SalesContact),
        ),
        "deals_second_contact_differs" => (
            "second_sales_contact",
            Problem::AlreadyFirst(Role::AssignedTo),
        ),
        "customer_is_there" => ("customer", Problem::CustomerIsGone),
        "invoices_booked_stays" => ("", Problem::BookedIsKept),
        "invoices_booked_status" => ("status", Problem::BookedForGood),
        "projects_need_a_manager" => ("managers", Problem::NeedsManager),
        "project_people" => ("collaborators", Problem::AlreadyManager),
        "projects_due_after_start" => ("due_date", Problem::DueBeforeStart),
        "invoices_due_after_date" => ("due_date", Problem::DueBeforeDate),
        "invoices_total_with_tax" => ("total_incl", Problem::LessWithTax),
        "mailboxes_address_key" => ("address", Problem::AddressTaken),
        "mailbox_connections_folder_key" => ("imap_user", Problem::FetchedAlready),
        "bulk_acts_one_at_a_time" => ("", Problem::AnotherUnderWay),
        "users_an_admin_remains" => ("", Problem::LastAdmin),
        other => (
            other.strip_prefix("invoices_booked_")?,
            Problem::BookedStays,
        ),
    };
    Some(AppError::field(field, problem))
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error;
        match &error {
            Error::RowNotFound => Self::NotFound,
            Error::Io(_)
            | Error::PoolTimedOut
            | Error::PoolClosed
            | Error::WorkerCrashed
            | Error::BeginFailed => {
                tracing::warn!(%error, "the database cannot be reached");
                Self::Unavailable
            }
            Error::Database(database) => {
                // 57P01 to 57P03: shut down, crashed, starting up. 57014: took too long. 53300: too many connections.
                let code = database.code().unwrap_or_default();
                if code.starts_with("57P0") || code == "53300" || code == "57014" {
                    tracing::warn!(%error, "the database is not available");
                    return Self::Unavailable;
                }
                database
                    .constraint()
                    .and_then(on_constraint)
                    .unwrap_or_else(|| Self::internal(&error))
            }
            _ => Self::internal(&error),
        }
    }
}
