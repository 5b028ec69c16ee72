//! Schemes that are made of others.

use std::sync::Arc;

use super::read::Read;
use super::scheme::scheme;
use super::value::{made, whole};
use crate::scheme::{ByPart, Icnr, Scheme};
use crate::syntax::{Arguments, Call, Fault, Value};

/// Any scheme of which another is made.
type Inner = Arc<dyn Scheme>;

fn inner(value: &Value) -> Result<Inner, Fault> {
    match value {
        Value::Chain(chain) => scheme(chain),
        _ => {
            let what = "a scheme, as he_normal or normal(std=0.02)";
            Err(Fault::expected(value.at(), what))
        }
    }
}

impl Read for Icnr<Inner> {
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut arguments = Arguments::new(call);
        let scheme = inner(arguments.required("scheme")?)?;
        let upscale = whole(arguments.required("upscale")?)?;
        arguments.end()?;
        made(call.whole.clone(), Icnr::new(scheme, upscale))
    }
}

impl Read for ByPart {
    /// However many, each without a name.
    fn read(call: &Call) -> Result<Self, Fault> {
        let mut schemes = ByPart::new();
        for argument in &call.arguments {
            if let Some((_, at)) = &argument.name {
                let what = "a scheme for each part, without a name";
                return Err(Fault::expected(at.clone(), what));
            }
            schemes = schemes.part(inner(&argument.value)?);
        }
        Ok(schemes)
    }
}
