"""Import through the API: one change, nothing half, nothing doubled, everything told."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TODOIST = (
    "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"
    "task,Buy milk @home,,1,1,,,tomorrow,en,\n"
    "task,Oat,,4,2,,,,,\n"
    "task,,,4,1,,,,,\n"
)


async def send(person: Any, content: str | bytes, name: str = "tasks.csv", **fields: Any) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    answer = await person.client.post(person.path + "/import", files={"file": (name, data)}, data=fields)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def export(person: Any, form: str = "json") -> bytes:
    answer = await person.client.get(person.path + "/export", params={"format": form})
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


async def tasks_of(person: Any) -> list[dict[str, Any]]:
    """Every task, oldest first."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {"limit": 200, "order": "asc"} | ({"cursor": cursor} if cursor else {})
        page = (await person.client.get(person.path + "/tasks", params=query)).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def delete_all(person: Any) -> None:
    ids = [task["id"] for task in await tasks_of(person)]
    for start in range(0, len(ids), 500):
        body = {"ids": ids[start : start + 500], "action": "delete"}
        assert (await person.client.post(person.path + "/tasks/bulk", json=body)).status_code == 200


def without_ids(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tasks as they compare across accounts: ids replaced by places."""
    places = {task["id"]: place for place, task in enumerate(tasks)}
    return [
        {
            **task,
            "id": places[task["id"]],
            "parent_task_id": places.get(task["parent_task_id"]),
            "project": task["project"] and task["project"]["name"],
        }
        for task in tasks
    ]


async def fill(person: Any) -> None:
    """A person with a bit of everything."""
    steps = [{"title": "a", "completed": True}]
    timed = {"date": "2031-05-01", "time": "09:30", "timezone": "Europe/Berlin"}
    reminders = [{"offset_minutes": 30}, {"at": "2031-04-30T08:00:00Z"}]
    weekly = {"rrule": "FREQ=WEEKLY", "exdates": ["2026-01-12"]}
    for body in (
        {"title": "=cmd|' /C calc'!A0", "description": "line one\nline two, “quoted”", "priority": "urgent"},
        {"title": "Plain", "tags": ["home", "two words"], "project": "Flat", "steps": steps},
        {"title": "Timed", "due": timed, "reminders": reminders},
        {"title": "Weekly", "due": "2026-01-05", "recurrence": weekly},
    ):
        assert (await person.client.post(person.path + "/tasks", json=body)).status_code == 201
    last = (await tasks_of(person))[-1]["id"]
    await person.client.patch(f"{person.path}/tasks/{last}/complete")
    await person.client.post(person.path + "/projects", json={"name": "Empty", "color": "#aabbcc", "archived": True})
    await person.client.post(person.path + "/tags", json={"name": "later", "color": "#112233"})
    saved = {"name": "Mine", "query": {"status": "pending", "tags": ["home"]}}
    assert (await person.client.post(person.path + "/filters", json=saved)).status_code == 201


async def test_a_file_comes_in_as_one_change_that_undo_takes_back(person) -> None:
    ada = await person("Ada")
    report = await send(ada, TODOIST, "Groceries.csv")
    assert (report["created"], report["skipped"], report["kind"]) == (1, 1, "todoist")
    assert report["problems"][0]["line"] == 4
    (task,) = await tasks_of(ada)
    assert (task["title"], task["tags"], task["project"]["name"]) == ("Buy milk", ["home"], "Groceries")
    assert [step["title"] for step in task["steps"]] == ["Oat"]
    undone = await ada.client.post(ada.path + "/undo", json={"change_id": report["change_id"]})
    assert undone.status_code == 200
    assert await tasks_of(ada) == []
    assert (await ada.client.get(ada.path + "/projects")).json()["items"] == []


async def test_a_preview_tells_and_stores_nothing(person) -> None:
    ada = await person("Ada")
    report = await send(ada, TODOIST, "Groceries.csv", preview="true")
    assert (report["preview"], report["created"], report["change_id"]) == (True, 1, None)
    assert (report["projects"], report["tags"]) == (["Groceries"], ["home"])
    assert report["sample"][0]["title"] == "Buy milk"
    assert await tasks_of(ada) == []
    assert (await ada.client.get(ada.path + "/tags")).json()["items"] == []


@pytest.mark.parametrize("form", ["json", "csv", "zip"])
async def test_export_then_empty_then_import_gives_the_same_tasks(person, form: str) -> None:
    ada = await person("Ada", timezone="Asia/Karachi")
    await fill(ada)
    before = await tasks_of(ada)
    data = await export(ada, form)
    await delete_all(ada)
    report = await send(ada, data, f"export.{form}")
    assert (report["kind"], report["created"], report["problems"]) == ("taskora", len(before), [])
    assert without_ids(await tasks_of(ada)) == without_ids(before)


async def test_another_account_gets_projects_tags_and_filters_too(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    await fill(ada)
    report = await send(bo, await export(ada, "zip"), "export.zip")
    assert set(report["projects"]) == {"Flat", "Empty"}
    for noun, fields in (("projects", ("name", "color", "archived", "position")), ("tags", ("name", "color")),
                         ("filters", ("name", "query"))):  # fmt: skip
        mine = (await ada.client.get(f"{ada.path}/{noun}")).json()["items"]
        theirs = (await bo.client.get(f"{bo.path}/{noun}")).json()["items"]
        assert [[item[name] for name in fields] for item in theirs] == [
            [item[name] for name in fields] for item in mine
        ]


@pytest.mark.parametrize("form", ["json", "csv", "zip"])
async def test_importing_ones_own_export_twice_adds_nothing(person, form: str) -> None:
    ada = await person("Ada")
    await fill(ada)
    data = await export(ada, form)
    first = (await tasks_of(ada))[0]
    await ada.client.patch(f"{ada.path}/tasks/{first['id']}", json={"title": "Renamed since"})
    before = await tasks_of(ada)
    report = await send(ada, data, f"export.{form}")
    assert (report["created"], report["duplicates"], report["change_id"]) == (0, len(before), None)
    assert await tasks_of(ada) == before


async def test_twins_stay_twins_and_only_the_missing_one_comes_back(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    twin = {"title": "Same", "created_at": "2026-01-01T00:00:00Z"}
    assert (await send(bo, json.dumps([twin, twin]), "x.json"))["created"] == 2
    assert (await send(bo, json.dumps([twin, twin, twin]), "x.json"))["created"] == 1
    assert len(await tasks_of(bo)) == 3
    assert await tasks_of(ada) == []


async def test_two_imports_at_the_same_time_do_not_double(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    await fill(ada)
    data = await export(ada)
    reports = await asyncio.gather(*(send(bo, data, "x.json") for _ in range(3)))
    assert sorted(report["created"] for report in reports) == [0, 0, 5]


async def test_chains_of_occurrences_stay_tied(person) -> None:
    ada = await person("Ada")
    tasks = [{"id": n, "title": f"T{n}", "parent_task_id": n + 1 if n < 9 else None} for n in range(1, 10)]
    tasks += [{"id": 20, "title": "Loop", "parent_task_id": 21}, {"id": 21, "title": "Loop", "parent_task_id": 20}]
    tasks += [
        {"id": 30, "title": "Own parent", "parent_task_id": 30},
        {"id": 31, "title": "Lost", "parent_task_id": 999},
    ]
    assert (await send(ada, json.dumps(tasks), "x.json"))["created"] == 13
    stored = {task["title"]: task for task in await tasks_of(ada)}
    for number in range(1, 9):
        assert stored[f"T{number}"]["parent_task_id"] == stored[f"T{number + 1}"]["id"]
    assert stored["T9"]["parent_task_id"] is None
    assert stored["Lost"]["parent_task_id"] is None


async def test_past_reminders_do_not_go_off_at_import(person) -> None:
    ada = await person("Ada")
    task = {"title": "Old", "due": {"date": "2020-01-01", "time": "09:00", "timezone": "UTC"},
            "reminders": [{"offset_minutes": 10}, {"at": "2020-01-01T08:00:00Z"}]}  # fmt: skip
    await send(ada, json.dumps([task]), "x.json")
    assert (await ada.client.get(ada.path + "/reminders")).json()["items"] == []
    assert len((await tasks_of(ada))[0]["reminders"]) == 2


async def test_imported_tasks_are_the_callers_whatever_the_file_says(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    await fill(ada)
    project = (await ada.client.get(ada.path + "/projects")).json()["items"][0]
    task = {"title": "Mine", "user_id": ada.id, "id": 1, "project": {"id": project["id"], "name": "Mine too"}}
    await send(bo, json.dumps([task]), "x.json")
    assert (await tasks_of(bo))[0]["project"]["id"] != project["id"]
    assert "Mine" not in [task["title"] for task in await tasks_of(ada)]


async def test_another_persons_account_is_refused(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    answer = await bo.client.post(ada.path + "/import", files={"file": ("x.csv", b"title\nA\n")})
    assert answer.status_code == 403
    assert (await bo.client.get(ada.path + "/export")).status_code == 403
    assert await tasks_of(ada) == []


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("x.csv", b"", 422),
        ("x.csv", b"alpha,beta\n1,2\n", 422),
        ("x.json", b"{}", 422),
        ("x.zip", b"PK\x03\x04broken", 422),
        ("x.csv", b"title\n\x00\n", 422),
        ("x.csv", b"title\n" + b"x\n" * 20_001, 413),
    ],
)
async def test_files_that_cannot_be_read_change_nothing(person, name: str, content: bytes, status: int) -> None:
    ada = await person("Ada")
    answer = await ada.client.post(ada.path + "/import", files={"file": (name, content)})
    assert answer.status_code == status
    assert set(answer.json()["error"]) >= {"code", "message"}
    assert await tasks_of(ada) == []


async def test_more_than_ten_megabytes_are_refused(person) -> None:
    ada = await person("Ada")
    answer = await ada.client.post(ada.path + "/import", files={"file": ("x.csv", b"title\n" + b"x" * 10_600_000)})
    assert answer.status_code == 413


async def test_the_same_request_sent_twice_comes_in_once(person) -> None:
    ada = await person("Ada")
    for _ in range(2):
        answer = await ada.client.post(
            ada.path + "/import", files={"file": ("x.csv", b"title\nA\n")}, headers={"Idempotency-Key": "k1"}
        )
        assert answer.status_code == 200
        assert answer.json()["created"] == 1
    assert len(await tasks_of(ada)) == 1


async def test_new_tasks_stand_behind_the_ones_that_are_there(person) -> None:
    ada = await person("Ada")
    await ada.client.post(ada.path + "/tasks", json={"title": "First"})
    await send(ada, "title\nSecond\nThird\n")
    query = {"sort": "manual"}
    listed = (await ada.client.get(ada.path + "/tasks", params=query)).json()["items"]
    assert [task["title"] for task in listed] == ["First", "Second", "Third"]


_word = st.text(st.characters(categories=["L", "N", "S", "P"], exclude_characters=","), min_size=1, max_size=12)
_task = st.fixed_dictionaries(
    {
        "title": st.lists(_word, min_size=1, max_size=4).map(" ".join).filter(lambda t: any(c.isalnum() for c in t)),
        "description": st.lists(_word, max_size=4).map("\n".join),
        "priority": st.sampled_from(["low", "medium", "high", "urgent"]),
        "completed": st.booleans(),
        "tags": st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=3, unique=True),
        "project": st.none() | st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True),
        "due": st.none()
        | st.dates().filter(lambda day: 1990 <= day.year <= 2100).map(str)
        | st.just({"date": "2027-03-28", "time": "02:30", "timezone": "Europe/Berlin"}),
        "recurrence": st.none() | st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;COUNT=3"]),
        "reminders": st.lists(st.sampled_from([{"offset_minutes": 5}, {"at": "2026-01-01T00:00:00Z"}]), max_size=2),
        "steps": st.lists(
            st.fixed_dictionaries({"title": _word.filter(str.isalnum), "completed": st.booleans()}), max_size=3
        ),
    }
)


@pytest.mark.parametrize("form", ["json", "csv"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tasks=st.lists(_task, min_size=1, max_size=4))
async def test_any_tasks_survive_the_round_trip(person, form: str, tasks: list[dict[str, Any]]) -> None:
    ada = await person("Ada")
    for task in tasks:
        answer = await ada.client.post(ada.path + "/tasks", json=task)
        assert answer.status_code == 201, answer.text
    before = await tasks_of(ada)
    data = await export(ada, form)
    await delete_all(ada)
    report = await send(ada, data, f"x.{form}")
    assert report["problems"] == []
    assert without_ids(await tasks_of(ada)) == without_ids(before)
