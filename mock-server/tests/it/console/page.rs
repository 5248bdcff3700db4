//! The console in a browser: a server, a browser and what a person does with eyes and hands.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use octane_mock_server::{Config, MockServer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::browser::Browser;
use crate::support::config;

/// How long to wait for something to be seen, in milliseconds.
const PATIENCE_MS: u32 = 20_000;

/// A mock server on a socket, until it is dropped.
pub(crate) struct Served {
    pub(crate) server: MockServer,
    pub(crate) address: SocketAddr,
    /// Dropped with all that runs in it.
    _runtime: Runtime,
}

impl Served {
    /// A server whose clock stands, on a free port.
    pub(crate) fn start() -> Self {
        Self::on(config(), "127.0.0.1:0".parse().unwrap())
    }

    pub(crate) fn on(config: Config, address: SocketAddr) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = MockServer::new(config).unwrap();
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(server.clone().serve(listener, std::future::pending()));
        Self { server, address, _runtime: runtime }
    }
}

/// A tab with the console in it.
pub(crate) struct Page {
    browser: Browser,
    session: String,
    origin: String,
    /// What the browser has told of the page.
    events: Vec<Value>,
}

impl Page {
    /// Opens the console at a place, 1280 by 800, in light colours; nothing where there is no browser.
    pub(crate) fn open(served: &Served, place: &str) -> Option<Self> {
        let mut browser = Browser::start()?;
        let target = browser.call(None, "Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call(None, "Target.attachToTarget", &attach)["sessionId"].clone();
        let session = session.as_str().unwrap().to_owned();
        let origin = format!("http://{}", served.address);
        let mut page = Self { browser, session, origin, events: Vec::new() };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        page.call("Emulation.setTimezoneOverride", &json!({"timezoneId": "Australia/Sydney"}));
        page.look(1280, 800, "light");
        page.go(place);
        Some(page)
    }

    /// Goes to a path of the server, and waits until the view has been read.
    #[track_caller]
    pub(crate) fn go(&mut self, path: &str) {
        let url = format!("{}{path}", self.origin);
        // By way of nowhere, so that the page is loaded again where only the part behind `#` differs.
        self.call("Page.navigate", &json!({"url": "about:blank"}));
        self.call("Page.navigate", &json!({"url": url}));
        self.settle();
    }

    /// Waits until the view that is open has been read.
    #[track_caller]
    pub(crate) fn settle(&mut self) {
        self.wait(
            "document.querySelector('main h1') && !document.querySelector('main[aria-busy]')",
        );
    }

    /// The size of the window, and `light` or `dark`. Nothing moves in it.
    pub(crate) fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.call("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// What an expression gives in the page, awaited.
    #[track_caller]
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        match self.try_evaluate(expression) {
            Ok(value) => value,
            Err(error) => panic!("{expression}\n{error}"),
        }
    }

    fn try_evaluate(&mut self, expression: &str) -> Result<Value, String> {
        let parameters =
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let session = self.session.clone();
        let mut answer = self.browser.try_call(Some(&session), "Runtime.evaluate", &parameters)?;
        match answer.get("exceptionDetails") {
            Some(exception) => Err(exception.to_string()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until an expression is true in the page, and gives what it is.
    #[track_caller]
    pub(crate) fn wait(&mut self, expression: &str) -> Value {
        let waiting = format!(
            "new Promise((resolve, reject) => {{
               const deadline = performance.now() + {PATIENCE_MS};
               const look = () => {{
                 const seen = ({expression});
                 if (seen) resolve(seen);
                 else if (performance.now() > deadline) reject(new Error('not seen'));
                 else setTimeout(look, 20);
               }};
               look();
             }})"
        );
        loop {
            match self.try_evaluate(&waiting) {
                Ok(seen) => return seen,
                // The document was replaced by another one, which is to be looked at instead.
                Err(error)
                    if error.contains("context was destroyed") || error.contains("navigated") => {}
                Err(error) => {
                    let picture = self.screenshot("not-seen");
                    let text = self.evaluate("document.body.innerText");
                    panic!("{expression}\n{error}\n{}\n{text}", picture.display());
                }
            }
        }
    }

    /// Waits until a text stands in what a selector finds first.
    #[track_caller]
    pub(crate) fn see(&mut self, selector: &str, text: &str) {
        let (selector, text) = (json!(selector), json!(text));
        self.wait(&format!("document.querySelector({selector})?.textContent.includes({text})"));
    }

    /// Waits until the page follows the world's stream.
    #[track_caller]
    pub(crate) fn see_stream(&mut self) {
        self.see("#live", "live");
    }

    /// Clicks with the mouse on what a selector finds, once it is there and nothing lies over it.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        self.click_on(&format!("document.querySelector({})", json!(selector)));
    }

    /// The same on the button, link or summary in a region that has this text.
    #[track_caller]
    pub(crate) fn press(&mut self, region: &str, text: &str) {
        let all = json!(format!("{region} :is(button, a, summary)"));
        let text = json!(text);
        self.click_on(&format!(
            "[...document.querySelectorAll({all})].find((it) => it.textContent.trim() === {text})"
        ));
    }

    #[track_caller]
    fn click_on(&mut self, element: &str) {
        let place = self.wait(&format!(
            "(() => {{
               const it = {element};
               if (!it || it.disabled || it.getAttribute('aria-busy')) return null;
               it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
               const box = it.getBoundingClientRect();
               const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
               const top = document.elementFromPoint(x, y);
               return it.contains(top) || top?.contains(it) ? [x, y] : null;
             }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Fills a field of a form and tells the page, as typing or choosing would.
    #[track_caller]
    pub(crate) fn fill(&mut self, selector: &str, value: &str) {
        let (selector, value) = (json!(selector), json!(value));
        self.wait(&format!("document.querySelector({selector})"));
        self.evaluate(&format!(
            "(() => {{
               const it = document.querySelector({selector});
               it.value = {value};
               if (it.value !== {value}) throw new Error('it takes no such value');
               it.dispatchEvent(new Event('input', {{ bubbles: true }}));
               it.dispatchEvent(new Event('change', {{ bubbles: true }}));
             }})()"
        ));
    }

    /// Presses a key, with the text it types if it types one.
    pub(crate) fn key(&mut self, key: &str) {
        let (code, number, text) = match key {
            "Tab" => ("Tab", 9, ""),
            "Enter" => ("Enter", 13, "\r"),
            "Escape" => ("Escape", 27, ""),
            " " => ("Space", 32, " "),
            "End" => ("End", 35, ""),
            "Home" => ("Home", 36, ""),
            "ArrowLeft" => ("ArrowLeft", 37, ""),
            "ArrowUp" => ("ArrowUp", 38, ""),
            "ArrowRight" => ("ArrowRight", 39, ""),
            "ArrowDown" => ("ArrowDown", 40, ""),
            other => ("", 0, other),
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let text = if kind == "keyUp" { "" } else { text };
            let event = json!({"type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number, "text": text});
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types a text into what has the focus.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", &json!({"text": text}));
    }

    /// A picture of the window, under `console/` in the folder for temporary files of the build.
    pub(crate) fn screenshot(&mut self, name: &str) -> PathBuf {
        let picture = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, bytes.unwrap()).unwrap();
        path
    }

    /// Every element that a screen reader would announce, as the browser tells it.
    pub(crate) fn accessible_nodes(&mut self) -> Vec<Value> {
        self.call("Accessibility.enable", &json!({}));
        let mut tree = self.call("Accessibility.getFullAXTree", &json!({}));
        serde_json::from_value(tree["nodes"].take()).unwrap()
    }

    /// Checks that the page asked no other server for anything, broke no rule of its policy and told
    /// the console of no error but refusals with these statuses.
    #[track_caller]
    pub(crate) fn check_quiet(&mut self, refusals: &[u16]) {
        self.evaluate("0");
        self.events.extend(self.browser.take_events());
        for event in &self.events {
            let parameters = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => {
                    let url = parameters["request"]["url"].as_str().unwrap();
                    // What the browser draws in its own controls comes as `data:`.
                    let is_own = url.starts_with(&format!("{}/", self.origin));
                    assert!(
                        is_own || url == "about:blank" || url.starts_with("data:"),
                        "it asked {url}"
                    );
                }
                "Runtime.exceptionThrown" => panic!("{parameters:#}"),
                "Runtime.consoleAPICalled" => panic!("it wrote to the console: {parameters:#}"),
                "Log.entryAdded" => {
                    let text = parameters["entry"]["text"].as_str().unwrap();
                    let is_refusal = parameters["entry"]["source"] == "network"
                        && refusals.iter().any(|it| text.contains(&format!("status of {it}")));
                    assert!(is_refusal, "{parameters:#}");
                }
                _ => {}
            }
        }
    }

    #[track_caller]
    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let session = self.session.clone();
        self.browser.call(Some(&session), method, parameters)
    }
}
