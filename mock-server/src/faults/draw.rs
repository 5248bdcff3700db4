//! Numbers that look drawn at random and follow from the seed.

/// Odd, and the golden ratio of 2^64, as in `SplitMix64`.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A number for one purpose: the same seed, rule, count and purpose give the same number.
pub(super) fn bits(seed: u32, rule: u64, count: u64, purpose: Purpose) -> u64 {
    [rule, count, purpose as u64]
        .into_iter()
        .fold(u64::from(seed), |bits, it| scrambled(bits ^ scrambled(it.wrapping_add(1))))
}

/// What a number is drawn for, so that the two of one call are unrelated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// Whether the rule applies.
    Pick,
    /// How long the call is held up.
    Latency,
}

/// The number as a fraction of 1, below 1: its upper 53 bits, which an `f64` holds exactly.
pub(super) fn fraction(bits: u64) -> f64 {
    const STEPS: f64 = (1u64 << 53) as f64;
    (bits >> 11) as f64 / STEPS
}

/// The number brought into `0..=most`. The bias is one in 2^32 and matters to nobody here.
pub(super) fn within(bits: u64, most: u32) -> u32 {
    u32::try_from(bits % (u64::from(most) + 1)).expect("a remainder of at most a `u32`")
}

/// One step of `SplitMix64`, whose numbers of neighbours look unrelated.
fn scrambled(number: u64) -> u64 {
    let mut bits = number.wrapping_mul(SPREAD);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_spread(numbers: impl Iterator<Item = u64>) {
        let drawn: Vec<f64> = numbers.map(fraction).collect();
        let low = drawn.iter().filter(|it| **it < 0.1).count() as f64 / drawn.len() as f64;
        assert!((0.08..0.12).contains(&low), "{low} of them lie in the first tenth");
    }

    #[test]
    fn neighbouring_counts_rules_and_seeds_draw_unrelated_numbers() {
        check_spread((0..10_000).map(|count| bits(1, 1, count, Purpose::Pick)));
        check_spread((0..10_000).map(|rule| bits(1, rule, 1, Purpose::Pick)));
        check_spread((0..10_000).map(|seed| bits(seed, 1, 1, Purpose::Latency)));
        assert_ne!(bits(1, 1, 1, Purpose::Pick), bits(1, 1, 1, Purpose::Latency));
        assert_eq!(bits(7, 2, 3, Purpose::Pick), bits(7, 2, 3, Purpose::Pick));
    }

    #[test]
    fn a_number_is_brought_into_bounds() {
        assert_eq!((fraction(0), within(0, 5), within(11, 5)), (0.0, 0, 5));
        assert!(fraction(u64::MAX) < 1.0);
    }
}
