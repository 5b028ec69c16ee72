//! One tensor against its law.

use std::sync::{Mutex, PoisonError};

use fanin::ndarray::ArrayViewD;
use fanin::{Element, Filler, Planned, Report};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use zerocopy::{FromBytes, IntoBytes};

use super::copies::{Prints, prints};
use super::finding::{Finding, Subject};
use crate::checkpoint::Tensor;
use crate::error::CheckpointError;
use crate::value::{Value, floats, integer};

/// Elements that one task reads.
const PIECE: usize = 1 << 20;

/// Bytes of integers that are read at once.
const BYTES: usize = 1 << 20;

/// What was found of a tensor.
pub(super) enum Checked {
    /// Floats: every test, with what describes the law.
    Report(Box<Report>, Box<Filler>, Prints),
    /// Integers, or floats of another type or shape than the plan's.
    Plain(Option<Finding>),
    /// Nothing to compare with.
    Left,
}

/// Checks a tensor.
pub(super) fn check(
    planned: &Planned,
    tensor: &Tensor<'_>,
    buffers: &Buffers,
) -> Result<Checked, CheckpointError> {
    if planned.is_left() {
        return Ok(Checked::Left);
    }
    let finding = |test: &str, expected: String, found: String| {
        Ok(Checked::Plain(Some(Finding {
            subject: Subject::Tensor(planned.name().to_string()),
            test: test.to_string(),
            expected,
            found,
            statistic: None,
            p_value: None,
        })))
    };
    let (shape, found) = (planned.weight().shape(), tensor.shape());
    if shape != found {
        return finding("shape", format!("{shape:?}"), format!("{found:?}"));
    }
    if planned.dtype() != tensor.dtype() {
        return finding(
            "type",
            planned.dtype().to_string(),
            tensor.dtype().to_string(),
        );
    }
    floats!(tensor.dtype(), F => floats_of::<F>(planned, tensor, buffers), _ => integers(planned, tensor))
}

fn floats_of<F: Element + Value>(
    planned: &Planned,
    tensor: &Tensor<'_>,
    buffers: &Buffers,
) -> Result<Checked, CheckpointError> {
    let refused = |error| CheckpointError::Draw {
        name: planned.name().to_string(),
        error: Box::new(error),
    };
    let filler = planned.filler().map_err(refused)?;
    let mut buffer = buffers.take(tensor)?;
    // It is aligned for every type, and has a whole number of elements.
    let bytes = &mut buffer.as_mut_bytes()[..tensor.bytes() as usize];
    let values = <[F]>::mut_from_bytes(bytes).map_err(|_| no_room(tensor))?;
    read(tensor, values)?;
    let view = ArrayViewD::from_shape(tensor.shape(), values).map_err(|_| no_room(tensor))?;
    let report = filler.check(&view).map_err(refused)?;
    let prints = prints(values, tensor.shape(), &report, filler.describe());
    buffers.give_back(buffer);
    Ok(Checked::Report(Box::new(report), Box::new(filler), prints))
}

/// Memory for tensors, which is used again: to get some takes as long as a third of a check.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u64>>>);

impl Buffers {
    fn take(&self, tensor: &Tensor<'_>) -> Result<Vec<u64>, CheckpointError> {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = buffers.pop().unwrap_or_default();
        drop(buffers);
        let bytes = usize::try_from(tensor.bytes()).map_err(|_| no_room(tensor))?;
        let words = bytes.div_ceil(size_of::<u64>());
        if buffer.len() < words {
            // What is in it need not move.
            buffer.clear();
            buffer
                .try_reserve_exact(words)
                .map_err(|_| no_room(tensor))?;
            buffer.resize(words, 0);
        }
        Ok(buffer)
    }

    fn give_back(&self, buffer: Vec<u64>) {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buffers.push(buffer);
    }
}

fn no_room(tensor: &Tensor<'_>) -> CheckpointError {
    CheckpointError::NoRoom {
        name: tensor.name().to_string(),
        bytes: tensor.bytes(),
    }
}

/// All values, read on all threads.
fn read<F: Element + Value>(tensor: &Tensor<'_>, values: &mut [F]) -> Result<(), CheckpointError> {
    let pieces = values.par_chunks_mut(PIECE).enumerate();
    pieces.try_for_each(|(number, piece)| {
        let start = (number * PIECE) as u64;
        tensor.read(start..start + piece.len() as u64, piece)
    })
}

/// Integers are one value, exactly.
fn integers(planned: &Planned, tensor: &Tensor<'_>) -> Result<Checked, CheckpointError> {
    let value = planned.constant().unwrap_or(0.0);
    let expected = integer(tensor.dtype(), value);
    let (mut wrong, mut from) = (0_u64, 0);
    while from < tensor.bytes() {
        let mut bytes = vec![0; BYTES.min((tensor.bytes() - from) as usize)];
        tensor.read_bytes(from, &mut bytes)?;
        let values = bytes.chunks_exact(expected.len());
        wrong += values.filter(|bytes| *bytes != expected).count() as u64;
        from += bytes.len() as u64;
    }
    Ok(Checked::Plain((wrong > 0).then(|| Finding {
        subject: Subject::Tensor(planned.name().to_string()),
        test: "values".to_string(),
        expected: value.to_string(),
        found: format!("{wrong} of {} differ", tensor.elements()),
        statistic: Some(wrong as f64),
        p_value: None,
    })))
}
