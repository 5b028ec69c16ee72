#!/usr/bin/env bash
# Checks the library with the oldest compiler that Cargo.toml promises
# (rust-version), with Debian's build of it and of the cargo of its time.
#
#   ci/msrv.sh
#
# The packages are unpacked under target/, as in emulate.sh, which see. Ends with
# PASSED, FAILED or SKIPPED; the last where Debian has no such compiler.
set -euo pipefail

: "${CARGO_TARGET_DIR:=$(dirname "${BASH_SOURCE[0]}")/../target/msrv}"
# shellcheck source-path=SCRIPTDIR source=emulate.sh
source "$(dirname "${BASH_SOURCE[0]}")/emulate.sh"

# toolchain_of VERSION DIR: unpacks compiler and cargo, the first time.
toolchain_of() {
    local dir=$2 version
    [[ ! -e $dir/complete ]] || return 0
    rm -rf "$dir"
    apt_setup "$dir/apt" amd64 || return
    local -x APT_CONFIG=$dir/apt/apt.conf
    version=$(pick_version amd64 "$1") || fail "no package rustc-web $1, or no network" || return
    unpack "$dir" "rustc-web=$version" "libstd-rust-web-dev=$version" "cargo-web=$version" || return
    touch "$dir/complete"
}

# check VERSION: 0 passed, 1 failed, 2 skipped.
check() {
    local dir=$out/toolchain-$1 locked=() features
    toolchain_of "$1" "$dir" || return 2
    mkdir -p "$dir/bin"
    wrap "$dir/bin/rustc" "$dir" "$dir/usr/bin/rustc"
    wrap "$dir/bin/cargo" "$dir" "$dir/usr/bin/cargo"
    local -x RUSTC=$dir/bin/rustc CARGO_TARGET_DIR=$out PATH=$dir/bin:$PATH
    [[ ! -e Cargo.lock ]] || locked=(--locked)
    fetch "${locked[@]}" || return 2
    for features in "" --no-default-features --all-features; do
        echo "== ${features:-default features}, $(rustc --version), $(cargo --version)"
        # Without tests and examples: what only those need is no promise to users.
        cargo check "${locked[@]}" --lib --bins ${features:+"$features"} ||
            fail "${features:-default features}" || return 1
    done
}

cd "$repo"
wanted=$(sed -En 's/^rust-version *= *"([0-9.]+)".*/\1/p' Cargo.toml)
rc=0
if [[ -n $wanted ]]; then check "$wanted" || rc=$?; else rc=2 why="no rust-version in Cargo.toml"; fi
case $rc in
    0) echo "PASSED: rust-version $wanted" ;;
    2) echo "SKIPPED: rust-version $wanted: $why" ;;
    *) echo "FAILED: rust-version $wanted: $why" && exit 1 ;;
esac
