"""How an API server merges: strategic merge patches and server-side apply, as far as the fake cluster needs them.

Lists with a merge key merge item by item, others are replaced whole. Keys as in the Kubernetes API's types.
"""

import copy
from typing import Any

_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "volumes": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "secrets": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "ports": ("containerPort", "port"),  # of containers, of services
    "ownerReferences": ("uid",),
    "conditions": ("type",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
}


def strategic(target: Any, patch: Any, field: str = "") -> Any:
    """`target` after a strategic merge patch; knows null, ``$patch: replace`` and ``$patch: delete``."""
    if isinstance(patch, dict):
        if patch.get("$patch") == "replace":
            return {name: copy.deepcopy(value) for name, value in patch.items() if name != "$patch"}
        merged = dict(target) if isinstance(target, dict) else {}
        for name, value in patch.items():
            if value is None or (isinstance(value, dict) and value.get("$patch") == "delete"):
                merged.pop(name, None)
            else:
                merged[name] = strategic(merged.get(name), value, name)
        return merged
    if isinstance(patch, list):
        return _merge_list(target, patch, field)
    return copy.deepcopy(patch)


def _merge_list(target: Any, patch: list[Any], field: str) -> list[Any]:
    key = merge_key(field, patch) or merge_key(field, target)
    if key is None or not isinstance(target, list):
        return [strategic(None, item) for item in patch if not _deletes(item)]
    merged = [copy.deepcopy(item) for item in target]
    for item in patch:
        at = next((i for i, each in enumerate(merged) if each.get(key) == item.get(key)), None)
        if _deletes(item):
            merged = [each for i, each in enumerate(merged) if i != at]
        elif at is None:
            merged.append(strategic(None, item))
        else:
            merged[at] = strategic(merged[at], item)
    return merged


def _deletes(item: Any) -> bool:
    return isinstance(item, dict) and item.get("$patch") == "delete"


def merge_key(field: str, items: Any) -> str | None:
    """The key by which a list of this field merges; None for lists that are replaced whole."""
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        return None
    return next((key for key in _KEYS.get(field, ()) if all(key in item for item in items)), None)


def apply(live: dict[str, Any], previous: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Server-side apply: what this manager applied before and no longer wants goes, what it wants is set."""
    merged: dict[str, Any] = strategic(_without_abandoned(live, previous, wanted), wanted)
    return merged


def _without_abandoned(live: Any, previous: Any, wanted: Any, field: str = "") -> Any:
    """`live` without what is in `previous` and not in `wanted`."""
    if isinstance(live, dict) and isinstance(previous, dict):
        kept = {}
        for name, value in live.items():
            if name in previous and (not isinstance(wanted, dict) or name not in wanted):
                if isinstance(value, dict) and isinstance(previous[name], dict):
                    rest = _without_abandoned(value, previous[name], {}, name)
                    if rest:  # somebody else's fields stay
                        kept[name] = rest
                continue
            kept[name] = (
                _without_abandoned(value, previous[name], wanted[name], name)
                if name in previous
                else copy.deepcopy(value)
            )
        return kept
    key = merge_key(field, live)
    if key and isinstance(previous, list) and isinstance(wanted, list):
        before = {item.get(key): item for item in previous if isinstance(item, dict)}
        after = {item.get(key): item for item in wanted if isinstance(item, dict)}
        kept_items = []
        for item in live:
            name = item.get(key)
            if name in before and name not in after:
                continue
            kept_items.append(
                _without_abandoned(item, before[name], after[name]) if name in before else copy.deepcopy(item)
            )
        return kept_items
    return copy.deepcopy(live)
