"""One run: measure (now, earlier, or in Prometheus), then recommend."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kora.cluster.port import ClusterReader
from kora.helm.port import HelmEngine
from kora.kit.errors import KoraError
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal.releases import release_of
from kora.operations.plans.effects import World
from kora.operations.rightsize.applying import size_of, values_patch
from kora.operations.rightsize.formulas import Settings
from kora.operations.rightsize.result import Result
from kora.operations.rightsize.samples import Reading, SampleStore, from_prometheus, sample
from kora.operations.rightsize.scans import scan


def measure(
    reader: ClusterReader,
    namespaces: Sequence[str] | None,
    *,
    home: Path,
    times: int,
    every: float,
    history: bool = True,
    prometheus: str | None = None,
    told: Callable[[int, int], None] | None = None,
) -> tuple[list[Reading], tuple[str, ...]]:
    """The readings, and what went wrong without stopping it.

    Raises:
        NoMetrics: nothing measures. Retryable: what measures does not answer.
    """
    if prometheus is not None:
        return from_prometheus(prometheus, namespaces), ()
    fresh = sample(reader, namespaces, times=times, every=every, told=told or (lambda _number, _of: None))
    if not history:
        return fresh, ()
    store = SampleStore(home, reader.context)
    try:
        store.add(fresh)
        spaces = sorted({each.namespace for each in fresh})
        return list(dict.fromkeys([each for space in spaces for each in store.load(space)] + fresh)), ()
    except OSError as error:
        return fresh, (f"The readings could not be kept: {error.strerror}.",)


def recommend(
    reader: ClusterReader,
    namespaces: Sequence[str] | None,
    readings: Sequence[Reading],
    settings: Settings,
    *,
    errors: tuple[str, ...] = (),
    helm: HelmEngine | None = None,
    chart: Path | None = None,
) -> Result:
    """Scans of every workload, and the values patch when the chart is named.

    Raises:
        Retryable: the cluster does not answer.
    """
    graph = read_graph(reader, namespaces)
    result = Result(tuple(scan(graph, readings, settings)), settings, errors)
    managed = [
        each
        for each in result.changes
        if release_of(graph.find(each.workload.kind, each.workload.namespace, each.workload.name) or {})
    ]
    if chart is None or helm is None or not managed:
        return result
    values: dict[str, Any] = {}
    try:
        values = values_patch(World(reader, helm), [size_of(each) for each in managed], str(chart.resolve()))
    except KoraError as error:
        errors = (*errors, error.message)
    return Result(result.scans, settings, errors, values)
