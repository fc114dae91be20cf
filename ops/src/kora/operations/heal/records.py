"""What Kora did before, read from the stored plans: nothing else is remembered, so nothing can be forgotten."""

from datetime import datetime, timedelta
from pathlib import Path

from kora.domain.findings import Finding
from kora.domain.plans import CauseGone, PlanState
from kora.kit import clock
from kora.operations.heal.planner import spec_digest
from kora.operations.plans.content import content_digest
from kora.operations.plans.effects import World
from kora.operations.plans.lifecycle import is_overdue
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.policy.history import Attempt, History

MEMORY = timedelta(days=1)
"""How long a cure that did not help, or that a person rejected, is not tried again."""
DENIED_FOR = timedelta(minutes=5)
BY_ITSELF = "policy:"
"""The approver of what Kora did by itself begins with this."""
_ENDED = {PlanState.DONE: True, PlanState.ROLLED_BACK: False, PlanState.FAILED: False}


def history_of(home: Path) -> History:
    """Kora's own writes, oldest first, as policy wants them for its limits."""
    attempts = [
        Attempt(target, at, _ENDED.get(record.state))
        for record in PlanStore(home).everything()[0]
        if (at := _began(record)) is not None
        for target in dict.fromkeys(target_of(step.action) for step in record.plan.steps)
    ]
    return History(tuple(sorted(attempts, key=lambda each: each.at)))


def _began(record: PlanRecord) -> datetime | None:
    """When Kora by itself began, or decided to begin, what the plan says; None when it did not."""
    if not _by_itself(record) or record.state is PlanState.VOID:
        return None
    if record.state is PlanState.APPROVED and record.approval is not None:
        return record.approval.approved_at
    return record.used_at


def _by_itself(record: PlanRecord) -> bool:
    return record.approval is not None and record.approval.approver.startswith(BY_ITSELF)


def cured(record: PlanRecord) -> CauseGone | None:
    """The finding that a plan is for, when it is for one."""
    return next((each for each in record.plan.postconditions if isinstance(each, CauseGone)), None)


def unhelpful(home: Path, finding: Finding, world: World) -> PlanRecord | None:
    """The newest plan for this finding that failed, or that a person rejected, as long as that still means something:
    for a day, and until somebody changes the object."""
    for record in _for(home, finding):
        told = cured(record)
        if told is None or clock.now() - record.updated_at > MEMORY:
            continue
        rejected = record.state is PlanState.REJECTED and not record.reason.startswith(f"Rejected by {BY_ITSELF}")
        if record.state is PlanState.FAILED:
            return record
        if record.state is PlanState.ROLLED_BACK or (rejected and not record.reason.startswith(SUPERSEDED)):
            live = world.reader.get(told.target)
            return record if told.spec == spec_digest(live) else None
    return None


def denied(home: Path, finding: Finding, world: World) -> PlanRecord | None:
    """The newest plan for this finding, when policy denied it lately and it still fits the cluster: for somebody who
    looks all the time, and would make the same plan again each time."""
    newest = next(iter(_for(home, finding)), None)
    if newest is None or newest.state is not PlanState.REJECTED or clock.now() - newest.updated_at > DENIED_FOR:
        return None
    return newest if newest.reason.startswith(f"Rejected by {BY_ITSELF}") and fits(newest, world) else None


SUPERSEDED = "Rejected by kora: superseded"


def waiting(home: Path, finding: Finding, world: World) -> PlanRecord | None:
    """A plan for this finding that waits for a person and still fits the cluster."""
    for record in _for(home, finding):
        if record.state is PlanState.PROPOSED and not is_overdue(record) and fits(record, world):
            return record
    return None


def outdated(home: Path, finding: Finding, world: World) -> list[PlanRecord]:
    """Plans for this finding that wait although the cluster moved on."""
    return [
        record
        for record in _for(home, finding)
        if record.state is PlanState.PROPOSED and not is_overdue(record) and not fits(record, world)
    ]


def fits(record: PlanRecord, world: World) -> bool:
    """Whether everything that a plan was computed from is as it was."""
    return all(content_digest(world.live(each.target)) == each.content for each in record.plan.observed)


def _for(home: Path, finding: Finding) -> list[PlanRecord]:
    """Plans for a finding, newest first."""
    found = []
    for record in PlanStore(home).everything()[0]:
        told = cured(record)
        if told is not None and told.finding == finding.id:
            found.append(record)
    return sorted(found, key=lambda each: each.plan.made_at, reverse=True)
