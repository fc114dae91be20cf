"""A short map of the workloads: how many pods are wanted and ready, restarts, age, and usage where it is measured."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.operations.diagnose.containers import containers, created, is_ready
from kora.operations.diagnose.fields import dig, has_condition, name_of, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.reading import read_graph

KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Pod")


class Row(NamedTuple):
    """One workload. `cpu` in cores and `memory` in bytes are None where there are no metrics."""

    namespace: str
    workload: str
    ready: int
    wanted: int
    restarts: int
    age_seconds: float
    cpu: Decimal | None
    memory: Decimal | None

    @property
    def well(self) -> bool:
        """Whether as many pods are ready as are wanted."""
        return self.ready >= self.wanted

    def cells(self) -> tuple[str, ...]:
        """For a table."""
        cpu = "-" if self.cpu is None else f"{self.cpu * 1000:.0f}m"
        memory = "-" if self.memory is None else f"{self.memory / 2**20:.0f}Mi"
        mark = "✓" if self.well else "✗"
        return (
            mark,
            self.namespace,
            self.workload,
            f"{self.ready}/{self.wanted}",
            str(self.restarts),
            _age(self.age_seconds),
            cpu,
            memory,
        )

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        shown = self._asdict() | {"healthy": self.well}
        return {key: float(value) if isinstance(value, Decimal) else value for key, value in shown.items()}


def health_map(reader: ClusterReader, namespaces: Sequence[str] | None) -> list[Row]:
    """The workloads of `namespaces` (None: all), those that are not well first."""
    return health_rows(read_graph(reader, namespaces))


def health_rows(graph: Graph) -> list[Row]:
    """The same for a graph that is already there."""
    return sorted(
        (_row(graph, each) for each in workloads(graph)), key=lambda row: (row.well, row.namespace, row.workload)
    )


def workloads(graph: Graph) -> list[Manifest]:
    """What a person would call a workload: the outermost controllers and lone pods that have not finished."""
    tops = [each for kind in KINDS for each in graph.all(kind) if _is_top(graph, each)]
    return [each for each in tops if not _finished(each)]


def _is_top(graph: Graph, item: Manifest) -> bool:
    owner = graph.owner(item)
    return owner is None or owner["kind"] == "CronJob"


def _finished(item: Manifest) -> bool:
    return has_condition(item, "Complete") or dig(item, "status", "phase") == "Succeeded"


def _row(graph: Graph, item: Manifest) -> Row:
    pods = [each for each in graph.pods_under(item) if not dig(each, "metadata", "deletionTimestamp")]
    usage = [dig(graph.find("PodMetrics", namespace_of(each), name_of(each)), "containers") for each in pods]
    cpu, memory = (_total(usage, name) for name in ("cpu", "memory"))
    restarts = sum(container.restarts for pod in pods for container in containers(graph, pod))
    return Row(
        namespace=namespace_of(item) or "",
        workload=f"{item['kind'].lower()}/{name_of(item)}",
        ready=_ready(item, pods),
        wanted=_wanted(item),
        restarts=restarts,
        age_seconds=round(graph.age(created(item))),
        cpu=cpu,
        memory=memory,
    )


def _wanted(item: Manifest) -> int:
    if item["kind"] == "DaemonSet":
        return int(dig(item, "status", "desiredNumberScheduled") or 0)
    if item["kind"] == "Job":
        return 0 if dig(item, "spec", "suspend") else 1
    replicas = dig(item, "spec", "replicas")
    return 1 if replicas is None else int(replicas)


def _ready(item: Manifest, pods: list[Manifest]) -> int:
    if item["kind"] == "Job":
        return int(dig(item, "status", "active") or 0)
    return sum(map(is_ready, pods))


def _total(usage: list[Any], resource: str) -> Decimal | None:
    found = [parse_quantity(dig(each, "usage", resource)) for pod in usage for each in pod or ()]
    known = [each for each in found if each is not None]
    return sum(known, Decimal(0)) if known else None


def _age(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f}{unit}"
    return f"{seconds:.0f}s"
