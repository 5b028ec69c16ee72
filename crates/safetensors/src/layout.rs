//! Which tensor is where: shards, their headers, and the index.

use std::collections::BTreeMap;

use fanin::{Plan, Planned};
use safetensors::tensor::{Metadata, TensorInfo};

use crate::dtype::in_header;
use crate::error::CheckpointError;
use crate::header::{LONGEST, METADATA, PREFIX};
use crate::place::FILE;

/// A file that is to be written.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Its name, in the directory of the checkpoint.
    pub(crate) name: String,
    /// The length of the header, and the header.
    pub(crate) head: Vec<u8>,
    /// Numbers of the plan's parameters, and where in the file their values begin, in that order.
    pub(crate) places: Vec<(usize, u64)>,
    /// All bytes.
    pub(crate) len: u64,
}

/// Divides the parameters into shards in the order of the model, as the libraries of Hugging Face do: a shard
/// ends before the tensor that would make it larger than `most`, and a tensor that is larger gets a shard of
/// its own.
pub(crate) fn shards(plan: &Plan, most: u64) -> Vec<Vec<usize>> {
    let (mut shards, mut current, mut bytes) = (Vec::new(), Vec::new(), 0_u64);
    for (number, planned) in plan.iter().enumerate() {
        let size = planned.bytes();
        if size > most {
            shards.push(vec![number]);
            continue;
        }
        if bytes.saturating_add(size) > most {
            shards.push(std::mem::take(&mut current));
            bytes = 0;
        }
        current.push(number);
        bytes += size;
    }
    if !current.is_empty() || shards.is_empty() {
        shards.push(current);
    }
    shards
}

/// The name of a shard, of which there are so many.
pub(crate) fn name(number: usize, count: usize) -> String {
    match count {
        1 => format!("model{FILE}"),
        _ => format!("model-{:05}-of-{count:05}{FILE}", number + 1),
    }
}

/// The element types of a plan as headers have them, of which every name can be written.
pub(crate) fn types(plan: &[&Planned]) -> Result<Vec<safetensors::Dtype>, CheckpointError> {
    let of = |planned: &&Planned| {
        let (name, dtype) = (planned.name(), planned.dtype());
        let owned = || name.to_string();
        if name == METADATA {
            return Err(CheckpointError::Name { name: owned() });
        }
        if name.len() as u64 >= LONGEST {
            return Err(CheckpointError::HeaderTooLarge {
                file: "the checkpoint".to_string(),
                bytes: name.len() as u64,
            });
        }
        in_header(dtype).ok_or_else(|| CheckpointError::Unwritable {
            name: owned(),
            dtype,
        })
    };
    plan.iter().map(of).collect()
}

/// The file of some of the parameters, of those types, with the entries of its metadata.
pub(crate) fn layout(
    plan: &[&Planned],
    types: &[safetensors::Dtype],
    mut numbers: Vec<usize>,
    name: String,
    metadata: &BTreeMap<String, String>,
) -> Result<Layout, CheckpointError> {
    // As the crate safetensors has them: by alignment, the largest first, then by name.
    numbers.sort_by(|&a, &b| {
        types[b]
            .cmp(&types[a])
            .then(plan[a].name().cmp(plan[b].name()))
    });
    let mut from = 0_usize;
    let mut infos = Vec::with_capacity(numbers.len());
    let too_large = |bytes| CheckpointError::HeaderTooLarge {
        file: name.clone(),
        bytes,
    };
    let mut starts = Vec::with_capacity(numbers.len());
    for &number in &numbers {
        let planned = plan[number];
        let bytes = usize::try_from(planned.bytes()).ok();
        // The length of a file is an i64.
        let to = bytes
            .and_then(|bytes| from.checked_add(bytes))
            .filter(|&to| (to as u64) < 1 << 62);
        let to = to.ok_or_else(|| CheckpointError::FileTooLarge { file: name.clone() })?;
        let info = TensorInfo {
            dtype: types[number],
            shape: planned.weight().shape().to_vec(),
            data_offsets: (from, to),
        };
        infos.push((planned.name().to_string(), info));
        starts.push(from as u64);
        from = to;
    }
    let text = header(infos, metadata).ok_or_else(|| too_large(0))?;
    if text.len() as u64 > LONGEST {
        return Err(too_large(text.len() as u64));
    }
    let mut head = (text.len() as u64).to_le_bytes().to_vec();
    head.extend(text);
    let start = head.len() as u64;
    Ok(Layout {
        name,
        places: (numbers.into_iter().zip(starts))
            .map(|(number, from)| (number, start + from))
            .collect(),
        len: start + from as u64,
        head,
    })
}

/// The text of a header, with blanks up to a multiple of 8 bytes.
fn header(
    infos: Vec<(String, TensorInfo)>,
    metadata: &BTreeMap<String, String>,
) -> Option<Vec<u8>> {
    // The crate would write the entries of the metadata in the order of a hash.
    let tensors = serde_json::to_string(&Metadata::new(None, infos).ok()?).ok()?;
    let mut text = format!("{{{METADATA:?}:{}", serde_json::to_string(metadata).ok()?);
    match tensors.strip_prefix('{')? {
        "}" => text.push('}'),
        rest => {
            text.push(',');
            text.push_str(rest);
        }
    }
    let mut text = text.into_bytes();
    text.resize(text.len().next_multiple_of(PREFIX as usize), b' ');
    Some(text)
}

/// The index of shards, in the order of the model.
pub(crate) fn index(plan: &[&Planned], files: &[Layout]) -> String {
    let mut of: Vec<&str> = vec![""; plan.len()];
    for file in files {
        for &(number, _) in &file.places {
            of[number] = &file.name;
        }
    }
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let entries: Vec<String> = (plan.iter().zip(of))
        .map(|(planned, file)| format!("    {}: {}", quoted(planned.name()), quoted(file)))
        .collect();
    let sum = |of: fn(&Planned) -> u64| {
        plan.iter()
            .map(|planned| of(planned))
            .fold(0, u64::saturating_add)
    };
    format!(
        "{{\n  \"metadata\": {{\n    \"total_parameters\": {},\n    \"total_size\": {}\n  }},\n  \
         \"weight_map\": {{\n{}\n  }}\n}}\n",
        sum(Planned::elements),
        sum(Planned::bytes),
        entries.join(",\n")
    )
}
