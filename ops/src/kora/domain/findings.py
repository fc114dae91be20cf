"""What a detector found: one finding per cause, with evidence and what could be done about it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kora.domain.objects import ObjectRef
from kora.domain.plans import Evidence


class Severity(StrEnum):
    """How much it hurts now."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Care(StrEnum):
    """What Kora would do about it: heal by itself, propose a plan, or tell a person."""

    HEAL = "heal"
    PROPOSE = "propose"
    ESCALATE = "escalate"


class Finding(BaseModel):
    """One cause. `cause` is a stable code with a page in docs/reference/causes; `id` is stable while it lasts."""

    model_config = ConfigDict(frozen=True)

    id: str
    cause: str
    severity: Severity
    objects: tuple[ObjectRef, ...]
    """The object to act on first, then those that show the symptom."""
    summary: str
    """One sentence: what is wrong and why."""
    evidence: tuple[Evidence, ...] = ()
    verdict: Care = Care.ESCALATE
    fix_command: str | None = None
    """One command that a person can run."""
