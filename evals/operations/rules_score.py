"""Score rules in plain English: understood, and exactly the expected offenders found.

    python evals/operations/rules_score.py [--failures]

`rules.jsonl` and `rules_on_paper.jsonl` hold {rule, objects, violating}: names of the objects that break the rule; null
where the rule must stay unclear. The objects of the first can stand in a cluster, those of the second can't (ages,
several namespaces, probes that are cut short). A wrong list is worse than an unclear rule and counted apart.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from kora.language.intents import Unclear
from kora.language.rules.reading import read_rule
from kora.operations.audits import result

CORPORA = ("rules.jsonl", "rules_on_paper.jsonl")


def verdict(row: dict[str, Any]) -> tuple[str, str]:
    """``right``, ``unclear`` or ``wrong``, and what was found instead."""
    rule = read_rule(row["rule"])
    if isinstance(rule, Unclear):
        return ("right" if row["violating"] is None else "unclear"), rule.text
    found = sorted(each.name for each in result(rule, row["objects"], row["objects"]).violations)
    right = row["violating"] is not None and found == sorted(row["violating"])
    return ("right" if right else "wrong"), f"{found} ({rule.meaning})"


def main() -> None:
    """Print the score, and with --failures every row that missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true")
    options = parser.parse_args()
    files = [Path(__file__).with_name(name) for name in CORPORA]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines if line.strip()]
    verdicts = [(row, *verdict(row)) for row in rows]
    for name in ("right", "unclear", "wrong"):
        print(f"{name}: {sum(each == name for _, each, _ in verdicts)} of {len(rows)}")
    if options.failures:
        for row, each, found in verdicts:
            if each != "right":
                print(f"{each}: {row['rule']}\n    {found}")


if __name__ == "__main__":
    main()
