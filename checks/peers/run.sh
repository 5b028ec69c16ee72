#!/usr/bin/env bash
# The library compared with its peers, in one run on one processor: the table of targets, with the time
# of the fastest method of each peer, and then every method. With AVX-512, where the machine has it,
# and with AVX2 forced.
#
#   checks/peers/run.sh [--jax] [--torch] [--short] [--rounds N]
#
# NumPy and MKL are installed from PyPI below target/peers, JAX and PyTorch when asked. --short is a few
# rounds without the slow rows; it installs nothing, and names the peers that it leaves out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec </dev/null

short='' jax='' torch='' options=()
while (($#)); do
    case $1 in
    --jax) jax=1 ;;
    --torch) torch=1 ;;
    --short) short=1 options+=(--short) ;;
    --rounds) options+=(--rounds "$2") && shift ;;
    *) echo "usage: $0 [--jax] [--torch] [--short] [--rounds N]" >&2 && exit 2 ;;
    esac
    shift
done

here=checks/peers
place=$PWD/target/peers
python=$place/venv/bin/python3
skipped=()

if ! command -v python3 >/dev/null; then
    echo "SKIPPED: all peers, and the table: no python3"
    exit 0
fi
if [[ ! $short ]]; then
    [[ -x $python ]] || python3 -m venv "$place/venv"
    packages=(numpy mkl)
    [[ ! $jax ]] || packages+=(jax)
    [[ ! $torch ]] || packages+=(torch)
    "$python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
fi

# build NAME TARGET [RUSTFLAGS] [OPTION]: a program of its own workspace.
build() {
    CARGO_TARGET_DIR=$place/$2 RUSTFLAGS=${3:-} \
        cargo build --quiet --release --manifest-path "$here/$1/Cargo.toml" ${4:+"$4"}
}
# The library's versions are those that it is tested with, the baseline's its own.
cp Cargo.lock "$here/fanin/Cargo.lock"

peers=()
# add NAME MODULE PROGRAM: a peer in Python, if its package is there.
add() {
    if [[ -x $python ]] && "$python" -c "$2" 2>/dev/null; then
        peers+=(--peer "$1=$python"$'\t'"$here/$3")
    else
        skipped+=("$1: not installed in target/peers")
    fi
}
add NumPy "import numpy" numpy_peer.py
add MKL "import glob, sys; assert glob.glob(sys.prefix + '/lib/libmkl_rt.so*')" mkl_peer.py
if [[ $jax ]]; then add JAX "import jax" jax_peer.py; else skipped+=("JAX: without --jax"); fi
if [[ $torch ]]; then add PyTorch "import torch" torch_peer.py; else skipped+=("PyTorch: without --torch"); fi
if [[ $short ]]; then
    export CARGO_NET_OFFLINE=true
    host=$(rustc -vV | sed -n 's/^host: //p')
    if ! cargo fetch --quiet --target "$host" --locked --manifest-path "$here/rand_distr/Cargo.toml" 2>/dev/null ||
        ! cargo fetch --quiet --target "$host" --manifest-path "$here/fanin/Cargo.toml" 2>/dev/null; then
        echo "SKIPPED: the table: not every crate is on this machine; without --short they are fetched"
        exit 0
    fi
fi
build rand_distr rand_distr '' --locked
peers+=(--peer "rand_distr=$place/rand_distr/release/peer-rand-distr")

uname -srm
command -v lscpu >/dev/null && lscpu | grep -E '^(Model name|CPU family|Model|CPU\(s\)|L[12][di]? cache)'
rustc --version
# table TITLE TARGET RUSTFLAGS
table() {
    printf '\n== %s\n' "$1"
    build fanin "$2" "$3"
    python3 "$here/peers.py" "${options[@]}" "${peers[@]}" "$place/$2/release/peer-fanin"
}
if [[ $(uname -m) != x86_64 ]]; then
    table "what this machine has" best ""
elif grep -qw avx512f /proc/cpuinfo; then
    table "AVX-512" best ""
    # The peers that have such an option are kept to it, too; NumPy and JAX are not.
    export MKL_ENABLE_INSTRUCTIONS=AVX2 ATEN_CPU_CAPABILITY=avx2
    table "forced AVX2" avx2 '--cfg fanin_level="avx2"'
else
    skipped+=("AVX-512: not a machine that has it")
    table "AVX2" avx2 '--cfg fanin_level="avx2"'
fi
((!${#skipped[@]})) || printf 'SKIPPED: %s\n' "${skipped[@]}"
