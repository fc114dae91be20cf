"""The loop that delivers webhooks: woken by commits of this process and by the next attempt that is due.

Every replica runs one; messages are claimed in the database. A receiver that hangs holds up nobody but itself:
webhooks are served side by side, each by one task at a time.
"""

import asyncio
import contextlib
from datetime import datetime

from taskora.events import listeners
from taskora.events.webhooks import dispatch, repository
from taskora.events.webhooks.dispatch import Posts
from taskora.events.webhooks.sending import Sender
from taskora.kit import clock
from taskora.settings import Settings
from taskora.storage import Database

MAX_SLEEP_SECONDS = 60.0
SETTLE_SECONDS = 0.2
BUSY_SECONDS = 2.0
MAX_AT_ONCE = 20
PRUNE_EVERY_SECONDS = 6 * 3600.0


async def deliver_webhooks(database: Database, settings: Settings) -> None:
    """Deliver for as long as the process runs; cancel it to stop."""
    sender = Sender(allow_private=settings.allow_private_webhooks)
    woken = asyncio.Event()

    def wake(_user_id: str) -> None:
        woken.set()

    listeners.register(wake)
    try:
        async with asyncio.TaskGroup() as turns:
            await _run(database, sender, woken, turns)
    finally:
        listeners.unregister(wake)


async def _run(database: Database, sender: Posts, woken: asyncio.Event, turns: asyncio.TaskGroup) -> None:
    busy: set[int] = set()
    loop = asyncio.get_running_loop()
    pruned_at = loop.time()

    async def turn(webhook_id: int) -> None:
        try:
            await dispatch.serve(database, webhook_id, sender)
        finally:
            busy.discard(webhook_id)
            woken.set()

    while True:
        woken.clear()
        await dispatch.fan_out(database)
        async with database.read() as session:
            free = MAX_AT_ONCE - len(busy)
            due = await repository.due_webhooks(session, clock.now(), busy, free) if free else []
            next_at = await repository.next_attempt_at(session)
        for webhook_id in due:
            busy.add(webhook_id)
            turns.create_task(turn(webhook_id), name=f"webhook {webhook_id}")
        if loop.time() - pruned_at >= PRUNE_EVERY_SECONDS:
            pruned_at = loop.time()
            await dispatch.prune(database)
        await _sleep(next_at, woken, bool(busy))


async def _sleep(next_at: datetime | None, woken: asyncio.Event, is_busy: bool) -> None:
    """Until the next attempt (bounded), or shortly after something was written or a turn has ended."""
    seconds = MAX_SLEEP_SECONDS
    if next_at is not None:
        # What is due may belong to a webhook that is being served: its end wakes us, so no hurry.
        least = BUSY_SECONDS if is_busy else SETTLE_SECONDS
        seconds = min(max((next_at - clock.now()).total_seconds(), least), MAX_SLEEP_SECONDS)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)
        await asyncio.sleep(SETTLE_SECONDS)


async def deliver_now(database: Database, sender: Posts) -> None:
    """Deliver everything that is due at this instant, then come back (for command lines and tests)."""
    await dispatch.fan_out(database)
    while True:
        async with database.read() as session:
            due = await repository.due_webhooks(session, clock.now(), (), MAX_AT_ONCE)
        if not due:
            return
        for webhook_id in due:
            await dispatch.serve(database, webhook_id, sender)
