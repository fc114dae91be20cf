"""Changes of what is narrowed down: conditions, exceptions, guards, and what is no workload."""

from collections.abc import Callable
from typing import Any

import pytest

from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import deployment, ref

Asking = Callable[..., Outcome]


def spec(cluster: FakeCluster, kind: str, name: str, api_version: str | None = None) -> dict[str, Any]:
    live = cluster.get(ref(kind, name, api_version=api_version))
    assert live is not None
    return dict(live["spec"])


def touched(cluster: FakeCluster) -> set[str]:
    return {str(target.name) for _, target in cluster.requests}


def test_an_exception_is_left_alone(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("scale all deployments to 1 except ledger", change=True)
    assert outcome.status is Status.OK, outcome
    assert spec(shop, "Deployment", "ledger")["replicas"] == 4
    assert spec(shop, "Deployment", "shop-backend")["replicas"] == 1


def test_an_exception_that_is_not_there_stops_everything(asking: Asking, shop: FakeCluster) -> None:
    assert asking("scale all deployments to 1 except ledgre", change=True).status is Status.FAILED
    assert shop.requests == []


def test_only_what_fits_is_changed(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("scale all deployments with more than 3 replicas to 2", change=True)
    assert outcome.status is Status.OK, outcome
    assert touched(shop) == {"ledger"}


@pytest.mark.parametrize(("guard", "replicas"), [("if it has fewer than 5 replicas", 6), ("unless it is ready", 4)])
def test_a_guard_counts_what_is_there_now(asking: Asking, shop: FakeCluster, guard: str, replicas: int) -> None:
    asking(f"scale the ledger to 6 {guard}", change=True)
    assert spec(shop, "Deployment", "ledger")["replicas"] == replicas


def test_a_leading_guard_names_what_it_is_about(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("if deployment ledger has fewer than 5 replicas, scale it to 5", change=True)
    assert outcome.status is Status.OK, outcome
    assert spec(shop, "Deployment", "ledger")["replicas"] == 5


def test_a_service_gets_another_type_and_keeps_the_rest(asking: Asking, shop: FakeCluster) -> None:
    before = spec(shop, "Service", "shop-backend")
    outcome = asking("make the service shop-backend a NodePort", change=True)
    assert outcome.status is Status.OK, outcome
    after = spec(shop, "Service", "shop-backend")
    assert (after["type"], after["selector"]) == ("NodePort", before["selector"])


def test_another_port_leads_to_the_same_port_of_the_pods(asking: Asking, shop: FakeCluster) -> None:
    asking("change the port of service shop-backend to 8080", change=True)
    port = spec(shop, "Service", "shop-backend")["ports"][0]
    assert (port["port"], port["targetPort"]) == (8080, 80)


def test_a_cron_job_gets_another_schedule(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("change the schedule of cronjob backup to every day at 3am", change=True)
    assert outcome.status is Status.OK, outcome
    assert spec(shop, "CronJob", "backup", "batch/v1")["schedule"] == "0 3 * * *"


def test_a_cron_job_runs_once_from_its_own_template(asking: Asking, shop: FakeCluster) -> None:
    asking("run the cronjob backup now", change=True)
    jobs = shop.list("batch/v1", "Job", "shop")
    assert len(jobs) == 1
    assert jobs[0]["spec"]["template"]["spec"]["containers"][0]["image"] == "backup:1"


def test_pods_of_another_namespace_are_not_renewed(asking: Asking, shop: FakeCluster) -> None:
    pod = shop.list("v1", "Pod", "shop")[0]["metadata"]["name"]
    assert asking(f"restart pod {pod}", change=True, namespace="default").status is Status.FAILED
    assert shop.requests == []


def test_two_parts_share_their_verb(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("scale ledger to 3 and shop-frontend to 2", change=True)
    assert outcome.status is Status.OK, outcome
    assert spec(shop, "Deployment", "ledger")["replicas"] == 3
    assert spec(shop, "Deployment", "shop-frontend")["replicas"] == 2


def test_a_step_with_expectations_of_its_own_takes_none_from_the_others(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("start a canary of shop-backend with image web:2 and scale ledger to 3", change=True)
    assert outcome.data is not None, outcome
    checks = {(each.check, each.target.name) for each in outcome.data.plan.postconditions}
    assert ("rollout_complete", "shop-backend-canary") in checks
    assert ("ready_count", "ledger") in checks


def test_of_two_containers_with_one_image_the_one_with_the_name_that_was_said_gets_another(
    asking: Asking, shop: FakeCluster
) -> None:
    worker = deployment("worker", "worker:1", replicas=1)
    containers = worker["spec"]["template"]["spec"]["containers"]
    containers[0]["name"] = "worker"
    containers.append({**containers[0], "name": "logger"})
    shop.add(worker)
    shop.settle()
    outcome = asking("set the image of the worker to worker:2", change=True)
    assert outcome.status is Status.OK, outcome
    found = spec(shop, "Deployment", "worker")["template"]["spec"]["containers"]
    assert {each["name"]: each["image"] for each in found} == {"worker": "worker:2", "logger": "worker:1"}


@pytest.mark.parametrize(
    "prompt", ["what would happen if I scaled the ledger to 6?", "show me what scaling the ledger to 6 would change"]
)
def test_what_would_happen_is_shown_and_not_carried_out(asking: Asking, shop: FakeCluster, prompt: str) -> None:
    outcome = asking(prompt, change=True)  # even with consent given beforehand
    assert outcome.status is Status.OK, outcome
    assert "replicas: 6" in outcome.answer
    assert shop.requests == []


def test_values_of_each_name_are_carried_out_together(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("scale ledger=2, shop-frontend=3", change=True)
    assert outcome.status is Status.OK, outcome
    assert [spec(shop, "Deployment", each)["replicas"] for each in ("ledger", "shop-frontend")] == [2, 3]


def test_a_right_is_granted_where_the_account_is(asking: Asking, shop: FakeCluster) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader", "namespace": "shop"}}
    shop.add(account)
    outcome = asking("Why can't I watch services with the reader service account? Mend that please.", change=True)
    assert outcome.status in {Status.OK, Status.APPROVAL_REQUIRED}, outcome
    assert "no service account" not in str(outcome.answer)
    other = asking("let the service account nobody list pods", change=True)
    assert "There is no service account nobody in namespace shop yet" in str(other.data)
