//! The arguments that a convolution and a transposed one share.

/// A type with the arguments of a convolution, its default layout, and the docs of its stride.
macro_rules! convolution {
    (
        $(#[doc = $doc:expr])* $name:ident in $layout:expr;
        $(#[doc = $stride:expr])* stride
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $name<K> {
            outputs: Option<usize>,
            inputs: Option<usize>,
            kernel: K,
            groups: usize,
            stride: Option<K>,
            layout: Layout,
        }

        impl<K: KernelShape> $name<K> {
            /// A kernel with these lengths along its spatial axes: `[3]`, `[3, 3]`, `[3, 3, 3]`. It has
            /// one group and a stride of 1. The channels must be named:
            #[doc = concat!("`", stringify!($name), "::new([3, 3]).inputs(32).outputs(64)`.")]
            #[must_use]
            pub const fn new(kernel: K) -> Self {
                $name {
                    outputs: None,
                    inputs: None,
                    kernel,
                    groups: 1,
                    stride: None,
                    layout: $layout,
                }
            }

            /// Sets the number of input channels, over all groups.
            #[must_use]
            pub fn inputs(mut self, inputs: usize) -> Self {
                self.inputs = Some(inputs);
                self
            }

            /// Sets the number of output channels, over all groups.
            #[must_use]
            pub fn outputs(mut self, outputs: usize) -> Self {
                self.outputs = Some(outputs);
                self
            }

            /// Divides the channels into groups, each from its own inputs to its own outputs. Both
            /// numbers of channels must be multiples of the number of groups.
            #[must_use]
            pub fn groups(mut self, groups: usize) -> Self {
                self.groups = groups;
                self
            }

            $(#[doc = $stride])*
            #[must_use]
            pub fn stride(mut self, stride: K) -> Self {
                self.stride = Some(stride);
                self
            }

            /// The same in another order of axes.
            #[must_use]
            pub fn layout(mut self, layout: Layout) -> Self {
                self.layout = layout;
                self
            }
        }
    };
}

pub(super) use convolution;
