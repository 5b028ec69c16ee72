//! Steps along an axis; the axis of outputs, where outputs are repeated along it.

use crate::error::InitError;
use crate::weight::weight::Weight;
use crate::word::Role;

impl Weight {
    /// Of an axis, which is called `name` in an error: its length, and the elements from one place to the next.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is none of that number.
    pub(crate) fn step_of_axis(
        &self,
        name: &'static str,
        axis: usize,
    ) -> Result<(usize, u64), InitError> {
        let lens = self.shape();
        let Some(&len) = lens.get(axis) else {
            return Err(InitError::InvalidParameter {
                name,
                value: axis as f64,
                rule: "below the number of axes of the weight, counted from 0",
            });
        };
        Ok((
            len,
            lens[axis + 1..].iter().map(|&len| len as u64).product(),
        ))
    }

    /// The error of a table of another shape, or of another length along an axis.
    pub(crate) fn table_of_another_shape(&self, table: &[usize], axis: Option<usize>) -> InitError {
        InitError::TableOfAnotherShape {
            table: table.to_vec(),
            axis,
            weight: self.shape().to_vec(),
            reading: self.reading().to_string(),
        }
    }

    /// The one axis of outputs: its number, its stride in elements, and its length.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] if there is none or more than one.
    pub(crate) fn step_of_outputs(&self) -> Result<(usize, u64, u64), InitError> {
        let lens = self.lens.as_slice();
        let axis = self.axis_of_outputs()?;
        let inner = lens[axis + 1..].iter().map(|&len| len as u64).product();
        Ok((axis, inner, lens[axis] as u64))
    }

    fn axis_of_outputs(&self) -> Result<usize, InitError> {
        let roles = self.roles.as_slice().iter().enumerate();
        let mut axes = roles.filter(|(_, role)| **role == Role::Output);
        match (axes.next(), axes.count()) {
            (Some((axis, _)), 0) => Ok(axis),
            (first, others) => Err(InitError::InvalidParameter {
                name: "number of axes of outputs",
                value: (usize::from(first.is_some()) + others) as f64,
                rule: "1, for outputs that are repeated",
            }),
        }
    }

    /// The weight that one of every `times` outputs in a row makes, in their groups: the inputs'
    /// fan is the same, that of the outputs is divided by `times`.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] without one axis of outputs, or if `times` is 0 or does not
    /// divide the outputs (of a group).
    pub(crate) fn with_fewer_outputs(&self, times: u64) -> Result<Self, InitError> {
        let axis = self.axis_of_outputs()?;
        let mut small = self.clone();
        let groups = self.operation.groups.filter(|groups| groups.axis == axis);
        let len = &mut small.lens.as_mut_slice()[axis];
        let outputs = *len as u64 / groups.map_or(1, |groups| groups.count);
        if times == 0 || outputs % times != 0 {
            return Err(InitError::InvalidParameter {
                name: "number of outputs",
                value: outputs as f64,
                rule: "a multiple of how often each is repeated (upscale^d for Icnr, in every group)",
            });
        }
        // A divisor of a length.
        *len /= times as usize;
        small.len /= times;
        small.fan_out = self.fan_out.map(|fan| fan / times as f64);
        small.parts = None;
        Ok(small)
    }
}
