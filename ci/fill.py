#!/usr/bin/env python3
"""The table of docs/performance.md from `cargo bench --bench fill`: ns per element, of the fastest sample,
which other work on the machine disturbs least; with `--median` before the files, of the median.

    RAYON_NUM_THREADS=1 cargo bench --bench fill --features half >one
    cargo bench --bench fill --features half >all
    ci/fill.py one all
"""

import re
import sys

UNITS = {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}
LENS = [1 << power for power in (6, 12, 16, 20, 24, 28)]
LAWS = ["constant", "normal", "uniform", "truncated", "brought"]
TYPES = ["f32", "f64", "f16", "bf16"]


def read(path, column):
    """ns per element of every (..., length) in the tree that divan prints."""
    times, above = {}, []
    for line in open(path, encoding="utf-8"):
        found = re.match(r"([│ ]*)[├╰]─ (\S+)(.*)", line)
        if not found:
            continue
        indent, name, cells = found.groups()
        above[len(indent) // 3 :] = [name]
        cells = [cell.split() for cell in cells.split("│")]
        if len(cells) > 2 and cells[column]:
            value, unit = cells[column]
            times[tuple(above)] = float(value) * UNITS[unit] / int(name)
    return times


def main():
    paths = [path for path in sys.argv[1:] if path != "--median"]
    column = 2 if "--median" in sys.argv else 0
    one, every = (read(path, column) for path in paths)

    def cell(times, *path):
        time = times.get(tuple(map(str, path)))
        return "" if time is None else f"{time:.2f}" if time < 10 else f"{time:.0f}"

    def row(law, type_, group, large, fresh, threads):
        cells = [cell(one, *group, n) for n in LENS[:-1]] + [cell(one, *large, LENS[-1])]
        cells.append(cell(one, *fresh, LENS[-2]))
        cells += [cell(every, *path, LENS[-2]) if threads else "" for path in (group, fresh)]
        print(f"| {law} | `{type_}` | " + " | ".join(cells) + " |")

    print("| | | 64 | 2^12 | 2^16 | 2^20 | 2^24 | 2^28 | 2^24, fresh | 2^24, 2 threads | fresh |")
    print("|---|---|" + "---:|" * 9)
    for law in LAWS:
        for type_ in TYPES:
            large = ("large", law) if type_ == "f32" else ()
            row(law, type_, ("in_place", law, type_), large, ("fresh", law, type_), True)
    for type_ in TYPES:
        large = ("large", "memset") if type_ == "f32" else ()
        row("memset", type_, ("beside", "memset", type_), large, ("beside", "memset_fresh", type_), False)
    for law in ("rand_distr_normal", "rand_distr_exp1"):
        for type_ in TYPES[:2]:
            row(f"`{law}`", type_, ("beside", law, type_), (), (), False)
    for type_ in TYPES[:2]:
        row("`rand_uniform`", type_, ("beside", f"rand_uniform_{type_}"), (), (), False)


main()
