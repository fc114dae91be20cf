"""JSON merge patches (RFC 7396): apply one, and find the one that leads from a value to another."""

import copy
from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """`target` after `patch`: objects merge, null removes, everything else replaces. Neither argument is changed."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = copy.deepcopy(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The smallest patch with ``merge(before, patch) == after``; empty when they are equal.

    `after` must hold no nulls outside of lists: a merge patch can't write one (Kubernetes drops them as well).
    """
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        if name in before and before[name] == value:
            continue
        if isinstance(value, dict) and isinstance(before.get(name), dict):
            patch[name] = difference(before[name], value)
        else:
            patch[name] = copy.deepcopy(value)
    return patch
