//! Truncated normal draws, from the bounds: mirror, masses, cells, start. All of it is `f64`.

use super::{
    conventions::two_to,
    mass::{exponential, inside, mass, outside, scaled},
    rounding::Element,
    truncated::{depth_before, depth_beyond},
};

/// The bounds, mirrored if they lie more to the left of 0 than to the right.
pub(super) struct Bounds {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) mirrored: bool,
}

impl Bounds {
    pub(super) fn new(alpha: f64, beta: f64) -> Self {
        let mirrored = -alpha > beta;
        let (alpha, beta) = if mirrored {
            (-beta, -alpha)
        } else {
            (alpha, beta)
        };
        assert!(alpha < beta && alpha < two_to(100));
        Bounds {
            alpha,
            beta,
            mirrored,
        }
    }

    fn masses(&self) -> Masses {
        let Bounds { alpha, beta, .. } = *self;
        if alpha <= 0.0 {
            let total = inside(-alpha) + inside(beta);
            return Masses {
                total,
                share: inside(-alpha) / total,
                below: outside(-alpha),
                above: outside(beta),
            };
        }
        let tail = mass(alpha, 0.0, f64::INFINITY);
        let above = match exponential((beta - alpha) * (0.5 * (alpha + beta))) {
            0.0 => 0.0,
            fall => fall * (mass(beta, 0.0, f64::INFINITY) / tail),
        };
        Masses {
            total: mass(alpha, 0.0, beta - alpha) / tail,
            share: 0.0,
            below: 0.0,
            above,
        }
    }

    /// Cells, for words of `n` bits.
    pub(super) fn cells(&self, n: u32) -> Cells {
        let Masses {
            total,
            share,
            below,
            above,
        } = self.masses();
        let all = two_to(n as i32);
        let size = total / all;
        let boundary = share * all;
        let split = (boundary + 0.5).floor();
        let rest = boundary - split;
        let scaled_size = size * two_to(n as i32 / 2);
        let head = leading(scaled_size, if n == 32 { 8 } else { 21 });
        Cells {
            size,
            split: split as u64,
            nearest: ((0.5 / size).floor() as u128).min((1 << n) - 1) as u64,
            head,
            tail: scaled_size - head,
            inner: (size * (0.5 + rest), size * (0.5 - rest)),
            outer: (below + 0.5 * size, above + 0.5 * size),
        }
    }

    /// Where the tail starts, no later than `last`.
    pub(super) fn start(&self, last: f64) -> f64 {
        let start = if self.alpha > 0.0 { self.alpha } else { 0.0 };
        start.min(last)
    }

    /// The least and the greatest draw.
    pub(super) fn least_and_greatest(&self, element: Element, last: f64) -> (f64, f64) {
        let Bounds { alpha, beta, .. } = *self;
        let (mut least, mut greatest) = (element.not_below(alpha), element.not_above(beta));
        if alpha >= last {
            greatest = least;
        } else if least > greatest {
            (least, greatest) = (element.round(alpha), element.round(alpha));
        }
        match self.mirrored {
            true => (-greatest, -least),
            false => (least, greatest),
        }
    }
}

/// In units of what is beyond the inner ends of the sides.
struct Masses {
    total: f64,
    share: f64,
    below: f64,
    above: f64,
}

/// Pairs are of the lower and the upper side.
pub(super) struct Cells {
    pub(super) size: f64,
    pub(super) split: u64,
    pub(super) nearest: u64,
    pub(super) head: f64,
    pub(super) tail: f64,
    pub(super) inner: (f64, f64),
    pub(super) outer: (f64, f64),
}

/// The leading bits of a positive number.
fn leading(x: f64, bits: i32) -> f64 {
    let unit = Element::F64.last_place(x) * two_to(53 - bits);
    (x / unit).floor() * unit
}

/// `lambda` of a start.
pub(super) fn lambda(start: f64) -> f64 {
    if start < 0.7 {
        depth_before(inside(start))
    } else {
        (0.5 * start) * start + depth_beyond(scaled(start))
    }
}
