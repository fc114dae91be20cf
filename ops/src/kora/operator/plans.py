"""Plans as objects: every plan of the store is mirrored by a `RemediationPlan`, so that people see it and can decide.

The store on the volume is what counts; the object is its picture and never read back as a plan.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from kora.cluster.errors import ObjectMissing, ObjectMoved
from kora.cluster.records import RecordWriter
from kora.domain.objects import ObjectRef
from kora.domain.plans import PlanState
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.kit.redaction import redact_text
from kora.operations.heal.records import cured
from kora.operations.plans.lifecycle import is_overdue
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operator.findings import cut
from kora.operator.resources import (
    DIFF_LONGEST,
    FINDING_LABEL,
    PLAN_LABEL,
    REMEDIATION_PLAN,
    Condition,
    PhaseName,
    PlanStep,
    RemediationPlanSpec,
    RemediationPlanStatus,
    Target,
    manifest,
    spelled,
)
from kora.policy.document import API_VERSION

RETENTION = timedelta(days=7)
"""How long the picture of a plan that is over stays."""


class PlanBook:
    """The pictures of all plans of one store.

    home: the operator's own namespace, for plans about the cluster.
    """

    def __init__(
        self, records: RecordWriter, store: PlanStore, home: str, on_trouble: Callable[[KoraError], None]
    ) -> None:
        self._records, self._store, self._home, self._on_trouble = records, store, home, on_trouble
        self._marks: dict[str, tuple[int, int]] = {}
        self._written: dict[str, dict[str, Any]] = {}
        self._records_by_id: dict[str, PlanRecord] = {}

    def namespace_of(self, record: PlanRecord) -> str:
        """Where the picture of a plan lives."""
        told = cured(record)
        target = told.target if told is not None else target_of(record.plan.steps[0].action)
        return target.namespace or self._home

    def records(self) -> list[PlanRecord]:
        """All plans as they were at the last `refresh`."""
        return list(self._records_by_id.values())

    def waiting(self) -> list[PlanRecord]:
        """Plans that wait for a person."""
        return [each for each in self.records() if each.state is PlanState.PROPOSED and not is_overdue(each)]

    def refresh(self) -> list[PlanRecord]:
        """Read what changed on disk; gives the plans whose state is another now."""
        return [self._records_by_id[plan_id] for plan_id in self._read()]

    def flush(self) -> None:
        """Write what differs."""
        for plan_id, record in list(self._records_by_id.items()):
            try:
                self._write(plan_id, record)
            except KoraError as error:
                self._on_trouble(error)

    def lost(self, namespace: str, name: str) -> None:
        """Somebody deleted a picture: it is painted again as long as the plan is not over."""
        record = self._records_by_id.get(name)
        if record is not None and not record.state.is_final and self.namespace_of(record) == namespace:
            self._written.pop(name, None)

    def _read(self) -> list[str]:
        """Load the files that changed; gives the ids of plans whose state did."""
        moved = []
        try:
            files = sorted(self._store.folder.glob("*.json"))
        except OSError:
            return []
        for file in files:
            facts = file.stat()
            mark = facts.st_mtime_ns, facts.st_size
            if self._marks.get(file.stem) == mark:
                continue
            try:
                record = self._store.load(file.stem)
            except KoraError as error:
                self._on_trouble(error)
                self._marks[file.stem] = mark
                continue
            before = self._records_by_id.get(file.stem)
            if before is None or before.state is not record.state:
                moved.append(file.stem)
            self._marks[file.stem], self._records_by_id[file.stem] = mark, record
        return moved

    def _write(self, plan_id: str, record: PlanRecord) -> None:
        ref = ObjectRef(
            api_version=API_VERSION, kind=REMEDIATION_PLAN.kind, namespace=self.namespace_of(record), name=plan_id
        )
        old = record.state.is_final and clock.now() - record.updated_at > RETENTION
        if old:
            if plan_id in self._written:
                self._records.delete(ref)
                self._written.pop(plan_id)
            return
        status = picture_status(record).written()
        if self._written.get(plan_id) == status:
            return
        if plan_id not in self._written:
            self._paint(ref, record)
        try:
            self._records.set_status(ref, status)
        except ObjectMissing:
            self._written.pop(plan_id, None)
            return
        self._written[plan_id] = status

    def _paint(self, ref: ObjectRef, record: PlanRecord) -> None:
        told = cured(record)
        labels = {PLAN_LABEL: ref.name} | ({FINDING_LABEL: told.finding} if told is not None else {})
        try:
            self._records.create(
                manifest(REMEDIATION_PLAN, ref.name, str(ref.namespace), picture(record), labels=labels)
            )
        except ObjectMoved:
            return  # it is there from an earlier time, and its spec never changes


def picture(record: PlanRecord) -> RemediationPlanSpec:
    """A plan as people read it; the diff hides what is confidential already when it is made."""
    plan, told = record.plan, cured(record)
    return RemediationPlanSpec(
        plan_id=plan.id,
        hash=record.hash,
        goal=cut(redact_text(plan.goal)),
        risk=plan.risk,
        steps=tuple(
            PlanStep(
                action=each.action.action,
                target=Target.model_validate(target_of(each.action).model_dump()),
                reason=cut(redact_text(each.reason)),
            )
            for each in plan.steps[:50]
        ),
        diff=cut(record.diff, DIFF_LONGEST),
        expires=plan.expires_at,
        finding=None if told is None else told.finding,
    )


_APPLIED = frozenset({PlanState.VERIFYING, PlanState.DONE})
_UNDONE = frozenset({PlanState.ROLLING_BACK, PlanState.ROLLED_BACK})


def picture_status(record: PlanRecord) -> RemediationPlanStatus:
    """Where a plan stands."""
    state = PlanState.EXPIRED if is_overdue(record) else record.state
    at = record.updated_at
    conditions = []
    if record.approval is not None:
        conditions.append(_condition("Approved", True, "Approved", record.approval.approved_at, state.value))
    if state in _APPLIED or state in _UNDONE or state is PlanState.FAILED:
        conditions.append(_condition("Applied", state in _APPLIED, "Steps", at, record.reason))
    if state.is_final and state in (PlanState.DONE, PlanState.ROLLED_BACK, PlanState.FAILED):
        conditions.append(_condition("Verified", state is PlanState.DONE, "Postconditions", at, record.reason))
    if state in _UNDONE:
        conditions.append(
            _condition("RolledBack", state is PlanState.ROLLED_BACK, "VerificationFailed", at, record.reason)
        )
    return RemediationPlanStatus(
        phase=PhaseName(spelled(state)),
        approver=None if record.approval is None else record.approval.approver[:253],
        reason=cut(redact_text(record.reason)),
        conditions=tuple(conditions),
    )


def _condition(kind: str, holds: bool, reason: str, at: datetime, message: str) -> Condition:
    status: Literal["True", "False"] = "True" if holds else "False"
    return Condition(
        type=kind, status=status, reason=reason, message=cut(redact_text(message)), last_transition_time=at
    )
