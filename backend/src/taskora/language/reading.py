"""What one line of text means: the value types that `taskora.language.read` answers with.

Everything is frozen and free of behaviour except `as_json`, which gives exactly the JSON object of the parse contract
(REST `/parse`, `taskora parse --json`, quick add chips).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

RecurFrom = Literal["due", "done"]

SPAN_KINDS = (
    "due",
    "until",
    "start",
    "deadline",
    "duration",
    "recurrence",
    "priority",
    "tag",
    "project",
    "reminder",
)


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a day with a wall-clock time, in the IANA zone `timezone`."""

    date: date
    time: time | None
    timezone: str

    def as_json(self) -> dict[str, Any]:
        """`{date: "YYYY-MM-DD", time: "HH:MM"|null, timezone}`."""
        return {
            "date": self.date.isoformat(),
            "time": self.time.strftime("%H:%M") if self.time is not None else None,
            "timezone": self.timezone,
        }


@dataclass(frozen=True, slots=True)
class Reminder:
    """Either minutes before the due moment (`offset_minutes`) or an absolute moment (`at`, aware)."""

    offset_minutes: int | None = None
    at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """`{offset_minutes}` or `{at}` (ISO 8601 with offset)."""
        if self.at is not None:
            return {"at": self.at.isoformat()}
        return {"offset_minutes": self.offset_minutes}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text that was understood: code-point indices into the original text, `text[start:end]`."""

    start: int
    end: int
    kind: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """`{start, end, kind, text}`."""
        return {"start": self.start, "end": self.end, "kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of the same words: `kind` names the field, `value` is what that field would hold in JSON."""

    kind: str
    value: Any
    text: str

    def as_json(self) -> dict[str, Any]:
        """`{kind, value, text}`."""
        return {"kind": self.kind, "value": self.value, "text": self.text}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A repeat rule read from English or RFC 5545.

    `rrule` has neither DTSTART nor the `RRULE:` prefix; `first` is the first occurrence at or after the given now, with
    the time of day when the words named one.
    """

    rrule: str
    exdates: tuple[date, ...]
    recur_from: RecurFrom
    first: When


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a list question asks for, both ends inclusive; `None` is open (`overdue` has no start)."""

    start: date | None
    end: date | None
    text: str
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line means. Fields that the words don't speak of are None or empty."""

    title: str
    due: When | None = None
    start: When | None = None
    deadline: When | None = None
    duration_minutes: int | None = None
    rrule: str | None = None
    exdates: tuple[date, ...] = ()
    recur_from: RecurFrom = "due"
    priority: int | None = None
    tags: tuple[str, ...] = ()
    project: str | None = None
    reminders: tuple[Reminder, ...] = ()
    spans: tuple[Span, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The JSON object of the parse contract, ready for `json.dumps`."""
        return {
            "title": self.title,
            "due": self.due.as_json() if self.due else None,
            "start": self.start.as_json() if self.start else None,
            "deadline": self.deadline.as_json() if self.deadline else None,
            "duration_minutes": self.duration_minutes,
            "rrule": self.rrule,
            "exdates": [day.isoformat() for day in self.exdates],
            "recur_from": self.recur_from,
            "priority": self.priority,
            "tags": list(self.tags),
            "project": self.project,
            "reminders": [reminder.as_json() for reminder in self.reminders],
            "spans": [span.as_json() for span in self.spans],
            "alternatives": [alternative.as_json() for alternative in self.alternatives],
        }
