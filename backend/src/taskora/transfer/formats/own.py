"""Our own exports: the JSON document, and the CSV of tasks (the columns are written here too, so that both sides
agree).
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from taskora.transfer.errors import FileUnreadable
from taskora.transfer.formats.drafting import add_draft, report, sentence
from taskora.transfer.portable import FORMAT, VERSION, Parsed, PortableFilter, PortableProject, PortableTag
from taskora.transfer.tables import Line, pack, unpack, unprotect

TASK_COLUMNS = (
    "id", "title", "description", "completed", "completed_at", "priority", "tags", "project", "due_date", "due_time",
    "due_timezone", "recurrence", "recurrence_exdates", "recurrence_from", "reminders", "steps", "position",
    "parent_task_id", "created_at", "updated_at",
)  # fmt: skip
# What tells our CSV from others, even after a spreadsheet has dropped or moved columns.
_TELLING = {"title", "due_date", "due_timezone", "recurrence_from", "parent_task_id", "created_at"}
_Item = TypeVar("_Item", bound=BaseModel)
_BEFORE = re.compile(r"(\d{1,6}) min before")
_STEP = re.compile(r"\[( |x|X)\] ?(.*)", re.DOTALL)


def is_own_csv(header: list[str]) -> bool:
    """Whether a header row is that of our tasks.csv."""
    return {cell.strip() for cell in header} >= _TELLING


def task_cells(task: Mapping[str, Any]) -> list[object]:
    """One task (TaskOut as JSON values) as the cells of a row; `csv_task` reads them back."""
    due, rule = task["due"] or {}, task["recurrence"] or {}
    cells = {
        **task,
        "tags": pack(task["tags"]),
        "project": task["project"]["name"] if task["project"] else None,
        "due_date": due.get("date"),
        "due_time": due.get("time"),
        "due_timezone": due.get("timezone"),
        "recurrence": rule.get("rrule"),
        "recurrence_exdates": ",".join(rule.get("exdates", ())),
        "recurrence_from": rule.get("from"),
        "reminders": ", ".join(
            reminder.get("at") or f"{reminder['offset_minutes']} min before" for reminder in task["reminders"]
        ),
        "steps": "\n".join(f"[{'x' if step['completed'] else ' '}] {step['title']}" for step in task["steps"]),
    }
    return [cells[name] for name in TASK_COLUMNS]


def read_csv(lines: list[Line], header: Line, parsed: Parsed, *, file: str | None) -> None:
    """Add the rows of our tasks.csv to `parsed`."""
    names = [cell.strip() for cell in header.cells]
    for line in lines:
        if line.blank:
            continue
        cells = {name: unprotect(cell) for name, cell in zip(names, line.cells, strict=False)}
        problem = None
        try:
            fields = csv_task(cells)
        except ValueError as error:
            problem = str(error)
        if problem is not None:
            report(parsed, file, line.number, "skipped", problem)
            continue
        add_draft(parsed, fields, file=file, line=line.number)


def csv_task(cells: Mapping[str, str]) -> dict[str, Any]:
    """The cells of a row in the JSON shape of a task. Raises ValueError with a sentence for an impossible cell."""
    fields: dict[str, Any] = {name: cells[name] for name in ("title", "description") if name in cells}
    for name in ("id", "completed_at", "position", "parent_task_id", "created_at", "updated_at", "project", "priority"):
        if cells.get(name):
            fields[name] = cells[name]
    # A spreadsheet writes TRUE.
    fields["completed"] = cells.get("completed", "").strip().lower() in ("true", "1", "yes", "x")
    fields["tags"] = unpack(cells.get("tags", ""))
    if cells.get("due_date"):
        clock, zone = cells.get("due_time") or None, cells.get("due_timezone") or None
        fields["due"] = {"date": cells["due_date"], "time": clock, "timezone": zone}
    if cells.get("recurrence"):
        exdates = [day for day in cells.get("recurrence_exdates", "").split(",") if day]
        start = cells.get("recurrence_from") or "due"
        fields["recurrence"] = {"rrule": cells["recurrence"], "exdates": exdates, "from": start}
    fields["reminders"] = [_read_reminder(text) for text in unpack(cells.get("reminders", ""))]
    fields["steps"] = [_read_step(text) for text in cells.get("steps", "").split("\n") if text.strip()]
    return fields


def _read_reminder(text: str) -> dict[str, Any]:
    match = _BEFORE.fullmatch(text)
    return {"offset_minutes": int(match[1])} if match else {"at": text}


def _read_step(text: str) -> dict[str, Any]:
    match = _STEP.fullmatch(text.strip("\r"))
    if match is None:
        raise ValueError("a step must be written as “[ ] title” or “[x] title”, one a line")
    return {"title": match[2], "completed": match[1] != " "}


def read_json(text: str, parsed: Parsed, *, file: str | None) -> None:
    """Add an export document, or a bare list of tasks in the JSON shape of the REST contract, to `parsed`.

    Raises FileUnreadable when it is neither.
    """
    document = _document(text)
    if isinstance(document, list):
        document = {"tasks": document}
    if not isinstance(document, dict) or not isinstance(tasks := document.get("tasks", document.get("items")), list):
        raise FileUnreadable("This JSON is not a Taskora export: it has no list of tasks.")
    version = document.get("version", VERSION)
    if document.get("format", FORMAT) != FORMAT or not isinstance(version, int) or version > VERSION:
        raise FileUnreadable("This JSON was written by another program or a newer Taskora. Export it as CSV instead.")
    parsed.projects += _all(PortableProject, document, "projects", parsed, file)
    parsed.tags += _all(PortableTag, document, "tags", parsed, file)
    parsed.filters += _all(PortableFilter, document, "filters", parsed, file)
    for place, task in enumerate(tasks, start=1):
        if isinstance(task, dict):
            add_draft(parsed, task, file=file, line=place)
        else:
            report(parsed, file, place, "skipped", "this is not a task object")


def _document(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        raise FileUnreadable(f"This is not valid JSON: {str(error)[:120]}.") from error


def _all(kind: type[_Item], document: Mapping[str, Any], name: str, parsed: Parsed, file: str | None) -> list[_Item]:
    found = []
    values = document.get(name) or []
    for place, value in enumerate(values if isinstance(values, list) else [values], start=1):
        problem = None
        try:
            found.append(kind.model_validate(value))
        except ValidationError as error:
            problem = sentence(error)
        if problem is not None:
            report(parsed, file, None, "skipped", f"{name[:-1]} {place}: {problem}")
    return found
