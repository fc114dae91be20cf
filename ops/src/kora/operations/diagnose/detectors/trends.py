"""What still works but not well: restarts that add up, a CPU limit that is always reached."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.domain.quantities import parse_quantity
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import (
    Container,
    all_containers,
    containers,
    log_source,
    source,
    subject_of,
    where,
)
from kora.operations.diagnose.detectors.crashes import is_crashing
from kora.operations.diagnose.fields import dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.probe import Probe

MANY = 3
HOUR = 3600.0
_BOOT_SECONDS = 90.0
_OTHERS = 2  # other workloads that started anew at the same time
THROTTLED = Decimal("0.9")


@detector
def restarts(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Containers that run now, but restarted at least three times and lately."""
    for container in all_containers(graph):
        if container.running_since is None or container.restarts < MANY or is_crashing(container):
            continue
        if container.since_exit is None or container.since_exit > HOUR or not _often(container):
            continue
        if not _came_with_its_node(container):
            yield _restart(container, probe)


def _often(container: Container) -> bool:
    """At least one restart in two hours, over the pod's life: a few long ago do not count."""
    lived = container.graph.age(_started(container.pod)) / HOUR
    return container.restarts >= MANY * max(1.0, lived / 24)


def _came_with_its_node(container: Container) -> bool:
    """Whether the newest restart was one of the node: the node became ready, or other workloads there started, about
    when this container did. That says nothing about the container."""
    graph, began = container.graph, container.running_since
    if began is None:
        return False
    place, own = dig(container.pod, "spec", "nodeName"), subject_of(graph, container.pod)
    node = graph.find("Node", None, place) if place else None
    ready: Manifest = next(
        (each for each in dig(node, "status", "conditions") or () if each.get("type") == "Ready"), {}
    )
    became = instant(ready.get("lastTransitionTime"))
    if became is not None and abs((began - became).total_seconds()) < _BOOT_SECONDS:
        return True
    others = {
        subject_of(graph, each.pod)
        for each in all_containers(graph)
        if each.restarts
        and each.running_since is not None
        and abs((each.running_since - began).total_seconds()) < _BOOT_SECONDS
        and dig(each.pod, "spec", "nodeName") == place
    }
    return len(others - {own}) >= _OTHERS


def _started(pod: Manifest) -> datetime | None:
    return instant(dig(pod, "status", "startTime"))


def _restart(container: Container, probe: Probe) -> Candidate:
    graph, pod = container.graph, container.pod
    ended = container.last or {}
    reading = probe.log(pod, container.name, previous=True)
    shown = (Evidence(source=log_source(pod, container.name), text=reading.error),) if reading.error else ()
    text = (
        f"{container.restarts} restarts; the last run ended with {ended.get('reason')}, exit code"
        f" {ended.get('exitCode')}"
    )
    return Candidate(
        cause="RestartTrend",
        subject=subject_of(graph, pod),
        detail=container.name,
        symptoms=(ObjectRef.of(pod),),
        summary=f"{container.label[:1].upper()}{container.label[1:]}{where(graph, pod)} restarts often: {text}.",
        evidence=(Evidence(source=f"status of {source(pod, container.name)}", text=text), *shown),
    )


@detector
def throttling(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Containers whose CPU usage stands at their limit, by the metrics API."""
    for metrics in graph.all("PodMetrics"):
        pod = graph.find("Pod", namespace_of(metrics), name_of(metrics))
        if pod is None or dig(pod, "metadata", "deletionTimestamp"):
            continue
        usage = {
            each.get("name"): parse_quantity(dig(each, "usage", "cpu")) for each in metrics.get("containers") or ()
        }
        for container in containers(graph, pod):
            limit, used = parse_quantity(dig(container.spec, "resources", "limits", "cpu")), usage.get(container.name)
            if limit and used is not None and used >= limit * THROTTLED:
                yield _throttled(container, used, limit)


def _throttled(container: Container, used: Decimal, limit: Decimal) -> Candidate:
    graph, pod = container.graph, container.pod
    text = f"uses {used * 1000:.0f}m of its CPU limit of {limit * 1000:.0f}m"
    return Candidate(
        cause="CpuThrottled",
        subject=subject_of(graph, pod),
        detail=container.name,
        symptoms=(ObjectRef.of(pod),),
        summary=f"{container.label[:1].upper()}{container.label[1:]}{where(graph, pod)} {text}, so the kernel"
        f" slows it down.",
        evidence=(Evidence(source=f"metrics {name_of(pod)}/{container.name}", text=text),),
    )
