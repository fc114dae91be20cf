"""What each workload uses of processor and memory (metrics API) against what its pods request and may use at most."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest
from kora.domain.quantities import cpu_text, memory_text, parse_quantity
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.health import workloads
from kora.operations.diagnose.reading import read_graph

_ENDED = ("Succeeded", "Failed")


class Resource(NamedTuple):
    """One resource of one workload, summed over its running pods: cores or bytes. `used` is None without metrics,
    `request` and `limit` when some container has none (then there is no bound)."""

    used: Decimal | None
    request: Decimal | None
    limit: Decimal | None

    def as_json(self) -> dict[str, float | None]:
        """For programs."""
        return {name: None if value is None else float(value) for name, value in self._asdict().items()}


class Usage(NamedTuple):
    """One workload."""

    namespace: str
    workload: str
    pods: int
    cpu: Resource
    memory: Resource

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "namespace": self.namespace,
            "workload": self.workload,
            "pods": self.pods,
            "cpu": self.cpu.as_json(),
            "memory": self.memory.as_json(),
        }

    def line(self) -> str:
        """For people."""
        cpu = " / ".join("-" if each is None else cpu_text(each) for each in self.cpu)
        memory = " / ".join("-" if each is None else memory_text(each) for each in self.memory)
        return f"{self.workload} -n {self.namespace}  cpu {cpu}  memory {memory}  (used / requested / limit)"


def usage_map(reader: ClusterReader, namespaces: Sequence[str] | None) -> list[Usage]:
    """The workloads of `namespaces` (None: all) that have running pods, by namespace and name.

    Raises: Retryable when the cluster does not answer.
    """
    return usage_rows(read_graph(reader, namespaces))


def usage_rows(graph: Graph) -> list[Usage]:
    """The same for a graph that is already there."""
    rows = [_row(graph, each) for each in workloads(graph)]
    return sorted((row for row in rows if row.pods), key=lambda row: (row.namespace, row.workload))


def _row(graph: Graph, item: Manifest) -> Usage:
    pods = [
        each
        for each in graph.pods_under(item)
        if dig(each, "status", "phase") not in _ENDED and not dig(each, "metadata", "deletionTimestamp")
    ]
    return Usage(
        namespace=namespace_of(item) or "",
        workload=f"{item['kind'].lower()}/{name_of(item)}",
        pods=len(pods),
        cpu=_resource(graph, pods, "cpu"),
        memory=_resource(graph, pods, "memory"),
    )


def _resource(graph: Graph, pods: list[Manifest], name: str) -> Resource:
    running = [each for pod in pods for each in dig(pod, "spec", "containers") or ()]
    measured = [
        parse_quantity(dig(each, "usage", name))
        for pod in pods
        for each in dig(graph.find("PodMetrics", namespace_of(pod), name_of(pod)), "containers") or ()
    ]
    known = [each for each in measured if each is not None]
    return Resource(
        used=sum(known, Decimal(0)) if known else None,
        request=_sum([dig(each, "resources", "requests", name) for each in running]),
        limit=_sum([dig(each, "resources", "limits", name) for each in running]),
    )


def _sum(texts: list[Any]) -> Decimal | None:
    found = [parse_quantity(each) for each in texts]
    known = [each for each in found if each is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(found) else None
