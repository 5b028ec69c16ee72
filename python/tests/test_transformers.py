"""Models of transformers: initialised by a recipe, saved, checked as files, and trained for a few steps."""

import pathlib

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import fanin  # noqa: E402
import fanin.torch as ft  # noqa: E402

RECIPES = pathlib.Path(__file__).parents[2] / "recipes"


def gpt2():
    config = transformers.GPT2Config(n_layer=3, n_embd=96, n_head=4, vocab_size=500, n_positions=64)
    return transformers.GPT2LMHeadModel(config)


def llama():
    config = transformers.LlamaConfig(
        num_hidden_layers=3,
        hidden_size=96,
        intermediate_size=200,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=500,
    )
    return transformers.LlamaForCausalLM(config)


def recipe(name):
    return fanin.Recipe(name if name in fanin.recipes() else RECIPES / f"{name}.toml")


@pytest.mark.parametrize(("name", "make"), [("gpt2", gpt2), ("llama", llama)])
def test_a_model(name, make, tmp_path):
    torch.manual_seed(1)
    model = make()
    # What transformers itself draws is what the recipe says.
    report = ft.check_module(model, recipe(name))
    assert report.passed, str(report)
    plan = ft.init_module_(model, fanin.Key(7), recipe(name))
    report = ft.check_module(model, recipe(name))
    assert report.passed, str(report)

    # As a file: each tensor is that of the plan, to the bit.
    model.save_pretrained(tmp_path)
    from safetensors.numpy import load_file

    tensors = load_file(tmp_path / "model.safetensors")
    assert set(tensors) == {planned.name for planned in plan}
    for planned in plan:
        assert (tensors[planned.name] == planned.filler().array()).all(), planned.name
    loaded = type(model).from_pretrained(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), loaded.parameters()))
    report = fanin.check_checkpoint(tmp_path, recipe(name))
    assert report, str(report)

    # The file that the plan writes is loaded as well, and is the same model.
    plan.save_safetensors(tmp_path / "model.safetensors", replace=True)
    written = type(model).from_pretrained(tmp_path)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), written.parameters()))

    # A sentence is learned; before, the loss is that of chance.
    sentence = torch.randint(0, 500, (2, 32), generator=torch.Generator().manual_seed(3))
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(30):
        loss = model(input_ids=sentence, labels=sentence).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert abs(losses[0] - torch.log(torch.tensor(500.0)).item()) < 0.3 and losses[-1] < losses[0] / 2, losses


def test_the_meta_device():
    with torch.device("meta"):
        model = gpt2()
    model.to_empty(device="cpu")
    # to_empty gives tied parameters memory of their own each.
    model.tie_weights()
    plain = gpt2()
    for each in (model, plain):
        ft.init_module_(each, fanin.Key(7), recipe("gpt2"))
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), plain.state_dict().values()))
