//! Laws that belong to a shape: fused weights, and the weight as a whole.

use super::{
    keys::{self, Key},
    places::{Axes, Role, digits, index, len},
    rounding::Element,
    values::{Keys, Law, Scale, of_part},
};

/// A weight: its axes, and for one in parts which of them the parts lie along, and their lengths in one
/// turn. There are as many turns as fill the axis.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) axes: Vec<(Role, u64)>,
    pub(crate) fused: Option<(usize, Vec<u64>)>,
}

/// A part: its axes, and along the axis that is in parts where its first step is in a turn, how many it has
/// there, and how long a turn is.
struct Part {
    axes: Vec<(Role, u64)>,
    start: u64,
    len: u64,
    turn: u64,
}

impl Shape {
    /// Parts without elements are left out and have no number.
    fn parts(&self) -> Vec<Part> {
        let Some((axis, lens)) = &self.fused else {
            let axes = self.axes.clone();
            return vec![Part {
                axes,
                start: 0,
                len: 0,
                turn: 0,
            }];
        };
        let mut start = 0;
        let turn: u64 = lens.iter().sum();
        let mut parts = Vec::new();
        for &len in lens {
            let mut axes = self.axes.clone();
            axes[*axis].1 = axes[*axis].1 / turn * len;
            parts.push(Part {
                axes,
                start,
                len,
                turn,
            });
            start += len;
        }
        parts.retain(|part| len(&part.axes) > 0);
        parts
    }

    /// The index in the whole of an element of a part.
    fn whole(&self, part: &Part, of: u64) -> u64 {
        let mut digits = digits(&part.axes, of);
        if let Some((axis, _)) = self.fused {
            let (turn, step) = (digits[axis] / part.len, digits[axis] % part.len);
            digits[axis] = turn * part.turn + part.start + step;
        }
        index(&self.axes, &digits)
    }
}

/// The elements of a weight. The scheme returns a law for every part.
pub(crate) fn of_weight(
    scheme: &dyn Fn(&Axes) -> Law,
    scale: Scale<'_>,
    element: Element,
    key: &Key,
    shape: &Shape,
) -> Vec<f64> {
    let mut values = vec![f64::NAN; len(&shape.axes) as usize];
    for (number, part) in shape.parts().iter().enumerate() {
        let keys = Keys {
            elements: *key,
            part: keys::part(key, number as u64),
            is_fused: shape.fused.is_some(),
        };
        let indices: Vec<u64> = (0..len(&part.axes)).map(|i| shape.whole(part, i)).collect();
        let law = scheme(&part.axes);
        let own = of_part(&law, scale, element, &keys, &part.axes, &indices);
        for (index, value) in indices.into_iter().zip(own) {
            values[index as usize] = value;
        }
    }
    values
}
