"""Undoing a plan that is done: a new plan, computed from the cluster as it is now, that goes through the same gate."""

from dataclasses import replace

from kora.domain.actors import Actor
from kora.domain.plans import PlanState
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanImpossible, PlanNotOpen
from kora.operations.plans.make import Draft, Wish, make_plan
from kora.operations.plans.risks import target_of
from kora.operations.plans.rollback import still_ours
from kora.operations.plans.run import done_entry
from kora.operations.plans.store import PlanRecord


def undo_plan(world: World, record: PlanRecord, actor: Actor) -> Draft:
    """The plan that takes `record` back.

    Raises:
        PlanNotOpen: it is not done. PlanImpossible: a step has no way back. ForeignChange: somebody changed since what
        it set. NothingToDo: everything is back already.
    """
    if record.state not in (PlanState.DONE, PlanState.FAILED):
        raise PlanNotOpen(f"The plan {record.plan.id} is {record.state}; only what was done can be undone.")
    wishes: list[Wish] = []
    for number, step in reversed(list(enumerate(record.plan.steps))):
        entry = done_entry(record, number)
        if entry is None:
            continue
        if not step.undo:
            raise PlanImpossible(f"Step {number + 1} ({step.action.action} {target_of(step.action)}) has no way back.")
        for action in step.undo:
            still_ours(action, entry, world.live(target_of(action)))
            wishes.append(Wish(action, f"takes back step {number + 1} of {record.plan.id}: {step.reason}"))
    plan = record.plan
    draft = make_plan(
        world,
        wishes,
        goal=f"Undo {plan.id}: {plan.goal}",
        actor=actor,
        hold_seconds=plan.hold_seconds,
        verify_seconds=plan.verify_seconds,
    )
    return replace(draft, undo_of=plan.id)
