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
    if draft.fields.get("priority_classes"):
        expression = {"scopeName": "PriorityClass", "operator": "In", "values": list(draft.fields["priority_classes"])}
        spec["scopeSelector"] = {"matchExpressions": [expression]}
    scopes = list(draft.fields.get("scopes") or [])
    if "BestEffort" in scopes and set(hard) - {"pods"}:
        raise Incomplete(
            f"A quota for best-effort pods can only count pods. What else shall {draft.name} limit, and for whom?"
        )
    if scopes:
        spec["scopes"] = scopes
    return {"spec": spec}


def _named(draft: Draft, suffix: str) -> None:
    where = draft.create.namespace or draft.defaults.namespace
    if not draft.create.name and where:
        draft.create = draft.create.model_copy(update={"name": f"{where}-{suffix}"})
        draft.note(f"It is named {where}-{suffix}: no name was said.")


_DEFAULTS = ("default", "default_request")
_SLOTS = (("default", "default"), ("default_request", "defaultRequest"), ("max", "max"), ("min", "min"))


@builds("LimitRange")
def limit_range(draft: Draft) -> dict[str, Any]:
    """Defaults and bounds, an entry for each type."""
    _named(draft, "limits")
    made: list[dict[str, Any]] = []
    for said in draft.fields.get("limits") or []:
        kind = said["type"]
        if kind == "PersistentVolumeClaim" and any(said.get(slot) for slot in _DEFAULTS):
            raise Incomplete(
                f"A limit range knows no default size of claims. Which bounds shall {draft.name} set for them?"
            )
        if kind == "Pod" and any(said.get(slot) for slot in _DEFAULTS):
            kind = "Container"  # the API knows defaults for containers alone
        limit = {"type": kind, **{key: said[slot] for slot, key in _SLOTS if said.get(slot)}}
        if len(limit) > 1:
            made.append(limit)
    if not made:
        raise Incomplete(f"Which defaults or bounds shall the limit range {draft.name} set?")
    return {"spec": {"limits": made}}
