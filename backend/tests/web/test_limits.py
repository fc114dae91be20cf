"""Rubbish in: a clear 4xx out, nothing stored, never a 5xx (specification, section 8)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskora.kit.errors import TaskoraError
from taskora.web.limits import JSON_LIMIT_BYTES, _check_json

DEEP = 200
BODIES = {
    "zero bytes": (b"", 422),
    "whitespace": (b"  \n ", 400),
    "not JSON": (b"title=x", 400),
    "half": (b'{"title": "x"', 400),
    "NaN": (b'{"title": "x", "position": NaN}', 400),
    "infinity": (b'{"title": "x", "position": 1e999}', 422),
    "lone surrogate": (b'{"title": "\\ud800"}', 400),
    "invalid UTF-8": (b'{"title": "\xff\xfe"}', 400),
    "UTF-16": ('{"title": "x"}'.encode("utf-16"), 400),
    "raw NUL": (b'{"title": "a\x00b"}', 400),
    "escaped NUL": (b'{"title": "a\\u0000b"}', 422),
    "NUL in a key": (b'{"title": "x", "a\\u0000": 1}', 422),
    "NUL in a list": (b'{"title": "x", "tags": ["a\\u0000"]}', 422),
    "null": (b"null", 422),
    "a list": (b"[]", 422),
    "a number": (b"7", 422),
    "too long": (json.dumps({"title": "x" * 201}).encode(), 422),
    "description of 2,001": (json.dumps({"title": "x", "description": "y" * 2001}).encode(), 422),
    "wrong type": (b'{"title": 5}', 422),
    "unknown field": (b'{"title": "x", "nonsense": 1}', 422),
    "another's user_id": (b'{"title": "x", "user_id": "somebody"}', 422),
    "own id": (b'{"title": "x", "id": 1}', 422),
    "timestamps": (b'{"title": "x", "created_at": "2020-01-01T00:00:00Z"}', 422),
    "huge integer": (b'{"title": "x", "position": ' + b"9" * 400 + b"}", 422),
    "endless integer": (b'{"title": "x", "position": ' + b"9" * 5000 + b"}", 400),
    "deep list": (b'{"title": "x", "tags": ' + b"[" * DEEP + b"]" * DEEP + b"}", 4),
    "deep object": (b'{"title": "x", "steps": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}", 4),
    "bottomless": (b"[" * 100_000, 400),
    "over a megabyte": (json.dumps({"title": "x", "description": "y" * JSON_LIMIT_BYTES}).encode(), 413),
    "ten megabytes": (b'"' + b"x" * 10 * 1024 * 1024 + b'"', 413),
}


@pytest.mark.parametrize("what", BODIES)
async def test_rubbish_bodies(person, what):
    body, status = BODIES[what]
    ada = await person("Ada")
    answer = await ada.client.post(f"{ada.path}/tasks", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status or answer.status_code // 100 == status, answer.text
    assert answer.json()["error"]["message"]
    assert (await ada.client.get(f"{ada.path}/tasks")).json()["total"] == 0


async def test_a_streamed_body_is_counted_too(person):
    ada = await person("Ada")

    async def endless():
        for _ in range(200):
            yield b"x" * 65536

    for kind in ("application/json", "text/plain"):
        answer = await ada.client.post(f"{ada.path}/tasks", content=endless(), headers={"Content-Type": kind})
        assert answer.status_code == 413


@pytest.mark.parametrize(
    "text",
    [
        "💩🧑‍🧑‍🧒",
        "שלום עולם \u202eevil\u202c",
        "'; DROP TABLE tasks; --",
        "{{7*7}} ${7*7} <%= 7*7 %>",
        "<script>alert(1)</script>",
        "a\u0301\u0302" * 30,
        "../../etc/passwd",
        "%s%n %x",
        "=cmd|' /C calc'!A0",
    ],
)
async def test_strange_but_honest_text_is_kept_as_it_is(person, text):
    ada = await person("Ada")
    made = await ada.client.post(f"{ada.path}/tasks", json={"title": text, "description": text})
    assert made.status_code == 201
    listed = (await ada.client.get(f"{ada.path}/tasks")).json()["items"]
    assert [(task["title"], task["description"]) for task in listed] == [(text, text)]
    found = await ada.client.get(f"{ada.path}/tasks", params={"search": text})
    assert found.status_code == 200


@pytest.mark.parametrize(
    "number", ["0", "-1", str(2**31), str(2**63 - 1), str(2**63), str(2**64), "9" * 400, "1.5", "NaN", "१", "0x10", "x"]
)
async def test_strange_ids_are_a_4xx(person, number):
    ada = await person("Ada")
    for kind in ("tasks", "tokens", "tags", "projects", "filters", "conversations"):
        for method in ("GET", "DELETE"):
            answer = await ada.client.request(method, f"{ada.path}/{kind}/{number}")
            assert answer.status_code in (404, 405, 422), f"{method} {kind}: {answer.text}"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        f"limit={2**64}",
        "cursor=nonsense",
        "cursor=%00",
        "search=%00",
        "status=perhaps",
        "sort=by-mood",
        "order=sideways",
        "due_before=yesterday-ish",
        "due_before=9999999-01-01",
    ],
)
async def test_strange_queries_are_a_4xx(person, query):
    ada = await person("Ada")
    answer = await ada.client.get(f"{ada.path}/tasks?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["details"]["field"]


@pytest.mark.parametrize(
    "path", ["/api/%00/tasks", "/%00", "/api/%ff/tasks", "/..%2f..%2fetc/passwd", "/" + "a" * 3000]
)
async def test_strange_paths_are_a_4xx(client, path):
    assert (await client.get(path)).status_code in (401, 403, 404)


def _status(body):
    try:
        _check_json(body)
    except TaskoraError as error:
        return error.status
    return 200


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200)
@given(json_values)
def test_the_guard_lets_json_through_unless_it_holds_a_nul(value):
    body = json.dumps(value).encode()
    assert _status(body) == (422 if _holds_nul(value) else 200)


def _holds_nul(value):
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, list):
        return any(_holds_nul(entry) for entry in value)
    if isinstance(value, dict):
        return any(_holds_nul(name) or _holds_nul(entry) for name, entry in value.items())
    return False


@given(st.binary(max_size=200))
def test_any_bytes_are_judged_without_a_crash(body):
    assert _status(body) in (200, 400, 422)


def test_an_escaped_backslash_before_u0000_is_ordinary_text():
    _check_json(b'{"title": "\\\\u0000"}')
