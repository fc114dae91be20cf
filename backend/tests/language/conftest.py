"""One moment for every test of the parser: Saturday 21 November 2026, 10:00 in Karachi."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskora.language import Reading, read

ZONE = "Asia/Karachi"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo(ZONE))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def zone() -> str:
    return ZONE


@pytest.fixture
def reading() -> Callable[..., Reading]:
    def at_now(text: str, **options: Any) -> Reading:
        return read(text, **{"now": NOW, "timezone": ZONE, **options})

    return at_now
