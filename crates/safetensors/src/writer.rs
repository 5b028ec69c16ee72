//! A plan as a checkpoint.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fanin::{Plan, Planned};

use crate::checkpoint::Checkpoint;
use crate::digest::digest;
use crate::error::CheckpointError;
use crate::file::write_all_at;
use crate::layout::{self, Layout};
use crate::marks::Marks;
use crate::origin::Origin;
use crate::part::Part;
use crate::place::{self, FILE, INDEX, PART};
use crate::rank::Rank;
use crate::sink::Sink;
use crate::together::Together;
use crate::values;

/// Bytes of a shard, unless another number is stated: as the libraries of Hugging Face have it.
const SHARD: u64 = 5_000_000_000;

/// What is called with the bytes that have been written since the last call, from any thread.
type Progress<'a> = dyn Fn(u64) + Sync + 'a;

/// Writes a [`Plan`] as a checkpoint.
///
/// The values are drawn and written by position on all of rayon's threads, in pieces of at most half a
/// mebibyte. Matrices of a law that [is not element-wise](fanin::Law::is_elementwise) are made when their tensor is
/// written, and dropped after it. A file is called `*.part` until it is whole: an error or a panic
/// leaves nothing, and a signal leaves the `.part` alone, which the next run replaces.
///
/// ```
/// use fanin::{Key, Normal, Parameter, Recipe, Rule, Zeros};
/// use fanin_safetensors::{Checkpoint, Writer};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("model.safetensors");
///
/// let recipe = Recipe::new()
///     .rule(Rule::new("**.bias", Zeros))
///     .rule(Rule::new("**", Normal::new(0.0, 0.02)?));
/// let parameters = [Parameter::new("fc.weight", [256, 784]), Parameter::new("fc.bias", [256])];
/// let plan = recipe.plan(&Key::from_seed(42), parameters)?;
/// let written = Writer::new(&plan).seed(42).write(&path)?;
/// assert_eq!(written.files(), [path.clone()]);
///
/// let weight = Checkpoint::open(&path)?.get("fc.weight")?.array::<f32>()?;
/// assert_eq!(weight, plan.get("fc.weight").unwrap().filler()?.array()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Writer<'a> {
    plan: &'a Plan,
    most: u64,
    seed: Option<u64>,
    replace: bool,
    rank: Option<Rank>,
    origin: Origin<'a>,
    progress: Option<&'a Progress<'a>>,
}

/// What was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    files: Vec<PathBuf>,
    bytes: u64,
    is_whole: bool,
}

impl Written {
    /// The files, the index last. Of several processes, those that this one wrote or found written.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The bytes of the files with tensors, of the whole checkpoint.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the checkpoint is whole, with all that other processes write.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }
}

impl<'a> Writer<'a> {
    /// Of all parameters of a plan, each drawn.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        Writer {
            plan,
            most: SHARD,
            seed: None,
            replace: false,
            rank: None,
            origin: Origin::default(),
            progress: None,
        }
    }

    /// With at most so many bytes of tensors in a shard, where a directory is written; 5 GB unless stated. A tensor
    /// that is larger gets a shard of its own.
    #[must_use]
    pub fn shard_size(mut self, bytes: u64) -> Self {
        self.most = bytes;
        self
    }

    /// With the seed of the plan's key in the metadata, for whoever wants to draw the same again.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// In place of files that are there already.
    #[must_use]
    pub fn replace(mut self, replace: bool) -> Self {
        self.replace = replace;
        self
    }

    /// With the parameters for which `is_copied` holds copied from a checkpoint, where they must have the same shape
    /// and type; the others are drawn.
    #[must_use]
    pub fn copying(
        mut self,
        checkpoint: &'a Checkpoint,
        is_copied: &'a (dyn Fn(&str) -> bool + Sync),
    ) -> Self {
        self.origin = self.origin.copying(checkpoint, is_copied);
        self
    }

    /// With the parameters for which `is_grown` holds copied from a checkpoint in which they have fewer rows; the
    /// rows that are new are drawn. This comes after [`copying`](Writer::copying), from the same checkpoint.
    #[must_use]
    pub fn growing(mut self, is_grown: &'a (dyn Fn(&str) -> bool + Sync)) -> Self {
        self.origin = self.origin.growing(is_grown);
        self
    }

    /// With no more than the share of one of several processes, all of which write the same plan to the same path, on a
    /// file system that they share. They need no messages, and may run one after the other: each gives the shards that
    /// it writes their names when they are whole, or marks, beside one file, which part of it is; the one that finds
    /// nothing missing writes the index, or gives the file its name. A process that is run again writes what is missing
    /// of its share and no more, and any number of processes can finish what another number began. What an
    /// error leaves is what a process that dies leaves.
    #[must_use]
    pub fn rank(mut self, rank: Rank) -> Self {
        self.rank = Some(rank);
        self
    }

    /// With a function that is called, from any thread, with the bytes that have been written since the last
    /// call; [`Plan::bytes`] are all.
    #[must_use]
    pub fn progress(mut self, progress: &'a Progress<'a>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Writes one file, if the path ends in `.safetensors`, or else a directory, which is made unless it is there:
    /// `model.safetensors` if all fits into one shard, or `model-00001-of-0000N.safetensors` and so on, and
    /// `model.safetensors.index.json`.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`]. Everything that can be known beforehand is, and nothing has been written then; after any
    /// error, nothing is left.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<Written, CheckpointError> {
        let path = path.as_ref();
        let planned: Vec<&Planned> = self.plan.iter().collect();
        for planned in &planned {
            self.origin.check(planned)?;
        }
        let types = layout::types(&planned)?;
        let metadata = self.metadata(&planned);
        let layout = |numbers, name| layout::layout(&planned, &types, numbers, name, &metadata);
        if path.to_string_lossy().ends_with(FILE) {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let numbers = (0..planned.len()).collect();
            let file = layout(numbers, name.unwrap_or_default())?;
            return self.write_files(&planned, &[file], &[path.to_path_buf()], None);
        }
        let shards = layout::shards(self.plan, self.most);
        let count = shards.len();
        let shards = shards.into_iter().enumerate();
        let files = shards
            .map(|(number, numbers)| layout(numbers, layout::name(number, count)))
            .collect::<Result<Vec<_>, _>>()?;
        let paths: Vec<PathBuf> = files.iter().map(|file| path.join(&file.name)).collect();
        let index = (count > 1).then(|| {
            let text = layout::index(&planned, &files);
            (path.join(format!("model{INDEX}")), text)
        });
        let folder = Folder::make(path)?;
        is_empty_of_others(path, &files, index.is_some())?;
        let written = self.write_files(&planned, &files, &paths, index)?;
        folder.keep();
        Ok(written)
    }

    fn metadata(&self, planned: &[&Planned]) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("format".to_string(), "pt".to_string()),
            ("fanin".to_string(), self.note(planned)),
        ])
    }

    /// What the metadata say of where the values are from, as JSON in one entry.
    fn note(&self, planned: &[&Planned]) -> String {
        let seed = self.seed.map(|seed| format!("\"seed\":{seed},"));
        format!(
            "{{\"recipe\":\"{}\",{}\"version\":\"{}\"}}",
            digest(planned),
            seed.unwrap_or_default(),
            env!("CARGO_PKG_VERSION")
        )
    }

    fn is_free(&self, path: &Path) -> Result<(), CheckpointError> {
        match !self.replace && path.exists() {
            true => Err(CheckpointError::Exists {
                path: path.to_path_buf(),
            }),
            false => Ok(()),
        }
    }

    fn write_files(
        &self,
        planned: &[&Planned],
        files: &[Layout],
        paths: &[PathBuf],
        index: Option<(PathBuf, String)>,
    ) -> Result<Written, CheckpointError> {
        let written = |bytes| {
            if let Some(progress) = self.progress {
                progress(bytes);
            }
        };
        let bytes = files.iter().map(|file| file.len).sum();
        let (all, is_whole) = match self.rank {
            None => (
                self.write_alone(planned, files, paths, index, &written)?,
                true,
            ),
            Some(rank) => {
                let together = Together {
                    rank,
                    planned,
                    origin: self.origin,
                    replace: self.replace,
                    written: &written,
                };
                match (files, paths) {
                    ([file], [path]) => together.file(file, path)?,
                    _ => together.shards(files, paths, index)?,
                }
            }
        };
        Ok(Written {
            files: all,
            bytes,
            is_whole,
        })
    }

    /// All files get their names when all of them are whole, and the index last.
    fn write_alone(
        &self,
        planned: &[&Planned],
        files: &[Layout],
        paths: &[PathBuf],
        index: Option<(PathBuf, String)>,
        written: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<PathBuf>, CheckpointError> {
        let index_path = index.iter().map(|(path, _)| path);
        for path in paths.iter().chain(index_path) {
            self.is_free(path)?;
        }
        let parts = (files.iter().zip(paths))
            .map(|(file, path)| Part::create(path, file.len))
            .collect::<Result<Vec<_>, _>>()?;
        for (file, part) in files.iter().zip(&parts) {
            let refused = |error| part.refused(error);
            let sink = Sink {
                file: &part.file,
                refused: &refused,
            };
            values::write(planned, file, sink, &self.origin, 0..file.len, written)?;
            part.sync()?;
        }
        let index = index.map(|(path, text)| {
            let part = Part::create(&path, text.len() as u64)?;
            write_all_at(&part.file, text.as_bytes(), 0).map_err(|error| part.refused(error))?;
            part.sync()?;
            Ok::<_, CheckpointError>((path, part))
        });
        let index = index.transpose()?;
        for ((part, file), path) in parts.into_iter().zip(files).zip(paths) {
            part.finish()?;
            // Of processes that wrote it together, and did not end.
            Marks::new(path, file).clear()?;
        }
        let mut all = paths.to_vec();
        if let Some((path, part)) = index {
            part.finish()?;
            all.push(path);
        }
        Ok(all)
    }
}

/// A directory, which goes away again if it was made here and nothing came into it.
struct Folder<'a> {
    made: Option<&'a Path>,
}

impl<'a> Folder<'a> {
    fn make(path: &'a Path) -> Result<Self, CheckpointError> {
        if path.is_dir() {
            return Ok(Folder { made: None });
        }
        match fs::create_dir(path) {
            Ok(()) => Ok(Folder { made: Some(path) }),
            // Another process was first.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
                Ok(Folder { made: None })
            }
            Err(error) => Err(CheckpointError::io("create the directory", path)(error)),
        }
    }

    fn keep(mut self) {
        self.made = None;
    }
}

impl Drop for Folder<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.made {
            // It is only removed if it is empty.
            let _ = fs::remove_dir(path);
        }
    }
}

/// Refuses a directory in which tensors of another checkpoint would stay beside these.
fn is_empty_of_others(
    folder: &Path,
    files: &[Layout],
    has_index: bool,
) -> Result<(), CheckpointError> {
    let index = format!("model{INDEX}");
    let is_own = |name: &str| {
        let name = name.trim_end_matches(PART);
        files.iter().any(|file| file.name == name) || (has_index && name == index)
    };
    let is_tensors = |name: &str| {
        let name = name.trim_end_matches(PART);
        name.ends_with(FILE) || name.ends_with(INDEX)
    };
    let names = place::names(folder)?;
    let other = names
        .into_iter()
        .find(|name| is_tensors(name) && !is_own(name));
    other.map_or(Ok(()), |other| {
        Err(CheckpointError::NotEmpty {
            path: folder.to_path_buf(),
            other,
        })
    })
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("parameters", &self.plan.len())
            .field("shard_size", &self.most)
            .field("seed", &self.seed)
            .field("replace", &self.replace)
            .finish_non_exhaustive()
    }
}
