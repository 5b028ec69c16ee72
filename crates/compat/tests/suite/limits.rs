//! Arguments at their limits: counts that would take all memory, rows of a table with more rows than can be
//! walked, gains whose square is no number.

use std::time::{Duration, Instant};

use fanin::{InitError, Key, Scheme, Weight};
use fanin_compat::{
    Module,
    pytorch::{self, GainFor, Mode},
};
use ndarray::Array2;

#[test]
fn layers_have_a_most() {
    let refused = |result: Result<Vec<fanin_compat::Parameter>, InitError>, given: f64| {
        assert_eq!(
            result.unwrap_err(),
            InitError::InvalidParameter {
                name: "number of layers",
                value: given,
                rule: "from 1 to 10,000",
            }
        );
    };
    for many in [0, 10_001, usize::MAX] {
        refused(
            pytorch::LSTM::new(1, 1).num_layers(many).parameters(),
            many as f64,
        );
        refused(
            pytorch::GRU::new(1, 1).num_layers(many).parameters(),
            many as f64,
        );
        refused(
            pytorch::RNN::new(1, 1).num_layers(many).parameters(),
            many as f64,
        );
    }
    let most = pytorch::LSTM::new(1, 1)
        .num_layers(10_000)
        .bidirectional(true);
    assert_eq!(most.parameters().unwrap().len(), 80_000);
}

/// In an array without elements, a row that it would take minutes to walk to is reached at once, and
/// it is that row.
#[test]
fn the_row_of_a_padding_is_not_walked_to() {
    #[cfg(target_pointer_width = "64")]
    {
        let began = Instant::now();
        let table = pytorch::Embedding::new(1 << 40, 0).padding_idx((1 << 40) - 1);
        let weight: Array2<f32> = table
            .weight()
            .unwrap()
            .init_keyed(Key::from_seed(0))
            .unwrap();
        assert_eq!(weight.dim(), (1 << 40, 0));
        assert!(began.elapsed() < Duration::from_secs(1));
    }
    let table = pytorch::Embedding::new(5, 3).padding_idx(4);
    let weight: Array2<f32> = table
        .weight()
        .unwrap()
        .init_keyed(Key::from_seed(0))
        .unwrap();
    for (row, values) in weight.rows().into_iter().enumerate() {
        assert_eq!(values.iter().all(|&value| value == 0.0), row == 4, "{row}");
    }
}

#[test]
fn gains_whose_square_is_no_number() {
    for gain in [1e-170, 1e-160, 1e160] {
        assert!(pytorch::xavier_normal_(gain).is_err(), "{gain}");
        assert!(pytorch::xavier_uniform_(gain).is_err(), "{gain}");
    }
    let weight = Weight::new((3, 4)).unwrap();
    let zeros = pytorch::xavier_normal_(0.0).unwrap().law(&weight).unwrap();
    assert_eq!(zeros.variance(), Some(0.0));
    // If the square of a slope overflows, the gain is sqrt(2) over the slope.
    for slope in [1e151, 1e160, -1e300] {
        let gain = pytorch::calculate_gain(GainFor::LeakyRelu, Some(slope)).unwrap();
        assert!(
            (gain * slope.abs() / 2_f64.sqrt() - 1.0).abs() < 1e-15,
            "{gain}"
        );
    }
    let kaiming = |a: f64| pytorch::kaiming_normal_(a, Mode::FanIn, GainFor::LeakyRelu);
    assert!(kaiming(1e155).is_err());
    assert!(kaiming(1e150).is_ok());
}
