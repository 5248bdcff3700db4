//! A headless Chromium, driven by the protocol of its developer tools over a pipe.
//!
//! The protocol is a JSON object and a NUL each way, so it needs no library: the crates that speak it
//! bring a client of web sockets and thousands of generated types, and those that drive a browser from
//! outside need a second program and do not hear what the page says to its console. Over a pipe there is no port to be found
//! or taken either, and a browser whose test is gone reads the end of its pipe and goes too.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the browser may take over a call, and to start and stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser of its own, which is stopped with the test, whatever becomes of it.
pub(crate) struct Browser {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What the browser said without being asked, oldest first.
    events: VecDeque<Value>,
    last_id: u64,
    folder: PathBuf,
}

/// The program to run: the one that is named, the one that the script of the console installs, or one
/// of the machine.
fn program() -> Option<OsString> {
    if let Some(named) = std::env::var_os("OCTANE_CHROMIUM").filter(|it| !it.is_empty()) {
        return Some(named);
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let installed = target.join("browser/chromium").into_os_string();
    let known = ["chromium", "chromium-browser", "google-chrome"].map(OsString::from);
    let runs = |program: &OsString| Command::new(program).arg("--version").output().is_ok();
    std::iter::once(installed).chain(known).find(runs)
}

impl Browser {
    /// Starts a browser, or says loudly that there is none.
    ///
    /// The message goes past the capture of `cargo test`. One that is named and does not start fails
    /// the test, so whoever wants no test to be skipped sets `OCTANE_CHROMIUM`.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = program() else {
            let missing = "no Chromium; run mock-server/console/install-browser.sh, or set OCTANE_CHROMIUM to its path";
            let mut stderr = std::io::stderr();
            stderr.write_all(format!("\nskipped: {missing}\n").as_bytes()).unwrap();
            return None;
        };
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("browser-{}-{number}", std::process::id()));
        // The browser reads and writes the protocol on the descriptors 3 and 4. A shell puts them
        // there and becomes the browser.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#])
            .arg(&program)
            .args(["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu"])
            // It sees this repository's own page and nothing else; as root, and in containers, its
            // sandbox does not start.
            .args(["--no-sandbox", "--disable-dev-shm-usage"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--disable-quic", "--no-proxy-server", "--hide-scrollbars", "--lang=en-AU"])
            .arg(format!("--user-data-dir={}", folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(output).split(0) {
                let Ok(message) = message else { return };
                let message = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let events = VecDeque::new();
        let mut browser = Self { child, input, messages, events, last_id: 0, folder };
        if let Err(error) = browser.try_call(None, "Browser.getVersion", &json!({})) {
            panic!("`{}` is no Chromium that runs here: {error}", program.display());
        }
        Some(browser)
    }

    /// Calls a method of the protocol in a session, or of the browser itself.
    #[track_caller]
    pub(crate) fn call(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Value {
        match self.try_call(session, method, parameters) {
            Ok(result) => result,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// The same, with the browser's error if it has one.
    pub(crate) fn try_call(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value, String> {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let input = self.input.as_mut().expect("open until the browser is dropped");
        let sent =
            input.write_all(message.to_string().as_bytes()).and_then(|()| input.write_all(&[0]));
        sent.map_err(|error| format!("the browser is gone: {error}"))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut message = self.next(deadline).map_err(|error| error.to_string())?;
            if message["id"] != self.last_id {
                self.events.push_back(message);
            } else if message["error"].is_null() {
                return Ok(message["result"].take());
            } else {
                return Err(message["error"].to_string());
            }
        }
    }

    /// What the browser has said without being asked since this was last called.
    pub(crate) fn take_events(&mut self) -> Vec<Value> {
        self.events.extend(self.messages.try_iter());
        self.events.drain(..).collect()
    }

    fn next(&self, deadline: Instant) -> Result<Value, RecvTimeoutError> {
        self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // With its pipe closed the browser ends by itself, and its other end is closed when it has.
        self.input = None;
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.next(deadline).is_ok() {}
        // It may have ended, and there is nobody left to tell if its folder stays.
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
