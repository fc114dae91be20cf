"""The network policies, judged the way a cluster judges them: may this pod open a connection to that one?"""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

import pytest


@dataclass(frozen=True)
class Pod:
    """An end of a connection: a pod, or an address outside of the cluster when it has no labels."""

    labels: dict[str, str] = field(default_factory=dict)
    namespace: str = "taskora"
    address: str = "10.244.0.9"


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    assert selector.keys() <= {"matchLabels"}, "the chart uses plain labels"
    found: dict[str, str] = selector.get("matchLabels", {})
    return found.items() <= labels.items()


def is_peer(peer: dict[str, Any], other: Pod, namespace: str) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        inside = ip_address(other.address) in ip_network(block["cidr"])
        return inside and not any(ip_address(other.address) in ip_network(cut) for cut in block.get("except", []))
    if not other.labels:
        return False
    if "namespaceSelector" in peer:
        in_namespace = matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": other.namespace})
    else:
        in_namespace = other.namespace == namespace
    return in_namespace and matches(peer.get("podSelector", {}), other.labels)


def allowed(policies: list[dict[str, Any]], pod: Pod, other: Pod, port: int, direction: str, protocol: str) -> bool:
    """Whether the policies that select `pod` let it send (Egress) to or receive (Ingress) from `other`."""
    relevant = [
        policy["spec"]
        for policy in policies
        if policy["metadata"]["namespace"] == pod.namespace
        and matches(policy["spec"]["podSelector"], pod.labels)
        and direction in policy["spec"]["policyTypes"]
    ]
    if not relevant:
        return True
    side = "to" if direction == "Egress" else "from"
    for spec in relevant:
        for rule in spec.get(direction.lower(), []):
            ports = rule.get("ports")
            if ports and not any(p["port"] == port and p.get("protocol", "TCP") == protocol for p in ports):
                continue
            peers = rule.get(side)
            if not peers or any(is_peer(peer, other, policy_namespace(policies)) for peer in peers):
                return True
    return False


def policy_namespace(policies: list[dict[str, Any]]) -> str:
    return str(policies[0]["metadata"]["namespace"]) if policies else ""


def may(policies: list[dict[str, Any]], source: Pod, target: Pod, port: int, protocol: str = "TCP") -> bool:
    return allowed(policies, source, target, port, "Egress", protocol) and allowed(
        policies, target, source, port, "Ingress", protocol
    )


class World:
    """The pods of a rendering, and everybody else."""

    def __init__(self, manifests: Any, namespace: str = "taskora") -> None:
        self.policies = manifests.all("NetworkPolicy")
        self.pods = {
            metadata["labels"]["app.kubernetes.io/component"]: Pod(metadata["labels"], namespace)
            for _, metadata, _ in manifests.pods()
        }
        self.pods |= {
            "stranger": Pod({"app": "stranger"}, namespace),
            "elsewhere": Pod({"app": "x"}, "other"),
            "controller": Pod({"app": "controller"}, "ingress-nginx"),
            "dns": Pod({"k8s-app": "kube-dns"}, "kube-system", "10.244.0.2"),
            "internet": Pod(address="93.184.216.34"),
            "metadata-service": Pod(address="169.254.169.254"),
            "private": Pod(address="10.0.3.4"),
            "managed-database": Pod(address="203.0.113.7"),
        }

    def may(self, source: str, target: str, port: int, protocol: str = "TCP") -> bool:
        return may(self.policies, self.pods[source], self.pods[target], port, protocol)


NEEDED = [
    ("controller", "frontend", 3000),
    ("frontend", "backend", 8000),
    ("backend", "database", 5432),
    ("migration", "database", 5432),
    ("test", "frontend", 3000),
    ("test", "backend", 8000),
    ("test", "database", 5432),
    ("backend", "internet", 443),
    ("backend", "dns", 53),
    ("frontend", "dns", 53),
    ("migration", "dns", 53),
]
FORBIDDEN = [
    ("stranger", "frontend", 3000),
    ("stranger", "backend", 8000),
    ("stranger", "database", 5432),
    ("elsewhere", "backend", 8000),
    ("elsewhere", "database", 5432),
    ("controller", "backend", 8000),
    ("controller", "database", 5432),
    ("frontend", "database", 5432),
    ("frontend", "internet", 443),
    ("frontend", "backend", 22),
    ("database", "backend", 8000),
    ("database", "internet", 443),
    ("database", "dns", 53),
    ("migration", "internet", 443),
    ("migration", "backend", 8000),
    ("backend", "frontend", 3000),
    ("backend", "internet", 25),
    ("backend", "metadata-service", 443),
    ("backend", "private", 443),
    ("backend", "stranger", 443),
    ("internet", "frontend", 3000),
]


@pytest.mark.parametrize(("source", "target", "port"), NEEDED)
def test_needed_paths_are_open(profile: Any, source: str, target: str, port: int) -> None:
    assert World(profile("default")).may(source, target, port)


@pytest.mark.parametrize(("source", "target", "port"), FORBIDDEN)
def test_all_other_paths_are_closed(profile: Any, source: str, target: str, port: int) -> None:
    assert not World(profile("default")).may(source, target, port)


def test_names_are_asked_over_udp_too(profile: Any) -> None:
    assert World(profile("default")).may("backend", "dns", 53, "UDP")


@pytest.mark.parametrize(("source", "target", "port"), FORBIDDEN)
def test_without_policies_everything_is_open(render: Any, source: str, target: str, port: int) -> None:
    # Shows that the tests above can fail: it is the policies that close the paths.
    assert World(render(None, "networkPolicy.enabled=false")).may(source, target, port)


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_an_exposed_page_is_open_for_everybody(render: Any, kind: str) -> None:
    world = World(render(None, f"frontend.service.type={kind}"))
    assert world.may("internet", "frontend", 3000)
    assert not world.may("internet", "backend", 8000)


def test_an_exposed_server_is_open_for_everybody(render: Any) -> None:
    assert World(render(None, "backend.service.type=NodePort")).may("internet", "backend", 8000)


def test_other_ports_are_followed(render: Any) -> None:
    world = World(render(None, "backend.port=8001", "frontend.port=3001", "database.port=5544"))
    assert world.may("frontend", "backend", 8001)
    assert world.may("controller", "frontend", 3001)
    assert world.may("backend", "database", 5544)
    assert not world.may("frontend", "backend", 8000)


@pytest.mark.parametrize("target", ["managed-database", "elsewhere", "private"])
def test_an_external_database_is_reached_wherever_it_is(render: Any, target: str) -> None:
    manifests = render({"database": {"enabled": False}, "secrets": {"databaseUrl": "postgresql://u:p@h/d"}})
    assert World(manifests).may("backend", target, 5432)
    assert World(manifests).may("migration", target, 5432)
    assert not World(manifests).may("migration", target, 443)


def test_an_external_database_can_be_pinned(profile: Any) -> None:
    world = World(profile("backend-alone"))
    assert world.may("backend", "managed-database", 5432)
    assert not world.may("backend", "internet", 5432)


def test_the_internet_can_be_switched_off(render: Any) -> None:
    assert not World(render(None, "networkPolicy.internet.enabled=false")).may("backend", "internet", 443)


def test_two_releases_reach_each_other(profile: Any) -> None:
    page, server = profile("two-releases-frontend"), profile("two-releases-backend")
    policies = [*page.all("NetworkPolicy"), *server.all("NetworkPolicy")]
    pages = World(page, "default").pods["frontend"]
    servers = World(server, "default").pods["backend"]
    assert may(policies, pages, servers, 8001)
    assert not may(policies, Pod({"app": "stranger"}, "default"), servers, 8001)
    assert not may(policies, Pod(pages.labels, "other"), servers, 8001)


def test_a_server_alone_is_open_for_the_controller(profile: Any) -> None:
    assert World(profile("backend-alone")).may("controller", "backend", 8000)


def test_a_database_alone_is_open_for_any_server_of_the_namespace(profile: Any) -> None:
    store, server = profile("database-alone"), profile("backend-alone")
    database, backend = World(store).pods["database"], World(server).pods["backend"]
    assert may(store.all("NetworkPolicy"), backend, database, 5432)
    assert may(store.all("NetworkPolicy"), World(server).pods["migration"], database, 5432)
    assert not may(store.all("NetworkPolicy"), World(store).pods["stranger"], database, 5432)


def test_releases_in_one_namespace_stay_apart(render: Any) -> None:
    one, two = render(release="one"), render(release="two")
    policies = [*one.all("NetworkPolicy"), *two.all("NetworkPolicy")]
    here, there = World(one), World(two)
    assert may(policies, here.pods["frontend"], here.pods["backend"], 8000)
    assert not may(policies, here.pods["frontend"], there.pods["backend"], 8000)
    assert not may(policies, here.pods["backend"], there.pods["database"], 5432)


@pytest.mark.parametrize("part", ["frontend", "backend", "database"])
def test_rules_can_be_added(render: Any, part: str) -> None:
    rule = {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}]}
    world = World(render({"networkPolicy": {part: {"extraIngress": [rule]}}}))
    assert world.may("elsewhere", part, 9999)
    out = {"to": [{"ipBlock": {"cidr": "10.0.3.4/32"}}]}
    assert World(render({"networkPolicy": {part: {"extraEgress": [out]}}})).may(part, "private", 9999)


def test_every_pod_is_covered_by_the_default_deny(manifests: Any, profile_name: str) -> None:
    if profile_name == "throwaway":
        pytest.skip("this profile brings no policies")
    deny = manifests.one("NetworkPolicy", "-default-deny")["spec"]
    assert deny["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & deny.keys()
    for owner, metadata, _ in manifests.pods():
        assert matches(deny["podSelector"], metadata["labels"]), owner
