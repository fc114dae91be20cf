"""What one line of the log says, and the errors of the log.

`AuditEntry` is what a caller reports; `AuditRecord` is what stands in the file: the entry without secrets, plus its
sequence, time and place in the chain. The hash is SHA-256 over the canonical JSON of everything else in the record, so
it covers `previous`, which is the hash of the record before (64 zeros for the first).
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kora.domain.actors import Actor
from kora.domain.objects import ObjectRef
from kora.domain.results import Status
from kora.domain.risk import Decision, Risk
from kora.kit.errors import KoraError, Unavailable

GENESIS = "0" * 64
"""`previous` of the first record."""

Agent = Literal["ENV", "GORDON", "KUBECTL-AI", "HELM", "KAGENT", "KUBECTL", "MINIKUBE"]
"""Whose role a record plays in the phase-iv export."""


class AuditUnavailable(Unavailable):
    """The log can't be written, so nothing else may be."""

    code = "AUDIT_UNAVAILABLE"
    default_message = "The audit log cannot be written. Nothing was changed."


class AuditBroken(KoraError):
    """The log's chain does not hold."""

    code, exit_code = "AUDIT_BROKEN", 3
    default_message = "The audit log has been altered."


class AuditEntry(BaseModel):
    """One thing to record. Everything textual is redacted before it is hashed and written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Actor
    tool: str
    risk: Risk
    phase: Literal["attempt", "outcome", "note"]
    tool_hash: str | None = None
    """Content hash of the tool's declaration, so that a later reader knows which one ran."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    decision: Decision | None = None
    approver: str | None = None
    plan_hash: str | None = None
    diff_digest: str | None = None
    status: Status | None = None
    references: tuple[ObjectRef, ...] = ()
    duration_ms: int | None = None
    model: str | None = None
    """The language model that took part, if one did."""
    cost: float | None = None
    """What the model cost, in US dollars."""
    agent: Agent | None = None
    prompt: str | None = None
    result: str | None = None


class AuditRecord(AuditEntry):
    """One line of the log."""

    version: Literal[1] = 1
    sequence: int = Field(ge=1)
    time: datetime
    previous: str
    hash: str


class VerifyReport(BaseModel):
    """What checking the log found."""

    model_config = ConfigDict(frozen=True)

    intact: bool
    records: int
    """How many records chain from the first on."""
    broken_at: int | None = None
    """The number of the first record that is wrong or missing; counted from 1 over all segments."""
    reason: str = ""
    head: str = GENESIS
    """The hash of the last good record."""
    end_confirmed: bool = False
    """Whether something outside of the records says that the log ends here and not later."""
    checkpoints: int = 0
    signed: bool = False
    """Whether every checkpoint carries a signature that fits."""
    notes: tuple[str, ...] = ()
