//! The commands of the README, one after the other; of a smaller model, since a test build draws slowly.

use crate::common::Place;

#[test]
fn the_commands_of_the_readme() {
    let place = Place::new();
    let readme = include_str!("../../README.md");
    let blocks = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split("```").next());
    let commands: Vec<&str> = blocks
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("fanin "))
        .collect();
    assert!(commands.len() > 9);
    for command in commands {
        let small = match command.starts_with("init")
            && !command.contains("--like")
            && !command.contains("--onto")
        {
            true => command.replace("init gpt2", "init gpt2 --set width=64 --set vocabulary=300"),
            false => command.to_string(),
        };
        assert!(!place.out(&small).is_empty(), "{small}");
    }
}
