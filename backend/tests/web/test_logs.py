"""No secret reaches a log line: planted ones are looked for in everything that a busy hour would log."""

import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskora.kit.ids import new_secret
from taskora.kit.redaction import redact
from taskora.web import logs


@pytest.fixture
def database_kind():
    return "sqlite"  # nothing here depends on the database


@pytest.fixture
def lines():
    """Everything logged, as a started process would write it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("debug", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


async def test_planted_secrets_never_show(person, client, lines):
    ada = await person("Ada")
    made = await ada.client.post(f"{ada.path}/tokens", json={"name": "x", "scopes": ["tasks:read"]})
    api_token = made.json()["token"]
    await client.get(f"{ada.path}/tasks?search=planted-wish", headers={"Authorization": f"Bearer {api_token}"})
    await client.get(f"{ada.path}/tasks", headers={"Authorization": "Bearer planted-bad-token-0123456789"})
    await client.post("/api/auth/signin", json={"email": ada.email, "password": "planted-password"})
    await client.post(
        "/api/auth/signin", content=b'{"password": "planted-password"', headers={"Content-Type": "x/json"}
    )
    await client.post("/api/auth/signup", json={"email": "planted", "password": "planted-password", "planted": 1})
    await client.get("/feeds/planted-feed-secret.ics")
    await client.get("/planted-path?token=planted-token")
    await ada.browser.post(f"{ada.path}/tasks", json={"title": "planted-title"})
    await ada.browser.get("/api/auth/session")
    written = lines.getvalue()
    assert written.count('"message": "request"') >= 9
    for secret in (ada.password, ada.token, api_token, ada.browser.cookies["taskora_session"], ada.email, "planted"):
        assert secret not in written
    for line in written.splitlines():
        json.loads(line)


def test_a_trace_is_redacted_too(lines):
    try:
        raise ValueError("Authorization: Bearer abcdefghijklmnop and password=hunter2pass")
    except ValueError:
        logging.getLogger("taskora.test").exception("failed with api_key=sk-0123456789abcdefghij")
    written = lines.getvalue()
    assert "abcdefghijklmnop" not in written
    assert "hunter2pass" not in written
    assert "sk-0123456789" not in written
    assert "ValueError" in written


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "eyJhbGciOiJIUzI1NiJ9"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl is bad", "eyJhbGciOiJIUzI1NiJ9"),
        ("Cookie: taskora_session=ts_abcdefghijklmnopqrst; theme=dark", "ts_abcdefghij"),
        ("set-cookie: __Host-taskora_session=opaque-value-1; Path=/", "opaque-value-1"),
        ('{"password": "correct horse battery", "email": "a@b.c"}', "correct horse"),
        ("{'new_password': 'correct horse battery'}", "correct horse"),
        ("password=correct&next=/", "correct"),
        ("OPENAI_API_KEY=sk-proj-abcdefghijklmnop", "abcdefghijklmnop"),
        ("x-api-key: abcdef", "abcdef"),
        ("connecting to postgresql://taskora:hunter2@db:5432/taskora", "hunter2"),
        ("$argon2id$v=19$m=32768,t=2,p=1$c2FsdA$aGFzaA", "c2FsdA"),
        ("BETTER_AUTH_SECRET: r7Jq0vY2mXk9TzB4", "r7Jq0vY2mXk9TzB4"),
        ("basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
    ],
)
def test_secrets_are_recognised_by_form_and_by_name(line, secret):
    assert secret not in redact(line)
    assert "[hidden]" in redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "GET /api/{user_id}/tasks 200 3.1 ms",
        "the task was created",
        "listening on http://localhost:8000",
        "p95 = 12 ms",
    ],
)
def test_ordinary_lines_are_left_alone(line):
    assert redact(line) == line


@given(st.text(max_size=50), st.sampled_from(["tk", "ts"]), st.text(max_size=50))
def test_our_own_secrets_are_hidden_wherever_they_stand(before, prefix, after):
    secret = new_secret(prefix)
    assert secret not in redact(f"{before} {secret} {after}")
