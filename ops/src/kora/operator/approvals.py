"""Approvals as objects: a person creates an `Approval`; it is looked at once, used or refused, and says which.

RBAC decides who may create one; an admission rule of the cluster makes sure that the approver it names is the one who
made it. Without that rule in force an Approval proves nothing and is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kora.cluster.records import RecordWriter
from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import PlanState
from kora.kit import clock
from kora.kit.errors import KoraError, Retryable
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operator.findings import cut
from kora.operator.resources import ApprovalPhase, ApprovalSpec, ApprovalStatus, Decided
from kora.tools.approving import approve_for, reject_for
from kora.tools.context import Context


@dataclass(frozen=True)
class Answer:
    """What became of one Approval. plan: the record when it was used. apply: whether the plan is to be carried out."""

    ref: ObjectRef
    phase: ApprovalPhase
    reason: str
    plan: PlanRecord | None = None
    apply: bool = False


class ApprovalDesk:
    """Takes Approvals.

    context_for: the operator's context in a namespace; None where no policy holds. unproven: why nothing proves who
    made an Approval (None: it is proven). space_of: the namespace in which a plan is decided.
    """

    def __init__(
        self,
        records: RecordWriter,
        store: PlanStore,
        context_for: Callable[[str], Context | None],
        unproven: Callable[[], str | None],
        space_of: Callable[[PlanRecord], str],
    ) -> None:
        self._records, self._store = records, store
        self._context_for, self._unproven, self._space_of = context_for, unproven, space_of

    def take(self, item: Manifest) -> Answer | None:
        """Look at one object; None when it was looked at before.

        Raises:
            Retryable: it can't be decided now, and is looked at again.
        """
        if ((item.get("status") or {}).get("phase")) or item["metadata"].get("deletionTimestamp"):
            return None
        ref = ObjectRef.of(item)
        try:
            spec = ApprovalSpec.model_validate(item.get("spec") or {})
            answer = self._decide(ref, spec)
        except Retryable:
            raise
        except KoraError as error:
            answer = Answer(ref, ApprovalPhase.REFUSED, error.message)
        except ValueError:
            answer = Answer(ref, ApprovalPhase.REFUSED, "It is no valid Approval.")
        status = ApprovalStatus(phase=answer.phase, reason=cut(answer.reason), decided_at=clock.now(), conditions=())
        self._records.set_status(ref, status.written())
        return answer

    def _decide(self, ref: ObjectRef, spec: ApprovalSpec) -> Answer:
        space = str(ref.namespace)
        record = self._store.load(spec.plan)
        if self._space_of(record) != space:
            return self._refused(ref, f"The plan {spec.plan} is not decided in the namespace {space}.")
        if record.hash != spec.hash:
            return self._refused(ref, f"The plan {spec.plan} has another hash than the one that was approved.")
        if (why := self._unproven()) is not None:
            return self._refused(ref, why)
        context = self._context_for(space)
        if context is None:
            return self._refused(ref, f"No policy holds in the namespace {space}.")
        if self._taken(record, spec):
            return Answer(ref, ApprovalPhase.USED, "It was used.", record, apply=record.state is PlanState.APPROVED)
        person = Actor(name=spec.approver, surface=Surface.CLUSTER)
        if spec.decision is Decided.REJECT:
            record = reject_for(context, spec.plan, person=person, reason=spec.reason)
            return Answer(ref, ApprovalPhase.USED, f"{spec.approver} rejected the plan.", record)
        record = approve_for(context, spec.plan, plan_hash=spec.hash, person=person)
        return Answer(ref, ApprovalPhase.USED, f"{spec.approver} approved the plan.", record, apply=True)

    def _taken(self, record: PlanRecord, spec: ApprovalSpec) -> bool:
        """Whether this very approval was used by a process that died before it could say so."""
        approval = record.approval
        return (
            spec.decision is Decided.APPROVE
            and approval is not None
            and (approval.approver, approval.surface) == (spec.approver, Surface.CLUSTER.value)
            and record.state is not PlanState.REJECTED
            and record.used_at is None
        )

    def _refused(self, ref: ObjectRef, reason: str) -> Answer:
        return Answer(ref, ApprovalPhase.REFUSED, reason)


def admission_proof(get: Callable[[ObjectRef], dict[str, Any] | None], names: tuple[str, str]) -> str | None:
    """Why nothing proves who made an Approval; None when the admission rule is bound and denies.

    names: of the ValidatingAdmissionPolicy and of its binding.
    """
    api = "admissionregistration.k8s.io/v1"
    rule = get(ObjectRef(api_version=api, kind="ValidatingAdmissionPolicy", name=names[0]))
    bound = get(ObjectRef(api_version=api, kind="ValidatingAdmissionPolicyBinding", name=names[1]))
    spec = (bound or {}).get("spec") or {}
    if rule is None or bound is None or spec.get("policyName") != names[0]:
        return f"The admission rule {names[0]} is not installed, so nothing proves who made an Approval."
    if "Deny" not in (spec.get("validationActions") or ()):
        return f"The admission rule {names[0]} does not deny, so nothing proves who made an Approval."
    if (rule.get("spec") or {}).get("failurePolicy", "Fail") != "Fail":
        return (
            f"The admission rule {names[0]} lets through what it can't judge, so nothing proves who made an Approval."
        )
    return None
