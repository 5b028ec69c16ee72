#!/usr/bin/env bash
# Lints and tests the crates for frameworks, fanin-candle and fanin-burn, once each, and prints the seconds of each
# step. They are beside the default members, since the frameworks take minutes to compile.
#
# One profile: the tests draw and check millions of values, so that the crates of the workspace are optimised
# a little; the frameworks are not, whose code does little here and takes longest to compile.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null
export CARGO_TERM_COLOR=never

profile=(--config profile.dev.opt-level=1 --config 'profile.dev.package."*".opt-level=0')

timed() {
    local began=$SECONDS
    "$@"
    printf '%s s: %s\n' $((SECONDS - began)) "$*"
}

for crate in fanin-candle fanin-burn; do
    timed cargo clippy --locked "${profile[@]}" --no-deps -p "$crate" --all-targets -- -D warnings
    timed cargo test --locked "${profile[@]}" -p "$crate"
    RUSTDOCFLAGS="-D warnings" timed cargo doc --locked "${profile[@]}" --no-deps -p "$crate"
done
