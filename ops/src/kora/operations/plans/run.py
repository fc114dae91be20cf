"""One process carrying out one plan: its record with the journal, and what the journal knows about each step."""

from dataclasses import dataclass

from kora.cluster.port import ClusterWriter
from kora.domain.objects import Manifest, ObjectRef, resource_version
from kora.domain.plans import Action, Patch, Rollback, Scale, Step
from kora.domain.progress import Progress, Report, silent
from kora.kit import clock
from kora.kit.canonical import content_hash
from kora.kit.errors import Conflict
from kora.operations.plans.content import content, content_digest
from kora.operations.plans.effects import World, fields_of
from kora.operations.plans.errors import PlanVoid
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import JournalEntry, PlanRecord, PlanStore

GONE_SECONDS = 30.0


@dataclass
class Run:
    """One process carrying out one plan, under the plan's lock."""

    world: World
    writer: ClusterWriter
    store: PlanStore
    record: PlanRecord
    report: Report = silent

    def save(self, record: PlanRecord) -> None:
        """Make it the record, durably."""
        self.record = self.store.save(record)

    def say(self, phase: str, text: str) -> None:
        """Tell who listens."""
        self.report(Progress(phase=phase, text=text, data={"plan": self.record.plan.id}))


def write_done(run: Run, number: int, step: Step, result: Manifest | None, text: str = "") -> None:
    """Journal that the step is done, and how its object looked right after it."""
    fields = _fields_digest(step.undo, result)
    run.save(
        run.record.write_down(
            "done",
            step=number,
            after=resource_version(result),
            uid=None if result is None else result["metadata"].get("uid"),
            content=content_digest(result),
            fields=fields,
            text=text,
        )
    )


def await_gone(world: World, ref: ObjectRef) -> None:
    """Wait until an object that is being deleted is really gone: its finalizers may take a moment, and no other of that
    name can be made before.

    Raises:
        Conflict: it is still there.
    """
    ends = clock.monotonic() + GONE_SECONDS
    while (live := world.live(ref)) is not None and "deletionTimestamp" in live["metadata"]:
        if clock.monotonic() > ends:
            raise Conflict(
                f"{ref} is still being deleted after {GONE_SECONDS:.0f} s.",
                fix="Something still uses it, or a finalizer holds it: look at its metadata.",
            )
        clock.sleep(0.5)


def require_undrifted(run: Run, ref: ObjectRef) -> Manifest | None:
    """The live object, if it is as the plan knows it: as observed, or as the plan's own last step left it.

    Raises:
        PlanVoid: somebody else changed it.
    """
    live = run.world.live(ref)
    for number in reversed(range(len(run.record.plan.steps))):
        entry = done_entry(run.record, number)
        if entry is not None and target_of(run.record.plan.steps[number].action) == ref:
            if content_digest(live) != entry.content:
                raise PlanVoid(f"{ref} was changed by somebody else while the plan was carried out.")
            return live
    observed = next(each for each in run.record.plan.observed if each.target == ref)
    version = resource_version(live)
    if version == observed.resource_version:
        return live
    uid = None if live is None else live["metadata"].get("uid")
    if live is not None and uid == observed.uid and content_digest(live) == observed.content:
        return live  # only its status moved
    what = "is gone" if live is None else "is there now" if observed.resource_version is None else "was changed"
    raise PlanVoid(
        f"{ref} {what} since the plan was made. Nothing of it was overwritten.",
        fix="Make the plan again: it will be computed from the cluster as it is now.",
    )


def done_entry(record: PlanRecord, number: int) -> JournalEntry | None:
    """The journal line that says that the step is done."""
    return next((each for each in record.journal if each.event == "done" and each.step == number), None)


def _fields_digest(undo: tuple[Action, ...], result: Manifest | None) -> str | None:
    """Digest of what the undo would overwrite; None when it overwrites nothing."""
    shapes = [shape for action in undo if (shape := undo_shape(action)) is not None]
    return None if result is None or not shapes else fields_digest(shapes[0], result)


def fields_digest(shape: Manifest, live: Manifest) -> str:
    """Digest of the fields that `shape` names, as `live` has them."""
    return content_hash(fields_of(shape, content(live)))


def undo_shape(action: Action) -> Manifest | None:
    """The fields that an undo action sets; None for those that create, delete or concern a release."""
    match action:
        case Patch(patch=patch):
            return patch
        case Scale():
            return {"spec": {"replicas": 0}}
        case Rollback():
            return {"spec": {"template": 0}}
    return None
