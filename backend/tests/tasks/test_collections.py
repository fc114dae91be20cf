"""Tags, projects and saved filters through the API."""

from typing import Any

import pytest


@pytest.fixture
async def ada(person: Any) -> Any:
    return await person("Ada")


async def names(ada: Any, kind: str) -> list[str]:
    answer = (await ada.client.get(f"{ada.path}/{kind}")).json()
    assert answer["total"] == len(answer["items"])
    assert answer["next_cursor"] is None
    return [row["name"] for row in answer["items"]]


async def test_tags_can_be_made_renamed_recolored_and_deleted(ada: Any) -> None:
    made = await ada.client.post(f"{ada.path}/tags", json={"name": " Home ", "color": "#FF8800"})
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["color"]) == ("Home", "#ff8800")
    path = f"{ada.path}/tags/{made.json()['id']}"
    task = (await ada.client.post(f"{ada.path}/tasks", json={"title": "x", "tags": ["home", "b"]})).json()
    renamed = await ada.client.put(path, json={"name": "HOME"})
    assert (renamed.json()["name"], renamed.json()["color"]) == ("HOME", None)
    assert (await ada.client.get(f"{ada.path}/tasks/{task['id']}")).json()["tags"] == ["HOME", "b"]
    assert (await ada.client.delete(path)).status_code == 204
    assert (await ada.client.get(f"{ada.path}/tasks/{task['id']}")).json()["tags"] == ["b"]
    assert (await ada.client.put(path, json={"name": "x"})).status_code == 404
    await ada.client.post(f"{ada.path}/undo")
    assert (await ada.client.get(f"{ada.path}/tasks/{task['id']}")).json()["tags"] == ["HOME", "b"]


@pytest.mark.parametrize("kind", ["tags", "projects", "filters"])
async def test_names_are_unique_whatever_the_case(ada: Any, kind: str) -> None:
    extra = {"query": {}} if kind == "filters" else {}
    for name in ("École", "Other"):
        assert (await ada.client.post(f"{ada.path}/{kind}", json={"name": name} | extra)).status_code == 201
    refused = await ada.client.post(f"{ada.path}/{kind}", json={"name": "éCOLE"} | extra)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "NAME_TAKEN")
    other = (await ada.client.get(f"{ada.path}/{kind}")).json()["items"]
    other_id = next(row["id"] for row in other if row["name"] == "Other")
    assert (await ada.client.put(f"{ada.path}/{kind}/{other_id}", json={"name": "école"} | extra)).status_code == 409
    assert sorted(await names(ada, kind)) == ["Other", "École"]


async def test_tags_complete_what_is_being_typed(ada: Any) -> None:
    for name in ("home", "House", "work"):
        await ada.client.post(f"{ada.path}/tags", json={"name": name})
    answer = (await ada.client.get(f"{ada.path}/tags?prefix=HO")).json()
    assert [row["name"] for row in answer["items"]] == ["home", "House"]


async def test_projects_keep_their_order_and_can_be_archived(ada: Any) -> None:
    made = [await ada.client.post(f"{ada.path}/projects", json={"name": name}) for name in ("one", "two", "three")]
    ids = [answer.json()["id"] for answer in made]
    await ada.client.put(f"{ada.path}/projects/{ids[2]}", json={"name": "three", "position": 1})
    await ada.client.put(f"{ada.path}/projects/{ids[0]}", json={"name": "one", "archived": True})
    assert await names(ada, "projects") == ["three", "one", "two"]
    answer = (await ada.client.get(f"{ada.path}/projects?archived=false")).json()
    assert [row["name"] for row in answer["items"]] == ["three", "two"]
    await ada.client.put(f"{ada.path}/projects/{ids[0]}", json={"name": "uno"})
    kept = (await ada.client.get(f"{ada.path}/projects?archived=true")).json()["items"]
    assert [row["name"] for row in kept] == ["uno"]


async def test_deleting_a_project_moves_its_tasks_to_the_inbox_and_undo_back(ada: Any) -> None:
    tasks = [
        (await ada.client.post(f"{ada.path}/tasks", json={"title": title, "project": "House"})).json()
        for title in ("one", "two")
    ]
    deleted = await ada.client.delete(f"{ada.path}/projects/{tasks[0]['project']['id']}")
    assert deleted.status_code == 204
    listed = (await ada.client.get(f"{ada.path}/tasks?project=inbox")).json()
    assert listed["total"] == 2
    undone = await ada.client.post(f"{ada.path}/undo", json={"change_id": int(deleted.headers["X-Change-Id"])})
    assert undone.json()["restored"] == 2
    for task in tasks:
        assert (await ada.client.get(f"{ada.path}/tasks/{task['id']}")).json() == task


async def test_a_saved_filter_lists_what_its_query_says(ada: Any) -> None:
    query = {"status": "pending", "priority": ["high", "urgent"], "tags": ["home"], "sort": "due"}
    made = await ada.client.post(f"{ada.path}/filters", json={"name": "Soon", "query": query})
    assert made.status_code == 201
    saved = made.json()["query"]
    assert {name: saved[name] for name in query} == query
    await ada.client.post(f"{ada.path}/tasks", json={"title": "x", "tags": ["home"], "priority": "high"})
    counts = (await ada.client.get(f"{ada.path}/counts")).json()
    assert counts["filters"] == {str(made.json()["id"]): 1}
    changed = await ada.client.put(
        f"{ada.path}/filters/{made.json()['id']}", json={"name": "Late", "query": {"overdue": True}}
    )
    assert (changed.json()["name"], changed.json()["query"]["overdue"]) == ("Late", True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("tags", {"name": ""}),
        ("tags", {"name": "a,b"}),
        ("tags", {"name": "x" * 51}),
        ("tags", {"name": "a", "color": "red"}),
        ("tags", {"name": "a", "id": 3}),
        ("projects", {"name": "\x00"}),
        ("projects", {"name": "a", "user_id": "x"}),
        ("projects", {"name": "a", "position": "top"}),
        ("filters", {"name": "a"}),
        ("filters", {"name": "a", "query": {"sort": "luck"}}),
        ("filters", {"name": "a", "query": {"limit": 5}}),
        ("filters", {"name": "a", "query": {"due_before": "soon"}}),
        ("filters", {"name": "a", "query": []}),
    ],
)
async def test_what_is_refused(ada: Any, kind: str, body: dict[str, Any]) -> None:
    answer = await ada.client.post(f"{ada.path}/{kind}", json=body)
    assert answer.status_code == 422
    assert await names(ada, kind) == []


async def test_somebody_elses_things_are_not_there(ada: Any, person: Any) -> None:
    eve = await person("Eve")
    for kind in ("tags", "projects", "filters"):
        extra = {"query": {}} if kind == "filters" else {}
        theirs = (await eve.client.post(f"{eve.path}/{kind}", json={"name": "Secret"} | extra)).json()["id"]
        path = f"{ada.path}/{kind}/{theirs}"
        assert (await ada.client.put(path, json={"name": "Mine"} | extra)).status_code == 404
        assert (await ada.client.delete(path)).status_code == 404
        assert await names(ada, kind) == []
        assert await names(eve, kind) == ["Secret"]


async def test_text_that_grows_when_folded_is_still_a_name(ada: Any) -> None:
    for kind, length in (("tags", 50), ("projects", 100)):
        assert (await ada.client.post(f"{ada.path}/{kind}", json={"name": "ﷺ" * length})).status_code == 201
    assert (await ada.client.post(f"{ada.path}/tasks", json={"title": "ﷺ" * 200})).status_code == 201
