"""Which function answers which aspect of a question."""

from collections.abc import Callable

from kora.language.intents import Aspect, Inspect
from kora.operations.ask.answer import Answer
from kora.operations.ask.binding import Binder

Reader = Callable[[Binder, Inspect], Answer]
READERS: dict[Aspect, Reader] = {}


def answers(*aspects: Aspect) -> Callable[[Reader], Reader]:
    """Register what answers these aspects."""

    def add(reader: Reader) -> Reader:
        for aspect in aspects:
            READERS[aspect] = reader
        return reader

    return add
