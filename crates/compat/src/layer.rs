//! What a layer is in every framework: arguments, and the parameters that follow from them.

use fanin::InitError;
use ndarray::Dimension;

use crate::Parameter;

/// A layer: its arguments, the docs of the constructor that takes them, and the names of its
/// parameters, each of which is a method. After the arguments, behind a semicolon, come the settings
/// that have a default.
macro_rules! layer {
    (
        $(#[doc = $doc:expr])*
        $name:ident $(<$kernel:ident>)? {
            $($argument:ident: $type:ty,)*
            $(; $($setting:ident: $kind:ty = $default:expr,)*)?
        }
        $(#[doc = $new:expr])*
        new, [$($parameter:ident),*]
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $name $(<$kernel>)? {
            $($argument: $type,)*
            $($($setting: $kind,)*)?
        }

        impl $(<$kernel: KernelShape + Clone>)? $name $(<$kernel>)? {
            $(#[doc = $new])*
            #[must_use]
            pub const fn new($($argument: $type),*) -> Self {
                $name {
                    $($argument,)*
                    $($($setting: $default,)*)?
                }
            }
        }

        impl $(<$kernel: KernelShape + Clone>)? Module for $name $(<$kernel>)? {
            fn parameters(&self) -> Result<Vec<Parameter>, InitError> {
                Ok(vec![$($crate::layer::Made::dynamic(self.$parameter())?),*])
            }
        }
    };
}

pub(crate) use layer;

/// What a layer's method makes: a parameter, or, where its arguments may not go together, a result.
pub(crate) trait Made {
    fn dynamic(self) -> Result<Parameter, InitError>;
}

impl<D: Dimension> Made for Parameter<D> {
    fn dynamic(self) -> Result<Parameter, InitError> {
        Ok(self.into_dyn())
    }
}

impl<D: Dimension> Made for Result<Parameter<D>, InitError> {
    fn dynamic(self) -> Result<Parameter, InitError> {
        self.map(Parameter::into_dyn)
    }
}
