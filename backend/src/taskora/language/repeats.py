"""A repeat as the words say it, before it becomes a rule: the value that the repeat phrases fill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from taskora.language.clocks import Clock
from taskora.language.days import Day, add_units
from taskora.language.occurrences import first_occurrence
from taskora.language.rules import Rule, check_rule

WORKWEEK = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
FREQ_OF_UNIT = {
    "hour": ("HOURLY", 1),
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "year": ("YEARLY", 1),
}
PLURAL_PARTS = {"mornings": "morning", "afternoons": "afternoon", "evenings": "evening", "nights": "night"}


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a repeat phrase says, before it becomes a rule. `adverb`: the head was one word such as "weekly"."""

    rule: Rule
    clock: Clock | None = None
    end_clock: Clock | None = None
    clocks: tuple[Clock, ...] = ()
    start: Day | None = None
    until: date | None = None
    length: tuple[int, str] | None = None
    exdates: tuple[date, ...] = ()
    recur_from: str = "due"
    adverb: bool = False
    plural: bool = False
    weekdays_out: tuple[int, ...] = ()
    months_out: tuple[int, ...] = ()
    tails: tuple[str, ...] = field(default=())

    def built(self) -> Rule:
        """The canonical rule; raises RuleError when the parts don't go together."""
        rule = self.rule
        if self.weekdays_out:
            kept = [day for _, day in rule.byday] or list(range(7))
            left = tuple((0, day) for day in kept if day not in self.weekdays_out)
            freq = "WEEKLY" if rule.freq == "DAILY" and rule.interval == 1 else rule.freq
            rule = replace(rule, freq=freq, byday=left)
        if self.months_out:
            kept_months = tuple(month for month in (rule.bymonth or range(1, 13)) if month not in self.months_out)
            rule = replace(rule, bymonth=kept_months)
        if len(self.clocks) > 1:
            times = {told.time() for told in self.clocks}
            hours, minutes = {moment.hour for moment in times}, {moment.minute for moment in times}
            if len(times) == len(hours) * len(minutes):
                # RFC 5545 crosses hours with minutes; times that are no such product can't be said in one rule.
                rule = replace(rule, byhour=tuple(hours), byminute=tuple(minutes))
        if self.until:
            rule = replace(rule, until=self.until)
        rule = rule.canonical()
        check_rule(rule)
        return rule

    def first(self, now: datetime) -> date | datetime | None:
        """The first occurrence at or after now (and the start); a time of day makes it a datetime."""
        rule = self.built()
        # Where the rule names its days, INTERVAL counts from the first of them: nothing is skipped before it.
        loose = (
            replace(rule, interval=1, until=None, count=None)
            if (rule.byday or rule.bymonthday or rule.bymonth)
            else replace(rule, until=None, count=None)
        )
        opening = self.start.date if self.start else now.date()
        if rule.freq == "HOURLY" and self.clock is None:
            moment = now if opening <= now.date() else datetime.combine(opening, datetime.min.time())
            if moment.second or moment.microsecond:
                moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
            if rule.byhour and moment.minute:
                moment = moment.replace(minute=0) + timedelta(hours=1)
            return first_occurrence(loose, moment, self.exdates)
        if self.clock is None:
            return first_occurrence(loose, opening, self.exdates)
        earliest = (
            min((told.time() for told in self.clocks), default=self.clock.time()) if rule.byhour else self.clock.time()
        )
        anchor = datetime.combine(opening, earliest)
        if not rule.byhour and anchor < now.replace(second=0, microsecond=0):
            anchor += timedelta(days=1)
        found = first_occurrence(loose, anchor, self.exdates)
        if rule.byhour and found is not None and found < now:
            found = first_occurrence(loose, now.replace(second=0, microsecond=0) + timedelta(minutes=1), self.exdates)
        return found


def with_length(value: Repeat, first: date) -> Repeat:
    """ "for 6 weeks" counts from the first occurrence: the last day is one before the same day six weeks on."""
    if value.length is None:
        return value
    end = add_units(first, value.length[0], value.length[1])
    return replace(value, until=end - timedelta(days=1), length=None) if end else value


RepeatStep = tuple[Repeat, int] | None
