"""The one source of the current time, so that tests own it.

`now()` is the only call the rest of the program makes; a test swaps the clock with `use_clock`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def _system_clock() -> datetime:
    return datetime.now(UTC)


_clock: Clock = _system_clock


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _clock()


@contextmanager
def use_clock(clock: Clock) -> Iterator[None]:
    """Replace the clock inside a `with` block; `clock` must return aware UTC datetimes."""
    global _clock
    previous, _clock = _clock, clock
    try:
        yield
    finally:
        _clock = previous
