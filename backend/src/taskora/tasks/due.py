"""When a task is due: from what was written to wall clock, zone and instant, and the questions asked of them.

The wall clock and the zone are what people mean ("9:00 in Karachi"), so they are what is stored; the instant is
computed from them. A day without a time belongs to no zone: it is over when that day ends where its owner is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from taskora.kit.errors import Invalid
from taskora.tasks.schemas import DueInput

# Reminders of a day without a time count from nine in the morning.
MORNING = time(9, 0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoredDue:
    """A due moment as stored; everything None when there is none."""

    day: date | None = None
    clock: time | None = None
    zone: str | None = None
    at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of the tasks table."""
        return {"due_date": self.day, "due_time": self.clock, "due_zone": self.zone, "due_at": self.at}


NO_DUE = StoredDue()


@lru_cache(maxsize=1024)
def zone_of(name: str, field: str = "due.timezone") -> ZoneInfo:
    """The IANA zone of that name. Raises Invalid naming `field` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"“{name[:64]}” is not a time zone. Use a name such as Asia/Karachi.", field=field) from error


def today(now: datetime, zone: str) -> date:
    """The calendar day that it is in `zone`."""
    return now.astimezone(zone_of(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The instant at which `day` begins in `zone`."""
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which `day` is over in `zone` (the start of the next one)."""
    return start_of_day(day + _DAY, zone)


def stored(day: date, clock: time | None, zone: str | None, caller_zone: str) -> StoredDue:
    """Put a day, an optional wall-clock time and an optional zone together; a time without a zone is the caller's."""
    if clock is None:
        return StoredDue(day, None, None, end_of_day(day, caller_zone))
    name = zone or caller_zone
    return StoredDue(day, clock, name, datetime.combine(day, clock, zone_of(name)).astimezone(UTC))


def read_due(value: DueInput | str | None, caller_zone: str) -> StoredDue:
    """What was written as `due` (object, ISO date, ISO date-time) as it is stored.

    A date-time with an offset is an instant: it is shown on the caller's own clock from then on.
    Raises Invalid naming the field.
    """
    if value is None:
        return NO_DUE
    if isinstance(value, DueInput):
        return stored(value.date, value.time, value.timezone, caller_zone)
    text = value.strip()
    try:
        if len(text) <= 10 and "T" not in text.upper():
            return _in_range(date.fromisoformat(text), None, caller_zone)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("due must be a date such as 2026-03-01 or 2026-03-01T09:30.", field="due") from error
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(zone_of(caller_zone))
        except OverflowError as error:
            raise Invalid("due must lie between the years 1900 and 2999.", field="due") from error
    return _in_range(moment.date(), moment.time().replace(microsecond=0, tzinfo=None, fold=0), caller_zone)


def _in_range(day: date, clock: time | None, zone: str) -> StoredDue:
    if not 1900 <= day.year <= 2999:
        raise Invalid("due must lie between the years 1900 and 2999.", field="due")
    return stored(day, clock, None, zone)


def reminder_base(day: date | None, clock: time | None, zone: str | None, caller_zone: str) -> datetime | None:
    """The instant that relative reminders count back from; None without a due date."""
    if day is None:
        return None
    return datetime.combine(day, clock or MORNING, zone_of(zone or caller_zone)).astimezone(UTC)
