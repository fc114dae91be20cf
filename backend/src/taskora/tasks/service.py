"""The use cases of tasks: the one door for REST, chat, MCP and import.

Every function takes the session of one transaction and the caller, and acts with that caller's rights only. Every
write is one undoable change: the answer carries its `change_id` (None when nothing had to change).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.tasks import completion, ordering, repository
from taskora.tasks.due import read_due
from taskora.tasks.errors import TaskNotFound
from taskora.tasks.fields import Writing, columns_of, numbered_steps, text_columns
from taskora.tasks.journal import POSITION_STEP, REMINDERS, TASK_TAGS, TASKS, Journal, Row
from taskora.tasks.labels import Labels, link_rows, set_tags
from taskora.tasks.listing import find_tasks, list_tasks
from taskora.tasks.presentation import present_ids, task_json
from taskora.tasks.recurrence import read_rule
from taskora.tasks.reminding import reminder_rows, rescheduled
from taskora.tasks.schemas import (
    PRIORITY_RANK,
    BulkAction,
    BulkRequest,
    Place,
    ReminderInput,
    TaskInput,
    TaskOut,
    TaskPatch,
)
from taskora.tasks.undo import undo

__all__ = [
    "Outcome",
    "bulk",
    "create_task",
    "create_tasks",
    "delete_tasks",
    "find_tasks",
    "get_task",
    "get_tasks",
    "list_tasks",
    "replace_task",
    "set_completed",
    "toggle_complete",
    "undo",
    "update_task",
    "update_tasks",
]

_DUE_COLUMNS = ("due_date", "due_time", "due_zone")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did: the tasks as they are now (as they were, when deleted), the occurrences that followed, the
    change.
    """

    tasks: list[TaskOut]
    change_id: int | None
    created_next: list[TaskOut] = field(default_factory=list)

    @property
    def task(self) -> TaskOut:
        """The task, for writes to a single one."""
        return self.tasks[0]

    @property
    def next(self) -> TaskOut | None:
        """The next occurrence that completing a repeating task created."""
        return self.created_next[0] if self.created_next else None


async def get_task(session: AsyncSession, caller: Caller, task_id: int) -> TaskOut:
    """One task. Raises TaskNotFound for a missing or foreign one."""
    return (await get_tasks(session, caller, [task_id]))[0]


async def get_tasks(session: AsyncSession, caller: Caller, task_ids: Sequence[int]) -> list[TaskOut]:
    """Tasks in the order of their ids given. Raises TaskNotFound when one is missing or foreign."""
    tasks = await present_ids(session, caller.user_id, list(dict.fromkeys(task_ids)))
    if len(tasks) < len(set(task_ids)):
        raise _missing(task_ids, [task.id for task in tasks])
    return tasks


async def create_task(session: AsyncSession, caller: Caller, task: TaskInput) -> Outcome:
    """Create one task. Raises Invalid (naming the field), ProjectNotFound."""
    return await create_tasks(session, caller, [task])


async def create_tasks(session: AsyncSession, caller: Caller, inputs: Sequence[TaskInput]) -> Outcome:
    """Create tasks in this order as one change; unknown tags and project names come into being with them."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    writing = Writing(caller, journal.now, Labels(journal))
    await writing.labels.load((task.project for task in inputs), (task.tags for task in inputs))
    rows = await _insert_tasks(journal, writing, inputs)
    links: list[Row] = []
    reminders: list[Row] = []
    for row, task in zip(rows, inputs, strict=True):
        links.extend(link_rows(row["id"], writing.labels.tags(task.tags)))
        made = reminder_rows(task.reminders, row, now=journal.now, caller_zone=caller.timezone)
        reminders.extend({**reminder, "task_id": row["id"]} for reminder in made)
    await journal.insert(TASK_TAGS, links)
    stored = await journal.insert(REMINDERS, reminders)
    change_id = await journal.close(_summary("Added", rows))
    shown = [
        _shown(row, task, writing, [reminder for reminder in stored if reminder["task_id"] == row["id"]])
        for row, task in zip(rows, inputs, strict=True)
    ]
    return Outcome(shown, change_id)


async def _insert_tasks(journal: Journal, writing: Writing, inputs: Sequence[TaskInput]) -> list[Row]:
    """The new rows in order; who names no place comes last."""
    if len(inputs) == 1 and inputs[0].position is None:
        return [await journal.append_task(_new_row(inputs[0], writing))]
    top = await repository.top_position(journal.session, journal.user_id)
    drafts = []
    for number, task in enumerate(inputs, start=1):
        last = top + number * POSITION_STEP
        position = last if task.position is None else await _position(journal, task.position, 0)
        drafts.append(_new_row(task, writing) | {"position": position})
    return await journal.insert(TASKS, drafts)


async def replace_task(session: AsyncSession, caller: Caller, task_id: int, task: TaskInput) -> Outcome:
    """Replace all fields of a task; `completed` and `position` are kept when they weren't written."""
    values = {name: getattr(task, name) for name in type(task).model_fields}
    kept = {"completed", "position"} - task.model_fields_set
    return await update_tasks(session, caller, [task_id], {k: v for k, v in values.items() if k not in kept})


async def update_task(session: AsyncSession, caller: Caller, task_id: int, patch: TaskPatch) -> Outcome:
    """Change the fields that were written. Raises TaskNotFound, Invalid, ProjectNotFound."""
    return await update_tasks(
        session, caller, [task_id], {name: getattr(patch, name) for name in patch.model_fields_set}
    )


async def update_tasks(
    session: AsyncSession, caller: Caller, task_ids: Sequence[int], values: Mapping[str, Any], *, verb: str = "Changed"
) -> Outcome:
    """Write the same field values to many tasks as one change; all of them or none.

    `values` holds checked fields of TaskPatch, and for many tasks at once also `add_tags`, `remove_tags` and
    `move_to` (a due value; a day alone keeps each task's own time of day). `verb` begins the sentence that undo and
    the activity list show.
    Raises TaskNotFound, Invalid, ProjectNotFound.
    """
    journal = await Journal.open(session, caller.user_id, clock.now())
    before = await _owned(journal, task_ids)
    writing = Writing(caller, journal.now, Labels(journal))
    await writing.labels.load(
        [values["project"]] if "project" in values else [],
        [values["tags"]] if "tags" in values else [values["add_tags"]] if "add_tags" in values else [],
    )
    ids = [row["id"] for row in before]
    touched = await _write_tags(journal, ids, values, writing.labels)
    changes = []
    for row in before:
        columns = columns_of(values, row, writing)
        if values.get("position") is not None:
            columns["position"] = await _position(journal, values["position"], row["id"])
        changes.append((row, columns))
    after = [{**row, **columns} for row, columns in changes]
    touched |= await _write_reminders(journal, caller, before, after, values.get("reminders"))
    for row, columns in changes:
        if row["id"] in touched:
            columns["revision"] = row["revision"] + 1
    rows = await journal.update(TASKS, changes)
    created: list[Row] = []
    if "completed" in values:
        rows, created = await completion.set_state(journal, caller, rows, values["completed"])
        verb = "Completed" if values["completed"] else verb
    change_id = await journal.close(_summary(verb, rows))
    return Outcome(
        await present_ids(session, caller.user_id, ids),
        change_id,
        await present_ids(session, caller.user_id, [row["id"] for row in created]),
    )


async def set_completed(session: AsyncSession, caller: Caller, task_ids: Sequence[int], completed: bool) -> Outcome:
    """Tick or reopen tasks; those that are so already stay untouched. A repeating task gets its next occurrence."""
    return await update_tasks(
        session, caller, task_ids, {"completed": completed}, verb="Completed" if completed else "Reopened"
    )


async def toggle_complete(session: AsyncSession, caller: Caller, task_id: int) -> Outcome:
    """Tick an open task, reopen a completed one."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    row = (await _owned(journal, [task_id]))[0]
    return await set_completed(session, caller, [task_id], not row["completed"])


async def delete_tasks(session: AsyncSession, caller: Caller, task_ids: Sequence[int]) -> Outcome:
    """Delete tasks with their tags and reminders; the answer shows them as they were."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    rows = await _owned(journal, task_ids)
    ids = [row["id"] for row in rows]
    shown = await present_ids(session, caller.user_id, ids)
    await completion.delete_rows(journal, rows)
    return Outcome(shown, await journal.close(_summary("Deleted", rows)))


async def bulk(session: AsyncSession, caller: Caller, request: BulkRequest) -> Outcome:
    """One change to many tasks; all of them or none."""
    if request.action is BulkAction.DELETE:
        return await delete_tasks(session, caller, request.ids)
    verb, values = _BULK[request.action](request)
    return await update_tasks(session, caller, request.ids, values, verb=verb)


_BULK: dict[BulkAction, Any] = {
    BulkAction.COMPLETE: lambda request: ("Completed", {"completed": True}),
    BulkAction.REOPEN: lambda request: ("Reopened", {"completed": False}),
    BulkAction.MOVE: lambda request: ("Moved", {"project": request.project}),
    BulkAction.TAG: lambda request: ("Tagged", {"add_tags": request.tags}),
    BulkAction.UNTAG: lambda request: ("Untagged", {"remove_tags": request.tags}),
    BulkAction.PRIORITY: lambda request: ("Changed", {"priority": request.priority}),
    BulkAction.RESCHEDULE: lambda request: ("Rescheduled", {"move_to": request.due}),
}


def _new_row(task: TaskInput, writing: Writing) -> Row:
    caller, now = writing.caller, writing.now
    due = read_due(task.due, caller.timezone)
    rule, due = read_rule(task.recurrence, due, now=now, zone=caller.timezone, locale=caller.locale)
    project = writing.labels.project(task.project)
    return {
        "user_id": caller.user_id,
        **text_columns(task.title, task.description),
        "completed": task.completed,
        "completed_at": now if task.completed else None,
        "priority": PRIORITY_RANK[task.priority],
        "project_id": project["id"] if project else None,
        **due.columns(),
        **rule.columns(),
        "steps": numbered_steps(task.steps, []),
        "parent_task_id": None,
        "created_at": now,
        "updated_at": now,
        "revision": 1,
    }


def _shown(row: Row, task: TaskInput, writing: Writing, reminders: list[Row]) -> TaskOut:
    project = writing.labels.project(task.project)
    tags = [tag["name"] for tag in writing.labels.tags(task.tags)]
    return TaskOut(**task_json({**row, "project_name": project["name"] if project else None}, tags, reminders))


async def _position(journal: Journal, value: float | Place, task_id: int) -> float:
    return await ordering.place(journal, value, task_id) if isinstance(value, Place) else value


async def _write_tags(journal: Journal, ids: list[int], values: Mapping[str, Any], labels: Labels) -> set[int]:
    """Bring the tags of the tasks to what was written; the ids of the tasks that changed by it."""
    if not {"tags", "add_tags", "remove_tags"} & values.keys():
        return set()
    removed: set[int] = set()
    if "remove_tags" in values:
        await labels.load([], [values["remove_tags"]], create_tags=False)
        removed = {tag["id"] for tag in labels.tags(values["remove_tags"])}
    links = await repository.tag_links(journal.session, journal.user_id, ids)
    touched = set()
    for task_id in ids:
        current = links.get(task_id, [])
        if "tags" in values:
            wanted = link_rows(task_id, labels.tags(values["tags"]))
        else:
            keep = [{"id": link["tag_id"]} for link in current if link["tag_id"] not in removed]
            present = {tag["id"] for tag in keep}
            added = labels.tags(values.get("add_tags", []))
            wanted = link_rows(task_id, keep + [tag for tag in added if tag["id"] not in present])
        if await set_tags(journal, current, wanted):
            touched.add(task_id)
    return touched


async def _write_reminders(
    journal: Journal, caller: Caller, before: list[Row], after: list[Row], written: list[ReminderInput] | None
) -> set[int]:
    """Set new reminders, or move the existing ones with their tasks; the ids of the tasks whose list changed."""
    moved = [new for old, new in zip(before, after, strict=True) if any(old[c] != new[c] for c in _DUE_COLUMNS)]
    concerned = after if written is not None else moved
    if not concerned:
        return set()
    existing = await repository.reminders_of(journal.session, journal.user_id, [row["id"] for row in concerned])
    touched = set()
    for task in concerned:
        current = existing.get(task["id"], [])
        if written is not None:
            wanted = reminder_rows(written, task, now=journal.now, caller_zone=caller.timezone)
            keys = {(row["offset_minutes"], row["at"]) for row in wanted}
            have = {(row["offset_minutes"], row["at"]) for row in current}
            gone = [row for row in current if (row["offset_minutes"], row["at"]) not in keys]
            new = [row for row in wanted if (row["offset_minutes"], row["at"]) not in have]
            await journal.delete(REMINDERS, gone)
            await journal.insert(REMINDERS, [{**row, "task_id": task["id"]} for row in new])
            current = [row for row in current if row not in gone]
            if gone or new:
                touched.add(task["id"])
        if task in moved:
            plan = rescheduled(current, task, now=journal.now, caller_zone=caller.timezone)
            await journal.update(REMINDERS, plan)
    return touched


async def _owned(journal: Journal, task_ids: Sequence[int]) -> list[Row]:
    rows = await repository.tasks_by_id(journal.session, journal.user_id, task_ids)
    if len(rows) < len(set(task_ids)) or not rows:
        raise _missing(task_ids, [row["id"] for row in rows])
    return rows


def _missing(asked: Sequence[int], found: Sequence[int]) -> TaskNotFound:
    missing = sorted(set(asked) - set(found))
    if len(set(asked)) <= 1:
        return TaskNotFound()
    return TaskNotFound(
        f"{len(missing)} of the {len(set(asked))} tasks are not there any more; nothing was changed.",
        details={"missing": missing[:50]},
    )


def _summary(verb: str, rows: Sequence[Row]) -> str:
    if len(rows) == 1:
        return f"{verb} “{rows[0]['title']}”"
    return f"{verb} {len(rows)} tasks"
