"""Quotas and limit ranges."""

import re
from typing import Any

from kora.language.creation.scan import Scan, cpu, memory

_OBJECTS = {
    "pods?": "pods",
    "services?": "services",
    "config ?-?maps?": "configmaps",
    "secrets?": "secrets",
    "(?:pvcs?|persistent ?volume ?claims?|volume claims?|claims?)": "persistentvolumeclaims",
    "(?:load ?-?balancers?|load ?-?balancer services?)": "services.loadbalancers",
    "(?:node ?-?ports?|node ?-?port services?)": "services.nodeports",
    "deployments?": "count/deployments.apps",
    "cron ?jobs?": "count/cronjobs.batch",
    "jobs?": "count/jobs.batch",
    "stateful ?sets?": "count/statefulsets.apps",
    "ingress(?:es)?": "count/ingresses.networking.k8s.io",
    "replication ?controllers?": "replicationcontrollers",
}
_LITERAL = re.compile(r"(?P<key>(?:requests|limits)\.(?:cpu|memory|storage|ephemeral-storage)|count/[\w.-]+|services\.(?:loadbalancers|nodeports)|requests\.[\w./-]+)[\"'`]?\s*(?:[:=]|of|to|at)?\s*[\"'`]?(?P<value>\d[\w.]*)[\"'`]?", re.IGNORECASE)  # fmt: skip


def read_quota(scan: Scan) -> dict[str, Any]:
    """The hard limits of a ResourceQuota, under the names that the API gives them."""
    hard: dict[str, str] = {}
    for found in list(_LITERAL.finditer(scan.rest)):
        hard[found["key"].lower()] = found["value"].rstrip(".")
        scan.claim(*found.span())
    lead = r"(?:(?:with|and|a|an|the|of|to|total|hard|limits?|limiting|max|maximum|at most|up to|no more than|allow(?:s|ing)?|cap(?:s|ped|ping)?|that|which|only|it|namespace|sets?|set|restrict(?:s|ing)?|overall|sum|all|aggregate|it's|combined|,) ?)*"
    unit = r"(?:[KMGTPE]i(?:B)?|[kKMGT][bB]?|m|millicores?|cores?|vcpus?|gigabytes?|megabytes?)"
    quantity = rf"(?P<q>\d+(?:\.\d+)?(?: ?{unit}(?!\w))?)(?![\w.-]*\d)"
    for which, words in (("requests", r"(?:requests?|requested)"), ("limits", r"(?:limits?|limited)")):
        for resource in ("cpu", "memory"):
            word = r"cpus?" if resource == "cpu" else r"(?:memory|mem|ram)"
            for each in scan.take_all(
                rf"{lead}{word} {words}<is>{quantity}",
                rf"{lead}{words} (?:for |of )?{word}<is>{quantity}",
                rf"{lead}{quantity} (?:of )?{word} {words}",
                rf"{lead}{quantity} (?:of )?{words} {word}",
            ):
                hard[f"{which}.{resource}"] = (cpu if resource == "cpu" else memory)(each["q"])
    for which in ("requests", "limits"):  # "requests of 2 CPU and 4Gi memory"
        block = scan.take(
            rf"{lead}{which}(?: of| to| at|:)* (?P<c>\d+(?:\.\d+)?m?) ?(?:cpus?|cores?|vcpus?)(?: and|,)* (?P<m>\d+(?:\.\d+)? ?[KMGT]i?B?)(?: (?:of )?(?:memory|ram))?",
            rf"{lead}{which}(?: of| to| at|:)* cpu[ :=]*(?P<c>\d+(?:\.\d+)?m?)(?: and|,)* (?:memory|mem)[ :=]*(?P<m>\d+(?:\.\d+)? ?[KMGT]i?B?)",
        )
        if block is not None:
            hard[f"{which}.cpu"], hard[f"{which}.memory"] = cpu(block["c"]), memory(block["m"])
    scan.take(r"(?:for )?both requests and limits|as (?:both )?requests and limits")  # what a bare amount means anyway
    for slot, pattern in {
        "cpu": rf"{lead}(?:cpus?|vcpus?|cores?)<is>{quantity}|{lead}(?P<q2>\d+(?:\.\d+)?m?) ?(?:cpus?|cores?|vcpus?|millicores?)(?: cores?)?(?: of cpu| in total)?",
        "memory": rf"{lead}(?:memory|mem|ram)<is>{quantity}|{lead}(?P<q2>\d+(?:\.\d+)? ?(?:[KMGT]i(?:B)?|[KMGT]B?|gb|mb|gigabytes?|megabytes?)) ?(?:of )?(?:memory|ram|mem)(?: in total)?",
        "storage": rf"{lead}storage(?: requests?)?<is>{quantity}|{lead}(?P<q2>\d+(?:\.\d+)? ?(?:[KMGT]i(?:B)?|[KMGT]B?)) ?(?:of )?(?:persistent )?storage",
    }.items():
        bare = scan.take(pattern)
        if bare is not None:
            text = bare["q"] or bare["q2"]
            value = cpu(text) if slot == "cpu" else memory(text)
            if slot == "storage":
                hard["requests.storage"] = value
            else:
                hard[f"requests.{slot}"] = value
                hard[f"limits.{slot}"] = value
    for word, key in _OBJECTS.items():
        counted = scan.take(
            rf"{lead}(?P<n>\d+) (?:running |total )?{word}", rf"{lead}(?:number of )?{word}<is>(?P<n>\d+)"
        )
        if counted is not None:
            hard[key] = counted["n"]
    scope = scan.take(
        r"(?:for |only |applies to |scoped to |in |of )*(?:the )?priority ?class (?:named |called )?<name:priority>"
    )
    fields: dict[str, Any] = {"hard": hard}
    if scope is not None:
        fields["priority_class"] = scope["priority"]
    return {"fields": fields}


_BOUNDS = {
    "default_request": r"(?:default (?:container )?(?P<r1>cpu|memory|mem)? ?requests?|default ?request)",
    "default": r"(?:default (?:container )?(?P<r1>cpu|memory|mem)? ?(?:limits?)?|default)",
    "max": r"(?:max(?:imum)?(?: allowed)?(?: container)?(?: limits?)?)",
    "min": r"(?:min(?:imum)?(?: allowed)?(?: container)?(?: requests?)?)",
}


def read_limit_range(scan: Scan) -> dict[str, Any]:
    """Defaults and bounds for containers (or pods, or claims)."""
    fields: dict[str, Any] = {}
    kind = scan.take(
        r"(?:(?:of|for|with|per|every|each|applies|apply|to|applied|type) )*(?:type<is>)?(?P<type>containers?|pods?|persistent ?volume ?claims?|pvcs?)(?=\W|$)"
    )
    if kind is not None:
        word = kind["type"].lower().replace(" ", "").rstrip("s")
        fields["type"] = {"container": "Container", "pod": "Pod"}.get(word, "PersistentVolumeClaim")
    lead = r"(?:(?:with|and|a|an|the|of|to|set|sets|setting|that|which|limits?|gives?|containers?|have|has|,) ?)*"
    unit = r"(?:[KMGTPE]i(?:B)?|[kKMGT][bB]?|m|millicores?|cores?|vcpus?|cpus?)"
    value = rf"(?P<v>\d+(?:\.\d+)?(?: ?{unit}(?!\w))?)"
    for slot, words in _BOUNDS.items():
        bounds: dict[str, str] = {}
        res = r"(?P<res>cpus?|memory|mem|ram|storage)"
        stem = words.replace("?P<r1>", "?:")
        for pattern in (
            rf"{lead}{stem} (?:for |of )?{res}(?: (?:requests?|limits?))?<is>{value}(?:(?: and|,)+ (?P<res2>cpus?|memory|mem)<is>(?P<v2>\d+(?:\.\d+)?(?: ?{unit}(?!\w))?))?",
            rf"{lead}{stem}<is>{value} (?:of )?{res}(?:(?: and|,)+ (?P<v2>\d+(?:\.\d+)?(?: ?{unit}(?!\w))?) (?:of )?(?P<res2>cpus?|memory|mem))?",
            rf"{lead}{stem}<is>{res}<is>{value}(?:(?: and|,)+ (?P<res2>cpus?|memory|mem)<is>(?P<v2>\d+(?:\.\d+)?(?: ?{unit}(?!\w))?))?",
            rf"{lead}{stem.replace('default (?:container )?(?:cpu|memory|mem)? ?', 'default ')}<is>(?P<v>\d+m|\d+(?:\.\d+)?)(?: ?cpus?)?(?:/| and |, )(?P<v2>\d+ ?[KMGT]i?B?)(?P<res>)(?P<res2>)",
            rf"{lead}{res} {stem}<is>{value}(?P<res2>)(?P<v2>)",
            rf"{lead}default {res} (?:{'requests?' if slot == 'default_request' else 'limits?'})<is>{value}(?P<res2>)(?P<v2>)"
            if slot.startswith("default")
            else r"(?!x)x",
        ):
            for each in scan.take_all(pattern):
                if each["res"] == "" and each["v2"]:
                    bounds["cpu"], bounds["memory"] = cpu(each["v"]), memory(each["v2"])
                    continue
                for resource, text in ((each["res"], each["v"]), (each["res2"], each["v2"])):
                    if resource and text:
                        slot_name = (
                            "cpu"
                            if resource.lower().startswith("c")
                            else "storage"
                            if resource.lower() == "storage"
                            else "memory"
                        )
                        bounds[slot_name] = (cpu if slot_name == "cpu" else memory)(text)
        if bounds:
            fields[slot] = bounds
    return {"fields": fields}
