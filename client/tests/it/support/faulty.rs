//! A server that fails in every way there is, as its script says, one connection after the other.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::net::{TcpListener, TcpStream};

use super::wire::{self, End, Framing, Received};

/// What happens to one connection.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// It is reset before a byte of the request is read.
    ResetBeforeReading,
    /// It is reset once the request is read.
    ResetAfterReading,
    /// It is closed once the request is read, without a byte of an answer.
    CloseAfterReading,
    /// The answer breaks off in the middle of its head.
    CutHead,
    /// The answer breaks off in the middle of its body.
    CutBody(Framing),
    /// The request is read, and nothing ever comes.
    Hang,
    /// It is answered.
    Answer(String),
}

/// A running [`Act`] after [`Act`]. The last one is repeated.
pub(crate) struct Faulty {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<Mutex<usize>>,
}

impl Faulty {
    pub(crate) async fn new(script: impl Into<VecDeque<Act>>) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), script).await
    }

    pub(crate) async fn at(address: SocketAddr, script: impl Into<VecDeque<Act>>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
            connections: Arc::default(),
        };
        let (received, connections) =
            (Arc::clone(&server.received), Arc::clone(&server.connections));
        let mut script = script.into();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                *connections.lock().unwrap() += 1;
                let act =
                    if script.len() > 1 { script.pop_front() } else { script.front().cloned() };
                tokio::spawn(play(act.unwrap(), socket, Arc::clone(&received)));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests that were read to their end.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// How often the client has connected.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

async fn play(act: Act, mut socket: TcpStream, received: Arc<Mutex<Vec<Received>>>) {
    if matches!(act, Act::ResetBeforeReading) {
        return wire::send(socket, b"", End::Reset).await;
    }
    let Some(request) = wire::read(&mut socket, usize::MAX).await else { return };
    received.lock().unwrap().push(request);
    let body = super::order("Submitted", "2026-03-05T08:00:00Z").to_string();
    match act {
        Act::ResetBeforeReading | Act::ResetAfterReading => {
            wire::send(socket, b"", End::Reset).await;
        }
        Act::CloseAfterReading => wire::send(socket, b"", End::Close).await,
        Act::CutHead => wire::send(socket, b"HTTP/1.1 200 OK\r\ncontent-ty", End::Close).await,
        Act::CutBody(framing) => {
            let answer = wire::answer(200, &[], &body, framing);
            wire::send(socket, &answer.as_bytes()[..answer.len() - 40], End::Close).await;
        }
        Act::Hang => std::future::pending().await,
        Act::Answer(answer) => wire::send(socket, answer.as_bytes(), End::Close).await,
    }
}
