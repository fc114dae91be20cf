"""What a complaint is about, by what is there: the words of "users get errors when they open the shop" against the
names of the objects. Used by `fixing`; reads only.

A word counts when something is called so; what nothing is called is how people talk. A word that is nearly a name is
not guessed at, and what several namespaces hold is asked about: a cure must not reach what nobody spoke of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kora.domain.objects import Manifest, ObjectRef
from kora.language.intents import Fix
from kora.language.kinds import BY_KIND, WORKLOAD_KINDS
from kora.operations.ask.binding import ANY_KIND, Binder, matching
from kora.operations.ask.errors import TargetAmbiguous, TargetMissing
from kora.operations.ask.relations import related
from kora.operations.diagnose.fields import dig, name_of, namespace_of, nearest

_KINDS = tuple(dict.fromkeys((*WORKLOAD_KINDS, *ANY_KIND, "PodDisruptionBudget")))
_FRONTS = ("Service", "Ingress", "HorizontalPodAutoscaler")
"""What stands before a workload: who complains about one may mean the other."""
_SYSTEM = ("kube-", "ingress-")
_PART = 4
"""Letters that a part of a name needs before it counts."""


@dataclass(frozen=True)
class Meant:
    """What a complaint is about: objects of one namespace, or all of it."""

    items: tuple[Manifest, ...]
    space: str | None
    spared: tuple[Manifest, ...] = ()

    @property
    def what(self) -> str:
        """For people."""
        if self.items:
            return ", ".join(str(ObjectRef.of(each)) for each in self.items[:3])
        return f"namespace {self.space}" if self.space else "the cluster"


def meant_by(binder: Binder, complaint: Fix) -> Meant:
    """The objects that a complaint speaks of.

    Raises:
        TargetMissing: nothing is called so, or only nearly.
        TargetAmbiguous: things in several namespaces are.
    """
    space, said = _place(binder, complaint)
    mentions = [rest for each in complaint.mentions if (rest := _without(each, space))]
    items = _called(binder, mentions, space)
    if not items and not said:
        items = _called(binder, mentions, None)
        spaces = sorted({namespace_of(each) or "" for each in items})
        if len(spaces) > 1:
            raise TargetAmbiguous(
                f"{', '.join(mentions)!r} could be in: {', '.join(spaces[:8])}. Nothing was changed.",
                fix="Say the namespace, or use -n.",
            )
        space = spaces[0] if spaces else space
    if not items:
        _refuse_near(binder, mentions, space)
        items = _of_kind(binder, complaint.target.kind, space)
    if not items and not said:
        raise TargetMissing(
            f"It is not clear what is meant: nothing is called {' or '.join(map(repr, mentions)) or 'so'}{_in(space)}."
            " Nothing was changed.",
            fix="Name the object, such as deployment/web, or its namespace.",
        )
    spared = spared_by(binder, complaint.spared, space)
    left = [each for each in items if ObjectRef.of(each) not in {ObjectRef.of(one) for one in spared}]
    return Meant(tuple(_with_fronts(binder, left)), space, tuple(spared))


def spared_by(binder: Binder, names: Sequence[str], space: str | None) -> list[Manifest]:
    """What shall be left alone.

    Raises:
        TargetMissing: one of the names is nothing's.
    """
    found: list[Manifest] = []
    for name in names:
        bearing = _called(binder, [name], space)
        if not bearing:
            raise TargetMissing(f"There is no {name} to leave alone{_in(space)}. Nothing was changed.")
        found += bearing
    return found


def _place(binder: Binder, complaint: Fix) -> tuple[str | None, bool]:
    """The namespace, and whether it was said (not only the one at hand)."""
    if complaint.target.namespace:
        binder.require_space(complaint.target.namespace)
        return complaint.target.namespace, True
    known = {name_of(each) for each in binder.every("Namespace", None)}
    said = [each for each in dict.fromkeys((*complaint.places, *complaint.mentions)) if each in known]
    if binder.given is not None:
        return binder.given, True
    if len(said) > 1:
        only = [each for each in said if not _called(binder, [each], None)]
        if len(only) != 1:
            raise TargetAmbiguous(f"Several namespaces are spoken of: {', '.join(said)}. Nothing was changed.")
        said = only
    return (said[0], True) if said else (binder.reader.namespace, False)


def _called(binder: Binder, mentions: Sequence[str], space: str | None) -> list[Manifest]:
    """What bears one of the names: whole names before parts of names."""
    pool = [each for kind in _KINDS for each in binder.every(kind, space)]
    if space is None:
        pool = [each for each in pool if not (namespace_of(each) or "").startswith(_SYSTEM)]
    for exact in (True, False):
        found: dict[ObjectRef, Manifest] = {}
        for mention in mentions:
            for part in _parts(mention):
                hits = matching(part, pool, exact=exact) if exact or len(part) >= _PART else []
                found |= {ObjectRef.of(each): each for each in hits}
                if hits:
                    break
        if found:
            return list(found.values())
    return []


def _without(mention: str, space: str | None) -> str:
    return " ".join(word for word in mention.split() if word != space)


def _parts(mention: str) -> Iterator[str]:
    """The runs of words of a phrase, longest first."""
    words = mention.split()
    for length in range(len(words), 0, -1):
        for at in range(len(words) - length + 1):
            yield " ".join(words[at : at + length])


def _refuse_near(binder: Binder, mentions: Sequence[str], space: str | None) -> None:
    names = {name_of(each) for kind in (*WORKLOAD_KINDS, "Service", "Job") for each in binder.every(kind, space)}
    for word in (each for mention in mentions for each in mention.split()):
        if (near := nearest(word, names)) is not None:
            raise TargetMissing(f"There is no {word!r}{_in(space)}. Was {near} meant? Nothing was changed.")


def _of_kind(binder: Binder, kind: str | None, space: str | None) -> list[Manifest]:
    known = BY_KIND.get(kind or "")
    if kind is None or known is None or not known.namespaced:
        return []
    return list(binder.every(kind, space))


def _with_fronts(binder: Binder, items: Sequence[Manifest]) -> list[Manifest]:
    """The objects, what stands before them, and what an ingress or an autoscaler of theirs points at."""
    found = {ObjectRef.of(each): each for each in items}
    for item in items:
        space = namespace_of(item)
        for kind in _FRONTS:
            near = [each for each in binder.every(kind, space) if related(binder, each, item)]
            found |= {ObjectRef.of(each): each for each in near}
        if item["kind"] == "Ingress":
            near = [each for each in binder.every("Service", space) if related(binder, item, each)]
            found |= {ObjectRef.of(each): each for each in near}
        if item["kind"] == "HorizontalPodAutoscaler":
            aim = dig(item, "spec", "scaleTargetRef") or {}
            near = [each for each in binder.every(str(aim.get("kind")), space) if name_of(each) == aim.get("name")]
            found |= {ObjectRef.of(each): each for each in near if aim.get("kind") in WORKLOAD_KINDS}
    return list(found.values())


def _in(space: str | None) -> str:
    return f" in namespace {space}" if space else " in the cluster"
