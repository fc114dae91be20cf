"""One scan a container of a workload: what it asks for, what it used, what it should ask for, and how sure that is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.quantities import cpu_text, memory_text, parse_quantity
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.rightsize import formulas
from kora.operations.rightsize.formulas import Settings, Severity
from kora.operations.rightsize.samples import Reading

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
RESOURCES = ("cpu", "memory")
SIDES = ("requests", "limits")
NOT_ENOUGH = "not enough data"


@dataclass(frozen=True)
class Scan:
    """One container. Values in cores and bytes; None means "none", so no limit or nothing to recommend."""

    workload: ObjectRef
    container: str
    pods: tuple[str, ...]
    hpa: str | None
    current: dict[str, dict[str, float | None]]
    recommended: dict[str, dict[str, float | None]]
    known: frozenset[str]
    """Resources for which there is a recommendation."""
    info: dict[str, str | None]
    readings: int = 0
    seconds: float = 0.0
    peak: dict[str, float] = field(default_factory=dict)
    confidence: str = "low"
    oom: bool = False

    def severity_of(self, side: str, resource: str) -> Severity:
        """Of one value."""
        if resource not in self.known:
            return Severity.UNKNOWN
        if self.oom and resource == "memory":
            return Severity.CRITICAL
        return formulas.severity(resource, self.current[side][resource], self.recommended[side][resource])

    @property
    def severity(self) -> Severity:
        """The worst of its values."""
        return formulas.worst([self.severity_of(side, each) for side in SIDES for each in RESOURCES])

    @property
    def changes(self) -> bool:
        """Whether the recommendation differs from what is."""
        return any(
            self.current[side][each] != self.recommended[side][each] for side in SIDES for each in sorted(self.known)
        )

    def as_json(self) -> dict[str, Any]:
        """KRR's shape, with what we know besides under `kora`."""
        shown = {
            side: {
                each: {
                    "value": self.recommended[side][each] if each in self.known else "?",
                    "severity": self.severity_of(side, each).value,
                }
                for each in RESOURCES
            }
            for side in SIDES
        }
        target = {
            "cluster": None,
            "name": self.workload.name,
            "container": self.container,
            "pods": [{"name": each, "deleted": False} for each in self.pods],
            "hpa": self.hpa,
            "namespace": self.workload.namespace,
            "kind": self.workload.kind,
            "allocations": {**self.current, "info": {}},
            "warnings": [],
        }
        kora = {
            "readings": self.readings,
            "seconds": round(self.seconds),
            "confidence": self.confidence,
            "peak": dict(self.peak),
        }
        return {
            "object": target,
            "recommended": {**shown, "info": dict(self.info)},
            "severity": self.severity.value,
            "metrics": {},
            "kora": kora,
        }


def text_of(resource: str, value: float | None) -> str:
    """A value as a manifest writes it; ``-`` for none."""
    if value is None:
        return "-"
    return cpu_text(value) if resource == "cpu" else memory_text(int(value))


def scan(graph: Graph, readings: Iterable[Reading], settings: Settings) -> list[Scan]:
    """A scan for every container of every workload that has pods, by namespace and name."""
    by_container: dict[tuple[str, str, str], list[Reading]] = defaultdict(list)
    for each in readings:
        by_container[each.namespace, each.pod, each.container].append(each)
    found = []
    for kind in KINDS:
        for workload in graph.all(kind):
            if graph.owner(workload) is None and dig(workload, "spec", "replicas") != 0:
                found += list(_of_workload(graph, workload, by_container, settings))
    return sorted(found, key=lambda each: (each.workload.namespace or "", each.workload.name, each.container))


def _of_workload(
    graph: Graph, workload: Manifest, readings: dict[tuple[str, str, str], list[Reading]], settings: Settings
) -> Iterator[Scan]:
    pods = [each for each in graph.pods_under(workload) if not dig(each, "metadata", "deletionTimestamp")]
    for container in dig(workload, "spec", "template", "spec", "containers") or ():
        by_pod = [found for pod in pods if (found := _mine(pod, container["name"], readings))]
        yield _of_container(graph, workload, container, pods, by_pod, settings)


def _mine(pod: Manifest, container: str, readings: dict[tuple[str, str, str], list[Reading]]) -> list[Reading]:
    return readings.get((namespace_of(pod) or "", name_of(pod), container), [])


def _of_container(
    graph: Graph,
    workload: Manifest,
    container: Manifest,
    pods: Sequence[Manifest],
    by_pod: list[list[Reading]],
    settings: Settings,
) -> Scan:
    current = {side: {each: _current(container, side, each) for each in RESOURCES} for side in SIDES}
    killed = _killed(pods, container["name"])
    scaler, scaled = _autoscaled(graph, workload)
    most = max((len(each) for each in by_pod), default=0)
    seconds = max(map(_span, by_pod), default=0.0)
    info: dict[str, str | None] = dict.fromkeys(RESOURCES)
    recommended: dict[str, dict[str, float | None]] = {side: dict.fromkeys(RESOURCES) for side in SIDES}
    known = set()
    enough = most >= settings.points_required
    for resource in RESOURCES:
        if not enough:
            info[resource] = f"{NOT_ENOUGH}: {most} of {settings.points_required} readings"
        elif resource in scaled:
            info[resource] = f"HPA {scaler} scales by it: other requests would change its decisions"
        else:
            known.add(resource)
    if "cpu" in known:
        values = [[each.cpu for each in pod] for pod in by_pod]
        recommended["requests"]["cpu"] = formulas.cpu_request(values, settings, current["requests"]["cpu"])
    if "memory" in known:
        values = [[each.memory for each in pod] for pod in by_pod]
        limit = current["limits"]["memory"]
        request = current["requests"]["memory"] or limit  # what is left out is taken from the limit
        killed_at = limit if killed else None
        request = formulas.memory_request(values, settings, request, killed_at)
        recommended["requests"]["memory"] = request
        # Each is cut by half at most, from where it is itself: a wide limit must not widen the request.
        recommended["limits"]["memory"] = max(request, formulas.memory_request(values, settings, limit, killed_at))
        if killed:
            info["memory"] = "OOMKilled lately: not below its limit"
    return Scan(
        workload=ObjectRef.of(workload),
        container=container["name"],
        pods=tuple(map(name_of, pods)),
        hpa=scaler,
        current=current,
        recommended=recommended,
        known=frozenset(known),
        info=info,
        readings=most,
        seconds=seconds,
        peak=_peak(by_pod),
        confidence=formulas.confidence(most, seconds, settings),
        oom=killed,
    )


def _current(container: Manifest, side: str, resource: str) -> float | None:
    found = parse_quantity(dig(container, "resources", side, resource))
    return None if found is None else float(found)


def _killed(pods: Sequence[Manifest], container: str) -> bool:
    """Whether a run of the container ended out of memory, as far as the pods remember."""
    for pod in pods:
        for status in dig(pod, "status", "containerStatuses") or ():
            ends = (dig(status, state, "terminated", "reason") for state in ("state", "lastState"))
            if status.get("name") == container and "OOMKilled" in ends:
                return True
    return False


def _autoscaled(graph: Graph, workload: Manifest) -> tuple[str | None, frozenset[str]]:
    """The autoscaler of a workload, and the resources by which it scales."""
    for scaler in graph.all("HorizontalPodAutoscaler", namespace_of(workload)):
        target = dig(scaler, "spec", "scaleTargetRef") or {}
        if (target.get("kind"), target.get("name")) == (workload["kind"], name_of(workload)):
            metrics = dig(scaler, "spec", "metrics") or [{"resource": {"name": "cpu"}}]
            names = [dig(each, kind, "name") for each in metrics for kind in ("resource", "containerResource")]
            return name_of(scaler), frozenset(each for each in names if each)
    return None, frozenset()


def _span(readings: Sequence[Reading]) -> float:
    moments = [datetime.fromisoformat(each.at) for each in readings]
    return (max(moments) - min(moments)).total_seconds() if moments else 0.0


def _peak(by_pod: Sequence[Sequence[Reading]]) -> dict[str, float]:
    every = [each for pod in by_pod for each in pod]
    if not every:
        return {}
    return {"cpu": max(each.cpu for each in every), "memory": max(each.memory for each in every)}
