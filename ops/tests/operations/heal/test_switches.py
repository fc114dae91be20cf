"""The switches of a policy hold for a pass from outside as they do for the operator."""

from typing import Any

import pytest
from healing_shop import Shop

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.results import Status
from kora.domain.risk import Autonomy
from kora.kit.errors import Denied
from kora.operations.heal.report import Fate
from kora.operations.plans.store import PlanStore
from kora.policy.document import PolicyDocument, parse
from kora.testing.cluster import Failure, FakeCluster
from kora.tools.context import Context
from kora.tools.invoker import Invoker


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pods whose log was asked for."""
    found: list[str] = []
    logs = FakeCluster.logs

    def listening(cluster: FakeCluster, namespace: str, pod: str, **more: Any) -> str:
        found.append(pod)
        return logs(cluster, namespace, pod, **more)

    monkeypatch.setattr(FakeCluster, "logs", listening)
    return found


def without(name: str) -> PolicyDocument:
    """A policy that switches one capability off."""
    return parse({"autonomy": {"level": "supervised"}, "capabilities": {name: {"enabled": False}}})


def crash(shop: Shop) -> None:
    """A new revision ends with an error; the older one serves."""
    shop.cluster.fail_when(lambda each: each["image"] == "web:2", Failure("Error", exit_code=1))
    shop.change({"containers": [{"name": "main", "image": "web:2"}]})
    for pod in list(shop.cluster.every("Pod")):
        shop.cluster.set_logs("shop", pod["metadata"]["name"], "KeyError: 'DATABASE_URL'\n", previous=True)


@pytest.mark.parametrize("reads", [True, False])
def test_logs_are_read_neither_for_the_diagnosis_nor_for_the_proof(shop: Shop, asked: list[str], reads: bool) -> None:
    crash(shop)
    policy = parse({"autonomy": {"level": "supervised"}}) if reads else without("logAnalysis")
    (line,) = shop.heal(Autonomy.SUPERVISED, policy=policy).lines
    assert line.fate is Fate.HEALED, line.reason
    assert bool(asked) is reads


def test_without_the_monitoring_of_health_nothing_is_looked_at(shop: Shop) -> None:
    crash(shop)
    with pytest.raises(Denied, match="healthMonitoring"):
        shop.heal(Autonomy.SUPERVISED, policy=without("healthMonitoring"))
    assert shop.cluster.requests == []
    assert PlanStore(shop.home).everything()[0] == ()


def test_without_right_sizing_no_size_is_changed(shop: Shop) -> None:
    context = Context(
        actor=Actor(name="ana", surface=Surface.CLI),
        reader=shop.cluster,
        audit=AuditLog(shop.home / "audit"),
        home=shop.home,
        policy=without("resourceOptimization"),
    )
    workload = {"api_version": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web"}
    sizes = [{"workload": workload, "container": "main", "requests": {"memory": "32Mi"}}]
    told = Invoker(context, yes=True, open_writer=shop.cluster.open_writer).call("rightsize.apply", {"sizes": sizes})
    assert told.status is Status.DENIED
    assert "resourceOptimization" in told.answer
    assert shop.cluster.requests == []
