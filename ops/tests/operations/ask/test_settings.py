"""How pods are replaced, the keys of a config map, whether a node takes pods; and what policy says about a request."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.results import Outcome, Status
from kora.kit.clock import use_clock
from kora.policy.document import parse
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import ref
from kora.tools.context import Context
from kora.tools.invoker import Invoker

Asking = Callable[..., Outcome]


def live(cluster: FakeCluster, kind: str, name: str) -> dict[str, Any]:
    found = cluster.get(ref(kind, name))
    assert found is not None
    return dict(found)


def test_a_strategy_is_replaced_with_its_pace(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("use a rolling update with max surge 2 and max unavailable 0 for the ledger", change=True)
    assert outcome.status is Status.OK, outcome
    strategy = live(shop, "Deployment", "ledger")["spec"]["strategy"]
    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}
    asking("change the strategy of ledger to recreate", change=True)
    assert live(shop, "Deployment", "ledger")["spec"]["strategy"] == {"type": "Recreate"}


def test_keys_of_a_config_map_are_set_and_removed_and_its_users_are_told(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("set door to green in the configmap colours", change=True)
    assert outcome.status is Status.OK, outcome
    assert live(shop, "ConfigMap", "colours")["data"] == {"door": "green"}
    asking("add the key wall=white to configmap colours", change=True)
    assert live(shop, "ConfigMap", "colours")["data"] == {"door": "green", "wall": "white"}
    taken = asking("remove the key door from configmap colours", change=True)
    assert taken.status is Status.APPROVAL_REQUIRED  # what is taken away is never covered by a yes beforehand
    assert "door" in taken.data.diff


def test_a_key_that_is_not_there_is_not_removed(asking: Asking, shop: FakeCluster) -> None:
    assert asking("remove the key roof from configmap colours", change=True).status is Status.FAILED
    assert shop.requests == []


@pytest.mark.parametrize(
    "prompt",
    ["set LOG_LEVEL=debug on the configmap colours in the environment", "scale the configmap colours to 3",
     "change the image of secret db to web:2"],
)  # fmt: skip
def test_what_has_no_pods_gets_nothing_of_theirs(asking: Asking, shop: FakeCluster, prompt: str) -> None:
    assert asking(prompt, change=True).status is not Status.OK
    assert shop.requests == []


@pytest.mark.parametrize(
    ("prompt", "closed"), [("cordon node worker-1", False), ("make node worker-1 schedulable again", True)]
)
def test_a_node_is_closed_and_opened_on_a_persons_word(
    asking: Asking, shop: FakeCluster, prompt: str, closed: bool
) -> None:
    spec = {"unschedulable": True} if closed else {}
    shop.add({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "worker-1"}, "spec": spec})
    outcome = asking(prompt, change=True)
    assert outcome.status is Status.OK, outcome
    assert "unschedulable" in outcome.data.diff
    node = shop.get(ref("Node", "worker-1", None))
    assert node is not None
    assert bool(node["spec"].get("unschedulable")) is not closed


@pytest.mark.parametrize(
    ("autonomy", "status"),
    [
        ({"level": "observe"}, Status.DENIED),
        ({"namespaces": {"shop": "observe"}}, Status.DENIED),
        ({"requireApproval": ["scale"]}, Status.APPROVAL_REQUIRED),
        ({"requireApproval": ["Deployment"]}, Status.APPROVAL_REQUIRED),
        ({"namespaces": {"other": "observe"}}, Status.OK),
    ],
)
def test_the_policy_counts_more_than_a_yes_beforehand(
    shop: FakeCluster, tmp_path: Path, autonomy: dict[str, Any], status: Status
) -> None:
    context = Context(
        actor=Actor(name="ann", surface=Surface.CLI),
        reader=shop,
        audit=AuditLog(tmp_path / "audit"),
        home=tmp_path,
        policy=parse({"autonomy": autonomy}),
    )
    with use_clock(shop.clock):
        invoker = Invoker(context, open_writer=shop.open_writer, yes=True)
        outcome = invoker.call("ask.change", {"prompt": "scale the ledger to 5", "namespace": "shop"})
        assert outcome.status is status, outcome
        assert invoker.call("ask.read", {"prompt": "how many deployments are there", "namespace": "shop"}).error is None
    assert bool(shop.requests) is (status is Status.OK)
