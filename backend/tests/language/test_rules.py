"""Repeat rules: what can be stored, how it is said in English, and when it falls due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from taskora.language import (
    LanguageError,
    RuleError,
    advance,
    anchored_rrule,
    describe,
    next_occurrence,
    normalise_rrule,
    read,
    read_recurrence,
)
from taskora.language.occurrences import occurrences
from taskora.language.rules import parse_rule

ZONE = "Asia/Karachi"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo(ZONE))
# Most rule texts can't be stored; drawing and dropping them is the point.
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Any rule text that might be stored; those that can't be are filtered out by the caller."""
    parts = ["FREQ=" + draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))]

    def maybe(name: str, values: st.SearchStrategy[str]) -> None:
        if draw(st.integers(0, 2)) == 0:
            parts.append(f"{name}={draw(values)}")

    def many(items: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
        return st.lists(items, min_size=1, max_size=4).map(lambda found: ",".join(str(item) for item in found))

    numbered = st.sampled_from(["", "", "1", "2", "5", "-1", "-2"])
    maybe("INTERVAL", st.integers(1, 40).map(str))
    maybe("BYMONTH", many(st.integers(1, 12)))
    maybe("BYMONTHDAY", many(st.integers(-31, 31).filter(bool)))
    maybe("BYDAY", many(st.builds(lambda number, day: number + day, numbered, st.sampled_from(DAYS))))
    maybe("BYHOUR", many(st.integers(0, 23)))
    maybe("BYSETPOS", many(st.sampled_from([1, 2, 3, -1, -2])))
    maybe("WKST", st.sampled_from(DAYS))
    maybe("COUNT", st.integers(1, 99).map(str))
    maybe("UNTIL", st.dates(date(2020, 1, 1), date(2090, 1, 1)).map(lambda day: f"{day:%Y%m%d}"))
    return ";".join(parts)


def stored(text: str) -> str:
    try:
        return normalise_rrule(text)
    except RuleError:
        assume(False)
        raise


@MANY
@given(
    rules(),
    st.sampled_from(["due", "done"]),
    st.lists(st.dates(date(2027, 1, 1), date(2030, 1, 1)), max_size=3, unique=True),
)
def test_the_english_of_a_rule_reads_back_to_it(text: str, recur_from: str, left_out: list[date]) -> None:
    rule, exdates = stored(text), tuple(sorted(left_out))
    english = describe(rule, recur_from, exdates)
    found = read_recurrence(english, now=NOW, timezone=ZONE)
    assert found is not None, english
    assert (found.rrule, found.recur_from, found.exdates) == (rule, recur_from, exdates)
    line = read("x " + english, now=NOW, timezone=ZONE)
    assert line.title == "x"
    assert line.due is not None
    assert line.rrule == anchored_rrule(rule, line.due.date)


@MANY
@given(rules())
def test_normalising_twice_changes_nothing(text: str) -> None:
    rule = stored(text)
    assert normalise_rrule(rule) == rule
    assert normalise_rrule("RRULE:" + rule.lower()) == rule


@MANY
@given(rules(), st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)))
def test_occurrences_rise_and_each_step_lands_on_the_next(text: str, start: datetime) -> None:
    rule = stored(text)
    anchor = start.replace(second=0, microsecond=0)
    found = list(islice(occurrences(parse_rule(rule), anchor), 6))
    assert all(earlier < later for earlier, later in pairwise(found))
    assert all(moment >= anchor for moment in found)
    for earlier, later in pairwise(found):
        if "COUNT" not in rule:
            assert next_occurrence(rule, anchor, after=earlier) == later


@MANY
@given(rules(), st.dates(date(2024, 1, 1), date(2027, 12, 28)))
def test_occurrences_agree_with_dateutil_where_no_day_rolls(text: str, start: date) -> None:
    rule = stored(text)
    assume("HOURLY" not in rule and "BYHOUR" not in rule and start.day <= 28)
    parsed = parse_rule(rule)
    assume(parsed.byday or all(abs(day) <= 28 for day in parsed.bymonthday))
    ours = list(islice(occurrences(parsed, start), 5))
    noon = datetime.combine(start, datetime.min.time()) + timedelta(hours=12)
    theirs = rrulestr(rule.split(";UNTIL")[0], dtstart=noon)
    expected = [moment.date() for moment in islice(theirs, 5)]
    if parsed.until:
        expected = [day for day in expected if day <= parsed.until]
    assert ours == expected


def test_the_31st_rolls_to_the_months_end_and_comes_back() -> None:
    day: date | datetime | None = date(2027, 1, 31)
    found = []
    for _ in range(4):
        assert day is not None
        day = next_occurrence("FREQ=MONTHLY;BYMONTHDAY=31", day)
        found.append(day)
    assert found == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
    assert next_occurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_monthly_task_first_due_on_the_31st_remembers_it() -> None:
    assert anchored_rrule("FREQ=MONTHLY", date(2027, 1, 31)) == "FREQ=MONTHLY;BYMONTHDAY=31"
    assert anchored_rrule("FREQ=MONTHLY", date(2027, 1, 28)) == "FREQ=MONTHLY"


def test_completing_late_skips_what_has_passed() -> None:
    due = datetime(2026, 11, 16, 9, 0)
    assert next_occurrence("FREQ=DAILY", due, after=datetime(2026, 11, 21, 8, 0)) == datetime(2026, 11, 21, 9, 0)
    assert next_occurrence("FREQ=DAILY", due, after=datetime(2026, 11, 21, 10, 0)) == datetime(2026, 11, 22, 9, 0)
    assert next_occurrence("FREQ=DAILY", due.date(), after=date(2026, 11, 21)) == date(2026, 11, 22)
    assert next_occurrence("FREQ=DAILY", due.date()) == date(2026, 11, 17)


def test_counting_from_completion_starts_anew_on_that_day() -> None:
    due = datetime(2026, 11, 1, 9, 0)
    done = datetime(2026, 11, 20, 22, 15)
    step = advance("FREQ=DAILY;INTERVAL=10", due, recur_from="done", done_on=done)
    assert step is not None
    assert step.at == datetime(2026, 11, 30, 9, 0)


def test_count_goes_down_and_ends() -> None:
    first = advance("FREQ=DAILY;COUNT=3", date(2026, 11, 21))
    assert first is not None
    assert (first.at, first.rrule) == (date(2026, 11, 22), "FREQ=DAILY;COUNT=2")
    late = advance("FREQ=DAILY;COUNT=3", date(2026, 11, 21), after=date(2026, 11, 22))
    assert late is not None
    assert (late.at, late.rrule) == (date(2026, 11, 23), "FREQ=DAILY;COUNT=1")
    assert advance("FREQ=DAILY;COUNT=1", date(2026, 11, 21)) is None


def test_until_is_inclusive_and_single_days_are_left_out() -> None:
    assert next_occurrence("FREQ=DAILY;UNTIL=20261122", datetime(2026, 11, 21, 9)) == datetime(2026, 11, 22, 9)
    assert next_occurrence("FREQ=DAILY;UNTIL=20261122", datetime(2026, 11, 22, 9)) is None
    assert next_occurrence("FREQ=DAILY", date(2026, 12, 24), exdates=(date(2026, 12, 25),)) == date(2026, 12, 26)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "FREQ"),
        ("nonsense", "NAME=VALUE"),
        ("FREQ=MINUTELY", "MINUTELY"),
        ("FREQ=DAILY;BYSECOND=1", "BYSECOND"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=2FR", "2FR"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT or UNTIL"),
        ("FREQ=DAILY;UNTIL=20271301", "UNTIL"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("FREQ=DAILY;INTERVAL=٣", "INTERVAL"),
    ],
)
def test_a_rule_that_cannot_be_stored_is_refused_by_name(text: str, part: str) -> None:
    with pytest.raises(LanguageError, match=part):
        normalise_rrule(text)


@pytest.mark.parametrize(
    ("rrule", "english"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every other Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3", "every year on the 3rd of March"),
        ("FREQ=DAILY;COUNT=5", "every day for 5 times"),
    ],
)
def test_rules_are_said_plainly(rrule: str, english: str) -> None:
    assert describe(rrule) == english


def test_recurrence_text_must_be_nothing_but_a_rule() -> None:
    assert read_recurrence("buy milk every day", now=NOW, timezone=ZONE) is None
    assert read_recurrence("tomorrow", now=NOW, timezone=ZONE) is None
    found = read_recurrence("every other tuesday at 9", now=NOW, timezone=ZONE)
    assert found is not None
    assert (found.rrule, found.first.date, str(found.first.time)) == (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        date(2026, 11, 24),
        "09:00:00",
    )
