#!/usr/bin/env bash
# A crate of its own that depends on this one by path and knows nothing but the README: every program there,
# each of which asserts what it promises; and the line that the first says it prints.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crate=$(mktemp -d)
trap 'rm -rf "$crate"' EXIT

mkdir -p "$crate/src/bin"
# The README's dependencies, with this checkout for the published crate, and the one that it names later.
{
    printf '[package]\nname = "newcomer"\nversion = "0.0.0"\nedition = "2024"\n\n'
    awk '/^```toml/ { on = 1; next } /^```/ && on { exit } on' "$repo/README.md" |
        sed "s|^fanin = .*|fanin = { path = \"$repo\" }|"
    grep -o 'rand_distr = "[^"]*"' "$repo/README.md" | head -1
} >"$crate/Cargo.toml"
awk -v folder="$crate/src/bin" '
    /^```rust/ { on = 1; number++; next }
    /^```/ { on = 0 }
    on { print > sprintf("%s/program%02d.rs", folder, number) }
' "$repo/README.md"

count=0
for program in "$crate"/src/bin/*.rs; do
    grep -q '^fn main' "$program" || { rm "$program" && continue; }
    name=$(basename "$program" .rs)
    cargo run --quiet --release --manifest-path "$crate/Cargo.toml" --target-dir "$repo/target" --bin "$name" \
        >"$crate/$name.out"
    count=$((count + 1))
done
((count >= 8)) || { echo "only $count programs are in the README" && exit 1; }
said=$(sed -n 's|^ *// \(HeNormal for .*\)|\1|p' "$repo/README.md" | head -1)
grep -qxF "$said" "$crate/program01.out" || { echo "the first program does not print: $said" && exit 1; }
echo "PASSED: the README's $count programs"
