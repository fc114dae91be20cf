"""After a process died in the middle: what happened is found out by comparing the journal's last intention with the
cluster; then the plan is finished where everything is as planned, else undone.
"""

from kora.cluster.port import ClusterWriter
from kora.domain.plans import PlanState
from kora.domain.progress import Report, silent
from kora.operations.plans import apply, rollback
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanBusy, PlanNotOpen
from kora.operations.plans.run import Run
from kora.operations.plans.store import PlanRecord, PlanStore

_BEGUN = (PlanState.APPLYING, PlanState.VERIFYING, PlanState.ROLLING_BACK)


def interrupted(store: PlanStore) -> tuple[PlanRecord, ...]:
    """Plans that were begun and are not over, and that no living process works on."""
    found: list[PlanRecord] = []
    for record in store.everything()[0]:
        if record.state not in _BEGUN:
            continue
        try:
            with store.lock(record.plan.id) as current:
                if current.state in _BEGUN:
                    found.append(current)
        except PlanBusy:
            continue  # somebody is at it
    return tuple(found)


def resume_plan(
    store: PlanStore, plan_id: str, world: World, writer: ClusterWriter, report: Report = silent
) -> PlanRecord:
    """Bring an interrupted plan to its end.

    Raises:
        PlanNotOpen: it was not interrupted. PlanBusy: a living process works on it. KoraError: as `apply_plan`.
    """
    with store.lock(plan_id) as record:
        if record.state not in _BEGUN:
            raise PlanNotOpen(f"The plan {plan_id} is {record.state}; there is nothing to resume.")
        run = Run(world, writer, store, record, report)
        run.save(record.write_down("note", text=f"Resumed in the state {record.state}."))
        run.say("resume", f"{plan_id} was interrupted while it was {record.state.replace('_', ' ')}")
        if record.state is PlanState.ROLLING_BACK:
            return rollback.roll_back(run, record.reason)
        if not rollback.settle_intentions(run):
            return rollback.roll_back(run, "Interrupted in the middle of a release.")
        if record.state is PlanState.VERIFYING:
            return apply.verify_or_return(run)
        return apply.carry_on(run)
