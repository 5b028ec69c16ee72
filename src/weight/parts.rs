//! Parts of a weight, side by side along an axis.

/// Parts that may be stated by their number, so that no text and no axis takes all the memory there is.
pub(in crate::weight) const MOST_PARTS: usize = 1 << 16;

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
    /// The places along the axis, of one part after the other.
    pub(crate) fn places(&self) -> impl Iterator<Item = impl Iterator<Item = u64> + use<W>> {
        let (times, period) = (self.times, self.lens.iter().sum::<u64>());
        let lens = self.lens.iter().scan(0, |end, &len| {
            *end += len;
            Some((*end - len, len))
        });
        lens.map(move |(start, len)| {
            (0..times).flat_map(move |turn| (0..len).map(move |at| turn * period + start + at))
        })
    }
}
