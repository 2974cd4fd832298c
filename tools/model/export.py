"""Export a checkpoint: the two committed graphs, their configs, and two reference graphs.

--model receives config.json, generation_config.json, onnx/model_q4.onnx and
onnx/model_q4f16.onnx; --work receives model_f32.onnx (the trained weights) and
model_q4-f32.onnx (the four-bit weights expanded), which are only measured, never committed.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

import quantise
from decoder import Shape
from graph import MICROSOFT, VARIANTS, GraphBuilder
from prepare import write_json


def model_config(shape: Shape) -> dict:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0,
        "head_dim": shape.head_dim,
        "hidden_act": "silu",
        "hidden_size": shape.hidden,
        "initializer_range": 0.02,
        "intermediate_size": shape.ffn,
        "max_position_embeddings": shape.context,
        "mlp_bias": False,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.kv_heads,
        "rms_norm_eps": shape.eps,
        "rope_scaling": None,
        "rope_theta": shape.rope_theta,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_cache": True,
        "vocab_size": shape.vocab,
        "transformers.js_config": {
            "dtype": "q4",
            "kv_cache_dtype": {"q4f16": "float16", "fp16": "float16"},
        },
    }


def generation_config(shape: Shape) -> dict:
    return {
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0,
        "do_sample": True,
        "temperature": 0.8,
        "top_k": 40,
        "max_length": shape.context,
    }


def projections(shape: Shape) -> list[str]:
    """Checkpoint names of every matrix a projection uses (the head shares the embedding's)."""
    attn = [f"self_attn.{c}_proj" for c in "qkvo"]
    mlp = [f"mlp.{c}_proj" for c in ("gate", "up", "down")]
    names = [f"model.layers.{i}.{part}.weight" for i in range(shape.layers) for part in attn + mlp]
    return [*names, "model.embed_tokens.weight"]


def build(config: dict, weights: dict, packed: dict, variant: str) -> onnx.ModelProto:
    """The whole decoder in one variant; `packed` maps a matrix's name to its 4-bit form."""
    g = GraphBuilder(config, variant)
    g.inputs += [
        g.value("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"]),
        g.value("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"]),
    ]
    logits_dims = ["batch_size", "sequence_length", config["vocab_size"]]
    g.outputs.append(g.value("logits", TensorProto.FLOAT, logits_dims))
    seqlens, total = g.lengths()
    cos, sin = g.rope_caches()
    embedding = weights["model.embed_tokens.weight"]
    table = g.floats("model.embed_tokens.weight", embedding)
    x = g.node("Gather", "/model/embed_tokens/Gather", [table, "input_ids"])
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]

    def project(x, path, name):
        return g.project(x, path, weights[name], packed[name])

    skip = None
    for i in range(config["num_hidden_layers"]):
        p, w = f"/model/layers.{i}", f"model.layers.{i}"
        gain = weights[f"{w}.input_layernorm.weight"]
        if skip is None:
            n = g.first_norm(x, f"{p}/input_layernorm", gain)
        else:
            n, x = g.skip_norm(x, skip, f"{p}/input_layernorm", gain)
        qkv = [project(n, f"{p}/attn/{c}_proj", f"{w}.self_attn.{c}_proj.weight") for c in "qkv"]
        past_key, past_value, key, value = g.cache_io(i)
        attn = f"{p}/attn/GroupQueryAttention"
        mixed = g.node(
            "GroupQueryAttention",
            attn,
            [*qkv, past_key, past_value, seqlens, total, cos, sin],
            [f"{attn}/output_0", key, value],
            domain=MICROSOFT,
            num_heads=heads,
            kv_num_heads=kv_heads,
            do_rotary=1,
            rotary_interleaved=0,
            local_window_size=-1,
            scale=1 / math.sqrt(config["head_dim"]),
            softcap=0.0,
        )
        skip = project(mixed, f"{p}/attn/o_proj", f"{w}.self_attn.o_proj.weight")
        gain = weights[f"{w}.post_attention_layernorm.weight"]
        n, x = g.skip_norm(x, skip, f"{p}/post_attention_layernorm", gain)
        gate = project(n, f"{p}/mlp/gate_proj", f"{w}.mlp.gate_proj.weight")
        up = project(n, f"{p}/mlp/up_proj", f"{w}.mlp.up_proj.weight")
        squashed = g.node("Sigmoid", f"{p}/mlp/act_fn/Sigmoid", [gate])
        active = g.node("Mul", f"{p}/mlp/act_fn/Mul", [gate, squashed])
        gated = g.node("Mul", f"{p}/mlp/Mul", [active, up])
        skip = project(gated, f"{p}/mlp/down_proj", f"{w}.mlp.down_proj.weight")

    last = f"/model/layers.{config['num_hidden_layers']}/final_norm_layernorm"
    n, _ = g.skip_norm(x, skip, last, weights["model.norm.weight"], last=True)
    logits = project(n, "/lm_head", "model.embed_tokens.weight")
    if variant == "q4f16":
        g.node("Cast", "/lm_head/Cast", [logits], ["logits"], to=TensorProto.FLOAT)
    else:
        g.nodes[-1].output[0] = "logits"

    graph = helper.make_graph(g.nodes, "main_graph", g.inputs, g.outputs, g.initializers)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="locus-stories")
    model.ir_version = 8
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint.pt")
    parser.add_argument("--model", type=Path, default=Path("public/models/locus-stories"))
    args = parser.parse_args()
    state = torch.load(args.work / "checkpoint.pt", map_location="cpu")["model"]
    weights = {
        name.replace("weights.", "", 1).replace("/", "."): w.float().numpy()
        for name, w in state.items()
    }
    shape = Shape()
    config = model_config(shape)
    (args.model / "onnx").mkdir(parents=True, exist_ok=True)
    write_json(args.model / "config.json", config)
    write_json(args.model / "generation_config.json", generation_config(shape))

    packed, lost, total = {}, 0.0, 0.0
    for name in projections(shape):
        packed[name] = quantise.quantise(weights[name])
        lost += float(((quantise.expand(*packed[name]) - weights[name]) ** 2).sum())
        total += float((weights[name] ** 2).sum())
    print(f"4-bit weights: relative squared error {lost / total:.5f}")
    for variant in VARIANTS:
        committed = variant in ("q4", "q4f16")
        path = (args.model / "onnx" if committed else args.work) / f"model_{variant}.onnx"
        onnx.save(build(config, weights, packed, variant), path)
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
