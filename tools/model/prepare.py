"""Train the tokenizer on the story corpus and write the corpus as token ids.

The corpus folder holds train.txt.xz and valid.txt.xz (or the same without .xz): ASCII text in
which a line `<|book|>` or `<|story|>` starts a new story. Both become the id of
`<|endoftext|>`, which is also what every prompt begins with.

Writes tokenizer.json and tokenizer_config.json to --model, train.bin and valid.bin (uint16)
to --work.
"""

import argparse
import json
import lzma
import re
from pathlib import Path

import numpy as np

import bpe

BOUNDARY = re.compile(r"\n*<\|(?:book|story)\|>\n*")

# A story model: a chat is answered by taking the last thing the user wrote as the opening.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if loop.last %}{{ message['content'] }}{% endif %}{% endfor %}"
)


def read_stories(data: Path, name: str) -> list[str]:
    """The stories of one split, separators and the blank lines around them removed."""
    packed = data / f"{name}.txt.xz"
    raw = lzma.open(packed).read() if packed.exists() else (data / f"{name}.txt").read_bytes()
    return [s for s in BOUNDARY.split(raw.decode("ascii")) if s.strip()]


def tokenizer_json(merges: list[tuple[int, int]]) -> dict:
    """Lay the learned merges out as a Hugging Face tokenizer.json."""
    names = [bpe.END_OF_TEXT] + [bpe.BYTE_TO_CHAR[b] for b in range(256)]
    for left, right in merges:
        names.append(names[left] + names[right])
    special = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": 0, "content": bpe.END_OF_TEXT, **special, "special": True}],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": bpe.UNICODE_PATTERN},
                    "behavior": "Isolated",
                    "invert": False,
                },
                {
                    "type": "ByteLevel",
                    "add_prefix_space": False,
                    "trim_offsets": True,
                    "use_regex": False,
                },
            ],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": bpe.END_OF_TEXT, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": bpe.END_OF_TEXT, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {
                bpe.END_OF_TEXT: {"id": bpe.END_OF_TEXT, "ids": [0], "tokens": [bpe.END_OF_TEXT]}
            },
        },
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": True,
            "trim_offsets": True,
            "use_regex": True,
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {name: i for i, name in enumerate(names)},
            "merges": [[names[left], names[right]] for left, right in merges],
        },
    }


def tokenizer_config() -> dict:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": bpe.END_OF_TEXT,
        "eos_token": bpe.END_OF_TEXT,
        "pad_token": bpe.END_OF_TEXT,
        "add_bos_token": True,
        "model_max_length": 512,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the story corpus")
    parser.add_argument("--work", type=Path, required=True, help="folder for train.bin, valid.bin")
    parser.add_argument("--model", type=Path, default=Path("public/models/locus-stories"))
    parser.add_argument("--vocab", type=int, default=4096)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    args.model.mkdir(parents=True, exist_ok=True)

    splits = {name: read_stories(args.data, name) for name in ("train", "valid")}
    counts = bpe.count_pieces(splits["train"])
    merges = bpe.train_merges(counts, args.vocab - 257, first_id=257)
    tokenizer = tokenizer_json(merges)
    write_json(args.model / "tokenizer.json", tokenizer)
    write_json(args.model / "tokenizer_config.json", tokenizer_config())

    encoder = bpe.Encoder(tokenizer)
    for name, stories in splits.items():
        ids: list[int] = []
        for story in stories:
            ids.append(0)
            ids += encoder.encode(story)
        ids.append(0)
        np.array(ids, np.uint16).tofile(args.work / f"{name}.bin")
        text_bytes = sum(len(s.encode("utf-8")) for s in stories)
        print(f"{name}: {len(stories)} stories, {text_bytes} bytes, {len(ids)} tokens")


if __name__ == "__main__":
    main()
