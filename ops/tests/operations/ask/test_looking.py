"""Logs, permissions, usage, capacity and events, answered from a cluster in memory."""

from collections.abc import Callable
from typing import Any

import pytest

from kora.domain.objects import Manifest
from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster

Asking = Callable[..., Outcome]
RBAC = "rbac.authorization.k8s.io/v1"


def pods_of(cluster: FakeCluster, app: str) -> list[Manifest]:
    return [each for each in cluster.list("v1", "Pod", "shop") if each["metadata"]["labels"].get("app") == app]


def rbac(kind: str, name: str, **parts: Any) -> Manifest:
    return {"apiVersion": RBAC, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, **parts}


@pytest.fixture(autouse=True)
def furnished(shop: FakeCluster) -> None:
    pod = pods_of(shop, "shop-backend")[0]["metadata"]["name"]
    text = "ready\nslow query\nERROR: no connection\nready again\n"
    shop.set_logs("shop", pod, text, "main")
    shop.set_logs("shop", pod, text)
    shop.add(rbac("Role", "cleaner", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "delete"]}]))
    shop.add({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ci", "namespace": "shop"}})
    subject = {"kind": "ServiceAccount", "name": "ci", "namespace": "shop"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "cleaner"}
    shop.add(rbac("RoleBinding", "cleaner-ci", roleRef=role, subjects=[subject]))


def test_logs_are_read_and_narrowed(asking: Asking) -> None:
    assert "slow query" in asking("show the logs of the backend").answer
    errors = asking("show recent errors in the backend logs").answer
    assert "no connection" in errors
    assert "slow query" not in errors


def test_who_may_is_told_from_roles_and_bindings(asking: Asking) -> None:
    assert "ci" in asking("who can delete pods in shop?").answer
    assert (
        asking("can the service account ci delete pods?").answer.lower().startswith(("yes", "serviceaccount", "system"))
    )
    assert asking("can the service account ci delete secrets?").answer.lower().startswith("no")


def test_without_metrics_nothing_is_made_up(asking: Asking) -> None:
    outcome = asking("which pod uses the most memory?")
    assert outcome.status is Status.NO_DATA
    assert "No usage is known" in outcome.answer


def test_a_name_that_is_not_there_is_said_to_be_missing(asking: Asking) -> None:
    for prompt in ("logs of the warehouse", "why is the warehouse failing?", "status of deployment warehouse"):
        outcome = asking(prompt)
        assert "warehouse" in outcome.answer
        assert "no " in outcome.answer.lower()


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("how many pods does the ledger run?", "4"),
        ("which deployments run more than 3 replicas?", "ledger"),
        ("is the ledger healthy?", "ledger"),
        ("what image does the ledger use?", "image"),
        ("show me the yaml of deployment ledger", "kind: Deployment"),
        ("what would happen if I delete the secret db?", "shop-backend"),
        ("which pods would be affected if service shop-backend went away?", "shop-backend"),
        ("what is broken in this namespace?", "in namespace shop"),
    ],
)
def test_everyday_questions_are_answered(asking: Asking, prompt: str, said: str) -> None:
    outcome = asking(prompt)
    assert outcome.error is None, outcome
    assert said in outcome.answer, outcome.answer


def test_logs_are_searched_for_a_word(asking: Asking) -> None:
    found = asking("grep the logs of the backend for slow").answer
    assert "slow query" in found
    assert "ready again" not in found


def test_nodes_are_told_by_what_presses_them(asking: Asking, shop: FakeCluster) -> None:
    for name, pressed in (("calm", "False"), ("tight", "True")):
        conditions = [{"type": "Ready", "status": "True"}, {"type": "MemoryPressure", "status": pressed}]
        shop.add({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"conditions": conditions}})
    found = asking("which nodes are under pressure?").answer
    assert "tight" in found
    assert "calm" not in found


def test_claims_are_told_by_their_size(asking: Asking, shop: FakeCluster) -> None:
    for name, size in (("small", "1Gi"), ("large", "20Gi")):
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
        metadata = {"name": name, "namespace": "shop"}
        shop.add({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec})
    found = asking("list volume claims larger than 5Gi").answer
    assert "large" in found
    assert "small" not in found
