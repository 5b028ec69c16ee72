//! Names, shapes and types, wherever they are from.

use std::path::Path;

use fanin::Parameter;

use crate::checkpoint::Checkpoint;
use crate::error::CheckpointError;
use crate::list;
use crate::place::{FILE, INDEX};

/// The names, shapes and types of a model, for [`Recipe::plan`](fanin::Recipe::plan), from what is at a path:
///
/// - a file `*.safetensors`, an index `*.safetensors.index.json`, or the directory of either, of which the
///   headers are read and no values;
/// - a list `*.json`: `{"wte.weight": [50257, 768]}`, or
///   `{"wte.weight": {"shape": [50257, 768], "dtype": "bf16"}}`;
/// - any other file as lines of text: `wte.weight 50257x768 bf16`, where `[50257, 768]` is as good, and `#` begins
///   a comment.
///
/// A list without types means `f32`.
///
/// # Errors
///
/// [`CheckpointError`] for what cannot be read as what its name says.
pub fn parameters(path: impl AsRef<Path>) -> Result<Vec<Parameter>, CheckpointError> {
    let path = path.as_ref();
    let name = path.to_string_lossy();
    if path.is_dir() || name.ends_with(FILE) || name.ends_with(INDEX) {
        return Ok(Checkpoint::open(path)?.parameters());
    }
    list::read(path)
}
