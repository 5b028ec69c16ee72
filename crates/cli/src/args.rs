//! What the program is asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fanin::Dtype;

/// Initialise and check the weights of whole models, by recipe.
///
/// A RECIPE is the path of a TOML file, or the name of a recipe that the program has (see `fanin recipes`). The same
/// seed gives the same bits on every machine.
#[derive(Debug, Parser)]
#[command(
    name = "fanin",
    version,
    max_term_width = 100,
    after_help = "Exit status: 0, 1 for a check that failed, 2 for what could not be done.\n\n\
                  Examples:\n  \
                  fanin show gpt2 --set layers=24\n  \
                  fanin init gpt2 --set layers=12 --seed 42 -o gpt2.safetensors\n  \
                  fanin check gpt2 gpt2.safetensors"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Show(Show),
    Init(Init),
    Check(Check),
    /// List the schemes, with their arguments
    #[command(long_about = None)]
    Schemes(Plain),
    /// List the recipes that the program has, with their variables
    #[command(long_about = None)]
    Recipes(Plain),
    Describe(Describe),
    Completions(Completions),
}

/// A recipe, and the variables that are set.
#[derive(Args, Debug)]
pub(crate) struct Chosen {
    /// The path of a TOML file, or a name of `fanin recipes`
    pub(crate) recipe: String,

    /// Set a variable of the recipe; it wins over what the model says
    #[arg(long, value_name = "NAME=NUMBER", value_parser = setting)]
    pub(crate) set: Vec<(String, f64)>,
}

/// Show what a recipe decides for a model: a table with a line for each parameter.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
                  fanin show gpt2\n  \
                  fanin show gpt2 --set layers=96 --set width=12288 --dtype bf16\n  \
                  fanin show my.toml --like model.safetensors --json")]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) chosen: Chosen,

    /// Take names, shapes and types from there, in place of the recipe's own: a file *.safetensors, an index
    /// *.safetensors.index.json, a directory of either, or a list (*.json: {"name": [2, 3]}; else lines as `name 2x3`)
    #[arg(long, value_name = "SOURCE")]
    pub(crate) like: Option<PathBuf>,

    /// The type of all parameters that are floats
    #[arg(long, value_name = "TYPE", value_parser = float)]
    pub(crate) dtype: Option<Dtype>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write a checkpoint: every parameter drawn, or some of them drawn and the rest copied.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
                  fanin init gpt2 --seed 42 -o gpt2.safetensors\n  \
                  fanin init gpt2 --set layers=48 --set width=1600 --dtype bf16 --shard-size 2GB --seed 1 -o gpt2-xl\n  \
                  fanin init my.toml --like names.json --seed 7 -o model.safetensors\n  \
                  fanin init my.toml --onto base.safetensors --only 'head.**' --seed 7 -o tuned.safetensors\n  \
                  fanin init my.toml --like new.json --onto base --grow '**.wte.weight' --seed 7 -o grown")]
pub(crate) struct Init {
    #[command(flatten)]
    pub(crate) chosen: Chosen,

    /// Take names, shapes and types from there, in place of the recipe's own: a file *.safetensors, an index
    /// *.safetensors.index.json, a directory of either, or a list (*.json: {"name": [2, 3]}; else lines as `name 2x3`)
    #[arg(long, value_name = "SOURCE")]
    pub(crate) like: Option<PathBuf>,

    /// The seed of all draws, from 0 to 2^64 - 1
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: u64,

    /// Where to write: one file, if it ends in .safetensors, or else a directory for shards and their index
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,

    /// The type of all parameters that are floats
    #[arg(long, value_name = "TYPE", value_parser = float)]
    pub(crate) dtype: Option<Dtype>,

    /// The most bytes of tensors in a shard
    #[arg(long, value_name = "SIZE", default_value = "5GB", value_parser = crate::size::parse)]
    pub(crate) shard_size: u64,

    /// Replace what is there
    #[arg(long)]
    pub(crate) force: bool,

    /// Copy from this checkpoint what --only and --grow do not name
    #[arg(long, value_name = "BASE")]
    pub(crate) onto: Option<PathBuf>,

    /// Draw the parameters of this pattern anew; with --onto
    #[arg(long, value_name = "PATTERN", requires = "onto")]
    pub(crate) only: Vec<String>,

    /// Keep the rows that the base has of the parameters of this pattern, and draw those that are new; with --onto
    #[arg(long, value_name = "PATTERN", requires = "onto")]
    pub(crate) grow: Vec<String>,

    /// Write only the share of this process, from 0: all processes write the same to the same OUT, and none waits for
    /// another. A process that is run again writes what is missing
    #[arg(long, value_name = "NUMBER", requires = "world_size")]
    pub(crate) rank: Option<u64>,

    /// How many processes there are; with --rank
    #[arg(long, value_name = "NUMBER", requires = "rank")]
    pub(crate) world_size: Option<u64>,

    /// Take rank and world size from what the launcher of the processes sets
    #[arg(long, value_enum, conflicts_with_all = ["rank", "world_size"])]
    pub(crate) launcher: Option<Launcher>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What starts several processes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Launcher {
    /// mpirun of Open MPI
    Mpi,
    /// srun of Slurm
    Slurm,
    /// torchrun of PyTorch
    Torchrun,
}

/// Check a checkpoint against a recipe: every tensor, those of a rule together, and copies between them.
///
/// The seed does not matter, and the checkpoint may be from anywhere. Exit status 1 if the check fails.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
                  fanin check gpt2 gpt2.safetensors\n  \
                  fanin check my.toml model --json | jq .passed")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) chosen: Chosen,

    /// A file *.safetensors, an index *.safetensors.index.json, or a directory of either
    pub(crate) checkpoint: PathBuf,

    /// The chance that a checkpoint that the recipe draws fails
    #[arg(long, value_name = "CHANCE", default_value_t = 1e-6)]
    pub(crate) significance: f64,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A list.
#[derive(Args, Debug)]
pub(crate) struct Plain {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Describe what a scheme draws for a shape: fans, law and standard deviation.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
                  fanin describe he_normal 256x784\n  \
                  fanin describe 'glorot_uniform.scaled(0.5)' 784x256 --reading 'i o'\n  \
                  fanin describe 'normal(std=0.02 / sqrt(24))' 768x3072 --reading 'i o' --json")]
pub(crate) struct Describe {
    /// A scheme of `fanin schemes`, with its arguments
    pub(crate) scheme: String,

    /// A shape as 256x784 or 256,784
    #[arg(value_parser = crate::size::shape)]
    pub(crate) shape: Shape,

    /// How the shape is read: o outputs, i inputs, k kernel, b batch
    #[arg(long)]
    pub(crate) reading: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The lengths of axes. (A `Vec` would be several arguments.)
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape(pub(crate) Vec<usize>);

/// Print completions for a shell, to be put where it looks for them.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  fanin completions bash > ~/.local/share/bash-completion/completions/fanin"
)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

fn setting(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("it must be NAME=NUMBER, as layers=12")?;
    let value = value
        .trim()
        .parse()
        .map_err(|_| format!("`{value}` is no number: write NAME=NUMBER, as layers=12"))?;
    Ok((name.trim().to_string(), value))
}

fn float(text: &str) -> Result<Dtype, String> {
    let dtype: Dtype = text
        .parse()
        .map_err(|error: fanin::InitError| error.to_string())?;
    match dtype.is_float() {
        true => Ok(dtype),
        false => Err(format!(
            "{dtype} is no type of floats: take f32, f64, f16 or bf16"
        )),
    }
}
