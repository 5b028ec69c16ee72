//! Memory that cannot be had is a typed error, also where array and matrices would each find room: in
//! a process of its own whose address space is limited.

#![cfg(target_os = "linux")]

use std::process::Command;

use fanin::{Fused, InitError, Initializer, Key, Orthogonal};
use ndarray::Array2;

/// The environment variable that selects what the separate process does.
const CASE: &str = "FANIN_ROOM_CASE";

/// Runs a case of [`alone`] in this test program with an address space of `mebibytes` MiB more than the
/// program has at its start: what it printed, and whether it succeeded.
fn limited(case: &str, mebibytes: u64) -> (bool, String) {
    let program = std::env::current_exe().unwrap();
    // The shell's own address space counts for nothing, since the program replaces it.
    let output = Command::new("bash")
        .args([
            "-c",
            &format!("ulimit -v {} && exec \"$0\" \"$@\"", mebibytes * 1024),
        ])
        .arg(program)
        .args(["--exact", "alone", "--nocapture", "--test-threads", "1"])
        .env(CASE, case)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

fn said<F>(result: Result<Array2<F>, InitError>) {
    println!(
        "case: {}",
        match result {
            Ok(_) => "drawn",
            Err(InitError::TooLarge { .. }) => "too large",
            Err(_) => "another error",
        }
    );
}

/// One case, in the process that [`limited`] starts; nothing otherwise.
#[test]
fn alone() {
    let key = Key::from_seed(1);
    let orthogonal = Orthogonal;
    match std::env::var(CASE).as_deref() {
        Ok("square") => said(orthogonal.init_keyed::<f64, _>(key.clone(), (3000, 3000))),
        Ok("parts") => {
            // 32 MiB each, and none of them more than what is not asked for.
            let fused = Fused::new(vec![64; 8]).inputs(65_536);
            said(orthogonal.init_keyed::<f64, _>(key.clone(), fused));
        }
        _ => {}
    }
}

/// From less than the array takes to more than everything does. A debug build takes minutes for the matrices
/// that there is room for, and so only refuses; ci/long.sh has the rest.
#[test]
fn what_there_is_no_room_for_is_an_error() {
    let limits: &[u64] = if cfg!(debug_assertions) {
        &[100, 120, 140, 160, 180, 200]
    } else {
        &[100, 120, 145, 170, 200, 230, 260, 300, 350, 400, 600, 8_000]
    };
    for case in ["square", "parts"] {
        let mut outcomes = Vec::new();
        for &mebibytes in limits {
            let (ended_well, text) = limited(case, mebibytes);
            assert!(ended_well, "{case} in {mebibytes} MiB: {text}");
            let outcome = text.lines().find_map(|line| line.split("case: ").nth(1));
            outcomes.push(outcome.unwrap_or_else(|| panic!("{text}")).to_string());
        }
        // First the one, and then the other.
        let refused = outcomes
            .iter()
            .take_while(|outcome| *outcome == "too large");
        let refused = refused.count();
        assert!(refused > 0, "{outcomes:?}");
        assert!(
            outcomes[refused..].iter().all(|outcome| outcome == "drawn"),
            "{outcomes:?}"
        );
        assert_eq!(
            refused == outcomes.len(),
            cfg!(debug_assertions),
            "{outcomes:?}"
        );
    }
}
