//! The program of that name in `src/maps/mod.rs`.

fanin_checks::program!(maps);
