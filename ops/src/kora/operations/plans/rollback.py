"""Taking a plan's steps back in reverse, and checking that all stands as before. Never over somebody else's change."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef, resource_version
from kora.domain.plans import Action, Apply, Delete, HelmRollback, HelmUpgrade, PlanState, Step
from kora.kit import clock
from kora.kit.errors import Conflict, KoraError, NotFound, Retryable
from kora.operations.plans import stuck
from kora.operations.plans.content import content
from kora.operations.plans.effects import World, carry_out, in_effect, resolve
from kora.operations.plans.errors import ForeignChange
from kora.operations.plans.risks import target_of
from kora.operations.plans.run import Run, await_gone, done_entry, fields_digest, undo_shape, write_done
from kora.operations.plans.store import JournalEntry, PlanRecord
from kora.operations.plans.verify import verify

_CONFLICT_RETRIES = 5
_NOTICED_SECONDS = 30.0
"""How long a controller may take to notice that its object was brought back."""


def roll_back(run: Run, reason: str) -> PlanRecord:
    """Undo what was done and verify again: ROLLED_BACK, or FAILED with what a person has to look at.

    Raises:
        Retryable: the cluster does not answer; the state stays ROLLING_BACK, for `resume`.
    """
    run.save(run.record.but(state=PlanState.ROLLING_BACK, reason=reason))
    settle_intentions(run)
    problems: list[str] = []
    for number in reversed(range(len(run.record.plan.steps))):
        entry = done_entry(run.record, number)
        if entry is None or _undone(run, number) or _replaced(run.record.plan.steps[number]):
            continue
        for action in run.record.plan.steps[number].undo or (None,):
            try:
                _take_back(run, number, action, entry)
            except Retryable:
                raise
            except KoraError as error:
                problems.append(error.message)
                run.save(run.record.write_down("note", step=number, text=f"Not undone: {error.message}"))
    return _check(run, reason, problems)


def _replaced(step: Step) -> bool:
    """Whether the step deleted a pod of a controller, which has made another by now (see `make`): what a plan has
    done to the controller is taken back in a step of its own."""
    return isinstance(step.action, Delete) and step.action.target.kind == "Pod" and not step.undo


def settle_intentions(run: Run) -> bool:
    """For every step that was begun and never reported: find out whether it happened.

    Gives whether the plan can go on; a release that was interrupted half way can only be taken back.
    """
    whole = True
    for number, step in enumerate(run.record.plan.steps):
        last = next(
            (each for each in reversed(run.record.journal) if each.step == number and each.event != "note"), None
        )
        if last is None or last.event != "intend" or last.effect is None:
            continue
        answer = happened(run.world, last)
        if answer == "no":
            run.save(run.record.write_down("not_done", step=number, text="Found not done after an interruption."))
            continue
        whole = whole and answer == "yes"
        live = run.world.live(target_of(step.action))
        text = "Found done after an interruption." if answer == "yes" else "Found half done after an interruption."
        write_done(run, number, step, live, text)
    return whole


def happened(world: World, intention: JournalEntry) -> Literal["yes", "no", "partly"]:
    """Whether an intended effect took place: its object moved on from the version it had, and is as intended.

    ``partly`` is for releases: Helm changes many objects, and says of itself whether it came to its end.
    """
    effect = intention.effect
    if effect is None:
        return "no"
    live = world.live(target_of(effect))
    if resource_version(live) == intention.before:
        return "yes" if isinstance(effect, Delete) and live is None else "no"
    if in_effect(world, effect):
        return "yes"
    if isinstance(effect, HelmUpgrade | HelmRollback) and live is not None:
        return "no" if live["spec"]["status"] == "deployed" else "partly"
    return "no"


def still_ours(action: Action, entry: JournalEntry, live: Manifest | None) -> None:
    """Nothing that the undo would overwrite was changed since our step.

    Raises:
        ForeignChange: it was.
    """
    ref = target_of(action)
    if isinstance(action, Apply):
        if live is not None and not _recreated(action.manifest, live):
            raise ForeignChange(f"{ref} was created again by somebody else. It is left as it is.")
        return
    if live is None:
        if isinstance(action, Delete | HelmRollback):
            return
        raise ForeignChange(f"{ref} was deleted by somebody else, so it can't be brought back to what it was.")
    if isinstance(action, Delete):
        if entry.uid is not None and live["metadata"].get("uid") != entry.uid:
            raise ForeignChange(f"{ref} is another object than the one that the plan created. It is left as it is.")
        return
    if isinstance(action, HelmRollback):
        if entry.after is not None and resource_version(live) != entry.after:
            raise ForeignChange(f"The release {ref.name} has a newer revision than the plan's. It is left as it is.")
        return
    shape = undo_shape(action)
    if shape is not None and entry.fields is not None and fields_digest(shape, live) != entry.fields:
        raise ForeignChange(f"What the plan set in {ref} was changed by somebody else since. It is left as it is.")


def _take_back(run: Run, number: int, action: Action | None, entry: JournalEntry) -> None:
    if action is None:
        raise ForeignChange(f"Step {number + 1} can't be taken back.")
    ref = target_of(action)
    effect = _undo_effect(run, number, action)
    if in_effect(run.world, effect):
        run.save(run.record.write_down("undo_done", step=number, effect=effect, text="It stands as before already."))
        return
    run.say("roll_back", f"undo of step {number + 1}: {action.action} {ref}")
    if isinstance(action, Apply):
        await_gone(run.world, ref)
    for attempt in range(_CONFLICT_RETRIES):
        live = run.world.live(ref)
        still_ours(action, entry, live)
        _require_empty(run.world.reader, action)
        version = resource_version(live)
        run.save(run.record.write_down("undo_intend", step=number, effect=effect, before=version))
        expected = None if isinstance(effect, HelmUpgrade | HelmRollback) else version
        creates = isinstance(effect, Apply) and live is None
        try:
            result = carry_out(run.world, run.writer, effect, expected=expected, create_only=creates)
        except Conflict:
            if attempt + 1 == _CONFLICT_RETRIES:
                raise
            continue
        run.save(run.record.write_down("undo_done", step=number, after=resource_version(result)))
        return


def _check(run: Run, reason: str, problems: list[str]) -> PlanRecord:
    """Whether all stands as before: each undo in effect by the server's judgement, and what was healthy is so again."""
    plan = run.record.plan
    _free_stuck_pods(run)
    for number, step in enumerate(plan.steps):
        if done_entry(run.record, number) is None:
            continue
        problems += [
            f"{target_of(action)} is not as before"
            for action in step.undo
            if not _remade(plan.steps[:number], action)
            and not _lasting(run, number, action)
            and not any(str(target_of(action)) in each for each in problems)
        ]
    found = verify(
        run.world,
        run.record.healthy_before,
        verify_seconds=plan.verify_seconds,
        hold_seconds=plan.hold_seconds if run.record.healthy_before else 0,
        report=run.report,
    )
    if not found.holds:
        problems.append(found.text)
    state = PlanState.FAILED if problems else PlanState.ROLLED_BACK
    if problems:
        text = f"{reason} The way back is not complete: {' '.join(problems)} A person has to look at it."
    else:
        text = f"{reason} {_way_back(run)}"
    run.save(run.record.write_down("note", text=text).but(state=state, reason=text))
    run.say(state.value, text)
    return run.record


def _way_back(run: Run) -> str:
    """How it came to stand as before, for people."""
    if any(each.event == "undo_done" for each in run.record.journal):
        return "Rolled back, and verified again."
    if any(each.event == "intend" and isinstance(each.effect, HelmUpgrade) for each in run.record.journal):
        return "Helm took it back by itself, and it was verified again."
    return "Nothing had been changed."


def _free_stuck_pods(run: Run) -> None:
    """Delete the pods that would keep a StatefulSet of the plan from coming back; see `stuck`."""
    undone = {entry.step for entry in run.record.journal if entry.event == "undo_done"}
    targets = (target_of(run.record.plan.steps[number].action) for number in sorted(undone) if number is not None)
    for ref in dict.fromkeys(each for each in targets if each.kind == stuck.KIND):
        ends = clock.monotonic() + _NOTICED_SECONDS
        while (found := stuck.stuck_pods(run.world.reader, ref)) is None and clock.monotonic() < ends:
            clock.sleep(1.0)
        for pod in found or ():
            run.say("roll_back", f"replacing {pod['metadata']['name']}, which never became ready")
            with suppress(NotFound, Conflict):  # gone or changed meanwhile: its controller goes on by itself then
                run.writer.delete(ObjectRef.of(pod), expected=pod["metadata"]["resourceVersion"])


def _undo_effect(run: Run, number: int, action: Action) -> Action:
    """The resolved undo; the one that the journal holds, if any: a revision has another number once it is back."""
    for entry in run.record.journal:
        if entry.step == number and entry.effect is not None and entry.event in ("undo_intend", "undo_done"):
            return entry.effect
    return resolve(run.world.reader, action, "")


def _remade(earlier: Sequence[Step], action: Action) -> bool:
    """Whether an earlier step's undo makes again what this one deletes."""
    return isinstance(action, Delete) and any(
        isinstance(each, Apply) and target_of(each) == action.target for step in earlier for each in step.undo
    )


def _lasting(run: Run, number: int, action: Action) -> bool:
    """Whether the undo is in effect. Something being deleted counts: finalizers may take their time."""
    if isinstance(action, Delete):
        live = run.world.live(target_of(action))
        return live is None or "deletionTimestamp" in live["metadata"]
    return in_effect(run.world, _undo_effect(run, number, action))


def _undone(run: Run, number: int) -> bool:
    events = [each.event for each in run.record.journal if each.step == number]
    return events.count("undo_done") >= max(1, len(run.record.plan.steps[number].undo))


def _recreated(manifest: Manifest, live: Manifest) -> bool:
    """Whether the live object carries everything of the manifest (so that we made it, or it was never gone)."""
    return _covers(content(live), manifest)


def _covers(value: object, part: object) -> bool:
    if isinstance(part, dict):
        return isinstance(value, dict) and all(name in value and _covers(value[name], part[name]) for name in part)
    return value == part


_OF_EVERY_NAMESPACE = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
_FOLLOWERS = frozenset({"Event", "Endpoints", "EndpointSlice", "Pod", "ReplicaSet", "ControllerRevision", "Lease"})
"""Kinds that others bring along; their owner is what counts."""


def _require_empty(reader: ClusterReader, action: Action) -> None:
    """A namespace that the plan created is only deleted with nothing of anybody's inside.

    Raises:
        ForeignChange: there is something.
    """
    if not isinstance(action, Delete) or action.target.kind != "Namespace":
        return
    for kind in reader.kinds():
        if not kind.namespaced or "list" not in kind.verbs or kind.kind in _FOLLOWERS or "metrics" in kind.api_version:
            continue
        for each in reader.list(kind.api_version, kind.kind, action.target.name):
            ref = ObjectRef.of(each)
            going = "deletionTimestamp" in each["metadata"]
            if (
                (ref.kind, ref.name) not in _OF_EVERY_NAMESPACE
                and not going
                and not each["metadata"].get("ownerReferences")
            ):
                raise ForeignChange(f"The namespace {action.target.name} holds {ref}; it is left as it is.")
