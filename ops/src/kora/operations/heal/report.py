"""What a pass says: each finding with its fate, for people and for programs.

Below `rounds`, which makes the lines; front doors and the operator's books read them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from kora.domain.findings import Finding
from kora.domain.plans import PlanState
from kora.domain.results import Outcome, Status
from kora.operations.diagnose import finding_json
from kora.operations.heal.case import Escalation
from kora.operations.plans.make import Draft
from kora.operations.plans.store import PlanRecord, PlanStore


class Fate(StrEnum):
    """What became of a finding in one pass."""

    HEALED = "healed"  # a plan was applied, and the cause is gone
    RESOLVED = "resolved"  # it was gone before Kora came to it
    WAITING = "waiting"  # a plan waits for a person
    ESCALATED = "escalated"  # for a person, with the reason
    ROLLED_BACK = "rolled_back"  # a plan was applied, did not help, and was taken back: now for a person
    OBSERVED = "observed"  # the level allows no change
    DENIED = "denied"  # policy forbids it, or Kora is paused
    PLANNED = "planned"  # a dry run: this would be done or proposed
    FAILED = "failed"  # it went wrong; the reason says how

    @property
    def is_over(self) -> bool:
        """Whether nothing of the finding remains."""
        return self in (Fate.HEALED, Fate.RESOLVED)


CHANGED = frozenset({Fate.HEALED, Fate.ROLLED_BACK})
"""Fates of findings for which something was changed."""


@dataclass(frozen=True)
class Line:
    """One finding and its fate."""

    finding: Finding
    fate: Fate
    reason: str
    steps: tuple[str, ...] = ()
    plan: dict[str, Any] | None = None
    seconds: float = 0.0
    diff: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs: the finding, what became of it and why."""
        shown = finding_json(self.finding) | {"outcome": self.fate.value, "reason": self.reason}
        if self.steps:
            shown["next"] = list(self.steps)
        if self.plan:
            shown["plan"] = self.plan
        return shown | {"seconds": round(self.seconds, 1)}


@dataclass(frozen=True)
class PassReport:
    """One pass."""

    lines: tuple[Line, ...] = ()
    checked: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    left: tuple[Finding, ...] = ()
    """Findings that another pass has to see to: the pass ended with its first changes, or their ground is being
    repaired."""

    @property
    def changed(self) -> bool:
        """Whether anything was changed."""
        return any(each.fate in CHANGED for each in self.lines)

    @property
    def waits(self) -> bool:
        """Whether a plan waits for a person."""
        return any(each.fate is Fate.WAITING for each in self.lines)

    @property
    def remains(self) -> bool:
        """Whether anything is still wrong."""
        return any(not each.fate.is_over for each in self.lines)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        counts: dict[str, int] = {}
        for each in self.lines:
            counts[each.fate.value] = counts.get(each.fate.value, 0) + 1
        status = "waiting" if self.waits else "remaining" if self.remains else "healthy"
        return {
            "status": status,
            "findings": [each.as_json() for each in self.lines],
            "outcomes": counts,
            "checked": dict(self.checked),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }


def escalated(found: Escalation) -> Line:
    """For a person."""
    return Line(found.finding, Fate.ESCALATED, found.reason, found.steps)


def waits(finding: Finding, record: PlanRecord, reason: str) -> Line:
    """For somebody to say yes to."""
    step = f"kora plans approve {record.plan.id} --hash {record.hash[:12]}"
    return Line(finding, Fate.WAITING, reason, (step,), plan_json(record), diff=record.diff)


def plan_json(record: PlanRecord) -> dict[str, Any]:
    """A plan in a report."""
    return {
        "id": record.plan.id,
        "hash": record.hash,
        "goal": record.plan.goal,
        "state": record.state.value,
        "risk": record.plan.risk.value,
        "steps": [each.action.action for each in record.plan.steps],
    }


BY_STATE = {
    PlanState.DONE: Fate.HEALED,
    PlanState.ROLLED_BACK: Fate.ROLLED_BACK,
    PlanState.FAILED: Fate.FAILED,
}
"""What became of a finding, by the end of its plan."""


def line_of(finding: Finding, outcome: Outcome, home: Path) -> Line:
    """The outcome of a repair as a line of the report."""
    if isinstance(outcome.data, Draft):
        made = outcome.data
        decided = f" {outcome.decision.reason}" if outcome.decision else ""
        plan = {"goal": made.plan.goal, "risk": made.plan.risk.value, "state": "draft"}
        return Line(finding, Fate.PLANNED, f"{made.plan.goal}.{decided}", (), plan, diff=made.diff.text)
    record = outcome.data if isinstance(outcome.data, PlanRecord) else None
    if record is None and outcome.plan_id is not None:
        record = PlanStore(home).load(outcome.plan_id)
    if outcome.status is Status.APPROVAL_REQUIRED and record is not None:
        return waits(finding, record, outcome.answer)
    error = outcome.error or {}
    steps = tuple(filter(None, [error.get("fix")]))
    if outcome.status is Status.DENIED:
        return Line(finding, Fate.DENIED, outcome.answer, steps, plan_json(record) if record else None)
    if record is not None and record.state.is_final:
        fate = BY_STATE.get(record.state, Fate.FAILED)
        return Line(finding, fate, f"{record.plan.goal}: {record.reason}", steps, plan_json(record), diff=record.diff)
    if outcome.status is Status.OK:
        return Line(finding, Fate.RESOLVED, outcome.answer)
    if error.get("code") == "ESCALATED":
        details = error.get("details") or {}
        return Line(finding, Fate.ESCALATED, str(details.get("reason")), tuple(details.get("steps") or ()))
    return Line(finding, Fate.FAILED, outcome.answer, steps, plan_json(record) if record else None)
