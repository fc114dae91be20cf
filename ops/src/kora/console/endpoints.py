"""The console over HTTP: JSON in and out, nothing decided here. `make_app` puts routes, door and page together."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from kora import __version__
from kora.console.desk import Desk
from kora.console.door import Door, cookie_of, refused
from kora.console.live import follow
from kora.console.sessions import Session, Sessions
from kora.kit import clock
from kora.kit.errors import ApprovalRequired, Conflict, Denied, Invalid, KoraError, NotFound, Retryable, Unavailable

STATIC = Path(__file__).parent / "static"
PAGES = {"/": "index.html", "/login": "login.html"}
FILES = ("console.css", "icon.svg", "theme.js", "login.js", *sorted(p.name for p in STATIC.glob("page_*.js")))
BODY_LIMIT_BYTES = 16 * 1024

_STATUSES: tuple[tuple[type[KoraError], int], ...] = (
    (Invalid, 400),
    (NotFound, 404),
    (Denied, 403),
    (Conflict, 409),
    (ApprovalRequired, 409),
    (Retryable, 503),
    (Unavailable, 503),
    (KoraError, 409),
)

Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(
    desk: Desk, sessions: Sessions, *, cookie: str = "kora_console", allowed: Collection[str] = ()
) -> Starlette:
    """The application. cookie: the session cookie's name (one per port, so that two consoles don't disturb each other);
    allowed: host names that it answers for besides loopback."""
    console = _Console(desk, sessions, cookie)
    pages = {**PAGES, "/login": sessions.page}
    routes = [Route(path, _file(name), methods=["GET"]) for path, name in pages.items()]
    routes += [Route(f"/{name}", _file(name), methods=["GET"]) for name in FILES]
    routes += [
        Route("/login", console.enter, methods=["POST"]),
        Route("/api/session", _told(console.session), methods=["GET"]),
        Route("/api/session/end", _told(console.leave), methods=["POST"]),
        Route("/api/overview", _told(console.overview), methods=["GET"]),
        Route("/api/plans", _told(console.plans), methods=["GET"]),
        Route("/api/plans/{id}", _told(console.plan), methods=["GET"]),
        Route("/api/plans/{id}/approve", _told(console.approve), methods=["POST"]),
        Route("/api/plans/{id}/reject", _told(console.reject), methods=["POST"]),
        Route("/api/audit", _told(console.audit), methods=["GET"]),
        Route("/api/audit/chain", _told(console.chain), methods=["GET"]),
        Route("/api/audit/live", console.live, methods=["GET"]),
    ]
    door = Middleware(Door, sessions=sessions, cookie=cookie, allowed=tuple(allowed))
    return Starlette(routes=routes, middleware=[door])


class _Console:
    """The endpoints; every one but `enter` runs behind the door."""

    def __init__(self, desk: Desk, sessions: Sessions, cookie: str) -> None:
        self._desk, self._sessions, self._cookie = desk, sessions, cookie

    async def enter(self, request: Request) -> Response:
        """A one-time link becomes a session."""
        try:
            token = (await _body(request)).get("token")
            entered = await asyncio.to_thread(self._sessions.enter, token) if isinstance(token, str) else None
        except KoraError as error:
            return refused(_status(error), error.code, error.message)
        if entered is None:
            return refused(401, "LINK_USED", self._sessions.refusal)
        value, session = entered
        answer = JSONResponse({"page_token": session.page_token})
        answer.set_cookie(
            self._cookie,
            value,
            max_age=int((session.ends - clock.now()).total_seconds()),
            httponly=True,
            secure=request.url.scheme == "https",
            samesite="strict",
            path="/",
        )
        return answer

    async def session(self, request: Request) -> Any:
        session = _session(request)
        cluster = await asyncio.to_thread(lambda: self._desk.cluster)
        return {"person": session.person, "cluster": cluster, "version": __version__, "ends": session.ends.isoformat()}

    async def leave(self, request: Request) -> Any:
        self._sessions.leave(cookie_of(request, self._cookie))
        return {}

    async def overview(self, _request: Request) -> Any:
        return await asyncio.to_thread(self._desk.overview)

    async def plans(self, _request: Request) -> Any:
        return await asyncio.to_thread(self._desk.plans)

    async def plan(self, request: Request) -> Any:
        return await asyncio.to_thread(self._desk.plan, request.path_params["id"])

    async def approve(self, request: Request) -> Any:
        plan_id, plan_hash = request.path_params["id"], _text(await _body(request), "hash")
        await asyncio.to_thread(self._desk.approve, _session(request).person, plan_id, plan_hash)
        return await self.plan(request)

    async def reject(self, request: Request) -> Any:
        plan_id, reason = request.path_params["id"], _text(await _body(request), "reason", default="")
        await asyncio.to_thread(self._desk.reject, _session(request).person, plan_id, reason)
        return await self.plan(request)

    async def audit(self, request: Request) -> Any:
        records = await asyncio.to_thread(self._desk.records, None, _number(request, "count", 100))
        return {"records": records}

    async def chain(self, _request: Request) -> Any:
        return await asyncio.to_thread(self._desk.chain)

    async def live(self, request: Request) -> Response:
        try:
            since = _number(request, "since", 0)
        except Invalid as error:
            return refused(400, error.code, error.message)
        value = cookie_of(request, self._cookie)
        events = follow(self._desk, since, lambda: self._sessions.find(value) is not None)
        return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _told(endpoint: Callable[[Request], Awaitable[Any]]) -> Endpoint:
    """The answer as JSON; a typed failure as its error, with its status."""

    async def tell(request: Request) -> Response:
        try:
            return JSONResponse(await endpoint(request))
        except KoraError as error:
            return JSONResponse(error.as_json(), status_code=_status(error))

    return tell


def _status(error: KoraError) -> int:
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def _file(name: str) -> Endpoint:
    async def give(_request: Request) -> Response:
        return FileResponse(STATIC / name)

    return give


def _session(request: Request) -> Session:
    session = request.scope["session"]
    assert isinstance(session, Session), "the door lets nobody in without one"
    return session


async def _body(request: Request) -> dict[str, Any]:
    """Raises: Invalid."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Invalid("The body must be JSON (Content-Type: application/json).")
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > BODY_LIMIT_BYTES:
            raise Invalid("The body is too long.")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Invalid("The body is not JSON.") from error
    if not isinstance(value, dict):
        raise Invalid("The body must be one JSON object.")
    return value


def _text(body: dict[str, Any], name: str, *, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Invalid(f"{name} must be text.")
    return value


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Invalid(f"{name} must be a number.")
    return int(text)
