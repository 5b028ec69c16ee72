"""Every program of the README runs."""

import pathlib
import re

import pytest

README = pathlib.Path(__file__).parents[1] / "README.md"
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.M | re.S) if README.exists() else []


def test_there_are_some():
    assert len(PROGRAMS) >= 5 or not README.exists()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.split("\n")[2][:40])
def test_a_program(program):
    if "import torch" in program:
        pytest.importorskip("torch")
    exec(compile(program, str(README), "exec"), {})
