"""/mcp over streamable HTTP: stateless, so any replica can take any request; the bearer token says who is calling.

`Door` checks Host, Origin and token itself (before the SDK is even imported) and hands the caller on in the request's
scope.
"""

import asyncio
import contextlib
import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from taskora.accounts.caller import Caller, authenticate
from taskora.accounts.errors import AuthInvalid, AuthRequired, OriginRefused
from taskora.accounts.origin import require_own_origin
from taskora.kit.errors import Forbidden, TaskoraError
from taskora.mcp.errors import HostRefused, McpOriginRefused
from taskora.settings import Settings
from taskora.storage import Database

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
SCOPE = "mcp"
_CALLER = "taskora.caller"
_BODY_LIMIT_BYTES = 1024 * 1024
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".svc", ".cluster.local")


def mount(app: FastAPI, database: Database, settings: Settings) -> "Door":
    """Serve /mcp on the application. Close the door when the process ends."""
    door = Door(database, settings)
    app.router.routes.append(Route(PATH, endpoint=door, name="mcp", include_in_schema=False))
    return door


class Door:
    """The ASGI application at /mcp."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._manager: StreamableHTTPSessionManager | None = None
        self._running: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._closing = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        require_known_host(request, self._settings)
        try:
            require_own_origin(request, self._settings)
        except OriginRefused as error:
            raise McpOriginRefused from error
        scope[_CALLER] = await self._caller(request)
        manager = await self._open()
        await manager.handle_request(scope, receive, send)

    async def _caller(self, request: Request) -> Caller:
        """Raises AuthRequired, AuthInvalid, ScopeMissing; each tells the client how to sign in."""
        try:
            authorization = request.headers.get("authorization")
            if authorization is None:
                raise AuthRequired
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise AuthInvalid("Send the token as: Authorization: Bearer TOKEN")
            caller = await authenticate(self._database, self._settings, token.strip())
            caller.require(SCOPE)
        except Forbidden as error:
            raise _challenged(error, f'Bearer error="insufficient_scope", scope="{SCOPE}"') from None
        except TaskoraError as error:
            if error.status == 401:
                raise _challenged(error, "Bearer") from None
            raise
        return caller

    async def _open(self) -> "StreamableHTTPSessionManager":
        """Start the SDK's manager with the first client; it lives in a task of its own until `close`."""
        async with self._opening:
            if self._manager is None:
                from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

                from taskora.mcp.server import build

                manager = StreamableHTTPSessionManager(
                    build(self._database, _caller_of),
                    json_response=True,
                    stateless=True,
                    max_request_body_size=_BODY_LIMIT_BYTES,
                )
                ready = asyncio.Event()
                self._running = asyncio.create_task(self._run(manager, ready))
                await ready.wait()
                self._manager = manager
            return self._manager

    async def _run(self, manager: "StreamableHTTPSessionManager", ready: asyncio.Event) -> None:
        async with manager.run():
            ready.set()
            await self._closing.wait()

    async def close(self) -> None:
        """End every open request and wait for it."""
        self._closing.set()
        if self._running is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._running


def _caller_of(context: Any) -> Caller:
    caller = context.request.scope[_CALLER]
    assert isinstance(caller, Caller)
    return caller


def _challenged(error: TaskoraError, challenge: str) -> TaskoraError:
    error.headers["WWW-Authenticate"] = challenge
    return error


def require_known_host(request: Request, settings: Settings) -> None:
    """Host must be an address, a local name, or one of our public names: a page on a rebound foreign domain names
    neither.

    Raises:
        HostRefused
    """
    try:
        host = (urlsplit(f"//{request.headers.get('host', '')}").hostname or "").rstrip(".")
    except ValueError as error:
        raise HostRefused from error
    known = {urlsplit(address).hostname for address in (settings.public_url, *settings.allowed_origins) if address}
    known.add(settings.host)
    if host in known or (host and "." not in host and ":" not in host) or host.endswith(_LOCAL_SUFFIXES):
        return
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise HostRefused from error
