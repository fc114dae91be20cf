"""Every field of a task through the API: what is accepted, what is refused, what comes back."""

from typing import Any

import pytest


@pytest.fixture
async def ada(person: Any) -> Any:
    return await person("Ada", timezone="Asia/Karachi")


async def create(ada: Any, **fields: Any) -> Any:
    return await ada.client.post(f"{ada.path}/tasks", json={"title": "Task"} | fields)


async def test_a_plain_task_has_every_field_of_the_contract(ada: Any) -> None:
    answer = await create(ada, title="  Buy milk ")
    assert answer.status_code == 201
    assert int(answer.headers["X-Change-Id"]) > 0
    task = answer.json()
    assert task.pop("created_at") == task.pop("updated_at")
    assert task.pop("id") > 0
    assert task.pop("position") > 0
    assert task == {
        "title": "Buy milk",
        "description": "",
        "completed": False,
        "completed_at": None,
        "priority": "medium",
        "tags": [],
        "project": None,
        "due": None,
        "recurrence": None,
        "reminders": [],
        "steps": [],
        "parent_task_id": None,
    }


async def test_everything_written_comes_back(ada: Any) -> None:
    written = {
        "title": "Pay rent",
        "description": "To **the** landlord",
        "priority": "urgent",
        "tags": ["Money", "home"],
        "project": "House",
        "due": {"date": "2027-01-31", "time": "09:00", "timezone": "Europe/Berlin"},
        "recurrence": {"rrule": "FREQ=MONTHLY", "exdates": ["2027-02-28"], "from": "done"},
        "reminders": [{"offset_minutes": 60}, {"at": "2027-01-30T10:00:00+05:00"}],
        "steps": [{"title": "Ask", "completed": True}, {"title": "Send"}],
        "position": 12.5,
    }
    created = (await create(ada, **written)).json()
    read = (await ada.client.get(f"{ada.path}/tasks/{created['id']}")).json()
    assert read == created
    assert read["project"]["name"] == "House"
    assert read["due"] == written["due"]
    assert read["recurrence"] == written["recurrence"]
    assert read["reminders"] == [{"offset_minutes": 60}, {"at": "2027-01-30T05:00:00Z"}]
    assert read["steps"] == [
        {"id": 1, "title": "Ask", "completed": True},
        {"id": 2, "title": "Send", "completed": False},
    ]
    for name in ("title", "description", "priority", "tags", "position"):
        assert read[name] == written[name]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2027-03-01", {"date": "2027-03-01", "time": None, "timezone": None}),
        ("2027-03-01T14:30", {"date": "2027-03-01", "time": "14:30", "timezone": "Asia/Karachi"}),
        ("2027-03-01T14:30:00Z", {"date": "2027-03-01", "time": "19:30", "timezone": "Asia/Karachi"}),
        ("2027-03-01T23:30:00-05:00", {"date": "2027-03-02", "time": "09:30", "timezone": "Asia/Karachi"}),
        ({"date": "2027-03-01", "time": "09:00"}, {"date": "2027-03-01", "time": "09:00", "timezone": "Asia/Karachi"}),
        ({"date": "2027-03-01", "timezone": "Europe/Paris"}, {"date": "2027-03-01", "time": None, "timezone": None}),
    ],
)
async def test_forms_of_a_due_date(ada: Any, written: Any, stored: Any) -> None:
    assert (await create(ada, due=written)).json()["due"] == stored


@pytest.mark.parametrize("database_kind", ["sqlite"])  # refused before any database is asked
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " \t\n "),
        ("title", "\u200b\u200b"),
        ("title", "x" * 201),
        ("title", "a\x00b"),
        ("title", None),
        ("title", 17),
        ("description", "x" * 2001),
        ("description", "\x00"),
        ("priority", "highest"),
        ("priority", None),
        ("tags", ["a,b"]),
        ("tags", [""]),
        ("tags", ["x" * 51]),
        ("tags", "home"),
        ("tags", [f"t{number}" for number in range(51)]),
        ("project", ""),
        ("project", 2**63),
        ("due", "tomorrow"),
        ("due", "2027-02-30"),
        ("due", "0001-01-01"),
        ("due", "9999-12-31T23:59:59-12:00"),
        ("due", 1_700_000_000),
        ("due", {"date": 20_000}),
        ("due", {"date": "2027-01-01", "time": "25:00"}),
        ("due", {"date": "2027-01-01", "time": "09:00+02:00"}),
        ("due", {"date": "2027-01-01", "time": "09:00", "timezone": "Mars/Olympus"}),
        ("due", {"date": "2027-01-01", "time": "09:00", "timezone": "../../etc/passwd"}),
        ("due", {"date": "2027-01-01", "zone": "UTC"}),
        ("recurrence", "FREQ=SOMETIMES"),
        ("recurrence", "once in a blue moon or so"),
        ("recurrence", {"rrule": "FREQ=DAILY", "from": "birth"}),
        ("reminders", [{}]),
        ("reminders", [{"offset_minutes": 5, "at": "2027-01-01T00:00:00Z"}]),
        ("reminders", [{"offset_minutes": -1}]),
        ("reminders", [{"offset_minutes": 10**9}]),
        ("steps", [{"title": ""}]),
        ("steps", [{"title": "x", "id": 5}]),
        ("position", "first"),
        ("position", {"before": 1, "after": 2}),
        ("position", {}),
        ("position", 1e300),
        ("user_id", "somebody"),
        ("id", 1),
        ("created_at", "2020-01-01T00:00:00Z"),
        ("updated_at", "2020-01-01T00:00:00Z"),
        ("completed_at", "2020-01-01T00:00:00Z"),
        ("parent_task_id", 1),
        ("nonsense", True),
    ],
)
async def test_what_is_refused_names_its_field_and_changes_nothing(ada: Any, field: str, value: Any) -> None:
    answer = await create(ada, **{field: value})
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert field in str(error["details"])
    listed = (await ada.client.get(f"{ada.path}/tasks")).json()
    assert listed["items"] == []
    assert (await ada.client.get(f"{ada.path}/tags")).json()["items"] == []


async def test_lengths_are_counted_in_characters(ada: Any) -> None:
    title = "🎉" * 200
    assert (await create(ada, title=title)).json()["title"] == title
    assert (await create(ada, title=title + "!")).status_code == 422


async def test_text_of_any_script_and_markup_is_kept_as_it_is(ada: Any) -> None:
    for text in ("دودھ خریدنا", "<script>alert(1)</script>", "'; DROP TABLE tasks; --", "{{7*7}}", "e\u0301 ﷺ ſ"):
        assert (await create(ada, title=text, description=text)).json()["title"] == text


async def test_a_title_is_one_line(ada: Any) -> None:
    assert (await create(ada, title="Buy\r\nmilk\tnow")).json()["title"] == "Buy milk now"


async def test_tags_are_unique_whatever_the_case(ada: Any) -> None:
    first = (await create(ada, tags=["Home", "HOME", "école"])).json()
    assert first["tags"] == ["Home", "école"]
    assert (await create(ada, tags=["hOmE", "ÉCOLE"])).json()["tags"] == ["Home", "école"]


async def test_a_project_by_name_by_id_and_in_the_shape_it_is_shown_in(ada: Any) -> None:
    shown = (await create(ada, project="Garden")).json()["project"]
    for form in ("garden", shown["id"], shown):
        assert (await create(ada, project=form)).json()["project"] == shown
    assert (await create(ada, project=None)).json()["project"] is None


async def test_a_foreign_project_is_not_found(ada: Any, person: Any) -> None:
    eve = await person("Eve")
    theirs = (await create(eve, project="Secret")).json()["project"]["id"]
    for project in (theirs, {"id": theirs}):
        answer = await create(ada, project=project)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "NOT_FOUND"
    assert (await ada.client.get(f"{ada.path}/tasks")).json()["total"] == 0


async def test_patch_changes_only_what_is_written(ada: Any) -> None:
    task = (await create(ada, tags=["a"], due="2027-01-01", description="Long", priority="high")).json()
    path = f"{ada.path}/tasks/{task['id']}"
    changed = (await ada.client.patch(path, json={"title": "New"})).json()
    assert changed | {"title": "Task", "updated_at": task["updated_at"]} == task
    emptied = (await ada.client.patch(path, json={"due": None, "description": None, "tags": None})).json()
    assert (emptied["due"], emptied["description"], emptied["tags"]) == (None, "", [])
    assert (await ada.client.patch(path, json={"title": None})).status_code == 422
    assert (await ada.client.patch(path, json={"completed": None})).status_code == 422


async def test_put_replaces_and_keeps_state_and_place(ada: Any) -> None:
    task = (await create(ada, tags=["a"], due="2027-01-01", priority="high", position=7, completed=True)).json()
    path = f"{ada.path}/tasks/{task['id']}"
    replaced = (await ada.client.put(path, json={"title": "New"})).json()
    assert (replaced["title"], replaced["tags"], replaced["due"], replaced["priority"]) == ("New", [], None, "medium")
    assert (replaced["completed"], replaced["position"]) == (True, 7)
    assert (await ada.client.put(path, json={"description": "no title"})).status_code == 422


async def test_steps_keep_their_ids_and_get_new_ones(ada: Any) -> None:
    task = (await create(ada, steps=[{"title": "one"}, {"title": "two"}])).json()
    path = f"{ada.path}/tasks/{task['id']}"
    first, second = task["steps"]
    steps = [{"title": "zero"}, second | {"completed": True}]
    changed = (await ada.client.patch(path, json={"steps": steps})).json()["steps"]
    assert changed == [
        {"id": 3, "title": "zero", "completed": False},
        {"id": second["id"], "title": "two", "completed": True},
    ]
    assert (await ada.client.patch(path, json={"steps": [first]})).status_code == 422


async def test_place_in_the_manual_order(ada: Any) -> None:
    one, two, three = [(await create(ada, title=name)).json()["id"] for name in ("one", "two", "three")]

    async def order() -> list[str]:
        return [t["title"] for t in (await ada.client.get(f"{ada.path}/tasks?sort=manual")).json()["items"]]

    assert await order() == ["one", "two", "three"]
    await ada.client.patch(f"{ada.path}/tasks/{three}", json={"position": {"before": two}})
    assert await order() == ["one", "three", "two"]
    await ada.client.patch(f"{ada.path}/tasks/{one}", json={"position": {"after": two}})
    assert await order() == ["three", "two", "one"]
    await create(ada, title="new first", position={"before": three})
    assert await order() == ["new first", "three", "two", "one"]
    assert (await ada.client.patch(f"{ada.path}/tasks/{one}", json={"position": {"after": 99}})).status_code == 404


async def test_moving_into_the_same_gap_never_runs_out_of_room(ada: Any) -> None:
    ids = [(await create(ada, title=str(number))).json()["id"] for number in range(3)]
    for turn in range(60):
        moving, other = (ids[1], ids[2]) if turn % 2 else (ids[2], ids[1])
        await ada.client.patch(f"{ada.path}/tasks/{moving}", json={"position": {"after": ids[0]}})
        listed = (await ada.client.get(f"{ada.path}/tasks?sort=manual")).json()["items"]
        assert [task["id"] for task in listed] == [ids[0], moving, other]


@pytest.mark.parametrize("task_id", ["0", "-1", "abc", str(2**63), "9" * 40, "1.5"])
async def test_impossible_ids_are_refused_plainly(ada: Any, task_id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = await ada.client.request(method, f"{ada.path}/tasks/{task_id}")
        assert answer.status_code in (404, 422)


async def test_a_task_that_is_not_there(ada: Any) -> None:
    for method, suffix, body in (
        ("GET", "", None),
        ("PUT", "", {"title": "x"}),
        ("PATCH", "", {"title": "x"}),
        ("DELETE", "", None),
        ("PATCH", "/complete", None),
    ):
        answer = await ada.client.request(method, f"{ada.path}/tasks/4711{suffix}", json=body)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "NOT_FOUND"


async def test_somebody_elses_task_can_be_neither_seen_nor_touched(ada: Any, person: Any) -> None:
    eve = await person("Eve")
    secret = (await create(eve, title="Secret")).json()
    for method, suffix, body in (
        ("GET", "", None),
        ("PUT", "", {"title": "x"}),
        ("PATCH", "", {"title": "x"}),
        ("DELETE", "", None),
        ("PATCH", "/complete", None),
    ):
        answer = await ada.client.request(method, f"{ada.path}/tasks/{secret['id']}{suffix}", json=body)
        assert answer.status_code == 404
    mine = (await create(ada)).json()["id"]
    for body in (
        {"ids": [secret["id"]], "action": "delete"},
        {"ids": [mine, secret["id"]], "action": "complete"},
    ):
        assert (await ada.client.post(f"{ada.path}/tasks/bulk", json=body)).status_code == 404
    place = {"position": {"before": secret["id"]}}
    assert (await ada.client.patch(f"{ada.path}/tasks/{mine}", json=place)).status_code == 404
    assert (await ada.client.get(f"{ada.path}/tasks/{mine}")).json()["completed"] is False
    assert (await eve.client.get(f"{eve.path}/tasks/{secret['id']}")).json() == secret
    undo = await ada.client.post(f"{ada.path}/undo", json={"change_id": 1})
    assert undo.status_code == 404
    assert (await eve.client.get(f"{eve.path}/tasks")).json()["total"] == 1
