"""English for a repeat rule."""

from collections.abc import Sequence
from datetime import date

from taskora.language.rules import parse_rule


def describe(rrule: str, recur_from: str = "due", exdates: Sequence[date] = ()) -> str:
    """English for a rule."""
    return str(parse_rule(rrule))
