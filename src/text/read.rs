//! What a scheme reads of its call.

use super::value::{bound, made, number, whole};
use super::word::{Word, activation};
use crate::error::TextProblem;
use crate::scheme::{
    Along, BilinearKernel, Constant, DeltaOrthogonal, Dirac, Family, Fan, ForgetGateBias, Formula,
    GlorotNormal, GlorotTruncatedNormal, GlorotUniform, HeNormal, HeTruncatedNormal, HeUniform,
    Identity, LeCunNormal, LeCunTruncatedNormal, LeCunUniform, LogUniform, Normal, Ones,
    Orthogonal, Scheme, Signs, Sinusoids, Sparse, Spelled, TruncatedNormal, Uniform,
    VarianceScaling, XavierNormal, Zeros,
};
use crate::syntax::{Arguments, Call, Fault};
use crate::word::{Centre, Waves};

/// A scheme that is read of the arguments of its call.
pub(super) trait Read: Scheme + Spelled + Sized + 'static {
    fn read(call: &Call) -> Result<Self, Fault>;
}

/// Those without arguments.
macro_rules! plain {
    ($($scheme:ident),* $(,)?) => {$(
        impl Read for $scheme {
            fn read(call: &Call) -> Result<Self, Fault> {
                Arguments::new(call).end()?;
                Ok($scheme)
            }
        }
    )*};
}

plain!(
    LeCunNormal,
    LeCunUniform,
    LeCunTruncatedNormal,
    HeNormal,
    HeUniform,
    HeTruncatedNormal,
    XavierNormal,
    GlorotNormal,
    GlorotUniform,
    GlorotTruncatedNormal,
    Zeros,
    Ones,
    BilinearKernel,
);

/// Those with a gain, and with a centre.
macro_rules! with_gain {
    ($($scheme:ident $($centre:ident)?),* $(,)?) => {$(
        impl Read for $scheme {
            fn read(call: &Call) -> Result<Self, Fault> {
                let mut arguments = Arguments::new(call);
                let mut scheme = $scheme;
                if let Some(gain) = arguments.optional("gain")? {
                    scheme = made(call.whole.clone(), scheme.gain(number(gain)?))?;
                }
                $(if let Some(centre) = arguments.optional(stringify!($centre))? {
                    scheme = scheme.$centre(Centre::of_value(centre)?);
                })?
                arguments.end()?;
                Ok(scheme)
            }
        }
    )*};
}

with_gain!(Orthogonal, DeltaOrthogonal centre, Identity, Dirac centre);

impl Read for VarianceScaling {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let variance = arguments.optional("variance")?;
        let gain = arguments.optional("gain")?;
        let of = arguments.optional("activation")?;
        let fan = Fan::of_value(arguments.required("fan")?)?;
        let family = Family::of_value(arguments.required("family")?)?;
        arguments.end()?;
        let scheme = match (variance, gain, of) {
            (Some(variance), None, None) => VarianceScaling::new(number(variance)?, fan, family),
            (None, Some(gain), None) => VarianceScaling::from_gain(number(gain)?, fan, family),
            (None, None, Some(of)) => {
                VarianceScaling::from_activation(activation(of)?, fan, family)
            }
            _ => {
                let names = "variance, gain, activation";
                let problem = TextProblem::OneOf { names };
                return Err(Fault::new(call.whole.clone(), problem));
            }
        };
        made(call.whole.clone(), scheme)
    }
}

impl Read for Normal {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let std = number(arguments.required("std")?)?;
        let mean = arguments.optional("mean")?.map_or(Ok(0.0), number)?;
        arguments.end()?;
        made(call.whole.clone(), Normal::new(mean, std))
    }
}

impl Read for Uniform {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let low = number(arguments.required("low")?)?;
        let high = number(arguments.required("high")?)?;
        arguments.end()?;
        made(call.whole.clone(), Uniform::new(low, high))
    }
}

impl Read for LogUniform {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let low = number(arguments.required("low")?)?;
        let high = number(arguments.required("high")?)?;
        arguments.end()?;
        made(call.whole.clone(), LogUniform::new(low, high))
    }
}

impl Read for Signs {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let size = number(arguments.required("size")?)?;
        arguments.end()?;
        made(call.whole.clone(), Signs::new(size))
    }
}

impl Read for Along {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let axis = whole(arguments.required("axis")?)?;
        let value = Formula::new(&arguments.required("value")?.sum()?)?;
        let tolerance = arguments.optional("tolerance")?.map_or(Ok(0.0), number)?;
        arguments.end()?;
        made(
            call.whole.clone(),
            Along::of(axis, value).tolerance(tolerance),
        )
    }
}

impl Read for Sinusoids {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let max_period = arguments.optional("max_period")?;
        let waves = Waves::of_value(arguments.required("layout")?)?;
        let tolerance = arguments.optional("tolerance")?;
        arguments.end()?;
        let mut scheme = Sinusoids::new(waves);
        if let Some(max_period) = max_period {
            scheme = made(call.whole.clone(), scheme.max_period(number(max_period)?))?;
        }
        if let Some(tolerance) = tolerance {
            scheme = made(call.whole.clone(), scheme.tolerance(number(tolerance)?))?;
        }
        Ok(scheme)
    }
}

impl Read for TruncatedNormal {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let std = arguments.optional("std")?;
        let parent_std = arguments.optional("parent_std")?;
        let mean = arguments.optional("mean")?.map_or(Ok(0.0), number)?;
        let low = bound(arguments.required("low")?)?;
        let high = bound(arguments.required("high")?)?;
        arguments.end()?;
        let scheme = match (std, parent_std) {
            (Some(std), None) => TruncatedNormal::from_std(mean, number(std)?, low, high),
            (None, Some(std)) => TruncatedNormal::from_parent(mean, number(std)?, low, high),
            _ => {
                let names = "std (of the values), parent_std (of the normal law before it is cut)";
                let problem = TextProblem::OneOf { names };
                return Err(Fault::new(call.whole.clone(), problem));
            }
        };
        made(call.whole.clone(), scheme)
    }
}

impl Read for Constant {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let value = number(arguments.required("value")?)?;
        arguments.end()?;
        made(call.whole.clone(), Constant::new(value))
    }
}

impl Read for Sparse {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::named(call);
        let nonzeros = whole(arguments.required("nonzeros")?)?;
        let std = number(arguments.required("std")?)?;
        arguments.end()?;
        made(call.whole.clone(), Sparse::new(nonzeros, std))
    }
}

impl Read for ForgetGateBias {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let value = arguments.optional("value")?.map_or(Ok(1.0), number)?;
        let at = arguments.optional("at")?.map_or(Ok(1), whole)?;
        arguments.end()?;
        let scheme = ForgetGateBias.value(value);
        made(call.whole.clone(), scheme.and_then(|scheme| scheme.at(at)))
    }
}
