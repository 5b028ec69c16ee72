//! The lines of docs/porting.md: each in the second column of a table is one that compiles, and
//! stands here, and each that stands here is there.

use fanin::{
    Dense, Family, Fan, GlorotNormal, GlorotUniform, HeNormal, HeUniform, InitError, Layout,
    LeCunNormal, LeCunTruncatedNormal, LeCunUniform, Normal, Orthogonal, Scaled, TruncatedNormal,
    VarianceScaling, depth,
};
use fanin_compat::{
    flax, jax, keras,
    pytorch::{self, GainFor, Mode},
};

/// Evaluates expressions, and returns their texts without spaces.
macro_rules! lines {
    ($($line:expr;)*) => {{
        $(let _ = $line;)*
        [$(stringify!($line).replace(char::is_whitespace, "")),*]
    }};
}

#[test]
fn every_line_compiles() -> Result<(), InitError> {
    let mut ours = lines! {
        pytorch::xavier_normal_(1.0)?;
        pytorch::xavier_uniform_(1.0)?;
        pytorch::xavier_uniform_(5.0 / 3.0)?;
        pytorch::kaiming_normal_(0.0, Mode::FanIn, GainFor::LeakyRelu)?;
        pytorch::kaiming_uniform_(5.0_f64.sqrt(), Mode::FanIn, GainFor::LeakyRelu)?;
        pytorch::calculate_gain(GainFor::Tanh, None)?;
        pytorch::normal_(0.0, 0.02)?;
        pytorch::uniform_(-0.1, 0.1)?;
        pytorch::trunc_normal_(0.0, 0.02, -2.0, 2.0)?;
        pytorch::orthogonal_(1.0)?;
        pytorch::eye_();
        pytorch::dirac_(2)?;
        pytorch::sparse_(0.1, 0.01)?;
        pytorch::zeros_();
        pytorch::ones_();
        pytorch::constant_(0.1)?;
        pytorch::Linear::new(300, 200);
        pytorch::Conv2d::new(16, 32, [3, 3]).groups(4);
        pytorch::ConvTranspose2d::new(16, 32, [3, 3]);
        pytorch::Bilinear::new(20, 30, 40);
        pytorch::Embedding::new(1000, 64).padding_idx(0);
        pytorch::LSTM::new(40, 64);
        pytorch::GRU::new(40, 64).num_layers(2);
        pytorch::MultiheadAttention::new(64, 8);
        pytorch::Norm::new(64);
        keras::glorot_uniform();
        keras::glorot_normal();
        keras::he_normal();
        keras::he_uniform();
        keras::lecun_normal();
        keras::lecun_uniform();
        keras::variance_scaling(2.0, Fan::Out, Family::Normal)?;
        keras::variance_scaling(2.0, Fan::In, Family::TruncatedNormal)?;
        keras::random_normal(0.0, 0.05)?;
        keras::random_uniform(-0.05, 0.05)?;
        keras::truncated_normal(0.0, 0.05)?;
        keras::orthogonal(1.0)?;
        keras::identity(1.0)?;
        keras::Dense::new(300, 200);
        keras::Conv2D::new(16, 32, [3, 3]).groups(4);
        keras::DepthwiseConv2D::new(16, [3, 3]);
        keras::Conv2DTranspose::new(16, 32, [3, 3]);
        keras::Embedding::new(1000, 64);
        keras::LSTM::new(40, 64);
        keras::GRU::new(40, 64);
        jax::glorot_normal();
        jax::glorot_uniform();
        jax::he_normal();
        jax::he_uniform();
        jax::lecun_normal();
        jax::lecun_uniform();
        jax::variance_scaling(0.7, Fan::GeometricAverage, Family::Normal)?;
        jax::lecun_normal().in_axis([1]).out_axis([2]).batch_axis([0]);
        jax::normal(0.02)?;
        jax::uniform(0.1)?;
        jax::truncated_normal(0.02, -2.0, 2.0)?;
        jax::orthogonal(1.0, -1)?;
        jax::delta_orthogonal(1.0)?;
        flax::Dense::new(300, 200);
        flax::Conv::new(16, 32, [3, 3]).groups(4);
        flax::ConvTranspose::new(16, 32, [3, 3]);
        flax::Embed::new(1000, 64);
        flax::LSTMCell::new(40, 64);
        flax::GRUCell::new(40, 64);
        flax::MultiHeadDotProductAttention::new(64, 8);
        flax::Norm::new(64);
        keras::variance_scaling(4.0, Fan::In, Family::Uniform)?;
        Normal::new(0.0, 0.02)?;
        jax::truncated_normal(1.0 / 300_f64.sqrt(), -2.0, 2.0)?;
        jax::truncated_normal(1.0 / 144_f64.sqrt(), -2.0, 2.0)?;
        jax::truncated_normal(1.0, -2.0, 2.0)?;
        jax::truncated_normal(1.0 / 104_f64.sqrt(), -2.0, 2.0)?;
        LeCunTruncatedNormal;
        Normal::new(0.0, 1e-6)?;
        Scaled::new(Normal::new(0.0, 0.02)?, 1.0 / (2.0 * 3.0))?;
        Scaled::new(Normal::new(0.0, 0.02)?, depth::gpt2(12)?.variance())?;
        VarianceScaling::from_gain(1.0 / 3.0_f64.sqrt(), Fan::In, Family::Uniform)?;
        Dense::new().inputs(300).outputs(200).layout(Layout::IN_OUT);
        GlorotNormal;
        HeNormal;
        pytorch::Linear::new(300, 200).bias()?;
        HeUniform;
        LeCunNormal;
        Normal::new(0.0, 0.125)?;
        GlorotUniform;
        TruncatedNormal::from_parent(0.0, 0.5, -1.0, 1.0)?;
        Orthogonal;
        LeCunUniform;
        VarianceScaling::new(3.0, Fan::Average, Family::Normal)?;
    }
    .to_vec();
    ours.sort();

    let text = include_str!("../../docs/porting.md");
    let mut theirs: Vec<String> = (text.lines())
        .filter(|line| line.starts_with('|'))
        .map(|line| line.split('|').nth(2).unwrap().trim())
        .filter(|cell| !matches!(*cell, "here" | "---"))
        .map(|cell| cell.trim_matches('`').replace(char::is_whitespace, ""))
        .collect();
    theirs.sort();
    theirs.dedup();
    for line in &theirs {
        assert!(ours.contains(line), "docs/porting.md has {line}");
    }
    assert_eq!(ours.len(), theirs.len());
    assert_eq!(ours, theirs);
    Ok(())
}
