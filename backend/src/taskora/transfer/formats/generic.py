"""Any other CSV: columns are recognised by their headers, in the names that task programs and people use.

Several columns may fit one field ("Start date" and "Due date" both speak of dates); the name that stands first in the
table wins and the others are reported as ignored. A file without a recognisable header is read only when it has a
single column: one title a line.
"""

import re
from typing import Any

from taskora.tasks.text import TAG_MAX
from taskora.transfer.errors import FileUnreadable
from taskora.transfer.formats import values
from taskora.transfer.formats.drafting import add_draft
from taskora.transfer.portable import Parsed, Reader
from taskora.transfer.tables import Line, unprotect

# Field -> header names, folded, best first. From the exports of Asana, Trello, TickTick, Microsoft To Do, Outlook,
# Jira, Google Tasks converters and what people write themselves.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "title": ("title", "task", "task name", "name", "card name", "subject", "summary", "content", "todo", "to do",
              "to-do", "item", "item name", "what", "action", "issue", "text"),
    "description": ("description", "notes", "note", "details", "detail", "body", "card description",
                    "task description", "comment", "comments", "memo", "content"),
    "due": ("due date", "due", "due on", "due at", "due_date", "duedate", "deadline", "due date & time", "end date",
            "date", "when", "scheduled", "scheduled date", "do date", "start date"),
    "time": ("due time", "time", "due_time", "hour"),
    "timezone": ("timezone", "time zone", "tz", "due timezone"),
    "priority": ("priority", "importance", "prio", "urgency", "severity"),
    "tags": ("tags", "tag", "labels", "label", "categories", "category", "context", "contexts"),
    "project": ("project", "projects", "project name", "list", "list name", "folder", "folder name", "board",
                "board name", "area", "section", "section/column", "bucket", "bucket name"),
    "completed": ("completed", "complete", "done", "is done", "is completed", "finished", "checked", "status",
                  "state", "% complete", "progress", "percent complete"),
    "completed_at": ("completed at", "completed on", "completed time", "date completed", "completion date",
                     "completed date", "completed_at", "closed at", "resolved"),
    "recurrence": ("recurrence", "recurring", "repeat", "repeats", "rrule", "repetition", "frequency"),
    "steps": ("steps", "subtasks", "sub-tasks", "checklist", "checklist items", "subtask"),
    "created_at": ("created at", "created on", "created time", "created", "date created", "creation date",
                   "created_at", "creation time", "created date"),
}  # fmt: skip
_FIELDS_OF: dict[str, list[tuple[int, str]]] = {}
for _field, _names in SYNONYMS.items():
    for _rank, _name in enumerate(_names):
        _FIELDS_OF.setdefault(_name, []).append((_rank, _field))

# Programs write a few lines about the export above the header.
_HEADER_WITHIN = 12
# TickTick counts 0 none, 1 low, 3 medium, 5 high; a 0 or 5 in the column gives the scale away.
_ODD_SCALE = {"0": "medium", "1": "low", "3": "medium", "5": "urgent"}
_LIST_SEPARATOR = re.compile(r"[,;|\n]+")
_TRELLO_COLOUR = re.compile(r"\s*\((green|yellow|orange|red|purple|blue|sky|lime|pink|black)\w*\)\s*$", re.IGNORECASE)
_STEP = re.compile(r"^\s*(?:[-*•]\s*)?(?P<box>\[[ xX]?\])?\s*(?P<title>.+?)\s*$")


def header_key(cell: str) -> str:
    """A header cell as the table knows it."""
    return values.key(unprotect(cell).replace("\ufeff", "")).rstrip(":*").strip()


def known_headers(cells: list[str]) -> int:
    """How many cells are the name of a field."""
    return sum(header_key(cell) in _FIELDS_OF for cell in cells)


def find_header(lines: list[Line]) -> tuple[Line, dict[str, int]] | None:
    """The header row and which column each field is in; None when no row names a title."""
    written = [line for line in lines if not line.blank][:_HEADER_WITHIN]
    best = max(written, key=lambda line: (known_headers(line.cells), -line.number), default=None)
    if best is None:
        return None
    places = _assign(best.cells)
    # A lone data cell that happens to be the word "Task" is no header of a table with other columns.
    if "title" not in places or (len(best.cells) > 1 and len(places) < 2):
        return None
    return best, places


def _assign(cells: list[str]) -> dict[str, int]:
    """Every column to at most one field: best fitting names first, the left column among equals."""
    wishes = sorted(
        (rank, index, field) for index, cell in enumerate(cells) for rank, field in _FIELDS_OF.get(header_key(cell), [])
    )
    places: dict[str, int] = {}
    for _rank, index, field in wishes:
        if field not in places and index not in places.values():
            places[field] = index
    return places


def read(lines: list[Line], parsed: Parsed, reader: Reader, *, file: str | None, project: str | None) -> None:
    """Add the rows of one file to `parsed`. Raises FileUnreadable when no column can be taken for the title."""
    found = find_header(lines)
    if found is None:
        _read_plain_lines(lines, parsed, file, project)
        return
    header, places = found
    parsed.columns |= {unprotect(header.cells[index]).strip(): field for field, index in places.items()}
    taken = set(places.values())
    parsed.ignored_columns += [c.strip() for i, c in enumerate(header.cells) if i not in taken and c.strip()]
    below = [line for line in lines if line.number > header.number and not line.blank]
    scale = _priority_scale(below, places)
    for line in below:
        cells = {field: _at(line, index) for field, index in places.items()}
        fields, changes = _task(cells, reader, scale)
        fields["project"] = fields["project"] or project
        add_draft(parsed, fields, file=file, line=line.number, changes=changes)


def _read_plain_lines(lines: list[Line], parsed: Parsed, file: str | None, project: str | None) -> None:
    written = [line for line in lines if not line.blank]
    if any(len(line.cells) > 1 for line in written):
        first = written[0].cells if written else []
        raise FileUnreadable(
            "No column is called Title, Task, Name or Subject. Name the columns in the first row, for example: "
            "Title, Description, Due date, Priority, Tags, Project.",
            field="file",
            header=[cell[:60] for cell in first[:20]],
        )
    for line in written:
        title, description, changes = values.fitted(line.cells[0], "")
        fields = {"title": title, "description": description, "project": project}
        add_draft(parsed, fields, file=file, line=line.number, changes=changes)


def _at(line: Line, index: int) -> str:
    return line.cells[index].strip() if index < len(line.cells) else ""


def _priority_scale(lines: list[Line], places: dict[str, int]) -> dict[str, str]:
    if "priority" not in places:
        return {}
    found = {_at(line, places["priority"]) for line in lines}
    return _ODD_SCALE if found & {"0", "5"} and found <= {*_ODD_SCALE, ""} else {}


def _task(cells: dict[str, str], reader: Reader, scale: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """One row in the JSON shape of a task, and what had to be changed on the way."""
    title, description, changes = values.fitted(cells["title"], cells.get("description", ""))
    fields: dict[str, Any] = {"title": title, "project": cells.get("project", "")[:100] or None}
    kept: list[str] = []
    _priority(cells, fields, changes, scale)
    _completed(cells, fields, changes, reader)
    _schedule(cells, fields, changes, kept, reader)
    fields["tags"] = _tags(cells.get("tags", ""))
    fields["steps"] = [_step(text) for text in re.split(r"[\n;]+", cells.get("steps", "")) if text.strip()]
    fields["created_at"] = values.instant(cells.get("created_at", ""), reader)
    if kept:
        _, description, more = values.fitted("", "\n".join([description, "", *kept]))
        changes += more
    fields["description"] = description
    return fields, changes


def _priority(cells: dict[str, str], fields: dict[str, Any], changes: list[str], scale: dict[str, str]) -> None:
    written = cells.get("priority", "")
    found = scale.get(written) or values.priority(written)
    if found is None:
        changes.append(f"the priority “{written[:40]}” is not known; medium was taken")
    fields["priority"] = found or "medium"


def _completed(cells: dict[str, str], fields: dict[str, Any], changes: list[str], reader: Reader) -> None:
    written = cells.get("completed", "")
    at = values.instant(cells.get("completed_at", "") or written, reader)
    found = values.done(written)
    if found is None:
        changes.append(f"the status “{written[:40]}” is not known; the task stays open")
    # A time of completion alone says it, too.
    fields["completed"] = bool(found) or ("completed" not in cells and at is not None)
    fields["completed_at"] = at if fields["completed"] else None


def _schedule(
    cells: dict[str, str], fields: dict[str, Any], changes: list[str], kept: list[str], reader: Reader
) -> None:
    zone = values.zone(cells.get("timezone", "")) if cells.get("timezone") else None
    if cells.get("timezone") and zone is None:
        changes.append(f"the time zone “{cells['timezone'][:40]}” is not known; yours was taken")
    text = cells.get("due", "")
    hour = cells.get("time", "") if text else ""
    when = values.schedule(f"{text} {hour}".strip(), reader, zone)
    if when is None and hour:
        when = values.schedule(text, reader, zone)
        if when is not None:
            changes.append(f"the time “{hour[:40]}” was not understood; it stands in the description")
            kept.append(f"time: {hour}")
    if when is None:
        changes.append(f"the date “{text[:40]}” was not understood; it stands in the description")
        kept.append(f"date: {text}")
        when = values.Schedule(None)
    fields |= {"due": when.due, "recurrence": when.recurrence}
    written = cells.get("recurrence", "")
    if written and values.done(written) is not False:
        rule = values.repetition(written, reader)
        if rule is None:
            changes.append(f"the repetition “{written[:40]}” was not understood; it stands in the description")
            kept.append(f"repeats: {written}")
        else:
            fields["recurrence"] = rule


def _tags(text: str) -> list[str]:
    names = (_TRELLO_COLOUR.sub("", name).strip().lstrip("@#") for name in _LIST_SEPARATOR.split(text))
    return list(dict.fromkeys(name[:TAG_MAX] for name in names if name))


def _step(text: str) -> dict[str, Any]:
    match = _STEP.match(text)
    title, _, _ = values.fitted(match["title"] if match else text, "")
    return {"title": title, "completed": bool(match and match["box"] and "x" in match["box"].lower())}
