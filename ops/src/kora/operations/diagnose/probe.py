"""Questions that the graph can't answer: logs, what a port serves, an object in another namespace. Asked lazily,
remembered, and bounded: a diagnosis of a namespace full of broken pods still ends.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, TypeVar

from kora.cluster.port import Answer, ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.operations.diagnose.graph import ref_to
from kora.operations.diagnose.logs import LogReading, read_log

LOG_LINES = 200
MAX_LOGS = 80
MAX_REQUESTS = 60
REQUEST_SECONDS = 2.0
GROWING_SECONDS, MOST_KEPT = 60.0, 500
_T = TypeVar("_T")


class Reach(StrEnum):
    """What happened to a request."""

    ANSWERED = "answered"
    REFUSED = "refused"  # nobody listens
    SILENT = "silent"  # a timeout
    OTHER = "other"  # somebody listens who does not speak plain HTTP
    UNKNOWN = "unknown"  # we may not ask, or asked too much already


class Served(NamedTuple):
    """The result of one request."""

    reach: Reach
    answer: Answer | None = None


_REFUSED = re.compile(r"connection refused|connect: no route|ECONNREFUSED", re.IGNORECASE)
_SILENT = re.compile(r"time(d)? ?out|deadline exceeded", re.IGNORECASE)
_PROXY_FAILED = re.compile(r"error trying to reach service|ServiceUnavailable|no endpoints available", re.IGNORECASE)


class Lore:
    """What earlier diagnoses learned from logs, for somebody who looks all the time. A log counts as read while its
    container is in the same run and state; that of a running one, which grows, for a minute."""

    def __init__(self) -> None:
        self._readings: dict[tuple[object, ...], tuple[object, float, LogReading]] = {}

    def recall(self, pod: Manifest, container: str, previous: bool) -> LogReading | None:
        """What is known; None when the log has to be read."""
        mark, running = _state(pod, container)
        known = self._readings.get((dig(pod, "metadata", "uid"), name_of(pod), container, previous))
        if known is None or known[0] != mark:
            return None
        grows = running and not previous
        return None if grows and clock.monotonic() - known[1] >= GROWING_SECONDS else known[2]

    def keep(self, pod: Manifest, container: str, previous: bool, reading: LogReading) -> None:
        """Remember; the oldest readings go when there are many."""
        key = dig(pod, "metadata", "uid"), name_of(pod), container, previous
        self._readings.pop(key, None)
        self._readings[key] = _state(pod, container)[0], clock.monotonic(), reading
        while len(self._readings) > MOST_KEPT:
            del self._readings[next(iter(self._readings))]


def _state(pod: Manifest, container: str) -> tuple[object, bool]:
    """What a container's log depends on, and whether it may still grow."""
    for statuses in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for each in dig(pod, "status", statuses) or ():
            if each.get("name") == container:
                state = each.get("state") or {}
                ended = dig(state, "terminated", "finishedAt"), dig(each, "lastState", "terminated", "finishedAt")
                return (
                    each.get("restartCount"),
                    each.get("containerID"),
                    tuple(sorted(state)),
                    ended,
                ), "running" in state
    return None, True


class Probe:
    """Lazy questions to one cluster within one diagnosis.

    logs: whether they may be read at all. lore: what earlier diagnoses read.
    """

    def __init__(self, reader: ClusterReader, *, seconds: float = 20.0, logs: bool = True, lore: Lore | None = None):
        self._reader = reader
        self._may_read_logs, self._lore = logs, lore
        self._until = clock.monotonic() + seconds
        self._logs: dict[tuple[str | None, str, str, bool], LogReading] = {}
        self._requests: dict[tuple[ObjectRef, int, str], Served] = {}
        self._objects: dict[ObjectRef, Manifest | None] = {}
        self._failed: set[ObjectRef] = set()
        self.skipped: list[str] = []
        """What was not asked, and why; said in the report's notes."""

    def log(self, pod: Manifest, container: str, *, previous: bool = False) -> LogReading:
        """The end of a container's log, read by the log grammar; an empty reading when there is none."""
        key = (namespace_of(pod), name_of(pod), container, previous)
        if key not in self._logs:
            self._logs[key] = self._log(key, pod)
        return self._logs[key]

    def _log(self, key: tuple[str | None, str, str, bool], pod: Manifest) -> LogReading:
        if not self._may_read_logs:
            self.skipped.append("logs: the policy switches their analysis off")
            return read_log("")
        known = None if self._lore is None else self._lore.recall(pod, key[2], key[3])
        if known is not None:
            return known
        text = self._ask(len(self._logs) < MAX_LOGS, "log", lambda: self._read(key))
        reading = read_log(text or "")
        if self._lore is not None and text is not None:
            self._lore.keep(pod, key[2], key[3], reading)
        return reading

    def _read(self, key: tuple[str | None, str, str, bool]) -> str:
        namespace, pod, container, previous = key
        return self._reader.logs(namespace or "", pod, container=container, previous=previous, tail=LOG_LINES)

    def crash_log(self, pod: Manifest, container: str, *, restarted: bool) -> LogReading:
        """The log of the run that ended: the previous one after a restart, the current one otherwise."""
        if restarted:
            reading = self.log(pod, container, previous=True)
            if reading.lines:
                return reading
        return self.log(pod, container)

    def get(self, pod: Manifest, port: int, path: str = "/") -> Served:
        """What a pod answers on a port."""
        ref = ref_to("Pod", namespace_of(pod), name_of(pod))
        key = (ref, port, path)
        if key not in self._requests:
            self._requests[key] = self._request(ref, port, path)
        return self._requests[key]

    def _request(self, ref: ObjectRef, port: int, path: str) -> Served:
        if len(self._requests) >= MAX_REQUESTS or clock.monotonic() > self._until:
            self.skipped.append(f"request to {ref}:{port}{path}: too many already")
            return Served(Reach.UNKNOWN)
        try:
            answer = self._reader.request(ref, port, path, seconds=REQUEST_SECONDS)
        except KoraError as error:
            return Served(_reach(error.message))
        if answer.status >= 500 and _PROXY_FAILED.search(answer.body):
            return Served(_reach(answer.body))
        return Served(Reach.ANSWERED, answer)

    def find(self, ref: ObjectRef) -> Manifest | None:
        """An object outside of what was read."""
        if ref not in self._objects:
            before = len(self.skipped)
            found = self._ask(len(self._objects) < MAX_REQUESTS, str(ref), lambda: self._reader.get(ref))
            self._objects[ref] = found
            if len(self.skipped) > before:
                self._failed.add(ref)
        return self._objects[ref]

    def unsure(self, ref: ObjectRef) -> bool:
        """Whether an object could not be asked for, so that its absence proves nothing."""
        return ref in self._failed

    def serves(self, api_group: str) -> bool:
        """Whether the cluster serves an API group, such as ``metrics.k8s.io``."""
        kinds = self._ask(True, "kinds", self._reader.kinds) or ()
        return any(each.api_version.startswith(f"{api_group}/") for each in kinds)

    def _ask(self, within: bool, what: str, question: Callable[[], _T]) -> _T | None:
        if not within or clock.monotonic() > self._until:
            self.skipped.append(f"{what}: too many questions already")
            return None
        try:
            return question()
        except KoraError as error:  # a log or object that can't be had is weaker evidence, not a failure
            self.skipped.append(f"{what}: {error.message}")
            return None


def _reach(message: str) -> Reach:
    if _REFUSED.search(message):
        return Reach.REFUSED
    if _SILENT.search(message):
        return Reach.SILENT
    if re.search(r"forbidden|denied|unauthorized", message, re.IGNORECASE):
        return Reach.UNKNOWN
    return Reach.OTHER
