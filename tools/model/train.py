"""Train the story decoder for a fixed wall-clock time, resumably.

The learning rate and the sequence length follow the fraction of the time budget that is used
up, so the rate reaches zero at the deadline whatever the speed of the machine. Time spent
before a resume counts.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

import optimizers
from decoder import Decoder, Shape

LONG_FROM = 0.75  # fraction of the time after which sequences are a full context long


def rate(fraction: float) -> float:
    """Warm up over the first percent, hold to a third, then fall linearly to zero."""
    return min(fraction / 0.01, 1.0, (1.0 - fraction) / 0.67)


class Batches:
    """Shuffled windows over the token stream; one in sixteen starts at a story's first token."""

    def __init__(self, path: Path, seed: int):
        self.tokens = np.fromfile(path, np.uint16).astype(np.int64)
        self.starts = np.flatnonzero(self.tokens == 0)
        self.rng = np.random.default_rng(seed)
        self.queue: list[int] = []

    def take(self, rows: int, length: int):
        """ids and next ids, each [rows, length]."""
        limit = len(self.tokens) - length - 1
        chosen = []
        for _ in range(rows):
            if self.rng.random() < 1 / 16:
                chosen.append(min(int(self.rng.choice(self.starts)), limit))
                continue
            if not self.queue:
                first = int(self.rng.integers(length))
                self.queue = self.rng.permutation(np.arange(first, limit, length)).tolist()
            chosen.append(min(self.queue.pop(), limit))
        windows = np.stack([self.tokens[i : i + length + 1] for i in chosen])
        windows = torch.from_numpy(windows)
        return windows[:, :-1], windows[:, 1:]

    def restart(self) -> None:
        """Forget the queued windows (their length is about to change)."""
        self.queue = []


class Threads:
    """Uses one thread while the other cores are busy with someone else's work.

    Threads share each operation evenly, so one slow core holds all of them back. A step that
    took longer than a one-thread step is followed by a spell of one thread, and the spell
    doubles while trying again does not help.
    """

    def __init__(self, most: int):
        self.most, self.single, self.spell, self.left = most, None, 4, 3

    def choose(self) -> None:
        torch.set_num_threads(1 if self.left else self.most)

    def took(self, seconds: float) -> None:
        if self.left:
            self.left -= 1
            self.single = (seconds + (self.single or seconds)) / 2
        elif seconds > self.single:
            self.left = self.spell = min(2 * self.spell, 32)
        else:
            self.spell = 4


@torch.no_grad()
def quick_bits_per_token(model: Decoder, path: Path, rows: int = 32) -> float:
    """Loss on evenly spaced windows of the validation tokens, in bits: a progress figure only."""
    tokens = np.fromfile(path, np.uint16).astype(np.int64)
    at = np.linspace(0, len(tokens) - 258, rows).astype(int)
    windows = torch.from_numpy(np.stack([tokens[i : i + 257] for i in at]))
    return model.loss(windows[:, :-1], windows[:, 1:]).item() / math.log(2)


def save(path: Path, state: dict) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of train.bin; checkpoints")
    parser.add_argument("--minutes", type=float, default=85)
    parser.add_argument("--tokens-per-step", type=int, default=4096)
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=0.004)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-minutes", type=float, default=4)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    threads = Threads(args.threads)

    model = Decoder(Shape(), args.seed)
    weights = model.named_weights()
    opts = optimizers.build(weights, args.muon_lr, args.adam_lr)
    batches = Batches(args.work / "train.bin", args.seed)
    step, tokens, used, long = 0, 0, 0.0, False
    checkpoint = args.work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(opts, state["optimizers"]):
            optimizer.load_state_dict(saved)
        step, tokens, used, long = (state[k] for k in ("step", "tokens", "used", "long"))
        batches.rng.bit_generator.state = state["rng"]
        batches.queue = state["queue"]
    print(json.dumps({"parameters": sum(w.numel() for w in weights.values())}), flush=True)

    budget = args.minutes * 60
    began, saved_at, mean = time.monotonic() - used, used, None

    def keep(used: float) -> None:
        save(checkpoint, {
            "model": model.state_dict(), "optimizers": [o.state_dict() for o in opts],
            "step": step, "tokens": tokens, "used": used, "long": long,
            "rng": batches.rng.bit_generator.state, "queue": batches.queue,
        })  # fmt: skip

    while (used := time.monotonic() - began) < budget:
        fraction = used / budget
        if not long and fraction >= LONG_FROM:
            long = True
            batches.restart()
            threads = Threads(args.threads)
        threads.choose()
        length = model.shape.context if long else model.shape.context // 2
        ids, targets = batches.take(args.tokens_per_step // length, length)
        optimizers.set_rate(opts, rate(max(fraction, 1e-4)))
        loss = model.loss(ids, targets)
        model.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in opts:
            optimizer.step()
        threads.took(time.monotonic() - began - used)
        step, tokens = step + 1, tokens + ids.numel()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 25 == 0:
            print(f"step {step} tokens {tokens} seconds {used:.0f} length {length} threads {torch.get_num_threads()} loss {mean:.4f}", flush=True)  # fmt: skip
        if used - saved_at > args.save_minutes * 60:
            saved_at = used
            keep(used)
            bits = quick_bits_per_token(model, args.work / "valid.bin")
            print(f"step {step} valid bits/token {bits:.4f}", flush=True)
    keep(budget)
    bits = quick_bits_per_token(model, args.work / "valid.bin")
    print(f"done: step {step} tokens {tokens} valid bits/token {bits:.4f}", flush=True)
    summary = {
        "steps": step,
        "tokens": tokens,
        "passes": tokens / len(batches.tokens),
        "minutes": args.minutes,
        "parameters": sum(w.numel() for w in weights.values()),
    }
    (args.work / "training.json").write_text(json.dumps(summary) + "\n")


if __name__ == "__main__":
    main()
