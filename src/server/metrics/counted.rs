//! What other parts of the server count where it happens: the database's waits, the mails. They are counted whether
//! anybody reads them or not.

use std::{fmt, time::Instant};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric},
    metrics::{
        MetricType, counter::Counter, family::Family, gauge::ConstGauge, gauge::Gauge,
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};
use sqlx::PgPool;

use crate::model::AppError;

/// Transactions from the wait for a connection until they have begun.
#[derive(Clone, Debug)]
pub struct Begun {
    seconds: Histogram,
    waiting: Gauge,
    refused: Counter,
}

impl Default for Begun {
    fn default() -> Self {
        Self {
            seconds: super::seconds(),
            waiting: Gauge::default(),
            refused: Counter::default(),
        }
    }
}

impl Begun {
    pub async fn watch<T>(
        &self,
        begin: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        let _waiting = Counting::one(&self.waiting);
        let began = Instant::now();
        let done = begin.await;
        self.seconds.observe(began.elapsed().as_secs_f64());
        if matches!(done, Err(AppError::Unavailable)) {
            self.refused.inc();
        }
        done
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "From the wait for a connection until its transaction has begun";
        let seconds = self.seconds.clone();
        registry.register_with_unit("database_begin", help, Unit::Seconds, seconds);
        let help = "Transactions that wait for a connection or for their beginning";
        registry.register("database_waiting", help, self.waiting.clone());
        let help = "Transactions that could not begin: no connection in time, or no database";
        registry.register("database_begin_failures", help, self.refused.clone());
    }
}

/// Counts one for as long as it lives, however that ends.
pub(super) struct Counting(Gauge);

impl Counting {
    pub(super) fn one(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Mails by what became of them.
#[derive(Clone, Debug, Default)]
pub struct Mails(Family<Outcome, Counter>);

impl Mails {
    pub fn count(&self, sent: bool) {
        let outcome = if sent { "sent" } else { "failed" };
        self.0.get_or_create(&Outcome { outcome }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Mails by what became of them";
        registry.register("mails", help, self.0.clone());
    }
}

/// The connections, as they are when somebody looks.
#[derive(Debug)]
pub(super) struct PoolState(pub PgPool);

impl Collector for PoolState {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let all = i64::from(self.0.size());
        let idle = i64::try_from(self.0.num_idle()).unwrap_or(i64::MAX);
        let most = i64::from(self.0.options().get_max_connections());
        for (name, help, value) in [
            ("database_connections", "Open connections", all),
            ("database_connections_idle", "Those that nobody uses", idle),
            ("database_connections_max", "How many there may be", most),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(metric)?;
        }
        Ok(())
    }
}
