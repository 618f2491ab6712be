//! Connections to servers that somebody has typed the name of: to the very address that was checked, with TLS for the name that was
//! typed, and never for longer, or for more bytes, than was meant. A hosted server must not look around in its own network for anybody.

mod public;
mod stream;

use std::{
    error::Error,
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::Context as _;
use lettre::transport::smtp::client::{Certificate, TlsParameters, TlsParametersBuilder};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        self, CertificateError, ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

pub use self::stream::Stream;
use self::{public::is_public, stream::Inner};
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
        let add = |builder: TlsParametersBuilder, der: &CertificateDer<'_>| {
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
