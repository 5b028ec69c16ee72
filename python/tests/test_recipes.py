"""Recipes, plans and the checkpoints that are written of them."""

import pathlib

import numpy as np
import pytest

import fanin

TEXT = """
name = "two layers"
[variables]
width = { model = "dim('fc.weight', 1)", default = 30 }
[[rules]]
names = "**.weight"
scheme = "normal(std=1 / sqrt(width))"
[[rules]]
names = "**.bias"
scheme = "zeros"
[model]
"fc.weight" = [40, "width"]
"fc.bias" = [40]
"head.weight" = [3, 40]
"""


def test_a_recipe_is_a_text_a_file_a_name_or_rules(tmp_path):
    recipe = fanin.Recipe(TEXT)
    assert "two layers" in repr(recipe) and recipe.variables == ["width"]
    parameters = recipe.parameters("bf16")
    assert parameters == [("fc.weight", [40, 30], "bf16"), ("fc.bias", [40], "bf16"), ("head.weight", [3, 40], "bf16")]
    path = tmp_path / "recipe.toml"
    path.write_text(TEXT)
    key = fanin.Key(1)
    for other in (fanin.Recipe(path), fanin.Recipe(str(path))):
        assert other.plan(key, parameters).table() == recipe.plan(key, parameters).table()
    assert "gpt2" in fanin.recipes()
    gpt2 = fanin.Recipe("gpt2")
    plan = gpt2.plan(key, gpt2.parameters())
    assert (len(plan), plan.elements, plan.bytes) == (148, 124_439_808, 4 * 124_439_808)
    with pytest.raises(ValueError, match="gpt2"):
        fanin.Recipe("gtp2")
    with pytest.raises(FileNotFoundError):
        fanin.Recipe("nowhere.toml")
    path.write_text("rules = 3\n")
    with pytest.raises(ValueError, match="recipe.toml"):
        fanin.Recipe(path)
    with pytest.raises(TypeError):
        fanin.Recipe(3)


def test_a_plan():
    recipe = fanin.Recipe(TEXT).set("width", 100)
    plan = recipe.plan(fanin.Key(1), [("fc.weight", (40, 100)), ("fc.bias", (40,), "float64")])
    weight, bias = plan
    assert (weight.name, weight.shape, weight.reading, weight.dtype) == ("fc.weight", (40, 100), "o i", "f32")
    assert weight.scheme == fanin.Normal(std=0.1) and weight.std == 0.1 and bias.constant == 0
    assert "fc.bias" in plan and "nothing" not in plan and plan["fc.bias"].dtype == "f64"
    with pytest.raises(KeyError):
        plan["nothing"]
    whole = fanin.init(weight.scheme, fanin.Key(1).child("fc.weight"), (40, 100))
    assert (weight.filler().array() == whole).all()
    assert "fc.weight" in plan.table() and str(plan) == plan.table()


def test_rules():
    rules = [
        fanin.Rule.leave("**.steps"),
        fanin.Rule(["**.weight"], "ones", with_="running_mean"),
        fanin.Rule("**.c_proj.weight", fanin.Normal(std=0.02), reading="i o", axes=2),
        fanin.Rule("**.bias", "lecun_uniform.scaled(1 / 3)", fans_of="weight"),
        fanin.Rule("**.{i}.weight", "normal(std=0.1 * (i + 1))", optional=True),
        fanin.Rule("**.running_mean", "zeros"),
    ]
    plan = fanin.Recipe(rules).plan(
        fanin.Key(1),
        [
            ("bn.weight", (4,)),
            ("bn.running_mean", (4,)),
            ("bn.steps", (), "int64"),
            ("h.c_proj.weight", (12, 24)),
            ("h.c_proj.bias", (24,)),
            ("m.2.weight", (3, 3)),
        ],
    )
    assert plan["bn.weight"].constant == 1 and plan["bn.steps"].is_left and plan["bn.steps"].scheme is None
    assert plan["h.c_proj.weight"].reading == "i o" and abs(plan["m.2.weight"].std - 0.3) < 1e-15
    assert abs(plan["h.c_proj.bias"].std - (1 / 36) ** 0.5) < 1e-12
    with pytest.raises(ValueError, match="left alone|leaves"):
        plan["bn.steps"].filler()
    with pytest.raises(ValueError, match="a: no rule decides"):
        fanin.Recipe(rules[:1]).plan(fanin.Key(1), [("a", (3,))])
    with pytest.raises(TypeError, match="a tuple of a name and a shape"):
        fanin.Recipe(rules).plan(fanin.Key(1), ["a"])


def test_checkpoints(tmp_path):
    recipe = fanin.Recipe(TEXT)
    plan = recipe.plan(fanin.Key(1), recipe.parameters())
    path = tmp_path / "model.safetensors"
    assert plan.save_safetensors(path, seed=1) == [path]
    header = int.from_bytes(path.read_bytes()[:8], "little")
    values = np.frombuffer(path.read_bytes()[8 + header :], np.float32)
    assert len(values) == plan.elements
    assert plan["fc.weight"].filler().array().tobytes() in path.read_bytes()
    report = fanin.check_checkpoint(path, recipe)
    assert report and report.passed and not report.findings and "passed" in str(report)
    # A negative control: another scale for the weights.
    other = fanin.check_checkpoint(path, fanin.Recipe(TEXT.replace("sqrt(width)", "width")))
    assert not other and "FAILED" in str(other) and any(row[0] == "fc.weight" for row in other.findings)
    with pytest.raises(ValueError):
        fanin.check_checkpoint(tmp_path / "nothing.safetensors", recipe)
    with pytest.raises(ValueError):
        plan.save_safetensors(path)
    plan.save_safetensors(path, replace=True)
    files = plan.save_safetensors(tmp_path / "shards", shard_size=2000)
    assert [pathlib.Path(file).name for file in files][-1] == "model.safetensors.index.json" and len(files) > 2
