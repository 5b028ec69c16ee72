#!/usr/bin/env bash
# The table of docs/numerics.md that the length of a block was chosen by: builds the library with
# each length, at each level, and times it. A few minutes; leave the machine alone meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "| level | block | in order, ns | \`StandardNormal\` | memset | column blocks, ns | of in order |"
echo "|---|---:|---:|---:|---:|---:|---:|"
for level in avx512 avx2 baseline; do
    for block in 512 1024 2048 4096 8192; do
        flags="--cfg fanin_level=\"$level\""
        # 2048 is the stream's own length, which needs no flag.
        [[ $block == 2048 ]] || flags+=" --cfg fanin_block=\"$block\""
        printf '| %s | %s | ' "$level" "$block"
        RUSTFLAGS=$flags CARGO_TARGET_DIR=target/blocks \
            cargo run --quiet --release -p fanin-checks --bin blocks
    done
done
