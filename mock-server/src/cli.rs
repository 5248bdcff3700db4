//! What can be said on the command line of `octane-mock`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, Utc};
use clap::{Parser, ValueEnum};
use octane_mock_server::{
    Clock, Config, ControlPlane, JOURNAL_CAPACITY_DEFAULT, Network, RateLimit, ResponseCheck,
};
use octane_openapi::Contract;
use tracing_subscriber::EnvFilter;

/// A stateful mock of the Octane order API that behaves as its contract says.
///
/// Orders live in memory and are gone when the server stops. Two providers may call, by HTTP
/// Basic: `harbour` with `harbour-test-secret`, and `outback` with `outback-test-secret`. The
/// control plane under /_mock/ lets a tester play nbn and move the clock.
#[derive(Debug, Parser)]
#[command(name = "octane-mock", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Address to listen on. Port 0 takes a free one; the address is printed either way.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4010")]
    pub(crate) listen: SocketAddr,

    /// Contract of the order endpoints, YAML or JSON [default: the built-in one].
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,

    /// What ids and timeslot capacities are drawn from. Same seed, same requests: same answers.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u32,

    /// Start with a clock that stands at this moment (RFC 3339) [default: a running clock].
    #[arg(long, value_name = "MOMENT")]
    fixed_time: Option<DateTime<FixedOffset>>,

    /// Run the clock this many times as fast as real time: 86400 makes a day of a second.
    #[arg(long, value_name = "TIMES", default_value_t = 1, conflicts_with = "fixed_time",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    time_scale: u32,

    /// Who plays nbn.
    #[arg(long, value_enum, default_value_t = NetworkChoice::Manual)]
    network: NetworkChoice,

    /// Answer each provider N requests a second in the long run and BURST at once (N without it), by
    /// real time; the rest are 429 with Retry-After [default: no limit].
    #[arg(long, value_name = "N[/BURST]")]
    rate_limit: Option<RateLimit>,

    /// Whether the control plane is served.
    #[arg(long, value_enum, default_value_t = ControlPlaneChoice::Loopback)]
    control_plane: ControlPlaneChoice,

    /// Whether answers are held against the contract before they leave.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    response_check: Switch,

    /// How many exchanges the journal of each world holds, to be read under /_mock/journal; 0 to keep
    /// none. It holds 16 MiB of them at the most.
    #[arg(long, value_name = "NUMBER", default_value_t = JOURNAL_CAPACITY_DEFAULT)]
    journal_capacity: usize,

    /// How the log on standard error is written. `RUST_LOG` chooses what is in it.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ControlPlaneChoice {
    /// Only if the address listened on is a loopback address.
    Loopback,
    /// On every address. Whoever reaches the server can steer it.
    On,
    /// Nowhere.
    Off,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum NetworkChoice {
    /// Whoever sends network events by the control plane. Nothing happens by itself.
    Manual,
    /// The scenario of each order's location in the test data, as the clock passes.
    Auto,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Switch {
    /// An answer that breaks the contract becomes a 500, and an error in the log.
    On,
    /// Answers leave as they are.
    Off,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

impl Cli {
    /// The server these arguments ask for.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let contract = self.contract.as_deref().map(|path| {
            Contract::read(path)
                .with_context(|| format!("failed to read the contract `{}`", path.display()))
        });
        let clock = match self.fixed_time {
            Some(now) => Clock::fixed(now.to_utc()),
            None => Clock::running(Utc::now(), self.time_scale),
        };
        Ok(Config {
            contract: contract.transpose()?,
            seed: self.seed,
            clock: clock.context("failed to set the clock")?,
            network: match self.network {
                NetworkChoice::Manual => Network::Manual,
                NetworkChoice::Auto => Network::Auto,
            },
            rate_limit: self.rate_limit,
            response_check: match self.response_check {
                Switch::On => ResponseCheck::On,
                Switch::Off => ResponseCheck::Off,
            },
            control_plane: self.control_plane(),
            journal_capacity: self.journal_capacity,
            ..Config::default()
        })
    }

    /// What to say of the control plane, if it is anything but plain.
    pub(crate) fn control_plane_notice(&self) -> Option<&'static str> {
        match (self.control_plane(), self.listen.ip().is_loopback()) {
            (ControlPlane::Served, true) => None,
            (ControlPlane::Served, false) => {
                Some("the control plane is open to whoever reaches this address")
            }
            (ControlPlane::Absent, _) => {
                Some("there is no control plane; --control-plane on would serve it")
            }
        }
    }

    /// Starts the log, on standard error.
    pub(crate) fn start_log(&self) {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        match self.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().init(),
        }
    }

    fn control_plane(&self) -> ControlPlane {
        match self.control_plane {
            ControlPlaneChoice::On => ControlPlane::Served,
            ControlPlaneChoice::Loopback if self.listen.ip().is_loopback() => ControlPlane::Served,
            ControlPlaneChoice::Loopback | ControlPlaneChoice::Off => ControlPlane::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn help_teaches_every_option() {
        insta::assert_snapshot!(Cli::command().render_long_help());
    }

    #[track_caller]
    fn check_control_plane(arguments: &[&str], expected: ControlPlane) {
        let cli = Cli::parse_from(["octane-mock"].iter().chain(arguments));
        assert_eq!(cli.control_plane(), expected);
    }

    #[test]
    fn the_control_plane_is_off_on_other_than_loopback_unless_asked_for() {
        check_control_plane(&[], ControlPlane::Served);
        check_control_plane(&["--listen", "[::1]:0"], ControlPlane::Served);
        check_control_plane(&["--listen", "0.0.0.0:0"], ControlPlane::Absent);
        check_control_plane(
            &["--listen", "0.0.0.0:0", "--control-plane", "on"],
            ControlPlane::Served,
        );
        check_control_plane(&["--control-plane", "off"], ControlPlane::Absent);
    }
}
