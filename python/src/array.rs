//! NumPy's arrays as views, written and read in pieces.

use fanin::{Element, Filler, Flat, InitError};
use half::slice::HalfBitsSliceExt;
use half::{bf16, f16};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis, Zip};
use numpy::{PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::error::value;
use crate::threads;

/// Elements that are written between two looks at whether the user wants an end of it: some milliseconds.
const PIECE: usize = 1 << 22;

/// Which part of a tensor an array is: where its first element lies.
#[derive(Clone, FromPyObject)]
pub(crate) enum Part {
    /// In each axis.
    Box(Vec<usize>),
    /// In the row-major order.
    Flat(u64),
}

impl Part {
    /// The part that begins `by` further in an axis.
    fn after(&self, axis: usize, by: usize) -> Part {
        let mut part = self.clone();
        match &mut part {
            Part::Box(start) => start[axis] += by,
            Part::Flat(start) => *start += by as u64,
        }
        part
    }

    fn fill<F: Element>(
        &self,
        filler: &Filler,
        array: &mut ArrayViewMutD<'_, F>,
    ) -> Result<(), InitError> {
        match self {
            Part::Box(start) => {
                let axes = start.iter().zip(array.shape());
                // An end that cannot be counted is beyond any axis.
                let ranges: Vec<_> = axes.map(|(&at, &len)| at..at.saturating_add(len)).collect();
                filler.fill_region(ranges.as_slice(), array)
            }
            Part::Flat(start) => {
                let range = *start..start.saturating_add(array.len() as u64);
                filler.fill_region(Flat(range), array)
            }
        }
    }

    fn check<F: Element>(
        &self,
        filler: &Filler,
        array: &ArrayViewD<'_, F>,
    ) -> Result<fanin::Report, InitError> {
        match self {
            Part::Box(start) => {
                let axes = start.iter().zip(array.shape());
                let ranges: Vec<_> = axes.map(|(&at, &len)| at..at.saturating_add(len)).collect();
                filler.check_region(ranges.as_slice(), array)
            }
            Part::Flat(start) => {
                let range = *start..start.saturating_add(array.len() as u64);
                filler.check_region(Flat(range), array)
            }
        }
    }
}

/// An element type as NumPy has it: `f16` and `bf16` are read and written as their bits.
trait Stored: numpy::Element + Copy + Send + Sync {}
impl Stored for u16 {}
impl Stored for f32 {}
impl Stored for f64 {}

/// Fills an array with part of a tensor. `dtype` is that of the elements, whose bits the array holds.
pub(crate) fn fill(
    filler: &Filler,
    part: &Part,
    array: &Bound<'_, PyAny>,
    dtype: &str,
) -> PyResult<()> {
    match dtype {
        "float32" => write::<f32>(filler, part, array, &|part, view| part.fill(filler, view)),
        "float64" => write::<f64>(filler, part, array, &|part, view| part.fill(filler, view)),
        "float16" => write::<u16>(filler, part, array, &|part, view| {
            fill_bits::<f16>(filler, part, view)
        }),
        "bfloat16" => write::<u16>(filler, part, array, &|part, view| {
            fill_bits::<bf16>(filler, part, view)
        }),
        _ => Err(no_element(dtype)),
    }
}

/// Whether an array is part of a tensor.
pub(crate) fn check(
    filler: &Filler,
    part: &Part,
    array: &Bound<'_, PyAny>,
    dtype: &str,
) -> PyResult<fanin::Report> {
    match dtype {
        "float32" => read::<f32>(array, &|view| part.check(filler, &view)),
        "float64" => read::<f64>(array, &|view| part.check(filler, &view)),
        "float16" => read::<u16>(array, &|view| check_bits::<f16>(filler, part, view)),
        "bfloat16" => read::<u16>(array, &|view| check_bits::<bf16>(filler, part, view)),
        _ => Err(no_element(dtype)),
    }
}

/// Whether a type can hold the law.
pub(crate) fn fits(filler: &Filler, dtype: &str) -> PyResult<()> {
    let fits = match dtype {
        "float32" => filler.fits::<f32>(),
        "float64" => filler.fits::<f64>(),
        "float16" => filler.fits::<f16>(),
        "bfloat16" => filler.fits::<bf16>(),
        _ => return Err(no_element(dtype)),
    };
    fits.map_err(value)
}

fn no_element(dtype: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "weights cannot have the element type {dtype}: it must be float32, float64, float16 or bfloat16"
    ))
}

/// A type whose bits are a `u16`.
trait Half: Element {
    fn all(bits: &mut [u16]) -> &mut [Self];
    fn bits(self) -> u16;
    fn of(bits: u16) -> Self;
}

macro_rules! half {
    ($($half:ty),*) => {$(
        impl Half for $half {
            fn all(bits: &mut [u16]) -> &mut [Self] {
                bits.reinterpret_cast_mut()
            }

            fn bits(self) -> u16 {
                self.to_bits()
            }

            fn of(bits: u16) -> Self {
                Self::from_bits(bits)
            }
        }
    )*};
}

half!(f16, bf16);

fn fill_bits<H: Half>(
    filler: &Filler,
    part: &Part,
    view: &mut ArrayViewMutD<'_, u16>,
) -> Result<(), InitError> {
    let shape = view.raw_dim();
    if let Some(bits) = view.as_slice_mut() {
        if let Ok(mut halves) = ArrayViewMutD::from_shape(shape, H::all(bits)) {
            return part.fill(filler, &mut halves);
        }
    }
    // Other strides: only a copy of the piece can be had as floats.
    let mut halves = ArrayD::from_elem(view.raw_dim(), H::zero());
    part.fill(filler, &mut halves.view_mut())?;
    Zip::from(view)
        .and(&halves)
        .for_each(|bits, half| *bits = half.bits());
    Ok(())
}

fn check_bits<H: Half>(
    filler: &Filler,
    part: &Part,
    view: ArrayViewD<'_, u16>,
) -> Result<fanin::Report, InitError> {
    let halves = view.mapv(H::of);
    part.check(filler, &halves.view())
}

type Write<'a, T> = &'a (dyn Fn(&Part, &mut ArrayViewMutD<'_, T>) -> Result<(), InitError> + Sync);

fn write<T: Stored>(
    filler: &Filler,
    part: &Part,
    array: &Bound<'_, PyAny>,
    write: Write<'_, T>,
) -> PyResult<()> {
    let py = array.py();
    let array = typed::<T>(array)?;
    is_separate(array.shape(), array.strides(), size_of::<T>())?;
    let mut borrowed = array
        .try_readwrite()
        .map_err(|error| value(format!("this array cannot be written to: {error}")))?;
    // What has matrices is one piece: a later one could find no room for its own.
    let piece = if is_elementwise(filler) {
        PIECE
    } else {
        usize::MAX
    };
    in_pieces(py, part, borrowed.as_array_mut(), piece, write)
}

fn in_pieces<T: Stored>(
    py: Python<'_>,
    part: &Part,
    mut view: ArrayViewMutD<'_, T>,
    piece: usize,
    write: Write<'_, T>,
) -> PyResult<()> {
    let axis = view.shape().iter().position(|&len| len > 1);
    let Some(axis) = axis.filter(|_| view.len() > piece) else {
        let place = threads::place(py, view.len(), piece == usize::MAX)?;
        place.run(py, || write(part, &mut view)).map_err(value)?;
        return if piece < usize::MAX && view.len() > piece / 4 {
            py.check_signals()
        } else {
            Ok(())
        };
    };
    let half = view.shape()[axis] / 2;
    let (first, second) = view.split_at(Axis(axis), half);
    in_pieces(py, part, first, piece, write)?;
    in_pieces(py, &part.after(axis, half), second, piece, write)
}

type Read<'a, T> = &'a (dyn Fn(ArrayViewD<'_, T>) -> Result<fanin::Report, InitError> + Sync);

fn read<T: Stored>(array: &Bound<'_, PyAny>, read: Read<'_, T>) -> PyResult<fanin::Report> {
    let py = array.py();
    let array = typed::<T>(array)?;
    let borrowed = array
        .try_readonly()
        .map_err(|error| value(format!("this array cannot be read: {error}")))?;
    let view = borrowed.as_array();
    let place = threads::place(py, view.len(), true)?;
    place.run(py, || read(view)).map_err(value)
}

fn typed<'a, 'py, T: Stored>(
    array: &'a Bound<'py, PyAny>,
) -> PyResult<&'a Bound<'py, PyArrayDyn<T>>> {
    array.cast::<PyArrayDyn<T>>().map_err(|_| {
        PyTypeError::new_err(format!(
            "this is no array of NumPy in the byte order of the machine: {}",
            array.get_type()
        ))
    })
}

fn is_elementwise(filler: &Filler) -> bool {
    fn of(description: &fanin::Description) -> bool {
        match description.law() {
            Some(law) => law.is_elementwise(),
            None => description.parts().iter().all(of),
        }
    }
    of(filler.describe())
}

/// That no two elements of an array share memory, and that all lie on boundaries of their size.
fn is_separate(shape: &[usize], strides: &[isize], size: usize) -> PyResult<()> {
    let mut axes: Vec<_> = shape
        .iter()
        .zip(strides)
        .filter(|(len, _)| **len > 1)
        .collect();
    if shape.contains(&0) {
        return Ok(());
    }
    axes.sort_by_key(|(_, stride)| stride.unsigned_abs());
    let mut within = size;
    for (len, stride) in axes {
        let stride = stride.unsigned_abs();
        if stride < within || stride % size != 0 {
            return Err(PyValueError::new_err(format!(
                "elements of this array of shape {shape:?} and strides {strides:?} share memory, or may: \
                 fill a contiguous array, and copy it"
            )));
        }
        within = within.saturating_add(stride.saturating_mul(len - 1));
    }
    Ok(())
}
