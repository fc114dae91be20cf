"""New identifiers and digests."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o 1 i l: ids are read aloud and typed
_sequence: Iterator[int] | None = None


def new_id(prefix: str, length: int = 8) -> str:
    """A short id such as ``plan-7k2m9xq4``; 31^8 of them, so a store must still refuse a second one."""
    if _sequence is not None:
        return f"{prefix}-{next(_sequence):0{length}d}"
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


@contextmanager
def sequential_ids() -> Iterator[None]:
    """Count upwards inside a `with` block, so that tests know the ids."""
    global _sequence
    previous, _sequence = _sequence, count(1)
    try:
        yield
    finally:
        _sequence = previous
