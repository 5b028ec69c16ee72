//! The values that a key gives, to the bit, for as long as the stream's version stands.
//!
//! `tests/golden.txt` has one line per case: scheme, element type, key, shape, the bits of the
//! first and last element, and the BLAKE3 digest of all elements as little-endian bytes in
//! row-major order. A change of any of them is a change of every network that was ever seeded with
//! this crate; where it is meant, write the new values with
//! `FANIN_WRITE_GOLDEN=1 cargo test --features half --test golden` and give the reason in
//! `docs/stream.md` and `CHANGELOG.md`.

use std::fmt::Write as _;

use fanin::{
    Constant, Element, Family, Fan, GlorotNormal, HeNormal, Initializer, Key, LeCunNormal, Normal,
    Scheme, TruncatedNormal, Uniform, VarianceScaling,
};
use ndarray::{ArrayD, IxDyn};

/// An element as little-endian bytes.
trait Bytes: Element {
    const TYPE: &'static str;
    fn bytes(self) -> Vec<u8>;
}

macro_rules! bytes {
    ($($element:ty: $name:literal;)*) => {$(
        impl Bytes for $element {
            const TYPE: &'static str = $name;
            fn bytes(self) -> Vec<u8> {
                self.to_le_bytes().to_vec()
            }
        }
    )*};
}

bytes! {
    f32: "f32";
    f64: "f64";
}
#[cfg(feature = "half")]
bytes! {
    half::f16: "f16";
    half::bf16: "bf16";
}

/// Big-endian hexadecimal, as one writes a number.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().rev().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn line<F: Bytes>(scheme: &dyn Scheme, key: (&str, Key), shape: &[usize]) -> String {
    let array: ArrayD<F> = scheme.init_keyed(&key.1, IxDyn(shape)).unwrap();
    let mut hasher = blake3::Hasher::new();
    for element in &array {
        hasher.update(&element.bytes());
    }
    format!(
        "{scheme:?}; {}; {}; {shape:?}; {}; {}; {}",
        F::TYPE,
        key.0,
        hex(&array.first().unwrap().bytes()),
        hex(&array.last().unwrap().bytes()),
        hasher.finalize()
    )
}

fn keys() -> [(&'static str, Key); 5] {
    [
        ("seed 0", Key::from_seed(0)),
        ("seed 2^64 - 1", Key::from_seed(u64::MAX)),
        ("bytes ff", Key::from_bytes([0xff; 32])),
        (
            "seed 42, child layers.0.weight",
            Key::from_seed(42).child("layers.0.weight"),
        ),
        ("seed 42, child index 7", Key::from_seed(42).child_index(7)),
    ]
}

/// Every case for one element type: all laws on one key, one law on all keys, and shapes that end
/// inside, at and after a group of 32 and a block of 2048.
fn cases<F: Bytes>() -> Vec<String> {
    let schemes: [&dyn Scheme; 15] = [
        &HeNormal,
        &LeCunNormal,
        &GlorotNormal,
        &Normal::new(-1.5, 0.25).unwrap(),
        &HeNormal.scaled(0.3).unwrap(),
        &HeNormal.scaled(0.3).unwrap().scaled(0.7).unwrap(),
        &Constant::new(0.1).unwrap(),
        &Constant::new(-0.7).unwrap().scaled(0.0).unwrap(),
        &Uniform::new(-0.3, 0.5).unwrap(),
        // Wide enough for values of 16 bits to meet the bounds.
        &Uniform::new(-1.582_310_048_511_173_9, 1.582_310_048_511_173_9)
            .unwrap()
            .scaled(0.399_408_062_932_843_8)
            .unwrap(),
        &VarianceScaling::new(2.7, Fan::GeometricAverage, Family::Uniform).unwrap(),
        &VarianceScaling::new(2.0, Fan::In, Family::TruncatedNormal).unwrap(),
        &TruncatedNormal::with_parent_std(0.0, 1.0, -2.0, 2.0).unwrap(),
        &TruncatedNormal::with_parent_std(0.1, 0.5, -0.3, 2.0).unwrap(),
        &TruncatedNormal::with_parent_std(0.0, 0.25, 2.5, f64::INFINITY).unwrap(),
    ];
    let shapes: [&[usize]; 10] = [
        &[1],
        &[16],
        &[17],
        &[32],
        &[33],
        &[2047],
        &[2048],
        &[2049],
        &[3, 1, 5, 7, 2, 1, 3],
        &[64, 3, 7, 7],
    ];
    let normal = Normal::new(0.0, 1.0).unwrap();
    let of_schemes = schemes.map(|scheme| line::<F>(scheme, keys()[0], &[256, 784]));
    let of_keys = keys().map(|key| line::<F>(&normal, key, &[100, 100]));
    let of_shapes = shapes.map(|shape| line::<F>(&normal, keys()[3], shape));
    [&of_schemes[..], &of_keys, &of_shapes].concat()
}

#[test]
fn values_are_what_they_were() {
    let lines = [
        cases::<f32>(),
        cases::<f64>(),
        #[cfg(feature = "half")]
        cases::<half::f16>(),
        #[cfg(feature = "half")]
        cases::<half::bf16>(),
    ]
    .concat();

    if std::env::var_os("FANIN_WRITE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt");
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
        return;
    }
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    assert_eq!(golden.len(), 120);
    // Without it, the lines of the 16-bit types, which are the last, are not made.
    assert_eq!(lines.len(), if cfg!(feature = "half") { 120 } else { 60 });
    for (line, golden) in lines.iter().zip(golden) {
        assert_eq!(line, golden);
    }
}

/// 256 x 784 elements are 98 blocks, which several threads share.
#[cfg(feature = "parallel")]
#[test]
fn values_are_what_they_were_on_any_number_of_threads() {
    let uniform = Uniform::new(-0.3, 0.5).unwrap();
    let truncated = TruncatedNormal::with_parent_std(0.1, 0.5, -0.3, 2.0).unwrap();
    for threads in [1, 2, 3, 8, 64] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let lines = pool.install(|| {
            let (key, shape) = (keys()[0], &[256, 784]);
            [
                line::<f32>(&HeNormal, key, shape),
                line::<f64>(&uniform, key, shape),
                line::<f32>(&truncated, key, shape),
            ]
        });
        for line in lines {
            let is_golden = include_str!("golden.txt").lines().any(|one| one == line);
            assert!(is_golden, "{threads} threads: {line}");
        }
    }
}
