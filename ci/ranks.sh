#!/usr/bin/env bash
# Ranks of mpirun, and of torchrun where it is, write the bytes of one process: a file and a directory of shards, and again
# after a rank has died. On the loopback interface of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v mpirun >/dev/null || { echo "SKIPPED: ranks of MPI: no mpirun (Debian: openmpi-bin)" && exit 0; }
cargo build --locked -p fanin-cli
fanin=$PWD/target/debug/fanin
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

init=("$fanin" init gpt2 --set layers=3 --set width=96 --set vocabulary=500 --seed 42 --shard-size 400kB)
mpi=(mpirun --allow-run-as-root --oversubscribe --mca btl self,tcp --mca btl_tcp_if_include lo)
export RAYON_NUM_THREADS=1

"${init[@]}" -o one.safetensors >/dev/null
"${init[@]}" -o one >/dev/null

# same NAME: whether what ranks wrote is what one process wrote.
same() {
    cmp one.safetensors "$1.safetensors" && diff -r one "$1" && rm -r "$1" "$1.safetensors"
    "$fanin" check gpt2 one >/dev/null
    echo "$1: the bytes of one process"
}

for n in 1 2 3 4 7; do
    "${mpi[@]}" -n $n "${init[@]}" -o "mpi-$n.safetensors" --launcher mpi >/dev/null
    "${mpi[@]}" -n $n "${init[@]}" -o "mpi-$n" --launcher mpi >/dev/null
    same "mpi-$n"
done

# The first of three ranks never runs; then all of them do, and write what is missing.
for rank in 1 2; do
    "${init[@]}" -o died.safetensors --rank $rank --world-size 3 >/dev/null
    "${init[@]}" -o died --rank $rank --world-size 3 >/dev/null
done
for out in died died.safetensors; do
    status=0
    "$fanin" check gpt2 $out 2>/dev/null || status=$?
    [[ $status == 2 ]]
done
"${mpi[@]}" -n 3 "${init[@]}" -o died.safetensors --launcher mpi >/dev/null
"${mpi[@]}" -n 3 "${init[@]}" -o died --launcher mpi >/dev/null
same died

if command -v torchrun >/dev/null; then
    for out in torch torch.safetensors; do
        torchrun --nproc-per-node 3 --no-python "${init[@]}" -o $out --launcher torchrun >/dev/null 2>&1
    done
    same torch
else
    echo "SKIPPED: ranks of torchrun: no torchrun"
fi
