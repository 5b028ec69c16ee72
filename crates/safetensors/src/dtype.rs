//! Element types, as safetensors calls them.

use fanin::Dtype;

/// Each with the type of the crate that writes headers, and its name there.
const NAMES: [(Dtype, safetensors::Dtype, &str); 13] = [
    (Dtype::F64, safetensors::Dtype::F64, "F64"),
    (Dtype::F32, safetensors::Dtype::F32, "F32"),
    (Dtype::F16, safetensors::Dtype::F16, "F16"),
    (Dtype::Bf16, safetensors::Dtype::BF16, "BF16"),
    (Dtype::I8, safetensors::Dtype::I8, "I8"),
    (Dtype::I16, safetensors::Dtype::I16, "I16"),
    (Dtype::I32, safetensors::Dtype::I32, "I32"),
    (Dtype::I64, safetensors::Dtype::I64, "I64"),
    (Dtype::U8, safetensors::Dtype::U8, "U8"),
    (Dtype::U16, safetensors::Dtype::U16, "U16"),
    (Dtype::U32, safetensors::Dtype::U32, "U32"),
    (Dtype::U64, safetensors::Dtype::U64, "U64"),
    (Dtype::Bool, safetensors::Dtype::BOOL, "BOOL"),
];

/// The type of that name in a header.
pub(crate) fn of_name(name: &str) -> Option<Dtype> {
    let own = NAMES.iter().find(|(.., own)| *own == name);
    own.map(|(dtype, ..)| *dtype)
}

/// The type as headers have it; `None` of one that they do not know.
pub(crate) fn in_header(dtype: Dtype) -> Option<safetensors::Dtype> {
    let own = NAMES.iter().find(|(own, ..)| *own == dtype);
    own.map(|(_, own, _)| *own)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, in_header, of_name};

    #[test]
    fn names_and_sizes_are_those_of_safetensors() {
        for (dtype, own, name) in NAMES {
            assert_eq!(own.to_string(), name);
            assert_eq!(own.bitsize(), 8 * dtype.size());
            assert_eq!((of_name(name), in_header(dtype)), (Some(dtype), Some(own)));
        }
        assert_eq!(of_name("F8_E4M3"), None);
        assert_eq!(of_name("float32"), None);
    }
}
