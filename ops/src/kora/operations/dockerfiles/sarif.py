"""Reviews as SARIF 2.1.0, which code hosts and editors show beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable
from typing import Any

from kora import __version__
from kora.operations.dockerfiles.findings import RULES, ImageFinding, Severity
from kora.operations.dockerfiles.review import Review

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(reviews: Iterable[Review]) -> dict[str, Any]:
    """One run with every finding; silenced ones carry a suppression."""
    given = list(reviews)
    every = [one for review in given for one in (*review.findings, *review.silenced)]
    ids = sorted({one.id for one in every})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "kora", "version": __version__, "rules": [_rule(id, every) for id in ids]},
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(one, ids.index(one.id), one in review.silenced)
                    for review in given
                    for one in (*review.findings, *review.silenced)
                ],
            }
        ],
    }


def _rule(id: str, findings: list[ImageFinding]) -> dict[str, Any]:
    rule = RULES.get(id)
    sample = next(one for one in findings if one.id == id)
    return {
        "id": id,
        "name": sample.name,
        "shortDescription": {"text": rule.summary if rule else sample.why},
        "help": {"text": rule.fix if rule else sample.fix},
        "defaultConfiguration": {"level": _LEVELS[sample.severity]},
        "properties": {"category": sample.category.value},
    }


def _result(finding: ImageFinding, index: int, silenced: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.why} {finding.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.file},
                    "region": {"startLine": max(1, finding.line)},
                }
            }
        ],
    }
    if silenced:
        result["suppressions"] = [{"kind": "inSource"}]
    return result
