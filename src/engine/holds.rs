//! Whether a float type can hold a law.

use super::element::sealed::Sealed as _;
use super::element::{Draw, Element};
use super::map::Truncation;
use crate::error::InitError;
use crate::law::{Affine, Draws, Law, Laws, StandardDraw};
use crate::word::Map;

const TWO_28: f64 = 268_435_456.0;

/// Whether `F` can hold every law.
///
/// # Errors
///
/// As for [`holds_law`].
pub(crate) fn holds<F: Element>(laws: &Laws) -> Result<(), InitError> {
    match laws {
        Laws::One(law) => holds_law::<F>(law),
        Laws::ByPart { parts, .. } => parts.iter().try_for_each(|(_, law)| holds_law::<F>(law)),
    }
}

/// Whether `F` can hold a law: a standard deviation that is a normal number, a largest draw that is
/// finite, a number between the bounds, and a constant that does not become 0.
fn holds_law<F: Element>(law: &Law) -> Result<(), InitError> {
    if let Some((_, of)) = law.unrepeated() {
        return holds_law::<F>(&of);
    }
    if let Some((of, factors)) = law.unfactored() {
        let (least, most) = factors.extremes().unwrap_or((1.0, 1.0));
        holds_law::<F>(&of.clone().scaled(least)?)?;
        return holds_law::<F>(&of.scaled(most)?);
    }
    if let Some((of, _)) = law.unchosen() {
        return holds_law::<F>(&of);
    }
    if let Some((of, map)) = law.unmapped() {
        // What is mapped, and what is made of it before it is rounded, is in the type of the draws.
        holds_law::<F::Draw>(&of)?;
        has_normal_values::<F::Draw>(&of, map)?;
        let least = law.draws().reach().map_or(1.0, |(least, _)| least);
        if map == Map::Exp && least < F::spacing(0.0) {
            return Err(vanishes::<F>(least));
        }
    }
    let draws = law.draws();
    // Asked for once, since a small call can tell.
    let (spread, std, mean) = (law.spread(), law.std(), law.mean());
    match spread.or(std) {
        Some(std) if std > 0.0 && !(least::<F>()..=F::LARGEST).contains(&std) => {
            return Err(InitError::StdOutOfRange {
                std,
                element: F::ELEMENT_NAME,
                min: least::<F>(),
                max: F::LARGEST,
            });
        }
        _ => {}
    }
    // The values of a user-supplied distribution are tested as they are drawn.
    if let Some(largest) = largest_beyond::<F::Draw>(&draws, F::LARGEST) {
        return Err(InitError::ValueOutOfRange {
            largest,
            element: F::ELEMENT_NAME,
            max: F::LARGEST,
        });
    }
    if let Draws::Constant(value) = draws {
        // A constant takes a subnormal number as it is, since it has no spread that could be wrong.
        if value != 0.0 && F::narrow(F::Draw::from_f64(value)).is_zero() {
            return Err(vanishes::<F>(value));
        }
    }
    if let Draws::Mapped { bounds, .. } = draws {
        is_wide_enough::<F>(bounds)?;
    }
    let Draws::Affine(affine) = draws else {
        return match (std, mean) {
            // Zeros by their index are exact, and constants have no spread.
            (Some(std), Some(mean)) if spread.is_none() => {
                is_resolved::<F>(std, mean, [F::spacing(mean); 2])
            }
            _ => Ok(()),
        };
    };
    if let Some(bounds) = affine.bounds {
        is_wide_enough::<F>(bounds)?;
    }
    let (Some(std), Some(mean)) = (std, mean) else {
        return Ok(());
    };
    let spacing = F::spacing(mean);
    let limits = match affine.draw {
        StandardDraw::Truncated { cuts } => {
            // The law beyond a far cut c has the standard deviation 1 / c and values next to c. So for `f32`
            // that is the last one below 1,024, where neighbours are 2^-14 apart and the deviation is 16 of
            // them: means are off by 1.1 / 16 of it at most, and `Marginal` knows that.
            // Draws that come near the least normal number lose digits on the way.
            let finest = F::Draw::spacing(StandardDraw::nearer_cut(cuts));
            let step = affine.spread * finest.max(F::Draw::LEAST_NORMAL * TWO_28);
            [step.max(spacing), (16.0 * step).max(spacing)]
        }
        StandardDraw::Normal | StandardDraw::Uniform | StandardDraw::Sign => [spacing; 2],
    };
    is_resolved::<F>(std, mean, limits)?;
    // The standard deviation of a truncated law's parent, whose values may be larger than any that
    // is drawn.
    if affine.spread > F::Draw::LARGEST {
        return Err(InitError::StdOutOfRange {
            std: affine.spread,
            element: F::Draw::ELEMENT_NAME,
            min: F::Draw::LEAST_NORMAL,
            max: F::Draw::LARGEST,
        });
    }
    Ok(())
}

/// Whether a number lies between bounds.
fn is_wide_enough<F: Element>(bounds: (f64, f64)) -> Result<(), InitError> {
    match F::within(bounds) {
        Some(_) => Ok(()),
        None => Err(InitError::BoundsTooNarrow {
            low: bounds.0,
            high: bounds.1,
            element: F::ELEMENT_NAME,
        }),
    }
}

/// Whether what is mapped, or what becomes of it, is a normal number where it is near 0: logarithms and
/// exponentials are of those.
fn has_normal_values<D: Draw>(of: &Law, map: Map) -> Result<(), InitError> {
    let least = of
        .draws()
        .reach()
        .map_or(D::LEAST_NORMAL, |(least, _)| least);
    let value = if map == Map::Exp {
        map.of(least)
    } else {
        least
    };
    if value >= D::LEAST_NORMAL {
        Ok(())
    } else {
        Err(vanishes::<D>(value))
    }
}

/// The error of a value that becomes 0.
fn vanishes<F: Element>(value: f64) -> InitError {
    InitError::ValueVanishes {
        value,
        element: F::ELEMENT_NAME,
        min: F::LEAST_NORMAL,
    }
}

/// The least standard deviation: a normal number of the type that is drawn in, and no less than the least
/// number of the element type, to which values are rounded.
fn least<F: Element>() -> f64 {
    F::Draw::LEAST_NORMAL.max(F::spacing(0.0))
}

/// Whether a standard deviation is at least `least`, where neighbouring values are `spacing` apart.
fn is_resolved<F: Element>(
    std: f64,
    mean: f64,
    [spacing, least]: [f64; 2],
) -> Result<(), InitError> {
    if std > 0.0 && std < least {
        return Err(InitError::StdBelowSpacing {
            std,
            mean,
            spacing,
            element: F::ELEMENT_NAME,
        });
    }
    Ok(())
}

/// The largest magnitude of a value that is drawn as a `D`, where it is known beforehand and larger
/// than `most`.
fn largest_beyond<D: Draw>(draws: &Draws<'_>, most: f64) -> Option<f64> {
    let largest = match *draws {
        Draws::Constant(value) => value.abs(),
        Draws::Affine(affine) => return largest_affine::<D>(&affine, most),
        Draws::Pattern { pattern, scale } => pattern.largest() * scale,
        Draws::Frames { scale, .. } => scale,
        Draws::Connections { ref of, .. } | Draws::Factored { ref of, .. } => {
            return largest_beyond::<D>(of, most);
        }
        Draws::Mapped {
            bounds: (low, high),
            ..
        } => {
            let (least, greatest) = draws.reach().unwrap_or((low, high));
            least.abs().max(greatest.abs())
        }
        Draws::Repeated { ref draws, .. } => return largest_beyond::<D>(draws, most),
        Draws::Sampled { .. } => return None,
    };
    (largest > most).then_some(largest)
}

fn largest_affine<D: Draw>(affine: &Affine, most: f64) -> Option<f64> {
    let Affine {
        draw,
        middle,
        spread,
        bounds,
    } = *affine;
    let (low, high) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let bound = low.abs().max(high.abs());
    let largest = match draw {
        StandardDraw::Normal => middle.abs() + spread * D::LARGEST_NORMAL,
        StandardDraw::Sign => spread,
        StandardDraw::Uniform => bound,
        StandardDraw::Truncated { cuts } => {
            // The ends take a microsecond, which nearly all laws can do without: a draw as far out
            // as `reach` has less than 2^-70 of the mass beyond it.
            let nearer = StandardDraw::nearer_cut(cuts);
            let reach = (nearer * nearer + 100.0).sqrt();
            if bound.min(middle.abs() + spread * reach) <= most {
                return None;
            }
            // A bound may be infinite: then it is the draw next to it that counts.
            let (first, last) = D::ends(&Truncation::new(cuts.0, cuts.1)?);
            let end = |bound: f64, z: f64| bound.abs().min((middle + spread * z).abs());
            end(low, first).max(end(high, last))
        }
    };
    (largest > most).then_some(largest)
}
