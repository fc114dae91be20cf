"""ConfigMaps and Secrets."""

import base64
from typing import Any

from kora.operations.manifests.drafts import Draft, Incomplete, builds

_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


@builds("ConfigMap")
def config_map(draft: Draft) -> dict[str, Any]:
    """A ConfigMap."""
    if not draft.create.data:
        raise Incomplete(f"Which keys and values shall the ConfigMap {draft.name} hold?")
    body: dict[str, Any] = {"data": dict(draft.create.data)}
    if draft.fields.get("immutable"):
        body["immutable"] = True
    return body


@builds("Secret")
def secret(draft: Draft) -> dict[str, Any]:
    """A Secret. Values are written as base64 under `data`; they are never made up."""
    kind = draft.fields.get("type", "Opaque")
    missing = [key for key in _NEEDED.get(kind, ()) if key not in draft.create.data]
    if missing or not draft.create.data:
        wanted = " and ".join(missing) or "values"
        raise Incomplete(f"Which {wanted} shall the Secret {draft.name} hold?")
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in draft.create.data.items()}
    body: dict[str, Any] = {"type": kind, "data": encoded}
    if draft.fields.get("immutable"):
        body["immutable"] = True
    return body
