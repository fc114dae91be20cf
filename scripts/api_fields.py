"""Write the table of the API's fields that rules may name, from the JSON schemas that kubernetes-validate carries.

    python scripts/api_fields.py > ops/src/kora/language/rules/api_fields.txt

One line a field: where it stands (``pod`` and ``container`` for what every kind with pods shares, else the kind), its
path (``[]`` behind a list whose entries it belongs to), its type (flag, number, text, list, map, is), the words it
takes and, behind ``=``, what silence means.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

RELEASE = "v1.37.0-local"
KINDS = {
    "Deployment": "apps.v1", "StatefulSet": "apps.v1", "DaemonSet": "apps.v1", "ReplicaSet": "apps.v1",
    "Job": "batch.v1", "CronJob": "batch.v1", "Service": "core.v1", "Ingress": "networking.v1",
    "IngressClass": "networking.v1", "NetworkPolicy": "networking.v1", "ConfigMap": "core.v1", "Secret": "core.v1",
    "PersistentVolumeClaim": "core.v1", "PersistentVolume": "core.v1", "StorageClass": "storage.v1",
    "HorizontalPodAutoscaler": "autoscaling.v2", "PodDisruptionBudget": "policy.v1", "ServiceAccount": "core.v1",
    "Role": "rbac.v1", "ClusterRole": "rbac.v1", "RoleBinding": "rbac.v1", "ClusterRoleBinding": "rbac.v1",
    "ResourceQuota": "core.v1", "LimitRange": "core.v1", "PriorityClass": "scheduling.v1", "Namespace": "core.v1",
    "Node": "core.v1",
}  # fmt: skip
SHARED = {"io.k8s.api.core.v1.PodTemplateSpec", "io.k8s.api.core.v1.PodSpec", "io.k8s.api.core.v1.Container"}
LEFT_OUT = {"apiVersion", "kind", "metadata", "status", "containers", "initContainers", "ephemeralContainers"}
DEFAULT = re.compile(
    r"[Dd]efault(?:s| value)? (?:is|to|as) (?:be )?[`\"']?(true|false|\d+|[A-Z]\w+)\b(?! (?:is|if|when|unless))"
)
DEEPEST = 7


def fields(definitions: dict[str, Any], name: str, path: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Lines of every field below a definition."""
    for field, schema in sorted(definitions[name].get("properties", {}).items()):
        if field in LEFT_OUT and not (path and field == "kind"):
            continue
        here = f"{path}.{field}" if path else field
        item = schema.get("items", {}) if _plain(schema) == "array" else {}
        target = _target(schema) or _target(item)
        yield f"{here} {_type(schema, definitions)}{_default(schema)}"
        if target is None or target in SHARED or target in seen or here.count(".") >= DEEPEST:
            continue
        yield from fields(definitions, target, f"{here}[]" if item else here, (*seen, target))


def _plain(schema: dict[str, Any]) -> str:
    """The type of a field that may be null as well."""
    kind = schema.get("type", "string")
    return next((str(each) for each in kind if each != "null"), "string") if isinstance(kind, list) else str(kind)


def _target(schema: dict[str, Any]) -> str | None:
    reference = schema.get("$ref") or next((each.get("$ref") for each in schema.get("allOf", ())), None)
    return str(reference).rpartition("/")[2] if reference else None


def _type(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    words = schema.get("enum") or []
    if target := _target(schema):
        named = definitions[target]
        if target.endswith((".IntOrString", ".Quantity")):
            return "number"
        return "is" if named.get("properties") is not None or named.get("type") == "object" else "text"
    kind = _plain(schema)
    if kind == "array":
        return "list" if not _target(schema.get("items", {})) else "is"
    if kind == "object":
        return "map" if "additionalProperties" in schema else "is"
    simple = {"boolean": "flag", "integer": "number", "number": "number"}.get(str(kind), "text")
    return simple + (":" + ",".join(str(word) for word in words if word) if words and simple == "text" else "")


def _default(schema: dict[str, Any]) -> str:
    if _plain(schema) in ("array", "object"):
        return ""
    match = DEFAULT.search(schema.get("description", ""))
    return f" ={match[1]}" if match else ""


def main() -> None:
    """Print the table."""
    source = files("kubernetes_validate") / "kubernetes-json-schema" / RELEASE / "_definitions.json"
    definitions = json.loads(source.read_text(encoding="utf-8"))["$defs"]
    short = {key.removeprefix("io.k8s.api."): key for key in definitions}
    for group, name in (("pod", "core.v1.PodSpec"), ("container", "core.v1.Container")):
        for line in fields(definitions, short[name]):
            sys.stdout.write(f"{group} {line}\n")
    for kind, version in KINDS.items():
        for line in fields(definitions, short[f"{version}.{kind}"]):
            sys.stdout.write(f"{kind} {line}\n")


if __name__ == "__main__":
    main()
