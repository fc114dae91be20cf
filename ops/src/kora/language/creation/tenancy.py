"""Quotas and limit ranges."""

import re
from typing import Any

from kora.language.creation.amounts import read_amounts
from kora.language.creation.scan import Scan

_OBJECTS = {
    "services.loadbalancers": r"(?:services of type )?load ?-?balancers?(?: services?)?",
    "services.nodeports": r"(?:services of type )?node ?-?ports?(?: services?)?",
    "persistentvolumeclaims": r"pvcs?|persistent ?volume ?claims?|volume claims?|claims?",
    "pods": r"(?:running )?pods?",
    "services": r"services?",
    "configmaps": r"config ?-?maps?",
    "secrets": r"secrets?",
    "count/deployments.apps": r"deployments?",
    "count/cronjobs.batch": r"cron ?-?jobs?",
    "count/jobs.batch": r"jobs?",
    "count/statefulsets.apps": r"stateful ?-?sets?",
    "count/ingresses.networking.k8s.io": r"ingress(?:es)?",
    "replicationcontrollers": r"replication ?-?controllers?",
}
"""What a quota counts, and the words for it."""
_LITERAL = re.compile(r"(?P<key>(?:requests|limits)\.(?:cpu|memory|storage|ephemeral-storage)|count/[\w.-]+|services\.(?:loadbalancers|nodeports)|requests\.[\w./-]+)[\"'`]?\s*(?:[:=]|of|to|at)?\s*[\"'`]?(?P<value>\d[\w.]*)[\"'`]?", re.IGNORECASE)  # fmt: skip
_QUOTA_BOUNDS = {
    "requests": r"requests?|requested",
    "limits": r"(?<!hard )limits?(?! (?:of )?(?:the )?namespace)|limited(?= (?:cpu|memory))",
}


def read_quota(scan: Scan) -> dict[str, Any]:
    """The hard limits of a ResourceQuota, under the names that the API gives them."""
    hard: dict[str, str] = {}
    for found in list(_LITERAL.finditer(scan.rest)):
        hard[found["key"].lower()] = found["value"].rstrip(".")
        scan.claim(*found.span())
    scope = scan.take(
        r"(?:for |only |applies to |scoped to |in |of )*(?:the )?priority ?class (?:named |called )?<name:priority>"
    )
    both = scan.take(
        r"(?:for )?both requests and limits|as (?:both )?requests and limits|requests and limits(?: both)?"
    )
    for each in read_amounts(scan, _QUOTA_BOUNDS, _OBJECTS):
        if each.resource in _OBJECTS:
            hard[each.resource] = each.value
        elif each.resource in {"storage", "ephemeral-storage"}:
            hard[f"requests.{each.resource}"] = each.value
        else:  # a bare amount, or a limit that is said of the whole ("limited to 4 CPUs"), holds for both
            for bound in each.bounds if each.bounds and not both else ("requests", "limits"):
                hard[f"{bound}.{each.resource}"] = each.value
    scan.take_all(_SPOKEN)
    fields: dict[str, Any] = {"hard": hard}
    if scope is not None:
        fields["priority_class"] = scope["priority"]
    return {"fields": fields}


_SPOKEN = r"(?:hard|total|limits?|limiting|limited|restrict(?:s|ing|ed)?|cap(?:s|ped|ping)?|maximum|max|at most|up to|no more than|overall|aggregate|combined|sum|namespace|each|per|in total)"
_LIMIT_BOUNDS = {
    "default_request": r"default(?:s)?(?: container)?(?: (?:cpu|memory))? requests?|default ?requests?",
    "default": r"default(?:s)?(?: container)?(?: limits?)?",
    "max": r"(?:no (?:single )?(?:container|pod|claim)s? (?:gets?|uses?|has|have|may (?:use|have|get|request)|can (?:use|have|get|request)|takes?|requests?) )?more than|max(?:imum|imal|ima)?(?: allowed)?(?: limits?)?|at most|up to|no more than|upper bound",
    "min": r"min(?:imum|imal|ima)?(?: allowed)?(?: requests?)?|at least|no less than|lower bound",
    "request": r"requests?",
    "limit": r"limits?",
}


def read_limit_range(scan: Scan) -> dict[str, Any]:
    """Defaults and bounds for containers (or pods, or claims)."""
    fields: dict[str, Any] = {}
    kind = scan.take(
        r"(?:(?:of|for|with|per|every|each|any|single|applies|apply|to|applied|type|a|one) )*(?:type<is>)?(?P<type>containers?|pods?|persistent ?volume ?claims?|pvcs?)(?=\W|$)"
    )
    if kind is not None:
        word = kind["type"].lower().replace(" ", "").rstrip("s")
        fields["type"] = {"container": "Container", "pod": "Pod"}.get(word, "PersistentVolumeClaim")
    by_default = scan.take(r"by default") is not None
    for each in read_amounts(scan, _LIMIT_BOUNDS):
        bounds = set(each.bounds)
        slot = (
            "default_request"
            if bounds >= {"default", "request"}
            else next((one for one in _LIMIT_BOUNDS if one in bounds), "")
        )
        slot = {"request": "default_request", "limit": "default"}.get(slot, slot)
        if not slot and by_default:
            slot = "default"
        if slot:
            fields.setdefault(slot, {})[each.resource] = each.value
    scan.take_all(_SPOKEN)
    return {"fields": fields}
