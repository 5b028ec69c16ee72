//! The header of a safetensors file: what it holds and where.

use std::fs::File;
use std::path::Path;

use fanin::Dtype;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::dtype;
use crate::error::CheckpointError;
use crate::fault::HeaderFault;
use crate::file::read_exact_at;
use crate::json::{Entries, twice};

/// The longest header that the format allows.
pub(crate) const LONGEST: u64 = 100_000_000;

/// The key of an entry that is no tensor.
pub(crate) const METADATA: &str = "__metadata__";

/// Bytes of the header's length.
pub(crate) const PREFIX: u64 = 8;

/// A tensor of a file.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    /// The place of its first byte in the file.
    pub(crate) at: u64,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) struct Header {
    /// In the order of their values.
    pub(crate) tensors: Vec<Listed>,
    pub(crate) metadata: Vec<(String, String)>,
}

/// A tensor as the text has it.
#[derive(Deserialize)]
struct Info {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

/// The entries of the text.
#[derive(Default)]
struct Text {
    tensors: Vec<(String, Info)>,
    metadata: Vec<(String, String)>,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Text;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with an entry for each tensor")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut text = Text::default();
                while let Some(name) = map.next_key::<String>()? {
                    if name != METADATA {
                        text.tensors.push((name, map.next_value()?));
                        continue;
                    }
                    let entries: Entries<String> = map.next_value()?;
                    if let Some(name) = entries.twice() {
                        return Err(de::Error::custom(format_args!(
                            "{METADATA} has `{name}` twice"
                        )));
                    }
                    text.metadata.extend(entries.0);
                }
                Ok(text)
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// Reads the header of a file, and no values.
pub(crate) fn read(file: &File, path: &Path) -> Result<Header, CheckpointError> {
    let len = file
        .metadata()
        .map_err(CheckpointError::io("read", path))?
        .len();
    let fault = |fault| CheckpointError::Header {
        path: path.to_path_buf(),
        fault,
    };
    if len < PREFIX {
        return Err(fault(HeaderFault::Short { len }));
    }
    let mut prefix = [0; PREFIX as usize];
    read_exact_at(file, &mut prefix, 0).map_err(CheckpointError::io("read", path))?;
    let (header, found) = (u64::from_le_bytes(prefix), len - PREFIX);
    if header > LONGEST {
        return Err(fault(HeaderFault::TooLarge { len: header }));
    }
    if header > found {
        return Err(fault(HeaderFault::CutOff { header, found }));
    }
    let mut text = vec![0; header as usize];
    read_exact_at(file, &mut text, PREFIX).map_err(CheckpointError::io("read", path))?;
    parse(&text, found - header).map_err(fault)
}

/// What the text of a header says, of a file that has so many bytes behind it.
fn parse(text: &[u8], bytes: u64) -> Result<Header, HeaderFault> {
    let Text { tensors, metadata } =
        serde_json::from_slice(text).map_err(|error| HeaderFault::Json {
            message: error.to_string(),
        })?;
    if let Some(name) = twice(tensors.iter().map(|(name, _)| name.as_str())) {
        return Err(HeaderFault::Twice {
            name: name.to_string(),
        });
    }
    let start = PREFIX + text.len() as u64;
    let mut listed = tensors
        .into_iter()
        .map(|(name, info)| listed(name, info))
        .collect::<Result<Vec<_>, _>>()?;
    listed.sort_by_key(|(_, offsets)| *offsets);
    let mut previous = 0;
    for (tensor, (from, to)) in &mut listed {
        if *from != previous {
            return Err(HeaderFault::Gap {
                name: tensor.name.clone(),
                start: *from,
                previous,
            });
        }
        previous = *to;
        tensor.at = start.saturating_add(*from);
    }
    if previous != bytes {
        return Err(HeaderFault::Length {
            expected: previous,
            found: bytes,
        });
    }
    Ok(Header {
        tensors: listed.into_iter().map(|(tensor, _)| tensor).collect(),
        metadata,
    })
}

/// A tensor and its offsets, which hold as many bytes as it takes.
fn listed(name: String, info: Info) -> Result<(Listed, (u64, u64)), HeaderFault> {
    let Info {
        dtype,
        shape,
        data_offsets: (start, end),
    } = info;
    let Some(dtype) = dtype::of_name(&dtype) else {
        return Err(HeaderFault::ElementType { name, dtype });
    };
    let bytes = (shape.iter()).try_fold(dtype.size() as u64, |all, &len| all.checked_mul(len));
    let lens: Result<Vec<usize>, _> = shape.iter().map(|&len| usize::try_from(len)).collect();
    let (Some(expected), Ok(lens)) = (bytes, lens) else {
        return Err(HeaderFault::Overflow { name, shape });
    };
    if end.checked_sub(start) != Some(expected) {
        return Err(HeaderFault::Offsets {
            name,
            expected,
            start,
            end,
        });
    }
    let tensor = Listed {
        name,
        dtype,
        shape: lens,
        at: start,
    };
    Ok((tensor, (start, end)))
}
