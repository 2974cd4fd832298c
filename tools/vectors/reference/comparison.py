"""Reads a vector file and counts what a reference computes otherwise."""

import json
import sys
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[3] / "test" / "vectors"


class Comparison:
    """One vector file against one reference. A file that compares nothing has failed."""

    def __init__(self, name):
        self.name = name
        self.compared = 0
        self.different = 0

    def read(self):
        return json.loads((VECTORS / self.name).read_text(encoding="utf8"))

    def expect(self, what, computed, committed):
        self.compared += 1
        if computed != committed:
            self.different += 1
            print(f"{self.name}: {what}\n  computed  {computed}\n  committed {committed}", file=sys.stderr)

    def finish(self):
        print(f"{self.name}: {self.compared} compared, {self.different} different")
        sys.exit(1 if self.different > 0 or self.compared == 0 else 0)
