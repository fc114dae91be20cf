"""What a complaint is about, on a cluster in memory: bound by what is there, cured when that is safe, never guessed."""

import pytest

from kora.domain.objects import Manifest
from kora.domain.results import Status
from kora.testing.cluster import FakeCluster
from kora.testing.controllers import Failure
from kora.testing.manifests import config_map, deployment, ref, service

from .test_mending import Asking, said, selector


def _miss(shop: FakeCluster, name: str = "kiosk") -> None:
    """A workload that serves, behind a service whose selector is nearly right."""
    made: Manifest = deployment(name, replicas=1)
    made["spec"]["template"]["spec"]["containers"][0]["ports"] = [{"containerPort": 80}]
    shop.add(made)
    shop.add(service(name, selector={"app": f"{name}l"}))
    shop.settle()
    shop.clock.sleep(120)


@pytest.mark.parametrize(
    "text",
    [
        "Customers get 503 when they open the kiosk page in shop. Can you get it working again?",
        "nobody can pay at the kiosk since noon, it runs in shop. Please repair it.",
    ],
)
def test_a_word_that_is_a_name_is_what_is_meant(asking: Asking, shop: FakeCluster, text: str) -> None:
    _miss(shop)
    assert asking(text, change=True).status is Status.OK
    assert selector(shop, "kiosk") == {"app": "kiosk"}
    assert selector(shop, "ghost") == {"app": "ghost"}


def test_a_word_that_is_nearly_a_name_is_asked_about(asking: Asking, shop: FakeCluster) -> None:
    _miss(shop)
    outcome = asking("Users see errors when they open the ledgr in shop. Get it working again.", change=True)
    assert outcome.status is Status.FAILED
    assert "ledger" in said(outcome)
    assert shop.requests == []


def test_what_several_namespaces_have_is_asked_about(asking: Asking, shop: FakeCluster) -> None:
    for space in ("east", "west"):
        shop.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}})
        made = deployment("stall")
        made["metadata"]["namespace"] = space
        shop.add(made)
    shop.namespace = "empty"
    shop.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "empty"}})
    shop.settle()
    for text in ("fix stall", "Users see errors when they open the stall. Get it working again."):
        outcome = asking(text, change=True, namespace="")
        assert outcome.status is Status.FAILED, text
        assert "east" in said(outcome), text
    assert shop.requests == []


def test_an_all_clear_tells_what_is_wrong_beside(asking: Asking, shop: FakeCluster) -> None:
    _miss(shop)
    outcome = asking("Users see errors when they open the ledger in shop. Get it working again.", change=True)
    assert outcome.status is Status.FAILED
    assert "beside it" in said(outcome)
    assert shop.requests == []


def test_what_is_switched_off_is_told_and_left_off(asking: Asking, shop: FakeCluster) -> None:
    shop.add(deployment("parked", replicas=0))
    shop.add(service("parked", selector={"app": "parked"}))
    shop.settle()
    outcome = asking("Nobody can reach the parked service in shop. Please take care of it.", change=True)
    assert outcome.status is Status.FAILED
    assert "scaled to 0" in said(outcome)
    assert shop.requests == []


@pytest.mark.parametrize(
    "text",
    [
        "Several things are broken in namespace shop. Fix whatever you can, but leave the desk alone.",
        "Several things are broken in namespace shop. Fix everything except the desk.",
        "Several things are broken in namespace shop. Fix everything, but hands off the desk.",
    ],
)
def test_what_shall_be_left_alone_is_not_touched(asking: Asking, shop: FakeCluster, text: str) -> None:
    _miss(shop, "kiosk")
    _miss(shop, "desk")
    outcome = asking(text, change=True)
    assert outcome.status is Status.OK, outcome
    assert selector(shop, "desk") == {"app": "deskl"}
    assert selector(shop, "kiosk") == {"app": "kiosk"}


def test_a_cure_by_likeness_waits_for_a_person_whatever_was_said_before(asking: Asking, shop: FakeCluster) -> None:
    shop.add(config_map("kiosk-settings", {"a": "b"}))
    made = deployment("kiosk", image="kiosk:1")
    made["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "kiosk-setings"}}]
    shop.fail_image("kiosk:1", Failure("CreateContainerConfigError", 'configmap "kiosk-setings" not found'))
    shop.add(made)
    shop.settle()
    outcome = asking("kiosk in shop does not start. Please take care of it.", change=True)
    assert outcome.status is Status.APPROVAL_REQUIRED, outcome
    assert "kiosk-settings" in said(outcome)
    live = shop.get(ref("Deployment", "kiosk"))
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["envFrom"] == [{"configMapRef": {"name": "kiosk-setings"}}]


def test_what_has_no_health_of_its_own_is_never_called_well(asking: Asking, shop: FakeCluster) -> None:
    text = "My colours in shop aren't read by the programs any more. Find out why and repair it."
    outcome = asking(text, change=True)
    assert outcome.status is Status.FAILED, outcome
    assert "Nothing is wrong" not in said(outcome)
    assert shop.requests == []
