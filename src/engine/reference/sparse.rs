//! Laws that belong to a shape: which connections a sparse law keeps.

use super::{
    brought::Samples,
    keys::Key,
    places::{Axes, Place, Role, product},
};

/// What has a stated number of connections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    Output,
    Input,
}

/// Whether each element of a weight (or part) is kept, `n` for every unit, under the part's key.
pub(super) fn kept(key: &Key, axes: &Axes, unit: Unit, n: u64) -> Vec<bool> {
    let [outputs, inputs, places] =
        [Role::Output, Role::Input, Role::Kernel].map(|role| product(axes, &[role]));
    let (units, connections) = match unit {
        Unit::Output => (outputs, inputs * places),
        Unit::Input => (inputs, outputs * places),
    };
    let units = product(axes, &[Role::Batch]) * units;
    let chosen: Vec<Vec<bool>> = (0..units).map(|u| choose(key, u, n, connections)).collect();
    let kept = |index| {
        let place = Place::of(axes, index);
        let (u, connection) = match unit {
            Unit::Output => (place.batch * outputs + place.output, place.column),
            Unit::Input => (
                place.batch * inputs + place.input,
                place.output * places + place.kernel,
            ),
        };
        chosen[u as usize][connection as usize]
    };
    (0..super::places::len(axes)).map(kept).collect()
}

/// Unit `u` chooses `n` of `c` connections.
fn choose(key: &Key, u: u64, n: u64, c: u64) -> Vec<bool> {
    let mut words = Samples::new(key, 2 + u);
    let m = n.min(c - n);
    let mut marked = vec![false; c as usize];
    for j in c - m..c {
        let t = below(&mut words, j + 1);
        let one = if marked[t as usize] { j } else { t };
        marked[one as usize] = true;
    }
    if m < n {
        marked.iter_mut().for_each(|marked| *marked = !*marked);
    }
    marked
}

/// `B(b)`.
fn below(words: &mut Samples, b: u64) -> u64 {
    loop {
        let p = u128::from(words.two_words()) * u128::from(b);
        let (high, low) = (p >> 64, p & u128::from(u64::MAX));
        if low >= (1 << 64) % u128::from(b) {
            return high as u64;
        }
    }
}
