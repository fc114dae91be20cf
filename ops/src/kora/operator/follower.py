"""Following a cluster without looking after it: the operator's watches and looks, and nothing that writes.

`kora watch` is the front door. What is said about a finding here is only that it came or went; plans, records and
policies are the business of `reconciler`.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kora.cluster.port import ClusterReader
from kora.domain.findings import Finding
from kora.domain.objects import Manifest
from kora.kit import clock
from kora.kit.errors import KoraError, Unavailable
from kora.operations.diagnose import finding_json
from kora.operations.rightsize.samples import METRICS
from kora.operator.agenda import Agenda
from kora.operator.cached_reader import MemoryReader
from kora.operator.detection import Looker
from kora.operator.findings import Key
from kora.operator.metrics import Metrics
from kora.operator.mirror import Health, Mirror, Stream, streams_for
from kora.operator.watches import Source, Watches
from kora.policy.document import SYSTEM_NAMESPACES

SETTLE_SECONDS = 60.0
"""How long the first lists may take together."""
USAGE_SECONDS = 30.0
"""Readings of the metrics API count for so long; it can't be watched."""
PATIENCE = 20.0
"""Seconds for which a table whose watch broke still counts as known."""


@dataclass(frozen=True)
class Turn:
    """Something that a look brought. began: seen for the first time; ended: gone since the last look."""

    event: Literal["began", "ended"]
    finding: Finding
    first: bool
    """Whether it was there when the following began."""

    def as_json(self) -> dict[str, Any]:
        """One line of `kora watch --json`: the event, and the finding as `kora diagnose --json` has it."""
        return {"event": self.event, "at": clock.now().isoformat(), "first": self.first, **finding_json(self.finding)}


class Follower:
    """Follows `namespaces` (None: all but Kubernetes' own) until told to stop.

    on_note: told in words about what can't be read or broke.
    """

    def __init__(
        self,
        reader: ClusterReader,
        source: Source,
        namespaces: Sequence[str] | None,
        on_note: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._reader, self._on_note, self._named = reader, on_note, namespaces
        self._wake = threading.Event()
        self._agenda = Agenda()
        self._streams = streams_for(namespaces)
        self._mirror = Mirror(self._changed)
        self._watches = Watches(source, self._mirror, self._trouble)
        self._usage: dict[str | None, tuple[float, list[Manifest]]] = {}
        memory = MemoryReader(reader, self._mirror, self._covers, self._pods)
        self._looker = Looker(memory, _key, Metrics(), lambda space, error: on_note(f"{space}: {error.message}"))
        self._active: dict[Key, Finding] = {}

    @property
    def active(self) -> Mapping[Key, Finding]:
        """What is wrong, by the last look."""
        return self._active

    @property
    def looked_at(self) -> int:
        """Objects that the last looks went over."""
        return sum(self._looker.checked.values())

    def follow(self, stop: threading.Event, until: float | None = None) -> Iterator[list[Turn]]:
        """What every look brought that the one before had not; the first is given even when nothing is wrong.

        until: a moment of the monotonic clock at which it ends, after the first look at the earliest.

        Raises:
            Unavailable: the first lists did not come.
        """
        self._watches.want(self._streams)
        try:
            if not self._settle(stop):
                return
            first = True
            while not stop.is_set() and (first or until is None or clock.monotonic() < until):
                turns = self._look(first)
                if turns or first:
                    yield turns
                first = False
                left = 2.0 if until is None else min(2.0, until - clock.monotonic())
                self._wake.wait(max(0.0, self._agenda.wait(self._troubled(), clock.monotonic(), most=left)))
                self._wake.clear()
        finally:
            self._watches.stop()

    def _settle(self, stop: threading.Event) -> bool:
        began = clock.monotonic()
        while not self._mirror.settled(self._streams):
            if stop.wait(0.05):
                return False
            if clock.monotonic() - began > SETTLE_SECONDS:
                missing = [each for each in self._mirror.tables() if each.health in (Health.EMPTY, Health.BROKEN)]
                names = ", ".join(sorted(str(each.stream) for each in missing)[:3])
                raise Unavailable(f"The cluster did not list {names} within {SETTLE_SECONDS:.0f} s.")
        refused = [each for each in self._mirror.tables() if each.health is Health.REFUSED]
        for each in sorted(refused, key=lambda table: str(table.stream)):
            self._on_note(f"{each.stream} can't be read, so what depends on it isn't seen: {each.reason}")
        return True

    def _look(self, everywhere: bool) -> list[Turn]:
        spaces = self._namespaces()
        self._agenda.keep(frozenset(spaces))
        self._looker.keep(frozenset(spaces))
        now = clock.monotonic()
        known = self._mirror.settled(self._streams, patience=PATIENCE)
        due = (spaces if everywhere else self._agenda.due(self._troubled(), now)) if known else []
        self._looker.look(due)
        for each in due:
            self._agenda.looked(each, clock.monotonic())
        before, self._active = self._active, self._looker.findings()
        came = [self._active[key] for key in sorted(self._active.keys() - before.keys())]
        went = [before[key] for key in sorted(before.keys() - self._active.keys())]
        return [Turn("ended", each, False) for each in went] + [Turn("began", each, everywhere) for each in came]

    def _namespaces(self) -> list[str]:
        if self._named is not None:
            return list(self._named)
        spaces = next(each for each in self._streams if each.read.kind == "Namespace")
        return [name for each in self._mirror.items(spaces) if self._covers(name := each["metadata"]["name"])]

    def _covers(self, namespace: str) -> bool:
        return namespace in self._named if self._named is not None else namespace not in SYSTEM_NAMESPACES

    def _troubled(self) -> frozenset[str]:
        return frozenset(space for space, _id in self._active)

    def _changed(self, _stream: Stream, item: Manifest) -> None:
        self._agenda.changed((item.get("metadata") or {}).get("namespace"), clock.monotonic())
        self._wake.set()

    def _trouble(self, stream: Stream, what: str) -> None:
        table = self._mirror.table(stream)
        if table is not None and table.health is Health.BROKEN:
            self._on_note(f"Watching {stream}: {what}")

    def _pods(self, namespace: str | None) -> list[Manifest]:
        at, items = self._usage.get(namespace, (float("-inf"), []))
        if clock.monotonic() - at >= USAGE_SECONDS:
            try:
                items = self._reader.list(METRICS, "PodMetrics", namespace)
            except KoraError as error:
                if namespace not in self._usage:
                    self._on_note(f"Usage of pods is not known: {error.message}")
            self._usage[namespace] = clock.monotonic(), items
        return items


def _key(finding: Finding) -> Key:
    return finding.objects[0].namespace or "", finding.id
