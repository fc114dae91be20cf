"""One line of text -> one reading. The only parser of the application: quick add, chat, MCP, import and CLI share it.

Pure functions: no clock, no database, nothing of the application. `read` reads a whole line, `read_recurrence`
and `describe` go between English and RFC 5545, `advance` steps a repeating task, `read_when` reads the period
of a list question, `split_items` takes a list apart, `closest_word` understands typos.
"""

from taskora.language.describe import describe
from taskora.language.errors import LanguageError, RuleError, ZoneError
from taskora.language.items import split_items
from taskora.language.locales import locale_of
from taskora.language.occurrences import Step, advance, anchored_rrule, next_occurrence
from taskora.language.periods import read_when
from taskora.language.reader import read, read_recurrence
from taskora.language.reading import SPAN_KINDS, Alternative, Period, Reading, Recurrence, Reminder, Span, When
from taskora.language.rules import normalise_rrule
from taskora.language.spelling import closest_word, is_ordinary_word

__all__ = [
    "SPAN_KINDS",
    "Alternative",
    "LanguageError",
    "Period",
    "Reading",
    "Recurrence",
    "Reminder",
    "RuleError",
    "Span",
    "Step",
    "When",
    "ZoneError",
    "advance",
    "anchored_rrule",
    "closest_word",
    "describe",
    "is_ordinary_word",
    "locale_of",
    "next_occurrence",
    "normalise_rrule",
    "read",
    "read_recurrence",
    "read_when",
    "split_items",
]
