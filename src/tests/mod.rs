//! What the outside sees, tested against a real Postgres and the whole server: each test has a database of
//! its own. Run by `bin/test`, which provides the Postgres.

mod access;
mod bad_input;
mod bin;
mod borders;
mod bulk;
mod conflict;
mod contacts;
mod custom_fields;
mod customers;
mod hand_over;
mod http;
mod import;
mod invitations;
mod invoices;
mod leaks;
mod lists;
mod losses;
mod mails;
mod metrics;
mod next_steps;
mod notes;
mod notification_choices;
mod notifications;
mod operators;
mod outage;
mod pipeline;
mod plans;
mod records;
mod responsible;
mod search;
mod second_factor;
mod segments;
mod sign_in;
pub mod support;
mod teams;
mod users;
