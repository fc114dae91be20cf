"""The periods of list questions, lists of things, and the command line."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner

from taskora.cli.parse import parse
from taskora.language import read_when, split_items

ZONE = "Asia/Karachi"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("what's due today?", "2026-11-21", "2026-11-21"),
        ("tasks for tomorow", "2026-11-22", "2026-11-22"),
        ("show next week", "2026-11-22", "2026-11-28"),
        ("what's due next month", "2026-12-01", "2026-12-31"),
        ("next 3 days", "2026-11-21", "2026-11-24"),
        ("in june", "2027-06-01", "2027-06-30"),
        ("in november", "2026-11-01", "2026-11-30"),
        ("what did I finish yesterday", "2026-11-20", "2026-11-20"),
        ("done 3 days ago", "2026-11-18", "2026-11-18"),
        ("what do I have this weekend", "2026-11-21", "2026-11-22"),
        ("overdue", None, "2026-11-20"),
        ("before friday", None, "2026-11-26"),
        ("after 1 december", "2026-12-02", None),
        ("from monday to friday", "2026-11-23", "2026-11-27"),
        ("what is on december 25th", "2026-12-25", "2026-12-25"),
    ],
)
def test_a_question_names_a_period(question: str, start: str | None, end: str | None) -> None:
    found = read_when(question, now=NOW, timezone=ZONE)
    assert found is not None
    assert (found.start and found.start.isoformat(), found.end and found.end.isoformat()) == (start, end)
    assert found.overdue is (question == "overdue")


@pytest.mark.parametrize(
    ("locale", "start"), [("en-US", "2026-11-15"), ("en-GB", "2026-11-16"), ("ar-AE", "2026-11-21")]
)
def test_this_week_begins_where_the_locale_says(locale: str, start: str) -> None:
    found = read_when("what's due this week?", now=NOW, timezone=ZONE, locale=locale)
    assert found is not None
    assert found.start is not None
    assert found.start.isoformat() == start


@pytest.mark.parametrize("question", ["show my tasks", "may I see everything?", "list urgent ones", ""])
def test_a_question_without_a_time_has_no_period(question: str) -> None:
    assert read_when(question, now=NOW, timezone=ZONE) is None


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("milk, eggs and bread", ["milk", "eggs", "bread"]),
        ("milk, eggs, and bread", ["milk", "eggs", "bread"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("mac and cheese", ["mac and cheese"]),
        ("buy mac and cheese", ["buy mac and cheese"]),
        ("call mom and ask about the party", ["call mom and ask about the party"]),
        ("call mom, mac and cheese, pay 1,000 rent", ["call mom", "mac and cheese", "pay 1,000 rent"]),
        ("call mom; pay rent\nbuy milk", ["call mom", "pay rent", "buy milk"]),
        ("- call mom\n- pay rent\n3. buy milk", ["call mom", "pay rent", "buy milk"]),
        ('read "Eats, Shoots and Leaves", milk', ['read "Eats, Shoots and Leaves"', "milk"]),
        ("buy milk", ["buy milk"]),
        ("  ", []),
    ],
)
def test_a_list_comes_apart(text: str, items: list[str]) -> None:
    assert split_items(text) == items


app = typer.Typer()
app.command("parse")(parse)
runner = CliRunner()
CLOCK = ["--now", "2026-11-21T10:00", "--tz", ZONE]


def test_json_prints_one_object() -> None:
    done = runner.invoke(app, ["--json", *CLOCK, "Pay rent every month on the 1st at 9am #Home p1"])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["title"], answer["rrule"], answer["due"]["time"]) == (
        "Pay rent",
        "FREQ=MONTHLY;BYMONTHDAY=1",
        "09:00",
    )


def test_people_get_a_table() -> None:
    done = runner.invoke(app, [*CLOCK, "Pay", "rent", "every", "month", "on", "the", "1st", "p1"])
    assert done.exit_code == 0
    assert "every month on the 1st" in done.stdout
    assert "2026-12-01" in done.stdout


def test_text_is_read_from_standard_input() -> None:
    done = runner.invoke(app, ["--json", *CLOCK], input="dentist 6/8\n")
    assert json.loads(done.stdout)["due"]["date"] == "2027-06-08"


def test_jsonl_answers_every_line_and_goes_on_after_a_bad_one() -> None:
    lines = [
        {"text": "dentist 6/8", "now": "2026-11-21T10:00:00+05:00", "timezone": ZONE, "locale": "en-GB"},
        {"text": "call tomorrow", "timezone": "Mars/Base"},
        {"text": 3},
        {"text": "lone \ud800 surrogate p1"},
    ]
    given = "\n".join(
        [json.dumps(line) for line in lines[:2]] + ["not json"] + [json.dumps(line) for line in lines[2:]]
    )
    done = runner.invoke(app, ["--jsonl", *CLOCK], input=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [("error" in answer) for answer in answers] == [False, True, True, True, False]
    assert answers[0]["due"]["date"] == "2027-08-06"
    assert answers[4]["priority"] == 1


def test_jsonl_with_good_lines_ends_well() -> None:
    done = runner.invoke(app, ["--jsonl", *CLOCK], input='{"text": "call mom"}\n\n{"text": ""}\n')
    assert done.exit_code == 0
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == ["call mom", ""]


@pytest.mark.parametrize("options", [["--tz", "Mars/Base"], ["--now", "soon"]])
def test_a_bad_option_says_what_to_write(options: list[str]) -> None:
    done = runner.invoke(app, [*options, "call mom"])
    assert done.exit_code == 2
    assert "taskora parse:" in done.stderr
