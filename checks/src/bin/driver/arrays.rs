//! Element types, and views of any strides.

use fanin::Element;
use half::{bf16, f16};
use ndarray::{ArrayD, ArrayViewMutD, Axis, IxDyn, Slice};

use crate::dice::Dice;

/// An element type whose bits can be read.
pub(crate) trait Bits: Element {
    const NAME: &'static str;
    /// The distance of 1 and the next number.
    const EPSILON: f64;

    fn bits(self) -> u64;
    fn wide(self) -> f64;
    fn of(value: f32) -> Self;
}

macro_rules! bits {
    ($($float:ident: $epsilon:expr, $of:expr;)*) => {$(
        impl Bits for $float {
            const NAME: &'static str = stringify!($float);
            const EPSILON: f64 = $epsilon;

            fn bits(self) -> u64 {
                u64::from(self.to_bits())
            }

            fn wide(self) -> f64 {
                f64::from(self)
            }

            fn of(value: f32) -> Self {
                $of(value)
            }
        }
    )*};
}

bits! {
    f32: 1.2e-7, std::convert::identity;
    f64: 2.3e-16, f64::from;
    f16: 9.8e-4, f16::from_f32;
    bf16: 7.9e-3, bf16::from_f32;
}

/// What arrays hold before they are filled.
pub(crate) const SENTINEL: f32 = 7.25;

/// An array larger than a view of it that has any order, steps and directions of axes.
pub(crate) struct Backing<F> {
    array: ArrayD<F>,
    /// For every axis of the array: where the view begins, its step, and whether it goes back.
    cuts: Vec<(usize, usize, isize)>,
    /// The axis of the array that each axis of the view is.
    order: Vec<usize>,
}

impl<F: Bits> Backing<F> {
    pub(crate) fn new(dice: &mut Dice, shape: &[usize]) -> Self {
        let rank = shape.len();
        let mut order: Vec<usize> = (0..rank).collect();
        if dice.once_in(2) {
            for axis in (1..rank).rev() {
                order.swap(axis, dice.index(axis + 1));
            }
        }
        // With what lies around it, an array without elements may have many.
        let is_large = shape
            .iter()
            .try_fold(1_usize, |size, &len| size.checked_mul(len.max(1)))
            .is_none_or(|size| size > 1 << 17);
        let is_plain = is_large || rank > 6 || dice.once_in(4);
        let mut lens = vec![0; rank];
        let mut cuts = vec![(0, 0, 1); rank];
        for (&axis, &len) in order.iter().zip(shape) {
            let (step, before, after) = if is_plain {
                (1, 0, 0)
            } else {
                (dice.index(3) + 1, dice.index(2), dice.index(2))
            };
            let reach = if len == 0 { 0 } else { (len - 1) * step + 1 };
            lens[axis] = before + reach + after;
            let step = step as isize * if dice.once_in(3) { -1 } else { 1 };
            cuts[axis] = (before, before + reach, step);
        }
        Backing {
            array: ArrayD::from_elem(IxDyn(&lens), F::of(SENTINEL)),
            cuts,
            order,
        }
    }

    pub(crate) fn view(&mut self) -> ArrayViewMutD<'_, F> {
        let mut view = self.array.view_mut();
        for (axis, &(start, end, step)) in self.cuts.iter().enumerate() {
            view.slice_axis_inplace(
                Axis(axis),
                Slice::new(start as isize, Some(end as isize), step),
            );
        }
        view.permuted_axes(IxDyn(&self.order))
    }

    /// Whether nothing is written but in the view, whose values are given up.
    pub(crate) fn is_untouched_beside(&mut self) -> bool {
        self.view().fill(F::of(SENTINEL));
        self.is_untouched()
    }

    pub(crate) fn is_untouched(&self) -> bool {
        let sentinel = F::of(SENTINEL).bits();
        self.array.iter().all(|value| value.bits() == sentinel)
    }
}
