"""PyTorch as one of the peers: see peers.py for the protocol."""

import json
import sys
import time

import torch

torch.set_num_threads(1)
init = torch.nn.init
SQUARE = (1024, 1024)


def calls():
    types = {"f32": torch.float32, "f64": torch.float64, "f16": torch.float16, "bf16": torch.bfloat16}
    for name, dtype in types.items():
        tensor = torch.zeros(SQUARE, dtype=dtype)
        yield f"normal {name}", "normal_", tensor, lambda t: t.normal_()
        yield f"he normal {name}", "kaiming_normal_", tensor, init.kaiming_normal_
        yield f"he uniform {name}", "kaiming_uniform_", tensor, init.kaiming_uniform_
    tensor = torch.zeros(SQUARE)
    yield "truncated f32", "trunc_normal_", tensor, init.trunc_normal_
    yield "orthogonal f32", "orthogonal_", tensor, init.orthogonal_


CALLS = {row: (method, tensor, call) for row, method, tensor, call in calls()}


def measure(row):
    if row not in CALLS:
        return {}
    method, tensor, call = CALLS[row]
    call(tensor)
    start = time.thread_time()
    call(tensor)
    return {method: (time.thread_time() - start) * 1e9 / tensor.numel()}


if __name__ == "__main__":
    print(f"PyTorch {torch.__version__}, set_num_threads(1)", flush=True)
    with torch.no_grad():
        for line in sys.stdin:
            print(json.dumps(measure(line.strip())), flush=True)
