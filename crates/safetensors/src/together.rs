//! A checkpoint that several processes write, without a message between them.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use fanin::Planned;

use crate::error::CheckpointError;
use crate::file::read_exact_at;
use crate::layout::Layout;
use crate::marks::Marks;
use crate::origin::Origin;
use crate::part::Part;
use crate::place::unfinished;
use crate::rank::Rank;
use crate::sink::Sink;
use crate::values;

/// What the processes have in common.
pub(crate) struct Together<'a> {
    pub(crate) rank: Rank,
    pub(crate) planned: &'a [&'a Planned],
    pub(crate) origin: Origin<'a>,
    /// Whether files that are there, and are not these, are replaced.
    pub(crate) replace: bool,
    pub(crate) written: &'a (dyn Fn(u64) + Sync),
}

/// Whether a file is there and has that header and length: it got its name when it was whole.
pub(crate) fn is_there(path: &Path, file: &Layout) -> bool {
    let Ok(found) = File::open(path) else {
        return false;
    };
    let mut head = vec![0; file.head.len()];
    found.metadata().is_ok_and(|found| found.len() == file.len)
        && read_exact_at(&found, &mut head, 0).is_ok()
        && head == file.head
}

impl Together<'_> {
    /// Writes its share of the shards, each under its name when it is whole. What is there already stays.
    pub(crate) fn shards(
        &self,
        files: &[Layout],
        paths: &[PathBuf],
        index: Option<(PathBuf, String)>,
    ) -> Result<(Vec<PathBuf>, bool), CheckpointError> {
        let mut done = Vec::new();
        let own = files.iter().zip(paths).enumerate();
        for (_, (file, path)) in own.filter(|(number, _)| self.rank.has(*number)) {
            if !is_there(path, file) {
                self.is_free(path)?;
                let part = Part::create(path, file.len)?;
                let refused = |error| part.refused(error);
                let sink = Sink {
                    file: &part.file,
                    refused: &refused,
                };
                values::write(
                    self.planned,
                    file,
                    sink,
                    &self.origin,
                    0..file.len,
                    self.written,
                )?;
                part.sync()?;
                part.finish()?;
            }
            done.push(path.clone());
        }
        let is_whole = (files.iter().zip(paths)).all(|(file, path)| is_there(path, file));
        if let (true, Some((path, text))) = (is_whole, index) {
            // Several may find all shards, and write the same.
            let own = path.with_extension(format!("json.{}.part", self.rank.number()));
            fs::write(&own, text).map_err(CheckpointError::io("write", &own))?;
            fs::rename(&own, &path).map_err(CheckpointError::io("rename", &own))?;
            done.push(path);
        }
        Ok((done, is_whole))
    }

    fn is_free(&self, path: &Path) -> Result<(), CheckpointError> {
        match !self.replace && path.exists() {
            true => Err(CheckpointError::Exists {
                path: path.to_path_buf(),
            }),
            false => Ok(()),
        }
    }

    /// Writes its blocks of one file, but for those that are marked, and gives it its name if no block is missing.
    pub(crate) fn file(
        &self,
        file: &Layout,
        path: &Path,
    ) -> Result<(Vec<PathBuf>, bool), CheckpointError> {
        let done = || Ok((vec![path.to_path_buf()], true));
        if is_there(path, file) {
            return done();
        }
        self.is_free(path)?;
        let marks = Marks::new(path, file);
        let part = unfinished(path);
        let opened = open_shared(&part, file.len)?;
        let refused = |source| CheckpointError::Io {
            doing: "write",
            path: part.clone(),
            source,
        };
        let sink = Sink {
            file: &opened,
            refused: &refused,
        };
        sink.write(&file.head, 0)?;
        let found = marks.found()?;
        for blocks in missing(&found, self.rank.share(marks.blocks), marks.step()) {
            let bytes = marks.bytes(&blocks);
            values::write(self.planned, file, sink, &self.origin, bytes, self.written)?;
            opened.sync_all().map_err(refused)?;
            marks.add(&blocks)?;
        }
        if marks.found()?.contains(&false) {
            // Another process may have found all of it meanwhile, and removed the marks.
            return match is_there(path, file) {
                true => done(),
                false => Ok((Vec::new(), false)),
            };
        }
        match fs::rename(&part, path) {
            Ok(()) => {}
            // Another process was first.
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_there(path, file) => {}
            Err(error) => return Err(CheckpointError::io("rename", &part)(error)),
        }
        marks.clear()?;
        done()
    }
}

/// A file that several processes of this kind may have open, and none of another.
fn open_shared(part: &Path, len: u64) -> Result<File, CheckpointError> {
    let create = || CheckpointError::io("create", part);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(part)
        .map_err(create())?;
    // Where files cannot be locked, nobody is seen.
    if let Err(TryLockError::WouldBlock) = file.try_lock_shared() {
        return Err(CheckpointError::Busy {
            path: part.to_path_buf(),
        });
    }
    file.set_len(len).map_err(create())?;
    Ok(file)
}

/// Stretches of blocks in a range that are not there, of at most that length.
fn missing(found: &[bool], range: Range<u64>, most: u64) -> Vec<Range<u64>> {
    let mut all: Vec<Range<u64>> = Vec::new();
    for block in range.filter(|&block| found.get(block as usize) == Some(&false)) {
        match all.last_mut() {
            Some(last) if last.end == block && block - last.start < most => last.end += 1,
            _ => all.push(block..block + 1),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn stretches_that_are_not_there() {
        let found = [false, false, true, false, false, false, true];
        assert_eq!(missing(&found, 0..7, 10), [0..2, 3..6]);
        assert_eq!(missing(&found, 1..6, 2), [1..2, 3..5, 5..6]);
        assert!(missing(&found, 6..7, 2).is_empty());
    }
}
