//! Which of several processes this is.

use crate::error::CheckpointError;

/// One of several processes that write a checkpoint together, as those of MPI, Slurm or torchrun: its number, from 0, and
/// how many there are.
///
/// They need not talk to each other: what each writes follows from the plan, and whichever finds that nothing is missing
/// gives the checkpoint its name.
///
/// ```
/// use fanin_safetensors::Rank;
///
/// let rank = Rank::new(2, 8)?;
/// assert_eq!((rank.number(), rank.count()), (2, 8));
/// assert!(Rank::new(8, 8).is_err());
/// # Ok::<(), fanin_safetensors::CheckpointError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rank {
    number: u64,
    count: u64,
}

impl Rank {
    /// The process of that number, of so many.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Rank`] unless the number is below the count.
    pub fn new(number: u64, count: u64) -> Result<Self, CheckpointError> {
        match number < count {
            true => Ok(Rank { number, count }),
            false => Err(CheckpointError::Rank { number, count }),
        }
    }

    /// The number, from 0.
    #[must_use]
    pub fn number(self) -> u64 {
        self.number
    }

    /// How many processes there are.
    #[must_use]
    pub fn count(self) -> u64 {
        self.count
    }

    /// Its share of so many things that lie in a row.
    pub(crate) fn share(self, things: u64) -> std::ops::Range<u64> {
        let at =
            |number: u64| (u128::from(things) * u128::from(number) / u128::from(self.count)) as u64;
        at(self.number)..at(self.number + 1)
    }

    /// Whether it has one of some things that are dealt in turn.
    pub(crate) fn has(self, thing: usize) -> bool {
        thing as u64 % self.count == self.number
    }
}
