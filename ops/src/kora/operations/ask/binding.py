"""From what a person called an object to the object: exact names first, then words of names, then labels.

A change needs exactly one candidate, in the namespace that was said (or the context's): anything else becomes a
question with the candidates. A question may look further, because it does no harm.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.language.intents import Target
from kora.language.kinds import WORKLOAD_KINDS
from kora.language.targets import WORKLOAD
from kora.language.vocabulary import one_apart
from kora.operations.ask.errors import TargetAmbiguous, TargetMissing
from kora.operations.ask.filtering import select, spoken_conditions
from kora.operations.ask.objects import Objects
from kora.operations.diagnose.fields import dig, name_of, namespace_of, nearest

ANY_KIND = (
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "CronJob",
    "Job",
    "Pod",
    "Service",
    "Ingress",
    "ConfigMap",
    "Secret",
    "PersistentVolumeClaim",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "ServiceAccount",
)
"""Where a name without a kind is looked for, likeliest first."""
_LABELS = (
    "app.kubernetes.io/name",
    "app.kubernetes.io/component",
    "app.kubernetes.io/instance",
    "app",
    "component",
    "tier",
    "k8s-app",
    "name",
    "role",
)
_SLIGHT = frozenset(
    ["a", "an", "the", "my", "our", "this", "that", "main", "new", "old", "whole", "entire", "little", "big"]
)
"""Words that may stand before a name and say nothing that an answer would have to look at."""
_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})


class Binder(Objects):
    """Binds targets on one cluster."""

    def __init__(self, reader: ClusterReader, namespace: str | None = None, choices: Mapping[str, str] | None = None):
        """`namespace`: the one of ``-n``. `choices`: answers to earlier questions, phrase → ``kind/namespace/name``."""
        super().__init__(reader)
        self.given = namespace
        self._choices = dict(choices or {})
        self.passed_over: list[str] = []
        """Words of a question's description that named nothing, while others did."""
        self.on_slip: Callable[[str, str], None] | None = None
        """Told of a name that is one slip from that of the one object that can be meant; without anybody to tell it is
        missing."""

    def afresh(self) -> "Binder":
        """The same binder, which reads everything anew."""
        return Binder(self.reader, self.given, self._choices)

    # --- places ------------------------------------------------------------------------------------------------

    def space(self, target: Target) -> str | None:
        """The namespace to look in; None for all of them."""
        if target.all_namespaces:
            return None
        return target.namespace or self.given or self.reader.namespace

    def require_space(self, name: str) -> None:
        """Raises: TargetMissing when there is no such namespace."""
        if self.reader.get(ObjectRef(api_version="v1", kind="Namespace", name=name)) is None:
            known = [name_of(each) for each in self.reader.list("v1", "Namespace")]
            near = nearest(name, known)
            hint = f" Was {near} meant?" if near else ""
            raise TargetMissing(f"There is no namespace {name}.{hint}", fix="kubectl get namespaces")

    # --- one object ---------------------------------------------------------------------------------------------

    def one(self, target: Target, kinds: Sequence[str]) -> Manifest:
        """The one object that is meant.

        Raises: TargetMissing, TargetAmbiguous.
        """
        found = self.several(target, kinds)
        if len(found) > 1:
            raise self._ambiguous(target, found)
        return found[0]

    def several(self, target: Target, kinds: Sequence[str], *, exact: bool = False) -> list[Manifest]:
        """The objects that are named (one for each name), or all that were asked for with "all" or labels.

        exact: only whole names count, and only where they were looked for (deletions).

        Raises: TargetMissing, TargetAmbiguous.
        """
        space = self.space(target)
        if space is not None and target.namespace:
            self.require_space(space)
        wanted = self._kinds(target, kinds)
        if target.names or target.phrase:
            asked = target.names or (target.phrase or "",)
            found = [self._named(each, target, wanted, space, exact or bool(target.names), exact) for each in asked]
        elif target.every or target.labels or target.where:
            found = self._all(target, wanted, space)
        else:
            raise TargetMissing(
                f"Which {_spoken(target.kind)}? No name was said.", fix="Name it, such as deployment/web."
            )
        return self._narrowed(target, found, wanted, space)

    def _narrowed(
        self, target: Target, found: list[Manifest], kinds: Sequence[str], space: str | None
    ) -> list[Manifest]:
        """Without what was excluded, and with what the conditions hold for now.

        Raises: TargetMissing when an exception names nothing, or nothing is left.
        """
        if target.excluding:
            pool = [each for kind in kinds for each in self.every(kind, space)]
            left_out = {id(each) for said in target.excluding for each in self._excepted(said, pool, space)}
            found = [each for each in found if id(each) not in left_out]
        kept = select(self, found, target.where)
        if not kept:
            why = f" ({spoken_conditions(target.where)})" if target.where else ""
            names = ", ".join(name_of(each) for each in found[:5])
            looked = f"; looked at: {names}" if names else ""
            raise TargetMissing(f"Nothing fits that description{why}{_where(space)}{looked}. Nothing was changed.")
        return kept

    def _by_words(self, said: str, pool: Sequence[Manifest]) -> list[Manifest]:
        """For questions alone: the objects that single words of a phrase name, when the whole phrase names none. What
        is in the cluster tells which word was the name; the others are kept in `passed_over`."""
        words = said.split()
        for length in range(len(words) - 1, 0, -1):
            for at in range(len(words) - length + 1):
                part = " ".join(words[at : at + length])
                found = matching(part, pool) if len(part) >= 3 else []
                if found:
                    self.passed_over += [each for each in (*words[:at], *words[at + length :]) if each not in _SLIGHT]
                    return found
        return []

    def _excepted(self, said: str, pool: Sequence[Manifest], space: str | None) -> list[Manifest]:
        found = matching(said, pool)
        if not found:
            raise TargetMissing(f"There is no {said!r} to leave out{_where(space)}. Nothing was changed.")
        return found

    def _kinds(self, target: Target, kinds: Sequence[str]) -> tuple[str, ...]:
        if target.kind is None:
            return tuple(kinds)
        if target.kind == WORKLOAD:
            return tuple(each for each in kinds if each in WORKLOAD_KINDS) or tuple(kinds)
        assert target.kind is not None
        return (target.kind,) if target.kind in kinds else tuple(kinds)

    def _all(self, target: Target, kinds: Sequence[str], space: str | None) -> list[Manifest]:
        found = [each for kind in kinds for each in self.every(kind, space, target.labels)]
        if not found:
            raise TargetMissing(f"There are no {_spoken(target.kind)}s like that{_where(space)}.")
        return found

    def _named(
        self, said: str, target: Target, kinds: Sequence[str], space: str | None, exact: bool, near_only: bool
    ) -> Manifest:
        chosen = self._choices.get(said)
        if chosen is not None:
            kind, namespace, name = chosen.split("/", 2)
            live = self.reader.get(self.ref(kind, namespace or None, name))
            if live is not None and kind in kinds:
                return live | {"apiVersion": self.api_version(kind)[0], "kind": kind}
        pool = [each for kind in kinds for each in self.every(kind, space, target.labels)]
        found = matching(said, pool, exact=exact)
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise self._ambiguous(target, found, said)
        elsewhere = self._elsewhere(said, target, kinds, exact) if space is not None and not target.namespace else []
        if self.given is None and not near_only and not pool and _is_sole(said, target, elsewhere):
            return elsewhere[0]
        if elsewhere and self.given is None:
            raise self._ambiguous(target, elsewhere, said, missing_in=space)
        names = [name_of(each) for each in pool]
        near = nearest(said, names)
        if near is not None and not near_only and self.on_slip is not None and _slipped(said, near):
            self.on_slip(said, near)
            return next(each for each in pool if name_of(each) == near)
        what = _spoken(target.kind) if target.kind else " or ".join(_spoken(kind) for kind in kinds[:3])
        hint = f" Was {near} meant?" if near else (f" There are: {', '.join(sorted(set(names))[:8])}." if names else "")
        look = f"kubectl get {kinds[0].lower()}" + (f" -n {space}" if space else " -A")
        raise TargetMissing(f"There is no {what} {said!r}{_where(space)}.{hint}", fix=look)

    def _elsewhere(self, said: str, target: Target, kinds: Sequence[str], exact: bool) -> list[Manifest]:
        pool = [each for kind in kinds for each in self.every(kind, None, target.labels)]
        return matching(said, [each for each in pool if namespace_of(each) not in _SYSTEM], exact=exact)

    def _ambiguous(
        self, target: Target, found: Iterable[Manifest], said: str | None = None, *, missing_in: str | None = None
    ) -> TargetAmbiguous:
        refs = [ObjectRef.of(each) for each in found]
        shown = ", ".join(str(each) for each in refs[:10])
        phrase = said or target.phrase or "that"
        start = (
            f"There is no {phrase!r} in namespace {missing_in}; elsewhere: " if missing_in else f"{phrase!r} could be: "
        )
        candidates = [{"kind": each.kind, "namespace": each.namespace, "name": each.name} for each in refs]
        return TargetAmbiguous(
            f"{start}{shown}. Nothing was changed.",
            fix="Say which one, such as deployment/web in namespace shop, or use -n.",
            details={"phrase": phrase, "candidates": candidates},
        )

    # --- for questions ------------------------------------------------------------------------------------------

    def find(self, target: Target, kinds: Sequence[str], *, anywhere: bool = True) -> list[Manifest]:
        """Everything that could be meant, best level first; everywhere when the namespace at hand has nothing (not for
        changes: `anywhere` false). Never raises but for a namespace that is not there."""
        space = self.space(target)
        if space is not None and target.namespace:
            self.require_space(space)
        asked = target.names or ((target.phrase,) if target.phrase else ())
        wanted = self._kinds(target, kinds) if target.kind in kinds or target.kind in (None, WORKLOAD) else tuple(kinds)
        wider = anywhere and not target.namespace and self.given is None
        for place in dict.fromkeys((space, None)) if wider else (space,):
            pool = [each for kind in wanted for each in self.every(kind, place, target.labels)]
            if not asked:
                return pool
            found = [each for said in asked for each in matching(said, pool)]
            if not found and anywhere:
                found = [each for said in asked for each in self._by_words(said, pool)]
            if found:
                return found
        return []


def _slipped(said: str, name: str) -> bool:
    """Whether a name of letters is another with one letter wrong, missing, doubled or swapped; numbers tell apart."""
    low = said.lower()
    return min(len(low), len(name)) >= 5 and low.isalpha() and name.isalpha() and one_apart(low, name)


def _is_sole(said: str, target: Target, elsewhere: Sequence[Manifest]) -> bool:
    """Whether a whole name was said that one object of the cluster has. The caller knows that the namespace at hand,
    which nobody named, holds nothing of the kind, so that it can't have been meant."""
    return said in target.names and len(elsewhere) == 1 and name_of(elsewhere[0]) == said


def matching(said: str, pool: Sequence[Manifest], *, exact: bool = False) -> list[Manifest]:
    """The objects that `said` names, at the best level that has any: the whole name; its words; labels; a part."""
    low = said.lower()
    words = [word for word in re.split(r"[\s._/-]+", low) if word]
    joined = {low, "-".join(words), "".join(words), "_".join(words)}
    whole = [each for each in pool if name_of(each).lower() in joined]
    if whole or exact:
        return whole
    levels: tuple[Callable[[Manifest], bool], ...] = (
        lambda each: low in _hosts(each),
        lambda each: set(words) <= set(re.split(r"[._-]+", name_of(each).lower())),
        lambda each: any((dig(each, "metadata", "labels") or {}).get(key, "").lower() in joined for key in _LABELS),
        lambda each: len(low) >= 3 and any(part in name_of(each).lower() for part in joined if len(part) >= 3),
    )
    for level in levels:
        found = [each for each in pool if level(each)]
        if found:
            return found
    return []


def _hosts(item: Manifest) -> set[str]:
    """The hosts that an Ingress serves."""
    return {str(each.get("host")).lower() for each in dig(item, "spec", "rules") or () if isinstance(each, dict)}


def _spoken(kind: str | None) -> str:
    return "object" if kind is None else kind.lower()


def _where(space: str | None) -> str:
    return f" in namespace {space}" if space else ""
