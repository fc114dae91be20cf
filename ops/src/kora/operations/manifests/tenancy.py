"""Namespaces, quotas and limit ranges."""

from typing import Any

from kora.operations.manifests.drafts import Draft, Incomplete, builds


@builds("Namespace")
def namespace(draft: Draft) -> dict[str, Any]:
    """A namespace."""
    return {}


@builds("ServiceAccount")
def service_account(draft: Draft) -> dict[str, Any]:
    """A service account."""
    body: dict[str, Any] = {}
    if draft.fields.get("automount") is False:
        body["automountServiceAccountToken"] = False
    if draft.fields.get("pull_secrets"):
        body["imagePullSecrets"] = [{"name": each} for each in draft.fields["pull_secrets"]]
    return body


@builds("ResourceQuota")
def quota(draft: Draft) -> dict[str, Any]:
    """A quota."""
    hard = draft.need("hard", f"What shall the quota {draft.create.name or ''} limit?")
    _named(draft, "quota")
    spec: dict[str, Any] = {"hard": {key: str(value) for key, value in hard.items()}}
    if draft.fields.get("priority_class"):
        expression = {"scopeName": "PriorityClass", "operator": "In", "values": [draft.fields["priority_class"]]}
        spec["scopeSelector"] = {"matchExpressions": [expression]}
    return {"spec": spec}


def _named(draft: Draft, suffix: str) -> None:
    where = draft.create.namespace or draft.defaults.namespace
    if not draft.create.name and where:
        draft.create = draft.create.model_copy(update={"name": f"{where}-{suffix}"})
        draft.note(f"It is named {where}-{suffix}: no name was said.")


@builds("LimitRange")
def limit_range(draft: Draft) -> dict[str, Any]:
    """Defaults and bounds."""
    fields = draft.fields
    _named(draft, "limits")
    kind = fields.get("type", "Container")
    limit: dict[str, Any] = {"type": kind}
    for slot, key in (("default", "default"), ("default_request", "defaultRequest"), ("max", "max"), ("min", "min")):
        if fields.get(slot):
            limit[key] = fields[slot]
    if len(limit) == 1:
        raise Incomplete(f"Which defaults or bounds shall the limit range {draft.name} set?")
    if kind == "Pod" and (fields.get("default") or fields.get("default_request")):
        limit["type"] = "Container"  # the API knows defaults for containers alone
    return {"spec": {"limits": [limit]}}
