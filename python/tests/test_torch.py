"""PyTorch on the CPU: tensors in place, modules by a recipe, and, on two processes, DTensor."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
nn = torch.nn

import fanin  # noqa: E402
import fanin.torch as ft  # noqa: E402

TYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16]


@pytest.mark.parametrize("dtype", TYPES)
def test_a_tensor_is_filled_in_place(dtype):
    tensor = torch.zeros(64, 300, dtype=dtype)
    at = tensor.data_ptr()
    assert fanin.fill_(tensor, "he_normal", fanin.Key(1)) is tensor
    assert tensor.data_ptr() == at
    if dtype != torch.bfloat16:
        name = str(dtype)[len("torch.") :]
        assert (tensor.numpy() == fanin.init("he_normal", fanin.Key(1), (64, 300), name)).all()
    else:
        # bf16 is f32, rounded once.
        whole = torch.from_numpy(fanin.init("he_normal", fanin.Key(1), (64, 300)))
        assert torch.equal(tensor, whole.to(torch.bfloat16))
    assert fanin.check(tensor, "he_normal") and not fanin.check(tensor * 1.3, "he_normal")
    # Views, of any strides.
    for view in (torch.zeros(300, 64, dtype=dtype).T, torch.zeros(128, 600, dtype=dtype)[::2, 1::2]):
        assert torch.equal(fanin.fill_(view, "he_normal", fanin.Key(1)), tensor)


def test_parameters_and_versions():
    layer = nn.Linear(30, 20)
    before = layer.weight._version
    fanin.fill_(layer.weight, "he_normal", fanin.Key(1))
    assert layer.weight.requires_grad and layer.weight.is_leaf and layer.weight._version > before
    # What was saved for a backward pass has changed, and PyTorch knows it.
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    z = (y * y).sum()
    fanin.fill_(y, "zeros", fanin.Key(2))
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()


@pytest.mark.parametrize(
    ("tensor", "error", "text"),
    [
        (lambda: torch.empty(3, 3, device="meta"), ValueError, "to_empty"),
        (lambda: torch.zeros(3, 3, dtype=torch.int32), TypeError, "int32"),
        (lambda: torch.zeros(3, 3, dtype=torch.complex64), TypeError, "complex64"),
        (lambda: torch.zeros(3, 3).to_sparse(), TypeError, "strided"),
        (lambda: torch.zeros(3).expand(4, 3), ValueError, "share memory"),
    ],
)
def test_what_is_wrong_is_said(tensor, error, text):
    with pytest.raises(error, match=text):
        fanin.fill_(tensor(), "zeros", fanin.Key(1))


# name, arguments, and what PyTorch's function of that name is as a scheme.
FUNCTIONS = [
    ("normal_", (0.5, 0.02), fanin.Normal(0.5, 0.02)),
    ("uniform_", (-1, 2), fanin.Uniform(-1, 2)),
    ("trunc_normal_", (0.0, 1.0, -2.0, 2.0), fanin.TruncatedNormal(parent_std=1, low=-2, high=2)),
    ("constant_", (0.3,), fanin.Constant(0.3)),
    ("ones_", (), fanin.Ones()),
    ("zeros_", (), fanin.Zeros()),
    ("eye_", (), fanin.Identity()),
    ("orthogonal_", (1.4,), fanin.Orthogonal(1.4)),
    ("xavier_normal_", (1.5,), fanin.GlorotNormal().scaled(2.25)),
    ("xavier_uniform_", (), fanin.GlorotUniform()),
    ("kaiming_normal_", (), fanin.HeNormal()),
    ("kaiming_normal_", (0, "fan_out", "relu"), fanin.VarianceScaling(2, fan="out")),
    ("kaiming_uniform_", (5**0.5,), fanin.LeCunUniform().scaled(1 / 3)),
    ("kaiming_uniform_", (0, "fan_in", "tanh"), fanin.LeCunUniform().scaled(25 / 9)),
    ("kaiming_uniform_", (0, "fan_in", "selu"), fanin.LeCunUniform().scaled(9 / 16)),
    ("kaiming_uniform_", (0, "fan_in", "linear"), fanin.LeCunUniform()),
]


@pytest.mark.parametrize(("name", "arguments", "scheme"), FUNCTIONS)
def test_functions_draw_what_those_of_pytorch_draw(name, arguments, scheme):
    torch.manual_seed(3)
    theirs = getattr(nn.init, name)(torch.zeros(200, 700), *arguments)
    ours = getattr(ft, name)(torch.zeros(200, 700), fanin.Key(1), *arguments)
    if name != "orthogonal_":
        # From PyTorch's LAPACK, rows are orthogonal to fewer digits than the check asks.
        assert fanin.check(theirs, scheme), fanin.check(theirs, scheme)
    assert fanin.check(ours, scheme)
    assert torch.equal(ours, fanin.fill_(torch.zeros(200, 700), scheme, fanin.Key(1)))


def test_functions_of_ours():
    for name in ("he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform"):
        tensor = getattr(ft, name + "_")(torch.zeros(300, 50), fanin.Key(1), reading="i o")
        assert fanin.check(tensor, name, reading="i o")
    kernel = ft.dirac_(torch.ones(4, 4, 3), fanin.Key(1))
    assert torch.equal(kernel, nn.init.dirac_(torch.ones(4, 4, 3)))
    with pytest.raises(ValueError, match="fan_sum"):
        ft.kaiming_normal_(torch.zeros(3, 3), fanin.Key(1), mode="fan_sum")
    with pytest.raises(ValueError, match="gelu"):
        ft.kaiming_normal_(torch.zeros(3, 3), fanin.Key(1), nonlinearity="gelu")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(50, 40)
        self.conv = nn.Conv2d(3, 40, 3)
        self.bn = nn.BatchNorm2d(40)
        self.lstm = nn.LSTM(40, 24)
        self.norm = nn.LayerNorm(24)
        self.fc = nn.Linear(24, 40)
        self.head = nn.Linear(40, 50, bias=False)
        self.head.weight = self.embed.weight
        self.register_buffer("scratch", torch.ones(3), persistent=False)


AS_ASKED = [fanin.Rule.as_asked("**")]


def test_shapes_and_ties():
    names = [name for name, *_ in ft.shapes(Net())]
    state = [name for name in Net().state_dict() if name != "head.weight"]
    assert sorted(names) == sorted(state)
    with torch.device("meta"):
        assert [name for name, *_ in ft.shapes(Net())] == names
    compiled = torch.compile(Net())
    assert [name for name, *_ in ft.shapes(compiled)] == names


def test_a_fresh_model_is_what_its_layers_ask_for():
    recipe = fanin.Recipe(AS_ASKED)
    torch.manual_seed(1)
    report = ft.check_module(Net(), recipe)
    assert report.passed and bool(report) and "passed" in str(report)
    net = Net()
    plan = ft.init_module_(net, fanin.Key(3), recipe)
    assert ft.check_module(net, recipe).passed and len(plan) == len(ft.shapes(net))
    assert net.head.weight is net.embed.weight
    w = fanin.init(plan["fc.weight"].scheme, fanin.Key(3).child("fc.weight"), (40, 24))
    assert (net.fc.weight.detach().numpy() == w).all()
    # A negative control: the scale of one layer is off.
    with torch.no_grad():
        net.conv.weight *= 1.3
        net.bn.num_batches_tracked += 1
    report = ft.check_module(net, recipe)
    assert set(report.faults) == {"conv.weight", "bn.num_batches_tracked"} and "FAILED: 2" in str(report)


def test_the_recipe_of_pytorch():
    net = nn.Sequential(nn.Linear(30, 40), nn.BatchNorm1d(40), nn.Linear(40, 3))
    if "pytorch" not in fanin.recipes():
        pytest.skip("this recipe has not come with the package yet")
    recipe = fanin.Recipe("pytorch")
    assert ft.check_module(net, recipe).passed
    ft.init_module_(net, fanin.Key(1), recipe)
    assert ft.check_module(net, recipe).passed


def test_faults_come_all_at_once_and_before_anything():
    net = Net()
    before = {name: tensor.clone() for name, tensor in ft.parameters(net)}
    recipe = fanin.Recipe([fanin.Rule("**.bias", "he_normal"), fanin.Rule("nothing.*", "zeros")])
    with pytest.raises(ValueError) as fault:
        ft.init_module_(net, fanin.Key(1), recipe)
    text = str(fault.value)
    assert "fc.weight" in text and "conv.weight" in text and "fan_in" in text and "nothing" in text
    # One tensor has no memory.
    net.fc.bias = nn.Parameter(torch.empty(40, device="meta"))
    with pytest.raises(ValueError, match="fc.bias: .*to_empty"):
        ft.init_module_(net, fanin.Key(1), fanin.Recipe(AS_ASKED))
    assert all(torch.equal(tensor, before[name]) for name, tensor in ft.parameters(net) if name != "fc.bias")


def test_a_model_of_the_meta_device():
    with torch.device("meta"):
        net = nn.Sequential(nn.Linear(30, 40), nn.LayerNorm(40))
    net.to_empty(device="cpu")
    plain = nn.Sequential(nn.Linear(30, 40), nn.LayerNorm(40))
    for each in (net, plain):
        ft.init_module_(each, fanin.Key(1), fanin.Recipe(AS_ASKED))
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), plain.state_dict().values()))


def test_wrappers_change_no_value():
    plain, compiled = nn.Linear(30, 40), nn.Linear(30, 40)
    ft.init_module_(plain, fanin.Key(1), fanin.Recipe(AS_ASKED))
    ft.init_module_(torch.compile(compiled), fanin.Key(1), fanin.Recipe(AS_ASKED))
    assert torch.equal(plain.weight, compiled.weight)


def test_a_rule_may_leave():
    net = nn.Linear(30, 40)
    with torch.no_grad():
        net.bias.fill_(7)
    recipe = fanin.Recipe([fanin.Rule.leave("bias"), fanin.Rule("weight", "he_normal", reading="o i")])
    plan = ft.init_module_(net, fanin.Key(1), recipe)
    assert plan["bias"].is_left and (net.bias == 7).all() and fanin.check(net.weight, "he_normal")


def test_dlpack():
    class Other:
        """What is known by DLPack alone."""

        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **arguments):
            return self.array.__dlpack__(**arguments)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    array = np.zeros((64, 300), np.float32)
    try:
        fanin.fill_(Other(array), "he_normal", fanin.Key(1))
    except ValueError as error:
        # NumPy before 2.1 reads what comes by DLPack alone.
        assert "read-only" in str(error)
    else:
        assert (array == fanin.init("he_normal", fanin.Key(1), (64, 300))).all()


def test_two_processes():
    script = pathlib.Path(__file__).parent / "distributed" / "placements.py"
    done = subprocess.run([sys.executable, str(script), "2"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| fanin, init_module_, FSDP2 and TP |" in done.stdout


def test_inference_mode():
    with torch.inference_mode():
        tensor = torch.zeros(64, 64)
        assert fanin.check(fanin.fill_(tensor, "he_normal", fanin.Key(1)), "he_normal")
