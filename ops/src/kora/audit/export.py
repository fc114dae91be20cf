"""The log in other forms: JSON lines, CSV, and the one-line form of a delegation log (``phase-iv``).

The phase-iv form has a header and lines ``[ISO timestamp] [AGENT] prompt="…" result="…"``. It holds what was delegated
to a role, so only finished records that name an agent appear in it. Quotes, backslashes and line ends inside are
escaped as in JSON, so that one record stays one line.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator

from kora.audit.records import AuditRecord

PHASE_IV_HEADER = '# Phase IV Agent Delegation Audit Log — format: [ISO-timestamp] [AGENT] prompt="..." result="..."'
_COLUMNS = (
    "sequence",
    "time",
    "actor",
    "surface",
    "tool",
    "phase",
    "risk",
    "decision",
    "approver",
    "status",
    "objects",
)


def _phase_iv(records: Iterable[AuditRecord]) -> Iterator[str]:
    yield PHASE_IV_HEADER
    for record in records:
        if record.agent is None or record.phase == "attempt":
            continue
        prompt = record.prompt if record.prompt is not None else record.tool
        result = record.result if record.result is not None else str(record.status or "recorded")
        yield f"[{_iso(record)}] [{record.agent}] prompt={_quoted(prompt)} result={_quoted(result)}"


def _json(records: Iterable[AuditRecord]) -> Iterator[str]:
    for record in records:
        yield record.model_dump_json()


def _csv(records: Iterable[AuditRecord]) -> Iterator[str]:
    yield ",".join(_COLUMNS)
    for record in records:
        line = io.StringIO()
        decision = record.decision.verdict if record.decision else ""
        objects = " ".join(str(reference) for reference in record.references)
        cells = [record.sequence, _iso(record), record.actor.name, record.actor.surface, record.tool, record.phase]
        cells += [record.risk, decision, record.approver or "", record.status or "", objects]
        csv.writer(line, lineterminator="").writerow([_harmless_cell(str(cell)) for cell in cells])
        yield line.getvalue()


def _iso(record: AuditRecord) -> str:
    return record.time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _harmless_cell(text: str) -> str:
    """A spreadsheet takes cells that begin with one of these for formulas."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


FORMATS: dict[str, Callable[[Iterable[AuditRecord]], Iterator[str]]] = {
    "phase-iv": _phase_iv,
    "json": _json,
    "csv": _csv,
}


def export(records: Iterable[AuditRecord], form: str) -> Iterator[str]:
    """The lines of `records` in one of `FORMATS`, without line ends.

    Raises:
        KeyError: no such form.
    """
    return FORMATS[form](records)
