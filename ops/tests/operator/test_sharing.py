"""Equal parts of objects kept once: nothing changes but where it lies in memory."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kora.operator.sharing import Pool, resembling

_SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 0.5]) | st.sampled_from("abc")
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
_OBJECTS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)


def exact(value: Any) -> str:
    """Told apart as JSON does: true is no 1, and 1 no 1.0."""
    return json.dumps(value, sort_keys=True)


def containers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(each for part in value.values() for each in containers(part))]
    if isinstance(value, list):
        return [value, *(each for part in value for each in containers(part))]
    return []


@given(st.lists(_OBJECTS, max_size=6))
def test_a_pool_keeps_every_object_as_it_is_and_equal_parts_once(items: list[dict[str, Any]]) -> None:
    pool = Pool()
    shared = [pool.share(each) for each in items]
    assert [exact(each) for each in shared] == [exact(each) for each in items]
    parts: dict[str, set[int]] = {}
    for each in containers(shared[:]):
        if isinstance(each, dict) and list(each) == sorted(each):  # the order of keys is part of what an object is
            parts.setdefault(json.dumps(each), set()).add(id(each))
    assert all(len(places) == 1 for places in parts.values())


@given(_VALUES, _VALUES)
def test_what_resembles_another_is_what_it_was(value: Any, like: Any) -> None:
    before = exact(like)
    assert exact(resembling(value, like)) == exact(value)
    assert exact(like) == before


@given(_OBJECTS)
def test_an_equal_object_is_the_one_that_is_there(value: dict[str, Any]) -> None:
    assert resembling(json.loads(json.dumps(value)), value) is value


def test_pods_of_one_workload_share_what_they_run() -> None:
    pods = [
        {"metadata": {"name": f"web-{number}"}, "spec": {"containers": [{"name": "main", "env": [{"name": "A"}]}]}}
        for number in range(3)
    ]
    pool = Pool()
    first, second, _ = (pool.share(each) for each in pods)
    assert first["spec"] is second["spec"]
    assert first["metadata"] is not second["metadata"]
    later = resembling(json.loads(json.dumps(pods[2])), first)
    assert later["spec"] is first["spec"]
    assert later["metadata"]["name"] == "web-2"
