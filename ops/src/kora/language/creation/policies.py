"""Network policies: who may talk to whom, on which ports.

A description is cut into clauses, a clause into pieces (pods by label, namespaces, address ranges, ports, the words
"from", "to", "only", "deny", …). What a piece means follows from the words before it, never from whole sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kora.language.creation.heads import Head
from kora.language.creation.layout import sentences
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
        r"(?:(?:all|any|other|the|only|every)\s+)*(?:pods?\s+|workloads?\s+|traffic\s+)?(?:(?:in|within|inside|from|of)\s+)?(?:the\s+|its\s+|that\s+|this\s+)?(?:same|own)\s+namespace|each other|one another|among themselves|(?:its|their) own namespace|(?:from )?within (?:the|that|this) namespace",
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
    ("ports", r"on\s+(?P<ports>\d{2,5}(?:(?:,?\s+and\s+|,\s*|\s+or\s+)\d{2,5})*)(?![./\w])"),
    (
        "world",
        r"(?:anywhere|everywhere|any ?(?:source|where|one|body|destination)|the internet|internet|all sources|any ips?|the outside(?: world)?|outside|external(?: traffic| sources?| clients?)?|the (?:public|world))\b",
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
        r"(?:den(?:y|ies|ied|ying)|block(?:s|ed|ing)?|forbid(?:s|den|ding)?|disallow(?:s|ed|ing)?|reject(?:s|ed|ing)?|prevent(?:s|ed|ing)?|drop(?:s|ped|ping)?|isolat(?:e|es|ed|ing)|prohibit(?:s|ed|ing)?|(?:nothing|no one|nobody)(?= (?:gets?|comes?|goes?|leaves?|enters?|reaches))|(?:does not|doesn't|do not|don't|must not|cannot|can't|may not|should not|not) (?:allow|permit|accept|be able|reach|talk|connect|access|send|receive)\w*|no(?=\s+(?:other|ingress|egress|traffic|inbound|outbound|incoming|outgoing|external|one))|stop(?:s|ping)?)",
    ),
    (
        "allow",
        r"(?:allow(?:s|ed|ing)?|permit(?:s|ted|ting)?|accept(?:s|ed|ing)?|let(?:s|ting)?|restrict(?:s|ed|ing)?|limit(?:s|ed|ing)?|enabl(?:e|es|ing)|open(?:s|ing)?|grant(?:s|ing)?|whitelist(?:s|ing|ed)?|receive(?:s)?)",
    ),
    (
        "reach",
        r"(?:(?:can|may|should|must|to|be able to|are allowed to|is allowed to|able to)\s+)*(?:reach|access|connect(?:\s+(?:in)?to)?|talk(?:\s+(?:only )?to)?|communicate(?:\s+with)?|call|contact|send\s+(?:any\s+)?(?:traffic|requests|data)\s+to|speak\s+to|hit|query|initiate connections? to)(?:es|s|ing)?(?:\s+(?:to|with))?",
    ),
    (
        "reached",
        r"(?:can|may|should|must|to|is|are|be)?\s*(?:only\s+)?(?:be\s+)(?:reached|reachable|accessed|accessible|contacted|called|scraped|polled|queried|visited|hit|connected to|talked to|spoken to)(?:\s+(?:only))?",
    ),
    ("ingress", r"ingress|inbound|incoming|inward|(?:gets?|comes?|goes?) in|enters?"),
    ("egress", r"egress|outbound|outgoing|outward|(?:gets?|comes?|goes?) out|leaves?"),
    (
        "select",
        r"(?:appl(?:y|ies|ied|ying)(?:\s+only)?\s+to|select(?:s|ing)?|target(?:s|ing)?|protect(?:s|ing)?|cover(?:s|ing)?|guard(?:s|ing)?|secur(?:es|ing)|pod ?-?selector(?:\s+(?:of|is|matching))?|attached to|around|for|on)",
    ),
    ("from", r"(?:coming\s+|originating\s+)?(?:from|by)"),
    ("to", r"(?:going\s+|towards\s+)?(?:to|towards|into)"),
    ("in", r"(?:in|inside|within|of|-n)"),
)
_PIECE = [
    (name, re.compile(rf"(?<![\w./=-])(?:{pattern})(?![\w])" if name not in {"no"} else pattern, re.IGNORECASE))
    for name, pattern in _PIECES
]
_PEERS = {
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
class _Event:
    name: str
    start: int
    end: int
    peer: dict[str, Any] = field(default_factory=dict)
    ports: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Policy:
    """What is known so far."""

    selector: dict[str, str] = field(default_factory=dict)
    namespace: str | None = None
    rules: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    selects_all: bool = False


def read_network_policy(scan: Scan, head: Head) -> dict[str, Any]:
    """The slots of a NetworkPolicy: directions and rules, with its namespace."""
    policy = _Policy()
    types = scan.take(r"policy ?types?<is>(?P<types>(?:ingress|egress)(?:(?:,| and|, and) ?(?:ingress|egress))*)")
    apart = scan.take_all(
        r"\(?(?:and |but |while |with |the |any |all )*(?P<side>ingress|egress|incoming|outgoing|inbound|outbound)(?: traffic| connections| rules?)*(?: (?:is|are|should|must|be|stays?|remains?|to|being|traffic))*(?: (?:not|un))? ?-?(?:affected|unaffected|touched|untouched|left alone|restricted|unrestricted|changed|unchanged|as (?:it|they) (?:is|are))\)?"
    )
    for start, end in _clauses(scan.rest):
        events = list(_events(scan, start, end))
        _settle(policy, events, scan.text[start:end])
    directions: list[str] = []
    adjectives = head.adjectives
    if "den" in adjectives and not policy.rules:
        policy.denied = (
            [side for side in ("Ingress", "Egress") if side.lower() in adjectives]
            or policy.denied
            or ["Ingress", "Egress"]
        )
    for side in [*(side for side, _ in policy.rules), *policy.denied]:
        if side not in directions:
            directions.append(side)
    for each in apart:
        side = "Ingress" if each["side"].lower() in {"ingress", "incoming", "inbound"} else "Egress"
        directions = [one for one in directions if one != side]
    if types is not None:
        directions = [side for side in ("Ingress", "Egress") if side.lower() in types["types"].lower()]
    fields: dict[str, Any] = {"directions": sorted(directions, key=lambda side: side != "Ingress")}
    for slot, side in (("ingress", "Ingress"), ("egress", "Egress")):
        rules = [rule for each, rule in policy.rules if each == side]
        if rules:
            fields[slot] = rules
    if policy.unsaid:
        fields["left"] = policy.unsaid
    scan.take_all(
        r"(?:other |all |any |the |remaining )*(?:network |pod )?(?:traffic|connections?|access|communication|requests?|everything|anything|anyone|nothing)(?: else)?|by default|default|rest|leav(?:e|es|ing)|enter(?:s|ing)?|go(?:es|ing)? out|com(?:e|es|ing) in|still|keep working|pods?|allowed|denied|blocked|labels?|labell?ed"
    )
    return {"fields": fields, "selector": policy.selector, "namespace": (policy.namespace, False)}


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, cut again where another order begins."""
    for start, end in sentences(text):
        position = start
        for found in re.finditer(
            r"(?:,? (?:so that|such that|so|but|while|whereas|yet)\b(?! not)|;|,? and(?: also| then| should| must| it)* (?=(?:den|block|allow|permit|forbid|reject|isolat|no other|only allow|applies|select|everything else|all other|any other))|, (?=(?:den(?:y|ies)|block|everything else|all other|no other|allow|permit|nothing else)))",
            text[start:end],
            re.IGNORECASE,
        ):
            if text[position : start + found.start()].strip("\x00 \n"):
                yield position, start + found.start()
            position = start + found.end()
        if text[position:end].strip("\x00 \n"):
            yield position, end


def _events(scan: Scan, start: int, end: int) -> Iterator[_Event]:
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
        event = _Event(name, *found.span())
        if name in _PEERS:
            event.peer = _peer(name, found, scan.text)
        elif name == "ports":
            event.ports = _ports(found["ports"], found.group())
        yield event
        position = found.end()


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


def _settle(policy: _Policy, events: list[_Event], text: str) -> None:
    """One clause: cut at "except", each side read for itself."""
    at = next(
        (number for number, each in enumerate(events) if each.name == "except" and not _within_range(events, number)),
        None,
    )
    if at is None:
        _one(policy, events, text, excepted=False, sides=[])
        return
    before, after = events[:at], events[at + 1 :]
    denies = any(each.name == "deny" for each in before)
    sides = _sides(before)
    _one(policy, before, text, excepted=False, sides=[])
    if denies:
        _one(policy, after, text, excepted=True, sides=sides)
    else:
        policy.unsaid.append("except")


def _within_range(events: list[_Event], at: int) -> bool:
    return (
        at > 0
        and events[at - 1].name == "cidr"
        and at + 1 < len(events)
        and any(each.name == "cidr" for each in events[at + 1 : at + 3])
    )


def _sides(events: list[_Event]) -> list[str]:
    return [each.name.capitalize() for each in events if each.name in {"ingress", "egress"}]


def _one(policy: _Policy, events: list[_Event], text: str, *, excepted: bool, sides: list[str]) -> None:
    groups, ports, flags = _roles(policy, events)
    subjects, froms, tos = groups["subject"], groups["from"], groups["to"]
    if groups["select"]:
        _select(policy, groups["select"])
    own = _sides(events)
    denies, allows = flags["deny"] and not excepted, flags["allow"] or flags["only"] or excepted or flags["reach"]
    if denies and not (flags["allow"] and flags["only"]):
        _deny(policy, own, subjects, froms, tos, text)
        return
    if not (allows or froms or tos or ports or own) or not (froms or tos or subjects or ports or (allows and own)):
        if subjects:
            _select(policy, subjects)
        return
    sides = own or [side for side in sides if len(set(sides)) == 1]
    if flags["reach"] and any(each.get("dns") for each in tos):
        policy.rules.append(("Egress", {"peers": [], "dns": True}))
        tos = [each for each in tos if not each.get("dns")]
        if tos:
            policy.rules.append(("Egress", {"peers": tos, "ports": [port for port in ports if port["port"] != 53]}))
        _select(policy, subjects)
        return
    if flags["reach"]:
        if subjects == [{"all": True}] or any(each.get("same") for each in tos):
            policy.rules.append(("Ingress", {"peers": [{"same": True}], "ports": ports}))
        elif (flags["only_late"] and not flags["only_early"]) or "Egress" in own:
            _select(policy, subjects)
            policy.rules.append(("Egress", {"peers": tos, "ports": ports}))
        elif subjects or froms:
            _select(policy, tos)
            policy.rules.append(("Ingress", {"peers": subjects or froms, "ports": ports}))
        else:
            policy.rules.append(("Egress", {"peers": tos, "ports": ports}))
        return
    side = sides[0] if len(set(sides)) == 1 else None
    if any(each.get("dns") for each in [*subjects, *froms, *tos]):
        policy.rules.append(("Egress", {"peers": [], "dns": True}))
        others = [each for each in tos if not each.get("dns")]
        if others:
            policy.rules.append(("Egress", {"peers": others, "ports": [port for port in ports if port["port"] != 53]}))
        _select(policy, froms or [each for each in subjects if not each.get("dns")])
        return
    if side is None:
        side = "Ingress" if froms or not tos or not (policy.selector or policy.selects_all) else "Egress"
    if side == "Ingress":
        _select(policy, tos or subjects)
        peers = froms
    else:
        _select(policy, froms or subjects)
        peers = tos
    for each in dict.fromkeys(sides) if len(set(sides)) > 1 else [side]:
        policy.rules.append((each, {"peers": peers, "ports": ports}))


def _roles(
    policy: _Policy, events: list[_Event]
) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]], dict[str, bool]]:
    """Every piece under the word that governs it."""
    groups: dict[str, list[dict[str, Any]]] = {"subject": [], "from": [], "to": [], "select": []}
    ports: list[dict[str, Any]] = []
    flags = dict.fromkeys(("allow", "deny", "only", "only_early", "only_late", "reach"), False)
    role, inside, last = _first_role(events), False, None
    for number, event in enumerate(events):
        following = events[number + 1].name if number + 1 < len(events) else ""
        if event.name == "from" and following in _SPACES and _says_where(events, number, role):
            inside = True
            continue
        if event.name in {"from", "to"}:
            role = event.name
        elif event.name == "select":
            if following in _PEERS:
                role = "select" if following != "namespace" else role
                inside = following == "namespace"
        elif event.name in {"reach", "reached"}:
            flags["reach"] |= event.name == "reach"
            if event.name == "reach" and groups["from"] and not groups["subject"]:
                groups["subject"], groups["from"] = groups["from"], []
            elif event.name == "reached" and groups["subject"]:
                groups["to"], groups["subject"] = groups["subject"], []
            role = "to" if event.name == "reach" else role
        elif event.name in {"allow", "deny"}:
            flags[event.name] = True
            if groups["subject"] and event.name == "allow" and not flags["reach"] and role == "subject":
                groups["select"] += groups["subject"]
                groups["subject"] = []
        elif event.name == "only":
            flags["only"] = True
            flags["only_late" if groups["subject"] else "only_early"] = True
        elif event.name == "in":
            inside = True
            continue
        elif event.name == "ports":
            ports += event.ports
        elif (
            event.name == "cidr"
            and last is not None
            and last.name == "except"
            and groups[role]
            and groups[role][-1].get("cidr")
        ):
            groups[role][-1].setdefault("except", []).append(event.peer["cidr"])
        elif event.name in _PEERS:
            _place(policy, groups, role, event, last, inside)
        inside = False
        last = event
    return groups, ports, flags


_SPACES = frozenset({"namespace", "namespaces_labelled", "any_namespace", "same"})


def _says_where(events: list[_Event], at: int, role: str) -> bool:
    """Whether "from" right behind pods says where those pods are ("pods A from namespace x may reach B"), and not who
    sends ("allow traffic to pods A from namespace x")."""
    if at == 0 or events[at - 1].name not in _SOME_PODS | {"all_pods"}:
        return False
    return role == "from" or (role == "subject" and any(each.name == "reach" for each in events[at:]))


def _first_role(events: list[_Event]) -> str:
    """``let pods A in namespace x reach pods B``: those who reach are peers, those who are reached own the policy."""
    at = next((number for number, each in enumerate(events) if each.name == "reach"), None)
    if at is None or any(each.name in {"egress", "deny"} for each in events[:at]):
        return "subject"
    first = next(
        (
            number
            for number, each in enumerate(events[:at])
            if each.name in _SOME_PODS
            or (each.name in {"namespace", "namespaces_labelled"} and (number == 0 or events[number - 1].name != "in"))
        ),
        None,
    )
    reached = any(each.name in _SOME_PODS for each in events[at:])
    if first is None or not reached or any(each.name == "only" for each in events[first : at + 2]):
        return "subject"  # "pods A may only reach B" is about what leaves A
    return "from"


_SOME_PODS = frozenset({"pods_labelled", "pods_named"})


def _place(
    policy: _Policy,
    groups: dict[str, list[dict[str, Any]]],
    role: str,
    event: _Event,
    last: _Event | None,
    inside: bool,
) -> None:
    """A peer into its group; a namespace right behind pods says where those pods are."""
    inside = inside or bool(event.peer.get("inside"))
    event.peer.pop("inside", None)
    space = event.name in {"namespace", "namespaces_labelled", "any_namespace", "same"}
    behind = last is not None and last.name in {"pods_labelled", "pods_named", "all_pods"} and bool(groups[role])
    if space and behind and (inside or event.name in {"same", "any_namespace"}):
        if (
            role in {"select", "subject"}
            and event.name == "namespace"
            and policy.namespace in {None, event.peer["namespaces"][0]}
        ):
            policy.namespace = event.peer["namespaces"][0]
        elif event.name == "same":
            return
        elif (
            event.name == "namespace" and event.peer["namespaces"] == [policy.namespace] and groups[role][-1].get("all")
        ):
            groups[role][-1] = {"same": True}
        else:
            where = groups[role][-1]
            where.pop("all", None)
            where.update(event.peer)
        return
    if (
        event.name == "namespace"
        and inside
        and role == "from"
        and not groups[role]
        and (last is None or last.name not in {"from", "reach"})
    ):
        policy.namespace = policy.namespace or event.peer["namespaces"][0]
        return
    if event.name == "namespace" and ((inside and role in {"subject", "select"}) or role in {"subject", "select"}):
        policy.namespace = policy.namespace or event.peer["namespaces"][0]
        return
    if event.name == "namespace" and inside and last is not None and last.name == "ports":
        policy.namespace = policy.namespace or event.peer["namespaces"][0]
        return
    groups[role].append(event.peer)


def _select(policy: _Policy, pieces: list[dict[str, Any]]) -> None:
    for each in pieces:
        if each.get("pods") and not policy.selector:
            policy.selector = dict(each["pods"])
        if each.get("all") or each.get("same"):
            policy.selects_all = True
        if each.get("namespaces"):
            policy.namespace = policy.namespace or each["namespaces"][0]


def _deny(
    policy: _Policy,
    own: list[str],
    subjects: list[dict[str, Any]],
    froms: list[dict[str, Any]],
    tos: list[dict[str, Any]],
    text: str,
) -> None:
    if own == ["Egress"]:  # "block egress from pods app=batch": whose egress
        subjects, froms = subjects or froms, []
    isolates = re.search(r"\bisolat", text, re.IGNORECASE) is not None
    leftover = re.search(r"\b(?:else|other|rest|remaining)\b", text, re.IGNORECASE) is not None
    if any(each.get("other_namespaces") for each in froms) and not policy.rules:
        policy.rules.append(("Ingress", {"peers": [{"same": True}]}))
        own = own or ["Ingress"]
    special = [
        each for each in froms if not ({"other_namespaces", "any", "all", "every_namespace", "same"} & set(each))
    ]
    if special:  # a policy can't name whom it shuts out
        policy.unsaid.append("deny from " + ", ".join(str(next(iter(each.values()))) for each in special))
    if own:
        policy.denied += own
    elif froms or isolates:
        policy.denied.append("Ingress")
    elif leftover and policy.rules:
        policy.denied += [side for side, _ in policy.rules]
    elif tos and not policy.selector:
        policy.denied.append("Ingress")
    else:
        policy.denied += ["Ingress", "Egress"]
    if "Egress" in policy.denied and len(set(own)) == 1 and own[0] == "Egress":
        _select(policy, froms or subjects)
    else:
        _select(policy, tos or subjects)


__all__ = ["read_network_policy"]
