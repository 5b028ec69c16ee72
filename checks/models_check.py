#!/usr/bin/env python3
"""The recipes of recipes/ against checkpoints, by other code than the library's: numpy and the standard library.

    python3 checks/models_check.py                       every file of data/models
    python3 checks/models_check.py --power               also what each rule could miss (below)
    python3 checks/models_check.py gpt2 FILE.. [--set padding=3]

Recipes, patterns, arithmetic, readings, fans and laws are read and derived here once more, from the
specification and the papers' formulas. For every tensor: constants and tables to their tolerance, zero
rows, mean, second moment about the law's mean, fourth moment, bounds, and the largest distance to the distribution
function; the same for all tensors of a rule together, each in its own deviations. The z of a second
moment is Wilson and Hilferty's, with 2n / (kurtosis - 1) degrees of freedom. A z above 6.5 fails: 2e-10 each
for a normal statistic, and so 1e-6 for the 5,000 statistics of the largest model.

With --power, for each rule: the number of values, and the least error of the deviation that these statistics
see with 99.9 % (6.5 + 3.1 deviations): by the second moment, and of laws with bounds by the largest value.
"""

import ast
import json
import math
import re
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 6.5
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}
# One draw in as many may be a stray, if its rule has one.
STRAY_RATE = 2.0**-23


# --- Arithmetic -----------------------------------------------------------------------------------------


def arithmetic(text, names, functions):
    """A number, or arithmetic with names and functions."""
    if isinstance(text, (int, float)):
        return text
    return number(ast.parse(text.strip(), mode="eval").body, names, functions)


def number(node, names, functions):
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return names[node.id]
        case ast.UnaryOp(op=ast.USub()):
            return -number(node.operand, names, functions)
        case ast.BinOp():
            a, b = number(node.left, names, functions), number(node.right, names, functions)
            match node.op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
        case ast.Call():
            arguments = [number(argument, names, functions) for argument in node.args]
            known = {"sqrt": math.sqrt, "ceil": math.ceil, "floor": math.floor, "min": min, "max": max, "ln": np.log}
            return (known | functions)[node.func.id](*arguments)
    raise ValueError(ast.dump(node))


# --- Names ----------------------------------------------------------------------------------------------


def pattern(text):
    """A regular expression for a pattern over dotted names."""
    parts, bound = [], set()
    segments = text.split(".")
    for at, segment in enumerate(segments):
        last = at + 1 == len(segments)
        if segment == "**":
            parts.append(r".*" if last else r"(?:[^.]+\.)*")
            continue
        expression = ""
        for piece in re.split(r"(\*|\{\w+\})", segment):
            if piece == "*":
                expression += r"[^.]*"
            elif piece.startswith("{"):
                name = piece[1:-1]
                expression += f"(?P={name})" if name in bound else f"(?P<{name}>0|[1-9][0-9]*)"
                bound.add(name)
            else:
                expression += re.escape(piece)
        parts.append(expression + ("" if last else r"\."))
    return re.compile("".join(parts))


def sibling(name, other, bound):
    """`weight` of `fc.bias` is `fc.weight`; `bn3.weight` of `0.bn2.weight` is `0.bn3.weight`."""
    for key, value in bound.items():
        other = other.replace("{" + key + "}", str(value))
    return ".".join(name.split(".")[: -other.count(".") - 1] + [other])


# --- Fans -----------------------------------------------------------------------------------------------


def fans(shape, reading, names, functions):
    """(fan_in, fan_out), as far as the shape has them."""
    if reading is None:
        letters = [] if len(shape) < 2 else ["o", "i"] + ["k"] * (len(shape) - 2)
        groups = 1
    else:
        text = re.sub(r"\{([^}]*)\}", lambda m: str(round(arithmetic(m[1], names, functions))), reading)
        axes, *settings = text.split(",")
        groups = next((int(s.split()[1]) for s in settings if s.split()[0] == "groups"), 1)
        letters = re.findall(r"\([^)]*\)|\w", axes)
    fan_in = fan_out = 1
    for letter, length in zip(letters, shape, strict=True) if letters else ():
        if letter == "(g o)":
            letter, length = "o", length // groups
        elif letter == "(g i)":
            letter, length = "i", length // groups
        elif letter.startswith("("):
            parts, letter = letter[1:-1].split()
            length //= int(parts)
        fan_in *= length if letter in "ik" else 1
        fan_out *= length if letter in "ok" else 1
    has = "".join(letters)
    return (fan_in if "i" in has else None, fan_out if "o" in has else None)


# --- Laws -----------------------------------------------------------------------------------------------


def cdf_normal(z):
    return 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))


@dataclass
class Law:
    """Values, or a distribution: mean, deviation, kurtosis, bounds and the distribution function."""

    table: object = None
    mean: float = 0.0
    std: float = 1.0
    kurtosis: float = 3.0
    low: float = -math.inf
    high: float = math.inf
    cdf: object = None
    rows: list = field(default_factory=list)
    # How far a table may be away, of frameworks that compute it in f32.
    tolerance: float = 0.0

    def scaled(self, factor):
        root = math.sqrt(factor)
        cdf = self.cdf
        return Law(None, self.mean, self.std * root, self.kurtosis, self.low * root, self.high * root,
                   lambda x: cdf(x / root))  # fmt: skip


def normal(std, mean=0.0):
    return Law(mean=mean, std=std, cdf=lambda x: cdf_normal((x - mean) / std))


def uniform(low, high):
    width = high - low
    return Law(None, (low + high) / 2, width / math.sqrt(12), 1.8, low, high,
               lambda x: np.clip((x - low) / width, 0, 1))  # fmt: skip


def numeric(quantile, low, high, cdf):
    """Moments by the midpoint rule over the quantiles."""
    u = (np.arange(200_000) + 0.5) / 200_000
    x = quantile(u)
    mean, std = x.mean(), x.std()
    return Law(None, mean, std, ((x - mean) ** 4).mean() / std**4, low, high, cdf)


def truncated_normal(parent_std, low, high):
    a, b = cdf_normal(low / parent_std), cdf_normal(high / parent_std)
    grid = np.linspace(low, high, 20_001)
    table = (cdf_normal(grid / parent_std) - a) / (b - a)
    return numeric(lambda u: np.interp(u, table, grid), low, high, lambda x: np.interp(x, grid, table))


def log_uniform_inverse_softplus(low, high):
    inverse = lambda y: y + np.log(-np.expm1(-y))  # noqa: E731
    ratio = math.log(high / low)
    softplus = lambda x: np.logaddexp(0, x)  # noqa: E731
    return numeric(lambda u: inverse(low * np.exp(ratio * u)), inverse(low), inverse(high),
                   lambda x: np.clip(np.log(softplus(x) / low) / ratio, 0, 1))  # fmt: skip


def variance_scaling(fan, variance, family):
    std = math.sqrt(variance / fan)
    bound = std * math.sqrt(3)
    return normal(std) if family == "normal" else uniform(-bound, bound)


def sinusoids(shape, timescale):
    length, channels = shape
    step = math.log(timescale) / (channels // 2 - 1)
    angles = np.arange(length)[:, None] * np.exp(-step * np.arange(channels // 2))[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def scheme(text, shape, fan, names, functions):
    """The law of a text."""

    def value(node):
        if isinstance(node, ast.Name) and node.id not in names:
            return node.id
        return number(node, names, functions)

    def law(node):
        if isinstance(node, ast.Name):
            return base(node.id, [], {})
        if isinstance(node, ast.Attribute):
            assert node.attr == "inverse_softplus", node.attr
            return log_uniform_inverse_softplus(**{k.arg: value(k.value) for k in node.value.keywords})
        if isinstance(node.func, ast.Attribute) and node.func.attr == "zero_rows":
            result = law(node.func.value)
            return Law(**(vars(result) | {"rows": [value(at) for at in node.keywords[0].value.elts]}))
        if isinstance(node.func, ast.Attribute):
            return law(node.func.value).scaled(value(node.args[0]))
        if node.func.id == "along":
            axis, text = (k.value for k in node.keywords)
            index = np.arange(shape[axis.value]).reshape([-1 if a == axis.value else 1 for a in range(len(shape))])
            return Law(table=np.broadcast_to(number(text, names | {"n": index}, functions), shape))
        return base(node.func.id, [value(a) for a in node.args], {k.arg: value(k.value) for k in node.keywords})

    def base(name, arguments, keywords):
        fan_in, fan_out = fan
        match name:
            case "zeros" | "ones":
                return Law(table=float(name == "ones"))
            case "constant":
                return Law(table=arguments[0])
            case "normal":
                return normal(**keywords)
            case "truncated_normal":
                return truncated_normal(**keywords)
            case "uniform":
                return uniform(**keywords)
            case "lecun_normal" | "lecun_uniform":
                return variance_scaling(fan_in, 1, name.split("_")[1])
            case "glorot_normal" | "glorot_uniform":
                return variance_scaling((fan_in + fan_out) / 2, 1, name.split("_")[1])
            case "variance_scaling":
                return variance_scaling(fan_out if keywords["fan"] == "out" else fan_in, arguments[0], keywords["family"])
            case "sinusoids":
                assert keywords == {"layout": "halves"}, keywords
                return Law(table=sinusoids(shape, 10_000), tolerance=1e-6 + 3e-7 * shape[0])
        raise ValueError(name)

    return law(ast.parse(text, mode="eval").body)


# --- Recipes --------------------------------------------------------------------------------------------


class Recipe:
    def __init__(self, path, shapes=None, given=None):
        self.text = tomllib.loads(path.read_text())
        self.rules = self.text["rules"]
        self.shapes = shapes or {}
        self.variables = {}
        for name, source in self.text.get("variables", {}).items():
            if isinstance(source, dict):
                found = self.from_model(source["model"])
                source = source["default"] if found is None else found
            if given and name in given:
                source = given[name]
            self.variables[name] = arithmetic(source, self.variables, {})

    def from_model(self, text):
        """What count(..) and dim(..) find; None for a model without such names."""
        kind, name, axis = re.fullmatch(r"(count|dim)\('([^']*)'(?:, (\d+))?\)", text).groups()
        expression = pattern(name)
        matches = {key: m for key in self.shapes if (m := expression.fullmatch(key))}
        if not matches:
            return None
        if kind == "count":
            return len({m.groups() for m in matches.values()})
        (length,) = {self.shapes[key][int(axis)] for key in matches}
        return length

    def decide(self, name):
        """The rule of a name and what its pattern binds."""
        for number_, rule in enumerate(self.rules):
            if rule.get("axes", len(self.shapes[name])) != len(self.shapes[name]):
                continue
            texts = rule["names"] if isinstance(rule["names"], list) else [rule["names"]]
            for text in texts:
                found = pattern(text).fullmatch(name)
                if not found:
                    continue
                bound = {key: int(value) for key, value in found.groupdict().items()}
                there = lambda other: sibling(name, other, bound) in self.shapes  # noqa: B023, E731
                if ("with" in rule and not there(rule["with"])) or ("without" in rule and there(rule["without"])):
                    continue
                return number_, bound
        return None, {}

    def fans(self, name):
        number_, bound = self.decide(name)
        rule, shape = self.rules[number_], self.shapes[name]
        if "fans_of" in rule:
            return self.fans(sibling(name, rule["fans_of"], bound))
        return fans(shape, rule.get("reading"), self.variables | bound, {"dim": lambda axis: shape[axis]})

    def law(self, name):
        number_, bound = self.decide(name)
        rule, shape = self.rules[number_], self.shapes[name]
        names, functions = self.variables | bound, {"dim": lambda axis: shape[axis]}
        return scheme(rule["scheme"], shape, self.fans(name), names, functions)

    def model(self):
        """Names and shapes of [model], in order."""

        def expand(entries, names):
            at = 0
            while at < len(entries):
                key, shape = entries[at]
                found = re.search(r"\{(\w+) < ([^}]*)\}", key)
                if not found:
                    shape = shape["shape"] if isinstance(shape, dict) else shape
                    yield key, tuple(round(arithmetic(length, names, {})) for length in shape)
                    at += 1
                    continue
                prefix, end = key[: found.end()], at
                while end < len(entries) and entries[end][0].startswith(prefix):
                    end += 1
                for i in range(round(arithmetic(found[2], names, {}))):
                    start = key[: found.start()] + str(i)
                    yield from expand([(start + k[found.end() :], s) for k, s in entries[at:end]], names | {found[1]: i})
                at = end

        return list(expand(list(self.text["model"].items()), self.variables))


# --- Checkpoints ----------------------------------------------------------------------------------------


def tensors(path):
    """Names, and arrays that are read when they are looked at."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    data = np.memmap(path, dtype="u1", mode="r", offset=8 + size) if path.stat().st_size > 8 + size else b""
    result = {}
    for name, info in header.items():
        start, end = info["data_offsets"]
        result[name] = np.frombuffer(data[start:end], DTYPES[info["dtype"]]).reshape(info["shape"])
    return result


def moments(x, law):
    """Of values in deviations of their law: n, sums of z, z^2, z^4, and whether all lie within the bounds."""
    z = (x.astype(np.float64) - law.mean) / law.std
    return np.array([z.size, z.sum(), (z**2).sum(), (z**4).sum()])


def statistics(sums, kurtosis, eighth):
    """z of the mean, of the second moment and of the fourth."""
    n, first, second, fourth = sums
    df = 2 * n / (kurtosis - 1)
    return {
        "mean": first / math.sqrt(n),
        "second moment": ((second / n) ** (1 / 3) - (1 - 2 / (9 * df))) / math.sqrt(2 / (9 * df)),
        # Skewed for few values: only where it is nearly normal.
        "fourth moment": (fourth / n - kurtosis) / math.sqrt((eighth - kurtosis**2) / n) if n > 20_000 else 0.0,
    }


def distance(x, law):
    """The largest distance to the distribution function, as z that has the same tail: P(D > d) < 2 exp(-2 n d^2)."""
    x = np.sort(x.ravel()[:: max(1, x.size // 20_000)].astype(np.float64))
    f, n = law.cdf(x), x.size
    d = max((np.arange(1, n + 1) / n - f).max(), (f - np.arange(n) / n).max())
    return math.sqrt(4 * n) * d


EIGHTH = {3.0: 105.0, 1.8: 9.0}


def check(recipe_path, path, given=None, power=False):
    """Prints what fails; the number of failures."""
    data = tensors(path)
    recipe = Recipe(recipe_path, {name: array.shape for name, array in data.items()}, given)
    faults, pools, worst, strays = [], {}, (0.0, ""), 0
    used = {}

    def judge(what, found):
        nonlocal worst
        for statistic, z in found.items():
            worst = max(worst, (abs(z), f"{what}, {statistic}"))
            if abs(z) > LIMIT:
                faults.append(f"{what}: {statistic}, z = {z:.1f}")

    for name, array in data.items():
        number_, _ = recipe.decide(name)
        if number_ is None:
            faults.append(f"{name}: no rule")
            continue
        rule = recipe.rules[number_]
        used[number_] = used.get(number_, 0) + array.size
        if rule.get("leave") or not array.size:
            continue
        law = recipe.law(name)
        if law.table is not None:
            off = np.abs(array.astype(np.float64) - law.table).max()
            scale = max(1e-300, np.abs(law.table).max()) if np.ndim(law.table) == 0 else 1
            if off > max(rule.get("tolerance", 0), law.tolerance, 6e-8 * scale):
                faults.append(f"{name}: off by {off:.3g} from its values")
            elif off > 0:
                used[number_, "off"] = max(off, used.get((number_, "off"), 0))
            continue
        x = array
        for row in law.rows:
            if array[row].any():
                faults.append(f"{name}: row {row} is not zero")
        if law.rows:
            x = np.delete(array, law.rows, axis=0)
        if "stray" in rule:
            found = int((x == rule["stray"]).sum())
            strays += found
            if poisson_tail(found, x.size * STRAY_RATE) < 1e-9:
                faults.append(f"{name}: {found} values are exactly {rule['stray']}")
            x = x[x != rule["stray"]]
        if x.min() < law.low * (1 + 1e-6 * np.sign(-law.low)) or x.max() > law.high * (1 + 1e-6 * np.sign(law.high)):
            faults.append(f"{name}: {x.min():.6g} to {x.max():.6g} is outside {law.low:.6g} to {law.high:.6g}")
        if x.size > 1 and not np.diff(np.sort(x.ravel()[:100])).any():
            faults.append(f"{name}: one value alone")
        sums = moments(x, law)
        eighth = EIGHTH.get(law.kurtosis, 4 * law.kurtosis**2)
        judge(name, statistics(sums, law.kurtosis, eighth) | {"distribution": distance(x, law)})
        entry = pools.setdefault((number_, round(law.kurtosis, 6), math.isfinite(law.low)), [np.zeros(4), eighth])
        entry[0] = entry[0] + sums

    for (number_, kurtosis, bounded), (sums, eighth) in sorted(pools.items()):
        rule = recipe.rules[number_]
        label = f"rule {number_ + 1} ({rule['scheme']})"
        judge(label, statistics(sums, kurtosis, eighth))
        if power:
            n = sums[0]
            least = (LIMIT + 3.1) * math.sqrt((kurtosis - 1) / n) / 2
            line = f"    {label}: {n:,.0f} values, deviation off by {least:.1%}"
            if bounded and kurtosis == 1.8:
                # 1 - e: the largest of n values misses the bound by this much with 1e-6.
                line += f", range {min(1, 14 / n):.2%}"
            print(line)
    if power:
        for key, off in used.items():
            if isinstance(key, tuple):
                print(f"    rule {key[0] + 1} ({recipe.rules[key[0]]['scheme']}): off by {off:.2g} at most")
    for number_, rule in enumerate(recipe.rules):
        if number_ not in used and not rule.get("optional"):
            faults.append(f"rule {number_ + 1} ({rule['names']}) decides nothing")
    verdict = "FAILED" if faults else "ok"
    note = f", {strays} strays" if strays else ""
    print(f"{verdict:6} {path.stem:20} {len(data):4} tensors, worst z {worst[0]:.1f} ({worst[1]}){note}", flush=True)
    for fault in faults[:12]:
        print("      ", fault)
    return len(faults)


def poisson_tail(k, mean):
    """P(X >= k), up to rounding."""
    return 1.0 if k == 0 else max(0.0, 1 - sum(math.exp(-mean + j * math.log(mean) - math.lgamma(j + 1)) for j in range(k)))


# Which recipe the files are for, by the start of their names.
FAMILIES = {
    "gpt2": "gpt2", "bert": "bert", "llama": "llama", "t5": "t5", "whisper": "whisper", "mamba": "mamba",
    "vit": "vit", "deit": "vit", "resne": "resnet", "convnext": "convnext", "plain": "pytorch", "layers": "pytorch",
    "efficientnet": "efficientnet", "mobilenet": "efficientnet", "mnasnet": "efficientnet",
    "mixnet": "efficientnet", "tinynet": "efficientnet",
}  # fmt: skip
# What a recipe cannot know.
GIVEN = {
    "deit3": {"layer_scale": 1e-6},
    "resnet_ones": {"last": 1},
    "t5_factor": {"factor": 0.5},
    "mamba_steps": {"time_step_min": 0.01, "time_step_max": 0.2, "time_step_scale": 2},
    "mamba_rescaled": {"residual": 2},
    "whisper_pad": {"padding": 299},
}


def main(arguments):
    power = "--power" in arguments
    given = {}
    while "--set" in arguments:
        at = arguments.index("--set")
        name, value = arguments[at + 1].split("=")
        given[name] = float(value)
        del arguments[at : at + 2]
    arguments = [a for a in arguments if a != "--power"]
    if arguments and not Path(arguments[0]).exists():
        pairs = [(arguments[0], Path(path)) for path in arguments[1:]]
    else:
        paths = [Path(a) for a in arguments] or sorted((ROOT / "data" / "models").glob("*.safetensors"))
        pairs = [(next(r for start, r in FAMILIES.items() if p.stem.startswith(start)), p) for p in paths]
    failed = 0
    for recipe, path in pairs:
        failed += check(ROOT / "recipes" / f"{recipe}.toml", path, given or GIVEN.get(path.stem), power) > 0
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
