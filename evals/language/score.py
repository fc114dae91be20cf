"""Score the parser against the corpus: precision and recall of every field, and the lines that were read wrongly.

    python evals/language/score.py [--failures] [corpus.jsonl]

The corpus is JSON Lines of {text, locale?, now?, timezone?, expect}: `expect` names the title and every field that the
words speak of; a field it leaves out must be empty. A field is right only when it holds exactly what is expected.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from taskora.language import read

FIELDS = (
    "due",
    "start",
    "deadline",
    "duration_minutes",
    "rrule",
    "exdates",
    "priority",
    "tags",
    "project",
    "reminders",
)
NOW, ZONE = "2026-11-21T10:00:00+05:00", "Asia/Karachi"


def said(row: dict[str, Any]) -> dict[str, Any]:
    """The reading of a row in the form of `expect`."""
    shown = read(
        row["text"],
        now=datetime.fromisoformat(row.get("now", NOW)),
        timezone=row.get("timezone", ZONE),
        locale=row.get("locale", "en-US"),
    ).as_json()
    fields = {"title": shown["title"]}
    for name in FIELDS:
        value = shown[name]
        if value and name in ("due", "start", "deadline"):
            value = " ".join(part for part in (value["date"], value["time"]) if part)
        if value:
            fields[name] = value
    if shown["recur_from"] != "due":
        fields["recur_from"] = shown["recur_from"]
    return fields


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=Path(__file__).with_name("corpus.jsonl"))
    parser.add_argument("--failures", action="store_true", help="print every line that was read wrongly")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.corpus.read_text(encoding="utf-8").splitlines() if line.strip()]
    right, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    exact = untouched = literal = 0
    for row in rows:
        found, expected = said(row), row["expect"]
        exact += found == expected
        if set(expected) == {"title"}:
            literal += 1
            untouched += found == expected
        for name in ("title", *FIELDS):
            given[name] += name in found
            wanted[name] += name in expected
            right[name] += name in found and name in expected and found[name] == expected[name]
        if options.failures and found != expected:
            print(json.dumps({"text": row["text"], "expected": expected, "found": found}, ensure_ascii=False))
    print(f"{'field':<18}{'precision':>10}{'recall':>10}{'wanted':>8}")
    for name in ("title", *FIELDS):
        precision = right[name] / given[name] if given[name] else 1.0
        recall = right[name] / wanted[name] if wanted[name] else 1.0
        print(f"{name:<18}{precision:>10.3f}{recall:>10.3f}{wanted[name]:>8}")
    print(f"\nwhole lines right: {exact} of {len(rows)}; literal lines left alone: {untouched} of {literal}")


if __name__ == "__main__":
    main()
