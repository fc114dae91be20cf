"""Counts, statistics, activity and the reading of a line."""

from typing import Any

import pytest

from taskora.tasks import overview, service

from .conftest import Owner, Time


async def test_counts_of_every_view(owner: Owner, time: Time) -> None:
    await owner.add("overdue", due="2026-03-01")
    await owner.add("today", due="2026-03-02", project="House", tags=["home", "calls"])
    await owner.add("in two weeks", due="2026-03-15", tags=["home"])
    await owner.add("in fifteen days", due="2026-03-16")
    await owner.add("someday")
    done = await owner.add("done", due="2026-03-02", project="House", tags=["home"])
    await owner.tick(done.id)
    counts = await owner.read(overview.counts)
    assert (counts.inbox, counts.today, counts.overdue, counts.upcoming) == (4, 2, 1, 2)
    assert (counts.all, counts.completed) == (5, 1)
    assert list(counts.projects.values()) == [1]
    assert sorted(counts.tags.values()) == [1, 2]


async def test_counts_follow_every_kind_of_change(owner: Owner, time: Time) -> None:
    ids = [(await owner.add(str(number))).id for number in range(4)]
    await owner.tick(ids[0])
    await owner.write(service.delete_tasks, ids[:2])
    await owner.undo()
    await owner.change(ids[1], completed=True)
    counts = await owner.read(overview.counts)
    assert (counts.all, counts.completed) == (2, 2)


async def test_completed_per_day_and_streak(owner: Owner, time: Time) -> None:
    karachi = owner.living_in("Asia/Karachi")
    for moment in ("2026-02-26T12:00", "2026-02-28T20:00", "2026-03-01T18:59", "2026-03-01T19:01"):
        task = await karachi.add("x")
        time.set(f"{moment}:00+00:00")
        await karachi.tick(task.id)
    time.set("2026-03-02T08:00:00+00:00")
    stats = await karachi.read(overview.stats)
    assert len(stats.days) == overview.STATS_DAYS
    per_day = {str(day.date): day.completed for day in stats.days if day.completed}
    assert per_day == {"2026-02-26": 1, "2026-03-01": 2, "2026-03-02": 1}
    assert (stats.streak, stats.completed_today, stats.completed_total) == (2, 1, 4)
    time.set("2026-03-03T08:00:00+00:00")
    assert (await karachi.read(overview.stats)).streak == 2  # today has only begun
    time.set("2026-03-04T08:00:00+00:00")
    assert (await karachi.read(overview.stats)).streak == 0


async def test_a_streak_may_reach_further_back_than_the_chart(owner: Owner, time: Time) -> None:
    time.set("2026-01-01T12:00:00+00:00")
    for _ in range(100):
        await owner.add("x", completed=True)
        time.advance(days=1)
    assert (await owner.read(overview.stats)).streak == 100


async def test_activity_tells_what_happened_in_words(owner: Owner, time: Time) -> None:
    task = await owner.add("Pay rent", due="2026-03-02", recurrence="FREQ=DAILY", tags=["home"])
    await owner.change(task.id, priority="high", due="2026-03-03")
    await owner.tick(task.id)
    await owner.tick(task.id)
    await owner.write(service.delete_tasks, [task.id])
    page = await owner.read(overview.activity, 50, None)
    assert [item.text for item in reversed(page.items)] == [
        "Added the tag “home”",
        "Added “Pay rent”",
        "Changed the due date and priority of “Pay rent”",
        "Completed “Pay rent”",
        "Planned the next “Pay rent”",
        "Reopened “Pay rent”",
        "Deleted “Pay rent”",
        "Deleted “Pay rent”",
    ]
    assert all(item.change_id for item in page.items)


async def test_activity_comes_in_pages_and_is_ones_own(owner: Owner, stranger: Owner) -> None:
    for number in range(5):
        await owner.add(str(number))
    await stranger.add("secret")
    seen = []
    cursor = None
    while True:
        page = await owner.read(overview.activity, 2, cursor)
        assert page.total == 5
        seen += [item.text for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"Added “{number}”" for number in (4, 3, 2, 1, 0)]


async def test_a_line_is_read_with_the_names_that_the_person_uses(person: Any) -> None:
    ada = await person("Ada", timezone="Asia/Karachi")
    await ada.client.post(f"{ada.path}/projects", json={"name": "House"})
    body = {"text": "Buy milk tomorrow #House p1", "now": "2026-03-02T20:00:00Z"}
    answer = await ada.client.post(f"{ada.path}/parse", json=body)
    assert answer.status_code == 200
    reading = answer.json()
    assert reading["title"] == "Buy milk"
    assert (reading["project"], reading["priority"]) == ("House", 1)
    assert reading["due"] == {"date": "2026-03-04", "time": None, "timezone": "Asia/Karachi"}
    assert (await ada.client.get(f"{ada.path}/tasks")).json()["total"] == 0
    ignored = await ada.client.post(f"{ada.path}/parse", json=body | {"ignored": [[9, 17]]})
    assert ignored.json()["due"] is None
    assert "tomorrow" in ignored.json()["title"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "x" * 1001},
        {"text": "a\x00b"},
        {"text": "x", "now": "yesterday"},
        {"text": "x", "now": 5},
        {"text": "x", "timezone": "Mars/Olympus"},
        {"text": "x", "locale": "klingon!"},
        {"text": "x", "ignored": [[1]]},
        {"text": "x", "ignored": [[-1, 2]]},
        {"text": "x", "user_id": "somebody"},
    ],
)
async def test_a_line_that_can_not_be_read(person: Any, body: dict[str, Any]) -> None:
    ada = await person("Ada")
    assert (await ada.client.post(f"{ada.path}/parse", json=body)).status_code == 422
