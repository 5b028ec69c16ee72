//! Which tests a law has.

use ndarray::{Array1, ArrayRef, ArrayViewD, Axis, Dimension, Slice};

use super::factored::Rest;
use super::model::Model;
use super::report::{Report, SIGNIFICANCE, TestResult};
use super::{
    connections, digest, factored, mapped, orthogonality, pass, pattern, repetition, signs,
};
use crate::engine::Element;
use crate::error::{InitError, open_unit};
use crate::law::{Affine, Draws, Law, Laws, StandardDraw};
use crate::weight::Weight;

impl Law {
    /// Tests whether an array, from any source, follows this law: its support, moments, distribution
    /// and the correlation of neighbours, and whatever else the law determines. See [`Report`] for
    /// the tests. A correct array is rejected with probability at most 1e-6.
    ///
    /// A law that belongs to a shape is for the whole weight: for part of one, or for any other
    /// shape, the report fails and states why. An array without values passes.
    ///
    /// ```
    /// use fanin::{HeNormal, Initializer, Key, Law};
    /// use ndarray::Array2;
    ///
    /// let law = Law::normal(0.0, 2.0 / 784.0)?;
    /// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(42), (256, 784))?;
    /// assert!(law.check(&w).passed());
    ///
    /// // Fans swapped.
    /// let w: Array2<f32> = HeNormal.init_keyed(Key::from_seed(42), (784, 256))?;
    /// let report = law.check(&w);
    /// assert!(!report.passed());
    /// let variance = report.test("variance").and_then(|test| test.statistic());
    /// assert!((variance.unwrap() - 784.0 / 256.0).abs() < 0.05);
    /// # Ok::<(), fanin::InitError>(())
    /// ```
    #[must_use]
    pub fn check<F: Element, D: Dimension>(&self, array: &ArrayRef<F, D>) -> Report {
        report(self, array, SIGNIFICANCE)
    }

    /// Like [`check`](Law::check), at that significance: the probability of a false alarm is at
    /// most that.
    ///
    /// # Errors
    ///
    /// [`InitError::InvalidParameter`] unless the significance lies between 0 and 1.
    pub fn check_at<F: Element, D: Dimension>(
        &self,
        array: &ArrayRef<F, D>,
        significance: f64,
    ) -> Result<Report, InitError> {
        open_unit("significance", significance)?;
        Ok(report(self, array, significance))
    }
}

pub(super) fn report<F: Element, D: Dimension>(
    law: &Law,
    array: &ArrayRef<F, D>,
    significance: f64,
) -> Report {
    let tests = tests(law, &array.view().into_dyn());
    Report::new(law.to_string(), array.len(), significance, tests)
}

/// Whether an array of a weight's shape has these laws.
pub(crate) fn check_laws<F: Element, D: Dimension>(
    laws: &Laws,
    weight: &Weight,
    array: &ArrayRef<F, D>,
) -> Report {
    let (laws, parts) = match (laws, weight.in_parts()) {
        (Laws::ByPart { parts: laws, .. }, Some(parts)) => (laws, parts),
        (Laws::One(law), _) => return report(law, array, SIGNIFICANCE),
        // Laws of parts are those of a weight that has some.
        (Laws::ByPart { .. }, None) => return Report::new(String::new(), 0, SIGNIFICANCE, vec![]),
    };
    let array = array.view().into_dyn();
    let mut all = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let mut digests = Vec::new();
    let weights = parts.weights.iter().zip(parts.places()).enumerate();
    let filled = weights.filter(|(_, (part, _))| !part.is_empty());
    for ((number, (_, places)), (_, law)) in filled.zip(laws) {
        let mut add = |part: &ArrayViewD<'_, F>| {
            all.extend(tests(law, part).into_iter().map(|mut test| {
                test.part = Some(number);
                test
            }));
            digests.extend(digest::of(law, part));
        };
        let places: Vec<usize> = places.map(|place| place as usize).collect();
        match places.first() {
            // One stretch of the axis.
            Some(&first) if parts.times == 1 => {
                let places = Slice::from(first..first + places.len());
                add(&array.slice_axis(Axis(parts.axis), places));
            }
            _ => add(&array.select(Axis(parts.axis), &places).view()),
        }
        texts.push(law.to_string());
    }
    all.extend(digest::test(&digests));
    let laws = format!("parts: {}", texts.join("; "));
    Report::new(laws, array.len(), SIGNIFICANCE, all)
}

pub(super) fn tests<F: Element>(law: &Law, array: &ArrayViewD<'_, F>) -> Vec<TestResult> {
    if !law.is_for_shape(array.shape()) {
        return vec![
            TestResult::exact("shape", 1.0, false)
                .note("the law belongs to a whole weight of another shape"),
        ];
    }
    if array.is_empty() && law.has_shape() {
        return vec![TestResult::not_known("values", "no values")];
    }
    if let Some(model) = Model::new(law) {
        return pass::tests(&model, array);
    }
    if law.unmapped().is_some() {
        return mapped::tests(law, array);
    }
    if let Some((law, factors)) = law.unfactored() {
        let (zeros, rest) = factored::apart(&law, factors, array);
        let mut all = vec![zeros];
        match rest {
            Rest::Tested(test) => all.push(test),
            Rest::Values(values) => all.extend(tests(&law, &values.view())),
        }
        return all;
    }
    if let Some((law, connections)) = law.unchosen() {
        let mut all =
            connections::counts(connections, connections::chance_of_zero::<F>(&law), array);
        let kept: Vec<F> = array
            .iter()
            .copied()
            .filter(|value| !value.is_zero())
            .collect();
        all.extend(tests(&law, &Array1::from_vec(kept).view().into_dyn()));
        return all;
    }
    if let Some((repetition, law)) = law.unrepeated() {
        let mut all = vec![repetition::test(repetition, array)];
        let times = isize::try_from(repetition.times).unwrap_or(isize::MAX);
        let first = Slice::new(0, None, times);
        let firsts = array.slice_axis(Axis(repetition.axis), first);
        all.extend(tests(&law, &firsts));
        return all;
    }
    match law.draws() {
        Draws::Frames { frames, scale } => orthogonality::tests(frames, scale, array),
        Draws::Connections { connections, of } => {
            connections::tests(connections, of.spread(), array)
        }
        Draws::Pattern { pattern, scale } => {
            let expected = |index| scale * pattern.value(index);
            vec![pattern::values(
                array,
                law.tolerance().max(scale * pattern.tolerance()),
                expected,
            )]
        }
        Draws::Affine(Affine {
            draw: StandardDraw::Sign,
            spread,
            ..
        }) => signs::tests(spread, array),
        // The one kind that is left.
        _ => {
            let value = law.mean().unwrap_or(0.0);
            vec![pattern::values(array, law.tolerance(), |_| value)]
        }
    }
}
