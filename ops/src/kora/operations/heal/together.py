"""Doing several things at once, each in a thread of its own; what came of them comes back in the thread that asked.

The threads are daemons: whoever is interrupted while waiting does not have to wait for them to end. What they were at
is in the journals of their plans, as after any other sudden end.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Together(Protocol):
    """How a bundle of jobs is done. most: how many of them at once."""

    most: int

    def __call__(self, jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
        """Results as they come. An error of a job is raised when all of them have ended."""


class OneByOne:
    """One after the other, in the caller's thread."""

    most = 1

    def __call__(self, jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
        """As `Together`."""
        for job in jobs:
            yield job()


class SideBySide:
    """All at once."""

    def __init__(self, most: int = 4) -> None:
        self.most = most

    def __call__(self, jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
        """As `Together`; a single job is done in the caller's thread."""
        if len(jobs) == 1:
            yield jobs[0]()
            return
        ended: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def work(job: Callable[[], T]) -> None:
            try:
                ended.put((job(), None))
            except BaseException as error:  # it is raised where the results are wanted
                ended.put((None, error))

        for job in jobs:
            threading.Thread(target=work, args=(job,), name="heal", daemon=True).start()
        first: BaseException | None = None
        for _ in jobs:
            result, error = ended.get()
            if error is None:
                yield result  # type: ignore[misc]  # a job that did not raise gave its result
            first = first or error
        if first is not None:
            raise first
