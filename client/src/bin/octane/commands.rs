//! The commands: each a call of the client, and what it prints.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, FixedOffset, Utc};
use clap::CommandFactory as _;
use octane_client::{
    Client, Error, Retries, WithdrawOutcome, WithdrawRefusal,
    types::{
        ActivationRequest, BookingRequest, CarrierServiceName, InfrastructureOption, LocationId,
        NbnOrder, OrderRequest, Qualification, QualificationRequest, ServiceRequest, SiteContact,
    },
};
use serde_json::{Value, json};

use crate::{
    cli::{Book, Cli, Command, Create, List, OrderCommand, Timeslots, Withdraw},
    exit::Exit,
    failure::Failure,
    output::{self, Format},
    settings, show,
};

/// Runs the command and prints what it came to.
pub(crate) async fn run(cli: &Cli) -> Result<Exit, Failure> {
    let format = cli.format();
    if let Command::Completions { shell } = &cli.command {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut Cli::command(), "octane", &mut script);
        output::write(&script)?;
        return Ok(Exit::Done);
    }
    let client = settings::client(&cli.connection)?;
    match &cli.command {
        Command::Qualify { location } => {
            let found = qualify(&client, location).await?;
            output::print(format, &found, show::qualification)?;
        }
        Command::Order(OrderCommand::Create(arguments)) => {
            let order = create(&client, arguments).await?;
            output::print(format, &order, show::order)?;
        }
        Command::Order(OrderCommand::Get { order }) => {
            let call = client.get_nbn_order().order_id(*order).send().await;
            let found = called(call, || format!("read order {order}"))?.response;
            output::print(format, &found, show::order)?;
        }
        Command::Order(OrderCommand::List(arguments)) => list(&client, arguments, format).await?,
        Command::Order(OrderCommand::Withdraw(arguments)) => {
            return withdraw(&client, arguments, format).await;
        }
        Command::Timeslots(arguments) => timeslots(&client, arguments, format).await?,
        Command::Book(arguments) => {
            let order = book(&client, arguments).await?;
            output::print(format, &order, show::order)?;
        }
        Command::Completions { .. } => {}
    }
    Ok(Exit::Done)
}

async fn qualify(client: &Client, location: &LocationId) -> Result<Qualification, Failure> {
    let request = QualificationRequest::builder().location_id(location.clone());
    // A second qualification of a location is as good as the first.
    let client = client.with_retries(Retries::default().every_call());
    let call = client.check_service_qualification().body(request).send().await;
    Ok(called(call, || format!("qualify `{}`", location.as_str()))?.response)
}

async fn create(client: &Client, arguments: &Create) -> Result<NbnOrder, Failure> {
    let request: OrderRequest = match (&arguments.request, &arguments.qualification) {
        (Some(path), _) => read("the order request", path)?,
        (None, Some(path)) => activation(&read("the qualification", path)?, arguments)?.into(),
        (None, None) => unreachable!("clap wants one of the two"),
    };
    let call = client.create_nbn_order().body(request).send().await;
    Ok(called(call, || "create the order".to_owned())?.response)
}

fn activation(found: &Qualification, arguments: &Create) -> Result<ActivationRequest, Failure> {
    let customer = arguments.customer.expect("clap wants it beside a qualification");
    let infrastructure = arguments.infrastructure.clone();
    let service = ServiceRequest {
        cust_no: customer.into(),
        csn: CarrierServiceName::NbnTc4,
        plan_no: arguments.plan.map(Into::into),
    };
    ActivationRequest::builder()
        .sub_order_type(arguments.sub_order_type)
        .service_class(found.location.service_class.clone())
        .remote_qualification_search_id(found.remote_qualification_search_id)
        .qualification_search_id(found.qualification_search_id)
        .remote_order_id(found.remote_order_id)
        .infrastructure_option(
            infrastructure.map(|infrastructure_id| InfrastructureOption { infrastructure_id }),
        )
        .service(service)
        .cust_req_date(arguments.requested_date)
        .try_into()
        .map_err(|error| Failure::Usage(format!("make an order of the options: {error}")))
}

async fn list(client: &Client, arguments: &List, format: Format) -> Result<(), Failure> {
    let max = arguments.max.map_or(usize::MAX, usize::from);
    let page = i32::try_from(max.min(100)).expect("100 is a small number");
    let mut call = client.list_nbn_orders().limit(page);
    if let Some(status) = &arguments.status {
        call = call.status(status.clone());
    }
    if let Some(order_type) = &arguments.order_type {
        call = call.order_type(order_type.clone());
    }
    if let Some(customer) = arguments.customer {
        call = call.cust_no(customer);
    }
    if let Some(moment) = arguments.created_from {
        call = call.created_from(moment);
    }
    if let Some(moment) = arguments.created_to {
        call = call.created_to(moment);
    }
    let (mut items, mut orders) = (call.items(), Vec::new());
    while orders.len() < max
        && let Some(order) = items.next().await
    {
        orders.push(failed(order, || "list the orders".to_owned())?);
    }
    output::print(format, &orders, |orders| show::orders(orders))
}

async fn withdraw(client: &Client, arguments: &Withdraw, format: Format) -> Result<Exit, Failure> {
    let mut flow =
        client.withdraw(arguments.order, arguments.reason.clone()).timeout(arguments.wait);
    if let Some(comment) = &arguments.comment {
        flow = flow.comment(comment);
    }
    let outcome = failed(flow.send().await, || format!("withdraw order {}", arguments.order))?;
    output::print(format, &outcome_value(&outcome), |_| show::outcome(&outcome))?;
    Ok(match outcome {
        WithdrawOutcome::StillPending { .. } => Exit::StillPending,
        outcome if outcome.is_withdrawn() => Exit::Done,
        _ => Exit::Refused,
    })
}

/// An outcome for programs.
fn outcome_value(outcome: &WithdrawOutcome) -> Value {
    let name = match outcome {
        WithdrawOutcome::Withdrawn { .. } => "withdrawn",
        WithdrawOutcome::WithdrawnWithCharge { .. } => "withdrawnWithCharge",
        WithdrawOutcome::Refused { .. } => "refused",
        WithdrawOutcome::StillPending { .. } => "stillPending",
        _ => "other",
    };
    let mut value = json!({ "outcome": name, "order": outcome.order() });
    if let WithdrawOutcome::Refused { why, .. } = outcome {
        value["why"] = match why {
            WithdrawRefusal::Service(code) => {
                json!({ "by": "service", "errorCode": code, "errorName": code.name() })
            }
            WithdrawRefusal::Network => json!({ "by": "network" }),
            WithdrawRefusal::Overtaken => json!({ "by": "overtaken" }),
            _ => json!({}),
        };
    }
    value
}

async fn timeslots(client: &Client, arguments: &Timeslots, format: Format) -> Result<(), Failure> {
    let now: DateTime<FixedOffset> = DateTime::<Utc>::from(SystemTime::now()).into();
    let from = arguments.from.unwrap_or(now);
    let to = arguments.to.unwrap_or(from + FORTNIGHT);
    let call = client
        .query_appointment_timeslots()
        .location_id(arguments.location.clone())
        .start_date_time(from)
        .end_date_time(to)
        .demand_type(arguments.demand_type)
        .send();
    let location = arguments.location.as_str();
    let found = called(call.await, || format!("query the timeslots of `{location}`"))?.response;
    output::print(format, &found.timeslots, |timeslots| show::timeslots(timeslots))
}

const FORTNIGHT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

async fn book(client: &Client, arguments: &Book) -> Result<NbnOrder, Failure> {
    let wrong = |option: &str| {
        Failure::Usage(format!(
            "use `--{option}`; it takes 1 to 100 letters, digits, spaces and `,.-/@+_()`"
        ))
    };
    let text = |option, value: &str| value.parse().map_err(|_| wrong(option));
    let contact = match (&arguments.contact_name, &arguments.contact_phone) {
        (Some(name), Some(phone)) => Some(SiteContact {
            name: text("contact-name", name)?,
            phone: text("contact-phone", phone)?,
            notes: match &arguments.contact_notes {
                Some(notes) => Some(text("contact-notes", notes)?),
                None => None,
            },
        }),
        _ => None,
    };
    let request = BookingRequest {
        order_id: arguments.order.into(),
        timeslot_id: arguments.timeslot.clone(),
        contact,
    };
    let call = client.book_appointment().body(request).send().await;
    Ok(called(call, || format!("book a timeslot for order {}", arguments.order))?.response)
}

/// The answer of a call, or what it failed to do.
fn called<T>(
    result: Result<octane_client::ResponseValue<T>, impl Into<Error>>,
    action: impl FnOnce() -> String,
) -> Result<T, Failure> {
    failed(result.map(octane_client::ResponseValue::into_inner).map_err(Into::into), action)
}

fn failed<T>(result: Result<T, Error>, action: impl FnOnce() -> String) -> Result<T, Failure> {
    result.map_err(|source| Failure::Call { action: action(), source: Box::new(source) })
}

/// What is in a file, or on standard input if it is `-`.
fn read<T: serde::de::DeserializeOwned>(what: &'static str, path: &Path) -> Result<T, Failure> {
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|e| Failure::io(format!("read {what} in `{}`", path.display()), e))?;
    serde_json::from_str(&text).map_err(|source| Failure::input(what, path, source))
}
