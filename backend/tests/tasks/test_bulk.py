"""One change to many tasks: all of them or none, and one undo for all."""

from typing import Any

import pytest
from pydantic import ValidationError

from taskora.kit.errors import Invalid
from taskora.tasks import service
from taskora.tasks.errors import TaskNotFound
from taskora.tasks.schemas import BulkRequest

from .conftest import Owner, Time


async def bulk(owner: Owner, ids: list[int], action: str, **extra: Any) -> Any:
    return await owner.write(service.bulk, BulkRequest(ids=ids, action=action, **extra))


@pytest.fixture
async def ids(owner: Owner, time: Time) -> list[int]:
    dues = ("2026-03-05T09:00", "2026-03-06", None)
    return [(await owner.add(f"t{number}", due=due, tags=["old"])).id for number, due in enumerate(dues)]


async def test_complete_and_reopen(owner: Owner, ids: list[int]) -> None:
    assert len((await bulk(owner, ids, "complete")).tasks) == 3
    assert (await owner.page(status="completed")).total == 3
    await bulk(owner, ids[:2], "reopen")
    assert (await owner.page(status="completed")).total == 1


async def test_move_tag_untag_and_priority(owner: Owner, ids: list[int]) -> None:
    await bulk(owner, ids, "move", project="House")
    await bulk(owner, ids, "tag", tags=["new", "OLD"])
    await bulk(owner, ids[:1], "untag", tags=["Old", "never seen"])
    await bulk(owner, ids, "priority", priority="urgent")
    tasks = await owner.everything()
    assert [task.tags for task in tasks] == [["new"], ["old", "new"], ["old", "new"]]
    assert {task.project.name for task in tasks if task.project} == {"House"}
    assert {task.priority for task in tasks} == {"urgent"}
    await bulk(owner, ids, "move", project=None)
    assert all(task.project is None for task in await owner.everything())
    assert "never seen" not in [row["name"] for row in await _tags(owner)]


async def _tags(owner: Owner) -> Any:
    from taskora.tasks import collections

    return await owner.read(collections.list_tags)


async def test_rescheduling_to_a_day_keeps_each_time_of_day(owner: Owner, ids: list[int]) -> None:
    await bulk(owner, ids, "reschedule", due="2026-04-01")
    assert [str(task.due.date) for task in await owner.everything() if task.due] == ["2026-04-01"] * 3
    assert [task.due.time.isoformat("minutes") for task in await owner.everything() if task.due and task.due.time] == [
        "09:00"
    ]
    await bulk(owner, ids, "reschedule", due="2026-04-02T14:00")
    assert [task.due.time.hour for task in await owner.everything() if task.due and task.due.time] == [14] * 3
    await bulk(owner, ids, "reschedule", due=None)
    assert [task.due for task in await owner.everything()] == [None] * 3


async def test_delete_and_one_undo_for_all(owner: Owner, ids: list[int]) -> None:
    before = await owner.everything()
    outcome = await bulk(owner, ids, "delete")
    assert [task.title for task in outcome.tasks] == ["t0", "t1", "t2"]
    assert await owner.everything() == []
    assert (await owner.undo()).restored == 3
    assert await owner.everything() == before


async def test_all_or_none(owner: Owner, stranger: Owner, ids: list[int]) -> None:
    theirs = (await stranger.add("theirs")).id
    for missing in (theirs, 10**12):
        with pytest.raises(TaskNotFound) as refused:
            await bulk(owner, [*ids, missing], "delete")
        assert refused.value.details == {"missing": [missing]}
    assert len(await owner.everything()) == 3
    assert (await stranger.page()).total == 1


async def test_an_id_said_twice_counts_once(owner: Owner, ids: list[int]) -> None:
    assert len((await bulk(owner, [ids[0], ids[0]], "complete")).tasks) == 1


async def test_nothing_to_change_is_no_change(owner: Owner, ids: list[int]) -> None:
    assert (await bulk(owner, ids, "reopen")).change_id is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_bad_date_changes_nothing(owner: Owner, ids: list[int]) -> None:
    with pytest.raises(Invalid):
        await bulk(owner, ids, "reschedule", due="someday")
    assert (await owner.get(ids[0])).due is not None


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [], "action": "delete"},
        {"ids": [1], "action": "explode"},
        {"ids": [1], "action": "tag"},
        {"ids": [1], "action": "tag", "tags": []},
        {"ids": [1], "action": "move"},
        {"ids": [1], "action": "priority", "priority": None},
        {"ids": [1], "action": "reschedule"},
        {"ids": list(range(1, 502)), "action": "delete"},
        {"ids": [0], "action": "delete"},
        {"ids": [2**63], "action": "delete"},
        {"ids": [1], "action": "delete", "user_id": "x"},
    ],
)
def test_requests_that_make_no_sense(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BulkRequest.model_validate(body)


async def test_five_hundred_at_once(owner: Owner, time: Time) -> None:
    from taskora.tasks.schemas import TaskInput

    made = await owner.write(service.create_tasks, [TaskInput(title=f"t{n}", tags=["a"]) for n in range(500)])
    ids = [task.id for task in made.tasks]
    assert ids == sorted(ids)
    await bulk(owner, ids, "complete")
    await bulk(owner, ids, "delete")
    assert (await owner.page()).total == 0
    await owner.undo()
    assert (await owner.page(status="completed")).total == 500
