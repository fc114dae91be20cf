"""The audit log as it grows: server-sent events, read by the page with fetch (so that its token goes along).

``event: record`` carries one record, ``event: chain`` the state of the chain after it; a comment every few seconds
keeps the line open. Ends when the session does.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from kora.console.desk import Desk
from kora.kit.errors import KoraError

LOOK_EVERY = 0.5  # seconds
BEAT_EVERY = 30  # looks


async def follow(desk: Desk, since: int, alive: Callable[[], bool]) -> AsyncIterator[str]:
    """Everything after record `since`, for as long as `alive` says so."""
    yield "retry: 2000\n\n"
    last, mark, beat = since, object(), 0
    while alive():
        now = await asyncio.to_thread(desk.log_mark)
        if now != mark:
            mark = now
            try:
                for record in await asyncio.to_thread(desk.records, last + 1, 500):
                    last = record["sequence"]
                    yield event("record", record, last)
                yield event("chain", await asyncio.to_thread(desk.chain))
            except KoraError as error:
                yield event("trouble", error.as_json()["error"])
        beat = (beat + 1) % BEAT_EVERY
        if beat == 0:
            yield ": here\n\n"
        await asyncio.sleep(LOOK_EVERY)


def event(name: str, data: Any, number: int | None = None) -> str:
    """One event; JSON has no line ends of its own, so nothing inside can end it early."""
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"
