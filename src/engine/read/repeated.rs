//! Values of a smaller weight, each output of it several times.

use crate::error::InitError;
use crate::law::Repetition;

/// Reads a stretch of the larger weight by stretches of the smaller, with `read`. The index in an
/// error is that of the larger.
pub(super) fn read<F: Copy>(
    repetition: &Repetition,
    start: u64,
    out: &mut [F],
    mut read: impl FnMut(u64, &mut [F]) -> Result<(), InitError>,
) -> Result<(), InitError> {
    let mut read = |start, out: &mut [F]| {
        read(start, out).map_err(|mut error| {
            if let InitError::NonFiniteDraw { index, .. } = &mut error {
                *index = repetition.first_copy(*index);
            }
            error
        })
    };
    let Repetition {
        times,
        inner,
        outputs,
        ..
    } = *repetition;
    let (mut index, mut rest) = (start, out);
    while !rest.is_empty() {
        // As far as indices of the smaller weight follow each other, or each is repeated.
        let here = if inner > 1 {
            inner - index % inner
        } else {
            outputs - index % outputs
        };
        let here = usize::try_from(here).unwrap_or(usize::MAX).min(rest.len());
        let (out, after) = std::mem::take(&mut rest).split_at_mut(here);
        let first = repetition.base(index);
        if inner > 1 {
            read(first, out)?;
        } else if let Some(&any) = out.first() {
            let count = repetition.base(index + here as u64 - 1) - first + 1;
            let mut singles = vec![any; count as usize];
            read(first, &mut singles)?;
            let skip = (index % outputs % times) as usize;
            let copies = singles
                .iter()
                .flat_map(|single| std::iter::repeat_n(single, times as usize));
            for (out, single) in out.iter_mut().zip(copies.skip(skip)) {
                *out = *single;
            }
        }
        index += here as u64;
        rest = after;
    }
    Ok(())
}
