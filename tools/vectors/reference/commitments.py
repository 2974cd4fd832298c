"""Recomputes every vector of test/vectors/commitments.json from its inputs, with numpy alone and from docs/protocol.md section 4.

    python3 tools/vectors/reference/commitments.py

Exits 1 on any difference.
"""

import numpy as np
from comparison import Comparison
from philox import philox4x32

PRIME = 65497
POINTS = 128
WORST = 128


def bfloat16(bits):
    """u32 bits of f32 values to bfloat16 bits: nearest, ties to even; a NaN stays one."""
    bits = np.asarray(bits, dtype=np.uint64)
    upper, lower = bits >> np.uint64(16), bits & np.uint64(0xFFFF)
    up = (lower > 0x8000) | ((lower == 0x8000) & (upper % np.uint64(2) == 1))
    nan = (bits & np.uint64(0x7FFFFFFF)) > 0x7F800000
    return np.where(nan, upper | np.uint64(0x40), upper + up.astype(np.uint64)).astype(np.int64)


def row_bits(source):
    """f32 bits of all rows, flat."""
    if source["kind"] == "bytes":
        return np.frombuffer(bytes.fromhex(source["f32"]), dtype="<u4")
    if source["kind"] == "sparse":
        flat = np.zeros(source["hidden"] * source["rows"], dtype="<f4")
        for entry in source["entries"]:
            flat[entry["index"]] = entry["value"]
        return flat.view("<u4")
    i = np.arange(source["hidden"] * source["rows"], dtype=np.uint64)
    t = fraction(i, 0, source["key"])
    value = (16 * t * t * t).astype("<f4")
    if source["drift"] is not None:
        u = fraction(i, 1, source["key"])
        value = (value.astype(np.float64) * (1 + u / 2.0 ** source["drift"])).astype("<f4")
    return value.view("<u4")


def fraction(i, stream, key):
    words = philox4x32(i // np.uint64(4), np.uint64(stream), key)
    lanes = words[(i % np.uint64(4)).astype(np.int64), np.arange(len(i))]
    return ((lanes >> np.uint64(8)).astype(np.float64) - 2.0**23) / 2.0**23


def top(source):
    """Flat indices and bfloat16 bits of the 128 largest finite magnitudes, the smaller index first among equals."""
    bits = bfloat16(row_bits(source))
    finite = np.flatnonzero((bits & 0x7FFF) < 0x7F80)
    order = np.lexsort((finite, -(bits[finite] & 0x7FFF)))[:POINTS]
    return finite[order], bits[finite[order]]


def commitment(source):
    indices, bits = top(source)
    modulus = PRIME
    while len(np.unique(indices % modulus)) < len(indices):
        modulus -= 1
    coefficients = solve(indices % modulus, bits)
    return np.array([modulus, *coefficients], dtype=">u2").tobytes().hex()


def solve(x, y):
    """Coefficients [128] of the polynomial through all points: Gaussian elimination of the Vandermonde system modulo the prime."""
    size = len(x)
    system = np.zeros((size, size + 1), dtype=np.int64)
    power = np.ones(size, dtype=np.int64)
    for column in range(size):
        system[:, column] = power
        power = power * x % PRIME
    system[:, size] = y
    for column in range(size):
        pivot = column + int(np.flatnonzero(system[column:, column])[0])
        system[[column, pivot]] = system[[pivot, column]]
        system[column] = system[column] * pow(int(system[column, column]), -1, PRIME) % PRIME
        factors = system[:, column].copy()
        factors[column] = 0
        system = (system - factors[:, None] * system[column]) % PRIME
    return [int(c) for c in system[:, size]] + [0] * (POINTS - size)


def distance(claim, source):
    modulus, *coefficients = (int(word) for word in np.frombuffer(bytes.fromhex(claim), dtype=">u2"))
    indices, own = top(source)
    claimed = np.zeros(len(indices), dtype=np.int64)
    for coefficient in reversed(coefficients):
        claimed = (claimed * (indices % modulus) + coefficient) % PRIME
    comparable = ((claimed & 0x7FFF) < 0x7F80) & (claimed >> 7 == own >> 7)
    differences = np.sort(np.abs((claimed & 0x7F) - (own & 0x7F))[comparable])
    equal = len(differences)
    return {
        "points": len(indices),
        "exponentMismatches": len(indices) - equal,
        "mantissaMean": int(differences.sum()) / equal if equal else WORST,
        "mantissaMedian": int(differences[(equal - 1) // 2]) if equal else WORST,
    }


def main():
    comparison = Comparison("commitments.json")
    vectors = comparison.read()
    for vector in vectors["bfloat16"]:
        comparison.expect(vector["name"], int(bfloat16([vector["f32"]])[0]), vector["bfloat16"])
    for vector in vectors["commitments"]:
        comparison.expect(vector["name"], commitment(vector["rows"]), vector["commitment"])
    for vector in vectors["distances"]:
        comparison.expect(vector["name"], distance(vector["claim"], vector["rows"]), vector["distance"])
    comparison.finish()


if __name__ == "__main__":
    main()
