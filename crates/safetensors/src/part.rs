//! A file that does not have its name before it is whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::CheckpointError;
use crate::place::unfinished;

/// A file under another name, which goes away unless it is [finished](Part::finish).
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    part: PathBuf,
    pub(crate) file: File,
    is_finished: bool,
    len: u64,
}

impl Part {
    /// An empty file of that length. What a run that ended early left is begun anew.
    pub(crate) fn create(path: &Path, len: u64) -> Result<Self, CheckpointError> {
        let part = unfinished(path);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&part)
            .map_err(CheckpointError::io("create", &part))?;
        // Where files cannot be locked, nobody is seen.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(CheckpointError::Busy { path: part });
        }
        let part = Part {
            path: path.to_path_buf(),
            part,
            file,
            is_finished: false,
            len,
        };
        let sized = part.file.set_len(0).and_then(|()| part.file.set_len(len));
        sized.map_err(|error| part.refused(error))?;
        Ok(part)
    }

    /// What to say when it cannot be written.
    pub(crate) fn refused(&self, source: std::io::Error) -> CheckpointError {
        CheckpointError::Write {
            path: self.path.clone(),
            bytes: self.len,
            source,
        }
    }

    /// Puts it on the disk, so that an error of the disk's is seen before it has its name.
    pub(crate) fn sync(&self) -> Result<(), CheckpointError> {
        self.file.sync_all().map_err(|error| self.refused(error))
    }

    /// Gives it its name.
    pub(crate) fn finish(mut self) -> Result<(), CheckpointError> {
        fs::rename(&self.part, &self.path).map_err(|error| self.refused(error))?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished {
            // There is nobody to tell.
            let _ = fs::remove_file(&self.part);
        }
    }
}
