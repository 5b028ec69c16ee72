//! The moments of an element that is chosen at random.

/// The moments of an element of a weight, chosen at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    pub(crate) kurtosis: Option<f64>,
    pub(crate) support: (f64, f64),
    /// The root mean square of the values that are not zeros by their index.
    pub(crate) spread: f64,
}

impl Moments {
    /// The moments of a symmetric value with probability `p`, else 0; from its second and fourth
    /// moment.
    pub(crate) fn mixed(p: f64, [second, fourth]: [f64; 2], support: (f64, f64)) -> Self {
        Moments {
            mean: 0.0,
            variance: p * second,
            kurtosis: (p * second > 0.0).then(|| p * fourth / (p * second * (p * second))),
            support,
            spread: second.sqrt(),
        }
    }

    /// From the first four moments about 0.
    pub(crate) fn about_zero([m1, m2, m3, m4]: [f64; 4], support: (f64, f64)) -> Self {
        let variance = m2 - m1 * m1;
        let fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1 * m1 * m2 - 3.0 * m1 * m1 * m1 * m1;
        Moments {
            mean: m1,
            variance,
            kurtosis: (variance > 0.0).then(|| fourth / (variance * variance)),
            support,
            spread: 1.0,
        }
    }

    /// The moments of a share `p` of ones among zeros.
    pub(crate) fn of_ones(p: f64) -> Self {
        let least = if p == 1.0 { 1.0 } else { 0.0 };
        Moments::about_zero([p; 4], (least, 1.0))
    }
}
