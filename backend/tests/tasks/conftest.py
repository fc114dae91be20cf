"""People for the tests of this feature: made straight in the database, acting through the services."""

import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from taskora.accounts.caller import Caller
from taskora.accounts.models import User
from taskora.kit import clock
from taskora.storage import Database
from taskora.tasks import service
from taskora.tasks.query import TaskQuery
from taskora.tasks.schemas import TaskInput, TaskOut, TaskPage, TaskPatch

_numbers = itertools.count(1)


@dataclass
class Time:
    """The clock of a test: stands still until it is moved."""

    instant: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday

    def set(self, text: str) -> None:
        """Move to an ISO instant."""
        self.instant = datetime.fromisoformat(text)

    def advance(self, **by: float) -> None:
        """Let time pass."""
        self.instant += timedelta(**by)


@pytest.fixture
def time() -> Iterator[Time]:
    """A clock that stands at Monday, 2 March 2026, 08:00 UTC."""
    held = Time()
    with clock.use_clock(lambda: held.instant):
        yield held


@dataclass
class Owner:
    """Somebody with tasks; every call is one transaction, as in a request."""

    database: Database
    caller: Caller
    seen: list[Any] = field(default_factory=list)

    def living_in(self, zone: str) -> "Owner":
        """The same person with another time zone."""
        return Owner(self.database, replace(self.caller, timezone=zone))

    async def write(self, use_case: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Any:
        """Run a use case that writes."""
        async with self.database.write() as session:
            return await use_case(session, self.caller, *arguments, **options)

    async def read(self, use_case: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Any:
        """Run a use case that reads."""
        async with self.database.read() as session:
            return await use_case(session, self.caller, *arguments, **options)

    async def add(self, title: str = "Task", **fields: Any) -> TaskOut:
        """Create a task."""
        task: TaskOut = (await self.write(service.create_task, TaskInput(title=title, **fields))).task
        return task

    async def change(self, task_id: int, **fields: Any) -> TaskOut:
        """Change some fields."""
        task: TaskOut = (await self.write(service.update_task, task_id, TaskPatch(**fields))).task
        return task

    async def tick(self, task_id: int) -> Any:
        """Toggle a task."""
        return await self.write(service.toggle_complete, task_id)

    async def undo(self, change_id: int | None = None) -> Any:
        """Take a change back."""
        return await self.write(service.undo, change_id)

    async def get(self, task_id: int) -> TaskOut:
        """One task."""
        task: TaskOut = await self.read(service.get_task, task_id)
        return task

    async def page(self, **query: Any) -> TaskPage:
        """One page of the list."""
        page: TaskPage = await self.read(service.list_tasks, TaskQuery(**query))
        return page

    async def titles(self, **query: Any) -> list[str]:
        """The titles of a list."""
        return [task.title for task in (await self.page(**query)).items]

    async def everything(self) -> list[TaskOut]:
        """All tasks, oldest first."""
        items: list[TaskOut] = []
        cursor = None
        while True:
            page = await self.page(limit=200, order="asc", cursor=cursor)
            items += page.items
            cursor = page.next_cursor
            if cursor is None:
                return items


async def new_owner(database: Database, timezone: str = "UTC") -> Owner:
    """A person with nothing yet."""
    number = next(_numbers)
    user = User(id=f"owner{number}", email=f"owner{number}@example.org", name="Owner", created_at=clock.now())
    async with database.write() as session:
        session.add(user)
    return Owner(database, Caller(user.id, timezone=timezone))


@pytest.fixture
async def owner(database: Database) -> Owner:
    """A person in UTC."""
    return await new_owner(database)


@pytest.fixture
async def stranger(database: Database) -> Owner:
    """Another person."""
    return await new_owner(database)
