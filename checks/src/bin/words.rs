//! The program of that name in `src/words.rs`.

fanin_checks::program!(words);
