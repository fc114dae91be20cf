"""Import: what a file holds comes in as one undoable change.

`read_upload` is pure (bytes to rows); `import_tasks` leaves out what is there already (see planning) and writes the
rest in one transaction; `preview` does the same without writing. A row that is wrong is left out whole and told, the
others come in.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.tasks import repository as tasks_repository
from taskora.tasks.journal import FILTERS, POSITION_STEP, PROJECTS, REMINDERS, TAGS, TASK_TAGS, TASKS, Journal, Row
from taskora.tasks.labels import Labels, link_rows
from taskora.tasks.reminding import reminder_rows
from taskora.transfer.formats.reading import Kind, parse
from taskora.transfer.planning import Plan, Settled, make_plan, settle
from taskora.transfer.portable import Parsed, Problem, Reader

_MAX_PROBLEMS = 200
_SAMPLE = 20

# Parsing a large file is seconds of work: two at a time, beside the event loop.
_parsers: CapacityLimiter | None = None


class ImportedTask(BaseModel):
    """A task of the file as it would be stored, for the preview."""

    title: str
    completed: bool
    priority: str
    tags: list[str]
    project: str | None
    due: dict[str, Any] | None
    recurrence: str | None
    steps: int


class ImportReport(BaseModel):
    """What an import did, or with `preview` would do. `change_id` takes all of it back."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    preview: bool
    kind: str = Field(description="How the file was read: todoist, csv or taskora.")
    encoding: str | None = Field(description="The guessed encoding of a text file.")
    delimiter: str | None
    columns: dict[str, str] = Field(description="Header of the file -> field of the task (generic CSV).")
    ignored_columns: list[str]
    found: int = Field(description="Tasks that could be read.")
    created: int
    duplicates: int = Field(description="Left out because they are there already.")
    skipped: int = Field(description="Rows left out because something is wrong with them.")
    projects: list[str] = Field(description="Names of new projects.")
    tags: list[str] = Field(description="Names of new tags.")
    filters: list[str] = Field(description="Names of new saved filters.")
    problems: list[Problem]
    more_problems: int = Field(description="Problems beyond those listed.")
    sample: list[ImportedTask] = Field(description="The first tasks that come in.")
    change_id: int | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read and settled, ready to be imported."""

    name: str
    parsed: Parsed
    tasks: list[Settled]
    now: datetime


async def read_upload(
    caller: Caller, data: bytes, *, name: str, kind: Kind = "auto", project: str | None = None
) -> Upload:
    """Take a file apart, without any database. Raises FileUnreadable, FileTooLarge."""
    global _parsers
    if _parsers is None:
        _parsers = CapacityLimiter(2)
    now = clock.now()

    def work() -> Upload:
        reader = Reader(now=now, timezone=caller.timezone, locale=caller.locale)
        parsed = parse(data, name, kind, reader, project=project)
        return Upload(name, parsed, settle(parsed, caller, now), now)

    return await to_thread.run_sync(work, limiter=_parsers)


async def preview(session: AsyncSession, caller: Caller, upload: Upload) -> ImportReport:
    """What importing would do. Only reads."""
    plan = await make_plan(Journal(session, caller.user_id, upload.now), upload.parsed, upload.tasks)
    return _report(upload.parsed, plan, preview=True, change_id=None)


async def import_tasks(session: AsyncSession, caller: Caller, upload: Upload) -> ImportReport:
    """Bring the tasks in as one change: all of it, or (when it raises) nothing. Raises FileTooLarge."""
    # Under the owner's lock: two imports of one file at the same time must not both find nothing there.
    journal = await Journal.open(session, caller.user_id, upload.now)
    plan = await make_plan(journal, upload.parsed, upload.tasks)
    await _write(journal, caller, plan)
    change_id = await journal.close(f"Imported {_count(len(plan.tasks))} from {upload.name[:100] or 'a file'}")
    return _report(upload.parsed, plan, preview=False, change_id=change_id)


async def _write(journal: Journal, caller: Caller, plan: Plan) -> None:
    await journal.insert(PROJECTS, plan.projects)
    await journal.insert(TAGS, plan.tags)
    await journal.insert(FILTERS, plan.filters)
    labels = Labels(journal)
    await labels.load([item.task.project for item in plan.tasks], [item.task.tags for item in plan.tasks])
    await _place(journal, plan.tasks)
    for item in plan.tasks:
        project = labels.project(item.task.project)
        item.columns["project_id"] = project["id"] if project else None
    links: list[Row] = []
    reminders: list[Row] = []
    async for item, row in _insert_in_order(journal, plan):
        links += link_rows(row["id"], labels.tags(item.task.tags))
        made = reminder_rows(item.task.reminders, row, now=journal.now, caller_zone=caller.timezone)
        reminders += [{**reminder, "task_id": row["id"]} for reminder in made]
    await journal.insert(TASK_TAGS, links)
    await journal.insert(REMINDERS, reminders)


async def _place(journal: Journal, tasks: Sequence[Settled]) -> None:
    """Manual order: kept as it was in an empty account, else behind the tasks that are there, in the same order."""
    top = await tasks_repository.top_position(journal.session, journal.user_id)
    if top == 0 and all(item.columns["position"] is not None for item in tasks):
        return
    ordered = sorted(tasks, key=lambda item: (item.columns["position"] is None, item.columns["position"] or 0.0))
    for place, item in enumerate(ordered, start=1):
        item.columns["position"] = top + place * POSITION_STEP


async def _insert_in_order(journal: Journal, plan: Plan) -> AsyncIterator[tuple[Settled, Row]]:
    """Insert the tasks, a parent before the occurrence that followed it; (settled, row) pairs."""
    ids = dict(plan.there)
    for layer in _layers(plan.tasks):
        for item in layer:
            # A parent that comes later (a circle) or is in neither place is forgotten.
            item.columns["parent_task_id"] = ids.get(item.task.parent_task_id or 0)
        rows = await journal.insert(TASKS, [item.columns for item in layer])
        for item, row in zip(layer, rows, strict=True):
            if item.task.id is not None:
                ids[item.task.id] = row["id"]
            yield item, row


def _layers(tasks: Sequence[Settled]) -> Iterator[list[Settled]]:
    """The tasks in layers: those without a parent in the file, their followers, and so on; what goes in circles is
    last.
    """
    in_file = {item.task.id for item in tasks if item.task.id is not None}
    waiting: dict[int, list[Settled]] = {}
    layer = []
    for item in tasks:
        parent = item.task.parent_task_id
        if parent is not None and parent in in_file and parent != item.task.id:
            waiting.setdefault(parent, []).append(item)
        else:
            layer.append(item)
    while layer:
        yield layer
        layer = [child for item in layer if item.task.id is not None for child in waiting.pop(item.task.id, [])]
    if waiting:
        yield [item for items in waiting.values() for item in items]


def _report(parsed: Parsed, plan: Plan, preview: bool, change_id: int | None) -> ImportReport:
    problems = sorted(parsed.problems, key=lambda p: (p.severity != "skipped", p.file or "", p.line or 0))
    return ImportReport(
        preview=preview,
        kind=parsed.kind,
        encoding=parsed.encoding,
        delimiter=parsed.delimiter,
        columns=parsed.columns,
        ignored_columns=parsed.ignored_columns[:100],
        found=len(parsed.drafts),
        created=len(plan.tasks),
        duplicates=plan.duplicates,
        skipped=sum(problem.severity == "skipped" for problem in parsed.problems),
        projects=[row["name"] for row in plan.projects],
        tags=[row["name"] for row in plan.tags],
        filters=[row["name"] for row in plan.filters],
        problems=problems[:_MAX_PROBLEMS],
        more_problems=max(0, len(problems) - _MAX_PROBLEMS),
        sample=[_shown(item) for item in plan.tasks[:_SAMPLE]],
        change_id=change_id,
    )


def _shown(item: Settled) -> ImportedTask:
    task, columns = item.task, item.columns
    due = None
    if columns["due_date"] is not None:
        clock_time = columns["due_time"]
        due = {
            "date": columns["due_date"].isoformat(),
            "time": clock_time.strftime("%H:%M") if clock_time else None,
            "timezone": columns["due_zone"],
        }
    return ImportedTask(
        title=task.title,
        completed=task.completed,
        priority=task.priority,
        tags=task.tags,
        project=task.project,
        due=due,
        recurrence=columns["rrule"],
        steps=len(task.steps),
    )


def _count(number: int) -> str:
    return "1 task" if number == 1 else f"{number:,} tasks"
