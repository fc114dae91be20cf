"""Fix: diagnose, then the plan of `operations.heal` where there is a safe one; else the finding and the command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kora.domain.actors import Actor, Surface
from kora.domain.findings import Finding
from kora.domain.objects import Manifest, ObjectRef
from kora.kit import clock
from kora.language import intents
from kora.language.intents import Target
from kora.operations.ask.binding import Binder
from kora.operations.ask.changes.meaning import Meant, meant_by, spared_by
from kora.operations.ask.changes.offering import offer
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible, TargetAmbiguous, TargetMissing
from kora.operations.ask.filtering import spoken_conditions
from kora.operations.ask.reads.causes import (
    concerned_by,
    findings_of,
    from_logs,
    items_of,
    narrowed,
    runs_nowhere,
    switched_off,
    unready_of,
    workloads_in,
)
from kora.operations.diagnose.fields import dig, namespace_of
from kora.operations.heal import Escalation
from kora.operations.heal.planner import draft
from kora.operations.plans.effects import World
from kora.operations.plans.errors import NothingToDo
from kora.operations.plans.risks import target_of

_PLANNER = Actor(name="kora", surface=Surface.CLI)


@handles("fix")
def fix(work: Workspace, intent: intents.Fix) -> None:
    """One plan for what is wrong with the target, or with what a complaint speaks of.

    Raises: TargetMissing when it does not exist; TargetAmbiguous when it is in several namespaces; NothingToDo when
        nothing is wrong; ChangeImpossible with the findings when a person has to act.
    """
    seen = _watched(work.binder, intent)
    findings, what = seen.findings, seen.meant.what
    if intent.conditions:
        findings = narrowed(work.binder, findings, intent.target, intent.conditions)
        what = f"{what} ({spoken_conditions(intent.conditions)})"
    if not findings:
        raise _nothing(work.binder, seen, what)
    _cure(work, findings, spared={ObjectRef.of(each) for each in seen.meant.spared})


def _cure(work: Workspace, findings: Sequence[Finding], spared: set[ObjectRef]) -> None:
    """The cures of all findings that have a safe one, as wishes; what shall stay as it is is not touched."""
    touched: set[ObjectRef] = set()
    left: list[str] = []
    for finding in findings:
        found = draft(finding, World(work.reader), actor=_PLANNER)
        if isinstance(found, Escalation) and (offered := offer(work.binder, finding)) is not None:
            if offered.action.target in touched | spared:
                continue
            touched.add(offered.action.target)
            work.act(offered.action, f"{finding.cause}: {offered.reason}", finding.evidence)
            work.tell(f"{finding.cause}: {finding.summary} {offered.goal}")
            work.guess = True
            continue
        if isinstance(found, Escalation):
            left.append(f"{finding.cause} on {finding.objects[0]}: {finding.summary} {found.reason}")
            continue
        refs = {target_of(step.action) for step in found.plan.steps}
        if refs & spared:
            left.append(f"{finding.cause} on {finding.objects[0]}: {finding.summary} It is left alone, as asked.")
            continue
        if refs & touched:  # the next request looks again, at what the first cure has left
            continue
        touched |= refs
        earlier = work.touched()
        for step in found.plan.steps:
            work.act(step.action, step.reason, step.evidence)
        work.expect(refs - earlier, found.plan.postconditions)
        why = f" ({finding.summary})" if found.guess else ""
        work.tell(f"cure {finding.cause}: {found.plan.goal}{why}")
        work.guess |= found.guess
    if not touched:
        first = findings[0]
        told = "; ".join(left[:5])
        raise ChangeImpossible(f"{told} Nothing was changed.", fix=first.fix_command or f"kora explain {first.cause}")
    work.notes += [f"Left to a person: {each}" for each in left]


def _nothing(binder: Binder, seen: "_Seen", what: str) -> ChangeImpossible | NothingToDo:
    """What is said when no finding concerns what was meant: never that all is well when it is not."""
    if seen.waiting:
        return ChangeImpossible(
            f"{what} does not serve ({', '.join(seen.waiting[:3])}), but nothing shows yet why. Nothing was changed.",
            fix="Ask again in a minute.",
        )
    if nowhere := [each for each in seen.meant.items if runs_nowhere(each)]:
        wanted = dig(nowhere[0], "spec", "template", "spec", "nodeSelector") or {}
        why = f" with {', '.join(f'{key}={value}' for key, value in sorted(wanted.items()))}" if wanted else ""
        return ChangeImpossible(
            f"{ObjectRef.of(nowhere[0])} runs on no node, because there is none{why} that it may run on."
            " Nothing was changed.",
            fix="kubectl get nodes --show-labels",
        )
    if seen.off:
        names = ", ".join(map(str, seen.off[:3]))
        ref = seen.off[0]
        return ChangeImpossible(
            f"{names} is scaled to 0, so nothing runs. Only a person knows whether that is meant. Nothing was changed.",
            fix=f"kubectl scale {ref.kind.lower()}/{ref.name} -n {ref.namespace} --replicas=1",
        )
    told = "; ".join(f"{each.cause} on {each.objects[0]}: {each.summary}" for each in seen.beside[:3])
    if told and seen.complaint:
        return ChangeImpossible(
            f"Nothing is wrong with {what}, but beside it: {told} Nothing was changed.",
            fix=f"kora diagnose -n {seen.meant.space}",
        )
    if seen.meant.items and {each["kind"] for each in seen.meant.items} <= _UNJUDGED:
        return ChangeImpossible(
            f"{what} is there; whether it is as it should be, no diagnosis tells. Nothing was changed.",
            fix="Ask for what is missing, such as: let service account ci list pods in namespace shop",
        )
    lines, commands = from_logs(binder, seen.meant.items, seen.meant.space)
    if lines:
        return ChangeImpossible(
            f"{what} runs, but its log reports an error, which a person has to look at. Nothing was changed.\n"
            + "\n".join(lines[:3]),
            fix=commands[0] if commands else None,
        )
    beside = f" Beside it: {told}" if told else ""
    return NothingToDo(f"Nothing is wrong with {what}: nothing was changed.{beside}")


@dataclass(frozen=True)
class _Seen:
    """What a look at what is meant shows."""

    meant: Meant
    findings: list[Finding]
    waiting: list[str]
    """What does not serve, though no finding says why."""
    off: list[ObjectRef]
    """What is scaled to nothing."""
    beside: list[Finding]
    """Findings about other objects of the namespace."""
    complaint: bool
    """Whether what is meant was gathered from what a complaint speaks of, so that it may be something else."""


_UNJUDGED = frozenset({"ServiceAccount", "ConfigMap", "Secret"})
"""Kinds that have no health of their own: that nothing is found about them is no all-clear."""
PATIENCE = 40.0
STEP = 5.0


def _watched(binder: Binder, intent: intents.Fix) -> _Seen:
    """The findings about what is meant, and what of it does not serve. What has only just been started shows its faults
    late (a probe fails after its first periods), so it is watched for at most `PATIENCE` seconds."""
    until = clock.monotonic() + PATIENCE
    complaint = bool(intent.mentions or intent.places or intent.spared)
    bind: Callable[[Binder, intents.Fix], Meant] = meant_by if complaint else _named
    while True:
        seen = _look(binder, bind(binder, intent), complaint=complaint)
        if seen.findings or not seen.waiting or clock.monotonic() >= until:
            return seen
        clock.sleep(STEP)
        binder = binder.afresh()


def _look(binder: Binder, meant: Meant, *, complaint: bool) -> _Seen:
    items = meant.items or tuple(workloads_in(binder, meant.space))
    found = findings_of(binder, meant.items, meant.space)
    spared = concerned_by(binder, meant.spared)
    found = [each for each in found if not _concerns(each, spared)]
    beside: list[Finding] = []
    if meant.items and not found:
        beside = [each for each in findings_of(binder, (), meant.space) if not _concerns(each, spared)]
    waiting = [] if found else unready_of(binder, items)
    return _Seen(meant, found, waiting, switched_off(binder, meant.items), beside, complaint)


def _concerns(finding: Finding, keys: set[tuple[str, str | None, str]]) -> bool:
    return any((ref.kind, ref.namespace, ref.name) in keys for ref in finding.objects)


def _named(binder: Binder, intent: intents.Fix) -> Meant:
    """What the order itself names."""
    target = _whole(intent.target)
    if target.namespace:
        binder.require_space(target.namespace)
    if not (target.names or target.phrase or target.labels):
        space = binder.space(target)
        return Meant((), space, tuple(spared_by(binder, target.excluding, space)))
    items: list[Manifest] = items_of(binder, target)
    space = binder.space(target)
    if not items:
        what = target.phrase or ", ".join(target.names)
        where = f"in namespace {space}" if space else "in the cluster"
        raise TargetMissing(f"There is no object {what!r} {where}. Nothing was changed.")
    spaces = sorted({namespace_of(each) or "" for each in items})
    if len(spaces) > 1 and not target.all_namespaces:
        raise TargetAmbiguous(
            f"{target.phrase or ', '.join(target.names)!r} is in several namespaces: {', '.join(spaces[:8])}."
            " Nothing was changed.",
            fix="Say the namespace, or use -n.",
        )
    space = spaces[0] or None if len(spaces) == 1 else space
    return Meant(tuple(items), space, tuple(spared_by(binder, target.excluding, space)))


def _whole(target: Target) -> Target:
    """ "Fix the namespace shop" is about all that is in it."""
    said = (*target.names, *((target.phrase,) if target.phrase else ()))
    return Target(namespace=said[0]) if target.kind == "Namespace" and len(said) == 1 else target
