"""Writing event rows: in the transaction of the change, heard by listeners only after its commit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.events import listeners
from taskora.events.models import Event
from taskora.kit import clock
from taskora.storage import after_commit
from taskora.storage.locks import lock_owner

events: Table = Event.__table__  # type: ignore[assignment]

_INSERT = insert(events)
_TO_WAKE = "events_to_wake"


async def record(
    session: AsyncSession, user_id: str, kind: str, *, task_id: int | None = None, payload: dict[str, Any] | None = None
) -> None:
    """Add one event (`task.created`, `task.updated`, … `reminder`) to the outbox of `user_id`."""
    await record_many(session, user_id, [(kind, task_id, payload or {})])


async def record_many(
    session: AsyncSession, user_id: str, rows: Sequence[tuple[str, int | None, dict[str, Any]]]
) -> None:
    """Add many events (type, task id, payload) in one statement; order is kept."""
    if not rows:
        return
    await lock_owner(session, user_id)
    now = clock.now()
    await session.execute(
        _INSERT,
        [
            {"user_id": user_id, "type": kind, "task_id": task_id, "payload": payload, "created_at": now}
            for kind, task_id, payload in rows
        ],
    )
    waking: set[str] = session.info.setdefault(_TO_WAKE, set())
    if user_id not in waking:
        waking.add(user_id)
        after_commit(session, lambda: listeners.wake(user_id))
