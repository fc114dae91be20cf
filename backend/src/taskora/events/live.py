"""Live updates: the outbox, followed row by row for everybody who has a page open.

One follower runs per process, and only while somebody listens. It is woken by commits of its own process and looks
once a second for those of others. Within one owner, event ids are in commit order (storage.locks), so "everything
after id N" never misses a row that commits late, on PostgreSQL too. Nobody can slow it down: a reader whose queue is
full loses it and is told to load everything anew (`resync`).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from taskora.events import listeners
from taskora.events.models import Event
from taskora.kit.errors import TaskoraError
from taskora.storage import Database

logger = logging.getLogger("taskora.events")

POLL_SECONDS = 1.0
MAX_STREAMS_PER_USER = 10
QUEUE_SIZE = 256
MAX_REPLAY = 500
_BATCH = 500

EVENTS: Table = Event.__table__  # type: ignore[assignment]


class TooManyStreams(TaskoraError):
    """The person has more pages open than we follow."""

    code, status, exit_code = "TOO_MANY_STREAMS", 429, 75
    default_message = "Too many live connections are open. Close a tab of Taskora and reload this one."


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell: an event row, or `resync` (what was missed is more than we replay)."""

    id: int
    type: str
    data: dict[str, Any]


@dataclass(eq=False, slots=True)
class Subscription:
    """One open page. `seen` is the id of the last event that it was given."""

    user_id: str
    seen: int
    queue: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))

    def offer(self, message: Message) -> None:
        """Hand a message over without waiting; a full queue is emptied and replaced by one `resync`."""
        if message.id <= self.seen:
            return
        self.seen = message.id
        if self.queue.full():
            self.drain()
            message = resync(message.id)
        self.queue.put_nowait(message)

    def drain(self) -> None:
        """Forget what waits."""
        while not self.queue.empty():
            self.queue.get_nowait()


def resync(last_id: int) -> Message:
    """Tell a page to load everything anew."""
    return Message(last_id, "resync", {})


class Live:
    """Follows the outbox for the listeners of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listening: dict[str, set[Subscription]] = {}
        self._followed: dict[str, int] = {}
        self._woken: set[str] = set()
        self._signal = asyncio.Event()
        self._follower: asyncio.Task[None] | None = None

    def refuse_too_many(self, user_id: str) -> None:
        """Raises TooManyStreams when this person can't open another stream."""
        if len(self._listening.get(user_id, ())) >= MAX_STREAMS_PER_USER:
            raise TooManyStreams(headers={"Retry-After": "30"})

    @contextlib.asynccontextmanager
    async def subscribe(self, user_id: str, last_event_id: int | None) -> AsyncIterator[Subscription]:
        """Listen to one person's events, first those after `last_event_id` that were missed.

        Raises TooManyStreams.
        """
        subscription = Subscription(user_id, 0)
        newest = await self._newest([user_id])
        await self._replay(subscription, last_event_id, newest.get(user_id, 0))
        self.refuse_too_many(user_id)
        self._listening.setdefault(user_id, set()).add(subscription)
        # Another page may have made the follower run ahead of what this one was given: it looks again from there, and
        # every subscription drops what it has seen.
        self._followed[user_id] = min(self._followed.get(user_id, subscription.seen), subscription.seen)
        self._start()
        self.notify(user_id)
        try:
            yield subscription
        finally:
            self._leave(subscription)

    def _leave(self, subscription: Subscription) -> None:
        mine = self._listening[subscription.user_id]
        mine.discard(subscription)
        if not mine:
            del self._listening[subscription.user_id]
            del self._followed[subscription.user_id]
        self._signal.set()

    def notify(self, user_id: str) -> None:
        """Look for new rows of this person now rather than at the next poll."""
        if user_id in self._listening:
            self._woken.add(user_id)
            self._signal.set()

    async def _replay(self, subscription: Subscription, last_event_id: int | None, newest: int) -> None:
        if last_event_id is None or last_event_id == newest:
            subscription.seen = newest
            return
        missed = await self._rows(subscription.user_id, last_event_id, MAX_REPLAY + 1)
        # An id from the future belongs to another database; more than we replay is cheaper loaded anew.
        if last_event_id > newest or len(missed) > min(MAX_REPLAY, QUEUE_SIZE - 1):
            subscription.offer(resync(max(newest, 1)))
            subscription.seen = newest
            return
        subscription.seen = last_event_id
        for message in missed:
            subscription.offer(message)

    def _start(self) -> None:
        if self._follower is None:
            listeners.register(self.notify)
            self._follower = asyncio.create_task(self._follow(), name="live updates")

    async def _follow(self) -> None:
        try:
            while self._listening:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._signal.wait(), POLL_SECONDS)
                self._signal.clear()
                woken, self._woken = self._woken, set()
                await self._look(woken)
        finally:
            listeners.unregister(self.notify)
            self._follower = None

    async def _look(self, woken: set[str]) -> None:
        try:
            await self._deliver(woken or await self._behind())
        except (SQLAlchemyError, OSError) as error:
            # The pages keep their streams; once the database is back, the ids tell what was missed.
            logger.warning("live updates wait for the database: %s", type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _behind(self) -> set[str]:
        newest = await self._newest(list(self._followed))
        return {user_id for user_id, last in newest.items() if last > self._followed.get(user_id, last)}

    async def _deliver(self, user_ids: set[str]) -> None:
        for user_id in user_ids:
            after = self._followed.get(user_id)
            if after is None:
                continue
            rows = await self._rows(user_id, after, _BATCH)
            if not rows:
                continue
            if user_id in self._followed:
                self._followed[user_id] = rows[-1].id
            for subscription in tuple(self._listening.get(user_id, ())):
                for message in rows:
                    subscription.offer(message)
            if len(rows) == _BATCH:
                self.notify(user_id)

    async def _newest(self, user_ids: list[str]) -> dict[str, int]:
        newest: dict[str, int] = {}
        for start in range(0, len(user_ids), _BATCH):
            part = user_ids[start : start + _BATCH]
            statement = select(EVENTS.c.user_id, func.max(EVENTS.c.id)).where(EVENTS.c.user_id.in_(part))
            async with self._database.read() as session:
                newest |= {row[0]: row[1] for row in await session.execute(statement.group_by(EVENTS.c.user_id))}
        return newest

    async def _rows(self, user_id: str, after: int, limit: int) -> list[Message]:
        statement = select(EVENTS).where(EVENTS.c.user_id == user_id, EVENTS.c.id > after)
        async with self._database.read() as session:
            rows = (await session.execute(statement.order_by(EVENTS.c.id).limit(limit))).mappings()
            return [
                Message(
                    row["id"],
                    row["type"],
                    {"task_id": row["task_id"], **row["payload"], "at": row["created_at"].isoformat()},
                )
                for row in rows
            ]
