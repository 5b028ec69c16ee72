//! Tensors that exist, filled in place.

use candle_core::{DType, Device, Tensor};
use candle_nn::{VarBuilder, VarMap, linear};
use fanin::{HeNormal, Initializer, Key, LeCunNormal, Recipe, Rule, Uniform, Zeros};
use fanin_candle::{CandleError, fill, fill_var_map, init_var_map};

const CPU: Device = Device::Cpu;

#[test]
fn a_view_is_filled_as_it_is_seen() {
    let filler = HeNormal.filler(Key::from_seed(3), (20, 30)).unwrap();
    let plain = Tensor::zeros((20, 30), DType::F32, &CPU).unwrap();
    fill(&plain, &filler).unwrap();
    let plain = plain.to_vec2::<f32>().unwrap();
    assert_eq!(plain[7][11], filler.array::<f32>().unwrap()[[7, 11]]);

    let columns = Tensor::zeros((30, 20), DType::F32, &CPU).unwrap();
    fill(&columns.t().unwrap(), &filler).unwrap();
    assert_eq!(columns.t().unwrap().to_vec2::<f32>().unwrap(), plain);

    // Rows 5 to 25 of a larger one, whose others are as they were.
    let larger = Tensor::ones((30, 30), DType::F32, &CPU).unwrap();
    fill(&larger.narrow(0, 5, 20).unwrap(), &filler).unwrap();
    let larger = larger.to_vec2::<f32>().unwrap();
    assert_eq!(larger[5..25], plain);
    assert_eq!((&larger[4], &larger[25]), (&vec![1.0; 30], &vec![1.0; 30]));
}

#[test]
fn what_cannot_be_filled_is_as_it_was() {
    let filler = HeNormal.filler(Key::from_seed(3), (20, 30)).unwrap();
    let refused = |tensor: &Tensor| fill(tensor, &filler).unwrap_err().to_string();
    let other = Tensor::ones((30, 20), DType::F32, &CPU).unwrap();
    let rule = "the weight or region has shape [20, 30], in a weight read as o i, but the array has shape [30, 20]";
    assert!(refused(&other).starts_with(rule));
    assert_eq!(other.to_vec2::<f32>().unwrap(), vec![vec![1.0; 20]; 30]);
    let integers = Tensor::ones((20, 30), DType::U32, &CPU).unwrap();
    assert_eq!(
        refused(&integers),
        "nothing is drawn as U32: F32, F64, BF16 and F16 are, and integers take a constant; draw one of them and \
         convert it"
    );
    let one = Tensor::ones((1, 30), DType::F32, &CPU).unwrap();
    let repeated = one.broadcast_as((20, 30)).unwrap();
    assert!(refused(&repeated).contains("dst has repeated elements"));
    let narrow = Uniform::new(1.0, 1.0 + 1e-4).unwrap();
    let narrow = narrow.filler(Key::from_seed(3), (20, 30)).unwrap();
    let half = Tensor::ones((20, 30), DType::BF16, &CPU).unwrap();
    let error = fill(&half, &narrow).unwrap_err();
    assert!(matches!(error, CandleError::Draw { .. }), "{error}");
}

/// In place and new: the same bits, and the model sees them.
#[test]
fn variables_are_filled_by_name() {
    let recipe = Recipe::new()
        .rule(Rule::new("a.weight", HeNormal))
        .rule(Rule::new("b.weight", LeCunNormal))
        .rule(Rule::new("**.bias", Zeros));
    let model = |vb: VarBuilder| Ok((linear(8, 4, vb.pp("a"))?, linear(4, 2, vb.pp("b"))?));
    let key = Key::from_seed(5);
    let fresh = VarMap::new();
    let built = init_var_map(&fresh, &recipe, &key, DType::F32, &CPU, model).unwrap();
    let varmap = VarMap::new();
    let own = model(VarBuilder::from_varmap(&varmap, DType::F32, &CPU)).unwrap();
    fill_var_map(&varmap, &recipe, &key).unwrap();
    let weights = |tensor: &Tensor| tensor.to_vec2::<f32>().unwrap();
    assert_eq!(weights(own.0.weight()), weights(built.0.weight()));
    assert_eq!(weights(own.1.weight()), weights(built.1.weight()));
    assert_eq!(own.1.bias().unwrap().to_vec1::<f32>().unwrap(), [0.0; 2]);
}

/// A backbone that was loaded stays, and a new head is drawn.
#[test]
fn variables_that_are_left_alone_are_taken_as_they_are() {
    let varmap = VarMap::new();
    let own = VarBuilder::from_varmap(&varmap, DType::F32, &CPU);
    let backbone = linear(8, 4, own.pp("a")).unwrap();
    let before = backbone.weight().to_vec2::<f32>().unwrap();
    let recipe = Recipe::new()
        .rule(Rule::leave("a.**"))
        .rule(Rule::new("b.weight", LeCunNormal))
        .rule(Rule::new("b.bias", Zeros));
    let model = |vb: VarBuilder| Ok((linear(8, 4, vb.pp("a"))?, linear(4, 2, vb.pp("b"))?));
    let key = Key::from_seed(5);
    let (first, _) = init_var_map(&varmap, &recipe, &key, DType::F32, &CPU, model).unwrap();
    assert_eq!(first.weight().to_vec2::<f32>().unwrap(), before);
    assert_eq!(varmap.all_vars().len(), 4);
    // It is the variable itself: a change there is a change here.
    let zeros = Zeros.filler(key, (4, 8)).unwrap();
    fill(backbone.weight(), &zeros).unwrap();
    assert_eq!(first.weight().to_vec2::<f32>().unwrap(), [[0.0; 8]; 4]);
}
