"""Byte-level BPE for an ASCII corpus: the pre-tokeniser, the byte alphabet and the merge loop.

The corpus is plain ASCII, so Python's `re` with ASCII classes splits it exactly as the
Unicode pattern written to tokenizer.json does. Text outside ASCII is only met later, in the
browser, where the same pattern runs with its Unicode classes and unknown bytes fall back to
the 256 byte tokens.
"""

import re
from collections import Counter, defaultdict

END_OF_TEXT = "<|endoftext|>"

# One piece never spans a word boundary; punctuation keeps the line breaks that follow it,
# so that `."` plus a paragraph break can become a single token.
UNICODE_PATTERN = (
    r"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
ASCII_PATTERN = re.compile(
    UNICODE_PATTERN.replace(r"[^\s\p{L}\p{N}]", r"[^\sA-Za-z0-9]")
    .replace(r"\p{L}", "[A-Za-z]")
    .replace(r"\p{N}", "[0-9]")
)


def byte_alphabet() -> dict[int, str]:
    """GPT-2's map from each byte to a printable character."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in printable}
    spare = 256
    for b in range(256):
        if b not in table:
            table[b] = chr(spare)
            spare += 1
    return table


BYTE_TO_CHAR = byte_alphabet()
CHAR_TO_BYTE = {c: b for b, c in BYTE_TO_CHAR.items()}


def pieces(text: str):
    """Yield the pre-tokenised pieces of an ASCII text, in order; joined they are the text."""
    return (m.group() for m in ASCII_PATTERN.finditer(text))


def count_pieces(texts) -> Counter:
    """How often each distinct piece occurs: the merge loop only ever looks at these."""
    counts = Counter()
    for text in texts:
        counts.update(pieces(text))
    return counts


def train_merges(counts: Counter, wanted: int, first_id: int):
    """Learn `wanted` merges, each joining the most frequent adjacent pair.

    Ties go to the pair with the smaller ids, so the result depends on the text alone.
    Symbols are ids: a byte b is `first_id - 256 + b`, merge number m makes `first_id + m`.
    Pair counts are kept up to date by revisiting only the words that contain the pair.
    """
    base = first_id - 256
    words = [[base + b for b in piece.encode("utf-8")] for piece in counts]
    weights = list(counts.values())
    pair_count: Counter = Counter()
    pair_words = defaultdict(set)
    for index, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pair_count[pair] += weights[index]
            pair_words[pair].add(index)

    merges = []
    while len(merges) < wanted:
        best = max(pair_count, key=lambda p: (pair_count[p], -p[0], -p[1]))
        new_id = first_id + len(merges)
        merges.append(best)
        for index in sorted(pair_words.pop(best)):
            old, weight = words[index], weights[index]
            for pair in zip(old, old[1:]):
                pair_count[pair] -= weight
            merged = merge_word(old, best, new_id)
            for pair in zip(merged, merged[1:]):
                pair_count[pair] += weight
                pair_words[pair].add(index)
            words[index] = merged
        del pair_count[best]
        if len(merges) % 256 == 0:
            pair_count = Counter({p: n for p, n in pair_count.items() if n > 0})
    return merges


def merge_word(word: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    """Replace every occurrence of `pair` in `word`, left to right, by `new_id`."""
    out, i = [], 0
    while i < len(word):
        if i + 1 < len(word) and word[i] == pair[0] and word[i + 1] == pair[1]:
            out.append(new_id)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


class Encoder:
    """Text to ids with a trained merge list; remembers each distinct piece it has seen."""

    def __init__(self, tokenizer: dict):
        self.vocab = tokenizer["model"]["vocab"]
        self.rank = {tuple(m): i for i, m in enumerate(tokenizer["model"]["merges"])}
        self.cache: dict[str, list[int]] = {}

    def piece(self, piece: str) -> list[int]:
        symbols = [BYTE_TO_CHAR[b] for b in piece.encode("utf-8")]
        while len(symbols) > 1:
            ranked = [(self.rank.get(p, len(self.rank)), p) for p in zip(symbols, symbols[1:])]
            best = min(ranked)
            if best[0] == len(self.rank):
                break
            symbols = merge_word(symbols, best[1], "".join(best[1]))
        return [self.vocab[s] for s in symbols]

    def encode(self, text: str) -> list[int]:
        out: list[int] = []
        for piece in pieces(text):
            ids = self.cache.get(piece)
            if ids is None:
                ids = self.cache[piece] = self.piece(piece)
            out += ids
        return out
