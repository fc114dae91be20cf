"""What a request's body may be: its size, and for JSON its form, before anything else looks at it.

JSON is read whole (it is small by this very limit) and parsed strictly once: NaN, lone surrogates and bottomless
nesting are refused as malformed, NUL characters as text that no database takes. Other bodies are counted while they
stream.
"""

import asyncio
import re
from typing import Any

from fastapi import HTTPException
from pydantic_core import from_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskora.kit.errors import Invalid, NotFound, TaskoraError
from taskora.web.errors import BadRequest, BodyTooLarge, InvalidJson, answer

JSON_LIMIT_BYTES = 1024 * 1024
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024 + 64 * 1024  # a file of 10 MB and the form around it
_READ_TIMEOUT_SECONDS = 30
_UPLOADS = re.compile(r"/api/[^/]+/import(/.*)?")


class BodyGuard:
    """Refuses bodies that are too large or malformed, and NUL characters anywhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            receive = await _checked(scope, receive)
        except TaskoraError as error:
            await answer(error)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except _TooMuch as error:
            await answer(error.problem)(scope, receive, send)


class _TooMuch(HTTPException):
    """Raised out of `receive` while a body streams. An HTTPException, because FastAPI turns any other exception that
    happens while it reads a body into a vague 400."""

    def __init__(self, problem: BodyTooLarge) -> None:
        self.problem = problem
        super().__init__(problem.status, problem)


async def _checked(scope: Scope, receive: Receive) -> Receive:
    if "\0" in scope["path"]:
        raise NotFound("There is nothing at this address.")
    if b"%00" in scope["query_string"]:
        raise Invalid("A parameter holds a NUL character, which text can't have.", field="query")
    headers = dict(scope["headers"])
    is_upload = _UPLOADS.fullmatch(scope["path"]) is not None
    limit = UPLOAD_LIMIT_BYTES if is_upload else JSON_LIMIT_BYTES
    declared = headers.get(b"content-length")
    if declared is not None:
        if not declared.isdigit():
            raise BadRequest("The Content-Length header is not a number.")
        if int(declared[:20]) > limit:
            raise _too_large(limit)
    if declared in (None, b"0") and b"transfer-encoding" not in headers:
        return receive
    if "json" not in headers.get(b"content-type", b"").decode("latin-1").lower():
        return _counted(receive, limit)
    body = await _read(receive, limit)
    if body is None:
        return receive  # the caller left
    if body.strip():
        _check_json(body)
    return _replayed(body, receive)


def _too_large(limit: int) -> BodyTooLarge:
    size = f"{limit // (1024 * 1024)} MB"
    return BodyTooLarge(f"The request is too large: at most {size} are accepted here.", details={"limit_bytes": limit})


def _counted(receive: Receive, limit: int) -> Receive:
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise _TooMuch(_too_large(limit))
        return message

    return counted


async def _read(receive: Receive, limit: int) -> bytes | None:
    chunks: list[bytes] = []
    total = 0
    try:
        async with asyncio.timeout(_READ_TIMEOUT_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                chunks.append(message.get("body", b""))
                total += len(chunks[-1])
                if total > limit:
                    raise _too_large(limit)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError as error:
        raise BadRequest("The body did not arrive in time. Send it again.") from error


def _replayed(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed


def _check_json(body: bytes) -> None:
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        nested = "recursion" in str(error)
        raise InvalidJson("The JSON is nested too deeply." if nested else None) from error
    if b"\\u0000" in body:
        path = _nul_in(value, "")
        if path is not None:
            raise Invalid(f"{path or 'The body'}: text can't hold a NUL character", field=path or "body")


def _nul_in(value: Any, path: str) -> str | None:
    """Where a NUL character stands, as a dotted path. Depth is bounded by the parser's own limit."""
    if isinstance(value, str):
        return path if "\0" in value else None
    if isinstance(value, list):
        entries: Any = enumerate(value)
    elif isinstance(value, dict):
        if any("\0" in name for name in value):
            return path
        entries = value.items()
    else:
        return None
    for name, entry in entries:
        found = _nul_in(entry, f"{path}.{name}" if path else str(name))
        if found is not None:
            return found
    return None
