"""Helm in a process of its own, for a program that runs for weeks: the library is large and never gives memory back.

`ApartEngine` is a `HelmEngine`; each call goes to a worker (`python -m kora.helm.apart`) as a pickle with its length
before it, over the worker's standard input and output. A worker that was idle for a while ends. Workers are our own
program and talk to nobody else; their standard output is kept away from the library, which writes to it.
"""

import io
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO, Any

from kora.domain.objects import Manifest
from kora.helm.port import Release
from kora.kit import clock
from kora.kit.errors import KoraError, Retryable

IDLE_SECONDS = 30.0
_LENGTH = struct.Struct(">I")


class HelmGone(Retryable):
    """The worker ended in the middle of a call."""

    code = "HELM_GONE"
    default_message = "Helm ended unexpectedly. Whether it changed anything must be looked at."


class ApartEngine:
    """`HelmEngine` through workers; one worker for each call at a time."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "kora.helm.apart")) -> None:
        self._command = tuple(command)
        self._idle: list[tuple[float, subprocess.Popen[bytes]]] = []
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """As the engine in the worker says."""
        return str(self._ask("name"))

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        """As `HelmEngine.render`."""
        found: list[Manifest] = self._ask("render", chart, release, namespace, values)
        return found

    def get(self, release: str, namespace: str) -> Release | None:
        """As `HelmEngine.get`."""
        found: Release | None = self._ask("get", release, namespace)
        return found

    def history(self, release: str, namespace: str) -> Sequence[Release]:
        """As `HelmEngine.history`."""
        found: Sequence[Release] = self._ask("history", release, namespace)
        return found

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        """As `HelmEngine.values`."""
        found: dict[str, Any] = self._ask("values", release, namespace, revision)
        return found

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        """As `HelmEngine.manifests`."""
        found: list[Manifest] = self._ask("manifests", release, namespace, revision)
        return found

    def upgrade(self, release: str, namespace: str, chart: str, values: dict[str, Any], **options: Any) -> Release:
        """As `HelmEngine.upgrade`."""
        found: Release = self._ask("upgrade", release, namespace, chart, values, **options)
        return found

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        """As `HelmEngine.rollback`."""
        found: Release = self._ask("rollback", release, namespace, revision, timeout_seconds=timeout_seconds)
        return found

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        """As `HelmEngine.uninstall`."""
        self._ask("uninstall", release, namespace, timeout_seconds=timeout_seconds)

    def _ask(self, method: str, *args: Any, **options: Any) -> Any:
        worker = self._take()
        try:
            assert worker.stdin is not None
            assert worker.stdout is not None
            _send(worker.stdin, (method, args, options))
            answer = _receive(worker.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as problem:
            worker.kill()
            worker.wait()
            raise HelmGone from problem
        self._give_back(worker)
        if isinstance(answer, KoraError):
            raise answer
        return answer

    def _take(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            while self._idle:
                _, worker = self._idle.pop()
                if worker.poll() is None:
                    return worker
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own

    def _give_back(self, worker: "subprocess.Popen[bytes]") -> None:
        with self._lock:
            self._idle.append((clock.monotonic(), worker))
        timer = threading.Timer(IDLE_SECONDS + 1.0, self._end_idle)
        timer.daemon = True
        timer.start()

    def _end_idle(self) -> None:
        with self._lock:
            now = clock.monotonic()
            old = [each for since, each in self._idle if now - since >= IDLE_SECONDS]
            self._idle = [each for each in self._idle if each[1] not in old]
        for each in old:
            _end(each)

    def close(self) -> None:
        """End the workers that have nothing to do."""
        with self._lock:
            old, self._idle = self._idle, []
        for _, each in old:
            _end(each)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            pipe.close()
    try:
        worker.wait(timeout=5.0)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _send(pipe: IO[bytes], what: Any) -> None:
    packed = pickle.dumps(what)
    pipe.write(_LENGTH.pack(len(packed)) + packed)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """Raises: EOFError."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - from our own program, over a pipe that nobody else holds


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    read = io.BytesIO()
    while read.tell() < length:
        part = pipe.read(length - read.tell())
        if not part:
            raise EOFError
        read.write(part)
    return read.getvalue()


def work(engine: Any, questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until there are no more questions."""
    while True:
        try:
            method, args, options = _receive(questions)
        except EOFError:
            return
        try:
            found = getattr(engine, method)
            answer = found(*args, **options) if callable(found) else found
        except KoraError as error:
            answer = error
        _send(answers, answer)


def main() -> None:
    """The worker."""
    from kora.helm.choice import choose

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints goes where errors go
    try:
        engine = choose(None, offline="--offline" in sys.argv).engine
    except KoraError as error:
        _receive(sys.stdin.buffer)
        _send(answers, error)
        return
    work(engine, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
