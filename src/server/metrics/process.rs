//! What the process uses, read from /proc when somebody looks. Where there is none, nothing is told.

use std::{
    fmt, fs,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};
use rustix::time::{ClockId, clock_gettime};

#[derive(Debug)]
pub(super) struct Process {
    /// Seconds since 1970.
    started: f64,
}

impl Process {
    pub(super) fn started() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: since.unwrap_or_default().as_secs_f64(),
        }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut gauge = |name: &str, help: &str, value: f64| {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(metric)
        };
        let help = "When this server started, in seconds since 1970";
        gauge("process_start_time_seconds", help, self.started)?;
        if let Some(bytes) = resident_bytes() {
            gauge("process_resident_memory_bytes", "Memory in use", bytes)?;
        }
        if let Some(files) = open_files() {
            gauge("process_open_fds", "Open files and connections", files)?;
        }
        let spent = clock_gettime(ClockId::ProcessCPUTime);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a clock of centuries is not exact"
        )]
        let spent = spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9;
        let help = "Time on processors";
        let metric =
            encoder.encode_descriptor("process_cpu_seconds", help, None, MetricType::Counter)?;
        ConstCounter::new(spent).encode(metric)
    }
}

/// `VmRSS:      12345 kB`
fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

fn open_files() -> Option<f64> {
    let open = fs::read_dir("/proc/self/fd").ok()?.count();
    Some(f64::from(u32::try_from(open).ok()?))
}
