"""Autoscalers, disruption budgets, priority classes."""

from typing import Any

from kora.operations.manifests.drafts import Draft, Incomplete, builds


@builds("HorizontalPodAutoscaler")
def autoscaler(draft: Draft) -> dict[str, Any]:
    """An autoscaler (v2) on CPU, memory or both."""
    fields = draft.fields
    target = draft.need("target", f"Which workload shall the autoscaler {draft.create.name or ''} scale?")
    if not draft.create.name:
        draft.create = draft.create.model_copy(update={"name": target["name"]})
        draft.note(f"The autoscaler is named after its target, {target['name']}.")
    maximum = draft.need("max", f"How many replicas at most shall the autoscaler of {target['name']} run?")
    metrics = [
        {
            "type": "Resource",
            "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": fields[slot]}},
        }
        for name, slot in (("cpu", "cpu_percent"), ("memory", "memory_percent"))
        if slot in fields
    ]
    if not metrics:
        raise Incomplete(f"At which CPU or memory utilization shall {target['name']} be scaled?")
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": target["kind"], "name": target["name"]},
        "minReplicas": fields.get("min", 1),
        "maxReplicas": maximum,
        "metrics": metrics,
    }
    if fields.get("behaviour"):
        spec["behavior"] = {side: _pace(said) for side, said in fields["behaviour"].items()}
    return {"spec": spec}


def _pace(said: dict[str, Any]) -> dict[str, Any]:
    """One direction of an autoscaler's behaviour."""
    made: dict[str, Any] = {}
    if "window" in said:
        made["stabilizationWindowSeconds"] = said["window"]
    if said.get("never"):
        made["selectPolicy"] = "Disabled"
    if said.get("policies"):
        made["policies"] = [
            {"type": kind, "value": value, "periodSeconds": period} for kind, value, period in said["policies"]
        ]
    return made


@builds("PodDisruptionBudget")
def budget(draft: Draft) -> dict[str, Any]:
    """A disruption budget."""
    fields = draft.fields
    selector = dict(draft.create.selector)
    if not selector:
        workload = (fields.get("workload") or {}).get("name") or draft.create.labels.get("app")
        if workload is None:
            raise Incomplete(f"Which pods shall the budget {draft.create.name or ''} protect (for example app=web)?")
        selector = {"app": workload}
        draft.note(f"The selector is app={workload}: make sure that the pods carry this label.")
    if not draft.create.name:
        draft.create = draft.create.model_copy(update={"name": next(iter(selector.values()))})
    spec: dict[str, Any] = {}
    if "min_available" in fields:
        spec["minAvailable"] = fields["min_available"]
    elif "max_unavailable" in fields:
        spec["maxUnavailable"] = fields["max_unavailable"]
    else:
        raise Incomplete(f"How many pods have to stay available under the budget {draft.name}?")
    spec["selector"] = {"matchLabels": selector}
    return {"spec": spec}


@builds("PriorityClass")
def priority_class(draft: Draft) -> dict[str, Any]:
    """A priority class."""
    fields = draft.fields
    if fields.get("value") is None:
        raise Incomplete(f"Which value shall the priority class {draft.name} have?")
    body: dict[str, Any] = {"value": fields["value"], "globalDefault": bool(fields.get("global_default"))}
    if fields.get("never_preempt"):
        body["preemptionPolicy"] = "Never"
    if fields.get("description"):
        body["description"] = fields["description"]
    return body
