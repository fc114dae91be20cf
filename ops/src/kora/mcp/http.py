"""The tools over streamable HTTP at /mcp: Host, Origin and bearer token are judged before the protocol begins.

Stateless, so a client may come and go; answers are plain JSON.
"""

import contextlib
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kora.kit.hosts import host_is_known, origin_is_own
from kora.kit.tokens import same_token
from kora.mcp.server import MakeInvoker, build
from kora.tools.context import Context
from kora.tools.invoker import Invoker

PATH = "/mcp"
TOKEN_FILE = "mcp-token"  # noqa: S105 - a file's name under $KORA_HOME
_BODY_LIMIT_BYTES = 1024 * 1024


class Door:
    """The ASGI endpoint: refuses, or hands on to the SDK."""

    def __init__(self, manager: StreamableHTTPSessionManager, token: str, allowed: Collection[str]) -> None:
        self._manager, self._token, self._allowed = manager, token, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        refusal = self._refusal(Request(scope))
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)

    def _refusal(self, request: Request) -> JSONResponse | None:
        host = request.headers.get("host", "")
        if not host_is_known(host, self._allowed):
            return _refused(421, "HOST_REFUSED", "This server does not answer for that host name.")
        if not origin_is_own(request.headers.get("origin"), host):
            return _refused(403, "ORIGIN_REFUSED", "Requests from other sites' pages are refused.")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not same_token(token.strip(), self._token):
            answer = _refused(401, "TOKEN_REQUIRED", "Send the token of kora mcp as: Authorization: Bearer TOKEN")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        return None


def make_app(
    context: Context,
    *,
    folder: Path,
    token: str,
    allowed: Collection[str] = (),
    make_invoker: MakeInvoker = Invoker,
) -> Starlette:
    """The application; `allowed` are host names that it answers for besides loopback."""
    manager = StreamableHTTPSessionManager(
        build(context, folder=folder, make_invoker=make_invoker),
        json_response=True,
        stateless=True,
        max_request_body_size=_BODY_LIMIT_BYTES,
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with manager.run():
            yield

    return Starlette(routes=[Route(PATH, endpoint=Door(manager, token, allowed))], lifespan=lifespan)


def _refused(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
