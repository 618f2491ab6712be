//! What everything agrees on: ids, languages, users and rights, record kinds, fields, values, errors.
//! Pure: no input or output, no clock, compiled for the server and for the browser alike.

pub mod access;
pub mod activity;
pub mod audit;
pub mod bin;
pub mod board;
pub mod bulk;
pub mod catalogue;
pub mod conflict;
pub mod errors;
pub mod forms;
pub mod hand_over;
pub mod ids;
pub mod invoices;
pub mod kinds;
pub mod language;
pub mod links;
pub mod lists;
pub mod next_steps;
pub mod notes;
pub mod notifications;
pub mod pipeline;
pub mod plan;
pub mod problems;
pub mod records;
pub mod responsibility;
pub mod search;
pub mod segments;
pub mod statistics;
pub mod tickets;
pub mod users;
pub mod values;
pub mod working_hours;

pub use conflict::Conflict;
pub use errors::AppError;
pub use ids::{
    AccountId, BulkActId, FieldId, ImportId, InvitationId, MailboxId, OperatorId, RecordId,
    SegmentId, SessionId, TeamId, UserId,
};
pub use kinds::RecordKind;
pub use language::{Language, Text};
pub use problems::{Problem, Problems};
pub use responsibility::{Duty, Role};
pub use users::{Actor, Me, Operator};
pub use values::Value;
