//! What a plan decides, as a short text: equal plans have equal ones.

use fanin::Planned;

/// Digits of it.
const DIGITS: usize = 32;

/// The hash of every name with its type, its shape as read, and its scheme. The key is not part of it.
pub(crate) fn digest(plan: &[&Planned]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("fanin-safetensors: digest of a plan");
    for planned in plan {
        let weight = planned.weight();
        let scheme = planned.scheme().map(|scheme| scheme.text());
        let texts = [
            planned.name(),
            &planned.dtype().to_string(),
            &format!("{:?}", weight.shape()),
            &weight.reading().to_string(),
            &scheme.unwrap_or_default(),
        ];
        for text in texts {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    }
    let mut digest = hasher.finalize().to_hex().to_string();
    digest.truncate(DIGITS);
    digest
}
