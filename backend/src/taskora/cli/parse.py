"""`taskora parse`: what the one parser makes of a line, for people and for programs.

Reads nothing but its arguments and standard input and needs neither settings nor a database, so it starts at once.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from taskora.language import LanguageError, Reading, read

_FIELDS = ("text", "now", "timezone", "locale", "projects", "tags", "ignored")


class _BadInput(ValueError):
    """An argument or a line of input that can't be used; the message is for people."""


def parse(
    text: Annotated[
        list[str] | None, typer.Argument(help="The line to read; without it, standard input is read.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reading as one JSON object.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl", help="Read one JSON object {text, now, timezone, locale} a line, print one reading a line."
        ),
    ] = False,
    now: Annotated[str | None, typer.Option(help="The moment to read at, ISO 8601; the clock's when left out.")] = None,
    tz: Annotated[
        str | None, typer.Option(help="IANA time zone, such as Asia/Karachi; TZ or UTC when left out.")
    ] = None,
    locale: Annotated[str, typer.Option(help="Decides the order of numeric dates, such as en-US or en-GB.")] = "en-US",
) -> None:
    """Show what a line of text means as a task.

    Example: taskora parse "Pay rent every month on the 1st at 9am #Home p1"
    """
    zone = tz or os.environ.get("TZ", "").lstrip(":") or "UTC"
    try:
        moment = _moment(now, zone)
        read("", now=moment, timezone=zone)
    except (_BadInput, LanguageError) as error:
        typer.echo(f"taskora parse: {error}", err=True)
        raise typer.Exit(2) from error
    if jsonl:
        raise typer.Exit(_parse_lines(moment, now is not None, zone, locale))
    line = " ".join(text) if text else sys.stdin.read().rstrip("\n")
    reading = read(line, now=moment, timezone=zone, locale=locale)
    if as_json:
        typer.echo(_dump(reading.as_json()))
    else:
        _print_table(reading)


def _moment(given: str | None, zone: str) -> datetime:
    """The aware moment of an ISO text; one without an offset is local to `zone`. None is the clock's now."""
    if given is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise _BadInput(f"“{given[:60]}” is not an ISO 8601 moment; write one such as 2026-11-21T10:00.") from error
    if moment.tzinfo is None:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return moment.replace(tzinfo=ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise _BadInput(f"“{zone[:60]}” is not a time zone; use an IANA name such as Asia/Karachi.") from error
    return moment


def _parse_lines(moment: datetime, fixed: bool, zone: str, locale: str) -> int:
    """Readings for the JSON lines of standard input, one answer a line, in order; 1 when any line was bad."""
    failed = 0
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for number, raw in enumerate(sys.stdin, start=1):
        if not raw.strip():
            continue
        try:
            answer = _parse_one(raw, moment if fixed else datetime.now(UTC), zone, locale).as_json()
        except (_BadInput, LanguageError) as error:
            failed = 1
            answer = {"error": {"code": getattr(error, "code", "INPUT_INVALID"), "message": str(error), "line": number}}
        sys.stdout.write(_dump(answer) + "\n")
        sys.stdout.flush()
    return failed


def _dump(answer: dict[str, Any]) -> str:
    """JSON with readable characters; lone surrogates, which UTF-8 can't carry, make it plain ASCII."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text


def _parse_one(raw: str, moment: datetime, zone: str, locale: str) -> Reading:
    try:
        given: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _BadInput('This line is not JSON; write an object such as {"text": "call mom tomorrow"}.') from error
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise _BadInput('The object needs a "text" that is a string.')
    unknown = sorted(set(given) - set(_FIELDS))
    if unknown:
        raise _BadInput(f"“{str(unknown[0])[:40]}” is not known here; the fields are {', '.join(_FIELDS)}.")
    own_zone = _string(given, "timezone") or zone
    own_now = _string(given, "now")
    return read(
        given["text"],
        now=_moment(own_now, own_zone) if own_now else moment,
        timezone=own_zone,
        locale=_string(given, "locale") or locale,
        projects=_strings(given, "projects"),
        tags=_strings(given, "tags"),
        ignored=_ranges(given),
    )


def _string(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadInput(f'"{name}" must be a string.')
    return value


def _strings(given: dict[str, Any], name: str) -> list[str]:
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _BadInput(f'"{name}" must be a list of strings.')
    return value


def _ranges(given: dict[str, Any]) -> list[tuple[int, int]]:
    value = given.get("ignored") or []
    pairs: list[Any] = value if isinstance(value, list) else [None]
    if not all(isinstance(pair, list) and len(pair) == 2 and all(type(edge) is int for edge in pair) for pair in pairs):
        raise _BadInput('"ignored" must be a list of [start, end] pairs.')
    return [(pair[0], pair[1]) for pair in pairs]


def _print_table(reading: Reading) -> None:
    """The fields that the line speaks of, one a row."""
    shown = reading.as_json()
    rows = [("title", shown["title"])]
    for name in ("due", "start", "deadline"):
        if shown[name]:
            told = f" {shown[name]['time']}" if shown[name]["time"] else ""
            rows.append((name, f"{shown[name]['date']}{told} ({shown[name]['timezone']})"))
    if reading.rrule:
        from taskora.language import describe

        rows.append(("repeats", describe(reading.rrule, reading.recur_from, reading.exdates)))
    if reading.duration_minutes:
        rows.append(("duration", f"{reading.duration_minutes} min"))
    if reading.priority:
        rows.append(("priority", f"p{reading.priority}"))
    if reading.project:
        rows.append(("project", reading.project))
    if reading.tags:
        rows.append(("tags", ", ".join(reading.tags)))
    rows += [
        ("reminder", reminder.at.isoformat() if reminder.at else f"{reminder.offset_minutes} min before")
        for reminder in reading.reminders
    ]
    for alternative in shown["alternatives"]:
        value = alternative["value"]
        rows.append(("or", f"{alternative['kind']} {value['date']}" if isinstance(value, dict) else str(value)))
    for name, value in rows:
        typer.echo(f"{name:<9} {value}")
