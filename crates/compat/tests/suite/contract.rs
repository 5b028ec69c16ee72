//! What every type of the crate is.

use std::fmt::Debug;

use fanin_compat::{Parameter, Ported, flax, jax, keras, pytorch};

#[test]
fn types_can_be_shared() {
    fn all<T: Debug + Clone + Send + Sync + 'static>() {}

    all::<Parameter>();
    all::<Parameter<ndarray::Ix2>>();
    all::<Ported>();
    all::<jax::Scaling>();
    all::<flax::Conv<[usize; 2]>>();
    all::<flax::ConvTranspose<[usize; 2]>>();
    all::<flax::Dense>();
    all::<flax::Embed>();
    all::<flax::GRUCell>();
    all::<flax::LSTMCell>();
    all::<flax::MultiHeadDotProductAttention>();
    all::<flax::Norm>();
    all::<keras::Conv<[usize; 2]>>();
    all::<keras::ConvTranspose<[usize; 2]>>();
    all::<keras::Dense>();
    all::<keras::DepthwiseConv<[usize; 2]>>();
    all::<keras::Embedding>();
    all::<keras::GRU>();
    all::<keras::LSTM>();
    all::<keras::Norm>();
    all::<pytorch::Bilinear>();
    all::<pytorch::Conv<[usize; 2]>>();
    all::<pytorch::ConvTranspose<[usize; 2]>>();
    all::<pytorch::Embedding>();
    all::<pytorch::GRU>();
    all::<pytorch::LSTM>();
    all::<pytorch::Linear>();
    all::<pytorch::Mode>();
    all::<pytorch::MultiheadAttention>();
    all::<pytorch::GainFor>();
    all::<pytorch::Norm>();
    all::<pytorch::RNN>();
}
