"""A person's yes or no to a stored plan. Called by front doors where a person sits, never by a model: neither function
is a tool, and nothing registers them. Both are recorded before they take effect.
"""

from dataclasses import replace

from kora.audit.records import AuditEntry
from kora.domain.actors import Actor, Surface
from kora.domain.results import Status
from kora.kit.errors import Denied
from kora.operations.plans.lifecycle import approve, reject
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.tools.context import Context

_DOORS = frozenset({Surface.CLI, Surface.CONSOLE})


def approve_plan(context: Context, plan_id: str, *, plan_hash: str | None = None) -> PlanRecord:
    """Say yes to exactly this plan; its diff is made anew and must be the one that was stored.

    Raises:
        Denied: not at a front door where a person sits. AuditUnavailable: it can't be recorded. And as
        `lifecycle.approve`.
    """
    _require_person(context)
    store = PlanStore(context.home)
    _record(context, "plans.approve", store.load(plan_id), f"Approved by {context.actor.name}.")
    return approve(store, plan_id, context.actor, plan_hash=plan_hash, world=context.world)


def reject_plan(context: Context, plan_id: str, reason: str = "") -> PlanRecord:
    """Say no.

    Raises:
        Denied, AuditUnavailable, PlanNotOpen: as for `approve_plan`.
    """
    _require_person(context)
    store = PlanStore(context.home)
    _record(context, "plans.reject", store.load(plan_id), f"Rejected by {context.actor.name}. {reason}".strip())
    return reject(store, plan_id, context.actor, reason)


def approve_for(context: Context, plan_id: str, *, plan_hash: str, person: Actor) -> PlanRecord:
    """A person said yes in the cluster (an Approval object, whose author the API server proved): say it for them.

    Only the operator's own context may; its store holds the plan.

    Raises:
        Denied: not the operator. And as `approve_plan`.
    """
    _require_operator(context)
    store = PlanStore(context.home)
    told = replace(context, actor=person)
    _record(told, "plans.approve", store.load(plan_id), f"Approved by {person.name} with an Approval object.")
    world = context.world
    return approve(store, plan_id, person, plan_hash=plan_hash, world=world)


def reject_for(context: Context, plan_id: str, *, person: Actor, reason: str = "") -> PlanRecord:
    """A person said no in the cluster.

    Raises:
        As `approve_for`.
    """
    _require_operator(context)
    store = PlanStore(context.home)
    told = replace(context, actor=person)
    _record(told, "plans.reject", store.load(plan_id), f"Rejected by {person.name} with an Approval object. {reason}")
    return reject(store, plan_id, person, reason)


def _require_operator(context: Context) -> None:
    if context.actor.surface is not Surface.OPERATOR:
        raise Denied("Only the operator takes Approval objects.")


def _require_person(context: Context) -> None:
    if context.actor.surface not in _DOORS:
        raise Denied("Plans are approved and rejected by people.", fix="Use kora plans approve at a terminal.")


def _record(context: Context, what: str, record: PlanRecord, text: str) -> None:
    plan = record.plan
    context.audit.append(
        AuditEntry(
            actor=context.actor,
            tool=what,
            risk=plan.risk,
            phase="note",
            arguments={"plan_id": plan.id},
            approver=context.actor.name,
            plan_hash=record.hash,
            diff_digest=record.diff_digest,
            references=tuple(dict.fromkeys(target_of(step.action) for step in plan.steps)),
            status=Status.OK,
            result=text,
        )
    )
