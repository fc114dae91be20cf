"""One turn of a conversation: what an engine is given, the toolbox it acts with, and what it answers.

Every tool call is recorded here, so that it is stored with the message whatever happens afterwards.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from taskora.accounts.caller import Caller
from taskora.assistant.focus import Focus
from taskora.assistant.tools import TOOLS, Result, ToolRefused, call
from taskora.kit.errors import NotFound, TaskoraError
from taskora.storage import Database
from taskora.tasks import repository, service
from taskora.tasks.schemas import TaskOut

Emit = Callable[[str, dict[str, Any]], Awaitable[None]]


async def silent(_event: str, _data: dict[str, Any]) -> None:
    """Nobody is listening."""
    return


@dataclass(frozen=True)
class Said:
    """An earlier message."""

    role: str
    content: str


@dataclass
class Toolbox:
    """Calls tools for one caller and keeps the record. `emit` hears of every call as it happens (streaming)."""

    database: Database
    caller: Caller
    emit: Emit = silent
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def call(self, name: str, **arguments: Any) -> Result:
        """Run a tool. Raises TaskoraError when it is refused; that is recorded too."""
        record: dict[str, Any] = {"name": name, "arguments": arguments}
        try:
            tool = TOOLS.get(name)
            if tool is None:
                raise ToolRefused(f"There is no tool called {name}.")
            result = await call(tool, arguments, database=self.database, caller=self.caller)
        except TaskoraError as error:
            record |= {"result": {"error": error.message}, "summary": error.message, "failed": True}
            await self._keep(record)
            raise
        record |= {"result": _bounded(result), "summary": result.summary}
        if not TOOLS[name].read_only:
            record["change_id"] = result.change_id
            record["tasks"] = [{"id": task.id, "title": task.title} for task in result.tasks]
        await self._keep(record)
        return result

    async def _keep(self, record: dict[str, Any]) -> None:
        self.calls.append(record)
        await self.emit("tool_call", record)

    async def fetch(self, ids: Sequence[int]) -> list[TaskOut]:
        """The caller's tasks of these ids, in this order; what is gone (or never was theirs) is left out."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        async with self.database.read() as session:
            try:
                return await service.get_tasks(session, self.caller, wanted)
            except NotFound:
                found = []
                for task_id in wanted:
                    try:
                        found.append(await service.get_task(session, self.caller, task_id))
                    except NotFound:
                        continue
                return found

    async def last_change(self) -> tuple[int, str] | None:
        """(id, summary) of the caller's newest change that isn't undone."""
        async with self.database.read() as session:
            found = await repository.last_change(session, self.caller.user_id)
        return None if found is None else (int(found["id"]), str(found["summary"]))

    @property
    def changes(self) -> list[int]:
        """The undoable changes that were made, oldest first."""
        return [record["change_id"] for record in self.calls if record.get("change_id") is not None]


def _bounded(result: Result) -> dict[str, Any]:
    """The stored answer of a call: long lists are cut, the total stays."""
    data: Mapping[str, Any] = result.data
    tasks = data.get("tasks")
    if isinstance(tasks, list) and len(tasks) > 50:
        return {**data, "tasks": tasks[:50]}
    return dict(data)


@dataclass(frozen=True)
class Turn:
    """What an engine may know about the moment."""

    message: str
    now: datetime
    timezone: str
    locale: str
    history: tuple[Said, ...]
    focus: Focus
    projects: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    week_start: int | None = None  # Monday 0 … Sunday 6; None leaves it to the locale


@dataclass(frozen=True)
class Answer:
    """What an engine says. `engine` is "builtin" or "model"."""

    text: str
    focus: Focus
    engine: str
    suggestions: tuple[str, ...] = ()
