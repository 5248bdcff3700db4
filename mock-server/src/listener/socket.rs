//! A TCP connection that can be cut or reset where an answer is to break, and that gives up on a
//! client who takes nothing.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// What is to become of a connection. Shared by its socket and whoever breaks it.
#[derive(Debug, Default)]
pub(super) struct Line(AtomicU8);

const OPEN: u8 = 0;
const CUT: u8 = 1;
const RESET: u8 = 2;

impl Line {
    /// Ends the connection once what was written has been handed to the system.
    pub(super) fn cut(&self) {
        self.0.store(CUT, Ordering::Release);
    }

    /// Lets the connection end with an RST and not with a FIN.
    pub(super) fn reset(&self) {
        self.0.store(RESET, Ordering::Release);
    }

    fn is(&self, state: u8) -> bool {
        self.0.load(Ordering::Acquire) == state
    }
}

/// The connection itself.
pub(super) struct Socket {
    stream: TcpStream,
    line: Arc<Line>,
    stall_time: Duration,
    /// When a write that waits for the client is given up. Made with the first one that waits.
    stall: Option<Pin<Box<Sleep>>>,
    is_stalled: bool,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, line: Arc<Line>, stall_time: Duration) -> Self {
        debug_assert!(line.is(OPEN));
        Self { stream, line, stall_time, stall: None, is_stalled: false }
    }

    /// A write that waits, within the limit; one that does not starts the limit anew.
    fn within_limit<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        if written.is_ready() {
            self.is_stalled = false;
            return written;
        }
        let deadline = Instant::now() + self.stall_time;
        let is_first = !std::mem::replace(&mut self.is_stalled, true);
        let stall = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if is_first {
            stall.as_mut().reset(deadline);
        }
        match stall.as_mut().poll(context) {
            Poll::Ready(()) => {
                let message = "the client takes nothing of its answer";
                Poll::Ready(Err(Error::new(ErrorKind::TimedOut, message)))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.line.is(RESET)
            && let Err(error) = self.stream.set_zero_linger()
        {
            tracing::warn!(%error, "the connection is closed and not reset");
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within_limit(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.within_limit(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes once it has written all it has. So this is the moment to end a connection that
    /// was cut, and not sooner: what precedes the cut would be lost with hyper's buffer.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        match flushed {
            Poll::Ready(Ok(())) if self.line.is(CUT) => {
                Poll::Ready(Err(ErrorKind::ConnectionAborted.into()))
            }
            Poll::Ready(_) | Poll::Pending => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
