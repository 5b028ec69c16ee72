//! A file that is being written, and what to say when it cannot be.

use std::fs::File;
use std::io;

use crate::error::CheckpointError;
use crate::file::write_all_at;

/// Where values go.
#[derive(Clone, Copy)]
pub(crate) struct Sink<'a> {
    pub(crate) file: &'a File,
    pub(crate) refused: &'a (dyn Fn(io::Error) -> CheckpointError + Sync),
}

impl Sink<'_> {
    pub(crate) fn write(&self, bytes: &[u8], at: u64) -> Result<(), CheckpointError> {
        write_all_at(self.file, bytes, at).map_err(self.refused)
    }
}
