"""What an import would write: drafts become columns, and what the account holds already is left out.

Doubles: a task that carries its creation time (our own exports do) is there already when the account holds one with
the same creation time and either the same id (it may have been edited since) or the same title. Twins in a file stay
twins: as many are left out as are there. Importing the same export twice therefore adds nothing the second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from taskora.accounts.caller import Caller
from taskora.kit.errors import Invalid
from taskora.tasks import repository as tasks_repository
from taskora.tasks.due import NO_DUE, read_due, zone_of
from taskora.tasks.fields import numbered_steps, text_columns
from taskora.tasks.journal import POSITION_STEP, Journal, Row
from taskora.tasks.labels import new_project, new_tag
from taskora.tasks.query import FilterQuery
from taskora.tasks.recurrence import read_rule
from taskora.tasks.schemas import PRIORITY_RANK
from taskora.tasks.search import fold_name
from taskora.transfer import repository
from taskora.transfer.errors import FileTooLarge
from taskora.transfer.formats.drafting import report
from taskora.transfer.portable import Parsed, PortableTask

MAX_NEW_NAMES = 2_000


@dataclass(slots=True)
class Settled:
    """A draft with its columns computed; all that is missing are ids."""

    task: PortableTask
    columns: Row


@dataclass(slots=True)
class Plan:
    """What would be written."""

    tasks: list[Settled]
    duplicates: int
    there: dict[int, int]  # id in the file -> id of the task that is there already
    projects: list[Row]
    tags: list[Row]
    filters: list[Row] = field(default_factory=list)


def settle(parsed: Parsed, caller: Caller, now: datetime) -> list[Settled]:
    """The drafts as columns to store; a draft that breaks a rule becomes a problem of `parsed`."""
    settled = []
    for draft in parsed.drafts:
        problem = None
        try:
            settled.append(Settled(draft.task, _columns(draft.task, caller, now)))
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


async def make_plan(journal: Journal, parsed: Parsed, settled: Sequence[Settled]) -> Plan:
    """What is missing in the account of what the file holds. Only reads. Raises FileTooLarge for too many new names."""
    coming, there = await _without_doubles(journal, settled)
    projects = await _new_projects(journal, parsed, coming)
    tags = await _new_tags(journal, parsed, coming)
    names = len(projects) + len(tags)
    if names > MAX_NEW_NAMES:
        raise FileTooLarge(f"The file names {names:,} new projects and tags; {MAX_NEW_NAMES:,} is the most.")
    filters = await _new_filters(journal, parsed)
    return Plan(coming, len(settled) - len(coming), there, projects, tags, filters)


async def _without_doubles(journal: Journal, settled: Sequence[Settled]) -> tuple[list[Settled], dict[int, int]]:
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


async def _new_projects(journal: Journal, parsed: Parsed, coming: Sequence[Settled]) -> list[Row]:
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


async def _new_tags(journal: Journal, parsed: Parsed, coming: Sequence[Settled]) -> list[Row]:
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
