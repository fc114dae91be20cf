"""The last step of reading a question: what its aspect comes to for what it is asked of. Part of `language.asking.reading`."""

from typing import Any

from kora.language.intents import Aspect, Comparison, Condition, Inspect, Target
from kora.language.kinds import WORKLOAD_WORDS
from kora.language.targets import WORKLOAD

_BOUNDS = frozenset({"ResourceQuota", "LimitRange"})
"""Kinds whose list says how much is used or allowed."""
_OF_FIELD = {
    "tls": "Ingress",
    "endpoints": "Service",
    "size": "PersistentVolumeClaim",
    "taints": "Node",
    "holds": "Namespace",
}
"""Of what kind the objects are that a condition alone is asked of; pods otherwise."""
_UNWELL = frozenset({"unhealthy", "failing", "failed", "healthy", "ready", "running"})
_WITH_STATE = frozenset(
    {None, WORKLOAD, "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "PersistentVolumeClaim",
     "PersistentVolume", "Namespace", "Node", "CronJob", "Job"}
)  # fmt: skip
"""Kinds that tell how they are; others are well when nothing is found wrong with them."""


def finished(
    aspect: Aspect | None,
    target: Target,
    conditions: tuple[Condition, ...],
    slots: dict[str, Any],
    verb: str,
    plural: bool,
    replicas: bool,
) -> Inspect:
    """The question as it is asked of the objects that were meant: what a bare name, a kind alone, a plural or a count
    make of the aspect."""
    if target.phrase in WORKLOAD_WORDS and aspect in {Aspect.CAUSE, Aspect.HEALTH, Aspect.STATUS} and not target.names:
        return Inspect(aspect=Aspect.HEALTH, target=target.model_copy(update={"phrase": None}))  # "is my app well?"
    named = bool(target.names or target.phrase)
    if aspect is None:
        aspect = Aspect.STATUS if named and verb in {"check", "verify", "watch", "monitor", "review"} else Aspect.LIST
        if named and target.kind not in {"Pod", None} and target.names and "of" not in slots:
            aspect = Aspect.STATUS
    if aspect is Aspect.STATUS and conditions and not named and target.kind:
        aspect = Aspect.LIST
    elif aspect is Aspect.STATUS:
        conditions = ()
    states = bool(conditions) and all(each.field == "state" for each in conditions)
    if aspect is Aspect.LIST and named and replicas and states and target.kind is None:
        aspect, conditions = Aspect.STATUS, ()
    if aspect is Aspect.LOGS and named:
        conditions = ()
    if aspect is Aspect.LIST and named and target.names and not plural and states:
        aspect, conditions = Aspect.STATUS, ()
    if aspect is Aspect.STATUS and replicas and not named and not target.kind:
        aspect, target = Aspect.LIST, target.model_copy(update={"kind": "Deployment"})
    if aspect is Aspect.COUNT and replicas and named:
        aspect = Aspect.STATUS
    if aspect in {Aspect.USAGE, Aspect.CAPACITY} and target.kind == "HorizontalPodAutoscaler":
        return Inspect(aspect=Aspect.STATUS if named else Aspect.LIST, target=target)
    if aspect in {Aspect.USAGE, Aspect.CAPACITY} and target.kind in _BOUNDS:
        return Inspect(aspect=Aspect.LIST, target=target)
    if aspect is Aspect.CAPACITY and target.kind != "Node":
        target = Target()
    if aspect is Aspect.DEPENDENTS and target.kind == "Node" and target.names:
        on = tuple(Condition(field="node", comparison=Comparison.IS, value=name) for name in target.names[:1])
        return Inspect(aspect=Aspect.LIST, target=Target(kind="Pod", all_namespaces=True), conditions=on)
    if aspect is Aspect.COUNT and target.kind is None and not named:
        target = target.model_copy(update={"kind": "Pod"})
    nothing_named = aspect in {Aspect.STATUS, Aspect.DESCRIBE, Aspect.MANIFEST} and not named and not target.labels
    if nothing_named and (aspect is Aspect.STATUS or target.every or target.kind is None):
        aspect = Aspect.LIST if target.kind else Aspect.HEALTH
    if aspect is Aspect.LIST and target.kind is None and not named and not target.labels and not conditions:
        aspect = Aspect.HEALTH
    if aspect is Aspect.CAUSE and not named and not target.labels and target.kind is None:
        aspect = Aspect.HEALTH
    if aspect is Aspect.HEALTH and conditions:
        aspect = Aspect.LIST
    if aspect is Aspect.HEALTH and named:
        aspect = Aspect.CAUSE
    lately = [(each.field, each.comparison) for each in conditions] == [("age", Comparison.LESS)]
    if aspect is Aspect.LIST and lately and not (target.kind or named or slots.get("sort_by")):
        return Inspect(aspect=Aspect.CHANGES, target=target, since_seconds=round(float(conditions[0].value or 0)))
    if aspect is Aspect.LIST and target.kind is None and conditions and not named:
        kind = next((_OF_FIELD[each.field] for each in conditions if each.field in _OF_FIELD), "Pod")
        target = target.model_copy(update={"kind": kind})
    unwell = states and any(str(each.value) in _UNWELL for each in conditions)
    if aspect is Aspect.LIST and unwell and target.kind not in _WITH_STATE and named:
        return Inspect(aspect=Aspect.CAUSE, target=target)  # "is the admin ingress broken"
    if target.kind == WORKLOAD and not named and aspect is Aspect.COUNT:
        target = target.model_copy(update={"kind": "Deployment"})
    return Inspect(aspect=aspect, target=target, conditions=conditions, **slots)
