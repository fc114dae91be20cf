"""Fix: diagnose, then the plan of `operations.heal` where there is a safe one; else the finding and the command."""

from kora.domain.actors import Actor, Surface
from kora.domain.findings import Finding
from kora.domain.objects import ObjectRef
from kora.kit import clock
from kora.language import intents
from kora.language.intents import Target
from kora.operations.ask.binding import Binder
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible, TargetMissing
from kora.operations.ask.filtering import spoken_conditions
from kora.operations.ask.reads.causes import findings_about, is_there, narrowed, unready
from kora.operations.heal import Escalation
from kora.operations.heal.planner import draft
from kora.operations.plans.effects import World
from kora.operations.plans.errors import NothingToDo
from kora.operations.plans.risks import target_of

_PLANNER = Actor(name="kora", surface=Surface.CLI)


@handles("fix")
def fix(work: Workspace, intent: intents.Fix) -> None:
    """One plan for what is wrong with the target.

    Raises: TargetMissing when it does not exist; NothingToDo when nothing is wrong; ChangeImpossible with the findings
        when a person has to act.
    """
    target = _meant(intent.target)
    if target.namespace:
        work.binder.require_space(target.namespace)
    findings, what, waiting = _watched(work.binder, target)
    if not findings and not is_there(work.binder, target):
        space = work.binder.space(target)
        where = f"in namespace {space}" if space else "in the cluster"
        raise TargetMissing(f"There is no object {what!r} {where}. Nothing was changed.")
    if intent.conditions:
        findings = narrowed(work.binder, findings, target, intent.conditions)
        what = f"{what} ({spoken_conditions(intent.conditions)})"
    if not findings and waiting:
        raise ChangeImpossible(
            f"{what} does not serve ({', '.join(waiting[:3])}), but nothing shows yet why. Nothing was changed.",
            fix="Ask again in a minute.",
        )
    if not findings:
        raise NothingToDo(f"Nothing is wrong with {what}: nothing was changed.")
    touched: set[ObjectRef] = set()
    left: list[str] = []
    for finding in findings:
        found = draft(finding, World(work.reader), actor=_PLANNER)
        if isinstance(found, Escalation):
            left.append(f"{finding.cause} on {finding.objects[0]}: {finding.summary} {found.reason}")
            continue
        refs = {target_of(step.action) for step in found.plan.steps}
        if refs & touched:  # the next request looks again, at what the first cure has left
            continue
        touched |= refs
        earlier = work.touched()
        for step in found.plan.steps:
            work.act(step.action, step.reason, step.evidence)
        work.expect(refs - earlier, found.plan.postconditions)
        work.tell(f"cure {finding.cause}: {found.plan.goal}")
    if not touched:
        first = findings[0]
        told = "; ".join(left[:5])
        raise ChangeImpossible(f"{told} Nothing was changed.", fix=first.fix_command or f"kora explain {first.cause}")
    work.notes += [f"Left to a person: {each}" for each in left]


PATIENCE = 40.0
STEP = 5.0


def _watched(binder: Binder, target: Target) -> tuple[list[Finding], str, list[str]]:
    """The findings about a target, its name, and what of it does not serve. What has only just been started shows its
    faults late (a probe fails after its first periods), so it is watched for at most `PATIENCE` seconds."""
    until = clock.monotonic() + PATIENCE
    while True:
        findings, what = findings_about(binder, target)
        waiting = [] if findings else unready(binder, target)
        if findings or not waiting or clock.monotonic() >= until:
            return findings, what, waiting
        clock.sleep(STEP)
        binder = binder.afresh()


def _meant(target: Target) -> Target:
    """ "Fix the namespace shop" is about all that is in it."""
    said = (*target.names, *((target.phrase,) if target.phrase else ()))
    return Target(namespace=said[0]) if target.kind == "Namespace" and len(said) == 1 else target
