"""Repeating tasks: what completing creates, what reopening takes away, and the wall clock over daylight saving."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskora.storage import Database
from taskora.tasks import service
from taskora.tasks.due import stored
from taskora.tasks.errors import RecurrenceInvalid

from .conftest import Owner, Time, new_owner


async def test_completing_creates_the_next_one_with_everything_on_it(owner: Owner, time: Time) -> None:
    task = await owner.add(
        "Pay rent",
        description="To the landlord",
        due="2026-03-31",
        recurrence="FREQ=MONTHLY",
        priority="urgent",
        tags=["money", "home"],
        project="House",
        reminders=[{"offset_minutes": 60}, {"at": "2026-03-30T10:00:00Z"}],
        steps=[{"title": "Ask", "completed": True}],
    )
    outcome = await owner.tick(task.id)
    done, following = outcome.task, outcome.next
    assert done.completed
    assert done.completed_at == time.instant
    assert not following.completed
    assert following.parent_task_id == task.id
    assert (following.due.date, following.due.time) == (date(2026, 4, 30), None)
    for name in ("title", "description", "priority", "tags", "project", "position"):
        assert getattr(following, name) == getattr(task, name)
    assert [step.model_dump() for step in following.steps] == [{"id": 1, "title": "Ask", "completed": False}]
    assert [reminder.model_dump() for reminder in following.reminders] == [{"offset_minutes": 60}]
    assert (await owner.page(status="pending")).total == 1


async def test_the_31st_rolls_to_the_end_of_the_month_and_comes_back(owner: Owner, time: Time) -> None:
    task = await owner.add("Rent", due="2027-01-31", recurrence="FREQ=MONTHLY")
    days = []
    for _ in range(4):
        task = (await owner.tick(task.id)).next
        days.append(task.due.date.isoformat())
    assert days == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]


async def test_nine_in_the_morning_stays_nine_over_daylight_saving(owner: Owner, time: Time) -> None:
    task = await owner.add(
        "Stand-up", due={"date": "2026-03-28", "time": "09:00", "timezone": "Europe/Berlin"}, recurrence="FREQ=DAILY"
    )
    following = (await owner.tick(task.id)).next
    assert following.due.model_dump(mode="json") == {
        "date": "2026-03-29",
        "time": "09:00",
        "timezone": "Europe/Berlin",
    }
    time.set("2026-03-29T07:00:01+00:00")  # 09:00:01 summer time; an hour earlier it wasn't
    assert await owner.titles(overdue=True) == ["Stand-up"]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    day=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    clock=st.times().map(lambda value: value.replace(microsecond=0)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Karachi", "Australia/Lord_Howe"]),
)
def test_the_stored_instant_is_the_wall_clock_in_its_zone(day: date, clock: Any, zone: str) -> None:
    due = stored(day, clock, zone, "UTC")
    assert due.at is not None
    local = due.at.astimezone(ZoneInfo(zone))
    skipped = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
    assert (local.date(), local.time()) == (skipped.date(), skipped.time())
    assert abs(local.replace(tzinfo=None) - datetime.combine(day, clock)) <= timedelta(hours=1)


async def test_missed_occurrences_are_skipped_but_not_todays(owner: Owner, time: Time) -> None:
    daily = await owner.add("Daily", due="2026-02-20", recurrence="FREQ=DAILY")
    assert (await owner.tick(daily.id)).next.due.date == date(2026, 3, 2)
    past = await owner.add("Morning", due="2026-02-20T07:00", recurrence="FREQ=DAILY")
    assert (await owner.tick(past.id)).next.due.date == date(2026, 3, 3)
    ahead = await owner.add("Evening", due="2026-02-20T20:00", recurrence="FREQ=DAILY")
    assert (await owner.tick(ahead.id)).next.due.date == date(2026, 3, 2)


async def test_early_completion_moves_on_from_the_due_date(owner: Owner, time: Time) -> None:
    task = await owner.add("Weekly", due="2026-03-06", recurrence="FREQ=WEEKLY")
    assert (await owner.tick(task.id)).next.due.date == date(2026, 3, 13)


async def test_from_completion_counts_from_the_day_it_was_done(owner: Owner, time: Time) -> None:
    rule = {"rrule": "FREQ=DAILY;INTERVAL=10", "from": "done"}
    task = await owner.add("Water", due="2026-02-01T18:00", recurrence=rule)
    due = (await owner.tick(task.id)).next.due
    assert (due.date, due.time.hour) == (date(2026, 3, 12), 18)


async def test_a_series_ends_with_its_count_or_its_last_day(owner: Owner, time: Time) -> None:
    task = await owner.add("Thrice", due="2026-03-02", recurrence="FREQ=DAILY;COUNT=3")
    made = 0
    while task is not None:
        task = (await owner.tick(task.id)).next
        made += task is not None
    assert made == 2
    last = await owner.add("Until", due="2026-03-02", recurrence="FREQ=WEEKLY;UNTIL=20260310")
    following = (await owner.tick(last.id)).next
    assert following.due.date == date(2026, 3, 9)
    assert (await owner.tick(following.id)).next is None


async def test_days_left_out_are_skipped(owner: Owner, time: Time) -> None:
    rule = {"rrule": "FREQ=DAILY", "exdates": ["2026-03-03", "2026-03-04"]}
    task = await owner.add("Run", due="2026-03-02", recurrence=rule)
    assert (await owner.tick(task.id)).next.due.date == date(2026, 3, 5)


async def test_a_rule_without_a_day_starts_on_its_first_one(owner: Owner, time: Time) -> None:
    task = await owner.add("Bins", recurrence="FREQ=WEEKLY;BYDAY=TH")
    assert task.due is not None
    assert task.due.date == date(2026, 3, 5)


async def test_without_a_day_nothing_repeats(owner: Owner, time: Time) -> None:
    task = await owner.add("Bins", due="2026-03-05", recurrence="FREQ=WEEKLY")
    assert (await owner.change(task.id, due=None)).recurrence is None


async def test_rescheduling_keeps_the_rule(owner: Owner, time: Time) -> None:
    task = await owner.add("Bins", due="2026-03-05", recurrence="FREQ=WEEKLY")
    moved = await owner.change(task.id, due="2026-03-06")
    assert moved.recurrence == task.recurrence


async def test_a_rule_nobody_understands_is_refused(owner: Owner) -> None:
    for text in ("FREQ=SECONDLY", "FREQ=DAILY;COUNT=0", "whenever I feel like it"):
        with pytest.raises(RecurrenceInvalid):
            await owner.add("x", recurrence=text)


async def test_reopening_takes_an_untouched_next_one_away(owner: Owner, time: Time) -> None:
    task = await owner.add("Daily", due="2026-03-02", recurrence="FREQ=DAILY", tags=["a"])
    await owner.tick(task.id)
    await owner.tick(task.id)
    assert [t.id for t in await owner.everything()] == [task.id]
    again = await owner.tick(task.id)
    assert again.next is not None
    assert len(await owner.everything()) == 2


async def test_reopening_keeps_a_next_one_that_was_touched_and_makes_no_second(owner: Owner, time: Time) -> None:
    task = await owner.add("Daily", due="2026-03-02", recurrence="FREQ=DAILY")
    following = (await owner.tick(task.id)).next
    await owner.change(following.id, title="Daily, with care")
    await owner.tick(task.id)
    assert len(await owner.everything()) == 2
    assert (await owner.tick(task.id)).next is None
    assert len(await owner.everything()) == 2


async def test_completing_what_is_complete_changes_nothing(owner: Owner, time: Time) -> None:
    task = await owner.add("Daily", due="2026-03-02", recurrence="FREQ=DAILY")
    first = await owner.write(service.set_completed, [task.id], True)
    second = await owner.write(service.set_completed, [task.id], True)
    assert first.change_id is not None
    assert (second.change_id, second.next) == (None, None)
    assert len(await owner.everything()) == 2


async def test_completion_through_patch_and_bulk_creates_the_next_one_too(owner: Owner, time: Time) -> None:
    one = await owner.add("One", due="2026-03-02", recurrence="FREQ=DAILY")
    two = await owner.add("Two", due="2026-03-02", recurrence="FREQ=DAILY")
    await owner.change(one.id, completed=True)
    outcome = await owner.write(service.set_completed, [two.id], True)
    assert [task.title for task in outcome.created_next] == ["Two"]
    assert sorted(await owner.titles(status="pending")) == ["One", "Two"]


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=2FR", "FREQ=YEARLY"]),
    start=st.dates(date(2026, 3, 2), date(2030, 1, 1)),
)
async def test_a_series_only_moves_forward(database: Database, time: Time, rule: str, start: date) -> None:
    owner = await new_owner(database)
    task = await owner.add("Series", due=start.isoformat(), recurrence=rule)
    for _ in range(3):
        following = (await owner.tick(task.id)).next
        assert following.due.date > task.due.date  # type: ignore[union-attr]
        task = following
