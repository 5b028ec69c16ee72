#!/usr/bin/env python3
"""Freshly built models, as the real libraries initialise them: what the recipes are proven against.

    python3 checks/models.py                  the files of data/models, written anew
    python3 checks/models.py --other DIR      67 other sizes and variants, 5.3 GB, not kept in the repository
    python3 checks/models.py --other DIR resnet18 t5_untied     only these
    python3 checks/models.py --names          names and shapes of the published sizes, compared with the
                                              [model] sections of recipes/ (the meta device: no memory)

The libraries are installed from PyPI into a virtual environment, 5 GB, which later runs use again:
VENV in the environment, or fanin-models/venv in the directory for temporary files. Nothing is trained or
downloaded: a model is built with its library's defaults under one seed, and its state dict is written
with every tied parameter under its first name only. One thread, so that a second run on such a machine
gives the same bytes. The recipes are compared with the files by checks/models_check.py.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PINNED = ["torch==2.15.0", "transformers==5.24.0", "timm==1.0.31", "safetensors==0.8.0", "numpy"]
SEED = 20261129
ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VENV") or Path(tempfile.gettempdir()) / "fanin-models" / "venv")


def enter():
    """Runs this script again with the interpreter of the virtual environment, made if it is not there."""
    python = VENV / "bin" / "python"
    if Path(sys.prefix) == VENV:
        return
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    if subprocess.run([python, "-c", "import torch, transformers, timm, safetensors"]).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "-q", *PINNED], check=True)
    os.execve(python, [str(python), *sys.argv], {**os.environ, "OMP_NUM_THREADS": "1"})


enter()
os.environ["HF_HUB_OFFLINE"] = "1"

import timm  # noqa: E402
import torch  # noqa: E402
import transformers as hf  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(1)


def untied(config):
    """Tied embeddings are cut in the configuration after it is made: T5's own __post_init__ ties always."""
    config.tie_word_embeddings = False
    return config


def gpt2(layers, width, heads, vocabulary=1000, positions=128, model=hf.GPT2LMHeadModel, **more):
    config = dict(n_layer=layers, n_embd=width, n_head=heads, vocab_size=vocabulary, n_positions=positions)
    return model(hf.GPT2Config(**config, **more))


def bert(layers, width, heads, inner, vocabulary, positions, model=hf.BertModel, **more):
    return model(
        hf.BertConfig(
            num_hidden_layers=layers, hidden_size=width, num_attention_heads=heads, intermediate_size=inner,
            vocab_size=vocabulary, max_position_embeddings=positions, **more,
        )
    )  # fmt: skip


def llama(layers, width, heads, kv, inner, vocabulary, model=hf.LlamaForCausalLM, **more):
    return model(
        hf.LlamaConfig(
            num_hidden_layers=layers, hidden_size=width, num_attention_heads=heads, num_key_value_heads=kv,
            intermediate_size=inner, vocab_size=vocabulary, **more,
        )
    )  # fmt: skip


def t5(layers, width, heads, d_kv, inner, vocabulary, model=hf.T5ForConditionalGeneration, tied=True, **more):
    config = hf.T5Config(
        num_layers=layers, d_model=width, num_heads=heads, d_kv=d_kv, d_ff=inner, vocab_size=vocabulary, **more
    )
    return model(config if tied else untied(config))


def whisper(layers, width, heads, inner, vocabulary, pad, model=hf.WhisperForConditionalGeneration, **more):
    return model(
        hf.WhisperConfig(
            encoder_layers=layers, decoder_layers=layers, d_model=width, encoder_attention_heads=heads,
            decoder_attention_heads=heads, encoder_ffn_dim=inner, decoder_ffn_dim=inner, vocab_size=vocabulary,
            pad_token_id=pad, bos_token_id=1, eos_token_id=1, decoder_start_token_id=2, **more,
        )
    )  # fmt: skip


def mamba(layers, width, vocabulary, model=hf.MambaForCausalLM, **more):
    return model(hf.MambaConfig(num_hidden_layers=layers, hidden_size=width, vocab_size=vocabulary, **more))


class Plain(nn.Module):
    """PyTorch's own layers, built with their defaults."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.grouped = nn.Conv2d(32, 64, 3, groups=4)
        self.up = nn.ConvTranspose2d(64, 32, 4, stride=2, groups=2)
        self.norm = nn.BatchNorm2d(32)
        self.lstm = nn.LSTM(40, 64, num_layers=2)
        self.gru = nn.GRU(40, 48)
        self.attn = nn.MultiheadAttention(64, 4)
        self.fc = nn.Linear(200, 100)
        self.bil = nn.Bilinear(20, 30, 40)
        self.emb = nn.Embedding(300, 64, padding_idx=0)


class Layers(nn.Module):
    """Others of PyTorch's layers, with options that change names or fans."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(20, 24, 5)
        self.conv3 = nn.Conv3d(4, 16, 3, bias=False)
        self.depthwise = nn.Conv2d(96, 96, 5, groups=96)
        self.deconv = nn.ConvTranspose1d(24, 30, 4, groups=3)
        self.layer_norm = nn.LayerNorm(80)
        self.group_norm = nn.GroupNorm(4, 32)
        self.rms_norm = nn.RMSNorm(48)
        self.batch_norm = nn.BatchNorm1d(20)
        self.rnn = nn.RNN(30, 50, bidirectional=True)
        self.lstm = nn.LSTM(36, 60, proj_size=25, num_layers=2)
        self.cell = nn.GRUCell(33, 44)
        self.self_attn = nn.MultiheadAttention(48, 4, kdim=32, vdim=40, add_bias_kv=True)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(48, 4, 96), 2)
        self.prelu = nn.PReLU(16)
        self.bilinear = nn.Bilinear(15, 25, 35)
        self.embedding = nn.Embedding(200, 40, padding_idx=0)
        self.head = nn.Sequential(nn.Linear(90, 70), nn.ReLU(), nn.Linear(70, 10, bias=False))


def convnext(dims, depths=(1, 2, 2, 1), **more):
    return timm.models.convnext.ConvNeXt(depths=depths, dims=dims, num_classes=10, **more)


def efficientnet():
    """Blocks as the family has them: depthwise separable, inverted bottlenecks, one of them twice, and fused."""
    blocks = [
        ["ds_r1_k3_s1_e1_c12_se0.25"],
        ["ir_r3_k3_s2_e4_c16_se0.25"],
        ["er_r1_k3_s2_e4_c20"],
        ["ir_r1_k5_s2_e4_c32_se0.25"],
    ]
    return timm.models.efficientnet.EfficientNet(
        block_args=timm.models.efficientnet.decode_arch_def(blocks),
        stem_size=16, num_features=192, num_classes=30, act_layer=nn.SiLU,
    )  # fmt: skip


KEPT = {
    "bert": lambda: bert(2, 48, 4, 80, 160, 64),
    "bert_mlm": lambda: bert(2, 48, 4, 80, 160, 64, hf.BertForMaskedLM),
    "llama": lambda: llama(2, 48, 4, 2, 80, 128),
    "t5": lambda: t5(2, 40, 3, 10, 48, 100),
    "t5_gated": lambda: t5(2, 32, 3, 8, 48, 80, tied=False, feed_forward_proj="gated-gelu"),
    "whisper": lambda: whisper(
        2, 32, 4, 48, 80, 0, num_mel_bins=16, max_source_positions=40, max_target_positions=24
    ),
    "mamba": lambda: mamba(2, 48, 160),
    "convnext": lambda: convnext((12, 20, 28, 36)),
    "convnext_v2": lambda: convnext((8, 12, 20, 24), use_grn=True, ls_init_value=None),
    "efficientnet": efficientnet,
}


def images(name, **more):
    return lambda: timm.create_model(name, **more)


OTHER = {
    # What data/models had from elsewhere, under other seeds.
    "gpt2_again": lambda: gpt2(3, 96, 4),
    "vit_test": images("test_vit.r160_in1k"),
    "resnet_test": images("test_resnet.r160_in1k"),
    "plain_again": Plain,
    "gpt2_headless": lambda: gpt2(5, 80, 5, model=hf.GPT2Model),
    "gpt2_untied": lambda: gpt2(2, 128, 4, tie_word_embeddings=False),
    "gpt2_cross": lambda: gpt2(2, 96, 4, add_cross_attention=True),
    "gpt2_classes": lambda: gpt2(4, 64, 4, model=hf.GPT2ForSequenceClassification, num_labels=7),
    "gpt2_heads": lambda: gpt2(2, 64, 4, model=hf.GPT2DoubleHeadsModel),
    "gpt2_tokens": lambda: gpt2(2, 64, 4, model=hf.GPT2ForTokenClassification),
    "gpt2_full": lambda: hf.GPT2LMHeadModel(hf.GPT2Config()),
    "bert_pretraining": lambda: bert(4, 128, 4, 512, 2000, 256, hf.BertForPreTraining),
    "bert_classes": lambda: bert(3, 96, 3, 200, 800, 64, hf.BertForSequenceClassification, num_labels=5),
    "bert_decoder": lambda: bert(
        2, 64, 4, 100, 300, 64, hf.BertLMHeadModel, is_decoder=True, add_cross_attention=True
    ),
    "bert_answers": lambda: bert(2, 64, 4, 100, 300, 64, hf.BertForQuestionAnswering),
    "bert_base": lambda: hf.BertModel(hf.BertConfig()),
    "llama_mha": lambda: llama(3, 128, 8, 8, 344, 1000),
    "llama_tied": lambda: llama(4, 96, 6, 1, 256, 800, tie_word_embeddings=True),
    "llama_headless": lambda: llama(2, 64, 4, 2, 172, 500, hf.LlamaModel, attention_bias=True, mlp_bias=True),
    "llama_tiny": lambda: llama(6, 512, 8, 4, 1376, 8000, head_dim=80),
    "t5_tied": lambda: t5(3, 64, 5, 16, 256, 500, num_decoder_layers=2),
    "t5_untied": lambda: t5(2, 96, 6, 16, 200, 700, tied=False),
    "t5_encoder": lambda: t5(4, 72, 4, 12, 128, 300, hf.T5EncoderModel, feed_forward_proj="gated-gelu"),
    "t5_classes": lambda: t5(2, 64, 4, 16, 128, 300, hf.T5ForSequenceClassification, num_labels=3),
    "t5_answers": lambda: t5(2, 64, 4, 16, 128, 300, hf.T5ForQuestionAnswering),
    "t5_tokens": lambda: t5(2, 64, 4, 16, 128, 300, hf.T5ForTokenClassification),
    "t5_factor": lambda: t5(2, 64, 4, 16, 128, 300, initializer_factor=0.5),
    "t5_small": lambda: hf.T5ForConditionalGeneration(hf.T5Config()),
    "t5_v11_small": lambda: t5(8, 512, 6, 64, 1024, 32128, tied=False, feed_forward_proj="gated-gelu"),
    "whisper_small_ids": lambda: whisper(3, 96, 6, 256, 400, 0),
    "whisper_headless": lambda: whisper(2, 64, 4, 128, 300, 0, hf.WhisperModel, num_mel_bins=128),
    "whisper_audio": lambda: whisper(
        2, 64, 4, 128, 300, 0, hf.WhisperForAudioClassification, use_weighted_layer_sum=True
    ),
    "whisper_causal": lambda: whisper(2, 64, 4, 128, 300, 0, hf.WhisperForCausalLM),
    "whisper_pad": lambda: whisper(2, 64, 4, 128, 300, 299),
    "whisper_tiny": lambda: hf.WhisperForConditionalGeneration(hf.WhisperConfig()),
    "mamba_other": lambda: mamba(4, 96, 500, state_size=32, time_step_rank=10, conv_kernel=3),
    "mamba_untied": lambda: mamba(2, 128, 300, tie_word_embeddings=False, use_bias=True, expand=3),
    "mamba_headless": lambda: mamba(3, 64, 200, hf.MambaModel),
    "mamba_steps": lambda: mamba(
        2, 64, 200, time_step_min=0.01, time_step_max=0.2, time_step_scale=2.0
    ),
    "mamba_rescaled": lambda: mamba(2, 64, 200, rescale_prenorm_residual=True),
    "mamba_130m": lambda: hf.MambaForCausalLM(hf.MambaConfig(num_hidden_layers=24)),
    "vit_tiny": images("vit_tiny_patch16_224"),
    "vit_small": images("vit_small_patch16_224"),
    "vit_base": images("vit_base_patch16_224"),
    "vit_clip": images("vit_base_patch32_clip_224", num_classes=100),
    "vit_siglip": images("vit_base_patch16_siglip_224", num_classes=0),
    "vit_dinov2": images("vit_small_patch14_reg4_dinov2", num_classes=10),
    "vit_registers": images("vit_wee_patch16_reg1_gap_256"),
    "vit_test2": images("test_vit2.r160_in1k"),
    "vit_test3": images("test_vit3.r160_in1k"),
    "vit_test4": images("test_vit4.r160_in1k"),
    "vit_norms": images("vit_tiny_patch16_224", qk_norm=True, scale_mlp_norm=True, depth=3),
    "vit_parallel": images("vit_pwee_patch16_reg1_gap_256", num_classes=5),
    "deit": images("deit_tiny_distilled_patch16_224"),
    "deit3": images("deit3_small_patch16_224"),
    "resnet18": images("resnet18"),
    "resnet34": images("resnet34"),
    "resnet50": images("resnet50"),
    "resnet26d": images("resnet26d"),
    "resnet26t": images("resnet26t"),
    "resnext50": images("resnext50_32x4d"),
    "resnet_se": images("seresnet50"),
    "resnet_eca": images("ecaresnet26t"),
    "resnet_rs": images("resnetrs50"),
    "resnet_gn": images("resnet50_gn"),
    "resnet_wide": images("wide_resnet50_2", num_classes=7),
    "resnet_cbam": images("resnet50", block_args={"attn_layer": "cbam"}),
    "resnet_blur": images("resnetblur18"),
    "resnet_ones": images("resnet18", zero_init_last=False, num_classes=10),
    "convnext_test": images("test_convnext.r160_in1k"),
    "convnext_test2": images("test_convnext2.r160_in1k"),
    "convnext_test3": images("test_convnext3.r160_in1k"),
    "convnext_atto": images("convnext_atto"),
    "convnext_atto_ols": images("convnext_atto_ols"),
    "convnext_tiny": images("convnext_tiny"),
    "convnext_tiny_hnf": images("convnext_tiny_hnf"),
    "convnextv2_atto": images("convnextv2_atto"),
    "convnextv2_tiny": images("convnextv2_tiny"),
    "efficientnet_test": images("test_efficientnet.r160_in1k"),
    "efficientnet_test_gn": images("test_efficientnet_gn.r160_in1k"),
    "efficientnet_test_ln": images("test_efficientnet_ln.r160_in1k"),
    "efficientnet_test_evos": images("test_efficientnet_evos.r160_in1k"),
    "efficientnet_b0": images("efficientnet_b0"),
    "efficientnet_b1": images("efficientnet_b1", num_classes=200),
    "efficientnet_v2": images("efficientnetv2_rw_t"),
    "efficientnet_es": images("efficientnet_es"),
    "efficientnet_lite0": images("efficientnet_lite0"),
    "efficientnet_g8": images("efficientnet_b0_g8_gn"),
    "efficientnet_g16": images("efficientnet_b0_g16_evos"),
    "mobilenetv2": images("mobilenetv2_100"),
    "mobilenetv3": images("mobilenetv3_small_100"),
    "mobilenetv4": images("mobilenetv4_conv_small"),
    "mobilenetv4_hybrid": images("mobilenetv4_hybrid_medium"),
    "mobilenetv1": images("mobilenetv1_100"),
    "mobilenet_lcnet": images("lcnet_050"),
    "mnasnet": images("mnasnet_small"),
    "mixnet": images("mixnet_s"),
    "tinynet": images("tinynet_e"),
    "layers": Layers,
}

# What the [model] sections describe by default.
PUBLISHED = {
    "gpt2": lambda: hf.GPT2LMHeadModel(hf.GPT2Config()),
    "bert": lambda: hf.BertForPreTraining(hf.BertConfig()),
    "llama": lambda: hf.LlamaForCausalLM(hf.LlamaConfig()),
    "t5": lambda: hf.T5ForConditionalGeneration(hf.T5Config()),
    "whisper": lambda: hf.WhisperForConditionalGeneration(hf.WhisperConfig()),
    "mamba": lambda: hf.MambaForCausalLM(hf.MambaConfig(num_hidden_layers=24)),
    "vit": images("vit_base_patch16_224"),
}


def parameters(model):
    """The state dict, each tensor under its first name."""
    seen, result = set(), {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        if id(tensor) not in seen:
            seen.add(id(tensor))
            result[name] = tensor.detach()
    return result


def write(name, build, directory):
    torch.manual_seed(SEED)
    model = build()
    state = {key: tensor.contiguous() for key, tensor in parameters(model).items()}
    made = {"torch": torch, "timm": timm, "transformers": hf}[type(model).__module__.split(".")[0]] \
        if not isinstance(model, (Plain, Layers)) else torch  # fmt: skip
    path = directory / f"{name}.safetensors"
    save_file(state, path, metadata={"made_with": f"{made.__name__} {made.__version__}"})
    path.chmod(0o644)
    values = sum(tensor.numel() for tensor in state.values())
    print(f"{name:20} {len(state):4} tensors {values:11,} values {path.stat().st_size / 1024:9.1f} KiB", flush=True)


def compare_names():
    """The [model] sections against the libraries, names, shapes and order."""
    sys.path.insert(0, str(ROOT / "checks"))
    from models_check import Recipe

    wrong = 0
    for name, build in PUBLISHED.items():
        with torch.device("meta"):
            real = [(key, tuple(tensor.shape)) for key, tensor in parameters(build()).items()]
        ours = Recipe(ROOT / "recipes" / f"{name}.toml").model()
        same = sorted(real) == sorted(ours)
        order = "same order" if real == ours else "another order"
        count = sum(torch.Size(shape).numel() for _, shape in real)
        print(f"{name:10} {len(real):4} tensors {count:13,} values: {order if same else 'DIFFERENT'}")
        for line in sorted(set(real) ^ set(ours))[:20]:
            print("   only in", "the library:" if line in real else "the recipe:", *line)
        wrong += not same
    return wrong


def main(arguments):
    if arguments[:1] == ["--names"]:
        return compare_names()
    kept = arguments[:1] != ["--other"]
    directory = ROOT / "data" / "models" if kept else Path(arguments[1])
    directory.mkdir(parents=True, exist_ok=True)
    table, wanted = (KEPT, arguments) if kept else (OTHER, arguments[2:])
    for name in wanted or table:
        write(name, table[name], directory)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
