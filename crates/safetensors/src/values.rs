//! Drawing and copying values into a file, on all threads.

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fanin::{Element, Filler, Planned};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use zerocopy::{FromBytes, IntoBytes};

use crate::error::CheckpointError;
use crate::layout::Layout;
use crate::origin::{Copied, Origin};
use crate::sink::Sink;
use crate::value::{Value, floats, integer, little_endian};

/// Elements that are drawn and written at once: few enough that one thread draws them, and that they are in its
/// second cache when they are written.
const CHUNK: u64 = 1 << 16;

/// Chunks that one task takes.
const CHUNKS: u64 = 8;

/// Bytes of tensors that are worked on at the same time. Tensors may be small, and tasks are to be many.
const BATCH: u64 = 1 << 28;

/// A tensor that is being written.
struct Job<'a> {
    planned: &'a Planned,
    /// Those of its elements that are written.
    elements: Range<u64>,
    copied: Option<Copied<'a>>,
    /// Of what is not only copied.
    filler: Option<Filler>,
    /// The place of the first element in the file, of all.
    at: u64,
}

/// Writes those bytes of a file, header or values; elements are not divided.
pub(crate) fn write(
    planned: &[&Planned],
    file: &Layout,
    sink: Sink<'_>,
    origin: &Origin<'_>,
    bytes: Range<u64>,
    written: &(dyn Fn(u64) + Sync),
) -> Result<(), CheckpointError> {
    if bytes.start == 0 {
        sink.write(&file.head, 0)?;
    }
    let (mut batch, mut of_batch) = (Vec::new(), 0_u64);
    for &(number, at) in &file.places {
        let Some(&planned) = planned.get(number) else {
            continue;
        };
        let size = planned.dtype().size() as u64;
        let element = |byte: u64| byte.saturating_sub(at).min(planned.bytes()) / size;
        let elements = element(bytes.start)..element(bytes.end);
        if elements.is_empty() {
            continue;
        }
        let job = guarded(planned.name(), || Job::new(planned, elements, at, origin))?;
        if job.has_matrices() {
            // By itself, so that matrices of several tensors are not held at a time.
            job.write_in_order(sink, written)?;
            continue;
        }
        of_batch += (job.elements.end - job.elements.start) * size;
        batch.push(job);
        if of_batch >= BATCH {
            write_batch(&batch, sink, written)?;
            (batch, of_batch) = (Vec::new(), 0);
        }
    }
    write_batch(&batch, sink, written)
}

fn write_batch(
    batch: &[Job<'_>],
    sink: Sink<'_>,
    written: &(dyn Fn(u64) + Sync),
) -> Result<(), CheckpointError> {
    let tasks: Vec<(&Job<'_>, Range<u64>)> = (batch.iter())
        .flat_map(|job| pieces(job.elements.clone(), CHUNK * CHUNKS).map(move |range| (job, range)))
        .collect();
    let write = |buffer: &mut Buffer, (job, range): (&Job<'_>, Range<u64>)| {
        guarded(job.planned.name(), || {
            pieces(range, CHUNK).try_for_each(|range| job.write(range, buffer, sink, written))
        })
    };
    tasks
        .into_par_iter()
        .try_for_each_init(Buffer::default, write)
}

/// A range in pieces of at most that length.
fn pieces(range: Range<u64>, len: u64) -> impl Iterator<Item = Range<u64>> {
    let Range { start, end } = range;
    let count = (end - start).div_ceil(len);
    (0..count).map(move |number| {
        let from = start + number * len;
        from..(from + len).min(end)
    })
}

/// A panic, which a scheme of the caller's may have, as an error.
fn guarded<T>(
    name: &str,
    work: impl FnOnce() -> Result<T, CheckpointError>,
) -> Result<T, CheckpointError> {
    // What a panic leaves half done is not used again: the file goes away.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(CheckpointError::Panicked {
            name: name.to_string(),
            message: message(&*panic),
        })
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it did not say why".to_string())
}

/// Memory for a chunk of any element type.
#[derive(Default)]
struct Buffer(Vec<u64>);

impl Buffer {
    fn bytes(&mut self, len: usize) -> &mut [u8] {
        let words = len.div_ceil(size_of::<u64>());
        if self.0.len() < words {
            self.0.resize(words, 0);
        }
        &mut self.0.as_mut_bytes()[..len]
    }
}

impl<'a> Job<'a> {
    fn new(
        planned: &'a Planned,
        elements: Range<u64>,
        at: u64,
        origin: &Origin<'a>,
    ) -> Result<Self, CheckpointError> {
        let copied = origin.of(planned)?;
        let is_copied = copied.is_some_and(|copied| copied.tensor.elements() == planned.elements());
        let filler = match is_copied || !planned.dtype().is_float() {
            true => None,
            false => Some(planned.filler().map_err(|error| refused(planned, error))?),
        };
        Ok(Job {
            planned,
            elements,
            copied,
            filler,
            at,
        })
    }

    /// Whether its law has matrices that are made for it.
    fn has_matrices(&self) -> bool {
        let Some(filler) = &self.filler else {
            return false;
        };
        let description = filler.describe();
        let mut laws = description.parts().iter().filter_map(|part| part.law());
        let has = |law: &fanin::Law| !law.is_elementwise();
        description.law().is_some_and(has) || laws.any(has)
    }

    /// One chunk after the other: the law itself uses all threads.
    fn write_in_order(
        &self,
        sink: Sink<'_>,
        written: &(dyn Fn(u64) + Sync),
    ) -> Result<(), CheckpointError> {
        let mut buffer = Buffer::default();
        guarded(self.planned.name(), || {
            pieces(self.elements.clone(), CHUNK * CHUNKS)
                .try_for_each(|range| self.write(range, &mut buffer, sink, written))
        })
    }

    /// Writes some elements.
    fn write(
        &self,
        range: Range<u64>,
        buffer: &mut Buffer,
        sink: Sink<'_>,
        written: &(dyn Fn(u64) + Sync),
    ) -> Result<(), CheckpointError> {
        let size = self.planned.dtype().size();
        let bytes = buffer.bytes((range.end - range.start) as usize * size);
        let copied = self.copied.map_or(0, |copied| copied.tensor.elements());
        let split = copied.clamp(range.start, range.end);
        let (first, second) = bytes.split_at_mut((split - range.start) as usize * size);
        if let (Some(copied), false) = (&self.copied, first.is_empty()) {
            copied.tensor.read_bytes(range.start * size as u64, first)?;
        }
        if !second.is_empty() {
            self.draw(split..range.end, second)?;
        }
        let at = self.at + range.start * size as u64;
        sink.write(bytes, at)?;
        written(bytes.len() as u64);
        Ok(())
    }

    fn draw(&self, range: Range<u64>, bytes: &mut [u8]) -> Result<(), CheckpointError> {
        let planned = self.planned;
        floats!(planned.dtype(), F => self.draw_floats::<F>(range, bytes), _ => {
            let value = planned.constant().unwrap_or(0.0);
            let value = integer(planned.dtype(), value);
            for bytes in bytes.chunks_exact_mut(value.len()) {
                bytes.copy_from_slice(&value);
            }
            Ok(())
        })
    }

    fn draw_floats<F: Element + Value>(
        &self,
        range: Range<u64>,
        bytes: &mut [u8],
    ) -> Result<(), CheckpointError> {
        // The buffer is aligned for every type, and so is a whole number of elements in it.
        let (Ok(values), Some(filler)) = (<[F]>::mut_from_bytes(bytes), &self.filler) else {
            return Ok(());
        };
        let drawn = filler.fill_slice(range, values);
        drawn.map_err(|error| refused(self.planned, error))?;
        little_endian(values);
        Ok(())
    }
}

fn refused(planned: &Planned, error: fanin::InitError) -> CheckpointError {
    CheckpointError::Draw {
        name: planned.name().to_string(),
        error: Box::new(error),
    }
}
