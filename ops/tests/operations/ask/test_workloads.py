"""What orders do to workloads and to what stands in front of them, on a cluster in memory."""

from collections.abc import Callable
from typing import Any

import pytest

from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import ref

Asking = Callable[..., Outcome]


def container(cluster: FakeCluster, name: str = "shop-backend") -> dict[str, Any]:
    live = cluster.get(ref("Deployment", name))
    assert live is not None
    return dict(live["spec"]["template"]["spec"]["containers"][0])


def test_an_image_keeps_its_repository_when_only_a_tag_is_said(asking: Asking, shop: FakeCluster) -> None:
    before = container(shop)["image"].partition(":")[0]
    outcome = asking("upgrade the backend to version 9.1", change=True)
    assert outcome.status is Status.OK, outcome
    assert container(shop)["image"] == f"{before}:9.1"


def test_resources_are_set_where_they_were_said_and_multiplied(asking: Asking, shop: FakeCluster) -> None:
    asking("the backend needs requests of 100m cpu and 64Mi memory, limits of 200m and 128Mi", change=True)
    found = container(shop)["resources"]
    assert found == {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "128Mi"}}
    asking("double the memory of the backend", change=True)
    assert container(shop)["resources"]["limits"] == {"cpu": "200m", "memory": "256Mi"}


def test_a_limit_below_the_request_is_refused(asking: Asking, shop: FakeCluster) -> None:
    asking("set the memory request of the backend to 256Mi", change=True)
    shop.requests.clear()
    assert asking("set the memory limit of the backend to 64Mi", change=True).status is Status.FAILED
    assert shop.requests == []


def test_variables_come_and_go_and_the_others_stay(asking: Asking, shop: FakeCluster) -> None:
    asking("set MODE to fast and RETRIES to 5 in the backend deployment", change=True)
    values = {each["name"]: each.get("value") for each in container(shop)["env"]}
    assert values == {"LOG_LEVEL": "info", "DB_PASSWORD": None, "MODE": "fast", "RETRIES": "5"}


def test_a_probe_is_set_as_said(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("set the readiness probe of the backend to /healthz on 80 every 7 seconds", change=True)
    assert outcome.status is not Status.FAILED, outcome
    assert container(shop)["readinessProbe"] == {"httpGet": {"path": "/healthz", "port": 80}, "periodSeconds": 7}


def test_an_autoscaler_is_made_for_the_workload(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("let the ledger scale between 2 and 8 pods when cpu hits 70 percent", change=True)
    assert outcome.status is Status.OK, outcome
    made = shop.list("autoscaling/v2", "HorizontalPodAutoscaler", "shop")[0]["spec"]
    assert (made["minReplicas"], made["maxReplicas"], made["scaleTargetRef"]["name"]) == (2, 8, "ledger")


def test_a_service_is_made_in_front_of_a_workload(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("expose deployment ledger inside the cluster on port 80 going to 8080", change=True)
    assert outcome.status is Status.OK, outcome
    made = shop.get(ref("Service", "ledger"))
    assert made is not None
    assert (made["spec"]["type"], made["spec"]["selector"]) == ("ClusterIP", {"app": "ledger"})
    assert [(each["port"], each["targetPort"]) for each in made["spec"]["ports"]] == [(80, 8080)]


def test_a_rollback_gives_the_image_before(asking: Asking, shop: FakeCluster) -> None:
    before = container(shop)["image"]
    asking("set the image of the backend to web:2", change=True)
    shop.settle()
    outcome = asking("undo the deployment change for the backend", change=True)
    assert outcome.status is Status.OK, outcome
    assert container(shop)["image"] == before


def test_it_is_the_workload_that_was_changed_and_not_its_service(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("scale the backend to 3. Then label it with tier=api.", change=True)
    assert outcome.status is Status.OK, outcome
    found = shop.get(ref("Deployment", "shop-backend"))
    assert found is not None
    assert found["metadata"]["labels"]["tier"] == "api"
    assert {target.kind for _, target in shop.requests} == {"Deployment"}


@pytest.mark.parametrize(
    "prompt",
    [
        "delete the pods of ledger",
        "stop the backend from restarting",
        "scale the backend by 2",
        "restart the backend, only in staging",
        "delete deployment ledger but keep its pods",
        "send 20% of the traffic of service shop-backend to ledger",
        "restart some of the ledger pods",
        "set the memory of the backend to 512",
    ],
)
def test_what_is_left_open_changes_nothing(asking: Asking, shop: FakeCluster, prompt: str) -> None:
    outcome = asking(prompt, change=True)
    assert outcome.status is Status.FAILED, outcome
    assert shop.requests == []


def test_a_place_that_opens_the_prompt_is_looked_in(asking: Asking, shop: FakeCluster) -> None:
    assert asking("In namespace elsewhere, scale the ledger to 1", change=True).status is Status.FAILED
    assert shop.requests == []
    outcome = asking("In namespace shop, scale the ledger to 1", change=True, namespace="default")
    assert outcome.status is Status.OK, outcome


def test_budgets_and_services_find_the_pods_of_the_workload_that_stands_there(
    asking: Asking, shop: FakeCluster
) -> None:
    labels = {"app": "shop-backend"}
    outcome = asking("make sure that at least one backend pod stays available during disruptions", change=True)
    assert outcome.status is Status.OK, outcome
    (budget,) = shop.list("policy/v1", "PodDisruptionBudget", "shop")
    assert (budget["spec"]["minAvailable"], budget["spec"]["selector"]["matchLabels"]) == (1, labels)
    outcome = asking("create a service backend-inner for deployment shop-backend on port 80", change=True)
    assert outcome.status is Status.OK, outcome
    made = shop.get(ref("Service", "backend-inner"))
    assert made is not None
    assert made["spec"]["selector"] == labels
