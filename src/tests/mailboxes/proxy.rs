//! A way to a server that can be cut: after so many bytes, or altogether.
//! It stands between Steward and the mail server, which stays as it is.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use anyhow::Result;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
    running: JoinHandle<()>,
}

struct State {
    to: u16,
    /// The next connections are cut once so many bytes have come from the server; a number for each, the last one's for all others.
    cuts: std::sync::Mutex<Vec<usize>>,
    away: watch::Sender<bool>,
    connections: AtomicUsize,
    cut: AtomicBool,
}

impl Proxy {
    /// To a port of this machine. Each of the next connections is cut after so many bytes.
    pub async fn to(port: u16, cuts: &[usize]) -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let state = Arc::new(State {
            to: port,
            cuts: std::sync::Mutex::new(cuts.iter().rev().copied().collect()),
            away: watch::Sender::new(false),
            connections: AtomicUsize::new(0),
            cut: AtomicBool::new(false),
        });
        let (port, accepting) = (listener.local_addr()?.port(), state.clone());
        let running = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(State::carry(accepting.clone(), client));
            }
        });
        Ok(Self {
            port,
            state,
            running,
        })
    }

    /// Ends every connection, and takes none until told otherwise.
    pub fn go_away(&self) {
        self.state.away.send_replace(true);
    }

    pub fn come_back(&self) {
        self.state.away.send_replace(false);
    }

    /// Whether a connection was cut in its midst.
    pub fn has_cut(&self) -> bool {
        self.state.cut.load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl State {
    async fn carry(self: Arc<Self>, client: TcpStream) {
        let mut away = self.away.subscribe();
        if *away.borrow_and_update() {
            return;
        }
        self.connections.fetch_add(1, Ordering::SeqCst);
        let cut = self.cuts.lock().ok().and_then(|mut cuts| cuts.pop());
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.to)).await else {
            return;
        };
        tokio::select! {
            () = self.both_ways(client, server, cut) => {}
            _ = away.changed() => {}
        }
    }

    async fn both_ways(&self, client: TcpStream, server: TcpStream, cut: Option<usize>) {
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let there = async { drop(tokio::io::copy(&mut from_client, &mut to_server).await) };
        let back = async {
            let mut left = cut.unwrap_or(usize::MAX);
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = from_server.read(&mut buffer).await {
                let n = n.min(left);
                if to_client.write_all(&buffer[..n]).await.is_err() {
                    return;
                }
                left -= n;
                if left == 0 {
                    self.cut.store(true, Ordering::SeqCst);
                    return;
                }
            }
        };
        tokio::select! {
            () = there => {}
            () = back => {}
        }
    }
}

/// A way to an IMAP server on which it does not say that it can tell of new messages, and on which it is written down what it is asked.
pub struct Quiet {
    pub port: u16,
    asked: Arc<std::sync::Mutex<String>>,
    running: JoinHandle<()>,
}

impl Quiet {
    pub fn saw(&self, command: &str) -> bool {
        self.asked.lock().is_ok_and(|asked| asked.contains(command))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        self.running.abort();
    }
}

pub async fn without_idle(to: u16) -> Result<Quiet> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let port = listener.local_addr()?.port();
    let asked = Arc::<std::sync::Mutex<String>>::default();
    let log = asked.clone();
    let running = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(by_lines(client, to, log.clone()));
        }
    });
    Ok(Quiet {
        port,
        asked,
        running,
    })
}

async fn by_lines(
    client: TcpStream,
    to: u16,
    log: Arc<std::sync::Mutex<String>>,
) -> std::io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).await?;
    let (from_client, mut to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let there = async {
        let mut lines = BufReader::new(from_client).lines();
        while let Some(line) = lines.next_line().await? {
            if let Ok(mut log) = log.lock() {
                log.push_str(&line);
                log.push('\n');
            }
            to_server
                .write_all(format!("{line}\r\n").as_bytes())
                .await?;
        }
        Ok(())
    };
    let back = async {
        let mut lines = BufReader::new(from_server).lines();
        while let Some(line) = lines.next_line().await? {
            let line = if line.contains("CAPABILITY") {
                line.replace(" IDLE", "")
            } else {
                line
            };
            to_client
                .write_all(format!("{line}\r\n").as_bytes())
                .await?;
        }
        Ok(())
    };
    tokio::select! {
        done = there => done,
        done = back => done,
    }
}
