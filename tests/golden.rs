//! The values that a key gives, to the bit, for as long as the stream's version stands.
//!
//! `tests/golden.txt` has one line per case: scheme, element type, key, shape or operation, the bits of the
//! first and last element, and the BLAKE3 digest of all elements as little-endian bytes in
//! row-major order. A change of any of them is a change of every network that was ever seeded with
//! this crate; where it is meant, write the new values with
//! `FANIN_WRITE_GOLDEN=1 cargo test --features half --test golden` and give the reason in
//! `docs/stream.md` and `CHANGELOG.md`.

mod common;

use std::{collections::BTreeSet, fmt::Write as _};

use common::registry::{Entry, every_scheme, scheme};
use fanin::{
    Axis, Conv, ConvTranspose, Element, Fused, Initializer, IntoWeight, Key, Layout, Scheme, Weight,
};
use ndarray::ArrayD;

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
    line_of::<F>(scheme, key, shape, &format!("{shape:?}"))
}

/// The line of a weight that is more than its shape; `text` is the call that makes it.
fn line_of<F: Bytes>(
    scheme: &dyn Scheme,
    key: (&str, Key),
    weight: impl IntoWeight,
    text: &str,
) -> String {
    let weight = weight.into_weight().unwrap();
    let array: ArrayD<F> = scheme.init_keyed(key.1.clone(), weight).unwrap();
    let mut hasher = blake3::Hasher::new();
    for element in &array {
        hasher.update(&element.bytes());
    }
    format!(
        "{scheme:?}; {}; {}; {text}; {}; {}; {}",
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
    let schemes = [
        "HeNormal",
        "LeCunNormal",
        "GlorotNormal",
        "Normal::new(-1.5, 0.25)",
        "HeNormal.scaled(0.3)",
        "HeNormal.scaled(0.3).scaled(0.7)",
        "Constant::new(0.1)",
        "Constant::new(-0.7).scaled(0.0)",
        "Uniform::new(-0.3, 0.5)",
        "Uniform::new(-1.5823100485111739, 1.5823100485111739).scaled(0.3994080629328438)",
        "VarianceScaling::new(2.7, Fan::GeometricAverage, Family::Uniform)",
        "VarianceScaling::new(2.0, Fan::In, Family::TruncatedNormal)",
        "TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0)",
        "TruncatedNormal::from_parent(0.1, 0.5, -0.3, 2.0)",
        "TruncatedNormal::from_parent(0.0, 0.25, 2.5, inf)",
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
    let normal = scheme("Normal::new(0.0, 1.0)");
    let of_schemes = schemes.map(|name| line::<F>(&*scheme(name), keys()[0].clone(), &[256, 784]));
    let of_keys = keys().map(|key| line::<F>(&normal, key, &[100, 100]));
    let of_shapes = shapes.map(|shape| line::<F>(&normal, keys()[3].clone(), shape));
    [&of_schemes[..], &of_keys, &of_shapes].concat()
}

/// Weights under the names that the file of golden values has for them.
macro_rules! weights {
    ($($name:literal: $weight:expr),* $(,)?) => {
        [$((Weight::new($weight).unwrap(), $name)),*]
    };
}

/// Lines of the file.
const LINES: usize = 120 + 4 * 45 + 4 * 10 + 4 * (4 + 8);

/// Laws that belong to a shape, and parts of fused weights; orthogonal ones follow.
fn shaped_cases<F: Bytes>() -> Vec<String> {
    let sparse = ["Sparse::new(3, 0.5)", "Sparse::new(1, 1.0).scaled(0.3)"];
    let patterns = [
        "Dirac.gain(0.3)",
        "Dirac.centre(Centre::Lower)",
        "BilinearKernel",
        "BilinearKernel.scaled(0.3)",
    ];
    let dense = weights![
        "(50, 40)": (50, 40),
        "[Axis::Input(9), Axis::Batch(3), Axis::Output(5)]": [Axis::Input(9), Axis::Batch(3), Axis::Output(5)],
        "Fused::outputs([4, 7, 4], 6)": Fused::new([4, 7, 4]).inputs(6),
        "Fused::outputs([4, 7, 4], 6).layout(Layout::IN_OUT)": Fused::new([4, 7, 4]).inputs(6).layout(Layout::IN_OUT),
    ];
    let conv = weights![
        "Conv::new(8, 12, [4, 3]).groups(4)": Conv::new([4, 3]).inputs(12).outputs(8).groups(4),
        "Conv::new(8, 12, [4, 3]).groups(4).layout(Layout::HWIO)": Conv::new([4, 3])
            .inputs(12)
            .outputs(8)
            .groups(4)
            .layout(Layout::HWIO),
        "Conv::new(8, 12, [4, 3]).groups(4).layout(Layout::OHWI)": Conv::new([4, 3])
            .inputs(12)
            .outputs(8)
            .groups(4)
            .layout(Layout::OHWI),
        "ConvTranspose::new(6, 6, [4, 4]).groups(2).stride([2, 2])": ConvTranspose::new([4, 4])
            .inputs(6)
            .outputs(6)
            .groups(2)
            .stride([2, 2]),
    ];
    let key = keys()[3].clone();
    let mut lines = Vec::new();
    let mut add = |name: &str, (weight, text): &(Weight, &str)| {
        lines.push(line_of::<F>(&*scheme(name), key.clone(), weight, text));
    };
    for weight in dense.iter().chain(&conv) {
        sparse.iter().for_each(|name| add(name, weight));
    }
    for weight in &conv {
        patterns.iter().for_each(|name| add(name, weight));
    }
    for weight in &dense {
        add("Identity.gain(0.3)", weight);
    }
    for weight in &dense[2..] {
        add("GlorotNormal", weight);
    }
    for weight in &conv[1..3] {
        add("Icnr::new(LeCunNormal, 1)", weight);
    }
    for weight in weights![
        "Conv::new(8, 3, [3, 3])": Conv::new([3, 3]).inputs(3).outputs(8),
        "Conv::new(8, 3, [3, 3]).layout(Layout::HWIO)": Conv::new([3, 3]).inputs(3).outputs(8).layout(Layout::HWIO)
    ] {
        add("Icnr::new(LeCunNormal, 2)", &weight);
        add("Icnr::new(Sparse::new(3, 0.5), 2)", &weight);
    }
    let bias = "ForgetGateBias.value(0.3).at(2)";
    add(bias, &weights!["20": 20][0]);
    lines
}

/// Every case of orthogonal laws for one element type: one block of reflectors and several, more
/// outputs, more columns, a matrix of its own for each group and part, and columns that are not in
/// order.
fn orthogonal_cases<F: Bytes>() -> Vec<String> {
    let plain = scheme("Orthogonal");
    let shapes: [&[usize]; 6] = [
        &[7, 7],
        &[150, 150],
        &[40, 130],
        &[130, 40],
        &[1, 20],
        &[16, 5, 3, 3],
    ];
    let grouped = Conv::new([3, 3]).inputs(12).outputs(24).groups(3);
    let fused = Fused::new([48, 16]).inputs(32);
    let hwio = Conv::new([3, 3]).inputs(6).outputs(8).layout(Layout::HWIO);
    // Under the names that the file of golden values has for them.
    let operations = [
        (
            "Conv::new(24, 12, [3, 3]).groups(3)",
            Weight::new(grouped).unwrap(),
        ),
        ("Fused::outputs([48, 16], 32)", Weight::new(fused).unwrap()),
        (
            "Conv::new(8, 6, [3, 3]).layout(Layout::HWIO)",
            Weight::new(hwio).unwrap(),
        ),
    ];
    let scaled = scheme("Orthogonal.gain(2.5).scaled(0.3)");
    let of_shapes = shapes.map(|shape| line::<F>(&plain, keys()[0].clone(), shape));
    let of_operations =
        operations.map(|(what, weight)| line_of::<F>(&plain, keys()[0].clone(), &weight, what));
    let of_scale = [line::<F>(&scaled, keys()[3].clone(), &[33, 65])];
    [&of_shapes[..], &of_operations, &of_scale].concat()
}

/// Laws that came later, of any shape, and of shapes.
fn later_cases<F: Bytes>() -> Vec<String> {
    let of_any = [
        "LogUniform::new(0.001, 0.1)",
        "LogUniform::new(0.001, 0.1).mapped(Map::InverseSoftplus)",
        "Normal::new(-1.0, 0.5).mapped(Map::Exp)",
        "Uniform::new(0.1, 0.8).mapped(Map::Logit)",
    ];
    let of_shape = [
        ("Signs::new(0.5)", vec![60, 40]),
        ("LogUniform::new(0.001, 0.1).sparse(3)", vec![20, 30]),
        ("Signs::new(0.5).sparse(2)", vec![20, 30]),
        ("HeNormal.scaled_along(0, [1.0, 0.25, 0.0])", vec![3, 40]),
        ("Normal::new(0.0, 1.0).zero_rows([0, 2])", vec![40, 33]),
        ("Along::new(1, \"ln(n + 1)\")", vec![7, 5]),
        ("Sinusoids::new(Waves::Interleaved)", vec![7, 6]),
        ("Sinusoids::new(Waves::Halves)", vec![30, 8]),
    ];
    let of_any = of_any.map(|name| line::<F>(&*scheme(name), keys()[3].clone(), &[60, 40]));
    let of_shape =
        of_shape.map(|(name, shape)| line::<F>(&*scheme(name), keys()[3].clone(), &shape));
    [&of_any[..], &of_shape].concat()
}

/// Lines are only ever added at the end, so that of every group of cases there is one for each type.
#[test]
fn values_are_what_they_were() {
    let lines = [
        cases::<f32>(),
        cases::<f64>(),
        #[cfg(feature = "half")]
        cases::<half::f16>(),
        #[cfg(feature = "half")]
        cases::<half::bf16>(),
        shaped_cases::<f32>(),
        shaped_cases::<f64>(),
        #[cfg(feature = "half")]
        shaped_cases::<half::f16>(),
        #[cfg(feature = "half")]
        shaped_cases::<half::bf16>(),
        orthogonal_cases::<f32>(),
        orthogonal_cases::<f64>(),
        #[cfg(feature = "half")]
        orthogonal_cases::<half::f16>(),
        #[cfg(feature = "half")]
        orthogonal_cases::<half::bf16>(),
        later_cases::<f32>(),
        later_cases::<f64>(),
        #[cfg(feature = "half")]
        later_cases::<half::f16>(),
        #[cfg(feature = "half")]
        later_cases::<half::bf16>(),
    ]
    .concat();

    if std::env::var_os("FANIN_WRITE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt");
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
        return;
    }
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    assert_eq!(golden.len(), LINES);
    let is_half = |line: &&str| line.contains("; f16; ") || line.contains("; bf16; ");
    let golden: Vec<&str> = golden
        .into_iter()
        .filter(|line| cfg!(feature = "half") || !is_half(line))
        .collect();
    assert_eq!(golden.len(), lines.len());
    for (line, golden) in lines.iter().zip(golden) {
        assert_eq!(line, golden);
    }
}

/// Types that no line of the file is for. Those with a name draw as a member of the family does that
/// has lines, and a delta-orthogonal kernel has the values of an orthogonal matrix; `Mine` and `Of` are the tests'.
const WITHOUT_LINES: [&str; 15] = [
    "ByPart",
    "DeltaOrthogonal",
    "FromFn",
    "GlorotTruncatedNormal",
    "GlorotUniform",
    "HeTruncatedNormal",
    "HeUniform",
    "Law",
    "LeCunTruncatedNormal",
    "LeCunUniform",
    "Mine",
    "Ones",
    "Table",
    "XavierNormal",
    "Zeros",
];

/// The schemes that draw the same bits everywhere.
#[test]
fn types_without_lines_are_known() {
    let lines = include_str!("golden.txt").lines();
    let with: BTreeSet<&str> = lines.map(|line| line.split("; ").next().unwrap()).collect();
    let entries = every_scheme();
    let stable = || entries.iter().filter(|entry| entry.is_bit_stable);
    let has_lines = |entry: &&Entry| with.contains(&entry.name[..]);
    let types: BTreeSet<&str> = stable().map(|entry| entry.type_name).collect();
    let drawn: BTreeSet<&str> = stable()
        .filter(has_lines)
        .map(|entry| entry.type_name)
        .collect();
    let without: Vec<&str> = types.difference(&drawn).copied().collect();
    assert_eq!(without, WITHOUT_LINES);
    // Every line is of a registered scheme.
    assert_eq!(stable().filter(has_lines).count(), with.len());
}

/// 256 x 784 elements are 98 blocks, which several threads share; a matrix of 150 x 150 is made in 3
/// blocks and 5 panels.
#[cfg(feature = "parallel")]
#[test]
fn values_are_what_they_were_on_any_number_of_threads() {
    let schemes = [
        "HeNormal",
        "Uniform::new(-0.3, 0.5)",
        "TruncatedNormal::from_parent(0.1, 0.5, -0.3, 2.0)",
    ]
    .map(scheme);
    for threads in [1, 2, 3, 8, 64] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let is_golden = |line: &String| include_str!("golden.txt").lines().any(|one| one == line);
        // More threads than panels tell nothing, and under emulation these cases take their time.
        if threads == 2 || threads == 8 {
            for line in pool.install(orthogonal_cases::<f32>) {
                assert!(is_golden(&line), "{threads} threads: {line}");
            }
        }
        for scheme in &schemes {
            let lines = pool.install(|| {
                let shape = &[256, 784];
                [
                    line::<f32>(scheme, keys()[0].clone(), shape),
                    line::<f64>(scheme, keys()[0].clone(), shape),
                ]
            });
            for line in lines {
                assert!(is_golden(&line), "{threads} threads: {line}");
            }
        }
    }
}
