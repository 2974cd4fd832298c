"""The decoder: shapes, parameters and the forward pass used for training.

Parameter names follow the Hugging Face Llama layout, so the exporter can use them as they are.
"""

from dataclasses import dataclass

import torch
from torch import nn
import torch.nn.functional as F

from fast_ops import CausalAttention, HeadLoss, Project, RmsNorm


@dataclass(frozen=True)
class Shape:
    vocab: int = 4096
    hidden: int = 192
    layers: int = 6
    heads: int = 6
    kv_heads: int = 2
    head_dim: int = 32
    ffn: int = 512
    context: int = 512
    rope_theta: float = 10000.0
    eps: float = 1e-6


def rope_tables(shape: Shape, length: int):
    """cos and sin, each [length, head_dim / 2], for the rotate-by-halves form of RoPE."""
    inverse = shape.rope_theta ** (-torch.arange(0, shape.head_dim, 2).double() / shape.head_dim)
    angle = torch.outer(torch.arange(length).double(), inverse)
    return angle.cos().float(), angle.sin().float()


def rotate(x, cos, sin):
    """Rotate x [b, t, heads, d]; element i is paired with element i + d/2."""
    first, second = x.chunk(2, -1)
    cos, sin = cos[:, None, :], sin[:, None, :]
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


class Decoder(nn.Module):
    """Llama-style decoder with a tied embedding; `weights` is a flat, named dictionary."""

    def __init__(self, shape: Shape, seed: int = 1):
        super().__init__()
        self.shape = shape
        generator = torch.Generator().manual_seed(seed)
        weights = {}

        def matrix(name, rows, cols, std):
            weights[name] = torch.randn(rows, cols, generator=generator) * std

        wide, narrow = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
        std = shape.hidden**-0.5
        matrix("model.embed_tokens.weight", shape.vocab, shape.hidden, 0.02)
        for i in range(shape.layers):
            layer = f"model.layers.{i}."
            weights[layer + "input_layernorm.weight"] = torch.ones(shape.hidden)
            matrix(layer + "self_attn.q_proj.weight", wide, shape.hidden, std)
            matrix(layer + "self_attn.k_proj.weight", narrow, shape.hidden, std)
            matrix(layer + "self_attn.v_proj.weight", narrow, shape.hidden, std)
            matrix(layer + "self_attn.o_proj.weight", shape.hidden, wide, 0.0)
            weights[layer + "post_attention_layernorm.weight"] = torch.ones(shape.hidden)
            matrix(layer + "mlp.gate_proj.weight", shape.ffn, shape.hidden, std)
            matrix(layer + "mlp.up_proj.weight", shape.ffn, shape.hidden, std)
            matrix(layer + "mlp.down_proj.weight", shape.hidden, shape.ffn, 0.0)
        weights["model.norm.weight"] = torch.ones(shape.hidden)
        # nn.Module forbids dots in names.
        self.weights = nn.ParameterDict(
            {name.replace(".", "/"): nn.Parameter(w) for name, w in weights.items()}
        )

    def named_weights(self) -> dict[str, torch.Tensor]:
        return {name.replace("/", "."): w for name, w in self.weights.items()}

    def trunk(self, ids, weights=None):
        """ids [b, t] to the normalised hidden rows [b * t, hidden] that meet the head."""
        w, s = weights or self.named_weights(), self.shape
        batch, time = ids.shape
        cos, sin = rope_tables(s, time)
        x = F.embedding(ids, w["model.embed_tokens.weight"]).view(-1, s.hidden)
        for i in range(s.layers):
            p = f"model.layers.{i}."
            n = RmsNorm.apply(x, w[p + "input_layernorm.weight"], s.eps)
            qkv = torch.cat([w[p + f"self_attn.{c}_proj.weight"] for c in "qkv"])
            heads = Project.apply(n, qkv).view(batch, time, -1, s.head_dim)
            q, k, v = heads.split([s.heads, s.kv_heads, s.kv_heads], 2)
            mixed = CausalAttention.apply(rotate(q, cos, sin), rotate(k, cos, sin), v)
            mixed = mixed.reshape(batch * time, s.heads * s.head_dim)
            x = x + Project.apply(mixed, w[p + "self_attn.o_proj.weight"])
            n = RmsNorm.apply(x, w[p + "post_attention_layernorm.weight"], s.eps)
            both = torch.cat([w[p + "mlp.gate_proj.weight"], w[p + "mlp.up_proj.weight"]])
            gate, up = Project.apply(n, both).chunk(2, 1)
            x = x + Project.apply(F.silu(gate) * up, w[p + "mlp.down_proj.weight"])
        return RmsNorm.apply(x, w["model.norm.weight"], s.eps)

    def loss(self, ids, targets, weights=None):
        """Mean next-token cross-entropy in nats; ids and targets are [b, t]."""
        w = weights or self.named_weights()
        rows = self.trunk(ids, w)
        return HeadLoss.apply(rows, w["model.embed_tokens.weight"], targets.reshape(-1))
