"""First reading of a line: tags, projects, priorities, today and tomorrow. The grammar takes its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from taskora.language.errors import ZoneError
from taskora.language.occurrences import first_occurrence
from taskora.language.reading import Period, Reading, Recurrence, Span, When
from taskora.language.rules import parse_rule

_SIMPLE = re.compile(
    r"(?<!\S)(?:#(?P<project>\w+)|@(?P<tag>\w+)|p(?P<priority>[1-4])|(?P<due>today|tomorrow))(?!\S)", re.I
)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneError(f"“{name[:60]}” is not a time zone; use an IANA name such as Asia/Karachi.") from error


def read(
    text: str,
    *,
    now: datetime,
    timezone: str,
    locale: str = "en-US",
    projects: Sequence[str] = (),
    tags: Sequence[str] = (),
    ignored: Sequence[tuple[int, int]] = (),
) -> Reading:
    """Read one line; see the package for the contract."""
    today = now.astimezone(_zone(timezone)).date()
    found = [m for m in _SIMPLE.finditer(text) if not any(m.start() < b and a < m.end() for a, b in ignored)]
    spans = tuple(Span(m.start(), m.end(), str(m.lastgroup), m[0]) for m in found)
    title = text
    for match in reversed(found):
        title = title[: match.start()] + title[match.end() :]
    dues = [today + timedelta(days=m["due"].lower() == "tomorrow") for m in found if m["due"]]
    return Reading(
        title=" ".join(title.split()) or text.strip(),
        due=When(dues[0], None, timezone) if dues else None,
        priority=next((int(m["priority"]) for m in found if m["priority"]), None),
        tags=tuple(m["tag"] for m in found if m["tag"]),
        project=next((m["project"] for m in found if m["project"]), None),
        spans=spans,
    )


def read_recurrence(text: str, *, now: datetime, timezone: str, locale: str = "en-US") -> Recurrence | None:
    """Read a rule in RFC 5545 (English follows with the grammar)."""
    rule = parse_rule(text)
    first = first_occurrence(rule, now.astimezone(_zone(timezone)).date())
    if first is None:
        return None
    day = first.date() if isinstance(first, datetime) else first
    return Recurrence(str(rule), (), "due", When(day, None, timezone))


def describe(rrule: str, recur_from: str = "due", exdates: Sequence[date] = ()) -> str:
    """English for a rule."""
    return str(parse_rule(rrule))


def read_when(text: str, *, now: datetime, timezone: str, locale: str = "en-US") -> Period | None:
    """The period named in a question."""
    today = now.astimezone(_zone(timezone)).date()
    return Period(today, today, "today") if "today" in text.lower() else None
