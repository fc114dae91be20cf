"""How far a memory limit may be raised after an out-of-memory kill: half as much again, within every bound there is."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from kora.domain.objects import Manifest
from kora.domain.quantities import memory_text, parse_quantity
from kora.operations.diagnose.fields import dig, has_condition, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.policy.document import ResourceOptimization

FACTOR = Decimal("1.5")
LEAST_GAIN = Decimal("1.1")
"""A raise by less than a tenth is not worth a restart."""
MEBI = 2**20


class Raise(NamedTuple):
    """A new limit, and what kept it from being higher (empty: nothing)."""

    value: str
    bound: str = ""


class Bound(NamedTuple):
    """The most that something allows, in bytes."""

    most: Decimal
    name: str


def raised(graph: Graph, workload: Manifest, container: Manifest, settings: ResourceOptimization) -> Raise | str:
    """The next memory limit of a container of `workload`; a sentence that says why there is none."""
    current = parse_quantity(dig(container, "resources", "limits", "memory"))
    if current is None or current <= 0:
        return "it has no memory limit, so the node itself ran short"
    bounds = sorted(_bounds(graph, workload, container, current, settings))
    wanted = current * FACTOR
    lowest = bounds[0] if bounds and bounds[0].most < wanted else None
    value = _whole(lowest.most if lowest else wanted)
    if value < current * LEAST_GAIN:
        name = lowest.name if lowest else "rounding"
        return f"its limit of {memory_text(current)} can't be raised: {name}"
    return Raise(memory_text(value), lowest.name if lowest else "")


def _whole(size: Decimal) -> Decimal:
    """Down to whole mebibytes, so that no bound is broken."""
    return Decimal(int(size) // MEBI * MEBI)


def _bounds(
    graph: Graph, workload: Manifest, container: Manifest, current: Decimal, settings: ResourceOptimization
) -> Iterator[Bound]:
    yield Bound(current * Decimal(str(settings.max_memory_factor)), "the policy's maxMemoryFactor")
    if (most := parse_quantity(settings.max_memory)) is not None:
        yield Bound(most, f"the policy allows at most {settings.max_memory}")
    yield from _limit_ranges(graph, workload, container)
    yield from _quotas(graph, workload, container, current)
    yield from _nodes(graph)


def _limit_ranges(graph: Graph, workload: Manifest, container: Manifest) -> Iterator[Bound]:
    request = parse_quantity(dig(container, "resources", "requests", "memory"))
    for limits in graph.all("LimitRange", namespace_of(workload)):
        for each in dig(limits, "spec", "limits") or ():
            most = parse_quantity(dig(each, "max", "memory"))
            name = f"LimitRange {limits['metadata']['name']} allows at most {dig(each, 'max', 'memory')} per"
            if most is not None and each.get("type") == "Container":
                yield Bound(most, f"{name} container")
            if most is not None and each.get("type") == "Pod":
                yield Bound(most - _others(workload, container), f"{name} pod")
            ratio = parse_quantity(dig(each, "maxLimitRequestRatio", "memory"))
            if ratio is not None and request is not None and each.get("type") == "Container":
                yield Bound(ratio * request, f"LimitRange {limits['metadata']['name']} bounds limit to request")


def _others(workload: Manifest, container: Manifest) -> Decimal:
    """The limits of the other containers of the pod."""
    found = (
        parse_quantity(dig(each, "resources", "limits", "memory"))
        for each in dig(workload, "spec", "template", "spec", "containers") or ()
        if each["name"] != container["name"]
    )
    return sum((each for each in found if each is not None), Decimal(0))


def _quotas(graph: Graph, workload: Manifest, container: Manifest, current: Decimal) -> Iterator[Bound]:
    names = ["limits.memory"]
    if dig(container, "resources", "requests", "memory") is None:
        names += ["requests.memory", "memory"]  # a request that is left out is as large as the limit
    replicas = _pods(workload)
    surge = _surge(workload, replicas)
    for quota in graph.all("ResourceQuota", namespace_of(workload)):
        for name in names:
            hard = parse_quantity(dig(quota, "status", "hard", name))
            used = parse_quantity(dig(quota, "status", "used", name))
            if hard is None or used is None:
                continue
            room = max(hard - used, Decimal(0))
            text = f"ResourceQuota {quota['metadata']['name']} has {memory_text(room)} of {name} left"
            yield Bound(current + room / replicas, text)
            if surge:
                yield Bound(room / surge - _others(workload, container), f"{text} for the pods of the rollout")


def _pods(workload: Manifest) -> int:
    if workload["kind"] == "DaemonSet":
        return max(1, int(dig(workload, "status", "desiredNumberScheduled") or 1))
    return max(1, int(dig(workload, "spec", "replicas") or 1))


def _surge(workload: Manifest, replicas: int) -> int:
    """Pods more than wanted while a Deployment rolls out (the API's default is a quarter, rounded up)."""
    if workload["kind"] != "Deployment" or dig(workload, "spec", "strategy", "type") == "Recreate":
        return 0
    most = dig(workload, "spec", "strategy", "rollingUpdate", "maxSurge")
    text = "25%" if most is None else str(most)
    if text.endswith("%"):
        return -(-replicas * int(text[:-1]) // 100)
    return int(text)


def _nodes(graph: Graph) -> Iterator[Bound]:
    sizes = [
        size
        for node in graph.all("Node")
        if has_condition(node, "Ready") and (size := parse_quantity(dig(node, "status", "allocatable", "memory")))
    ]
    if sizes:
        yield Bound(max(sizes), f"no node has more than {memory_text(max(sizes))}")
