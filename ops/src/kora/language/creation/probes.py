"""Probes: what is asked, how often, how patiently."""

import re
from typing import Any

from kora.language.creation.commands import listed, shell_words
from kora.language.creation.scan import Scan, number, seconds, unquoted
from kora.language.intents import ProbeSpec

_STEMS = {"liveness": r"live?ness|live", "readiness": r"readyness|readiness|ready", "startup": r"start-?up"}
_ANY = r"(?:live?ness|live|readyness|readiness|ready|start-?up)"
_WORDS = r"(?: ?-?(?:probes?|checks?))"
_FORMS = r"(?:http ?-?(?:get)? |tcp ?-?(?:socket)? |exec |command |grpc |health )*"
_SECONDS: dict[str, tuple[str, ...]] = {
    "initial_delay_seconds": (
        r"initial ?-?delay(?: ?-?seconds)?<is><dur:n>",
        r"<dur:n> (?:of )?initial ?-?delay",
        r"(?:(?:and|give|it|them|wait|allow) )*<dur:n> (?:before|until|till|ahead of) (?:the )?(?:very )?(?:first|initial) (?:check|probe|request|attempt)",
        r"(?:delay(?:ed)?|(?:start|begin|wait|kick in)\w*)(?: \w+){0,2}? (?:of |by |for |after |at )?<dur:n>(?: (?:after|before|delay|initially|following)(?: (?:the|start\w*|startup|container|it|checking|probing|first|check|boot|has|started|starts))*)?",
        r"after(?: \w+){0,3}? <dur:n>(?: (?:delay|wait|of))*",
        r"<dur:n> (?:after|following)(?: (?:the|container|pod|it|has|is))* ?(?:start\w*|startup|boot\w*|launch\w*)",
        r"delay<is><dur:n>",
    ),
    "period_seconds": (
        r"(?:period(?: ?-?seconds)?|interval|frequency)<is><dur:n>",
        r"(?:every|each|per|at intervals? of|in intervals of) <dur:n>",
        r"<dur:n> (?:period|interval|frequency)s?",
        r"<dur:n> apart",
    ),
    "timeout_seconds": (
        r"time(?:s)? ?-?out(?: ?-?seconds)?(?: after| in| of|<is>)?<is><dur:n>",
        r"<dur:n> time ?-?out",
    ),
}
_COUNTS: dict[str, tuple[str, ...]] = {
    "failure_threshold": (
        r"failure ?-?threshold<is><num:n>(?: (?:times|failures|attempts))?",
        r"(?:considered |marked |deemed |counts? as )?(?:fail(?:s|ing|ed)?|giv(?:es?|ing) up|dead|unhealthy) after <num:n>(?: (?:consecutive|failed))* (?:failures?|attempts?|tries|times|misses|checks)",
        r"(?:after|up to|at most|for|allow(?:s|ing)?|tolerat\w+|maximum(?: of)?|max) <num:n>(?: (?:consecutive|failed|unsuccessful|allowed))* (?:failures?|attempts?|tries|times|misses|checks|failed)",
        r"(?:with )?<num:n> (?:consecutive )?(?:tries|attempts)",
        r"<num:n> (?:consecutive )?(?:failures?|failed attempts?|misses)",
        r"(?:(?:and|let|may|can|it) )*(?:fail(?:s|ing|ed)?|giv(?:es?|ing) up)(?: after| with| on)? <num:n>(?: (?:consecutive|failed))*(?: (?:times|attempts?|tries|failures?|misses))?",
    ),
    "success_threshold": (
        r"success ?-?threshold<is><num:n>(?: (?:times|successes))?",
        r"<num:n> (?:consecutive )?successes",
    ),
}


def read_probes(scan: Scan) -> dict[str, ProbeSpec]:
    """The probes of one container, each from its mention to the end of what is said about it."""
    marks: list[tuple[int, int, tuple[str, ...]]] = []
    for found in re.finditer(
        rf"(?<![\w=/-])(?:(?:the|a|an|both)\s+)?{_FORMS.replace(' ', chr(92) + 's')}(?P<first>{_ANY})(?:{_WORDS})?(?:(?:\s*(?:,|\band\b|&)+\s*|(?<=\w)/|\s/\s)(?P<second>{_ANY}))?(?:(?:\s*(?:,|\band\b|&)+\s*|(?<=\w)/|\s/\s)(?P<third>{_ANY}))?(?:{_WORDS}(?!\w)|(?=\s*:\s+(?:http|tcp|exec|get|/|run|command|\d|port))|(?=\s+(?:every|after)\s+\d)|(?=\s+(?:(?:both|are|should|check|checks|use|uses|on|at|via|with|using|probing|is|get|http|of)\s+)*(?:/|tcp\b|http\b|exec\b|the\s+same\b)|\s+(?:is|runs?|executes?|uses?)\s))(?:\s*:)?",
        scan.rest,
        re.IGNORECASE,
    ):
        which = tuple(_which(each) for each in (found["first"], found["second"], found["third"]) if each)
        marks.append((found.start(), found.end(), which))
    probes: dict[str, ProbeSpec] = {}
    if not marks:
        return probes
    ends = [mark[0] for mark in marks[1:]] + [len(scan.rest)]
    for (start, end, which), stop in zip(marks, ends, strict=True):
        last = _extent(scan.rest, end, stop)
        part = scan.part(end, last)
        form = scan.rest[start:end]
        scan.claim(start, end)
        again = (
            part.take(
                r"(?:on|at|via|with|using)? ?<the>same (?:path|endpoint|url|port|check|request)(?: and (?:path|port))?"
            )
            is not None
        )
        spec = _probe_of(part, form)
        if again and probes:
            asked = next(reversed(probes.values())).model_dump(include={"path", "port", "tcp_port", "command"})
            spec = (spec or ProbeSpec()).model_copy(update=asked)
        if spec is None:  # said without what it asks: the sentence before the word may tell
            spec = _before(scan, start, form)
        for each in which:
            if spec is not None:
                kept = probes.get(each)
                probes[each] = (
                    spec
                    if kept is None
                    else kept.model_copy(
                        update={key: value for key, value in spec.model_dump().items() if value not in (None, ())}
                    )
                )
        scan.rest = scan.rest[:end] + part.rest + scan.rest[last:]  # what the probe did not take belongs to others
    return probes


def _before(scan: Scan, start: int, form: str) -> ProbeSpec:
    """``use GET /ready on port 80 as the readiness probe``."""
    begin = max((scan.rest.rfind(mark, 0, start) for mark in (". ", ";", "\n", ", ")), default=-1) + 1
    text = scan.rest[begin:start]
    if re.search(r"\b(?:as|for|with)\s+$", text) is None or re.search(r"/|tcp|port", text) is None:
        return ProbeSpec()
    part = scan.part(begin, start)
    spec = _probe_of(part, form)
    scan.rest = scan.rest[:begin] + part.rest + scan.rest[start:]
    return spec or ProbeSpec()


def _which(word: str) -> str:
    return next(which for which, stem in _STEMS.items() if re.fullmatch(stem, word.lower()))


_OTHERS = re.compile(
    r"[;\n]|\.(?=\s|$)|\b(?:labels?|images?|replicas|requests?(?= (?:cpu|memory|of))|(?:resource|memory|cpu)[ -]?(?:limits?|requests?)|volumes?|namespace|mount\w*|env(?:ironment)?|service account)\b", re.IGNORECASE)  # fmt: skip
_GOES_ON = re.compile(r"[;.\n]\s*(?:and )?(?:it |give it |let it |allow it |allow |wait |the (?:probe|check)s? |both |this (?:probe|check) |they |start |begin |run it |check it |wait |initial|period|timeout|failure|with )", re.IGNORECASE)  # fmt: skip


def _extent(text: str, start: int, stop: int) -> int:
    """Where what is said about the probe ends: at the next subject, but not before "the probe should …"."""
    from kora.language.creation.layout import shielded

    mask = shielded(text)
    position = start
    while (found := _OTHERS.search(mask, position, stop)) is not None:
        more = _GOES_ON.match(mask, found.start(), stop)
        if more is None:
            return found.start()
        position = more.end()
    return stop


def _probe_of(part: Scan, opening: str) -> ProbeSpec | None:
    slots: dict[str, Any] = {}
    command = part.take(
        r"(?:exec(?:utes?|uting)?|runs?|running|command|commands)(?: command| the command| script)?<is>(?P<cmd>\[[^\]]*\])",
        r"(?:exec(?:utes?|uting)?|runs?|running|command|commands)(?: command| the command| script)?<is><quoted:cmd>(?: command)?",
        r"<quoted:cmd>(?: command)",
        r"(?:exec|command|runs?|running|execut(?:es|ing))(?: the command)?<is>(?P<cmd>(?:cat|ls|test|pg_isready|redis-cli|mysqladmin|curl|wget|sh|nc|grep|true|touch|stat|/[\w/.-]+)\b[\w./ -]*?)(?=,|$|\.(?:\s|$)| with| and| every| after|;|\))",
    )
    if command is not None:
        text = command["cmd"]
        slots["command"] = listed(text) if text.startswith("[") else shell_words(unquoted(text))
    joint = (
        part.take(r"(?:http ?-?get |get |path )*[\"'`]?(?P<path>/[\w./-]*):(?P<port>\d{2,5})[\"'`]?")
        if "command" not in slots
        else None
    )
    if joint is not None:
        slots["path"], slots["port"] = joint["path"], int(joint["port"])
    path = (
        None
        if "command" in slots or joint is not None
        else part.take(
            r"(?:http ?-?)?(?:get|path|endpoint|url|uri)(?: path)?<is><path:path>(?: (?:path|endpoint))?",
            r"<path:path>(?: (?:path|endpoint|url))?",
        )
    )
    if path is not None:
        slots["path"] = path["path"]
    for slot, patterns in _COUNTS.items():
        counted = part.take(*patterns)
        if counted is not None:
            slots[slot] = number(counted["n"])
    for slot, patterns in _SECONDS.items():
        timed = part.take(*patterns)
        if timed is not None:
            slots[slot] = seconds(timed["n"])
    if "command" in slots:
        return ProbeSpec(**slots)
    port = (
        None
        if joint is not None
        else part.take(
            r"<the>(?:same )?(?:tcp |http |container )?port<is>(?P<port>\d+|[\"'`]?(?!is\b|to\b)[a-z][a-z0-9-]*[\"'`]?(?= ?(?:[,.;)]|$|with|and)))",
            r"(?:tcp(?: ?-?socket)?|on|:|at|against|socket)(?: connection| check)?(?: to| on| at)? ?(?P<port>\d{2,5})(?! ?(?:s|seconds?|m|min)\b)",
        )
    )
    if port is not None:
        text = unquoted(port["port"])
        value: int | str = int(text) if text.isdigit() else text
        if path is None and isinstance(value, int) and "http" not in opening.lower():
            slots["tcp_port"] = value
        else:
            slots["port"] = value
            if path is None and "http" in opening.lower():
                slots["path"] = "/"
    part.take_all(r"http ?-?get|https?|tcp ?-?socket|tcp|requests?|succeeds|checking|checks|probe|probing")
    return ProbeSpec(**slots) if slots else None
