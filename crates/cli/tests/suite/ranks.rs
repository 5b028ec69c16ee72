//! Several processes, as launchers start them.

use crate::common::{Place, Ran};

/// Runs with variables of the environment.
fn run(place: &Place, line: &str, variables: &[(&str, &str)]) -> Ran {
    let output = place
        .command()
        .args(line.split_whitespace())
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn ranks_write_the_bytes_of_one_process() {
    let place = Place::new();
    place.out("init small.toml --seed 42 -o one.safetensors");
    let launchers = [
        (
            "--launcher mpi",
            "OMPI_COMM_WORLD_RANK",
            "OMPI_COMM_WORLD_SIZE",
        ),
        ("--launcher slurm", "SLURM_PROCID", "SLURM_NTASKS"),
        ("--launcher torchrun", "RANK", "WORLD_SIZE"),
    ];
    for (number, (option, rank, size)) in launchers.into_iter().enumerate() {
        let line = format!("init small.toml --seed 42 -o by{number}.safetensors {option}");
        for own in ["1", "0", "2"] {
            let ran = run(&place, &line, &[(rank, own), (size, "3")]);
            assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{line}");
            let is_last = own == "2";
            assert_eq!(
                ran.out.ends_with("others are missing\n"),
                !is_last,
                "{}",
                ran.out
            );
            if !is_last {
                let check = place.run(&format!("check small.toml by{number}.safetensors"));
                assert_eq!(check.status, 2);
                assert!(check.err.contains(".part is not whole: "), "{}", check.err);
            }
        }
        assert!(place.read("one.safetensors") == place.read(&format!("by{number}.safetensors")));
    }
    place.out("init small.toml --seed 42 -o dir --shard-size 20kB --rank 1 --world-size 2");
    assert_eq!(place.run("check small.toml dir").status, 2);
    place.out("init small.toml --seed 42 -o dir --shard-size 20kB --rank 0 --world-size 2");
    place.out("check small.toml dir");
    assert_eq!(place.names().len(), 6);
}

#[test]
fn what_no_launcher_says() {
    let place = Place::new();
    let refused = [
        (
            "--rank 1",
            "error: the following required arguments were not provided",
        ),
        (
            "--rank 3 --world-size 3",
            "fanin: rank 3 is none of 3, which begin with 0",
        ),
        (
            "--launcher torchrun --rank 3 --world-size 3",
            "error: the argument '--launcher <LAUNCHER>' cannot be used with",
        ),
        (
            "--launcher qsub",
            "error: invalid value 'qsub' for '--launcher <LAUNCHER>'",
        ),
        (
            "--launcher slurm",
            "fanin: the launcher should have set SLURM_PROCID to a number, but it is ``: name the launcher",
        ),
    ];
    for (options, expected) in refused {
        let line = format!("init small.toml --seed 1 -o x.safetensors {options}");
        let ran = run(&place, &line, &[]);
        assert_eq!(ran.status, 2, "{line}");
        assert!(ran.err.starts_with(expected), "{line}: {}", ran.err);
        assert_eq!(place.names(), ["small.toml"]);
    }
}

/// A process that dies in the middle of its share, the first one: what it marked stays, and another run writes the rest.
#[cfg(target_os = "linux")]
#[test]
fn a_rank_that_dies_is_run_again() {
    let place = Place::new();
    let line = "init small.toml --set rows=500000 --seed 1 -o big.safetensors";
    let mut command = place.command();
    let rank = format!("{line} --rank 0 --world-size 2");
    let mut child = command.args(rank.split_whitespace()).spawn().unwrap();
    while !place.names().contains(&"big.safetensors.part".to_string()) {
        std::thread::sleep(std::time::Duration::from_millis(1));
        assert!(child.try_wait().unwrap().is_none());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let out = place.out(&format!("{line} --rank 1 --world-size 2"));
    assert!(out.ends_with("others are missing\n"), "{out}");
    assert_eq!(place.run("check small.toml big.safetensors").status, 2);
    place.out(&format!("{line} --rank 0 --world-size 2"));
    assert_eq!(place.names(), ["big.safetensors", "small.toml"]);
    place.out(&line.replace("big", "one"));
    assert!(place.read("big.safetensors") == place.read("one.safetensors"));
}
