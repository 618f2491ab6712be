//! Moments in a person's time zone. The browser has no table of time zones: it gets local times.
//! An unknown zone is treated as UTC; the settings accept no unknown ones.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use crate::model::Actor;

impl Actor {
    /// A moment as the person's clock shows it.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        local(&self.time_zone, at)
    }
}

pub fn local(time_zone: &str, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&time_zone.parse::<Tz>().unwrap_or(Tz::UTC))
        .naive_local()
}

/// Whether Steward knows a time zone by this IANA name.
pub fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// All time zones that can be chosen.
pub fn zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| name.contains('/') || *name == "UTC")
        .collect()
}
