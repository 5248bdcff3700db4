//! Who goes next, where several are on their way.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

/// A column of calls on its way.
pub(super) type Turn<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// How often somebody who could go on is passed over. Without an end to it, a future that waits for
/// a socket would be asked without rest.
const PASSED_OVER_MAX: u32 = 24;

/// Counts moments, to tell what was over before what began.
#[derive(Debug, Default)]
pub(super) struct Moments(AtomicU64);

impl Moments {
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// Numbers that look drawn, and are the same for the same seed: `SplitMix64`.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from((bits ^ (bits >> 31)) % end).unwrap_or_default()
    }

    /// One of several.
    pub(super) fn of_these<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// Drives all to their end, in turns drawn from the seed. Schedule 0 lets everybody go as far as they
/// can, round and round.
pub(super) async fn in_turns<T>(mut turns: Vec<Turn<'_, T>>, schedule: u64) -> Vec<T> {
    let mut draw = Draw::of(schedule);
    let mut done: Vec<Option<T>> = turns.iter().map(|_| None).collect();
    let mut passed_over = if schedule == 0 { PASSED_OVER_MAX } else { 0 };
    poll_fn(|context| {
        let mut waiting: Vec<usize> = (0..turns.len()).filter(|at| done[*at].is_none()).collect();
        while !waiting.is_empty() {
            let next = if schedule == 0 { 0 } else { draw.below(waiting.len()) };
            let at = waiting.remove(next);
            if passed_over < PASSED_OVER_MAX && draw.below(2) == 0 {
                passed_over += 1;
                context.waker().wake_by_ref();
                continue;
            }
            if let Poll::Ready(result) = turns[at].as_mut().poll(context) {
                done[at] = Some(result);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
