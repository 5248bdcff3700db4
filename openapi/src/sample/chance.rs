//! Chance that is the same everywhere.
//!
//! `SplitMix64` (Steele, Lea and Flood, 2014), by hand: the generators of `rand` may change with its
//! version, and with them every answer of a mock.

/// A stream of numbers that follows from its seed.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    #[cfg(test)]
    pub(super) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// A stream of its own for a seed and what it is for.
    pub(super) fn of(seed: u64, parts: &[&str]) -> Chance {
        // FNV-1a, with a mark between the parts so that `ab`, `c` differs from `a`, `bc`.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
        for byte in parts.iter().flat_map(|part| part.bytes().chain([0xff])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut chance = Chance(hash);
        chance.0 = chance.next();
        chance
    }

    pub(super) fn seed(&self) -> u64 {
        self.0
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which must not be 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// An index of a list of this length, which must not be empty.
    pub(super) fn index(&mut self, length: usize) -> usize {
        let index = self.below(u64::try_from(length).expect("a list fits in memory"));
        usize::try_from(index).expect("an index is below a length")
    }

    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.index(items.len())]
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_is_a_promise() {
        let mut chance = Chance::new(1);
        // The reference implementation's.
        let drawn = [chance.next(), chance.next(), chance.next()];
        assert_eq!(drawn, [0x910a_2dec_8902_5cc1, 0xbeeb_8da1_658e_ec67, 0xf893_a2ee_fb32_555e]);
        assert_ne!(Chance::of(1, &["ab", "c"]).seed(), Chance::of(1, &["a", "bc"]).seed());
        assert_ne!(Chance::of(1, &["a"]).seed(), Chance::of(2, &["a"]).seed());
    }
}
