//! The list of laws, and which of them a law is.

use std::{fmt, sync::Arc};

use super::bilinear::Bilinear;
use super::brought::Brought;
use super::constant::{self, Constant};
use super::delta_orthogonal::DeltaOrthogonal;
use super::dirac::Dirac;
use super::draws::Draws;
use super::factored::Factored;
use super::gate::Gate;
use super::mapped::Mapped;
use super::normal::Normal;
use super::orthogonal::Orthogonal;
use super::repeated::Repeated;
use super::signs::Signs;
use super::skeleton::{Marginal, Skeleton};
use super::sparse::Sparse;
use super::sparse_of::SparseOf;
use super::table::Table;
use super::truncated_normal::TruncatedNormal;
use super::uniform::Uniform;
use crate::weight::Dims;

macro_rules! list {
    (
        inline { $($inline:ident: $inline_type:ty,)* }
        shared { $($shared:ident: $shared_type:ty,)* }
    ) => {
        /// The laws that there are, before they are scaled: the list.
        #[derive(Clone, PartialEq)]
        pub(super) enum Listed {
            $($inline($inline_type),)*
            $($shared(Arc<$shared_type>),)*
        }

        impl Listed {
            fn skeleton(&self) -> &dyn Skeleton {
                match self {
                    $(Listed::$inline(law) => law,)*
                    $(Listed::$shared(law) => &**law,)*
                }
            }
        }

        $(impl From<$inline_type> for Listed {
            fn from(law: $inline_type) -> Self {
                Listed::$inline(law)
            }
        })*

        $(impl From<$shared_type> for Listed {
            fn from(law: $shared_type) -> Self {
                Listed::$shared(Arc::new(law))
            }
        })*
    };
}

// Those for weights of any shape are held in place, since making one must not allocate.
list! {
    inline {
        Constant: Constant,
        Normal: Normal,
        Uniform: Uniform,
        TruncatedNormal: TruncatedNormal,
        Brought: Brought,
        Signs: Signs,
    }
    shared {
        Orthogonal: Orthogonal,
        DeltaOrthogonal: DeltaOrthogonal,
        Dirac: Dirac,
        Sparse: Sparse,
        Bilinear: Bilinear,
        Gate: Gate,
        Table: Table,
        Mapped: Mapped<Listed>,
        Repeated: Repeated<Listed>,
        Factored: Factored<Listed>,
        SparseOf: SparseOf<Listed>,
    }
}

/// The skeleton of whichever it is. A factor of 0 leaves zeros of every law.
impl Skeleton for Listed {
    fn mean(&self) -> Option<f64> {
        self.skeleton().mean()
    }

    fn variance(&self) -> Option<f64> {
        self.skeleton().variance()
    }

    fn kurtosis(&self) -> Option<f64> {
        self.skeleton().kurtosis()
    }

    fn support(&self, factor: f64) -> Option<(f64, f64)> {
        if factor == 0.0 {
            return Some((0.0, 0.0));
        }
        match self.constant(factor) {
            Some(value) => Some((value, value)),
            None => self.skeleton().support(factor),
        }
    }

    fn draws(&self, factor: f64) -> Draws<'_> {
        match self.constant(factor) {
            _ if factor == 0.0 => Draws::Constant(0.0),
            Some(value) => Draws::Constant(value),
            None => self.skeleton().draws(factor),
        }
    }

    fn constant(&self, factor: f64) -> Option<f64> {
        self.skeleton().constant(factor)
    }

    fn marginal(&self, factor: f64) -> Option<Marginal> {
        match self.constant(factor) {
            None if factor > 0.0 => self.skeleton().marginal(factor),
            _ => None,
        }
    }

    fn shape(&self) -> Option<&Dims> {
        self.skeleton().shape()
    }

    fn spread(&self) -> Option<f64> {
        self.skeleton().spread()
    }

    fn is_elementwise(&self) -> bool {
        self.skeleton().is_elementwise()
    }

    fn is_bit_stable(&self) -> bool {
        self.skeleton().is_bit_stable()
    }

    fn code(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.as_constant(factor) {
            return constant::code(value, f);
        }
        self.skeleton().code(factor, f)?;
        match self.shape() {
            Some(shape) => write!(f, " for {:?}", shape.as_slice()),
            None => Ok(()),
        }
    }

    fn words(&self, factor: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_constant(factor) {
            Some(value) => constant::words(value, f),
            None => self.skeleton().words(factor, f),
        }
    }
}

impl Listed {
    /// The value of a law that is best told as a constant. One that belongs to a shape, or that the
    /// caller brought, keeps its name.
    pub(super) fn as_constant(&self, factor: f64) -> Option<f64> {
        let keeps_its_name = self.shape().is_some() || !self.is_bit_stable();
        match self.constant(factor) {
            Some(value) => Some(value),
            None => (factor == 0.0 && !keeps_its_name).then_some(0.0),
        }
    }

    /// Whether two laws draw the same values from every key.
    pub(super) fn draws_as(&self, factor: f64, other: &Listed, other_factor: f64) -> bool {
        match (self.draws(factor), other.draws(other_factor)) {
            (Draws::Constant(a), Draws::Constant(b)) => a == b,
            (Draws::Affine(a), Draws::Affine(b)) => a == b,
            _ => match (self, other) {
                (Listed::Repeated(a), Listed::Repeated(b)) => {
                    a.repetition == b.repetition && a.law.draws_as(factor, &b.law, other_factor)
                }
                (Listed::Factored(a), Listed::Factored(b)) => {
                    a.factors == b.factors && a.law.draws_as(factor, &b.law, other_factor)
                }
                (Listed::SparseOf(a), Listed::SparseOf(b)) => {
                    a.connections == b.connections && a.law.draws_as(factor, &b.law, other_factor)
                }
                _ => self == other && factor == other_factor,
            },
        }
    }
}
