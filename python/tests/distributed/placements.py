"""One digest for every placement: PyTorch's DTensor, FSDP2 and tensor parallelism on 1, 2, 3 and 4 processes.

    python tests/distributed/placements.py [PROCESSES ...]

Each process talks to the others by gloo, on the loopback interface, to gather what it shows; nothing is sent to fill a
tensor. It prints a table in Markdown, of the first six digits of digests of whole tensors, and ends with an error
unless all of fanin's are the digest of the array that has no shards. Beside it: what `torch.nn.init` gives, with
`torch.manual_seed(1)` in each process before each call.
"""

import hashlib
import json
import os
import socket
import sys
import tempfile
import warnings

import numpy as np
import torch
import torch.distributed as dist
from torch import nn

import fanin
import fanin.torch

# The first case of tests/golden.txt: HeNormal, f32, seed 0.
SHAPE = (256, 784)
GOLDEN = "4bf85eeb436e366ad660ff10ecfc01f4a075b15a4142c8c8335682205bf59bb3"
# Few rows, odd lengths, one axis, three: shards are uneven or empty.
UNEVEN = [(2, 5), (5,), (3, 3, 7), (10, 16), (7, 9), (1, 1), (13, 4), (6, 6), (0, 3)]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(50, 24)
        self.up = nn.Linear(24, 44)
        self.norm = nn.LayerNorm(44)
        self.down = nn.Linear(44, 24)


RECIPE = fanin.Recipe(
    [
        fanin.Rule("embed.weight", "normal(std=0.02)"),
        fanin.Rule("norm.weight", "ones"),
        fanin.Rule("**.weight", "he_normal"),
        fanin.Rule("**.bias", "uniform(low=-0.1, high=0.1)"),
    ]
)


def digest(*tensors):
    sha = hashlib.sha256()
    for tensor in tensors:
        whole = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
        sha.update(whole.detach().contiguous().view(torch.uint8).numpy().tobytes() if whole.numel() else b"")
    return sha.hexdigest()


def meshes(size):
    """What a mesh of that many processes can look like."""
    from torch.distributed.device_mesh import init_device_mesh

    line = init_device_mesh("cpu", (size,))
    square = init_device_mesh("cpu", (2, size // 2), mesh_dim_names=("dp", "tp")) if size % 2 == 0 else None
    return line, square


def layouts(axes, line, square):
    from torch.distributed.tensor import Replicate, Shard
    from torch.distributed.tensor.placement_types import _StridedShard

    kinds = [("replicated", line, [Replicate()])]
    kinds += [(f"Shard({axis})", line, [Shard(axis)]) for axis in range(axes)]
    kinds += [("_StridedShard(0, sf=3) alone", line, [_StridedShard(0, split_factor=3)])]
    if square is not None:
        kinds += [("tiles (0, 0)", square, [Shard(0), Shard(0)])]
        kinds += [("_StridedShard(0, sf=tp), Shard(0)", square, [_StridedShard(0, split_factor=square.size(1)), Shard(0)])]
        kinds += [("Shard(0), replicated", square, [Shard(0), Replicate()])]
        if axes > 1:
            kinds += [("tiles (0, 1)", square, [Shard(0), Shard(1)]), ("tiles (1, 0)", square, [Shard(1), Shard(0)])]
    return kinds


def model(line, square):
    """An FSDP2 model on the meta device, in memory; with tensor parallelism if the mesh is a square."""
    from torch.distributed.fsdp import fully_shard
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

    with torch.device("meta"):
        net = Net()
    if square is not None:
        parallelize_module(net, square["tp"], {"up": ColwiseParallel(), "down": RowwiseParallel()})
        fully_shard(net, mesh=square["dp"])
    else:
        fully_shard(net, mesh=line)
    return net.to_empty(device="cpu")


def work(rank, size, port, path):
    warnings.filterwarnings("ignore")
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    torch.set_num_threads(1)
    fanin.threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=size)
    from torch.distributed.tensor import DTensor, Partial, Shard, distribute_tensor

    line, square = meshes(size)
    found, failures = {}, []

    def empty(shape, mesh, placements, dtype=torch.float32):
        return distribute_tensor(torch.zeros(shape, dtype=dtype), mesh, placements, src_data_rank=None)

    def ours(name, scheme, shape, dtype):
        whole = torch.zeros(shape, dtype=dtype)
        fanin.fill_(whole, scheme, fanin.Key(0))
        found[f"fanin, {name}, no shards"] = digest(whole)
        for label, mesh, placements in layouts(len(shape), line, square):
            tensor = empty(shape, mesh, placements, dtype)
            fanin.fill_(tensor, scheme, fanin.Key(0))
            slices = distribute_tensor(whole, mesh, placements, src_data_rank=None)
            if not torch.equal(tensor.to_local(), slices.to_local()):
                failures.append(f"{name}, {label}: the shard is not the slice")
            if "alone" not in label:
                found[f"fanin, {name}, {label}"] = digest(tensor)

    ours("f32", "he_normal", SHAPE, torch.float32)
    ours("bf16", "he_normal", SHAPE, torch.bfloat16)
    ours("orthogonal", "orthogonal", (60, 84), torch.float32)

    # The crate's own digest is BLAKE3.
    try:
        from blake3 import blake3

        tensor = empty(SHAPE, line, [Shard(0)])
        fanin.fill_(tensor, "he_normal", fanin.Key(0))
        found["golden"] = blake3(tensor.full_tensor().numpy().tobytes()).hexdigest()
    except ImportError:
        pass

    uneven = 0
    for shape in UNEVEN:
        whole = torch.zeros(shape)
        fanin.fill_(whole, "normal(std=1)", fanin.Key(0))
        for label, mesh, placements in layouts(len(shape), line, square):
            tensor = empty(shape, mesh, placements)
            fanin.fill_(tensor, "normal(std=1)", fanin.Key(0))
            slices = distribute_tensor(whole, mesh, placements, src_data_rank=None)
            uneven += 1
            if not torch.equal(tensor.to_local(), slices.to_local()):
                failures.append(f"{shape}, {label}: the shard is not the slice")
    found["uneven"] = uneven

    partial = DTensor.from_local(torch.zeros(4, 4), line, [Partial()], run_check=False)
    try:
        fanin.fill_(partial, "zeros", fanin.Key(0))
        failures.append("Partial was filled")
    except ValueError as error:
        if "redistribute" not in str(error):
            failures.append(str(error))
    wrong = DTensor.from_local(torch.zeros(4, 4), line, [Shard(0)], run_check=False, shape=(size * 4 + 8, 4), stride=(4, 1))
    try:
        fanin.fill_(wrong, "zeros", fanin.Key(0))
        failures.append("a shard of another shape was filled")
    except ValueError as error:
        if "not known" not in str(error):
            failures.append(str(error))

    plain = Net()
    fanin.torch.init_module_(plain, fanin.Key(0), RECIPE)
    found["fanin, init_module_, no shards"] = digest(*plain.parameters())
    for label, mesh in [("FSDP2", None), ("FSDP2 and TP", square)]:
        if label != "FSDP2" and mesh is None:
            continue
        net = model(line, mesh)
        fanin.torch.init_module_(net, fanin.Key(0), RECIPE)
        found[f"fanin, init_module_, {label}"] = digest(*net.parameters())
        if not fanin.torch.check_module(net, RECIPE).passed:
            failures.append(f"check_module of {label}")
        torch.manual_seed(1)
        for parameter in net.parameters():
            if parameter.dim() == 2:
                nn.init.kaiming_normal_(parameter)
        found[f"nn.init.kaiming_normal_, {label}"] = digest(net.up.weight, net.down.weight)
        if size > 1:
            found["check_module finds the repeats of kaiming_normal_"] = not fanin.torch.check_module(net, RECIPE).passed

    for axis in (0, 1):
        torch.manual_seed(1)
        tensor = empty((64, 64), line, [Shard(axis)])
        nn.init.normal_(tensor)
        found[f"nn.init.normal_, Shard({axis})"] = digest(tensor)
        if axis == 0:
            found["matrix rank of 64 x 64, nn.init.normal_"] = int(np.linalg.matrix_rank(tensor.full_tensor().numpy()))
        fanin.fill_(tensor, "normal(std=1)", fanin.Key(0))
        found["matrix rank of 64 x 64, fanin"] = int(np.linalg.matrix_rank(tensor.full_tensor().numpy()))
    torch.manual_seed(1)
    tensor = empty((64, 64), line, [Shard(0)])
    nn.init.orthogonal_(tensor)
    found["nn.init.orthogonal_, Shard(0)"] = digest(tensor)

    gathered = [None] * size
    dist.all_gather_object(gathered, failures)
    if rank == 0:
        found["failures"] = sorted({failure for each in gathered for failure in each})
        with open(path, "w") as file:
            json.dump(found, file)
    dist.destroy_process_group()


def run(size):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "found.json")
        torch.multiprocessing.spawn(work, (size, port, path), nprocs=size)
        with open(path) as file:
            return json.load(file)


def main(sizes):
    found = {size: run(size) for size in sizes}
    failures = [f"{size} processes: {failure}" for size in sizes for failure in found[size].pop("failures")]
    golden = {size: found[size].pop("golden", None) for size in sizes}
    names = []
    for size in sizes:
        names += [name for name in found[size] if name not in names]
    print(f"PyTorch {torch.__version__}, gloo on the loopback interface, fanin {fanin.__version__}\n")
    print("| | " + " | ".join(f"{size} processes" if size > 1 else "1 process" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    # Theirs first.
    for name in sorted(names, key=lambda name: name.startswith("fanin")):
        if name == "uneven":
            continue
        cells = [found[size].get(name, "") for size in sizes]
        print(f"| {name} | " + " | ".join(c[:6] if isinstance(c, str) else str(c) for c in cells) + " |")
    print()
    uneven = ", ".join(f"{found[size]['uneven']} on {size}" for size in sizes)
    print(f"Shards of small shapes, uneven and empty ones among them, that are the slice of the whole: all of {uneven}.")
    for kind in ("f32", "bf16", "orthogonal", "init_module_"):
        digests = {d for size in sizes for name, d in found[size].items() if name.startswith(f"fanin, {kind}, ")}
        if len(digests) != 1:
            failures.append(f"{kind} has {len(digests)} digests")
    if None in golden.values():
        print("The crate's golden digest was not compared: no package blake3.")
    elif set(golden.values()) == {GOLDEN}:
        print(f"BLAKE3 of the f32 tensor, gathered from its shards, is that of the crate's golden file: {GOLDEN[:8]}..")
    else:
        failures.append(f"BLAKE3 is {golden}, but the crate's is {GOLDEN}")
    if failures:
        print("FAILED:\n" + "\n".join(failures))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [1, 2, 3, 4]))
