//! The rules for depth and width, against numbers worked from their papers.

use crate::common::{key, refused};
use approx::assert_relative_eq;
use fanin::{
    Gain, GlorotNormal, HeNormal, Initializer, LeCunNormal, Normal, Scheme, Weight,
    depth::{self, DeepNorm, TFixup},
    width::{MuP, WidthRule},
};
use ndarray::Array2;

#[track_caller]
fn close(found: f64, expected: f64) {
    assert_relative_eq!(found, expected, max_relative = 1e-14);
}

fn std(scheme: &dyn Scheme, shape: (usize, usize)) -> f64 {
    let weight = Weight::new(shape).unwrap();
    scheme.law(&weight).unwrap().std().unwrap()
}

#[test]
fn a_factor_is_told_in_both_units() {
    let factor = Gain::new(0.25).unwrap();
    assert_eq!((factor.value(), factor.variance()), (0.25, 0.0625));
    let factor = Gain::from_variance(0.25).unwrap();
    assert_eq!((factor.value(), factor.variance()), (0.5, 0.25));
    // What is multiplied where: every value by the gain.
    let one: Array2<f64> = HeNormal.init_keyed(key("factor"), (30, 20)).unwrap();
    let scaled = HeNormal.scaled(factor.variance()).unwrap();
    let half: Array2<f64> = scaled.init_keyed(key("factor"), (30, 20)).unwrap();
    assert_eq!(half, one * factor.value());
}

#[test]
fn gpt2_divides_the_variance_by_twice_the_blocks() {
    for blocks in [1, 12, 24, 36, 48] {
        let factor = depth::gpt2(blocks).unwrap();
        close(factor.variance(), 1.0 / (2.0 * blocks as f64));
        let rule = Normal::new(0.0, 0.02).unwrap().scaled(factor.variance());
        close(
            std(&rule.unwrap(), (8, 8)),
            0.02 / (2.0 * blocks as f64).sqrt(),
        );
    }
}

#[test]
fn fixup_is_a_root_of_the_branches() {
    close(depth::fixup(54, 2).unwrap().value(), 54_f64.powf(-0.5));
    close(depth::fixup(16, 3).unwrap().value(), 0.5);
    close(depth::fixup(64, 4).unwrap().value(), 0.5);
    assert_eq!(depth::fixup(1, 2).unwrap(), Gain::new(1.0).unwrap());
    let he = HeNormal
        .scaled(depth::fixup(16, 3).unwrap().variance())
        .unwrap();
    close(std(&he, (50, 200)), 0.5 * 0.1);
}

#[test]
fn deepnorm_has_the_numbers_of_its_figure() {
    #[track_caller]
    fn has(rule: DeepNorm, alpha: f64, beta: f64) {
        close(rule.alpha(), alpha);
        close(rule.beta().value(), beta);
    }
    has(DeepNorm::encoder(8).unwrap(), 2.0, 0.353_553_390_593_273_8);
    has(DeepNorm::decoder(8).unwrap(), 2.0, 0.353_553_390_593_273_8);
    has(DeepNorm::encoder(2).unwrap(), std::f64::consts::SQRT_2, 0.5);
    let (encoder, decoder) = DeepNorm::encoder_decoder(6, 6).unwrap();
    has(encoder, 1.417_938_140_685_523, 0.496_989_240_771_323_45);
    has(decoder, 2.059_767_143_907_117_7, 0.343_294_523_984_519_65);
    let (encoder, decoder) = DeepNorm::encoder_decoder(12, 3).unwrap();
    has(encoder, 1.614_731_839_400_708_2, 0.436_419_213_893_461_4);
    has(decoder, 3_f64.sqrt(), 6_f64.sqrt().recip());
    // The gain of Glorot's rule, whose standard deviation is 0.05 here.
    let beta = DeepNorm::encoder(2).unwrap().beta();
    close(
        std(&GlorotNormal.scaled(beta.variance()).unwrap(), (400, 400)),
        0.025,
    );
}

#[test]
fn tfixup_has_a_gain_for_either_half() {
    let rule = TFixup::new(16, 9).unwrap();
    close(rule.encoder().value(), 0.335);
    close(rule.decoder().value(), 1.0 / 3.0);
    let rule = TFixup::new(6, 6).unwrap();
    close(rule.encoder().value(), 0.428_091_879_845_002_6);
    close(rule.decoder().value(), 0.368_893_973_233_440_53);
}

#[test]
fn small_and_wang_init_state_standard_deviations() {
    close(std(&depth::small_init(1000).unwrap(), (3, 3)), 0.02);
    close(std(&depth::wang_init(10, 400).unwrap(), (3, 3)), 0.01);
    // Glorot's for d inputs and 4 d outputs.
    close(
        std(&depth::small_init(512).unwrap(), (1, 1)),
        std(&GlorotNormal, (2048, 512)),
    );
}

#[test]
fn mup_is_standard_at_the_base_width() {
    let base = MuP::new(256, 256).unwrap();
    for mup in [base, base.without_multiplier()] {
        for rule in [mup.input(), mup.hidden(), mup.output()] {
            assert_eq!(numbers(rule), [1.0; 5]);
        }
    }
}

/// Table 8 of the paper and table 3, by their entries: variance, multiplier, SGD, Adam.
#[test]
fn mup_has_the_entries_of_its_tables() {
    let mup = MuP::new(1024, 256).unwrap();
    assert_eq!(mup.ratio(), 4.0);
    assert_eq!(numbers(mup.input()), [1.0, 1.0, 1.0, 4.0, 1.0]);
    assert_eq!(numbers(mup.hidden()), [1.0, 0.25, 1.0, 1.0, 0.25]);
    assert_eq!(numbers(mup.output()), [4.0, 1.0, 0.25, 4.0, 1.0]);
    let mup = mup.without_multiplier();
    assert_eq!(numbers(mup.input()), [1.0, 1.0, 1.0, 4.0, 1.0]);
    assert_eq!(numbers(mup.hidden()), [1.0, 0.25, 1.0, 1.0, 0.25]);
    assert_eq!(numbers(mup.output()), [0.25, 0.0625, 1.0, 0.25, 0.25]);
}

fn numbers(rule: WidthRule) -> [f64; 5] {
    [
        rule.over_fan_in().variance(),
        rule.without_fan().variance(),
        rule.multiplier(),
        rule.sgd(),
        rule.adam(),
    ]
}

/// The paper's appendix on equivalent forms: a multiplier theta with the standard deviation over theta, SGD's learning
/// rate over theta^2 and Adam's over theta is the same network. It takes one form to the other.
#[test]
fn the_two_forms_of_mup_are_one() {
    let mup = MuP::new(768, 64).unwrap();
    let (with, without) = (mup.output(), mup.without_multiplier().output());
    let theta = with.multiplier();
    close(
        with.over_fan_in().value() * theta,
        without.over_fan_in().value(),
    );
    close(
        with.without_fan().value() * theta,
        without.without_fan().value(),
    );
    close(with.sgd() * theta * theta, without.sgd());
    close(with.adam() * theta, without.adam());
}

/// The two ways to start from agree: a rule over fan_in, and the number that it gives at the base.
#[test]
fn mup_takes_either_kind_of_scheme() {
    let (width, base) = (2048, 128);
    let mup = MuP::new(width, base).unwrap();
    for (rule, wide, narrow) in [
        (mup.hidden(), (width, width), (base, base)),
        (mup.output(), (10, width), (10, base)),
        (mup.input(), (width, 30), (base, 30)),
        (mup.without_multiplier().output(), (10, width), (10, base)),
    ] {
        let by_fan = LeCunNormal.scaled(rule.over_fan_in().variance()).unwrap();
        let tuned = Normal::new(0.0, std(&LeCunNormal, narrow)).unwrap();
        let stated = tuned.scaled(rule.without_fan().variance()).unwrap();
        close(std(&by_fan, wide), std(&stated, wide));
    }
}

#[test]
fn no_layers_and_no_width() {
    let zero = |name: &str| format!("{name} is 0, but it must be at least 1");
    refused(depth::gpt2(0), &zero("number of blocks"));
    refused(depth::fixup(0, 2), &zero("number of branches"));
    for layers in [0, 1] {
        refused(
            depth::fixup(10, layers),
            &format!("number of layers of a branch is {layers}, but it must be at least 2"),
        );
    }
    refused(DeepNorm::encoder(0), &zero("number of layers"));
    refused(DeepNorm::decoder(0), &zero("number of layers"));
    refused(
        DeepNorm::encoder_decoder(0, 1),
        &zero("number of encoder layers"),
    );
    refused(
        DeepNorm::encoder_decoder(1, 0),
        &zero("number of decoder layers"),
    );
    refused(TFixup::new(0, 1), &zero("number of encoder layers"));
    refused(TFixup::new(1, 0), &zero("number of decoder layers"));
    refused(depth::small_init(0), &zero("width"));
    refused(depth::wang_init(0, 1), &zero("number of blocks"));
    refused(depth::wang_init(1, 0), &zero("width"));
    refused(MuP::new(0, 1), &zero("width"));
    refused(MuP::new(1, 0), &zero("base width"));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let text = |name| format!("{name} is {bad}, but it must be finite and above 0");
        refused(Gain::new(bad), &text("gain"));
        refused(Gain::from_variance(bad), &text("variance factor"));
    }
    refused(
        Gain::new(1e200),
        "square of the gain is inf, but it must be finite and above 0",
    );
}
