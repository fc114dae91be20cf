"""How far a repair reaches, so that two that have nothing to do with each other can be made side by side.

A repair owns what its finding is about and what it changes. Whatever trouble at those shows on (see `Graph.reach`) is
touched by it: a second repair that owns some of that would be verified while the ground under it moves. Going back with
a Helm release owns everything that comes from the release. Where a ResourceQuota counts, two rollouts could only both
have what is left for one, so there nothing is done side by side.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kora.domain.plans import HelmRollback, HelmUpgrade
from kora.operations.diagnose.graph import Key, key_of
from kora.operations.heal.case import Case, Treatment
from kora.operations.heal.releases import release_of
from kora.operations.plans.risks import target_of

Release = tuple[str, str]


@dataclass(frozen=True)
class Sphere:
    """What one repair owns and touches; keys are kind, namespace and name."""

    owned: frozenset[Key]
    touched: frozenset[Key]
    """Everything owned, and what trouble there shows on."""
    releases: frozenset[Release]
    """Helm releases that something owned comes from."""
    rewritten: frozenset[Release]
    """Those that are changed as a whole."""
    counted: frozenset[str | None]
    """Namespaces of the repair in which a quota counts."""


def sphere_of(case: Case, treatment: Treatment) -> Sphere:
    """The sphere of a treatment."""
    actions = [each.action for each in treatment.wishes]
    refs = {*case.finding.objects, treatment.target, *map(target_of, actions)}
    owned = frozenset(map(key_of, refs))
    lives = [live for ref in refs if (live := case.live(ref)) is not None]
    spaces = {ref.namespace for ref in refs}
    return Sphere(
        owned=owned,
        touched=case.graph.reach(owned),
        releases=frozenset(found for live in lives if (found := release_of(live)) is not None),
        rewritten=frozenset(
            (each.release, each.namespace) for each in actions if isinstance(each, HelmRollback | HelmUpgrade)
        ),
        counted=frozenset(each for each in spaces if case.graph.all("ResourceQuota", each)),
    )


class Claims:
    """Spheres of the repairs that are under way in one place, whoever carries them out."""

    def __init__(self) -> None:
        self._lock, self._held = threading.Lock(), list[Sphere]()

    @contextmanager
    def alone(self) -> Iterator[list[Sphere]]:
        """The list, for one at a time to look at and add to."""
        with self._lock:
            yield self._held

    def release(self, spheres: Iterable[Sphere]) -> None:
        """These repairs have ended."""
        with self._lock:
            for each in spheres:
                self._held.remove(each)


def apart(one: Sphere, other: Sphere) -> bool:
    """Whether both can be under way at the same time without disturbing each other."""
    return not (
        one.owned & other.touched
        or other.owned & one.touched
        or one.rewritten & (other.releases | other.rewritten)
        or other.rewritten & one.releases
        or one.counted & other.counted
    )
