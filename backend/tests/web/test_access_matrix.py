"""Who may do what, for every path of the OpenAPI document (specification, section 8).

Each operation is classified in `OPERATIONS`; one that isn't fails the first test until it is. Then every guarded
operation is tried as nobody, as another person, with a revoked token, with every scope but the right one, with an
expired session, and by another person at their own address with the owner's ids. None may change a row.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from taskora import migrations
from taskora.kit.clock import use_clock
from taskora.web.app import create_app

PUBLIC, SIGNED_IN, ACCOUNT = "public", "signed in", "account"
READ, WRITE, CHAT = "tasks:read", "tasks:write", "chat"
SCOPES = {READ, WRITE, CHAT, "mcp"}


@dataclass(frozen=True)
class Operation:
    """What an operation needs, and a request that would succeed for the owner."""

    needs: str
    body: Any = None
    files: dict[str, Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)
    succeeds: bool = True  # whether the sample request is good for the owner of the world below


def op(needs, body=None, **extra):
    return Operation(needs, body, **extra)


OPERATIONS = {
    "health": op(PUBLIC),
    "ready": op(PUBLIC),
    "metrics": op(PUBLIC),
    "read_feed": op(PUBLIC),  # its address is the secret
    "sign_up": op(PUBLIC),
    "sign_in": op(PUBLIC),
    "sign_out": op(SIGNED_IN),
    "current_session": op(SIGNED_IN),
    "get_profile": op(ACCOUNT),
    "change_profile": op(ACCOUNT, {"name": "Changed"}),
    "change_password": op(ACCOUNT, {"current_password": "{password}", "new_password": "another-good-password"}),
    "delete_account": op(ACCOUNT, {"password": "{password}"}),
    "list_sessions": op(ACCOUNT),
    "revoke_other_sessions": op(ACCOUNT),
    "revoke_session": op(ACCOUNT),
    "list_tokens": op(ACCOUNT),
    "create_token": op(ACCOUNT, {"name": "New", "scopes": ["chat"]}),
    "get_token": op(ACCOUNT),
    "rename_token": op(ACCOUNT, {"name": "Renamed"}),
    "revoke_token": op(ACCOUNT),
    "list_tags": op(READ),
    "create_tag": op(WRITE, {"name": "new"}),
    "replace_tag": op(WRITE, {"name": "replaced"}),
    "delete_tag": op(WRITE),
    "list_projects": op(READ),
    "create_project": op(WRITE, {"name": "New"}),
    "replace_project": op(WRITE, {"name": "Replaced"}),
    "delete_project": op(WRITE),
    "list_filters": op(READ),
    "create_filter": op(WRITE, {"name": "New", "query": {}}),
    "replace_filter": op(WRITE, {"name": "Replaced", "query": {}}),
    "delete_filter": op(WRITE),
    "parse": op(READ, {"text": "milk tomorrow"}),
    "counts": op(READ),
    "stats": op(READ),
    "activity": op(READ),
    "events": op(READ, succeeds=False),  # never ends for its owner
    "list_tasks": op(READ),
    "create_task": op(WRITE, {"title": "New"}),
    "bulk": op(WRITE, {"ids": ["{task_id}"], "action": "complete"}),
    "get_task": op(READ),
    "replace_task": op(WRITE, {"title": "Replaced"}),
    "update_task": op(WRITE, {"title": "Changed"}),
    "delete_task": op(WRITE),
    "toggle_complete": op(WRITE),
    "undo": op(WRITE, {"change_id": "{change_id}"}),
    "chat": op(CHAT, {"message": "add milk", "conversation_id": "{conversation_id}"}),
    "chat_stream": op(CHAT, {"message": "add milk", "conversation_id": "{conversation_id}"}),
    "list_conversations": op(CHAT),
    "get_conversation": op(CHAT),
    "delete_conversation": op(CHAT),
    "list_messages": op(CHAT),
    "clear_messages": op(CHAT),
    "list_reminders": op(READ),
    "snooze": op(WRITE, {"minutes": 10}),
    "dismiss": op(WRITE),
    "export_data": op(ACCOUNT),
    "import_data": op(WRITE, files={"file": ("tasks.csv", b"title\nImported\n", "text/csv")}),
    "get_feed": op(ACCOUNT),
    "rotate_feed": op(ACCOUNT),
    "revoke_feed": op(ACCOUNT),
    "list_webhooks": op(ACCOUNT),
    "create_webhook": op(ACCOUNT, {"url": "https://8.8.4.4/hook"}),
    "get_webhook": op(ACCOUNT),
    "replace_webhook": op(ACCOUNT, {"url": "https://8.8.4.4/other"}),
    "delete_webhook": op(ACCOUNT),
    "rotate_webhook_secret": op(ACCOUNT),
    "ping_webhook": op(ACCOUNT),
    "list_deliveries": op(ACCOUNT),
    "redeliver": op(ACCOUNT, succeeds=False),  # nothing was delivered yet
}


@pytest.fixture
async def app(settings, database):
    """The application without its background work, which would change rows by itself."""
    return create_app(settings, database)


def operations(app):
    """(operation id, method, path) of every operation in the document."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path


def test_every_operation_is_classified(app):
    ids = [name for name, _, _ in operations(app)]
    assert len(ids) == len(set(ids)), "operation ids must be unique"
    assert set(ids) - set(OPERATIONS) == set(), "classify the new operations in OPERATIONS"
    assert set(OPERATIONS) - set(ids) == set(), "these operations are gone: remove them from OPERATIONS"


def test_the_document_says_who_needs_a_credential(app):
    for path, methods in app.openapi()["paths"].items():
        for operation in methods.values():
            name = operation["operationId"]
            assert bool(operation.get("security")) == (OPERATIONS[name].needs != PUBLIC), (name, path)


@dataclass
class World:
    """Ada with one of everything, and the ids of it."""

    ada: Any
    ids: dict[str, Any]


@pytest.fixture
async def world(person):
    ada = await person("Ada")

    async def made(path, body):
        answer = await ada.client.post(f"{ada.path}/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer

    task = await made(
        "tasks",
        {
            "title": "Mine",
            "tags": ["mine"],
            "due": "2031-01-01T09:00",
            "reminders": [{"offset_minutes": 10}],
            "steps": [{"title": "First"}],
        },
    )
    reminders = (await ada.client.get(f"{ada.path}/reminders")).json()
    webhook = await made("webhooks", {"url": "https://8.8.4.4/hook"})
    ids = {
        "task_id": task.json()["id"],
        "change_id": 0,  # set below
        "tag_id": (await ada.client.get(f"{ada.path}/tags")).json()["items"][0]["id"],
        "project_id": (await made("projects", {"name": "Mine"})).json()["id"],
        "filter_id": (await made("filters", {"name": "Mine", "query": {}})).json()["id"],
        "token_id": (await made("tokens", {"name": "Mine", "scopes": ["chat"]})).json()["id"],
        "conversation_id": (await made("chat", {"message": "hello"})).json()["conversation_id"],
        "session_id": (await ada.client.get(f"{ada.path}/sessions")).json()["items"][0]["id"],
        "reminder_id": reminders["items"][0]["id"],
        "webhook_id": webhook.json().get("id") or webhook.json()["webhook"]["id"],
        "delivery_id": 1,
        "password": ada.password,
    }
    await ada.client.post(f"{ada.path}/feed")
    last = await made("tasks", {"title": "Mine too"})
    ids["change_id"] = int(last.headers["x-change-id"])
    return World(ada, ids)


def filled(value, ids):
    """A sample body with `{name}` replaced by the id of that name."""
    if isinstance(value, dict):
        return {key: filled(entry, ids) for key, entry in value.items()}
    if isinstance(value, list):
        return [filled(entry, ids) for entry in value]
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return ids[value[1:-1]]
    return value


async def attempt(client, name, method, path, user_id, ids, **extra):
    sample = OPERATIONS[name]
    url = path.format(user_id=user_id, secret="none", **ids)
    return await client.request(
        method, url, json=filled(sample.body, ids), files=sample.files, params=sample.query, **extra
    )


_VOLATILE = {("sessions", "last_seen_at"), ("api_tokens", "last_used_at")}


async def everything(database):
    """Every row of every table, without what merely notes that somebody was here."""
    rows = {}
    async with database.read() as session:
        for name, table in sorted(migrations.metadata().tables.items()):
            if name == "throttle_counters":
                continue
            columns = [column for column in table.columns if (name, column.name) not in _VOLATILE]
            rows[name] = sorted(map(repr, (await session.execute(select(*columns))).all()))
    return rows


def guarded(app):
    return [(n, m, p) for n, m, p in operations(app) if OPERATIONS[n].needs != PUBLIC]


def owned(app):
    return [(n, m, p) for n, m, p in guarded(app) if "{user_id}" in p]


async def refused(app, database, cases, expected):
    """Every attempt is answered as expected and nothing changes. `cases`: (operation id, awaitable answer)."""
    before = await everything(database)
    wrong = []
    for name, answer in cases:
        got = await answer
        if got.status_code not in expected:
            wrong.append((name, got.status_code, got.text[:200]))
        elif got.headers["content-type"] != "application/json" or "code" not in got.json()["error"]:
            wrong.append((name, "no error body", got.text[:200]))
    assert wrong == []
    assert await everything(database) == before


async def test_nobody(app, database, world, new_client):
    nobody = new_client(headers={"X-Requested-With": "taskora"})
    cases = [(n, attempt(nobody, n, m, p, world.ada.id, world.ids)) for n, m, p in guarded(app)]
    await refused(app, database, cases, {401})


async def test_another_person_at_the_owners_address(app, database, world, person):
    eve = await person("Eve")
    for who in (eve.client, eve.browser):
        cases = [(n, attempt(who, n, m, p, world.ada.id, world.ids)) for n, m, p in owned(app)]
        await refused(app, database, cases, {403})


async def test_another_person_at_their_own_address_with_the_owners_ids(app, database, world, person):
    eve = await person("Eve")
    cases = []
    for name, method, path in owned(app):
        if path.count("{") > 1 or "_id}" in str(OPERATIONS[name].body):
            cases.append((name, attempt(eve.client, name, method, path, eve.id, world.ids)))
    assert len(cases) > 20
    await refused(app, database, cases, {404})


async def test_a_revoked_token(app, database, world, new_client):
    ada = world.ada
    made = await ada.client.post(f"{ada.path}/tokens", json={"name": "Short-lived", "scopes": sorted(SCOPES)})
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    await ada.client.delete(f"{ada.path}/tokens/{made.json()['id']}")
    program = new_client(headers=headers)
    cases = [(n, attempt(program, n, m, p, ada.id, world.ids)) for n, m, p in guarded(app)]
    await refused(app, database, cases, {401})


async def test_every_scope_but_the_right_one(app, database, world, new_client):
    ada = world.ada
    for needed in (READ, WRITE, CHAT, ACCOUNT):
        scopes = sorted(SCOPES - {needed})
        made = await ada.client.post(f"{ada.path}/tokens", json={"name": needed, "scopes": scopes})
        program = new_client(headers={"Authorization": f"Bearer {made.json()['token']}"})
        chosen = [(n, m, p) for n, m, p in owned(app) if OPERATIONS[n].needs == needed]
        assert chosen
        cases = [(n, attempt(program, n, m, p, ada.id, world.ids)) for n, m, p in chosen]
        await refused(app, database, cases, {403})


async def test_an_expired_session(app, database, world):
    ada = world.ada
    with use_clock(lambda: datetime.now(UTC) + timedelta(days=31)):
        for who in (ada.client, ada.browser):
            cases = [(n, attempt(who, n, m, p, ada.id, world.ids)) for n, m, p in guarded(app)]
            await refused(app, database, cases, {401})


async def test_a_signed_out_session(app, database, world, new_client):
    ada = world.ada
    secret = ada.browser.cookies["taskora_session"]
    await ada.client.post("/api/auth/signout")
    headers = {"Cookie": f"taskora_session={secret}", "X-Requested-With": "taskora"}
    for who in (new_client(headers=headers), ada.client):
        cases = [(n, attempt(who, n, m, p, ada.id, world.ids)) for n, m, p in guarded(app)]
        await refused(app, database, cases, {401})


async def test_a_cookie_without_the_page_changes_nothing(app, database, world):
    ada = world.ada
    del ada.browser.headers["X-Requested-With"]
    changing = [(n, m, p) for n, m, p in guarded(app) if m != "GET"]
    cases = [(n, attempt(ada.browser, n, m, p, ada.id, world.ids)) for n, m, p in changing]
    await refused(app, database, cases, {403})


async def test_the_sample_requests_are_good(app, world):
    """Without this, a refusal above could be for a wrong sample instead of a wrong caller."""
    last = {"sign_out", "delete_account", "change_password", "revoke_session", "revoke_other_sessions"}
    deletes = [case for case in guarded(app) if case[1] == "DELETE" or case[0] in last]
    others = [case for case in guarded(app) if case not in deletes and OPERATIONS[case[0]].succeeds]
    first = {"undo", "snooze", "dismiss"}  # before their task is replaced
    others.sort(key=lambda case: case[0] not in first)
    wrong = []
    for name, method, path in others:
        answer = await attempt(world.ada.client, name, method, path, world.ada.id, world.ids)
        if answer.status_code >= 400:
            wrong.append((name, answer.status_code, answer.text[:200]))
    assert wrong == []


@pytest.mark.parametrize("name", ["delete_task", "delete_project", "revoke_token", "delete_account", "revoke_session"])
async def test_the_sample_deletions_are_good(app, world, name):
    method, path = next((m, p) for n, m, p in guarded(app) if n == name)
    answer = await attempt(world.ada.client, name, method, path, world.ada.id, world.ids)
    assert answer.status_code == 204


async def test_another_persons_ids_inside_bodies(app, database, world, person):
    """Ids that stand in a body instead of the path: nothing of Ada's is reached, and Eve learns nothing of it."""
    eve = await person("Eve")
    own = (await eve.client.post(f"{eve.path}/tasks", json={"title": "Eve's"})).json()["id"]
    ids = world.ids
    attempts = [
        ("POST", "tasks/bulk", {"ids": [own, ids["task_id"]], "action": "complete"}),
        ("POST", "tasks/bulk", {"ids": [own], "action": "move", "project": ids["project_id"]}),
        ("POST", "tasks", {"title": "x", "project": ids["project_id"]}),
        ("POST", "tasks", {"title": "x", "project": {"id": ids["project_id"]}}),
        ("PATCH", f"tasks/{own}", {"project": ids["project_id"]}),
        ("POST", "undo", {"change_id": ids["change_id"]}),
        ("POST", "chat", {"message": "hello", "conversation_id": ids["conversation_id"]}),
        ("POST", "chat", {"message": "hello", "user_id": world.ada.id}),
    ]
    before = await everything(database)
    for method, path, body in attempts:
        answer = await eve.client.request(method, f"{eve.path}/{path}", json=body)
        assert answer.status_code in (403, 404, 422), (path, body, answer.text)
        assert "Mine" not in answer.text
    assert await everything(database) == before


async def test_nobody_assigns_what_is_not_theirs_to_set(database, person):
    ada = await person("Ada")
    task = (await ada.client.post(f"{ada.path}/tasks", json={"title": "Mine"})).json()["id"]
    before = await everything(database)
    for name in ("user_id", "id", "created_at", "updated_at", "owner", "revision", "parent_task_id"):
        for method, path in (("POST", "tasks"), ("PATCH", f"tasks/{task}"), ("POST", "projects"), ("POST", "tags")):
            body = {"title": "x", name: 1} if "tasks" in path else {"name": "x", name: 1}
            answer = await ada.client.request(method, f"{ada.path}/{path}", json=body)
            assert answer.status_code == 422, (path, name, answer.text)
    assert await everything(database) == before
