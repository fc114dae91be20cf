"""Samples of use on a slow clock, and what right-sizing says about them. The metrics API can't be watched, so this is
the operator's only question that repeats: one list a minute and place, and only where a policy wants it.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from kora.cluster.client import KubernetesReader
from kora.domain.objects import Manifest
from kora.kit.errors import KoraError
from kora.operations.rightsize.samples import METRICS, SampleStore, readings_of
from kora.operator.counting import Metrics
from kora.operator.logs import Log
from kora.operator.policies import Coverage

EVERY_SECONDS = 60.0


class Usage:
    """The last readings of every place, and the samples on the volume."""

    def __init__(
        self, reader: KubernetesReader, home: Path, covers: Callable[[str], bool], metrics: Metrics, log: Log
    ) -> None:
        self._reader, self._home, self._covers, self._metrics, self._log = reader, home, covers, metrics, log
        self._pods: dict[str, list[Manifest]] = {}
        self._texts: dict[str, str] = {}

    def pods(self, namespace: str | None) -> list[Manifest]:
        """PodMetrics as they were measured last."""
        if namespace is not None:
            return list(self._pods.get(namespace, ()))
        return [each for items in list(self._pods.values()) for each in items]

    def says(self, namespace: str) -> str:
        """What right-sizing has to say about a namespace; empty while it has nothing."""
        return self._texts.get(namespace, "")

    def start(self, stop: threading.Event, coverage: Callable[[], Coverage]) -> None:
        """Measure in a thread until `stop`."""

        def work() -> None:
            while not stop.wait(EVERY_SECONDS):
                self.measure(coverage())

        threading.Thread(target=work, name="usage", daemon=True).start()

    def measure(self, coverage: Coverage) -> None:
        """One look at what policies want measured."""
        named = coverage.named
        spaces: list[str | None] = [None] if named is None else [each for each in named if self._wanted(coverage, each)]
        for space in spaces:
            try:
                items = self._reader.list(METRICS, "PodMetrics", space)
            except KoraError as error:
                self._log.say(f"Usage can't be read: {error.message}", level="debug")
                continue
            self._take(coverage, items)

    def _wanted(self, coverage: Coverage, namespace: str) -> bool:
        document = coverage.document(namespace)
        return document is not None and document.capabilities.resource_optimization.enabled and self._covers(namespace)

    def _take(self, coverage: Coverage, items: list[Manifest]) -> None:
        by_space: dict[str, list[Manifest]] = {}
        for each in items:
            space = each["metadata"]["namespace"]
            if self._wanted(coverage, space):
                by_space.setdefault(space, []).append(each)
        self._pods = {**self._pods, **by_space}
        try:
            store = SampleStore(self._home, "operator")
            store.add([reading for items in by_space.values() for each in items for reading in readings_of(each)])
        except OSError as error:
            self._log.say(f"Samples can't be kept: {error.strerror}.", level="warning")
