#!/usr/bin/env python3
"""What PyTorch's orthogonal_ takes for an element, on one thread and on all.

    OMP_NUM_THREADS=1 python3 checks/orthogonal_torch.py
    python3 checks/orthogonal_torch.py

The largest magnitude of an element of Q'Q - 1 is checked first. docs/performance.md quotes it beside
`cargo bench --bench orthogonal` of the same machine.
"""

import statistics
import time

import torch

SHAPES = [(256, 256), (512, 512), (1024, 1024), (2048, 2048), (4096, 512)]

print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
torch.manual_seed(1)
for rows, columns in SHAPES:
    for dtype, most in ((torch.float32, 1e-4), (torch.float64, 1e-12)):
        q = torch.empty(rows, columns, dtype=dtype)
        torch.nn.init.orthogonal_(q)
        wide = q.double()
        defect = (wide.T @ wide - torch.eye(columns, dtype=torch.float64)).abs().max().item()
        assert defect < most, defect
        times = []
        for _ in range(5):
            start = time.perf_counter()
            torch.nn.init.orthogonal_(q)
            times.append((time.perf_counter() - start) * 1e9 / q.numel())
        name = {torch.float32: "f32", torch.float64: "f64"}[dtype]
        print(f"{rows:>4} x {columns:<4}  {name}   {defect:7.1e}  {statistics.median(times):9.1f}", flush=True)
