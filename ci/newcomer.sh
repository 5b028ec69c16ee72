#!/usr/bin/env bash
# A crate that depends on this one by path and knows only the README and the guide: it runs every program there,
# each of which asserts what it shows, and compares the line that the first one states as its output.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crate=$(mktemp -d)
trap 'rm -rf "$crate"' EXIT
pages=("$repo/README.md" "$repo/docs/guide.md")

mkdir -p "$crate/src/bin"
# The README's dependencies, with this checkout for the published crate, and the one that the guide names.
{
    printf '[package]\nname = "newcomer"\nversion = "0.0.0"\nedition = "2024"\n\n'
    awk '/^```toml/ { on = 1; next } /^```/ && on { exit } on' "${pages[0]}" |
        sed "s|^fanin = .*|fanin = { path = \"$repo\" }|"
    grep -oh 'rand_distr = "[^"]*"' "${pages[@]}" | head -1
} >"$crate/Cargo.toml"
awk -v folder="$crate/src/bin" '
    /^```rust/ { on = 1; number++; next }
    /^```/ { on = 0 }
    on { print > sprintf("%s/program%02d.rs", folder, number) }
' "${pages[@]}"

count=0
for program in "$crate"/src/bin/*.rs; do
    grep -q '^fn main' "$program" || { rm "$program" && continue; }
    name=$(basename "$program" .rs)
    cargo run --quiet --release --manifest-path "$crate/Cargo.toml" --target-dir "$repo/target" --bin "$name" \
        >"$crate/$name.out"
    count=$((count + 1))
done
((count >= 11)) || { echo "only $count programs are in the README and the guide" && exit 1; }
said=$(sed -n 's|^ *// \(HeNormal for .*\)|\1|p' "${pages[0]}" | head -1)
grep -qxF "$said" "$crate/program01.out" || { echo "the first program does not print: $said" && exit 1; }
echo "PASSED: $count programs of the README and the guide"
