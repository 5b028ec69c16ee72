//! The argument of the examples.

use lexopt::{Arg, Parser, ValueExt};

/// The value of `--seed`, or `default`. `--help` prints `about`, and gives no seed.
pub(crate) fn seed(about: &str, default: u64) -> Result<Option<u64>, lexopt::Error> {
    let mut seed = default;
    let mut arguments = Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("seed") => seed = arguments.value()?.parse()?,
            Arg::Short('h') | Arg::Long("help") => {
                println!(
                    "{about}\n\nOptions:\n  --seed N  another network, N from 0 ({default} unless given)"
                );
                return Ok(None);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(seed))
}
