//! Parts of a weight, side by side along an axis.

/// Several weights in one, side by side along an axis.
///
/// Along the axis each part has `lens` places in turn, and so `times` times: `(3 o)` is three lengths
/// once, `(o 3)` three times length 1 over and over.
#[derive(Debug, PartialEq)]
pub(crate) struct Parts<W> {
    pub(crate) axis: usize,
    pub(crate) times: u64,
    /// One for each part. Their sum times `times` is the length of the axis.
    pub(crate) lens: Vec<u64>,
    /// Each with all of its places, and so `times` times as long as its number in `lens`.
    pub(crate) weights: Vec<W>,
}

impl<W> Parts<W> {
    /// The places of a part along the axis.
    pub(crate) fn places(&self, number: usize) -> impl Iterator<Item = u64> + use<W> {
        let start: u64 = self.lens.iter().take(number).sum();
        let len = self.lens.get(number).copied().unwrap_or(0);
        let period: u64 = self.lens.iter().sum();
        (0..self.times).flat_map(move |turn| (0..len).map(move |at| turn * period + start + at))
    }
}
