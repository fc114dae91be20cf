"""What holds for any text at all: no exception, spans that fit, a title that loses nothing else."""

from __future__ import annotations

import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskora.language import SPAN_KINDS, Reading, closest_word, is_ordinary_word, read, read_when, split_items

ZONE = "Asia/Karachi"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo(ZONE))

WORDS = (
    "every other 2nd last first friday mon tue wed sat sun may march june 21 1st 15th of the month at 9am 5 17:30 p1 "
    "!! #Home @work tomorrow tonight in 3 days weeks until starting from to by before except for 45 min remind me next "
    'this weekend end - , and or 6/8 2026-12-01 noon half past christmas buy milk Read The "x" call mom daily after 🎉'
)
VOCABULARY = WORDS.split()
WORDY = st.lists(st.sampled_from(VOCABULARY), max_size=25).map(" ".join)
ANY = (
    st.text(max_size=300)
    | WORDY
    | st.lists(st.sampled_from(VOCABULARY) | st.text(max_size=8), max_size=20).map(" ".join)
)


def at_now(text: str) -> Reading:
    return read(text, now=NOW, timezone=ZONE)


@settings(max_examples=200, deadline=None)
@given(ANY, st.sampled_from(["en-US", "en-GB", "xx", ""]))
def test_any_text_is_read_and_can_be_written_as_json(text: str, locale: str) -> None:
    found = read(text, now=NOW, timezone=ZONE, locale=locale)
    json.dumps(found.as_json())
    period = read_when(text, now=NOW, timezone=ZONE, locale=locale)
    assert period is None or period.text in text
    assert all(item.strip() for item in split_items(text))


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_spans_lie_in_order_inside_the_text_and_quote_it(text: str) -> None:
    position = 0
    for span in at_now(text).spans:
        assert position <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        assert span.kind in SPAN_KINDS
        position = span.end


@settings(max_examples=200, deadline=None)
@given(WORDY)
def test_words_outside_the_spans_stay_in_the_title_in_order(text: str) -> None:
    found = at_now(text)
    rest = text
    for span in reversed(found.spans):
        rest = rest[: span.start] + " " + rest[span.end :]
    kept = re.findall(r"\w+", rest)
    title = re.findall(r"\w+", found.title)
    if kept and title != re.findall(r"\w+", text):
        # Only short words that led to a taken date may go with it.
        assert [word for word in kept if word not in LEADING] == [word for word in title if word not in LEADING]


LEADING = {"at", "by", "for", "from", "to", "until", "on", "every", "and", "due", "starting", "till"}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_characters='"\n\\', blacklist_categories=("Cs",)), max_size=80) | WORDY)
def test_quoted_text_is_never_parsed(text: str) -> None:
    quoted = '"' + text.replace('"', "") + '"'
    found = at_now(quoted)
    assert found.spans == ()
    assert (found.due, found.rrule, found.priority, found.tags, found.project) == (None, None, None, (), None)


@settings(max_examples=200, deadline=None)
@given(ANY, st.lists(st.tuples(st.integers(-5, 400), st.integers(-5, 400)), max_size=3))
def test_ignored_ranges_are_never_taken(text: str, ranges: list[tuple[int, int]]) -> None:
    found = read(text, now=NOW, timezone=ZONE, ignored=ranges)
    for span in found.spans:
        for start, end in ranges:
            assert end <= span.start or start >= span.end or start >= end


@settings(max_examples=200, deadline=None)
@given(WORDY)
def test_reading_is_a_function_of_its_arguments(text: str) -> None:
    assert at_now(text) == at_now(text)


@given(st.sampled_from(["monday", "tomorrow", "every", "weekly", "february", "complete", "delete"]), st.data())
def test_one_swapped_pair_of_letters_is_understood_unless_it_makes_a_word(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    typo = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    expected = None if is_ordinary_word(typo) and typo != word else word
    assert closest_word(typo, {word}) == expected


ORDINARY = (
    "monitor",
    "paprika",
    "match",
    "mark",
    "sundae",
    "sunny",
    "marching",
    "daisy",
    "weakly",
    "months",
    "evert",
    "fry",
)


@pytest.mark.parametrize("word", ORDINARY)
def test_ordinary_words_are_never_bent(word: str) -> None:
    vocabulary = {"monday", "april", "march", "sunday", "daily", "weekly", "month", "every", "friday"}
    assert closest_word(word, vocabulary) is None
