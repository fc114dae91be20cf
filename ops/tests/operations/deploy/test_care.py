"""Trouble told apart, checks, ways in, and what follows a deployment; on fakes."""

from pathlib import Path
from typing import Any

import pytest

from kora.domain.findings import Finding, Severity
from kora.domain.objects import ObjectRef
from kora.kit.errors import NotFound, Unavailable
from kora.operations.deploy import care
from kora.operations.deploy.checks import Check, Level, Patient, examine, must_pass
from kora.operations.deploy.configuration import Front
from kora.operations.deploy.doors import outside, rivals
from kora.operations.deploy.errors import CrashTrouble, StorageTrouble
from kora.operations.deploy.history import Memory, read
from kora.operations.deploy.providers import recognise
from kora.operations.deploy.trouble import Suspects, concerns, failure
from kora.operations.deploy.workloads import row_of
from kora.testing.cluster import FakeCluster
from kora.testing.images import FakeEngine
from kora.testing.shipping import NODE, World, finding

WEB = ObjectRef(api_version="apps/v1", kind="Deployment", namespace="shop", name="web")


def test_a_cause_must_last_before_it_decides() -> None:
    suspects, crash = Suspects(), finding("CrashLoop")
    assert suspects.decisive([crash], [WEB], 0.0) is None
    assert suspects.decisive([crash], [WEB], 5.0) is None
    assert suspects.decisive([crash], [WEB], 10.0) == crash


def test_a_cause_that_went_away_begins_anew() -> None:
    suspects, crash = Suspects(), finding("CrashLoop")
    suspects.decisive([crash], [WEB], 0.0)
    suspects.decisive([], [WEB], 9.0)
    assert suspects.decisive([crash], [WEB], 12.0) is None


def test_of_two_causes_the_deeper_one_is_named() -> None:
    suspects = Suspects()
    causes = [finding("CrashLoop"), finding("StorageClassMissing", name="data-web-0", kind="PersistentVolumeClaim")]
    suspects.decisive(causes, [WEB], 0.0)
    chosen = suspects.decisive(causes, [WEB], 60.0)
    assert chosen is not None
    assert isinstance(failure(chosen, ""), StorageTrouble)
    assert isinstance(failure(causes[0], "It was removed."), CrashTrouble)


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [
        ("Deployment", "web", True),
        ("Pod", "web-6d5f-x2", True),
        ("PersistentVolumeClaim", "data-web-0", True),
        ("Deployment", "web-admin", False),
        ("Pod", "webshop-1", False),
        ("Deployment", "other", False),
    ],
)
def test_whose_trouble_it_is(kind: str, name: str, ours: bool) -> None:
    assert concerns(finding("CrashLoop", name=name, kind=kind), [WEB]) is ours


def test_information_never_decides() -> None:
    told: Finding = finding("CrashLoop").model_copy(update={"severity": Severity.INFO})
    suspects = Suspects()
    suspects.decisive([told], [WEB], 0.0)
    assert suspects.decisive([told], [WEB], 500.0) is None


def patient(cluster: FakeCluster, **more: Any) -> Patient:
    nodes = cluster.list("v1", "Node")
    return Patient(
        reader=cluster, engine=FakeEngine(), helm_name="fake", provider=recognise(nodes, ""), nodes=nodes, **more
    )


def level(checks: list[Check], name: str) -> Level:
    return next(each.level for each in checks if each.name == name)


def test_a_bare_cluster_says_what_to_do_next() -> None:
    checks = examine(patient(FakeCluster([NODE]), needs_storage=True))
    storage = next(each for each in checks if each.name == "storage class")
    assert storage.level is Level.MISSING
    assert storage.next == "minikube addons enable default-storageclass"
    assert level(checks, "metrics API") is Level.WEAK
    assert all(each.next for each in checks if each.level is not Level.FINE)
    with pytest.raises(Unavailable, match="storage class"):
        must_pass(checks)


def test_a_node_under_pressure_and_a_full_cluster_stop() -> None:
    conditions = [{"type": "Ready", "status": "True"}, {"type": "DiskPressure", "status": "True"}]
    pressed = {**NODE, "status": {**NODE["status"], "conditions": conditions, "allocatable": {"memory": "512Mi"}}}
    checks = examine(patient(FakeCluster([pressed])))
    assert level(checks, "nodes") is Level.MISSING
    assert level(checks, "memory") is Level.MISSING


def test_pods_that_no_node_took_ask_for_nothing() -> None:
    waiting = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "huge", "namespace": "shop"},
        "spec": {"containers": [{"name": "m", "image": "a:1", "resources": {"requests": {"memory": "9Ti"}}}]},
    }
    assert level(examine(patient(FakeCluster([NODE, waiting]))), "memory") is Level.FINE


def test_two_claims_on_one_host_leave_it_to_nobody() -> None:
    def ingress(namespace: str) -> dict[str, Any]:
        backend = {"service": {"name": "web", "port": {"number": 80}}}
        rule = {"host": "shop.local", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "shop", "namespace": namespace},
            "spec": {"rules": [rule]},
            "status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}},
        }

    cluster = FakeCluster([ingress("shop"), ingress("default")])
    assert rivals(cluster, "shop", "shop.local") == {"default"}
    assert outside(cluster, "shop", Front(service="web", port=80), []) == []


def test_a_job_that_removed_itself_is_done() -> None:
    job = ObjectRef(api_version="batch/v1", kind="Job", namespace="shop", name="migrate")
    assert row_of(job, None, fleeting=True).done
    assert not row_of(job, None).done
    failed = {"spec": {}, "status": {"conditions": [{"type": "Failed", "status": "True", "reason": "Deadline"}]}}
    assert row_of(job, failed).failed


def test_status_logs_and_down(world: World) -> None:
    with pytest.raises(NotFound, match="not installed"):
        care.status(world.application, world.cluster, world.helm)
    world.up()
    found = care.status(world.application, world.cluster, world.helm)
    assert found.healthy
    assert [row.name for row in found.rows] == ["deployment/web"]
    (pod,) = care.pods_of(world.application, world.cluster, world.helm, "web")
    world.cluster.set_logs("shop", pod["metadata"]["name"], "one\ntwo")
    lines = list(care.logs(world.cluster, lambda: [pod], follow=False))
    assert [line.split(" | ")[1] for line in lines] == ["one", "two"]
    with pytest.raises(NotFound, match="there are web"):
        care.pods_of(world.application, world.cluster, world.helm, "wbe")

    writer = world.cluster.open_writer()
    first = care.down(world.application, world.cluster, writer, world.helm)
    assert first.removed == ("release shop",)
    assert first.stays == ("secret/shop-secret -n shop", "namespace/shop")
    again = care.down(world.application, world.cluster, writer, world.helm)
    assert again.removed == ()
    last = care.down(world.application, world.cluster, writer, world.helm, volumes=True)
    assert "secret/shop-secret -n shop" in last.removed
    assert "namespace/shop" in last.stays, "Kora did not make this namespace"


def test_following_a_log_takes_up_what_comes(world: World) -> None:
    pod = {"metadata": {"name": "p", "namespace": "shop"}, "spec": {"containers": [{"name": "main"}]}}
    texts = iter(["a\nb", "a\nb\nc", "b\nc\nd"])

    class Reader:
        def logs(self, *where: str, **more: Any) -> str:
            return next(texts)

    lines = care.logs(Reader(), lambda: [pod], follow=True)  # type: ignore[arg-type]
    assert [next(lines) for _ in range(4)] == ["p | a", "p | b", "p | c", "p | d"]


def test_a_damaged_memory_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text("{broken")
    assert read(path) == Memory()
    memory = Memory()
    for seconds in (1.0, 9.0, 2.0):
        memory.add("build", seconds)
    assert memory.usual("build") == 2.0
    assert memory.usual("load") is None
