//! The schemes that have names: members of the family `VarianceScaling`.

use super::spelled::{self, Spelled};
use super::{Family, Fan, VarianceScaling};
use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

macro_rules! named {
    ($($(#[doc = $doc:expr])* $name:ident, $text:literal = $variance:literal, $fan:ident, $family:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
        pub struct $name;

        impl $name {
            /// The member of the family that this scheme is.
            #[must_use]
            pub const fn variance_scaling(&self) -> VarianceScaling {
                VarianceScaling::member($variance, Fan::$fan, Family::$family)
            }
        }

        impl From<$name> for VarianceScaling {
            fn from(scheme: $name) -> Self {
                scheme.variance_scaling()
            }
        }

        impl Scheme for $name {
            fn law(&self, weight: &Weight) -> Result<Law, InitError> {
                self.variance_scaling().law(weight)
            }

            fn text(&self) -> String {
                self.to_string()
            }
        }

        impl Spelled for $name {
            const NAME: &'static str = $text;
        }

        spelled::display!($name);
    )*};
}

named! {
    /// Normal with variance `1 / fan_in`: a sum of `fan_in` inputs keeps their variance.
    ///
    /// For linear units, and for SELU, which is made for it.
    ///
    /// ```
    /// use fanin::{Initializer, Key, LeCunNormal};
    /// use ndarray::{Array1, Array2};
    ///
    /// // One neuron with 100,000 inputs of variance 1: its output keeps their scale.
    /// let w: Array2<f64> = LeCunNormal.init_keyed(Key::from_seed(0), (1, 100_000))?;
    /// let output = w.dot(&Array1::ones(100_000))[0];
    /// assert!(output.abs() < 4.0);
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp", in *Neural Networks:
    /// Tricks of the Trade*, 1998, section 4.6, eq. 16 (a standard deviation of `fan_in^(-1/2)`).
    LeCunNormal, "lecun_normal" = 1.0, In, Normal;

    /// Normal with variance `2 / fan_in`: a ReLU halves the second moment of a symmetric signal,
    /// and the 2 makes up for it.
    ///
    /// ```
    /// use fanin::{HeNormal, Scheme, Weight};
    ///
    /// // 3 channels through a kernel of 7 x 7: fan_in is 147.
    /// let law = HeNormal.law(&Weight::new((64, 3, 7, 7))?)?;
    /// assert_eq!(law.variance(), Some(2.0 / 147.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015, eq. 10.
    /// PyTorch calls it `kaiming_normal_`. `he_normal` of JAX and Keras has this variance too, but
    /// truncates the law at two of its parent's standard deviations.
    HeNormal, "he_normal" = 2.0, In, Normal;

    /// Normal with variance `1 / fan_in`. **From PyTorch, Keras or JAX? Their Xavier or Glorot is
    /// [`GlorotNormal`], with variance `2 / (fan_in + fan_out)`.**
    ///
    /// This is the rule that courses teach as "Xavier initialisation" for tanh, and that of Caffe's
    /// `xavier` filler. It draws the same bits as [`LeCunNormal`] from every key, and as
    /// [`GlorotNormal`] where `fan_in` is `fan_out`.
    ///
    /// ```
    /// use fanin::{Initializer, Key, LeCunNormal, XavierNormal};
    /// use ndarray::Array2;
    ///
    /// let key = Key::from_seed(5);
    /// let w: Array2<f32> = XavierNormal.init_keyed(key.clone(), (30, 20))?;
    /// assert_eq!(w, LeCunNormal.init_keyed(key.clone(), (30, 20))?);
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// Caffe, `include/caffe/filler.hpp`, `XavierFiller` (uniform there, of the same variance).
    XavierNormal, "xavier_normal" = 1.0, In, Normal;

    /// Normal with variance `2 / (fan_in + fan_out)`: a compromise, with the mean of the fans,
    /// between what the signal needs on its way forward (`1 / fan_in`) and the gradient on its way
    /// back (`1 / fan_out`).
    ///
    /// ```
    /// use fanin::{GlorotNormal, Scheme, Weight};
    ///
    /// let law = GlorotNormal.law(&Weight::new((300, 100))?)?;
    /// assert_eq!(law.variance(), Some(2.0 / 400.0));
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    ///
    /// X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    /// networks", AISTATS 2010, eq. 12. PyTorch calls it `xavier_normal_`. `glorot_normal` of JAX
    /// and Keras has this variance too, but truncates the law at two of its parent's standard
    /// deviations.
    GlorotNormal, "glorot_normal" = 1.0, Average, Normal;

    /// [`LeCunNormal`] with a uniform law: between `-sqrt(3 / fan_in)` and `sqrt(3 / fan_in)`.
    ///
    /// `lecun_uniform` of JAX and Keras; Caffe's `xavier` filler.
    LeCunUniform, "lecun_uniform" = 1.0, In, Uniform;

    /// [`LeCunNormal`] with a [truncated law](Family::TruncatedNormal) of the same variance.
    ///
    /// `lecun_normal` of JAX and Keras, and so the default of Flax.
    LeCunTruncatedNormal, "lecun_truncated_normal" = 1.0, In, TruncatedNormal;

    /// [`HeNormal`] with a uniform law: between `-sqrt(6 / fan_in)` and `sqrt(6 / fan_in)`.
    ///
    /// PyTorch's `kaiming_uniform_` with its own default `a = 0`, and `he_uniform` of JAX and
    /// Keras. PyTorch's *layers* call it with `a = sqrt(5)`, for a sixth of the variance.
    HeUniform, "he_uniform" = 2.0, In, Uniform;

    /// [`HeNormal`] with a [truncated law](Family::TruncatedNormal) of the same variance.
    ///
    /// `he_normal` of JAX and Keras.
    HeTruncatedNormal, "he_truncated_normal" = 2.0, In, TruncatedNormal;

    /// [`GlorotNormal`] with a uniform law: between `-sqrt(6 / (fan_in + fan_out))` and its
    /// negative, which is eq. 16 of the paper.
    ///
    /// PyTorch's `xavier_uniform_`, and `glorot_uniform` of JAX and Keras.
    GlorotUniform, "glorot_uniform" = 1.0, Average, Uniform;

    /// [`GlorotNormal`] with a [truncated law](Family::TruncatedNormal) of the same variance.
    ///
    /// `glorot_normal` of JAX and Keras.
    GlorotTruncatedNormal, "glorot_truncated_normal" = 1.0, Average, TruncatedNormal;
}
