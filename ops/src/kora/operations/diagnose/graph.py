"""The objects of one reading, indexed, with the edges between them.

`reading.read_graph` fills it; the detectors ask it. A graph never changes and never talks to the cluster. Edges that
carry trouble upwards (pod → owner → service → ingress, workload → autoscaler, claim → pod, node → pod) are followed by
`reach`, which is how `select` knows that one cause explains another's symptom.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from kora.domain.objects import Manifest, ObjectRef
from kora.operations.diagnose.fields import dig, instant, matches, name_of, namespace_of
from kora.operations.diagnose.kinds import API_VERSIONS, CLUSTER_KINDS

Key = tuple[str, str | None, str]
"""Kind, namespace, name."""


def key_of(item: Manifest | ObjectRef) -> Key:
    """The key of a full object or of a reference."""
    if isinstance(item, ObjectRef):
        return item.kind, item.namespace, item.name
    return item["kind"], namespace_of(item), name_of(item)


def ref_to(kind: str, namespace: str | None, name: str) -> ObjectRef:
    """A reference by kind and name, for objects that may be absent."""
    namespace = None if kind in CLUSTER_KINDS else namespace
    return ObjectRef(api_version=API_VERSIONS[kind], kind=kind, namespace=namespace, name=name)


class Graph:
    """What was read at `now`, in `namespaces` (None: all of them)."""

    def __init__(
        self,
        objects: Iterable[Manifest],
        *,
        now: datetime,
        namespaces: Iterable[str] | None = None,
        unreadable: dict[str, str] | None = None,
    ):
        self.now = now
        self.namespaces = None if namespaces is None else frozenset(namespaces)
        self.unreadable = unreadable or {}
        """Kinds that could not be listed, with the reason; nothing may be concluded from their absence."""
        self._by_key: dict[Key, Manifest] = {}
        self._by_kind: dict[str, list[Manifest]] = defaultdict(list)
        self._by_uid: dict[str, Manifest] = {}
        self._children: dict[str, list[Manifest]] = defaultdict(list)
        self._events: dict[str, list[Manifest]] = defaultdict(list)
        for item in objects:
            self._add(item)
        for events in self._events.values():
            events.sort(key=event_time, reverse=True)

    def _add(self, item: Manifest) -> None:
        if item["kind"] == "Event":
            about = item.get("involvedObject") or {}
            self._events[about.get("uid") or _about(about)].append(item)
            return
        self._by_key[key_of(item)] = item
        self._by_kind[item["kind"]].append(item)
        if uid := dig(item, "metadata", "uid"):
            self._by_uid[uid] = item
        for owner in dig(item, "metadata", "ownerReferences") or ():
            self._children[owner.get("uid", "")].append(item)

    # --- objects -----------------------------------------------------------------------------------------------

    def all(self, kind: str, namespace: str | None = None) -> list[Manifest]:
        """Every object of a kind, in one namespace or in all that were read."""
        items = self._by_kind.get(kind, [])
        return [each for each in items if namespace is None or namespace_of(each) == namespace]

    def find(self, kind: str, namespace: str | None, name: str) -> Manifest | None:
        """One object; None when it was not read."""
        return self._by_key.get((kind, None if kind in CLUSTER_KINDS else namespace, name))

    def by_uid(self, uid: str) -> Manifest | None:
        """The object with this uid; None when it was not read."""
        return self._by_uid.get(uid)

    def knows(self, kind: str, namespace: str | None = None) -> bool:
        """Whether the absence of an object of this kind (in this namespace) proves that it does not exist."""
        if kind in self.unreadable:
            return False
        return namespace is None or kind in CLUSTER_KINDS or self.covers(namespace)

    def covers(self, namespace: str) -> bool:
        """Whether the namespace was read."""
        return self.namespaces is None or namespace in self.namespaces

    def checked(self) -> dict[str, int]:
        """How many objects of each kind were looked at."""
        return {kind: len(items) for kind, items in sorted(self._by_kind.items()) if items}

    # --- ownership ---------------------------------------------------------------------------------------------

    def owner(self, item: Manifest) -> Manifest | None:
        """The controller of an object, when it was read."""
        for each in dig(item, "metadata", "ownerReferences") or ():
            owner = self._by_uid.get(each.get("uid", ""))
            if owner and each.get("controller", True) and owner["kind"] != "Node":  # static pods name their node
                return owner
        return None

    def owners(self, item: Manifest) -> list[Manifest]:
        """The chain of controllers, nearest first."""
        chain: list[Manifest] = []
        owner = self.owner(item)
        while owner is not None and owner not in chain:
            chain.append(owner)
            owner = self.owner(owner)
        return chain

    def top(self, item: Manifest) -> Manifest:
        """What a person would act on: the outermost controller, or the object itself."""
        return ([item, *self.owners(item)])[-1]

    def children(self, item: Manifest, kind: str | None = None) -> list[Manifest]:
        """The objects that this one owns directly."""
        owned = self._children.get(dig(item, "metadata", "uid") or "-", [])
        return [each for each in owned if kind is None or each["kind"] == kind]

    def pods_under(self, item: Manifest) -> list[Manifest]:
        """All pods below a workload, through any number of owners."""
        if item["kind"] == "Pod":
            return [item]
        return [pod for child in self.children(item) for pod in self.pods_under(child)]

    # --- selection ---------------------------------------------------------------------------------------------

    def selected(self, service: Manifest) -> list[Manifest]:
        """The pods that a Service selects, terminating ones left out."""
        selector = dig(service, "spec", "selector")
        if not selector:
            return []
        wanted = {"matchLabels": selector}
        return [
            pod
            for pod in self._pods_by_namespace.get(namespace_of(service), [])
            if matches(wanted, dig(pod, "metadata", "labels")) and not dig(pod, "metadata", "deletionTimestamp")
        ]

    @cached_property
    def _pods_by_namespace(self) -> dict[str | None, list[Manifest]]:
        pods: dict[str | None, list[Manifest]] = defaultdict(list)
        for pod in self._by_kind.get("Pod", []):
            pods[namespace_of(pod)].append(pod)
        return pods

    def ready_addresses(self, service: Manifest) -> int:
        """Ready addresses in the EndpointSlices of a Service."""
        count = 0
        for each in self._slices.get((namespace_of(service), name_of(service)), []):
            for endpoint in each.get("endpoints") or ():
                if dig(endpoint, "conditions", "ready") is not False:
                    count += len(endpoint.get("addresses") or ())
        return count

    @cached_property
    def _slices(self) -> dict[tuple[str | None, str], list[Manifest]]:
        slices: dict[tuple[str | None, str], list[Manifest]] = defaultdict(list)
        for each in self._by_kind.get("EndpointSlice", []):
            service = (dig(each, "metadata", "labels") or {}).get("kubernetes.io/service-name")
            if service:
                slices[namespace_of(each), service].append(each)
        return slices

    # --- events ------------------------------------------------------------------------------------------------

    def events(self, item: Manifest, *reasons: str, within: float | None = None) -> list[Manifest]:
        """Events about exactly this object (by uid), newest first; `within` seconds before `now`."""
        found = self._events.get(dig(item, "metadata", "uid") or "-", [])
        if not found:
            found = self._events.get(_about({**item.get("metadata", {}), "kind": item["kind"]}), [])
        return [
            each
            for each in found
            if (not reasons or each.get("reason") in reasons)
            and (within is None or self.age(event_time(each)) <= within)
        ]

    def age(self, moment: datetime | None) -> float:
        """Seconds since a moment; 0 when it is not known."""
        return 0.0 if moment is None else (self.now - moment).total_seconds()

    # --- how trouble spreads -----------------------------------------------------------------------------------

    def reach(self, start: Iterable[Key]) -> frozenset[Key]:
        """Every object that trouble at `start` shows on."""
        seen: set[Key] = set()
        queue = list(start)
        while queue:
            key = queue.pop()
            if key not in seen:
                seen.add(key)
                queue.extend(self._carries.get(key, ()))
        return frozenset(seen)

    @cached_property
    def _carries(self) -> dict[Key, list[Key]]:
        edges: dict[Key, list[Key]] = defaultdict(list)
        for lower, upper in self._edges():
            edges[lower].append(upper)
        return edges

    def _edges(self) -> Iterator[tuple[Key, Key]]:
        for items in self._by_kind.values():
            for item in items:
                if owner := self.owner(item):
                    yield key_of(item), key_of(owner)
        for service in self.all("Service"):
            for pod in self.selected(service):
                yield key_of(pod), key_of(service)
            for workload in self._workloads_selected(service):
                yield key_of(workload), key_of(service)
        for ingress in self.all("Ingress"):
            for name in backend_services(ingress):
                yield ("Service", namespace_of(ingress), name), key_of(ingress)
        for scaler in self.all("HorizontalPodAutoscaler"):
            target = dig(scaler, "spec", "scaleTargetRef") or {}
            yield (target.get("kind", ""), namespace_of(scaler), target.get("name", "")), key_of(scaler)
        yield from self._pod_edges()

    def _workloads_selected(self, service: Manifest) -> Iterator[Manifest]:
        # A workload whose pods could not even be created has none to carry the trouble to its service.
        selector = dig(service, "spec", "selector")
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
            for workload in self.all(kind, namespace_of(service)) if selector else ():
                labels = dig(workload, "spec", "template", "metadata", "labels")
                if matches({"matchLabels": selector}, labels):
                    yield workload

    def _pod_edges(self) -> Iterator[tuple[Key, Key]]:
        budgets = self.all("PodDisruptionBudget")
        for pod in self.all("Pod"):
            namespace = namespace_of(pod)
            if node := dig(pod, "spec", "nodeName"):
                yield ("Node", None, node), key_of(pod)
            for volume in dig(pod, "spec", "volumes") or ():
                if claim := claim_name(pod, volume):
                    yield ("PersistentVolumeClaim", namespace, claim), key_of(pod)
            for budget in budgets:
                selector = dig(budget, "spec", "selector")
                if namespace_of(budget) == namespace and matches(selector, dig(pod, "metadata", "labels")):
                    yield key_of(pod), key_of(budget)


def claim_name(pod: Manifest, volume: Manifest) -> str | None:
    """The claim behind a volume of a pod; generic ephemeral volumes have one too."""
    if claim := dig(volume, "persistentVolumeClaim", "claimName"):
        return str(claim)
    return f"{name_of(pod)}-{volume['name']}" if "ephemeral" in volume else None


def backend_services(ingress: Manifest) -> list[str]:
    """Names of the services that an Ingress sends requests to, each once."""
    return list(dict.fromkeys(backend["name"] for backend in ingress_backends(ingress)))


def ingress_backends(ingress: Manifest) -> list[Manifest]:
    """The ``service`` part of every backend of an Ingress, the default one first."""
    backends = [dig(ingress, "spec", "defaultBackend")]
    for rule in dig(ingress, "spec", "rules") or ():
        backends += [path.get("backend") for path in dig(rule, "http", "paths") or ()]
    return [each["service"] for each in backends if each and each.get("service")]


def event_time(event: Manifest) -> datetime:
    """When an event was seen last."""
    moments = (
        event.get("lastTimestamp"),
        dig(event, "series", "lastObservedTime"),
        event.get("eventTime"),
        event.get("firstTimestamp"),
        dig(event, "metadata", "creationTimestamp"),
    )
    return max((found for each in moments if (found := instant(each))), default=_EPOCH)


def _about(about: Manifest) -> str:
    return f"{about.get('kind')}/{about.get('namespace')}/{about.get('name')}"


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
