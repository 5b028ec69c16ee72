#!/usr/bin/env bash
# Runs the golden-value tests, and with UNITS=1 the library's unit tests, on other processors,
# under user-mode emulation, to show that results do not depend on the machine,
# and a part of the words through the maps, to show their errors.
#
#   ci/emulate.sh [target ...]     default: aarch64 s390x i686; also: armv7
#   SHORT=1 ci/emulate.sh ..       the golden values alone, and without optimisation, whose build takes twice as long
#
# s390x is the big-endian one; i686 and armv7 have 32-bit pointers.
#
# Compiler, cross linker and emulator are Debian 12 packages. They are unpacked
# into $CARGO_TARGET_DIR (default: target/emulate) and never installed: rustc-web
# conflicts with other Rust packages, dpkg would have to accept the foreign
# architectures, and both need root. The machine has to be Debian 12 on amd64
# with cargo and cc. About 1.5 GB for each target is kept for the next run;
# delete toolchain-* and debs there to get newer packages.
#
# Ends with PASSED, FAILED or SKIPPED for each target: skipped where packages or
# crates cannot be had. Only FAILED makes the exit status 1. STRIDE, of the maps, is below.
set -euo pipefail

test_binary=golden      # tests/golden.rs
stride=${STRIDE:-9973} # of 2^32 words, every how many go through the maps
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "${CARGO_TARGET_DIR:=$repo/target/emulate}"
out=$(cd "$CARGO_TARGET_DIR" && pwd)
why= # of the last failure

fail() { why=$* && false; }

# apt_setup DIR ARCH: lists, cache and settings in DIR for apt to use, with amd64
# and ARCH and nothing installed, so that the outcome does not depend on what
# the machine has. Its sources and proxies stay, its hooks do not.
apt_setup() {
    local tool
    for tool in apt-get apt-cache apt-config dpkg-deb cc; do
        command -v "$tool" >/dev/null || fail "no $tool here" || return
    done
    [[ $(dpkg --print-architecture) == amd64 ]] || fail "the machine is not amd64" || return
    mkdir -p "$1/lists/partial" "$out/debs/partial" && : >"$1/status"
    apt-config dump | grep -Ev 'Invoke|DEP-11|^APT::Architectures' >"$1/apt.conf"
    cat >>"$1/apt.conf" <<EOF
Dir::Etc { main "/dev/null"; parts "/dev/null"; };
Dir::State "$1";
Dir::State { lists "$1/lists"; status "$1/status"; };
Dir::Cache "$1";
Dir::Cache::archives "$out/debs";
APT::Architectures { "amd64"; "$2"; };
APT::Sandbox::User "root";
Acquire { Languages "none"; Retries "3"; };
Debug::NoLocking "true";
EOF
    # One unreachable source must not hide the others: what counts is which
    # packages are known afterwards.
    APT_CONFIG=$1/apt.conf apt-get -qq update || echo "note: some package lists are missing" >&2
}

# pick_version ARCH: the newest rustc-web that ARCH has a standard
# library for. (Security updates do not reach every architecture.)
pick_version() {
    local version std
    std=$(apt-cache madison "libstd-rust-web-dev:$1")
    for version in $(apt-cache madison rustc-web | awk '{ print $3 }' | sort -Vru); do
        [[ $std == *" $version "* ]] && echo "$version" && return
    done
    return 1
}

# unpack DIR PACKAGE...: these packages and all that they depend on.
unpack() {
    local dir=$1 plan deb
    shift
    plan=$(apt-get -s --no-install-recommends install "$@") || fail "cannot get $*" || return
    apt-get -qq -y --download-only --no-install-recommends install "$@" >/dev/null ||
        fail "download failed" || return
    # "Inst NAME (VERSION ... [ARCH])" is in the file NAME_VERSION_ARCH.deb.
    plan=$(awk '/^Inst/ && match($0, /\[[a-z0-9]+\]\)/) {
        version = substr($3, 2); gsub(":", "%3a", version)
        print $2 "_" version "_" substr($0, RSTART + 1, RLENGTH - 3) ".deb" }' <<<"$plan")
    for deb in $plan; do
        # The C library must fit the machine's loader, so the machine's is used.
        [[ $deb == libc6_* ]] || dpkg-deb -x "$out/debs/$deb" "$dir" || fail "cannot unpack $deb" || return
    done
}

# wrap FILE DIR COMMAND...: makes FILE run COMMAND with the libraries of DIR.
wrap() {
    printf '#!/bin/bash\nLD_LIBRARY_PATH=%q exec %s"$@"\n' \
        "$2/usr/lib/x86_64-linux-gnu:$2/lib/x86_64-linux-gnu" "$(printf '%q ' "${@:3}")" >"$1"
    chmod +x "$1"
}

# toolchain DIR ARCH GCC: unpacks all that one target needs, the first time.
toolchain() {
    local dir=$1 arch=$2 version
    [[ ! -e $dir/complete ]] || return 0
    rm -rf "$dir"
    apt_setup "$dir/apt" "$arch" || return
    local -x APT_CONFIG=$dir/apt/apt.conf
    version=$(pick_version "$arch") || fail "no package libstd-rust-web-dev for $arch, or no network" || return
    unpack "$dir" "rustc-web=$version" "libstd-rust-web-dev=$version" \
        "gcc-$3" "libc6-dev-$arch-cross" qemu-user-static || return
    # Without its dependencies, which a compiler running on ARCH would need.
    (cd "$out/debs" && apt-get -qq download "libstd-rust-web-dev:$arch=$version") ||
        fail "download failed" || return
    dpkg-deb -x "$out/debs/libstd-rust-web-dev_${version}_$arch.deb" "$dir" ||
        fail "cannot unpack libstd-rust-web-dev" || return
    touch "$dir/complete"
}

# fetch [ARGUMENT...]: distinguishes a missing network from a failing build.
fetch() {
    cargo fetch "$@" 2>&1 | tee "$out/fetch.log" && return
    # Any other fault occurs again in the build, and counts as a failure there.
    ! grep -Eiq 'download|resolve host|connect|timed out|network|offline' "$out/fetch.log" ||
        fail "crates cannot be downloaded"
}

# emulate TRIPLE ARCH GCC QEMU: 0 passed, 1 failed, 2 skipped.
emulate() {
    local triple=$1 gcc=$3 dir=$out/toolchain-$1 key=${1//-/_} profile lib=() locked=() failed=()
    command -v cargo >/dev/null || fail "no cargo here" || return 2
    toolchain "$dir" "$2" "$gcc" || return 2
    wrap "$dir/rustc" "$dir" "$dir/usr/bin/rustc"
    wrap "$dir/linker" "$dir" "$dir/usr/bin/$gcc-gcc" "--sysroot=$dir"
    # By name, through PATH: cargo splits a runner at spaces.
    wrap "$dir/emulate-$triple" "$dir" "$dir/usr/bin/qemu-$4-static" -L "$dir/usr/$gcc"
    # This processor has the instructions of i686: with the loader of the cross packages it runs them itself,
    # ten times as fast, where the kernel lets it.
    local libraries=$dir/usr/$gcc/lib
    if [[ $4 == i386 ]] && "$libraries/ld-linux.so.2" --version >/dev/null 2>&1; then
        printf '#!/bin/bash\nexec %q --library-path %q "$@"\n' "$libraries/ld-linux.so.2" "$libraries" \
            >"$dir/emulate-$triple"
    fi
    local -x RUSTC=$dir/rustc CARGO_TARGET_DIR=$out PATH=$PATH:$dir
    local -x "CARGO_TARGET_${key^^}_LINKER=$dir/linker" "CC_$key=$dir/linker"
    local -x "CARGO_TARGET_${key^^}_RUNNER=emulate-$triple"
    # Values are compared here; random cases are for the native test runs.
    local -x PROPTEST_CASES=${PROPTEST_CASES:-16}
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS # meant for the machine itself
    [[ ! -e Cargo.lock ]] || locked=(--locked)
    fetch --target "$triple" "${locked[@]}" || return 2
    # The newest compiler for a target may be older than rust-version promises,
    # which need not matter there: it is tried in any case.
    local profiles=(test release)
    [[ ! ${SHORT:-} ]] || profiles=(test)
    for profile in "${profiles[@]}"; do
        echo "== $triple, profile $profile, $("$RUSTC" --version)"
        # With UNITS=1 the unit tests too, which hold every fast path to the slow one, with optimisation
        # alone: without it they take half an hour here.
        [[ ${UNITS:-} && $profile == release ]] && lib=(--lib) || lib=()
        cargo test -p fanin --target "$triple" --profile "$profile" "${locked[@]}" --all-features \
            --no-fail-fast --ignore-rust-version "${lib[@]}" --test "$test_binary" || failed+=("$profile")
    done
    [[ ! ${SHORT:-} || ${#failed[@]} -ne 0 ]] || return 0
    # The maps, on the instructions of this processor: a part of what ci/long.sh does on the machine's own.
    echo "== $triple, maps"
    RUSTFLAGS="--cfg fanin_checks" CARGO_TARGET_DIR=$out/checks \
        cargo run --quiet --target "$triple" --release "${locked[@]}" --ignore-rust-version \
        -p fanin-checks --bin maps -- --stride "$stride" --samples 100000 || failed+=(maps)
    [[ ${#failed[@]} -eq 0 ]] || fail "${failed[*]}"
}

main() {
    local target row rc summary=() status=0
    [[ $# -gt 0 ]] || set -- aarch64 s390x i686
    cd "$repo"
    for target; do
        case $target in
            aarch64*) row=(aarch64-unknown-linux-gnu arm64 aarch64-linux-gnu aarch64) ;;
            s390x*) row=(s390x-unknown-linux-gnu s390x s390x-linux-gnu s390x) ;;
            i686*) row=(i686-unknown-linux-gnu i386 i686-linux-gnu i386) ;;
            armv7*) row=(armv7-unknown-linux-gnueabihf armhf arm-linux-gnueabihf arm) ;;
            *) echo "unknown target $target" >&2 && exit 2 ;;
        esac
        rc=0
        emulate "${row[@]}" || rc=$?
        case $rc in
            0) summary+=("PASSED: ${row[0]}") ;;
            2) summary+=("SKIPPED: ${row[0]}: $why") ;;
            *) summary+=("FAILED: ${row[0]}: $why") && status=1 ;;
        esac
    done
    printf '%s\n' "${summary[@]}"
    return "$status"
}

main "$@"
