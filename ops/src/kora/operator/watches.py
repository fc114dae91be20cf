"""The threads that keep the mirror up to date: each lists once and then follows the changes of one stream.

A watch that ends in good order goes on from where it was; one that broke is renewed after a pause that grows (with
jitter); a version that the server has forgotten (410) is the only reason to list again. What may not be read is tried
again rarely.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from kora.cluster import watching
from kora.cluster.client import KubernetesReader
from kora.cluster.errors import VersionGone
from kora.cluster.port import WatchEvent
from kora.domain.objects import Manifest
from kora.kit.errors import Denied, KoraError
from kora.operator.mirror import Health, Mirror, Stream

WATCH_SECONDS = 1500.0
SILENCE_SECONDS = 200.0
"""Servers send a bookmark about every minute; a connection that is silent for longer is dead."""
UNMARKED = frozenset({"Event"})
"""Kinds without bookmarks (servers keep no cache of them): their watches end before the silence would be taken for
death."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
REFUSED_PAUSE = 300.0


class Source(Protocol):
    """Where streams come from."""

    def list_at(self, stream: Stream) -> tuple[Iterable[Manifest], str | None]:
        """The objects and the version that the list stands for (None: the kind is not served). They may be asked for
        as they are taken, which raises what asking raises."""

    def follow(self, stream: Stream, version: str, seconds: float) -> Iterator[WatchEvent]:
        """Changes since `version`; ends after `seconds`. Raises: VersionGone, and as `ClusterReader`."""


class ClusterSource:
    """A real cluster."""

    def __init__(self, reader: KubernetesReader) -> None:
        self._reader = reader

    def list_at(self, stream: Stream) -> tuple[Iterable[Manifest], str | None]:
        """See `Source`."""
        read = stream.read
        return self._reader.list_slowly(
            read.api_version, read.kind, stream.namespace, labels=read.labels, fields=stream.fields
        )

    def follow(self, stream: Stream, version: str, seconds: float) -> Iterator[WatchEvent]:
        """See `Source`."""
        read = stream.read
        return watching.follow(
            self._reader,
            read.api_version,
            read.kind,
            stream.namespace,
            version,
            seconds,
            labels=read.labels,
            fields=stream.fields,
            silence=SILENCE_SECONDS,
        )


class Watches:
    """The running threads.

    on_trouble: told about every broken or refused watch (stream, what happened).
    """

    def __init__(
        self, source: Source, mirror: Mirror, on_trouble: Callable[[Stream, str], None] = lambda _stream, _what: None
    ) -> None:
        self._source, self._mirror, self._on_trouble = source, mirror, on_trouble
        self._running: dict[Stream, threading.Event] = {}
        self._lock = threading.Lock()
        self._versions: dict[Stream, str] = {}
        self.restarts = 0
        """Watches that broke or had to list again."""

    def want(self, streams: frozenset[Stream]) -> None:
        """Keep exactly these; what is no longer wanted is forgotten at once."""
        with self._lock:
            for stream in self._running.keys() - streams:
                self._running.pop(stream).set()
                self._mirror.close(stream)
            for stream in sorted(streams - self._running.keys(), key=str):
                stop = self._running[stream] = threading.Event()
                self._mirror.open(stream)
                threading.Thread(target=self._keep, args=(stream, stop), name=f"watch {stream}", daemon=True).start()

    def stop(self) -> None:
        """End all of them."""
        self.want(frozenset())

    def _keep(self, stream: Stream, stop: threading.Event) -> None:
        version: str | None = None
        pause = FIRST_PAUSE
        while not stop.is_set():
            began = time.monotonic()
            try:
                version = self._once(stream, version, stop)
                short = time.monotonic() - began < FIRST_PAUSE  # a server that ends every watch at once
                wait = REFUSED_PAUSE if version is None else FIRST_PAUSE if short else 0.0
            except VersionGone:
                version, wait = None, random.uniform(0, FIRST_PAUSE)  # noqa: S311 - spreads load, guards nothing
                self._trouble(stream, Health.BROKEN, "the server has forgotten the version")
            except Denied as error:
                version, wait = None, REFUSED_PAUSE
                self._trouble(stream, Health.REFUSED, error.message)
            except KoraError as error:
                version = self._versions.get(stream, version)  # it goes on from the last event that came
                pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
                wait = random.uniform(pause / 2, pause)  # noqa: S311
                if not stop.is_set():
                    self._trouble(stream, Health.BROKEN, error.message)
            except Exception as error:  # an answer that makes no sense: a dead thread would leave its table called live
                version, pause = None, min(pause * 2, LONGEST_PAUSE)
                wait = random.uniform(pause / 2, pause)  # noqa: S311
                self._trouble(stream, Health.BROKEN, f"an answer made no sense ({type(error).__name__})")
            else:
                pause = FIRST_PAUSE
            stop.wait(wait)

    def _trouble(self, stream: Stream, health: Health, reason: str) -> None:
        self.restarts += 1
        table = self._mirror.table(stream)
        if table is not None and table.health is Health.EMPTY and health is Health.BROKEN:
            health = Health.EMPTY
        self._mirror.mark(stream, health, reason)
        self._on_trouble(stream, reason)

    def _once(self, stream: Stream, version: str | None, stop: threading.Event) -> str | None:
        """One list (where there is no version yet) and one watch; gives the version to go on from."""
        if version is None:
            items, version = self._source.list_at(stream)
            self._versions.pop(stream, None)
            if version is None:
                self._mirror.mark(stream, Health.ABSENT, "the server does not serve it")
                return None
            self._mirror.fill(stream, items)
            del items
        longest = SILENCE_SECONDS * 0.9 if stream.read.kind in UNMARKED else WATCH_SECONDS
        seconds = random.uniform(0.7, 1.0) * longest  # noqa: S311
        for event in self._source.follow(stream, version, seconds):
            if stop.is_set():
                return version
            version = str((event.object.get("metadata") or {}).get("resourceVersion") or version)
            self._versions[stream] = version
            self._mirror.mark(stream, Health.LIVE)
            self._mirror.absorb(stream, event)
        self._mirror.mark(stream, Health.LIVE)
        return version
