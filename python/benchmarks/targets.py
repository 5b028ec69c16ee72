"""The targets, side by side with PyTorch in one run: `python benchmarks/targets.py [WHEEL]`.

Every figure is the best of several, and both of a row are measured in turns, so that what else runs on the machine
slows both. Figures of different rows do not compare. It needs torch; the row of GPT-2 needs transformers.
"""

import os
import pathlib
import subprocess
import sys
import time

import numpy as np
import torch

import fanin
import fanin.torch

SIDE = 4096
rows = []


def best(*calls, times=7, number=1):
    """The least seconds of each call, which are made in turns."""
    least = [float("inf")] * len(calls)
    for _ in range(times):
        for at, call in enumerate(calls):
            began = time.perf_counter()
            for _ in range(number):
                call()
            least[at] = min(least[at], (time.perf_counter() - began) / number)
    return least


def row(what, theirs, ours, target, unit=1e3, name="ms", at_least=True):
    ratio = theirs / ours if at_least else ours / theirs
    met = ratio >= target if at_least else ratio <= target
    rows.append((what, f"{theirs * unit:.1f} {name}", f"{ours * unit:.1f} {name}", ratio, target, at_least, met))


def fills():
    key = fanin.Key(1)
    laws = [
        ("normal", "f32", torch.float32, lambda t: t.normal_(), "normal(std=1)", 4),
        ("normal", "bf16", torch.bfloat16, lambda t: t.normal_(), "normal(std=1)", 5),
        ("normal", "f64", torch.float64, lambda t: t.normal_(), "normal(std=1)", 8),
        (
            "trunc_normal_",
            "f32",
            torch.float32,
            torch.nn.init.trunc_normal_,
            "truncated_normal(parent_std=1, low=-2, high=2)",
            15,
        ),
        ("uniform", "f32", torch.float32, lambda t: t.uniform_(), "uniform(low=0, high=1)", 5),
    ]
    for law, kind, dtype, theirs, scheme, target in laws:
        tensor = torch.zeros(SIDE, SIDE, dtype=dtype)
        times = 4 if law == "trunc_normal_" else 9
        seconds = best(lambda: theirs(tensor), lambda: fanin.fill_(tensor, scheme, key.copy()), times=times)
        row(f"{law} {kind}, {SIDE} x {SIDE}, 1 thread", *seconds, target)


def small():
    tensor = torch.zeros(8, 8)
    scheme, key = fanin.HeNormal(), fanin.Key(1)
    seconds = best(
        lambda: torch.nn.init.kaiming_normal_(tensor),
        lambda: fanin.fill_(tensor, scheme, key.copy()),
        number=2000,
    )
    row("8 x 8, one call, beside kaiming_normal_", *seconds, 3, 1e6, "us", at_least=False)
    seconds = best(
        lambda: torch.nn.init.kaiming_normal_(tensor),
        lambda: fanin.torch.he_normal_(tensor, key.copy()),
        number=2000,
    )
    row("the same by he_normal_, from its text", *seconds, 3, 1e6, "us", at_least=False)


def gpt2():
    try:
        from transformers import GPT2Config, GPT2LMHeadModel
    except ImportError:
        print("SKIPPED: GPT-2: no transformers")
        return
    torch.set_num_threads(2)
    fanin.threads(2)
    model = GPT2LMHeadModel(GPT2Config()).to(torch.bfloat16)
    recipe = fanin.Recipe("gpt2")

    def theirs():
        # What the constructor does, again: from_pretrained and torchtitan call it so.
        for module in model.modules():
            module._is_hf_initialized = False
        for tensor in list(model.parameters()):
            tensor._is_hf_initialized = False
        model.init_weights()

    before = model.transformer.wpe.weight.clone()
    theirs()
    assert not torch.equal(before, model.transformer.wpe.weight), "nothing was drawn"
    seconds = best(theirs, lambda: fanin.torch.init_module_(model, fanin.Key(1), recipe), times=5)
    row("init_module_ of GPT-2 small, bf16, 2 threads, beside init_weights", *seconds, 5)


def imports():
    code = "import time, numpy; a = time.perf_counter(); import fanin; print(time.perf_counter() - a)"
    seconds = min(float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout) for _ in range(9))
    print(f"import after numpy: {seconds * 1e3:.1f} ms (target: at most 5)")
    if len(sys.argv) > 1:
        size = pathlib.Path(sys.argv[1]).stat().st_size
        print(f"the wheel: {size / 1e6:.2f} MB (target: at most 2)")


if __name__ == "__main__":
    torch.set_num_threads(1)
    fanin.threads(1)
    print(f"PyTorch {torch.__version__}, fanin {fanin.__version__}, NumPy {np.__version__}, {os.cpu_count()} processors")
    imports()
    fills()
    small()
    gpt2()
    print("\n| what | PyTorch | fanin | ratio | target | met |\n|---|---:|---:|---:|---:|---|")
    for what, theirs, ours, ratio, target, at_least, met in rows:
        bound = "at least" if at_least else "at most"
        print(f"| {what} | {theirs} | {ours} | {ratio:.1f} | {bound} {target} | {'yes' if met else '**no**'} |")
