//! The server's own floor: configuration, database, sessions, http, mail. Knows no room.
//! Compiled with the feature `ssr` only.

pub mod actors;
pub mod audit;
pub mod backup;
pub mod config;
mod connections;
pub mod context;
pub mod database;
pub mod dial;
pub mod errors;
pub mod files;
pub mod http;
pub mod jobs;
mod listen;
pub mod live;
pub mod logs;
pub mod mail;
pub mod markdown;
pub mod metrics;
pub mod passwords;
pub mod run;
pub mod secrets;
pub mod session;
pub mod stale;
pub mod tasks;
pub mod time;
