"""The pieces of a network policy's description: pods by label, namespaces, address ranges, ports, and the words that
say which way traffic goes. `policies` reads their order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kora.language.creation.metadata import is_name
from kora.language.creation.plain import begins_more, is_plain
from kora.language.creation.scan import Scan

_Q = "[\"'`“”]?"
_PAIR = rf"{_Q}(?P<%s>[A-Za-z][\w./-]*){_Q}\s?(?:==?|: ?)\s?{_Q}(?P<%s>[A-Za-z0-9](?:[\w.-]*\w)?){_Q}"
_PAIRS = re.compile(_PAIR % ("key", "value"))
_ONE_PAIR = re.sub(r"\?P<%s>", "?:", _PAIR)
_LABELS = rf"{_ONE_PAIR}(?:(?:,? and |, ?| & ){_Q}(?:the )?(?:label )?{_ONE_PAIR})*"
_EQUAL_LABELS = _LABELS.replace(r"(?:==?|: ?)", "==?")  # "namespace shop: frontend pods …" is no label
_SAID = r"(?:\s*(?:that|which|with|have|having|has|are|is|be|carrying|carry|bearing|the|a|an|by|matching|match|labels?|labell?ed|tagged|selectors?|selected|whose|of|equal to)\b|\s*:)*\s*"
_NAME = rf"{_Q}(?P<%s>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?){_Q}(?![\w=/-])"
_MANY = r"(?:(?:all|any|every|the|other|only|each|those|these|its|of|our|both)\s+)*"
_BOTH = r"[\s,]*\(?(?:over|via|using|on|both|with)?\s*(?:both\s+)?(?:udp\s*(?:and|/|&|,|\+)\s*tcp|tcp\s*(?:and|/|&|,|\+)\s*udp)\)?"
"""Both protocols of DNS, however they are said."""
_PORT = r"(?:(?:tcp|udp|sctp)\s+)?(?:ports?\s+(?:number\s+)?:?\s*)?(?:(?:tcp|udp|sctp)\s+)?[\"'`]?\d{1,5}(?:(?:\s?(?:-|–)\s?|\s+(?:to|through|up to)\s+)\d{1,5})?[\"'`]?(?:\s?/\s?(?:tcp|udp|sctp))?(?:\s+(?:tcp|udp))?(?:\s?\((?:tcp|udp|https?|[a-z]+)\))?"
_NOUN = r"(?:pods?|apps?|applications?|deployments?|services?|workloads?|components?|servers?|containers?|tiers?|databases?|microservices?)"

# Every piece, the more special first.
_PIECES: tuple[tuple[str, str], ...] = (
    (
        "cidr",
        r"(?:(?:the|cidr|cidrs|ip|ips|ip range|range|ranges|subnet|network|addresses|address|ip block|block)\s+)*[\"'`]?(?P<cidr>\d+\.\d+\.\d+\.\d+(?:/\d+)?)[\"'`]?(?:\s+(?:cidr|range|subnet|block|network))?",
    ),
    (
        "namespaces_labelled",
        rf"{_MANY}(?:namespaces?|ns){_SAID}(?P<nslabels>{_EQUAL_LABELS}|(?<=label ){_LABELS}|(?<=labels ){_LABELS}|(?<=labelled ){_LABELS}|(?<=labeled ){_LABELS}|(?<=with ){_LABELS})",
    ),
    (
        "pods_labelled",
        rf"{_MANY}(?:pods?|workloads?|containers?|instances?|replicas?){_SAID}(?P<podlabels>{_LABELS})(?:\s+pods?|\s+labels?)?",
    ),
    (
        "pods_labelled",
        rf"(?:{_MANY}(?:pod\s?-?selector|labels?|selector){_SAID})?(?P<lonelabels>{_LABELS})(?:\s+(?:pods?|labels?|workloads?))?",
    ),
    (
        "same",
        r"(?:between|among|amongst)\s+(?:its|their|the|all|these|those)(?:\s+own)?\s+(?:pods|workloads)(?:\s+(?:of|in|inside|within)\s+(?:it|(?:the|this|that)\s+namespace))?|(?:its|their)\s+own\s+pods|(?:(?:all|any|other|the|only|every)\s+)*(?:pods?\s+|workloads?\s+|traffic\s+)?(?:(?:in|within|inside|from|of)\s+)?(?:the\s+|its\s+|that\s+|this\s+)?(?:same|own)\s+namespace|each other|one another|among themselves|(?:its|their) own namespace|(?:from )?within (?:the|that|this) namespace",
    ),
    (
        "other_namespaces",
        r"(?:all |any |every |the )*(?:other|different|foreign|external) namespaces?|outside (?:of )?(?:the|its|this|that) (?:own )?namespace|cross-namespace",
    ),
    ("any_namespace", r"(?:all|any|every) (?:of the )?namespaces?|across namespaces"),
    (
        "namespace",
        rf"(?:{_MANY}(?:pods?|workloads?)\s+(?:in|from|of|inside|within)\s+)?(?:the\s+)?(?:namespaces?|ns)\s+(?:named\s+|called\s+|is\s+|:\s*|=\s*)?{_NAME % 'ns'}(?P<more>(?:(?:,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+)(?:namespace\s+)?{_Q}[a-z0-9](?:[a-z0-9-]*[a-z0-9])?{_Q}(?=\s*(?:on\b|,|\.|;|$|over\b|via\b|and\b|or\b|namespaces?\b)))*)",
    ),
    (
        "namespace",
        rf"(?:{_MANY}(?:pods?|workloads?)\s+(?:in|from|of|inside|within)\s+)?(?:the\s+)?{_NAME % 'ns2'}\s+namespaces?\b|-n\s+{_NAME % 'ns3'}",
    ),
    (
        "namespace",
        rf"(?:in|inside|within)\s+{_NAME % 'ns4'}(?=\s+(?:for|that|which|with|allow\w*|den(?:y|ies|ying)|block\w*|select\w*|appl\w*|can|may|should|must|to|communicat\w*|talk\w*|reach\w*|connect\w*|access\w*|on|over|and|but|only)\b|\s*[,.;]|\s*$)",
    ),
    (
        "dns",
        rf"(?:the |cluster |core|kube-?)*\bdns\b(?:\s+(?:servers?|resolution|lookups?|queries|query|traffic|service|requests?|access))*(?:\s+(?:on|over|via|at|using)\s+(?:ports?\s+)?53{_BOTH}|\s*\([^)]*\))?",
    ),
    (
        "ports",
        rf"(?:(?:destination|the|just|exactly)\s+)*(?:ports?\b|tcp\b|udp\b|sctp\b|(?=\d{{1,5}}/(?:tcp|udp)))(?:\s+(?:number|port|ports))?\s*:?\s*(?P<ports>{_PORT}(?:(?:,?\s+and\s+|,\s*|\s+or\s+|\s?&\s?){_PORT}(?![\d.]*/\d))*)",
    ),
    ("ports", r"(?P<ports>\d{2,5}(?:(?:,?\s+and\s+|,\s*)\d{2,5})*)(?=\s+(?:only\s+)?from\b)"),
    ("ports", r"on\s+(?P<ports>\d{2,5}(?:(?:,?\s+and\s+|,\s*|\s+or\s+)\d{2,5})*)(?![./\w])"),
    (
        "world",
        r"(?:(?:everything|anything|every address|all (?:addresses|destinations|ips))(?=\s+(?:except|excluding|other than|apart from)\b)|anywhere|everywhere|any ?(?:source|where|one|body|destination)|the internet|internet|all sources|any ips?|the outside(?: world)?|outside|external(?: traffic| sources?| clients?)?|the (?:public|world))\b",
    ),
    (
        "all_pods",
        r"(?:all|any|every|each|the|other|these|those)(?: (?:the|of the|other|of its))* pods?\b(?:\s+(?:there|inside|in it|of it))?|everything in (?:it|the namespace)",
    ),
    ("pods_named", rf"{_MANY}{_NAME % 'app'}(?:\s+(?:app|application))?\s+{_NOUN}\b"),
    ("pods_named", rf"{_MANY}(?:pods?|deployment|app|service)\s+(?:named\s+|called\s+)?{_NAME % 'app2'}"),
    (
        "except",
        r"(?:except|excluding|apart|other than|but not|unless|save)(?:\s+(?:for|from(?=\s+(?:for|to)\b)|that))?",
    ),
    ("only", r"only|exclusively|solely|nothing but|just"),
    (
        "deny",
        r"(?:den(?:y|ies|ied|ying)|block(?:s|ed|ing)?|forbid(?:s|den|ding)?|disallow(?:s|ed|ing)?|reject(?:s|ed|ing)?|prevent(?:s|ed|ing)?|drop(?:s|ped|ping)?|isolat(?:e|es|ed|ing)|prohibit(?:s|ed|ing)?|(?:nothing|no one|nobody)(?= (?:(?:may|can|must|should|shall|will|is allowed to) )?(?:gets?|comes?|go(?:es)?|leaves?|enters?|reach(?:es)?))|(?:does not|doesn't|do not|don't|must not|cannot|can't|may not|should not|not) (?:allow|permit|accept|be able|reach|talk|connect|access|send|receive)\w*|no(?=\s+(?:other|ingress|egress|traffic|inbound|outbound|incoming|outgoing|external|one))|stop(?:s|ping)?)",
    ),
    ("restrict", r"(?:restrict(?:s|ed|ing)?|limit(?:s|ed|ing)?)"),
    (
        "allow",
        r"(?:allow(?:s|ed|ing)?|permit(?:s|ted|ting)?|accept(?:s|ed|ing)?|let(?:s|ting)?|enabl(?:e|es|ing)|open(?:s|ing)?|grant(?:s|ing)?|whitelist(?:s|ing|ed)?|receive(?:s)?)",
    ),
    (
        "reach",
        r"(?:(?:can|may|should|must|to|be able to|are allowed to|is allowed to|able to)\s+)*(?:reach|access|connect(?:\s+(?:in)?to)?|talk(?:\s+(?:only )?to)?|communicate(?:\s+with)?|call|contact|send\s+(?:any\s+)?(?:traffic|requests|data)\s+to|speak\s+to|hit|query|initiate connections? to)(?:es|s|ing)?(?:\s+(?:to|with))?",
    ),
    (
        "reached",
        r"(?:can|may|should|must|to|is|are|be)?\s*(?:only\s+)?(?:be\s+)(?:reached|reachable|accessed|accessible|contacted|called|scraped|polled|queried|visited|hit|connected to|talked to|spoken to)(?:\s+(?:only))?",
    ),
    (
        "ingress",
        r"ingress|inbound|incoming|inward|(?:gets?|comes?|go(?:es)?) in(?:side)?(?! (?:the|its|namespace))|enters?",
    ),
    ("egress", r"egress|outbound|outgoing|outward|(?:gets?|comes?|go(?:es)?) out|leaves?"),
    (
        "select",
        r"(?:appl(?:y|ies|ied|ying)(?:\s+only)?\s+to|select(?:s|ing)?|target(?:s|ing)?|protect(?:s|ing)?|cover(?:s|ing)?|guard(?:s|ing)?|secur(?:es|ing)|pod ?-?selector(?:\s+(?:of|is|matching))?|attached to|around|for|on)",
    ),
    ("from", r"(?:coming\s+|originating\s+)?(?:from|by)"),
    (
        "to",
        r"(?:going\s+|towards\s+)?(?:to|towards|into)(?!\s+(?:restrict|limit|allow|permit|deny|block|isolate|protect|lock|forbid|reject|secure|prevent|make|have|be)\b)",
    ),
    ("in", r"(?:in|inside|within|of|-n)"),
)
_PIECE = [
    (name, re.compile(rf"(?<![\w./=-])(?:{pattern})(?![\w])" if name not in {"no"} else pattern, re.IGNORECASE))
    for name, pattern in _PIECES
]
PEERS = {
    "cidr",
    "namespaces_labelled",
    "pods_labelled",
    "same",
    "other_namespaces",
    "any_namespace",
    "namespace",
    "dns",
    "world",
    "all_pods",
    "pods_named",
}


@dataclass
class Event:
    """One piece: what it is, where it stands, and the peer or the ports that it names."""

    name: str
    start: int
    end: int
    peer: dict[str, Any] = field(default_factory=dict)
    ports: list[dict[str, Any]] = field(default_factory=list)


def events_of(scan: Scan, start: int, end: int) -> Iterator[Event]:
    """The pieces between two places, in their order; each is claimed."""
    position = start
    ahead = [pattern.search(scan.rest, start, end) for _, pattern in _PIECE]
    while position < end:
        best: tuple[int, re.Match[str]] | None = None
        for at, (name, pattern) in enumerate(_PIECE):
            found = ahead[at]
            while found is not None and (found.start() < position or not _fits(name, found)):
                found = ahead[at] = pattern.search(scan.rest, max(position, found.start() + 1), end)
            if found is not None and (best is None or found.start() < best[1].start()):
                best = (at, found)
        if best is None:
            return
        name, found = _PIECE[best[0]][0], best[1]
        scan.claim(*found.span())
        event = Event(name, *found.span())
        if name in PEERS:
            event.peer = _peer(name, found, scan.text)
        elif name == "ports":
            event.ports = _ports(found["ports"], found.group())
        yield from _alternatives(event, found)
        position = found.end()


def _alternatives(event: Event, found: re.Match[str]) -> Iterator[Event]:
    """The piece; ``app=api and app=jobs``, the same label with two values, as two peers: no pod has both."""
    said = found.groupdict()
    pairs = [
        (each["key"], each["value"]) for each in _PAIRS.finditer(said.get("podlabels") or said.get("lonelabels") or "")
    ]
    if event.name != "pods_labelled" or len({key for key, _ in pairs}) == len(dict.fromkeys(pairs)):
        yield event
        return
    for key, value in dict.fromkeys(pairs):
        yield Event(event.name, event.start, event.end, {"pods": {key: value}})


def _fits(name: str, found: re.Match[str]) -> bool:
    return found.end() > found.start() and (name not in {"pods_named", "namespace"} or _good_name(found))


def _good_name(found: re.Match[str]) -> bool:
    groups = found.groupdict()
    names = [value for key, value in groups.items() if key in {"app", "app2", "ns2", "ns3", "ns4"} and value]
    if groups.get("ns") and (
        not is_name(groups["ns"])
        or groups["ns"].lower() in {"label", "labels", "labelled", "labeled", "selector", "matching", "selected"}
    ):
        return False
    return all(
        is_name(each) and not begins_more(each)
        and each.lower() not in {"isolate", "block", "protect", "lock", "secure", "restrict", "open", "fence", "shield", "same", "own", "other", "traffic", "ingress", "egress", "inbound", "outbound", "allow", "deny", "network", "policy",
                                 "pod", "pods", "reach", "access", "connect", "label", "labels", "labelled", "labeled", "which", "with", "incoming", "outgoing", "connections", "matching", "selected", "dns", "tcp", "udp", "internet"}
        and (not is_plain(each) or each.lower() in {"app", "data", "build", "live", "main", "public", "system", "state", "clients", "client", "demo"})
        for each in names
    )  # fmt: skip


def _pairs(text: str) -> dict[str, str]:
    return {found["key"]: found["value"] for found in _PAIRS.finditer(text)}


def _peer(name: str, found: re.Match[str], text: str) -> dict[str, Any]:
    groups = found.groupdict()
    if name == "cidr":
        return {"cidr": groups["cidr"] if "/" in groups["cidr"] else groups["cidr"] + "/32"}
    if name == "namespaces_labelled":
        return {"namespace_labels": _pairs(groups["nslabels"])}
    if name == "pods_labelled":
        return {"pods": _pairs(groups.get("podlabels") or groups.get("lonelabels") or "")}
    if name == "namespace":
        first = next(groups[each] for each in ("ns", "ns2", "ns3", "ns4") if groups.get(each))
        more = [
            each
            for each in re.findall(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", groups.get("more") or "")
            if each not in {"and", "or", "namespace"}
        ]
        return {"namespaces": [first, *more], **({"inside": True} if groups.get("ns4") else {})}
    if name == "pods_named":
        return {"pods": {"app": groups.get("app") or groups.get("app2")}}
    return {
        "same": {"same": True},
        "all_pods": {"all": True},
        "any_namespace": {"every_namespace": True},
        "other_namespaces": {"other_namespaces": True},
        "dns": {"dns": True},
        "world": {"any": True},
    }[name].copy()


def _ports(text: str, whole: str) -> list[dict[str, Any]]:
    found = []
    said = re.search(r"\b(tcp|udp|sctp)\b", whole, re.IGNORECASE)
    for each in re.finditer(
        r"(?:(tcp|udp|sctp)\s+)?(?:ports?\s+)?(?:(tcp|udp|sctp)\s+)?(\d{1,5})(?:(?:\s?[-–]\s?|\s+(?:to|through|up to)\s+)(\d{1,5}))?(?:\s?/\s?(tcp|udp|sctp)|\s+(tcp|udp)\b|\s?\((tcp|udp)\))?",
        text,
        re.IGNORECASE,
    ):
        own = next((each[at] for at in (1, 2, 5, 6, 7) if each[at]), None)
        port: dict[str, Any] = {"port": int(each[3]), "protocol": (own or (said[1] if said else "TCP")).upper()}
        if each[4]:
            port["end"] = int(each[4])
        found.append(port)
    return found
