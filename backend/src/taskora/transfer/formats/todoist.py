"""Todoist's CSV: one file a project, rows of type task, section or note, INDENT for the depth.

What becomes of it here: a task of depth 1 is a task; deeper rows are steps of the task above them; a section's name
is a tag of the tasks below it; notes (comments) are added to the description; `@labels` in the content are tags.
PRIORITY 1 is the highest; an empty one is medium, like a task written without one. DATE is natural language and goes
through the one parser.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from taskora.tasks.schemas import MAX_STEPS
from taskora.tasks.text import TAG_MAX
from taskora.transfer.formats import values
from taskora.transfer.formats.drafting import add_draft, report
from taskora.transfer.portable import Parsed, Reader
from taskora.transfer.tables import Line

COLUMNS = ("TYPE", "CONTENT", "PRIORITY", "INDENT")
_LABEL = re.compile(r"(?<!\S)@([^\s@,]+)")
_PRIORITIES = {"": "medium", "1": "urgent", "2": "high", "3": "medium", "4": "low"}
_EXPORT_NUMBER = re.compile(r"\s*\[\d+\]\s*$")


def is_todoist(header: list[str]) -> bool:
    """Whether a header row is Todoist's (the names in capitals, TYPE first)."""
    names = [cell.strip() for cell in header]
    return bool(names) and names[0].upper() == "TYPE" and {"CONTENT", "INDENT"} <= {name.upper() for name in names}


def project_of(file_name: str | None) -> str | None:
    """The project's name from the name of its file ("Groceries [2203].csv"); Todoist's inbox is ours."""
    if not file_name:
        return None
    stem = re.sub(r"\.csv$", "", re.split(r"[/\\]", file_name)[-1], flags=re.IGNORECASE)
    name = _EXPORT_NUMBER.sub("", stem).strip()
    return None if name.casefold() in ("", "inbox") else name[:100]


@dataclass
class _Task:
    """A task of depth 1 while its steps and notes are still coming."""

    line: int
    fields: dict[str, Any]
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Pass:
    """One walk over the rows of one file."""

    def __init__(
        self, parsed: Parsed, reader: Reader, header: list[str], file: str | None, project: str | None
    ) -> None:
        self.parsed, self.reader, self.file, self.project = parsed, reader, file, project
        self.places = {name.strip().upper(): index for index, name in enumerate(header)}
        self.section: str | None = None
        self.open: _Task | None = None

    def cell(self, line: Line, name: str) -> str:
        index = self.places.get(name)
        return line.cells[index].strip() if index is not None and index < len(line.cells) else ""

    def row(self, line: Line) -> None:
        kind = self.cell(line, "TYPE").lower()
        if kind in _ROWS:
            _ROWS[kind](self, line)
        elif kind:
            report(self.parsed, self.file, line.number, "skipped", f"the type “{kind[:30]}” is not known")
        elif not line.blank:
            report(self.parsed, self.file, line.number, "skipped", "the row has no type (task, section or note)")

    def on_meta(self, _line: Line) -> None:
        """View settings of Todoist; nothing of the person's."""

    def on_section(self, line: Line) -> None:
        self.close()
        name = re.sub(r"[,\s]+", " ", self.cell(line, "CONTENT")).strip()
        self.section = name[:TAG_MAX] or None

    def on_note(self, line: Line) -> None:
        if self.open is None:
            report(self.parsed, self.file, line.number, "skipped", "a comment stands before the first task")
            return
        if text := self.cell(line, "CONTENT"):
            self.open.notes.append(text)

    def on_task(self, line: Line) -> None:
        indent = self.cell(line, "INDENT") or "1"
        if indent not in ("1", "2", "3", "4", "5"):
            report(self.parsed, self.file, line.number, "skipped", f"INDENT is “{indent[:20]}”, it must be 1 to 5")
            return
        if indent == "1" or self.open is None:
            self.close()
            self.open = self.task(line)
        else:
            self.step(line, self.open)

    def task(self, line: Line) -> _Task:
        content, labels = _labels(self.cell(line, "CONTENT"))
        made = _Task(line.number, {"tags": labels, "project": self.project, "steps": []})
        if self.section and self.section.casefold() not in {label.casefold() for label in labels}:
            labels.append(self.section)
        title, description, made.changes = values.fitted(content, self.cell(line, "DESCRIPTION"))
        made.fields |= {"title": title, "description": description}
        written = self.cell(line, "PRIORITY")
        made.fields["priority"] = _PRIORITIES.get(written, "medium")
        if written not in _PRIORITIES:
            made.changes.append(f"PRIORITY “{written[:20]}” is not 1 to 4; medium was taken")
        self.dates(line, made)
        return made

    def dates(self, line: Line, made: _Task) -> None:
        zone = self.cell(line, "TIMEZONE")
        known_zone = values.zone(zone) if zone else None
        if zone and known_zone is None:
            made.changes.append(f"the time zone “{zone[:40]}” is not known; yours was taken")
        for name in ("DATE", "DEADLINE"):
            text = self.cell(line, name)
            if not text:
                continue
            when = values.schedule(text, self.reader, known_zone)
            if when is None:
                _keep_in_description(made, name.lower(), text)
            elif "due" not in made.fields:
                made.fields |= {"due": when.due, "recurrence": when.recurrence}
            else:
                _keep_in_description(made, name.lower(), text, "a task has one date here")

    def step(self, line: Line, parent: _Task) -> None:
        content, labels = _labels(self.cell(line, "CONTENT"))
        title, rest, _ = values.fitted(content, self.cell(line, "DESCRIPTION"))
        steps = parent.fields["steps"]
        if not title:
            report(self.parsed, self.file, line.number, "skipped", "the sub-task has no content")
            return
        if len(steps) >= MAX_STEPS:
            report(self.parsed, self.file, line.number, "skipped", f"a task has at most {MAX_STEPS} steps")
            return
        steps.append({"title": title, "completed": False})
        lost = [
            name
            for name, written in (
                ("description", rest),
                ("labels", labels),
                ("date", self.cell(line, "DATE")),
                ("deadline", self.cell(line, "DEADLINE")),
                ("priority", self.cell(line, "PRIORITY") in ("1", "2", "3")),
            )
            if written
        ]
        if lost:
            reason = f"the sub-task became a step of “{parent.fields['title'][:60]}”; a step has no {' or '.join(lost)}"
            report(self.parsed, self.file, line.number, "changed", reason)

    def close(self) -> None:
        """The task above is complete: check it and put it with the drafts."""
        made, self.open = self.open, None
        if made is None:
            return
        if made.notes:
            text = "\n\n".join([made.fields["description"], *made.notes]).strip()
            _, made.fields["description"], changes = values.fitted("", text)
            made.changes += changes
        add_draft(self.parsed, made.fields, file=self.file, line=made.line, changes=made.changes)


_ROWS = {"task": _Pass.on_task, "section": _Pass.on_section, "note": _Pass.on_note, "meta": _Pass.on_meta}


def read(
    lines: list[Line], header: Line, parsed: Parsed, reader: Reader, *, file: str | None, project: str | None
) -> None:
    """Add the tasks of one Todoist file to `parsed`; `lines` are the rows below `header`."""
    walk = _Pass(parsed, reader, header.cells, file, project)
    for line in lines:
        walk.row(line)
    walk.close()
    assigned = walk.places.get("RESPONSIBLE")
    if assigned is not None and any(len(line.cells) > assigned and line.cells[assigned].strip() for line in lines):
        report(parsed, file, None, "changed", "people that tasks were assigned to are not taken over")


def _labels(content: str) -> tuple[str, list[str]]:
    """The content without its labels, and the labels; a content of nothing but labels stays as it is."""
    labels = list(dict.fromkeys(label[:TAG_MAX] for label in _LABEL.findall(content)))
    bare = " ".join(_LABEL.sub(" ", content).split())
    return (bare, labels) if bare or not content.strip() else (content, [])


def _keep_in_description(made: _Task, name: str, text: str, why: str = "not understood") -> None:
    """A date that can't be stored is not lost: it stands in the description."""
    _, made.fields["description"], _ = values.fitted("", f"{made.fields['description']}\n\n{name}: {text}")
    made.changes.append(f"the {name} “{text[:60]}” was not taken ({why}); it stands in the description")
