//! A weight as text: its shape, how it was read, and its fans.

use std::fmt;

use crate::num::short::Short;
use crate::weight::weight::Weight;

/// Fans of parts that are printed at most.
const SHOWN: usize = 6;

/// The shape, how it was read, and its fans: `[256, 784] as o i: fan_in 784, fan_out 256`.
impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} as {}: ", self.shape(), self.reading())?;
        self.write_fan(f, "fan_in", |weight| weight.fan_in)?;
        f.write_str(", ")?;
        self.write_fan(f, "fan_out", |weight| weight.fan_out)
    }
}

impl Weight {
    fn write_fan(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        fan: fn(&Weight) -> Option<f64>,
    ) -> fmt::Result {
        // A count, in full.
        let short = |fan: f64| match fan.fract() == 0.0 {
            true => fan.to_string(),
            false => Short(fan).to_string(),
        };
        match fan(self) {
            Some(fan) => write!(f, "{name} {}", short(fan)),
            None if self.parts().all(|part| fan(part).is_some()) => {
                let fans = self.parts().take(SHOWN).filter_map(fan).map(short);
                let fans: Vec<String> = fans.collect();
                let more = if self.parts().count() > SHOWN {
                    ", ..."
                } else {
                    ""
                };
                write!(f, "{name} by part [{}{more}]", fans.join(", "))
            }
            None => write!(f, "no {name}"),
        }
    }
}

/// What [`Display`](fmt::Display) prints, in the name of the type.
impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Weight({self})")
    }
}
