"""Recomputes test/vectors/sampling.json: noise keys, Philox words, logarithms, Gumbel noise and tokens, from docs/protocol.md section 3.

    python3 tools/vectors/reference/noise.py

Python's floats are IEEE-754 binary64 and are never fused, so the last bit is compared too. Exits 1 on any difference.
"""

import hashlib
import math

import numpy as np
from comparison import Comparison
from philox import philox4x32

A = 0.69314718036912381649
B = 1.90821492927058770002e-10


def ln(x):
    mantissa, exponent = math.frexp(x)
    if mantissa < math.sqrt(0.5):
        mantissa, exponent = mantissa * 2, exponent - 1
    s = (mantissa - 1) / (mantissa + 1)
    q = s * s
    total = 0.0
    for n in range(21, 0, -2):
        total = total * q + 1 / n
    return exponent * A + ((2 * s) * total + exponent * B)


def exp(x):
    if x < -700:
        return 0.0
    k = math.floor(x / (A + B) + 0.5)
    r = (x - k * A) - k * B
    total = 1.0
    for n in range(14, 0, -1):
        total = 1 + (r / n) * total
    return math.ldexp(total, k)


def noise_key(seed):
    digest = hashlib.sha256(b"locus/1/noise\0" + bytes.fromhex(seed)).digest()
    return [int.from_bytes(digest[0:4], "big"), int.from_bytes(digest[4:8], "big")]


def noise_word(key, position, token):
    words = philox4x32(np.array([token // 4]), np.array([position]), key)
    return int(words[token % 4, 0])


def gumbel(key, position, token):
    return -ln(-ln((noise_word(key, position, token) + 0.5) / 2**32))


def choose(logits, sampler, key, position):
    order = sorted(range(len(logits)), key=lambda j: (-logits[j], j))
    temperature_milli = sampler["temperatureMilli"]
    if temperature_milli == 0:
        return order[0]
    kept = order[: sampler["topK"]]
    if sampler["topPMilli"] != 1000:
        kept = nucleus(kept, logits, temperature_milli, sampler["topPMilli"])
    scores = {j: logits[j] + (temperature_milli / 1000) * gumbel(key, position, j) for j in kept}
    return min(kept, key=lambda j: (-scores[j], -logits[j], j))


def nucleus(kept, logits, temperature_milli, top_p_milli):
    """The shortest prefix whose weights, summed in order, reach their share of the total."""
    weights = [exp((logits[j] - logits[kept[0]]) * 1000 / temperature_milli) for j in kept]
    total = 0.0
    for weight in weights:
        total += weight
    reached, size = 0.0, 0
    while size < len(kept) and (size == 0 or reached < total * top_p_milli / 1000):
        reached += weights[size]
        size += 1
    return kept[:size]


def main():
    comparison = Comparison("sampling.json")
    vectors = comparison.read()
    # Seventeen digits name one binary64 and no other.
    for name, function in (("logarithms", ln), ("exponentials", exp)):
        for vector in vectors[name]:
            comparison.expect(f"{name} of {vector['x']}", function(float(vector["x"])), float(vector["value"]))
    for vector in vectors["noise"]:
        key = noise_key(vector["seed"])
        comparison.expect(f"key of {vector['seed']}", key, vector["key"])
        for draw in vector["draws"]:
            at = (draw["position"], draw["id"])
            comparison.expect(f"word at {at}", noise_word(key, *at), draw["word"])
            comparison.expect(f"noise at {at}", gumbel(key, *at), float(draw["gumbel"]))
    key = noise_key(vectors["tokenSeed"])
    for row in vectors["tokens"]:
        for choice in row["choices"]:
            chosen = [choose(row["logits"], choice["sampler"], key, position) for position in vectors["positions"]]
            comparison.expect(f"{row['name']}, {choice['name']}", chosen, choice["chosen"])
    comparison.finish()


if __name__ == "__main__":
    main()
