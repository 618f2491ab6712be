//! Connections to servers that somebody has typed the name of: to the very address that was checked, with TLS for the name that was
//! typed, and never for longer, or for more bytes, than was meant. A hosted server must not look around in its own network for anybody.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use anyhow::Context as _;
use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, TlsParameters};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, lookup_host},
    time::{Instant, Sleep, sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, CertificateError, ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use super::config::Config;

/// Until a server has taken a connection, whatever its number of addresses.
const CONNECT: Duration = Duration::from_secs(10);
/// Until it has sent or taken another byte.
const ANSWER: Duration = Duration::from_secs(30);

/// Why there is no connection, or no trust in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undialled {
    HostUnknown,
    /// An address of this machine or of its network.
    Forbidden,
    Refused,
    TimedOut,
    Unreachable,
    /// Nobody whom we trust has signed the certificate.
    Untrusted,
    /// The certificate is for another name.
    WrongName,
    /// The certificate is not valid any more, or not yet.
    Expired,
    /// They do not speak TLS, or not ours.
    NoTls,
}

/// Connects; each server has one.
#[derive(Clone)]
pub struct Dialler {
    /// Whether addresses of this machine and its network are allowed.
    private: bool,
    authorities: Arc<[CertificateDer<'static>]>,
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Dialler {
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let authorities = match &config.mailbox_ca {
            None => Vec::new(),
            Some(file) => {
                let read = CertificateDer::pem_file_iter(file)
                    .and_then(|found| found.collect::<Result<Vec<_>, _>>());
                read.with_context(|| {
                    format!(
                        "STEWARD_MAILBOX_CA: no certificates could be read from {}",
                        file.display()
                    )
                })?
            }
        };
        Ok(Self {
            private: config.mailbox_private,
            authorities: authorities.into(),
            tls: Arc::default(),
        })
    }

    /// Connects without TLS. `local_only`: to this machine alone, since what is sent can be read on its way.
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
        local_only: bool,
    ) -> Result<Stream, Undialled> {
        let connecting = async {
            let mut last = Undialled::HostUnknown;
            for address in self.addresses(host, port, local_only).await? {
                match TcpStream::connect(address).await {
                    Ok(stream) => return Ok(Stream::new(stream)),
                    Err(error) => last = Undialled::of(&error),
                }
            }
            Err(last)
        };
        timeout(CONNECT, connecting)
            .await
            .unwrap_or(Err(Undialled::TimedOut))
    }

    /// Those of a host's addresses to which one may connect.
    async fn addresses(
        &self,
        host: &str,
        port: u16,
        local_only: bool,
    ) -> Result<Vec<SocketAddr>, Undialled> {
        let found: Vec<SocketAddr> = lookup_host((host, port))
            .await
            .map_err(|_| Undialled::HostUnknown)?
            .collect();
        if found.is_empty() {
            return Err(Undialled::HostUnknown);
        }
        let allowed = |address: &SocketAddr| {
            let ip = address.ip().to_canonical();
            (self.private || is_public(ip)) && (!local_only || ip.is_loopback())
        };
        let allowed: Vec<SocketAddr> = found.into_iter().filter(allowed).collect();
        if allowed.is_empty() {
            Err(Undialled::Forbidden)
        } else {
            Ok(allowed)
        }
    }

    /// Makes a connection one with TLS, for the name that was typed.
    pub async fn secure(&self, stream: Stream, host: &str) -> Result<Stream, Undialled> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Undialled::WrongName)?;
        let Inner::Plain(plain) = stream.inner else {
            return Err(Undialled::NoTls);
        };
        let connector = TlsConnector::from(self.tls());
        let shaken = timeout(ANSWER, connector.connect(name, plain))
            .await
            .map_err(|_| Undialled::TimedOut)?;
        let secured = shaken.map_err(|error| Undialled::of(&error))?;
        Ok(Stream::over(Inner::Tls(Box::new(secured))))
    }

    fn tls(&self) -> Arc<ClientConfig> {
        let build = || {
            let mut roots = RootCertStore::empty();
            // What of the system's cannot be read is trusted by nobody.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            roots.add_parsable_certificates(self.authorities.iter().cloned());
            let provider = Arc::new(ring::default_provider());
            let builder =
                ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            // The provider has the versions that it comes with.
            #[expect(clippy::expect_used)]
            let builder = builder.expect("ring has TLS 1.2 and 1.3");
            Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
        };
        self.tls.get_or_init(build).clone()
    }

    /// The same trust, for a connection that lettre makes one with TLS.
    pub fn parameters(&self, host: &str) -> Result<TlsParameters, Undialled> {
        let add = |builder: lettre::transport::smtp::client::TlsParametersBuilder,
                   der: &CertificateDer<'_>| {
            let certificate =
                Certificate::from_der(der.to_vec()).map_err(|_| Undialled::Untrusted)?;
            Ok(builder.add_root_certificate(certificate))
        };
        let builder = self
            .authorities
            .iter()
            .try_fold(TlsParameters::builder(host.to_owned()), add)?;
        builder.build_rustls().map_err(|_| Undialled::NoTls)
    }
}

impl Undialled {
    /// What an error of a connection means, however deep it says so.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        Self::found_in(error).unwrap_or(Self::Unreachable)
    }

    /// The same, where it is one of a connection at all.
    pub fn found_in(error: &(dyn Error + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(Self::of_tls(error));
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if let Some(inner) = error.get_ref()
                && let Some(found) = Self::found_in(inner)
            {
                return Some(found);
            }
            return Some(match error.kind() {
                io::ErrorKind::ConnectionRefused => Self::Refused,
                io::ErrorKind::TimedOut => Self::TimedOut,
                _ => Self::Unreachable,
            });
        }
        error.source().and_then(Self::found_in)
    }

    fn of_tls(error: &rustls::Error) -> Self {
        let rustls::Error::InvalidCertificate(certificate) = error else {
            return Self::NoTls;
        };
        match certificate {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::Expired,
            _ => Self::Untrusted,
        }
    }
}

/// Whether an address lies in the public network, and so is nobody's own.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && b & 0b1100_0000 == 64;
    let protocol = (a, b, c) == (192, 0, 0);
    let benchmark = a == 198 && b & 0b1111_1110 == 18;
    !(a == 0
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || shared
        || protocol
        || benchmark
        || ip.is_documentation()
        // Multicast, and what was never given to anybody.
        || a >= 224)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // Translated into the fourth version.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] => {
            is_public_v4(v4(high, low))
        }
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Documentation, and tunnels that end anywhere.
        [0x2001, 0xdb8 | 0, ..] => false,
        // All that has been given to anybody: not fc00::/7, fe80::/10, ff00::/8 and the rest.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

enum Inner {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection that ends by itself when the other side is silent, or sends more than it was to.
pub struct Stream {
    inner: Inner,
    /// So many bytes more may come.
    left: usize,
    /// How long the other side may be silent; none: as long as it likes.
    patience: Option<Duration>,
    silent: Pin<Box<Sleep>>,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl Stream {
    fn new(stream: TcpStream) -> Self {
        Self::over(Inner::Plain(stream))
    }

    fn over(inner: Inner) -> Self {
        Self {
            inner,
            left: 1024 * 1024,
            patience: Some(ANSWER),
            silent: Box::pin(sleep(ANSWER)),
        }
    }

    /// So many bytes may come from now on, with no silence that is too long.
    pub fn expect(&mut self, bytes: usize) {
        self.left = bytes;
        self.patience = Some(ANSWER);
        self.heard();
    }

    /// The other side may be silent for as long as it likes.
    pub fn be_patient(&mut self) {
        self.patience = None;
    }

    fn heard(&mut self) {
        if let Some(patience) = self.patience {
            self.silent.as_mut().reset(Instant::now() + patience);
        }
    }

    /// Pending until the other side has been silent for too long.
    fn silence(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if self.patience.is_none() {
            return Poll::Pending;
        }
        ready!(self.silent.as_mut().poll(context));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }

    /// What a step of reading or writing came to.
    fn step<T>(
        &mut self,
        context: &mut Context<'_>,
        stepped: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match stepped {
            Poll::Pending => self.silence(context).map(Err),
            done => {
                self.heard();
                done
            }
        }
    }

    fn inner(&mut self) -> Pin<&mut (dyn AsyncReadWrite + Send + Sync)> {
        match &mut self.inner {
            Inner::Plain(stream) => Pin::new(stream),
            Inner::Tls(stream) => Pin::new(stream.as_mut()),
        }
    }
}

trait AsyncReadWrite: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> AsyncReadWrite for T {}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 {
            return Poll::Ready(Err(io::Error::other("more than was to come")));
        }
        let before = buffer.filled().len();
        let read = self.inner().poll_read(context, buffer);
        let came = buffer.filled().len() - before;
        self.left = self.left.saturating_sub(came);
        self.step(context, read)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.inner().poll_write(context, bytes);
        self.step(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.inner().poll_flush(context);
        self.step(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = self.inner().poll_shutdown(context);
        self.step(context, shut)
    }
}

impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.inner {
            Inner::Plain(stream) => stream.peer_addr(),
            Inner::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_and_of_its_network_are_not_public() {
        for ip in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.1",
            "::1",
            "::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::7f00:1",
            "2001:db8::1",
        ] {
            let ip: IpAddr = ip.parse().expect("an address");
            assert!(!is_public(ip.to_canonical()), "{ip}");
        }
    }

    #[test]
    fn addresses_of_others_are_public() {
        for ip in [
            "1.1.1.1",
            "9.9.9.9",
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:9.9.9.9",
        ] {
            let ip: IpAddr = ip.parse().expect("an address");
            assert!(is_public(ip.to_canonical()), "{ip}");
        }
    }
}
