#!/usr/bin/env bash
# Makes the tables and pictures of crates/signal/docs/evidence.md: runs the examples with their default seeds, and
# puts their output between the page's markers. It takes some ten minutes on 2 cores.
#
# With names of examples as arguments, it runs only these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
page=crates/signal/docs/evidence.md
pictures=crates/signal/docs/evidence

[[ $# -gt 0 ]] || set -- claims course sweep signal depth
mkdir -p "$pictures"
for name; do
    printed=$(mktemp)
    # Without how long it took, and where the files are.
    cargo run --quiet --release --example "$name" |
        sed -E 's/, (trained|measured) in [0-9]+ s//; /^The tables?: /,$d; s/ +$//' >"$printed"
    replaced=$(mktemp)
    awk -v name="$name" -v printed="$printed" '
        $0 == "<!-- " name " -->" {
            print; print "```text"
            while ((getline line < printed) > 0) text = text line "\n"
            sub(/\n+$/, "", text)
            print text; print "```"; skip = 1
        }
        $0 == "<!-- end -->" { skip = 0 }
        !skip
    ' "$page" >"$replaced"
    cat "$replaced" >"$page"
    rm "$printed" "$replaced"
    for file in "$CARGO_TARGET_DIR/$name"/*; do
        case $file in
            # All layers of all profiles: the picture shows them.
            */signal/signal.csv | *.png) ;;
            *) cp "$file" "$pictures" ;;
        esac
    done
done
