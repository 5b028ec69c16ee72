//! The directories of the examples' files.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The directory `target/<example>` of the workspace, which exists from now on.
pub(crate) fn directory(example: &str) -> io::Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut directories = package.ancestors();
    let workspace = directories.find(|directory| directory.join("Cargo.lock").exists());
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || workspace.unwrap_or(package).join("target"),
        PathBuf::from,
    );
    let directory = target.join(example);
    fs::create_dir_all(&directory)?;
    Ok(directory)
}
