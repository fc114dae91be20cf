"""Several requests at the same instant: nothing is lost, doubled or half done."""

import asyncio
from typing import Any

from taskora.tasks import overview, service
from taskora.tasks.schemas import TaskInput

from .conftest import Owner, Time


async def test_updates_of_different_fields_both_stand(owner: Owner) -> None:
    task = await owner.add("one")
    await asyncio.gather(
        owner.change(task.id, title="two"),
        owner.change(task.id, priority="urgent"),
        owner.change(task.id, tags=["a"]),
        owner.change(task.id, due="2027-01-01"),
    )
    now = await owner.get(task.id)
    assert (now.title, now.priority, now.tags) == ("two", "urgent", ["a"])
    assert now.due is not None


async def test_a_double_completion_makes_one_next_occurrence(owner: Owner, time: Time) -> None:
    task = await owner.add("Daily", due="2026-03-02", recurrence="FREQ=DAILY")
    outcomes = await asyncio.gather(*(owner.write(service.set_completed, [task.id], True) for _ in range(6)))
    assert sum(outcome.next is not None for outcome in outcomes) == 1
    assert len(await owner.everything()) == 2


async def test_an_even_number_of_toggles_leads_back(owner: Owner, time: Time) -> None:
    task = await owner.add("Daily", due="2026-03-02", recurrence="FREQ=DAILY")
    await asyncio.gather(*(owner.tick(task.id) for _ in range(4)))
    assert [t.completed for t in await owner.everything()] == [False]


async def test_new_tags_and_projects_come_into_being_once(owner: Owner) -> None:
    await asyncio.gather(*(owner.add(str(n), tags=["new"], project="House") for n in range(8)))
    tasks = await owner.everything()
    assert len({task.project.id for task in tasks if task.project}) == 1
    assert all(task.tags == ["new"] for task in tasks)
    counts = await owner.read(overview.counts)
    assert (counts.all, list(counts.tags.values())) == (8, [8])


async def test_totals_and_places_survive_a_crowd(owner: Owner, stranger: Owner) -> None:
    await asyncio.gather(
        *(owner.write(service.create_task, TaskInput(title=str(n))) for n in range(10)),
        *(stranger.write(service.create_task, TaskInput(title=str(n))) for n in range(10)),
    )
    for person in (owner, stranger):
        tasks = await person.everything()
        assert len(tasks) == (await person.page()).total == 10
        assert len({task.position for task in tasks}) == 10


async def test_an_undo_asked_twice_at_once_happens_once(owner: Owner) -> None:
    task = await owner.add("one")
    change = (await owner.write(service.delete_tasks, [task.id])).change_id
    outcomes: list[Any] = await asyncio.gather(*(owner.undo(change) for _ in range(2)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NothingToUndo", "Undone"]
    assert len(await owner.everything()) == 1
