"""Quotas and limit ranges."""

import re
from itertools import pairwise
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


_FOR = r"(?:(?:for|only|applies|applying|apply|to|scoped|in|of|on|with|limited|restricted|all|the|pods?|counts?|counting|covers?|covering|just|that|which|have|has|use|using|it|and|a) )*"
_SCOPES = {
    "NotBestEffort": r"(?:not|non)[ -]?best[ -]?effort",
    "BestEffort": r"best[ -]?effort",
    "NotTerminating": r"(?:not|non)[ -]?terminating",
    "Terminating": r"terminating",
}
"""Which pods a quota counts; the longer words first."""


def read_quota(scan: Scan) -> dict[str, Any]:
    """The hard limits of a ResourceQuota, under the names that the API gives them."""
    hard: dict[str, str] = {}
    for found in list(_LITERAL.finditer(scan.rest)):
        hard[found["key"].lower()] = found["value"].rstrip(".")
        scan.claim(*found.span())
    classes = [
        name
        for found in scan.take_all(
            rf"{_FOR}priority ?class(?:es)?<is>(?:named |called )?(?P<all><name>(?:(?:,? (?:and|or) |, )<name>(?= ?(?:[,.;:]|$|pods|and|or)))*)(?: pods?)?(?: only)?",
            rf"{_FOR}(?P<all><name>) priority ?class(?: pods?)?(?: only)?",
        )
        for name in re.findall(r"[a-z0-9][\w.-]*", re.sub(r"\b(?:and|or)\b", ",", found["all"]))
    ]
    scopes = [
        scope
        for scope, words in _SCOPES.items()
        if scan.take(rf"{_FOR}(?:scopes?<is>)?{words}(?: ?(?:pods?|workloads?|scope|only))*") is not None
    ]
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
    for key, words in _OBJECTS.items():
        if key not in hard and scan.take(rf"(?:and |with |but )*(?:no|zero|not any) (?:{words})(?: at all)?"):
            hard[key] = "0"
    scan.take_all(_SPOKEN)
    fields: dict[str, Any] = {"hard": hard}
    if classes:
        fields["priority_classes"] = list(dict.fromkeys(classes))
    if scopes:
        fields["scopes"] = scopes
    return {"fields": fields}


_SPOKEN = r"(?:hard|total|limits?|limiting|limited|restrict(?:s|ing|ed)?|cap(?:s|ped|ping)?|maximum|max|at most|up to|no more than|overall|aggregate|combined|sum|namespace|each|per|in total)"
_LIMIT_BOUNDS = {
    "default_request": r"default(?:s)?(?: container)?(?: (?:cpu|memory))? requests?|default ?requests?",
    "default": r"default(?:s)?(?: container)?(?: limits?)?",
    "max": r"(?:(?:may|can|must|should|are|is|be|to|allowed|and) )*(?:never|not)(?: be)?(?: (?:allowed|to|get|use|have|request|exceed|take|go|ask|for|over|above|beyond))+(?: more than)?|(?:no (?:single )?(?:container|pod|claim)s? (?:gets?|uses?|has|have|may (?:use|have|get|request)|can (?:use|have|get|request)|takes?|requests?) )?more than|max(?:imum|imal|ima)?(?: allowed)?(?: limits?)?|at most|up to|no more than|upper bound",
    "min": r"min(?:imum|imal|ima)?(?: allowed)?(?: requests?)?|at least|no less than|lower bound",
    "request": r"requests?",
    "limit": r"limits?",
}


_TYPES = {
    "Container": r"containers?",
    "Pod": r"pods?",
    "PersistentVolumeClaim": r"persistent ?volume ?claims?|volume claims?|pvcs?|claims?",
}
"""What a limit range can bound, and the words for it."""
_TYPE = re.compile(
    r"(?:(?:of|for|with|per|every|each|any|all|single|one|whole|entire|applies|apply|to|applied|type|a|an)\s+)*(?:type\s*[:=]?\s*)?[\"'`]?(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _TYPES.items())
    + r")[\"'`]?(?![\w-])",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[;.\n](?=\s|$)|,(?=\s)(?:\s+and\b)?|\band\b", re.IGNORECASE)


def read_limit_range(scan: Scan) -> dict[str, Any]:
    """Defaults and bounds for containers, pods or claims: ``fields["limits"]``, one entry for each of them."""
    found = [(each.start(), each.end(), str(each.lastgroup)) for each in _TYPE.finditer(scan.rest)]
    for start, end, _ in found:
        scan.claim(start, end)
    kinds = list(dict.fromkeys(kind for _, _, kind in found)) or ["Container"]
    limits: list[dict[str, Any]] = []
    if len(kinds) == 1:
        limits = [{"type": kinds[0], **_bounds_of(scan, kinds[0])}]
    else:
        for start, end, kind in _stretches(scan.rest, found):
            part = Scan(scan.rest[start:end])
            said = _bounds_of(part, kind)
            scan.rest = scan.rest[:start] + part.rest + scan.rest[end:]
            known = next((each for each in limits if each["type"] == kind), None)
            if known is None:
                limits.append({"type": kind, **said})
            else:
                for slot, amounts in said.items():
                    known.setdefault(slot, {}).update(amounts)
    scan.take_all(_SPOKEN)
    return {"fields": {"limits": limits}}


def _stretches(text: str, found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The text cut where it turns from one type to another: at the last comma or "and" before the type is named, or
    behind it where the amounts came first ("2 CPUs for pods, 1 CPU for containers")."""
    amount = re.compile(r"\d")
    leads = amount.search(text[: found[0][0]]) is None
    cuts = []
    for (_, ended, kind), (start, _, following) in pairwise(found):
        if kind == following:
            continue
        between = list(_PARTED.finditer(text, ended, start))
        cuts.append((between[-1].start() if leads else between[0].start()) if between else (start if leads else ended))
    order = [kind for at, (_, _, kind) in enumerate(found) if at == 0 or found[at - 1][2] != kind]
    edges = [0, *cuts, len(text)]
    return [(edges[at], edges[at + 1], kind) for at, kind in enumerate(order)]


_BETWEEN = re.compile(r"\bbetween\s+(?=[\"'`]?\d)(?P<low>[^,;.]*?\S)\s+and\s+(?=[\"'`]?\d)", re.IGNORECASE)


def _bounds_of(scan: Scan, kind: str) -> dict[str, dict[str, str]]:
    """Slot → resource → amount of one type."""
    scan.rest = _BETWEEN.sub(lambda found: f"min {found['low']}, max ".ljust(len(found[0]))[: len(found[0])], scan.rest)
    by_default = scan.take(r"by default") is not None
    made: dict[str, dict[str, str]] = {}
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
        resource = "storage" if kind == "PersistentVolumeClaim" and each.resource == "memory" else each.resource
        if slot:
            made.setdefault(slot, {})[resource] = each.value
    return made
