"""Every failure becomes `{"error": {code, message, details?}}`: plain words that name the field, no trace, no SQL."""

import logging
import re
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from taskora.kit.errors import Invalid, NotFound, TaskoraError

logger = logging.getLogger("taskora.web")


class BadRequest(TaskoraError):
    """The request can't be read."""

    code, status, exit_code = "BAD_REQUEST", 400, 2
    default_message = "The request could not be read."


class InvalidJson(BadRequest):
    """The body is not JSON."""

    code, status, exit_code = "INVALID_JSON", 400, 2
    default_message = "The body is not valid JSON. Check quotes, commas and brackets."


class MethodNotAllowed(TaskoraError):
    """The path exists, the method doesn't."""

    code, status, exit_code = "METHOD_NOT_ALLOWED", 405, 2
    default_message = "This address does not understand that method."


class BodyTooLarge(TaskoraError):
    """More was sent than the address accepts."""

    code, status, exit_code = "BODY_TOO_LARGE", 413, 2
    default_message = "The request is too large."


class WrongMediaType(TaskoraError):
    """The body is of another kind than the address reads."""

    code, status, exit_code = "WRONG_MEDIA_TYPE", 415, 2
    default_message = "Send the body as application/json."


class DatabaseUnavailable(TaskoraError):
    """The database doesn't answer."""

    code, status, exit_code = "DATABASE_UNAVAILABLE", 503, 75
    default_message = "The database does not answer at the moment. Nothing was changed; try again in a few seconds."


class InternalError(TaskoraError):
    """A fault of ours; the log has the details under the request id."""

    code, status, exit_code = "INTERNAL_ERROR", 500, 1


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str
    message: str
    details: dict[str, Any] | None = None


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorBody


_BY_STATUS: dict[int, type[TaskoraError]] = {
    400: BadRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: WrongMediaType,
}


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(TaskoraError, _taskora_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in (OperationalError, InterfaceError, PoolTimeout, ConnectionError):
        app.add_exception_handler(kind, _database_error)
    app.add_exception_handler(DBAPIError, _refused_by_database)


def answer(error: TaskoraError) -> Response:
    """The HTTP answer for a typed error."""
    return JSONResponse(error.as_json(), status_code=error.status, headers=error.headers)


def _taskora_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, TaskoraError)
    return answer(error)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.detail, TaskoraError):
        return answer(error.detail)
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        body = {"error": {"code": f"HTTP_{error.status_code}", "message": str(error.detail)}}
        return JSONResponse(body, status_code=error.status_code, headers=error.headers)
    message = f"There is nothing at {request.url.path[:200]}." if kind is NotFound else None
    return answer(kind(message, headers=dict(error.headers or {})))


def _database_error(request: Request, error: Exception) -> Response:
    logger.error("database unavailable: %s", type(error).__name__, extra={"path": request.url.path})
    return answer(DatabaseUnavailable(headers={"Retry-After": "3"}))


def _refused_by_database(request: Request, error: Exception) -> Response:
    """Connections that break or shut down in the middle come as plain DBAPIError from asyncpg; the rest is a fault."""
    assert isinstance(error, DBAPIError)
    if "out of int" in str(error.orig):  # asyncpg's words; no such id can exist
        return answer(Invalid("A number is too large."))
    if error.connection_invalidated or "Shutdown" in repr(error.orig) or "Connection" in type(error.orig).__name__:
        return _database_error(request, error)
    raise error


def _validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return answer(InvalidJson())
    fields = [{"field": field_name(problem["loc"]), "message": plain_words(problem)} for problem in problems[:20]]
    first = fields[0]
    message = f"{first['field']}: {first['message']}"
    code_from = next((problem["ctx"]["error"] for problem in problems if _typed(problem)), None)
    body = {"code": "VALIDATION_ERROR", "message": message, "details": {"field": first["field"], "fields": fields}}
    status = 422
    if isinstance(code_from, TaskoraError):
        body["code"], status = code_from.code, code_from.status
    return JSONResponse({"error": body}, status_code=status)


def _typed(problem: dict[str, Any]) -> bool:
    return isinstance(problem.get("ctx", {}).get("error"), TaskoraError)


def field_name(location: Sequence[int | str]) -> str:
    """`("body", "tags", 0)` → `tags.0`; a body that isn't an object at all is `body`."""
    parts = [str(part) for part in location]
    if parts and parts[0] in ("body", "query", "path", "header", "cookie"):
        parts = parts[1:]
    return ".".join(parts) or "body"


def plain_words(problem: dict[str, Any]) -> str:
    """What to do about one validation problem, without the library's jargon."""
    context = problem.get("ctx", {})
    template = _WORDS.get(problem["type"])
    if template is not None:
        try:
            return template.format(**context)
        except KeyError:
            return template.partition("{")[0].strip() or str(problem["msg"])
    message = str(problem["msg"]).removeprefix("Value error, ")
    return re.sub(r"^Input should be", "must be", message)


_WORDS = {
    "missing": "is needed",
    "extra_forbidden": "is not a field that can be set here",
    "string_type": "must be text",
    "string_too_short": "needs at least {min_length} characters",
    "string_too_long": "may have at most {max_length} characters",
    "string_unicode": "must be valid Unicode text",
    "string_pattern_mismatch": "does not have the right form",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be a JSON object",
    "too_short": "needs at least {min_length} entries",
    "too_long": "may have at most {max_length} entries",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "date_type": "must be a date such as 2026-03-31",
    "date_parsing": "must be a date such as 2026-03-31",
    "date_from_datetime_parsing": "must be a date such as 2026-03-31",
    "datetime_type": "must be a date and time such as 2026-03-31T09:00:00Z",
    "datetime_parsing": "must be a date and time such as 2026-03-31T09:00:00Z",
    "datetime_from_date_parsing": "must be a date and time such as 2026-03-31T09:00:00Z",
    "time_type": "must be a time such as 09:00",
    "time_parsing": "must be a time such as 09:00",
    "timezone_aware": "needs a time zone, e.g. a trailing Z",
}
