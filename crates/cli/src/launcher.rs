//! Which of several processes this is, as who started it says.

use std::env;

use fanin_safetensors::Rank;

use crate::args::{Init, Launcher};
use crate::failure::Failure;

/// The variables with the rank and the number of processes.
const fn variables(launcher: Launcher) -> [&'static str; 2] {
    match launcher {
        Launcher::Mpi => ["OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"],
        Launcher::Slurm => ["SLURM_PROCID", "SLURM_NTASKS"],
        Launcher::Torchrun => ["RANK", "WORLD_SIZE"],
    }
}

/// The rank that is stated, or that the launcher set; `None` for a process by itself.
pub(crate) fn rank(arguments: &Init) -> Result<Option<Rank>, Failure> {
    let (number, count) = match (arguments.rank, arguments.world_size, arguments.launcher) {
        (Some(number), Some(count), _) => (number, count),
        (_, _, Some(launcher)) => {
            let [number, count] = variables(launcher);
            (variable(number)?, variable(count)?)
        }
        _ => return Ok(None),
    };
    Ok(Some(Rank::new(number, count)?))
}

fn variable(name: &'static str) -> Result<u64, Failure> {
    let value = env::var(name).unwrap_or_default();
    value.parse().map_err(|_| Failure::Launcher { name, value })
}
