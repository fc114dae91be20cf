"""The workspace of one request: objects as the steps so far leave them, and the actions that lead there.

Several steps may touch one object ("set the image and add a label"), or one that an earlier step creates; their edits
are gathered here so that the plan holds each object once, in the order of the first mention.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Apply, Delete, Evidence, Patch, Postcondition, Restart, Rollback, Scale
from kora.kit.merge_patch import difference
from kora.operations.ask.binding import Binder
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.plans.make import Wish
from kora.operations.plans.risks import target_of

Handler = Callable[["Workspace", Any], None]
HANDLERS: dict[str, Handler] = {}


def handles(intent: str) -> Callable[[Handler], Handler]:
    """Register what makes wishes of an intent."""

    def add(handler: Handler) -> Handler:
        HANDLERS[intent] = handler
        return handler

    return add


@dataclass
class _Edited:
    ref: ObjectRef
    live: Manifest | None
    wanted: Manifest
    reasons: list[str]
    evidence: list[Evidence]


class Workspace:
    """See the module."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self.commands: list[str] = []
        self.goals: list[str] = []
        self.notes: list[str] = []
        self.postconditions: list[Postcondition] = []
        self.guess = False
        """Whether a step rests on a likeness, so that a person has to see the plan."""
        self.judged: set[ObjectRef] = set()
        """What `postconditions` speak for; whatever else is changed is judged by its kind."""
        self._order: list[_Edited | Wish] = []
        self._edited: dict[ObjectRef, _Edited] = {}
        binder.on_slip = self._read_as

    def _read_as(self, said: str, name: str) -> None:
        """A name was read as another that is one slip away: the plan says so, and a person sees it."""
        self.guess = True
        self.notes.append(f"“{said}” is read as {name}: nothing here is called {said}.")

    @property
    def reader(self) -> ClusterReader:
        """The cluster."""
        return self.binder.reader

    def ref(self, item: Manifest) -> ObjectRef:
        """The reference to a bound object."""
        return ObjectRef.of(item)

    def current(self, item: Manifest) -> Manifest:
        """The object as the steps so far leave it."""
        edited = self._edited.get(self.ref(item))
        return edited.wanted if edited else item

    def touched(self) -> set[ObjectRef]:
        """What the steps so far change."""
        acted = {target_of(each.action) for each in self._order if isinstance(each, Wish)}
        return acted | set(self._edited)

    def created(self) -> list[Manifest]:
        """Objects that earlier steps of the request create."""
        return [each.wanted for each in self._edited.values() if each.live is None]

    def edit(
        self, item: Manifest, change: Callable[[Manifest], None], reason: str, evidence: Sequence[Evidence] = ()
    ) -> None:
        """Change an object by a function; merged with what other steps do to it."""
        ref = self.ref(item)
        if ref not in self._edited:
            self._edited[ref] = _Edited(ref, item, copy.deepcopy(item), [], [])
            self._order.append(self._edited[ref])
        entry = self._edited[ref]
        self.judged.discard(ref)
        change(entry.wanted)
        entry.reasons.append(reason)
        entry.evidence.extend(evidence)

    def create(self, manifest: Manifest, reason: str) -> None:
        """Add a new object.

        Raises: ChangeImpossible when one of that name is there.
        """
        ref = ObjectRef.of(manifest)
        if ref in self._edited or self._exists(ref):
            raise ChangeImpossible(f"There is a {ref} already. Nothing was changed.", fix=f"kubectl get {ref}")
        self._edited[ref] = _Edited(ref, None, manifest, [reason], [])
        self._order.append(self._edited[ref])

    def act(self, action: Action, reason: str, evidence: Sequence[Evidence] = ()) -> None:
        """Add an action of its own: scale, restart, roll back, delete."""
        target = getattr(action, "target", None)
        entry = self._edited.get(target) if target is not None else None
        if entry is not None and entry.live is None and isinstance(action, Scale):
            entry.wanted["spec"]["replicas"] = action.replicas
            return
        if target is not None:
            self.judged.discard(target)
        self._order.append(Wish(action, reason, tuple(evidence)))

    def wishes(self) -> list[Wish]:
        """The steps of the plan, in order."""
        found: list[Wish] = []
        for each in self._order:
            if isinstance(each, Wish):
                found.append(each)
                continue
            action: Action
            if each.live is None:
                action = Apply(manifest=each.wanted)
            else:
                patch = difference(each.live, each.wanted)
                if not patch:
                    continue
                action = Patch(target=each.ref, patch=patch, strategy="merge")
            found.append(Wish(action, "; ".join(each.reasons), tuple(each.evidence)))
        return found

    def _exists(self, ref: ObjectRef) -> bool:
        return self.reader.get(ref) is not None

    def expect(self, refs: Iterable[ObjectRef], conditions: Sequence[Postcondition]) -> None:
        """What must hold of these objects afterwards, in place of what their kinds are judged by, unless another step
        changes them too."""
        self.judged.update(refs)
        self.postconditions += [each for each in conditions if each not in self.postconditions]

    def tell(self, goal: str, *commands: str) -> None:
        """Note what a step does, in words and as kubectl commands."""
        self.goals.append(goal)
        self.commands.extend(commands)


def template_of(item: Manifest) -> Manifest:
    """The pod template of a workload, wherever it stands.

    Raises: ChangeImpossible for an object without one.
    """
    spec = item.get("spec") or {}
    if item["kind"] == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    if item["kind"] == "Pod":
        return item
    template = spec.get("template")
    if not isinstance(template, dict):
        raise ChangeImpossible(f"{ObjectRef.of(item)} has no pods of its own.")
    return template


def containers_of(item: Manifest) -> list[Manifest]:
    """The containers of a workload's pods."""
    found: list[Manifest] = template_of(item)["spec"].setdefault("containers", [])
    return found


def container_of(item: Manifest, name: str | None) -> Manifest:
    """One container: the named one, or the only one.

    Raises: ChangeImpossible with the names.
    """
    containers = containers_of(item)
    names = [each["name"] for each in containers]
    if name is None and len(containers) == 1:
        return containers[0]
    for each in containers:
        if each["name"] == name:
            return each
    what = f"no container {name!r}" if name else "several containers"
    raise ChangeImpossible(
        f"{ObjectRef.of(item)} has {what}; it has {', '.join(names)}. Nothing was changed.", fix="Say which container."
    )


__all__ = [
    "HANDLERS",
    "Delete",
    "Restart",
    "Rollback",
    "Workspace",
    "container_of",
    "containers_of",
    "handles",
    "template_of",
]
