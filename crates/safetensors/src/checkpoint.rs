//! A checkpoint that exists: its tensors, and their values by position.

use std::collections::HashMap;
use std::fs::File;
use std::ops::{Bound, RangeBounds};
use std::path::{Path, PathBuf};

use fanin::ndarray::ArrayD;
use fanin::{Dtype, Parameter};
use zerocopy::IntoBytes;

use crate::error::CheckpointError;
use crate::file::read_exact_at;
use crate::header::{self, Listed};
use crate::nearest::nearest;
use crate::place;
use crate::value::{Value, little_endian};

/// A checkpoint that exists: one file, or shards.
///
/// Opening it reads the headers and no values. Values are read by position, from any number of threads at once.
///
/// ```
/// # use fanin::{Key, Normal, Parameter, Recipe, Rule};
/// # use fanin_safetensors::{Checkpoint, Writer};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("model.safetensors");
/// # let recipe = Recipe::new().rule(Rule::new("**", Normal::new(0.0, 0.02)?));
/// # let plan = recipe.plan(&Key::from_seed(1), [Parameter::new("wte.weight", [100, 16])])?;
/// # Writer::new(&plan).write(&path)?;
/// let checkpoint = Checkpoint::open(&path)?;
/// let weight = checkpoint.get("wte.weight")?;
/// assert_eq!(weight.shape(), [100, 16]);
/// let mut row = [0.0_f32; 16];
/// weight.read(7 * 16..8 * 16, &mut row)?;
/// assert_eq!(row, weight.array::<f32>()?.as_slice().unwrap()[7 * 16..8 * 16]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Checkpoint {
    files: Vec<(PathBuf, File)>,
    tensors: Vec<Place>,
    names: HashMap<String, usize>,
    metadata: Vec<(String, String)>,
}

/// A tensor and its file.
#[derive(Debug)]
struct Place {
    file: usize,
    listed: Listed,
}

impl Checkpoint {
    /// Opens a file `*.safetensors`, an index `*.safetensors.index.json`, or the directory of either.
    ///
    /// The order of the tensors is that of the index, or of the values in the files.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`], for what cannot be opened, is not whole, or contradicts itself.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, CheckpointError> {
        let found = place::find(path.as_ref())?;
        let mut checkpoint = Checkpoint {
            files: Vec::new(),
            tensors: Vec::new(),
            names: HashMap::new(),
            metadata: Vec::new(),
        };
        for path in &found.files {
            checkpoint.add(path)?;
        }
        if let Some(index) = &found.index {
            checkpoint.order_by(index)?;
        }
        Ok(checkpoint)
    }

    fn add(&mut self, path: &Path) -> Result<(), CheckpointError> {
        let file = File::open(path).map_err(CheckpointError::io("open", path))?;
        let header = header::read(&file, path)?;
        let number = self.files.len();
        self.files.push((path.to_path_buf(), file));
        for listed in header.tensors {
            if let Some(&first) = self.names.get(&listed.name) {
                let first = self.tensors.get(first).map_or(0, |place| place.file);
                return Err(CheckpointError::Twice {
                    name: listed.name,
                    first: self.file_name(first),
                    second: self.file_name(number),
                });
            }
            self.names.insert(listed.name.clone(), self.tensors.len());
            self.tensors.push(Place {
                file: number,
                listed,
            });
        }
        if number == 0 {
            self.metadata = header.metadata;
        }
        Ok(())
    }

    /// Puts the tensors into the order of an index, which names each of them.
    fn order_by(&mut self, index: &place::Index) -> Result<(), CheckpointError> {
        let places: HashMap<&str, usize> = (index.entries.iter().enumerate())
            .map(|(place, (name, _))| (name.as_str(), place))
            .collect();
        let of = |name: &str| places.get(name).copied();
        for (name, file) in &index.entries {
            let place = self.names.get(name).and_then(|&at| self.tensors.get(at));
            if place.is_none_or(|place| self.file_name(place.file) != *file) {
                return Err(index.not_in_shard(name, file));
            }
        }
        if let Some(place) = (self.tensors.iter()).find(|place| of(&place.listed.name).is_none()) {
            return Err(index.not_named(&place.listed.name, &self.file_name(place.file)));
        }
        self.tensors.sort_by_key(|place| of(&place.listed.name));
        let numbers = self.tensors.iter().enumerate();
        self.names = numbers
            .map(|(number, place)| (place.listed.name.clone(), number))
            .collect();
        Ok(())
    }

    fn file_name(&self, number: usize) -> String {
        let name = self
            .files
            .get(number)
            .and_then(|(path, _)| path.file_name());
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The tensors.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = Tensor<'_>> {
        self.tensors.iter().map(|place| self.tensor(place))
    }

    fn tensor<'a>(&'a self, place: &'a Place) -> Tensor<'a> {
        let (path, file) = &self.files[place.file];
        Tensor {
            listed: &place.listed,
            path,
            file,
        }
    }

    /// The tensor of that name.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::NoTensor`] with the nearest names.
    pub fn get(&self, name: &str) -> Result<Tensor<'_>, CheckpointError> {
        let place = self.names.get(name).and_then(|&at| self.tensors.get(at));
        place
            .map(|place| self.tensor(place))
            .ok_or_else(|| CheckpointError::NoTensor {
                name: name.to_string(),
                near: nearest(name, self.names.keys().map(String::as_str)),
            })
    }

    /// The number of tensors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tensors.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// The bytes of all values.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tensors()
            .map(|tensor| tensor.bytes())
            .fold(0, u64::saturating_add)
    }

    /// The entries of `__metadata__`, those of the first file.
    #[must_use]
    pub fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// Its names, shapes and types, for [`Recipe::plan`](fanin::Recipe::plan).
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        self.tensors().map(|tensor| tensor.parameter()).collect()
    }
}

/// A tensor of a [`Checkpoint`].
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    listed: &'a Listed,
    path: &'a Path,
    file: &'a File,
}

impl<'a> Tensor<'a> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.listed.name
    }

    /// The shape.
    #[must_use]
    pub fn shape(&self) -> &'a [usize] {
        &self.listed.shape
    }

    /// The type of the elements.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.listed.dtype
    }

    /// The file that holds it.
    #[must_use]
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// The number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        // The bytes are counted in 64 bits when a header is read.
        self.shape().iter().map(|&len| len as u64).product()
    }

    /// The bytes of the elements.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.elements() * self.dtype().size() as u64
    }

    /// Name, shape and type.
    #[must_use]
    pub fn parameter(&self) -> Parameter {
        Parameter::new(self.name(), self.shape()).dtype(self.dtype())
    }

    /// Reads a range of the row-major order into a slice of its length; an open end is that of the tensor.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::ElementType`] if the elements are not of `V`, [`CheckpointError::Range`] if the range
    /// does not lie in the tensor or has another length than the slice, and [`CheckpointError::Io`].
    pub fn read<V: Value>(
        &self,
        range: impl RangeBounds<u64>,
        values: &mut [V],
    ) -> Result<(), CheckpointError> {
        if let (false, Some(&asked)) = (V::DTYPES.contains(&self.dtype()), V::DTYPES.first()) {
            return Err(CheckpointError::ElementType {
                name: self.name().to_string(),
                found: self.dtype(),
                asked,
            });
        }
        let len = self.elements();
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => last.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => len,
        };
        if end > len || end.checked_sub(start) != Some(values.len() as u64) {
            return Err(CheckpointError::Range {
                name: self.name().to_string(),
                start,
                end,
                len,
            });
        }
        self.read_bytes(start * size_of::<V>() as u64, values.as_mut_bytes())?;
        little_endian(values);
        Ok(())
    }

    /// Reads bytes of the values from the one of that number on.
    pub(crate) fn read_bytes(&self, from: u64, bytes: &mut [u8]) -> Result<(), CheckpointError> {
        read_exact_at(self.file, bytes, self.listed.at + from)
            .map_err(CheckpointError::io("read", self.path))
    }

    /// All values.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::ElementType`] if the elements are not of `V`, [`CheckpointError::NoRoom`], and
    /// [`CheckpointError::Io`].
    pub fn array<V: Value>(&self) -> Result<ArrayD<V>, CheckpointError> {
        let no_room = || CheckpointError::NoRoom {
            name: self.name().to_string(),
            bytes: self.bytes(),
        };
        let len = usize::try_from(self.elements()).map_err(|_| no_room())?;
        let mut values = Vec::new();
        values.try_reserve_exact(len).map_err(|_| no_room())?;
        values.resize(len, V::new_zeroed());
        self.read(.., &mut values)?;
        ArrayD::from_shape_vec(self.shape(), values).map_err(|_| no_room())
    }
}
