//! The ways in which this process is asked to stop: Ctrl-C, and SIGTERM where there is one.
//!
//! Asked once, it stops in order; asked again, at once. Only commands that leave something behind on a
//! target hear it: `cleanup` can be run again from wherever it ended, and the others make nothing.

use std::{io, process, thread};

use octane_contract_tests::cli::Command;
use octane_contract_tests::commands::Exit;
use octane_contract_tests::interrupt::{Interrupt, Signal};
use tokio::runtime::Builder;

/// Listens in a thread of its own, which ends with the process.
pub(crate) fn listen(command: &Command) -> io::Result<Interrupt> {
    let interrupt = Interrupt::default();
    if !matches!(command, Command::Verify(_) | Command::Replay(_)) {
        return Ok(interrupt);
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Inside the runtime, and before anything is done: from here on no signal ends the process.
    let mut signals = runtime.block_on(async { Signals::listen() })?;
    let asked = interrupt.clone();
    thread::spawn(move || {
        runtime.block_on(async {
            let first = signals.next().await;
            eprintln!("stopping once what was made is put away; ask again to stop at once");
            asked.ask(first);
            let second = signals.next().await;
            process::exit(Exit::Interrupted(second).code().into());
        });
    });
    Ok(interrupt)
}

/// Hears every request to stop from when it is made, so that none is lost between two.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn next(&mut self) -> Signal {
        self.interrupt.recv().await;
        Signal::Interrupt
    }
}
