"""What the locale decides: the order of a numeric date, the first day of the week, and which country's
holidays are meant.

Source: CLDR (supplemental data `weekData`, and the short date patterns of each English region). Only regions
that differ from the rest are listed. Day names are English in every locale.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from taskora.language.tables import words

_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "MP", "UM", "FM", "PW", "MH"})
_YEAR_FIRST_MONTH_FIRST = frozenset({"CN", "JP", "KR", "TW", "HU", "LT", "MN"})
_SUNDAY = frozenset(words("US CA MX BR JP KR TW HK IN PK PH TH ID SG ZA IL SA YE CO PE VE GT KE PR AS GU VI UM"))
_SATURDAY = frozenset(words("AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY"))


@dataclass(frozen=True, slots=True)
class Locale:
    """`week_start` counts from Monday 0; `region` is the two-letter country, or "" when the tag names none."""

    month_first: bool
    week_start: int
    region: str


@lru_cache(maxsize=128)
def locale_of(tag: str) -> Locale:
    """The conventions of a BCP 47 tag ("en-US", "en_GB", "de"); an unknown or malformed one reads day-first, Monday.

    A bare "en" means the United States, as CLDR's likely subtags say.
    """
    pieces = tag.replace("_", "-").split(".")[0].split("-")
    region = next((piece.upper() for piece in pieces[1:] if len(piece) == 2 and piece.isalpha()), "")
    if not region and pieces[0].lower() == "en":
        region = "US"
    week_start = 6 if region in _SUNDAY else 5 if region in _SATURDAY else 0
    return Locale(region in _MONTH_FIRST or region in _YEAR_FIRST_MONTH_FIRST, week_start, region)
