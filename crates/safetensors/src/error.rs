//! What can go wrong with a checkpoint.

use std::fmt;
use std::io;
use std::path::PathBuf;

use fanin::{Dtype, InitError};
use thiserror::Error;

use crate::fault::{HeaderFault, IndexFault, ListFault, Mismatch};

/// Why a checkpoint could not be read, written or checked.
///
/// Every variant carries what was refused; its text says what was given, what the rule is and what to do.
/// `Debug` prints the text, too, so that a `main` that returns it, and `unwrap`, tell what to do.
#[derive(Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The system refused to open, read or make something.
    #[error("cannot {doing} {}: {source}", path.display())]
    #[non_exhaustive]
    Io {
        /// What was to be done, such as `"open"`.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },

    /// A file whose header is not one of safetensors, or does not agree with the file.
    #[error("{} cannot be read as safetensors: {fault}", path.display())]
    #[non_exhaustive]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: HeaderFault,
    },

    /// An index of shards that is none, or does not agree with the shards.
    #[error("{} cannot be read as an index of shards: {fault}", path.display())]
    #[non_exhaustive]
    Index {
        /// The index.
        path: PathBuf,
        /// What is wrong.
        fault: IndexFault,
    },

    /// A list of names, shapes and types that is none.
    #[error("{} cannot be read as a list of shapes: {fault}", path.display())]
    #[non_exhaustive]
    List {
        /// The list.
        path: PathBuf,
        /// What is wrong.
        fault: ListFault,
    },

    /// A directory without a checkpoint.
    #[error(
        "{} holds no checkpoint: neither an index (*.safetensors.index.json) nor a file *.safetensors; name \
         the file",
        path.display()
    )]
    #[non_exhaustive]
    NoCheckpoint {
        /// The directory.
        path: PathBuf,
    },

    /// A directory in which more than one checkpoint may be meant.
    #[error("{} holds {first} and {second}, and no index that says which is meant: name the file", path.display())]
    #[non_exhaustive]
    Ambiguous {
        /// The directory.
        path: PathBuf,
        /// The name of a file there.
        first: String,
        /// The name of another.
        second: String,
    },

    /// A checkpoint of which files are missing.
    #[error("{} is not whole: {missing} is missing; run again what writes it", path.display())]
    #[non_exhaustive]
    Incomplete {
        /// The index or directory.
        path: PathBuf,
        /// A file that is not there.
        missing: String,
    },

    /// A name that two files have.
    #[error("{first} and {second} both have a tensor `{name}`: a checkpoint has each name once")]
    #[non_exhaustive]
    Twice {
        /// The tensor.
        name: String,
        /// The name of a file that has it.
        first: String,
        /// The name of another.
        second: String,
    },

    /// A name that the checkpoint does not have.
    #[error("the checkpoint has no tensor `{name}`{}", nearest(near))]
    #[non_exhaustive]
    NoTensor {
        /// The name.
        name: String,
        /// The names that come nearest.
        near: Vec<String>,
    },

    /// A tensor that is asked for in another type than it has.
    #[error(
        "the tensor `{name}` has elements of {found}, which are not read as {asked}: read them as {found}"
    )]
    #[non_exhaustive]
    ElementType {
        /// The tensor.
        name: String,
        /// The type that it has.
        found: Dtype,
        /// The type that was asked for.
        asked: Dtype,
    },

    /// Elements that a tensor does not have.
    #[error("the elements {start}..{end} do not lie in the tensor `{name}`, which has {len}")]
    #[non_exhaustive]
    Range {
        /// The tensor.
        name: String,
        /// The first element that was asked for.
        start: u64,
        /// The one after the last.
        end: u64,
        /// How many there are.
        len: u64,
    },

    /// More than there is room for in memory.
    #[error(
        "there is no room in memory for the tensor `{name}` of {bytes} bytes: read slices of it"
    )]
    #[non_exhaustive]
    NoRoom {
        /// The tensor.
        name: String,
        /// Its bytes.
        bytes: u64,
    },

    /// A file that is there already.
    #[error("{} exists: remove it, or allow to replace it", path.display())]
    #[non_exhaustive]
    Exists {
        /// The file.
        path: PathBuf,
    },

    /// A directory with files of another checkpoint, which would stay beside the new ones.
    #[error("{} holds {other}, which is not of this checkpoint: give an empty directory", path.display())]
    #[non_exhaustive]
    NotEmpty {
        /// The directory.
        path: PathBuf,
        /// The name of a file there.
        other: String,
    },

    /// A file that another process writes at this moment.
    #[error("{} is being written by another process: wait for it, or write elsewhere", path.display())]
    #[non_exhaustive]
    Busy {
        /// The file.
        path: PathBuf,
    },

    /// What was being written could not be, and is gone.
    #[error("cannot write {} ({bytes} bytes): {source}; nothing is left of it", path.display())]
    #[non_exhaustive]
    Write {
        /// The file, as it would have been called.
        path: PathBuf,
        /// Its bytes.
        bytes: u64,
        /// What the system says.
        source: io::Error,
    },

    /// A name that the format does not allow.
    #[error(
        "no tensor can be called `{name}`, which the format keeps for itself: call it otherwise"
    )]
    #[non_exhaustive]
    Name {
        /// The name.
        name: String,
    },

    /// An element type that the format, or this crate, does not know.
    #[error("the tensor `{name}` has elements of {dtype}, which are not written")]
    #[non_exhaustive]
    Unwritable {
        /// The tensor.
        name: String,
        /// Its type.
        dtype: Dtype,
    },

    /// More names than a header of 100 MB, which readers refuse to exceed, can hold.
    #[error(
        "the header of {file} takes {bytes} bytes, but readers take 100,000,000 at most: write smaller shards"
    )]
    #[non_exhaustive]
    HeaderTooLarge {
        /// The name of the file.
        file: String,
        /// The bytes of its header.
        bytes: u64,
    },

    /// More values than a file can have.
    #[error("the values of {file} take more bytes than a file can have: write shards")]
    #[non_exhaustive]
    FileTooLarge {
        /// The name of the file.
        file: String,
    },

    /// A parameter that its rule leaves alone, so that it has no values.
    #[error(
        "the rule for `{name}` leaves it alone, so that there is nothing to write: copy it from a checkpoint"
    )]
    #[non_exhaustive]
    Left {
        /// The parameter.
        name: String,
    },

    /// A tensor to copy that is not what the plan has of that name.
    #[error("`{name}` cannot be copied: {fault}")]
    #[non_exhaustive]
    Copy {
        /// The tensor.
        name: String,
        /// What is different.
        fault: Mismatch,
    },

    /// A tensor could not be drawn.
    #[error("`{name}` cannot be drawn: {error}")]
    #[non_exhaustive]
    Draw {
        /// The tensor.
        name: String,
        /// Why not.
        error: Box<InitError>,
    },

    /// Code of the caller's, as a scheme, panicked.
    #[error("drawing `{name}` panicked: {message}")]
    #[non_exhaustive]
    Panicked {
        /// The tensor.
        name: String,
        /// What the panic said.
        message: String,
    },

    /// A process that is none of so many.
    #[error(
        "rank {number} is none of {count}, which begin with 0: give a lower rank, or a larger world size"
    )]
    #[non_exhaustive]
    Rank {
        /// The number.
        number: u64,
        /// How many there are.
        count: u64,
    },

    /// A number outside its domain.
    #[error("{0}")]
    Init(#[from] Box<InitError>),
}

/// The text.
impl fmt::Debug for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckpointError: {self}")
    }
}

impl CheckpointError {
    /// An error of the system's, on the way to do something with a file.
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| CheckpointError::Io {
            doing,
            path,
            source,
        }
    }
}

/// What to write for a name that is not there.
fn nearest(near: &[String]) -> String {
    match near {
        [] => String::new(),
        [one] => format!("; the nearest is `{one}`"),
        all => format!("; the nearest are `{}`", all.join("`, `")),
    }
}
