"""Is it really a date? What the words around a phrase say for and against it.

A wrong date is as bad as a missed one, so a phrase counts only when nothing shows that it means something
else. The principles:

1. *Describing*: a bare weekday, month or feast directly before a noun describes it ("monday meeting",
"christmas gifts") and stays; before a preposition, punctuation, another field or the end of the line it stands free.
2. *Object*: behind an article or a preposition that no date takes ("about friday", "the sunday") it is
somebody's object.
3. *Name*: words that English writes small, written with capitals beside another capitalised word, are a name
("Friday Night Lights"); so is the capitalised run behind "watch", "read" or "listen to".
4. *Weakness*: a form that is usually something else (6/8, "sat", "may", "21st") needs a preposition or a clear place.
"""

from __future__ import annotations

from collections.abc import Callable

from taskora.language.days import CERTAIN, WEAK
from taskora.language.lexer import COLON, HARD, SPACE
from taskora.language.lexicon import (
    COMPOUNDS,
    DAY_ADJECTIVES,
    DETERMINERS,
    FUNCTION_WORDS,
    GREETINGS,
    MEDIA_NOUNS,
    MEDIA_VERBS,
    MONTHS,
    NOUN_VERBS,
    OBJECT_PREPOSITIONS,
    POINTING_VERBS,
    PRONOUNS,
    TASK_VERBS,
    TODAY,
    TOMORROW,
    TONIGHT,
    VERB_MONTHS,
    WEEKDAYS,
)
from taskora.language.line import Line
from taskora.language.moments import Moment, content_at, free_on_the_left, verb_at
from taskora.language.repeats import Repeat
from taskora.language.tables import words

# Fractions that people write as fractions, and number pairs with a fixed meaning, in either order of day and month.
_FIXED_FRACTIONS = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4", "9/11", "24/7", "7/11", "50/50"})
_FIRM_LEADS = frozenset(
    {
        "on",
        "by",
        "due",
        "before",
        "until",
        "till",
        "starting",
        "deadline",
        "no",
        "not",
        "from",
        "scheduled",
        "ending",
        "is",
        "are",
    }
)


def title_runs(line: Line) -> frozenset[int]:
    """The tokens that belong to the name of a book, film or song: the capitalised run behind "watch", "read"
    and the like.

    Small connecting words inside the run belong to it; a preposition followed by nothing but a day at its end does not
    ("Watch Dune on Friday").
    """
    taken: set[int] = set()
    i = 0
    while i < len(line):
        opens_run = line.word(i) in MEDIA_VERBS or line.word(i) in MEDIA_NOUNS
        if not opens_run:
            i += 1
            continue
        j = i + 1
        if (
            line.word(j) in ("to", "the", "book", "movie", "film", "song", "album")
            and line.join(j) == SPACE
            and not line.is_capital(j)
        ):
            j += 1
        end, k = j, j
        while (
            k < len(line)
            and line.join(k) in (SPACE, COLON, "comma", "glued", "dash")
            and (k > j or line.join(k) == SPACE)
        ):
            token = line.tokens[k]
            if token.kind in ("hash", "label", "bang"):
                break
            if (
                token.text[:1].isupper()
                or (k > j and token.text[:1].isdigit())
                or (k == j and token.kind in ("fraction", "number", "date"))
            ):
                k += 1
                end = k
            elif k > j and token.word in _NAME_CONNECTORS:
                k += 1
            else:
                break
        if end > j and not _ends_in_free_date(line, j, end):
            taken.update(range(j, end))
        i = max(end, i + 1)
    return frozenset(taken)


_NAME_CONNECTORS = frozenset(words("of the and in a an to for with on at from by or"))


def _ends_in_free_date(line: Line, j: int, end: int) -> bool:
    """Whether the run is a date phrase of its own ("Finish Monday"), or ends with a preposition and a day ("…
    on Friday")."""
    date_words = WEEKDAYS.keys() | MONTHS.keys() | TODAY | TOMORROW
    if all(
        line.word(k) in date_words or line.word(k) in ("at", "on", "am", "pm") or line.tokens[k].text[:1].isdigit()
        for k in range(j, end)
    ):
        return line.kind(j) not in ("fraction", "date") and line.word(j - 1) != "watch"
    if line.word(end - 1) in TODAY | TOMORROW | TONIGHT and end - j > 1 and line.word(end - 2) not in FUNCTION_WORDS:
        # "Watch Dune Tomorrow": no name ends like that as often as a plan does.
        return True
    for k in range(j + 1, end):
        if line.word(k) in ("on", "by", "at", "before", "until") and not line.is_capital(k):
            rest = range(k + 1, end)
            if rest and all(
                line.word(m) in date_words or line.tokens[m].kind in ("number", "ordinal", "clock") for m in rest
            ):
                return True
    return False


def accepts_moment(line: Line, i: int, j: int, found: Moment) -> bool:
    """Whether the moment phrase over tokens `i` to `j` may be taken as one."""
    if not _allowed_on_the_left(line, i, found) or _is_name(line, i, j):
        return False
    if (line.word(i), line.word(i + 1)) in COMPOUNDS or (
        (line.word(j - 1), line.word(j)) in COMPOUNDS and line.join(j) == SPACE
    ):
        return False
    if found.lead == "after" and found.day is not None:
        return False
    if not found.lead and line.word(j) in _PREDICATES and line.join(j) == SPACE:
        # "tomorrow is another day": the day is what is talked about.
        return False
    if found.is_range:
        return not (found.day is None and found.clock is not None and not free_on_the_left(line, i))
    if found.day is None:
        return _accepts_clock(line, i, j, found)
    timed = found.clock is not None and not found.clock.only_part
    return _JUDGES.get(found.day.needs, _certain)(line, i, j, found, timed)


_PREDICATES = frozenset(words("is isn't was wasn't are were will won't would has had sucks rocks"))


def _at_start(line: Line, i: int) -> bool:
    if line.join(i) == COLON and line.word(i - 1) in OBJECT_PREPOSITIONS:
        return False
    return i == 0 or line.join(i) in (HARD, COLON, "dash", "comma")


def _allowed_on_the_left(line: Line, i: int, found: Moment) -> bool:
    if found.lead or _at_start(line, i):
        return True
    if not line.tokens[i - 1].opens:
        # The second half of "check-in" is no preposition.
        return True
    before = line.word(i - 1)
    if line.kind(i - 1) in ("number", "ordinal") and line.word(i) in MONTHS:
        # "29 feb 2027", "31 june": a day that doesn't exist leaves no month behind.
        return False
    if before in ("or", "nor", "either", "neither", "not"):
        return False
    if found.day is not None and found.day.needs == "feast" and before == "for":
        return False
    if before in DETERMINERS or before in DAY_ADJECTIVES or before in GREETINGS:
        return False
    if before in OBJECT_PREPOSITIONS and not (before == "in" and line.word(i) == "the"):
        return False
    return found.day is not None or not (found.clock and found.clock.loose) or free_on_the_left(line, i)


def _is_name(line: Line, i: int, j: int) -> bool:
    """Whether capitals show that the phrase is part of a name."""
    if line.text.isupper():
        return False
    shouting = any(
        k
        and line.is_capital(k)
        and line.word(k) not in WEEKDAYS
        and line.word(k) not in MONTHS
        and not line.tokens[k].text.isupper()
        for k in range(i, j)
    )
    if not shouting:
        return False
    beside = j < len(line) and line.join(j) == SPACE and line.is_capital(j) and line.word(j) not in FUNCTION_WORDS
    behind = i > 1 and line.join(i) == SPACE and line.is_capital(i - 1) and line.tokens[i - 1].kind == "word"
    small = any(
        t.kind == "word" and t.text.islower() and t.word not in FUNCTION_WORDS
        for t in line.tokens[:i] + line.tokens[j:]
    )
    return beside or (behind and small)


def _accepts_clock(line: Line, i: int, j: int, found: Moment) -> bool:
    clock = found.clock
    if clock is None:
        return False
    if clock.only_part:
        return not content_at(line, j) or _at_start(line, i)
    if clock.bare:
        return found.lead not in ("for", "over", "in", "within") and line.word(i - 1) not in POINTING_VERBS
    describing = content_at(line, j)
    if describing and not _at_start(line, i):
        if not found.lead:
            return line.word(i - 1) not in TASK_VERBS and not clock.loose
        return found.lead in ("at", "by", "before", "around", "until", "due", "no")
    if found.lead in ("in", "within", "over"):
        return False
    return not (clock.loose and not found.lead and i and line.is_capital(i - 1) and line.word(i - 1) in _SCRIPTURE)


_SCRIPTURE = frozenset(
    words("genesis exodus leviticus psalm psalms proverbs isaiah matthew mark luke john acts romans corinthians")
)


def _certain(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    day = found.day
    if found.lead == "in" and day is not None and day.moment is None and day.strength == CERTAIN:
        # "in tomorrow" isn't English; "in 3 days" and "in mid june" come through the day grammar itself.
        return line.word(i + 1) not in TODAY | TOMORROW and line.word(i + 1) not in WEEKDAYS
    return not (found.lead == "for" and content_at(line, j) and not verb_at(line, j) and not timed)


def _free(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    day = found.day
    weak = day is not None and day.strength == WEAK
    following = content_at(line, j)
    if day is not None and day.weekday is None and found.lead == "in":
        # "in november 2027"
        return True
    if found.lead in ("in", "over", "within", "around"):
        return False
    if timed and not found.lead:
        return True
    if found.lead in _FIRM_LEADS or found.lead == "at":
        return True
    if found.lead == "for":
        return not following
    if weak and not timed and (line.word(i - 1) in PRONOUNS or line.word(i + 1) in ("down", "up", "still", "quietly")):
        return False
    if not following:
        return True
    if verb_at(line, j):
        return _at_start(line, i) or not weak
    return _at_start(line, i) and not weak


def _month_name(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    """A bare month, quarter or "weekend": only behind a preposition."""
    word = line.word(j - 1)
    if not found.lead or (found.lead in ("for", "around", "over", "at") and word != "weekend"):
        return False
    if found.lead == "from" and word in MONTHS:
        return False
    if found.lead == "on" and word in MONTHS:
        return False
    if line.word(i) == "in" and word == "weekend":
        return False
    return not content_at(line, j) or (_at_start(line, i) and word not in VERB_MONTHS)


def _verb_month(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    """ "march 5", "may 10": words that are verbs too must not be followed by what is counted."""
    if found.lead or timed:
        return True
    lowercase_or_first = i == 0 or not line.is_capital(i)
    return not (content_at(line, j) and not verb_at(line, j) and lowercase_or_first)


def _fraction(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    text = next((token.text for token in line.tokens[i:j] if token.kind == "fraction"), "")
    if found.lead in _FIRM_LEADS:
        return not content_at(line, j) or _at_start(line, i)
    if found.lead or (text in _FIXED_FRACTIONS and not timed):
        return False
    start = line.tokens[i].start
    if (start and line.text[start - 1] in "([{") or not free_on_the_left(line, i):
        return False
    if content_at(line, j) and not verb_at(line, j):
        return timed
    return i == 0 or line.kind(i - 1) not in ("number", "decimal", "fraction")


def _ordinal(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    if content_at(line, j) and not timed:
        return _at_start(line, i) and verb_at(line, j)
    if found.lead in _FIRM_LEADS or (found.lead in ("for", "around") and line.word(i + 1) == "the"):
        return line.kind(j - 1) != "word" or found.lead in _FIRM_LEADS
    if found.lead:
        return False
    named = i > 0 and line.is_capital(i - 1) and i != 1
    if line.word(i) == "the":
        return not named and line.kind(i + 1) == "ordinal" and line.tokens[i + 1].value[0] > 3
    return (
        line.kind(i) == "ordinal"
        and line.tokens[i].value[0] > 3
        and not named
        and i > 0
        and line.word(i - 1) not in DETERMINERS
    )


def _feast(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    following = content_at(line, j) and not (verb_at(line, j) and _at_start(line, i))
    if following or found.lead in ("for", "in", "within", "around"):
        return False
    if found.lead:
        return True
    if found.day is not None and found.day.strength == WEAK:
        return False
    if _at_start(line, i):
        return True
    return line.word(i - 1) not in TASK_VERBS and line.word(i - 1) not in OBJECT_PREPOSITIONS


def _unit(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    """ "next week", "next month": describing a noun right behind a verb ("send next week schedule")."""
    if found.lead in ("in", "within"):
        return False
    if content_at(line, j) and not verb_at(line, j) and not _at_start(line, i):
        return not found.lead and line.word(i - 1) not in TASK_VERBS
    return True


def _span(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    """ "this week", "this month": only where they stand free."""
    return found.lead != "in" and (not content_at(line, j) or (_at_start(line, i) and verb_at(line, j)))


def _stretch(line: Line, i: int, j: int, found: Moment, timed: bool) -> bool:
    """ "the next 3 days" is a stretch of time; with "in" or "within" its end is meant."""
    return found.lead in ("in", "within")


_JUDGES: dict[str, Callable[[Line, int, int, Moment, bool], bool]] = {
    "free": _free,
    "preposition": _month_name,
    "verb": _verb_month,
    "fraction": _fraction,
    "ordinal": _ordinal,
    "feast": _feast,
    "unit": _unit,
    "span": _span,
    "stretch": _stretch,
}


def accepts_repeat(line: Line, i: int, j: int, found: Repeat) -> bool:
    """Whether the repeat phrase may be taken as one: "weekly report" and "mondays suck" describe, "every day"
    doesn't."""
    if _is_name(line, i, j):
        return False
    before = line.word(i - 1) if line.join(i) == SPACE else ""
    if before in DETERMINERS or (before in OBJECT_PREPOSITIONS and before != "in"):
        return False
    if found.adverb and j == i + 1 + (line.word(i) in ("bi", "semi")):
        if content_at(line, j):
            return _at_start(line, i) and verb_at(line, j) and not line.is_capital(j) and line.word(j) not in NOUN_VERBS
        return True
    if found.plural and found.clock is None and content_at(line, j):
        return line.word(i) == "on" or (_at_start(line, i) and verb_at(line, j))
    return True
