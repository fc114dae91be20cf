"""Smoke steps against an answering transport: captures, expectations, order."""

from typing import Any

import httpx
import pytest

from kora.kit.clock import VirtualClock, use_clock
from kora.operations.deploy.configuration import SmokeStep
from kora.operations.deploy.errors import SmokeFailed
from kora.operations.deploy.smoke import Door, walk

DOOR = Door(url="http://door", host="shop.local", what="ingress")


def steps(*documents: dict[str, Any]) -> list[SmokeStep]:
    return [SmokeStep.model_validate({"name": f"step {i}", **each}) for i, each in enumerate(documents)]


class Site:
    """Notes requests; answers by path."""

    def __init__(self, **answers: httpx.Response | list[httpx.Response]) -> None:
        self.answers, self.seen = answers, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        found = self.answers[request.url.path.strip("/") or "root"]
        return found.pop(0) if isinstance(found, list) else found

    def walk(self, *documents: dict[str, Any], **more: Any) -> list[str]:
        with use_clock(VirtualClock()):
            taken = walk(DOOR, steps(*documents), transport=httpx.MockTransport(self), **more)
        return [name for name, _ in taken.steps]


def test_captures_are_passed_on_in_paths_headers_and_bodies() -> None:
    site = Site(
        signup=httpx.Response(201, json={"user": {"id": 7}, "tokens": ["abc"]}), tasks=httpx.Response(200, json={})
    )
    site.walk(
        {"method": "POST", "path": "/signup", "json": {"mail": "${random}@x"}, "expect": {"status": 201},
         "capture": {"user": "user.id", "token": "tokens.0"}},
        {"method": "POST", "path": "/tasks?user=${user}", "headers": {"Authorization": "Bearer ${token}"},
         "json": [{"by": "${user}"}]},
    )  # fmt: skip
    first, second = site.seen
    assert first.headers["host"] == "shop.local"
    assert b"${random}" not in first.content
    assert second.url.query == b"user=7"
    assert second.headers["authorization"] == "Bearer abc"
    assert second.content == b'[{"by":"7"}]'


@pytest.mark.parametrize(
    ("answer", "expect", "said"),
    [
        (httpx.Response(500, text="boom"), {}, "answered 500 instead of 200: boom"),
        (httpx.Response(302), {"status": [200, 301]}, "answered 302 instead of 200 or 301"),
        (httpx.Response(200, text="hello"), {"contains": "WORLD"}, "does not contain 'WORLD'"),
        (httpx.Response(200, text="hello"), {"json_has": {"a": 1}}, "is no JSON"),
        (httpx.Response(200, json={"a": [{"b": 2}]}), {"json_has": {"a.0.b": 1}}, "a.0.b is 2 instead of 1"),
        (httpx.Response(200, json={}), {"json_has": {"a.b": 1}}, "a.b is None instead of 1"),
    ],
)
def test_what_is_not_expected_is_said(answer: httpx.Response, expect: dict[str, Any], said: str) -> None:
    with pytest.raises(SmokeFailed) as caught:
        Site(page=answer).walk({"path": "/page", "expect": expect})
    assert said in caught.value.message
    assert caught.value.details["step"] == "step 0"


def test_a_missing_capture_and_an_unknown_name_fail() -> None:
    with pytest.raises(SmokeFailed, match="has no id"):
        Site(a=httpx.Response(200, json={})).walk({"path": "/a", "capture": {"id": "id"}})
    with pytest.raises(SmokeFailed, match="no earlier step captured"):
        Site().walk({"path": "/a/${id}"})


def test_a_door_that_opens_late_is_waited_for_but_nothing_is_sent_twice() -> None:
    late = [httpx.Response(503), httpx.Response(502), httpx.Response(200)]
    site = Site(page=late)
    assert site.walk({"path": "/page"}) == ["step 0"]
    assert len(site.seen) == 3
    orders = Site(order=[httpx.Response(503), httpx.Response(200)])
    with pytest.raises(SmokeFailed, match="503"):
        orders.walk({"method": "POST", "path": "/order"})
    assert len(orders.seen) == 1


def test_after_a_failure_only_tidying_up_follows() -> None:
    site = Site(a=httpx.Response(500), b=httpx.Response(200), c=httpx.Response(200))
    with pytest.raises(SmokeFailed, match="step 0"):
        site.walk({"path": "/a"}, {"path": "/b"}, {"path": "/c", "always": True})
    assert [each.url.path for each in site.seen] == ["/a", "/c"]


def test_without_a_change_only_reading_steps_are_taken() -> None:
    site = Site(a=httpx.Response(200), b=httpx.Response(200))
    assert site.walk({"path": "/a", "every_time": True}, {"path": "/b"}, whole=False) == ["step 0"]


def test_a_closed_door_says_so() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    with use_clock(VirtualClock()), pytest.raises(SmokeFailed, match="does not answer") as caught:
        walk(DOOR, steps({"path": "/"}), transport=httpx.MockTransport(refuse))
    assert caught.value.fix == "kora status"
