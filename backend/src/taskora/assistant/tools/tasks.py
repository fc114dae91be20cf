"""The five task tools of the contract and their extensions: thin wrappers over the task service."""

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.assistant.tools.declaration import MAX_BATCH, Arguments, Result, Tool, ToolRefused
from taskora.assistant.tools.values import read_due_text, read_recurrence_text
from taskora.tasks import service
from taskora.tasks.query import Status, TaskQuery
from taskora.tasks.schemas import (
    MAX_ID,
    BulkRequest,
    ReminderInput,
    StepInput,
    TaskInput,
    TaskOut,
    TaskPage,
    TaskPatch,
)

TaskId = Annotated[int, Field(ge=1, le=MAX_ID, description="The task's id.")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=2_000)]
DueValue = Annotated[
    str,
    Field(max_length=200, description="ISO date or date-time, or English such as “tomorrow 5pm”; “none” clears it."),
]
PriorityName = Literal["low", "medium", "high", "urgent"]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=50)]], Field(max_length=50)]
Recurrence = Annotated[
    str, Field(max_length=500, description="English (“every monday”) or an RFC 5545 RRULE; “none” stops it.")
]
ProjectName = Annotated[str, Field(max_length=100, description="Name of a project; “none” is the Inbox.")]
StatusName = Literal["all", "pending", "completed"]


class AddTask(Arguments):
    """Arguments of add_task."""

    title: Title
    description: Description | None = None
    due: DueValue | None = None
    priority: PriorityName | None = None
    tags: Tags | None = None
    project: ProjectName | None = None
    recurrence: Recurrence | None = None
    reminder_minutes: list[Annotated[int, Field(ge=0, le=500_000)]] | None = Field(
        default=None, max_length=20, description="Reminders, so many minutes before the task is due."
    )


class ListTasks(Arguments):
    """Arguments of list_tasks."""

    status: StatusName = "all"
    search: Annotated[str, Field(max_length=200)] | None = None
    priority: list[PriorityName] | None = None
    tags: Tags | None = None
    project: ProjectName | None = None
    due_after: str | None = Field(default=None, max_length=10, description="ISO date, inclusive.")
    due_before: str | None = Field(default=None, max_length=10, description="ISO date, inclusive.")
    overdue: bool | None = None
    sort: Literal["created", "due", "priority", "title", "manual", "completed"] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = Field(default=None, description="next_cursor of a page.")


class OneTask(Arguments):
    """Arguments of the tools that only name a task."""

    task_id: TaskId


class UpdateTask(Arguments):
    """Arguments of update_task; what is left out stays."""

    task_id: TaskId
    title: Title | None = None
    description: Description | None = None
    due: DueValue | None = None
    priority: PriorityName | None = None
    tags: Tags | None = None
    project: ProjectName | None = None
    recurrence: Recurrence | None = None
    add_step: Title | None = None
    clear_reminders: bool = False
    clear_steps: bool = False


class RescheduleTask(Arguments):
    """Arguments of reschedule_task."""

    task_id: TaskId
    due: DueValue


class SearchTasks(Arguments):
    """Arguments of search_tasks."""

    query: Annotated[str, Field(min_length=1, max_length=200)]
    status: StatusName = "all"
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class BulkTasks(Arguments):
    """Arguments of bulk_tasks."""

    action: Literal["complete", "reopen", "delete", "move", "tag", "untag", "priority", "reschedule"]
    task_ids: Annotated[list[TaskId], Field(min_length=1, max_length=MAX_BATCH)]
    project: ProjectName | None = None
    tags: Tags | None = None
    priority: PriorityName | None = None
    due: DueValue | None = None


def brief(task: TaskOut) -> dict[str, Any]:
    """A task for a list answer: everything that somebody may ask about, nothing empty."""
    shown = task.model_dump(mode="json", exclude_none=True)
    kept = (
        "id", "title", "description", "completed", "completed_at", "priority", "tags", "project", "due", "recurrence",
        "steps", "parent_task_id", "created_at",
    )  # fmt: skip
    return {name: shown[name] for name in kept if shown.get(name) not in (None, "", [])}


def _answer(task: TaskOut, status: str, summary: str, change_id: int | None, **extra: Any) -> Result:
    return Result({"task_id": task.id, "status": status, "title": task.title, **extra}, summary, (task,), change_id)


def _project(name: str) -> str | None:
    return None if name.strip().lower() in ("none", "inbox", "") else name


async def add_task(session: AsyncSession, caller: Caller, wanted: AddTask) -> Result:
    """Create one task."""
    values: dict[str, Any] = {"title": wanted.title, "description": wanted.description or ""}
    if wanted.due is not None:
        due = read_due_text(wanted.due, caller)
        values["due"] = due.iso
        values["recurrence"] = due.rrule
    if wanted.recurrence is not None:
        values["recurrence"] = read_recurrence_text(wanted.recurrence)
    if wanted.priority is not None:
        values["priority"] = wanted.priority
    if wanted.project is not None:
        values["project"] = _project(wanted.project)
    if wanted.reminder_minutes:
        values["reminders"] = [ReminderInput(offset_minutes=minutes) for minutes in wanted.reminder_minutes]
    done = await service.create_task(session, caller, TaskInput(**values, tags=wanted.tags or []))
    return _answer(done.task, "created", f"Added “{done.task.title}”", done.change_id)


async def list_tasks(session: AsyncSession, caller: Caller, wanted: ListTasks) -> Result:
    """The caller's tasks, filtered."""
    values = wanted.model_dump(exclude={"user_id"}, exclude_none=True)
    if "project" in values:
        values["project"] = [_project(values["project"]) or "inbox"]
    page = await service.list_tasks(session, caller, TaskQuery.model_validate(values))
    return _page(page)


def _page(page: TaskPage) -> Result:
    count = f"{page.total} task" if page.total == 1 else f"{page.total} tasks"
    return Result(
        {"tasks": [brief(task) for task in page.items], "total": page.total, "next_cursor": page.next_cursor},
        f"Found {count}",
        tuple(page.items),
    )


async def search_tasks(session: AsyncSession, caller: Caller, wanted: SearchTasks) -> Result:
    """Tasks by words, typos forgiven, best first."""
    found = await service.find_tasks(session, caller, wanted.query, limit=wanted.limit, status=Status(wanted.status))
    tasks = [match.task for match in found]
    return _page(TaskPage(items=tasks, next_cursor=None, total=len(tasks)))


async def complete_task(session: AsyncSession, caller: Caller, wanted: OneTask) -> Result:
    """Tick a task; a repeating one gets its next occurrence."""
    done = await service.set_completed(session, caller, [wanted.task_id], True)
    extra = {"next_due": done.next.model_dump(mode="json")["due"]} if done.next is not None else {}
    return _answer(done.task, "completed", f"Completed “{done.task.title}”", done.change_id, **extra)


async def reopen_task(session: AsyncSession, caller: Caller, wanted: OneTask) -> Result:
    """Reopen a completed task."""
    done = await service.set_completed(session, caller, [wanted.task_id], False)
    return _answer(done.task, "updated", f"Reopened “{done.task.title}”", done.change_id)


async def delete_task(session: AsyncSession, caller: Caller, wanted: OneTask) -> Result:
    """Delete a task."""
    done = await service.delete_tasks(session, caller, [wanted.task_id])
    return _answer(done.task, "deleted", f"Deleted “{done.task.title}”", done.change_id)


async def update_task(session: AsyncSession, caller: Caller, wanted: UpdateTask) -> Result:
    """Change some fields of a task."""
    given = wanted.model_dump(exclude={"user_id", "task_id"}, exclude_none=True, exclude_defaults=True)
    if not given:
        raise ToolRefused("Nothing to change was given: name a title, a description, a due date or another field.")
    values: dict[str, Any] = {
        name: given[name] for name in ("title", "description", "priority", "tags") if name in given
    }
    if wanted.due is not None:
        due = read_due_text(wanted.due, caller)
        values["due"] = due.iso
        if due.rrule is not None:
            values["recurrence"] = due.rrule
    if wanted.recurrence is not None:
        values["recurrence"] = read_recurrence_text(wanted.recurrence)
    if wanted.project is not None:
        values["project"] = _project(wanted.project)
    if wanted.clear_reminders:
        values["reminders"] = []
    if wanted.clear_steps:
        values["steps"] = []
    if wanted.add_step is not None:
        task = await service.get_task(session, caller, wanted.task_id)
        kept = [StepInput(**step.model_dump()) for step in task.steps]
        values["steps"] = [*kept, StepInput(title=wanted.add_step)]
    done = await service.update_task(session, caller, wanted.task_id, TaskPatch(**values))
    return _answer(done.task, "updated", f"Updated “{done.task.title}”", done.change_id)


async def reschedule_task(session: AsyncSession, caller: Caller, wanted: RescheduleTask) -> Result:
    """Move a task to another day or time. A date alone keeps the time of day; the repetition stays."""
    due = read_due_text(wanted.due, caller)
    if due.iso is not None and due.has_time:
        done = await service.update_task(session, caller, wanted.task_id, TaskPatch(due=due.iso))
    else:
        request = BulkRequest(ids=[wanted.task_id], action="reschedule", due=due.iso)  # type: ignore[arg-type]
        done = await service.bulk(session, caller, request)
    return _answer(done.task, "updated", f"Rescheduled “{done.task.title}”", done.change_id)


async def bulk_tasks(session: AsyncSession, caller: Caller, wanted: BulkTasks) -> Result:
    """One change to several tasks: all of them or none."""
    values: dict[str, Any] = {"ids": wanted.task_ids, "action": wanted.action}
    if wanted.project is not None:
        values["project"] = _project(wanted.project)
    if wanted.tags is not None:
        values["tags"] = wanted.tags
    if wanted.priority is not None:
        values["priority"] = wanted.priority
    if wanted.due is not None:
        values["due"] = read_due_text(wanted.due, caller).iso
    try:
        request = BulkRequest.model_validate(values)
    except ValueError as error:
        raise ToolRefused(f"The action “{wanted.action}” needs more: {str(error).splitlines()[-2].strip()}.") from error
    done = await service.bulk(session, caller, request)
    count = len(done.tasks)
    verb = _BULK_VERBS[wanted.action]
    return Result(
        {
            "updated": count,
            "status": "deleted" if wanted.action == "delete" else "updated",
            "task_ids": wanted.task_ids,
        },
        f"{verb} {count} task{'s' if count != 1 else ''}",
        tuple(done.tasks),
        done.change_id,
    )


_BULK_VERBS = {
    "complete": "Completed", "reopen": "Reopened", "delete": "Deleted", "move": "Moved", "tag": "Tagged",
    "untag": "Untagged", "priority": "Set the priority of", "reschedule": "Rescheduled",
}  # fmt: skip

TASK_TOOLS = (
    Tool("add_task", "Add a task", "Create a task. Dates and repetitions may be given in English.", AddTask, add_task),
    Tool(
        "list_tasks",
        "List tasks",
        "List your tasks, filtered by status, words, tags, project, priority or due date.",
        ListTasks,
        list_tasks,
        read_only=True,
        idempotent=True,
    ),
    Tool(
        "complete_task",
        "Complete a task",
        "Mark a task as done. A repeating task gets its next occurrence.",
        OneTask,
        complete_task,
        idempotent=True,
    ),
    Tool("delete_task", "Delete a task", "Delete a task. It can be undone.", OneTask, delete_task, destructive=True),
    Tool(
        "update_task",
        "Update a task",
        "Change title, description, due date, priority, tags, project or repetition of a task.",
        UpdateTask,
        update_task,
        idempotent=True,
    ),
    Tool(
        "search_tasks",
        "Search tasks",
        "Find tasks by words in title or description; small typos are forgiven.",
        SearchTasks,
        search_tasks,
        read_only=True,
        idempotent=True,
    ),
    Tool(
        "reschedule_task",
        "Reschedule a task",
        "Move a task to another day or time; its repetition is kept.",
        RescheduleTask,
        reschedule_task,
        idempotent=True,
    ),
    Tool("reopen_task", "Reopen a task", "Mark a completed task as not done.", OneTask, reopen_task, idempotent=True),
    Tool(
        "bulk_tasks",
        "Change several tasks",
        f"One change to up to {MAX_BATCH} tasks: complete, reopen, delete, move, tag, untag, priority, reschedule.",
        BulkTasks,
        bulk_tasks,
        destructive=True,
    ),
)
