"""What we export we read back: every field of every task, through JSON and through CSV."""

import json
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskora.tasks.schemas import Priority, TaskOut
from taskora.transfer.errors import FileUnreadable
from taskora.transfer.formats.own import TASK_COLUMNS, task_cells
from taskora.transfer.formats.reading import parse
from taskora.transfer.portable import PortableTask, Reader
from taskora.transfer.tables import write_row

READER = Reader(now=datetime(2026, 3, 4, 10, 0, tzinfo=UTC), timezone="Asia/Karachi", locale="en-US")

_visible = st.characters(exclude_categories=["C", "Z", "M"])
_line = st.text(_visible | st.sampled_from(" ,;'\"=+-@[]\\"), min_size=1, max_size=60).map(str.strip).filter(bool)
_block = st.text(_visible | st.sampled_from(" \n\t,'\"=+-@"), max_size=120).map(str.strip)
_name = _line.filter(lambda text: any(character.isalnum() for character in text))
_tag = _name.map(lambda text: text.replace(",", "").strip()[:50]).filter(lambda text: any(c.isalnum() for c in text))
_instant = st.datetimes(datetime(2000, 1, 1), datetime(2026, 3, 4), timezones=st.just(UTC))
_due = st.none() | st.builds(
    lambda day, clock, zone: {"date": day, "time": clock, "timezone": zone if clock else None},
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.none() | st.times().map(lambda value: time(value.hour, value.minute)),
    st.sampled_from(["Asia/Karachi", "Europe/Berlin", "America/New_York"]),
)
_rule = st.none() | st.builds(
    lambda rrule, days, start: {"rrule": rrule, "exdates": sorted(set(days)), "from": start},
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4"]),
    st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=3),
    st.sampled_from(["due", "done"]),
)
_reminder = st.builds(lambda minutes: {"offset_minutes": minutes}, st.integers(0, 5000)) | st.builds(
    lambda at: {"at": at}, _instant
)
tasks = st.builds(
    TaskOut,
    id=st.integers(1, 2**40),
    title=_name.map(lambda text: text[:200]),
    description=_block,
    completed=st.booleans(),
    completed_at=st.none() | _instant,
    priority=st.sampled_from(Priority),
    tags=st.lists(_tag, max_size=4, unique_by=str.casefold),
    project=st.none() | st.builds(lambda name: {"id": 7, "name": name}, _name),
    due=_due,
    recurrence=_rule,
    reminders=st.lists(_reminder, max_size=3),
    steps=st.lists(st.builds(lambda t, c: {"id": 1, "title": t, "completed": c}, _name, st.booleans()), max_size=4),
    position=st.floats(-1e6, 1e6),
    parent_task_id=st.none() | st.integers(1, 2**40),
    created_at=_instant,
    updated_at=_instant,
)


def plain(task: TaskOut) -> PortableTask:
    return PortableTask.model_validate(task.model_dump(mode="json", by_alias=True))


@given(st.lists(tasks, min_size=1, max_size=3))
def test_csv_keeps_every_field(written: list[TaskOut]) -> None:
    rows = [
        write_row(TASK_COLUMNS),
        *(write_row(task_cells(t.model_dump(mode="json", by_alias=True))) for t in written),
    ]
    parsed = parse(("\ufeff" + "".join(rows)).encode(), "tasks.csv", "auto", READER)
    assert parsed.problems == []
    assert parsed.kind == "taskora"
    assert [draft.task for draft in parsed.drafts] == [plain(task) for task in written]


@given(st.lists(tasks, min_size=1, max_size=3))
def test_json_keeps_every_field(written: list[TaskOut]) -> None:
    document = {"format": "taskora", "version": 1, "tasks": [t.model_dump(mode="json", by_alias=True) for t in written]}
    parsed = parse(json.dumps(document).encode(), "taskora.json", "auto", READER)
    assert parsed.problems == []
    assert [draft.task for draft in parsed.drafts] == [plain(task) for task in written]


def test_a_spreadsheet_may_drop_and_move_columns(read) -> None:
    text = (
        "created_at;title;due_date;due_timezone;recurrence_from;parent_task_id;completed\n;'=1+1;2026-03-05;;;;TRUE\n"
    )
    result = read(text)
    assert result.parsed.kind == "taskora"
    assert (result.task.title, result.task.completed, result.task.due.date) == ("=1+1", True, date(2026, 3, 5))


def test_unknown_fields_of_a_newer_export_are_ignored_but_a_newer_version_is_refused(read) -> None:
    assert read('{"tasks": [{"title": "A", "mood": "good"}]}', "x.json").task.title == "A"
    with pytest.raises(FileUnreadable, match="newer"):
        read('{"format": "taskora", "version": 2, "tasks": []}', "x.json")


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"format": "other", "tasks": []}', "[" * 5000, '{"tasks": {}}', '{"tasks": [1e400]}']
)
def test_json_that_is_no_export_is_refused_or_told(read, text: str) -> None:
    try:
        result = read(text, "x.json")
    except FileUnreadable:
        return
    assert result.tasks == []
    assert result.problems


def test_a_bad_task_is_told_with_its_place(read) -> None:
    result = read('[{"title": "A"}, {"title": ""}, {"title": "B", "priority": "purple"}, 5]', "x.json")
    assert [task.title for task in result.tasks] == ["A"]
    assert [line for line, _, _ in result.problems] == [2, 3, 4]


def test_ids_of_others_mean_nothing(read) -> None:
    result = read('[{"title": "A", "user_id": "somebody", "project": {"id": 99, "name": "Home"}}]', "x.json")
    assert result.task.project == "Home"
    assert "user_id" not in result.task.model_dump()
