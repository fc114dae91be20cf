"""The reminder rows of a task: when each fires, and what changes when the task does.

Delivering them is the reminders feature's work; here they only get their instants.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from taskora.tasks.due import reminder_base, zone_of
from taskora.tasks.journal import Row
from taskora.tasks.schemas import ReminderInput


def reminder_rows(wanted: Sequence[ReminderInput], task: Row, *, now: datetime, caller_zone: str) -> list[Row]:
    """Rows for the reminders that were written, without task id (a new task has none yet); doubles count once."""
    written: dict[tuple[int | None, datetime | None], None] = {}
    for reminder in wanted:
        at = reminder.at
        if at is not None:
            at = (at if at.tzinfo else at.replace(tzinfo=zone_of(caller_zone))).astimezone(UTC)
        written[(reminder.offset_minutes, at)] = None
    return [
        {
            "user_id": task["user_id"],
            "offset_minutes": offset,
            "at": at,
            "fire_at": fires(offset, at, task, now=now, caller_zone=caller_zone),
            "fired_at": None,
            "snoozed_until": None,
        }
        for offset, at in written
    ]


def fires(offset: int | None, at: datetime | None, task: Row, *, now: datetime, caller_zone: str) -> datetime | None:
    """The instant a reminder fires, or None: the task is completed or has no due date, or its moment is over.

    A reminder whose own instant has passed still fires while the task lies ahead (added ten minutes before the
    meeting with a reminder of an hour).
    """
    if task["completed"]:
        return None
    if offset is None:
        return at if at is not None and at > now else None
    base = reminder_base(task["due_date"], task["due_time"], task["due_zone"], caller_zone)
    if base is None or (base <= now and task["due_at"] <= now):
        return None
    return base - timedelta(minutes=offset)


def rescheduled(
    reminders: Sequence[Row], task: Row, *, now: datetime, caller_zone: str
) -> list[tuple[Row, dict[str, Any]]]:
    """(row, new values) for the reminders of a task that was completed, reopened or moved.

    What was delivered stays delivered unless the new instant still lies ahead; a snooze ends with the plan that it
    belonged to.
    """
    changes = []
    for row in reminders:
        fire_at = fires(row["offset_minutes"], row["at"], task, now=now, caller_zone=caller_zone)
        if row["fired_at"] is not None and (fire_at is None or fire_at <= now):
            fire_at = None
        fired_at = None if fire_at is not None else row["fired_at"]
        changes.append((row, {"fire_at": fire_at, "fired_at": fired_at, "snoozed_until": None}))
    return changes
