"""Tasks as iCalendar (RFC 5545), through the icalendar library. The only module that imports it; import this one
lazily.

A to-do (VTODO) carries everything; an event (VEVENT) is what calendar programs show of a task that is due on a day:
all-day without a time, half an hour with one. Our month days roll ("the 31st" of a short month is its last day),
iCalendar's skip, so such a rule is written as "the last of the days 28 to 31".
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Timezone, Todo, vDuration, vRecur
from sqlalchemy import and_

from taskora import language
from taskora.tasks.due import MORNING
from taskora.tasks.journal import TASKS
from taskora.tasks.schemas import Due, MomentReminder, OffsetReminder, Priority, TaskOut

IS_EVENT = and_(TASKS.c.due_date.is_not(None), TASKS.c.completed.is_(False))

CLOSING = b"END:VCALENDAR\r\n"
_EVENT_LENGTH = timedelta(minutes=30)
_REFRESH = timedelta(minutes=15)
# RFC 5545 3.8.1.9: 1 is the highest, 5 the middle, 9 the lowest.
_PRIORITY = {Priority.URGENT: 1, Priority.HIGH: 3, Priority.MEDIUM: 5, Priority.LOW: 9}
# Zone rules are written out for these years; due dates beyond use the last rule.
_ZONES_FROM, _ZONES_TO = date(2000, 1, 1), date(2038, 1, 1)


def opening(zones: Sequence[str]) -> bytes:
    """The head of a calendar and the definitions of its time zones."""
    calendar = Calendar()
    calendar.add("prodid", "-//Taskora//Taskora//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Taskora")
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    parts = [calendar.to_ical().removesuffix(CLOSING)]
    parts += [Timezone.from_tzid(zone, first_date=_ZONES_FROM, last_date=_ZONES_TO).to_ical() for zone in zones]
    return b"".join(parts)


def components(tasks: Sequence[TaskOut], kind: Literal["events", "todos"], owner: str) -> bytes:
    """The tasks as VTODO or VEVENT components, one after the other."""
    make = _event if kind == "events" else _todo
    return b"".join(make(task, owner).to_ical() for task in tasks)


def _todo(task: TaskOut, owner: str) -> Component:
    todo = Todo()
    _describe(todo, task, owner)
    todo.add("status", "COMPLETED" if task.completed else "NEEDS-ACTION")
    if task.completed_at is not None:
        todo.add("completed", task.completed_at.astimezone(UTC))
    todo.add("percent-complete", 100 if task.completed else _progress(task))
    if task.parent_task_id is not None:
        todo.add("related-to", _uid(task.parent_task_id, owner))
    if task.due is not None:
        moment = _moment(task.due)
        if task.recurrence is not None:
            todo.add("dtstart", moment)
            _repeat(todo, task, moment)
        todo.add("due", moment)
    _alarms(todo, task, related="END" if task.due is not None else None)
    return todo


def _event(task: TaskOut, owner: str) -> Component:
    assert task.due is not None  # IS_EVENT asked for it
    event = Event()
    _describe(event, task, owner)
    moment = _moment(task.due)
    event.add("dtstart", moment)
    event.add("dtend", moment + (_EVENT_LENGTH if isinstance(moment, datetime) else timedelta(days=1)))
    # A task on a day doesn't make the day busy.
    event.add("transp", "OPAQUE" if isinstance(moment, datetime) else "TRANSPARENT")
    if task.recurrence is not None and task.recurrence.from_ == "due":
        # "Every! 10 days" counts from a completion that nobody knows yet: only the next one can be shown.
        _repeat(event, task, moment)
    _alarms(event, task, related=None)
    return event


def _describe(component: Component, task: TaskOut, owner: str) -> None:
    component.add("uid", _uid(task.id, owner))
    component.add("dtstamp", task.updated_at.astimezone(UTC))
    component.add("created", task.created_at.astimezone(UTC))
    component.add("last-modified", task.updated_at.astimezone(UTC))
    component.add("summary", task.title)
    steps = "\n".join(f"[{'x' if step.completed else ' '}] {step.title}" for step in task.steps)
    if text := "\n\n".join(part for part in (task.description, steps) if part):
        component.add("description", text)
    component.add("priority", _PRIORITY[task.priority])
    names = [*task.tags, *([task.project.name] if task.project else [])]
    if names:
        component.add("categories", names)


def _uid(task_id: int, owner: str) -> str:
    """Stable for one task, different for the same number in another account or another installation."""
    mark = hashlib.sha256(owner.encode()).hexdigest()[:16]
    return f"task-{task_id}-{mark}@taskora"


def _progress(task: TaskOut) -> int:
    return 100 * sum(step.completed for step in task.steps) // len(task.steps) if task.steps else 0


def _moment(due: Due) -> date | datetime:
    return due.date if due.time is None else datetime.combine(due.date, due.time, ZoneInfo(due.timezone or "UTC"))


def _repeat(component: Component, task: TaskOut, start: date | datetime) -> None:
    assert task.recurrence is not None
    component.add("rrule", vRecur.from_ical(calendar_rule(task.recurrence.rrule, start)))
    for day in task.recurrence.exdates:
        component.add("exdate", datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day)


def calendar_rule(rrule: str, start: date | datetime) -> str:
    """Our stored rule as iCalendar means it: rolling month days written out, UNTIL of the type that DTSTART has."""
    day = start.date() if isinstance(start, datetime) else start
    parts = dict(part.split("=", 1) for part in language.anchored_rrule(rrule, day).split(";"))
    monthly = parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and parts.get("BYMONTH", ",").isdigit())
    last = parts.get("BYMONTHDAY", "")
    if monthly and last in ("29", "30", "31") and not {"BYDAY", "BYSETPOS"} & parts.keys():
        parts |= {"BYMONTHDAY": ",".join(str(number) for number in range(28, int(last) + 1)), "BYSETPOS": "-1"}
    if "UNTIL" in parts and isinstance(start, datetime):
        until = date.fromisoformat(parts["UNTIL"])
        end = datetime.combine(until, time(23, 59, 59), start.tzinfo).astimezone(UTC)
        parts["UNTIL"] = f"{end:%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _alarms(component: Component, task: TaskOut, related: Literal["END"] | None) -> None:
    if task.completed:
        return
    for reminder in task.reminders:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", task.title)
        trigger = _trigger(reminder, task.due)
        if trigger is None:
            continue
        parameters: dict[str, Any] = {"RELATED": related} if related and isinstance(trigger, timedelta) else {}
        alarm.add("trigger", trigger, parameters=parameters)
        component.add_component(alarm)


def _trigger(reminder: OffsetReminder | MomentReminder, due: Due | None) -> timedelta | datetime | None:
    if isinstance(reminder, MomentReminder):
        return reminder.at.astimezone(UTC)
    if due is None:
        return None
    # A day without a time starts at midnight for a calendar; our reminders count from nine.
    base = timedelta(hours=MORNING.hour) if due.time is None else timedelta()
    return base - timedelta(minutes=reminder.offset_minutes)
