"""What a tool is: one declaration serves the built-in assistant, the model and MCP.

A tool is a thin wrapper over `tasks.service`. The caller comes from the context, never from the arguments; an optional
`user_id` argument is only compared. A call is one transaction.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit.errors import TaskoraError
from taskora.storage import Database
from taskora.tasks.schemas import TaskOut

MAX_BATCH = 25


class ToolRefused(TaskoraError):
    """The tool didn't act; the message says why in plain words. Nothing was changed."""

    code, status, exit_code = "TOOL_REFUSED", 422, 2
    default_message = "That can't be done. Nothing was changed."


class Arguments(BaseModel):
    """Base of every tool's arguments: unknown ones are refused, so that a misspelt one isn't silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    user_id: str | None = Field(default=None, description="Optional; must be your own user id.")


@dataclass(frozen=True)
class Result:
    """What a call did: `data` is the JSON answer, `summary` one friendly line, `tasks` the tasks concerned."""

    data: dict[str, Any]
    summary: str
    tasks: tuple[TaskOut, ...] = ()
    change_id: int | None = None


Handler = Callable[[AsyncSession, Caller, Any], Awaitable[Result]]


@dataclass(frozen=True)
class Tool:
    """A declared tool; the three flags are MCP's annotations."""

    name: str
    title: str
    summary: str
    arguments: type[Arguments]
    handler: Handler = field(repr=False)
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments."""
        schema = self.arguments.model_json_schema()
        schema.pop("title", None)
        schema.pop("description", None)
        return schema


async def call(tool: Tool, arguments: Mapping[str, Any], *, database: Database, caller: Caller) -> Result:
    """Check the arguments and run the tool with the caller's rights in one transaction.

    Raises:
        TaskoraError: refused, with words for a person; nothing was changed.
    """
    try:
        checked = tool.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        raise ToolRefused(_plain(error)) from error
    if checked.user_id is not None and checked.user_id != caller.user_id:
        raise ToolRefused("You may only reach your own tasks: leave user_id out, or give your own.")
    try:
        async with database.read() if tool.read_only else database.write() as session:
            return await tool.handler(session, caller, checked)
    except ValidationError as error:  # a rule of the task itself, such as a title of invisible characters only
        raise ToolRefused(_plain(error)) from error


def _plain(error: ValidationError) -> str:
    problems = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in item["loc"]) or "arguments"
        problems.append(f"{name}: {item['msg'].removeprefix('Value error, ')}")
    return "The arguments don't fit. " + "; ".join(problems[:5]) + "."
