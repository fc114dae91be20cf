"""Nodes that are not ready, under pressure or gone, and pods that were evicted."""

from collections.abc import Iterator

from kora.domain.findings import Severity
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import is_ready, pods, source, subject_of, where
from kora.operations.diagnose.detectors.scheduling import tainted_pods
from kora.operations.diagnose.fields import condition, dig, instant, name_of
from kora.operations.diagnose.graph import Graph, ref_to
from kora.operations.diagnose.probe import Probe

PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")
EVICTION_RECENT = 3600.0


def _guests(graph: Graph, node: str) -> tuple[ObjectRef, ...]:
    return tuple(ObjectRef.of(pod) for pod in graph.all("Pod") if dig(pod, "spec", "nodeName") == node)


@detector
def nodes(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Nodes whose conditions are bad; when one namespace was asked for, only nodes that carry or keep out its pods."""
    waiting = [ObjectRef.of(pod) for _, pod in tainted_pods(graph)]
    for node in graph.all("Node"):
        guests = _guests(graph, name_of(node))
        if graph.namespaces is not None and not guests and not waiting:
            continue
        yield from _judge(graph, node, guests + tuple(waiting))


def _judge(graph: Graph, node: Manifest, guests: tuple[ObjectRef, ...]) -> Iterator[Candidate]:
    ready = condition(node, "Ready") or {}
    name = name_of(node)
    if ready.get("status") != "True":
        yield Candidate(
            cause="NodeNotReady",
            subject=ObjectRef.of(node),
            symptoms=guests,
            summary=f"Node {name} is not ready:"
            f" {ready.get('message') or ready.get('reason') or 'it has said nothing yet'}.",
            evidence=(Evidence(source=f"status of node {name}", text=_words(ready)),),
        )
        return
    for kind in PRESSURES:
        found = condition(node, kind) or {}
        if found.get("status") == "True":
            pressed = tuple(each for each in guests if not _well(graph, each))
            yield Candidate(
                cause="NodePressure",
                subject=ObjectRef.of(node),
                detail=kind,
                symptoms=pressed,
                summary=f"Node {name} reports {kind}: {found.get('message') or found.get('reason')}.",
                evidence=(Evidence(source=f"status of node {name}", text=_words(found)),),
            )


def _well(graph: Graph, ref: ObjectRef) -> bool:
    pod = graph.find("Pod", ref.namespace, ref.name)
    return pod is not None and is_ready(pod)


def _words(found: Manifest) -> str:
    return (
        f"{found.get('type', 'Ready')}={found.get('status')}: {found.get('reason')} {found.get('message') or ''}"
    ).strip()


@detector
def lost_nodes(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Pods bound to a node that does not exist any more."""
    if not graph.knows("Node"):
        return
    for pod in graph.all("Pod"):
        node = dig(pod, "spec", "nodeName")
        if (
            node
            and graph.find("Node", None, node) is None
            and dig(pod, "status", "phase") not in ("Succeeded", "Failed")
        ):
            yield Candidate(
                cause="NodeNotReady",
                subject=ref_to("Node", None, node),
                symptoms=(ObjectRef.of(pod),),
                summary=f"Node {node} does not exist any more, but pods are still bound to it.",
                evidence=(Evidence(source=source(pod), text=f"spec.nodeName is {node}; there is no such node"),),
            )


@detector
def evictions(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Pods that were evicted lately, or whose workload still lacks them."""
    for pod in graph.all("Pod"):
        if dig(pod, "status", "phase") != "Failed" or dig(pod, "status", "reason") != "Evicted":
            continue
        moment = instant(dig(condition(pod, "DisruptionTarget"), "lastTransitionTime")) or instant(
            dig(pod, "status", "startTime")
        )
        lacking = pod in list(pods(graph))
        if not lacking and graph.age(moment) > EVICTION_RECENT:
            continue
        message = str(dig(pod, "status", "message") or "Evicted")
        yield Candidate(
            cause="Evicted",
            subject=subject_of(graph, pod),
            symptoms=(ObjectRef.of(pod),),
            severity=Severity.WARNING,
            summary=f"A pod of {where(graph, pod)} was evicted: {message.strip()}",
            evidence=(Evidence(source=f"status of {source(pod)}", text=f"Evicted: {message.strip()}"),),
        )
