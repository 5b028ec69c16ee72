//! A weight as it is drawn.

use std::borrow::Cow;
use std::sync::Arc;

use crate::weight::order::Order;
use crate::weight::parts::Parts;
use crate::weight::weight::{Groups, Operation, Weight};
use crate::word::Role;

impl Weight {
    /// The order in which it is drawn, if that is not the order of its axes.
    pub(crate) fn order(&self) -> Option<&Order> {
        self.order.as_ref()
    }

    /// The weight as it is drawn: with its axes in the order of draws.
    pub(crate) fn drawn(&self) -> Cow<'_, Weight> {
        match &self.order {
            None => Cow::Borrowed(self),
            Some(order) => Cow::Owned(self.permuted(order)),
        }
    }

    fn permuted(&self, order: &Order) -> Weight {
        let groups = self.operation.groups.map(|groups| Groups {
            axis: order.place_of(groups.axis),
            ..groups
        });
        // Steps are by the axes of the kernel, in the order of these.
        let stride = self.operation.stride.as_ref().map(|stride| {
            let roles = self.roles.as_slice();
            let step = |&axis: &usize| {
                let before = roles.iter().take(axis);
                let number = before.filter(|role| **role == Role::Kernel).count();
                (roles.get(axis) == Some(&Role::Kernel)).then(|| stride.get(number).copied())?
            };
            order.axes().iter().filter_map(step).collect()
        });
        let parts = self.parts.as_ref().map(|parts| {
            let permuted = |part: &Weight| part.permuted(order);
            Arc::new(Parts {
                axis: order.place_of(parts.axis),
                times: parts.times,
                lens: parts.lens.clone(),
                weights: parts.weights.iter().map(permuted).collect(),
            })
        });
        Weight {
            lens: order.permuted(&self.lens),
            roles: order.permuted(&self.roles),
            operation: Operation {
                groups,
                stride,
                transposed: self.operation.transposed,
            },
            parts,
            order: None,
            ..*self
        }
    }
}
