//! A target that speaks TLS: whose certificate is trusted, and what is said where none is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use octane_contract_tests::Target;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::verify::RequestLog;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::program::{run, scratch};
use crate::support::{Loopback, verified};

fn certificates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates")
}

fn authority() -> String {
    certificates().join("authority.pem").display().to_string()
}

/// The mock behind a server that speaks TLS as `localhost`.
struct Secure {
    _mock: Loopback,
    port: u16,
}

impl Secure {
    fn start() -> Self {
        let mock = Loopback::start();
        let chain = CertificateDer::pem_file_iter(certificates().join("localhost.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(certificates().join("localhost.key.pem")).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain.map(Result::unwrap).collect(), key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = mock.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = mock.target.base_url().strip_prefix("http://").unwrap().to_owned();
        mock.runtime.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(async move {
                    // A client that does not trust us goes away.
                    let Ok(mut outside) = acceptor.accept(stream).await else { return };
                    let mut inside = TcpStream::connect(behind).await.unwrap();
                    copy_bidirectional(&mut outside, &mut inside).await.ok();
                });
            }
        });
        Self { _mock: mock, port }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }
}

#[test]
fn a_target_is_verified_whose_certificate_the_given_authority_signed() {
    let secure = Secure::start();
    let url = secure.url("localhost");
    let verify = ["verify", "--base-url", &url, "--profile", "smoke"];
    let ended = run(&[&verify[..], &["--ca-certificate", &authority()]].concat(), &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with(&url), "{ended:?}");
    assert!(ended.stdout.ends_with("The contract is kept.\n"), "{ended:?}");

    let ended = run(&verify, &[("OCTANE_CA_CERTIFICATE", &authority())]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_target_whose_certificate_nobody_vouches_for_is_not_talked_to() {
    let secure = Secure::start();
    let ledger = scratch("untrusted-ledger.jsonl");
    std::fs::write(&ledger, "").unwrap();
    let url = secure.url("localhost");
    for command in [&["verify"][..], &["cleanup", ledger.to_str().unwrap()]] {
        let ended = run(&[command, &["--base-url", &url]].concat(), &[]);
        assert_eq!(ended.code, Some(3), "{ended:?}");
        assert_eq!(ended.stdout, "");
        let expected = "octane-contract: failed to trust the target's certificate, which no \
                        authority known here has signed; if the authority is your own, pass its \
                        certificate with --ca-certificate: error sending request for url";
        assert!(ended.stderr.starts_with(expected), "{}", ended.stderr);
    }
}

#[test]
fn a_certificate_of_another_host_is_refused_as_such() {
    let secure = Secure::start();
    let url = secure.url("127.0.0.1");
    let ended = run(&["verify", "--base-url", &url, "--ca-certificate", &authority()], &[]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let expected = "failed to trust the target's certificate; it must be a server's, of this day, \
                    for the host in the base URL";
    assert!(ended.stderr.contains(expected), "{}", ended.stderr);
}

#[track_caller]
fn check_refused(file: &Path, expected: &str) {
    let path = file.to_str().unwrap();
    let arguments = ["verify", "--base-url", "https://localhost:1", "--ca-certificate", path];
    let ended = run(&arguments, &[]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let expected = format!("octane-contract: failed to {}", expected.replace("FILE", path));
    assert!(ended.stderr.starts_with(&expected), "{}\n{expected}", ended.stderr);
}

#[test]
fn a_file_that_holds_no_authority_is_refused_with_its_name() {
    check_refused(&scratch("absent.pem"), "read the certificates in `FILE`: ");
    let none = "use `FILE`: there is no certificate in it; give the authority's, as PEM, from \
                `-----BEGIN CERTIFICATE-----` on\n";
    check_refused(&certificates().join("localhost.key.pem"), none);
    let spoilt = scratch("spoilt.pem");
    let malformed = "use the certificates in `FILE`; each must be PEM, from \
                     `-----BEGIN CERTIFICATE-----` on: ";
    for text in ["not base64!", "AAAA"] {
        let text = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        std::fs::write(&spoilt, text).unwrap();
        check_refused(&spoilt, malformed);
    }
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!("http://{}", elsewhere.local_addr().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let target = Target::url(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    runtime.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let answer = format!(
                "HTTP/1.1 301 Moved Permanently\r\nlocation: {location}\r\n\
                 content-length: 0\r\nconnection: close\r\n\r\n"
            );
            let mut request = [0; 65_536];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            count.fetch_add(1, Ordering::SeqCst);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let report = verified(&target, &Profile::Smoke.effort(1), RequestLog::Off);
    let rules: Vec<&str> = report.findings.iter().map(|it| it.failure.rule.id()).collect();
    assert!(rules.contains(&"status-documented"), "{rules:?}");
    assert!(asked.load(Ordering::SeqCst) > 0);
    let error = elsewhere.accept().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "nobody went where it led");
}
