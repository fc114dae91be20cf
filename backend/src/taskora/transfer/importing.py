"""Import: drafts from a file are settled with what the account holds, and come in as one undoable change.

`read_upload` is pure (bytes to rows); `import_tasks` leaves out what is there already and writes the rest in one
transaction; `preview` does the same without writing. A row that is wrong is left out whole and told, the others come
in.

Doubles: a task that carries its creation time (our own exports do) is there already when the account holds one with
the same creation time and either the same id (it may have been edited since) or the same title. Twins in a file stay
twins: as many are left out as are there. Importing the same export twice therefore adds nothing the second time.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.errors import Invalid
from taskora.tasks import repository as tasks_repository
from taskora.tasks.due import NO_DUE, read_due, zone_of
from taskora.tasks.fields import numbered_steps, text_columns
from taskora.tasks.journal import FILTERS, PROJECTS, REMINDERS, TAGS, TASK_TAGS, TASKS, Journal, Row
from taskora.tasks.labels import POSITION_STEP, Labels, link_rows, new_project, new_tag
from taskora.tasks.query import FilterQuery
from taskora.tasks.recurrence import read_rule
from taskora.tasks.reminding import reminder_rows
from taskora.tasks.schemas import PRIORITY_RANK
from taskora.tasks.search import fold_name
from taskora.transfer import repository
from taskora.transfer.errors import FileTooLarge
from taskora.transfer.formats.drafting import report
from taskora.transfer.formats.reading import Kind, parse
from taskora.transfer.portable import Parsed, PortableTask, Problem, Reader

MAX_NEW_NAMES = 2_000
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


@dataclass(slots=True)
class _Settled:
    """A draft with its columns computed; all that is missing are ids."""

    task: PortableTask
    columns: Row


@dataclass(slots=True)
class _Plan:
    """What would be written."""

    tasks: list[_Settled]
    duplicates: int
    there: dict[int, int]  # id in the file -> id of the task that is there already
    projects: list[Row]
    tags: list[Row]
    filters: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read and settled, ready to be imported."""

    name: str
    parsed: Parsed
    tasks: list[_Settled]
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
    plan = await _plan(Journal(session, caller.user_id, upload.now), upload)
    return _report(upload.parsed, plan, preview=True, change_id=None)


async def import_tasks(session: AsyncSession, caller: Caller, upload: Upload) -> ImportReport:
    """Bring the tasks in as one change: all of it, or (when it raises) nothing. Raises FileTooLarge."""
    # Under the owner's lock: two imports of one file at the same time must not both find nothing there.
    journal = await Journal.open(session, caller.user_id, upload.now)
    plan = await _plan(journal, upload)
    await _write(journal, caller, plan)
    change_id = await journal.close(f"Imported {_count(len(plan.tasks))} from {upload.name[:100] or 'a file'}")
    return _report(upload.parsed, plan, preview=False, change_id=change_id)


def settle(parsed: Parsed, caller: Caller, now: datetime) -> list[_Settled]:
    """The drafts as columns to store; a draft that breaks a rule becomes a problem of `parsed`."""
    settled = []
    for draft in parsed.drafts:
        problem = None
        try:
            settled.append(_Settled(draft.task, _columns(draft.task, caller, now)))
        except Invalid as error:
            problem = error.message
        if problem is not None:
            report(parsed, draft.file, draft.line, "skipped", problem)
    return settled


def _columns(task: PortableTask, caller: Caller, now: datetime) -> Row:
    zone = caller.timezone
    due = read_due(task.due, zone) if task.due is not None else NO_DUE
    rule, due = read_rule(task.recurrence, due, now=now, zone=zone, locale=caller.locale)
    created = _past(task.created_at, now, zone) or now
    return {
        "user_id": caller.user_id,
        **text_columns(task.title, task.description),
        "completed": task.completed,
        "completed_at": (_past(task.completed_at, now, zone) or now) if task.completed else None,
        "priority": PRIORITY_RANK[task.priority],
        **due.columns(),
        **rule.columns(),
        "steps": numbered_steps(task.steps, []),
        "position": task.position,
        "created_at": created,
        "updated_at": _past(task.updated_at, now, zone) or now,
        "revision": 1,
    }


def _past(moment: datetime | None, now: datetime, zone: str) -> datetime | None:
    """An instant of the file's own account; nothing happened in the future."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone_of(zone))
    return min(aware.astimezone(UTC), now)


async def _plan(journal: Journal, upload: Upload) -> _Plan:
    coming, there = await _without_doubles(journal, upload.tasks)
    projects = await _new_projects(journal, upload.parsed, coming)
    tags = await _new_tags(journal, upload.parsed, coming)
    names = len(projects) + len(tags)
    if names > MAX_NEW_NAMES:
        raise FileTooLarge(f"The file names {names:,} new projects and tags; {MAX_NEW_NAMES:,} is the most.")
    filters = await _new_filters(journal, upload.parsed)
    return _Plan(coming, len(upload.tasks) - len(coming), there, projects, tags, filters)


async def _without_doubles(journal: Journal, settled: Sequence[_Settled]) -> tuple[list[_Settled], dict[int, int]]:
    """The tasks that are not there yet, and for those that are: id in the file -> id in the account."""
    dated = {item.columns["created_at"] for item in settled if item.task.created_at is not None}
    rows = await repository.created_at_matches(journal.session, journal.user_id, dated)
    by_id = {(row["id"], row["created_at"]): row["id"] for row in rows}
    same: dict[int, int] = {}  # place in the file -> id in the account
    for place, item in enumerate(settled):
        found = by_id.pop((item.task.id or 0, item.columns["created_at"]), None)
        if found is not None:
            same[place] = found
    by_title: dict[tuple[str, datetime], list[int]] = {}
    for row in rows:
        if (row["id"], row["created_at"]) in by_id:  # nobody claimed it by its id
            by_title.setdefault((row["title"], row["created_at"]), []).append(row["id"])
    for place, item in enumerate(settled):
        twins = by_title.get((item.task.title, item.columns["created_at"]))
        if place not in same and item.task.created_at is not None and twins:
            same[place] = twins.pop(0)
    there = {settled[place].task.id or 0: found for place, found in same.items()}
    return [item for place, item in enumerate(settled) if place not in same], there


async def _new_projects(journal: Journal, parsed: Parsed, coming: Sequence[_Settled]) -> list[Row]:
    there = await tasks_repository.projects(journal.session, journal.user_id)
    known = {row["name_key"] for row in there}
    last = max((row["position"] for row in there), default=0.0)
    rows: dict[str, Row] = {}
    for project in sorted(parsed.projects, key=lambda p: p.position or 0.0):
        row = new_project(journal, project.name, 0.0, project.color) | {"archived": project.archived}
        if not there and project.position is not None:
            row["position"] = project.position
        rows.setdefault(row["name_key"], row)
    for item in coming:
        if item.task.project is not None:
            row = new_project(journal, item.task.project, 0.0)
            rows.setdefault(row["name_key"], row)
    new = [row for key, row in rows.items() if key not in known]
    for place, row in enumerate(new, start=1):
        row["position"] = row["position"] or last + place * POSITION_STEP
    return new


async def _new_tags(journal: Journal, parsed: Parsed, coming: Sequence[_Settled]) -> list[Row]:
    known = {row["name_key"] for row in await tasks_repository.tags(journal.session, journal.user_id)}
    rows: dict[str, Row] = {}
    for tag in parsed.tags:
        row = new_tag(journal, tag.name, tag.color)
        rows.setdefault(row["name_key"], row)
    for name in (name for item in coming for name in item.task.tags):
        row = new_tag(journal, name)
        rows.setdefault(row["name_key"], row)
    return [row for key, row in rows.items() if key not in known]


async def _new_filters(journal: Journal, parsed: Parsed) -> list[Row]:
    there = await tasks_repository.filters(journal.session, journal.user_id)
    known = {row["name_key"] for row in there}
    last = max((row["position"] for row in there), default=0.0)
    names = {str(project.id): project.name for project in parsed.projects if project.id is not None}
    rows: list[Row] = []
    for saved in parsed.filters:
        key = fold_name(saved.name)
        if key in known:
            continue
        query = _filter_query(parsed, saved.name, saved.query, names)
        if query is None:
            continue
        known.add(key)
        rows.append(
            {
                "user_id": journal.user_id,
                "name": saved.name,
                "name_key": key,
                "query": query,
                "position": last + (len(rows) + 1) * POSITION_STEP,
                "created_at": journal.now,
                "updated_at": journal.now,
            }
        )
    return rows


def _filter_query(parsed: Parsed, name: str, query: dict[str, Any], projects: dict[str, str]) -> dict[str, Any] | None:
    """The query with project ids turned into names: ids mean something else in another account."""
    problem = None
    try:
        checked = FilterQuery.model_validate(query)
    except ValidationError:
        problem = f"the saved filter “{name[:60]}” can't be read"
    if problem is not None:
        report(parsed, None, None, "skipped", problem)
        return None
    checked.project = [projects.get(value, value) for value in checked.project]
    return checked.model_dump(mode="json", exclude_defaults=True)


async def _write(journal: Journal, caller: Caller, plan: _Plan) -> None:
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


async def _place(journal: Journal, tasks: Sequence[_Settled]) -> None:
    """Manual order: kept as it was in an empty account, else behind the tasks that are there, in the same order."""
    top = await tasks_repository.top_position(journal.session, journal.user_id)
    if top == 0 and all(item.columns["position"] is not None for item in tasks):
        return
    ordered = sorted(tasks, key=lambda item: (item.columns["position"] is None, item.columns["position"] or 0.0))
    for place, item in enumerate(ordered, start=1):
        item.columns["position"] = top + place * POSITION_STEP


async def _insert_in_order(journal: Journal, plan: _Plan) -> AsyncIterator[tuple[_Settled, Row]]:
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


def _layers(tasks: Sequence[_Settled]) -> Iterator[list[_Settled]]:
    """The tasks in layers: those without a parent in the file, their followers, and so on; what goes in circles is
    last.
    """
    in_file = {item.task.id for item in tasks if item.task.id is not None}
    waiting: dict[int, list[_Settled]] = {}
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


def _report(parsed: Parsed, plan: _Plan, preview: bool, change_id: int | None) -> ImportReport:
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


def _shown(item: _Settled) -> ImportedTask:
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
