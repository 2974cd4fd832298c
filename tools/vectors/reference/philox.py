"""Philox4x32-10 (Salmon et al., SC 2011) over arrays of counters, from the paper's definition."""

import numpy as np

MASK = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def philox4x32(c0, c1, key):
    """Words [4, n] at counters (c0[i], c1[i], 0, 0); `key` is two 32-bit integers."""
    x0 = np.asarray(c0, dtype=np.uint64)
    x1 = np.asarray(c1, dtype=np.uint64) + np.zeros_like(x0)
    x2 = np.zeros_like(x0)
    x3 = np.zeros_like(x0)
    k0, k1 = key
    for _ in range(10):
        a = np.uint64(0xD2511F53) * x0
        b = np.uint64(0xCD9E8D57) * x2
        x0, x1, x2, x3 = (b >> HALF) ^ x1 ^ np.uint64(k0), b & MASK, (a >> HALF) ^ x3 ^ np.uint64(k1), a & MASK
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([x0, x1, x2, x3])
