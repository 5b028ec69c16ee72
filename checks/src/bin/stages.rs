//! The program of that name in `src/stages.rs`.

fanin_checks::program!(stages);
