"""Four-bit block quantisation in the layout of the MatMulNBits operator.

A weight [N, K] is cut along K into blocks of 32. A block is stored as sixteen bytes, two
weights a byte with the earlier one in the low half, and one scale s: the weight is s * (q - 8)
with q in 0..15. The levels -8..7 are lopsided, so s may be negative: then the long side of the
range covers whichever sign reaches further.
"""

import numpy as np

BLOCK = 32
DIVISORS = np.linspace(5.0, 9.0, 41)  # a block's largest weight lands between these levels


def as_half(x: np.ndarray) -> np.ndarray:
    """Scales are kept to what float16 can hold, so the f32 and f16 files mean the same weights."""
    return x.astype(np.float16).astype(np.float32)


def levels(blocks: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Nearest levels, -8..7, for blocks [n, 32] under scales [n]."""
    safe = np.where(scale == 0, 1, scale)[:, None]
    return np.clip(np.rint(blocks / safe), -8, 7)


def fit(blocks: np.ndarray, importance: np.ndarray | None = None):
    """The scale of least (weighted) squared error for each block [n, 32], and its levels.

    Tries both signs and a range of sizes, each followed by one least-squares refit.
    `importance` [n, 32] weighs the squared error of each weight; None weighs them alike.
    """
    weight = np.ones_like(blocks) if importance is None else importance
    peak = np.abs(blocks).max(1)
    best_scale = np.zeros(len(blocks), np.float32)
    best_error = np.full(len(blocks), np.inf, np.float32)

    def consider(scale):
        nonlocal best_scale, best_error
        scale = as_half(scale)
        q = levels(blocks, scale)
        error = (weight * (blocks - scale[:, None] * q) ** 2).sum(1)
        better = error < best_error
        best_scale = np.where(better, scale, best_scale)
        best_error = np.where(better, error, best_error)
        return q

    for divisor in DIVISORS:
        for sign in (1.0, -1.0):
            q = consider((sign * peak / divisor).astype(np.float32))
            norm = (weight * q * q).sum(1)
            consider((weight * blocks * q).sum(1) / np.where(norm == 0, 1, norm))
    return best_scale, levels(blocks, best_scale)


def quantise(weight: np.ndarray, importance: np.ndarray | None = None):
    """weight [N, K] to packed bytes [N, K/32, 16] and scales [N, K/32].

    `importance` [K] is the mean square of each input, if known.
    """
    rows, width = weight.shape
    blocks = weight.astype(np.float32).reshape(-1, BLOCK)
    if importance is not None:
        importance = np.broadcast_to(importance.astype(np.float32), weight.shape)
        importance = importance.reshape(-1, BLOCK)
    scale, q = fit(blocks, importance)
    return pack(q, (rows, width)), scale.reshape(rows, width // BLOCK)


def pack(q: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    rows, width = shape
    codes = (q + 8).astype(np.uint8).reshape(rows, width // BLOCK, BLOCK)
    return codes[..., 0::2] | (codes[..., 1::2] << 4)


def expand(packed: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Packed bytes [N, K/32, 16] and scales [N, K/32] back to weights [N, K]."""
    codes = np.stack((packed & 15, packed >> 4), -1).reshape(*scales.shape, BLOCK)
    weight = (codes.astype(np.float32) - 8) * scales[..., None].astype(np.float32)
    return weight.reshape(scales.shape[0], -1)
