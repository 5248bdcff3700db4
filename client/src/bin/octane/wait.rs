//! Times as people write them: `30s`, `10m`, `2h`.

use std::time::Duration;

pub(crate) fn parse_wait(text: &str) -> Result<Duration, String> {
    let problem =
        || format!("`{text}` is no time; write a whole number and s, m or h, as in `10m`");
    let unit = text.chars().last().ok_or_else(problem)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(problem()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| problem())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_time() {
        assert_eq!(parse_wait("0s"), Ok(Duration::ZERO));
        assert_eq!(parse_wait("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_wait("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse_wait("2h"), Ok(Duration::from_secs(7200)));
        for text in ["", "10", "m", "-1s", "1.5h", "10é", "99999999999999999h"] {
            assert!(parse_wait(text).is_err(), "{text}");
        }
    }
}
