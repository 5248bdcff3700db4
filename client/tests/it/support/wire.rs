//! HTTP/1.1 by hand, since a server that keeps to HTTP cannot break it.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: String,
}

/// Reads a request, but gives up after `limit` bytes. None if there was no whole request by then.
pub(crate) async fn read(socket: &mut TcpStream, limit: usize) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = parse(&bytes) {
            return Some(request);
        }
        let mut chunk = [0; 4096];
        let room = chunk.len().min(limit.saturating_sub(bytes.len()));
        match socket.read(&mut chunk[..room]).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Received> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
    });
    (body.len() == length.unwrap_or(0)).then(|| Received {
        method: words.next().unwrap().to_owned(),
        target: words.next().unwrap().to_owned(),
        body: body.to_owned(),
    })
}

/// How a server says where the body ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Framing {
    /// By its length.
    Length,
    /// In one chunk and the empty one.
    Chunks,
    /// By closing the connection.
    Close,
}

/// An answer as it goes over the wire. The connection is closed after it.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str, how: Framing) -> String {
    let mut text = format!("HTTP/1.1 {status} It\r\ncontent-type: application/json\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    let length = body.len();
    text += "connection: close\r\n";
    text += &match how {
        Framing::Length => format!("content-length: {length}\r\n\r\n{body}"),
        Framing::Chunks => {
            format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n")
        }
        Framing::Close => format!("\r\n{body}"),
    };
    text
}

/// How a connection ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// With everything sent, politely (FIN).
    Close,
    /// At once (RST).
    Reset,
}

/// Sends what there is to send and ends the connection.
pub(crate) async fn send(mut socket: TcpStream, bytes: &[u8], end: End) {
    // The client may have gone away, which is its business.
    if socket.write_all(bytes).await.is_ok() && matches!(end, End::Close) {
        socket.shutdown().await.ok();
        // Read on until the client closes too: closing with unread bytes would be a reset.
        let mut rest = [0; 4096];
        while matches!(socket.read(&mut rest).await, Ok(1..)) {}
    } else {
        socket.set_zero_linger().ok();
    }
}
