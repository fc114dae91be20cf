"""Conditions held against objects, for answers and for binding."""

import re
from collections.abc import Callable, Iterable, Sequence

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.kit import clock
from kora.language.intents import Comparison, Condition
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.answer import age_text
from kora.operations.ask.facts import (
    age_of,
    counts,
    images,
    last_restart,
    pod_spec,
    pod_status,
    ports,
    restarts,
    states,
    storage_of,
)
from kora.operations.ask.objects import Objects
from kora.operations.ask.relations import HOLDERS, ingresses_to, related, selects, uses
from kora.operations.diagnose.fields import dig, has_condition, name_of, namespace_of


def _restarted(objects: Objects, item: Manifest, condition: Condition) -> bool:
    ends = [last_restart(pod) for pod in ([item] if item["kind"] == "Pod" else objects.pods_of(item))]
    known = [each for each in ends if each is not None]
    return bool(known) and _number((clock.now() - max(known)).total_seconds(), condition)


def select(
    objects: Objects, items: Iterable[Manifest], conditions: Sequence[Condition], *, either: bool = False
) -> list[Manifest]:
    """The objects that all conditions hold for; either: that at least one holds for."""
    found = list(items)
    if either:
        return [each for each in found if any(_holds(objects, each, condition) for condition in conditions)]
    for condition in conditions:
        found = [each for each in found if _holds(objects, each, condition)]
    return found


_NOUNS = {
    "used": "a user", "budget": "a disruption budget", "autoscaler": "an autoscaler", "owner": "an owner",
    "tls": "TLS", "service": "a service", "ingress": "an Ingress", "holds": "any", "selector": "a selector",
    "node": "a node", "label": "the label", "annotation": "the annotation", "probe": "a probe", "taints": "taints",
    "ran": "a run",
}  # fmt: skip
_COMPARED = {
    Comparison.IS: "is", Comparison.IS_NOT: "is not", Comparison.MORE: "more than", Comparison.LESS: "less than",
    Comparison.AT_LEAST: "at least", Comparison.AT_MOST: "at most", Comparison.CONTAINS: "with",
}  # fmt: skip


def spoken_conditions(conditions: Sequence[Condition], *, either: bool = False) -> str:
    """Conditions in words: ``state is not running, restarts more than 3, without endpoints``; either: with "or"."""
    said = []
    for each in conditions:
        number = (
            age_text(each.value) if each.field in ("age", "restarted") and isinstance(each.value, float) else each.value
        )
        plain = f"{number:g}" if isinstance(number, float) else str(number).replace("|", " or ")
        value = "" if number is None else f" {plain}"
        if each.comparison is Comparison.LACKS:
            said.append(f"without {_NOUNS.get(each.field, each.field)}{value}")
        elif each.comparison is Comparison.CONTAINS and each.value is None:
            said.append(f"with {_NOUNS.get(each.field, each.field)}")
        elif each.field == "restarted":
            said.append(f"restarted within{value}")
        else:
            said.append(f"{each.field} {_COMPARED[each.comparison]}{value}")
    return (" or " if either else ", ").join(said)


def _holds(objects: Objects, item: Manifest, condition: Condition) -> bool:
    return _CHECKS[condition.field](objects, item, condition)


def _state(objects: Objects, item: Manifest, condition: Condition) -> bool:
    if "|" in (wanted := str(condition.value)):  # "pending or failed"
        each = [_state(objects, item, condition.model_copy(update={"value": one})) for one in wanted.split("|")]
        return all(each) if condition.comparison is Comparison.IS_NOT else any(each)
    found = states(item)
    if condition.comparison is Comparison.IS_NOT:
        if wanted == "running" and item["kind"] == "Pod":
            return pod_status(item) != "Running"
        if wanted in {"ready", "healthy"} and "succeeded" in found:
            return False  # what has done its work is not to become ready
        return wanted not in found
    if wanted == "running" and item["kind"] == "Pod":
        return pod_status(item) == "Running"
    return wanted in found


def _number(value: float, condition: Condition) -> bool:
    wanted = float(condition.value or 0)
    return {
        Comparison.MORE: value > wanted,
        Comparison.LESS: value < wanted,
        Comparison.AT_LEAST: value >= wanted,
        Comparison.AT_MOST: value <= wanted,
        Comparison.IS: value == wanted,
        Comparison.IS_NOT: value != wanted,
    }.get(condition.comparison, False)


def _image(objects: Objects, item: Manifest, condition: Condition) -> bool:
    del objects
    wanted = str(condition.value)
    if wanted == ":latest":
        return any(each.endswith(":latest") or ":" not in each.rpartition("/")[2] for each in images(item))
    if wanted.startswith(":"):  # a version: "1.3" is 1.3.2 and v1.3, and neither 1.30 nor 11.3
        tag = re.compile(rf"v?{re.escape(wanted[1:])}(?![0-9])")
        return any(tag.match(each.rpartition("/")[2].partition("@")[0].partition(":")[2]) for each in images(item))
    return any(wanted in each for each in images(item))


def _lacks(part: str) -> Callable[[Objects, Manifest, Condition], bool]:
    def check(objects: Objects, item: Manifest, condition: Condition) -> bool:
        del objects
        wanted = (str(condition.value),) if condition.value else ("cpu", "memory")
        containers = pod_spec(item).get("containers") or ()
        return any(dig(each, "resources", part, name) is None for each in containers for name in wanted)

    return check


def _probe(objects: Objects, item: Manifest, condition: Condition) -> bool:
    del objects
    wanted = (f"{condition.value}Probe",) if condition.value else ("readinessProbe", "livenessProbe")
    return any(name not in each for each in pod_spec(item).get("containers") or () for name in wanted)


def _mapping(part: str) -> Callable[[Objects, Manifest, Condition], bool]:
    def check(objects: Objects, item: Manifest, condition: Condition) -> bool:
        del objects
        have = dig(item, "metadata", part) or {}
        if condition.comparison is Comparison.LACKS:
            return not have if condition.value is None else condition.value not in have
        return condition.value in have

    return check


def _usage(what: str) -> Callable[[Objects, Manifest, Condition], bool]:
    def check(objects: Objects, item: Manifest, condition: Condition) -> bool:
        used = {
            name_of(each): sum((parse_quantity(dig(one, "usage", what)) or 0) for one in each.get("containers") or ())
            for each in objects.reader.list("metrics.k8s.io/v1beta1", "PodMetrics", namespace_of(item))
        }
        wanted = parse_quantity(condition.value)
        mine = used.get(name_of(item))
        return (
            mine is not None
            and wanted is not None
            and _number(float(mine), Condition(field="cpu", comparison=condition.comparison, value=float(wanted)))
        )

    return check


def _holds_size(_objects: Objects, item: Manifest, condition: Condition) -> bool:
    wanted = parse_quantity(condition.value)
    return wanted is not None and _number(
        float(storage_of(item)), condition.model_copy(update={"value": float(wanted)})
    )


def _counterpart(field: str) -> Callable[[Objects, Manifest, Condition], bool]:
    """Whether what `field` names stands beside the object; conditions ask for its lack, or for it."""

    def check(objects: Objects, item: Manifest, condition: Condition) -> bool:
        space = namespace_of(item)
        if field == "endpoints":
            there = any(has_condition(pod, "Ready") for pod in objects.pods_of(item))
        elif field == "pods":
            there = bool(objects.every("Pod", name_of(item)) if item["kind"] == "Namespace" else objects.pods_of(item))
        elif field == "selector":
            there = bool(dig(item, "spec", "selector"))
        elif field == "tls":
            there = bool(dig(item, "spec", "tls"))
        elif field == "service":
            there = any(selects(each, item) for each in objects.every("Service", space))
        elif field == "ingress":
            there = bool(ingresses_to(objects, item))
        elif field == "used":
            kinds = (*WORKLOAD_KINDS, "CronJob", "Job", "Pod", *(HOLDERS if item["kind"] == "Secret" else ()))
            there = any(uses(each, item) for kind in kinds for each in objects.every(kind, space))
        else:
            kind = {"autoscaler": "HorizontalPodAutoscaler", "budget": "PodDisruptionBudget"}[field]
            there = any(related(objects, each, item) for each in objects.every(kind, space))
        return there is not (condition.comparison in {Comparison.LACKS, Comparison.IS_NOT})

    return check


def _has_type(service: Manifest, wanted: object) -> bool:
    if service["kind"] == "Secret":
        return str(service.get("type", "")).lower() in {str(wanted).lower(), f"kubernetes.io/{wanted}".lower()}
    if wanted == "Headless":
        return bool(dig(service, "spec", "clusterIP") == "None")
    return (dig(service, "spec", "type") or "ClusterIP") == wanted


_CHECKS: dict[str, Callable[[Objects, Manifest, Condition], bool]] = {
    "state": _state,
    "ready": _state,
    "restarts": lambda _b, item, condition: _number(restarts(item), condition),
    "restarted": _restarted,
    "age": lambda _b, item, condition: _number(age_of(item), condition),
    "image": _image,
    "label": _mapping("labels"),
    "annotation": _mapping("annotations"),
    "replicas": lambda _b, item, condition: _number(counts(item)[1], condition),
    "cpu": _usage("cpu"),
    "memory": _usage("memory"),
    "size": _holds_size,
    "holds": lambda objects, item, condition: (
        bool(objects.every(str(condition.value), name_of(item))) is not (condition.comparison is Comparison.LACKS)
    ),
    "ran": lambda _b, item, condition: (
        bool(dig(item, "status", "lastScheduleTime")) is not (condition.comparison is Comparison.LACKS)
    ),
    "taints": lambda _b, item, condition: (
        bool(dig(item, "spec", "taints")) is not (condition.comparison is Comparison.LACKS)
    ),
    "containers": lambda _b, item, condition: _number(len(pod_spec(item).get("containers") or ()), condition),
    "node": lambda _b, item, condition: (
        not dig(item, "spec", "nodeName")
        if condition.comparison is Comparison.LACKS
        else (dig(item, "spec", "nodeName") == condition.value) is not (condition.comparison is Comparison.IS_NOT)
    ),
    "name": lambda _b, item, condition: str(condition.value) in name_of(item),
    "type": lambda _b, item, condition: (
        _has_type(item, condition.value) is not (condition.comparison is Comparison.IS_NOT)
    ),
    "port": lambda _b, item, condition: float(condition.value or 0) in ports(item),
    "owner": lambda _b, item, _c: not dig(item, "metadata", "ownerReferences"),
    **{
        field: _counterpart(field)
        for field in ("endpoints", "pods", "selector", "tls", "service", "ingress", "used", "autoscaler", "budget")
    },
    "exposed": _counterpart("service"),
    "requests": _lacks("requests"),
    "limits": _lacks("limits"),
    "probe": _probe,
}
