"""The tools around stored plans. Approving and rejecting are none of them: see `kora.tools.approving`."""

from pydantic import Field

from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.operations.plans.apply import apply_plan
from kora.operations.plans.lifecycle import is_overdue
from kora.operations.plans.make import Draft
from kora.operations.plans.resume import interrupted, resume_plan
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operations.plans.undo import undo_plan
from kora.tools.context import Context
from kora.tools.declaration import Arguments, NoArguments, Tool
from kora.tools.invoker import plan_outcome
from kora.tools.registry import registry


class OnePlan(Arguments):
    """Which plan."""

    plan_id: str = Field(description="the plan's id, such as plan-7k2m9xq4")


def state_of(record: PlanRecord) -> str:
    """The state in a word; a plan whose time is over is expired, whether or not somebody wrote that down."""
    return "expired" if is_overdue(record) else record.state.value


def _list(context: Context, _arguments: NoArguments) -> Outcome:
    records, damaged = PlanStore(context.home).everything()
    lines = [f"{each.plan.id}  {state_of(each):<12} {each.plan.risk:<11} {each.plan.goal}" for each in records]
    lines += [f"{each.file.stem}  damaged      {each.reason}" for each in damaged]
    data = {
        "plans": [_summary(each) for each in records],
        "damaged": [{"file": str(each.file), "reason": each.reason} for each in damaged],
        "interrupted": [each.plan.id for each in interrupted(PlanStore(context.home))],
    }
    status = Status.OK if lines else Status.NO_DATA
    return Outcome(status=status, answer="\n".join(lines) or "There are no plans.", data=data)


def _show(context: Context, arguments: OnePlan) -> Outcome:
    record = PlanStore(context.home).load(arguments.plan_id)
    return Outcome(status=Status.OK, answer=describe(record), data=detail(record), plan_id=record.plan.id)


def describe(record: PlanRecord) -> str:
    """A plan for people: goal, state, steps with their reasons, what must hold, the diff."""
    plan = record.plan
    lines = [
        f"{plan.id}: {plan.goal}",
        f"state {state_of(record)} · risk {plan.risk} · made by {plan.made_by.name}",
        f"may be approved until {plan.expires_at:%Y-%m-%d %H:%M:%S} UTC",
        f"hash {record.hash}",
    ]
    if record.reason:
        lines.append(record.reason)
    for number, step in enumerate(plan.steps, 1):
        lines.append(f"{number}. {step.action.action} ({step.risk}): {step.reason}")
        lines += [f"   {each.source}: {each.text}" for each in step.evidence]
        if not step.undo:
            lines.append("   there is no way back from this step")
    checks = ", ".join(each.check for each in plan.postconditions)
    lines.append(
        f"then: {checks or 'nothing to check'}; held for {plan.hold_seconds} s, waited for {plan.verify_seconds} s"
    )
    return "\n".join([*lines, "", record.diff.rstrip()])


def detail(record: PlanRecord) -> dict[str, object]:
    """A plan for programs. Manifests stay in the store: they may hold what is confidential; the diff hides that."""
    plan = record.plan
    return _summary(record) | {
        "steps": [
            {
                "action": step.action.action,
                "target": str(target_of(step.action)),
                "reason": step.reason,
                "risk": step.risk.value,
                "undo": [each.action for each in step.undo],
            }
            for step in plan.steps
        ],
        "diff": record.diff,
        "postconditions": [each.model_dump(mode="json") for each in plan.postconditions],
        "journal": [
            {"at": each.at.isoformat(), "event": each.event, "step": each.step, "text": each.text}
            for each in record.journal
        ],
    }


def _summary(record: PlanRecord) -> dict[str, object]:
    return {
        "id": record.plan.id,
        "hash": record.hash,
        "state": state_of(record),
        "goal": record.plan.goal,
        "risk": record.plan.risk.value,
        "made_by": record.plan.made_by.name,
        "made_at": record.plan.made_at.isoformat(),
        "expires_at": record.plan.expires_at.isoformat(),
        "reason": record.reason,
        "approver": record.approval.approver if record.approval else None,
        "undo_of": record.undo_of,
    }


def _subject(context: Context, arguments: OnePlan) -> PlanRecord:
    return PlanStore(context.home).load(arguments.plan_id)


def _apply(context: Context, arguments: OnePlan) -> Outcome:
    assert context.writer is not None, "the invoker opens the writer for a tool that writes"
    world = context.world
    store = PlanStore(context.home)
    return plan_outcome(apply_plan(store, arguments.plan_id, world, context.writer, context.progress))


def _resume(context: Context, arguments: OnePlan) -> Outcome:
    assert context.writer is not None, "the invoker opens the writer for a tool that writes"
    world = context.world
    store = PlanStore(context.home)
    return plan_outcome(resume_plan(store, arguments.plan_id, world, context.writer, context.progress))


def _undo(context: Context, arguments: OnePlan) -> Draft:
    record = PlanStore(context.home).load(arguments.plan_id)
    return undo_plan(context.world, record, context.actor)


LIST = registry.register(Tool("plans.list", "Lists the plans with their states.", NoArguments, Risk.READ, run=_list))
SHOW = registry.register(Tool("plans.show", "Shows one plan with its diff.", OnePlan, Risk.READ, run=_show))
APPLY = registry.register(
    Tool(
        "plans.apply",
        "Carries an approved plan out, verifies it and rolls it back when that fails.",
        OnePlan,
        Risk.WRITE,
        run=_apply,
        subject=_subject,
    )
)
RESUME = registry.register(
    Tool(
        "plans.resume",
        "Finishes or undoes a plan whose process died in the middle.",
        OnePlan,
        Risk.WRITE,
        run=_resume,
        subject=_subject,
    )
)
UNDO = registry.register(
    Tool("plans.undo", "Takes a plan that is done back, by a new plan.", OnePlan, Risk.WRITE, propose=_undo)
)
