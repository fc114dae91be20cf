"""How a task repeats: what was written becomes a stored rule, and a completed occurrence becomes the next one.

The calendar arithmetic itself is language's; here it meets zones, the stored columns and the clock.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from taskora import language
from taskora.tasks.due import StoredDue, stored, zone_of
from taskora.tasks.errors import RecurrenceInvalid
from taskora.tasks.schemas import RecurrenceInput

_RFC_5545 = re.compile(r"^\s*(RRULE:)?\s*[A-Z]+=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as stored; everything None when the task doesn't repeat."""

    rrule: str | None = None
    exdates: list[str] | None = None
    recur_from: str | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of the tasks table."""
        return {"rrule": self.rrule, "exdates": self.exdates, "recur_from": self.recur_from}


NO_RULE = StoredRule()


def read_rule(
    value: RecurrenceInput | str | None, due: StoredDue, *, now: datetime, zone: str, locale: str
) -> tuple[StoredRule, StoredDue]:
    """What was written as `recurrence` as it is stored, and the due date that goes with it.

    A repeating task needs a day to count from: without one it is first due on the first day that fits its rule.
    Raises RecurrenceInvalid.
    """
    if value is None:
        return NO_RULE, due
    written = RecurrenceInput(rrule=value) if isinstance(value, str) else value
    try:
        rule, first = _understood(written, now=now, zone=zone, locale=locale)
    except language.LanguageError as error:
        raise RecurrenceInvalid(str(error), field="recurrence") from error
    return rule, due if due.day is not None else first


def _understood(written: RecurrenceInput, *, now: datetime, zone: str, locale: str) -> tuple[StoredRule, StoredDue]:
    text = language.normalise_rrule(written.rrule) if _RFC_5545.match(written.rrule) else written.rrule
    reading = language.read_recurrence(text, now=now, timezone=zone, locale=locale)
    if reading is None:
        raise RecurrenceInvalid(field="recurrence")
    exdates = sorted({*written.exdates, *reading.exdates})
    recur_from = written.from_ if "from_" in written.model_fields_set else reading.recur_from
    first = stored(reading.first.date, reading.first.time, reading.first.timezone, zone)
    return StoredRule(reading.rrule, [day.isoformat() for day in exdates], recur_from), first


def next_after(row: dict[str, Any], *, now: datetime, caller_zone: str) -> tuple[str, StoredDue] | None:
    """The rule and the due moment of the occurrence that follows the task `row` when it is completed `now`.

    Missed occurrences are skipped: today's is still to be done, a time of day that has passed is not. None when the
    series is over.
    """
    zone = row["due_zone"] or caller_zone
    local_now = now.astimezone(zone_of(zone)).replace(tzinfo=None)
    day: date = row["due_date"]
    clock = row["due_time"]
    anchor: date | datetime = day if clock is None else datetime.combine(day, clock)
    after: date | datetime = local_now.date() - timedelta(days=1) if clock is None else local_now
    step = language.advance(
        language.anchored_rrule(row["rrule"], day),
        anchor,
        after=after,
        exdates=tuple(date.fromisoformat(text) for text in row["exdates"] or ()),
        recur_from=row["recur_from"],
        done_on=local_now,
    )
    if step is None:
        return None
    if isinstance(step.at, datetime):
        return step.rrule, stored(step.at.date(), step.at.time(), zone, caller_zone)
    return step.rrule, stored(step.at, None, None, caller_zone)
