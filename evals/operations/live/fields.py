"""Expectations on objects as data: `{"get": "deployment/web", "at": "spec/replicas", "is": 3}`.

`at` is a path of names and indexes; `[name]` picks the entry of a list by its name. Then one of: `is` (equal,
quantities by their amount), `has` (a subset), `any` (one of these), `absent`. `{"gone": "pod/x"}` wants the object
away; `{"kind": "Role", …}` instead of `get` is about the only new object of a kind, whatever its name.
"""

from collections.abc import Callable
from typing import Any

from kora.domain.quantities import parse_quantity

MISSING = object()


def at(value: Any, path: str) -> Any:
    """The value at a path; MISSING when there is none."""
    for part in filter(None, path.split("/")):
        part = part.replace("~1", "/")
        if isinstance(value, dict):
            value = value.get(part, MISSING)
        elif isinstance(value, list) and part.startswith("["):
            value = next((each for each in value if isinstance(each, dict) and each.get("name") == part[1:-1]), MISSING)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def same(wanted: Any, found: Any) -> bool:
    """Equality where 0.5 and 500m are one amount."""
    if wanted == found:
        return True
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(same(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, str | int) and isinstance(found, str | int) and not isinstance(wanted, bool):
        one, two = parse_quantity(str(wanted)), parse_quantity(str(found))
        return one is not None and one == two
    return False


def subset(wanted: Any, found: Any) -> bool:
    """Whether everything that is wanted is there; a list wants a matching entry for each of its own."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(subset(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(subset(each, one) for one in found) for each in wanted)
    return same(wanted, found)


def miss(expected: dict[str, Any], get: Callable[[str], dict[str, Any] | None]) -> str | None:
    """What is not as expected; None when all is."""
    if "gone" in expected:
        item = get(expected["gone"])
        return f"{expected['gone']} is still there" if item and not item["metadata"].get("deletionTimestamp") else None
    name = expected.get("get") or expected["kind"]
    item = get(name)
    if item is None:
        return f"{name} is not there"
    found = at(item, expected.get("at", ""))
    said = f"{name} {expected.get('at', '')}"
    if expected.get("absent"):
        return None if found is MISSING or found is None else f"{said} is {found!r}"
    if found is MISSING:
        return f"{said} is missing"
    if "is" in expected and not same(expected["is"], found):
        return f"{said} is {found!r}, not {expected['is']!r}"
    if "has" in expected and not subset(expected["has"], found):
        return f"{said} is {found!r}, without {expected['has']!r}"
    if "any" in expected and not any(same(each, found) for each in expected["any"]):
        return f"{said} is {found!r}, none of {expected['any']!r}"
    return None
