//! Keys: 32 bytes, and BLAKE3 from one to the next.

pub(crate) type Key = [u8; 32];

/// `from_seed(s)`.
pub(crate) fn from_seed(s: u64) -> Key {
    blake3::derive_key("fanin stream 1: key from a 64-bit seed", &s.to_le_bytes())
}

/// `k.child(name)`: `H(k, 00 ‖ name)`.
pub(crate) fn child(k: &Key, name: &str) -> Key {
    hash(k, 0x00, name.as_bytes())
}

/// `k.child_index(i)`: `H(k, 01 ‖ i)`.
pub(crate) fn child_index(k: &Key, i: u64) -> Key {
    hash(k, 0x01, &i.to_le_bytes())
}

/// Part `i`: `H(k, 02 ‖ i)`.
pub(super) fn part(k: &Key, i: u64) -> Key {
    hash(k, 0x02, &i.to_le_bytes())
}

fn hash(k: &Key, first: u8, rest: &[u8]) -> Key {
    let message = [&[first], rest].concat();
    *blake3::keyed_hash(k, &message).as_bytes()
}
