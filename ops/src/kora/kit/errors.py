"""The root of every typed error: a stable code and an exit code. A test walks all subclasses against the table in docs.

Exit codes: 0 done · 1 failed · 2 wrong use · 3 log broken · 4 approval required · 10 findings · 69 something needed is
absent · 70 fault of Kora · 75 try again · 77 denied · 78 wrong configuration. (64 to 78 as in BSD's sysexits.)
"""

from typing import Any, ClassVar


class KoraError(Exception):
    """An expected failure with words for a person: what happened, and what to do next. Never holds a secret."""

    code: ClassVar[str] = "FAILED"
    exit_code: ClassVar[int] = 1
    default_message: ClassVar[str] = "It did not work. Nothing was changed."
    default_fix: ClassVar[str | None] = None

    def __init__(self, message: str | None = None, *, fix: str | None = None, details: dict[str, Any] | None = None):
        self.message = message or self.default_message
        self.fix = fix or self.default_fix  # one command or one sentence that a person can act on
        self.details = details or {}
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """``{"error": {code, message, fix?, details?}}``."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fix:
            error["fix"] = self.fix
        if self.details:
            error["details"] = self.details
        return {"error": error}


class Invalid(KoraError):
    """The request itself is wrong."""

    code, exit_code = "INVALID", 2
    default_message = "The request is not valid."


class NotFound(KoraError):
    """What was named does not exist."""

    code, exit_code = "NOT_FOUND", 1
    default_message = "There is no such thing."


class Conflict(KoraError):
    """Somebody else changed the thing meanwhile."""

    code, exit_code = "CONFLICT", 1
    default_message = "The object was changed by somebody else meanwhile. Make the plan anew."


class Denied(KoraError):
    """Policy or the cluster forbids it."""

    code, exit_code = "DENIED", 77
    default_message = "Policy does not allow this."


class ApprovalRequired(KoraError):
    """A person has to say yes first."""

    code, exit_code = "APPROVAL_REQUIRED", 4
    default_message = "This needs an approval first."


class Retryable(KoraError):
    """It may work later: a timeout, an unreachable server, a full queue."""

    code, exit_code = "RETRYABLE", 75
    default_message = "It did not answer in time. Try again."


class Unavailable(KoraError):
    """A program or service that is needed is not there."""

    code, exit_code = "UNAVAILABLE", 69
    default_message = "Something that is needed is not there."


class Misconfigured(KoraError):
    """A configuration file or setting is wrong."""

    code, exit_code = "MISCONFIGURED", 78
    default_message = "The configuration is not valid."


class Unexpected(KoraError):
    """A fault of Kora itself: no input should end here."""

    code, exit_code = "UNEXPECTED", 70
    default_message = "Kora failed in a way that it should not."
