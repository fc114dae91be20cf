"""Pods without a node: what they ask for, and what stands in the way on every node."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.domain.quantities import parse_quantity
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import pods, source, subject_of, where
from kora.operations.diagnose.fields import condition, dig, has_condition, matches, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, Key, claim_name
from kora.operations.diagnose.messages import Filter, scheduler_filters
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import (
    NO_REPAIR,
    TEMPLATE_PATHS,
    Repair,
    patch_command,
    previous_revision,
    replace_in_template,
    roll_back,
)

PLACEMENT = ("nodeSelector", "affinity", "topologySpreadConstraints")
REJECTED = {
    "OutOfcpu": "cpu",
    "OutOfmemory": "memory",
    "OutOfpods": "room for more pods",
    "OutOfephemeral-storage": "disk",
}


@detector
def scheduling(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Pods that the scheduler can't place."""
    for pod in pods(graph):
        if dig(pod, "spec", "nodeName") or dig(pod, "status", "phase") != "Pending":
            continue
        placed = condition(pod, "PodScheduled") or {}
        message = str(placed.get("message") or "")
        if placed.get("status") != "False" or placed.get("reason") != "Unschedulable":
            continue
        filters = scheduler_filters(message)
        if not filters:
            continue
        yield from _candidate(graph, pod, _decisive(graph, pod, filters), message)


def _decisive(graph: Graph, pod: Manifest, filters: list[Filter]) -> Filter:
    """The reason that stands between the pod and the nodes that would do. Some nodes lack a label and others have a
    taint: where a tainted one has all the labels that the pod wants, the taint is it."""
    first, earlier = filters[0], [each for each in filters if each.cause in ("NodeNotReady", "Unschedulable.Taint")]
    if first.cause != "Unschedulable.NodeSelector" or not earlier:
        return first
    wanted = _wanted(graph, pod)
    down = [each for each in earlier if each.cause == "NodeNotReady"]
    if wanted and down and not any(has_condition(node, "Ready") for node in wanted):
        return down[0]
    taints = [each for each in earlier if each.cause == "Unschedulable.Taint"]
    return taints[0] if wanted and taints else first


def _wanted(graph: Graph, pod: Manifest) -> list[Manifest]:
    """The nodes that the pod's selector and required node affinity choose, whatever their taints."""
    spec = pod["spec"]
    terms = dig(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    chosen = []
    for node in graph.all("Node"):
        labels, fields = dig(node, "metadata", "labels") or {}, {"metadata.name": name_of(node)}
        if matches({"matchLabels": spec.get("nodeSelector") or {}}, labels) and (
            not terms
            or any(
                matches({"matchExpressions": each.get("matchExpressions")}, labels)
                and matches({"matchExpressions": each.get("matchFields")}, fields)
                for each in terms
            )
        ):
            chosen.append(node)
    return chosen


def _selected(graph: Graph, pod: Manifest) -> bool:
    """Whether the node selector by itself leaves nodes, so that only the affinity rules can have ruled them out."""
    selector = dig(pod, "spec", "nodeSelector") or {}
    if not selector or not dig(pod, "spec", "affinity", "nodeAffinity"):
        return not selector
    return any(matches({"matchLabels": selector}, dig(node, "metadata", "labels") or {}) for node in graph.all("Node"))


def _tolerated(pod: Manifest, taint: Manifest) -> bool:
    """Whether one of the pod's tolerations covers the taint."""
    return any(
        (not each.get("key") or each["key"] == taint.get("key"))
        and (each.get("operator") == "Exists" or str(each.get("value") or "") == str(taint.get("value") or ""))
        and (not each.get("effect") or each["effect"] == taint.get("effect"))
        for each in dig(pod, "spec", "tolerations") or ()
    )


def _candidate(graph: Graph, pod: Manifest, decisive: Filter, message: str) -> Iterator[Candidate]:
    cause = decisive.cause
    if cause == "NodeNotReady":
        return  # the nodes' own detector says so, and reaches this pod (see `nodes`)
    if cause == "VolumeUnbound":
        yield from _absent_claims(graph, pod, message)
        return
    if cause == "Unschedulable.NodeSelector" and _selected(graph, pod):
        cause = "Unschedulable.Affinity"
    repair = roll_back(graph, pod) if _changed(graph, pod) else NO_REPAIR
    if repair == NO_REPAIR and cause == "Unschedulable.NodeSelector":
        repair = _other_selector(graph, pod)
    yield Candidate(
        cause=cause,
        subject=subject_of(graph, pod),
        symptoms=(ObjectRef.of(pod),),
        summary=f"{where(graph, pod)} finds no node: {_EXPLAIN[cause](graph, pod, decisive)}.",
        evidence=(Evidence(source=f"status of {source(pod)}", text=message[:400]), *repair.evidence),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


def _changed(graph: Graph, pod: Manifest) -> bool:
    """Whether the older revision asked for another place: going back helps only then."""
    revision = previous_revision(graph, graph.top(pod), pod)
    old, new = dig(revision.template if revision else None, "spec") or {}, pod["spec"]
    if not old:
        return False
    sizes = [[dig(each, "resources", "requests") or {} for each in spec.get("containers") or ()] for spec in (old, new)]
    return sizes[0] != sizes[1] or any(old.get(each) != new.get(each) for each in PLACEMENT)


def _resources(graph: Graph, pod: Manifest, decisive: Filter) -> str:
    match = re.search(r"Insufficient ([\w./-]+)", decisive.text)
    if match is None:
        return re.sub(r"^\d+ (?:node\(s\) )?", "", decisive.text)
    name = match[1]
    asked = [dig(each, "resources", "requests", name) for each in dig(pod, "spec", "containers") or ()]
    total = sum((value for each in asked if (value := parse_quantity(each)) is not None), Decimal(0))
    offers = [(parse_quantity(dig(node, "status", "allocatable", name)), node) for node in graph.all("Node")]
    largest = max((offer for offer, _ in offers if offer is not None), default=None)
    text = f"it requests {' + '.join(str(each) for each in asked if each)} of {name}"
    if largest is None:
        return f"{text}, and no node has that left"
    if total > largest:
        biggest = max(offers, key=lambda each: each[0] or 0)[1]
        return f"{text}, more than any node has (at most {dig(biggest, 'status', 'allocatable', name)})"
    return f"{text}, and no node has that left"


def _selector(graph: Graph, pod: Manifest, _decisive: Filter) -> str:
    wanted = dig(pod, "spec", "nodeSelector") or {}
    nodes = graph.all("Node")
    for key, value in wanted.items():
        values = {
            str((dig(node, "metadata", "labels") or {}).get(key))
            for node in nodes
            if key in (dig(node, "metadata", "labels") or {})
        }
        if value in values:
            continue
        if values:
            return f"no node has the label {key}={value}; there is {key}={', '.join(sorted(values)[:4])}"
        near = nearest(key, {label for node in nodes for label in dig(node, "metadata", "labels") or {}})
        return f"no node has the label {key}={value}" + (f"; there is a label {near}" if near else "")
    return "no single node has all the labels " + ", ".join(f"{key}={value}" for key, value in wanted.items())


def _other_selector(graph: Graph, pod: Manifest) -> Repair:
    """The selector that was nearly written and that a node meets: proposed, for a person knows which nodes were meant.
    Without one, the command that lets the pod run on any node; that is never carried out by itself."""
    workload = graph.top(pod)
    wanted = dig(pod, "spec", "nodeSelector") or {}
    nodes = [dig(node, "metadata", "labels") or {} for node in graph.all("Node")]
    meant = dict(_near_label(key, value, nodes) or (key, value) for key, value in wanted.items())
    if any(meant.items() <= labels.items() for labels in nodes):
        command = replace_in_template(workload, "/nodeSelector", meant)
        fact = f"a node has the labels {', '.join(f'{key}={value}' for key, value in sorted(meant.items()))}"
        return Repair(Care.PROPOSE, command, (Evidence(source="labels of nodes", text=fact),)) if command else NO_REPAIR
    root = TEMPLATE_PATHS.get(workload["kind"])
    absent = [key for key, value in wanted.items() if all(labels.get(key) != value for labels in nodes)]
    if root is None or not absent:
        return NO_REPAIR
    paths = [f"{root}/nodeSelector/{key.replace('~', '~0').replace('/', '~1')}" for key in absent]
    return Repair(Care.ESCALATE, patch_command(workload, *({"op": "remove", "path": each} for each in paths)))


def _near_label(key: str, value: str, nodes: Sequence[Mapping[str, str]]) -> tuple[str, str] | None:
    """The one label of nodes that `key`=`value` most likely stands for; itself when there is such a node."""
    if any(labels.get(key) == value for labels in nodes):
        return key, value
    values = {labels[key] for labels in nodes if key in labels}
    if values:
        near = nearest(value, values)
        return (key, near) if near else None
    other = nearest(key, {each for labels in nodes for each in labels})
    return (other, value) if other and any(labels.get(other) == value for labels in nodes) else None


def _taint(graph: Graph, pod: Manifest, decisive: Filter) -> str:
    nodes = _wanted(graph, pod)
    if "unschedulable" in decisive.text:
        cordoned = [name_of(node) for node in nodes if dig(node, "spec", "unschedulable")]
        return f"cordoned: {', '.join(cordoned)}" if cordoned else "the nodes are cordoned"
    taints = {
        f"{each.get('key')}={each.get('value', '')}:{each.get('effect')}"
        for node in nodes
        for each in dig(node, "spec", "taints") or ()
        if each.get("effect") != "PreferNoSchedule" and not _tolerated(pod, each)
    }
    return f"it does not tolerate the taints {', '.join(sorted(taints)) or decisive.text}"


def _affinity(_graph: Graph, pod: Manifest, decisive: Filter) -> str:
    kinds = ", ".join(sorted(dig(pod, "spec", "affinity") or {})) or "topologySpreadConstraints"
    words = re.sub(r"^\d+ node\(s\) ", "", decisive.text)
    return f"its rules ({kinds}) rule all nodes out: {words}"


_EXPLAIN: dict[str, Callable[[Graph, Manifest, Filter], str]] = {
    "Unschedulable.Resources": _resources,
    "Unschedulable.NodeSelector": _selector,
    "Unschedulable.Taint": _taint,
    "Unschedulable.Affinity": _affinity,
}


def _absent_claims(graph: Graph, pod: Manifest, message: str) -> Iterator[Candidate]:
    """Claims that a pod mounts and that nobody made; existing ones are judged by `volumes`."""
    namespace = namespace_of(pod)
    for volume in dig(pod, "spec", "volumes") or ():
        claim = claim_name(pod, volume)
        if claim is None or not graph.knows("PersistentVolumeClaim", namespace):
            continue
        if graph.find("PersistentVolumeClaim", namespace, claim) is not None:
            continue
        near = nearest(claim, (name_of(each) for each in graph.all("PersistentVolumeClaim", namespace)))
        repair = roll_back(graph, pod)
        yield Candidate(
            cause="VolumeUnbound",
            subject=ObjectRef(api_version="v1", kind="PersistentVolumeClaim", namespace=namespace, name=claim),
            symptoms=(subject_of(graph, pod), ObjectRef.of(pod)),
            summary=f"{where(graph, pod)} can't be placed: the claim {claim} that it mounts does not exist."
            + (f" {near} exists; was it meant?" if near else ""),
            evidence=(Evidence(source=f"status of {source(pod)}", text=message[:300]), *repair.evidence),
            verdict=repair.verdict,
            fix_command=repair.command,
        )


@detector
def refused_by_node(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Pods that a node itself turned away after they were bound to it."""
    for pod in pods(graph):
        reason = str(dig(pod, "status", "reason") or "")
        if dig(pod, "status", "phase") != "Failed" or reason not in (
            *REJECTED,
            "NodeAffinity",
            "SysctlForbidden",
            "AppArmor",
        ):
            continue
        cause = "Unschedulable.Resources" if reason in REJECTED else "SecurityContextDenied"
        if reason == "NodeAffinity":
            cause = "Unschedulable.Affinity"
        message = str(dig(pod, "status", "message") or reason)
        yield Candidate(
            cause=cause,
            subject=subject_of(graph, pod),
            symptoms=(ObjectRef.of(pod),),
            summary=f"{where(graph, pod)} was turned away by node {dig(pod, 'spec', 'nodeName')}: {message}",
            evidence=(Evidence(source=f"status of {source(pod)}", text=f"{reason}: {message}"),),
        )


def tainted_pods(graph: Graph) -> Iterator[tuple[Key, Manifest]]:
    """Pods that wait because nodes are not ready."""
    for pod in pods(graph):
        placed = condition(pod, "PodScheduled") or {}
        filters = scheduler_filters(str(placed.get("message") or "")) if placed.get("status") == "False" else []
        if filters and filters[0].cause == "NodeNotReady":
            yield ("Pod", namespace_of(pod), name_of(pod)), pod
