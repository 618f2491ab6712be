//! A connection that ends by itself when the other side is silent for too long, or sends more than it was to.
//! With TLS or without.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};
use tokio_rustls::client::TlsStream;

use super::ANSWER;

pub(super) enum Inner {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection that ends by itself when the other side is silent, or sends more than it was to.
pub struct Stream {
    pub(super) inner: Inner,
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
    pub(super) fn new(stream: TcpStream) -> Self {
        Self::over(Inner::Plain(stream))
    }

    pub(super) fn over(inner: Inner) -> Self {
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
    use anyhow::Result;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
        time::timeout,
    };

    use super::*;

    /// Both ends of a connection; ours has little patience.
    async fn connected() -> Result<(Stream, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let ours = TcpStream::connect(listener.local_addr()?).await?;
        let (theirs, _) = listener.accept().await?;
        let mut ours = Stream::new(ours);
        ours.patience = Some(Duration::from_millis(50));
        ours.heard();
        Ok((ours, theirs))
    }

    #[tokio::test]
    async fn a_server_that_is_silent_for_too_long_is_left() -> Result<()> {
        let (mut ours, mut theirs) = connected().await?;
        theirs.write_all(b"hello").await?;
        let mut buffer = [0; 5];
        ours.read_exact(&mut buffer).await?;
        let error = ours.read(&mut buffer).await.err();
        assert_eq!(
            error.map(|error| error.kind()),
            Some(io::ErrorKind::TimedOut)
        );
        Ok(())
    }

    #[tokio::test]
    async fn who_is_patient_waits_for_as_long_as_it_takes() -> Result<()> {
        let (mut ours, mut theirs) = connected().await?;
        ours.be_patient();
        let mut buffer = [0; 4];
        // More than its patience was; it ends by our own doing alone.
        let waited = timeout(Duration::from_millis(120), ours.read_exact(&mut buffer)).await;
        assert!(waited.is_err(), "{waited:?}");
        theirs.write_all(b"late").await?;
        ours.read_exact(&mut buffer).await?;
        Ok(())
    }

    #[tokio::test]
    async fn a_server_that_sends_more_than_it_was_to_is_left() -> Result<()> {
        let (mut ours, mut theirs) = connected().await?;
        ours.expect(10);
        theirs.write_all(&[b'x'; 100]).await?;
        let mut all = Vec::new();
        let error = ours.read_to_end(&mut all).await.err();
        assert_eq!(error.map(|error| error.kind()), Some(io::ErrorKind::Other));
        Ok(())
    }
}
