"""How dangerous a thing is, how far Kora may go by itself, and what is decided about one attempt."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Risk(StrEnum):
    """What an effect can cost. SECRET reads or writes something confidential."""

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"
    SECRET = "secret"  # noqa: S105

    @property
    def rank(self) -> int:
        """Higher is worse; the risk of a plan is its worst step's."""
        return list(Risk).index(self)


class Autonomy(StrEnum):
    """How far Kora may go in a namespace without asking."""

    OBSERVE = "observe"  # report only
    PROPOSE = "propose"  # plans are made and wait
    SUPERVISED = "supervised"  # the safe class heals itself, the rest waits
    AUTONOMOUS = "autonomous"  # bounded writes

    @property
    def rank(self) -> int:
        """Higher may do more."""
        return list(Autonomy).index(self)


class Verdict(StrEnum):
    """The answer of the gate."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Decision(BaseModel):
    """What the gate decided about one command, tool call or plan, and why."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    risk: Risk
    reason: str
    """One sentence for a person."""
    rule: str = ""
    """The stable code of the rule that decided, for example ``unknown-verb`` or ``never-above-propose``."""
