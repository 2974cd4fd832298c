"""Write the decoder as an ONNX graph, with the operators and names of today's hub exports.

One builder serves four variants that differ in how a projection is written and in the type of
the activations:

    q4       MatMulNBits, float32 activations
    q4f16    MatMulNBits, float16 activations, scales, embedding and cache; logits cast to float32
    f32      MatMul with the trained weights
    q4-f32   MatMul with the four-bit weights expanded to float32
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import quantise

VARIANTS = ("q4", "q4f16", "f32", "q4-f32")
MICROSOFT = "com.microsoft"


class GraphBuilder:
    """Collects nodes and initialisers; every method returns the name of the tensor it made."""

    def __init__(self, config: dict, variant: str):
        self.c = config
        self.variant = variant
        half = variant == "q4f16"
        self.np_type = np.float16 if half else np.float32
        self.onnx_type = TensorProto.FLOAT16 if half else TensorProto.FLOAT
        self.nodes, self.initializers, self.inputs, self.outputs = [], [], [], []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def floats(self, name: str, value: np.ndarray) -> str:
        return self.constant(name, value.astype(self.np_type))

    def node(self, op: str, name: str, inputs: list[str], outputs=None, domain="", **attributes):
        outputs = outputs or [f"{name}/output_0"]
        self.nodes.append(
            helper.make_node(op, inputs, outputs, name=name, domain=domain, **attributes)
        )
        return outputs[0]

    def project(self, x: str, path: str, weight: np.ndarray, quantised) -> str:
        """x [.., K] times weight [N, K] transposed. `path` is such as /model/layers.0/attn/q_proj."""
        stem = path.strip("/").replace("/", ".") + ".MatMul.weight"
        rows, width = weight.shape
        if self.variant in ("f32", "q4-f32"):
            dense = weight if self.variant == "f32" else quantise.expand(*quantised)
            return self.node("MatMul", f"{path}/MatMul", [x, self.floats(stem, dense.T)])
        packed, scales = quantised
        return self.node(
            "MatMulNBits",
            f"{path}/MatMul_Q4",
            [x, self.constant(stem + "_Q4", packed), self.floats(stem + "_scales", scales.ravel())],
            domain=MICROSOFT,
            K=width,
            N=rows,
            bits=4,
            block_size=quantise.BLOCK,
            accuracy_level=0,
        )

    def first_norm(self, x: str, path: str, gain: np.ndarray) -> str:
        weight = self.floats(path.strip("/").replace("/", ".") + ".weight", gain)
        eps = self.c["rms_norm_eps"]
        return self.node(
            "SimplifiedLayerNormalization",
            f"{path}/LayerNorm",
            [x, weight],
            axis=-1,
            epsilon=eps,
            stash_type=1,
        )

    def skip_norm(self, x: str, skip: str, path: str, gain: np.ndarray, last=False):
        """Add `skip` to the residual x and normalise; returns (normalised, new residual)."""
        weight = self.floats(path.strip("/").replace("/", ".") + ".weight", gain)
        name = f"{path}/SkipLayerNorm"
        outputs = [f"{name}/output_0"] + ([] if last else ["", "", f"{name}/output_3"])
        self.node(
            "SkipSimplifiedLayerNormalization",
            name,
            [x, skip, weight],
            outputs,
            domain=MICROSOFT,
            epsilon=self.c["rms_norm_eps"],
        )
        return outputs[0], outputs[-1]

    def lengths(self):
        """seqlens_k [batch] and total_sequence_length, both int32, from attention_mask."""
        base = "/model/attn_mask_reformat/attn_mask_subgraph"
        one = self.constant("/model/constants/INT64/[1]", np.array([1], np.int64))
        index = self.constant("/model/constants/INT64/1", np.array(1, np.int64))
        summed = self.node("ReduceSum", f"{base}/ReduceSum", ["attention_mask", one], keepdims=0)
        less = self.node("Sub", f"{base}/Sub", [summed, one])
        seqlens = self.node("Cast", f"{base}/Sub/Cast", [less], to=TensorProto.INT32)
        shape = self.node("Shape", f"{base}/Shape", ["attention_mask"])
        total = self.node("Gather", f"{base}/Gather", [shape, index], axis=0)
        return seqlens, self.node("Cast", f"{base}/Gather/Cast", [total], to=TensorProto.INT32)

    def rope_caches(self):
        """cos and sin tables [context, head_dim / 2]."""
        width = self.c["head_dim"]
        inverse = self.c["rope_theta"] ** (-np.arange(0, width, 2) / width)
        angle = np.outer(np.arange(self.c["max_position_embeddings"]), inverse)
        return self.floats("cos_cache", np.cos(angle)), self.floats("sin_cache", np.sin(angle))

    def value(self, name: str, kind: int, dims: list):
        return helper.make_tensor_value_info(name, kind, dims)

    def cache_io(self, layer: int) -> list[str]:
        """Declare one layer's past inputs and present outputs; returns the four names."""
        names = []
        for side, length in (("past_key_values", "past"), ("present", "total")):
            for part in ("key", "value"):
                names.append(f"{side}.{layer}.{part}")
                dims = ["batch_size", self.c["num_key_value_heads"]]
                dims += [f"{length}_sequence_length", self.c["head_dim"]]
                info = self.value(names[-1], self.onnx_type, dims)
                (self.inputs if side != "present" else self.outputs).append(info)
        return names
