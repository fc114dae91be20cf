"""Values that tools take as text: due dates and repetitions in ISO form or in English, read by the one parser."""

import re
from dataclasses import dataclass
from datetime import date, time

from taskora import language
from taskora.accounts.caller import Caller
from taskora.assistant.tools.declaration import ToolRefused
from taskora.kit import clock

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$")
_NONE = frozenset(("", "none", "null", "never", "no", "clear", "remove"))
PRIORITY_NAMES = {1: "urgent", 2: "high", 3: "medium", 4: "low"}


@dataclass(frozen=True)
class DueText:
    """A due date as it was read. `iso` is what the task service takes; None clears."""

    iso: str | None
    has_time: bool = False
    rrule: str | None = None


def read_due_text(text: str, caller: Caller) -> DueText:
    """ISO date, ISO date-time or English ("tomorrow 5pm"). Raises ToolRefused when it isn't a date."""
    wanted = text.strip()
    if wanted.lower() in _NONE:
        return DueText(None)
    if _ISO.match(wanted):
        return DueText(wanted.replace(" ", "T", 1), has_time="T" in wanted.replace(" ", "T", 1))
    reading = language.read(wanted, now=clock.now(), timezone=caller.timezone, locale=caller.locale)
    due = reading.due or reading.deadline
    if due is None:
        raise ToolRefused(f"“{wanted[:60]}” is not a date that I understand. Try “tomorrow 5pm” or 2026-03-01.")
    return DueText(iso_of(due.date, due.time), due.time is not None, reading.rrule)


def iso_of(day: date, at: time | None) -> str:
    """`YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, wall clock in the caller's zone."""
    return day.isoformat() if at is None else f"{day.isoformat()}T{at.strftime('%H:%M')}"


def read_recurrence_text(text: str) -> str | None:
    """An RRULE or English, None to stop repeating. The task service reads and refuses it."""
    return None if text.strip().lower() in _NONE else text.strip()
