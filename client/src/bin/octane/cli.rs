//! What can be said on the command line of `octane`.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use chrono::{DateTime, FixedOffset};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use octane_client::types::{
    ActivationRequestSubOrderType, DemandType, InfrastructureId, LocationId, OrderStatus,
    OrderType, TimeslotId, WithdrawalReason,
};

use crate::{known::Known, output::Format, wait::parse_wait};

const AFTER_HELP: &str = "\
Settings are taken from the options, then from the environment, then from the file:
  OCTANE_BASE_URL   the service, such as http://127.0.0.1:4010
  OCTANE_USERNAME   the provider's user name
  OCTANE_PASSWORD   the provider's password; there is no option for it, since others can read those
The file has lines of the form NAME=VALUE with these names, and only its owner may read it.

Exit codes:
  0  done
  1  something on this machine failed
  2  the command line or the settings are not right
  3  refused: the state of the order forbids it, or it names something that does not fit
  4  there is no such order
  5  the credentials are not accepted
  6  the request breaks the contract
  7  the service cannot be reached, is overloaded or failed; the same command may work later
  8  the answer is not what the contract says
  9  the withdrawal was still to be decided when time ran out";

/// Orders nbn broadband through Telcoinabox's Octane API.
#[derive(Debug, Parser)]
#[command(name = "octane", version, max_term_width = 100, after_help = AFTER_HELP)]
#[command(propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// Print JSON for programs, as the service answered it, and failures as JSON too.
    #[arg(long, global = true)]
    json: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { Format::Text }
    }
}

/// Where the service is, and who calls.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// The service.
    #[arg(
        long,
        value_name = "URL",
        env = "OCTANE_BASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub(crate) base_url: Option<String>,

    /// The provider's user name.
    #[arg(
        long,
        value_name = "NAME",
        env = "OCTANE_USERNAME",
        hide_env_values = true,
        global = true
    )]
    pub(crate) username: Option<String>,

    /// File with settings [default: octane/settings where configuration is, mostly ~/.config].
    #[arg(
        long,
        value_name = "FILE",
        env = "OCTANE_SETTINGS",
        hide_env_values = true,
        global = true
    )]
    pub(crate) settings: Option<PathBuf>,

    /// How long a call may take in all, with every attempt.
    #[arg(long, value_name = "TIME", value_parser = parse_wait, default_value = "60s", global = true)]
    pub(crate) timeout: Duration,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask what nbn offers at a location.
    ///
    /// Keep what `--json` prints: an order is made from it.
    Qualify {
        /// nbn's id of the location, such as LOC000000000001.
        location: LocationId,
    },
    /// Create, read, list and withdraw orders.
    #[command(subcommand)]
    Order(OrderCommand),
    /// List the timeslots in which a technician can come.
    Timeslots(Timeslots),
    /// Book a timeslot for an order, or another one instead.
    Book(Book),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum OrderCommand {
    /// Create an order.
    ///
    /// An activation is made from a qualification; it orders once, however often the command is
    /// repeated with the same one. Any kind of order is made from a whole request.
    Create(Create),
    /// Show an order.
    Get {
        /// The order's number.
        order: i64,
    },
    /// List orders, newest first.
    List(List),
    /// Withdraw an activation order.
    ///
    /// Safe to repeat: an order that is withdrawn, or about to be, is not asked about twice.
    Withdraw(Withdraw),
}

/// What makes an activation, and has no place beside a whole request.
const WITHOUT_REQUEST: [&str; 6] =
    ["qualification", "customer", "plan", "sub_order_type", "infrastructure", "requested_date"];

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What `octane qualify --json` printed; `-` reads standard input.
    #[arg(long, value_name = "FILE", required_unless_present = "request", requires = "customer")]
    pub(crate) qualification: Option<PathBuf>,

    /// The customer's number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) customer: Option<i64>,

    /// The plan's number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) plan: Option<i64>,

    /// A new service, one transferred from another provider, or one moved over from another
    /// technology.
    #[arg(long, value_name = "TYPE", value_enum, default_value_t = SubOrderType::New)]
    pub(crate) sub_order_type: SubOrderType,

    /// The network termination device to use, one of the qualification's.
    #[arg(long, value_name = "ID")]
    pub(crate) infrastructure: Option<InfrastructureId>,

    /// When the customer would like it done (RFC 3339).
    #[arg(long, value_name = "MOMENT")]
    pub(crate) requested_date: Option<DateTime<FixedOffset>>,

    /// A whole order request as JSON, of any kind, in place of all the others; `-` reads standard
    /// input.
    #[arg(long, value_name = "FILE", conflicts_with_all = WITHOUT_REQUEST)]
    pub(crate) request: Option<PathBuf>,
}

/// The contract's `subOrderType` of an activation.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SubOrderType {
    #[value(name = "New")]
    New,
    #[value(name = "Transfer")]
    Transfer,
    #[value(name = "Transition")]
    Transition,
}

impl From<SubOrderType> for ActivationRequestSubOrderType {
    fn from(sub_order_type: SubOrderType) -> Self {
        match sub_order_type {
            SubOrderType::New => Self::New,
            SubOrderType::Transfer => Self::Transfer,
            SubOrderType::Transition => Self::Transition,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only orders in this state.
    #[arg(long, value_parser = Known::new(OrderStatus::ALL, OrderStatus::as_str))]
    pub(crate) status: Option<OrderStatus>,

    /// Only orders of this type.
    #[arg(long = "type", value_name = "TYPE", value_parser = Known::new(OrderType::ALL, OrderType::as_str))]
    pub(crate) order_type: Option<OrderType>,

    /// Only orders of this customer.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) customer: Option<i64>,

    /// Only orders created at this moment or later (RFC 3339).
    #[arg(long, value_name = "MOMENT")]
    pub(crate) created_from: Option<DateTime<FixedOffset>>,

    /// Only orders created before this moment (RFC 3339).
    #[arg(long, value_name = "MOMENT")]
    pub(crate) created_to: Option<DateTime<FixedOffset>>,

    /// How many orders to list at the most, from as many pages as it takes [default: all].
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// The order's number.
    pub(crate) order: i64,

    /// Why.
    #[arg(long, value_parser = Known::new(WithdrawalReason::ALL, WithdrawalReason::as_str))]
    pub(crate) reason: WithdrawalReason,

    /// Why, in your own words. The reason `Other` needs them.
    #[arg(long, value_name = "TEXT", required_if_eq("reason", "Other"))]
    pub(crate) comment: Option<String>,

    /// How long to wait for nbn's decision, if nbn has one to make: 30s, 10m, 2h.
    #[arg(long, value_name = "TIME", value_parser = parse_wait, default_value = "0s")]
    pub(crate) wait: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct Timeslots {
    /// nbn's id of the location, such as LOC000000000001.
    pub(crate) location: LocationId,

    /// Start of the window (RFC 3339) [default: now].
    #[arg(long, value_name = "MOMENT")]
    pub(crate) from: Option<DateTime<FixedOffset>>,

    /// End of the window (RFC 3339) [default: 14 days after its start].
    #[arg(long, value_name = "MOMENT")]
    pub(crate) to: Option<DateTime<FixedOffset>>,

    /// What the technician is to do: Standard Install, Non EU Jumper Only, Additional Install,
    /// Service Restoration, or Install - Deinstall.
    #[arg(long, value_name = "DEMAND", default_value = "Standard Install")]
    pub(crate) demand_type: DemandType,
}

#[derive(Debug, Args)]
pub(crate) struct Book {
    /// The order's number.
    pub(crate) order: i64,

    /// The timeslot's id, as `octane timeslots` lists it.
    pub(crate) timeslot: TimeslotId,

    /// Whom the technician meets.
    #[arg(long, value_name = "NAME", requires = "contact_phone")]
    pub(crate) contact_name: Option<String>,

    /// Their telephone number.
    #[arg(long, value_name = "NUMBER", requires = "contact_name")]
    pub(crate) contact_phone: Option<String>,

    /// What the technician should know.
    #[arg(long, value_name = "TEXT", requires = "contact_name")]
    pub(crate) contact_notes: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_teaches_every_command() {
        fn collect(command: &mut clap::Command, path: &str, pages: &mut String) {
            let path = format!("{path} {}", command.get_name());
            *pages += &format!("=== {} ===\n{}\n\n", path.trim(), command.render_long_help());
            for command in command.get_subcommands_mut() {
                collect(command, &path, pages);
            }
        }
        let mut pages = String::new();
        let mut command = Cli::command();
        command.build();
        collect(&mut command, "", &mut pages);
        insta::assert_snapshot!(pages);
    }

    #[test]
    fn there_is_no_option_for_a_password() {
        let mut command = Cli::command();
        command.build();
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                assert!(!argument.get_id().as_str().contains("password"));
            }
            command.get_subcommands().for_each(check);
        }
        check(&command);
    }

    #[test]
    fn a_status_of_tomorrow_can_be_asked_for() {
        let cli = Cli::parse_from(["octane", "order", "list", "--status", "AwaitingApproval"]);
        let Command::Order(OrderCommand::List(list)) = cli.command else { panic!("a list") };
        assert_eq!(list.status, Some(OrderStatus::Unknown("AwaitingApproval".to_owned())));
    }

    #[test]
    fn the_reason_other_needs_a_comment() {
        let arguments = ["octane", "order", "withdraw", "7", "--reason", "Other"];
        let error = Cli::try_parse_from(arguments).unwrap_err();
        assert!(error.to_string().contains("--comment"), "{error}");
    }
}
