//! Serde: everything that has a text is that text, in every format.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::activation::Activation;
use crate::key::Key;
use crate::scheme::{
    Along, BilinearKernel, ByPart, Constant, DeltaOrthogonal, Dirac, Family, Fan, ForgetGateBias,
    GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform,
    Icnr, Identity, LeCunNormal, LeCunTruncatedNormal, LeCunUniform, LogUniform, Mapped, Normal,
    Ones, Orthogonal, Scaled, ScaledAlong, Scheme, Signs, Sinusoids, Sparse, SparseOf,
    TruncatedNormal, Uniform, VarianceScaling, XavierNormal, ZeroRows, Zeros,
};
use crate::weight::Reading;
use crate::word::{Centre, Waves};

/// A string that is read with `FromStr`.
struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err: Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text of fanin")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! as_text {
    ($($type:ty),* $(,)?) => {$(
        /// As the text that `Display` prints.
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        /// From a text, with `FromStr`.
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData))
            }
        }
    )*};
}

schemes!(as_text);
as_text!(
    Scaled<Arc<dyn Scheme>>,
    Mapped<Arc<dyn Scheme>>,
    ScaledAlong<Arc<dyn Scheme>>,
    SparseOf<Arc<dyn Scheme>>,
    ZeroRows<Arc<dyn Scheme>>,
    Waves,
    Activation,
    Fan,
    Family,
    Centre,
    Key,
    Reading,
);

/// As the text of the scheme. One that has none, as a closure, is an error.
impl Serialize for dyn Scheme {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text();
        if text.starts_with('<') {
            let error = format_args!("{text} has no text that could be read back").to_string();
            return Err(serde::ser::Error::custom(error));
        }
        serializer.serialize_str(&text)
    }
}

/// From a text, as [`parse`](crate::parse) reads it.
impl<'de> Deserialize<'de> for Box<dyn Scheme> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData))
    }
}
