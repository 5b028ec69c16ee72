//! Several processes, one checkpoint.

use std::fs;
use std::path::Path;

use fanin::{Key, Parameter, Plan};
use fanin_safetensors::{Checkpoint, CheckpointError, Rank, Writer, Written};
use tempfile::tempdir;

use crate::common::{names, parameters, plan, recipe};

const SHARD: u64 = 200_000;

fn write(plan: &Plan, path: &Path, number: u64, count: u64) -> Result<Written, CheckpointError> {
    let rank = Rank::new(number, count)?;
    Writer::new(plan)
        .shard_size(SHARD)
        .seed(42)
        .rank(rank)
        .write(path)
}

/// All files of a directory with their bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    names(folder).into_iter().map(read).collect()
}

/// What one process writes.
fn alone(plan: &Plan, path: &Path) -> Vec<(String, Vec<u8>)> {
    Writer::new(plan)
        .shard_size(SHARD)
        .seed(42)
        .write(path)
        .unwrap();
    files(if path.is_dir() {
        path
    } else {
        path.parent().unwrap()
    })
}

/// A larger model, so that there are many blocks.
fn large() -> Plan {
    let more = (0..8).map(|i| Parameter::new(format!("more.{i}"), [200, 501 + i]));
    recipe()
        .plan(&Key::from_seed(42), parameters().into_iter().chain(more))
        .unwrap()
}

#[test]
fn any_number_of_processes_write_the_bytes_of_one() {
    let plan = large();
    for name in ["shards", "model.safetensors"] {
        let folder = tempdir().unwrap();
        let expected = alone(&plan, &folder.path().join(name));
        assert!(expected.len() == 1 || expected.len() > 7);
        for count in [1, 2, 3, 4, 7] {
            let folder = tempdir().unwrap();
            let path = folder.path().join(name);
            // One after the other, the last first; and no name but that of what is whole.
            for number in (0..count).rev() {
                let written = write(&plan, &path, number, count).unwrap();
                assert_eq!(written.is_whole(), number == 0);
                if number > 0 {
                    let error = Checkpoint::open(&path).unwrap_err();
                    assert!(
                        matches!(error, CheckpointError::Incomplete { .. }),
                        "{error}"
                    );
                }
            }
            let found = files(if path.is_dir() { &path } else { folder.path() });
            assert!(found == expected, "{name} by {count}");
            // All at once.
            let folder = tempdir().unwrap();
            let path = folder.path().join(name);
            let all: Vec<bool> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..count)
                    .map(|number| {
                        scope.spawn({
                            let (plan, path) = (&plan, &path);
                            move || write(plan, path, number, count).unwrap().is_whole()
                        })
                    })
                    .collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect()
            });
            assert!(all.contains(&true));
            let found = files(if path.is_dir() { &path } else { folder.path() });
            assert!(found == expected, "{name} by {count} at once");
        }
    }
}

#[test]
fn what_is_missing_is_written_and_no_more() {
    let plan = large();
    for name in ["shards", "model.safetensors"] {
        let folder = tempdir().unwrap();
        let expected = alone(&plan, &folder.path().join(name));
        let folder = tempdir().unwrap();
        let path = folder.path().join(name);
        for number in [0, 2] {
            assert!(!write(&plan, &path, number, 4).unwrap().is_whole());
        }
        // What another run writes: nothing of these.
        let count = std::sync::atomic::AtomicU64::new(0);
        let add = |bytes| {
            count.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
        };
        let writer = Writer::new(&plan).shard_size(SHARD).seed(42).progress(&add);
        writer
            .clone()
            .rank(Rank::new(2, 4).unwrap())
            .write(&path)
            .unwrap();
        assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 0);
        // One process finishes it.
        let written = writer
            .clone()
            .rank(Rank::new(0, 1).unwrap())
            .write(&path)
            .unwrap();
        assert!(written.is_whole());
        let bytes = count.load(std::sync::atomic::Ordering::Relaxed);
        assert!(
            bytes > plan.bytes() / 3 && bytes < plan.bytes() * 2 / 3,
            "{bytes}"
        );
        assert!(files(if path.is_dir() { &path } else { folder.path() }) == expected);
        // It is there: nothing is left to do.
        assert!(
            writer
                .rank(Rank::new(3, 7).unwrap())
                .write(&path)
                .unwrap()
                .is_whole()
        );
        assert_eq!(count.into_inner(), bytes);
    }
}

#[test]
fn what_is_of_another_plan_is_not_taken_for_a_part() {
    let (one, other) = (large(), plan());
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    write(&other, &path, 0, 2).unwrap();
    // The marks of the other say nothing of this one.
    assert!(!write(&one, &path, 1, 2).unwrap().is_whole());
    assert!(write(&one, &path, 0, 2).unwrap().is_whole());
    let expected = tempdir().unwrap();
    assert!(files(folder.path()) == alone(&one, &expected.path().join("model.safetensors")));
    // A file that is there, and is another.
    let error = write(&other, &path, 0, 2).unwrap_err();
    assert!(matches!(error, CheckpointError::Exists { .. }), "{error}");
    // One process by itself begins anew.
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    write(&one, &path, 0, 2).unwrap();
    assert!(names(folder.path()).len() > 1);
    Writer::new(&one).seed(42).write(&path).unwrap();
    assert_eq!(names(folder.path()), ["model.safetensors"]);
    // None of so many.
    let error = Rank::new(4, 4).unwrap_err();
    assert_eq!(
        error.to_string(),
        "rank 4 is none of 4, which begin with 0: give a lower rank, or a larger world size"
    );
}
