"""What a chart allows where it refused a value: Helm's sentence about its schema, turned into one that a person can act
on, with the range, the choices or the near name that the chart's own schema gives. Both engines pass through here."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kora.kit.errors import Invalid

_TOLD = 3
_POINTER = re.compile(r"- at '(?P<path>/[^']*)?': (?P<said>.*?)(?=\s+- at '|$)", re.DOTALL)
"""Helm 3.18 and newer."""
_DOTTED = re.compile(r"- (?P<path>\(root\)|[\w-]+(?:\.[\w-]+)*): (?P<said>.*?)(?=\s+- [\w(]|$)", re.DOTALL)
"""Helm before 3.18."""
_UNKNOWN = re.compile(r"[Aa]dditional propert(?:y|ies) (?P<names>.+?)(?: is| are)? not allowed")
_MISSING = re.compile(r"missing propert(?:y|ies) (?P<names>.+)|(?P<name>\S+) is required")
_GIVEN = re.compile(r"got (?P<value>\S+?),")
_TYPES = {"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false",
          "array": "a list", "object": "a map", "null": "nothing"}  # fmt: skip


@contextmanager
def explained(chart: str) -> Iterator[None]:
    """Give an `Invalid` that comes out of the block a fix, when the chart's schema says what would be right."""
    try:
        yield
    except Invalid as error:
        error.fix = error.fix or advice(error.message, Path(chart) / "values.schema.json")
        raise


def advice(said: str, schema: Path) -> str | None:
    """What to put instead, one clause a violation; None when `said` is about something else or there is no schema."""
    found = list(_POINTER.finditer(said)) or list(_DOTTED.finditer(said))
    if not found:
        return None
    try:
        root = json.loads(schema.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # then Helm's own words must do
        return None
    clauses = [_clause(_steps(each["path"] or ""), each["said"].strip(), root) for each in found[:_TOLD]]
    more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return f"correct the chart's values: {'; '.join(clauses)}{more}"


def _steps(path: str) -> list[str]:
    """``/a/b`` or ``a.b`` as ``[a, b]``."""
    if path == "(root)":
        return []
    parts = path.strip("/").split("/") if path.startswith("/") else path.split(".")
    return [each.replace("~1", "/").replace("~0", "~") for each in parts if each]


def _clause(steps: list[str], said: str, root: Mapping[str, Any]) -> str:
    place = ".".join(steps)
    node = _node(root, steps)
    if unknown := _UNKNOWN.search(said):
        return "; ".join(_stranger(place, name, node) for name in _names(unknown["names"]))
    if missing := _MISSING.search(said):
        names = _names(missing["names"] or missing["name"])
        return "; ".join(f"{_below(place, name)} has to be given" for name in names)
    allowed = _allowed(node)
    given = _GIVEN.search(said)
    is_now = f" (not {given['value']})" if given and given["value"] not in _TYPES else ""
    return f"{place or 'they'} may be {allowed}{is_now}" if allowed else f"{place or 'they'}: {said}"


def _names(text: str) -> list[str]:
    quoted: list[str] = re.findall(r"'([^']+)'", text)
    return quoted or [text.strip()]


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _stranger(place: str, name: str, node: Mapping[str, Any]) -> str:
    near = get_close_matches(name, list(node.get("properties") or {}), n=1, cutoff=0.6)
    way = f"write {_below(place, near[0])}" if near else "leave it out"
    return f"there is no {_below(place, name)}: {way}"


def _node(root: Mapping[str, Any], steps: list[str]) -> Mapping[str, Any]:
    """The part of the schema that speaks about a value; empty where it can't be found."""
    node: Any = root
    for step in steps:
        node = _resolved(root, node)
        node = node.get("items", {}) if step.isdigit() else (node.get("properties") or {}).get(step, {})
    return _resolved(root, node)


def _resolved(root: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """`node`, or what its local ``$ref`` points to."""
    for _ in range(8):
        if not isinstance(node, dict) or not str(node.get("$ref", "")).startswith("#/"):
            break
        target: Any = root
        for step in _steps(node["$ref"][1:]):
            target = target.get(step, {}) if isinstance(target, dict) else {}
        node = target
    return node if isinstance(node, dict) else {}


def _allowed(node: Mapping[str, Any]) -> str:
    """``1 to 10, or empty``; nothing when the schema says nothing that helps."""
    kinds = node.get("type")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds or [])
    low, high = node.get("minimum"), node.get("maximum")
    if choices := node.get("enum"):
        text = "one of " + ", ".join(str(each) for each in choices)
    elif low is not None and high is not None:
        text = f"{low} to {high}"
    elif low is not None or high is not None:
        text = f"{low} or more" if low is not None else f"{high} or less"
    elif pattern := node.get("pattern"):
        text = f"text of the form {pattern}"
    else:
        text = " or ".join(_TYPES.get(each, each) for each in kinds if each != "null")
    return f"{text}, or left empty" if text and "null" in kinds else text
