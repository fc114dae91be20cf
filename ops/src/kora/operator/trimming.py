"""What the operator keeps of an object in memory: what detectors and planners look at, and nothing confidential.

Runs on every object before it is stored. Secrets keep their keys alone (and certificates, which are public); records
of Helm releases keep their objects without Secrets and values.
"""

from collections.abc import Callable

from kora.domain.objects import Manifest
from kora.operations.diagnose.detectors.drift import strip_release
from kora.operations.diagnose.reading import RELEASES, SECRETS, strip_secret
from kora.operations.heal.releases import RELEASE

LONGEST_VALUE = 1024
"""Characters of a ConfigMap's value that are kept where nothing compares it (values are looked at as environment)."""
_DROPPED_NOTES = ("kubectl.kubernetes.io/last-applied-configuration",)
_EVENT_FIELDS = (
    "apiVersion", "kind", "type", "reason", "message", "count", "involvedObject", "firstTimestamp", "lastTimestamp",
    "eventTime", "series",
)  # fmt: skip


def trim(stream: str, item: Manifest) -> Manifest:
    """The object as it is kept; `stream` is the name under which it is watched."""
    metadata = dict(item.get("metadata") or {})
    metadata.pop("managedFields", None)
    if notes := metadata.get("annotations"):
        metadata["annotations"] = {name: value for name, value in notes.items() if name not in _DROPPED_NOTES}
    plain = {**item, "metadata": metadata}
    special = _SPECIAL.get(stream)
    return special(plain) if special is not None else plain


def _config_map(item: Manifest) -> Manifest:
    if RELEASE in (item["metadata"].get("annotations") or {}):
        return item  # its values are compared with the release's
    values = {key: value if len(value) <= LONGEST_VALUE else "" for key, value in (item.get("data") or {}).items()}
    return {**item, "data": values, "binaryData": dict.fromkeys(item.get("binaryData") or {}, "")}


def _node(item: Manifest) -> Manifest:
    """Heartbeats and the list of images change all the time and tell nothing."""
    status = {name: value for name, value in (item.get("status") or {}).items() if name != "images"}
    conditions = [
        {name: value for name, value in each.items() if name != "lastHeartbeatTime"}
        for each in status.get("conditions") or ()
    ]
    return {**item, "status": {**status, "conditions": conditions}}


def _event(item: Manifest) -> Manifest:
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    metadata = {name: item["metadata"][name] for name in names if name in item["metadata"]}
    return {**{name: item[name] for name in _EVENT_FIELDS if name in item}, "metadata": metadata}


def _release(item: Manifest) -> Manifest:
    if item.get("type") != "helm.sh/release.v1":
        return {name: item[name] for name in ("apiVersion", "kind", "metadata")} | {"manifests": []}
    return strip_release(item)


_SPECIAL: dict[str, Callable[[Manifest], Manifest]] = {
    "ConfigMap": _config_map,
    "Event": _event,
    "Node": _node,
    SECRETS.kind: strip_secret,
    f"{RELEASES.kind}:releases": _release,
}
