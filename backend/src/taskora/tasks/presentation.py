"""From rows to the task that crosses the wire."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from taskora.tasks import repository
from taskora.tasks.journal import TASKS, Row
from taskora.tasks.schemas import RANK_PRIORITY, TaskOut


def task_json(row: Row, tags: list[str], reminders: list[Row]) -> dict[str, Any]:
    """The fields of TaskOut from a task row (with `project_name`), its tag names and its reminder rows."""
    return {
        "id": row["id"],
        "title": row["title"],
        "description": row["description"],
        "completed": row["completed"],
        "completed_at": row["completed_at"],
        "priority": RANK_PRIORITY[row["priority"]],
        "tags": tags,
        "project": _project(row),
        "due": _due(row),
        "recurrence": _recurrence(row),
        "reminders": [_reminder(reminder) for reminder in reminders],
        "steps": row["steps"],
        "position": row["position"],
        "parent_task_id": row["parent_task_id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


async def present(session: AsyncSession, user_id: str, rows: Sequence[Row]) -> list[TaskOut]:
    """The tasks of `rows` (with `project_name`), their tags and reminders read in one statement."""
    ids = [row["id"] for row in rows]
    tags, reminders = await repository.hanging(session, user_id, ids)
    return [TaskOut(**task_json(row, tags.get(row["id"], []), reminders.get(row["id"], []))) for row in rows]


async def present_ids(session: AsyncSession, user_id: str, ids: Sequence[int]) -> list[TaskOut]:
    """The same, for tasks named by id, in that order."""
    if not ids:
        return []
    statement = repository.with_project().where(TASKS.c.user_id == user_id, TASKS.c.id.in_(list(ids)))
    found = {row["id"]: row for row in await repository.rows(session, statement)}
    return await present(session, user_id, [found[task_id] for task_id in ids if task_id in found])


def _project(row: Row) -> dict[str, Any] | None:
    return None if row["project_id"] is None else {"id": row["project_id"], "name": row["project_name"]}


def _due(row: Row) -> dict[str, Any] | None:
    if row["due_date"] is None:
        return None
    return {"date": row["due_date"], "time": row["due_time"], "timezone": row["due_zone"]}


def _recurrence(row: Row) -> dict[str, Any] | None:
    if row["rrule"] is None:
        return None
    return {"rrule": row["rrule"], "exdates": row["exdates"] or [], "from": row["recur_from"]}


def _reminder(row: Row) -> dict[str, Any]:
    return {"at": row["at"]} if row["offset_minutes"] is None else {"offset_minutes": row["offset_minutes"]}
