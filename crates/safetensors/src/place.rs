//! Which files a path stands for.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::CheckpointError;
use crate::fault::IndexFault;
use crate::json::Entries;

/// What an index is called, after the name of the checkpoint.
pub(crate) const INDEX: &str = ".safetensors.index.json";
pub(crate) const FILE: &str = ".safetensors";
/// What a file that is being written has after its name.
pub(crate) const PART: &str = ".part";

/// The name of a file until it is whole.
pub(crate) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(PART);
    name.into()
}

/// The files of a checkpoint.
pub(crate) struct Found {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) index: Option<Index>,
}

/// An index of shards: each name with its file.
pub(crate) struct Index {
    path: PathBuf,
    pub(crate) entries: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Text {
    weight_map: Entries<String>,
}

impl Index {
    fn fault(&self, fault: IndexFault) -> CheckpointError {
        CheckpointError::Index {
            path: self.path.clone(),
            fault,
        }
    }

    pub(crate) fn not_in_shard(&self, name: &str, file: &str) -> CheckpointError {
        self.fault(IndexFault::NotInShard {
            name: name.to_string(),
            file: file.to_string(),
        })
    }

    pub(crate) fn not_named(&self, name: &str, file: &str) -> CheckpointError {
        self.fault(IndexFault::NotNamed {
            name: name.to_string(),
            file: file.to_string(),
        })
    }

    fn read(path: &Path) -> Result<Self, CheckpointError> {
        let text = fs::read_to_string(path).map_err(CheckpointError::io("read", path))?;
        let fault = |fault| CheckpointError::Index {
            path: path.to_path_buf(),
            fault,
        };
        let text: Text = serde_json::from_str(&text).map_err(|error| {
            fault(IndexFault::Json {
                message: error.to_string(),
            })
        })?;
        if let Some(name) = text.weight_map.twice() {
            let name = name.to_string();
            return Err(fault(IndexFault::Twice { name }));
        }
        Ok(Index {
            path: path.to_path_buf(),
            entries: text.weight_map.0,
        })
    }

    /// The shards, in the order in which the index has them first.
    fn files(&self) -> Result<Vec<PathBuf>, CheckpointError> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mut files: Vec<PathBuf> = Vec::new();
        for (_, file) in &self.entries {
            if Path::new(file).file_name() != Some(file.as_ref()) {
                let file = file.clone();
                return Err(self.fault(IndexFault::Elsewhere { file }));
            }
            let path = folder.join(file);
            if files.contains(&path) {
                continue;
            }
            if !path.exists() {
                return Err(CheckpointError::Incomplete {
                    path: self.path.clone(),
                    missing: file.clone(),
                });
            }
            files.push(path);
        }
        Ok(files)
    }
}

/// The files of the checkpoint at a path: a file, an index, or a directory with either.
pub(crate) fn find(path: &Path) -> Result<Found, CheckpointError> {
    if !path.exists() && unfinished(path).exists() {
        let name = path.file_name().unwrap_or_default();
        return Err(CheckpointError::Incomplete {
            path: unfinished(path),
            missing: name.to_string_lossy().into_owned(),
        });
    }
    let is_folder = fs::metadata(path)
        .map_err(CheckpointError::io("open", path))?
        .is_dir();
    if is_folder {
        return find_in(path);
    }
    if path.to_string_lossy().ends_with(INDEX) {
        let index = Index::read(path)?;
        return Ok(Found {
            files: index.files()?,
            index: Some(index),
        });
    }
    Ok(Found {
        files: vec![path.to_path_buf()],
        index: None,
    })
}

fn find_in(folder: &Path) -> Result<Found, CheckpointError> {
    let names = names(folder)?;
    let ending = |end: &str| names.iter().filter(|name| name.ends_with(end)).collect();
    let ambiguous = |first: &str, second: &str| CheckpointError::Ambiguous {
        path: folder.to_path_buf(),
        first: first.to_string(),
        second: second.to_string(),
    };
    let (indices, files): (Vec<&String>, Vec<&String>) = (ending(INDEX), ending(FILE));
    let parts: Vec<&String> = ending(PART);
    match (&indices[..], &files[..]) {
        ([index], _) => find(&folder.join(index)),
        ([first, second, ..], _) => Err(ambiguous(first, second)),
        ([], []) => Err(match parts.first() {
            Some(part) => CheckpointError::Incomplete {
                path: folder.to_path_buf(),
                missing: part.trim_end_matches(PART).to_string(),
            },
            None => CheckpointError::NoCheckpoint {
                path: folder.to_path_buf(),
            },
        }),
        ([], [only]) if shard(only).is_none() => find(&folder.join(only)),
        ([], files) => shards(folder, files, ambiguous),
    }
}

/// Shards without an index: all of them must be there.
fn shards(
    folder: &Path,
    files: &[&String],
    ambiguous: impl Fn(&str, &str) -> CheckpointError,
) -> Result<Found, CheckpointError> {
    let missing = |missing: String| CheckpointError::Incomplete {
        path: folder.to_path_buf(),
        missing,
    };
    let Some((first, (stem, _, count))) = files.iter().find_map(|file| Some((file, shard(file)?)))
    else {
        let second = files.get(1).map_or("", |file| file);
        return Err(ambiguous(files.first().map_or("", |file| file), second));
    };
    let expected = |number| format!("{stem}-{number:05}-of-{count:05}{FILE}");
    for file in files {
        if !shard(file).is_some_and(|(other, _, all)| (other, all) == (stem, count)) {
            return Err(ambiguous(first, file));
        }
    }
    let paths = (1..=count).map(|number| {
        let name = expected(number);
        match files.contains(&&name) {
            true => Ok(folder.join(name)),
            false => Err(missing(name)),
        }
    });
    Ok(Found {
        files: paths.collect::<Result<_, _>>()?,
        index: None,
    })
}

/// What a shard's name says: the checkpoint's name, the number of the shard, and how many there are.
fn shard(name: &str) -> Option<(&str, u32, u32)> {
    let (rest, count) = name.strip_suffix(FILE)?.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let number_of = |text: &str| (text.len() == 5).then(|| text.parse::<u32>().ok())?;
    Some((stem, number_of(number)?, number_of(count)?))
}

/// The names of the files of a directory, sorted.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, CheckpointError> {
    let read = || CheckpointError::io("read", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(read())? {
        let name = entry.map_err(read())?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
