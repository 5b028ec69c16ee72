//! Values: from the draws of a law to its elements.

use std::ops::Range;

use super::{
    brought::Samples,
    conventions::{Real, two_to},
    functions::{Functions, Map},
    keys::Key,
    moments::variance_between,
    normal,
    orthogonal::matrices,
    patterns,
    places::{Axes, len},
    repeated::{original, smaller},
    rounding::Element,
    sparse::{self, Unit},
    truncated::Truncated,
    uniform,
    words::BLOCK,
};

/// A law before its factors.
#[derive(Clone, Debug)]
pub(crate) enum Law {
    Constant(f64),
    Normal {
        mean: f64,
        variance: f64,
    },
    /// `Uniform::new`.
    Uniform {
        low: f64,
        high: f64,
    },
    /// The uniform family of `VarianceScaling`.
    CentredUniform {
        variance: f64,
    },
    /// `TruncatedNormal::from_parent`.
    Truncated {
        mean: f64,
        std: f64,
        low: f64,
        high: f64,
    },
    /// The truncated family of `VarianceScaling`.
    CentredTruncated {
        variance: f64,
    },
    LogUniform {
        low: f64,
        high: f64,
    },
    /// A law with its factors, each value of it mapped.
    Mapped {
        of: Box<Law>,
        factors: &'static [f64],
        map: Map,
    },
    Signs {
        size: f64,
    },
    Brought(fn(&mut Samples) -> f64),
    /// Identity, Dirac.
    Dirac {
        gain: f64,
        lower: bool,
    },
    Bilinear,
    Block {
        value: f64,
        which: u64,
        of: u64,
    },
    /// A table of one value for every place along an axis.
    Along {
        axis: usize,
        value: fn(u64) -> f64,
    },
    Sparse {
        unit: Unit,
        n: u64,
        std: f64,
    },
    Orthogonal {
        gain: f64,
    },
    DeltaOrthogonal {
        gain: f64,
        lower: bool,
    },
    Repeated {
        law: Box<Law>,
        times: u64,
    },
    /// Factors by the place along axes.
    Factored {
        law: Box<Law>,
        axes: Vec<(usize, Factor)>,
    },
    SparseOf {
        law: Box<Law>,
        n: u64,
    },
}

/// The factor of a place along an axis.
pub(crate) type Factor = fn(u64) -> f64;

/// The factors of `Scaled`, from the inside out.
pub(crate) type Scale<'a> = &'a [f64];

/// The keys of a weight or part.
pub(super) struct Keys {
    /// For the elements, by their index in the whole weight.
    pub(super) elements: Key,
    /// For everything else, and for the elements of repeated outputs in a fused weight.
    pub(super) part: Key,
    pub(super) is_fused: bool,
}

/// `R(a, b)`: the root of the exact product, rounded once.
pub(super) fn root_of_product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    // x = m 2^e with 2^52 <= m < 2^53.
    let split = |x: f64| {
        let m = x.to_bits() & ((1 << 52) - 1) | 1 << 52;
        (u128::from(m), (x.to_bits() >> 52) as i32 - 1075)
    };
    let ((m, e), (n, f)) = (split(a), split(b));
    // a b = q/4 2^g with an even g, and q/4 from 2^104 to 2^106: its root has 53 bits.
    let (mut q, mut g) = (4 * m * n, e + f);
    if g % 2 != 0 && q < 1 << 107 {
        (q, g) = (2 * q, g - 1);
    } else if g % 2 != 0 {
        (q, g) = (q / 2, g + 1);
    }
    // The largest r with (2 r)^2 <= q, bit by bit; and up, if the middle to the next is below.
    let mut r = 0_u128;
    for bit in (0..53).rev() {
        let next = r | 1 << bit;
        if 4 * next * next <= q {
            r = next;
        }
    }
    if (2 * r + 1) * (2 * r + 1) < q {
        r += 1;
    }
    r as f64 * two_to(g / 2)
}

/// What an element is made of.
enum Draw {
    Constant,
    Normal,
    Uniform,
    Sign,
    Truncated(f64, f64),
    Brought(fn(&mut Samples) -> f64),
}

/// `mean + std` times a draw, kept within bounds if there are any.
struct Value {
    draw: Draw,
    mean: f64,
    std: f64,
    bounds: Option<(f64, f64)>,
}

impl Value {
    /// The value of a draw, in the type that the element's draws are made in.
    fn of(&self, draw: f64, element: Element) -> f64 {
        let Value { mean, std, .. } = *self;
        match (&self.draw, element) {
            (Draw::Constant, _) => mean,
            (Draw::Brought(_), _) => std * draw,
            (_, Element::F64) if mean == 0.0 => std * draw,
            (_, Element::F64) => mean + std * draw,
            _ => {
                // An f32, exactly.
                let draw = draw as f32;
                let high = mean as f32;
                let low = (mean - f64::from(high)) as f32;
                let far = std as f32 * draw;
                f64::from(if high == 0.0 { far } else { high + (low + far) })
            }
        }
    }
}

/// The table of laws; `None` for those that belong to a shape.
fn value(law: &Law, factor: f64) -> Option<Value> {
    let root = factor.sqrt();
    let constant = |mean| Value {
        draw: Draw::Constant,
        mean,
        std: 0.0,
        bounds: None,
    };
    let uniform = |middle, square, bounds: (f64, f64)| {
        let std = root_of_product(square, factor);
        let bounds = match middle {
            0.0 => (-std, std),
            _ => (bounds.0 * root, bounds.1 * root),
        };
        Value {
            draw: Draw::Uniform,
            mean: middle * root,
            std,
            bounds: Some(bounds),
        }
    };
    Some(match *law {
        _ if factor == 0.0 => constant(0.0),
        Law::Constant(c) => constant(c * root),
        Law::Normal {
            mean,
            variance: 0.0,
        } => constant(mean * root),
        Law::Normal { mean, variance } => Value {
            draw: Draw::Normal,
            mean: mean * root,
            std: root_of_product(variance, factor),
            bounds: None,
        },
        Law::Uniform { low, high } if low == high => constant(low * root),
        Law::Uniform { low, high } => {
            let (middle, half) = (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0);
            uniform(middle, half * half, (low, high))
        }
        Law::CentredUniform { variance: 0.0 } => constant(0.0),
        Law::CentredUniform { variance } => uniform(0.0, 3.0 * variance, (0.0, 0.0)),
        Law::Truncated {
            mean,
            std,
            low,
            high,
        } => {
            let variance = std * std;
            let unit = variance.sqrt();
            Value {
                draw: Draw::Truncated((low - mean) / unit, (high - mean) / unit),
                mean: mean * root,
                std: root_of_product(variance, factor),
                bounds: Some((low * root, high * root)),
            }
        }
        Law::CentredTruncated { variance: 0.0 } => constant(0.0),
        Law::CentredTruncated { variance } => {
            let std = root_of_product(variance / variance_between(-2.0, 2.0), factor);
            Value {
                draw: Draw::Truncated(-2.0, 2.0),
                mean: 0.0,
                std,
                bounds: Some((std * -2.0, std * 2.0)),
            }
        }
        Law::Signs { size: 0.0 } => constant(0.0),
        Law::Signs { size } => Value {
            draw: Draw::Sign,
            mean: 0.0,
            std: size * root,
            bounds: None,
        },
        Law::Brought(sample) => Value {
            draw: Draw::Brought(sample),
            mean: 0.0,
            std: root,
            bounds: None,
        },
        _ => return None,
    })
}

/// The draws of the elements of a range, in the type that is the element's.
fn draws(draw: &Draw, element: Element, key: &Key, range: Range<u64>) -> Vec<f64> {
    match element {
        Element::F64 => draws_of::<f64>(draw, key, range),
        _ => draws_of::<f32>(draw, key, range),
    }
}

fn draws_of<R: Real>(draw: &Draw, key: &Key, range: Range<u64>) -> Vec<f64> {
    if range.is_empty() {
        return Vec::new();
    }
    let truncated = match *draw {
        Draw::Truncated(alpha, beta) => Some(Truncated::<R>::new(alpha, beta)),
        _ => None,
    };
    let first = range.start / BLOCK;
    let wide = |draws: Vec<R>| draws.into_iter().map(R::wide).collect::<Vec<f64>>();
    let of_block = |b| match (draw, &truncated) {
        (Draw::Normal, _) => wide(normal::of(key, b)),
        (Draw::Uniform, _) => wide(uniform::of(key, b)),
        (Draw::Sign, _) => {
            let draws = wide(uniform::of::<R>(key, b));
            draws.into_iter().map(f64::signum).collect()
        }
        (_, Some(truncated)) => wide(truncated.of(key, b)),
        (Draw::Brought(sample), _) => {
            let mut words = Samples::of(key, b);
            (0..BLOCK).map(|_| sample(&mut words)).collect()
        }
        _ => vec![0.0; BLOCK as usize],
    };
    let blocks = first..range.end.div_ceil(BLOCK);
    let draws: Vec<f64> = blocks.flat_map(of_block).collect();
    let own = range.start - first * BLOCK..range.end - first * BLOCK;
    draws[own.start as usize..own.end as usize].to_vec()
}

/// What a law maps, with its factors, by what, and between which bounds.
type Mapped = (Law, &'static [f64], Map, (f64, f64));

/// The same of a law, if it is mapped.
fn mapped(law: &Law) -> Option<Mapped> {
    match law {
        Law::LogUniform { low, high } => {
            let (low_ln, high_ln) = (Functions::ln(*low), Functions::ln(*high));
            let of = Law::Uniform {
                low: low_ln,
                high: high_ln,
            };
            Some((of, &[], Map::Exp, (*low, *high)))
        }
        Law::Mapped { of, factors, map } => {
            let (low, high) = bounds(of, factors);
            let bounds = (map.of_bound(low), map.of_bound(high));
            Some(((**of).clone(), factors, *map, bounds))
        }
        _ => None,
    }
}

/// The bounds of a law of random values for any shape.
fn bounds(law: &Law, factors: &[f64]) -> (f64, f64) {
    let factor: f64 = factors.iter().product();
    match mapped(law) {
        Some((_, _, _, (low, high))) => (low * factor.sqrt(), high * factor.sqrt()),
        None => {
            let line = (f64::NEG_INFINITY, f64::INFINITY);
            let value = value(law, factor);
            value.and_then(|value| value.bounds).unwrap_or(line)
        }
    }
}

/// The elements of a range of a weight whose law belongs to no shape.
pub(crate) fn of_elements(
    law: &Law,
    scale: Scale<'_>,
    element: Element,
    key: &Key,
    range: Range<u64>,
) -> Vec<f64> {
    let factor: f64 = scale.iter().product();
    let constant = factor == 0.0;
    if let (false, Some((of, factors, map, (low, high)))) = (constant, mapped(law)) {
        let of = of_elements(&of, factors, element.of_draws(), key, range);
        let root = factor.sqrt();
        let value = |x: f64| match element {
            Element::F64 => root * map.of(x),
            _ => f64::from(root as f32 * map.of(x as f32)),
        };
        let bounds = (low * root, high * root);
        let finish = |x: f64| element.finish(value(x), Some(bounds));
        return of.into_iter().map(finish).collect();
    }
    let value = value(law, factor).expect("a law for any shape");
    let finish = |draw: f64| element.finish(value.of(draw, element), value.bounds);
    let draws = draws(&value.draw, element, key, range);
    draws.into_iter().map(finish).collect()
}

/// The elements of a weight, or of a part, which have these indices in the whole.
pub(super) fn of_part(
    law: &Law,
    scale: Scale<'_>,
    element: Element,
    keys: &Keys,
    axes: &Axes,
    whole: &[u64],
) -> Vec<f64> {
    let all = 0..whole.iter().max().map_or(0, |last| last + 1);
    let own = 0..len(axes);
    // A gain is the factor g * g before all others.
    let factor = |gain: f64| scale.iter().fold(gain * gain, |product, f| product * f);
    let pattern = |gain: f64, at: &dyn Fn(u64) -> f64| {
        let root = factor(gain).sqrt();
        own.clone()
            .map(|index| element.round(at(index) * root))
            .collect()
    };
    match *law {
        Law::Dirac { gain, lower } => pattern(gain, &|i| patterns::dirac(axes, i, lower)),
        Law::Bilinear => pattern(1.0, &|i| patterns::bilinear(axes, i)),
        Law::Block { value, which, of } => pattern(value, &|i| patterns::block(axes, i, which, of)),
        Law::Along { axis, value } => pattern(1.0, &|i| value(patterns::along(axes, i, axis))),
        Law::Sparse { unit, n, std } => {
            let root = factor(std).sqrt();
            let draws = draws(&Draw::Normal, element, &keys.elements, all);
            let kept = sparse::kept(&keys.part, axes, unit, n);
            let value = |(kept, &index): (bool, &u64)| match (kept, element) {
                (false, _) => 0.0,
                (true, Element::F64) => root * draws[index as usize],
                (true, _) => {
                    let product = root as f32 * draws[index as usize] as f32;
                    element.round(f64::from(product))
                }
            };
            kept.into_iter().zip(whole).map(value).collect()
        }
        Law::SparseOf { ref law, n } => {
            let values = of_part(law, scale, element, keys, axes, whole);
            let kept = sparse::kept(&keys.part, axes, Unit::Output, n);
            let values = values.into_iter().zip(kept);
            values.map(|(x, kept)| if kept { x } else { 0.0 }).collect()
        }
        Law::Factored {
            ref law,
            axes: ref along,
        } => {
            let values = of_part(law, scale, element.of_draws(), keys, axes, whole);
            let (low, high) = bounds(law, scale);
            let value = |(index, x): (u64, f64)| {
                let factor =
                    |(axis, factor): &(usize, Factor)| factor(patterns::along(axes, index, *axis));
                let root = along.iter().map(factor).product::<f64>().sqrt();
                let bounds = low.is_finite().then_some((low * root, high * root));
                match element {
                    _ if root == 0.0 => 0.0,
                    Element::F64 => element.finish(root * x, bounds),
                    _ => element.finish(f64::from(root as f32 * x as f32), bounds),
                }
            };
            (0..).zip(values).map(value).collect()
        }
        Law::Orthogonal { gain } => {
            let root = factor(gain).sqrt();
            let values = matrices(element, &keys.part, axes, None);
            values
                .into_iter()
                .map(|q| element.round(q * root))
                .collect()
        }
        Law::DeltaOrthogonal { gain, lower } => {
            let root = factor(gain).sqrt();
            let values = matrices(element, &keys.part, axes, Some(lower));
            values
                .into_iter()
                .map(|q| element.round(q * root))
                .collect()
        }
        Law::Repeated { ref law, times } => {
            let small = smaller(axes, times);
            let keys = Keys {
                elements: if keys.is_fused {
                    keys.part
                } else {
                    keys.elements
                },
                ..*keys
            };
            let indices: Vec<u64> = (0..len(&small)).collect();
            let values = of_part(law, scale, element, &keys, &small, &indices);
            own.map(|index| values[original(axes, times, index) as usize])
                .collect()
        }
        _ => {
            let values = of_elements(law, scale, element, &keys.elements, all);
            whole.iter().map(|&index| values[index as usize]).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::root_of_product;

    #[test]
    fn roots_of_products_are_rounded_once() {
        assert_eq!(root_of_product(2.0, 0.5), 1.0);
        assert_eq!(root_of_product(1e-300, 1e300), 1.0);
        assert_eq!(root_of_product(2.0, 3.0), 6.0_f64.sqrt());
        // Computed with 60 digits: the rounded product has another root.
        for (a, b, root) in [
            (0.23308445025757263, 0.2308665415409843, 0.23197284521673517),
            (0.9925434121760651, 0.8599465287952899, 0.9238691801220776),
        ] {
            assert_eq!(root_of_product(a, b), root);
            assert_ne!((a * b).sqrt(), root);
        }
    }
}
