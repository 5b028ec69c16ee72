//! Expectations over a Gaussian variable, and fans that are not whole: what other crates compute with.

use crate::common::refused;
use fanin::{Estimate, Fused, Gaussian, HeNormal, InitError, Scheme, Weight};

/// Against closed forms: `E exp(u) = exp(mean + std^2 / 2)`, and of two that are correlated by c
/// `E exp(u + v) = exp(2 mean + (1 + c) std^2)`.
#[test]
fn expectations_of_exponentials() -> Result<(), InitError> {
    let exp = |u: f64| Estimate::exact(u.exp());
    for (mean, std) in [(0.0, 1.0), (0.5, 0.3), (-2.0, 1.5)] {
        let u = Gaussian::new(mean, std)?;
        assert_eq!((u.mean(), u.std()), (mean, std));
        let expected = (mean + std * std / 2.0).exp();
        let found = u.expect(&[], exp);
        let error = (found.value() - expected).abs();
        assert!(
            error <= found.error() && error < 1e-13 * expected,
            "{found:?}"
        );
        for c in [-1.0, -0.3, 0.0, 0.8, 1.0] {
            let expected = (2.0 * mean + (1.0 + c) * std * std).exp();
            let found = u.expect_pair(c, &[], exp)?;
            let error = (found.value() - expected).abs();
            assert!(
                error <= found.error() && error < 1e-9 * expected,
                "{c}: {found:?}, not {expected}"
            );
        }
    }
    assert_eq!(Gaussian::centred(4.0)?, Gaussian::new(0.0, 2.0)?);
    Ok(())
}

#[test]
fn what_is_no_gaussian_is_refused() -> Result<(), InitError> {
    refused(
        Gaussian::new(f64::INFINITY, 1.0),
        "mean is inf, but it must be finite",
    );
    refused(
        Gaussian::new(0.0, 0.0),
        "standard deviation is 0, but it must be finite and above 0",
    );
    refused(
        Gaussian::centred(f64::NAN),
        "variance is NaN, but it must be finite and above 0",
    );
    refused(
        Gaussian::new(0.0, 1.0)?.expect_pair(-1.5, &[], Estimate::exact),
        "correlation is -1.5, but it must be between -1 and 1",
    );
    Ok(())
}

#[test]
fn estimates_carry_their_errors() {
    let estimate = Estimate::new(3.0, 0.1);
    // From 2.9^2 to 3.1^2.
    assert_eq!(estimate.squared().value(), 9.0);
    assert!((estimate.squared().error() - 0.61).abs() < 1e-15);
    let negative = estimate.times(-2.0);
    assert_eq!((negative.value(), negative.error()), (-6.0, 0.2));
}

#[test]
fn fans_that_are_not_whole() -> Result<(), InitError> {
    let weight = Weight::new((20, 8))?.fans(2.5, 0.5);
    assert_eq!((weight.fan_in()?, weight.fan_out()?), (2.5, 0.5));
    assert_eq!(HeNormal.law(&weight)?.variance(), Some(0.8));
    // In a fused weight, those of every part.
    let fused = Weight::new(Fused::lstm(3).inputs(4))?.fans(2.5, 0.5);
    assert!(fused.parts().all(|part| part.fan_in() == Ok(2.5)));
    // Whole ones are numbers of any type.
    let whole = Weight::new((20, 8))?;
    assert_eq!(whole.clone().fans(7.0, 3_u64), whole.fans(7, 3_usize));
    for fan in [-1.0, f64::NAN, f64::INFINITY] {
        let text = format!("fan_in is {fan:?}, but it must be finite and above 0");
        refused(
            Weight::new((20, 8))?.fans(fan, 1.0).fan_in(),
            &text.replace("-1.0", "-1"),
        );
    }
    refused(
        Weight::new((20, 8))?.fans(0.0, 1.0).fan_in(),
        "fan_in of a weight of shape [20, 8], read as o i, is 0, but it must be at least 1",
    );
    Ok(())
}
