"""The world of fakes, on a clock that nobody waits for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kora.kit.clock import VirtualClock, use_clock
from kora.testing.shipping import World, shop


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with use_clock(VirtualClock()), shop() as server:
        yield World.make(tmp_path, server)
