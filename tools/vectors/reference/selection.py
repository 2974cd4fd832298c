"""Recomputes test/vectors/selection.json and cusum.json: beacon rounds, lottery, roster hash, draws, probes; weights of evidence,
sequential evidence, gates, audit rates, committees. From docs/protocol.md, with nothing but the standard library and numpy.

    python3 tools/vectors/reference/selection.py

Python's floats are IEEE-754 binary64 and are never fused, so the last bit is compared too. BLS signatures are not checked here.
Exits 1 on any difference.
"""

import hashlib
import math
import struct
import sys

import numpy as np
from comparison import Comparison
from noise import exp, ln

MILLION = 1_000_000
ALARM = ln(52_560 / 1e-6)
CAP = ALARM / 3


def tagged(purpose, *parts):
    return hashlib.sha256(b"locus/1/" + purpose.encode() + b"\0" + b"".join(parts)).digest()


def raw(text):
    return bytes.fromhex(text.removeprefix("0x"))


def head(major, argument):
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < 256**size:
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError(argument)


def cbor(value):
    """RFC 8949 section 4.2.1, for whole numbers, text, bytes, lists and maps."""
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    entries = sorted((cbor(key), cbor(item)) for key, item in value.items())
    return head(5, len(entries)) + b"".join(key + item for key, item in entries)


def round_at(chain, unix_ms):
    return max(0, (unix_ms - chain["genesisSeconds"] * 1000) // (chain["periodSeconds"] * 1000) + 1)


def is_audited(randomness, receipt_hash, rate):
    return int.from_bytes(tagged("lottery", randomness, receipt_hash), "big") * MILLION < rate * 2**256


def draw(roster, options):
    """(key bytes, U, clock, whether of the preferred cell), in the order of the seats."""
    clocks = []
    for entry in roster:
        excluded = entry["verifierKey"] in options["excludedKeys"] or entry["owner"] in options["excludedOwners"]
        if excluded or entry["stake"] == 0:
            continue
        key = raw(entry["verifierKey"])
        digest = tagged("draw", raw(options["randomness"]), raw(options["receiptHash"]), key)
        uniform = ((int.from_bytes(digest[:8], "big") >> 11) + 0.5) / 2**53
        preferred = entry["cellId"] == options.get("preferredCellId")
        clocks.append(((0 - ln(uniform)) / entry["stake"], key, uniform, preferred))
    clocks.sort()
    count = options["count"]
    if "preferredCellId" in options:
        seats = max(0, min(options.get("openSeats", 0), count - 1))
        rest = clocks[seats:]
        by_cell = [c for c in rest if c[3]] + [c for c in rest if not c[3]]
        clocks = by_cell[: count - min(seats, len(clocks))] + clocks[:seats]
    return [(key, uniform, clock, preferred) for clock, key, uniform, preferred in clocks[:count]]


def probe_words(prefix):
    block = 0
    while True:
        digest = tagged("probes", *prefix, block.to_bytes(4, "big"))
        yield from struct.unpack(">8I", digest)
        block += 1


def probes(vector):
    tokens, hidden = vector["outputTokens"], vector["hiddenSize"]
    words = probe_words([raw(vector[name]) for name in ("randomness", "receiptHash", "verifierKey")])

    def below(n):
        return next(word for word in words if word < 2**32 - 2**32 % n) % n

    found = []
    while len(found) < min(vector["count"], tokens * hidden):
        place = {"position": below(tokens), "dimension": below(hidden)}
        if place not in found:
            found.append(place)
    return found


def clamp(nats):
    return min(3.0, max(-0.5, nats))


def weigh_answer(scores):
    total = 0.0
    for score in scores:
        total += clamp(score - 1)
    return clamp(total)


def cusum(audits):
    """S after each audit."""
    score, added, scores = 0.0, {}, []
    for findings in audits:
        for finding in findings:
            nats = clamp(finding["lambda"]) / len(findings)
            before = added.get(finding["owner"], 0.0)
            after = min(CAP, max(0.0, before + nats))
            score += after - before if nats > 0 else nats
            added[finding["owner"]] = after
        if score <= 0:
            score, added = 0.0, {}
        scores.append(score)
    return scores


def gate(scores):
    """Mean of e^lambda and its empirical Bernstein bound, close to the committed ones: sums are added in another order."""
    nats = np.clip(np.asarray(scores) - 1, -0.5, 3)
    evidence = np.exp(nats)
    log_term = math.log(2 / 1e-3)
    spread = math.sqrt(2 * evidence.var(ddof=1) * log_term / len(scores))
    bound = evidence.mean() + spread + 7 * (math.exp(3) - math.exp(-0.5)) * log_term / (3 * (len(scores) - 1))
    return evidence.mean(), bound


def audit_rate(vector):
    terms = vector["deterrence"]
    if vector["validResults"] < 10 or vector["jobs"] < 20:
        return MILLION
    conviction = (1 - terms["colluding"]) * terms["detection"] - terms["falsePositive"]
    deterring = terms["saved"] / ((terms["reward"] + terms["stake"]) * conviction) if conviction > 0 else math.inf
    needed = math.floor(deterring * MILLION) + 1 if deterring < 1 else MILLION
    return min(MILLION, max(50_000, needed, math.ceil(MILLION * 10 / vector["validResults"])))


def compare_selection(comparison):
    vectors = comparison.read()
    for beacon in vectors["beacons"]:
        for one in beacon["rounds"]:
            randomness = "0x" + hashlib.sha256(raw(one["signature"])).hexdigest()
            comparison.expect(f"randomness of round {one['round']}", randomness, one["randomness"])
        for time in beacon["times"]:
            now = round_at(beacon["chain"], time["unixMs"])
            comparison.expect(f"round at {time['unixMs']}", (now, now + 1), (time["round"], time["next"]))
    for vector in vectors["lottery"]:
        for case in vector["rates"]:
            audited = is_audited(raw(vector["randomness"]), raw(vector["receiptHash"]), case["rate"])
            comparison.expect(f"{vector['receiptHash']} at {case['rate']}", audited, case["audited"])
    roster = [entry | {"verifierKey": raw(entry["verifierKey"])} for entry in vectors["roster"]]
    comparison.expect("roster order", sorted(entry["verifierKey"] for entry in roster), [e["verifierKey"] for e in roster])
    comparison.expect("roster hash", "0x" + tagged("roster", cbor(roster)).hex(), vectors["rosterHash"])
    for vector in vectors["draws"]:
        committed = [
            (raw(one["verifierKey"]), float(one["uniform"]), float(one["key"]), one["isPreferredCell"])
            for one in vector["drawn"]
        ]
        comparison.expect(f"draw: {vector['name']}", draw(vectors["roster"], vector["options"]), committed)
    for vector in vectors["probes"]:
        comparison.expect(f"probes of {vector['verifierKey'][:10]}", probes(vector), vector["probes"])


def compare_cusum(comparison):
    vectors = comparison.read()
    for one in vectors["weights"]:
        comparison.expect(f"weight of {one['score']}", clamp(one["score"] - 1), float(one["lambda"]))
    for one in vectors["answers"]:
        comparison.expect(f"weight of {one['scores']}", weigh_answer(one["scores"]) if one["scores"] else 0.0, float(one["lambda"]))
    for one in vectors["sequences"]:
        scores = cusum(one["audits"])
        comparison.expect(f"scores: {one['name']}", scores, [float(score) for score in one["scores"]])
        comparison.expect(f"alarm: {one['name']}", scores[-1] >= ALARM - 1e-9, one["alarm"])
    for one in vectors["bounds"]:
        bound = one["rate"] / MILLION * one["evidence"] * exp(-ALARM) if one["evidence"] <= 1 else 1.0
        comparison.expect(f"false alarms at {one['rate']}", bound, float(one["bound"]))
    for one in vectors["gates"]:
        mean, bound = gate([i * one["step"] for i in range(one["count"])])
        close = math.isclose(mean, float(one["mean"]), rel_tol=1e-12)
        close = close and math.isclose(bound, float(one["upperBound"]), rel_tol=1e-12)
        comparison.expect(f"gate of {one['count']}", (close, bool(bound <= 0.8)), (True, one["passes"]))
    for one in vectors["rates"]:
        comparison.expect(f"rate of {one['validResults']} of {one['jobs']}", audit_rate(one), one["rate"])
    for one in vectors["committees"]:
        seats = one["seats"]
        quorum = max(2, -(-seats * 8 // 10))
        capture = sum(math.comb(seats, k) * 0.2**k * 0.8 ** (seats - k) for k in range(quorum, seats + 1))
        close = math.isclose(capture, float(one["captureByAFifth"]), rel_tol=1e-9)
        comparison.expect(f"committee of {seats}", (quorum, close), (one["quorum"], True))


def main():
    failed = False
    for name, compare in (("selection.json", compare_selection), ("cusum.json", compare_cusum)):
        comparison = Comparison(name)
        compare(comparison)
        try:
            comparison.finish()
        except SystemExit as ended:
            failed = failed or ended.code != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
