"""The lesson of the course, in NumPy: `python examples/lesson.py` writes `lesson.md` and `lesson.svg` beside it.

The course says: multiply `np.random.randn(shape)` by `np.sqrt(1 / n)`, and with ReLU by `np.sqrt(2 / n)`. This page does so beside `fanin`, sends a signal
through 30 layers, and trains on handwritten digits. It needs NumPy and the package; the digits are in `data/` of the
repository.
"""

import gzip
import pathlib
import sys

import numpy as np

import fanin

HERE = pathlib.Path(__file__).parent
DIGITS = HERE.parents[1] / "data" / "digits.csv.gz"
DEPTH, WIDTH, STEPS = 30, 64, 300
# The factor of the variance 2 / n. With 1 the signal keeps its size.
FACTORS = [0.25, 0.5, 1.0, 2.0, 4.0]
KEY = fanin.Key(42)


def weight(layer, outputs, inputs, factor):
    """[out, in], of variance 2 factor / inputs. The draws do not depend on the factor."""
    scheme = fanin.HeNormal().scaled(factor)
    return fanin.init(scheme, KEY.child(f"layers.{layer}.weight"), (outputs, inputs), "float64")


def by_hand():
    """The course's lines, and the same by name; with a mistake that is often made, the check fails."""
    shape = n_out, n_in = 256, 784
    rng = np.random.default_rng(1)
    randn = rng.standard_normal
    rows = []
    for code, scheme, w in [
        ("randn(n_out, n_in) * sqrt(1 / n_in)", "xavier_normal", randn(shape) * np.sqrt(1 / n_in)),
        ('fanin.init("xavier_normal", key, shape)', "xavier_normal", fanin.init("xavier_normal", KEY.child("a"), shape)),
        ("randn(n_out, n_in) * sqrt(2 / n_in)", "he_normal", randn(shape) * np.sqrt(2 / n_in)),
        ('fanin.init("he_normal", key, shape)', "he_normal", fanin.init("he_normal", KEY.child("b"), shape)),
        ("randn(n_out, n_in) * sqrt(2 / n_out)", "he_normal", randn(shape) * np.sqrt(2 / n_out)),
    ]:
        report = fanin.check(w, scheme)
        says = "passed" if report else "**failed**: " + ", ".join(test.name for test in report.failures)
        rows.append((code, scheme, f"{w.std():.4f}", says))
    return rows


def signal(factor):
    """The root mean square of the activations behind each of the layers, by that before the first."""
    x = fanin.init("normal(std=1)", KEY.child("inputs"), (WIDTH, 256), "float64")
    sizes = [1.0]
    start = np.sqrt((x**2).mean())
    for layer in range(DEPTH):
        x = np.maximum(weight(layer, WIDTH, WIDTH, factor) @ x, 0)
        sizes.append(np.sqrt((x**2).mean()) / start)
    return sizes


def digits():
    """Pixels from -1 to 1 as columns, and which digit each is; the last 297 are for the test."""
    rows = np.loadtxt(gzip.open(DIGITS, "rt"), delimiter=",")
    x, digit = rows[:, :64].T / 8 - 1, rows[:, 64].astype(int)
    return x[:, :1500], digit[:1500], x[:, 1500:], digit[1500:]


def train(factor):
    """The test accuracy of a network of 30 layers after some steps of Adam, and the last loss."""
    x, digit, x_test, digit_test = digits()
    sizes = [64] + [WIDTH] * (DEPTH - 1) + [10]
    weights = [weight(i, o, n, factor) for i, (n, o) in enumerate(zip(sizes, sizes[1:]))]
    biases = [np.zeros((o, 1)) for o in sizes[1:]]
    parameters = weights + biases
    first, second = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    batches = np.random.default_rng(7)
    loss = np.nan

    def forward(x):
        activations = [x]
        for layer, (w, b) in enumerate(zip(weights, biases)):
            x = w @ x + b
            activations.append(np.maximum(x, 0) if layer < DEPTH - 1 else x)
            x = activations[-1]
        return activations

    with np.errstate(all="ignore"):
        for step in range(1, STEPS + 1):
            batch = batches.integers(0, x.shape[1], 100)
            activations = forward(x[:, batch])
            scores = activations[-1] - activations[-1].max(axis=0)
            chances = np.exp(scores) / np.exp(scores).sum(axis=0)
            right = chances[digit[batch], np.arange(100)]
            loss = -np.log(np.maximum(right, 1e-300)).mean()
            delta = chances
            delta[digit[batch], np.arange(100)] -= 1
            delta /= 100
            gradients = [None] * len(parameters)
            for layer in reversed(range(DEPTH)):
                gradients[layer] = delta @ activations[layer].T
                gradients[DEPTH + layer] = delta.sum(axis=1, keepdims=True)
                if layer:
                    delta = (weights[layer].T @ delta) * (activations[layer] > 0)
            for p, g, m, v in zip(parameters, gradients, first, second):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                p -= 1e-3 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        found = forward(x_test)[-1].argmax(axis=0)
    return (found == digit_test).mean(), loss


def picture(curves):
    """Size of the signal, in powers of ten, by layer: an SVG of lines."""
    left, top, width, height = 60, 20, 560, 300
    low, high = -10, 10
    across = lambda layer: left + width * layer / DEPTH  # noqa: E731
    down = lambda size: top + height * (high - np.clip(np.log10(size), low, high)) / (high - low)  # noqa: E731
    colours = ["#3b4cc0", "#7b9ff9", "#2a9d3a", "#f4987a", "#b40426"]
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 370" font-family="sans-serif" font-size="13">',
        '<rect width="760" height="370" fill="white"/>',
    ]
    for power in range(low, high + 1, 5):
        y = down(10.0**power)
        lines.append(f'<path d="M{left} {y:.1f}H{left + width}" stroke="#ddd"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">1e{power}</text>')
    for layer in range(0, DEPTH + 1, 5):
        lines.append(f'<text x="{across(layer):.1f}" y="{top + height + 20}" text-anchor="middle">{layer}</text>')
    lines.append(f'<text x="{left + width / 2}" y="{top + height + 42}" text-anchor="middle">layer</text>')
    for (factor, sizes), colour in zip(curves.items(), colours):
        points = " ".join(f"{across(layer):.1f},{down(size):.1f}" for layer, size in enumerate(sizes))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = down(sizes[-1]) + 4
        lines.append(f'<text x="{left + width + 8}" y="{y:.1f}" fill="{colour}">{factor:g} x 2 / n</text>')
    return "\n".join([*lines, "</svg>", ""])


def page():
    curves = {factor: signal(factor) for factor in FACTORS}
    lines = [
        "# The lesson: how large weights must be",
        "",
        "Written by [lesson.py](lesson.py): `python python/examples/lesson.py`.",
        "",
        "## One layer",
        "",
        "A layer of `n_in` = 784 inputs and `n_out` = 256 outputs needs weights of variance 1 / `n_in` with tanh, and 2 / `n_in`",
        "with ReLU. `fanin.check` says whether an array is that, whoever made it:",
        "",
        "| weights | checked against | standard deviation | check |",
        "|---|---|---:|---|",
        *(f"| `{code}` | `{scheme}` | {std} | {says} |" for code, scheme, std, says in by_hand()),
        "",
        "## Thirty layers",
        "",
        f"A signal through {DEPTH} layers of {WIDTH} units with ReLU. Each layer multiplies its size by the root of the factor",
        "before 2 / n: a small mistake in one layer is a large one in the end.",
        "",
        "![The size of the signal, layer by layer](lesson.svg)",
        "",
        "| variance of the weights | size behind 10 layers | 20 | 30 |",
        "|---|---:|---:|---:|",
        *(f"| {factor:g} x 2 / n | {s[10]:.1e} | {s[20]:.1e} | {s[30]:.1e} |" for factor, s in curves.items()),
        "",
        "## Digits",
        "",
        f"The same {DEPTH} layers learn handwritten digits (1500 of 8 x 8 pixels; 297 others are the test) in {STEPS} steps of Adam,",
        "or do not, by nothing but the scale of the start: the draws are the same.",
        "",
        "| variance of the weights | test accuracy | last loss |",
        "|---|---:|---:|",
        *(f"| {factor:g} x 2 / n | {accuracy:.0%} | {loss:.2g} |" for factor, (accuracy, loss) in trained().items()),
        "",
        "Chance is 10 %. `fanin.HeNormal().scaled(factor)` is the whole of the experiment: the scale is a hyper-parameter,",
        "and 1 is where to begin.",
        "",
    ]
    return "\n".join(lines), picture(curves)


def trained():
    return {factor: train(factor) for factor in FACTORS}


def main():
    if not DIGITS.exists():
        sys.exit(f"the digits are not here: {DIGITS}")
    text, svg = page()
    (HERE / "lesson.md").write_text(text)
    (HERE / "lesson.svg").write_text(svg)
    print(text)


if __name__ == "__main__":
    main()
