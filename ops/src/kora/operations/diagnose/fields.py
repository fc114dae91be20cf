"""Reading fields of plain manifests: paths, instants, quantities, label selectors, near names. Pure."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from kora.domain.objects import Manifest


def dig(value: Any, *path: str | int) -> Any:
    """The value under a path of keys and indices; None as soon as one is missing."""
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
            value = value[part]
        else:
            return None
    return value


def name_of(item: Manifest) -> str:
    """metadata.name."""
    return str(dig(item, "metadata", "name") or "")


def namespace_of(item: Manifest) -> str | None:
    """metadata.namespace."""
    found = dig(item, "metadata", "namespace")
    return None if found is None else str(found)


def instant(text: Any) -> datetime | None:
    """An RFC 3339 time as an aware datetime; None for anything else."""
    if isinstance(text, datetime):
        return text if text.tzinfo else text.replace(tzinfo=UTC)
    if not isinstance(text, str) or not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def matches(selector: Mapping[str, Any] | None, labels: Mapping[str, str] | None) -> bool:
    """Whether a label selector (matchLabels, matchExpressions) selects these labels. None selects nothing, {} all."""
    if selector is None:
        return False
    labels = labels or {}
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    return all(_holds(each, labels) for each in selector.get("matchExpressions") or ())


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator, values = expression.get("key", ""), expression.get("operator"), list(expression.get("values") or [])
    present = key in labels
    if operator == "In":
        return present and labels[key] in values
    if operator == "NotIn":
        return not present or labels[key] not in values
    if operator in ("Gt", "Lt"):  # node affinity only
        try:
            ours, theirs = int(labels[key]), int(values[0])
        except (KeyError, ValueError, IndexError):
            return False
        return ours > theirs if operator == "Gt" else ours < theirs
    return present if operator == "Exists" else not present


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The one existing name that `name` most likely stands for; None when there is none, or more than one as close.

    Close means: the same but for case and separators, one the start of the other, or a similarity of at least 0.75
    (Ratcliff and Obershelp).
    """
    scored = sorted(((similarity(name, each), each) for each in set(candidates) if each != name), reverse=True)
    if not scored or scored[0][0] < 0.75:
        return None
    if len(scored) > 1 and scored[1][0] >= scored[0][0] - 0.02:
        return None
    return scored[0][1]


def similarity(left: str, right: str) -> float:
    """Between 0 (nothing in common) and 1 (the same but for case and separators)."""
    plain_left, plain_right = _plain(left), _plain(right)
    if plain_left == plain_right:
        return 1.0
    score = difflib.SequenceMatcher(None, plain_left, plain_right, autojunk=False).ratio()
    shorter, longer = sorted((plain_left, plain_right), key=len)
    if len(shorter) >= 3 and (longer.startswith(shorter) or longer.endswith(shorter)):
        score = max(score, 0.8)
    return score


def _plain(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())


def condition(item: Manifest, kind: str) -> Manifest | None:
    """One of status.conditions by its type."""
    for each in dig(item, "status", "conditions") or ():
        if each.get("type") == kind:
            return dict(each)
    return None


def has_condition(item: Manifest, kind: str) -> bool:
    """Whether a condition is True."""
    return (condition(item, kind) or {}).get("status") == "True"
