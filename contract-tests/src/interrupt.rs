//! Being asked to stop in the middle, or having spent the budget of requests.
//!
//! From then on nothing new is begun: a target that is [watched](crate::Target::until) sends no more,
//! and whoever tries something on it is dropped as soon as no write of theirs is on its way, since of
//! a write it must be known what it made. What puts away what was made is not watched.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use octane_client::{BoxFuture, Transport};
use reqwest::{Method, Request, Response};
use tokio::sync::{Notify, watch};

use crate::budget::Budget;

/// How a process is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// By Ctrl-C.
    Interrupt,
    /// By whoever started it.
    Terminate,
}

/// A wish to stop, which may come at any time. Clones are the same wish.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    asked: Arc<watch::Sender<Option<Signal>>>,
}

impl Interrupt {
    /// Asks to stop. That it was asked before changes nothing.
    pub fn ask(&self, signal: Signal) {
        self.asked.send_if_modified(|asked| asked.replace(asked.unwrap_or(signal)).is_none());
    }

    /// How it was asked, if it was.
    pub fn asked(&self) -> Option<Signal> {
        *self.asked.borrow()
    }

    /// Done when it is asked.
    pub async fn wait(&self) {
        let mut heard = self.asked.subscribe();
        if heard.wait_for(Option::is_some).await.is_err() {
            // Whoever could ask is gone.
            pending::<()>().await;
        }
    }
}

/// Between whoever tries something and the target: lets nothing through once it is asked to stop.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    interrupt: Interrupt,
    budget: Budget,
    /// Those that were let through, and those that were not.
    asked: AtomicU64,
    /// Told once one was not.
    spent: watch::Sender<bool>,
    /// Writes on their way.
    writes: AtomicUsize,
    /// Told when there is one less.
    fewer: Notify,
}

/// A write on its way.
struct OnItsWay<'a>(&'a Gate);

impl Gate {
    pub(crate) fn new(interrupt: &Interrupt, budget: Budget) -> Self {
        Self { interrupt: interrupt.clone(), budget, ..Self::default() }
    }

    /// Whether something was not let through since as much was as may be.
    pub(crate) fn is_spent(&self) -> bool {
        *self.spent.borrow()
    }

    /// Whether one more is let through.
    fn lets_through(&self) -> bool {
        if self.interrupt.asked().is_some() {
            return false;
        }
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        let more = self.budget.requests_max.is_none_or(|most| before < most);
        if !more {
            self.spent.send_replace(true);
        }
        more
    }

    /// Done when nothing is let through, and no write is on its way any more.
    pub(crate) async fn shut(&self) {
        let mut spent = self.spent.subscribe();
        tokio::select! {
            () = self.interrupt.wait() => {}
            heard = spent.wait_for(|it| *it) => drop(heard.expect("the gate is here, who tells of it")),
        }
        while self.writes.load(Ordering::SeqCst) > 0 {
            self.fewer.notified().await;
        }
    }

    fn write(&self) -> OnItsWay<'_> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        OnItsWay(self)
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        self.0.writes.fetch_sub(1, Ordering::SeqCst);
        self.0.fewer.notify_one();
    }
}

/// A transport behind a gate.
pub(crate) struct Gated {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) gate: Arc<Gate>,
}

impl Transport for Gated {
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        Box::pin(async move {
            if !self.gate.lets_through() {
                return pending().await;
            }
            let reads = matches!(*request.method(), Method::GET | Method::HEAD);
            let _on_its_way = (!reads).then(|| self.gate.write());
            self.inner.send(request).await
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_gate_is_shut_once_it_is_asked_to_and_the_last_write_is_over() {
        let interrupt = Interrupt::default();
        let gate = Gate::new(&interrupt, Budget::default());
        let moment = Duration::from_millis(1);
        assert!(timeout(moment, gate.shut()).await.is_err(), "nobody asked");
        let write = gate.write();
        interrupt.ask(Signal::Terminate);
        interrupt.ask(Signal::Interrupt);
        assert_eq!(interrupt.asked(), Some(Signal::Terminate), "the first counts");
        assert!(timeout(moment, gate.shut()).await.is_err(), "a write is on its way");
        drop(write);
        assert!(timeout(moment, gate.shut()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_is_shut_once_more_is_asked_of_it_than_it_may_let_through() {
        let gate = Gate::new(&Interrupt::default(), Budget { requests_max: Some(2) });
        let moment = Duration::from_millis(1);
        assert!(gate.lets_through() && gate.lets_through());
        assert!(timeout(moment, gate.shut()).await.is_err(), "nobody asked for more");
        assert!(!gate.lets_through() && gate.is_spent());
        assert!(timeout(moment, gate.shut()).await.is_ok());
    }
}
