//! Readings of shapes, and of weights.

use super::reading::{AxisReading, Reading, Split};
use super::text::{Item, place};
use crate::error::{InitError, TextProblem};
use crate::syntax::Fault;
use crate::weight::dims::PerAxis;
use crate::weight::order::Order;
use crate::weight::parts::MOST_PARTS;
use crate::weight::weight::{Groups, Operation, Weight};
use crate::word::Role;

impl Reading {
    /// The weight of that shape.
    pub(in crate::weight) fn weight(&self, shape: &[usize]) -> Result<Weight, InitError> {
        self.read_shape(shape).unwrap_or_else(|fault| {
            let text = self.to_string();
            Err(fault.in_text(&text))
        })
    }

    /// Faults are at places of what the reading prints; the inner errors are not about the reading.
    fn read_shape(&self, shape: &[usize]) -> Result<Result<Weight, InitError>, Fault> {
        let at = |item: Item| place(self, item);
        if shape.len() != self.axes.len() {
            let problem = TextProblem::AxisCount {
                reading: self.axes.len(),
                shape: shape.to_vec(),
            };
            // The first letter without an axis, or all of them.
            let axes = at(Item::Axes);
            let at = match self.axes.len() > shape.len() {
                true => at(Item::Axis(shape.len())).start..axes.end,
                false => axes,
            };
            return Err(Fault::new(at, problem));
        }
        let mut operation = Operation {
            transposed: self.transposed,
            ..Operation::default()
        };
        let mut parts = None;
        for (axis, (reading, &len)) in self.axes.iter().zip(shape).enumerate() {
            let place = || at(Item::Axis(axis));
            let divisible = |by: usize| {
                if by > 0 && len % by == 0 {
                    return Ok((len / by) as u64);
                }
                let problem = TextProblem::NotDivisible {
                    by: by as u64,
                    axis,
                    shape: shape.to_vec(),
                };
                Err(Fault::new(place(), problem))
            };
            match &reading.split {
                Split::Whole => {}
                Split::Groups => {
                    let Some(count) = self.groups else {
                        return Err(Fault::expected(
                            place(),
                            "the number of these groups beside the axes, as \", groups 4\"",
                        ));
                    };
                    divisible(count)?;
                    let count = count as u64;
                    operation.groups = (count > 1).then_some(Groups { axis, count });
                }
                &Split::Equal {
                    times,
                    parts: count,
                } => {
                    let all = times.checked_mul(count).ok_or_else(|| {
                        Fault::expected(place(), "a number of places that can be counted")
                    })?;
                    let each = divisible(all)?;
                    parts = Some((axis, times as u64, vec![each; count]));
                }
                Split::Lens { times, lens } => {
                    let lens: Vec<u64> = lens.iter().map(|&len| len as u64).collect();
                    let sum = lens
                        .iter()
                        .try_fold(0_u64, |sum, &len| sum.checked_add(len));
                    let sum = sum.and_then(|sum| sum.checked_mul(*times as u64));
                    if sum != Some(len as u64) {
                        let problem = TextProblem::PartsDoNotAddUp {
                            sum: sum.unwrap_or(u64::MAX),
                            axis,
                            shape: shape.to_vec(),
                        };
                        return Err(Fault::new(place(), problem));
                    }
                    parts = Some((axis, *times as u64, lens));
                }
                &Split::Turns { parts: count } => {
                    parts = Some((axis, divisible(count)?, vec![1; count]));
                }
            }
        }
        if self.groups.is_some() && !self.axes.iter().any(|axis| axis.split == Split::Groups) {
            return Err(Fault::expected(
                at(Item::Groups),
                "an axis that counts groups, as (g o), for their number",
            ));
        }
        if !self.stride.is_empty() {
            let kernel = self.axes.iter().filter(|axis| axis.role == Role::Kernel);
            if kernel.count() != self.stride.len() {
                return Err(Fault::expected(
                    at(Item::Stride),
                    "one step for each axis k",
                ));
            }
            if self.stride.contains(&0) {
                return Err(Fault::expected(at(Item::Stride), "steps of at least 1"));
            }
            operation.stride = Some(self.stride.as_slice().into());
        }
        let lens: PerAxis<usize> = shape.iter().copied().collect();
        let roles = self.axes.iter().map(|axis| axis.role).collect();
        let weight = Weight::of(lens, roles, operation);
        let weight = weight.and_then(|weight| match parts {
            Some((axis, times, lens)) => weight.with_parts(axis, times, lens),
            None => Ok(weight),
        });
        Ok(weight.map(|weight| Weight {
            order: self.order.as_deref().and_then(Order::new),
            ..weight
        }))
    }
}

impl Weight {
    /// How this weight's shape is read. It does not include stated fans, or fans that do not follow
    /// from the axes (that of a lookup in an [`Embedding`](crate::Embedding)).
    ///
    /// ```
    /// use fanin::{Conv, Weight};
    ///
    /// let conv = Weight::new(Conv::new([3, 3]).inputs(32).outputs(64).groups(4))?;
    /// assert_eq!(conv.reading().to_string(), "(g o) i k k, groups 4");
    /// assert_eq!(Weight::read(conv.reading(), conv.shape())?, conv);
    /// assert_eq!(Weight::new((64, 32, 3))?.reading().to_string(), "o i k");
    /// assert_eq!(Weight::vector(64).reading().to_string(), "_");
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    #[must_use]
    pub fn reading(&self) -> Reading {
        let groups = self.operation.groups;
        let axes = self.roles.as_slice().iter().enumerate();
        let axes = axes.map(|(axis, &role)| {
            let split = match (&self.parts, groups) {
                (Some(parts), _) if parts.axis == axis => {
                    let times = parts.times as usize;
                    let lens: Vec<usize> = parts.lens.iter().map(|&len| len as usize).collect();
                    let count = lens.len();
                    let first = lens.first().copied().unwrap_or(0);
                    if lens.iter().any(|&len| len != first) || count > MOST_PARTS {
                        Split::Lens { times, lens }
                    } else if first == 1 && times != 1 {
                        Split::Turns { parts: count }
                    } else {
                        Split::Equal {
                            times,
                            parts: count,
                        }
                    }
                }
                (_, Some(groups)) if groups.axis == axis => Split::Groups,
                _ => Split::Whole,
            };
            AxisReading { role, split }
        });
        Reading {
            axes: axes.collect(),
            groups: groups.map(|groups| groups.count as usize),
            stride: self
                .operation
                .stride
                .as_deref()
                .map_or(Vec::new(), <[usize]>::to_vec),
            transposed: self.operation.transposed,
            order: self.order.as_ref().map(|order| order.axes().to_vec()),
        }
    }
}
