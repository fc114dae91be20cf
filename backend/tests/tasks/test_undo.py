"""Undo: every change can be taken back exactly, and taken back again; nothing newer is lost by it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskora.kit.errors import NotFound
from taskora.storage import Database
from taskora.tasks import collections, overview, service
from taskora.tasks.collection_schemas import FilterInput, ProjectInput, TagInput
from taskora.tasks.errors import NothingToUndo, UndoWouldLose
from taskora.tasks.schemas import BulkRequest

from .conftest import Owner, Time, new_owner


async def snapshot(owner: Owner) -> Any:
    """Everything the owner can see."""
    counts = await owner.read(overview.counts)
    return (
        [task.model_dump() for task in await owner.everything()],
        await owner.read(collections.list_tags),
        await owner.read(collections.list_projects),
        await owner.read(collections.list_filters),
        counts.model_dump(),
        (await owner.page()).total,
    )


async def test_undo_without_anything_done(owner: Owner) -> None:
    with pytest.raises(NothingToUndo):
        await owner.undo()


async def test_a_deleted_task_comes_back_with_all_that_hung_on_it(owner: Owner, time: Time) -> None:
    task = await owner.add(
        "Pay rent",
        due="2026-03-05T09:00",
        tags=["money"],
        project="House",
        reminders=[{"offset_minutes": 5}],
        steps=[{"title": "Ask"}],
        recurrence="FREQ=MONTHLY",
    )
    time.advance(minutes=5)
    outcome = await owner.write(service.delete_tasks, [task.id])
    assert (await owner.page()).total == 0
    undone = await owner.undo(outcome.change_id)
    assert (undone.restored, undone.summary) == (1, "Deleted “Pay rent”")
    assert await owner.get(task.id) == task


async def test_undoing_a_completion_removes_the_next_occurrence(owner: Owner, time: Time) -> None:
    task = await owner.add("Daily", due="2026-03-02", recurrence="FREQ=DAILY")
    time.advance(minutes=1)
    await owner.tick(task.id)
    await owner.undo()
    assert await owner.everything() == [task]


async def test_undo_walks_back_through_the_changes(owner: Owner, time: Time) -> None:
    task = await owner.add("one")
    for title in ("two", "three"):
        time.advance(minutes=1)
        await owner.change(task.id, title=title)
    seen = []
    for _ in range(2):
        await owner.undo()
        seen.append((await owner.get(task.id)).title)
    assert seen == ["two", "one"]
    await owner.undo()
    assert (await owner.page()).total == 0
    with pytest.raises(NothingToUndo):
        await owner.undo()


async def test_an_undo_can_be_undone_and_the_change_undone_again(owner: Owner) -> None:
    task = await owner.add("one", tags=["a"])
    outcome = await owner.write(service.delete_tasks, [task.id])
    for _ in range(3):
        undone = await owner.undo(outcome.change_id)
        assert await owner.get(task.id) == task
        await owner.undo(undone.change_id)
        assert (await owner.page()).total == 0


async def test_a_change_is_undone_once(owner: Owner) -> None:
    task = await owner.add("one")
    change = (await owner.write(service.set_completed, [task.id], True)).change_id
    await owner.undo(change)
    with pytest.raises(NothingToUndo):
        await owner.undo(change)


async def test_undoing_an_older_change_keeps_newer_ones_to_other_fields(owner: Owner, time: Time) -> None:
    task = await owner.add("one")
    renamed = (await owner.write(service.update_tasks, [task.id], {"title": "two"})).change_id
    time.advance(minutes=1)
    await owner.change(task.id, priority="urgent")
    await owner.undo(renamed)
    now = await owner.get(task.id)
    assert (now.title, now.priority) == ("one", "urgent")
    assert await owner.titles(search="one") == ["one"]


async def test_undo_refuses_to_lose_a_newer_value(owner: Owner) -> None:
    task = await owner.add("one")
    renamed = (await owner.write(service.update_tasks, [task.id], {"title": "two"})).change_id
    await owner.change(task.id, title="three")
    with pytest.raises(UndoWouldLose):
        await owner.undo(renamed)
    assert (await owner.get(task.id)).title == "three"


async def test_undo_refuses_to_remove_a_task_that_was_edited_since(owner: Owner) -> None:
    created = await owner.write(service.create_task, _task("one"))
    await owner.change(created.task.id, description="Much work went into this")
    with pytest.raises(UndoWouldLose):
        await owner.undo(created.change_id)
    assert (await owner.get(created.task.id)).description


async def test_a_task_whose_project_is_gone_comes_back_to_the_inbox(owner: Owner) -> None:
    task = await owner.add("one", project="House", tags=["a"])
    gone = (await owner.write(service.delete_tasks, [task.id])).change_id
    assert task.project is not None
    await owner.write(collections.delete_project, task.project.id)
    tag = (await owner.read(collections.list_tags))[0]
    await owner.write(collections.delete_tag, tag["id"])
    await owner.undo(gone)
    back = await owner.get(task.id)
    assert (back.project, back.tags) == (None, [])


async def test_a_tag_that_others_use_by_now_stays_when_its_first_task_is_undone(owner: Owner) -> None:
    first = await owner.write(service.create_task, _task("one", tags=["a"]))
    await owner.add("two", tags=["a"])
    await owner.undo(first.change_id)
    assert [task.tags for task in await owner.everything()] == [["a"]]


async def test_a_name_that_is_taken_again_is_not_taken_over(owner: Owner) -> None:
    row, _ = await owner.write(collections.create_tag, TagInput(name="home"))
    gone = await owner.write(collections.delete_tag, row["id"])
    await owner.write(collections.create_tag, TagInput(name="HOME"))
    with pytest.raises(UndoWouldLose):
        await owner.undo(gone)


async def test_somebody_elses_change_can_not_be_undone(owner: Owner, stranger: Owner) -> None:
    outcome = await stranger.write(service.create_task, _task("theirs"))
    with pytest.raises(NotFound):
        await owner.undo(outcome.change_id)
    assert (await stranger.page()).total == 1


async def test_undo_through_the_api(person: Any) -> None:
    ada = await person("Ada")
    created = await ada.client.post(f"{ada.path}/tasks", json={"title": "one"})
    path = f"{ada.path}/tasks/{created.json()['id']}"
    deleted = await ada.client.delete(path)
    assert deleted.status_code == 204
    change_id = int(deleted.headers["X-Change-Id"])
    answer = await ada.client.post(f"{ada.path}/undo", json={"change_id": change_id})
    assert answer.status_code == 200
    assert answer.json() | {"change_id": 0} == {"change_id": 0, "summary": "Deleted “one”", "restored": 1}
    assert (await ada.client.get(path)).json() == created.json()
    again = await ada.client.post(f"{ada.path}/undo", json={"change_id": change_id})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "NOTHING_TO_UNDO")
    assert (await ada.client.post(f"{ada.path}/undo")).status_code == 200  # the creation, without a body
    assert (await ada.client.get(path)).status_code == 404


def _task(title: str, **fields: Any) -> Any:
    from taskora.tasks.schemas import TaskInput

    return TaskInput(title=title, **fields)


_DUES = st.sampled_from([None, "2026-03-01", "2026-03-02T09:00", "2026-04-01"])
_TAGS = st.lists(st.sampled_from(["home", "Work", "calls"]), max_size=3)
_PROJECTS = st.sampled_from([None, "House", "Garden"])
_RULES = st.sampled_from([None, "FREQ=DAILY", "FREQ=MONTHLY;COUNT=3"])
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Buy milk", "Call Zoë"]),
        "description": st.sampled_from(["", "long"]),
        "due": _DUES,
        "tags": _TAGS,
        "project": _PROJECTS,
        "recurrence": _RULES,
        "priority": st.sampled_from(["low", "urgent"]),
        "reminders": st.lists(st.sampled_from([{"offset_minutes": 5}, {"offset_minutes": 60}]), max_size=2),
        "steps": st.lists(st.just({"title": "step"}), max_size=2),
        "position": st.sampled_from([1.0, 99.5]),
        "completed": st.booleans(),
    },
)
_BULK = st.one_of(
    st.sampled_from([{"action": "complete"}, {"action": "reopen"}, {"action": "delete"}]),
    _PROJECTS.map(lambda project: {"action": "move", "project": project}),
    _TAGS.filter(bool).map(lambda tags: {"action": "tag", "tags": tags}),
    _TAGS.filter(bool).map(lambda tags: {"action": "untag", "tags": tags}),
    _DUES.map(lambda due: {"action": "reschedule", "due": due}),
    st.just({"action": "priority", "priority": "high"}),
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), _FIELDS),
        st.tuples(st.just("change"), _FIELDS),
        st.tuples(st.just("tick"), st.none()),
        st.tuples(st.just("bulk"), _BULK),
        st.tuples(st.just("collection"), st.sampled_from(["rename tag", "delete tag", "delete project", "filter"])),
    ),
    min_size=1,
    max_size=7,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=_STEPS, picks=st.lists(st.integers(0, 50), min_size=7, max_size=7))
async def test_any_changes_undone_one_by_one_lead_back_exactly(
    database: Database, time: Time, steps: list[Any], picks: list[int]
) -> None:
    owner = await new_owner(database)
    await owner.add("Kept", tags=["home"], project="House", due="2026-03-02", recurrence="FREQ=DAILY")
    states = []
    for (kind, what), pick in zip(steps, picks, strict=False):
        before = await snapshot(owner)
        if await _do(owner, kind, what, pick):
            states.append(before)
        time.advance(seconds=7)
    for state in reversed(states):
        await owner.undo()
        assert await snapshot(owner) == state


async def _do(owner: Owner, kind: str, what: Any, pick: int) -> bool:
    """One step; whether it changed anything."""
    ids = [task.id for task in await owner.everything()]
    if kind == "add":
        return (await owner.write(service.create_task, _task(**({"title": "New"} | what)))).change_id is not None
    if kind == "collection":
        return await _do_collection(owner, what, pick)
    if not ids:
        return False
    chosen = ids[pick % len(ids)]
    if kind == "tick":
        return (await owner.tick(chosen)).change_id is not None
    if kind == "bulk":
        request = BulkRequest(ids=ids[: 1 + pick % 3], **what)
        return (await owner.write(service.bulk, request)).change_id is not None
    from taskora.tasks.schemas import TaskPatch

    return (await owner.write(service.update_task, chosen, TaskPatch(**what))).change_id is not None


async def _do_collection(owner: Owner, what: str, pick: int) -> bool:
    if what == "filter":
        name = f"Filter {pick}"
        if any(row["name"] == name for row in await owner.read(collections.list_filters)):
            return False
        await owner.write(collections.create_filter, FilterInput.model_validate({"name": name, "query": {}}))
        return True
    if what == "delete project":
        rows = await owner.read(collections.list_projects)
        return bool(rows) and await owner.write(collections.delete_project, rows[0]["id"]) is not None
    rows = await owner.read(collections.list_tags)
    if not rows:
        return False
    if what == "delete tag":
        return await owner.write(collections.delete_tag, rows[0]["id"]) is not None
    return (await owner.write(collections.replace_tag, rows[0]["id"], TagInput(name=f"tag{pick}")))[1] is not None


async def test_archiving_a_project_is_undone_too(owner: Owner) -> None:
    row, _ = await owner.write(collections.create_project, ProjectInput(name="House"))
    await owner.write(
        collections.replace_project, row["id"], ProjectInput(name="House", archived=True, color="#FF0000")
    )
    await owner.undo()
    assert (await owner.read(collections.list_projects)) == [row]
