# ruff: noqa: PERF401 - a pattern is read as one line
"""Ingresses and HTTPRoutes: hosts, paths, back ends, TLS."""

import re
from typing import Any

from kora.language.creation.scan import Scan, unquoted

_SERVICE = r"(?:(?:to|the|a|an|service|svc|back ?-?end|named|called|kubernetes|pointing|routing|points|routes?|routed|traffic|forwards?|forwarding|goes|sent|is|are|→|->|=>|:|existing) ?)*[\"'`]?(?P<service>[a-z](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?(?: (?:service|svc|backend))?(?: ?:(?P<port1>\d{1,5})|(?: ?\(?(?:on|at|,|and|with|using|its|service|the)* ?)*port ?:? ?(?P<port>\d{1,5}|[a-z][a-z-]*[a-z])\)?)?"
_TO = r"(?:,| |and|traffic|requests|should|must|go|goes|be|is|are|for|with|all|routes?|routed|routing|sends?|sent|forwards?|forwarded|forwarding|points?|pointing|serv(?:es?|ed|ing)|by|mapped|maps|under|prefix|\(prefix\)|\(exact\)|exact|→|->|=>|:)*?\b(?:to|by|service|backend|from|→|->|=>|:)"


def read_ingress(scan: Scan) -> dict[str, Any]:
    """The slots of an Ingress."""
    fields: dict[str, Any] = {}
    ingress_class = scan.take(
        r"(?:(?:with|and|using|use|of|the|set) )*(?:ingress ?-?)?class(?: ?name)?<is>[\"'`]?(?P<class>[a-z][\w.-]*\w)[\"'`]?",
        r"(?:using|with|use|via) <the>(?P<class>[a-z][\w-]*) (?:ingress ?(?:class|controller)|class)",
    )
    if ingress_class is not None:
        fields["class"] = ingress_class["class"]
    tls = scan.take(
        r"(?:(?:with|and|using|enable|enabled|terminate|terminating|secured|secure|by|via|over|the|it|certificate|certificates|from|for|serve|over|a|should|must|use|uses|host|that|its) )*(?:tls|https|ssl)(?: ?(?:,|certificate|cert|is|enabled|termination|using|from|with|via|by|secured|terminated|in|stored|the|a|for|it|host|that|and|config|configuration|use|uses|taken) ?)*(?: ?<the>(?:tls )?secret(?: ?name)?<is>(?:named |called )?<name:secret>)",
        r"(?:(?:with|and|using|enable|the|a|its) )*(?:tls|https|ssl)(?: (?:certificate|cert|enabled|termination|using|from|with|via|by|in|stored|the|a|is|secured|terminated))* [\"'`]?(?P<secret>[\w.-]+)[\"'`]? secret",
        r"(?:certificates?|certs?|tls)(?: (?:is|comes|stored|taken|from|in|by|provided|held|kept|using|with|via|of|the|a))* secret(?: named| called)?<is><name:secret>",
        r"(?:(?:with|and|using|the|a|its|certificate|from|cert|in) )*tls secret<is>(?:named |called )?<name:secret>",
    )
    if tls is not None:
        fields["tls_secret"] = tls["secret"]
    elif scan.take(r"(?:(?:with|and|using|enable|enabled|over|the|a) )*(?:tls|https)(?: (?:enabled|termination))?"):
        fields["tls"] = True
    if tls is not None:
        scan.take_all(
            r"(?:with |using |over |via |and )*(?:tls|https|ssl)(?: (?:enabled|termination|terminated|for|on))*(?= ?[:,.;]| (?:hosts?|the)|$)"
        )
    fields["rules"] = read_rules(scan)
    return {"fields": fields}


def read_http_route(scan: Scan) -> dict[str, Any]:
    """The slots of an HTTPRoute."""
    fields: dict[str, Any] = {}
    gateway = scan.take(
        r"(?:(?:attached|attach|bound|for|to|using|via|on|with|parent|it|of|the|and|through) )*gateways?(?: ?(?:named|called|ref|is))?<is><name:gateway>(?: in <the>(?:namespace )?<name:ns>(?: namespace)?)?",
        r"(?:(?:attached|attach|bound|for|to|using|via|on|with|through) )+<the><name:gateway> gateway(?: in <the>(?:namespace )?<name:ns>(?: namespace)?)?",
    )
    if gateway is not None:
        fields["gateway"] = gateway["gateway"]
        if gateway["ns"]:
            fields["gateway_namespace"] = gateway["ns"]
    weights = [
        {"service": each["service"], "port": int(each["port"]) if each["port"] else None, "weight": int(each["weight"])}
        for each in scan.take_all(
            r"(?:(?:sends?|sending|splits?|splitting|and|,|with|of|the|traffic|that|which|weight) ?)*(?P<weight>\d{1,3}) ?(?:%|percent)(?: (?:of|the|traffic|requests|goes|go|going|to|service))* (?P<service>[a-z][a-z0-9-]*[a-z0-9])(?: service)?(?: ?:| on port| port) ?(?P<port>\d+)",
            r"(?:(?:sends?|sending|splits?|splitting|and|,|with|of|the|traffic|that|which|weight) ?)*(?P<weight>\d{1,3}) ?(?:%|percent)(?: (?:of|the|traffic|requests|goes|go|going|to|service))* (?P<service>[a-z][a-z0-9-]*[a-z0-9])(?P<port>)",
        )
    ]
    fields["rules"] = read_rules(scan)
    if weights:
        fields["weights"] = weights
    return {"fields": fields}


def read_rules(scan: Scan) -> list[dict[str, Any]]:
    """Hosts with their paths and services, in the order that they were said."""
    events: list[tuple[int, str, dict[str, Any]]] = []
    kinds = scan.take_all(
        r"(?:(?:with|and|using|use|the) )*path ?type<is>(?P<type>prefix|exact|implementation ?specific)"
    )
    path_type = kinds[0]["type"].capitalize() if kinds else None
    for each in scan.take_all(
        rf"(?:(?:that|which|and|with|for|at|on|the|routes?|routing|sends?|sending|forwards?|forwarding|requests|traffic|path|paths|prefix|maps?|mapping|exact|under|everything|all|calls|url|to|serves|serving|,) ?)*<path:path>(?P<kind> ?\(?(?:exact|prefix)\)?)?{_TO} ?{_SERVICE}"
    ):
        events.append(
            (
                each.start(),
                "path",
                {"path": each["path"], "service": each["service"], "port": _port(each), "type": _kind(each, path_type)},
            )
        )
    for each in scan.take_all(
        rf"(?:(?:that|which|and|with|for|the|routes?|routing|sends?|sending|forwards?|forwarding|requests|traffic|maps?|,) ?)*<host:host> (?:at |on |with path |path )?<path:path>{_TO} ?{_SERVICE}"
    ):
        events.append((each.start(), "host", {"host": each["host"]}))
        events.append(
            (
                each.start() + 1,
                "path",
                {"path": each["path"], "service": each["service"], "port": _port(each), "type": path_type},
            )
        )
    for each in scan.take_all(
        r"(?:(?:for|and|with|at|on|the|host|hosts|host ?name|hostnames|domain|that|which|serves?|serving|requests|traffic|from|to|is|using|of|answers?|routes?|routing|sends?|,|all|matching) ?[:=]? ?)*<host:host>"
    ):
        events.append((each.start(), "host", {"host": each["host"]}))
    services = scan.take_all(
        rf"(?:(?:that|which|and|with|for|the|routes?|routing|sends?|sending|forwards?|forwarding|requests|traffic|all|everything|points?|pointing|backed|by|exposing|exposes?|expose|serving|http|external|its|it) )*(?:to|service|backend|backed by|for|exposing|exposes|expose)(?: port)? (?:the )?(?:service )?{_SERVICE.replace(r'(?:(?:to|the', r'(?:(?:the', 1)}"
    )
    for each in services:
        path = re.search(r"", each.group())
        events.append((each.start(), "service", {"service": each["service"], "port": _port(each), "at": bool(path)}))
    paths = scan.take_all(
        r"(?:(?:at|on|under|with|for|the|path|prefix|and|using) )*(?:path )?(?:prefix )?:? ?<path:path>"
    )
    for each in paths:
        events.append((each.start(), "lone", {"path": each["path"]}))
    ports = scan.take_all(r"(?:(?:on|at|and|using|service|the|its|with|backend) )*port ?:? ?(?P<port>\d{1,5})")
    return _arranged(sorted(events, key=lambda each: each[0]), path_type, [int(each["port"]) for each in ports])


def _port(found: re.Match[str]) -> int | str | None:
    text = found.groupdict().get("port") or found.groupdict().get("port1")
    return None if not text else int(text) if text.isdigit() else unquoted(text)


def _kind(found: re.Match[str], default: str | None) -> str | None:
    kind = (found.groupdict().get("kind") or "").strip(" ()").capitalize()
    return kind or default


def _arranged(
    events: list[tuple[int, str, dict[str, Any]]], path_type: str | None, ports: list[int]
) -> list[dict[str, Any]]:
    hosts: list[str] = [each["host"] for _, kind, each in events if kind == "host"]
    lone = [each["path"] for _, kind, each in events if kind == "lone"]
    service = next((each for _, kind, each in events if kind == "service"), None)
    rules: list[dict[str, Any]] = []
    pending: list[dict[str, Any]] = []
    host: str | None = None
    for _, kind, each in events:
        if kind == "host":
            host = each["host"]
            rule = {"host": host, "paths": list(pending)}
            pending = []
            rules.append(rule)
        elif kind == "path":
            path = {"path": each["path"], "service": each["service"], "port": each["port"], "type": each["type"]}
            (rules[-1]["paths"] if rules else pending).append(path)
        elif (
            kind == "service" and (host is not None or not hosts) and not (rules and rules[-1]["paths"]) and not pending
        ):
            path = {
                "path": lone[0] if len(lone) == 1 else "/",
                "service": each["service"],
                "port": each["port"],
                "type": path_type,
            }
            (rules[-1]["paths"] if rules else pending).append(path)
    if pending:
        rules.append({"host": None, "paths": pending}) if not rules else rules[0]["paths"].extend(pending)
    for rule in rules:
        if not rule["paths"] and service is not None:
            rule["paths"] = [
                {
                    "path": lone[0] if len(lone) == 1 else "/",
                    "service": service["service"],
                    "port": service["port"],
                    "type": path_type,
                }
            ]
        for path in rule["paths"]:
            if path["port"] is None and len(set(ports)) == 1:
                path["port"] = ports[0]
    return rules
