"""Looking: one diagnosis a namespace, from memory, as often as the agenda says; the result of all of them together."""

from collections.abc import Callable, Iterable

from kora.domain.findings import Finding
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.operations.diagnose import diagnose_graph
from kora.operations.diagnose.probe import Lore, Probe
from kora.operations.diagnose.reading import read_graph
from kora.operator.cached_reader import MemoryReader
from kora.operator.findings import Key
from kora.operator.losses import Losses
from kora.operator.metrics import Metrics

PROBE_SECONDS = 8.0
"""How long one look may spend on questions that memory can't answer."""


class Looker:
    """The last result of every namespace that is looked at.

    key: where a finding lives. on_trouble: told when a look failed.
    """

    def __init__(
        self,
        reader: MemoryReader,
        key: Callable[[Finding], Key],
        metrics: Metrics,
        on_trouble: Callable[[str, KoraError], None],
    ) -> None:
        self._reader, self._key, self._metrics, self._on_trouble = reader, key, metrics, on_trouble
        self._lore: dict[str, Lore] = {}
        self._seen: dict[str, dict[Key, Finding]] = {}
        self._losses = Losses()
        self.checked: dict[str, int] = {}
        """Objects that the last look of each namespace went over."""

    def keep(self, namespaces: frozenset[str]) -> None:
        """Only these count from now on."""
        for table in (self._seen, self._lore):
            for name in table.keys() - namespaces:
                del table[name]
        self._losses.keep(namespaces)

    def look(self, namespaces: Iterable[str]) -> list[str]:
        """Look at these; gives those where it worked."""
        done = []
        for name in namespaces:
            began = clock.monotonic()
            try:
                graph = read_graph(self._reader, [name])
                report = diagnose_graph(graph, self._probe(name))
            except KoraError as error:
                self._on_trouble(name, error)
                continue
            finally:
                self._metrics.add("kora_looks_total")
                self._metrics.add("kora_look_seconds_total", clock.monotonic() - began)
            lost = self._losses.look(name, graph, report.findings, clock.monotonic())
            self._seen[name] = {self._key(each): each for each in (*report.findings, *lost)}
            self.checked[name] = sum(report.checked.values())
            done.append(name)
        return done

    def _probe(self, namespace: str) -> Probe:
        return Probe(self._reader, seconds=PROBE_SECONDS, lore=self._lore.setdefault(namespace, Lore()))

    def findings(self) -> dict[Key, Finding]:
        """Everything that is wrong, by the newest look of each namespace; what concerns the cluster once."""
        return {key: each for seen in self._seen.values() for key, each in seen.items()}

    def looked_at(self, namespace: str) -> bool:
        """Whether the namespace was looked at by this process."""
        return namespace in self._seen
