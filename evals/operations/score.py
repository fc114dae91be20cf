"""Scores `kora.language.grammar.read` against a corpus of prompts: right, wrong, harm.

    python evals/operations/score.py [--misses] [FILE …]

A line of the corpus is ``{"prompt", "expect": [steps]}``; a step names the intent and those slots that matter (nested
objects are compared in part). An empty list means that nothing may be changed. *Harm* is a wrong reading that would
have become a change; it counts apart from other misses.
"""

import json
import sys
from pathlib import Path
from typing import Any

from kora.language.grammar import read

CORPUS = Path(__file__).with_name("ask.jsonl")
_READING = {"inspect", "audit", "wait"}


def fits(expected: Any, found: Any) -> bool:
    """Whether everything that is expected is there; names may be given as a phrase or as a name."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return False
        return all(_slot(key, value, found) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(fits, expected, found))
    return bool(expected == found)


def _slot(key: str, value: Any, found: dict[str, Any]) -> bool:
    if key == "called":
        return bool(value == (found.get("phrase") or ",".join(found.get("names") or [])))
    if key == "aspect":  # several aspects may answer one question
        return found.get(key) in value.split("|")
    return fits(value, found.get(key))


def judge(case: dict[str, Any]) -> str:
    """``right``, ``wrong`` or ``harm``."""
    request = read(case["prompt"])
    steps = [step.model_dump(mode="json") for step in request.steps if step.intent != "wait"]
    acts = request.changes and not request.unclear and not request.dry_run  # a dry run shows its plan and stops
    expected = case["expect"]
    if not expected:
        return "harm" if acts else "right"
    if not request.unclear and not request.explain and fits(expected, steps):
        return "right"
    return "harm" if acts else "wrong"


def main(arguments: list[str]) -> int:
    """Print the table; exit 1 when there was harm."""
    files = [Path(each) for each in arguments if not each.startswith("-")] or [CORPUS]
    cases = [json.loads(line) for file in files for line in file.read_text().splitlines() if line.strip()]
    totals: dict[str, dict[str, int]] = {}
    for case in cases:
        group = _group(case["expect"])
        result = judge(case)
        row = totals.setdefault(group, dict.fromkeys(("right", "wrong", "harm"), 0))
        row[result] += 1
        if result != "right" and "--misses" in arguments:
            request = read(case["prompt"])
            heard = [step.model_dump(mode="json", exclude_defaults=True) for step in request.steps]
            print(
                f"{result}: {case['prompt']}\n   expected {case['expect']}\n"
                f"   heard    {heard} {[each.text for each in request.unclear]}"
            )
    print(f"{'':<10}{'right':>7}{'wrong':>7}{'harm':>7}")
    for group, row in [
        *sorted(totals.items()),
        ("all", {key: sum(each[key] for each in totals.values()) for key in ("right", "wrong", "harm")}),
    ]:
        print(f"{group:<10}{row['right']:>7}{row['wrong']:>7}{row['harm']:>7}")
    return 1 if any(row["harm"] for row in totals.values()) else 0


def _group(expected: list[dict[str, Any]]) -> str:
    if not expected:
        return "refusal"
    return "read" if all(step["intent"] in _READING for step in expected) else "change"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
