"""Network policies."""

from typing import Any

from kora.operations.manifests.drafts import Draft, Incomplete, builds

DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
_NAMESPACE_LABEL = "kubernetes.io/metadata.name"


@builds("NetworkPolicy")
def network_policy(draft: Draft) -> dict[str, Any]:
    """A network policy. Whatever it selects is closed but for what it allows.

    `fields`: directions (Ingress, Egress), ingress / egress as lists of {peers, ports}; a peer is {pods, namespaces,
    namespace_labels, cidr, except, any}.
    """
    fields = draft.fields
    directions = draft.need("directions", f"What shall the network policy {draft.create.name or ''} allow or deny?")
    selector = dict(draft.create.selector)
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": selector} if selector else {},
        "policyTypes": list(directions),
    }
    for slot, side in (("ingress", "from"), ("egress", "to")):
        rules = [_rule(rule, side) for rule in fields.get(slot) or []]
        if rules:
            spec[slot] = rules
    return {"spec": spec}


def _rule(rule: dict[str, Any], side: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    peers = [_peer(each) for each in rule.get("peers") or [] if not each.get("any")]
    if peers:
        made[side] = peers
    if rule.get("dns"):
        made["ports"] = list(DNS_PORTS)
    elif rule.get("ports"):
        made["ports"] = [
            {
                "protocol": each.get("protocol", "TCP"),
                "port": each["port"],
                **({"endPort": each["end"]} if each.get("end") else {}),
            }
            for each in rule["ports"]
        ]
    return made


def _peer(peer: dict[str, Any]) -> dict[str, Any]:
    if peer.get("unknown"):
        raise Incomplete("Who shall be allowed: pods by a label, a namespace, or an address range?")
    if peer.get("other_namespaces"):
        raise Incomplete("Which other namespaces? A network policy allows namespaces by name or label.")
    if peer.get("cidr"):
        return {"ipBlock": {"cidr": peer["cidr"], **({"except": peer["except"]} if peer.get("except") else {})}}
    made: dict[str, Any] = {}
    if peer.get("namespaces"):
        names = list(peer["namespaces"])
        if len(names) == 1:
            made["namespaceSelector"] = {"matchLabels": {_NAMESPACE_LABEL: names[0]}}
        else:
            made["namespaceSelector"] = {
                "matchExpressions": [{"key": _NAMESPACE_LABEL, "operator": "In", "values": names}]
            }
    elif peer.get("namespace_labels"):
        made["namespaceSelector"] = {"matchLabels": dict(peer["namespace_labels"])}
    elif peer.get("every_namespace"):
        made["namespaceSelector"] = {}
    if peer.get("pods"):
        made["podSelector"] = {"matchLabels": dict(peer["pods"])}
    elif not made:
        made["podSelector"] = {}
    return made
