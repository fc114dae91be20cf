"""Idempotency-Key: sent twice, done once."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from taskora.kit import clock
from taskora.storage.idempotency import LIFETIME

_CREATES = [
    ("tasks", {"title": "Buy milk", "tags": ["home"]}),
    ("tags", {"name": "home"}),
    ("projects", {"name": "House"}),
    ("filters", {"name": "Soon", "query": {"priority": ["high"]}}),
]


@pytest.fixture
async def ada(person: Any) -> Any:
    return await person("Ada")


async def create(ada: Any, kind: str, body: dict[str, Any], key: str = "key-1") -> Any:
    return await ada.client.post(f"{ada.path}/{kind}", json=body, headers={"Idempotency-Key": key})


async def total(ada: Any, kind: str) -> int:
    return int((await ada.client.get(f"{ada.path}/{kind}")).json()["total"])


@pytest.mark.parametrize(("kind", "body"), _CREATES)
async def test_the_same_request_gets_the_same_answer(ada: Any, kind: str, body: dict[str, Any]) -> None:
    first = await create(ada, kind, body)
    second = await create(ada, kind, body)
    assert first.status_code == second.status_code == 201
    assert second.content == first.content
    assert second.headers["X-Change-Id"] == first.headers["X-Change-Id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert await total(ada, kind) == 1


async def test_the_order_of_fields_does_not_make_another_request(ada: Any) -> None:
    await create(ada, "tasks", {"title": "x", "priority": "high"})
    again = await create(ada, "tasks", {"priority": "high", "title": "x"})
    assert again.status_code == 201
    assert await total(ada, "tasks") == 1


async def test_another_request_with_the_key_is_refused(ada: Any) -> None:
    await create(ada, "tasks", {"title": "one"})
    for kind, body in (("tasks", {"title": "two"}), ("tags", {"name": "one"})):
        refused = await create(ada, kind, body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (await total(ada, "tasks"), await total(ada, "tags")) == (1, 0)


async def test_keys_belong_to_their_person(ada: Any, person: Any) -> None:
    eve = await person("Eve")
    await create(ada, "tasks", {"title": "one"})
    assert (await create(eve, "tasks", {"title": "one"})).headers.get("Idempotent-Replayed") is None
    assert await total(eve, "tasks") == 1


async def test_a_failed_create_may_be_tried_again(ada: Any) -> None:
    refused = await create(ada, "tasks", {"title": "x", "project": 99})
    assert refused.status_code == 404
    made = await create(ada, "tasks", {"title": "x", "project": "99 things"})
    assert made.status_code == 201


async def test_at_the_same_instant_only_one_is_made(ada: Any) -> None:
    answers = await asyncio.gather(*(create(ada, "tasks", {"title": "one"}) for _ in range(5)))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert await total(ada, "tasks") == 1


@pytest.fixture
def hours() -> Iterator[list[timedelta]]:
    passed = [timedelta()]
    start = datetime.now(UTC)
    with clock.use_clock(lambda: start + passed[0]):
        yield passed


async def test_a_key_is_forgotten_after_a_day(ada: Any, hours: list[timedelta]) -> None:
    await create(ada, "tasks", {"title": "one"})
    hours[0] = LIFETIME - timedelta(seconds=1)
    assert (await create(ada, "tasks", {"title": "one"})).headers["Idempotent-Replayed"] == "true"
    hours[0] = LIFETIME
    assert (await create(ada, "tasks", {"title": "two"})).status_code == 201
    assert await total(ada, "tasks") == 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("key", ["", "x" * 201, "white space", "tab\there"])
async def test_keys_that_are_none(ada: Any, key: str) -> None:
    answer = await create(ada, "tasks", {"title": "one"}, key)
    assert answer.status_code == 422
    assert await total(ada, "tasks") == 0
