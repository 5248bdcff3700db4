//! What an unquoted scalar means in YAML 1.2's core schema.

use serde_json::{Number, Value};

/// What a scalar cannot be read for, and what to write instead.
type Refused = (String, &'static str);

/// The value of an unquoted scalar.
pub(super) fn plain(text: &str) -> Result<Value, Refused> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => {
            return Err((
                format!("`{text}` is a number that JSON cannot hold"),
                "quote it if a text is meant",
            ));
        }
        _ => {}
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() {
        return Ok(Value::String(text.to_owned()));
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return integer(text, digits, 10);
    }
    if let Some(octal) = text.strip_prefix("0o")
        && !octal.is_empty()
        && octal.bytes().all(|byte| matches!(byte, b'0'..=b'7'))
    {
        return integer(text, octal, 8);
    }
    if let Some(hexadecimal) = text.strip_prefix("0x")
        && !hexadecimal.is_empty()
        && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return integer(text, hexadecimal, 16);
    }
    if is_float(digits) {
        // Rust's grammar for floats holds all that YAML's core schema does.
        return text.parse().ok().and_then(Number::from_f64).map(Value::Number).ok_or_else(|| {
            (format!("`{text}` is beyond a 64-bit float"), "quote it if a text is meant")
        });
    }
    Ok(Value::String(text.to_owned()))
}

fn integer(text: &str, digits: &str, radix: u32) -> Result<Value, Refused> {
    if radix == 10 && digits.len() > 1 && digits.starts_with('0') {
        return Err((
            format!("the number `{text}` would lose its leading zero"),
            "quote it if the zero matters, or drop the zero",
        ));
    }
    let number = if text.starts_with('-') {
        i64::from_str_radix(text, radix).ok().map(Number::from)
    } else {
        u64::from_str_radix(digits, radix).ok().map(Number::from)
    };
    number.map(Value::Number).ok_or_else(|| {
        (format!("the integer `{text}` does not fit in 64 bits"), "quote it if a text is meant")
    })
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, YAML's float without its sign.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_holds = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let some_digit = !whole.is_empty() || !fraction.is_empty();
    some_digit && all_digits(whole) && all_digits(fraction) && exponent_holds
}
