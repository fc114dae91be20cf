"""Orders whose verb says what is to be made: ``route shop.test to service web``, ``run redis 7 every night``, ``only
pods labelled app=api may talk to db``, ``keep at least two pods of web up during drains``.

Each frame is the opening of a sentence with its parts; it becomes the one form that the readers know, "create a KIND
…", with the rest of the sentence as it stood. What kind of workload runs an image follows from how often it runs and
where (`_runner`). The step after `images.versioned`, before `heads`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kora.language.creation.grants import looks_like_grant
from kora.language.creation.heads import heads
from kora.language.creation.images import IMAGE_NAME, KNOWN_IMAGES
from kora.language.creation.layout import shielded
from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import KIND, KIND_WORDS, kind_of
from kora.language.creation.plain import begins_more, is_plain
from kora.language.vocabulary import NUMBER_WORDS

_POLITE = r"(?:(?:please|kindly|also|now|then|next|finally|first|and|so|can you|could you|would you|i want to|i'd like to|we want to|we need to|i need to|let's|hey|hi)\b[\s,]*)*"
_Q = "[\"'`]?"
_NAME = rf"{_Q}[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?{_Q}"
_HOST = rf"{_Q}(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*(?:/[\w./-]*)?{_Q}"
_SCALED = r"(?P<kind>deployment|stateful ?set|replica ?set)"
_PART_OF_DAY = r"(?:day|night|morning|evening|hour|minute|week|month|weekday|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
WHEN = re.compile(
    rf"\b(?:every|each|once an?|twice an?)\s+(?:\d+\s+|single\s+|other\s+|half\s+|quarter\s+|two\s+|three\s+|five\s+|ten\s+|fifteen\s+|thirty\s+)?(?:{_PART_OF_DAY}|mins?|minutes|hours|days)\b"
    r"|\b(?:nightly|daily|hourly|weekly|monthly)\b|\bon (?:weekdays|weekends|working days|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
    r"|\bcron(?:tab)? ?(?:schedule|expression)?\b|@(?:daily|hourly|weekly|monthly)\b|(?:[\d*/,-]+ ){4}[\d*/,-]+", re.IGNORECASE)  # fmt: skip
"""Words that say how often something is done."""
_EVERYWHERE = re.compile(r"\b(?:on|to) (?:each|every|all)(?: of)?(?: the| our)?(?: single)?(?: cluster)? (?:node|machine|worker|host)s?\b", re.IGNORECASE)  # fmt: skip
_ONCE = re.compile(
    r"\b(?:once|one-off|one-time|a single time|exactly one time|to completion|until (?:it )?(?:complet|finish|succeed)\w*|\d+ times|\d+ completions)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(r"\b(?:persistent|own (?:volume|disk|storage)|stable (?:name|identit)\w*|stateful)\b", re.IGNORECASE)


_Becomes = Callable[[re.Match[str], str, str], str | None]


@dataclass(frozen=True)
class Frame:
    """How a sentence opens, and what it becomes; None keeps it as it is."""

    opening: re.Pattern[str]
    becomes: "_Becomes"
    """The match, the rest of the sentence, the text before the sentence."""


def _frame(pattern: str, becomes: _Becomes) -> Frame:
    return Frame(re.compile(_POLITE + pattern, re.IGNORECASE), becomes)


def _runner(rest: str) -> str:
    """The kind of workload for an image that is run as the rest of the sentence says."""
    said = shielded(rest)
    if WHEN.search(said):
        return "cron job"
    if _EVERYWHERE.search(said):
        return "daemon set"
    if _ONCE.search(said):
        return "job"
    return "stateful set" if _KEPT.search(said) else "deployment"


_AS_NAMED = re.compile(
    rf"\s*\bas\s+(?:an?\s+|the\s+)?(?P<kind>deployment|stateful ?set|daemon ?set|pod|job|cron ?job)\b(?:\s+(?:named\s+|called\s+)?(?!in\b|with\b|on\b|and\b|that\b|which\b|at\b|every\b|for\b|using\b)(?P<name>{_NAME}))?",
    re.IGNORECASE,
)
_AS_KIND = re.compile(r"\s*(?:container\s+|image\s+|server\s+)?(?:in it\s+|there\s+)?(?:as|in|inside|within|into)\s+(?:an?|one|the|new)\s+(?:[\w-]+\s+){0,2}?(?:deployment|stateful ?set|daemon ?set|pod|job|cron ?job|replica ?set)\b", re.IGNORECASE)  # fmt: skip
_KIND_NEXT = re.compile(rf"\s*(?:{KIND})\b", re.IGNORECASE)
_HAS_RUNNER = frozenset({"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob"})
_CALLED = re.compile(rf"\s*(?:,\s*)?(?:as|under the name(?: of)?|named|called)\s+(?!an?\b|the\b|user\b|root\b|non\b)(?P<name>{_NAME})(?![\w:/-])", re.IGNORECASE)  # fmt: skip


def _run(found: re.Match[str], rest: str, before: str) -> str | None:
    image = found["image"]
    if image[:1] in "\"'`" and image[-1:] != image[:1]:
        return None  # a quoted command: "run `python job.py`"
    base = image.strip("\"'`").rsplit("/", 1)[-1].split(":")[0].lower()
    if base in KIND_WORDS or kind_of(base) is not None or _AS_KIND.match(rest) or _KIND_NEXT.match(rest):
        return None
    if not (":" in image or "/" in image or re.fullmatch(rf"{_Q}(?:{KNOWN_IMAGES}){_Q}", image, re.IGNORECASE)):
        return None
    if any(each.kind in _HAS_RUNNER for each in heads(before)) if before.strip() else False:
        return None
    if ":" not in image:  # "a redis cache …, redis:7.2": said again with its version
        tagged = re.search(
            rf"(?:,\s*|\b(?:with|from|using)\s+)(?:the\s+)?(?:image\s+)?(?P<full>{re.escape(image)}:\w[\w.-]*)(?<!\.)",
            rest,
        )
        if tagged is not None:
            image, rest = tagged["full"], rest[: tagged.start()] + rest[tagged.end() :]
    runner = _AS_NAMED.search(shielded(rest))
    kind = runner["kind"] if runner is not None else _runner(rest)
    if runner is not None:
        rest = rest[: runner.start()] + rest[runner.end() :]
    called = _CALLED.match(rest)
    name = called["name"].strip("\"'`") if called is not None else None
    if runner is not None and runner["name"]:
        name = runner["name"].strip("\"'`")
    if called is not None:
        rest = rest[called.end() :]
    number = f"with {found['n']} replicas " if found["n"] else ""
    own = f"named {name} " if name else "" if re.search(r"\b(?:named|called)\s", rest) else f"named {base} "
    return f"create a {kind} {own}{number}using image {image} " + rest


def _data(found: re.Match[str], rest: str, before: str) -> str:
    name = f"named {found['name']}" if found["name"] else ""
    return f"create a {found['kind']} {name} with {found.groupdict().get('what') or found['file']} {rest}"


def _route(found: re.Match[str], rest: str, before: str) -> str:
    host, _, path = (found["host"] or "").strip("\"'`").partition("/")
    path = found.groupdict().get("path", "/" + path).strip("\"'`").removeprefix("/")
    at = f" for host {host}" if host else ""
    port = re.match(r"\s*(?:(?:on|at|,|:)\s*)?(?:its\s+)?(?:port\s+)?:?\s*(\d{2,5})\b", rest)
    rest = rest[port.end() :] if port else rest
    service = found["service"].strip("\"'`")
    return f"create an ingress{at} with path /{path} to service {service}{':' + port[1] if port else ''} {rest}"


def _expose(found: re.Match[str], rest: str, before: str) -> str:
    called = re.search(
        rf"\s*\(service named\s+({_NAME})\)|,?\s*(?:with|using|by|via|as|through)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?P<type>(?:node ?-?port|load ?-?balancer|cluster ?-?ip|headless)\s+)?service\s+(?:named|called)\s+({_NAME})",
        rest,
        re.IGNORECASE,
    )
    if called is not None:
        kind = f" as a {called['type']} service " if called["type"] else ""
        rest = rest[: called.start()] + kind + rest[called.end() :]
    name = (called[1] or called[3]) if called is not None else found["object"]
    return f"create a service named {name} for {found['kind']} {found['object']} {rest}"


def _autoscale(found: re.Match[str], rest: str, before: str) -> str:
    rest = re.sub(r"^\s*(?:automatically\s+)?(?:so that|such that)\s+", " ", rest)
    return f"create a horizontal pod autoscaler for {found['kind'] or 'deployment'} {found['object']} {rest}"


_DISRUPTS = re.compile(r"\b(?:drain\w*|disrupt\w*|evict\w*|maintenance|upgrad\w*|voluntar\w*)\b", re.IGNORECASE)


def _keep_up(found: re.Match[str], rest: str, before: str) -> str | None:
    if not _DISRUPTS.search(found[0] + rest):
        return None
    rest = re.sub(r"\b(?:during|while|when|under|for|even|in the (?:event|case) of|at any time)\b[^.;,\n]*", " ", rest)
    slot = "min available" if found["least"] else "max unavailable"
    rest = re.sub(
        r"^\s*(?:always|must|should|stays?|remains?|is|are|be|being|kept|keep|up|available|running|down|unavailable|offline|evicted|at (?:once|a time|all times|the same time)|\s)+(?=\W|$)",
        " ",
        rest,
    )
    kind = re.sub(r"^(?:app|application|service)$", "", found["kind"] or "", flags=re.IGNORECASE) or "deployment"
    return f"create a pod disruption budget for {kind} {found['object']} with {slot} {found['n']} {rest}"


def _defaults(found: re.Match[str], rest: str, before: str) -> str:
    space = found["space"] or found["space2"]
    return f"create a limit range {f'in namespace {space} ' if space else ''}with {rest}"


def _bound(found: re.Match[str], rest: str, before: str) -> str:
    groups = found.groupdict()
    space = groups["space"] or groups.get("space2")
    return f"create a resource quota{f' in namespace {space}' if space else ''} with {rest}"


_PODS = r"(?:pods?|namespaces?|labell?ed|[\w./-]+=[\w.-]+|traffic|ingress|egress|\d+\.\d+\.\d+\.\d+)"
_TALKS = r"(?:talk|connect|communicat|reach|access|call|contact|speak|sen[dt]|receiv|accept|allow|open|initiat)\w*"


def _between(found: re.Match[str], rest: str, before: str) -> str | None:
    said = found[0] + rest
    if not re.search(rf"\b{_PODS}\b", said, re.IGNORECASE) or looks_like_grant(said):
        return None
    if any(each.kind != "Pod" for each in heads(said)):
        return None
    said = re.sub(rf"(\bnamespace\s+{_NAME}|{_NAME}\s+namespace)\s*:", r"\1,", said, flags=re.IGNORECASE)
    return "create a network policy so that " + said.strip()


def _turned(found: re.Match[str], rest: str, before: str) -> str | None:
    """``every night at 2 run busybox to …``: when, in front."""
    order = f"{rest.strip(' ,.;')} {found['when'].strip(' ,')}"
    inner = framed(order)
    return None if inner == order else f"{inner}. "


_GET = r"(?:create|make|add|set up|put up|provision|get|i need|we need|i want|we want|i'd like|we'd like|give me|get me|need|want)"
_FILE = r"(?P<file>(?:(?:the\s+|a\s+)?(?:file|key|entry|setting)\s+[\"'`]?[\w.-]*\w[\"'`]?|[\"'`][\w-]+\.[\w.-]*\w[\"'`])\s+(?:with|=|containing|set to|having)(?:\s+(?:the\s+)?(?:content|contents|value))?\s*(?:\"[^\"]*\"|'[^']*'|`[^`]*`))"
_DATA = r"(?P<what>[\"'`]?[A-Za-z_][\w.-]*[\"'`]?\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s,]+)(?:(?:,\s*and\s+|,\s*|\s+and\s+)[\"'`]?[A-Za-z_][\w.-]*[\"'`]?\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s,]+))*)"
_COUNT = r"(?P<n>\d+%|\d+|one|two|three|four|five)"
_FRAMES: tuple[Frame, ...] = (
    _frame(
        rf"(?P<when>(?:every|each|on)\s+(?:\d+\s+)?(?:{_PART_OF_DAY}s?|minutes|hours)(?:\s+at\s+[\w:]+(?:\s?[ap]m)?)?,?)\s+(?=(?:run|start|launch|execute)\b)",
        _turned,
    ),
    _frame(
        rf"(?:deploy|run|launch|start|spin up|bring up|roll out|host|install|schedule|stand up|fire up)\s+(?:(?:me|us)\s+)?(?:(?:a|an|the|one|some)\s+)?(?:(?P<n>\d+|two|three|four|five|six)\s+)?(?:(?:replicas?|instances?|copies|pods?)\s+of\s+)?(?:(?:a|an|the)\s+)?(?:(?:container|docker)\s+)?(?:image\s+)?(?P<image>{_Q}{IMAGE_NAME}{_Q})(?![\w:/=-]|\.\w)(?:\s+(?:server|instance|container|image|database|cache|broker|app)\b)?",
        _run,
    ),
    _frame(
        rf"{_GET}\s+(?:(?:a|an|one|some)\s+)(?:(?:simple|small|single|new|plain)\s+)?(?P<n>)(?P<image>{_Q}{IMAGE_NAME}{_Q})(?:\s+(?:server|instance|container|database|db|cache|broker|app|application)\b|(?<=\d)(?=\s+(?:with|in|on|called|named|listening|using|and)\b|\s*,))(?!\s+(?:pod|deployment|service|job|called \w+ with two))",
        _run,
    ),
    _frame(
        rf"(?:{_GET})\s+(?:an?\s+)?(?P<n>)(?P<image>{_Q}{IMAGE_NAME}{_Q})(?![\w:/=-]|\.\w)\s+(?:running\s+|deployed\s+|to run\s+)?(?=as\s+(?:an?\s+|the\s+)?(?:deployment|stateful ?set|daemon ?set|pod|job|cron ?job)\b)",
        _run,
    ),
    _frame(
        rf"(?:{_GET}|have|run)\s+(?P<n>\d+|two|three|four|five|six)\s+(?:replicas?|instances?|copies|pods?)\s+of\s+(?:the\s+)?(?:image\s+)?(?P<image>{_Q}{IMAGE_NAME}{_Q})(?![\w:/=-]|\.\w)(?:\s+running)?",
        _run,
    ),
    _frame(
        rf"(?:store|save|keep|put)\s+(?:the\s+)?(?:values?\s+|settings?\s+|variables?\s+|pairs?\s+)?{_DATA}\s+(?:in|into|inside|as)\s+(?:an?|the)\s+(?:new\s+)?(?P<kind>config ?-?map|secret)(?:\s+(?:named|called)?\s*(?!in\b|for\b)(?P<name>{_NAME}))?",
        _data,
    ),
    _frame(
        rf"(?:store|save|keep|put)\s+{_FILE}\s+(?:in|into|inside|as)\s+(?:an?|the)\s+(?:new\s+)?(?P<kind>config ?-?map|secret)(?:\s+(?:named|called)?\s*(?!in\b|for\b)(?P<name>{_NAME}))?",
        _data,
    ),
    _frame(
        rf"(?:route|send|direct|forward|map|point|serve)\s+(?:(?:all\s+)?(?:http\s+|https\s+|external\s+|the\s+)*(?:traffic|requests)\s+(?:for|from|to|on|of)\s+)?(?:the\s+)?(?:host(?:name)?\s+|domain\s+)?(?P<host>{_HOST})\s+(?:to|into|onto|at|from|by)\s+(?:the\s+)?(?:service\s+(?P<service>{_NAME})|(?P<service2>{_NAME})\s+service)",
        lambda found, rest, before: _route(found, rest, before) if found["service"] else None,
    ),
    _frame(
        rf"(?:(?:create|make|add|set up)\s+(?:an?\s+|the\s+)?(?:http\s+)?(?:route|routing rule|rule)\s+(?:for|that|to|which)\s+)?(?:rout(?:e|es|ing)|send(?:s|ing)?|direct(?:s|ing)?|forward(?:s|ing)?)\s+(?:(?:all\s+)?(?:http\s+|https\s+|external\s+|the\s+)*(?:traffic|requests)\s+(?:for|from|to|on|of|with)\s+)?(?:the\s+)?(?:path|prefix|url)\s+(?P<path>[\"'`]?/[\w./-]*[\"'`]?)(?:\s+(?:of|on|at)\s+(?:the\s+)?(?:host\s+)?(?P<host>{_HOST}))?\s+(?:to|into|onto|at)\s+(?:the\s+)?service\s+(?P<service>{_NAME})",
        _route,
    ),
    _frame(
        rf"expose\s+(?:the\s+)?(?P<kind>deployment|stateful ?set|daemon ?set|pod|replica ?set)\s+(?P<object>{_NAME})",
        _expose,
    ),
    _frame(
        rf"expose\s+(?:the\s+)?(?P<object>{_NAME})\s+(?P<kind>deployment|stateful ?set|daemon ?set|pod|replica ?set)",
        _expose,
    ),
    _frame(
        rf"(?:give|set|let)\s+(?P<each>(?:every|each|all|any)\s+(?:new\s+)?containers?|containers)\s+(?:(?:in|of)\s+(?:the\s+)?(?:namespace\s+(?P<space>{_NAME})|(?P<space2>{_NAME})\s+namespace)\s+)?(?=[^.\n]*\bdefaults?\b)",
        _defaults,
    ),
    _frame(
        rf"(?:bind|assign|attach|tie)\s+(?:the\s+)?(?:existing\s+|built-in\s+)?(?P<role>(?:cluster ?-?)?role\s+{_NAME}|{_NAME}\s+(?:cluster ?-?)?role)\s+to\s+(?=(?:the\s+)?(?:service ?-?account|user|group|sa|team)\b)",
        lambda found, rest, before: f"grant the {found['role']} to {rest}",
    ),
    _frame(
        rf"(?:use|take)\s+(?:the\s+)?(?:container\s+|docker\s+)?image\s+(?P<image>{_Q}{IMAGE_NAME}{_Q})(?![\w:/=-]|\.\w)\s+(?:for|in|as)\s+(?P<what>an?\s+(?:new\s+)?(?:deployment|pod|stateful ?set|daemon ?set|job|cron ?job)(?:\s+(?:named\s+|called\s+)?{_NAME})?)",
        lambda found, rest, before: f"create {found['what']} using image {found['image']} {rest}",
    ),
    _frame(
        rf"(?:auto-?scale|scale)\s+(?:the\s+)?(?:{_SCALED}\s+)?(?P<object>{_NAME})(?:\s+{_SCALED.replace('kind', 'kind2')})?\s+(?=(?:in\s+(?:the\s+)?(?:namespace\s+)?[\w-]+(?:\s+namespace)?\s*[:,]?\s*)?(?:automatically\s+)?(?:between|from \d+ (?:to|up)|horizontally|based on|on cpu|at \d+ ?%|at least|min|max|with (?:min|max|at|between|\d)))",
        _autoscale,
    ),
    _frame(
        rf"(?:make sure|ensure|guarantee|see to it|keep|always keep)(?:\s+that)?\s+(?:(?:there are|it has)\s+)?(?P<least>(?:always\s+)?(?:at least|no (?:less|fewer) than|a minimum of))\s+{_COUNT}\s+(?:of\s+)?(?:the\s+)?(?:(?:pods?|replicas?|instances?|copies)\s+(?:of|from|in)\s+)?(?:the\s+)?(?:(?P<kind>deployment|stateful ?set|app|application|service)\s+)?(?P<object>{_NAME})(?:\s+(?:pods?|replicas?|instances?))?",
        _keep_up,
    ),
    _frame(
        rf"(?:never (?:let|allow|have|evict|take down)|(?:don't|do not) (?:let|allow|evict|take down)|(?:let|allow))\s+(?:ever\s+)?(?:(?P<least>(?!x)x)|more than|at most|no more than)\s+{_COUNT}\s+(?:of\s+)?(?:the\s+)?(?:(?:pods?|replicas?|instances?|copies)\s+(?:of|from|in)\s+)?(?:the\s+)?(?:(?P<kind>deployment|stateful ?set|app|application|service)\s+)?(?P<object>{_NAME})(?:\s+(?:pods?|replicas?|instances?))?",
        _keep_up,
    ),
    _frame(
        rf"(?:(?:don't|do not|never) (?:let|allow)|prevent)\s+(?:the\s+)?namespace\s+(?P<space>{_NAME})\s+(?:from using|(?:to )?(?:us|consum|exceed|request|go(?:ing)? (?:over|above|beyond))\w*)\s+(?:more than\s+|over\s+|above\s+)?",
        _bound,
    ),
    _frame(
        rf"(?:limit|cap|restrict|bound|constrain)\s+(?:the\s+)?(?:total\s+|overall\s+|combined\s+)?(?:(?:resource\s+|compute\s+)?(?:usage|use|consumption)\s+(?:of|in)\s+)?(?:(?:the\s+)?namespace\s+(?P<space>(?!to\b|at\b){_NAME})|(?:the|that|this)\s+namespace|(?:the\s+)?(?P<space2>{_NAME})\s+namespace)\s+(?:to|at)\s+(?:using\s+)?(?:at most\s+|no more than\s+|a (?:maximum|total) of\s+)?(?=[^.\n]*\d)",
        _bound,
    ),
    _frame(
        rf"(?:the\s+)?namespace\s+(?P<space>{_NAME})\s+(?:may|can|must|should|is allowed to)\s+(?:not\s+)?(?:only\s+)?(?:use|consume|request|have|exceed|go over)\s+(?:at most|no more than|up to|more than|a (?:maximum|total) of)?\s*(?=[^.\n]*\d)",
        _bound,
    ),
    _frame(
        rf"(?=(?:(?:in|for|within|inside)\s+(?:the\s+)?(?:namespace\s+{_NAME}|{_NAME}\s+namespace)\s*[,:]?\s+)?(?:only|no|nothing|all|any|the|pods?|nobody|everything|namespaces?|block|deny|forbid|reject|isolate|disallow|prevent|restrict|allow|permit|stop|let)\b)(?=[^.;\n]*?\b(?:may|can|cannot|can't|must|allow\w*|permit\w*|block\w*|den(?:y|ied)|only|nothing|nobody|isolate\w*|forbid\w*|reject\w*|disallow\w*|prevent\w*|restrict\w*|stop|no|let)\b)(?=[^.;\n]*?\b(?:{_TALKS}|traffic|ingress|egress|connections?|gets? (?:in|out)|comes? in|goes? out|isolate)\b)",
        _between,
    ),
)


_OPENS = re.compile(r"(?:^\s*|(?<=[;\n])\s*|(?<=\.)\s+|,?\s+(?:and|then)\s+(?=(?:deploy|run|launch|start|expose|route|store|autoscale|auto-scale|keep|make sure|spin up|only (?:allow|let|permit|pods)|bind|cap the|limit the|cap namespace|limit namespace)\b))", re.IGNORECASE)  # fmt: skip


def framed(text: str, *, new: bool = False) -> str:
    """The text with every order of a frame in the form that the readers know.

    new: leave out the frames that change what is there when a cluster is asked (expose, autoscale).
    """
    never: set[_Becomes] = {_expose, _autoscale} if new else set()
    never |= {_between} if _POLICY.search(text) else set()
    mask = shielded(text)
    places = [found.end() for found in _OPENS.finditer(mask)]
    stops = [*[found.start() for found in _OPENS.finditer(mask)][1:], len(text)]
    made, position = "", 0
    for start, stop in zip(places, stops, strict=True):
        stop = max(stop, start)
        sentence = text[start:stop]
        put = _put(sentence, made, never)
        if put is None:
            continue
        before = text[position:start]
        joined = re.sub(r",?\s+(?:and|then)\s+$", ". ", before, flags=re.IGNORECASE)
        made += joined + put
        position = stop
    return made + text[position:]


_REACHABLE = re.compile(
    rf"(?:,\s*|\s+)(?:and\s+|which\s+|that\s+)?(?:(?:is|are|should be|must be|be|make it|to be)\s+)?(?:reachable|accessible|available|exposed|visible)\s+(?P<where>(?:only\s+)?(?:from\s+)?(?:(?:in|with)(?:in|side)\s+(?:of\s+)?the\s+cluster|internally|cluster-internally|(?:to|from|by)\s+(?:other|the other|all)\s+pods|outside(?:\s+of)?(?:\s+the\s+cluster)?|externally)\s+)(?:on|at|via|through|over|under)\s+(?:service\s+)?(?:port\s+)?(?P<port>\d{{2,5}})\b(?P<name>,?\s+(?:under|as|by|with)\s+(?:the\s+)?(?:(?:service|dns)\s+)?name\s+{_NAME})?",
    re.IGNORECASE,
)
"""Where something is to be reached, which takes a Service."""
_NOUN_SERVICE = re.compile(r"\b(?:service|svc|ingress)\b", re.IGNORECASE)


def reachable(text: str) -> str:
    """A workload "reachable inside the cluster on 80" as a workload and a Service."""
    found = _REACHABLE.search(shielded(text))
    if found is None or _NOUN_SERVICE.search(text) is not None:
        return text
    outside = re.search(r"outside|external", found["where"], re.IGNORECASE)
    if outside is not None:
        return text  # by a node's port or a load balancer: that was not said
    name = re.sub(r".*\sname\s+", " named ", found["name"] or "", flags=re.IGNORECASE | re.DOTALL)
    rest = text[found.end() :].strip(" .")
    return f"{text[: found.start()]}{' ' + rest if rest else ''}. Create a ClusterIP service{name} on port {found['port']}."


_ITEM_BODY = r"\s*(?:with|using|running|runs?|uses?|in namespace|for|on|at|from|of|=|:|\(|\d)"
_ITEMS = re.compile(
    rf"\b(?:(?:\d+|two|three|four|five|six|the|following|these)\s+)*(?P<kind>{'|'.join(re.escape(word) for word in sorted(KIND_WORDS, key=len, reverse=True))})(?:e?s)?(?<=[^s]s)\s*(?:named|called|:|,|-|–|\()?\s*(?=(?P<first>{_NAME}){_ITEM_BODY})",
    re.IGNORECASE,
)
_NEXT = re.compile(rf"(?:;\s*(?:and\s+)?|,\s*(?:and\s+)?|\s+and\s+)(?=(?P<name>{_NAME}){_ITEM_BODY})", re.IGNORECASE)


def itemized(text: str) -> str:
    """``three config maps: a with x=1, b with y=2`` as one order for each."""
    mask = shielded(text)
    found = _ITEMS.search(text) if not looks_like_grant(text) else None
    if found is None or not _new_name(found["first"]):
        return text
    stop = re.compile(r"[.;]\s|\n|$").search(mask, found.end())
    end = stop.start() if stop is not None else len(text)
    cuts = [(found.end(), found.end())]
    flat = re.sub(r"(?<=\()[^()]*(?=\))", lambda each: "_" * len(each[0]), text)  # "a (x=1, y=2) and b (z=3)"
    cuts += [each.span() for each in _NEXT.finditer(flat, found.end(), end) if _new_name(each["name"])]
    number = re.search(r"\d+|two|three|four|five|six", found[0], re.IGNORECASE)
    if len(cuts) < 2 or (
        number is not None and NUMBER_WORDS.get(number[0].lower(), number[0]) not in {len(cuts), str(len(cuts))}
    ):
        return text  # "4 pods, env from …" is no list of four
    pieces = [text[start:stop] for (_, start), (stop, _) in zip(cuts, [*cuts[1:], (end, end)], strict=True)]
    kind = re.sub(r"(?<=ss)e$", "", found["kind"].removesuffix("s"))
    orders = [f"a {kind} named {piece.strip(' ,')}" for piece in pieces]
    return text[: found.start()] + ". Create ".join(orders) + text[end:]


def _new_name(word: str) -> bool:
    bare = word.strip("\"'`")
    return (
        is_name(bare) and not is_plain(bare) and kind_of(bare) is None and not bare.isdigit() and not begins_more(bare)
    )


_POLICY = re.compile(r"network ?-?polic", re.IGNORECASE)


def _put(sentence: str, before: str, never: set[_Becomes]) -> str | None:
    for frame in _FRAMES:
        found = frame.opening.match(sentence) if frame.becomes not in never else None
        if found is None:
            continue
        groups = found.groupdict()
        named = groups.get("object") or groups.get("service")
        if named and (not is_name(named) or is_plain(named) or kind_of(named) is not None):
            continue
        put = frame.becomes(found, sentence[found.end() :], before)
        if put is not None:
            return re.sub(r"(?<=\S) {2,}", " ", put)
    return None
