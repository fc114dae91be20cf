"""Carrying an approved plan out: drift check, one journalled step after the other, verification; and the way back when
a step or the verification fails.

The journal is on disk before an effect begins and after it ended, so that a process killed anywhere leaves a plan that
`resume` understands by comparing the last intention with the cluster.
"""

from kora.cluster.port import ClusterWriter
from kora.cluster.rollouts import ROLLED_OUT
from kora.domain.objects import resource_version
from kora.domain.plans import (
    Apply,
    Delete,
    EndpointsReady,
    HelmRollback,
    HelmUpgrade,
    PlanState,
    Postcondition,
    ReleaseDeployed,
    RolloutComplete,
    Step,
)
from kora.domain.progress import Report, silent
from kora.kit import clock
from kora.kit.errors import Conflict, KoraError
from kora.operations.plans import rollback
from kora.operations.plans.effects import World, carry_out, resolve
from kora.operations.plans.errors import NotApproved, PlanExpired, PlanNotOpen, PlanTampered, PlanVoid
from kora.operations.plans.lifecycle import is_overdue
from kora.operations.plans.risks import target_of
from kora.operations.plans.run import Run, await_gone, done_entry, require_undrifted, write_done
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operations.plans.verify import holding, verify

_CONFLICT_RETRIES = 5
"""A controller's report of progress may move the version between our look and our write; a person's change ends it."""


def apply_plan(
    store: PlanStore, plan_id: str, world: World, writer: ClusterWriter, report: Report = silent
) -> PlanRecord:
    """Carry out an approved plan to its end: DONE, ROLLED_BACK or FAILED; the record says why.

    Raises:
        NotApproved, PlanExpired, PlanNotOpen, PlanTampered, PlanBusy: nothing was changed.
        PlanVoid: the cluster moved on; nothing was changed.
        KoraError: the cluster went away in the middle; the journal is there for `resume`.
    """
    with store.lock(plan_id) as record:
        run = Run(world, writer, store, record, report)
        _use_approval(run)
        run.save(run.record.but(healthy_before=_healthy(run)))
        return carry_on(run)


def carry_on(run: Run) -> PlanRecord:
    """The steps that are not done yet, then the verification."""
    for number, step in enumerate(run.record.plan.steps):
        if done_entry(run.record, number) is not None:
            continue
        try:
            take_step(run, number, step)
        except KoraError as error:
            return _stop(run, number, error)
    return verify_or_return(run)


def verify_or_return(run: Run) -> PlanRecord:
    """Verify; roll back when that fails."""
    plan = run.record.plan
    run.save(run.record.but(state=PlanState.VERIFYING))
    found = verify(
        run.world,
        plan.postconditions,
        verify_seconds=plan.verify_seconds,
        hold_seconds=plan.hold_seconds,
        report=run.report,
    )
    if found.holds:
        run.save(run.record.write_down("note", text=found.text).but(state=PlanState.DONE, reason=found.text))
        run.say("done", found.text)
        return run.record
    run.save(run.record.write_down("note", text=f"Verification failed: {found.text}"))
    run.say("verification_failed", found.text)
    return rollback.roll_back(run, f"Verification failed: {found.text}")


def take_step(run: Run, number: int, step: Step) -> None:
    """One step with its journal lines.

    Raises:
        PlanVoid: its object is not as it was when the plan was made.
        KoraError: the cluster's refusal.
    """
    action, ref = step.action, target_of(step.action)
    run.say("apply", f"{number + 1}/{len(run.record.plan.steps)} {action.action} {ref}: {step.reason}")
    effect = resolve(run.world.reader, action, run.record.plan.made_at.isoformat())
    if any(isinstance(each.action, Delete) and each.action.target == ref for each in run.record.plan.steps[:number]):
        await_gone(run.world, ref)
    for attempt in range(_CONFLICT_RETRIES):
        live = require_undrifted(run, ref)
        version = resource_version(live)
        run.save(run.record.write_down("intend", step=number, effect=effect, before=version))
        creates = isinstance(effect, Apply) and live is None
        expected = None if isinstance(effect, HelmUpgrade | HelmRollback) else version
        try:
            result = carry_out(run.world, run.writer, effect, expected=expected, create_only=creates)
        except Conflict:
            run.save(run.record.write_down("not_done", step=number, text="The version had moved on."))
            if attempt + 1 == _CONFLICT_RETRIES or isinstance(effect, HelmUpgrade | HelmRollback):
                raise
            continue
        write_done(run, number, step, result)
        return


def _use_approval(run: Run) -> None:
    record = run.record
    if record.state is not PlanState.APPROVED:
        if record.state is PlanState.PROPOSED:
            raise NotApproved(
                f"The plan {record.plan.id} waits for an approval.", fix=f"kora plans approve {record.plan.id}"
            )
        raise PlanNotOpen(f"The plan {record.plan.id} is {record.state}; an approval is used once.")
    approval = record.approval
    if approval is None or record.used_at is not None or approval.plan_id != record.plan.id:
        raise NotApproved(f"The plan {record.plan.id} has no unused approval.")
    if approval.plan_hash != record.plan.hash:
        raise PlanTampered(f"The plan {record.plan.id} is not the one that was approved. Nothing was changed.")
    if is_overdue(record):
        run.save(record.but(state=PlanState.EXPIRED, reason="The approval was not used in time."))
        raise PlanExpired(f"The approval of {record.plan.id} has expired. Nothing was changed.")
    try:
        for observed in record.plan.observed:
            require_undrifted(run, observed.target)
    except PlanVoid as error:
        run.save(record.but(state=PlanState.VOID, reason=error.message, used_at=clock.now()))
        run.say("void", error.message)
        raise
    run.save(record.but(state=PlanState.APPLYING, used_at=clock.now()))


def _healthy(run: Run) -> tuple[Postcondition, ...]:
    """What is well now and must be so again after a rollback: workloads of the plan that have rolled out, and of a
    release what the plan's own conditions speak for."""
    plan = run.record.plan
    targets = [each.target for each in plan.observed if each.resource_version is not None]
    wanted: list[Postcondition] = [RolloutComplete(target=ref) for ref in targets if ref.kind in ROLLED_OUT]
    if any(isinstance(step.action, HelmUpgrade) for step in plan.steps):
        lasting = (RolloutComplete, EndpointsReady, ReleaseDeployed)
        wanted += [each for each in plan.postconditions if isinstance(each, lasting) and each not in wanted]
    return holding(run.world, wanted)


def _stop(run: Run, number: int, error: KoraError) -> PlanRecord:
    """A step was refused or went wrong: back to the start, or plainly void when nothing had begun."""
    text = f"Step {number + 1} failed: {error.message}"
    run.save(run.record.write_down("note", step=number, text=text))
    run.say("step_failed", text)
    if isinstance(error, PlanVoid) and not any(each.event == "done" for each in run.record.journal):
        run.save(run.record.but(state=PlanState.VOID, reason=error.message))
        raise error
    return rollback.roll_back(run, text)
