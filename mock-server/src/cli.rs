//! What can be said on the command line of `octane-mock`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use chrono::{DateTime, FixedOffset, Utc};
use clap::{Parser, ValueEnum};
use octane_mock_server::{
    Clock, Config, ControlPlane, ControlToken, ForeignConfig, JOURNAL_CAPACITY_DEFAULT, Network,
    RateLimit, ResponseCheck, Validation,
};
use octane_openapi::Contract;
use octane_openapi::foreign::ForeignContract;
use tracing_subscriber::EnvFilter;

/// A stateful mock of the Octane order API that behaves as its contract says.
///
/// Orders live in memory and are gone when the server stops. Two providers may call, by HTTP
/// Basic: `harbour` with `harbour-test-secret`, and `outback` with `outback-test-secret`. The
/// control plane under /_mock/ lets a tester play nbn and move the clock; opened in a browser,
/// /_mock/ is a console.
#[derive(Debug, Parser)]
#[command(name = "octane-mock", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Address to listen on. Port 0 takes a free one; the address is printed either way.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4010")]
    pub(crate) listen: SocketAddr,

    /// Contract to serve, YAML or JSON [default: the built-in one of the order endpoints].
    ///
    /// One that has `x-lifecycles` is a contract of orders and must be whole. Any other OpenAPI 3.0
    /// contract is served from its examples, or from data made to obey its schemas; what is
    /// unusual in it is warned of, with its line.
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

    /// Serve the control plane on any address, to whoever sends this as `Authorization: Bearer`. Better
    /// set by the variable: other users of the machine can read a command line.
    #[arg(long, value_name = "TOKEN", env = "OCTANE_MOCK_CONTROL_TOKEN", hide_env_values = true)]
    control_token: Option<Secret>,

    /// What becomes of requests that break the contract. One request can ask for other treatment
    /// with `Prefer: handling=lenient` or `strict`.
    #[arg(long, value_enum, default_value_t = ValidationChoice::On)]
    validate: ValidationChoice,

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
    /// If the address listened on is a loopback address, or there is a token.
    Loopback,
    /// On every address; on other than loopback addresses there has to be a token.
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
enum ValidationChoice {
    /// They are refused, with every violation.
    On,
    /// They are answered as far as they can be, with a warning and the header `octane-violations`.
    Warn,
    /// They are answered as far as they can be.
    Off,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Switch {
    /// An answer that breaks the contract becomes a 500, and an error in the log. An example that
    /// breaks its schema is not answered unless it is asked for by name.
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

/// A text that is never shown, right or wrong.
#[derive(Clone)]
struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Cli {
    /// The server these arguments ask for.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let contract = self.contract.as_deref().map(|path| {
            Contract::read(path)
                .with_context(|| format!("failed to read the contract `{}`", path.display()))
        });
        Ok(Config {
            contract: contract.transpose()?,
            seed: self.seed,
            clock: self.clock()?,
            network: match self.network {
                NetworkChoice::Manual => Network::Manual,
                NetworkChoice::Auto => Network::Auto,
            },
            rate_limit: self.rate_limit,
            response_check: self.response_check(),
            control_plane: self.control_plane()?,
            validation: self.validation(),
            journal_capacity: self.journal_capacity,
            ..Config::default()
        })
    }

    /// How the contract these arguments name is served, if it is one that is not of orders.
    pub(crate) fn foreign_config(&self) -> anyhow::Result<Option<ForeignConfig>> {
        let Some(path) = self.contract.as_deref() else { return Ok(None) };
        let contract = ForeignContract::read_unless_ours(path)
            .with_context(|| format!("failed to read the contract `{}`", path.display()))?;
        let Some(contract) = contract else { return Ok(None) };
        Ok(Some(ForeignConfig {
            seed: self.seed,
            clock: self.clock()?,
            validation: self.validation(),
            response_check: self.response_check(),
            control_plane: self.control_plane()?,
            ..ForeignConfig::new(contract)
        }))
    }

    fn clock(&self) -> anyhow::Result<Clock> {
        let clock = match self.fixed_time {
            Some(now) => Clock::fixed(now.to_utc()),
            None => Clock::running(Utc::now(), self.time_scale),
        };
        clock.context("failed to set the clock")
    }

    fn validation(&self) -> Validation {
        match self.validate {
            ValidationChoice::On => Validation::On,
            ValidationChoice::Warn => Validation::Warn,
            ValidationChoice::Off => Validation::Off,
        }
    }

    fn response_check(&self) -> ResponseCheck {
        match self.response_check {
            Switch::On => ResponseCheck::On,
            Switch::Off => ResponseCheck::Off,
        }
    }

    /// What to say of a server that is so, if it is anything but plain.
    pub(crate) fn notice(config: &Config) -> Option<&'static str> {
        match &config.control_plane {
            ControlPlane::Served => None,
            ControlPlane::Guarded(_) => Some("the control plane is open to whoever has the token"),
            ControlPlane::Absent => Some(
                "there is no control plane; on this address OCTANE_MOCK_CONTROL_TOKEN would serve it",
            ),
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

    fn control_plane(&self) -> anyhow::Result<ControlPlane> {
        let is_loopback = self.listen.ip().is_loopback();
        let token = self.control_token.as_ref().map(|Secret(text)| ControlToken::new(text));
        let token = token.transpose().context("failed to take the control token")?;
        Ok(match (self.control_plane, token) {
            (ControlPlaneChoice::Off, _) => ControlPlane::Absent,
            (ControlPlaneChoice::Loopback | ControlPlaneChoice::On, Some(token)) => {
                ControlPlane::Guarded(token)
            }
            (ControlPlaneChoice::Loopback | ControlPlaneChoice::On, None) if is_loopback => {
                ControlPlane::Served
            }
            (ControlPlaneChoice::Loopback, None) => ControlPlane::Absent,
            (ControlPlaneChoice::On, None) => bail!(
                "the control plane would be open to whoever reaches `{}`; set a token in \
                 OCTANE_MOCK_CONTROL_TOKEN, or --listen on a loopback address",
                self.listen
            ),
        })
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

    const TOKEN: &str = "0123456789abcdef";

    fn control_plane(arguments: &[&str]) -> anyhow::Result<ControlPlane> {
        Cli::parse_from(["octane-mock"].iter().chain(arguments)).control_plane()
    }

    #[track_caller]
    fn check_control_plane(arguments: &[&str], expected: &ControlPlane) {
        assert_eq!(&control_plane(arguments).unwrap(), expected);
    }

    #[test]
    fn the_control_plane_is_off_on_other_than_loopback_unless_there_is_a_token() {
        let guarded = &ControlPlane::Guarded(ControlToken::new(TOKEN).unwrap());
        check_control_plane(&[], &ControlPlane::Served);
        check_control_plane(&["--control-plane", "on"], &ControlPlane::Served);
        check_control_plane(&["--listen", "[::1]:0"], &ControlPlane::Served);
        check_control_plane(&["--listen", "0.0.0.0:0"], &ControlPlane::Absent);
        check_control_plane(&["--listen", "0.0.0.0:0", "--control-token", TOKEN], guarded);
        check_control_plane(&["--control-token", TOKEN], guarded);
        check_control_plane(&["--control-plane", "off"], &ControlPlane::Absent);
        check_control_plane(
            &["--control-plane", "off", "--control-token", TOKEN],
            &ControlPlane::Absent,
        );
    }

    #[test]
    fn asked_for_on_every_address_it_needs_a_token() {
        let asked = ["--listen", "0.0.0.0:4010", "--control-plane", "on"];
        let error = control_plane(&asked).unwrap_err().to_string();
        assert!(error.contains("`0.0.0.0:4010`"), "{error}");
        assert!(error.contains("OCTANE_MOCK_CONTROL_TOKEN"), "{error}");
        let with_token = asked.iter().chain(&["--control-token", TOKEN]).copied();
        let guarded = ControlPlane::Guarded(ControlToken::new(TOKEN).unwrap());
        check_control_plane(&with_token.collect::<Vec<_>>(), &guarded);
    }
}
