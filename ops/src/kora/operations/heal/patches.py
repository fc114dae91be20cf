"""One value by JSON pointer as a strategic merge patch that names nothing else of the object.

Lists merge by the key that the Kubernetes API declares for them; a list without one is written whole.
"""

from collections.abc import Sequence
from typing import Any

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Patch
from kora.kit.errors import Invalid

_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "imagePullSecrets": "name",
}
"""Of k8s.io/api/core/v1 (``patchMergeKey``), as far as repairs reach into lists."""


class PointerLost(Invalid):
    """The object has nothing at the place that is to be changed."""

    code = "POINTER_LOST"
    default_message = "The object changed: there is nothing at the place to be mended any more."


def value_at(live: Manifest, pointer: str) -> Any:
    """The value that `pointer` names.

    Raises:
        PointerLost: there is none.
    """
    value: Any = live
    for part in parts(pointer):
        value = _inside(value, part, pointer)
    return value


def replacing(target: ObjectRef, live: Manifest, pointer: str, value: Any) -> Patch:
    """The patch that sets what is at `pointer` in `live` to `value` and leaves the rest.

    Raises:
        PointerLost: there is nothing at that place.
    """
    value_at(live, pointer)
    patch = _patch(live, parts(pointer), value, "", pointer)
    return Patch(target=target, patch=patch)


def replacing_all(target: ObjectRef, live: Manifest, pointers: Sequence[str], value: Any) -> Patch:
    """As `replacing`, for several places that get the same value.

    Raises:
        PointerLost: there is nothing at one of the places.
    """
    patch: Any = {}
    for each in pointers:
        patch = _merged(patch, replacing(target, live, each, value).patch)
    return Patch(target=target, patch=patch)


def _merged(left: Any, right: Any) -> Any:
    """Two strategic patches as one; lists whose entries have names are merged by them."""
    if isinstance(left, dict) and isinstance(right, dict):
        both = {key: _merged(left[key], right[key]) for key in left.keys() & right.keys()}
        return left | right | both
    if isinstance(left, list) and isinstance(right, list) and all("name" in each for each in (*left, *right)):
        byname = {each["name"]: each for each in left}
        return list((byname | {each["name"]: _merged(byname.get(each["name"], {}), each) for each in right}).values())
    return right


def adding(target: ObjectRef, live: Manifest, pointer: str, value: Any) -> Patch:
    """The patch that gives an object of `live` a field that it lacks so far; entries of lists are not added.

    Raises:
        PointerLost: the place has a value by now, or there is no object that could hold it.
    """
    above, _, name = pointer.rpartition("/")
    holder = value_at(live, above) if above else live
    (name,) = parts(f"/{name}")
    if not isinstance(holder, dict) or name in holder:
        raise PointerLost(f"{pointer} can't be added any more.")
    patch = _patch(live, parts(above), {**holder, name: value}, "", above)
    return Patch(target=target, patch=patch)


def written(live: Manifest, pointer: str, value: Any) -> Manifest:
    """A copy of `live` with another value at `pointer`.

    Raises:
        PointerLost: there is nothing at that place.
    """
    value_at(live, pointer)
    copied: Manifest = _written(live, parts(pointer), value, pointer)
    return copied


def parts(pointer: str) -> list[str]:
    """The names of a JSON pointer."""
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]


def _inside(value: Any, part: str, pointer: str) -> Any:
    if isinstance(value, dict) and part in value:
        return value[part]
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    raise PointerLost(f"There is nothing at {pointer} any more.")


def _patch(live: Any, names: list[str], value: Any, field: str, pointer: str) -> Any:
    if not names:
        return _replaced(live, value)
    name, rest = names[0], names[1:]
    below = _inside(live, name, pointer)
    if isinstance(live, dict):
        return {name: _patch(below, rest, value, name, pointer)}
    key = _MERGE_KEYS.get(field)
    if key is not None and isinstance(below, dict) and key in below:
        return [{key: below[key], **_patch(below, rest, value, "", pointer)}]
    whole = list(live)
    whole[int(name)] = _written(below, rest, value, pointer)
    return whole


def _written(live: Any, names: list[str], value: Any, pointer: str) -> Any:
    """`live` with the value in it, whole."""
    if not names:
        return value
    if isinstance(live, dict):
        return {**live, names[0]: _written(_inside(live, names[0], pointer), names[1:], value, pointer)}
    copied = list(live)
    copied[int(names[0])] = _written(_inside(live, names[0], pointer), names[1:], value, pointer)
    return copied


def _replaced(live: Any, value: Any) -> Any:
    """A map is merged by the server: what shall not stay in it has to be named."""
    if isinstance(live, dict) and isinstance(value, dict):
        return {**{name: None for name in live if name not in value}, **value}
    return value
