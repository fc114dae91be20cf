"""Ingresses and HTTPRoutes: hosts, paths, back ends, TLS."""

import re
from typing import Any

from kora.language.creation.scan import Scan


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
        r"(?:(?:with|and|using|enable|enabled|terminate|terminating|secured|secure|by|via|over|the|it|certificate|certificates|from|for|serve|over|a|should|must|use|uses|host|that|its) )*(?:tls|https|ssl)(?: ?(?:,|certificate|cert|is|enabled|termination|using|from|with|via|by|secured|terminated|in|stored|the|a|for|it|host|that|and|config|configuration|use|uses|taken) ?)*(?: ?\(?<the>(?:tls )?secret(?: ?name)?<is>(?:named |called )?<name:secret>\)?)",
        r"(?:(?:with|and|using|enable|the|a|its) )*(?:tls|https|ssl)(?: (?:certificate|cert|enabled|termination|using|from|with|via|by|in|stored|the|a|is|secured|terminated))* [\"'`]?(?P<secret>[\w.-]+)[\"'`]? secret",
        r"(?:certificates?|certs?|tls)(?: (?:is|comes|stored|taken|from|in|by|provided|held|kept|using|with|via|of|the|a))* secret(?: named| called)?<is><name:secret>",
        r"(?:(?:with|and|using|the|a|its|certificate|from|cert|in) )*tls secret<is>(?:named |called )?<name:secret>",
        r"(?:(?:with|and|using|the|a|its|from|in) )*secret<is>(?:named |called )?<name:secret>",
        r"(?:tls|https|ssl)(?: secret)? ?[:=] ?(?!(?:the|a|an|its|secret|true|yes|on)\b)<name:secret>(?= ?(?:[,.;]|$))",
        r"(?:tls|https|ssl)(?: (?:via|with|using|by|from|through))+ (?!(?:the|a|an|its|secret|cert|certificate|certificates)\b)<name:secret>(?= ?(?:[,.;]|$))",
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
    fields["hosts"] = _hosts_of(scan.text)
    return {"fields": fields}


def _hosts_of(text: str) -> list[str]:
    return list(dict.fromkeys(found["hosted"] for found in _PIECES.finditer(text) if found["host"]))


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


_Q = "[\"'`“”]?"
_PIECES = re.compile(
    r"(?P<type>path ?-?type\s*(?:is|of|:|=|should be)?\s*[\"'`]?(?P<typed>prefix|exact|implementation ?specific)[\"'`]?)"
    rf"|(?P<host>{_Q}(?P<hosted>(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*){_Q}(?=[\s,;.:/)]|$|\Z))"
    rf"|(?P<path>(?:(?:path|prefix|url|route)\s+)*{_Q}(?P<pathed>/(?:[\w%.-]+(?:/[\w%.-]+)*)?/?){_Q}(?<!\.)(?:\s*\((?P<kind1>exact|prefix)\)|\s+(?P<kind2>exact|prefix)(?:\s+match)?)?)"
    rf"|(?P<service>(?<![\w.-])(?:(?:back-?end\s+)?(?:services?|svc|back-?ends?)\s+(?:named\s+|called\s+|is\s+)?{_Q}(?P<served>(?!port\b|on\b|at\b|and\b|with\b|for\b|named\b|in\b)[a-z](?:[a-z0-9-]*[a-z0-9])?){_Q}|{_Q}(?P<served2>(?!(?:to|the|a|an|from|this|that|named|each|and|or|with|for|by|both|its|backend|of|target|which|existing|in|on|two|same|at)\b)[a-z](?:[a-z0-9-]*[a-z0-9])?){_Q}\s+(?:services?|svc|back-?end)\b|(?:to|→|->|=>|(?:(?:served|handled|answered|backed|hosted|provided)\s+)?by)\s+(?:the\s+)?{_Q}(?P<served3>(?!the\b|a\b|an\b|port\b|svc\b|service\b|services\b|https?\b|tls\b|be\b|this\b|that\b|it\b|host\b|requests\b|traffic\b|path\b|back-?ends?\s+(?!ports?\b|on\b|at\b|for\b|and\b)[a-z])[a-z](?:[a-z0-9-]*[a-z0-9])?){_Q})(?::(?P<port1>\d{{1,5}}))?)"
    r"|(?P<port>(?:(?:on|at|service|its)\s+)*\bports?\s*(?:number\s*)?:?\s*(?P<ported>\d{1,5}|[a-z][a-z-]*[a-z](?=\s*(?:[,.;)]|$|and)))|(?<=[\s(]):(?P<ported2>\d{2,5})\b|\bon\s+(?P<ported3>\d{2,5})\b)",
    re.IGNORECASE,
)


def read_rules(scan: Scan) -> list[dict[str, Any]]:
    """Hosts with their paths and services: pieces in the order in which they were said, each with what stands next to it."""
    pieces = [found for found in _PIECES.finditer(scan.rest) if found.group().strip()]
    path_type: str | None = None
    walk = _Walk()
    for found in pieces:
        scan.claim(*found.span())
        if found["type"]:
            path_type = {"p": "Prefix", "e": "Exact", "i": "ImplementationSpecific"}[found["typed"][0].lower()]
        elif found["host"]:
            walk.host(found["hosted"])
        elif found["path"]:
            kind = found["kind1"] or found["kind2"]
            walk.path(found["pathed"], kind.capitalize() if kind else None)
        elif found["service"]:
            walk.service(found["served"] or found["served2"] or found["served3"])
            if found["port1"]:
                walk.port(int(found["port1"]))
        else:
            text = found["ported"] or found["ported2"] or found["ported3"]
            walk.port(int(text) if text.isdigit() else text)
    scan.take_all(
        r"(?:all |any |every |other |two |three |four |both |following )*(?:requests?|traffic|calls?|paths?|hosts?(?: ?names?)?|domains?|urls?|rules?|everything|prefix|exact|services?|back-?ends?|(?:rout|send|sent|forward|direct|point|serv|expos|split|go)(?:s|es|e|ed|ing|ting)?|external(?:ly)?|http)"
    )
    return walk.done(path_type)


class _Walk:
    """Joins hosts, paths, services and ports as they come."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.paths: list[dict[str, Any]] = []
        self.current: list[str] = []
        self.fresh = False  # hosts were said and nothing for them yet

    def host(self, name: str) -> None:
        """A host: beside the one right before it, else in its place."""
        if name not in self.hosts:
            self.hosts.append(name)
        self.current = [*self.current, name] if self.fresh and name not in self.current else [name]
        waiting = [each for each in self.paths if not each["hosts"]]
        for each in waiting if not self.fresh else ():
            each["hosts"] = list(self.current)  # "send / to web for shop.example.com"
        self.fresh = not waiting

    def path(self, path: str, kind: str | None) -> None:
        """A path: it completes a service that has none, or waits for one."""
        last = self.paths[-1] if self.paths else None
        if last is not None and last["path"] is None and last["service"]:
            last |= {"path": path, "type": kind}
        else:
            self.paths.append({"path": path, "type": kind, "service": None, "port": None, "hosts": list(self.current)})
        self.fresh = False

    def service(self, name: str) -> None:
        """A service: for every path that waits for one."""
        waiting = [each for each in self.paths if each["service"] is None]
        for each in waiting:
            each["service"] = name
        if not waiting:
            self.paths.append({"path": None, "type": None, "service": name, "port": None, "hosts": list(self.current)})
        self.fresh = False

    def port(self, port: int | str) -> None:
        """A port: of the service before it."""
        if self.paths:
            name = self.paths[-1]["service"]
            for each in reversed(self.paths):
                if each["service"] != name or each["port"] is not None:
                    break
                each["port"] = port
        else:
            self.paths.append({"path": None, "type": None, "service": None, "port": port, "hosts": list(self.current)})

    def done(self, path_type: str | None) -> list[dict[str, Any]]:
        """Rules by host, in their order."""
        ports = {each["port"] for each in self.paths if each["port"] is not None}
        if len(self.paths) > 1 and self.paths[0]["service"] is None and self.paths[0]["path"] is None:
            self.paths.pop(0)
        rules: dict[str | None, list[dict[str, Any]]] = {}
        served = {host for each in self.paths for host in each["hosts"]}
        for each in self.paths:
            port = each["port"] if each["port"] is not None or len(ports) != 1 else next(iter(ports))
            made = {
                "path": each["path"] or "/",
                "service": each["service"],
                "port": port,
                "type": each["type"] or path_type,
            }
            for host in each["hosts"] or (self.hosts if not served else []) or [None]:
                rules.setdefault(host, []).append(dict(made))
        for host in self.hosts:
            if host not in rules and not rules:
                rules[host] = []
        return [{"host": host, "paths": paths} for host, paths in rules.items()]
