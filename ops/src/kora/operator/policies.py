"""Which policy holds in which namespace. Pure: from AgentPolicy objects to answers.

Of several policies that cover a namespace the narrowest wins (one that names it before one that means all, fewer names
before more), among equals the more careful one. A pause of any of them holds. A policy that can't be read and may have
meant a namespace leaves it observed. Without a policy a namespace is not read at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.risk import Autonomy
from kora.kit.errors import Misconfigured
from kora.policy.document import SYSTEM_NAMESPACES, Capabilities, PolicyDocument, parse, seconds


@dataclass(frozen=True)
class Held:
    """One AgentPolicy as it was read. document: None when it is not valid; `problem` says why."""

    ref: ObjectRef
    generation: int
    document: PolicyDocument | None
    problem: str = ""
    named: tuple[str, ...] = ()
    """The namespaces that its scope names, also when the rest of it is not valid."""

    def covers(self, namespace: str) -> bool:
        """Whether its scope takes the namespace in."""
        return namespace in self.named if self.named else namespace not in SYSTEM_NAMESPACES

    def rank(self, namespace: str | None = None) -> tuple[int, int, int, str]:
        """Narrower first, then more careful (in `namespace`, which the policy may give a level of its own)."""
        level = self.document.autonomy.for_namespace(namespace).rank if self.document else 0
        return (0 if self.named else 1, len(self.named), level, str(self.ref))


def read_policy(manifest: Manifest) -> Held:
    """An AgentPolicy object, valid or not."""
    ref = ObjectRef.of(manifest)
    generation = int((manifest.get("metadata") or {}).get("generation") or 0)
    try:
        document = parse(manifest, str(ref))
    except Misconfigured as error:
        scope = (manifest.get("spec") or {}).get("scope")
        names = scope.get("namespaces") if isinstance(scope, dict) else None
        named = tuple(map(str, names)) if isinstance(names, list) else ()
        return Held(ref, generation, None, error.message, named)
    return Held(ref, generation, document, "", tuple(document.scope.namespaces))


class Coverage:
    """All policies together."""

    def __init__(
        self, manifests: Iterable[Manifest] = (), given: Sequence[str] = (), most: Autonomy = Autonomy.AUTONOMOUS
    ) -> None:
        """given: the only namespaces that may be looked after at all; empty for any. most: the highest level that has
        effect, whatever a policy says."""
        self.most = most
        self.given = frozenset(given)
        self.policies = tuple(sorted(map(read_policy, manifests), key=Held.rank))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coverage) and (self.policies, self.given) == (other.policies, other.given)

    def __hash__(self) -> int:
        return hash(self.policies)

    @cached_property
    def named(self) -> tuple[str, ...] | None:
        """The namespaces that are read; None when a policy means all but Kubernetes' own."""
        valid = [each for each in self.policies if each.document is not None]
        if any(not each.named for each in valid):
            return tuple(sorted(filter(self.covers, self.given))) if self.given else None
        return tuple(sorted({name for each in valid for name in each.named if self._may(name)}))

    def _may(self, namespace: str) -> bool:
        return not self.given or namespace in self.given

    def covers(self, namespace: str) -> bool:
        """Whether the namespace is read at all."""
        return self._may(namespace) and any(each.document and each.covers(namespace) for each in self.policies)

    def held(self, namespace: str) -> Held | None:
        """The policy that holds in a namespace."""
        if not self._may(namespace):
            return None
        here = [each for each in self.policies if each.document is not None and each.covers(namespace)]
        return min(here, key=lambda each: each.rank(namespace), default=None)

    def document(self, namespace: str) -> PolicyDocument | None:
        """What holds in a namespace, all told; None when no policy covers it."""
        held = self.held(namespace)
        if held is None or held.document is None:
            return None
        document, here = self._capped(held.document), [each for each in self.policies if each.covers(namespace)]
        if any(each.document is not None and each.document.paused for each in here):
            document = document.model_copy(update={"paused": True})
        if any(each.document is None for each in here):
            observed = document.autonomy.model_copy(update={"level": Autonomy.OBSERVE, "namespaces": {}})
            document = document.model_copy(update={"autonomy": observed})
        return document

    def _capped(self, document: PolicyDocument) -> PolicyDocument:
        """The document with no level above `most`."""
        given = document.autonomy

        def capped(level: Autonomy) -> Autonomy:
            return min(level, self.most, key=lambda each: each.rank)

        levels = {name: capped(each) for name, each in given.namespaces.items()}
        autonomy = given.model_copy(update={"level": capped(given.level), "namespaces": levels})
        return document.model_copy(update={"autonomy": autonomy})

    def capabilities(self, namespace: str) -> Capabilities | None:
        """What Kora does there at all; None where no policy holds."""
        document = self.document(namespace)
        return None if document is None else document.capabilities

    def watched(self, namespace: str) -> bool:
        """Whether its health is looked after (``healthMonitoring``)."""
        found = self.capabilities(namespace)
        return found is not None and found.health_monitoring.enabled

    def reads_logs(self, namespace: str) -> bool:
        """Whether its logs are read (``logAnalysis``)."""
        found = self.capabilities(namespace)
        return found is not None and found.log_analysis.enabled

    def measured(self, namespace: str) -> float | None:
        """Seconds between two measurements of use (``resourceMonitoring``); None: it is not measured."""
        found = self.capabilities(namespace)
        wanted = found is not None and found.resource_monitoring.enabled
        return float(seconds(found.resource_monitoring.interval)) if found is not None and wanted else None

    def sized(self, namespace: str) -> float | None:
        """Seconds between two looks for better requests and limits (``resourceOptimization``); None: there are none."""
        found = self.capabilities(namespace)
        wanted = found is not None and found.resource_optimization.enabled
        return float(seconds(found.resource_optimization.interval)) if found is not None and wanted else None

    def level(self, namespace: str) -> Autonomy:
        """How far Kora may go in a namespace."""
        document = self.document(namespace)
        return Autonomy.OBSERVE if document is None else document.autonomy.for_namespace(namespace)
