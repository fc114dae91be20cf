"""Personal API tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from taskora.accounts.models import ApiToken
from taskora.kit.clock import use_clock


async def make(ada, *scopes, **extra):
    form = {"name": "Script", "scopes": list(scopes), **extra}
    answer = await ada.client.post(f"{ada.path}/tokens", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


def bearer(token):
    return {"Authorization": f"Bearer {token['token']}"}


async def test_a_token_is_shown_once_and_stored_as_a_digest(person, database):
    ada = await person("Ada")
    token = await make(ada, "tasks:read")
    assert token["token"].startswith("tk_")
    listing = await ada.client.get(f"{ada.path}/tokens")
    assert token["token"] not in listing.text
    assert listing.json()["items"][0]["id"] == token["id"]
    async with database.read() as session:
        row = (await session.execute(select(ApiToken))).scalar_one()
    assert token["token"] not in str(vars(row))


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body", "status"),
    [
        (["tasks:read"], "GET", "tasks", None, 200),
        (["tasks:read"], "POST", "tasks", {"title": "x"}, 403),
        (["tasks:write"], "POST", "tasks", {"title": "x"}, 201),
        (["tasks:write"], "GET", "tasks", None, 403),
        (["chat", "mcp"], "GET", "tasks", None, 403),
        (["tasks:read", "tasks:write", "chat", "mcp"], "GET", "tokens", None, 403),
        (["tasks:read", "tasks:write", "chat", "mcp"], "POST", "tokens", {"name": "x", "scopes": ["chat"]}, 403),
        (["tasks:read", "tasks:write", "chat", "mcp"], "GET", "sessions", None, 403),
        (["tasks:read", "tasks:write", "chat", "mcp"], "PATCH", "profile", {"name": "x"}, 403),
        (["tasks:read", "tasks:write", "chat", "mcp"], "DELETE", "account", {"password": "x"}, 403),
    ],
)
async def test_scopes_open_what_they_name_and_nothing_else(person, client, scopes, method, path, body, status):
    ada = await person("Ada")
    token = await make(ada, *scopes)
    answer = await client.request(method, f"{ada.path}/{path}", json=body, headers=bearer(token))
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["error"]["code"] == "SCOPE_MISSING"


async def test_a_token_reaches_only_its_owner(person, client):
    ada, eve = await person("Ada"), await person("Eve")
    token = await make(eve, "tasks:read")
    answer = await client.get(f"{ada.path}/tasks", headers=bearer(token))
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "FORBIDDEN"


async def test_revoked_and_expired_tokens_are_refused(person, client):
    ada = await person("Ada")
    token = await make(ada, "tasks:read", expires_in_days=1)
    assert (await client.get(f"{ada.path}/tasks", headers=bearer(token))).status_code == 200
    with use_clock(lambda: datetime.now(UTC) + timedelta(days=1, seconds=1)):
        assert (await client.get(f"{ada.path}/tasks", headers=bearer(token))).status_code == 401
    assert (await ada.client.delete(f"{ada.path}/tokens/{token['id']}")).status_code == 204
    assert (await client.get(f"{ada.path}/tasks", headers=bearer(token))).status_code == 401
    assert (await ada.client.delete(f"{ada.path}/tokens/{token['id']}")).status_code == 404


async def test_last_used_is_noted_at_most_once_a_minute(person, client):
    ada = await person("Ada")
    token = await make(ada, "tasks:read")

    async def last_used():
        return (await ada.client.get(f"{ada.path}/tokens/{token['id']}")).json()["last_used_at"]

    assert await last_used() is None
    await client.get(f"{ada.path}/tasks", headers=bearer(token))
    first = await last_used()
    assert first is not None
    await client.get(f"{ada.path}/tasks", headers=bearer(token))
    assert await last_used() == first
    with use_clock(lambda: datetime.now(UTC) + timedelta(minutes=2)):
        await client.get(f"{ada.path}/tasks", headers=bearer(token))
    assert await last_used() > first


async def test_renaming_never_widens(person):
    ada = await person("Ada")
    token = await make(ada, "tasks:read")
    path = f"{ada.path}/tokens/{token['id']}"
    assert (await ada.client.put(path, json={"name": "Other"})).json()["name"] == "Other"
    assert (await ada.client.put(path, json={"name": "Other", "scopes": ["mcp"]})).status_code == 422
    assert (await ada.client.get(path)).json()["scopes"] == ["tasks:read"]


@pytest.mark.parametrize(
    "form",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["account"]},
        {"name": "x", "scopes": ["everything"]},
        {"name": "", "scopes": ["chat"]},
        {"name": "x", "scopes": ["chat"], "expires_in_days": 0},
        {"name": "x", "scopes": ["chat"], "token": "mine"},
        {"scopes": ["chat"]},
    ],
)
async def test_bad_tokens_are_refused(person, form):
    ada = await person("Ada")
    assert (await ada.client.post(f"{ada.path}/tokens", json=form)).status_code == 422
