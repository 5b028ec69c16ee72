//! The handwritten digits of `data/`, ready for a network.

use std::error::Error;

use flate2::read::GzDecoder;
use ndarray::{Array2, Axis};

use crate::{examples::Examples, training::Training};

/// Compiled in, so that an example runs from any directory.
const FILE: &[u8] = include_bytes!("../../data/digits.csv.gz");

/// Pixels of a digit: 8 rows of 8.
pub(crate) const PIXELS: usize = 64;

/// The number of classes.
pub(crate) const CLASSES: usize = 10;

/// How many rows, from the first on, are for training; the rest are for the test.
const TRAINING_ROWS: usize = 1297;

/// How a deep network is trained on them.
pub(crate) const TRAINING: Training = Training {
    epochs: 20,
    batch: 32,
    rate: 0.002,
    momentum: 0.9,
};

/// The digits to learn from and the digits to be tested on.
pub(crate) struct Digits {
    pub(crate) training: Examples,
    #[allow(dead_code, reason = "not every example has it")]
    pub(crate) test: Examples,
}

impl Digits {
    /// Reads the file, and gives every pixel mean 0 and variance 1 over the training examples:
    /// the inputs that the rules for weights are made for.
    pub(crate) fn load() -> Result<Self, Box<dyn Error>> {
        let (mut pixels, mut labels) = read()?;
        let training = pixels.view().split_at(Axis(0), TRAINING_ROWS).0;
        let mean = training.mean_axis(Axis(0)).ok_or("no rows")?;
        // A pixel of the margin is the same in all digits: it stays 0 instead of becoming 0 / 0.
        let std = training.std_axis(Axis(0), 0.0);
        let std = std.mapv(|std| if std > 0.0 { std } else { 1.0 });
        pixels -= &mean;
        pixels /= &std;

        let (training, test) = pixels.view().split_at(Axis(0), TRAINING_ROWS);
        let test_labels = labels.split_off(TRAINING_ROWS);
        Ok(Digits {
            training: Examples {
                inputs: training.to_owned(),
                labels,
            },
            test: Examples {
                inputs: test.to_owned(),
                labels: test_labels,
            },
        })
    }
}

/// All rows of the file: 64 pixels, from 0 to 16, and the digit.
fn read() -> Result<(Array2<f32>, Vec<usize>), Box<dyn Error>> {
    let mut file = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(GzDecoder::new(FILE));
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for row in file.deserialize::<Vec<u8>>() {
        let row = row?;
        let (&label, row) = row.split_last().ok_or("a row is empty")?;
        pixels.extend(row.iter().copied().map(f32::from));
        labels.push(usize::from(label));
    }
    let pixels = Array2::from_shape_vec((labels.len(), PIXELS), pixels)?;
    Ok((pixels, labels))
}

#[cfg(test)]
mod tests {
    use super::{CLASSES, Digits, PIXELS};
    use ndarray::Axis;

    #[test]
    fn digits_are_split_and_standardised() {
        let Digits { training, test } = Digits::load().unwrap();
        assert_eq!(training.inputs.dim(), (1297, PIXELS));
        assert_eq!(test.inputs.dim(), (500, PIXELS));
        assert_eq!((training.labels.len(), test.labels.len()), (1297, 500));
        // The first rows of the file, and its last.
        assert_eq!(training.labels[..4], [0, 1, 2, 3]);
        assert_eq!(test.labels[497..], [8, 9, 8]);
        for class in 0..CLASSES {
            assert!(test.labels.contains(&class));
        }

        let variance = training.inputs.var_axis(Axis(0), 0.0);
        for (&pixel, &variance) in training.inputs.row(0).iter().zip(&variance) {
            // The file's first digit has paper in the corners that are paper in all.
            assert!(if variance == 0.0 {
                pixel == 0.0
            } else {
                (variance - 1.0).abs() < 1e-4
            });
        }
        assert_eq!(
            variance.iter().filter(|&&variance| variance == 0.0).count(),
            3
        );
    }
}
