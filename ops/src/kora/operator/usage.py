"""Samples of use on a slow clock. The metrics API can't be watched, so this is the operator's only question that
repeats: one list an interval and place, and only where a policy wants it (``resourceMonitoring``).
"""

import threading
from collections.abc import Callable
from pathlib import Path

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.operations.rightsize.samples import METRICS, SampleStore, readings_of
from kora.operator.logs import Log
from kora.operator.metrics import Metrics
from kora.operator.policies import Coverage
from kora.operator.sizing import STORE

WAKE_SECONDS = 5.0
"""How often the intervals of the policies are looked at; nothing is asked for then."""


class Usage:
    """The last readings of every place, and the samples on the volume."""

    def __init__(
        self, reader: ClusterReader, home: Path, covers: Callable[[str], bool], metrics: Metrics, log: Log
    ) -> None:
        self._reader, self._home, self._covers, self._metrics, self._log = reader, home, covers, metrics, log
        self._pods: dict[str, list[Manifest]] = {}
        self._asked: dict[str | None, float] = {}

    def pods(self, namespace: str | None) -> list[Manifest]:
        """PodMetrics as they were measured last."""
        if namespace is not None:
            return list(self._pods.get(namespace, ()))
        return [each for items in list(self._pods.values()) for each in items]

    def start(
        self, stop: threading.Event, coverage: Callable[[], Coverage], namespaces: Callable[[], list[str]]
    ) -> None:
        """Measure in a thread until `stop`. namespaces: those that are looked after."""

        def work() -> None:
            while not stop.wait(WAKE_SECONDS):
                self.measure(coverage(), namespaces())

        threading.Thread(target=work, name="usage", daemon=True).start()

    def measure(self, coverage: Coverage, namespaces: list[str]) -> None:
        """Ask for what is due: everything at once where a policy means all namespaces, else each by itself."""
        wanted = {
            each: every for each in namespaces if self._covers(each) and (every := coverage.measured(each)) is not None
        }
        for gone in [each for each in self._pods if each not in wanted]:
            del self._pods[gone]
        if coverage.named is None and wanted:
            places: list[tuple[str | None, float]] = [(None, min(wanted.values()))]
        else:
            places = list[tuple[str | None, float]](wanted.items())
        now = clock.monotonic()
        for space, every in places:
            if now - self._asked.get(space, float("-inf")) < every:
                continue
            self._asked[space] = now
            try:
                items = self._reader.list(METRICS, "PodMetrics", space)
            except KoraError as error:
                self._log.say(f"Usage can't be read: {error.message}", level="debug")
                continue
            self._take(coverage, wanted, items)

    def _take(self, coverage: Coverage, wanted: dict[str, float], items: list[Manifest]) -> None:
        by_space: dict[str, list[Manifest]] = {}
        for each in items:
            space = each["metadata"]["namespace"]
            if space in wanted:
                by_space.setdefault(space, []).append(each)
        self._pods = {**self._pods, **by_space}
        sized = [each for space, pods in by_space.items() if coverage.sized(space) is not None for each in pods]
        try:
            SampleStore(self._home, STORE).add([reading for each in sized for reading in readings_of(each)])
        except OSError as error:
            self._log.say(f"Samples can't be kept: {error.strerror}.", level="warning")
