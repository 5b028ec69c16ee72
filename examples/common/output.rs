//! Where the examples put what they make.

use std::{env, fs, io, path::PathBuf};

/// The directory `target/<example>`, which exists from now on.
pub(crate) fn directory(example: &str) -> io::Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    let directory = target.join(example);
    fs::create_dir_all(&directory)?;
    Ok(directory)
}
