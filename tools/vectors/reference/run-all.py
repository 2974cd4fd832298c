"""Runs every reference beside this file: each recomputes a vector file and exits 1 on any difference.

    python3 tools/vectors/reference/run-all.py

Exits 1 if one of them does, or if there is none.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    others = sorted(path for path in HERE.glob("*.py") if path != Path(__file__).resolve())
    references = [path for path in others if '__name__ == "__main__"' in path.read_text(encoding="utf8")]
    codes = [subprocess.run([sys.executable, "-B", str(path)], check=False).returncode for path in references]
    sys.exit(0 if codes and not any(codes) else 1)


if __name__ == "__main__":
    main()
