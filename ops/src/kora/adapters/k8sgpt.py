"""Reads the report of ``k8sgpt analyze --output json``: objects and what it found wrong with them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kora.kit.errors import Invalid
from kora.kit.redaction import redact_text

MOST_BYTES = 5_000_000


class ReportUnreadable(Invalid):
    """A file that should hold another tool's report holds something else."""

    code = "REPORT_UNREADABLE"


@dataclass(frozen=True)
class Complaint:
    """One object that it finds fault with."""

    kind: str
    namespace: str | None
    name: str
    texts: tuple[str, ...]
    parent: tuple[str, str] | None = None
    """(kind, name) of the owner, in the same namespace."""

    def __str__(self) -> str:
        place = f" -n {self.namespace}" if self.namespace else ""
        return f"{self.kind.lower()}/{self.name}{place}"


def read_report(text: str) -> list[Complaint]:
    """The complaints of one report, redacted.

    Raises:
        ReportUnreadable: it is no such report.
    """
    report = load(text, "k8sgpt analyze --output json")
    results = report.get("results")
    if results is None and "problems" in report:
        return []
    if not isinstance(results, list):
        raise ReportUnreadable("There are no results in this report.", fix="k8sgpt analyze --output json > FILE")
    return [_complaint(each) for each in results]


def load(text: str, command: str) -> Mapping[str, Any]:
    """A JSON object out of what a tool printed; lines before it are its greetings.

    Raises:
        ReportUnreadable: there is none.
    """
    start = text.find("{")
    try:
        found = json.loads(text[start:] if start >= 0 else "")
    except (ValueError, RecursionError) as error:
        raise ReportUnreadable("This is no JSON report.", fix=f"{command} > FILE") from error
    if not isinstance(found, dict):
        raise ReportUnreadable("This is no JSON report.", fix=f"{command} > FILE")
    return found


def _complaint(result: Any) -> Complaint:
    try:
        kind, full = str(result["kind"]), str(result["name"])
        errors = result.get("error") or []
        texts = tuple(redact_text(" ".join(str(each["Text"]).split()))[:500] for each in errors)
        parent = str(result.get("parentObject") or "")
    except (TypeError, KeyError, AttributeError) as error:
        raise ReportUnreadable("A result of this report has no kind, name or error.") from error
    namespace, slash, name = full.rpartition("/")
    owner = parent.split("/", 1)
    return Complaint(
        kind, namespace if slash else None, name, texts, (owner[0], owner[1]) if len(owner) == 2 and owner[1] else None
    )
