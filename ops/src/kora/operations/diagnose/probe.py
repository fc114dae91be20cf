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
from kora.operations.diagnose.fields import name_of, namespace_of
from kora.operations.diagnose.graph import ref_to
from kora.operations.diagnose.logs import LogReading, read_log

LOG_LINES = 200
MAX_LOGS = 80
MAX_REQUESTS = 60
REQUEST_SECONDS = 2.0
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


class Probe:
    """Lazy questions to one cluster within one diagnosis."""

    def __init__(self, reader: ClusterReader, *, seconds: float = 20.0):
        self._reader = reader
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
            text = self._ask(len(self._logs) < MAX_LOGS, "log", lambda: self._read(key))
            self._logs[key] = read_log(text or "")
        return self._logs[key]

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
