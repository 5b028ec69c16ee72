//! Random weights: plain shapes, roles, every operation, parts; seldom larger than memory.

use fanin::{
    Axis, Conv, ConvTranspose, Dense, DepthwiseConv, Embedding, Fused, InitError, IntoWeight,
    Layout, Weight,
};

use crate::case::Case;

/// What is drawn whole has no more elements.
pub(crate) const MOST: u64 = 1 << 16;

/// A weight, where its arguments go together.
pub(crate) fn weight(case: &mut Case) -> Option<Weight> {
    let is_small = !case.dice.once_in(5);
    let len = |case: &mut Case| {
        if is_small {
            match case.dice.below(24) {
                0 => 0,
                1 => 64 * (1 + case.dice.index(3)),
                2 => case.dice.index(300) + 1,
                _ => case.dice.small(),
            }
        } else {
            case.dice.count()
        }
    };
    let lens: [usize; 8] = std::array::from_fn(|_| len(case));
    let weight = build(case, lens);
    let weight = match weight {
        Ok(weight) => weight,
        Err(error) => {
            // It has a text.
            let _ = error.to_string();
            return None;
        }
    };
    let [a, b] = [case.dice.number(), case.dice.number()];
    Some(match case.dice.below(12) {
        0 => weight.fans(lens[0], lens[1]),
        1 => weight.fans(a, b),
        _ => weight,
    })
}

fn build(case: &mut Case, lens: [usize; 8]) -> Result<Weight, InitError> {
    let [a, b, c, d, ..] = lens;
    let layout = *case.dice.one_of(&[
        Layout::OUT_IN,
        Layout::IN_OUT,
        Layout::OIHW,
        Layout::IOHW,
        Layout::HWIO,
        Layout::HWOI,
        Layout::OHWI,
    ]);
    let groups = if case.dice.once_in(2) {
        1
    } else {
        case.dice.index(5)
    };
    // Channels that are mostly multiples of the groups.
    let channels = |n: usize| n.saturating_mul(groups.max(1));
    let kernel = [
        case.dice.index(4) + usize::from(!case.dice.once_in(9)),
        c % 5 + 1,
    ];
    let stride = [case.dice.index(4), 1 + d % 3];
    case.call("a weight");
    match case.dice.below(14) {
        0..4 => {
            let rank = case.dice.index(5);
            Weight::new(&lens[..rank])
        }
        4 => Weight::new(&lens[..5 + case.dice.index(4)]),
        5 | 6 => {
            let rank = case.dice.index(6);
            let roles: [fn(usize) -> Axis; 4] =
                [Axis::Output, Axis::Input, Axis::Kernel, Axis::Batch];
            let axes: Vec<Axis> = (lens[..rank].iter())
                .map(|&len| case.dice.one_of(&roles)(len))
                .collect();
            Weight::from_axes(axes)
        }
        7 => Dense::new()
            .inputs(b)
            .outputs(a)
            .layout(layout)
            .into_weight(),
        8 => {
            let conv = Conv::new(kernel).inputs(channels(b)).outputs(channels(a));
            let conv = conv.groups(groups).layout(layout);
            if case.dice.once_in(3) {
                conv.stride(stride).into_weight()
            } else {
                conv.into_weight()
            }
        }
        9 => {
            let conv = ConvTranspose::new(kernel)
                .inputs(channels(b))
                .outputs(channels(a));
            let conv = conv.groups(groups).layout(layout);
            if case.dice.once_in(3) {
                conv.stride(stride).into_weight()
            } else {
                conv.into_weight()
            }
        }
        10 => DepthwiseConv::new(kernel)
            .channels(a)
            .multiplier(b % 4)
            .into_weight(),
        11 => {
            let embedding = Embedding::new().count(a).width(b);
            if case.dice.once_in(2) {
                embedding.tied().into_weight()
            } else {
                embedding.into_weight()
            }
        }
        _ => {
            let parts = case.dice.index(6);
            let outputs: Vec<usize> = if case.dice.once_in(16) {
                (0..4000).map(|part| part % 3).collect()
            } else {
                lens[2..2 + parts].to_vec()
            };
            Fused::new(outputs).inputs(b).layout(layout).into_weight()
        }
    }
}
