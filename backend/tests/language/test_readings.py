"""What lines mean: several hundred examples with every field, and as many that must stay literal.

`readings.jsonl` and `literal.jsonl` hold {text, locale?, expect}; a field that `expect` doesn't name must be empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskora.language import Reading, Reminder, When, ZoneError, read

HERE = Path(__file__).parent


def examples(name: str) -> list[Any]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [pytest.param(row, id=row["text"][:60]) for row in rows]


def said(reading: Reading) -> dict[str, Any]:
    """The fields that hold something, days as text."""
    shown = reading.as_json()
    fields: dict[str, Any] = {"title": shown["title"]}
    for name in ("due", "start", "deadline"):
        if shown[name]:
            fields[name] = " ".join(part for part in (shown[name]["date"], shown[name]["time"]) if part)
    for name in ("duration_minutes", "rrule", "exdates", "priority", "tags", "project", "reminders"):
        if shown[name]:
            fields[name] = shown[name]
    if shown["recur_from"] != "due":
        fields["recur_from"] = shown["recur_from"]
    return fields


@pytest.mark.parametrize("row", examples("readings.jsonl"))
def test_a_line_means(row: dict[str, Any], reading: Callable[..., Reading]) -> None:
    assert said(reading(row["text"], locale=row.get("locale", "en-US"))) == row["expect"]


@pytest.mark.parametrize("row", examples("literal.jsonl"))
def test_a_line_stays_literal(row: dict[str, Any], reading: Callable[..., Reading]) -> None:
    found = reading(row["text"])
    assert said(found) == {"title": row["text"]}
    assert found.spans == ()


def test_the_json_object_has_exactly_the_fields_of_the_contract(reading: Callable[..., Reading]) -> None:
    shown = reading("Pay rent every month on the 1st at 9am #Home p1").as_json()
    assert shown == {
        "title": "Pay rent",
        "due": {"date": "2026-12-01", "time": "09:00", "timezone": "Asia/Karachi"},
        "start": None,
        "deadline": None,
        "duration_minutes": None,
        "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
        "exdates": [],
        "recur_from": "due",
        "priority": 1,
        "tags": [],
        "project": "Home",
        "reminders": [],
        "spans": [
            {"start": 9, "end": 38, "kind": "recurrence", "text": "every month on the 1st at 9am"},
            {"start": 39, "end": 44, "kind": "project", "text": "#Home"},
            {"start": 45, "end": 47, "kind": "priority", "text": "p1"},
        ],
        "alternatives": [],
    }


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en-US", date(2027, 6, 8)), ("en-GB", date(2027, 8, 6)), ("en-PK", date(2027, 8, 6)), ("de", date(2027, 8, 6))],
)
def test_the_locale_orders_a_numeric_date_and_offers_the_other(
    locale: str, expected: date, reading: Callable[..., Reading]
) -> None:
    found = reading("dentist 6/8", locale=locale)
    assert found.due == When(expected, None, "Asia/Karachi")
    assert {item.value["date"] for item in found.alternatives} == {"2027-06-08", "2027-08-06"} - {expected.isoformat()}


def test_iso_dates_have_one_order_everywhere(reading: Callable[..., Reading]) -> None:
    assert {reading("dentist 2027-06-08", locale=tag).due for tag in ("en-US", "en-GB")} == {
        When(date(2027, 6, 8), None, "Asia/Karachi")
    }


@pytest.mark.parametrize(
    "text", ["dentist 31/02", "dentist 2027-13-01", "dentist feb 30", "dentist 32 june", "call 25:00"]
)
def test_an_impossible_date_is_no_date(text: str, reading: Callable[..., Reading]) -> None:
    assert reading(text).due is None
    assert reading(text).title == text


def test_next_weekday_is_the_following_weeks_and_offers_the_nearer() -> None:
    tuesday = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Karachi"))
    found = read("dentist next friday", now=tuesday, timezone="Asia/Karachi")
    assert found.due == When(date(2026, 12, 4), None, "Asia/Karachi")
    assert [item.value["date"] for item in found.alternatives] == ["2026-11-27"]


def test_now_is_taken_into_the_persons_zone() -> None:
    late = datetime(2026, 11, 21, 22, 0, tzinfo=ZoneInfo("UTC"))
    assert read("call tomorrow", now=late, timezone="Asia/Karachi").due == When(
        date(2026, 11, 23), None, "Asia/Karachi"
    )


def test_a_known_project_may_have_spaces_and_keeps_its_own_spelling(reading: Callable[..., Reading]) -> None:
    found = reading("fix door #home office tomorrow", projects=["Home", "Home Office"], tags=["Garden"])
    assert (found.project, found.title) == ("Home Office", "fix door")
    assert reading("weed @garden", tags=["Garden"]).tags == ("Garden",)
    assert reading("fix #homework", projects=["Home"]).project == "homework"


def test_a_dismissed_chip_stays_literal(reading: Callable[..., Reading]) -> None:
    text = "call mom tomorrow 5pm p1"
    found = reading(text, ignored=[(9, 17)])
    assert found.title == "call mom tomorrow"
    assert found.due is not None
    assert (found.due.time, found.priority) == (time(17), 1)
    assert reading(text, ignored=[(0, len(text))]).title == text


def test_a_reminder_at_a_time_is_on_the_due_day(reading: Callable[..., Reading]) -> None:
    found = reading("call bob tomorrow at 5pm remind me at 8am")
    assert found.reminders == (Reminder(at=datetime(2026, 11, 22, 8, tzinfo=ZoneInfo("Asia/Karachi"))),)


def test_an_unknown_zone_is_refused_with_a_sentence() -> None:
    with pytest.raises(ZoneError, match="not a time zone"):
        read("call", now=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")), timezone="Mars/Base")


def test_hours_move_past_a_daylight_saving_change_on_the_clock() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert read("call tomorrow 9am", now=before, timezone="Europe/Berlin").due == When(
        date(2026, 10, 25), time(9), "Europe/Berlin"
    )
