"""A chat turn as Server-Sent Events: tool_call as it happens, token while the reply is spoken, done or error at the
end.

The turn runs in a task of its own. When the reader leaves (Stop, closed tab), the task is cancelled and stores what
was done.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from typing import Any

from pydantic_core import to_json

from taskora.assistant.service import Begun, finish
from taskora.kit.errors import TaskoraError
from taskora.settings import Settings
from taskora.storage import Database

logger = logging.getLogger("taskora.assistant")
_PIECE = re.compile(r"\S+\s*|\s+")
_PER_TOKEN_EVENT = 4  # words; a long list shouldn't become a thousand events
_QUEUE_MOST = 1_000
_running: set[asyncio.Task[None]] = set()


def event(name: str, data: dict[str, Any]) -> bytes:
    """One event in wire form."""
    return b"event: " + name.encode() + b"\ndata: " + to_json(data) + b"\n\n"


async def events(database: Database, settings: Settings, begun: Begun) -> AsyncIterator[bytes]:
    """The events of a turn."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUE_MOST)
    spoken = False

    async def emit(name: str, data: dict[str, Any]) -> None:
        nonlocal spoken
        spoken = spoken or name == "token"
        await queue.put(event(name, data))

    async def run() -> None:
        try:
            answer = await finish(database, settings, begun, emit)
            if not spoken:
                pieces = _PIECE.findall(answer.response)
                for start in range(0, len(pieces), _PER_TOKEN_EVENT):
                    await queue.put(event("token", {"text": "".join(pieces[start : start + _PER_TOKEN_EVENT])}))
            await queue.put(event("done", answer.model_dump(mode="json")))
        except TaskoraError as error:
            await queue.put(event("error", error.as_json()["error"]))
        except Exception:
            # The status line is long gone: the reader must hear of the fault here, the log gets the details.
            logger.exception("a chat turn failed")
            await queue.put(event("error", TaskoraError().as_json()["error"]))
        await queue.put(None)

    task = asyncio.create_task(run())
    _running.add(task)
    task.add_done_callback(_running.discard)
    try:
        while (piece := await queue.get()) is not None:
            yield piece
    finally:
        task.cancel()
