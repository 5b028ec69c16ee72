//! Readings of shapes: what they mean, what they print, and where bad ones are wrong.

use crate::common::{cases, key, same};
use fanin::{
    Axis, Conv, ConvTranspose, Embedding, Flat, Fused, HeNormal, InitError, Initializer,
    IntoWeight, Layout, NoFan, Normal, Orthogonal, Reading, TextProblem, Weight,
};
use ndarray::{Array1, Array2, Array3, Array4, ArrayD, Ix2, s};
use proptest::prelude::{any, prop, proptest};
use proptest::strategy::Strategy;

/// What a shape is under a reading: fan in, fan out, and how many parts. It prints as it was read, and
/// reads back as itself.
#[track_caller]
fn read(text: &str, shape: &[usize], fans: (f64, f64), parts: usize) {
    let weight = Weight::read(text, shape).unwrap();
    assert_eq!(weight.shape(), shape);
    let part = weight.parts().next().unwrap();
    assert_eq!((part.fan_in(), part.fan_out()), (Ok(fans.0), Ok(fans.1)));
    assert_eq!(weight.parts().count(), parts);
    assert_eq!(weight.reading().to_string(), text);
    let reading: Reading = text.parse().unwrap();
    assert_eq!(reading.to_string(), text);
    assert_eq!(weight.reading(), reading);
    assert_eq!(Weight::read(weight.reading(), shape).unwrap(), weight);
}

#[test]
fn a_letter_is_a_role() {
    read("o i", &[30, 20], (20.0, 30.0), 1);
    read("i o", &[30, 20], (30.0, 20.0), 1);
    read("o i k k", &[30, 20, 3, 5], (300.0, 450.0), 1);
    read("k k i o", &[3, 5, 20, 30], (300.0, 450.0), 1);
    read("b o i", &[8, 30, 20], (20.0, 30.0), 1);
    read("o i i", &[10, 4, 5], (20.0, 10.0), 1);
    read(
        "k i k o k i k o",
        &[2, 3, 2, 2, 2, 3, 2, 5],
        (144.0, 160.0),
        1,
    );
    // Readings agree with the types that state the same operation.
    let same_weight = |text: &str, shape: &[usize], other: &dyn Fn() -> Weight| {
        assert_eq!(Weight::read(text, shape).unwrap(), other(), "{text}");
    };
    same_weight("o i k", &[4, 3, 2], &|| Weight::new((4, 3, 2)).unwrap());
    same_weight("_", &[4], &|| Weight::vector(4));
    same_weight("", &[], &|| Weight::new(()).unwrap());
    let named = [Axis::Batch(2), Axis::Kernel(3), Axis::Input(4)];
    same_weight("b k i", &[2, 3, 4], &|| Weight::new(named).unwrap());
}

#[test]
fn parentheses_divide_an_axis() {
    read("(3 o) i", &[30, 20], (20.0, 10.0), 3);
    read("(o 3) i", &[30, 20], (20.0, 10.0), 3);
    read("(5 3 o) i", &[30, 20], (20.0, 10.0), 3);
    read("([10 15 5] o) i", &[30, 20], (20.0, 10.0), 3);
    read("(2 [10 3 2] o) i", &[30, 20], (20.0, 20.0), 3);
    read("o (2 i)", &[30, 20], (10.0, 30.0), 2);
    read("b (2 o) i", &[8, 128, 32], (32.0, 64.0), 2);
    read("(g o) i k k, groups 4", &[32, 8, 3, 3], (72.0, 72.0), 1);
    read(
        "(g i) o k, groups 2, transposed",
        &[8, 3, 4],
        (16.0, 12.0),
        1,
    );
    read("(g o) (2 i) k, groups 4", &[32, 8, 3], (12.0, 24.0), 2);
    let same_text = |text: &str, printed: &str| {
        assert_eq!(text.parse::<Reading>().unwrap().to_string(), printed);
    };
    same_text(" ( 1 3 o )i", "(3 o) i");
    same_text(
        "([1,2, 3]o) i ,transposed,groups 04",
        "([1 2 3] o) i, groups 4, transposed",
    );
}

#[test]
fn strides_and_transposed_convolutions() {
    read("o i k k, stride 2 2", &[30, 20, 4, 4], (320.0, 120.0), 1);
    read(
        "i o k k, stride 2 2, transposed",
        &[20, 30, 4, 4],
        (80.0, 480.0),
        1,
    );
    let conv = Conv::new([4, 2])
        .inputs(8)
        .outputs(12)
        .groups(4)
        .stride([2, 3]);
    for layout in [
        Layout::OIHW,
        Layout::HWIO,
        Layout::OHWI,
        Layout::HWOI,
        Layout::IOHW,
    ] {
        let weight = Weight::new(conv.layout(layout)).unwrap();
        assert_eq!(
            Weight::read(weight.reading(), weight.shape()).unwrap(),
            weight
        );
    }
    let up = ConvTranspose::new([4, 2])
        .inputs(8)
        .outputs(12)
        .groups(4)
        .stride([2, 3]);
    let weight = Weight::new(up).unwrap();
    assert_eq!(
        weight.reading().to_string(),
        "(g i) o k k, groups 4, stride 2 3, transposed"
    );
    assert_eq!(
        Weight::read(weight.reading(), weight.shape()).unwrap(),
        weight
    );
}

#[test]
fn a_weight_says_how_it_was_read() {
    let text = |weight: Result<Weight, InitError>| weight.unwrap().to_string();
    for (weight, expected) in [
        (
            Weight::new((256, 784)),
            "[256, 784] as o i: fan_in 784, fan_out 256",
        ),
        (
            Weight::new((8, 512, 64)),
            "[8, 512, 64] as o i k: fan_in 32768, fan_out 512",
        ),
        (
            Weight::read("b o i", (8, 512, 64)),
            "[8, 512, 64] as b o i: fan_in 64, fan_out 512",
        ),
        (Weight::new(256), "[256] as _: no fan_in, no fan_out"),
        (
            Weight::new(256.fans(784, 2.5)),
            "[256] as _: fan_in 784, fan_out 2.5",
        ),
        (
            Weight::new(Fused::new([512, 128, 128]).inputs(512)),
            "[768, 512] as ([512 128 128] o) i: fan_in 512, fan_out by part [512, 128, 128]",
        ),
        (
            Weight::new(Embedding::new().count(1000).width(64)),
            "[1000, 64] as i o: fan_in 1, fan_out 64",
        ),
        (
            Weight::read("([1 2 3 4 5 6 7] o) i", (28, 2)),
            "[28, 2] as ([1 2 3 4 5 6 7] o) i: fan_in 2, fan_out by part [1, 2, 3, 4, 5, 6, ...]",
        ),
    ] {
        assert_eq!(text(weight), expected);
    }
    let weight = Weight::new((256, 784)).unwrap();
    assert_eq!(
        format!("{weight:?}"),
        "Weight([256, 784] as o i: fan_in 784, fan_out 256)"
    );
    assert_eq!(format!("{:?}", (2, 3).read("i o")), "(2, 3).read(\"i o\")");
}

#[test]
fn a_shape_keeps_its_number_of_axes() {
    let w: Array2<f32> = HeNormal
        .init_keyed(key("dim"), (30, 20).read("i o"))
        .unwrap();
    let axes = [Axis::Input(30), Axis::Output(20)];
    same(&w, &HeNormal.init_keyed(key("dim"), axes).unwrap());
    let w: ArrayD<f32> = HeNormal
        .init_keyed(key("dim"), vec![30, 20].read("i o"))
        .unwrap();
    assert_eq!(w.shape(), [30, 20]);
    let reading = Reading::new("i o").unwrap();
    let text = "i o".to_string();
    for weight in [
        (30, 20).read(&reading).into_weight(),
        (30, 20).read(reading.clone()).into_weight(),
        (30, 20).read(&text).into_weight(),
        [30, 20].read("i o").into_weight(),
        Weight::new((30, 20)).unwrap().read("i o").into_weight(),
    ] {
        assert_eq!(weight, Weight::read("i o", (30, 20)));
    }
}

/// Thirty readings that are none, or none of a shape of 30 by 20: the place, and what is wrong there.
#[test]
fn a_bad_reading_shows_its_place() {
    for (text, expected) in [
        (
            "o x",
            "o x\n    ^ expected a letter for each axis, with blanks between: o (outputs), i (inputs), k (kernel), b (batch) or _ (none)",
        ),
        (
            "oi",
            "oi\n  ^^ expected a letter for each axis, with blanks between: o (outputs), i (inputs), k (kernel), b (batch) or _ (none)",
        ),
        (
            "o 3",
            "o 3\n    ^ expected a letter for each axis, with blanks between: o (outputs), i (inputs), k (kernel), b (batch) or _ (none)",
        ),
        ("g o", "g o\n  ^ expected g in parentheses, as (g o)"),
        (
            "o i k",
            "o i k\n      ^ the reading has 3 axes, but shape [30, 20] has 2: give one letter for each axis",
        ),
        (
            "o",
            "o\n  ^ the reading has 1 axes, but shape [30, 20] has 2: give one letter for each axis",
        ),
        (
            "(4 o) i",
            "(4 o) i\n  ^^^^^ axis 0 of shape [30, 20] has length 30, which is not a multiple of 4",
        ),
        (
            "o (i 3)",
            "o (i 3)\n    ^^^^^ axis 1 of shape [30, 20] has length 20, which is not a multiple of 3",
        ),
        (
            "(2 4 o) i",
            "(2 4 o) i\n  ^^^^^^^ axis 0 of shape [30, 20] has length 30, which is not a multiple of 8",
        ),
        (
            "([10 10] o) i",
            "([10 10] o) i\n  ^^^^^^^^^^^ the parts add up to 20, but axis 0 of shape [30, 20] has length 30",
        ),
        (
            "(2 [10 6] o) i",
            "(2 [10 6] o) i\n  ^^^^^^^^^^^^ the parts add up to 32, but axis 0 of shape [30, 20] has length 30",
        ),
        (
            "(g o) i, groups 4",
            "(g o) i, groups 4\n  ^^^^^ axis 0 of shape [30, 20] has length 30, which is not a multiple of 4",
        ),
        (
            "(g o) i",
            "(g o) i\n  ^^^^^ expected the number of these groups beside the axes, as \", groups 4\"",
        ),
        (
            "o i, groups 4",
            "o i, groups 4\n       ^^^^^^^^ expected an axis that counts groups, as (g o), for their number",
        ),
        (
            "(g o) (g i), groups 2",
            "(g o) (g i), groups 2\n        ^^^^^ expected an axis without groups: one axis may have some",
        ),
        (
            "(2 o) (2 i)",
            "(2 o) (2 i)\n        ^^^^^ expected an axis without parts: one axis may have some",
        ),
        (
            "(2 k) o",
            "(2 k) o\n     ^ expected o or i, the axes that have parts and groups",
        ),
        (
            "() o",
            "() o\n   ^ expected a number of parts, a list of their lengths, or g for groups: (3 o), ([512 128 128] o), (o 3), (g o)",
        ),
        (
            "(o) i",
            "(o) i\n    ^ expected a number of parts, as (o 3) or (3 o)",
        ),
        ("(0 o) i", "(0 o) i\n   ^ expected a number of at least 1"),
        (
            "(1.5 o) i",
            "(1.5 o) i\n   ^^^ expected a whole number below 2^53",
        ),
        (
            "(100000 o) i",
            "(100000 o) i\n   ^^^^^^ expected at most 65536 parts",
        ),
        (
            "([] o) i",
            "([] o) i\n    ^ expected the lengths of parts, as [512 128 128]",
        ),
        (
            "([10 o) i",
            "([10 o) i\n       ^ expected another length, or ]",
        ),
        ("(3 o i", "(3 o i\n       ^ expected ) after this axis"),
        (
            "o i)",
            "o i)\n     ^ expected a letter for each axis, with blanks between: o (outputs), i (inputs), k (kernel), b (batch) or _ (none)",
        ),
        (
            "o i, strides 2",
            "o i, strides 2\n       ^^^^^^^ expected groups, stride, transposed or drawn as",
        ),
        (
            "o i, stride 2",
            "o i, stride 2\n       ^^^^^^^^ expected one step for each axis k",
        ),
        (
            "o k, stride 0",
            "o k, stride 0\n              ^ expected a number of at least 1",
        ),
        (
            "o i, transposed, transposed",
            "o i, transposed, transposed\n                   ^^^^^^^^^^ this was given before; give it once",
        ),
        (
            "o i, drawn i o",
            "o i, drawn i o\n             ^ expected as, and the order of the axes: drawn as o i",
        ),
        (
            "o i, drawn as i k",
            "o i, drawn as i k\n                  ^ expected the letters of the axes, each as often as there",
        ),
        (
            "o i, drawn as i",
            "o i, drawn as i\n                ^ expected the letters of the axes, each as often as there",
        ),
    ] {
        let error = Weight::read(text, (30, 20)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot read this text:\n  {expected}")
        );
        let array = HeNormal.init_keyed::<f32, _>(key("bad"), (30, 20).read(text));
        assert_eq!(array, Err(error));
    }
    let error = Weight::read(Reading::new("k o").unwrap().stride([0]), (3, 4)).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("\n       ^^^^^^^^ expected steps of at least 1")
    );
    let error = Reading::new("i o").unwrap().drawn_as("o o").unwrap_err();
    assert!(matches!(
        error,
        InitError::Text { text, at, problem: TextProblem::Expected { .. }, .. }
            if text == "o o" && at == (2..3)
    ));
}

#[test]
fn why_there_is_no_fan() {
    let why = |weight: Weight| match weight.fan_in() {
        Err(InitError::NoFan { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(Weight::vector(5)), NoFan::NotRead);
    let outputs = Weight::read("o k", (5, 3)).unwrap();
    assert_eq!(why(outputs.clone()), NoFan::NoAxis);
    assert_eq!(
        outputs.fan_in().unwrap_err().to_string(),
        "a weight of shape [5, 3], read as o k, has no fan_in: no axis is i (inputs); state its fans \
         with .fans(fan_in, fan_out), read it differently, or use a scheme without a fan (Zeros, \
         Constant, Normal)"
    );
    let parts = Weight::read("o ([1 2] i)", (5, 3)).unwrap();
    assert_eq!(why(parts.clone()), NoFan::PartsDiffer);
    assert_eq!(
        parts.fan_in().unwrap_err().to_string(),
        "a weight of shape [5, 3], read as o ([1 2] i), has no fan_in as a whole, since its parts \
         differ in it; use each of Weight::parts"
    );
    // An array that is stored in the opposite order.
    let mut array = Array2::<f32>::zeros((20, 30));
    let error =
        (HeNormal.filler(key("turned"), (30, 20))).and_then(|filler| filler.fill(&mut array));
    let text = error.unwrap_err().to_string();
    assert!(text.ends_with(".read(\"i o\")"), "{text}");
    let mut array = Array4::<f32>::zeros((3, 3, 8, 16));
    let error =
        (HeNormal.filler(key("turned"), (16, 8, 3, 3))).and_then(|filler| filler.fill(&mut array));
    let text = error.unwrap_err().to_string();
    assert!(text.ends_with(".read(\"k k i o\")"), "{text}");
}

/// One layer, stored in two ways, from one key: element by element the same, and so is any part of it.
#[test]
fn a_weight_that_is_drawn_in_another_order() {
    let key = key("order");
    let schemes: [&dyn fanin::Scheme; 3] =
        [&HeNormal, &Orthogonal, &Normal::new(0.5, 0.1).unwrap()];
    for scheme in schemes {
        let plain: Array2<f64> = scheme.init_keyed(key.clone(), (70, 130)).unwrap();
        let in_out = || (130, 70).read("i o, drawn as o i");
        let turned: Array2<f64> = scheme.init_keyed(key.clone(), in_out()).unwrap();
        same(&turned, &plain.t().to_owned());
        let filler = scheme.filler(key.clone(), in_out()).unwrap();
        assert!(filler.check(&turned).unwrap().passed());
        let rows = turned.slice(s![20..90, ..]);
        assert!(filler.check_region((20..90, ..), &rows).unwrap().passed());
        let wrong = rows.mapv(|x| 20.0 * x + 0.1);
        assert!(!filler.check_region((20..90, ..), &wrong).unwrap().passed());
        // Views in either memory order.
        let mut columns = Array2::<f64>::zeros((70, 130)).reversed_axes();
        scheme
            .filler(key.clone(), in_out())
            .unwrap()
            .fill(&mut columns)
            .unwrap();
        same(&columns, &turned);
        // Regions and flat ranges, also into what is not contiguous.
        let region = (3..101, 5..66);
        let part: Array2<f64> = filler.region(region).unwrap();
        same(&part, &turned.slice(s![3..101, 5..66]).to_owned());
        let flat = turned.flatten();
        for range in [
            0..9100,
            0..1,
            69..72,
            1234..7654,
            140..210,
            9099..9100,
            50..50,
            75..139,
        ] {
            let ends = range.start as u64..range.end as u64;
            let part: Array1<f64> = filler.region(Flat(ends.clone())).unwrap();
            same(&part, &flat.slice(s![range.clone()]).to_owned());
            let mut spread = Array1::<f64>::zeros(2 * range.len());
            let mut view = spread.slice_mut(s![..;2]);
            filler.fill_region(Flat(ends.clone()), &mut view).unwrap();
            let mut slice = vec![0.0; range.len()];
            filler.fill_slice(ends.clone(), &mut slice).unwrap();
            same(&Array1::from(slice.clone()), &part);
            assert!(filler.check_slice(ends, &slice).unwrap().passed());
            same(&spread.slice(s![..;2]).to_owned(), &part);
        }
    }
    // A convolution, its groups and its parts.
    for (plain, stored, shape) in [
        ("o i k k", "k k i o, drawn as o i k k", [6, 5, 3, 4]),
        (
            "(g o) i k k, groups 3",
            "k k i (g o), groups 3, drawn as o i k k",
            [6, 5, 3, 4],
        ),
        (
            "([4 2] o) i k k",
            "k k i ([4 2] o), drawn as o i k k",
            [6, 5, 3, 4],
        ),
    ] {
        let w: ArrayD<f32> = (Orthogonal)
            .init_keyed(key.clone(), shape.read(plain))
            .unwrap()
            .into_dyn();
        let [o, i, h, k] = shape;
        let hwio: Array4<f32> = (Orthogonal)
            .init_keyed(key.clone(), [h, k, i, o].read(stored))
            .unwrap();
        same(
            &hwio.into_dyn(),
            &w.permuted_axes(&[2, 3, 1, 0][..])
                .as_standard_layout()
                .to_owned(),
        );
    }
}

/// Large enough for threads and tiles.
#[test]
fn a_large_weight_in_another_order() {
    let key = key("large");
    let plain: Array2<f32> = HeNormal.init_keyed(key.clone(), (700, 900)).unwrap();
    let turned: Array2<f32> =
        (HeNormal.init_keyed(key.clone(), (900, 700).read("i o, drawn as o i"))).unwrap();
    same(&turned, &plain.t().to_owned());
    let mut spread = Array1::<f32>::zeros(3 * 630_000);
    let mut view = spread.slice_mut(s![..;3]);
    let filler = (HeNormal.filler(key, (900, 700).read("i o, drawn as o i"))).unwrap();
    filler.fill_region(Flat(..), &mut view).unwrap();
    same(
        &spread.slice(s![..;3]).to_owned(),
        &turned.flatten().to_owned(),
    );
}

/// A reading of any kind, as text, with a shape that it is one of.
fn any_reading() -> impl Strategy<Value = (String, Vec<usize>)> {
    let axis = (0..8_usize, 1..4_usize, 1..4_usize, 1..5_usize);
    let axes = prop::collection::vec(axis, 0..8);
    (axes, any::<bool>(), 1..4_usize).prop_map(|(axes, transposed, groups)| {
        let (mut text, mut shape, mut kernel) = (Vec::new(), Vec::new(), 0);
        let (mut has_parts, mut has_groups) = (false, false);
        for (kind, a, b, c) in axes {
            let (axis, len) = match kind {
                0 => ("o".to_string(), a),
                1 => ("i".to_string(), b),
                2 => ("b".to_string(), c),
                3 if !has_groups => {
                    has_groups = true;
                    ("(g o)".to_string(), a * groups)
                }
                4 if !has_parts => {
                    has_parts = true;
                    (format!("({} {} o)", a + 1, b), (a + 1) * b * (c + 1))
                }
                5 if !has_parts => {
                    has_parts = true;
                    (format!("([{a} {b} {c} 7] i)"), a + b + c + 7)
                }
                6 if !has_parts => {
                    has_parts = true;
                    (format!("(i {b})"), (a + 1) * b)
                }
                _ => {
                    kernel += 1;
                    ("k".to_string(), c)
                }
            };
            text.push(axis);
            shape.push(len);
        }
        let mut text = text.join(" ");
        if has_groups && groups > 1 {
            text += &format!(", groups {groups}");
        } else if has_groups {
            text = text.replace("(g o)", "o");
        }
        if kernel > 0 && transposed {
            text += &format!(", stride {}, transposed", vec!["2"; kernel].join(" "));
        }
        (text, shape)
    })
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_reading_prints_as_it_is_read((text, shape) in any_reading()) {
        let reading: Reading = text.parse().unwrap();
        assert_eq!(reading.to_string(), text);
        let weight = Weight::read(&reading, &shape).unwrap();
        assert_eq!(weight.reading(), reading);
        assert_eq!(Weight::read(&weight.reading().to_string(), &shape).unwrap(), weight);
        let parts: u64 = weight.parts().map(Weight::len).sum();
        assert_eq!(parts, weight.len());
    }

    /// No text is a panic.
    #[test]
    fn any_text_is_a_reading_or_an_error(
        text in prop::string::string_regex("[oikbg_()\\[\\]0-9, ]{0,24}").unwrap(),
        tail in prop::sample::select(vec!["", ", stride 2", ", drawn as o i", ", groups 3"]),
        wild in any::<String>(),
    ) {
        for text in [text.clone() + tail, text, wild] {
            let Ok(reading) = Reading::new(&text) else {
                continue;
            };
            assert_eq!(reading.to_string().parse::<Reading>().unwrap(), reading);
            for shape in [&[][..], &[6], &[6, 4], &[0, 3], &[12, 6, 4]] {
                let weight = Weight::read(&reading, shape);
                if let Ok(weight) = weight {
                    let _ = (weight.to_string(), HeNormal.init_keyed::<f32, _>(key("any"), &weight));
                }
            }
        }
    }
}

#[test]
fn a_dimension_is_that_of_the_shape() {
    fn dim<W: IntoWeight<Dim = Ix2>>(_: &W) {}
    dim(&(2, 3).read("o i"));
    dim(&[2, 3].read("o i").fans(1, 2.5));
    let _: Array3<f32> = HeNormal
        .init_keyed(key("dim"), (2, 3, 4).read("b o i"))
        .unwrap();
}
