"""Requests on a cluster in memory: what is bound, planned, answered and refused."""

from pathlib import Path

import pytest

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.results import Outcome, Status
from kora.kit.clock import VirtualClock, use_clock
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import deployment, ref, secret, service
from kora.tools.context import Context
from kora.tools.invoker import Invoker


@pytest.fixture
def cluster() -> FakeCluster:
    fake = FakeCluster(clock=VirtualClock())
    fake.add(deployment("shop-backend", replicas=2))
    fake.add(deployment("shop-frontend", replicas=1))
    fake.add(service("shop-backend", selector={"app": "shop-backend"}))
    fake.add(secret("db", {"password": "aHVudGVyMg=="}))
    fake.settle()
    return fake


def ask(
    cluster: FakeCluster, folder: Path, prompt: str, tool: str = "ask.change", namespace: str = "shop", **options: bool
) -> Outcome:
    context = Context(
        actor=Actor(name="ann", surface=Surface.CLI), reader=cluster, audit=AuditLog(folder / "audit"), home=folder
    )
    with use_clock(cluster.clock):
        invoker = Invoker(context, open_writer=cluster.open_writer, yes=True, **options)
        return invoker.call(tool, {"prompt": prompt, "namespace": namespace})


def spec(cluster: FakeCluster, name: str) -> dict[str, object]:
    live = cluster.get(ref("Deployment", name))
    assert live is not None
    return dict(live["spec"])


def test_a_phrase_finds_its_deployment_and_scales_it(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "scale the backend to 5")
    assert outcome.status is Status.OK, outcome
    assert spec(cluster, "shop-backend")["replicas"] == 5
    assert [verb for verb, _ in cluster.requests] == ["scale"]


def test_several_steps_become_one_plan(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(
        cluster,
        tmp_path,
        "set the image of the frontend to web:2 and set COLOUR_MODE=dark on it, then scale the backend to 3",
    )
    assert outcome.status is Status.OK, outcome
    container = spec(cluster, "shop-frontend")["template"]["spec"]["containers"][0]  # type: ignore[index]
    assert container["image"] == "web:2"
    assert container["env"] == [{"name": "COLOUR_MODE", "value": "dark"}]
    assert [verb for verb, _ in cluster.requests] == ["patch", "scale"]


@pytest.mark.parametrize(
    "prompt", ["restart shop", "scale the database to 3", "delete everything", "restart the backend if it fails"]
)
def test_a_doubt_changes_nothing(cluster: FakeCluster, tmp_path: Path, prompt: str) -> None:
    outcome = ask(cluster, tmp_path, prompt)
    assert outcome.status is Status.FAILED
    assert cluster.requests == []


def test_an_ambiguous_name_gives_the_candidates(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "restart the shop app")
    assert outcome.error is not None
    assert outcome.error["code"] == "TARGET_AMBIGUOUS"
    assert {each["name"] for each in outcome.error["details"]["candidates"]} == {"shop-backend", "shop-frontend"}


def test_what_lives_in_another_namespace_is_not_touched_without_a_word(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "scale the backend to 5", namespace="default")
    assert outcome.status is Status.FAILED
    assert cluster.requests == []


def test_a_dry_run_changes_nothing(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "scale the backend to 5", dry_run=True)
    assert outcome.status is Status.OK
    assert cluster.requests == []


def test_traffic_is_not_switched_to_pods_that_are_not_there(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "switch the traffic of service shop-backend to app=nobody")
    assert outcome.status is Status.FAILED
    assert "No ready pod" in outcome.answer
    assert cluster.requests == []


def test_the_values_of_secrets_are_never_shown(cluster: FakeCluster, tmp_path: Path) -> None:
    for prompt in ("show the yaml of secret db", "describe secret db", "list secrets"):
        outcome = ask(cluster, tmp_path, prompt, "ask.read")
        assert outcome.status is Status.OK, outcome
        assert "aHVudGVyMg==" not in outcome.answer + str(outcome.data)


def test_lists_keep_their_conditions(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "show me all pods that are not running", "ask.read")
    assert outcome.status is Status.NO_DATA
    outcome = ask(cluster, tmp_path, "how many pods are there?", "ask.read")
    assert outcome.data["result"] == {"count": 3, "of": 3}


def test_how_to_is_explained_and_not_done(cluster: FakeCluster, tmp_path: Path) -> None:
    outcome = ask(cluster, tmp_path, "how do I scale the backend to 4?", "ask.read")
    assert "--replicas=4" in outcome.data["commands"][0]
    assert cluster.requests == []
