//! Why something could not be done.

use std::io;
use std::path::PathBuf;

use fanin::{InitError, PlanError};
use fanin_safetensors::CheckpointError;
use thiserror::Error;

/// What is printed after `fanin: `; the exit status is 2.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("cannot read the recipe {}: {source}", path.display())]
    Recipe { path: PathBuf, source: io::Error },

    #[error("{what}: {}{error}", lines(error))]
    Plan { what: String, error: PlanError },

    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),

    #[error("{0}")]
    Init(#[from] InitError),

    #[error(
        "--onto copies a checkpoint: say which parameters to draw anew with --only, or which have new rows with --grow"
    )]
    NothingToDraw,

    #[error(
        "the launcher should have set {name} to a number, but it is `{value}`: name the launcher that started this \
         process, or give --rank and --world-size"
    )]
    Launcher { name: &'static str, value: String },

    #[error("cannot print: {0}")]
    Output(io::Error),
}

/// What stands before the faults of a recipe: several begin on a line of their own.
fn lines(error: &PlanError) -> &'static str {
    match error.faults() {
        [_] => "",
        _ => "\n",
    }
}
