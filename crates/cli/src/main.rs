//! The program `fanin`: whole models initialised by recipe, written as checkpoints, and checked.

#![forbid(unsafe_code)]
// A panic is no way to report a bad argument.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod args;
mod bar;
mod check;
mod describe;
mod failure;
mod init;
mod launcher;
mod list;
mod output;
mod recipe;
mod show;
mod size;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::args::{Arguments, Command};
use self::failure::Failure;

/// The exit status of a check that failed, and of what could not be done.
const FAILED: u8 = 1;
const NOT_DONE: u8 = 2;

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(failure) => {
            eprintln!("fanin: {failure}");
            ExitCode::from(NOT_DONE)
        }
    }
}

/// Whether a check passed; anything else that was done passes.
fn run(command: &Command) -> Result<bool, Failure> {
    match command {
        Command::Show(arguments) => show::run(arguments)?,
        Command::Init(arguments) => init::run(arguments)?,
        Command::Check(arguments) => return check::run(arguments),
        Command::Schemes(arguments) => list::schemes(arguments)?,
        Command::Recipes(arguments) => list::recipes(arguments)?,
        Command::Describe(arguments) => describe::run(arguments)?,
        Command::Completions(arguments) => {
            let mut text = Vec::new();
            let mut command = Arguments::command();
            clap_complete::generate(arguments.shell, &mut command, "fanin", &mut text);
            output::print(String::from_utf8_lossy(&text).trim_end())?;
        }
    }
    Ok(true)
}
