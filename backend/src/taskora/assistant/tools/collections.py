"""Tools beside the tasks themselves: undo, the names of tags and projects."""

from typing import Annotated

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.assistant.tools.declaration import Arguments, Result, Tool
from taskora.tasks import collections, service
from taskora.tasks.schemas import MAX_ID


class Undo(Arguments):
    """Arguments of undo."""

    change_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = Field(
        default=None, description="Which change to take back; the last one when left out."
    )


class NoArguments(Arguments):
    """Tools that need nothing."""


async def undo(session: AsyncSession, caller: Caller, wanted: Undo) -> Result:
    """Take back a change; undoing an undo redoes it."""
    undone = await service.undo(session, caller, wanted.change_id)
    data = {"status": "undone", "summary": undone.summary, "restored": undone.restored}
    return Result(data, f"Undid: {undone.summary}", change_id=undone.change_id)


async def list_tags(session: AsyncSession, caller: Caller, _wanted: NoArguments) -> Result:
    """The caller's tags."""
    names = [str(row["name"]) for row in await collections.list_tags(session, caller)]
    return Result({"tags": names}, f"Found {len(names)} tags")


async def list_projects(session: AsyncSession, caller: Caller, _wanted: NoArguments) -> Result:
    """The caller's projects, without archived ones."""
    names = [str(row["name"]) for row in await collections.list_projects(session, caller, False)]
    return Result({"projects": names}, f"Found {len(names)} projects")


COLLECTION_TOOLS = (
    Tool("undo", "Undo", "Take back the last change (or a named one).", Undo, undo),
    Tool("list_tags", "List tags", "The names of your tags.", NoArguments, list_tags, read_only=True, idempotent=True),
    Tool(
        "list_projects",
        "List projects",
        "The names of your projects.",
        NoArguments,
        list_projects,
        read_only=True,
        idempotent=True,
    ),
)
