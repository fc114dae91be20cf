"""Ways of saying things that every reader would otherwise have to know: lists of fields, ``… respectively``, times of
day in words, per cent, a place between a kind and its names.

The step after `layout.cleaned` and before `orders`: what comes out says the same in the form that the readers know.
Quoted and fenced text is left alone.
"""

import re
from collections.abc import Callable
from functools import cache
from zoneinfo import available_timezones

from kora.language.creation.heads import heads
from kora.language.creation.layout import shielded
from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import KIND, kind_of
from kora.language.creation.plain import begins_more
from kora.language.vocabulary import NUMBER_WORDS


def worded(text: str) -> str:
    """The text with all of them in plain form."""
    text = _paired_fields(_listed_fields(text))
    text = _DEPLOY_SEVERAL.sub(lambda found: f"{found['polite']}create deployments {found['all']}", text)
    for pattern, put in _SPOKEN:
        text = _outside_quotes(text, pattern, put)
    text = _called_late(_led(_mounted(_placed(_its_own(text)))))
    while (done := _respectively(text)) != text:
        text = done
    return text


_AS_KIND = re.compile(
    rf",?\s+as\s+(?:an?\s+)?(?:new\s+)?(?P<kind>{KIND})\s+(?:(?:named|called)\s+)?(?P<name>[\"'`]?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[\"'`]?)(?P<where>\s+in\s+(?:the\s+)?(?:namespace\s+)?[\w-]+(?:\s+namespace)?)?\s*\.?\s*$",
    re.IGNORECASE,
)


def _led(text: str) -> str:
    """``two hosts … to service front, as ingress twins``: the object in front of what is said about it."""
    found = _AS_KIND.search(text)
    if found is None or begins_more(found["name"].strip("\"'`")) or heads(text[: found.start()]):
        return text
    return f"Create a {found['kind']} named {found['name']}{found['where'] or ''} with {text[: found.start()]}"


_ITS = re.compile(
    r"(?<=[.;\n])\s*(?:and\s+)?Its\s+(?P<kind>service|ingress|autoscaler|hpa)(?:,?\s+(?:also\s+|likewise\s+)?(?:named|called)\s+(?P<name>[\"'`]?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[\"'`]?),?)?\s+(?=(?:is|maps|should|must|listens|exposes|has|uses|shall|forwards|sends)\b)",
    re.IGNORECASE,
)


def _its_own(text: str) -> str:
    """``Its service, also called web, is of type …``, said of what came before, where no such object was asked for yet."""

    def put(found: re.Match[str]) -> str:
        if re.search(rf"\b{found['kind']}\b", text[: found.start()], re.IGNORECASE):
            return found[0]
        return f" Create a {found['kind']}{' named ' + found['name'] if found['name'] else ''} that "

    return _ITS.sub(put, text)


_CALL = re.compile(
    rf"\s*[.;,]\s*(?:and\s+)?(?:please\s+)?(?:call|name)\s+(?:it|this|that|(?:the|this|that)\s+(?:new\s+)?(?:{KIND}))\s+(?P<name>[\"'`]?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[\"'`]?)(?=\s*(?:[.,;]|$))",
    re.IGNORECASE,
)


def _called_late(text: str) -> str:
    """``run busybox every hour; call it tick``, where no object is named yet: the name beside what is run."""
    found = _CALL.search(text)
    if found is None or heads(text[: found.start()]):
        return text
    return f"{text[: found.start()]} named {found['name']}{text[found.end() :]}"


def _outside_quotes(text: str, pattern: re.Pattern[str], put: Callable[[re.Match[str]], str]) -> str:
    mask, made, position = shielded(text), "", 0
    for found in pattern.finditer(text):
        if mask[found.start() : found.end()] == found[0]:
            made += text[position : found.start()] + put(found)
            position = found.end()
    return made + text[position:]


# --- times of day ---------------------------------------------------------------------------------------------------

_HOURS = {word: value for word, value in NUMBER_WORDS.items() if 1 <= value <= 12 and word.isalpha()}
_MINUTES = {"half": 30, "quarter": 15, "a quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(sorted(_HOURS, key=len, reverse=True))})"
_DAYTIME = r"(?:\s+in\s+the\s+(?P<part>morning|afternoon|evening)|\s+(?P<night>at\s+night)|\s*(?P<half>[ap])\.?m\b\.?)"
_CLOCK = re.compile(
    rf"\b(?:(?P<minute>{'|'.join(sorted(_MINUTES, key=len, reverse=True))})\s+(?P<side>past|after|to|before)\s+{_HOUR}(?:\s+o'?clock)?{_DAYTIME}?"
    rf"|{_HOUR.replace('hour', 'hour2')}(?:\s+o'?clock)?{_DAYTIME.replace('<part', '<part2').replace('<night', '<night2').replace('<half', '<half2')})",
    re.IGNORECASE,
)


def _clock(found: re.Match[str]) -> str:
    groups = found.groupdict()
    said = (groups["hour"] or groups["hour2"]).lower()
    hour = int(said) if said.isdigit() else _HOURS[said]
    part = (groups["part"] or groups["part2"] or groups["half"] or groups["half2"] or "").lower()
    part = part or ("night" if groups["night"] or groups["night2"] else "")
    if hour > 12:
        return found[0]
    if part in {"afternoon", "evening", "p"} or (part == "night" and 6 <= hour < 12):
        hour = hour % 12 + 12
    elif part in {"morning", "a", "night"}:
        hour = hour % 12
    minute = _MINUTES[groups["minute"].lower()] if groups["minute"] else 0
    if groups["side"] and groups["side"].lower() in {"to", "before"}:
        hour, minute = (hour - 1) % 24, 60 - minute
    return f"{hour:02d}:{minute:02d}"


@cache
def _cities() -> dict[str, str]:
    """City → time zone, where only one zone has its name."""
    zones: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        region, _, city = zone.rpartition("/")
        if region and region not in {"Etc", "SystemV"} and "/" not in region:
            key = city.replace("_", " ").lower()
            zones[key] = "" if key in zones else zone
    return {city: zone for city, zone in zones.items() if zone}


def _zone(found: re.Match[str]) -> str:
    zone = _cities().get(found["city"].lower())
    return found[0] if zone is None else f"time zone {zone}"


_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = {word: value for word, value in NUMBER_WORDS.items() if 1 <= value <= 9 and word.isalpha()}
_BIG = re.compile(
    rf"(?<![\w/.-])(?:(?P<hundreds>an?|{'|'.join(_ONES)})\s+hundred(?:\s+(?:and\s+)?)?)?(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>{'|'.join(_ONES)}))?)?(?![\w/.-]*\w)", re.IGNORECASE)  # fmt: skip
_NAMING = re.compile(r"\b(?:named|called|name|namespace|ns|in)\s+[\"'`]?$", re.IGNORECASE)


def _number(found: re.Match[str]) -> str:
    """``a hundred and twenty``, ``forty-five`` in digits; a name stays a name."""
    hundreds, tens = found["hundreds"], found["tens"]
    if (not hundreds and not tens) or _NAMING.search(found.string[: found.start()]):
        return found[0]
    value = (
        100 * (1 if (hundreds or "a").lower() in {"a", "an"} else _ONES[(hundreds or "").lower()]) if hundreds else 0
    )
    value += _TENS[tens.lower()] if tens else 0
    value += _ONES[found["ones"].lower()] if found["ones"] else 0
    return f"{value}{' ' if found[0].endswith(' ') else ''}"


_HALF = re.compile(
    r"(?<!every )(?<!each )\b(?:(?P<half>half an hour|half a minute|(?:a )?quarter of an hour|three quarters of an hour)|(?P<whole>an?|\d+|one|two|three|four|five)(?P<unit> hours?| minutes?)? and a half(?P<unit2> hours?| minutes?)?|(?P<weeks>an?|\d+|one|two|three|four) weeks?(?= (?:after|before|old|long|ttl|until|at)\b|[,.;]|$))",
    re.IGNORECASE,
)
_PARTS = {"half an hour": "30 minutes", "half a minute": "30 seconds", "three quarters of an hour": "45 minutes"}


def _stretch(found: re.Match[str]) -> str:
    """``half an hour``, ``two and a half hours``, ``a week`` in one unit."""
    if found["half"]:
        return _PARTS.get(found["half"].lower(), "15 minutes")
    said = (found["whole"] or found["weeks"]).lower()
    number = 1 if said in {"a", "an"} else int(said) if said.isdigit() else NUMBER_WORDS[said]
    if found["weeks"]:
        return f"{number * 7} days"
    unit = (found["unit"] or found["unit2"] or "").strip().lower()
    if not unit:
        return found[0]
    return f"{number * 60 + 30} {'minutes' if unit.startswith('hour') else 'seconds'}"


_SPOKEN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_CLOCK, _clock),
    (_BIG, _number),
    (_HALF, _stretch),
    (re.compile(r"\b(?:every|each|any) verb\b", re.IGNORECASE), lambda found: "all verbs"),
    (
        re.compile(r"(?<=\d)-(?P<unit>gigs?|gigabytes?|megs?|megabytes?|[KMGT]i?B?)(?=\s+[a-z])", re.IGNORECASE),
        lambda found: f" {found['unit']}",
    ),
    # "stores /var/lib/data on the claim"
    (
        re.compile(
            r"\b(?P<do>stores?|keeps?|puts?|persists?|saves?|storing|keeping)\s+(?:(?:its|the|all)\s+)?(?:(?:data|files|state)\s+(?:in|at|under|from)\s+)?(?P<path>[\"'`]?/[\w./-]*\w[\"'`]?)\s+(?:on|in|to|onto)\s+(?P<what>(?:the|that|this|its)\s+(?:persistent\s+)?(?:volume\s+)?(?:claim|pvc|volume)(?:\s+[\"'`]?(?!and\b|with\b)[a-z0-9][a-z0-9-]*[\"'`]?)?)",
            re.IGNORECASE,
        ),
        lambda found: f"mounts {found['what']} at {found['path']}",
    ),
    # "namespace web (pods role=front)"
    (
        re.compile(
            r"\b(?P<where>namespace\s+[\"'`]?[a-z0-9][a-z0-9-]*[\"'`]?)\s+\((?:only\s+)?(?:the\s+)?(?P<pods>pods?\s+[^()]*)\)",
            re.IGNORECASE,
        ),
        lambda found: f"{found['pods']} in {found['where']}",
    ),
    (
        re.compile(r"\b(?:in|for) (?:both|either|all) directions?\b|\bboth ways\b", re.IGNORECASE),
        lambda found: "ingress and egress",
    ),
    (re.compile(r"\bincl\.(?=\s)|\bincl\b", re.IGNORECASE), lambda found: "including"),
    (
        re.compile(r"(?<=[\s)])[x×]\s?(?P<n>\d{1,3})\b(?=\s*(?:,|in\b|with\b|on\b|$))"),
        lambda found: f"with {found['n']} replicas",
    ),
    (
        re.compile(r"\b(?P<low>\d+)\s?[-–]\s?(?P<high>\d+)(?=\s+(?:replicas|pods|instances)\b)", re.IGNORECASE),
        lambda found: f"{found['low']} to {found['high']}",
    ),
    (re.compile(r"\b(?:pls|plz|please)\?", re.IGNORECASE), lambda found: ","),
    (re.compile(r"\b(?:pls|plz)\b", re.IGNORECASE), lambda found: "please"),
    (re.compile(r"\b(?:can|could|would) u\b", re.IGNORECASE), lambda found: "can you"),
    (
        re.compile(r"\b(?P<what>retr(?:y|ied|ies)(?: it)?) (?P<n>once|twice)\b", re.IGNORECASE),
        lambda found: f"{found['what']} {'1' if found['n'].lower() == 'once' else '2'} times",
    ),
    (
        re.compile(
            r"(?<![\w/])(?:in\s+)?(?P<city>(?-i:[A-Z][a-z]+(?:\s[A-Z][a-z]+)?))(?:'s)?\s+(?:local\s+)?time(?:\s?zone)?\b"
        ),
        _zone,
    ),
    (re.compile(r"(?<![\w/])w/\s?(?=\w)"), lambda found: "with "),
    (re.compile(r"\breplica's\b", re.IGNORECASE), lambda found: "replicas"),
    (re.compile(r"(?<=\d)\s*\.\.\.?\s*(?=\d)"), lambda found: " to "),
    # "a memory limit, 128Mi"
    (re.compile(r"(?<=\b(?:limit))\s*,\s+(?=\d+(?:\.\d+)?\s?(?:[KMG]i?B?|m)\b)", re.IGNORECASE), lambda found: " of "),
    # "a service of the same name": named after the workload before it
    (
        re.compile(r"(?<=\bservice)\s+(?:of|with|by|under|bearing)\s+the\s+same\s+name(?!\s+as\b)", re.IGNORECASE),
        lambda found: "",
    ),
    # "hpa web-hpa -> deployment web"
    (re.compile(rf"\s*(?:->|→|=>)\s*(?=(?:the\s+)?(?:{KIND})\b)", re.IGNORECASE), lambda found: " for "),
    (
        re.compile(r"\((?:image\s+)?pull\s+(?P<when>always|never)\)", re.IGNORECASE),
        lambda found: f", pull policy {found['when']},",
    ),
    (re.compile(r"(?<=\d)\s+per\s?cent\b", re.IGNORECASE), lambda found: "%"),
    # "run node-exporter (prom/node-exporter:v1)": a program with its image
    (
        re.compile(
            r"\b(?P<do>run|deploy|launch|start|install|roll out)\s+(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\s+\((?:image\s+)?(?P<image>[a-z0-9][\w./-]*(?::\d+/[\w./-]*\w)?[:/][\w.-]*\w)\)",
            re.IGNORECASE,
        ),
        lambda found: (
            f"{found['do']} {found['image']} named {found['name']}" if kind_of(found["name"]) is None else found[0]
        ),
    ),
)


# --- lists of fields ------------------------------------------------------------------------------------------------

_FIELD = re.compile(r"^[ \t]*(?:[-*•][ \t]+)?(?P<key>[A-Za-z][\w./ -]{0,30}?)\s*[:=]\s+(?P<value>\S.*?)[.;,]?\s*$")
_TITLE = re.compile(
    r"^[ \t]*(?:#+[ \t]*)?(?:ticket|issue|task|story|request|req|jira|change)\s*(?:#|no\.?\s*)?(?:[A-Z]+-)?\d+\s*[:–-]?[ \t]*", re.IGNORECASE)  # fmt: skip
_PREFIX = re.compile(r"^(?:metadata|spec|template|container|data)\.", re.IGNORECASE)


def _listed_fields(text: str) -> str:
    """``kind: Deployment`` / ``name: web`` / ``replicas: 3``, a field a line or between semicolons, as one description:
    the kind and the name in front, the rest behind them in its order."""
    text = _TITLE.sub("", text)
    lines = [line for line in re.split(r"\n|;(?=\s)", text) if line.strip()]
    fields = [_FIELD.match(line) for line in lines]
    kinds = [
        at for at, each in enumerate(fields) if each is not None and _PREFIX.sub("", each["key"]).lower() == "kind"
    ]
    if not kinds:
        kinds = [at for at, each in enumerate(fields) if each is not None and kind_of(each["value"]) is not None][:1]
    if not kinds:  # "Deployment; name: web": the kind by itself in the first place
        kinds = [at for at, line in enumerate(lines[:2]) if kind_of(_bare(line)) is not None]
        if len(kinds) != 1 or sum(each is not None for each in fields) < 2:
            return text
    if len(kinds) != 1:
        return text
    opening = fields[kinds[0]]
    kind = kind_of((opening["value"] if opening is not None else _bare(lines[kinds[0]])).strip("\"'`. "))
    start = next((at for at, each in enumerate(fields) if each is not None), 0)
    if kind is None or any(each is None for each in fields[max(start, kinds[0] + 1) :]):
        return text
    name, rest = "", []
    for at, each in enumerate(fields):
        if each is None or at == kinds[0]:
            continue
        key, value = _PREFIX.sub("", _PREFIX.sub("", each["key"].strip())), each["value"]
        if key.lower() == "apiversion":
            continue
        if key.lower() == "name":
            name = f" named {value}"
        else:
            rest.append(f"{key}: {value}")
    intro = [line for at, line in enumerate(lines[:start]) if at != kinds[0] and re.search(r"\d|[/:=\"'`]", line)]
    return " ".join([*intro, f"Create a {kind}{name}.", *(f"{each}." for each in rest)])


_PAIRED = re.compile(
    rf"^\s*(?:(?:a|an|new|create|make|please)\s+)*(?P<kind>{KIND}|cron|deploy|ns)\s*[:,;]?\s+(?=[a-z][\w-]*=\S)",
    re.IGNORECASE,
)
_PAIR_START = re.compile(r"(?:^|[,;]\s*|\s+)(?P<key>[a-z][a-z_-]*)=")
_KEYS = {"ns": "namespace", "cmd": "command", "img": "image"}


def _paired_fields(text: str) -> str:
    """``cron: name=purge, ns=ops, image=ops/purge:2``: the fields of one object as pairs."""
    opening = _PAIRED.match(text)
    if opening is None:
        return text
    body = text[opening.end() :]
    starts = list(_PAIR_START.finditer(shielded(body)))
    if len(starts) < 2 or starts[0].start() != 0:
        return text
    kind = {"cron": "cron job", "deploy": "deployment", "ns": "namespace"}.get(opening["kind"].lower(), opening["kind"])
    name, made = "", []
    for at, found in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(body)
        key, value = _KEYS.get(found["key"], found["key"]), body[found.end() : end].strip(" ,;")
        value, _, more = value.partition(", ") if not value.startswith(("[", '"', "'", "`")) else (value, "", "")
        if key == "name":
            name = f" named {value}"
        elif key in _PLAIN_FIELDS:
            made.append(f"{key} {value}")
        else:
            made.append(f"{found['key']}={value}")
        made += [more] if more else []
    return f"Create a {kind}{name} with {', '.join(made)}"


_PLAIN_FIELDS = frozenset({"namespace", "image", "schedule", "command", "args", "replicas", "port", "type", "class", "size", "host", "path", "verbs", "resources"})  # fmt: skip


def _bare(line: str) -> str:
    return re.sub(r"^[ \t]*(?:[-*•#]+[ \t]*)?(?:a |an |new )*", "", line.strip(" .:,"), flags=re.IGNORECASE)


# --- several objects in one clause ----------------------------------------------------------------------------------

_NAME = r"[\"'`]?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[\"'`]?(?![\w/-]|:\S)"
_ITEM = rf"{_NAME}(?:\s+\([^()]*\))?"
_SEVERAL = rf"(?:\b(?:two|three|four|five|six|\d)\s+(?:new\s+)?)(?P<kind>{KIND})s"
_PLACED = re.compile(
    rf"(?P<what>{_SEVERAL})\s+(?:in|into)\s+(?:the\s+)?(?:(?:namespace|ns)\s+)?(?P<place>{_NAME})(?:\s+namespace)?\s*(?:[,:]|\s(?:named|called|namely))\s*(?P<first>{_ITEM})(?=\s*(?:,|and\b|runs?\b|running\b|with\b|uses?\b|using\b|from\b|for\b|on\b))",
    re.IGNORECASE,
)


def _placed(text: str) -> str:
    """``two deployments in shop: cart (…) and search (…)``: the place behind the first of them."""
    found = _PLACED.search(text)
    if found is None or not is_name(found["place"]) or begins_more(found["place"]):
        return text
    return f"{text[: found.start()]}{found['what']} named {found['first']} in namespace {found['place']}{text[found.end() :]}"


_CONTAINER_NAME = re.compile(
    r"(?:\b(?:named|called|container|containers|sidecar|helper)\s+[\"'`]?|[\"'`])(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?(?![\w:/.-])|(?<![\w-])(?P<before>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?=\s+(?:container\b|\((?:image\s+)?[a-z0-9][\w./-]*[:/]))"
)
_HAS_AT = re.compile(
    rf"(?P<lead>(?:[:,;.]|\band\b)\s*(?:in\s+)?)(?:the\s+)?(?P<name>{_NAME})(?:\s+container)?\s+(?:(?:should\s+|must\s+|will\s+)?(?:has|have|mounts?|gets?|sees?|uses?|finds?|puts?)\s+(?:it|them|this|the\s+(?:volume|directory|folder))\s+|(?:it is\s+)?(?:mounted\s+)?)(?P<at>(?:(?:read[ -]only)\s+)?(?:at|on|under|as|in))\s+(?P<path>[\"'`]?/[\w./-]*\w[\"'`]?)(?P<ro>\s+\(?read[ -]only\)?)?",
    re.IGNORECASE,
)


def _mounted(text: str) -> str:
    """``fetch has it at /work, site at /html``, said of containers, as places in those containers."""
    known = {found["name"] or found["before"] for found in _CONTAINER_NAME.finditer(text)}

    def put(found: re.Match[str]) -> str:
        name = found["name"].strip("\"'`")
        if name not in known or begins_more(name) or kind_of(name) is not None:
            return found[0]
        return f"{found['lead']}mounted at {found['path']}{found['ro'] or ''} in the {name} container"

    return _HAS_AT.sub(put, text) if _VOLUME.search(text) else text


_VOLUME = re.compile(r"\b(?:volumes?|empty ?-?dir|claims?|pvc|config ?maps?|secrets?)\b", re.IGNORECASE)
_DEPLOY_SEVERAL = re.compile(
    rf"^(?P<polite>\s*(?:please\s+)?)(?:deploy|run|launch|start|roll out)\s+(?:the\s+)?(?P<all>{_NAME}\s+\([^()]*[:/][^()]*\)(?:(?:,\s*(?:and\s+)?|\s+and\s+){_NAME}\s+\([^()]*[:/][^()]*\))+)",
    re.IGNORECASE,
)
_VALUE = r"(?:\"[^\"\n]*\"|`[^`\n]*`|'[^'\n]*'|[\w./:%=-]*[\w%])"
_RESPECTIVELY = re.compile(
    rf"(?P<lead>(?:,\s*|\s+)(?:(?:and|both|with|have|having|has|using|use|running|run|from|on|at|listening|exposing|serving|of|the|respective)\s+)*)(?P<noun>(?:[a-z]+\s+)??)(?P<values>{_VALUE}(?:,\s*{_VALUE})*,?\s+and\s+{_VALUE})(?P<unit>(?:\s+(?!respectively)[a-z]+){{0,2}}),?\s+respectively\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    rf"\b(?P<kind>{KIND})s\s+(?:(?:named|called)\s+|:\s*|,\s*)?(?P<names>{_ITEM}(?:\s+in\s+namespace\s+{_NAME})?(?:,\s*{_ITEM})*,?\s+and\s+{_ITEM})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r",?\s+and\s+|,\s*")


def _respectively(text: str) -> str:
    """``deployments a and b with 2 and 3 replicas respectively`` → ``deployments a with 2 replicas, b with 3 replicas``."""
    found = _RESPECTIVELY.search(text)
    if found is None:
        return text
    values = _BETWEEN.split(found["values"])
    named = None
    for each in _NAMES.finditer(text, 0, found.start()):
        if len(_split(each["names"])) == len(values):
            named = each
    if named is None:
        return text
    lead = re.sub(r"^[\s,]*(?:and\s+)?|\b(?:both|respective|the)\s+", "", found["lead"])
    noun = re.sub(r"s\s+$", " ", found["noun"])
    lead = lead or "with "
    items = [
        f"{name} {lead}{noun}{value}{found['unit']}" for name, value in zip(_split(named["names"]), values, strict=True)
    ]
    start, end = named.span("names")
    return text[:start] + ", ".join(items[:-1]) + " and " + items[-1] + text[end : found.start()] + text[found.end() :]


def _split(names: str) -> list[str]:
    """A coordination cut at its commas and "and", parentheses kept together."""
    mask = re.sub(r"\([^()]*\)", lambda found: "_" * len(found[0]), names)
    cuts, position = [], 0
    for found in _BETWEEN.finditer(mask):
        cuts.append(names[position : found.start()])
        position = found.end()
    return [each.strip() for each in [*cuts, names[position:]] if each.strip()]
