"""Decisions about a stored plan: approve, reject, let expire, declare void. Approving is for people's front doors (and
for policy, inside the invoker); it is never a tool.
"""

from datetime import timedelta

from kora.domain.actors import Actor
from kora.domain.plans import Approval, PlanState
from kora.kit import clock
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanExpired, PlanNotOpen, PlanTampered, PlanVoid
from kora.operations.plans.make import preview_plan
from kora.operations.plans.store import PlanRecord, PlanStore

APPROVAL_LIFETIME = timedelta(minutes=10)
"""How long an approval may wait to be used."""


def approve(
    store: PlanStore,
    plan_id: str,
    approver: Actor,
    *,
    plan_hash: str | None = None,
    world: World | None = None,
    lifetime: timedelta = APPROVAL_LIFETIME,
) -> PlanRecord:
    """Say yes to exactly this plan, once.

    plan_hash: the hash that the person saw; refused when the plan has another. world: when given, the diff is made anew
    and must be the one that was stored.

    Raises:
        PlanTampered, PlanNotOpen, PlanExpired, PlanVoid, PlanBusy.
    """
    with store.lock(plan_id) as record:
        record = _require_open(store, record)
        if plan_hash is not None and not _same_hash(record.hash, plan_hash):
            raise PlanTampered(
                f"The plan {plan_id} has the hash {record.hash[:12]}…, not the one that was approved.",
                fix=f"Look at it again: kora plans show {plan_id}",
            )
        if world is not None and preview_plan(world, record.plan).digest != record.diff_digest:
            store.save(record.but(state=PlanState.VOID, reason="The diff is no longer the one that was shown."))
            raise PlanVoid(fix="Make the plan again; it would do something else now.")
        now = clock.now()
        approval = Approval(
            plan_id=plan_id,
            plan_hash=record.hash,
            approver=approver.name,
            surface=approver.surface,
            approved_at=now,
            expires_at=now + lifetime,
        )
        return store.save(record.but(state=PlanState.APPROVED, approval=approval))


def reject(store: PlanStore, plan_id: str, actor: Actor, reason: str = "") -> PlanRecord:
    """Say no. An approved plan that nobody applied can still be rejected.

    Raises:
        PlanNotOpen: it is already decided or over.
    """
    with store.lock(plan_id) as record:
        if record.state not in (PlanState.PROPOSED, PlanState.APPROVED):
            raise PlanNotOpen(f"The plan {plan_id} is {record.state}; it can't be rejected.")
        text = f"Rejected by {actor.name}" + (f": {reason}" if reason else ".")
        return store.save(record.but(state=PlanState.REJECTED, reason=text))


def expire(store: PlanStore) -> tuple[PlanRecord, ...]:
    """Close every waiting plan whose time, or whose approval's time, is over. Gives those it closed."""
    closed: list[PlanRecord] = []
    for record in store.everything()[0]:
        if is_overdue(record):
            with store.lock(record.plan.id, seconds=1.0) as current:
                if is_overdue(current):
                    closed.append(_close_as_expired(store, current))
    return tuple(closed)


def is_overdue(record: PlanRecord) -> bool:
    """Whether a waiting plan has waited too long."""
    now = clock.now()
    if record.state is PlanState.APPROVED and record.approval is not None:
        return now >= record.approval.expires_at
    return record.state is PlanState.PROPOSED and now >= record.plan.expires_at


def _require_open(store: PlanStore, record: PlanRecord) -> PlanRecord:
    if is_overdue(record):
        _close_as_expired(store, record)
        raise PlanExpired(f"The plan {record.plan.id} expired at {record.plan.expires_at:%H:%M:%S} UTC.")
    if record.state is not PlanState.PROPOSED:
        raise PlanNotOpen(
            f"The plan {record.plan.id} is {record.state}; it can't be approved (again).",
            fix=f"See what became of it: kora plans show {record.plan.id}",
        )
    return record


def _close_as_expired(store: PlanStore, record: PlanRecord) -> PlanRecord:
    return store.save(record.but(state=PlanState.EXPIRED, reason="Nobody used it in time."))


def _same_hash(real: str, given: str) -> bool:
    """A prefix of at least 12 hex digits is enough."""
    given = given.strip().lower()
    return len(given) >= 12 and real.startswith(given)
