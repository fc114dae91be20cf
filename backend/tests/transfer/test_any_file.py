"""Whatever is uploaded: it is read, or refused with a typed error; nothing else can happen."""

import csv
import io
import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from taskora.accounts.caller import Caller
from taskora.transfer.errors import FileTooLarge, FileUnreadable
from taskora.transfer.formats.generic import SYNONYMS
from taskora.transfer.formats.own import TASK_COLUMNS
from taskora.transfer.formats.reading import parse
from taskora.transfer.planning import settle
from taskora.transfer.portable import Reader

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
READER = Reader(now=NOW, timezone="Asia/Karachi", locale="en-US")
CALLER = Caller("somebody", timezone="Asia/Karachi")

HEADERS = [
    [
        "TYPE",
        "CONTENT",
        "DESCRIPTION",
        "PRIORITY",
        "INDENT",
        "RESPONSIBLE",
        "DATE",
        "DATE_LANG",
        "TIMEZONE",
        "DEADLINE",
    ],
    list(TASK_COLUMNS),
    [names[0] for names in SYNONYMS.values()],
]
WORDS = [
    "task", "section", "note", "1", "2", "9", "-1", "1e400", "nan", "NaN", "true", "TRUE", "tomorrow",
    "every day", "every 0 days",
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:", "2026-02-30", "0001-01-01",
    "9999-12-31T23:59:59-14:00", "1900-01-01T00:00:00+14:00", "2026-03-29T02:30", "Europe/Berlin",
    "../etc/passwd", "Mars/Base",
    "10 min before", "999999 min before", "[x] done", "[ ]", "@a @b", "@", "'=1", "=1+1",
    "\u202e", "\ud7ff", "\u0085", "🎉", "a" * 300,
]  # fmt: skip
cells = st.sampled_from(WORDS) | st.text(max_size=20)


def read(data: bytes, name: str) -> None:
    try:
        parsed = parse(data, name, "auto", READER)
    except (FileUnreadable, FileTooLarge):
        return
    for item in settle(parsed, CALLER, NOW):
        assert item.columns["title"]
        assert item.columns["created_at"] <= NOW
    for problem in parsed.problems:
        assert problem.reason.endswith(".")


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.json", "x.zip", "x", ""]))
def test_any_bytes(data: bytes, name: str) -> None:
    read(data, name)
    read(b"PK\x03\x04" + data, name)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(HEADERS), st.lists(st.lists(cells, max_size=24), max_size=5), st.sampled_from(",;\t"))
def test_any_table(header: list[str], rows: list[list[str]], delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([header, *rows])
    read(buffer.getvalue().encode(errors="replace"), "x.csv")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | cells,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WORDS, "name", "id", "rrule"]), inner)
    ),
    max_leaves=6,
)
fields = (
    "id", "title", "description", "completed", "completed_at", "priority", "tags", "project", "due", "recurrence",
    "reminders", "steps", "position", "parent_task_id", "created_at", "updated_at",
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.dictionaries(st.sampled_from(fields), values), max_size=3), values, values)
def test_any_document(tasks: list[dict[str, object]], projects: object, filters: object) -> None:
    document = {"tasks": [{"title": "T", **task} for task in tasks], "projects": projects, "filters": filters}
    read(json.dumps(document).encode(), "x.json")
