"""Live updates over HTTP: Server-Sent Events (WHATWG HTML, section 9.2) from the outbox.

Each event carries its row id (Last-Event-ID resumes after it), its type (`task.created`, `task.updated`,
`task.completed`, `task.recurred`, `task.deleted`, `tag.…`, `project.…`, `filter.…`, `reminder`, `resync`) and a JSON
object with `task_id` and `title`. It stands here and not in events, because it needs the caller, who is above that
layer.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from taskora.accounts.caller import Caller, TasksRead, is_still_valid
from taskora.events.live import Live, Message
from taskora.kit.errors import Invalid
from taskora.tasks.schemas import MAX_ID

router = APIRouter()

HEARTBEAT_SECONDS = 15.0
# A revoked session may hear events for this long at most.
_RECHECK_SECONDS = 1.0


def live_of(request: Request) -> Live:
    """The follower of this process, made at the first listener."""
    state = request.app.state
    if getattr(state, "live", None) is None:
        state.live = Live(state.database)
    live: Live = state.live
    return live


@router.get(
    "/events",
    tags=["live"],
    summary="Live updates (Server-Sent Events)",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(
    request: Request,
    caller: TasksRead,
    last_event_id: Annotated[str | None, Header(max_length=20, description="Resume after this event.")] = None,
    after: Annotated[int | None, Query(ge=0, le=MAX_ID, description="The same, for clients without headers.")] = None,
) -> StreamingResponse:
    live = live_of(request)
    resume = _number(last_event_id) if last_event_id else after
    # Refused here, so that it is an answer with a status and not a broken stream.
    live.refuse_too_many(caller.user_id)
    stream = _stream(request, caller, live, resume)
    return StreamingResponse(
        stream, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def _stream(request: Request, caller: Caller, live: Live, resume: int | None) -> AsyncIterator[str]:
    """Everything that the page is to hear, until it leaves or its credential ends; a stopping
    process cancels this from outside (web.requests)."""
    async with live.subscribe(caller.user_id, resume) as subscription:
        yield "retry: 2000\n: connected\n\n"
        checked = time.monotonic()
        while True:
            try:
                message = await asyncio.wait_for(subscription.queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                piece = ": still here\n\n"
            else:
                piece = encode(message)
            if time.monotonic() - checked >= _RECHECK_SECONDS:
                if not await is_still_valid(request.app.state.database, caller):
                    return
                checked = time.monotonic()
            yield piece


def encode(message: Message) -> str:
    """One message in the event stream format; JSON never holds a bare line break, so one data line is enough."""
    data = json.dumps({"type": message.type, **message.data}, ensure_ascii=False, separators=(",", ":"))
    return f"id: {message.id}\nevent: {message.type}\ndata: {data}\n\n"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > MAX_ID:
        raise Invalid("Last-Event-ID must be the id of an event of this stream.", field="Last-Event-ID")
    return int(text)
