#!/usr/bin/env bash
# Ranks of MPI that fill their parts of one weight (examples/mpi), on the loopback interface: any number of
# ranks and any cut has the same digest as one process. Prints SKIPPED where MPI is missing and cannot be
# installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(openmpi-bin libopenmpi-dev libclang1-14 libclang-14-dev)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1 && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    (apt-get -qq update && apt-get -qq -y --no-install-recommends install "${packages[@]}") >/dev/null 2>&1 || true
fi
if ! command -v mpicc >/dev/null || ! command -v mpirun >/dev/null; then
    echo "SKIPPED: ranks of MPI: no Open MPI here (Debian's ${packages[*]})"
    exit 0
fi

# What bindgen reads MPI's header with, where Debian has it.
[[ ! -d /usr/lib/llvm-14/lib ]] || export LIBCLANG_PATH=/usr/lib/llvm-14/lib
cargo build --quiet --locked --release --manifest-path examples/mpi/Cargo.toml --target-dir target/mpi

run() { # RANKS ARGUMENT...
    local ranks=$1
    shift
    mpirun --allow-run-as-root --oversubscribe --mca btl self,tcp --mca btl_tcp_if_include lo \
        --mca oob_tcp_if_include lo -n "$ranks" target/mpi/release/fanin-mpi-example "$@"
}

checked=0
for scheme in he_normal "truncated_normal(std=0.02, low=-0.04, high=0.04)" orthogonal; do
    # Shapes that no number of ranks divides, and one with fewer rows than ranks.
    for shape in "500 301" "5 64"; do
        read -r rows columns <<<"$shape"
        digests=()
        for ranks in 1 2 3 4 7; do
            for cut in rows columns tiles; do
                said=$(run "$ranks" --scheme "$scheme" --cut "$cut" --rows "$rows" --columns "$columns")
                echo "$said"
                digests+=("${said##*: }")
                checked=$((checked + 1))
            done
        done
        [[ $(printf '%s\n' "${digests[@]}" | sort -u | wc -l) == 1 ]] || { echo "FAILED: digests differ" && exit 1; }
    done
done
echo "PASSED: $checked runs of 1 to 7 ranks, one digest for each scheme and shape"
