"""The lesson says what its page says."""

import importlib.util
import pathlib

import pytest

LESSON = pathlib.Path(__file__).parents[1] / "examples" / "lesson.py"


@pytest.fixture(scope="module")
def lesson():
    spec = importlib.util.spec_from_file_location("lesson", LESSON)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not module.DIGITS.exists():
        pytest.skip("the digits are not here")
    return module


def test_a_signal_lives_at_one_scale_alone(lesson):
    last = {factor: lesson.signal(factor)[-1] for factor in lesson.FACTORS}
    assert 0.3 < last[1.0] < 3
    assert last[0.25] < 1e-8 and last[0.5] < 1e-3 and last[2.0] > 1e3 and last[4.0] > 1e8


def test_digits_are_learned_at_one_scale_alone(lesson):
    assert lesson.train(1.0)[0] > 0.8
    assert lesson.train(0.25)[0] < 0.2


def test_the_page_has_the_figures(lesson):
    page = LESSON.with_suffix(".md").read_text()
    for code, scheme, std, says in lesson.by_hand():
        assert f"| `{code}` | `{scheme}` | {std} | {says} |" in page
    # Sums of NumPy's products may differ in the last digits from machine to machine, and with them these.
    for factor in lesson.FACTORS:
        row = next(line for line in page.split("\n") if line.startswith(f"| {factor:g} x"))
        shown = float(row.split("|")[4])
        assert abs(shown / lesson.signal(factor)[30] - 1) < 0.06
    assert lesson.picture({f: lesson.signal(f) for f in lesson.FACTORS}).startswith("<svg")
