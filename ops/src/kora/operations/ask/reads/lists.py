"""Lists and counts: the objects of a kind, with conditions, sorted, as a short table."""

import re
from collections.abc import Callable, Sequence

from kora.domain.objects import Manifest
from kora.language.intents import Aspect, Condition, Inspect, Target
from kora.language.kinds import BY_KIND, WORKLOAD_KINDS
from kora.language.targets import WORKLOAD
from kora.operations.ask.answer import Answer, age_text, place, table
from kora.operations.ask.binding import ANY_KIND, Binder
from kora.operations.ask.facts import age_of, counts, images, pod_spec, pod_status, ready_text, restarts, storage_of
from kora.operations.ask.filtering import select, spoken_conditions
from kora.operations.ask.reads.details import (
    bounds,
    metrics,
    name_in,
    node_state,
    quota_use,
    selector_of,
    subjects,
    taints,
)
from kora.operations.ask.reads.registry import answers
from kora.operations.ask.relations import related
from kora.operations.diagnose.fields import dig, name_of, namespace_of

Column = tuple[str, Callable[[Manifest], object]]


def _ports(item: Manifest) -> str:
    found = []
    for each in dig(item, "spec", "ports") or ():
        node = f":{each['nodePort']}" if each.get("nodePort") else ""
        found.append(f"{each.get('port')}{node}/{each.get('protocol', 'TCP')}")
    return ",".join(found) or "-"


_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_WORKLOAD_COLUMNS: tuple[Column, ...] = (("READY", ready_text), ("IMAGES", lambda item: ",".join(images(item))))
_COLUMNS: dict[str, tuple[Column, ...]] = {
    "Pod": (
        ("READY", ready_text),
        ("STATUS", pod_status),
        ("RESTARTS", restarts),
        ("NODE", lambda item: dig(item, "spec", "nodeName") or "-"),
    ),
    **dict.fromkeys(WORKLOAD_KINDS, _WORKLOAD_COLUMNS),
    "ReplicaSet": _WORKLOAD_COLUMNS,
    "Service": (
        ("TYPE", lambda item: dig(item, "spec", "type") or "ClusterIP"),
        ("CLUSTER-IP", lambda item: dig(item, "spec", "clusterIP") or "-"),
        ("PORTS", _ports),
    ),
    "Node": (
        ("STATUS", node_state),
        ("TAINTS", taints),
        ("VERSION", lambda item: dig(item, "status", "nodeInfo", "kubeletVersion") or "-"),
    ),
    "PersistentVolumeClaim": (
        ("STATUS", lambda item: dig(item, "status", "phase") or "-"),
        (
            "SIZE",
            lambda item: (
                dig(item, "status", "capacity", "storage") or dig(item, "spec", "resources", "requests", "storage")
            ),
        ),
        ("CLASS", lambda item: dig(item, "spec", "storageClassName") or "-"),
    ),
    "PersistentVolume": (
        ("STATUS", lambda item: dig(item, "status", "phase")),
        ("SIZE", lambda item: dig(item, "spec", "capacity", "storage")),
    ),
    "Namespace": (("STATUS", lambda item: dig(item, "status", "phase") or "-"),),
    "ConfigMap": (("KEYS", lambda item: ",".join(sorted(item.get("data") or {})) or "-"),),
    "Secret": (
        ("TYPE", lambda item: item.get("type", "-")),
        ("KEYS", lambda item: ",".join(sorted(item.get("data") or {})) or "-"),
    ),
    "Ingress": (
        ("CLASS", lambda item: dig(item, "spec", "ingressClassName") or "-"),
        ("HOSTS", lambda item: ",".join(each.get("host", "*") for each in dig(item, "spec", "rules") or ()) or "-"),
    ),
    "Job": (
        (
            "COMPLETIONS",
            lambda item: f"{dig(item, 'status', 'succeeded') or 0}/{dig(item, 'spec', 'completions') or 1}",
        ),
    ),
    "CronJob": (
        ("SCHEDULE", lambda item: dig(item, "spec", "schedule")),
        ("SUSPEND", lambda item: bool(dig(item, "spec", "suspend"))),
        ("LAST", lambda item: dig(item, "status", "lastScheduleTime") or "never"),
    ),
    "HorizontalPodAutoscaler": (
        (
            "TARGET",
            lambda item: f"{dig(item, 'spec', 'scaleTargetRef', 'kind')}/{dig(item, 'spec', 'scaleTargetRef', 'name')}",
        ),
        ("MIN", lambda item: dig(item, "spec", "minReplicas")),
        ("MAX", lambda item: dig(item, "spec", "maxReplicas")),
        ("NOW", lambda item: dig(item, "status", "currentReplicas") or 0),
        ("METRICS", metrics),
    ),
    "ResourceQuota": (("USED", quota_use),),
    "LimitRange": (("BOUNDS", bounds),),
    "NetworkPolicy": (
        ("SELECTS", selector_of),
        ("TYPES", lambda item: ",".join(dig(item, "spec", "policyTypes") or ()) or "Ingress"),
    ),
    "PodDisruptionBudget": (
        ("SELECTS", selector_of),
        ("MIN", lambda item: dig(item, "spec", "minAvailable") or "-"),
        ("MAX-UNAVAILABLE", lambda item: dig(item, "spec", "maxUnavailable") or "-"),
        ("ALLOWED", lambda item: dig(item, "status", "disruptionsAllowed") or 0),
    ),
    **dict.fromkeys(
        ("RoleBinding", "ClusterRoleBinding"),
        (("ROLE", lambda item: name_in(item, "roleRef")), ("SUBJECTS", subjects)),
    ),
    "StorageClass": (
        ("DEFAULT", lambda item: (dig(item, "metadata", "annotations") or {}).get(_DEFAULT_CLASS) == "true"),
        ("PROVISIONER", lambda item: item.get("provisioner")),
        ("EXPANSION", lambda item: bool(item.get("allowVolumeExpansion"))),
    ),
}
_SORTS: dict[str, Callable[[Manifest], float | str]] = {"restarts": restarts, "age": age_of, "name": name_of,
    "replicas": lambda item: float(counts(item)[1]), "size": lambda item: float(storage_of(item)),
}  # fmt: skip


def _pods_on(binder: Binder, item: Manifest) -> int:
    if item["kind"] == "Node":
        return sum(dig(pod, "spec", "nodeName") == name_of(item) for pod in binder.every("Pod", None))
    if item["kind"] == "Namespace":
        return len(binder.every("Pod", name_of(item)))
    return len(binder.pods_of(item))


@answers(Aspect.LIST, Aspect.COUNT)
def list_objects(binder: Binder, question: Inspect) -> Answer:
    """The objects that fit, or how many there are."""
    target = question.target
    kinds = kinds_of(target)
    found = wanted(binder, target, kinds)
    if question.of is not None:
        owners = binder.find(question.of, (question.of.kind,) if question.of.kind in BY_KIND else _OWNERS)
        said_so = _by_facet(
            binder, target.model_copy(update={"names": question.of.names, "phrase": question.of.phrase}), kinds
        )
        if not owners and said_so:
            question, owners = question.model_copy(update={"of": None}), []
            found = said_so
    if question.of is not None:
        if not owners:
            said = question.of.phrase or ", ".join(question.of.names) or str(question.of.kind).lower()
            return Answer(
                f"There is no {said!r} to look at.", [f"kubectl get all{place(binder.space(target))}"], [], found=False
            )
        spaces = {namespace_of(each) for each in owners}
        pool = found or [each for kind in kinds for space in spaces for each in binder.every(kind, space)]
        found = [each for each in pool if any(each is owner or related(binder, each, owner) for owner in owners)]
    chosen = select(binder, found, question.conditions, either=question.either)
    space = binder.space(target) if not target.names else None
    command = command_of(kinds[0], binder, question)
    what = spoken(kinds, question.conditions, either=question.either)
    if question.of is not None:
        what += f" belonging to {question.of.phrase or ', '.join(question.of.names) or 'it'}"
    where = f" in namespace {space}" if space and kinds[0] not in {"Node", "Namespace", "PersistentVolume"} else ""
    if question.group_by is not None:
        return _grouped(binder, chosen, question, f"{what}{where}", command)
    unknown = not found and bool(target.names or target.phrase)
    if question.aspect is Aspect.COUNT and question.key == "containers":
        inside = sum(len(pod_spec(each).get("containers") or ()) for each in chosen)
        return Answer(f"There are {inside} containers in {len(chosen)} {what}{where}.", [command], {"count": inside})
    if question.aspect is Aspect.COUNT and not unknown:
        noun = what
        if len(chosen) == 1:
            noun = what.replace(_plural(kinds[0]), kinds[0].lower(), 1).replace("objects", "object", 1)
        verb = "is" if len(chosen) == 1 else "are"
        share = f" of {len(found)}" if question.conditions and found else ""
        return Answer(
            f"There {verb} {len(chosen)}{share} {noun}{where}.",
            [f"{command} --no-headers | wc -l"],
            {"count": len(chosen), "of": len(found)},
        )
    sorts = _SORTS | {"pods": lambda item: float(_pods_on(binder, item))}
    if question.sort_by in sorts:
        key = sorts[question.sort_by]
        chosen = sorted(chosen, key=key, reverse=question.descending)
    if question.limit:
        chosen = chosen[: question.limit]
    if unknown:
        said = target.phrase or ", ".join(target.names)
        name = _plural(kinds[0]) if len(kinds) == 1 else "object"
        have = [name_of(each) for kind in kinds[:1] for each in binder.every(kind, binder.space(target))]
        there = f" There are: {_some(have)}." if have and len(kinds) == 1 else ""
        return Answer(
            f"No {name} named {said!r} or having to do with it{where or _where(binder, target)}.{there}",
            [command],
            [],
            found=False,
        )
    if not chosen:
        seen = f" ({len(found)} looked at)" if found and question.conditions else ""
        return Answer(f"There are no {what}{where}{seen}.", [command], [], found=False)
    if len(chosen) == 1:
        one = kinds[0].lower() if len(kinds) == 1 else what.partition(" ")[0].removesuffix("s")
        what = what.replace(_plural(kinds[0]) if len(kinds) == 1 else one + "s", one, 1)
    return Answer(
        f"{len(chosen)} {what}{where}:\n{rows(chosen, question.show)}", [command], [summary(each) for each in chosen]
    )


def _grouped(binder: Binder, items: Sequence[Manifest], question: Inspect, what: str, command: str) -> Answer:
    """How many objects there are for each node, namespace, state … and which."""
    groups: dict[str, list[str]] = {}
    for each in items:
        for value in _GROUPS[question.group_by or "state"](binder, each):
            groups.setdefault(value, []).append(name_of(each))
    ranked = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    if not ranked:
        return Answer(f"There are no {what}.", [command], [], found=False)
    heads = ((question.group_by or "").upper(), "COUNT", "NAMES")
    lines = [(value, len(names), _some(names)) for value, names in ranked]
    data = [{question.group_by: value, "count": len(names), "names": names} for value, names in ranked]
    return Answer(f"{len(items)} {what}:\n{table(heads, lines)}", [command], data)


def _some(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" … and {len(names) - most} more" if len(names) > most else "")


def _state_of(item: Manifest) -> str:
    if item["kind"] == "Pod":
        return pod_status(item)
    if item["kind"] == "Node":
        return node_state(item)
    ready, wanted = counts(item)
    return str(dig(item, "status", "phase") or ("ready" if ready >= wanted else "not ready"))


def _nodes_of(binder: Binder, item: Manifest) -> list[str]:
    return list(dict.fromkeys(dig(pod, "spec", "nodeName") or "no node" for pod in binder.pods_of(item)))


_GROUPS: dict[str, Callable[[Binder, Manifest], Sequence[str]]] = {
    "node": _nodes_of,
    "namespace": lambda _b, item: [namespace_of(item) or "-"],
    "state": lambda _b, item: [_state_of(item)],
    "image": lambda _b, item: list(dict.fromkeys(images(item))),
    "kind": lambda _b, item: [item["kind"]],
    "type": lambda _b, item: [str(item.get("type") or dig(item, "spec", "type") or "ClusterIP")],
    "workload": lambda binder, item: [
        f"{each['kind'].lower()}/{name_of(each)}" for each in binder.workloads_behind(item)
    ] or ["none"],
}  # fmt: skip


def kinds_of(target: Target) -> tuple[str, ...]:
    """The kinds that a question is about."""
    if target.kind == WORKLOAD:
        return WORKLOAD_KINDS
    return (target.kind,) if target.kind else ANY_KIND


def wanted(binder: Binder, target: Target, kinds: Sequence[str]) -> list[Manifest]:
    """The objects to list: those named, or what belongs to a named workload ("the pods of web")."""
    named = target.names or target.phrase
    found = binder.find(target, kinds) if named else all_of(binder, target, kinds)
    if named and not found and tuple(kinds) == ("Pod",):
        owners = binder.find(target.model_copy(update={"kind": None}), (*WORKLOAD_KINDS, "Service", "Job", "CronJob"))
        found = [pod for owner in owners for pod in binder.pods_of(owner)]
    if named and not found and target.kind:
        found = _by_facet(binder, target, kinds)
    if named and not target.kind and not found:
        spaces = [each for each in binder.every("Namespace", None) if name_of(each) in (*target.names, target.phrase)]
        if spaces:
            return [pod for space in spaces for pod in binder.every("Pod", name_of(space))]
    return found


def _by_facet(binder: Binder, target: Target, kinds: Sequence[str]) -> list[Manifest]:
    """The objects that a word describes otherwise than by name: their image, node, account, type, class or a label."""
    said = {each.lower() for each in (*target.names, *((target.phrase or "").split()))}
    pool = all_of(binder, target.model_copy(update={"names": (), "phrase": None}), kinds)
    return [each for each in pool if said and said <= _facets(each)]


_OWNERS = (*ANY_KIND, "Node", "PersistentVolume")
"""What objects may belong to."""


def _facets(item: Manifest) -> set[str]:
    spec = pod_spec(item)
    is_default = (dig(item, "metadata", "annotations") or {}).get(_DEFAULT_CLASS) == "true"
    values = [
        "default" if is_default else None,
        spec.get("nodeName"),
        spec.get("serviceAccountName"),
        spec.get("priorityClassName"),
        *(dig(item, "spec", part) for part in ("type", "storageClassName", "ingressClassName", "schedule")),
        *(dig(item, "metadata", "labels") or {}).values(),
        *(each.get("name") for each in item.get("subjects") or ()),
        dig(item, "roleRef", "name"),
        *(each.get("host") for each in dig(item, "spec", "rules") or () if isinstance(each, dict)),
        *(each for image in images(item) for each in (image, *re.split(r"[/:@]", image))),
    ]
    return {str(each).lower() for each in values if each}


def _where(binder: Binder, target: Target) -> str:
    space = binder.space(target)
    return f" in namespace {space}" if space else ""


def all_of(binder: Binder, target: Target, kinds: Sequence[str]) -> list[Manifest]:
    """Every object of the kinds in the place that was said.

    Raises: TargetMissing when there is no such namespace.
    """
    space = binder.space(target)
    if space is not None and target.namespace:
        binder.require_space(space)
    return [each for kind in kinds for each in binder.every(kind, space, target.labels)]


def rows(items: Sequence[Manifest], show: Sequence[str] = ()) -> str:
    """A table of objects, with the namespace where there are several; `show`: ``labels``, ``annotations``."""
    kinds = {each["kind"] for each in items}
    alike = len({_COLUMNS.get(kind, ()) for kind in kinds}) == 1
    columns = _COLUMNS.get(items[0]["kind"], ()) if alike else ()
    spaces = len({namespace_of(each) for each in items}) > 1
    heads = [
        *(["NAMESPACE"] if spaces else []),
        *(["KIND"] if len(kinds) > 1 else []),
        "NAME",
        *(head for head, _ in columns),
        "AGE",
        *(each.upper() for each in show),
    ]
    lines = [
        [
            *([namespace_of(each) or "-"] if spaces else []),
            *([each["kind"]] if len(kinds) > 1 else []),
            name_of(each),
            *(show(each) for _, show in columns),
            age_text(age_of(each)),
            *(
                ",".join(f"{key}={value}" for key, value in sorted((dig(each, "metadata", part) or {}).items())) or "-"
                for part in show
            ),
        ]
        for each in items
    ]
    return table(heads, lines)


def summary(item: Manifest) -> dict[str, object]:
    """One object for programs: names and the columns of its kind."""
    columns = {head.lower(): show(item) for head, show in _COLUMNS.get(item["kind"], ())}
    return {"kind": item["kind"], "namespace": namespace_of(item), "name": name_of(item), **columns}


def _plural(kind: str) -> str:
    from kora.language.kinds import plural

    return plural(kind.lower())


def spoken(kinds: Sequence[str], conditions: Sequence[Condition], *, either: bool = False) -> str:
    """``pods (state is not running)``."""
    what = _plural(kinds[0]) if len(kinds) == 1 else "workloads" if kinds == WORKLOAD_KINDS else "objects"
    return f"{what} ({spoken_conditions(conditions, either=either)})" if conditions else what


def command_of(kind: str, binder: Binder, question: Inspect) -> str:
    """The kubectl command that lists the same objects, unfiltered where kubectl has no filter."""
    target = question.target
    _, namespaced = binder.api_version(kind)
    command = f"kubectl get {_plural(kind)}" + (place(binder.space(target)) if namespaced else "")
    if target.labels:
        command += " -l " + ",".join(f"{key}={value}" for key, value in target.labels.items())
    for each in question.conditions:
        if each.field == "state" and kind == "Pod" and each.value == "running":
            command += f" --field-selector=status.phase{'!=' if each.comparison.value == 'is_not' else '='}Running"
        if each.field == "node":
            command += (
                f" --field-selector=spec.nodeName{'!=' if each.comparison.value == 'is_not' else '='}{each.value}"
            )
    if question.sort_by == "age":
        command += " --sort-by=.metadata.creationTimestamp"
    return command
