"""New objects take what was left open from the cluster: whose pods, which port."""

from collections.abc import Callable

from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import ref

Asking = Callable[..., Outcome]


def test_an_ingress_uses_the_one_port_of_its_service(asking: Asking, shop: FakeCluster) -> None:
    outcome = asking("create an ingress for host db.shop.test that routes /app to service database", change=True)
    assert outcome.status is Status.OK, outcome
    live = shop.get(ref("Ingress", "db", api_version="networking.k8s.io/v1"))
    assert live is not None
    (path,) = live["spec"]["rules"][0]["http"]["paths"]
    assert path["path"] == "/app"
    assert path["backend"]["service"] == {"name": "database", "port": {"number": 5432}}


def test_an_ingress_to_a_service_that_is_not_there_asks_for_the_port(asking: Asking, shop: FakeCluster) -> None:
    shop.requests.clear()
    outcome = asking("create an ingress for host db.shop.test that routes /app to service nowhere", change=True)
    assert outcome.status is not Status.OK
    assert shop.get(ref("Ingress", "db", api_version="networking.k8s.io/v1")) is None


def test_a_service_selects_the_pods_as_the_workload_does(asking: Asking, shop: FakeCluster) -> None:
    deployment = shop.get(ref("Deployment", "ledger"))
    assert deployment is not None
    outcome = asking("create a service named books for deployment ledger on port 80", change=True)
    assert outcome.status is Status.OK, outcome
    live = shop.get(ref("Service", "books"))
    assert live is not None
    assert live["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
