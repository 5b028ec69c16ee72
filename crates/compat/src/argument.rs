//! Which numbers an argument may be.

use fanin::InitError;

/// `value` if it is finite.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, InitError> {
    valid(name, value, "finite", value.is_finite())
}

/// `value` if it is finite and not negative.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, InitError> {
    let is_valid = value >= 0.0 && value.is_finite();
    // -0.0 passes the comparison; the sum makes it 0.0, so that it prints and compares as such.
    Ok(valid(name, value, "finite and at least 0", is_valid)? + 0.0)
}

/// `value` if it is finite and above 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, InitError> {
    let is_valid = value > 0.0 && value.is_finite();
    valid(name, value, "finite and above 0", is_valid)
}

fn valid(
    name: &'static str,
    value: f64,
    rule: &'static str,
    is_valid: bool,
) -> Result<f64, InitError> {
    if is_valid {
        Ok(value)
    } else {
        Err(InitError::InvalidParameter { name, value, rule })
    }
}
