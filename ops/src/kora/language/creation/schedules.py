"""Times in words to cron expressions (five fields: minute, hour, day of month, month, day of week)."""

import re

from kora.language.creation.scan import Scan, number

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAY = r"(?:" + "|".join(f"{day}s?|{day[:3]}" for day in _DAYS) + r")"
_FIELD = (
    r"(?:\*(?:/\d+)?|\d+(?:[-,]\d+)*(?:/\d+)?|(?:mon|tue|wed|thu|fri|sat|sun)(?:[-,](?:mon|tue|wed|thu|fri|sat|sun))*)"
)
_CRON = re.compile(
    rf"[\"'`]?(?P<cron>{_FIELD}(?:\s+{_FIELD}){{4}}|@(?:yearly|annually|monthly|weekly|daily|midnight|hourly))[\"'`]?",
    re.IGNORECASE,
)
_TIME = r"(?P<time>midnight|noon|midday|\d{1,2}(?::\d{2})?\s?(?:am|pm|a\.m\.|p\.m\.)|\d{1,2}:\d{2}(?:\s?(?:h|hours|o'clock))?|\d{1,2}(?=\s?o'clock)(?:\s?o'clock)?|\d{1,2})"
_AT = rf"(?:,? (?:at|@) {_TIME})?"
_ON = r"(?:(?:that |which |to |and |should |must |it |is |be |scheduled |runs? |running |executes? |with |a |the |on )*schedule[ds]?(?: of| is| to run| to)?(?: ?[:=])? ?|(?:that |which |to |and |should |must |it )*(?:runs?|running|executed?s?|starting|triggered) )?(?:on )?"


def _clock(text: str | None, default: str = "0 0") -> str | None:
    """``6pm`` → ``0 18``; None when it is no time of day."""
    if text is None:
        return default
    text = text.lower().strip()
    if text in {"midnight"}:
        return "0 0"
    if text in {"noon", "midday"}:
        return "0 12"
    found = re.match(r"(\d{1,2})(?::(\d{2}))?\s*(a\.?m|p\.?m)?", text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").replace(".", "")
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return f"{minute} {hour}" if hour < 24 and minute < 60 else None


def _weekday(word: str) -> int:
    return next(index for index, day in enumerate(_DAYS) if word.lower().startswith(day[:3]))


def read_schedule(scan: Scan) -> str | None:
    """The cron expression of what is said about when; None when nothing is."""
    literal = _CRON.search(scan.rest)
    if literal is not None:
        scan.claim(*literal.span())
        scan.take_all(
            r"(?:(?:with|on|and|using|at|whose) )*<the>(?:cron )?(?:schedule[ds]?|cron(?: expression)?)(?: of| is| to run| for| ?[:=])*"
        )
        return literal["cron"]
    for pattern, make in _FORMS:
        found = scan.peek(_ON + pattern)
        if found is None:
            continue
        made = make(found)
        if made is not None:
            scan.claim(*found.span())
            scan.take_all(r"(?:(?:with|on|and|at|whose) )*<the>(?:cron )?schedule[ds]?(?: of| is| to run| to| ?[:=])*")
            return made
    return None


def _step(found: re.Match[str], fields: str, top: int) -> str | None:
    step = number(found["step"])
    # a step that does not divide the hour or day would run unevenly; Kubernetes can't say it otherwise
    return fields.format(step=f"*/{step}" if step > 1 else "*") if 1 <= step < top and top % step == 0 else None


def _daily(found: re.Match[str], days: str = "*") -> str | None:
    said = found["time"]
    part = re.search(r"morning|evening", found.group(), re.IGNORECASE)
    if part is not None and said is None:
        return None  # no hour of the morning is meant by itself
    clock = _clock(said)
    if clock is not None and part is not None and part[0].lower() == "evening" and not re.search(r"[a-z]", said or ""):
        minute, hour = clock.split()
        clock = f"{minute} {int(hour) + 12}" if int(hour) < 12 else clock
    return None if clock is None else f"{clock} * * {days}"


def _named_days(found: re.Match[str]) -> str | None:
    days = ",".join(str(_weekday(each)) for each in re.findall(_DAY, found["days"], re.IGNORECASE))
    return _daily(found, days)


def _range_days(found: re.Match[str]) -> str | None:
    return _daily(found, f"{_weekday(found['first'])}-{_weekday(found['last'])}")


def _monthly(found: re.Match[str]) -> str | None:
    clock = _clock(found["time"])
    words = {"first": "1", "second": "2", "third": "3"}
    day = words.get(found["day"].lower()) or re.sub(r"\D", "", found["day"])
    return None if clock is None or not 1 <= int(day) <= 31 else f"{clock} {day} * *"


def _past_hour(found: re.Match[str]) -> str | None:
    minute = number(found["minute"])
    return f"{minute} * * * *" if minute < 60 else None


_FORMS = (
    (r"(?:at )?(?:the )?(?:minute )<num:minute>(?:(?:st|nd|rd|th) minute)? (?:of|past) (?:every|each|the) hour", _past_hour),
    (r"every <num:step> (?:minutes|mins?)", lambda found: _step(found, "{step} * * * *", 60)),
    (r"every <num:step> hours?", lambda found: _step(found, "0 {step} * * *", 24)),
    (r"(?:every|once a|once per|each) minute|minutely", lambda found: "* * * * *"),
    (r"every half(?: an)? hour|every half-hour|twice an hour", lambda found: "*/30 * * * *"),
    (r"every quarter(?: of an)? hour", lambda found: "*/15 * * * *"),
    (r"(?:at )?<num:minute>(?: minutes?)? past (?:every|each|the) hour|every hour at minute <num:minute2>",
     lambda found: _past_hour(found) if found["minute"] else f"{number(found['minute2'])} * * * *"),
    (r"(?:every|once (?:an|every|per)|each) hour|hourly", lambda found: "0 * * * *"),
    (r"twice (?:a|per) day|every twelve hours", lambda found: "0 */12 * * *"),
    (rf"(?:at {_TIME},? )(?:on )?(?:every )?(?:weekdays?|working days?|business days?)", lambda found: _daily(found, "1-5")),
    (rf"(?:on )?(?:every |each )?(?:weekdays?|working days?|business days?){_AT}", lambda found: _daily(found, "1-5")),
    (rf"(?:at {_TIME},? )(?:on )?(?:every )?weekends?", lambda found: _daily(found, "0,6")),
    (rf"(?:on )?(?:every |each )?weekends?{_AT}", lambda found: _daily(found, "0,6")),
    (rf"(?:from |every )?(?P<first>{_DAY}) ?(?:to|through|until|-|–) ?(?P<last>{_DAY}){_AT}", _range_days),
    (rf"at {_TIME},? (?:from )?(?P<first>{_DAY}) ?(?:to|through|until|-|–) ?(?P<last>{_DAY})", _range_days),
    (rf"(?:at {_TIME},? )(?:on )?(?:every |each )?(?P<days>{_DAY}(?:(?:, | and |, and ){_DAY})*)", _named_days),
    (rf"(?:on |every |each |weekly on )+(?P<days>{_DAY}(?:(?:, | and |, and ){_DAY})*){_AT}", _named_days),
    (rf"at {_TIME},? (?:on )?(?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)|first|second|third) (?:day )?of (?:every|each|the) month", _monthly),
    (rf"(?:(?:every|each|once a|once per) month|monthly),? on (?:the )?(?:day )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|first|second|third)(?: day)?{_AT}", _monthly),
    (rf"(?:on )?(?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)|first|second|third)(?: day)? (?:of|day of) (?:every|each|the) month{_AT}", _monthly),
    (r"(?:every|once a|once per|each) week|weekly", lambda found: "0 0 * * 0"),
    (r"(?:every|once a|once per|each) month|monthly", lambda found: "0 0 1 * *"),
    (rf"at {_TIME},? (?:every|each) (?:single )?(?:day|night|morning|evening)|at {_TIME.replace('time', 'time2')} (?:daily|nightly)",
     lambda found: _daily(found) if found["time"] else f"{_clock(found['time2'])} * * *"),
    (rf"(?:(?:every|each|once a|once per) (?:single )?(?:day|night|morning|evening)|daily|nightly){_AT}", _daily),
)  # fmt: skip
