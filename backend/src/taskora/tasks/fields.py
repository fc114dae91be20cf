"""From a written field to stored columns: one small function a field, in one table, used by create, replace, change and
bulk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from taskora.accounts.caller import Caller
from taskora.kit.errors import Invalid
from taskora.tasks.due import StoredDue, read_due, stored
from taskora.tasks.journal import Row
from taskora.tasks.labels import Labels
from taskora.tasks.recurrence import NO_RULE, read_rule
from taskora.tasks.schemas import PRIORITY_RANK, StepInput
from taskora.tasks.search import fold
from taskora.tasks.text import TITLE_MAX


@dataclass(frozen=True, slots=True)
class Writing:
    """What writing a field may need to know."""

    caller: Caller
    now: datetime
    labels: Labels


def text_columns(title: str, description: str) -> Row:
    """Title and description with their folded copies."""
    return {
        "title": title,
        "description": description,
        "title_key": fold(title)[:TITLE_MAX],
        "search_text": fold(f"{title}\n{description}" if description else title),
    }


def _text(values: Mapping[str, Any], row: Row, _writing: Writing) -> Row:
    return text_columns(values.get("title", row["title"]), values.get("description", row["description"]))


def _priority(values: Mapping[str, Any], _row: Row, _writing: Writing) -> Row:
    return {"priority": PRIORITY_RANK[values["priority"]]}


def _project(values: Mapping[str, Any], _row: Row, writing: Writing) -> Row:
    project = writing.labels.project(values["project"])
    return {"project_id": project["id"] if project else None}


def _schedule(values: Mapping[str, Any], row: Row, writing: Writing) -> Row:
    """Due date and repetition together: a repeating task always has a day, so clearing the day ends the repetition."""
    zone = writing.caller.timezone
    due = read_due(values["due"], zone) if "due" in values else due_of(row)
    if "recurrence" not in values:
        return due.columns() | (NO_RULE.columns() if due.day is None else {})
    rule, due = read_rule(values["recurrence"], due, now=writing.now, zone=zone, locale=writing.caller.locale)
    return due.columns() | rule.columns()


def _day_only(values: Mapping[str, Any], row: Row, writing: Writing) -> Row:
    """Bulk rescheduling: a date alone keeps the task's own time of day."""
    zone = writing.caller.timezone
    due = read_due(values["move_to"], zone)
    if due.day is not None and due.clock is None and row["due_time"] is not None:
        due = stored(due.day, row["due_time"], row["due_zone"], zone)
    return due.columns() | (NO_RULE.columns() if due.day is None else {})


def _steps(values: Mapping[str, Any], row: Row, _writing: Writing) -> Row:
    return {"steps": numbered_steps(values["steps"], row["steps"])}


_WRITERS: dict[str, Callable[[Mapping[str, Any], Row, Writing], Row]] = {
    "title": _text,
    "description": _text,
    "priority": _priority,
    "project": _project,
    "due": _schedule,
    "recurrence": _schedule,
    "move_to": _day_only,
    "steps": _steps,
}


def columns_of(values: Mapping[str, Any], row: Row, writing: Writing) -> Row:
    """The columns that the written fields set on the task `row`; what is kept elsewhere (tags) is skipped."""
    columns: Row = {}
    for writer in dict.fromkeys(_WRITERS[name] for name in values if name in _WRITERS):
        columns |= writer(values, row, writing)
    return columns


def due_of(row: Row) -> StoredDue:
    """The due moment of a task row."""
    return StoredDue(row["due_date"], row["due_time"], row["due_zone"], row["due_at"])


def numbered_steps(written: list[StepInput], existing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps to store: a known id stays, a new step gets the next number within its task.

    Raises Invalid for an id that isn't a step of this task.
    """
    known = {step["id"] for step in existing}
    given = [step.id for step in written if step.id is not None]
    if not known.issuperset(given) or len(set(given)) != len(given):
        raise Invalid(
            "A step with that id doesn't belong to this task. Leave the id out for a new step.", field="steps"
        )
    free = max(known, default=0)
    steps = []
    for step in written:
        number = step.id
        if number is None:
            free += 1
            number = free
        steps.append({"id": number, "title": step.title, "completed": step.completed})
    return steps
