//! What one client may ask of the server, so that others keep being served.
//!
//! Said to users in the description of `openapi/mock-control.yaml`, under "Limits".

use std::time::Duration;

/// How large a request body may be. Said in the contract's `PayloadTooLarge`.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;

/// How large a request body may be where a contract that is not ours is served: it may take files.
pub(crate) const FOREIGN_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How much of a body that nobody wants is read and thrown away. A client that is still sending
/// when the connection closes may never see the answer; beyond this it is let down.
pub(crate) const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long a request body may take to come, from the end of the head.
pub(crate) const BODY_TIME_MAX: Duration = Duration::from_secs(30);

/// How large request line and headers may be together.
pub(crate) const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How many headers a request may have.
pub(crate) const HEADERS_MAX: usize = 100;

/// How long request line and headers may take to come, counted from when the connection was made or
/// the answer before was sent: so it bounds slow clients, half-open connections and idle ones.
pub(crate) const HEAD_TIME_MAX: Duration = Duration::from_secs(30);

/// How long a client may take no byte of an answer that waits for it.
pub(crate) const STALL_TIME_MAX: Duration = Duration::from_secs(30);

/// How many connections are served at a time; more wait to be accepted. Below what processes may
/// open by default (1,024 files on Linux), so that nothing else fails for it.
pub(crate) const CONNECTIONS_MAX: usize = 512;

/// How long a fault rule leaves a request without an answer that its client does not give up.
pub(crate) const HANG_TIME_MAX: Duration = Duration::from_secs(600);

/// How long requests may take to be finished once the server is asked to stop.
pub(crate) const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use octane_openapi::Contract;

    use super::*;

    #[test]
    fn the_contract_tells_users_these_limits() {
        let contract = Contract::mock_control().unwrap();
        let description = contract.document().at("/info/description").unwrap();
        let words: Vec<_> = description.as_str().unwrap().split_whitespace().collect();
        let text = words.join(" ");
        let (body, head) = (BODY_BYTES_MAX / 1024, HEAD_BYTES_MAX / 1024);
        let seconds = |time: Duration| format!("{} seconds", time.as_secs());
        for told in [
            format!("{CONNECTIONS_MAX} connections at a time"),
            format!("head has {head} KiB, {HEADERS_MAX} headers and {}", seconds(HEAD_TIME_MAX)),
            format!("body has {body} KiB and {}", seconds(BODY_TIME_MAX)),
            format!("takes nothing of for {}", seconds(STALL_TIME_MAX)),
            format!("finishes what it is doing within {}", seconds(DRAIN_TIME_MAX)),
        ] {
            assert!(text.contains(&told), "`{told}` in: {text}");
        }
        let hang = contract.document().at("/components/schemas/FaultEffect/description").unwrap();
        assert_eq!(HANG_TIME_MAX.as_secs(), 600);
        assert!(hang.as_str().unwrap().contains("at the most for ten minutes"));
    }
}
