"""How many commands a second the gate decides about: harmless ones, leaks, and both as a stream of JSON lines.

    python bench/kora_gate.py

Goal: >= 10,000 decisions a second on one core. CPU time.
"""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path

from kora.policy.gate import classify

sys.path.insert(0, str(Path(__file__).parents[1] / "ops" / "tests" / "policy"))
from harmless import HARMLESS
from leaks import LEAKS

GOAL = 10_000
LINES = {
    "harmless": [["kubectl", *shlex.split(line)] for line in HARMLESS],
    "leaks": [["kubectl", *leak.words] for leak in LEAKS],
}


def rate(lines: list[list[str]], seconds: float = 2.0) -> float:
    """Decisions a second of CPU time."""
    done, started = 0, time.process_time()
    while time.process_time() - started < seconds:
        for argv in lines:
            classify(argv)
        done += len(lines)
    return done / (time.process_time() - started)


def main() -> None:
    for name, lines in LINES.items():
        rate(lines, 0.1)  # the grammar is read once
        print(f"{name:<10} {len(lines):>4} lines   {rate(lines):>9,.0f} decisions/s   goal {GOAL:,}")


if __name__ == "__main__":
    main()
