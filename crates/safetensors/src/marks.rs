//! Which blocks of a file that several processes write are there.
//!
//! Beside `model.safetensors.part` lie files as `model.safetensors.part.0123456789abcdef.64-128`: blocks 64 to 127 of the
//! file whose header has that hash have been written, and are on the disk. They have no content.

use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::CheckpointError;
use crate::layout::Layout;
use crate::place::{names, unfinished};

/// Blocks of a file, at most.
const MOST: u64 = 256;

/// Bytes of a block, at least; and a multiple of these, so that elements are not divided.
const LEAST: u64 = 1 << 16;

/// How a file is divided, whatever the number of processes.
pub(crate) struct Marks {
    part: PathBuf,
    hash: String,
    block: u64,
    pub(crate) blocks: u64,
    start: u64,
    end: u64,
}

impl Marks {
    pub(crate) fn new(path: &Path, file: &Layout) -> Self {
        let start = file.head.len() as u64;
        let bytes = file.len - start;
        let block = bytes.div_ceil(MOST).next_multiple_of(LEAST).max(LEAST);
        let mut hash = blake3::hash(&file.head).to_hex().to_string();
        hash.truncate(16);
        Marks {
            part: unfinished(path),
            hash,
            block,
            // A file without values is whole with its header.
            blocks: bytes.div_ceil(block).max(1),
            start,
            end: file.len,
        }
    }

    /// The bytes of the file that are those of some blocks.
    pub(crate) fn bytes(&self, blocks: &Range<u64>) -> Range<u64> {
        let at = |block: u64| (self.start + block * self.block).min(self.end);
        at(blocks.start)..at(blocks.end)
    }

    /// How many blocks may be written before they are marked: about 1 GiB.
    pub(crate) fn step(&self) -> u64 {
        ((1 << 30) / self.block).max(1)
    }

    fn folder(&self) -> &Path {
        match self.part.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// What the names of marks begin with: of this file, and of any that had its name.
    fn starts(&self) -> [String; 2] {
        let name = self.part.file_name().map(|name| name.to_string_lossy());
        let any = format!("{}.", name.unwrap_or_default());
        [format!("{any}{}.", self.hash), any]
    }

    /// Marks blocks that are on the disk.
    pub(crate) fn add(&self, blocks: &Range<u64>) -> Result<(), CheckpointError> {
        let [start, _] = self.starts();
        let mark = self
            .folder()
            .join(format!("{start}{}-{}", blocks.start, blocks.end));
        File::create(&mark).map_err(CheckpointError::io("create", &mark))?;
        Ok(())
    }

    /// Whether each block is marked.
    pub(crate) fn found(&self) -> Result<Vec<bool>, CheckpointError> {
        let mut found = vec![false; self.blocks as usize];
        let [start, _] = self.starts();
        for name in names(self.folder())? {
            let Some((from, to)) = name
                .strip_prefix(&start)
                .and_then(|name| name.split_once('-'))
            else {
                continue;
            };
            let (Ok(from), Ok(to)) = (from.parse::<usize>(), to.parse::<usize>()) else {
                continue;
            };
            found.get_mut(from..to).unwrap_or_default().fill(true);
        }
        Ok(found)
    }

    /// Removes all marks, also those of another file that had this name; another process may have done so.
    pub(crate) fn clear(&self) -> Result<(), CheckpointError> {
        let [_, any] = self.starts();
        for name in names(self.folder())?
            .iter()
            .filter(|name| name.starts_with(&any))
        {
            let _ = fs::remove_file(self.folder().join(name));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Marks;
    use crate::layout::Layout;
    use crate::rank::Rank;

    #[test]
    fn ranks_share_all_bytes_and_no_byte_twice() {
        for len in [
            0,
            1,
            65_536,
            65_537,
            1_000_000,
            5_000_000_000,
            350_000_000_000_u64,
        ] {
            let file = Layout {
                name: String::new(),
                head: vec![0; 64],
                places: Vec::new(),
                len: 64 + len,
            };
            let marks = Marks::new(Path::new("x"), &file);
            assert!(marks.blocks <= 257 && marks.block % 8 == 0);
            for count in [1, 2, 3, 4, 7, 300] {
                let mut next = 64;
                for number in 0..count {
                    let share = Rank::new(number, count).unwrap().share(marks.blocks);
                    let bytes = marks.bytes(&share);
                    assert_eq!(bytes.start, next);
                    next = bytes.end;
                }
                assert_eq!(next, 64 + len);
            }
        }
    }
}
