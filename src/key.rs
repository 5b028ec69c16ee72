//! Keys: which random numbers a tensor gets.

use std::fmt;
use std::str::FromStr;

use rand::Rng;

use crate::error::InitError;

/// Opens every hash, so that a later version of the stream shares no key with this one.
const SEED_CONTEXT: &str = "fanin stream 1: key from a 64-bit seed";

/// First byte of what is hashed for a child, so that `child("3")` is not `child_index(3)`.
const BY_NAME: u8 = 0;
const BY_INDEX: u8 = 1;
/// First byte for the crate's own children, so that no name and no number of the user collides with
/// them.
const BY_PART: u8 = 2;

/// A key selects the random numbers: 256 bits that, with an element's flat index, decide its draw.
///
/// **One key belongs to one tensor.** Two tensors filled from one key hold the same draws, which is a fault
/// in a network. So a key is not `Copy`, and every method that draws a tensor takes it by value: using it
/// twice needs a visible `clone()`. Give each parameter its own key with [`child`](Key::child), which
/// borrows:
///
/// ```
/// use fanin::{HeNormal, Initializer, Key};
/// use ndarray::Array2;
///
/// let key = Key::from_seed(42);
/// let a: Array2<f32> = HeNormal.init_keyed(key.child("layers.0.weight"), (64, 32))?;
/// let b: Array2<f32> = HeNormal.init_keyed(key.child("layers.1.weight"), (64, 32))?;
/// assert_ne!(a, b);
///
/// // The trap: the same key twice.
/// let c: Array2<f32> = HeNormal.init_keyed(key.clone(), (64, 32))?;
/// let d: Array2<f32> = HeNormal.init_keyed(key.clone(), (64, 32))?;
/// assert_eq!(c, d);
/// # Ok::<(), fanin::InitError>(())
/// ```
///
/// A child depends only on its parent and its name, so that adding, removing or reordering layers
/// does not change the values of the others.
///
/// `Display` writes the key in full, as 64 hexadecimal digits that `FromStr` reads, to be kept with a
/// checkpoint; `Debug` shows only a fingerprint, eight digits of a hash: equal keys have equal
/// fingerprints.
///
/// ```
/// use fanin::{InitError, Key};
///
/// let key = Key::from_seed(42);
/// assert_eq!(key.to_string().parse::<Key>()?, key);
/// let error = "42".parse::<Key>().unwrap_err();
/// assert!(error.to_string().contains("64 hexadecimal digits"));
/// # Ok::<(), InitError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key from the next 32 bytes of a generator.
    ///
    /// ```
    /// use fanin::Key;
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let mut rng = StdRng::seed_from_u64(7);
    /// assert_ne!(Key::from_rng(&mut rng), Key::from_rng(&mut rng));
    /// ```
    pub fn from_rng<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Key(bytes)
    }

    /// A key from a seed. Every seed, including 0, gives an unrelated key.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Key(blake3::derive_key(SEED_CONTEXT, &seed.to_le_bytes()))
    }

    /// The key with these bytes, as [`to_bytes`](Key::to_bytes) returns them.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Key(bytes)
    }

    /// The 256 bits of the key, to be stored with a checkpoint, or as the seed of another generator
    /// that belongs to the same run: `StdRng::from_seed(key.child("batches").to_bytes())`.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The child key named `name`.
    ///
    /// A parameter may be named by its whole path, `child("layers.3.weight")`, or level by level,
    /// but the two are different keys. The name is hashed as a whole, byte for byte: `child("a.b")`
    /// is not `child("a").child("b")`, `child("ab").child("c")` is not `child("a").child("bc")`,
    /// and `child("3")` is not [`child_index(3)`](Key::child_index).
    ///
    /// ```
    /// use fanin::Key;
    ///
    /// let key = Key::from_seed(0);
    /// assert_ne!(key.child("ab").child("c"), key.child("a").child("bc"));
    /// assert_ne!(key.child("3"), key.child_index(3));
    /// ```
    #[must_use]
    pub fn child(&self, name: impl AsRef<str>) -> Self {
        self.derive(BY_NAME, name.as_ref().as_bytes())
    }

    /// The child key numbered `index`: that of an expert, a head, a layer.
    #[must_use]
    pub fn child_index(&self, index: usize) -> Self {
        self.derive(BY_INDEX, &(index as u64).to_le_bytes())
    }

    /// The key for what a law of whole matrices draws for part `index` of a weight (0 for one that
    /// is not fused), separate from the draws of its elements.
    pub(crate) fn part(&self, index: u64) -> Self {
        self.derive(BY_PART, &index.to_le_bytes())
    }

    fn derive(&self, kind: u8, name: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&[kind]);
        hasher.update(name);
        Key(*hasher.finalize().as_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = blake3::hash(&self.0);
        let [a, b, c, d, ..] = digest.as_bytes();
        write!(f, "Key({a:02x}{b:02x}{c:02x}{d:02x})")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Key {
    type Err = InitError;

    fn from_str(text: &str) -> Result<Self, InitError> {
        let mut bytes = [0; 32];
        let digits = text.chars().map(|digit| digit.to_digit(16));
        let mut count = 0;
        for (at, digit) in digits.enumerate() {
            let Some(digit) = digit else {
                return Err(InitError::NotAKey {
                    at: Some(at),
                    len: text.chars().count(),
                });
            };
            if let Some(byte) = bytes.get_mut(at / 2) {
                *byte = *byte << 4 | digit as u8;
            }
            count = at + 1;
        }
        if count != 64 {
            return Err(InitError::NotAKey {
                at: None,
                len: count,
            });
        }
        Ok(Key(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn bytes_go_there_and_back() {
        let key = Key::from_seed(3).child("a");
        assert_eq!(Key::from_bytes(key.to_bytes()), key);
    }

    #[test]
    fn texts_go_there_and_back() {
        let key = Key::from_seed(3);
        assert_eq!(key.to_string().len(), 64);
        assert_eq!(key.to_string().to_uppercase().parse(), Ok(key.clone()));
        let refused = |text: &str| text.parse::<Key>().unwrap_err().to_string();
        let rule = "a key is written as 64 hexadecimal digits";
        assert_eq!(refused(""), format!("{rule}, but this text has 0"));
        assert_eq!(
            refused(&format!("{key}0")),
            format!("{rule}, but this text has 65")
        );
        assert_eq!(
            refused(&key.to_string().replacen(|c: char| c.is_ascii(), "g", 1)),
            format!("{rule}, but character 1 of this text is none"),
        );
        assert!("é".repeat(64).parse::<Key>().is_err());
    }

    #[test]
    fn names_and_numbers_do_not_meet() {
        let key = Key::from_seed(0);
        // The bytes of the name are those of the index: only the first byte of the hash differs.
        let name = std::str::from_utf8(&[3, 0, 0, 0, 0, 0, 0, 0]).unwrap();
        assert_ne!(key.child(name), key.child_index(3));
        assert_ne!(key.child(""), key);
        assert_ne!(key.child("a.b"), key.child("a").child("b"));
    }

    #[test]
    fn debug_is_a_fingerprint() {
        let text = format!("{:?}", Key::from_seed(0));
        assert_eq!(text.len(), "Key(01234567)".len());
        assert_eq!(text, format!("{:?}", Key::from_seed(0)));
        assert_ne!(text, format!("{:?}", Key::from_seed(1)));
    }
}
