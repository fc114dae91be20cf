"""A person's side of plans that live in a cluster: look at a `RemediationPlan`, answer it with an `Approval`, see what
becomes of it; pause and resume the policies. For front doors where a person sits; everything is done with their own
credentials, so the API server's RBAC and admission decide what they may.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kora.cluster.client import KubernetesReader
from kora.cluster.records import PERSON, Allowed, RecordWriter, open_records
from kora.cluster.reviews import myself
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import PlanState
from kora.domain.risk import Risk
from kora.kit import clock
from kora.kit.errors import Denied, KoraError, Retryable
from kora.kit.ids import new_id
from kora.operator.resources import (
    AGENT_POLICY,
    APPROVAL,
    PLAN_LABEL,
    REMEDIATION_PLAN,
    ApprovalPhase,
    ApprovalSpec,
    Decided,
    RemediationPlanSpec,
    RemediationPlanStatus,
    manifest,
    spelled,
)
from kora.policy.document import API_VERSION

TAKEN_SECONDS = 30.0
"""How long the operator may take to look at an Approval."""
LOOK_SECONDS = 0.5
_FINAL = frozenset(spelled(each) for each in PlanState if each.is_final)


class ApprovalRefused(Denied):
    """The operator did not take the Approval."""

    code = "APPROVAL_REFUSED"
    default_message = "The operator refused the approval. Nothing was changed."


class OperatorSilent(Retryable):
    """Nobody looked at the Approval."""

    code = "OPERATOR_SILENT"
    default_message = "No operator looked at the approval."


@dataclass(frozen=True)
class ClusterPlan:
    """A RemediationPlan as a person looks at it."""

    ref: ObjectRef
    spec: RemediationPlanSpec
    status: RemediationPlanStatus

    @classmethod
    def of(cls, item: Manifest) -> "ClusterPlan":
        """From the object."""
        spec = RemediationPlanSpec.model_validate(item["spec"])
        return cls(ObjectRef.of(item), spec, RemediationPlanStatus.model_validate(item.get("status") or {}))

    @property
    def risk(self) -> Risk:
        """As the plan says."""
        return self.spec.risk

    @property
    def over(self) -> bool:
        """Whether nothing follows."""
        return self.status.phase.value in _FINAL

    def describe(self) -> str:
        """For people; the diff comes after an empty line."""
        spec = self.spec
        lines = [
            f"{spec.plan_id}: {spec.goal}",
            f"in the namespace {self.ref.namespace} · {self.status.phase.value} · risk {spec.risk}",
            f"may be approved until {spec.expires:%Y-%m-%d %H:%M:%S} UTC",
            f"hash {spec.hash}",
        ]
        if self.status.approver:
            lines.append(f"decided by {self.status.approver}")
        if self.status.reason:
            lines.append(self.status.reason)
        for number, step in enumerate(spec.steps, 1):
            where = f" -n {step.target.namespace}" if step.target.namespace else ""
            target = f"{step.target.kind.lower()}/{step.target.name}{where}"
            lines.append(f"{number}. {step.action} {target}: {step.reason}")
        return "\n".join([*lines, "", spec.diff.rstrip()])

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        spec, status = self.spec, self.status
        return {
            "id": spec.plan_id,
            "namespace": self.ref.namespace,
            "hash": spec.hash,
            "state": status.phase.value,
            "goal": spec.goal,
            "risk": spec.risk.value,
            "expires_at": spec.expires.isoformat(),
            "approver": status.approver,
            "reason": status.reason,
            "finding": spec.finding,
            "steps": [
                {"action": each.action, "target": each.target.written(), "reason": each.reason} for each in spec.steps
            ],
            "diff": spec.diff,
        }


def list_plans(reader: KubernetesReader) -> list[ClusterPlan]:
    """All plans of the cluster that we may see, newest first; those of the context's namespace when not all.

    Raises:
        Denied: not even those. Retryable: the cluster does not answer.
    """
    try:
        items = reader.list(API_VERSION, REMEDIATION_PLAN.kind)
    except Denied:
        items = reader.list(API_VERSION, REMEDIATION_PLAN.kind, reader.namespace)
    items.sort(key=lambda each: str(each["metadata"].get("creationTimestamp")), reverse=True)
    return [ClusterPlan.of(each) for each in items]


def find_plan(reader: KubernetesReader, plan_id: str) -> ClusterPlan | None:
    """One plan by its id."""
    return next((each for each in list_plans(reader) if each.spec.plan_id == plan_id), None)


def answer(
    reader: KubernetesReader, plan: ClusterPlan, decision: Decided, *, plan_hash: str | None = None, reason: str = ""
) -> ObjectRef:
    """Create the Approval, as ourselves; gives its name.

    plan_hash: the hash that the person saw (12 digits or more).

    Raises:
        ApprovalRefused: the plan has another hash. Denied: we may not approve there. KoraError: as the cluster says.
    """
    if plan_hash is not None and not (len(plan_hash) >= 12 and plan.spec.hash.startswith(plan_hash.strip().lower())):
        raise ApprovalRefused(
            f"The plan {plan.spec.plan_id} has the hash {plan.spec.hash[:12]}…, not the one that was named.",
            fix=f"Look at it again: kora show {plan.spec.plan_id}",
        )
    who = myself(reader)
    if who is None:
        raise Denied("The cluster does not say who we are, so nothing can be approved.")
    spec = ApprovalSpec(plan=plan.spec.plan_id, hash=plan.spec.hash, approver=who, decision=decision, reason=reason)
    name = new_id(f"{plan.spec.plan_id}-{decision.value}")
    labels = {PLAN_LABEL: plan.spec.plan_id}
    made = _door(reader).create(manifest(APPROVAL, name, str(plan.ref.namespace), spec, labels=labels))
    return ObjectRef.of(made)


def taken(reader: KubernetesReader, approval: ObjectRef) -> str:
    """Wait until the operator looked at an Approval; gives its sentence.

    Raises:
        ApprovalRefused: it was not taken. OperatorSilent: nobody looked.
    """
    ends = clock.monotonic() + TAKEN_SECONDS
    while clock.monotonic() < ends:
        status = (reader.get(approval) or {}).get("status") or {}
        reason = str(status.get("reason") or "")
        if status.get("phase") == ApprovalPhase.REFUSED:
            raise ApprovalRefused(reason, fix=f"kubectl get {APPROVAL.plural} -n {approval.namespace} -o wide")
        if status.get("phase") == ApprovalPhase.USED:
            return reason
        clock.sleep(LOOK_SECONDS)
    raise OperatorSilent(
        f"No operator looked at {approval} within {TAKEN_SECONDS:.0f} s.",
        fix="Look whether it runs; the approval stays until it is looked at.",
    )


def follow(
    reader: KubernetesReader, plan: ClusterPlan, seconds: float, told: Callable[[ClusterPlan], None]
) -> ClusterPlan:
    """Wait until a plan is over, at most `seconds`; tells every change of its phase. Gives it as it is then."""
    ends, phase, now = clock.monotonic() + seconds, "", plan
    while clock.monotonic() < ends:
        item = reader.get(plan.ref)
        if item is None:
            return now
        now = ClusterPlan.of(item)
        if now.status.phase.value != phase:
            phase = now.status.phase.value
            told(now)
        if now.over:
            return now
        clock.sleep(LOOK_SECONDS)
    return now


@dataclass(frozen=True)
class Switched:
    """What became of policies that were to be paused or resumed."""

    changed: list[ObjectRef]
    left: dict[ObjectRef, KoraError]
    """Those that stay as they were, and why."""


def set_paused(reader: KubernetesReader, paused: bool) -> Switched:
    """Pause or resume every policy that we may see; one that can't be switched keeps none of the others from it.

    Raises:
        KoraError: the cluster does not answer, or does not let us see any.
    """
    try:
        items = reader.list(API_VERSION, AGENT_POLICY.kind)
    except Denied:
        items = reader.list(API_VERSION, AGENT_POLICY.kind, reader.namespace)
    door, told = _door(reader), Switched([], {})
    for item in items:
        if bool((item.get("spec") or {}).get("paused")) is paused:
            continue
        try:
            door.patch(ObjectRef.of(item), {"spec": {"paused": paused}})
        except KoraError as error:
            told.left[ObjectRef.of(item)] = error
        else:
            told.changed.append(ObjectRef.of(item))
    return told


def _door(reader: KubernetesReader) -> RecordWriter:
    return open_records(reader, Allowed(kinds=PERSON))
