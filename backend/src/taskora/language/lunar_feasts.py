"""Feasts of lunar calendars, as a table of their days from 2024 to 2060 (yymmdd, the first day of each).

Written down once from the `holidays` package (Islamic feasts as expected in Pakistan, Ramadan as in Brunei,
Diwali as in India, the lunar new year as in Singapore), because asking that package while reading a line would
take longer than the whole reading may. The moon's sighting can move an Islamic feast by a day.
"""

from __future__ import annotations

from datetime import date

LUNAR_DAYS: dict[str, str] = {
    "eid al-fitr": (
        "240410 250331 260320 270310 280227 290215 300205 310125 320115 330103 331224 341213 351202 "
        "361120 371109 381030 391020 401008 410927 420916 430905 440825 450815 460804 470725 480713 "
        "490702 500621 510611 520530 530520 540510 550429 560417 570406 580326 590316 600305 "
    ),
    "eid al-adha": (
        "240617 250606 260526 270517 280506 290425 300414 310403 320323 330312 340302 350219 360208 "
        "370127 380117 390106 391227 401215 411205 421124 431113 441101 451022 461011 471001 480920 "
        "490909 500829 510818 520806 530727 540716 550706 560624 570613 580602 590523 600511 "
    ),
    "ramadan": (
        "240312 250302 260219 270208 280128 290116 300106 301226 311216 321204 331124 341113 351102 "
        "361021 371010 380930 390920 400908 410828 420817 430807 440726 450716 460706 470625 480613 "
        "490602 500522 510512 520501 530420 540410 550330 560318 570307 580224 590214 600204 "
    ),
    "diwali": ("241031 251020 261108 271029 281017 291105 301026 311114 321102 331022 341110 351030 "),
    "lunar new year": (
        "240210 250129 260217 270206 280126 290213 300203 310123 320211 330131 340219 350208 360128 "
        "370215 380204 390124 400212 410201 420122 430210 440130 450217 460206 470126 480214 490202 "
        "500123 510211 520201 530219 540208 550128 560215 570204 580124 590212 600202 "
    ),
}


def lunar_days(feast: str) -> dict[int, list[date]]:
    """The days of a feast by year; two in a year happen for the Islamic ones."""
    by_year: dict[int, list[date]] = {}
    for text in LUNAR_DAYS[feast].split():
        day = date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        by_year.setdefault(day.year, []).append(day)
    return by_year
