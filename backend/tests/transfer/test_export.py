"""Export through the API: everything of mine, nothing of others, no secrets."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest

ACTIVE = ("=", "+", "-", "@", "\t", "\r")


async def export(person: Any, form: str) -> bytes:
    answer = await person.client.get(person.path + "/export", params={"format": form})
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    content: bytes = answer.content
    return content


async def add(person: Any, **task: Any) -> dict[str, Any]:
    answer = await person.client.post(person.path + "/tasks", json=task)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_the_zip_holds_everything_as_json_and_csv(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    await add(ada, title="Mine", tags=["home"], project="Flat")
    await add(bo, title="Somebody else's")
    with zipfile.ZipFile(io.BytesIO(await export(ada, "zip"))) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    document = json.loads(files["taskora.json"])
    assert document["profile"]["email"] == ada.email
    assert [task["title"] for task in document["tasks"]] == ["Mine"]
    assert [project["name"] for project in document["projects"]] == ["Flat"]
    assert {event["type"] for event in document["activity"]} >= {"task.created", "project.created"}
    for name in ("tasks", "projects", "tags", "filters", "activity"):
        rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"], newline="")))
        assert [row["id"] for row in rows] == [str(item["id"]) for item in document[name]]
    whole = "".join(files.values())
    assert "Somebody else's" not in whole
    assert bo.id not in whole


async def test_conversations_leave_too(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    for someone, words in ((ada, "Add buy oat milk"), (bo, "Add something private")):
        answer = await someone.client.post(someone.path + "/chat", json={"message": words})
        assert answer.status_code == 200, answer.text
    document = json.loads(await export(ada, "json"))
    assert [conversation["id"] for conversation in document["conversations"]] == [answer_id(document)]
    assert [message["role"] for message in document["messages"]] == ["user", "assistant"]
    assert document["messages"][0]["content"] == "Add buy oat milk"


def answer_id(document: dict[str, Any]) -> int:
    """The conversation that the messages belong to."""
    (found,) = {message["conversation_id"] for message in document["messages"]}
    return int(found)


async def test_no_secret_leaves(person) -> None:
    ada = await person("Ada")
    secret = (await ada.client.post(ada.path + "/feed")).json()["url"].rsplit("/", 1)[-1]
    token = (await ada.client.post(ada.path + "/tokens", json={"name": "cli", "scopes": ["tasks:read"]})).json()
    hook = (await ada.client.post(ada.path + "/webhooks", json={"url": "https://example.org/x"})).json()
    text = (await export(ada, "json")).decode()
    for hidden in (secret.removesuffix(".ics"), token["token"], hook["secret"], ada.token, "$argon2", "digest"):
        assert hidden not in text


async def test_an_api_token_cannot_export_the_account(person, client) -> None:
    ada = await person("Ada")
    body = {"name": "cli", "scopes": ["tasks:read", "tasks:write"]}
    token = (await ada.client.post(ada.path + "/tokens", json=body)).json()["token"]
    answer = await client.get(ada.path + "/export", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


async def test_no_cell_starts_a_formula(person) -> None:
    ada = await person("Ada")
    await add(
        ada, title="=1+1", description="@SUM(A1)", tags=["-x", "+y"], project="=HYPERLINK(1)", steps=[{"title": "=2"}]
    )
    with zipfile.ZipFile(io.BytesIO(await export(ada, "zip"))) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = archive.read(name).decode("utf-8-sig")
                cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
                assert not [cell for cell in cells if cell.lstrip().startswith(ACTIVE)]


async def test_many_tasks_leave_in_pages_and_all_arrive(person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taskora.transfer.repository.PAGE", 7)
    ada = await person("Ada")
    rows = "".join(f"Task {number},{'yes' if number % 3 else 'no'}\n" for number in range(50))
    answer = await ada.client.post(ada.path + "/import", files={"file": ("x.csv", f"title,done\n{rows}".encode())})
    assert answer.json()["created"] == 50
    tasks = json.loads(await export(ada, "json"))["tasks"]
    assert sorted(task["title"] for task in tasks) == sorted(f"Task {number}" for number in range(50))
    assert len(list(csv.reader(io.StringIO((await export(ada, "csv")).decode("utf-8-sig"), newline="")))) == 51


async def test_an_unknown_format_is_refused(person) -> None:
    ada = await person("Ada")
    assert (await ada.client.get(ada.path + "/export", params={"format": "exe"})).status_code == 422
