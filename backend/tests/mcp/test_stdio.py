"""The tools over standard input and output, with the official client."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from taskora.kit.errors import Invalid, NotFound
from taskora.mcp.stdio import caller_for
from taskora.settings import Settings
from taskora.storage import Database

_PROGRAM = """
import sys
from taskora import settings
from taskora.mcp import stdio
stdio.run(settings.load(), token=sys.argv[1] or None, email=sys.argv[2] or None)
"""


@pytest.fixture
def database_kind() -> str:
    """The protocol doesn't depend on the database."""
    return "sqlite"


def program(settings: Settings, tmp_path: Path, *, token: str = "", email: str = "") -> StdioServerParameters:
    """How a client starts the server."""
    assert settings.database_url is not None
    return StdioServerParameters(
        command=sys.executable,
        args=["-c", _PROGRAM, token, email],
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "BETTER_AUTH_SECRET": settings.signing_secret,
            "TASKORA_DATA_DIR": str(tmp_path),
        },
    )


@pytest.mark.parametrize("by", ["token", "email"])
async def test_a_program_on_this_machine_acts_for_one_person(
    person: Any, settings: Settings, tmp_path: Path, by: str
) -> None:
    ada, bob = await person("Ada"), await person("Bob")
    who = {"token": ada.token} if by == "token" else {"email": ada.email.upper()}
    async with Client(stdio_client(program(settings, tmp_path, **who))) as client:
        assert "add_task" in {tool.name for tool in (await client.list_tools()).tools}
        added = (await client.call_tool("add_task", {"title": "Call mom"})).structured_content
        assert added["status"] == "created"
        refused = await client.call_tool("list_tasks", {"user_id": bob.id})
        assert refused.is_error
    mine = (await ada.client.get(f"{ada.path}/tasks")).json()["items"]
    assert [task["title"] for task in mine] == ["Call mom"]
    assert (await bob.client.get(f"{bob.path}/tasks")).json()["items"] == []


async def test_somebody_must_be_named(database: Database, settings: Settings) -> None:
    with pytest.raises(Invalid, match="TASKORA_TOKEN"):
        await caller_for(database, settings)
    with pytest.raises(NotFound):
        await caller_for(database, settings, email="nobody@example.org")
