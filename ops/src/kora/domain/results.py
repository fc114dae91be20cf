"""What a tool answers, whatever the front door."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.domain.risk import Decision


class Status(StrEnum):
    """How a call ended; `exit_code` is what the command line returns."""

    OK = "ok"
    NO_DATA = "no_data"
    DENIED = "denied"
    APPROVAL_REQUIRED = "approval_required"
    RETRYABLE = "retryable"
    FAILED = "failed"

    @property
    def exit_code(self) -> int:
        """0, 0, 77, 4, 75, 1."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Status.OK: 0,
    Status.NO_DATA: 0,
    Status.DENIED: 77,
    Status.APPROVAL_REQUIRED: 4,
    Status.RETRYABLE: 75,
    Status.FAILED: 1,
}


class Outcome(BaseModel):
    """The result of one invocation."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    status: Status
    answer: str = ""
    """Plain text for a person."""
    data: Any = None
    """The tool's typed result, when there is one."""
    decision: Decision | None = None
    plan_id: str | None = None
    error: dict[str, Any] | None = None
    audit_first: int | None = None
    audit_last: int | None = None
