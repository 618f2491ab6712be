//! The sockets: handed over by systemd or opened here, and when to stop. A socket of systemd's outlives the program, so that
//! nobody is refused while another version starts.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// A socket on this address. `setting` is what to change where it is taken.
pub async fn on(address: SocketAddr, setting: &str) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: set {setting} to another address"))
}

/// The socket that systemd has opened for this program, where it has.
pub fn handed_over() -> Result<Option<TcpListener>> {
    let listener = ListenFd::from_env()
        .take_tcp_listener(0)
        .context("the socket that was handed over is no TCP socket that listens")?;
    listener
        .map(|listener| {
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        })
        .transpose()
        .context("the socket that was handed over cannot be used")
}

/// Tells systemd, where it has started this program; elsewhere nobody listens.
pub fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd could not be told");
    }
}

pub async fn told_to_stop() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: no new requests, those under way are finished");
    tell(NotifyState::Stopping);
}
