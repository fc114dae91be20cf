"""Where pods may run: spreading, affinity to nodes and to other pods."""

from typing import Any

from kora.operations.manifests.drafts import Draft


def placement(draft: Draft, own: dict[str, str]) -> dict[str, Any]:
    """The fields of a pod's spec that say where it runs; `own` are the labels by which its like are found."""
    fields = draft.fields
    made: dict[str, Any] = {}
    if spread := fields.get("spread"):
        made["topologySpreadConstraints"] = [
            {
                "maxSkew": each.get("skew", 1),
                "topologyKey": each["topology"],
                "whenUnsatisfiable": each.get("how", "ScheduleAnyway"),
                "labelSelector": {"matchLabels": own},
            }
            for each in spread
        ]
    affinity: dict[str, Any] = {}
    for slot, key in (("near", "podAffinity"), ("apart", "podAntiAffinity")):
        for rule in fields.get(slot) or []:
            term = {
                "labelSelector": {"matchLabels": rule.get("labels") or own},
                "topologyKey": rule["topology"],
            }
            if rule.get("preferred"):
                affinity.setdefault(key, {}).setdefault("preferredDuringSchedulingIgnoredDuringExecution", []).append(
                    {"weight": rule.get("weight", 100), "podAffinityTerm": term}
                )
            else:
                affinity.setdefault(key, {}).setdefault("requiredDuringSchedulingIgnoredDuringExecution", []).append(
                    term
                )
    for rule in fields.get("node_affinity") or []:
        expression: dict[str, Any] = {"key": rule["key"], "operator": rule["operator"]}
        if rule.get("values"):
            expression["values"] = rule["values"]
        node = affinity.setdefault("nodeAffinity", {})
        if rule.get("preferred"):
            node.setdefault("preferredDuringSchedulingIgnoredDuringExecution", []).append(
                {"weight": rule.get("weight", 100), "preference": {"matchExpressions": [expression]}}
            )
        else:
            terms = node.setdefault(
                "requiredDuringSchedulingIgnoredDuringExecution", {"nodeSelectorTerms": [{"matchExpressions": []}]}
            )
            terms["nodeSelectorTerms"][0]["matchExpressions"].append(expression)
    if affinity:
        made["affinity"] = affinity
    return made
