"""What NetworkPolicies allow between two pods, as networking.k8s.io/v1 says: pure evaluation of the objects."""

import ipaddress
from typing import Any, NamedTuple

from kora.domain.objects import Manifest
from kora.operations.diagnose.fields import dig, matches, name_of, namespace_of
from kora.operations.diagnose.graph import Graph

DNS_PORT = 53
DNS_NAMESPACE = "kube-system"
DNS_LABELS = {"k8s-app": "kube-dns"}
NAME_LABEL = "kubernetes.io/metadata.name"


class Ruling(NamedTuple):
    """Whether a connection passes, and which policies isolate the pod that it does not pass."""

    allowed: bool
    policies: tuple[Manifest, ...] = ()


def isolating(graph: Graph, pod: Manifest, direction: str) -> list[Manifest]:
    """Policies that select a pod for ``Ingress`` or ``Egress``."""
    if dig(pod, "spec", "hostNetwork"):
        return []
    return [
        policy
        for policy in graph.all("NetworkPolicy", namespace_of(pod))
        if direction in _types(policy)
        and matches(dig(policy, "spec", "podSelector") or {}, dig(pod, "metadata", "labels"))
    ]


def _types(policy: Manifest) -> list[str]:
    declared = dig(policy, "spec", "policyTypes")
    if declared:
        return list(declared)
    return ["Ingress", "Egress"] if dig(policy, "spec", "egress") else ["Ingress"]


def allows_ingress(graph: Graph, target: Manifest, port: int, source: Manifest) -> Ruling:
    """Whether `target` accepts TCP on `port` from `source`."""
    policies = isolating(graph, target, "Ingress")
    if not policies:
        return Ruling(True)
    for policy in policies:
        for rule in dig(policy, "spec", "ingress") or ():
            if _ports_allow(rule.get("ports"), target, port) and _peers_allow(graph, policy, rule.get("from"), source):
                return Ruling(True)
    return Ruling(False, tuple(policies))


def allows_egress(graph: Graph, source: Manifest, target: Manifest, port: int) -> Ruling:
    """Whether `source` may open TCP connections to `port` of `target`."""
    policies = isolating(graph, source, "Egress")
    if not policies:
        return Ruling(True)
    for policy in policies:
        for rule in dig(policy, "spec", "egress") or ():
            if _ports_allow(rule.get("ports"), target, port) and _peers_allow(graph, policy, rule.get("to"), target):
                return Ruling(True)
    return Ruling(False, tuple(policies))


def allows_dns(graph: Graph, source: Manifest) -> Ruling:
    """Whether `source` may ask the cluster's DNS; rules for address blocks get the benefit of the doubt."""
    policies = isolating(graph, source, "Egress")
    if not policies:
        return Ruling(True)
    for policy in policies:
        for rule in dig(policy, "spec", "egress") or ():
            if _ports_allow(rule.get("ports"), {}, DNS_PORT, protocol="UDP") and _may_be_dns(graph, rule.get("to")):
                return Ruling(True)
    return Ruling(False, tuple(policies))


def _may_be_dns(graph: Graph, peers: list[Manifest] | None) -> bool:
    if not peers:
        return True
    labels = dig(graph.find("Namespace", None, DNS_NAMESPACE), "metadata", "labels") or {NAME_LABEL: DNS_NAMESPACE}
    for peer in peers:
        if "ipBlock" in peer:
            return True
        selector = peer.get("namespaceSelector")
        if selector is None or not matches(selector, labels):
            continue
        if peer.get("podSelector") is None or matches(peer["podSelector"], _dns_labels(graph)):
            return True
    return False


def _dns_labels(graph: Graph) -> dict[str, str]:
    for pod in graph.all("Pod", DNS_NAMESPACE):
        labels: dict[str, str] = dig(pod, "metadata", "labels") or {}
        if DNS_LABELS.items() <= labels.items():
            return labels
    return {**DNS_LABELS, "app.kubernetes.io/name": "coredns"}


def _ports_allow(ports: list[Manifest] | None, target: Manifest, port: int, protocol: str = "TCP") -> bool:
    if not ports:
        return True
    return any(_port_allows(each, target, port) for each in ports if each.get("protocol", "TCP") == protocol)


def _port_allows(rule: Manifest, target: Manifest, port: int) -> bool:
    wanted: Any = rule.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str) and not wanted.isdigit():
        return any(
            each.get("name") == wanted and each.get("containerPort") == port
            for container in dig(target, "spec", "containers") or ()
            for each in container.get("ports") or ()
        )
    return int(wanted) <= port <= int(rule.get("endPort") or wanted)


def _peers_allow(graph: Graph, policy: Manifest, peers: list[Manifest] | None, pod: Manifest) -> bool:
    return not peers or any(_peer_allows(graph, policy, each, pod) for each in peers)


def _peer_allows(graph: Graph, policy: Manifest, peer: Manifest, pod: Manifest) -> bool:
    if block := peer.get("ipBlock"):
        return _in_block(block, dig(pod, "status", "podIP"))
    spaces, pods = peer.get("namespaceSelector"), peer.get("podSelector")
    if spaces is None:
        near = namespace_of(pod) == namespace_of(policy)
    else:
        space = graph.find("Namespace", None, namespace_of(pod) or "")
        labels = dig(space, "metadata", "labels") or {NAME_LABEL: namespace_of(pod) or ""}
        near = matches(spaces, labels)
    return near and (pods is None or matches(pods, dig(pod, "metadata", "labels")))


def _in_block(block: Manifest, address: str | None) -> bool:
    if not address:
        return False
    ip = ipaddress.ip_address(address)
    if ip not in ipaddress.ip_network(block["cidr"], strict=False):
        return False
    return not any(ip in ipaddress.ip_network(each, strict=False) for each in block.get("except") or ())


def policy_names(policies: tuple[Manifest, ...]) -> str:
    """For sentences."""
    return ", ".join(name_of(each) for each in policies)
