"""Rollouts and scaling under load: nobody notices. And the control: without the pause before the end, somebody does."""

import json
import os

import pytest
from cluster.application import Person
from cluster.programs import Release
from cluster.releases import Report
from cluster.traffic import Ask, Entrance, Traffic

# Requests a second; two cores still have room for the rollouts.
RATE = int(os.environ.get("CLUSTER_RATE", "40"))
REQUESTS = 10_000
NO_PAUSE = [f"{part}.{value}=0" for part in ("frontend", "backend") for value in ("preStopSeconds", "drainSeconds")]


class Mixture:
    """What the load asks for: pages, reads and writes of several people; every write has a title of its own."""

    def __init__(self, address: str) -> None:
        self.people = [Person(address).sign_up() for _ in range(6)]

    def __call__(self, number: int) -> Ask:
        person = self.people[number % len(self.people)]
        headers = {"Authorization": str(person.http.headers["Authorization"])}
        body = json.dumps({"title": f"Task {number}"}).encode()
        return (
            Ask("list", "GET", f"/api/{person.user}/tasks?limit=20", 200, headers),
            Ask("create", "POST", f"/api/{person.user}/tasks", 201, headers, body),
            Ask("page", "GET", "/signin", 200),
            Ask("session", "GET", "/api/auth/session", 200, headers),
        )[number // 6 % 4]


def roll(taskora: Release, *parts: str, seconds: float = 180) -> None:
    """A rollout of parts, as `kubectl rollout restart` makes it, until the last new pod is ready."""
    for part in parts:
        taskora.namespace.kubectl("rollout", "restart", f"deployment/taskora-{part}")
    taskora.namespace.rolled_out(*(f"deployment/taskora-{part}" for part in parts), seconds=seconds)


@pytest.fixture
def entrances(node_port: str, ingress_address: str, ingress_host: str) -> list[Entrance]:
    return [Entrance("node port", node_port), Entrance("ingress", ingress_address, ingress_host)]


@pytest.fixture
def carried(node_port: str, entrances: list[Entrance]) -> None:
    """A skip where the cluster can't even carry the load while nothing changes: failures would tell nothing then."""
    with Traffic(entrances, Mixture(node_port), RATE) as traffic:
        traffic.until(10 * RATE, seconds=15)
    if traffic.tally.failures or traffic.tally.quantile(0.99) > 2000:
        pytest.skip(f"the cluster is too busy to be measured; without any change: {traffic.tally}")


def test_rollouts_and_scaling_fail_no_request(
    taskora: Release, node_port: str, carried: None, entrances: list[Entrance], report: Report
) -> None:
    mixture = Mixture(node_port)
    with Traffic(entrances, mixture, RATE) as traffic:
        for replicas in (1, 4, 3):
            taskora.namespace.kubectl("scale", "deployment/taskora-backend", f"--replicas={replicas}")
            taskora.namespace.rolled_out("deployment/taskora-backend")
        rollouts = 0
        while rollouts < 3 or traffic.tally.sent < REQUESTS:
            roll(taskora, "backend", "frontend")
            rollouts += 1
    report(f"zero downtime, backend scaled 3-1-4-3, {rollouts} rollouts of both parts", str(traffic.tally))
    assert traffic.tally.sent >= REQUESTS
    assert traffic.tally.failures == []


def test_without_the_pause_before_the_end_requests_fail(
    taskora: Release, node_port: str, entrances: list[Entrance], report: Report
) -> None:
    """The control: the same load sees the same rollouts fail when pods end at once."""
    taskora.upgrade(*NO_PAUSE)
    mixture = Mixture(node_port)
    with Traffic(entrances, mixture, RATE) as traffic:
        for _ in range(3):
            roll(taskora, "backend", "frontend")
            if traffic.tally.failures:
                break
    report("control, no pause", str(traffic.tally))
    assert traffic.tally.failures != []
