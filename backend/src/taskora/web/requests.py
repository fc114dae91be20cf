"""The outermost layer of a request: its id, its line in the log, its metrics, and the last net for faults.

Also keeps the list of open event streams, so that a stopping server can end them at once instead of waiting for the
browsers to leave.
"""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskora.web.errors import InternalError, answer
from taskora.web.metrics import Metrics

logger = logging.getLogger("taskora.access")
_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_QUIET = frozenset({"/health", "/api/health", "/ready", "/metrics"})


class OpenStreams:
    """The event streams that are being answered at this moment."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.closing = False

    def add(self, task: asyncio.Task[Any]) -> None:
        """A stream started."""
        self._tasks.add(task)

    def discard(self, task: asyncio.Task[Any]) -> None:
        """A stream ended."""
        self._tasks.discard(task)

    def close(self) -> None:
        """End every stream; browsers reconnect to whoever serves next."""
        self.closing = True
        for task in self._tasks:
            task.cancel()


class RequestRecord:
    """Gives each request an id, logs and measures it, and turns a fault into a plain 500."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, streams: OpenStreams, templates: Callable[[], dict[Any, str]]
    ) -> None:
        self._app = app
        self._find_templates = templates
        self._templates: dict[Any, str] = {}
        self._metrics = metrics
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8).encode()
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id.decode()
        task = asyncio.current_task()
        assert task is not None
        seen = _Seen()

        async def record(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", request_id)]}
                seen.is_stream = any(
                    name == b"content-type" and value.startswith(b"text/event-stream")
                    for name, value in message["headers"]
                )
                if seen.is_stream:
                    self._streams.add(task)
            elif message["type"] == "http.response.body":
                seen.bytes += len(message.get("body", b""))
                seen.finished = not message.get("more_body", False)
            await send(message)

        started = time.perf_counter()
        self._metrics.begin()
        try:
            await self._app(scope, receive, record)
        except asyncio.CancelledError:
            if not (self._streams.closing and seen.is_stream):
                raise
            task.uncancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception:
            logger.exception("a fault of ours", extra={"request_id": state["request_id"], "route": self._route(scope)})
            if seen.status:
                raise  # too late for an answer: the connection is cut, so that half an answer isn't taken for a whole
            await answer(InternalError(details={"request_id": state["request_id"]}))(scope, receive, record)
        finally:
            self._streams.discard(task)
            self._note(scope, seen, time.perf_counter() - started)

    def _route(self, scope: Scope) -> str:
        """The template of the route that answered, `unknown` when none did."""
        if not self._templates:
            self._templates = self._find_templates()
        return self._templates.get(scope.get("endpoint"), "unknown")

    def _note(self, scope: Scope, seen: "_Seen", seconds: float) -> None:
        route = self._route(scope)
        self._metrics.end(scope["method"], route, seen.status or 499, None if seen.is_stream else seconds)
        level = logging.DEBUG if scope["path"] in _QUIET else logging.INFO
        if not logger.isEnabledFor(level):
            return
        # The route's template and never the path or query: they may hold a feed's secret or what somebody searched for.
        logger.log(
            level,
            "request",
            extra={
                "request_id": scope["state"]["request_id"],
                "method": scope["method"],
                "route": route,
                "status": seen.status or 499,
                "duration_ms": round(seconds * 1000, 1),
                "user_id": scope["state"].get("user_id", "-"),
                "bytes": seen.bytes,
            },
        )


class _Seen:
    __slots__ = ("bytes", "finished", "is_stream", "status")

    def __init__(self) -> None:
        self.status = 0
        self.bytes = 0
        self.is_stream = False
        self.finished = False


def route_templates(app: FastAPI) -> dict[Any, str]:
    """The full template of every route by its endpoint (`/api/{user_id}/tasks`); files of the page are `page`."""
    templates: dict[Any, str] = {}
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        templates[route.endpoint] = "page" if path.startswith("/{") else path
    return templates
