"""Services, Ingresses and HTTPRoutes."""

import re
from typing import Any

from kora.language.creation.metadata import PAIR, is_name
from kora.language.creation.scan import Scan, seconds, unquoted
from kora.language.intents import PortSpec

_TYPES = {"clusterip": "ClusterIP", "nodeport": "NodePort", "loadbalancer": "LoadBalancer", "externalname": "ExternalName"}  # fmt: skip
_TYPE = r"(?P<type>cluster ?-?ip|node ?-?port|load ?-?balancer|external ?-?name)"
_PORT = r"(?P<port>\d{1,5})(?![\w]|\.\d)(?:/(?P<protocol>tcp|udp|sctp))?"
_TARGET = r" ?(?:(?:,|and|that|which|it|with|to|on|of|the|a|forwards?|forwarding|forwarded|routes?|routing|traffic|sends?|maps?|mapping|mapped|targets?|targeting|pointing|points?|pods?|containers?|container's|their|requests|directed|going|goes|leads?|leading|landing|handed|passed|on|→|->|=>) ?)*(?:(?:target|container|pod|targeting|targets)(?:'?s)? ?-?(?:container |pod )?ports?<is>|(?:targets|targeting|hits|hitting) (?:port )?|(?:to|→|->|=>|:) ?(?:port )?)(?P<target>\d{1,5}(?![\w]|\.\d)|[\"'`]?[a-z][a-z0-9-]*[\"'`]?(?= ?(?:,|;|\.|$|and)))"
_NODE = r" ?(?:(?:,|and|with|on|using|the|a|fixed|at|reachable|exposed|available) ?)*node ?-?port<is>(?P<node>\d{4,5})"


def read_service(scan: Scan, adjectives: str) -> dict[str, Any]:
    """The slots of a Service."""
    fields: dict[str, Any] = {}
    selector = read_selector(scan)
    external = scan.take(
        r"(?:(?:that|which|pointing|points|to|for|with|the|an|and) )*external ?-?name<is><host:host>",
        r"(?:(?:that|which|pointing|points|maps|mapping|alias|aliasing|cname|resolves|resolving|redirects|forwards|forwarding|refers|referring|leads|leading|it|an) )+(?:to |for |at |of |onto )?<host:host>",
        r"(?:for|to|of) <the>(?:host |name |external )*<host:host>",
    )
    if external is not None:
        fields["type"], fields["external_name"] = "ExternalName", external["host"]
    if "headless" in adjectives or scan.take(
        r"(?:(?:it|should|must|be|make|is|a|and) )*headless(?: service)?|(?:with |and )?(?:(?:no|without an?|without any|without) cluster ?-?ip|cluster ?ip<is>none)"
    ):
        fields["headless"] = True
    ports = read_service_ports(scan)
    typed = scan.take(
        rf"(?:(?:of|with|and|the|a|as|using|set) )*(?:service )?type<is>[\"'`]?{_TYPE}[\"'`]?(?: service)?",
        rf"(?:(?:of|with|and|the|a|an|as|using|via|through|type) )*{_TYPE}(?: type| service)*",
    )
    word = re.sub(r"[ -]", "", typed["type"]).lower() if typed is not None else re.sub(r"[ -]", "", adjectives)
    for key, kind in _TYPES.items():
        if key in word:
            fields.setdefault("type", kind)
    if scan.take(
        r"(?:(?:with|and|using|enable) )*(?:session ?affinity(?: (?:by|on|of|to|is|the))*<is>(?:client(?:'s)? ?-?ip(?: address)?)?|sticky sessions?|client ?-?ip session affinity|session affinity)"
    ):
        fields["session_affinity"] = "ClientIP"
        held = scan.take(
            r"(?:(?:with|and|a|the|for|of|lasting|that|lasts?|expires?|expiring|after|session|sticky|sessions|affinity|timeout|it|is|should|be) ?)*<dur:n>(?: (?:session|affinity|timeout|sticky))*"
        )
        if held is not None:
            fields["affinity_seconds"] = seconds(held["n"])
    if scan.take(
        r"(?:(?:and|that|which|with|also|it|should|the) )*publish(?:es|ing)?(?: (?:the|addresses|address|ips?|endpoints|of|its|all|also|even))* (?:pods?|ones|those|endpoints)?(?: (?:that|which|are|is))*(?: ?(?:aren't|isn't|not|un)) ?-?(?:yet )?ready(?: yet)?(?: (?:addresses|pods|yet|too|as well|endpoints))*",
        r"(?:(?:and|with) )*publish ?-?not ?-?ready ?-?addresses(?:<is>true)?",
    ):
        fields["publish_unready"] = True
    if not ports and scan.take(
        r"(?:on|with|for|exposing|exposes)? ?(?:both|all|these|those|the same)(?: (?:two|three|of (?:them|its|the)))? ports",
        r"(?:(?:that|which|to|it) )*expos(?:es?|ing) (?:both|all)(?: (?:two|three|of (?:them|these|those)))?(?= ?(?:[,.;]|$|in|with))",
    ):
        fields["every_port"] = True
    if scan.take(
        r"(?:and |while |that )*(?:keep|preserv)(?:e|es|ing|s)? (?:the )?client(?:'s|s')? (?:source )?(?:ips?|ip addresses|addresses)"
    ):
        fields["external_traffic_policy"] = "Local"
    ranges = scan.take(
        r"(?:(?:only|and|reachable|accessible|allowed|allowing|allow|open|limited|restricted|restrict|to|with|the|its|clients?|traffic|access|just|solely|exclusively|be|is|should|must|it) )*(?:(?:from|by|load ?-?balancer ?-?)?source ?-?ranges?|from|to)(?: (?:the|cidrs?|ranges?|networks?|addresses|ips?|subnets?|source))*<is>(?P<all><cidr>(?:(?:, and |,? and |, ?| or )<cidr>)*)(?: only)?",
        r"(?:and )*(?:only allow|allow(?:ing|ed)? only|open only for) (?P<all><cidr>(?:(?:, and |,? and |, ?| or )<cidr>)*)",
    )
    if ranges is not None:
        fields["source_ranges"] = [
            each if "/" in each else f"{each}/32" for each in re.findall(r"\d+\.\d+\.\d+\.\d+(?:/\d+)?", ranges["all"])
        ]
    policy = scan.take(
        r"(?:with |and |(?:keep|preserv)(?:e|es|ing) the client(?:'s)? (?:source )?ip(?: address(?:es)?)? )*(?:via |using |by |through )?(?:an? |the )?external ?traffic ?policy<is>(?P<policy>local|cluster)"
    )
    if policy is not None:
        fields["external_traffic_policy"] = policy["policy"].capitalize()
    if "type" not in fields and scan.take(
        r"(?:(?:and|it|is|be|should|must|only|reachable|accessible|available|from|for) )*(?:cluster-internal(?:ly)?|internal(?:ly)?(?: (?:use|traffic))?|(?:inside|within)(?: of)? the cluster)(?: only)?"
    ):
        fields["type"] = "ClusterIP"
    if fields.get("type") in {"NodePort", "LoadBalancer"}:
        scan.take_all(
            r"(?:(?:reachable|accessible|available|open|visible) )?from (?:anywhere|everywhere|the internet|the whole world)"
        )
        scan.take_all(r"(?:(?:from|to|the) )*(?:outside|external(?:ly)?)(?: (?:of|the|cluster|world))*")
    target = read_backend(scan)
    if target is not None:
        fields["workload"] = target
    if ports:
        scan.take_all(r"(?:forward|rout|send|direct|map|listen|target)(?:s|es|ing|ed|e)?")
    scan.take_all(r"(?:of |with )*the same name(?: as (?:it|the (?:deployment|pod|app)))?")
    return {"fields": fields, "selector": selector, "ports": ports}


def read_selector(scan: Scan) -> dict[str, str]:
    """``selector: app=web``, ``selecting pods labelled app=web``."""
    selector: dict[str, str] = {}
    direct = r"(?:for|targeting|targets|selecting|selects|matching|on|protecting|protects|covering|to)(?= [A-Za-z][\w./-]*=[\w])"
    opening = (
        direct
        + r"|(?:(?:that|which|for|with|and|a|the|it|should|must|using|by|on|targeting|targets?|to|routes?|routing|forwards?|traffic|exposing|exposes?|covers?|covering|protects?|protecting|applies|apply|applied|allows?|only) )*(?:<the>(?:pod ?-?)?(?:label )?(?:selectors?|select(?:s|ing)?)(?: ?label(?:s|led|ed)?)?(?: <the>pods)?|(?:all |any |every |the )?pods)(?:(?: ?[:=](?!=))|(?: (?:of|on|is|with|by|to|should|match|matching|that|have|having|which|are|carrying|the|a|labels?|labell?ed|selected|tagged|whose|label is|bearing|where))*)(?=[\s\"'`{]*[A-Za-z0-9][\w./-]*[\"'`]?\s*(?:=|: ))"
    )
    while (start := scan.peek(opening)) is not None:
        scan.claim(*start.span())
        position = start.end()
        while True:
            gap = re.compile(r"(?:[\s,;\"'`{(-]|\band\b)*").match(scan.rest, position)
            position = gap.end() if gap else position
            pair = PAIR.match(scan.rest, position)
            if pair is None:
                break
            selector[pair["key"]] = unquoted(pair["value"])
            scan.claim(*pair.span())
            position = pair.end()
        scan.take(r"labels?(?= ?(?:,|\.|$|on|and|with))")
    if not selector and scan.peek(r"labels?|labell?ed|annotat\w+") is None:  # pairs that nothing else could be
        for pair in re.finditer(
            r"(?<![\w./=-])[\"'`]?(?P<key>[A-Za-z][\w./-]*)\s?=\s?[\"'`]?(?P<value>[A-Za-z0-9][\w.-]*)(?<!\.)[\"'`]?",
            scan.rest,
        ):
            selector[pair["key"]] = pair["value"]
            scan.claim(*pair.span())
        scan.take_all(
            r"select(?:s|ing|ed)?(?: (?:both|all|them|the|pods?|deployments?|by|with|their|labels?|common|shared))*"
        ) if selector else []
    return selector


def read_backend(scan: Scan) -> dict[str, str] | None:
    """The workload a Service stands in front of."""
    kinds = r"(?P<kind>deployments?|stateful ?sets?|daemon ?sets?|pods?|app(?:lication)?|workload)"
    lead = r"(?:(?:that|which|for|to|in front of|exposing|exposes?|targeting|targets?|pointing|points|routes?|routing|forwards?|forwarding|traffic|selecting|selects|fronting|of|the|serving|expose|sends?|requests?|connects?|all) )+"
    for pattern in (
        rf"{lead}(?:existing )?{kinds} (?:named |called )?<name:object>",
        rf"{lead}<name:object> {kinds}",
        rf"{lead}(?:it|them)",
        r"(?:for|in front of|exposing|exposes|targeting|fronting|expose) <the><name:object>(?= ?(?:,|\.|;|$|on|with|at|via|using|in))",
    ):
        found = scan.peek(pattern)
        if found is None:
            continue
        groups = found.groupdict()
        if groups.get("object") is None:
            scan.claim(*found.span())
            return None
        if is_name(groups["object"]) and groups["object"].lower() not in {
            "both",
            "all",
            "each",
            "traffic",
            "requests",
            "port",
            "ports",
            "pods",
            "tcp",
            "udp",
            "http",
        }:
            scan.claim(*found.span())
            return {"name": groups["object"], "kind": (groups.get("kind") or "").lower().replace(" ", "").rstrip("s")}
    return None


def read_service_ports(scan: Scan) -> tuple[PortSpec, ...]:
    """Ports with their targets and node ports."""
    found: list[PortSpec] = []

    def keep(match: re.Match[str]) -> None:
        groups = match.groupdict()
        target = groups.get("target")
        text = unquoted(target) if target else None
        protocol: Any = (groups.get("protocol") or groups.get("protocol2") or "TCP").upper()
        found.append(
            PortSpec(
                port=int(groups["port"]),
                target=None if text is None else int(text) if text.isdigit() else text,
                node_port=int(groups["node"]) if groups.get("node") else None,
                name=groups.get("name") or groups.get("name2") or groups.get("name3"),
                protocol=protocol,
            )
        )

    lead = r"(?:(?:on|with|and|that|which|exposing|exposes?|listening|listens|its|service|it|at|via|using|a|the|maps?|mapping|forwards?|forwarding|one|two|from|tcp|http) )*"
    named = r"(?: ?\(?(?:named|called|name:?) <name:name>\)?| ?\((?!tcp|udp|sctp|container|pod|target|node|http\b|https\b)<name:name3>\))?"
    single = len(re.findall(r"\bnode ?-?ports?\b\D{0,6}\d{4,5}\b", scan.rest, re.IGNORECASE)) == 1
    node = scan.take(_NODE) if single and len(re.findall(r"\b\d{2,5}\b", scan.rest)) <= 3 else None
    for pattern in (
        rf"{lead}(?P<protocol>tcp|udp|sctp) (?:port )?(?P<port>\d{{1,5}})(?![\w]|\.\d)(?:{_TARGET})?(?:(?: (?:on|at|with|via))*{_NODE})?",
        rf"(?:on|expose|exposing|exposes|listening on|listens on|at) (?P<port>\d{{2,5}})(?![\w]|\.\d)(?:{_TARGET})",
        rf"{lead}(?:<name:name2> )??(?:ports?)<is>{_PORT}(?: ?\(?(?P<protocol2>tcp|udp)\)?)?{named}(?:{_TARGET})(?:{_NODE})?",
        rf"{lead}ports?<is>{_PORT}{named}(?:{_NODE})",
        rf"(?:sends?|sending|routes?|routing|balanc(?:es?|ing)|distribut(?:es?|ing)) (?:traffic (?:on|for) )?(?:port )?{_PORT}(?= (?:to|for|across|among) (?:the |all |any )?(?:pods?|deployment|app))",
        rf"(?:maps?|mapping|forwards?|forwarding|translat(?:es?|ing)|redirects?|redirecting|from) (?:port )?{_PORT}(?:{_TARGET})",
        rf"{lead}ports?<is>(?P<port>\d{{1,5}}):(?P<target>\d{{1,5}})(?:/(?P<protocol>tcp|udp))?(?:{_NODE})?",
        rf"{lead}ports?<is>{_PORT}(?: ?\(?(?P<protocol2>tcp|udp)\)?)?{named}",
        rf"(?:and|,) ?(?:port )?{_PORT}(?: ?\(?(?P<protocol2>tcp|udp)\)?)?{named}(?:{_TARGET})",
        r"(?:,|and|ports?)? ?<name:name2> (?P<port>\d{1,5}) ?(?:->|→|=>) ?(?P<target>\d{1,5})(?:/(?P<protocol>tcp|udp))?(?![\w]|\.\d)",
        rf"{lead}(?P<port>\d{{1,5}}) ?(?::|->|→|=>) ?(?P<target>\d{{1,5}})(?:/(?P<protocol>tcp|udp))?(?![\w]|\.\d)",
        rf"(?:on|expose|exposing|listening on|at) (?P<port>\d{{2,5}})(?![\w]|\.\d)(?:{_TARGET})?",
        rf"(?:and|,) ?(?:port )?{_PORT}(?![\w%]|\.\d)(?: ?\(?(?P<protocol2>tcp|udp)\)?)?{named}",
    ):
        while (match := scan.take(pattern)) is not None:
            keep(match)
    alone = scan.take(_TARGET.replace("(?:to|→|->|=>|:) ?(?:port )?", "(?!x)x"))
    if alone is not None and len(found) == 1 and found[0].target is None:
        text = unquoted(alone["target"])
        found[0] = found[0].model_copy(update={"target": int(text) if text.isdigit() else text})
    elif alone is not None and not found and unquoted(alone["target"]).isdigit():
        found.append(PortSpec(port=int(unquoted(alone["target"])), target=int(unquoted(alone["target"]))))
    if node is None:
        node = scan.take(_NODE)
    if node is not None and len(found) == 1:
        found[0] = found[0].model_copy(update={"node_port": int(node["node"])})
    return tuple(found)
