"""Lists: filters, sorts, pages that stay right while tasks change, search, and what a list costs."""

from contextvars import ContextVar
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from taskora.kit.errors import Invalid
from taskora.storage import Database
from taskora.tasks import service

from .conftest import Owner, Time, new_owner

_RELAXED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


async def test_newest_first_unless_said_otherwise(owner: Owner, time: Time) -> None:
    for title in ("first", "second", "third"):
        await owner.add(title)
        time.advance(minutes=1)
    assert await owner.titles() == ["third", "second", "first"]
    assert await owner.titles(order="asc") == ["first", "second", "third"]


async def test_every_sort_has_its_natural_direction(owner: Owner, time: Time) -> None:
    await owner.add("banana", due="2026-03-05", priority="low", position=3)
    time.advance(minutes=1)
    await owner.add("Éclair", due="2026-03-04T09:00", priority="urgent", position=1)
    time.advance(minutes=1)
    await owner.add("apple", priority="high", position=2)
    assert await owner.titles(sort="due") == ["Éclair", "banana", "apple"]
    assert await owner.titles(sort="due", order="desc") == ["banana", "Éclair", "apple"]
    assert await owner.titles(sort="priority") == ["Éclair", "apple", "banana"]
    assert await owner.titles(sort="title") == ["apple", "banana", "Éclair"]
    assert await owner.titles(sort="manual") == ["Éclair", "apple", "banana"]


async def test_completed_sorts_by_the_moment_of_ticking(owner: Owner, time: Time) -> None:
    one, two, _three = [await owner.add(title) for title in ("one", "two", "three")]
    for task in (two, one):
        time.advance(minutes=5)
        await owner.tick(task.id)
    assert await owner.titles(status="completed", sort="completed") == ["one", "two"]
    assert await owner.titles(sort="completed") == ["one", "two", "three"]


async def test_values_widen_and_parameters_narrow(owner: Owner) -> None:
    await owner.add("a", tags=["home", "calls"], priority="high", project="House")
    await owner.add("b", tags=["work"], priority="high")
    await owner.add("c", tags=["Home"], priority="low", project="Garden")
    await owner.add("d")
    assert sorted(await owner.titles(tags="HOME,work")) == ["a", "b", "c"]
    assert sorted(await owner.titles(tags=["home", "work"], priority="high")) == ["a", "b"]
    assert sorted(await owner.titles(priority=["high", "low"])) == ["a", "b", "c"]
    assert sorted(await owner.titles(project="house,inbox")) == ["a", "b", "d"]
    garden = next(task.project for task in (await owner.page()).items if task.title == "c")
    assert garden is not None
    assert await owner.titles(project=str(garden.id)) == ["c"]
    assert await owner.titles(tags="nobody has this") == []


async def test_names_of_somebody_else_find_nothing(owner: Owner, stranger: Owner) -> None:
    theirs = await stranger.add("secret", tags=["home"], project="House")
    await owner.add("mine", tags=["home"], project="House")
    assert theirs.project is not None
    assert await owner.titles(tags="home", project="house") == ["mine"]
    assert await owner.titles(project=str(theirs.project.id)) == []
    assert await owner.titles(search="secret") == []
    assert (await owner.page()).total == 1


async def test_due_bounds_are_days_of_the_caller_and_inclusive(owner: Owner, time: Time) -> None:
    karachi = owner.living_in("Asia/Karachi")
    await karachi.add("day", due="2026-03-03")
    await karachi.add("late evening", due="2026-03-03T23:30")
    await karachi.add("next morning", due="2026-03-04T00:30")
    await karachi.add("elsewhere", due={"date": "2026-03-03", "time": "20:00", "timezone": "UTC"})  # 01:00 on the 4th
    await karachi.add("never")
    assert sorted(await karachi.titles(due_before="2026-03-03")) == ["day", "late evening"]
    assert sorted(await karachi.titles(due_after="2026-03-04")) == ["elsewhere", "next morning"]
    assert len(await karachi.titles(due_after="2026-03-03", due_before="2026-03-04")) == 4


async def test_overdue_is_after_the_day_ended_where_the_caller_is(owner: Owner, time: Time) -> None:
    honolulu, auckland = owner.living_in("Pacific/Honolulu"), owner.living_in("Pacific/Auckland")
    await honolulu.add("sunday", due="2026-03-01")
    time.set("2026-03-02T08:00:00+00:00")  # still Sunday in Honolulu, Monday in Auckland
    assert await honolulu.titles(overdue=True) == []
    assert await auckland.titles(overdue=True) == ["sunday"]
    time.set("2026-03-02T10:30:00+00:00")
    assert await honolulu.titles(overdue=True) == ["sunday"]
    assert await honolulu.titles(overdue=False) == []


async def test_a_timed_task_is_overdue_after_its_instant_and_a_done_one_never(owner: Owner, time: Time) -> None:
    task = await owner.add("call", due="2026-03-02T09:00")
    await owner.add("someday")
    assert sorted(await owner.titles(overdue=False)) == ["call", "someday"]
    time.set("2026-03-02T09:00:01+00:00")
    assert await owner.titles(overdue=True) == ["call"]
    await owner.tick(task.id)
    assert await owner.titles(overdue=True) == []


async def test_search_ignores_case_accents_and_word_order(owner: Owner) -> None:
    await owner.add("Buy ÉCLAIRS for Zoë")
    await owner.add("ПОЗВОНИТЬ маме")
    await owner.add("100% done", description="under_score and \\ backslash")
    await owner.add("Straße fegen")
    assert await owner.titles(search="zoe eclair") == ["Buy ÉCLAIRS for Zoë"]
    assert await owner.titles(search="позвонить") == ["ПОЗВОНИТЬ маме"]
    assert await owner.titles(search="100%") == ["100% done"]
    assert await owner.titles(search="r_s") == ["100% done"]
    assert await owner.titles(search="\\") == ["100% done"]
    assert await owner.titles(search="STRASSE") == ["Straße fegen"]
    assert await owner.titles(search="%%%") == []


@pytest.mark.parametrize("typo", ["mlik", "milj", "bred", "breadd"])
async def test_search_forgives_a_slip_in_short_words(owner: Owner, typo: str) -> None:
    await owner.add("Buy milk and bread")
    await owner.add("Silk and breath")
    assert await owner.titles(search=typo) == ["Buy milk and bread"]


@pytest.mark.parametrize("typo", ["dentsit", "dentits", "dentit", "denttist", "DENTAST", "appointmnet dentst"])
async def test_search_forgives_small_typos(owner: Owner, typo: str) -> None:
    await owner.add("Dentist appointment")
    await owner.add("Water the plants")
    page = await owner.page(search=typo)
    assert [task.title for task in page.items] == ["Dentist appointment"]
    assert page.total == 1


@pytest.mark.parametrize("words", ["xylophone", "cat", "bark", "planet ocean", "dentistry school exam"])
async def test_search_does_not_invent_matches(owner: Owner, words: str) -> None:
    await owner.add("Dentist appointment")
    await owner.add("Water the plants")
    await owner.add("Park the car")
    assert (await owner.page(search=words)).total == 0


async def test_typo_search_keeps_to_the_filter_and_pages(owner: Owner) -> None:
    for number in range(5):
        await owner.add(f"Groceries {number}", tags=["home"] if number % 2 else [])
    assert sorted(await owner.titles(search="grocreies", tags="home")) == ["Groceries 1", "Groceries 3"]
    seen: list[str] = []
    cursor = None
    while True:
        page = await owner.page(search="grocreies", limit=2, sort="title", cursor=cursor)
        assert page.total == 5
        seen += [task.title for task in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"Groceries {number}" for number in range(5)]


async def test_total_counts_all_matches_on_every_page(owner: Owner) -> None:
    tasks = [await owner.add(f"t{number}", priority="high" if number < 3 else "low") for number in range(7)]
    await owner.tick(tasks[0].id)
    first = await owner.page(limit=2)
    assert (first.total, len(first.items)) == (7, 2)
    assert (await owner.page(limit=2, cursor=first.next_cursor)).total == 7
    assert (await owner.page(status="pending")).total == 6
    assert (await owner.page(status="completed")).total == 1
    narrow = await owner.page(priority="high", limit=1)
    assert narrow.total == 3
    assert (await owner.page(priority="high", limit=1, cursor=narrow.next_cursor)).total == 3


_TASKS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.text("abcÄéz 1", min_size=1).filter(str.strip),
            "priority": st.sampled_from(["low", "medium", "high", "urgent"]),
            "due": st.sampled_from([None, "2026-03-01", "2026-03-02", "2026-03-02T09:00", "2026-03-02T23:00"]),
            "position": st.sampled_from([1.0, 2.0, 2.5]),
            "completed": st.booleans(),
        }
    ),
    max_size=14,
)


@_RELAXED
@given(
    tasks=_TASKS,
    sort=st.sampled_from(["created", "due", "priority", "title", "manual", "completed"]),
    order=st.sampled_from(["asc", "desc", None]),
    status=st.sampled_from(["all", "pending", "completed"]),
    limit=st.integers(1, 5),
)
async def test_pages_give_every_task_exactly_once(
    database: Database, time: Time, tasks: list[dict[str, Any]], sort: str, order: str | None, status: str, limit: int
) -> None:
    owner = await new_owner(database)
    for task in tasks:
        await owner.add(**task)
        time.advance(seconds=len(task["title"]) % 2)  # some share their instant
    query = {"sort": sort, "order": order, "status": status}
    whole = [task.id for task in (await owner.page(**query, limit=200)).items]
    paged: list[int] = []
    cursor = None
    while True:
        page = await owner.page(**query, limit=limit, cursor=cursor)
        paged += [task.id for task in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    wanted = [task for task in await owner.everything() if status == "all" or task.completed == (status == "completed")]
    assert sorted(paged) == sorted(task.id for task in wanted)


async def test_pages_stay_right_while_tasks_come_and_go(owner: Owner, time: Time) -> None:
    tasks = []
    for number in range(10):
        tasks.append(await owner.add(f"t{number}"))
        time.advance(minutes=1)
    first = await owner.page(limit=4)
    await owner.add("new on top")
    await owner.write(_delete, [tasks[8].id, tasks[5].id])
    rest = await owner.page(limit=50, cursor=first.next_cursor)
    assert [task.title for task in first.items] == ["t9", "t8", "t7", "t6"]
    assert [task.title for task in rest.items] == ["t4", "t3", "t2", "t1", "t0"]


async def _delete(session: Any, caller: Any, ids: list[int]) -> Any:
    return await service.delete_tasks(session, caller, ids)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "bnVsbA", "W10", "WzEsMiwzLDRd", "A" * 2000, "W1siYSJdLDEsMSwxXQ", "WyJjcmVhdGVkLSIsIngiLDEsZmFsc2Vd"],
)
async def test_a_cursor_that_is_none_is_refused(owner: Owner, cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        await owner.page(cursor=cursor)
    assert refused.value.details == {"field": "cursor"}


async def test_a_cursor_of_another_sort_is_refused(owner: Owner) -> None:
    for number in range(3):
        await owner.add(f"t{number}")
    cursor = (await owner.page(limit=1)).next_cursor
    for other in ({"sort": "title"}, {"order": "asc"}):
        with pytest.raises(Invalid):
            await owner.page(limit=1, cursor=cursor, **other)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "status=done", "sort=color", "order=up", "priority=top", "due_before=x",
        "due_after=2026-13-01", "overdue=maybe", "search=" + "x" * 201, "search=%00", "tags=%00", "cursor=%00",
    ],
)  # fmt: skip
async def test_a_query_that_makes_no_sense_names_its_parameter(person: Any, query: str) -> None:
    ada = await person("Ada")
    answer = await ada.client.get(f"{ada.path}/tasks?{query}")
    assert answer.status_code == 422
    # A NUL is refused for the whole query, before anybody looks at its parts.
    field = "query" if "%00" in query else query.split("=")[0]
    assert field in answer.json()["error"]["details"]["field"]


async def test_a_list_through_the_api_takes_at_most_six_statements(person: Any, database: Database) -> None:
    ada = await person("Ada")
    for number in range(30):
        body = {"title": f"t{number}", "tags": ["a", "b"], "project": "P", "reminders": [{"offset_minutes": 5}]}
        await ada.client.post(f"{ada.path}/tasks", json=body | {"due": "2030-01-01"})
    statements: list[str] = []
    is_mine: ContextVar[bool] = ContextVar("is_mine", default=False)  # background work runs in other contexts

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if is_mine.get():
            statements.append(sql)

    for engine in {database.engine, database._reader} if database.is_sqlite else {database.engine}:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    is_mine.set(True)
    answer = await ada.client.get(f"{ada.path}/tasks?limit=20&sort=due&status=pending")
    assert len(answer.json()["items"]) == 20
    assert 1 <= len(statements) <= 6, statements
