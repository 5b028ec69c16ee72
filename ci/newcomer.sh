#!/usr/bin/env bash
# A crate of its own that depends on this one by path and knows nothing but the README: its first
# program, which asserts the variances that it promises for f32 and f64.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crate=$(mktemp -d)
trap 'rm -rf "$crate"' EXIT

mkdir "$crate/src"
# The README's dependencies, with this checkout for the published crate, and its first Rust block.
{
    printf '[package]\nname = "newcomer"\nversion = "0.0.0"\nedition = "2024"\n\n'
    awk '/^```toml/ { on = 1; next } /^```/ && on { exit } on' "$repo/README.md" |
        sed "s|^fanin = .*|fanin = { path = \"$repo\" }|"
} >"$crate/Cargo.toml"
awk '/^```rust/ { on = 1; next } /^```/ && on { exit } on' "$repo/README.md" >"$crate/src/main.rs"
grep -q 'fn main' "$crate/src/main.rs"

cargo run --quiet --release --manifest-path "$crate/Cargo.toml" --target-dir "$repo/target"
echo "PASSED: the README's first program"
