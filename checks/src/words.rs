//! The raw words of the stream on standard output, for a battery of tests that reads them from
//! there: `words | dieharder -a -g 200`. Little-endian, without end; the number of bytes that the
//! reader took is printed on standard error when it closes the pipe.
//!
//! | option | |
//! |---|---|
//! | | the words of one key, block by block |
//! | `--low` | its low words, of which `f64` draws take their lower halves |
//! | `--keys` | block 0 of `key.child_index(0)`, `child_index(1)`, ... |
//! | `--reversed` | the bits of every word in reversed order |
//! | `--bad KIND` | a generator that a battery must reject, with the same plumbing |
//!
//! The kinds are `lane` (one of the 16 lanes repeats another), `congruential` (a 32-bit linear
//! congruential generator, whose low bits are poor) and `seeds` (the blocks are seeded by their
//! number rather than by a cipher).

use std::io::{self, ErrorKind, Write};

use fanin::{
    Initializer, Key, Normal,
    internals::{
        LANES, LEN, LOW_WORDS, Lanes, Seeds, WORDS, dispatched, radius_f32, radius_f64,
        sin_cos_f32, sin_cos_f64,
    },
};
use ndarray::Array1;

/// Blocks that are written at once: as much as a pipe holds by default.
const AT_ONCE: usize = 65_536 / (4 * LEN);

dispatched! {
    /// The words of a block, in their order.
    fn words(lanes: &mut Lanes, out: &mut [u32]) {
        let mut lanes = *lanes;
        for out in out.chunks_exact_mut(LANES) {
            out.copy_from_slice(&lanes.step());
        }
    }

    fn reverse(words: &mut [u32]) {
        for word in words {
            // Bits, pairs, nibbles, and then bytes.
            let w = *word;
            let w = (w >> 1 & 0x5555_5555) | (w & 0x5555_5555) << 1;
            let w = (w >> 2 & 0x3333_3333) | (w & 0x3333_3333) << 2;
            let w = (w >> 4 & 0x0f0f_0f0f) | (w & 0x0f0f_0f0f) << 4;
            *word = w.swap_bytes();
        }
    }
}

/// Where the words of a block come from.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    One,
    Low,
    Keys,
    BadLane,
    BadCongruential,
    BadSeeds,
}

struct Stream {
    kind: Kind,
    key: Key,
    seeds: Seeds,
}

impl Stream {
    fn new(kind: Kind) -> Self {
        let key = Key::from_seed(1).child("words");
        let stream = if kind == Kind::Low { LOW_WORDS } else { WORDS };
        let seeds = Seeds::new(&key, stream);
        Stream { kind, key, seeds }
    }

    fn block(&mut self, block: u64, out: &mut [u32]) {
        let seed = match self.kind {
            Kind::Keys => *Seeds::new(&self.key.child_index(block as usize), WORDS).of(0),
            // What a state would be without a cipher: the number of the block and the lane.
            Kind::BadSeeds => std::array::from_fn(|i| {
                std::array::from_fn(|lane| match i {
                    0 => block as u32,
                    1 => lane as u32,
                    _ => 1,
                })
            }),
            _ => *self.seeds.of(block),
        };
        match self.kind {
            Kind::BadCongruential => {
                // Steele and Vigna's multiplier for 32 bits.
                let mut x = seed[0][0];
                for word in out {
                    x = x.wrapping_mul(0x915f_77f5).wrapping_add(1);
                    *word = x;
                }
            }
            Kind::BadLane => {
                words(&mut Lanes::new(seed), out);
                for step in out.chunks_exact_mut(LANES) {
                    step[1] = step[0];
                }
            }
            _ => words(&mut Lanes::new(seed), out),
        }
    }
}

/// The words are those that the library's draws are made of. For low words that is shown by `f64`
/// draws, whose high words are those of the key's other stream.
fn check(stream: &mut Stream) {
    let normal = Normal::new(0.0, 1.0).expect("a law");
    let mut high = Stream::new(Kind::One);
    let (mut words, mut high_words) = ([0; LEN], [0; LEN]);
    for number in [0_u64, 1, 6] {
        stream.block(number, &mut words);
        high.block(number, &mut high_words);
        let (key, start) = match stream.kind {
            Kind::Keys => (stream.key.child_index(number as usize), 0),
            _ => (stream.key.clone(), (LEN as u64) * number),
        };
        let region = || fanin::Flat(start..start + LEN as u64);
        let f32s: Array1<f32> = normal
            .filler(key.clone(), 1 << 40)
            .and_then(|filler| filler.region(region()))
            .expect("a region");
        let f64s: Array1<f64> = normal
            .filler(key.clone(), 1 << 40)
            .and_then(|filler| filler.region(region()))
            .expect("a region");
        for n in 0..LEN {
            let (radius, place) = (n / 32 * 32 + n % 16, n % 32);
            let sine = |(sin, cos)| if place < 16 { sin } else { cos };
            if stream.kind == Kind::Low {
                let wide = |n: usize| u64::from(high_words[n]) << 32 | u64::from(words[n]);
                let angle = sine(sin_cos_f64(wide(radius + 16)));
                assert_eq!(f64s[n], radius_f64(wide(radius)) * angle);
            } else {
                let (sin, cos) = sin_cos_f32(words[radius + 16]);
                let angle = sine((sin.into(), cos.into())) as f32;
                assert_eq!(f32s[n], radius_f32(words[radius]) * angle);
            }
        }
    }
}

/// The program.
///
/// # Errors
///
/// What is wrong with its arguments, or the output.
pub fn main() -> Result<(), lexopt::Error> {
    use lexopt::prelude::{Long, ValueExt};

    let (mut kind, mut reversed) = (Kind::One, false);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("low") => kind = Kind::Low,
            Long("keys") => kind = Kind::Keys,
            Long("reversed") => reversed = true,
            Long("bad") => {
                kind = match parser.value()?.string()?.as_str() {
                    "lane" => Kind::BadLane,
                    "congruential" => Kind::BadCongruential,
                    "seeds" => Kind::BadSeeds,
                    other => return Err(format!("no bad generator is called {other}").into()),
                }
            }
            _ => return Err(argument.unexpected()),
        }
    }

    let mut stream = Stream::new(kind);
    match kind {
        Kind::One | Kind::Low | Kind::Keys => check(&mut stream),
        Kind::BadLane | Kind::BadCongruential | Kind::BadSeeds => {}
    }

    let mut out = io::stdout().lock();
    let mut buffer = vec![0_u32; AT_ONCE * LEN];
    let mut bytes = Vec::with_capacity(4 * buffer.len());
    let mut written = 0_u64;
    for number in 0.. {
        for (i, block) in buffer.chunks_exact_mut(LEN).enumerate() {
            stream.block(number * AT_ONCE as u64 + i as u64, block);
        }
        if reversed {
            reverse(&mut buffer);
        }
        bytes.clear();
        bytes.extend(buffer.iter().flat_map(|word| word.to_le_bytes()));
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            match out.write(rest) {
                Ok(n) => {
                    written += n as u64;
                    rest = &rest[n..];
                }
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                    let size = written as f64 / 2.0_f64.powi(30);
                    eprintln!("words: {written} bytes, {size:.2} GiB, were taken");
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.to_string().into()),
            }
        }
    }
    Ok(())
}
