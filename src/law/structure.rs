//! Laws that belong to one shape: of whole matrices, or with values that depend on their place.

use super::moments::Moments;
use crate::{
    InitError, Weight,
    axis::{LogicalAxis, Role},
    dims::Dims,
};

/// Which place of a kernel's axis is its centre. An odd length has one; of an even length `k`, the
/// two in the middle are `k / 2 - 1` and `k / 2`, and libraries differ.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Centre {
    /// `k / 2`, as PyTorch's `dirac_` has it.
    #[default]
    Upper,
    /// `(k - 1) / 2`, as JAX' `delta_orthogonal` and Flux' `identity_init` have it.
    Lower,
}

impl Centre {
    const fn of(self, len: u64) -> u64 {
        match self {
            Centre::Upper => len / 2,
            Centre::Lower => len.saturating_sub(1) / 2,
        }
    }
}

/// What a unit is, of which a sparse law keeps a stated number of connections.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Unit {
    Output,
    Input,
}

/// How the values of a weight hang together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// A matrix for every batch: a row for an output, a column for an input and place of the kernel.
    Orthogonal,
    /// Such a matrix without the kernel at the kernel's centre, and zeros elsewhere.
    DeltaOrthogonal(Centre),
    /// 1 where output and input have one number, at the kernel's centre, and zeros elsewhere.
    Dirac(Centre),
    /// So many normal values of variance 1 for every unit, and zeros elsewhere.
    Sparse { unit: Unit, nonzeros: u64 },
    /// Where output and input have one number, a triangle along every axis of the kernel.
    Bilinear,
    /// 1 in one of so many equal blocks of the outputs (or of a vector), and zeros elsewhere.
    Block { blocks: u64, which: u64 },
}

/// A form, for a shape, before its scale.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Structure {
    pub(crate) form: Form,
    pub(crate) places: Places,
    pub(crate) moments: Moments,
    /// The shape of the weight that it is for.
    shape: Dims,
}

impl Structure {
    /// # Errors
    ///
    /// [`InitError::NotAMatrix`] if the weight has no axis of outputs or none of inputs where the
    /// form needs them; [`InitError::InvalidParameter`] for numbers that do not go with its axes.
    pub(crate) fn new(form: Form, weight: &Weight) -> Result<Self, InitError> {
        let places = Places::new(weight);
        let matrix = |what| {
            // A kernel without an axis of inputs has one input: a depthwise convolution of Keras'.
            let is_matrix = places.inputs.is_some() || weight.kernel_axes() > 0;
            if places.outputs.is_some() && is_matrix {
                Ok(())
            } else {
                Err(InitError::NotAMatrix {
                    law: what,
                    shape: weight.shape().to_vec(),
                })
            }
        };
        match form {
            Form::Orthogonal => matrix("an orthogonal law")?,
            Form::DeltaOrthogonal(_) => matrix("a delta-orthogonal law")?,
            Form::Dirac(_) => matrix("an identity")?,
            Form::Sparse { .. } => matrix("a sparse law")?,
            Form::Bilinear => matrix("a bilinear kernel")?,
            Form::Block { .. } => {}
        }
        let moments = places.moments(&form)?;
        Ok(Structure {
            form,
            places,
            moments,
            shape: weight.dims().clone(),
        })
    }

    /// The shape of the weights that it is for.
    pub(crate) fn shape(&self) -> &[u64] {
        self.shape.as_slice()
    }

    /// Whether it is for weights of that shape.
    pub(crate) fn fits(&self, weight: &Weight) -> Result<(), InitError> {
        if self.shape == *weight.dims() {
            Ok(())
        } else {
            Err(InitError::ShapeMismatch {
                weight: self.shape.as_slice().to_vec(),
                array: weight.shape().to_vec(),
            })
        }
    }

    /// The same for a shape.
    pub(crate) fn is_for(&self, shape: &Dims) -> bool {
        self.shape == *shape
    }

    /// Whether the value at an index depends on the draw at that index alone, or on none.
    pub(crate) fn is_elementwise(&self) -> bool {
        matches!(
            self.form,
            Form::Dirac(_) | Form::Bilinear | Form::Block { .. }
        )
    }

    /// The value at an index, before its scale, where it follows from the place alone; else 0.
    #[inline]
    pub(crate) fn pattern(&self, index: u64) -> f64 {
        let places = &self.places;
        let place = places.at(index);
        let on_diagonal = place.output == place.input;
        let is_one = match self.form {
            Form::Dirac(centre) => on_diagonal && place.kernel == places.centre(centre),
            Form::Block { blocks, which } => places.block(place, blocks) == which,
            Form::Bilinear if on_diagonal => return places.triangle(place.kernel),
            _ => false,
        };
        f64::from(is_one)
    }
}

/// What the indices of a weight mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Places {
    pub(super) axes: Vec<LogicalAxis>,
    pub(crate) batches: u64,
    /// `None` without such an axis.
    outputs: Option<u64>,
    inputs: Option<u64>,
    pub(crate) kernel: u64,
    /// The number of the kernel's place in its centre, for either reading of it.
    centres: [u64; 2],
}

/// What an index means: the number of the batch, the output, the input and the kernel's place, and
/// that of the input and place together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Place {
    pub(crate) batch: u64,
    pub(crate) output: u64,
    pub(crate) input: u64,
    pub(crate) kernel: u64,
    pub(crate) column: u64,
    pub(crate) block: u64,
}

impl Places {
    pub(crate) fn new(weight: &Weight) -> Self {
        let axes = weight.logical_axes();
        let of = |role: Role| {
            let mut lens = axes.iter().filter(|axis| axis.role == role).peekable();
            lens.peek()?;
            Some(lens.fold(1_u64, |product, axis| product.saturating_mul(axis.len)))
        };
        let centre = |centre: Centre| {
            let kernel = axes.iter().filter(|axis| axis.role == Role::Kernel);
            kernel.fold(0_u64, |number, axis| {
                number.saturating_mul(axis.len) + centre.of(axis.len)
            })
        };
        Places {
            batches: of(Role::Batch).unwrap_or(1),
            outputs: of(Role::Output),
            inputs: of(Role::Input),
            kernel: of(Role::Kernel).unwrap_or(1),
            centres: [centre(Centre::Upper), centre(Centre::Lower)],
            axes,
        }
    }

    pub(crate) fn outputs(&self) -> u64 {
        self.outputs.unwrap_or(1)
    }

    pub(crate) fn inputs(&self) -> u64 {
        self.inputs.unwrap_or(1)
    }

    pub(crate) fn centre(&self, centre: Centre) -> u64 {
        self.centres[centre as usize]
    }

    /// The place of a row-major flat index.
    pub(crate) fn at(&self, mut index: u64) -> Place {
        let mut place = Place::default();
        // What a step along the axis at hand adds to each number.
        let [
            mut batch,
            mut output,
            mut input,
            mut kernel,
            mut column,
            mut block,
        ] = [1; 6];
        for &LogicalAxis { role, len } in self.axes.iter().rev() {
            let digit = index % len.max(1);
            index /= len.max(1);
            let count = |number: &mut u64, step: &mut u64| {
                *number += digit * *step;
                *step = step.saturating_mul(len);
            };
            match role {
                Role::Batch => count(&mut place.batch, &mut batch),
                Role::Output => count(&mut place.output, &mut output),
                Role::Input => {
                    count(&mut place.input, &mut input);
                    count(&mut place.column, &mut column);
                }
                Role::Kernel => {
                    count(&mut place.kernel, &mut kernel);
                    count(&mut place.column, &mut column);
                }
                Role::Unnamed => {}
            }
            if matches!(role, Role::Output | Role::Unnamed) {
                count(&mut place.block, &mut block);
            }
        }
        place
    }

    /// The number of elements that a block is counted over.
    pub(super) fn blocks(&self) -> u64 {
        let axes = self.axes.iter();
        let axes = axes.filter(|axis| matches!(axis.role, Role::Output | Role::Unnamed));
        axes.fold(1, |product: u64, axis| product.saturating_mul(axis.len))
    }

    /// The number of the block, of `blocks`, that a place is in.
    pub(crate) fn block(&self, place: Place, blocks: u64) -> u64 {
        place.block / (self.blocks() / blocks.max(1)).max(1)
    }

    /// The value of the triangle at a place of the kernel: that of every axis, multiplied.
    pub(crate) fn triangle(&self, mut kernel: u64) -> f64 {
        let mut product = 1.0;
        for axis in self.axes.iter().rev() {
            if axis.role == Role::Kernel {
                product *= triangle(kernel % axis.len.max(1), axis.len);
                kernel /= axis.len.max(1);
            }
        }
        product
    }

    /// Whether flat order is batch by batch, output by output, column by column.
    pub(crate) fn is_in_order(&self) -> bool {
        let rank = |role: Role| match role {
            Role::Batch => 0,
            Role::Output => 1,
            _ => 2,
        };
        self.axes
            .windows(2)
            .all(|pair| rank(pair[0].role) <= rank(pair[1].role))
    }

    /// Whether flat order is batch by batch.
    pub(crate) fn is_batch_by_batch(&self) -> bool {
        let is_batch = |axis: &LogicalAxis| axis.role == Role::Batch;
        self.axes
            .windows(2)
            .all(|pair| is_batch(&pair[0]) || !is_batch(&pair[1]))
    }
}

/// A triangle over `len` places, symmetric about their middle, which falls to 0 just outside:
/// linear interpolation by a factor of `ceil(len / 2)`.
pub(super) fn triangle(at: u64, len: u64) -> f64 {
    let factor = len.div_ceil(2) as f64;
    let middle = (len as f64 - 1.0) / 2.0;
    let distance = at as f64 - middle;
    1.0 - distance.abs() / factor
}

#[cfg(test)]
mod tests {
    use super::{Place, Places, triangle};
    use crate::{Axis, Conv, Layout, Weight};

    #[test]
    fn places_of_a_grouped_convolution() {
        let weight = Weight::new(Conv::new(4, 6, [2, 3]).groups(2)).unwrap();
        let places = Places::new(&weight);
        assert_eq!(
            (places.batches, places.outputs(), places.inputs()),
            (2, 2, 3)
        );
        // Output 3 of 4 is output 1 of group 1.
        let index = 3 * 18 + 2 * 6 + 5;
        let place = Place {
            batch: 1,
            output: 1,
            input: 2,
            kernel: 5,
            column: 17,
            block: 1,
        };
        assert_eq!(places.at(index), place);
        assert!(places.is_in_order() && places.is_batch_by_batch());
    }

    #[test]
    fn places_in_other_orders() {
        let hwio = Weight::new(Conv::new(5, 2, [3]).layout(Layout::HWIO)).unwrap();
        let places = Places::new(&hwio);
        let place = places.at(2 * 10 + 5 + 4);
        assert_eq!((place.kernel, place.input, place.output), (2, 1, 4));
        assert_eq!(place.column, 5);
        assert!(!places.is_in_order() && places.is_batch_by_batch());
        let heads = Weight::with_axes([Axis::Input(3), Axis::Batch(2), Axis::Output(2)]).unwrap();
        assert!(!Places::new(&heads).is_batch_by_batch());
    }

    #[test]
    fn triangles_interpolate() {
        let values = |len| (0..len).map(|at| triangle(at, len)).collect::<Vec<_>>();
        assert_eq!(values(4), [0.25, 0.75, 0.75, 0.25]);
        assert_eq!(values(3), [0.5, 1.0, 0.5]);
        assert_eq!(values(2), [0.5, 0.5]);
        assert_eq!(values(1), [1.0]);
    }
}
