"""What is watched: one stream a kind and place. A stream is a table of objects that a watch keeps up to date.

`Stream` names it; `Table` holds it; `Mirror` is all tables of this process (`watches` fills, `cached_reader` reads).
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kora.cluster.port import WatchEvent
from kora.domain.objects import Manifest
from kora.kit import clock
from kora.operations.diagnose.kinds import READ_KINDS, ReadKind
from kora.operations.diagnose.reading import RELEASES, SECRETS
from kora.operator.sharing import Pool, resembling
from kora.operator.trimming import trim
from kora.policy.document import API_VERSION, SYSTEM_NAMESPACES

UNWATCHED = frozenset({"PodMetrics"})
"""Kinds that no server can watch; they are asked for on a slow clock, and only where a policy wants it."""
FEW_EVENTS = 500
"""Events after which equal parts are sought at the earliest."""
OWN_KINDS = ("AgentPolicy", "Finding", "RemediationPlan", "Approval")


@dataclass(frozen=True)
class Stream:
    """One list-and-watch: `namespace` None is the whole cluster (for namespaced kinds: but Kubernetes' own)."""

    read: ReadKind
    namespace: str | None = None

    @property
    def name(self) -> str:
        """The kind, or the kind and what is special about it."""
        return f"{self.read.kind}:releases" if self.read is RELEASES else self.read.kind

    @property
    def fields(self) -> str | None:
        """The field selector that goes to the server."""
        parts = [self.read.fields] if self.read.fields else []
        if self.read.namespaced and self.namespace is None and self.read.api_version != API_VERSION:
            parts += [f"metadata.namespace!={each}" for each in SYSTEM_NAMESPACES]
        return ",".join(parts) or None

    def __str__(self) -> str:
        return f"{self.name} in {self.namespace or 'the cluster'}"


def own_streams(namespaces: Sequence[str] | None) -> tuple[Stream, ...]:
    """Kora's own kinds in `namespaces` (None: everywhere)."""
    spaces: Sequence[str | None] = (None,) if namespaces is None else tuple(namespaces)
    return tuple(Stream(ReadKind(API_VERSION, kind, True), space) for kind in OWN_KINDS for space in spaces)


def streams_for(namespaces: Sequence[str] | None, *, secrets: bool = True, cluster: bool = True) -> frozenset[Stream]:
    """Everything that a diagnosis of `namespaces` (None: all) looks at; with what belongs to the whole cluster or
    without."""
    spaces: Sequence[str | None] = (None,) if namespaces is None else tuple(namespaces)
    kinds = [each for each in READ_KINDS if each.kind not in UNWATCHED] + ([SECRETS, RELEASES] if secrets else [])
    found = [Stream(kind, space) for kind in kinds if kind.namespaced for space in spaces]
    return frozenset([*found, *(Stream(kind) for kind in kinds if cluster and not kind.namespaced)])


class Health(StrEnum):
    """Whether a table can be relied on."""

    EMPTY = "empty"  # nothing was listed yet
    LIVE = "live"
    BROKEN = "broken"  # it was good once; the watch is being renewed
    REFUSED = "refused"  # we may not read it
    ABSENT = "absent"  # the server does not serve the kind


@dataclass
class Table:
    """The objects of one stream."""

    stream: Stream
    objects: dict[tuple[str | None, str], Manifest] = field(default_factory=dict)
    health: Health = Health.EMPTY
    reason: str = ""
    since: float = field(default_factory=clock.monotonic)
    """When its health changed last."""
    stirred: int = 0
    """Events since equal parts were sought in the whole table."""

    def put(self, key: tuple[str | None, str], item: Manifest, before: Manifest | None) -> None:
        """Keep one more object, the newest; `before` is what stood in its place."""
        # What came last is most often a sibling: the next pod of the same workload.
        like = next(reversed(self.objects.values()), None) if before is None else before
        self.objects[key] = resembling(item, like)
        self.stirred += 1
        if self.stirred >= max(FEW_EVENTS, len(self.objects)):
            pool, self.stirred = Pool(), 0
            self.objects = {name: pool.share(each) for name, each in self.objects.items()}


Changed = Callable[[Stream, Manifest], None]


class Mirror:
    """All tables. Threads that watch write; everybody reads snapshots.

    changed: told about every change of an object (the object as it is now, or was last), while no lock is held.
    """

    def __init__(self, changed: Changed = lambda _stream, _item: None) -> None:
        self._tables: dict[Stream, Table] = {}
        self._lock = threading.RLock()
        self._changed = changed

    def open(self, stream: Stream) -> None:
        """Begin to keep a stream."""
        with self._lock:
            self._tables.setdefault(stream, Table(stream))

    def close(self, stream: Stream) -> None:
        """Forget a stream and everything of it, at once."""
        with self._lock:
            self._tables.pop(stream, None)

    def fill(self, stream: Stream, items: Iterable[Manifest]) -> None:
        """A whole list arrived: it replaces what was there. Taken one by one; if that raises, nothing was replaced."""
        pool = Pool()
        fresh = {_key(each): pool.share(trim(stream.name, each)) for each in items}
        with self._lock:
            table = self._tables.get(stream)
            if table is None:
                return
            before, table.objects, table.stirred = table.objects, fresh, 0
            self._set(table, Health.LIVE)
        for key in before.keys() | fresh.keys():
            old, new = before.get(key), fresh.get(key)
            if _version(old) != _version(new):
                self._changed(stream, new or old or {})

    def absorb(self, stream: Stream, event: WatchEvent) -> None:
        """One event of the watch."""
        if event.type == "BOOKMARK":
            return
        key, item = _key(event.object), trim(stream.name, event.object)
        with self._lock:
            table = self._tables.get(stream)
            if table is None:
                return
            before = table.objects.pop(key, None)
            if event.type != "DELETED":
                table.put(key, item, before)
        if event.type == "DELETED" or before is None or not same_but_version(before, item):
            self._changed(stream, item)

    def mark(self, stream: Stream, health: Health, reason: str = "") -> None:
        """The stream can or can't be relied on."""
        with self._lock:
            table = self._tables.get(stream)
            if table is not None:
                if health in (Health.REFUSED, Health.ABSENT):
                    table.objects = {}
                self._set(table, health, reason)

    def _set(self, table: Table, health: Health, reason: str = "") -> None:
        if table.health is not health:
            table.since = clock.monotonic()
        table.health, table.reason = health, reason

    def table(self, stream: Stream) -> Table | None:
        """One table; None when it is not kept."""
        with self._lock:
            return self._tables.get(stream)

    def items(self, stream: Stream) -> list[Manifest]:
        """A snapshot of a stream's objects, by namespace and name."""
        with self._lock:
            table = self._tables.get(stream)
            return [] if table is None else [table.objects[key] for key in sorted(table.objects, key=_order)]

    def get(self, stream: Stream, namespace: str | None, name: str) -> Manifest | None:
        """One object of a stream."""
        with self._lock:
            table = self._tables.get(stream)
            return None if table is None else table.objects.get((namespace, name))

    def tables(self) -> Iterator[Table]:
        """All tables, as they are now."""
        with self._lock:
            return iter(list(self._tables.values()))

    def settled(self, streams: Sequence[Stream] | frozenset[Stream], *, patience: float = 0.0) -> bool:
        """Whether all of these are live, refused for good or not served; one that broke less than `patience` seconds
        ago still counts."""
        with self._lock:
            return all(self._reliable(self._tables.get(each), patience) for each in streams)

    def _reliable(self, table: Table | None, patience: float) -> bool:
        if table is None or table.health is Health.EMPTY:
            return False
        return table.health is not Health.BROKEN or clock.monotonic() - table.since < patience


def _key(item: Manifest) -> tuple[str | None, str]:
    metadata = item["metadata"]
    return metadata.get("namespace"), metadata["name"]


def _order(key: tuple[str | None, str]) -> tuple[str, str]:
    return key[0] or "", key[1]


def same_but_version(before: Manifest, item: Manifest) -> bool:
    """Whether nothing that is kept of an object differs but its version (a heartbeat, a field that nobody looks at)."""
    if before.keys() != item.keys():
        return False
    for name, value in item.items():
        old = before[name]
        if name == "metadata":
            old, value = ({key: each for key, each in one.items() if key != "resourceVersion"} for one in (old, value))
        if old != value:
            return False
    return True


def _version(item: Manifest | None) -> object:
    return None if item is None else (item.get("metadata") or {}).get("resourceVersion")
