"""The root of every typed error: a stable code, an HTTP status and an exit code for the command line.

Features subclass it in their own `errors.py`; a test walks all subclasses and holds them against the documented table.
"""

from typing import Any, ClassVar


class TaskoraError(Exception):
    """An expected failure with words for a person.

    `message` says what happened and what to do next; it never holds a secret, SQL or a stack trace.
    `details` is optional machine-readable extra (field names, limits).
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    default_message: ClassVar[str] = "Something went wrong on our side. Nothing was changed."

    def __init__(
        self,
        message: str | None = None,
        *,
        details: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.details = details
        self.headers = headers or {}
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """The body every front door answers with: ``{"error": {code, message, details?}}``."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class NotFound(TaskoraError):
    """Missing, or somebody else's: the two are told apart nowhere."""

    code, status, exit_code = "NOT_FOUND", 404, 1
    default_message = "There is no such thing here. It may have been deleted."


class Forbidden(TaskoraError):
    """The caller is known but may not do this."""

    code, status, exit_code = "FORBIDDEN", 403, 77
    default_message = "You may only reach your own data."


class Invalid(TaskoraError):
    """A value breaks a rule; `details` names the field."""

    code, status, exit_code = "VALIDATION_ERROR", 422, 2
    default_message = "A value is not valid."

    def __init__(self, message: str | None = None, *, field: str | None = None, **extra: Any) -> None:
        details = {"field": field, **extra} if field else (extra or None)
        super().__init__(message, details=details)


class Conflict(TaskoraError):
    """The request collides with what is stored."""

    code, status, exit_code = "CONFLICT", 409, 1
    default_message = "This collides with something that already exists."


class RateLimited(TaskoraError):
    """Too many requests; the Retry-After header says when to come back."""

    code, status, exit_code = "RATE_LIMITED", 429, 75
    default_message = "Too many requests. Wait a moment and try again."

    def __init__(self, retry_after_seconds: int, message: str | None = None) -> None:
        seconds = max(1, retry_after_seconds)
        super().__init__(
            message or f"Too many requests. Try again in {seconds} seconds.",
            details={"retry_after_seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )
