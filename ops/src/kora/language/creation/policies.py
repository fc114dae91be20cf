# ruff: noqa: PERF401 - a pattern is read as one line
"""Network policies: who may talk to whom, on which ports."""

import re
from typing import Any

from kora.language.creation.heads import Head
from kora.language.creation.metadata import NAMESPACE_PATTERNS, is_name
from kora.language.creation.networking import read_selector
from kora.language.creation.scan import Scan

_PAIR = r"[\"'`]?(?P<key>[A-Za-z][\w./-]*)[\"'`]?(?:=|: ?)[\"'`]?(?P<value>[A-Za-z0-9](?:[\w.-]*\w)?)[\"'`]?"
_LABELLED = r"(?:(?:that|which|with|have|having|has|are|is|carrying|carry|the|a|by|matching|labels?|labell?ed|tagged|selector|selected) )*"
_PORTS = r"(?P<ports>(?:(?:,|and|or|tcp|udp|port|ports|/|&) ?)*(?:\d{1,5}(?:/(?:tcp|udp))?(?: ?(?:tcp|udp))?)(?: ?(?:,|and|or|&|, and) ?(?:(?:tcp|udp|port|ports) )*\d{1,5}(?:/(?:tcp|udp))?)*)"
_ON_PORTS = rf"(?:,? ?(?:(?:on|to|at|over|only|via|the|through|using|but|destination|just) ?)*(?:tcp |udp )?ports?(?: number)? ?:? ?{_PORTS}(?: only)?)?"
_FROM = r"(?:from|for)"
_WHOM = (
    rf"(?:(?:all |any |the |other |only |every )*pods? {_LABELLED}{_PAIR}(?:(?: pods)?(?: (?:in|from|of) (?P<any1>any|all|every) namespaces?)?(?: (?:in|from|of) <the>(?:namespace (?:named |called )?<name:pns>|<name:pns2> namespace))?)?"
    rf"|(?:the |all |any |only )*namespaces? {_LABELLED}[\"'`]?(?P<nkey>[A-Za-z][\w./-]*)(?:=|: )[\"'`]?(?P<nvalue>[\w.-]*\w)[\"'`]?"
    rf"|(?:all |any |the |other |only |every |pods? (?:in|from|of) )*(?:namespaces? (?:named |called )?<name:ns>(?:(?: and|,) (?:the )?(?:namespace )?<name:ns3>(?= ?(?:on|,|\.|$)))?|<name:ns2> namespace)"
    rf"|(?:the )?(?:cidr |ip |ips |ip range |range |subnet |network |address |ip block |block )*<cidr:cidr>(?:,? (?:except|excluding|but not) (?:for )?<cidr:except>)?"
    rf"|(?P<dns>(?:the )?(?:cluster )?(?:kube-?)?dns(?: servers?| resolution| lookups?| queries| traffic)?)"
    rf"|(?P<same>(?:all |any |other |the |only )*(?:pods? |workloads? |traffic )?(?:in|within|inside|from|of) (?:the |its |that )?(?:same|own) namespace|(?:the )?same namespace|each other|(?:its|their) own namespace)"
    rf"|(?P<every>(?:all|any|every) (?:other )?namespaces?)"
    rf"|(?P<world>anywhere|everywhere|any ?(?:source|where|one)|the internet|all sources|any ip|the outside|outside)"
    rf"|(?:the |all |any |only |other )*<name:app>(?: pods?| deployment| app(?:lication)?| service| workloads?)"
    rf"|(?P<pair>[A-Za-z][\w./-]*=[\w.-]*\w)"
    rf")"
)
_DENY_WORDS = r"(?:den(?:y|ies|ying)|block(?:s|ing)?|forbid(?:s|ding)?|disallow(?:s|ing)?|reject(?:s|ing)?|prevent(?:s|ing)?|drop(?:s|ping)?|isolat(?:e|es|ing)|no|prohibit(?:s|ing)?|stop(?:s|ping)?)"


def read_network_policy(scan: Scan, head: Head) -> dict[str, Any]:
    """The slots of a NetworkPolicy: directions and rules, with its namespace."""
    fields: dict[str, Any] = {}
    namespace = _own_namespace(scan)
    directions: list[str] = []
    ingress: list[dict[str, Any]] = []
    egress: list[dict[str, Any]] = []
    reach, pods = _read_reach(scan)
    pods = pods or _selected(scan)
    allowed = reach + _read_allowed(scan)
    denied = _read_denied(scan, head)
    if re.search(r"except\s+(?:for\s+)?from", scan.text, re.IGNORECASE) and not re.search(
        r"egress|outbound|outgoing", scan.text, re.IGNORECASE
    ):
        denied = ["Ingress"]  # what has exceptions "from" somewhere is about what comes in
    if "den" in head.adjectives and not allowed:
        said = [side for side in ("Ingress", "Egress") if side.lower() in head.adjectives]
        denied = said or denied or ["Ingress", "Egress"]
    for side, rule in allowed:
        (ingress if side == "Ingress" else egress).append(rule)
        if side not in directions:
            directions.append(side)
    for side in denied:
        if side not in directions:
            directions.append(side)
    if not pods:
        pods = _selected(scan)
    scan.take_all(
        r"(?:(?:it|and|that|which|should|must|be|applies|apply|applied|to|for|on|in|of) )*(?:all|any|every|the)(?: the)? pods(?: there| in it| in the namespace)?|policy ?types?<is>(?:ingress|egress)(?:(?: and|,) (?:ingress|egress))*"
    )
    scan.take_all(
        r"(?:(?:and|all|any|everything|every|the|other|else|only|traffic|connections?|communication|access|deny|block|by|default|rest|is|denied|blocked|pods?|must|should|be) )*(?:everything|anything|nothing|all|any)(?: other| else)*(?: traffic| is| should| be| must| denied| blocked| forbidden| from| to)*|(?:other|all other|any other) traffic(?: is| should| be| must| denied| blocked)*|inbound|outbound|traffic|connections?|incoming|outgoing|communication|allowed|blocked|denied"
    )
    fields["directions"] = directions
    if ingress:
        fields["ingress"] = ingress
    if egress:
        fields["egress"] = egress
    return {"fields": fields, "selector": pods, "namespace": namespace}


def _own_namespace(scan: Scan) -> tuple[str | None, bool]:
    """The namespace it lives in: said with "in", never one that traffic comes from."""
    for pattern in (
        r"(?:in|into|inside|within) <the>namespace (?:named |called )?:? ?<name:ns>",
        r"(?:in|into|inside|within|for|to) <the><name:ns> namespace",
        r"namespace ?[:=] ?<name:ns>",
        r"for <the>namespace (?:named |called )?<name:ns>",
        *NAMESPACE_PATTERNS[2:3],
        r"(?:isolat(?:e|es|ing)) <the>(?:namespace )?<name:ns>(?: namespace)?",
    ):
        for found in _all(scan, pattern):
            before = scan.text[max(0, found.start() - 40) : found.start()].lower()
            if (
                is_name(found["ns"])
                and found["ns"].lower() not in {"same", "other", "own"}
                and not re.search(r"(?:from|to) (?:\w+ ){0,2}(?:pods?|traffic)?(?: [\w=-]+)?\s*$", before)
            ):
                if found.group().lower().startswith("isolat"):
                    scan.claim(*found.span("ns"))
                    return found["ns"], False
                scan.claim(*found.span())
                return found["ns"], False
    return None, False


def _all(scan: Scan, pattern: str) -> list[re.Match[str]]:
    from kora.language.creation.scan import compiled

    return list(compiled(pattern).finditer(scan.rest))


def _selected(scan: Scan) -> dict[str, str]:
    """The pods that the policy is about."""
    for pattern in (
        rf"(?:(?:that|which|it|and|applies|applying|apply|applied|select(?:s|ing)?|target(?:s|ing)?|for|protect(?:s|ing)?|on|to|only|cover(?:s|ing)?) )*(?:for|to|selecting|selects|targeting|targets|protecting|protects|on|covering) (?:the |all |only )*pods? {_LABELLED}{_PAIR}(?: pods)?(?! (?:on|to|from) port)",
        rf"(?:with |and |the )*pod ?selector(?: of| is| matching| match| labels?|:)* ?{_PAIR}",
    ):
        found = scan.peek(pattern)
        if found is None:
            continue
        before = scan.text[max(0, found.start() - 30) : found.start() + 12].lower()
        if (
            re.search(
                r"\b(?:traffic|access|egress|ingress|connections?|connect|outbound|inbound|talk|communicate|from)\s+(?:only\s+)?to\b",
                before,
            )
            and re.search(r"\ballow|\bpermit|\bonly", scan.text[: found.start()].lower()[-60:])
            and not re.search(r"ingress to\b", before)
        ):
            continue
        scan.claim(*found.span())
        return {found["key"]: found["value"]}
    return {}


def _peers(groups: dict[str, Any]) -> list[dict[str, Any]]:
    names = [groups[each] for each in ("ns", "ns2", "ns3") if groups.get(each) and is_name(groups[each])]
    if (groups.get("ns2") or "").lower() in {"same", "own"}:
        return [{}]
    if groups.get("key"):
        peer: dict[str, Any] = {"pods": {groups["key"]: groups["value"]}}
        where = groups.get("pns") or groups.get("pns2")
        if where:
            peer["namespaces"] = [where]
        elif groups.get("any1"):
            peer["every_namespace"] = True
        return [peer]
    if groups.get("pair"):
        key, _, value = groups["pair"].partition("=")
        return [{"pods": {key: value}}]
    if groups.get("nkey"):
        return [{"namespace_labels": {groups["nkey"]: groups["nvalue"]}}]
    if names:
        return [{"namespaces": names}]
    if groups.get("cidr"):
        cidr = groups["cidr"] if "/" in groups["cidr"] else groups["cidr"] + "/32"
        return [{"cidr": cidr, **({"except": [groups["except"]]} if groups.get("except") else {})}]
    if groups.get("same"):
        return [{}]
    if groups.get("every"):
        return [{"every_namespace": True}]
    if groups.get("world"):
        return [{"any": True}]
    if groups.get("app"):
        return [{"pods": {"app": groups["app"]}}]
    return [{"unknown": True}]  # the builder refuses it: an empty peer would let everybody in


def _ports(text: str | None) -> list[dict[str, Any]]:
    found = []
    for number, slash, after in re.findall(r"(\d{1,5})(?:/(tcp|udp))?(?:\s(tcp|udp))?", text or "", re.IGNORECASE):
        protocol = (
            slash
            or after
            or ("UDP" if re.search(r"\budp\s+(?:ports?\s+)?" + number, text or "", re.IGNORECASE) else "TCP")
        ).upper()
        found.append({"port": int(number), "protocol": protocol})
    return found


_REACH = r"(?:reach(?:es|ing)?|access(?:es|ing)?|connect(?:s|ing)? (?:to|with)|talk(?:s|ing)? (?:to|with)|communicat(?:e|es|ing) with|send(?:s|ing)? traffic to|call(?:s|ing)?|use)"


def _read_reach(scan: Scan) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, str]]:
    """``only pods app=web may reach pods app=db on port 5432``: who is let in, and to which pods."""
    lead = r"(?:(?:that|which|and|only|so|it|allow(?:s|ing)?|permit(?:s|ting)?|let(?:s|ting)?|restrict(?:s|ing)?|the|should|must|policy|ensures?|be) )*"
    found = scan.take(
        rf"{lead}{_WHOM}(?: pods)? (?:(?:to|can|may|should|must|are|is|be|allowed|able|only) )*{_REACH} (?:the |each |one |only )*(?:pods? {_LABELLED}[\"'`]?(?P<key9>[A-Za-z][\w./-]*)(?:=|: ?)[\"'`]?(?P<value9>[\w.-]*\w)[\"'`]?(?: pods)?|(?P<other>other|another|them|it|all pods)|<name:app9>(?: pods?| deployment| app| database| service)?){_ON_PORTS}"
    )
    if found is None:
        return [], {}
    groups = found.groupdict()
    selector = (
        {groups["key9"]: groups["value9"]} if groups["key9"] else {"app": groups["app9"]} if groups["app9"] else {}
    )
    return [("Ingress", {"peers": _peers(groups), "ports": _ports(groups["ports"])})], selector


def _read_allowed(scan: Scan) -> list[tuple[str, dict[str, Any]]]:
    rules: list[tuple[str, dict[str, Any]]] = []
    allow = r"(?:(?:that|which|and|only|it|but|should|must|to|also|please|then|is|be|except|,|policy|can|may) ?)*(?:allow(?:s|ing|ed)?|permit(?:s|ting|ted)?|accept(?:s|ing)?|let(?:s|ting)?|restrict(?:s|ing|ed)?|limit(?:s|ing|ed)?|enabl(?:e|es|ing)|receive|except(?: for)?|only)"
    what = r"(?: ?(?:only|inbound|incoming|ingress|outbound|outgoing|egress|traffic|connections?|access|all|any|requests|communication|tcp|udp|network|to|them|it|the|pods?|be|reached|reachable|accessed|just|and) ?)*?"
    for side, direction in (("Ingress", r"(?:from|by)"), ("Egress", r"to")):
        for found in scan.take_all(
            rf"{allow}(?P<what>{what})(?:{_ON_PORTS.replace('P<ports>', 'P<ports0>')}) ?(?:only )?{direction} {_WHOM}{_ON_PORTS}"
        ):
            groups = found.groupdict()
            before = (groups["what"] or "").lower()
            actual = (
                "Egress"
                if side == "Egress" or (re.search(r"egress|outbound|outgoing", before) and side != "Ingress")
                else "Ingress"
            )
            if re.search(r"ingress|inbound|incoming", before):
                actual = "Ingress"
            ports = _ports(groups.get("ports")) + _ports(groups.get("ports0"))
            if groups.get("dns"):
                rules.append(("Egress", {"peers": [], "dns": True}))
                continue
            peers = _peers(groups)
            peers += _more_peers(scan, found.end())
            rules.append((actual, {"peers": peers, "ports": ports}))
    for _ in scan.take_all(
        rf"{allow}(?: ?(?:only|all|any|outbound|egress|traffic|the|to|for) ?)*(?P<dns>(?:kube-?)?dns)(?: (?:egress|resolution|traffic|lookups?|queries|access|on|port|53|\(.*?\)|to))*|(?:and |but |plus |except |excluding |other than |apart from |for )+(?:to |for )?(?:kube-?)?dns(?: resolution| traffic| lookups)*"
    ):
        rules.append(("Egress", {"peers": [], "dns": True}))
    for found in scan.take_all(
        rf"{allow}(?P<side> ?(?:only |inbound |incoming |ingress |outbound |outgoing |egress |all |any )*)(?:traffic |connections? |access )*{_ON_PORTS.removesuffix('?')}"
    ):
        side = "Egress" if re.search(r"egress|outbound|outgoing", found.group().lower()) else "Ingress"
        rules.append((side, {"peers": [], "ports": _ports(found["ports"])}))
    for found in scan.take_all(
        r"(?:(?:that|which|and|it|should|must|to) )*(?:allow(?:s|ing)?|permit(?:s|ting)?) (?:all|any) (?P<side>ingress|egress|inbound|outbound|incoming|outgoing)(?: traffic| connections?)?"
    ):
        rules.append(("Egress" if found["side"].lower()[0] in "eo" else "Ingress", {"peers": []}))
    return rules


def _more_peers(scan: Scan, position: int) -> list[dict[str, Any]]:
    """``and from namespace b``, ``or pods labelled …`` right behind."""
    from kora.language.creation.scan import compiled

    found = compiled(rf"(?:,|and|or|,? and also) ?(?:from |to |also )*{_WHOM}").match(
        scan.rest, position + len(scan.rest[position:]) - len(scan.rest[position:].lstrip())
    )
    if found is None or found.groupdict().get("dns") or found.groupdict().get("app"):
        return []
    scan.claim(*found.span())
    return _peers(found.groupdict())


def _read_denied(scan: Scan, head: Head) -> list[str]:
    sides: list[str] = []
    text = rf"(?:(?:that|which|and|it|should|must|to|by|default|but|also|policy) )*{_DENY_WORDS}(?P<what>(?: (?:all|any|every|other|else|inbound|incoming|ingress|outbound|outgoing|egress|traffic|connections?|communication|and|both|from|to|for|everything|anything|the|by|default|access|network|pods?|except|rest|in|namespaces?|between|of|it|them|coming|going|external|cross-namespace|or))*)"
    for found in scan.take_all(text):
        what = found["what"].lower()
        isolating = found.group().lower().find("isolat") >= 0
        inward = re.search(r"ingress|inbound|incoming|\bfrom\b", what) is not None
        outward = re.search(r"egress|outbound|outgoing", what) is not None
        if isolating or (not inward and not outward):
            inward, outward = True, outward or (not isolating and re.search(r"else|other|rest|except", what) is None)
        sides += ["Ingress"] * inward + ["Egress"] * outward
    adjectives = scan.take(r"(?:ingress|egress) (?:and|or|\+) (?:ingress|egress)(?: traffic)?(?: by default)?")
    if adjectives is not None and (sides or "den" in head.adjectives):
        sides = ["Ingress", "Egress"]
    elif "den" in head.adjectives and (
        only := scan.take(r"(?:for |on |all |of )*(?P<side>ingress|egress|inbound|outbound)(?: traffic)?(?: only)?")
    ):
        sides.append("Egress" if only["side"].lower()[0] in "eo" else "Ingress")
    elif "den" in head.adjectives and not sides:
        sides = ["Ingress", "Egress"]
    return list(dict.fromkeys(sides))


__all__ = ["read_network_policy", "read_selector"]
