"""Taking a StatefulSet's change back when its new pod never gets ready: the pod is freed, and nothing else."""

from typing import Any

import pytest

from kora.cluster.port import ClusterReader
from kora.domain.objects import ObjectRef
from kora.domain.plans import Delete, Patch, PlanState
from kora.testing.cluster import Failure
from kora.testing.manifests import ref, stateful_set
from kora.tools.guards import BoundedWriter, Bounds, OutOfScope


def image(cluster: ClusterReader, name: str) -> str:
    live = cluster.get(ref("Pod", name))
    assert live is not None
    return str(live["spec"]["containers"][0]["image"])


def test_a_pod_that_never_got_ready_does_not_hold_the_way_back(shop: Any) -> None:
    shop.cluster.add(stateful_set("db", "db:1", replicas=2))
    shop.cluster.settle()
    shop.cluster.fail_image("db:2", Failure("ImagePullBackOff"))
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "db:2"}]}}}}
    record = shop.carry_out(Patch(target=ref("StatefulSet", "db"), patch=patch, strategy="strategic"))
    assert record.state is PlanState.ROLLED_BACK, record.reason
    assert [image(shop.cluster, name) for name in ("db-0", "db-1")] == ["db:1", "db:1"]
    assert any("never became ready" in each.text for each in shop.heard)


@pytest.mark.parametrize(
    ("name", "namespace", "allowed"),
    [
        ("db-0", "shop", True),
        ("db-x", "shop", False),
        ("db", "shop", False),
        ("db-0", "bank", False),
        ("web-0", "shop", False),
    ],
)
def test_only_pods_of_the_plans_own_sets_may_go(shop: Any, name: str, namespace: str, allowed: bool) -> None:
    bounds = Bounds(objects=frozenset({ref("StatefulSet", "db")}))
    pod = ObjectRef(api_version="v1", kind="Pod", namespace=namespace, name=name)
    assert (bounds.owner_of(pod) is not None) is allowed
    if not allowed:
        with pytest.raises(OutOfScope):
            BoundedWriter(shop.cluster.open_writer(), bounds).delete(pod)


def test_a_plan_that_also_renewed_a_pod_is_taken_back_whole(shop: Any) -> None:
    shop.cluster.add(stateful_set("db", "db:1", replicas=2))
    shop.cluster.settle()
    shop.cluster.fail_image("db:2", Failure("CrashLoopBackOff", exit_code=1))
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "db:2"}]}}}}
    change = Patch(target=ref("StatefulSet", "db"), patch=patch, strategy="strategic")
    record = shop.carry_out(change, Delete(target=ref("Pod", "db-1")))
    assert record.state is PlanState.ROLLED_BACK, record.reason
    assert [image(shop.cluster, name) for name in ("db-0", "db-1")] == ["db:1", "db:1"]
