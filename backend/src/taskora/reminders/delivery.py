"""The loop that fires reminders: sleeps until the next one, woken early by changes of this process.

Every replica runs one; whoever comes first claims a row. Nothing is kept in memory, so a restart only delays: what
fell due meanwhile fires at once.
"""

import asyncio
import contextlib
from datetime import datetime

from taskora.events import listeners
from taskora.kit import clock
from taskora.reminders.service import deliver_due
from taskora.settings import Settings
from taskora.storage import Database

# A replica that died with a reminder of its own in mind, a clock that was set: after this we look anyway.
MAX_SLEEP_SECONDS = 60.0
# Many writes in a row wake the loop once.
SETTLE_SECONDS = 0.5


async def deliver_reminders(database: Database, _settings: Settings) -> None:
    """Fire reminders for as long as the process runs; cancel it to stop."""
    woken = asyncio.Event()

    def wake(_user_id: str) -> None:
        woken.set()

    listeners.register(wake)
    try:
        while True:
            woken.clear()
            next_at = await deliver_due(database)
            await sleep_until(next_at, woken)
    finally:
        listeners.unregister(wake)


async def sleep_until(next_at: datetime | None, woken: asyncio.Event) -> None:
    """Wait until `next_at` (bounded), or shortly after something was written."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds_until(next_at))
        await asyncio.sleep(min(SETTLE_SECONDS, seconds_until(next_at)))


def seconds_until(next_at: datetime | None) -> float:
    """How long to sleep at most."""
    if next_at is None:
        return MAX_SLEEP_SECONDS
    return min(max((next_at - clock.now()).total_seconds(), 0.0), MAX_SLEEP_SECONDS)
