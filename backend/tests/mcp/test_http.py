"""/mcp with the official client: what it lists, what it does, whom it refuses."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

THE_FIVE = {"add_task", "list_tasks", "complete_task", "delete_task", "update_task"}


@pytest.fixture
def database_kind() -> str:
    """The protocol doesn't depend on the database."""
    return "sqlite"


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The application behind a real socket."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, lifespan="off", log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    server.should_exit = server.force_exit = True  # a client's stream may still be open
    await asyncio.wait_for(task, timeout=20)


@contextlib.asynccontextmanager
async def connected(address: str, token: str, mode: str = "auto") -> AsyncIterator[Client]:
    """An official client with a bearer token."""
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
        Client(streamable_http_client(address, http_client=http), mode=mode) as client,
    ):
        yield client


async def make_token(person: Any, *scopes: str) -> str:
    """A personal API token with these scopes."""
    answer = await person.browser.post(f"{person.path}/tokens", json={"name": "test", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_official_client_lists_and_calls_the_five_tools(person: Any, address: str, mode: str) -> None:
    ada = await person("Ada")
    async with connected(address, await make_token(ada, "mcp"), mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) >= THE_FIVE
        for tool in tools.values():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint is not None
            assert "user_id" in tool.input_schema["properties"]
        assert tools["list_tasks"].annotations.read_only_hint
        assert tools["delete_task"].annotations.destructive_hint
        assert tools["complete_task"].annotations.idempotent_hint

        added = (await client.call_tool("add_task", {"title": "Call mom", "due": "2026-05-01"})).structured_content
        assert {"status": "created", "title": "Call mom"}.items() <= added.items()
        task_id = added["task_id"]
        changed = (await client.call_tool("update_task", {"task_id": task_id, "title": "Call dad"})).structured_content
        assert changed == {"task_id": task_id, "status": "updated", "title": "Call dad"}
        done = (await client.call_tool("complete_task", {"task_id": task_id})).structured_content
        assert done == {"task_id": task_id, "status": "completed", "title": "Call dad"}
        listed = (await client.call_tool("list_tasks", {"status": "completed"})).structured_content
        assert [task["title"] for task in listed["tasks"]] == ["Call dad"]
        gone = (await client.call_tool("delete_task", {"task_id": task_id})).structured_content
        assert gone == {"task_id": task_id, "status": "deleted", "title": "Call dad"}
        await client.call_tool("undo", {})
        again = (await client.call_tool("list_tasks", {})).structured_content
        assert [task["title"] for task in again["tasks"]] == ["Call dad"]


async def test_missing_and_foreign_tasks_are_answers_in_plain_words(person: Any, address: str) -> None:
    ada, bob = await person("Ada"), await person("Bob")
    foreign = (await bob.client.post(f"{bob.path}/tasks", json={"title": "Bob's"})).json()["id"]
    async with connected(address, await make_token(ada, "mcp")) as client:
        for name, arguments in (
            ("delete_task", {"task_id": foreign}),
            ("complete_task", {"task_id": foreign}),
            ("update_task", {"task_id": foreign, "title": "Mine"}),
            ("delete_task", {"task_id": 999_999}),
            ("bulk_tasks", {"action": "delete", "task_ids": [foreign]}),
            ("list_tasks", {"user_id": bob.id}),
            ("add_task", {"title": "Planted", "user_id": bob.id}),
            ("add_task", {"title": " "}),
            ("add_task", {"title": "x", "due": "the day that never comes"}),
            ("add_task", {"title": "x", "owner": bob.id}),
            ("bulk_tasks", {"action": "delete", "task_ids": list(range(1, 27))}),
            ("no_such_tool", {}),
        ):
            result = await client.call_tool(name, arguments)
            assert result.is_error, (name, arguments, result)
            text = result.content[0].text
            assert text
            assert "Traceback" not in text
            assert "SELECT" not in text
        assert (await client.call_tool("add_task", {"title": "Own", "user_id": ada.id})).is_error is False
    left = (await bob.client.get(f"{bob.path}/tasks")).json()["items"]
    assert [(task["title"], task["completed"]) for task in left] == [("Bob's", False)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"Authorization": "Basic abc"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
    ],
)
async def test_the_door_refuses(person: Any, address: str, headers: dict[str, str], status: int) -> None:
    ada = await person("Ada")
    token = await make_token(ada, "mcp")
    if "Authorization" not in headers and status != 401:
        headers = {**headers, "Authorization": f"Bearer {token}"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            address, json=body, headers={"Accept": "application/json, text/event-stream", **headers}
        )
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_token_without_the_scope_is_refused(person: Any, address: str) -> None:
    ada = await person("Ada")
    token = await make_token(ada, "tasks:read", "tasks:write", "chat")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
        answer = await http.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert answer.status_code == 403
    assert "insufficient_scope" in answer.headers["www-authenticate"]
