"""A person talking to the assistant through the real front door, and what their tasks look like afterwards."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from taskora.assistant.model import allow_requests
from taskora.kit.clock import use_clock

NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday_noon() -> Iterator[None]:
    """The clock stands at a Wednesday noon (UTC)."""
    with use_clock(lambda: NOON):
        yield


@pytest.fixture(autouse=True)
def no_model_traffic() -> Iterator[None]:
    """No test reaches a model by accident."""
    allow_requests(False)
    yield
    allow_requests(True)


@pytest.fixture
def database_kind() -> str:
    """Understanding doesn't depend on the database: these tests run on SQLite alone."""
    return "sqlite"


@dataclass
class Talk:
    """A conversation of one person."""

    person: Any
    conversation_id: int | None = None
    replies: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, message: str) -> dict[str, Any]:
        """Send a message in this conversation; the answer's JSON."""
        body: dict[str, Any] = {"message": message}
        if self.conversation_id is not None:
            body["conversation_id"] = self.conversation_id
        answer = await self.person.client.post(f"{self.person.path}/chat", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.conversation_id = found["conversation_id"]
        self.replies.append(found)
        return found

    async def have(self, *tasks: str | dict[str, Any]) -> list[dict[str, Any]]:
        """Create tasks through the API, in this order."""
        made = []
        for task in tasks:
            body = {"title": task} if isinstance(task, str) else dict(task)
            completed = body.pop("completed", False)
            answer = await self.person.client.post(f"{self.person.path}/tasks", json=body)
            assert answer.status_code == 201, answer.text
            stored = answer.json()
            if completed:
                path = f"{self.person.path}/tasks/{stored['id']}/complete"
                stored = (await self.person.client.patch(path)).json()["task"]
            made.append(stored)
        return made

    async def tasks(self) -> list[dict[str, Any]]:
        """All tasks, in the order in which they were made."""
        answer = await self.person.client.get(f"{self.person.path}/tasks?limit=200&sort=manual")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return sorted(items, key=lambda task: task["id"])

    async def titles(self, *, completed: bool | None = None) -> list[str]:
        """Titles, of one state when given."""
        return [t["title"] for t in await self.tasks() if completed is None or t["completed"] is completed]


@pytest.fixture
async def talk(person: Callable[..., Awaitable[Any]]) -> Talk:
    """Somebody new with an empty list."""
    return Talk(await person("Ada"))
