//! The directory of a checkpoint.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::CheckpointError;
use crate::layout::Layout;
use crate::place::{self, FILE, INDEX, PART};

/// A directory, which goes away again if it was made here and nothing came into it.
pub(crate) struct Folder<'a> {
    made: Option<&'a Path>,
}

impl<'a> Folder<'a> {
    pub(crate) fn make(path: &'a Path) -> Result<Self, CheckpointError> {
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

    pub(crate) fn keep(mut self) {
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
pub(crate) fn is_empty_of_others(
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
