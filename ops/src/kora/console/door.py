"""The door of the console, around everything behind it: Host, session, page token, Origin; and the headers that keep
the page to itself. What is not explicitly public needs a session, also what does not exist.
"""

from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kora.console.sessions import Session, Sessions
from kora.kit.hosts import host_is_known, origin_is_own

PAGE_TOKEN_HEADER = "x-kora-page"  # noqa: S105 - a header's name
PUBLIC = frozenset({"/login", "/login.js", "/theme.js", "/console.css", "/icon.svg"})
"""What a stranger gets: the sign-in page and what it is made of. No data."""

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Door:
    """ASGI middleware. Puts the session into ``scope["session"]``."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, cookie: str, allowed: Collection[str]) -> None:
        self._app, self._sessions, self._cookie, self._allowed = app, sessions, cookie, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        session = self._sessions.find(cookie_of(request, self._cookie))
        scope["session"] = session
        refusal = self._refusal(request, session)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *extra]}
            await send(message)

        await (refusal or self._app)(scope, receive, dressed)

    def _refusal(self, request: Request, session: Session | None) -> Response | None:
        host, path = request.headers.get("host", ""), request.url.path
        if not host_is_known(host, self._allowed):
            return refused(421, "HOST_REFUSED", "The console does not answer for that host name.")
        writes = request.method not in _SAFE_METHODS
        if not origin_is_own(request.headers.get("origin"), host, required=writes):
            return refused(403, "ORIGIN_REFUSED", "Requests from other sites' pages are refused.")
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and path not in ("/", "/login"):
            return refused(403, "ORIGIN_REFUSED", "Requests from other sites' pages are refused.")
        if path in PUBLIC:
            return None
        if session is None:
            if path == "/" and not writes:
                return RedirectResponse("/login", 303)
            return refused(401, "SIGN_IN", "Open the link that kora console printed.")
        if (writes or path.startswith("/api/")) and not session.owns(request.headers.get(PAGE_TOKEN_HEADER, "")):
            return refused(403, "PAGE_TOKEN_REQUIRED", "This request did not come from the console's own page.")
        return None


def cookie_of(request: Request, name: str) -> str | None:
    """The value of one cookie."""
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return None if found is None else found.value


def refused(status: int, code: str, message: str) -> JSONResponse:
    """A refusal in the shape of every error."""
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
