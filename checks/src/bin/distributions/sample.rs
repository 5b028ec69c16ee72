//! Drawing and counting.

use fanin::Key;
use fanin_checks::parallel;

use crate::{
    cells::{CELLS, Cells, LEVELS},
    faults::Fault,
    laws::Law,
    pairs::{Draw, KINDS, Kind, Pairs},
};

/// Draws that are taken at once: 32 blocks.
pub const PIECE: usize = 1 << 16;

/// The powers whose means are tested.
pub const POWERS: usize = 8;

/// The tails of a law are counted as far out as a normal law is beyond these numbers of standard
/// deviations.
pub const SIGMAS: [u32; 4] = [3, 4, 5, 6];

#[derive(Clone, Copy)]
pub struct End {
    pub is_upper: bool,
    pub sigmas: u32,
    at: f64,
    /// The probability of what is beyond.
    pub mass: f64,
}

pub struct Sample {
    pub draws: u64,
    pub counts: Vec<u64>,
    /// Sums of powers of standardised draws.
    pub powers: [f64; POWERS],
    /// Draws beyond each end.
    pub beyond: Vec<u64>,
    pub pairs: Vec<Pairs>,
}

impl Sample {
    pub fn of(law: &Law, cells: &Cells, ends: &[End], pieces: u64, fault: Option<Fault>) -> Self {
        let key = Key::from_seed(1).child("distributions").child(law.name);
        let work = |range: std::ops::Range<u64>| {
            let mut sample = Sample::new(ends.len());
            let mut scratch = Scratch {
                narrow: vec![0.0; PIECE],
                wide: [0; 3].map(|_| vec![0.0; PIECE]),
                draws: [0; 3].map(|_| vec![(0.0, 0); PIECE]),
            };
            for piece in range {
                sample.add_piece(law, cells, ends, &key, piece, fault, &mut scratch);
            }
            sample
        };
        parallel(pieces, work, |all, one| all.merge(&one))
    }

    fn new(ends: usize) -> Self {
        Sample {
            draws: 0,
            counts: vec![0; CELLS],
            powers: [0.0; POWERS],
            beyond: vec![0; ends],
            pairs: vec![Pairs::new(); KINDS.len()],
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a sample is of, and its scratch"
    )]
    fn add_piece(
        &mut self,
        law: &Law,
        cells: &Cells,
        ends: &[End],
        key: &Key,
        piece: u64,
        fault: Option<Fault>,
        scratch: &mut Scratch,
    ) {
        let Scratch {
            narrow,
            wide: [own, first, second],
            draws: [own_draws, first_draws, second_draws],
        } = scratch;
        law.draw(key, piece as usize * PIECE, narrow, own);
        law.draw(&key.child_index(2 * piece as usize), 0, narrow, first);
        law.draw(&key.child_index(2 * piece as usize + 1), 0, narrow, second);
        if let Some(fault) = fault {
            fault.apply(piece, own, first, second);
        }
        let standardised = |x: f64, cell: u16| {
            let level = usize::from(cell) / (CELLS / LEVELS);
            ((x - law.mean) / law.std, level as u8)
        };
        for (&x, draw) in own.iter().zip(own_draws.iter_mut()) {
            let cell = cells.of(x);
            self.counts[usize::from(cell)] += 1;
            *draw = standardised(x, cell);
        }
        for (values, draws) in [(&*first, &mut *first_draws), (&*second, &mut *second_draws)] {
            for (&x, draw) in values.iter().zip(draws.iter_mut()) {
                *draw = standardised(x, cells.of(x));
            }
        }
        for (end, beyond) in ends.iter().zip(&mut self.beyond) {
            let is_beyond = |x: f64| if end.is_upper { x > end.at } else { x < end.at };
            *beyond += own.iter().map(|&x| u64::from(is_beyond(x))).sum::<u64>();
        }
        let mut powers = [0.0; POWERS];
        for &(y, _) in own_draws.iter() {
            let mut power = 1.0;
            for sum in &mut powers {
                power *= y;
                *sum += power;
            }
        }
        for (sum, part) in self.powers.iter_mut().zip(powers) {
            *sum += part;
        }
        for (pairs, (kind, _)) in self.pairs.iter_mut().zip(KINDS) {
            match kind {
                Kind::Lag(lag) => pairs.add_lag(own_draws, lag),
                Kind::Child => pairs.add(own_draws, first_draws),
                Kind::Children => pairs.add(first_draws, second_draws),
            }
        }
        self.draws += PIECE as u64;
    }

    fn merge(&mut self, other: &Self) {
        self.draws += other.draws;
        let sum = |a: &mut [u64], b: &[u64]| a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        sum(&mut self.counts, &other.counts);
        sum(&mut self.beyond, &other.beyond);
        for (a, b) in self.powers.iter_mut().zip(other.powers) {
            *a += b;
        }
        for (a, b) in self.pairs.iter_mut().zip(&other.pairs) {
            a.merge(b);
        }
    }
}

struct Scratch {
    narrow: Vec<f32>,
    wide: [Vec<f64>; 3],
    draws: [Vec<Draw>; 3],
}

/// The ends of a law that are counted.
pub fn ends(law: &Law) -> Vec<End> {
    let (low, high) = law.bounds();
    let mut ends = Vec::new();
    for is_upper in [false, true] {
        let is_finite = if is_upper { high } else { low }.is_finite();
        for sigmas in SIGMAS {
            let mass = 0.5 * libm::erfc(f64::from(sigmas) * std::f64::consts::FRAC_1_SQRT_2);
            let at = law.between_draws(law.quantile(if is_upper { 1.0 - mass } else { mass }));
            let (below, above) = law.masses(at);
            let exact = if is_upper { above } else { below };
            if exact > 0.0 && law.resolves(is_finite, mass) {
                ends.push(End {
                    is_upper,
                    sigmas,
                    at,
                    mass: exact,
                });
            }
        }
    }
    ends
}
