"""From wishes to a plan: what every touched object is now, what it would be, how to get back, what must hold then.

Reads only; the server itself says what an object would become.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kora.cluster import rollouts
from kora.cluster.errors import ObjectMissing
from kora.domain.actors import Actor
from kora.domain.objects import Manifest, ObjectRef, resource_version
from kora.domain.plans import (
    Action,
    Apply,
    Delete,
    Evidence,
    HelmRollback,
    HelmUpgrade,
    Observed,
    Patch,
    Plan,
    Postcondition,
    Rollback,
    Scale,
    Step,
)
from kora.helm.port import HelmEngine
from kora.kit import clock
from kora.kit.ids import new_id
from kora.kit.merge_patch import difference
from kora.operations.plans.content import content, content_digest, recreation
from kora.operations.plans.diff import Change, Diff, render
from kora.operations.plans.effects import World, resolve
from kora.operations.plans.errors import NothingToDo, PlanImpossible
from kora.operations.plans.postconditions import default_postconditions
from kora.operations.plans.risks import RELEASE, risk_of, target_of

LIFETIME = timedelta(minutes=30)
"""How long a plan may wait for its approval."""


@dataclass(frozen=True)
class Wish:
    """One action and why."""

    action: Action
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A plan with what it would change, for people (`diff`) and for policy (`changes`)."""

    plan: Plan
    diff: Diff
    changes: tuple[Change, ...] = ()
    cause: str | None = None
    """The cause of the finding that the plan cures, when it cures one."""
    undo_of: str | None = None
    guess: bool = False
    """Whether it rests on a likeness (a name that is nearly right): never covered by a consent given beforehand."""
    read_by: str | None = None
    """The language model that read the request; what a model read is never covered by a consent given beforehand."""
    preview: bool = False
    """Whether only a look at the plan was asked for ("what would happen if …"): it is shown, never kept or applied."""


def make_plan(
    world: World,
    wishes: Sequence[Wish],
    *,
    goal: str,
    actor: Actor,
    postconditions: Sequence[Postcondition] | None = None,
    judged: Collection[ObjectRef] | None = None,
    hold_seconds: int = 10,
    verify_seconds: int = 300,
    lifetime: timedelta = LIFETIME,
) -> Draft:
    """Work the wishes out against the cluster as it is.

    postconditions: what must hold afterwards (None: by kind, see `postconditions`).
    judged: the objects that `postconditions` speak for; all others of the plan get theirs by kind beside. None: they
    speak for the whole plan.
    Wishes that change nothing are left out.

    Raises:
        NothingToDo: the cluster is already so.
        PlanImpossible: two wishes can't be in one plan, or a target is not there.
        KoraError: the server would refuse it; its own reason is in the message.
    """
    stamp = clock.now()
    previews = preview_all(world, [wish.action for wish in wishes], stamp.isoformat())
    effective = [(wish, each) for wish, each in zip(wishes, previews, strict=True) if each.changes]
    if not effective:
        raise NothingToDo(f"Nothing to do: {goal} – it is already so.")
    steps = tuple(_step(world, wish, each) for wish, each in effective)
    kept = [each for _, each in effective]
    if postconditions is None:
        postconditions = default_postconditions(world, kept)
    elif judged is not None:
        others = default_postconditions(world, [each for each in kept if each.ref not in judged])
        postconditions = (*postconditions, *(each for each in others if each not in postconditions))
    plan = Plan(
        id=new_id("plan"),
        goal=goal,
        steps=steps,
        postconditions=tuple(postconditions),
        observed=_observed(kept),
        hold_seconds=hold_seconds,
        verify_seconds=verify_seconds,
        made_by=actor,
        made_at=stamp,
        expires_at=stamp + lifetime,
    )
    return Draft(plan, render(kept), tuple(kept))


def preview_plan(world: World, plan: Plan) -> Diff:
    """What the plan would change now.

    Raises:
        KoraError: as `make_plan`.
    """
    actions = [step.action for step in plan.steps]
    return render(preview_all(world, actions, plan.made_at.isoformat()))


def preview_all(world: World, actions: Sequence[Action], stamp: str) -> list[Change]:
    """Each action's object before and after. An action may rely on a namespace that an earlier one creates."""
    created: set[str] = set()
    seen: dict[ObjectRef, Action] = {}
    changes: list[Change] = []
    for action in actions:
        ref = target_of(action)
        gone = isinstance(seen.get(ref), Delete)
        if gone and isinstance(action, Apply):
            changes.append(_anew(world, action, stamp))
            seen[ref] = action
            continue
        before = world.live(ref)
        if gone or (before is None and ref in seen):
            raise PlanImpossible(f"{ref} would be created and changed in one plan. Make it one step.")
        change = _preview(world, action, before, stamp, created)
        if ref.kind == "Namespace" and before is None and change.after is not None:
            created.add(ref.name)
        seen[ref] = action
        changes.append(change)
    return changes


def _preview(world: World, action: Action, before: Manifest | None, stamp: str, created: set[str]) -> Change:
    ref = target_of(action)
    if isinstance(action, HelmUpgrade | HelmRollback):
        return _release_change(world.engine(), action, before)
    if before is None and not isinstance(action, Apply | Delete):
        raise PlanImpossible(f"There is no {ref}, so it can't be changed.", fix=_look(ref))
    if isinstance(action, Apply) and ref.namespace in created:
        return Change(action, ref, before, action.manifest, note="its namespace comes with this plan")
    try:
        after = world.reader.preview(resolve(world.reader, action, stamp))
    except ObjectMissing as error:
        if isinstance(action, Apply) and ref.namespace and "namespace" in error.message:
            fix = f"Create the namespace in the same plan, or: kubectl create namespace {ref.namespace}"
            raise PlanImpossible(f"The namespace {ref.namespace} does not exist.", fix=fix) from error
        raise
    note = "and everything in it" if isinstance(action, Delete) and ref.kind == "Namespace" else ""
    return Change(action, ref, before, after, note=note)


def _anew(world: World, action: Apply, stamp: str) -> Change:
    """What an earlier step deletes is made again. The server can only be asked about it under another name."""
    ref = target_of(action)
    asked = dict(action.manifest) | {"metadata": dict(action.manifest["metadata"]) | {"name": f"{ref.name}-anew"}}
    after = world.reader.preview(resolve(world.reader, Apply(manifest=asked), stamp))
    shown = after or action.manifest
    return Change(action, ref, None, shown | {"metadata": shown["metadata"] | {"name": ref.name}}, note="made anew")


def _release_change(engine: HelmEngine, action: HelmUpgrade | HelmRollback, before: Manifest | None) -> Change:
    ref = target_of(action)
    old = [] if before is None else list(engine.manifests(action.release, action.namespace))
    if isinstance(action, HelmUpgrade):
        new = engine.render(action.chart, action.release, action.namespace, action.values)
    elif action.revision == 0:
        new = []
    else:
        new = engine.manifests(action.release, action.namespace, action.revision)
    after = None if isinstance(action, HelmRollback) and action.revision == 0 else before or {}
    return Change(action, ref, before, after, old_objects=tuple(old), new_objects=tuple(new))


def _step(world: World, wish: Wish, change: Change) -> Step:
    controlled = bool(((change.before or {}).get("metadata") or {}).get("ownerReferences"))
    return Step(
        action=wish.action,
        reason=wish.reason,
        evidence=wish.evidence,
        risk=risk_of(wish.action, before=change.before, after=change.after, controlled=controlled),
        undo=_undo(world, change),
    )


def _undo(world: World, change: Change) -> tuple[Action, ...]:
    action, ref, before = change.action, change.ref, change.before
    match action:
        case HelmUpgrade() | HelmRollback():
            return _undo_release(action, before)
        case Delete():
            if before is None or ref.kind == "Namespace":
                return ()  # what was in a namespace is gone for good; the risk says so
            if ref.kind == "Pod" and before["metadata"].get("ownerReferences"):
                return ()  # its controller has made another by then; a second one would be one too many
            return (Apply(manifest=recreation(before)),)
        case _ if before is None:
            return (Delete(target=ref),)
        case Scale():
            return (Scale(target=ref, replicas=int(before["spec"].get("replicas", 1))),)
        case Rollback():
            revision = rollouts.current_revision(world.reader, ref)
            if revision is not None:
                return (Rollback(target=ref, revision=revision),)
    if change.after is None:
        raise PlanImpossible(f"{ref} vanished while the plan was made.")
    back = difference(content(change.after), content(before))
    return (Patch(target=ref, patch=back, strategy="merge"),)


def _undo_release(action: HelmUpgrade | HelmRollback, before: Manifest | None) -> tuple[Action, ...]:
    if isinstance(action, HelmRollback) and action.revision == 0:
        return ()  # the chart is not known any more
    revision = 0 if before is None else int(resource_version(before) or 0)
    return (HelmRollback(release=action.release, namespace=action.namespace, revision=revision),)


def _observed(changes: Sequence[Change]) -> tuple[Observed, ...]:
    found: dict[ObjectRef, Observed] = {}
    for change in changes:
        before = change.before
        if change.ref in found:
            continue  # as it stands before the first of its steps
        found[change.ref] = Observed(
            target=change.ref,
            resource_version=resource_version(before),
            uid=None if before is None else before["metadata"].get("uid"),
            content=content_digest(before),
        )
    return tuple(found.values())


def _look(ref: ObjectRef) -> str | None:
    if ref.kind == RELEASE:
        return None
    where = f" -n {ref.namespace}" if ref.namespace else ""
    return f"See what is there: kubectl get {ref.kind.lower()}{where}"
