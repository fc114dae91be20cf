"""The codes of findings against the lines of a run: was the cause made on a cluster, named right, and was what had to
happen carried out?

    python evals/operations/codes.py LINES.jsonl [MORE.jsonl …]

Prints a Markdown table from files that `run.py --results` kept; of several lines for one fault the last one counts.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))  # the builders of the cluster tests
sys.path.insert(0, str(Path(__file__).parent))

from faults import FAULTS
from live.nodes import FAULTS as NODES

from kora.operations.diagnose.causes import CAUSES

WRITTEN = "states of a node without a kubelet are written through the API"


def rows(files: list[str]) -> list[tuple[str, str, str, str, str]]:
    """Code, faults, named right, carried out, what became of them."""
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for file in files:
        for text in Path(file).read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            lines[line["group"], line["id"]] = line
    made: dict[str, list[str]] = defaultdict(list)
    for each in FAULTS:
        made[each.cause].append(each.name)
    for name, cause, *_ in NODES:
        made[cause].append(name)
    return [_row(code, made.get(code, []), lines) for code in CAUSES]


def _row(code: str, names: list[str], lines: dict[tuple[str, str], dict[str, str]]) -> tuple[str, str, str, str, str]:
    ran = [each for each in names if ("diagnosis", each) in lines]
    if not ran:
        return code, "not made", "", "", ""
    nodes = {each[0] for each in NODES}
    note = f" ({WRITTEN})" if set(ran) <= nodes else ""
    named = [each for each in ran if lines["diagnosis", each]["verdict"] == "right"]
    repaired = [lines["repair", each] for each in ran if ("repair", each) in lines]
    done = [each for each in repaired if each["verdict"] == "right"]
    fates = sorted({each["note"].split()[0] for each in done if each["note"]})
    return code, ", ".join(ran) + note, f"{len(named)}/{len(ran)}", f"{len(done)}/{len(repaired)}", ", ".join(fates)


def main() -> None:
    """Print the table."""
    print("| code | made as | named right at the first look | verdict carried out | what became of it |")
    print("|---|---|---|---|---|")
    for row in rows(sys.argv[1:]):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
