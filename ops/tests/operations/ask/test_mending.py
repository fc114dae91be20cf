"""Requests to mend something, canaries and switches of traffic, on a cluster in memory."""

from collections.abc import Callable

import pytest

from kora.domain.objects import Manifest
from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster
from kora.testing.controllers import Failure
from kora.testing.manifests import deployment, ref, service

Asking = Callable[..., Outcome]


def said(outcome: Outcome) -> str:
    return outcome.model_dump_json()


def selector(cluster: FakeCluster, name: str) -> dict[str, str]:
    live = cluster.get(ref("Service", name))
    assert live is not None
    return dict(live["spec"]["selector"])


def versions(cluster: FakeCluster, *names: str) -> None:
    for name in names:
        labels = {"app": "desk", "version": name.rpartition("-")[2]}
        made: Manifest = deployment(name, image="desk:1", replicas=4, labels=labels)
        made["spec"]["selector"]["matchLabels"] = labels
        cluster.add(made)
    cluster.settle()


def test_what_is_not_there_is_never_called_well(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("The deployment orders in namespace shop is broken. Please fix the issue.", change=True)
    assert outcome.status is Status.FAILED
    assert "orders" in said(outcome)
    assert "Nothing is wrong" not in said(outcome)
    assert shop.requests == []


def test_what_does_not_serve_is_watched_and_never_called_well(asking: Asking, shop: FakeCluster) -> None:
    shop.fail_image("late:1", Failure("ContainerCreating"))
    shop.add(deployment("late", image="late:1"))
    outcome = asking("fix deployment late", change=True)
    assert outcome.status is Status.FAILED
    assert "Nothing is wrong" not in said(outcome)


def test_a_canary_is_reached_through_a_service_that_holds_to_the_version(asking: Asking, shop: FakeCluster) -> None:
    versions(shop, "desk-v1")
    shop.add(service("desk", selector={"app": "desk", "version": "v1"}))
    outcome = asking(
        "We want to try our desk (image tag 2). Can you deploy it as a canary (as desk-v2) with 20% of the traffic?"
        " The current deployment is named desk-v1.",
        change=True,
    )
    assert outcome.status is Status.OK, outcome
    assert selector(shop, "desk") == {"app": "desk"}
    live = shop.get(ref("Deployment", "desk-v2"))
    stable = shop.get(ref("Deployment", "desk-v1"))
    assert live is not None
    assert stable is not None
    assert live["spec"]["replicas"] == 1
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "desk:2"
    assert live["spec"]["selector"]["matchLabels"]["version"] not in {"v1", None}
    assert stable["spec"]["replicas"] == 4


def test_a_service_is_not_widened_onto_pods_of_others(asking: Asking, shop: FakeCluster) -> None:
    versions(shop, "desk-v1", "desk-old")
    shop.add(service("desk", selector={"app": "desk", "version": "v1"}))
    asking("start a canary of desk-v1 named desk-v2 with image desk:2", change=True)
    assert selector(shop, "desk") == {"app": "desk", "version": "v1"}


@pytest.mark.parametrize(
    "text",
    [
        "switch all traffic to v2",
        "desk-v1 serves all users now and desk-v2 has passed every test. Switch all traffic over to desk-v2.",
    ],
)
def test_the_one_service_that_has_another_side_is_switched(asking: Asking, shop: FakeCluster, text: str) -> None:
    versions(shop, "desk-v1", "desk-v2")
    shop.add(service("desk", selector={"app": "desk", "version": "v1"}))
    outcome = asking(text, change=True)
    assert outcome.status is Status.OK, outcome
    assert selector(shop, "desk") == {"app": "desk", "version": "v2"}
    assert selector(shop, "database") == {"app": "database"}


def test_a_whole_name_is_found_where_it_is_alone(asking: Asking, shop: FakeCluster) -> None:
    shop.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "empty"}})
    shop.namespace = "empty"
    assert asking("scale deployment ledger to 5", change=True, namespace="").status is Status.OK
    live = shop.get(ref("Deployment", "ledger"))
    assert live is not None
    assert live["spec"]["replicas"] == 5


@pytest.mark.parametrize("text", ["scale deployment ledg to 5", "delete deployment ledger", "scale the ledger to 5"])
def test_what_is_elsewhere_is_asked_about(asking: Asking, shop: FakeCluster, text: str) -> None:
    shop.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "empty"}})
    shop.namespace = "empty"
    assert asking(text, change=True, namespace="").status is Status.FAILED
    assert shop.requests == []


def test_a_rule_without_a_namespace_is_held_against_what_is_there(asking: Asking, shop: FakeCluster) -> None:
    shop.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "empty"}})
    shop.namespace = "empty"
    rule = "every deployment must have at least 3 replicas. Print VIOLATING: <name> for each that has not."
    assert "VIOLATING: shop-backend" in asking(rule, namespace="").answer


def test_nothing_to_check_is_no_all_clear(asking: Asking, shop: FakeCluster) -> None:
    shop.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "hall"}})
    rule = "every deployment in namespace hall must have at least 3 replicas. Print VIOLATING: <name>."
    answer = asking(rule).answer
    assert "Checked: nothing" in answer
    assert "Nothing breaks the rule" not in answer
