//! A case: its dice, its calls, and what must hold of them.

use std::panic::panic_any;

use crate::{dice::Dice, watch};

/// What must hold, whatever is called with whatever arguments.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Property {
    /// Nothing panics.
    Panic,
    /// Every case ends within seconds.
    Ends,
    /// No allocation fails that was not asked for: the process lives.
    Abort,
    /// A draw takes its result and 16 MiB; of whole matrices three times as much more.
    Memory,
    /// Values are finite, and within the bounds of a law that has some.
    Bounds,
    /// On an error an array is as it was, and beside a view it always is.
    Untouched,
    /// `init`, `fill`, regions and flat ranges have the same bits.
    Same,
    /// 32 bytes of the generator, and none on an error.
    Bytes,
    /// What was drawn passes its own check.
    Passes,
    /// What was spoilt does not.
    Sees,
    /// Numbers under `Ok` are finite.
    Finite,
    /// LSUV leaves the weight as it was if it fails.
    Restored,
}

impl Property {
    pub(crate) const ALL: [Property; 12] = [
        Property::Panic,
        Property::Ends,
        Property::Abort,
        Property::Memory,
        Property::Bounds,
        Property::Untouched,
        Property::Same,
        Property::Bytes,
        Property::Passes,
        Property::Sees,
        Property::Finite,
        Property::Restored,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Property::Panic => "panic",
            Property::Ends => "ends",
            Property::Abort => "abort",
            Property::Memory => "memory",
            Property::Bounds => "bounds",
            Property::Untouched => "untouched",
            Property::Same => "same",
            Property::Bytes => "bytes",
            Property::Passes => "passes",
            Property::Sees => "sees",
            Property::Finite => "finite",
            Property::Restored => "restored",
        }
    }
}

/// The payload of a panic that says what did not hold.
pub(crate) struct Broken {
    pub(crate) property: Property,
    pub(crate) detail: String,
}

pub(crate) struct Case {
    pub(crate) dice: Dice,
    /// Calls of the library.
    pub(crate) calls: u64,
    /// The last of them.
    pub(crate) last: &'static str,
    planted: Option<Property>,
}

impl Case {
    pub(crate) fn new(seed: u64, planted: Option<Property>) -> Self {
        watch::begin(seed);
        Case {
            dice: Dice::new(seed),
            calls: 0,
            last: "",
            planted,
        }
    }

    /// Counts a call of the library, which is about to be made.
    pub(crate) fn call(&mut self, what: &'static str) {
        watch::call(what);
        self.last = what;
        self.calls += 1;
        // Faults of the process itself, after some cases have gone well.
        if self.calls == 7 {
            match self.planted {
                Some(Property::Panic) => panic!("a planted panic"),
                Some(Property::Ends) => loop {
                    std::thread::sleep(std::time::Duration::from_secs(1));
                },
                Some(Property::Abort) => drop(std::hint::black_box(vec![1_u8; 1 << 31])),
                _ => {}
            }
        }
    }

    /// Whether the observation of a property is to be spoilt, to test that this is detected.
    pub(crate) fn plants(&self, property: Property) -> bool {
        self.planted == Some(property)
    }

    /// That a property holds.
    pub(crate) fn holds(&self, property: Property, is_so: bool, detail: impl FnOnce() -> String) {
        if !is_so {
            let detail = detail();
            panic_any(Broken { property, detail });
        }
    }

    /// That a number under `Ok` is finite.
    pub(crate) fn is_finite(&self, what: &str, value: f64) {
        let value = if self.plants(Property::Finite) {
            f64::NAN
        } else {
            value
        };
        self.holds(Property::Finite, value.is_finite(), || {
            format!("{what} is {value}")
        });
    }
}
