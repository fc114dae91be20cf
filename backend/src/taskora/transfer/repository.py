"""Reading what leaves the house: every query names the owner and walks its tables in pages of bounded size."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.models import User
from taskora.events.models import Event
from taskora.tasks.journal import CHANGES, TASKS
from taskora.tasks.presentation import present
from taskora.tasks.repository import rows, with_project
from taskora.tasks.schemas import TaskOut
from taskora.transfer.models import CalendarFeed

Page = list[dict[str, Any]]

# Small enough that the event loop is never held for long.
PAGE = 200
# SQLite takes 32,766 parameters in one statement.
_CHUNK = 5_000

USERS: Table = User.__table__  # type: ignore[assignment]
EVENTS: Table = Event.__table__  # type: ignore[assignment]
FEEDS: Table = CalendarFeed.__table__  # type: ignore[assignment]


async def pages_by_id(session: AsyncSession, statement: Select[Any], key: ColumnElement[int]) -> AsyncIterator[Page]:
    """The rows of `statement` in the order of the unique `key`, a page at a time."""
    last = 0
    while True:
        page = await rows(session, statement.where(key > last).order_by(key).limit(PAGE))
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = page[-1]["id"]


async def task_pages(
    session: AsyncSession, user_id: str, *conditions: ColumnElement[bool]
) -> AsyncIterator[list[TaskOut]]:
    """The owner's tasks, pending before completed, oldest first (an index walk), a page at a time."""
    for completed in (False, True):
        after: tuple[datetime, int] | None = None
        while True:
            statement = with_project().where(TASKS.c.user_id == user_id, TASKS.c.completed.is_(completed), *conditions)
            if after is not None:
                created, task_id = after
                newer = and_(TASKS.c.created_at == created, TASKS.c.id > task_id)
                statement = statement.where(or_(TASKS.c.created_at > created, newer))
            found = await rows(session, statement.order_by(TASKS.c.created_at, TASKS.c.id).limit(PAGE))
            if found:
                yield await present(session, user_id, found)
                after = found[-1]["created_at"], found[-1]["id"]
            if len(found) < PAGE:
                break


async def profile(session: AsyncSession, user_id: str) -> dict[str, Any]:
    """What the person told about themselves; no password, no credentials."""
    columns = (USERS.c[name] for name in ("id", "email", "name", "timezone", "locale", "week_start", "created_at"))
    return (await rows(session, select(*columns).where(USERS.c.id == user_id)))[0]


async def zones_in_use(session: AsyncSession, user_id: str) -> list[str]:
    """The time zones of the owner's due times."""
    statement = select(TASKS.c.due_zone).where(TASKS.c.user_id == user_id, TASKS.c.due_zone.is_not(None)).distinct()
    return sorted((await session.execute(statement)).scalars())


async def created_at_matches(session: AsyncSession, user_id: str, moments: Collection[datetime]) -> Page:
    """Id, title and creation time of the owner's tasks that were created at one of these instants."""
    listed = list(moments)
    found: Page = []
    for start in range(0, len(listed), _CHUNK):
        statement = select(TASKS.c.id, TASKS.c.title, TASKS.c.created_at).where(
            TASKS.c.user_id == user_id, TASKS.c.created_at.in_(listed[start : start + _CHUNK])
        )
        found += await rows(session, statement.order_by(TASKS.c.id))
    return found


async def state_mark(session: AsyncSession, user_id: str) -> tuple[int, int]:
    """Two numbers that grow with every change of the owner's data."""
    last_event = select(func.max(EVENTS.c.id)).where(EVENTS.c.user_id == user_id).scalar_subquery()
    last_change = select(func.max(CHANGES.c.id)).where(CHANGES.c.user_id == user_id).scalar_subquery()
    event, change = (await session.execute(select(last_event, last_change))).one()
    return event or 0, change or 0


async def feed(session: AsyncSession, user_id: str) -> dict[str, Any] | None:
    """The owner's feed."""
    found = await rows(session, select(FEEDS).where(FEEDS.c.user_id == user_id))
    return found[0] if found else None


async def feed_by_digest(session: AsyncSession, secret_digest: str) -> dict[str, Any] | None:
    """The feed that a secret opens (the one question here that is asked without an owner: the secret names them)."""
    found = await rows(session, select(FEEDS).where(FEEDS.c.secret_digest == secret_digest))
    return found[0] if found else None
