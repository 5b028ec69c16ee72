#!/usr/bin/env bash
# Runs a command of Cargo with the workspace's own crates built with a cfg:
#
#   ci/with.sh fanin_checks cargo run --release -p fanin-checks --bin maps
#   ci/with.sh 'fanin_level="avx2"' cargo test -p fanin --release --test golden
#
# RUSTFLAGS would rebuild every dependency for each cfg. A wrapper of the compiler is called only for
# the crates of the workspace, and Cargo keeps its output apart by its path, in the same target folder.
# It does not work for `cargo clippy`, which is such a wrapper itself.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/target/with
cfg=$1
shift
wrapper=$here/${cfg//[^a-z0-9_]/}
if [[ ! -x $wrapper ]]; then
    mkdir -p "$here"
    printf '#!/bin/sh\nexec "$@" --cfg %q\n' "$cfg" >"$wrapper.$$"
    chmod +x "$wrapper.$$"
    mv "$wrapper.$$" "$wrapper"
fi
RUSTC_WORKSPACE_WRAPPER=$wrapper exec "$@"
