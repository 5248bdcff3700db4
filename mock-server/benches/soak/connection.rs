//! A client with one connection that looks closely at how an answer ends.

use std::io::{self, ErrorKind};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// `harbour:harbour-test-secret`.
const HARBOUR: &str = "Basic aGFyYm91cjpoYXJib3VyLXRlc3Qtc2VjcmV0";

/// How an exchange ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// With a whole answer.
    Answered { status: u16, body: Value },
    /// The connection ended after so many bytes of the body, of which more were promised.
    Cut { received: usize },
    /// The connection was reset before a byte came.
    Reset,
    /// Nothing came in time.
    Silent,
}

/// A connection that is made anew when it was broken.
pub(crate) struct Connection {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    pub(crate) fn to(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None }
    }

    /// Makes a request and waits so long for its end.
    pub(crate) async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        patience: Duration,
    ) -> io::Result<Ended> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: {HARBOUR}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let ended = tokio::time::timeout(patience, async {
            stream.write_all(request.as_bytes()).await?;
            answer(&mut stream).await
        });
        let ended = match ended.await {
            Ok(ended) => ended?,
            Err(_) => Ended::Silent,
        };
        if let Ended::Answered { .. } = ended {
            self.stream = Some(stream);
        }
        Ok(ended)
    }
}

async fn answer(stream: &mut BufReader<TcpStream>) -> io::Result<Ended> {
    let mut line = String::new();
    match stream.read_line(&mut line).await {
        Ok(0) => return Err(io::Error::new(ErrorKind::UnexpectedEof, "closed without an answer")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(Ended::Reset),
        Err(error) => return Err(error),
    }
    let malformed = || io::Error::new(ErrorKind::InvalidData, "the answer is no HTTP");
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok()).ok_or_else(malformed)?;
    let mut length = None;
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let mut body = vec![0; length.ok_or_else(malformed)?];
    let mut received = 0;
    while received < body.len() {
        match stream.read(&mut body[received..]).await? {
            0 => return Ok(Ended::Cut { received }),
            more => received += more,
        }
    }
    let body = serde_json::from_slice(&body).map_err(|_| malformed())?;
    Ok(Ended::Answered { status, body })
}
