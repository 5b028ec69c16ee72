//! What is wrong with a header, an index, a list, or a tensor to copy: parts of errors.

use fanin::Dtype;
use thiserror::Error;

/// What is wrong with the header of a safetensors file.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// Fewer bytes than the length of a header takes.
    #[error("it has {len} bytes, but the length of the header alone takes 8")]
    #[non_exhaustive]
    Short {
        /// The bytes of the file.
        len: u64,
    },
    /// A header longer than the format allows.
    #[error(
        "its first 8 bytes say that the header has {len} bytes, but 100,000,000 are the most: it is another format"
    )]
    #[non_exhaustive]
    TooLarge {
        /// The length that is stated.
        len: u64,
    },
    /// A header that ends behind the file.
    #[error(
        "it is cut off: the header should have {header} bytes, but only {found} follow its length"
    )]
    #[non_exhaustive]
    CutOff {
        /// The length that is stated.
        header: u64,
        /// The bytes that are there.
        found: u64,
    },
    /// Text that is not the JSON of a header.
    #[error("the header is not the JSON that it should be: {message}")]
    #[non_exhaustive]
    Json {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A name that comes twice.
    #[error("the header has the name `{name}` twice")]
    #[non_exhaustive]
    Twice {
        /// The name.
        name: String,
    },
    /// A type of elements that no law fits.
    #[error(
        "the tensor `{name}` has elements of {dtype}, for which there are no laws: convert it to f32, f64, f16, bf16, or integers"
    )]
    #[non_exhaustive]
    ElementType {
        /// The tensor.
        name: String,
        /// The type as the header has it.
        dtype: String,
    },
    /// More elements than can be counted.
    #[error("the tensor `{name}` has the shape {shape:?}, which is more than 2^64 bytes")]
    #[non_exhaustive]
    Overflow {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<u64>,
    },
    /// Offsets that do not hold as many bytes as the shape.
    #[error(
        "the tensor `{name}` takes {expected} bytes by shape and type, but its offsets {start} and {end} say otherwise"
    )]
    #[non_exhaustive]
    Offsets {
        /// The tensor.
        name: String,
        /// The bytes of its elements.
        expected: u64,
        /// Where its offsets say that it begins.
        start: u64,
        /// And ends.
        end: u64,
    },
    /// Bytes that belong to no tensor or to two.
    #[error(
        "the tensor `{name}` begins at byte {start} of the values, but the one before it ends at {previous}"
    )]
    #[non_exhaustive]
    Gap {
        /// The tensor.
        name: String,
        /// Where it begins.
        start: u64,
        /// Where the one before it ends.
        previous: u64,
    },
    /// A file of another length than the header says.
    #[error(
        "its values take {expected} bytes by the header, but {found} are there: it is cut off, or another file"
    )]
    #[non_exhaustive]
    Length {
        /// The bytes of all tensors.
        expected: u64,
        /// The bytes behind the header.
        found: u64,
    },
}

/// What is wrong with an index of shards.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[non_exhaustive]
pub enum IndexFault {
    /// Text that is not the JSON of an index.
    #[error("it is not the JSON that it should be: {message}")]
    #[non_exhaustive]
    Json {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A name that comes twice.
    #[error("it has the name `{name}` twice")]
    #[non_exhaustive]
    Twice {
        /// The name.
        name: String,
    },
    /// A shard that does not lie beside the index.
    #[error("it names the file `{file}`, but shards lie beside their index")]
    #[non_exhaustive]
    Elsewhere {
        /// The file.
        file: String,
    },
    /// A name that its shard does not have.
    #[error("it says that `{name}` is in {file}, which has no such tensor")]
    #[non_exhaustive]
    NotInShard {
        /// The tensor.
        name: String,
        /// The file.
        file: String,
    },
    /// A tensor of a shard that the index does not name.
    #[error("it does not name `{name}`, which {file} has")]
    #[non_exhaustive]
    NotNamed {
        /// The tensor.
        name: String,
        /// The file.
        file: String,
    },
}

/// What is wrong with a list of names, shapes and types.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[non_exhaustive]
pub enum ListFault {
    /// Text that is not the JSON of a list.
    #[error(
        "{message}; an entry is \"name\": [2, 3], or \"name\": {{\"shape\": [2, 3], \"dtype\": \"f32\"}}"
    )]
    #[non_exhaustive]
    Json {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A line of text that is no entry.
    #[error(
        "line {line} is `{text}`, but a line is a name, a shape as 2x3 or [2, 3], and maybe a type as f32"
    )]
    #[non_exhaustive]
    Line {
        /// The line, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A name that comes twice.
    #[error("it has the name `{name}` twice")]
    #[non_exhaustive]
    Twice {
        /// The name.
        name: String,
    },
    /// A type that is none.
    #[error(
        "`{name}` has the type `{dtype}`, which is none of f64, f32, f16, bf16, i8 to i64, u8 to u64 and bool"
    )]
    #[non_exhaustive]
    ElementType {
        /// The parameter.
        name: String,
        /// The type as the list has it.
        dtype: String,
    },
    /// A list without entries.
    #[error("it has no entries")]
    Empty,
}

/// Why a tensor cannot be copied.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The checkpoint does not have it.
    #[error("the checkpoint has no such tensor; draw it, or name another checkpoint")]
    Missing,
    /// Another shape.
    #[error("the checkpoint has the shape {found:?}, and the plan {planned:?}; draw it")]
    #[non_exhaustive]
    Shape {
        /// That of the checkpoint.
        found: Vec<usize>,
        /// That of the plan.
        planned: Vec<usize>,
    },
    /// Another type.
    #[error(
        "the checkpoint has elements of {found}, and the plan of {planned}; take the same type"
    )]
    #[non_exhaustive]
    ElementType {
        /// That of the checkpoint.
        found: Dtype,
        /// That of the plan.
        planned: Dtype,
    },
    /// Fewer rows than the checkpoint has, or rows of another shape.
    #[error("rows can be added to {found:?}, but that does not give {planned:?}; draw it")]
    #[non_exhaustive]
    Rows {
        /// The shape of the checkpoint.
        found: Vec<usize>,
        /// That of the plan.
        planned: Vec<usize>,
    },
}
