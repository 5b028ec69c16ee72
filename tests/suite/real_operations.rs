//! The variance of what operations compute with the weights that their types describe: measured on
//! the operation itself, written out naively.
//!
//! A test draws weights and inputs of variance 1 in many independent trials and takes the mean square
//! of all outputs of each. The mean over trials must be 1 within what their own spread allows, at
//! the stated rate of false alarms. Every control is the reading that the operation's type is there
//! to avoid.

use crate::common::{
    evidence::{FALSE_ALARMS, rejected, two_tails},
    key,
};
use fanin::{
    Axis, BilinearKernel, Conv, ConvTranspose, Dense, DepthwiseConv, Embedding, Family, Fan, Fused,
    GlorotNormal, Initializer, IntoWeight, Key, Layout, LeCunNormal, Normal, Scheme,
    VarianceScaling,
};
use ndarray::{
    Array, Array1, Array2, Array3, Array4, ArrayD, ArrayView2, Axis as Dim, Dimension, Ix1, Ix2,
    Ix3, Ix4, s,
};

const TRIALS: usize = 300;

/// Whether the mean square of what `outputs` returns is 1 over independent trials, whose mean is as
/// good as normal: they are that many, and each is a mean over tens of values.
fn keeps_variance<D: Dimension>(
    name: &str,
    outputs: impl Fn(&Key) -> Array<f64, D>,
) -> Result<(), String> {
    let squares: Vec<f64> = (0..TRIALS)
        .map(|trial| {
            outputs(&key(name).child_index(trial))
                .mapv(|y| y * y)
                .mean()
                .unwrap()
        })
        .collect();
    let n = TRIALS as f64;
    let mean = squares.iter().sum::<f64>() / n;
    let spread = (squares.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    // A spread of 0.7 of the mean, or less, tells 1 from 1.25 at this rate.
    assert!(spread < 0.7 * mean, "too few outputs: {spread} of {mean}");
    if two_tails((mean - 1.0) / (spread / n.sqrt())) < FALSE_ALARMS {
        return Err(format!(
            "variance is {mean}, with a standard error of {}",
            spread / n.sqrt()
        ));
    }
    Ok(())
}

fn normal<D: Dimension>(key: &Key, shape: impl IntoWeight<Dim = D>) -> Array<f64, D> {
    (Normal::new(0.0, 1.0)
        .unwrap()
        .init_keyed(key.child("input"), shape))
    .unwrap()
}

/// `W` for the way forward (variance `1 / fan_in`), and for the way back (`1 / fan_out`).
fn forward<D: Dimension>(key: &Key, weight: impl IntoWeight<Dim = D>) -> Array<f64, D> {
    LeCunNormal.init_keyed(key.child("weight"), weight).unwrap()
}

fn backward<D: Dimension>(key: &Key, weight: impl IntoWeight<Dim = D>) -> Array<f64, D> {
    let scheme = VarianceScaling::new(1.0, Fan::Out, Family::Normal).unwrap();
    scheme.init_keyed(key.child("weight"), weight).unwrap()
}

/// An array in its own shape by the reading of another weight of as many elements.
fn read_as<D: Dimension>(
    scheme: &dyn Scheme,
    key: &Key,
    weight: impl IntoWeight,
    shape: D,
) -> Array<f64, D> {
    let weight = weight.into_weight().unwrap();
    let values: ArrayD<f64> = scheme.init_keyed(key.child("weight"), weight).unwrap();
    Array::from_shape_vec(shape, values.into_raw_vec_and_offset().0).unwrap()
}

/// A convolution on a torus: of `[a, b / groups, height, width]` and an image of `b` channels, one of
/// `a` channels, every `stride` places.
fn gather(w: &Array4<f64>, x: &Array3<f64>, groups: usize, stride: usize) -> Array3<f64> {
    let (outputs, inputs, height, width) = w.dim();
    let (_, rows, columns) = x.dim();
    Array3::from_shape_fn(
        (outputs, rows / stride, columns / stride),
        |(o, row, column)| {
            let group = o / (outputs / groups);
            let mut sum = 0.0;
            for i in 0..inputs {
                for y in 0..height {
                    for z in 0..width {
                        let at = ((row * stride + y) % rows, (column * stride + z) % columns);
                        sum += w[[o, i, y, z]] * x[[group * inputs + i, at.0, at.1]];
                    }
                }
            }
            sum
        },
    )
}

/// Its transpose: of an image of `a` channels, one of `b` channels that is `stride` times as large.
fn scatter(w: &Array4<f64>, g: &Array3<f64>, groups: usize, stride: usize) -> Array3<f64> {
    let (outputs, inputs, height, width) = w.dim();
    let (_, rows, columns) = g.dim();
    let mut x = Array3::zeros((inputs * groups, rows * stride, columns * stride));
    for ((o, row, column), g) in g.indexed_iter() {
        let group = o / (outputs / groups);
        for i in 0..inputs {
            for y in 0..height {
                for z in 0..width {
                    let at = (row * stride + y) % (rows * stride);
                    let to = (column * stride + z) % (columns * stride);
                    x[[group * inputs + i, at, to]] += w[[o, i, y, z]] * g;
                }
            }
        }
    }
    x
}

#[test]
fn dense_in_both_layouts() {
    // 40 outputs of 10 inputs.
    let out_in =
        |key: &Key| forward(key, Dense::new().inputs(10).outputs(40)).dot(&normal::<Ix1>(key, 10));
    assert_eq!(keeps_variance("dense", out_in), Ok(()));
    let in_out = Dense::new().inputs(10).outputs(40).layout(Layout::IN_OUT);
    let in_out = |key: &Key| normal::<Ix1>(key, 10).dot(&forward(key, in_out));
    assert_eq!(keeps_variance("dense, in and out", in_out), Ok(()));
    let back = |key: &Key| {
        backward(key, Dense::new().inputs(40).outputs(10))
            .t()
            .dot(&normal::<Ix1>(key, 10))
    };
    assert_eq!(keeps_variance("dense, backward", back), Ok(()));
    // The plain reading of [in, out].
    let plain = |key: &Key| normal::<Ix1>(key, 10).dot(&forward(key, (10, 40)));
    rejected(keeps_variance("dense, in and out", plain), "variance");
}

#[test]
fn grouped_convolutions() {
    let conv = Conv::new([3, 3]).inputs(8).outputs(16).groups(4);
    let image = |key: &Key, channels| normal(key, [channels, 4, 4]);
    let ahead = |key: &Key| gather(&forward(key, conv), &image(key, 8), 4, 1);
    assert_eq!(keeps_variance("grouped", ahead), Ok(()));
    let back = |key: &Key| scatter(&backward(key, conv), &image(key, 16), 4, 1);
    assert_eq!(keeps_variance("grouped, backward", back), Ok(()));
    // The plain reading of the shape takes fan_out to be four times as large.
    let plain = |key: &Key| scatter(&backward(key, [16, 2, 3, 3]), &image(key, 16), 4, 1);
    rejected(keeps_variance("grouped, backward", plain), "variance");
    // Ungrouped inputs in the shape.
    let plain = |key: &Key| {
        let w = read_as(&LeCunNormal, key, [4, 8, 3, 3], Ix4(16, 2, 3, 3));
        gather(&w, &image(key, 8), 4, 1)
    };
    rejected(keeps_variance("grouped", plain), "variance");

    // A step of two places: what an input reaches, on average over inputs.
    let conv = Conv::new([3, 3]).inputs(4).outputs(8).stride([2, 2]);
    let ahead = |key: &Key| gather(&forward(key, conv), &image(key, 4), 1, 2);
    assert_eq!(keeps_variance("strided", ahead), Ok(()));
    let back = |key: &Key| scatter(&backward(key, conv), &image(key, 8), 1, 2);
    assert_eq!(keeps_variance("strided, backward", back), Ok(()));
    let plain = |key: &Key| scatter(&backward(key, [8, 4, 3, 3]), &image(key, 8), 1, 2);
    rejected(keeps_variance("strided, backward", plain), "variance");
}

#[test]
fn convolutions_in_other_layouts() {
    let conv = Conv::new([3, 2]).inputs(6).outputs(12);
    let image = |key: &Key| normal(key, [6, 4, 4]);
    let hwio = |key: &Key| {
        let w = forward(key, conv.layout(Layout::HWIO)).permuted_axes([3, 2, 0, 1]);
        gather(&w, &image(key), 1, 1)
    };
    assert_eq!(keeps_variance("hwio", hwio), Ok(()));
    let ohwi = |key: &Key| {
        let w = forward(key, conv.layout(Layout::OHWI)).permuted_axes([0, 3, 1, 2]);
        gather(&w, &image(key), 1, 1)
    };
    assert_eq!(keeps_variance("ohwi", ohwi), Ok(()));
    let plain = |key: &Key| {
        let w = forward(key, [3, 2, 6, 12]).permuted_axes([3, 2, 0, 1]);
        gather(&w, &image(key), 1, 1)
    };
    rejected(keeps_variance("hwio", plain), "variance");
}

#[test]
fn depthwise_convolutions() {
    // [height, width, channels, multiplier] as groups of one channel.
    let grouped = |w: Array4<f64>| {
        let w = w
            .permuted_axes([2, 3, 0, 1])
            .as_standard_layout()
            .to_owned();
        w.into_shape_with_order((24, 1, 3, 3)).unwrap()
    };
    let depthwise = DepthwiseConv::new([3, 3]).channels(12).multiplier(2);
    let image = |key: &Key, channels| normal(key, [channels, 4, 4]);
    let ahead = |key: &Key| gather(&grouped(forward(key, depthwise)), &image(key, 12), 12, 1);
    assert_eq!(keeps_variance("depthwise", ahead), Ok(()));
    let back = |key: &Key| scatter(&grouped(backward(key, depthwise)), &image(key, 24), 12, 1);
    assert_eq!(keeps_variance("depthwise, backward", back), Ok(()));
    // As a convolution from 12 channels to 2, which is how Keras counts.
    let hwio = || Conv::new([3, 3]).inputs(12).outputs(2).layout(Layout::HWIO);
    let plain = |key: &Key| gather(&grouped(forward(key, hwio())), &image(key, 12), 12, 1);
    rejected(keeps_variance("depthwise", plain), "variance");
}

#[test]
fn transposed_convolutions() {
    for (kernel, stride, groups) in [(4, 2, 1), (3, 2, 1), (4, 2, 2), (3, 1, 4), (2, 3, 1)] {
        let up = ConvTranspose::new([kernel; 2])
            .inputs(8)
            .outputs(4)
            .groups(groups)
            .stride([stride; 2]);
        let image = |key: &Key, channels, size| normal(key, [channels, size, size]);
        let name = format!("transposed {kernel} {stride} {groups}");
        // The mean over positions, also where the stride does not divide the kernel.
        let ahead = |key: &Key| scatter(&forward(key, up), &image(key, 8, 3), groups, stride);
        assert_eq!(keeps_variance(&name, ahead), Ok(()), "{name}");
        let back = |key: &Key| {
            gather(
                &backward(key, up),
                &image(key, 4, 3 * stride),
                groups,
                stride,
            )
        };
        assert_eq!(keeps_variance(&name, back), Ok(()), "{name}");
        // The plain reading has the fans swapped, and no stride.
        let shape = [8, 4 / groups, kernel, kernel];
        let plain = |key: &Key| scatter(&forward(key, shape), &image(key, 8, 3), groups, stride);
        rejected(keeps_variance(&name, plain), "variance");
    }
}

#[test]
fn embeddings() {
    let table = Embedding::new().count(50).width(32);
    let lookup = |key: &Key| forward(key, table).row(7).to_owned();
    assert_eq!(keeps_variance("lookup", lookup), Ok(()));
    // The table as the last layer of its network.
    let last = |key: &Key| forward(key, table.tied()).dot(&normal::<Ix1>(key, 32));
    assert_eq!(keeps_variance("tied", last), Ok(()));
    let plain = |key: &Key| forward(key, (50, 32)).row(7).to_owned();
    rejected(keeps_variance("lookup", plain), "variance");
}

#[test]
fn projections_of_attention() {
    // Queries, keys and values in one array: Glorot's rule for each.
    let fused = |weight: fn(&Key) -> Array2<f64>| {
        move |key: &Key| -> Array1<f64> { weight(key).dot(&normal::<Ix1>(key, 24)) }
    };
    let glorot =
        |key: &Key| (GlorotNormal.init_keyed(key.child("weight"), Fused::qkv(24))).unwrap();
    assert_eq!(keeps_variance("qkv", fused(glorot)), Ok(()));
    // As one layer from 24 to 72, which is how PyTorch counts.
    let stacked = |key: &Key| (GlorotNormal.init_keyed(key.child("weight"), (72, 24))).unwrap();
    rejected(keeps_variance("qkv", fused(stacked)), "variance");

    // [embed, heads, head_dim], with the heads in no fan of the way in.
    let heads = |w: Array3<f64>, x: Array1<f64>| -> Array2<f64> {
        let outputs = w
            .axis_iter(Dim(1))
            .map(|head| -> Array1<f64> { x.dot(&head) })
            .collect::<Vec<_>>();
        Array2::from_shape_fn((4, 8), |(head, i)| outputs[head][i])
    };
    let axes = || [Axis::Input(24), Axis::Output(4), Axis::Output(8)];
    let ahead = |key: &Key| heads(forward(key, axes()), normal::<Ix1>(key, 24));
    assert_eq!(keeps_variance("heads", ahead), Ok(()));
    // Each head's gradient separately: heads as a batch.
    let each = || [Axis::Input(24), Axis::Batch(4), Axis::Output(8)];
    let back = |key: &Key| {
        let g = normal::<Ix1>(key, 8);
        let w: Array3<f64> = backward(key, each());
        w.index_axis(Dim(1), 2).dot(&g)
    };
    assert_eq!(keeps_variance("heads, backward", back), Ok(()));
    // Together, over all heads.
    let back = |key: &Key| {
        let w = backward(key, axes())
            .into_shape_with_order((24, 32))
            .unwrap();
        w.dot(&normal::<Ix1>(key, 32))
    };
    assert_eq!(keeps_variance("heads, backward", back), Ok(()));
    let plain = |key: &Key| heads(forward(key, (24, 4, 8)), normal::<Ix1>(key, 24));
    rejected(keeps_variance("heads", plain), "variance");

    // The way out: [heads, head_dim, embed].
    let out = |w: Array3<f64>, x: Array2<f64>| -> Array1<f64> {
        let w = w.into_shape_with_order((32, 24)).unwrap();
        x.into_shape_with_order(32).unwrap().dot(&w)
    };
    let axes = || [Axis::Input(4), Axis::Input(8), Axis::Output(24)];
    let ahead = |key: &Key| out(forward(key, axes()), normal(key, (4, 8)));
    assert_eq!(keeps_variance("way out", ahead), Ok(()));
    let plain = |key: &Key| out(forward(key, (4, 8, 24)), normal(key, (4, 8)));
    rejected(keeps_variance("way out", plain), "variance");
}

#[test]
fn gates_and_experts() {
    let gates = Fused::lstm(20).inputs(12).layout(Layout::IN_OUT);
    let back = |key: &Key| {
        // The gradient of one gate reaches the inputs through that gate's weights.
        let w = backward(key, gates);
        w.slice(s![.., 20..40]).dot(&normal::<Ix1>(key, 20))
    };
    assert_eq!(keeps_variance("gate", back), Ok(()));
    let stacked = |key: &Key| {
        let w = backward(key, [Axis::Input(12), Axis::Output(80)]);
        w.slice(s![.., 20..40]).dot(&normal::<Ix1>(key, 20))
    };
    rejected(keeps_variance("gate", stacked), "variance");

    let experts = || [Axis::Batch(6), Axis::Output(20), Axis::Input(10)];
    let expert = |w: Array3<f64>, x: Array1<f64>| w.index_axis(Dim(0), 4).dot(&x);
    let ahead = |key: &Key| expert(forward(key, experts()), normal::<Ix1>(key, 10));
    assert_eq!(keeps_variance("expert", ahead), Ok(()));
    let plain = |key: &Key| {
        let w = read_as(&LeCunNormal, key, (6, 20, 10), Ix3(6, 20, 10));
        expert(w, normal::<Ix1>(key, 10))
    };
    rejected(keeps_variance("expert", plain), "variance");
    // All experts as one layer.
    let one = |key: &Key| {
        let w = read_as(&LeCunNormal, key, (20, 60), Ix2(120, 10));
        expert(
            w.into_shape_with_order((6, 20, 10)).unwrap(),
            normal::<Ix1>(key, 10),
        )
    };
    rejected(keeps_variance("expert", one), "variance");
}

#[test]
fn a_bilinear_kernel_enlarges_an_image() {
    for stride in [2_usize, 3] {
        let kernel = 2 * stride - stride % 2;
        let up = ConvTranspose::new([kernel; 2])
            .inputs(2)
            .outputs(2)
            .groups(2)
            .stride([stride; 2]);
        let w: Array4<f64> = BilinearKernel.init_keyed(key("bilinear"), up).unwrap();
        let flat = scatter(&w, &Array3::from_elem((2, 5, 5), 1.5), 2, stride);
        assert!(flat.iter().all(|x| (x - 1.5).abs() < 1e-12));
        // A ramp stays one, away from the torus' seam.
        let ramp = Array3::from_shape_fn((2, 8, 8), |(_, y, x)| (y + 2 * x) as f64);
        let large = scatter(&w, &ramp, 2, stride);
        let inner: ArrayView2<f64> = large.slice(s![1, kernel..7 * stride, kernel..7 * stride]);
        for ((y, x), value) in inner.indexed_iter() {
            let step = (y as f64 + 2.0 * x as f64) / stride as f64;
            assert!((value - inner[[0, 0]] - step).abs() < 1e-12);
        }
    }
}
