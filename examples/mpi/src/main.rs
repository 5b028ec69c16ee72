//! Processes of MPI that hold parts of one weight, each filled where it lives.
//!
//! ```sh
//! mpirun -n 4 target/release/fanin-mpi-example --scheme orthogonal --cut tiles
//! ```
//!
//! A rank needs the key, the shape and the place of its part, and no message. To show that the parts are
//! those of the whole, rank 0 then gathers them and compares a digest with that of the matrix as one process
//! makes it; the exit status is 1 if they differ.

mod cut;

use std::error::Error;
use std::process::ExitCode;

use cut::Cut;
use fanin::{Initializer, Key, parse};
use lexopt::ValueExt;
use mpi::traits::{Communicator, Destination, Source};
use ndarray::{Array2, s};

/// What the command line says.
struct Options {
    scheme: String,
    cut: Cut,
    rows: usize,
    columns: usize,
    seed: u64,
}

impl Options {
    fn read() -> Result<Self, lexopt::Error> {
        let mut options = Options {
            scheme: "he_normal".to_string(),
            cut: Cut::Rows,
            rows: 2000,
            columns: 3001,
            seed: 42,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            use lexopt::Arg::Long;
            match argument {
                Long("scheme") => options.scheme = arguments.value()?.string()?,
                Long("cut") => options.cut = arguments.value()?.parse()?,
                Long("rows") => options.rows = arguments.value()?.parse()?,
                Long("columns") => options.columns = arguments.value()?.parse()?,
                Long("seed") => options.seed = arguments.value()?.parse()?,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// The hash of all values in row-major order, as little-endian bytes.
fn digest(matrix: &Array2<f32>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for row in matrix.outer_iter() {
        let bytes: Vec<u8> = row.iter().flat_map(|x| x.to_le_bytes()).collect();
        hasher.update(&bytes);
    }
    hasher.finalize()
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let options = Options::read()?;
    let universe = mpi::initialize().ok_or("MPI has been initialised before")?;
    let world = universe.world();
    let (rank, size) = (world.rank() as usize, world.size() as usize);
    let shape = (options.rows, options.columns);

    // What every rank does, without a message.
    let scheme = parse(&options.scheme)?;
    let filler = scheme.filler(Key::from_seed(options.seed).child("weight"), shape)?;
    let mine = options.cut.part(rank, size, shape);
    let part: Array2<f32> = filler.region((mine.rows.clone(), mine.columns.clone()))?;

    if rank != 0 {
        let values: Vec<f32> = part.into_iter().collect();
        world.process_at_rank(0).send(&values[..]);
        return Ok(ExitCode::SUCCESS);
    }
    let mut gathered = Array2::<f32>::from_elem(shape, f32::NAN);
    gathered
        .slice_mut(s![mine.rows, mine.columns])
        .assign(&part);
    for other in 1..size {
        let (values, _) = world.process_at_rank(other as i32).receive_vec::<f32>();
        let theirs = options.cut.part(other, size, shape);
        let part = Array2::from_shape_vec((theirs.rows.len(), theirs.columns.len()), values)?;
        gathered
            .slice_mut(s![theirs.rows, theirs.columns])
            .assign(&part);
    }
    let (of_parts, of_whole) = (digest(&gathered), digest(&filler.array()?));
    let Options { scheme, cut, .. } = options;
    println!(
        "{scheme} by {cut}, ranks {size}: {}",
        &of_parts.to_hex()[..16]
    );
    if of_parts == of_whole {
        return Ok(ExitCode::SUCCESS);
    }
    println!("one process makes {}", &of_whole.to_hex()[..16]);
    Ok(ExitCode::FAILURE)
}
