//! Orders in the states in which each call would succeed, and how it is seen that they still are.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::caller::Provider;
use crate::difference::difference;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::Looks;
use crate::machine::calls::{Trouble, checked};
use crate::machine::expectation::has_status;
use crate::machine::requests;
use crate::machine::run::start;
use crate::machine::runner::Runner;
use crate::reach::{Abstract, Outcome};
use crate::session::Session;
use crate::step::{Details, Place};
use crate::truth_table::{State, Visit};

/// What the cases are tried on.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// An order that can be withdrawn.
    pub(super) withdrawable: i64,
    /// An order that an appointment can be booked for.
    pub(super) bookable: i64,
    /// A completed activation, whose service can be changed.
    completed: i64,
    /// A timeslot that is free.
    pub(super) timeslot: String,
    /// A qualification nothing was ordered with.
    pub(super) qualification: Value,
    /// Cursors of the list.
    pub(super) cursors: Cursors,
    /// What is seen of everything before a case.
    before: Value,
    /// What was sent to make it, and answered, without mere looks.
    made: Made,
}

/// What was sent to make a fixture.
#[derive(Debug, Clone, Default)]
struct Made {
    /// Before the last reset, which only an old cursor remembers.
    first: Vec<Exchange>,
    /// From the last reset on.
    then: Vec<Exchange>,
}

/// Cursors of an unfiltered list.
#[derive(Debug, Clone, Default)]
pub struct Cursors {
    /// One that can be followed.
    pub own: String,
    /// One that was issued to the other provider.
    pub foreign: String,
    /// One that was issued before the last reset.
    pub stale: String,
}

impl Fixture {
    /// Everything is as it was when the fixture was made; if it is not, that is the doing of this
    /// request, if it is known which it was.
    ///
    /// Of the looks, the log then holds the one that shows it.
    ///
    /// # Errors
    /// With what is different.
    pub async fn is_unchanged(
        &self,
        session: &Session,
        after: Option<&Exchange>,
    ) -> Result<(), Trouble> {
        let sent = session.log().take_exchanges();
        let now = watched(session, self).await?;
        let looks = session.log().take_exchanges();
        session.log().put_back(sent);
        let Some(found) = difference(&self.before, &now) else { return Ok(()) };
        let last = looks.get(look(&found.pointer)).or(looks.last()).cloned();
        let last = last.expect("something was looked at");
        session.log().put_back(vec![last.clone()]);
        let expected = format!("{} at `{}`, as before", found.expected, found.pointer);
        let exchange = after.unwrap_or(&last);
        Err(Failure::of(Rule::RefusalChangesNothing, exchange, expected, found.received).into())
    }

    /// Empties the target, and makes the orders.
    ///
    /// # Errors
    /// If an answer breaks the contract.
    pub async fn prepare(session: &Session) -> Result<Self, Trouble> {
        Runner::begin(session, start(), Looks::AtEnd).await?;
        let mut made = Made::default();
        let new = at(State::Submitted);
        for _ in 0..2 {
            seed(session, Provider::A, new).await?;
        }
        let stale = cursor(session, Provider::A).await?;
        made.first = session.log().take_exchanges();
        Runner::begin(session, start(), Looks::AtEnd).await?;
        for _ in 0..2 {
            seed(session, Provider::B, new).await?;
        }
        let accepted = at(State::Accepted);
        let waiting = at(State::AppointmentRequired);
        let completed = Abstract { timeslot_held: true, ..at(State::Completed) };
        let mut fixture = Fixture {
            withdrawable: seed(session, Provider::A, accepted).await?,
            bookable: seed(session, Provider::A, waiting).await?,
            completed: seed(session, Provider::A, completed).await?,
            timeslot: timeslot(session).await?,
            qualification: qualification(session).await?,
            cursors: Cursors::default(),
            before: Value::Null,
            made,
        };
        fixture.cursors = Cursors {
            own: cursor(session, Provider::A).await?,
            foreign: cursor(session, Provider::B).await?,
            stale,
        };
        let mut then = session.log().take_exchanges();
        then.retain(|it| it.method != "GET");
        fixture.made.then = then;
        fixture.before = watched(session, &fixture).await?;
        session.log().take_exchanges();
        Ok(fixture)
    }

    /// The orders, all of them this one, and nothing of what is seen: for a target that others share.
    pub fn borrowed(order: i64, timeslot: String, qualification: Value) -> Self {
        let cursors = Cursors::default();
        let (withdrawable, bookable, completed) = (order, order, order);
        let (before, made) = (Value::Null, Made::default());
        Fixture {
            withdrawable,
            bookable,
            completed,
            timeslot,
            qualification,
            cursors,
            before,
            made,
        }
    }

    /// Orders that nobody made, to know which cases there are.
    pub(super) fn imagined() -> Self {
        let qualification = json!({
            "qualificationSearchId": "00000000-0000-4000-8000-000000000000",
            "remoteOrderId": "00000000-0000-4000-8000-000000000001",
            "remoteQualificationSearchId": "00000000-0000-4000-8000-000000000002",
        });
        let cursors =
            Cursors { own: "own".into(), foreign: "foreign".into(), stale: "stale".into() };
        let borrowed = Fixture::borrowed(1001, "slot".to_owned(), qualification);
        Fixture { bookable: 1002, completed: 1003, cursors, ..borrowed }
    }

    /// What is sent to come where these requests were, and then they.
    pub(crate) fn before(&self, sent: Vec<Exchange>) -> Vec<Exchange> {
        let pages = sent.iter().any(|exchange| exchange.path.contains("cursor="));
        let first = if pages { self.made.first.clone() } else { Vec::new() };
        first.into_iter().chain(self.made.then.iter().cloned()).chain(sent).collect()
    }

    /// An order that can no longer be withdrawn, if there is one.
    pub(super) fn closed(&self) -> Option<i64> {
        (self.completed != self.withdrawable).then_some(self.completed)
    }

    /// Every order there is.
    pub(super) fn orders(&self) -> [i64; 3] {
        [self.withdrawable, self.bookable, self.completed]
    }
}

fn at(state: State) -> Abstract {
    let visit = Visit::Required;
    Abstract { state, origin: None, visit, timeslot_held: false, outcome: Outcome::NeverAsked }
}

/// Seeds an order of a provider into a state.
async fn seed(session: &Session, owner: Provider, state: Abstract) -> Result<i64, Trouble> {
    let exchange = requests::seed(session, owner, state).await?;
    has_status(Rule::AnswerFollows, session.judge(), &exchange, 201)?;
    Ok(exchange.response()["orderId"].as_i64().unwrap_or_default())
}

async fn qualification(session: &Session) -> Result<Value, Trouble> {
    let place = crate::model::facts::location(Place::Visit).map_or("", |location| location.id);
    let exchange = requests::qualify(session, Provider::A, place, &Details::default()).await?;
    has_status(Rule::AnswerFollows, session.judge(), &exchange, 200)?;
    Ok(exchange.response().clone())
}

async fn cursor(session: &Session, provider: Provider) -> Result<String, Trouble> {
    let call = session.client(provider).list_nbn_orders().limit(1);
    let exchange = checked(session, call.send().await)?;
    has_status(Rule::AnswerFollows, session.judge(), &exchange, 200)?;
    let cursor = exchange.response().get("nextCursor").and_then(Value::as_str);
    Ok(cursor.unwrap_or_default().to_owned())
}

async fn timeslot(session: &Session) -> Result<String, Trouble> {
    let offered = timeslots(session).await?;
    let id = offered.pointer("/timeslots/0/timeslotId").and_then(Value::as_str);
    Ok(id.unwrap_or_default().to_owned())
}

/// The free timeslots of the next days where the orders are.
async fn timeslots(session: &Session) -> Result<Value, Trouble> {
    let from = start();
    let (place, to) = ("LOC000000000001", from + TimeDelta::days(14));
    let exchange =
        requests::timeslots(session, Provider::A, place, (from, to), &Details::default()).await?;
    has_status(Rule::TimeslotsOffered, session.judge(), &exchange, 200)?;
    Ok(exchange.response().clone())
}

/// Which of the looks of [`watched`] a place in what it gives is about.
fn look(pointer: &str) -> usize {
    let mut tokens = pointer.split('/').skip(1);
    let (view, nth) = (tokens.next(), tokens.next().and_then(|it| it.parse().ok()).unwrap_or(0));
    match view {
        Some("orders") => nth,
        Some("lists") => 3 + nth,
        _ => 5,
    }
}

/// Everything a refused request might have changed: every order in detail, every list, the places.
async fn watched(session: &Session, fixture: &Fixture) -> Result<Value, Trouble> {
    let mut orders = Vec::new();
    for order in fixture.orders() {
        let client = session.client(Provider::A);
        let exchange = checked(session, client.get_nbn_order().order_id(order).send().await)?;
        orders.push(exchange.response().clone());
    }
    let mut lists = Vec::new();
    for provider in Provider::ALL {
        let call = session.client(provider).list_nbn_orders().limit(100);
        let exchange = checked(session, call.send().await)?;
        has_status(Rule::ListComplete, session.judge(), &exchange, 200)?;
        lists.push(exchange.response().clone());
    }
    let timeslots = timeslots(session).await?;
    Ok(json!({ "orders": orders, "lists": lists, "timeslots": timeslots }))
}
