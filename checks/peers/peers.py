"""Measures the library beside its peers and prints the table of targets. run.sh calls it.

Each peer is a program of its own that stays. Its first line of output says what it is; then, for each
line that it reads, the name of a row, it measures that row once and answers with one line of JSON: the
nanoseconds for an element (or call) by method, and {} for what it does not have. All are on one
processor and one of them works at a time. Rounds go over the rows, and in a row over the peers in turn,
so that a machine that slows down slows all. What counts is the least time of all rounds: that of the thread,
or of all threads of a program that has others; by the clock only where two threads are the question.
"""

import argparse
import json
import os
import subprocess
import sys

# what, its row, the least or the most that the ratio may be, and what the ratio is of: a row of the
# library's own, or a peer. "Over" a peer is its time over the library's.
TARGETS = [
    ("HeNormal f32, of the time of N(0, 1)", "he normal f32", "<=", 1.05, "normal f32"),
    ("HeNormal f32, over MKL's fastest", "he normal f32", ">=", 2.2, "MKL"),
    ("HeNormal f32, over PyTorch", "he normal f32", ">=", 5, "PyTorch"),
    ("HeNormal f32, over JAX", "he normal f32", ">=", 1, "JAX"),
    ("HeNormal f32, over NumPy's fastest", "he normal f32", ">=", 1, "NumPy"),
    ("HeNormal f32, over rand_distr", "he normal f32", ">=", 1, "rand_distr"),
    ("HeUniform f32, over MKL's fastest", "he uniform f32", ">=", 1.15, "MKL"),
    ("HeUniform f32, over PyTorch", "he uniform f32", ">=", 1, "PyTorch"),
    ("HeUniform f32, over rand_distr", "he uniform f32", ">=", 1, "rand_distr"),
    ("HeNormal bf16, of the time of f32", "he normal bf16", "<=", 1.15, "he normal f32"),
    ("HeNormal f16, of the time of f32", "he normal f16", "<=", 1.25, "he normal f32"),
    ("HeNormal bf16, over PyTorch", "he normal bf16", ">=", 1, "PyTorch"),
    ("HeNormal f64, over MKL's fastest", "he normal f64", ">=", 1.5, "MKL"),
    ("HeNormal f64, over rand_distr", "he normal f64", ">=", 1.1, "rand_distr"),
    ("HeNormal f64, over PyTorch", "he normal f64", ">=", 1, "PyTorch"),
    ("truncated normal f32, of the time of N(0, 1)", "truncated f32", "<=", 2.2, "normal f32"),
    ("truncated normal f32, over PyTorch", "truncated f32", ">=", 1, "PyTorch"),
    ("truncated normal f32, over JAX", "truncated f32", ">=", 1, "JAX"),
    ("8 x 8, whole init call: ns", "small", "<=", 250, None),
    ("fresh 4096 x 4096, of memset of fresh memory", "fresh", "<=", 1.4, "memset"),
    ("a quarter of the columns of (50257, 768), of all", "a quarter of the columns", "<=", 0.45, "all columns"),
    ("one column of them, of all", "one column", "<=", 0.3, "all columns"),
    ("orthogonal 1024 x 1024 f32: ns", "orthogonal f32", "<=", 20, None),
    ("the same, over PyTorch", "orthogonal f32", ">=", 1, "PyTorch"),
    ("the same, over JAX", "orthogonal f32", ">=", 1, "JAX"),
    ("1000 of 64 x 64, of that of 1024 x 1024", "orthogonal batches f32", "<=", 1, "orthogonal f32"),
    ("check of HeNormal 4096 x 4096: ns, 1 thread", "check normal", "<=", 6, None),
    ("the same, 2 threads: times as fast", "check normal", ">=", 1.8, "2 threads"),
    ("check of Orthogonal 4096 x 4096: s, 2 threads", "check orthogonal, 2 threads", "<=", 3, None),
]
# Rows that take long are measured in few rounds, and not at all in the short form.
FEW = {"check normal": 3, "check orthogonal": 1, "fresh": 10, "memset": 10}
SHORT = ["normal f32", "he normal f32", "he uniform f32", "he normal bf16", "he normal f16", "he normal f64"]
SHORT += ["truncated f32", "small", "all columns", "a quarter of the columns", "one column"]


class Peer:
    def __init__(self, name, command, processors):
        environment = dict(
            os.environ,
            MKL_THREADING_LAYER="SEQUENTIAL",
            OMP_NUM_THREADS="1",
            XLA_FLAGS="--xla_cpu_multi_thread_eigen=false",
            JAX_PLATFORMS="cpu",
        )
        self.name, self.best = name, {}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, processors),
        )
        self.description = self.process.stdout.readline().strip()
        if not self.description:
            raise SystemExit(f"{name} does not start")

    def measure(self, row):
        self.process.stdin.write(row + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended at the row {row!r}")
        best = self.best.setdefault(row, {})
        for method, ns in json.loads(line).items():
            best[method] = min(ns, best.get(method, ns))

    def least(self, row):
        """The time and name of the fastest method; None for what the peer does not have."""
        methods = self.best.get(row)
        return min((ns, name) for name, ns in methods.items()) if methods else None

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def rounds(peers, rows, count):
    for number in range(count):
        for row in rows:
            if number < FEW.get(row, count):
                for peer in peers:
                    peer.measure(row)


def print_table(own, two, peers):
    by_name = {peer.name: peer for peer in peers}
    missed = 0
    print(f"{'':52} {'measured':>9} {'target':>8} {'':7} {'ns':>9} {'of it':>9}")
    for what, row, sense, target, other in TARGETS:
        found = two.least(row.removesuffix(", 2 threads")) if row.endswith("2 threads") else own.least(row)
        if found is None:
            continue
        ns, method = found[0], ""
        if other is None:
            base, measured = None, ns
            if what.split(":")[1].startswith(" s"):
                measured = ns * 4096 * 4096 / 1e9
        else:
            if other in by_name:
                base = by_name[other].least(row)
            else:
                base = two.least(row) if other == "2 threads" else own.least(other)
            if base is None:
                print(f"{what:52} {'':>9} {sense + ' ' + str(target):>8} SKIPPED: {other} was not asked")
                continue
            base, method = base
            measured = base / ns if sense == ">=" and other != "2 threads" else ns / base
        met = measured >= target if sense == ">=" else measured <= target
        missed += not met
        print(
            f"{what:52} {measured:9.3f} {sense + ' ' + str(target):>8} {'met' if met else 'missed':7}"
            f" {ns:9.3f} {'' if base is None else f'{base:9.3f}':>9}  {method}".rstrip()
        )
    return missed


def print_methods(peers, rows):
    print("\nevery method, ns for an element, the least of all rounds:")
    for row in rows:
        for peer in peers:
            for method, ns in sorted(peer.best.get(row, {}).items(), key=lambda item: item[1]):
                print(f"  {row:26} {peer.name + (' ' + method if method else ''):44} {ns:9.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--short", action="store_true", help="few rounds of the rows that are quick")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--rounds", type=int, help="how often everything is measured")
    parser.add_argument("own", help="the library's program")
    options = parser.parse_args()

    processors = sorted(os.sched_getaffinity(0))
    # The last one: the system likes the first.
    one, several = {processors[-1]}, set(processors[-2:])
    own = Peer("fanin", [options.own, "1"], one)
    two = Peer("fanin, 2 threads", [options.own, "2"], several)
    peers = [own]
    for peer in options.peer:
        name, command = peer.split("=", 1)
        peers.append(Peer(name, command.split("\t"), one))
    for peer in peers:
        print(f"{peer.name}: {peer.description}")
    rows = list(dict.fromkeys(row.removesuffix(", 2 threads") for _, row, *_ in TARGETS))
    rows[:0] = ["normal f32"]
    rows += [other for *_, other in TARGETS if other in ("memset", "all columns")]
    if options.short:
        rows = [row for row in dict.fromkeys(rows) if row in SHORT]
    count = options.rounds or (5 if options.short else 40)
    few = "".join(f"; {row}: {n}" for row, n in FEW.items() if row in rows)
    print(f"least of {count} rounds{few}\n")
    rounds(peers, [row for row in rows if row != "check orthogonal"], count)
    if len(processors) > 1:
        rounds([two], [row for row in rows if row.startswith("check")], count)
    missed = print_table(own, two, peers)
    print_methods(peers, rows)
    for peer in [*peers, two]:
        peer.close()
    print(f"\n{missed} missed")


if __name__ == "__main__":
    sys.exit(main())
