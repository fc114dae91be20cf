"""What Kubernetes mends by itself shows between two looks: pods that vanish, containers that start anew."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kora.domain.findings import Finding, Severity
from kora.domain.objects import Manifest, ObjectRef
from kora.operations.diagnose.graph import Graph
from kora.operator.losses import PATIENCE, Losses

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def thing(api: str, kind: str, name: str, owner: Manifest | None = None, **body: Any) -> Manifest:
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "uid": f"{kind}-{name}", "generation": 1}
    if owner is not None:
        reference = {"kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}
        metadata["ownerReferences"] = [{**reference, "controller": True}]
    metadata |= body.pop("metadata", {})
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}


def pod(name: str, owner: Manifest, *, ready: bool = True, restarts: int = 0, **metadata: Any) -> Manifest:
    container = {"name": "main", "restartCount": restarts, "ready": ready}
    if restarts:
        container["lastState"] = {"terminated": {"exitCode": 137, "reason": "Error"}}
    status = {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": str(ready)}],
        "containerStatuses": [container],
    }
    return thing("v1", "Pod", name, owner, status=status, metadata=metadata)


def web(replicas: int = 2, name: str = "web-1") -> tuple[Manifest, Manifest]:
    top = thing("apps/v1", "Deployment", "web", spec={"replicas": replicas})
    return top, thing("apps/v1", "ReplicaSet", name, top, spec={"replicas": replicas})


def look(losses: Losses, *objects: Manifest, others: tuple[Finding, ...] = (), now: float = 0.0) -> list[str]:
    found = losses.look("shop", Graph(objects, now=NOW, namespaces=["shop"]), others, now)
    return [f"{each.cause} {each.objects[0].name}" for each in found]


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "terminating"])
def test_a_pod_that_goes_away_is_told_until_its_place_is_filled(gone: bool) -> None:
    losses, (top, keeper) = Losses(), web()
    first, second = pod("a", keeper), pod("b", keeper)
    assert look(losses, top, keeper, first, second) == []
    dying = () if gone else (pod("b", keeper, deletionTimestamp="2026-01-05T12:00:00Z"),)
    assert look(losses, top, keeper, first, pod("c", keeper, ready=False), *dying) == ["PodLost web"]
    assert look(losses, top, keeper, first, pod("c", keeper, ready=False), *dying) == ["PodLost web"]
    assert look(losses, top, keeper, first, pod("c", keeper), *dying) == []


def test_one_that_is_replaced_between_two_looks_is_told_once() -> None:
    losses, (top, keeper) = Losses(), web()
    look(losses, top, keeper, pod("a", keeper), pod("b", keeper))
    assert look(losses, top, keeper, pod("a", keeper), pod("c", keeper)) == ["PodLost web"]
    assert look(losses, top, keeper, pod("a", keeper), pod("c", keeper)) == []


def test_scaling_and_rollouts_lose_nothing() -> None:
    losses, (top, keeper) = Losses(), web(3)
    look(losses, top, keeper, *(pod(each, keeper) for each in "abc"))
    top, keeper = web(1)
    assert look(losses, top, keeper, pod("a", keeper)) == []
    other = thing("apps/v1", "ReplicaSet", "web-2", top, spec={"replicas": 1})
    top, keeper = web(0)
    assert look(losses, top, keeper, other, pod("d", other)) == []


def test_a_stateful_set_that_rolls_loses_nothing_but_a_deleted_pod_is_told() -> None:
    def store(target: str) -> Manifest:
        return thing("apps/v1", "StatefulSet", "db", spec={"replicas": 1}, status={"updateRevision": target})

    def member(revision: str, uid: str) -> Manifest:
        return pod("db-0", store("x"), uid=uid, labels={"controller-revision-hash": revision})

    losses = Losses()
    look(losses, store("r1"), member("r1", "1"))
    assert look(losses, store("r2"), member("r2", "2")) == []
    assert look(losses, store("r2"), member("r2", "3")) == ["PodLost db"]


def test_a_restart_is_told_with_its_exit_code_until_the_container_is_ready() -> None:
    losses, (top, keeper) = Losses(), web(1)
    look(losses, top, keeper, pod("a", keeper))
    graph = Graph([top, keeper, pod("a", keeper, ready=False, restarts=1)], now=NOW, namespaces=["shop"])
    (found,) = losses.look("shop", graph, (), 0.0)
    assert (found.cause, found.severity) == ("ContainerRestarted", Severity.INFO)
    assert "exit code 137" in found.summary
    assert look(losses, top, keeper, pod("a", keeper, restarts=1)) == []


def test_a_cause_that_a_detector_names_stands_for_the_loss() -> None:
    losses, (top, keeper) = Losses(), web(1)
    look(losses, top, keeper, pod("a", keeper))
    crash = Finding(
        id="crash", cause="CrashLoop", severity=Severity.CRITICAL, objects=(ObjectRef.of(top),), summary="It crashes."
    )
    assert look(losses, top, keeper, pod("a", keeper, ready=False, restarts=1), others=(crash,)) == []


def test_nothing_is_lost_before_the_first_look_nor_for_ever() -> None:
    losses, (top, keeper) = Losses(), web(1)
    assert look(losses, top, keeper, pod("a", keeper, restarts=5)) == []
    assert look(losses, top, keeper, pod("b", keeper, ready=False)) == ["PodLost web"]
    assert look(losses, top, keeper, pod("b", keeper, ready=False), now=PATIENCE) == []


def test_a_deleted_workload_takes_its_pods_along() -> None:
    losses, (top, keeper) = Losses(), web(1)
    look(losses, top, keeper, pod("a", keeper))
    keeper["metadata"]["deletionTimestamp"] = "2026-01-05T12:00:00Z"
    assert look(losses, top, keeper) == []
    assert look(losses) == []
