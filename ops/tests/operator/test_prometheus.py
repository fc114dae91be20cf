"""Sizes from a Prometheus. What answers here is a stand-in for one: it speaks the range query of its HTTP API (version
1) and nothing else, and keeps what it was asked.
"""

import json
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from test_sizing import resources, roomy, sized
from yard import Yard

from kora.domain.plans import PlanState
from kora.kit.errors import Invalid, Retryable
from kora.operations.rightsize.samples import from_prometheus
from kora.testing.operator import FakeOperator

MEBI = 2**20


@dataclass
class StandIn:
    """answer: the body of every answer; None: computed from `use`, which is cores and bytes by pod."""

    use: dict[str, tuple[float, float]] = field(default_factory=dict)
    answer: bytes | None = None
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def body(self, path: str) -> bytes:
        words = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        self.asked.append(words)
        if self.answer is not None:
            return self.answer
        which = 0 if "cpu" in words["query"] else 1
        end, step = float(words["end"]), float(words["step"])
        series = [
            {
                "metric": {"namespace": "shop", "pod": pod, "container": "main"},
                "values": [[end - number * step, str(use[which])] for number in range(70)] + [[end, "NaN"]],
            }
            for pod, use in self.use.items()
        ]
        return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": series}}).encode()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """It runs."""
    made = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = made.body(self.path)
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def asking(yard: Yard, url: str) -> FakeOperator:
    yard.operator = FakeOperator(yard.cluster, yard.home, yard.clock, prometheus=url)
    return yard.operator


def pods(yard: Yard) -> list[str]:
    return [
        each["metadata"]["name"] for each in yard.cluster.every("Pod") if each["metadata"]["name"].startswith("web")
    ]


def test_its_history_is_asked_for_the_namespace_alone(stand_in: StandIn) -> None:
    stand_in.use = {"web-1": (0.25, 300.0 * MEBI)}
    found = from_prometheus(stand_in.url, ["shop"], hours=10, step=300)
    assert {(each.namespace, each.pod, each.container) for each in found} == {("shop", "web-1", "main")}
    assert {(each.cpu, each.memory) for each in found} == {(0.25, 300.0 * MEBI)}
    assert len(stand_in.asked) == 2
    for words in stand_in.asked:
        assert 'namespace=~"shop"' in words["query"]
        assert 'container!=""' in words["query"]
        assert float(words["end"]) - float(words["start"]) == 36_000


def test_a_plan_comes_from_it_without_any_sample(yard: Yard, stand_in: StandIn) -> None:
    roomy(yard)
    operator = asking(yard, stand_in.url)
    stand_in.use = dict.fromkeys(pods(yard), (0.05, 400.0 * MEBI))
    yard.policy("autonomous")
    operator.turn(300, step=5)
    assert [each.state for each in operator.plans()] == [PlanState.DONE]
    assert resources(yard)["requests"] == {"cpu": "1", "memory": "1Gi"}
    assert not (yard.home / "samples").exists()


@pytest.mark.parametrize(("status", "answer"), [(503, b"busy"), (200, b"<html>"), (200, b'{"data": {}}')])
def test_one_that_gives_no_result_is_told_and_nothing_is_planned(
    yard: Yard, stand_in: StandIn, status: int, answer: bytes
) -> None:
    roomy(yard)
    stand_in.status, stand_in.answer = status, answer
    operator = asking(yard, stand_in.url)
    yard.policy("autonomous")
    operator.turn(120, step=5)
    assert operator.plans() == []
    assert f"Prometheus at {stand_in.url} gave no result" in sized(yard)
    with pytest.raises(Retryable):
        from_prometheus(stand_in.url, ["shop"])


@pytest.mark.parametrize("url", ["prometheus:9090", "ftp://prometheus", "file:///etc/passwd"])
def test_what_is_no_address_of_one_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="no address of a Prometheus"):
        from_prometheus(url, ["shop"])
