"""Roles, bindings and grants."""

from typing import Any

from kora.domain.objects import Manifest
from kora.language.creation.permissions import RESOURCES
from kora.language.intents import Grant
from kora.operations.manifests.drafts import Built, Defaults, Draft, Incomplete, builds

_API = "rbac.authorization.k8s.io/v1"


def rules_of(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rules with one entry for each API group, in the order that they were said."""
    made: list[dict[str, Any]] = []
    for rule in rules:
        if "*" in rule["resources"]:
            made.append({"apiGroups": ["*"], "resources": ["*"], "verbs": list(rule["verbs"])})
            continue
        groups: dict[str, list[str]] = {}
        for resource in rule["resources"]:
            groups.setdefault(rule.get("group") or RESOURCES.get(resource, ""), []).append(resource)
        for group, resources in groups.items():
            entry: dict[str, Any] = {"apiGroups": [group], "resources": resources}
            if rule.get("resource_names"):
                entry["resourceNames"] = list(rule["resource_names"])
            entry["verbs"] = list(rule["verbs"])
            made.append(entry)
    return made


@builds("Role", "ClusterRole")
def role(draft: Draft) -> dict[str, Any]:
    """A role."""
    rules = draft.need(
        "rules", f"What shall the {draft.create.kind} {draft.create.name or ''} allow, and on which resources?"
    )
    return {"rules": rules_of(rules)}


def _subject(each: dict[str, Any], namespace: str | None) -> dict[str, Any]:
    if each["kind"] == "ServiceAccount":
        where = each.get("namespace") or namespace or "default"
        return {"kind": "ServiceAccount", "name": each["name"], "namespace": where}
    return {"kind": each["kind"], "name": each["name"], "apiGroup": "rbac.authorization.k8s.io"}


@builds("RoleBinding", "ClusterRoleBinding")
def binding(draft: Draft) -> dict[str, Any]:
    """A binding of a role to its subjects."""
    fields = draft.fields
    name = draft.need("role", f"Which role shall the {draft.create.kind} {draft.create.name or ''} bind?")
    subjects = draft.need("subjects", f"To whom shall the {draft.create.kind} {draft.create.name or ''} give {name}?")
    said = fields.get("role_kind", "Role")
    kind = "ClusterRole" if draft.create.kind == "ClusterRoleBinding" else said
    namespace = draft.create.namespace or draft.defaults.namespace
    if not draft.create.name:
        draft.create = draft.create.model_copy(update={"name": f"{name}-binding"})
        draft.note(f"The binding is named {name}-binding: no name was said.")
    return {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        "subjects": [_subject(each, namespace) for each in subjects],
    }


def _slug(text: str) -> str:
    return "".join(each if each.isalnum() or each in "-." else "-" for each in text.lower()).strip("-.")


def grant(intent: Grant, defaults: Defaults) -> Built:
    """A role with a binding for one subject; or only the binding when the role is there.

    Raises:
        Incomplete: it isn't said what may be done.
    """
    namespace = intent.namespace or defaults.namespace
    notes: list[str] = []
    made: list[Manifest] = []
    where: dict[str, Any] = {} if intent.cluster_wide or not namespace else {"namespace": namespace}
    subject = {"kind": intent.subject_kind, "name": intent.subject, "namespace": intent.subject_namespace}
    if intent.create_subject and intent.subject_kind == "ServiceAccount":
        home = intent.subject_namespace or namespace
        metadata = {"name": intent.subject, **({"namespace": home} if home else {})}
        made.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    kind = "ClusterRole" if intent.cluster_wide else "Role"
    name = intent.existing_role or intent.role_name or _slug(f"{intent.subject}-access")
    role_kind = kind
    if intent.existing_role is None:
        if not intent.verbs or not intent.resources:
            raise Incomplete(f"What may {intent.subject} do, and with which resources?")
        rule: dict[str, Any] = {"verbs": list(intent.verbs), "resources": list(intent.resources)}
        if intent.resource_names:
            rule["resource_names"] = list(intent.resource_names)
        made.append({"apiVersion": _API, "kind": kind, "metadata": {"name": name, **where}, "rules": rules_of([rule])})
        if intent.role_name is None:
            notes.append(f"The {kind} is named {name}: no name was said.")
    elif intent.existing_role in {"view", "edit", "admin", "cluster-admin"}:
        role_kind = "ClusterRole"
    bound = intent.binding_name or (name if intent.existing_role is None else _slug(f"{intent.subject}-{name}"))
    made.append(
        {
            "apiVersion": _API,
            "kind": kind + "Binding",
            "metadata": {"name": bound, **where},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": name},
            "subjects": [_subject(subject, namespace)],
        }
    )
    return Built(made, notes)
