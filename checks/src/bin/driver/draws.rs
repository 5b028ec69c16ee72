//! Laws and draws: new arrays, views, regions, flat ranges, checks; each against the others.

use std::{convert::Infallible, ops::Range};

use fanin::{Flat, InitError, Initializer, Key, Law, Scheme, Weight};
use half::{bf16, f16};
use ndarray::{Array1, ArrayD, Axis, IxDyn, Slice};
use rand::{SeedableRng, TryRng, rngs::StdRng};

use crate::{
    arrays::{Backing, Bits},
    case::{Case, Property},
    memory, schemes,
    weights::{self, MOST},
};

pub(crate) fn run(case: &mut Case) {
    let Some(scheme) = schemes::scheme(case, 3) else {
        return;
    };
    // Several weights of one scheme, whose making is the smaller part.
    for _ in 0..3 {
        if let Some(weight) = weights::weight(case) {
            match case.dice.below(4) {
                0 => draw::<f32>(case, &scheme, &weight),
                1 => draw::<f64>(case, &scheme, &weight),
                2 => draw::<f16>(case, &scheme, &weight),
                _ => draw::<bf16>(case, &scheme, &weight),
            }
        }
    }
}

/// A generator that knows how many bytes it has given.
struct Counted {
    rng: StdRng,
    bytes: usize,
}

impl TryRng for Counted {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.bytes += 4;
        self.rng.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.bytes += 8;
        self.rng.try_next_u64()
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.bytes += out.len();
        self.rng.try_fill_bytes(out)
    }
}

pub(crate) fn draw<F: Bits>(case: &mut Case, scheme: &dyn Scheme, weight: &Weight) {
    case.call("law");
    let law = scheme.law(weight);
    case.call("describe");
    if let Ok(description) = scheme.describe(weight) {
        let _ = (description.to_string(), format!("{description:?}"));
    }
    if let Ok(law) = &law {
        let _ = (law.to_string(), format!("{law:?}"), format!("{scheme:?}"));
        let moments = [law.mean(), law.variance(), law.std(), law.kurtosis()];
        for moment in moments.into_iter().flatten() {
            case.holds(Property::Finite, !moment.is_nan(), || {
                format!("a moment of {law:?}")
            });
        }
    }
    // In a weight of parts, the laws of the parts count.
    let law = if weight.parts().count() == 1
        && weight.parts().all(|part| part.shape() == weight.shape())
    {
        law.ok()
    } else {
        None
    };
    let key = case.dice.key();
    if weight.len() <= MOST && weight.shape().iter().all(|&len| len as u64 <= MOST) {
        whole::<F>(case, scheme, weight, &law, &key);
    } else if is_cheap(scheme, weight) {
        let [a, b] = [region(case, weight, 300), region(case, weight, 300)];
        for region in [a, b] {
            part::<F>(case, scheme, weight, &key, &region, None);
        }
    }
}

/// Whether a part of a large weight takes what the part is: whole matrices do not, nor does a unit that
/// chooses from all of its connections.
fn is_cheap(scheme: &dyn Scheme, weight: &Weight) -> bool {
    weight.parts().all(|part| match scheme.law(part) {
        Ok(law) => law.is_elementwise(),
        Err(_) => true,
    })
}

fn whole<F: Bits>(
    case: &mut Case,
    scheme: &dyn Scheme,
    weight: &Weight,
    law: &Option<Law>,
    key: &Key,
) {
    let shape: Vec<usize> = weight.shape().to_vec();
    let mut rng = Counted {
        rng: StdRng::seed_from_u64(case.dice.word()),
        bytes: 0,
    };
    case.call("init_keyed");
    let (drawn, used): (Result<ArrayD<F>, _>, _) = memory::peak(|| {
        if case.plants(Property::Memory) {
            std::hint::black_box(vec![1_u8; 1 << 26]);
        }
        scheme.init_keyed(key.clone(), Dynamic(weight.clone()))
    });
    // Whole matrices have no more elements than the array, and are made of draws of 8 bytes at most.
    let result = weight.len() as usize * (size_of::<F>() + 8 * 80);
    case.holds(Property::Memory, used <= result + (16 << 20), || {
        format!("{used} bytes for {scheme:?} of {shape:?} in {}", F::NAME)
    });

    case.call("init");
    let again: Result<ArrayD<F>, _> = scheme.init(&mut rng, Dynamic(weight.clone()));
    if case.plants(Property::Bytes) {
        rng.bytes += 1;
    }
    let bytes = rng.bytes;
    // A distribution of the caller's may fail when the key has been drawn.
    let may_have_drawn = matches!(again, Err(InitError::NonFiniteDraw { .. }));
    let expected = if again.is_ok() || may_have_drawn {
        32
    } else {
        0
    };
    case.holds(Property::Bytes, bytes == expected, || {
        format!(
            "{bytes} bytes for {scheme:?} of {shape:?}: {:?}",
            again.as_ref().err()
        )
    });

    let mut backing = Backing::<F>::new(&mut case.dice, &shape);
    case.call("Filler::fill");
    let filled = scheme
        .filler(key.clone(), Dynamic(weight.clone()))
        .and_then(|filler| filler.fill(&mut backing.view()));
    let about = || format!("{scheme:?} of {weight:?} in {}", F::NAME);
    match drawn {
        Ok(drawn) => {
            if case.plants(Property::Same) {
                for value in backing.view().iter_mut().take(1) {
                    *value = F::of(123.0);
                }
            }
            case.holds(Property::Same, filled.is_ok(), || {
                format!("fill: {filled:?} {}", about())
            });
            let same = equal(&drawn, &backing.view().to_owned());
            case.holds(Property::Same, same, || format!("fill, of {}", about()));
            let mut beside = backing.is_untouched_beside();
            if case.plants(Property::Untouched) {
                beside = false;
            }
            case.holds(Property::Untouched, beside, || {
                format!("beside a view, of {}", about())
            });
            values(case, law, &drawn, &about);
            for _ in 0..1 + case.dice.below(3) {
                let region = region(case, weight, u64::MAX);
                part(case, scheme, weight, key, &region, Some(&drawn));
            }
            check(case, scheme, weight, law, &drawn, key, &about);
        }
        Err(InitError::NonFiniteDraw { .. }) => {}
        Err(error) => {
            case.holds(Property::Same, filled.is_err(), || {
                format!("fill is Ok, not {error}")
            });
            let is_untouched = backing.is_untouched() && !case.plants(Property::Untouched);
            case.holds(Property::Untouched, is_untouched, || {
                format!("{error}, of {}", about())
            });
        }
    }
}

/// A weight for an array of any rank.
#[derive(Clone)]
struct Dynamic(Weight);

impl fanin::IntoWeight for Dynamic {
    type Dim = IxDyn;

    fn into_weight(self) -> Result<Weight, InitError> {
        Ok(self.0)
    }
}

fn equal<F: Bits>(a: &ArrayD<F>, b: &ArrayD<F>) -> bool {
    let bits = a.iter().zip(b).all(|(a, b)| a.bits() == b.bits());
    bits && a.shape() == b.shape()
}

/// That values are finite, and within bounds.
fn values<F: Bits>(
    case: &mut Case,
    law: &Option<Law>,
    drawn: &ArrayD<F>,
    about: &dyn Fn() -> String,
) {
    let support = law.as_ref().and_then(Law::support);
    let (low, high) = support.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let text = law
        .as_ref()
        .map(|law| format!("{law:?}"))
        .unwrap_or_default();
    // What is rounded between its bounds; other laws round their bounds, too.
    let is_bounded = ["Law::uniform", "Law::truncated", "Law::centred"]
        .iter()
        .any(|start| text.starts_with(start));
    let slack = |bound: f64| {
        if is_bounded {
            0.0
        } else {
            bound.abs() * F::EPSILON + 1e-7
        }
    };
    let spoilt = if case.plants(Property::Bounds) {
        f64::NAN
    } else {
        0.0
    };
    // A distribution that the caller brings keeps what it states, or not.
    let holds = |value: f64| {
        text.contains("istribution") || (value >= low - slack(low) && value <= high + slack(high))
    };
    for value in drawn {
        let value = value.wide() + spoilt;
        case.holds(Property::Bounds, value.is_finite() && holds(value), || {
            format!("{value:e} of {low:e}..{high:e}, {text}, {}", about())
        });
    }
}

/// A range of every axis, of at most `most` elements.
fn region(case: &mut Case, weight: &Weight, mut most: u64) -> Vec<Range<usize>> {
    (weight.shape().iter())
        .map(|&len| {
            let len = len as u64;
            let start = case.dice.below(len.saturating_add(1).max(1)).min(len);
            let room = (len - start).min(most);
            let take = if case.dice.once_in(4) {
                room
            } else {
                case.dice.below(room.saturating_add(1).max(1))
            };
            most = (most / take.max(1)).max(1);
            let end = if case.dice.once_in(64) {
                start.saturating_add(take).saturating_add(1)
            } else {
                start + take
            };
            start as usize..end as usize
        })
        .collect()
}

fn part<F: Bits>(
    case: &mut Case,
    scheme: &dyn Scheme,
    weight: &Weight,
    key: &Key,
    region: &[Range<usize>],
    whole: Option<&ArrayD<F>>,
) {
    let about = || {
        format!(
            "region {region:?} of {scheme:?} of {weight:?} in {}",
            F::NAME
        )
    };
    case.call("Filler::region");
    let part: Result<ArrayD<F>, _> = scheme
        .filler(key.clone(), weight.clone())
        .and_then(|filler| filler.region(region));
    if let (Ok(part), Some(whole)) = (&part, whole) {
        let mut view = whole.view();
        for (axis, range) in region.iter().enumerate() {
            view.slice_axis_inplace(Axis(axis), Slice::from(range.clone()));
        }
        case.holds(Property::Same, equal(part, &view.to_owned()), about);
    }
    let shape: Vec<usize> = region.iter().map(|range| range.end - range.start).collect();
    if shape
        .iter()
        .try_fold(1_usize, |len, &n| len.checked_mul(n.max(1)))
        .is_some_and(|len| len <= 1 << 20)
    {
        let mut backing = Backing::<F>::new(&mut case.dice, &shape);
        case.call("Filler::fill_region");
        let filled = scheme
            .filler(key.clone(), weight.clone())
            .and_then(|filler| filler.fill_region(region, &mut backing.view()));
        match (&part, filled) {
            (Ok(part), Ok(())) => {
                case.holds(
                    Property::Same,
                    equal(part, &backing.view().to_owned()),
                    about,
                );
                case.holds(Property::Untouched, backing.is_untouched_beside(), about);
            }
            (Err(InitError::NonFiniteDraw { .. }), Err(_)) => {}
            (Err(_), Err(_)) => case.holds(Property::Untouched, backing.is_untouched(), about),
            (part, filled) => {
                case.holds(Property::Same, false, || {
                    format!("{:?}, {filled:?}: {}", part.as_ref().err(), about())
                });
            }
        }
    }
    let len = weight.len();
    let start = case.dice.below(len.saturating_add(1).max(1)).min(len);
    let end = start + case.dice.below((len - start).min(5000).saturating_add(1));
    let range = start..end;
    case.call("a flat range");
    let filler = scheme.filler(key.clone(), weight.clone());
    let flat = filler.and_then(|filler| match case.dice.below(4) {
        0 => filler.region::<F, _>(Flat(range.clone())),
        1 if end > start => filler.region(Flat(range.start..=range.end - 1)),
        2 => {
            let mut values = Array1::zeros((end - start) as usize);
            filler.fill_region(Flat(range.clone()), &mut values)?;
            Ok(values)
        }
        _ => {
            let mut values = vec![F::zero(); (end - start) as usize];
            filler.fill_slice(range.clone(), &mut values)?;
            Ok(Array1::from_vec(values))
        }
    });
    if let (Ok(flat), Some(whole)) = (flat, whole) {
        let same = (flat.iter().zip(whole.iter().skip(range.start as usize)))
            .all(|(a, b)| a.bits() == b.bits());
        case.holds(
            Property::Same,
            same && flat.len() as u64 == end - start,
            || format!("{range:?} of {}", about()),
        );
    }
}

/// That it passes its own check, and what was spoilt does not.
fn check<F: Bits>(
    case: &mut Case,
    scheme: &dyn Scheme,
    weight: &Weight,
    law: &Option<Law>,
    drawn: &ArrayD<F>,
    key: &Key,
    about: &dyn Fn() -> String,
) {
    case.call("check");
    let Ok(report) = scheme.check(Dynamic(weight.clone()), drawn) else {
        return;
    };
    let _ = (report.to_string(), format!("{report:?}"));
    if !report.passed() || case.plants(Property::Passes) {
        // One in a million fails by chance: then others do not.
        let passed = (0..2).any(|number| {
            let key = key.child_index(number);
            let other = scheme.init_keyed::<F, _>(key.clone(), Dynamic(weight.clone()));
            let report = other.map(|other| scheme.check(Dynamic(weight.clone()), &other));
            report.is_ok_and(|report| report.is_ok_and(|report| report.passed()))
        });
        let passed = passed && !case.plants(Property::Passes);
        case.holds(Property::Passes, passed, || {
            format!("{report}, of {}", about())
        });
    }
    let mut spoilt = drawn.clone();
    let Some(first) = spoilt.iter_mut().next() else {
        return;
    };
    *first = F::nan();
    case.call("check");
    let report = scheme.check(Dynamic(weight.clone()), &spoilt);
    let sees = report.is_ok_and(|report| !report.passed()) && !case.plants(Property::Sees);
    case.holds(Property::Sees, sees, || format!("NaN, of {}", about()));
    // A scale that is wrong by a half, where there are values enough and their variance is known.
    let is_known = law.as_ref().is_some_and(|law| {
        // A user-supplied distribution states too little.
        law.is_elementwise()
            && !format!("{law:?}").contains("istribution")
            && law.variance().is_some_and(|variance| variance > 0.0)
            && law.mean() == Some(0.0)
    });
    if is_known && drawn.len() >= 4096 && weight.parts().count() == 1 && F::EPSILON < 1e-3 {
        let spoilt = drawn.mapv(|value| value * F::of(1.5));
        case.call("check");
        let report = scheme.check(Dynamic(weight.clone()), &spoilt);
        let sees = report.is_ok_and(|report| !report.passed());
        let is_pattern = law
            .as_ref()
            .is_some_and(|law| law.kurtosis().is_some_and(|k| k > 5.0));
        case.holds(Property::Sees, sees || is_pattern, || {
            format!("1.5 times, of {}", about())
        });
    }
}
