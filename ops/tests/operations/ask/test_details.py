"""What answers say of kinds that run no pods, of jobs and probes, and when nothing is as the question supposes."""

from collections.abc import Callable
from typing import Any

import pytest

from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster

Asking = Callable[..., Outcome]


def thing(kind: str, api_version: str, name: str, **parts: Any) -> dict[str, Any]:
    spaced = {} if kind == "Node" else {"namespace": "shop"}
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **spaced}, **parts}


@pytest.fixture(autouse=True)
def furnished(shop: FakeCluster) -> None:
    done = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
    path = {"path": "/", "backend": {"service": {"name": "shop-backend", "port": {"number": 80}}}}
    web = next(
        each for each in shop.list("apps/v1", "Deployment", "shop") if each["metadata"]["name"] == "shop-backend"
    )
    web["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": "/ok", "port": 80}}
    web["spec"]["template"]["spec"]["containers"][0]["resources"] = {"limits": {"memory": "64Mi"}}
    for item in (
        web,
        thing("Job", "batch/v1", "import", spec={}, status=done),
        thing("Job", "batch/v1", "endless", spec={}, status={"active": 1}),
        thing("ResourceQuota", "v1", "team", spec={}, status={"hard": {"pods": "40"}, "used": {"pods": "7"}}),
        thing(
            "Ingress", "networking.k8s.io/v1", "front",
            spec={"rules": [{"host": "shop.example.com", "http": {"paths": [path]}}]},
        ),
        thing("Service", "v1", "door", spec={"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]}),
        thing(
            "Node", "v1", "worker-1",
            spec={"unschedulable": True, "taints": [{"key": "only", "value": "db", "effect": "NoSchedule"}]},
        ),
        thing("Pod", "v1", "toolbox", spec={"containers": [{"name": "main", "image": "tool:1"}]}),
    ):  # fmt: skip
        shop.add(item)


@pytest.mark.parametrize(
    ("prompt", "said", "unsaid"),
    [
        ("did the import job finish?", ["finished", "1 of 1"], []),
        ("is the endless job done?", ["not finished"], []),
        ("how much of the quota is used?", ["team", "7 of 40"], []),
        ("which hosts does the ingress serve?", ["shop.example.com"], []),
        ("describe the ingress front", ["shop.example.com/ to service shop-backend port 80", "no TLS"], []),
        ("is anything exposed outside the cluster?", ["door", "30080", "shop.example.com"], ["ledger"]),
        ("does the backend have a readiness probe?", ["GET /ok on port 80"], []),
        ("what memory limit does the backend have?", ["memory=64Mi"], []),
        ("which containers does the ledger have?", ["container main"], []),
        ("which nodes have taints?", ["only=db:NoSchedule", "SchedulingDisabled"], []),
        ("are there pods that nobody owns?", ["toolbox"], ["ledger-"]),
        ("compare the ledger and the backend", ["ledger", "shop-backend", "replicas"], []),
        ("list all namespaces", ["shop"], []),
        ("which service account does the ledger run as?", ["service account of deployment/ledger", "default"], []),
        ("when was the ledger last restarted?", ["never"], []),
        ("is the backend autoscaled?", ["autoscaler of deployment/shop-backend"], []),
        ("which service does the front ingress send traffic to?", ["to service shop-backend port 80"], []),
        ("does the front ingress use TLS?", ["no, plain HTTP only"], []),
        ("how many pods are there per workload?", ["deployment/ledger", "COUNT"], []),
        ("list deployments with their images and replicas", ["IMAGES", "REPLICAS", "ledger"], []),
        ("how many pods are running and how many are not?", ["state is running", "state is not running"], []),
        ("which pods run tool", ["toolbox"], ["ledger-"]),
        ("who changed the ledger last?", ["deployment/ledger"], []),
    ],
)
def test_an_answer_says_what_was_asked(asking: Asking, prompt: str, said: list[str], unsaid: list[str]) -> None:
    outcome = asking(prompt)
    assert outcome.error is None, outcome
    assert all(each in outcome.answer for each in said), outcome.answer
    assert not any(each in outcome.answer for each in unsaid), outcome.answer


def test_a_question_that_supposes_what_is_not_so_is_told_so(asking: Asking) -> None:
    outcome = asking("why is the pod evicted?")
    assert outcome.status is Status.NO_DATA
    assert "There are no pods" in outcome.answer
    assert "looked at" in outcome.answer
