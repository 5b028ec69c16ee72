//! The bundled product against its specification. That the law is Haar's is tested in `tests/suite/haar.rs`.

mod bits;
mod defects;

use ndarray::Array2;

use super::fill_orthogonal;
use crate::engine::element::Draw;
use crate::engine::read::read_normals;
use crate::key::Key;

fn haar<D: Draw>((rows, columns): (usize, usize), key: &Key) -> Array2<D> {
    let mut q = Array2::zeros((rows, columns));
    let normals = |start, out: &mut [D]| read_normals(key, 1.0, start, out);
    fill_orthogonal(q.view_mut(), || &normals, |x| x);
    q
}

/// Draws by position, as many as a matrix of that shape may take.
fn draws<D: Draw>(shape: (usize, usize), key: &Key) -> Vec<D> {
    let mut draws = vec![D::zero(); shape.0 * shape.1];
    read_normals(key, 1.0, 0, &mut draws);
    draws
}

fn key(shape: (usize, usize)) -> Key {
    Key::from_seed(5).child_index(shape.0).child_index(shape.1)
}

fn tall((rows, columns): (usize, usize)) -> (usize, usize) {
    (rows.max(columns), rows.min(columns))
}

/// Ends of rows, strips and bundles and what is next to them, primes, and both orientations.
const SHAPES: [(usize, usize); 32] = [
    (1, 1),
    (1, 2),
    (2, 1),
    (1, 70),
    (70, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (5, 3),
    (3, 5),
    (7, 7),
    (8, 31),
    (33, 8),
    (15, 16),
    (31, 31),
    (32, 32),
    (33, 33),
    (63, 63),
    (64, 64),
    (65, 65),
    (64, 65),
    (65, 64),
    (66, 130),
    (96, 96),
    (97, 97),
    (127, 128),
    (129, 129),
    (131, 61),
    (64, 200),
    (193, 193),
    (200, 97),
    (257, 129),
];

/// All of them in a release build, where `ci/long.sh` runs these tests on every level of instructions.
/// Without optimisation, those with up to two blocks: the others take a minute.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    let most = if cfg!(debug_assertions) {
        600_000
    } else {
        usize::MAX
    };
    SHAPES
        .into_iter()
        .filter(move |&shape| tall(shape).0 * tall(shape).1.pow(2) <= most)
}
