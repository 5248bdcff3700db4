//! Long lives of orders, planned so that every state is met with every kind of past.
//!
//! What an order may do follows from its state, what it is charged from its booked timeslot and from
//! when its withdrawal was asked for, and nothing else of its past matters: not how often it was
//! booked or asked to be withdrawn, not whether it was held, nor by which way it came. So whatever
//! can be done in a state is to be done there after each of these. A walk goes by the shortest way to
//! whatever no walk has done yet, over the transitions of the [truth table](crate::truth_table), and
//! ends in a way that the seed chooses; which are done first, the seed chooses too.
//!
//! What must come of it is not known here. The model of the world is run along only to know which
//! timeslots are near.

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use super::run::start;
use super::scenarios::{begun_at, seeded};
use crate::caller::Provider;
use crate::model::World;
use crate::reach::{Abstract, Trigger};
use crate::step::{By, Details, During, Pick, Place, Span, Step};
use crate::truth_table::{Event, Operation, State, Visit};

/// How many steps a walk takes at the most before it makes for its end.
const STEPS: usize = 15;

/// Beside the ends that are taken whatever the seed, in which a withdrawal is decided while a place is
/// held, how many more there are: others for each seed.
const MORE_ENDS: usize = 1;

/// How many thousandths of a second pass before something is done for the first time: when it was done
/// is told, and is told apart from when something was done before.
const MOMENT: u32 = 17;

/// How far a place held is away, as the fee for a late withdrawal sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Notice {
    /// No place is held.
    None,
    /// 24 hours or more.
    Long,
    /// Less.
    Short,
    /// The timeslot has started.
    Over,
}

/// Something that is done on a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Move {
    Withdraw,
    /// Books the next timeslot, or one further on, which is days away.
    Book(Notice),
    Event(Event),
    /// Time passes, until there is just this much notice.
    Wait(Notice),
}

/// Where an order is, and what it has been through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    at: Abstract,
    /// How much notice there is; while a withdrawal is pending, how much there was.
    notice: Notice,
    /// Which state it came from.
    came: Option<State>,
    /// How often a withdrawal was asked for, and a timeslot booked; more is the same as two.
    asked: u8,
    booked: u8,
    been_held: bool,
    worked_on: bool,
    /// The notice when it was first booked, and when a withdrawal was first asked for.
    first_booked: Notice,
    first_asked: Notice,
}

/// A state, something that is done in it, and one thing about the past.
type Item = (State, Option<State>, Notice, Move, u8, u8);

/// A state that is left for good, and how.
type End = (State, Option<State>, Notice, Move);

impl Node {
    fn new(state: State, visit: Visit) -> Self {
        let at = Abstract { state, ..Abstract::initial(visit) };
        Node {
            at,
            notice: Notice::None,
            came: None,
            asked: 0,
            booked: 0,
            been_held: false,
            worked_on: false,
            first_booked: Notice::None,
            first_asked: Notice::None,
        }
    }

    /// Everything that can be done, refused calls too.
    fn moves(&self) -> Vec<Move> {
        let legal = |event: &Event| self.at.after(Trigger::Event(*event)).is_some();
        let mut moves: Vec<Move> = Event::ALL.into_iter().filter(legal).map(Move::Event).collect();
        moves.extend([Move::Withdraw, Move::Book(Notice::Long)]);
        if self.at.after(Trigger::Operation(Operation::Book)).is_some() {
            moves.push(Move::Book(Notice::Short));
        }
        if self.at.state == State::Scheduled {
            let later = [Notice::Short, Notice::Over].into_iter();
            moves.extend(later.filter(|it| *it > self.notice).map(Move::Wait));
        }
        moves
    }

    /// The order after this, if it was moved.
    fn after(&self, done: Move) -> Option<Node> {
        let trigger = match done {
            Move::Wait(notice) => return Some(Node { notice, ..*self }),
            Move::Withdraw => Trigger::Operation(Operation::Withdraw),
            Move::Book(_) => Trigger::Operation(Operation::Book),
            Move::Event(event) => Trigger::Event(event),
        };
        let at = self.at.after(trigger)?;
        let mut node = Node { at, came: Some(self.at.state), ..*self };
        match done {
            Move::Withdraw => {
                if node.asked == 0 {
                    node.first_asked = node.notice;
                }
                node.asked = 2.min(node.asked + 1);
            }
            Move::Book(notice) => {
                node.notice = notice;
                if node.booked == 0 {
                    node.first_booked = notice;
                }
                node.booked = 2.min(node.booked + 1);
            }
            Move::Event(_) | Move::Wait(_) => {}
        }
        if !at.timeslot_held {
            node.notice = Notice::None;
        }
        node.been_held |= at.state == State::Held;
        node.worked_on |= at.state == State::InProgress;
        Some(node)
    }

    fn end(&self, done: Move) -> End {
        (self.at.state, self.at.origin, self.notice, done)
    }

    /// What doing this here shows.
    fn items(&self, done: Move) -> [Item; 8] {
        let past = [
            self.came.map_or(0, |from| 1 + from as u8),
            self.asked,
            self.booked,
            u8::from(self.been_held),
            u8::from(self.worked_on),
            self.first_booked as u8,
            self.first_asked as u8,
            self.at.outcome as u8,
        ];
        let (state, origin, notice, done) = self.end(done);
        let mut which = 0;
        past.map(|value| {
            which += 1;
            (state, origin, notice, done, which, value)
        })
    }
}

fn is_closed(node: &Node) -> bool {
    Event::ALL.into_iter().all(|event| node.at.after(Trigger::Event(event)).is_none())
}

/// The shortest way to do something wanted that can be done; what is tried first depends on the turn.
fn way(from: Node, turn: usize, wanted: impl Fn(&Node, Move) -> bool) -> Option<Vec<Move>> {
    let mut seen = BTreeSet::from([from]);
    let mut queue = VecDeque::from([(from, Vec::new())]);
    while let Some((node, way)) = queue.pop_front() {
        let mut moves = node.moves();
        let first = turn % moves.len();
        moves.rotate_left(first);
        let longer = |done| way.iter().copied().chain([done]).collect::<Vec<_>>();
        if let Some(done) = moves.iter().find(|done| wanted(&node, **done)) {
            return Some(longer(*done));
        }
        for done in moves {
            if let Some(next) = node.after(done)
                && !is_closed(&next)
                && seen.insert(next)
            {
                queue.push_back((next, longer(done)));
            }
        }
    }
    None
}

/// Every end there is to a life that begins here.
fn ends(from: Node) -> BTreeSet<End> {
    let (mut seen, mut queue) = (BTreeSet::from([from]), vec![from]);
    let mut ends = BTreeSet::new();
    while let Some(node) = queue.pop() {
        for done in node.moves() {
            match node.after(done) {
                Some(next) if is_closed(&next) => drop(ends.insert(node.end(done))),
                Some(next) if seen.insert(next) => queue.push(next),
                _ => {}
            }
        }
    }
    ends
}

/// The walks of a seed, one after the other in one world.
pub fn drawn(seed: u64) -> Vec<Step> {
    let turn = usize::try_from(seed % 1_000).unwrap_or_default();
    let mut tour = Tour {
        world: World::at(start()),
        steps: Vec::new(),
        done: BTreeSet::new(),
        timed: BTreeSet::new(),
        acted: start(),
        turn,
    };
    tour.step(begun_at(seed));
    let begins = [
        Node::new(State::AppointmentRequired, Visit::Required),
        Node::new(State::Accepted, Visit::NotRequired),
    ];
    let held = |(state, origin, ..): &End| {
        *state == State::PendingWithdrawal && *origin == Some(State::Scheduled)
    };
    let every = begins.map(|begin| ends(begin).into_iter().map(move |end| (begin, end)));
    let (always, mut more): (Vec<_>, Vec<_>) =
        every.into_iter().flatten().partition(|(_, end)| held(end));
    let first = (turn * MORE_ENDS) % more.len();
    more.rotate_left(first);
    for (nth, (begin, end)) in
        always.into_iter().chain(more.into_iter().take(MORE_ENDS)).enumerate()
    {
        tour.walk(Provider::ALL[(nth + turn) % 2], begin, end);
    }
    tour.steps
}

/// Walks in one world, and what they have done.
struct Tour {
    world: World,
    steps: Vec<Step>,
    done: BTreeSet<Item>,
    /// What was done at a moment at which nothing had been done before.
    timed: BTreeSet<Move>,
    /// When anything was done last.
    acted: DateTime<Utc>,
    turn: usize,
}

impl Tour {
    /// Walks about, doing what was not done before, and then to this end.
    fn walk(&mut self, provider: Provider, begin: Node, end: End) {
        let order = self.world.orders.len();
        let mut node = begin;
        self.step(Step::Seed { provider, state: seeded(node.at.state, node.at.visit) });
        if node.at.visit.is_required() {
            // What is booked first says otherwise of the fee than what is booked in the end.
            let (_, _, notice, _) = end;
            let first = if notice == Notice::Long { Notice::Short } else { Notice::Long };
            node = self.go(order, node, &[Move::Book(first)]);
        }
        let mut left = STEPS;
        while left > 0 {
            // What is to be met after every state it can come from goes before the rest of the past.
            let new = |node: &Node, done: Move, of_past: usize| {
                let closes = node.after(done).is_some_and(|next| is_closed(&next));
                let shown = node.items(done);
                !closes && shown[..of_past].iter().any(|item| !self.done.contains(item))
            };
            let way = way(node, self.turn, |node, done| new(node, done, 1))
                .or_else(|| way(node, self.turn, |node, done| new(node, done, 8)));
            let Some(way) = way else { break };
            left = left.saturating_sub(way.len());
            node = self.go(order, node, &way);
        }
        // Time does not go back, so a life may have come too far for its end; not for another one.
        let to_end = way(node, self.turn, |node, done| node.end(done) == end);
        if let Some(way) = to_end {
            node = self.go(order, node, &way);
            let refused = [Move::Withdraw, Move::Book(Notice::Long)][order % 2];
            self.go(order, node, &[refused]);
        }
    }

    fn go(&mut self, order: usize, from: Node, way: &[Move]) -> Node {
        let mut node = from;
        for done in way {
            self.turn += 1;
            self.done.extend(node.items(*done));
            if let Move::Wait(_) = done {
                // Before it is too late to see which places were given back.
                let during = During::Days(0, 14);
                let provider = Provider::ALL[self.turn % 2];
                let (place, details) = (Place::Visit, Details::default());
                self.step(Step::Timeslots { provider, place, during, details });
            }
            let moves = !matches!(done, Move::Wait(_));
            if moves && self.timed.insert(*done) && self.world.now == self.acted {
                self.step(Step::Advance { span: Span::Milliseconds(MOMENT) });
            }
            let step = self.meant(order, *done);
            self.step(step);
            self.acted = self.world.now;
            node = node.after(*done).unwrap_or(node);
            if *done == Move::Event(Event::Hold) {
                // A shortfall is not remedied on the day it is found.
                self.step(Step::Advance { span: Span::Days(1) });
            }
        }
        node
    }

    /// The step that a move is for this order in this world.
    fn meant(&self, order: usize, done: Move) -> Step {
        let (by, details) = (By::Owner, Details::default());
        match done {
            Move::Withdraw => Step::Withdraw { by, order, details },
            Move::Event(event) => {
                Step::Network { order, event, noted: self.turn.is_multiple_of(3) }
            }
            Move::Book(notice) => {
                let pick = Pick::Nth(self.nth(order, notice));
                Step::Book { by, order, pick, details }
            }
            Move::Wait(Notice::Over) => Step::Advance { span: Span::TimeslotStart(order, 1) },
            Move::Wait(_) => Step::Advance { span: Span::FeeBoundary(order, 1) },
        }
    }

    /// A timeslot with this much notice, another each time, that no order holds.
    fn nth(&self, order: usize, notice: Notice) -> usize {
        let away = |nth: usize| {
            let slot = self.world.resolve(order, Pick::Nth(nth))?;
            (self.world.taken(slot) == 0).then_some(slot.start - self.world.now)
        };
        let fits = |nth: &usize| {
            let short = away(*nth).map(|away| away < TimeDelta::hours(24));
            short == Some(notice == Notice::Short)
        };
        let first = if notice == Notice::Short { 0 } else { 3 + self.turn % 5 };
        (first..first + 40).find(fits).unwrap_or(first)
    }

    fn step(&mut self, step: Step) {
        self.world.perform(&step);
        self.steps.push(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_depend_on_the_seed_alone() {
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
    }

    #[test]
    fn a_life_may_end_with_every_notice() {
        let visited = ends(Node::new(State::AppointmentRequired, Visit::Required));
        let decided = |notice| {
            let pending = (State::PendingWithdrawal, Some(State::Scheduled), notice);
            visited.contains(&(
                pending.0,
                pending.1,
                pending.2,
                Move::Event(Event::ConfirmWithdrawal),
            ))
        };
        assert!([Notice::Long, Notice::Short, Notice::Over].into_iter().all(decided));
        assert!(visited.contains(&(
            State::InProgress,
            None,
            Notice::Short,
            Move::Event(Event::Complete)
        )));
    }

    #[test]
    fn a_walk_does_what_its_model_allows() {
        for seed in 0..20 {
            let mut world = World::at(start());
            let mut closed = 0;
            for step in drawn(seed) {
                world.perform(&step);
                closed = world.orders.iter().filter(|order| order.is_closed()).count();
            }
            assert!(closed + 1 >= world.orders.len(), "seed {seed}: {closed} lives ended");
        }
    }
}
