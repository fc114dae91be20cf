"""What is said about one container: image, command, environment, probes, resources, ports."""

import re
from typing import Any

from kora.language.creation.amounts import read_amounts
from kora.language.creation.commands import read_command
from kora.language.creation.environment import read_own_fields, read_sources, read_variables
from kora.language.creation.images import KNOWN_IMAGES
from kora.language.creation.probes import read_probes
from kora.language.creation.scan import Scan, compiled, cpu, memory
from kora.language.creation.volumes import Mount, read_mounts
from kora.language.intents import ContainerSpec, PortSpec, ProbeSpec, Resources

_PULL = {"always": "Always", "never": "Never", "ifnotpresent": "IfNotPresent"}
_IMAGE = r"[\"'`]?(?P<image>[a-z0-9](?:[\w./-]*[A-Za-z0-9])?(?::\d+/[\w./-]*\w)?(?::[\w][\w.-]*\w|:\w)?(?:@sha256:[a-f0-9]+)?)[\"'`]?(?![\w/-]|:\S)"
_NO_IMAGE = frozenset(
    [
        "with",
        "in",
        "on",
        "for",
        "that",
        "which",
        "using",
        "from",
        "to",
        "and",
        "of",
        "by",
        "at",
        "as",
        "a",
        "an",
        "the",
        "pull",
        "policy",
        "should",
        "must",
        "is",
        "are",
        "version",
        "name",
        "each",
        "named",
        "called",
        "it",
        "be",
        "has",
        "have",
        "latest",
    ]
)


def read_container(
    scan: Scan, *, name: str | None = None, init: bool = False, image: str | None = None
) -> tuple[ContainerSpec, list[Mount]]:
    """One container out of what is left of `scan`, and what it mounts.

    image: the one that is known already; an empty text when none is looked for.
    """
    probes = read_probes(scan)
    command, args = read_command(scan)  # after the probes, whose commands are theirs
    env_fields = read_own_fields(scan)
    env_keys, env_from = read_sources(scan)
    scan.take_all(r"(?:every|each) (?:single )?(?:key|entry|file) (?:in|of|from)(?= [^.;]*(?:mount| /))")
    mounts = read_mounts(scan)
    if mounts:
        scan.take_all(
            r"(?:all )?<the>(?:keys|entries|files|contents?)(?: (?:in|of|from|as files))?|<the>(?:directory|folder|dir)"
        )
    pull = _read_pull_policy(scan)
    image = (image or None) if image is not None else read_image(scan)
    env = read_variables(scan)
    requests, limits = read_resources(scan)
    ports = read_container_ports(scan)
    spec = ContainerSpec(
        name=name,
        image=image,
        pull_policy=pull,
        command=command,
        args=args,
        env=env,
        env_from=env_from,
        env_keys=env_keys,
        env_fields=env_fields,
        requests=requests,
        limits=limits,
        ports=ports,
        init=init,
        **_with_port(probes, ports),
    )
    return spec, mounts


def _with_port(probes: dict[str, ProbeSpec], ports: tuple[PortSpec, ...]) -> dict[str, Any]:
    """An HTTP probe without a port asks the container's one port."""
    done = {}
    for which, probe in probes.items():
        if probe.path is not None and probe.port is None and len(ports) == 1:
            probe = probe.model_copy(update={"port": ports[0].port})
        if probe.path is None and probe.tcp_port is None and not probe.command and len(ports) == 1:
            probe = probe.model_copy(update={"tcp_port": ports[0].port})
        done[which] = probe
    return done


# --- image ----------------------------------------------------------------------------------------------------------


def read_image(scan: Scan) -> str | None:
    """The image as written; never one that was not said."""
    for pattern in (
        rf"(?:container )?image(?: name)?(?:\s*[:=]\s*|\s+(?:is |of |to be |should be |set to |called |named )?){_IMAGE}",
        rf"(?:us(?:ing|es?)|with|from|run(?:s|ning)?|based on|of|on) <the>(?:official |latest |container |docker )*{_IMAGE} (?:container |docker )?image",
        rf"<the>{_IMAGE} (?:container |docker )?image",
        rf"(?:start|starts|starting|launch|launches|spawn|spawns|run|runs|running|in|inside) an? (?P<image>{KNOWN_IMAGES}) container",
        r"(?:us(?:ing|es?)|with|from|run(?:s|ning)?|based on|of|executing|deploy) <the>[\"'`]?(?P<image>[a-z0-9][\w./-]*(?::\d+/[\w./-]*\w)?(?::[A-Za-z][\w.-]*|:\d[\w.-]*)(?:@sha256:[a-f0-9]+)?(?<![.]))[\"'`]?(?![\w/-]|:\S)",
        rf"(?:run(?:s|ning)?|us(?:ing|es?)|with|from|on|of) <the>[\"'`]?(?P<image>{KNOWN_IMAGES})[\"'`]?(?= *(?:[,.;\n\x00]|$|on\b|with\b|and\b|that\b|in\b|listening\b|which\b|container|for\b|as\b|from\b|server))(?: (?:server|container)s?)?",
    ):
        found = scan.peek(pattern)
        if found is not None and found["image"].lower() not in _NO_IMAGE:
            scan.claim(*found.span())
            return _with_version(scan, found["image"])
    lone = re.findall(
        r"(?<![\w./:=@-])(?:[a-z0-9][a-z0-9.-]*(?::\d+)?/)*[a-z0-9][a-z0-9._-]*:(?=[\w.-]*[a-z\d])[a-zA-Z0-9_][\w.-]*(?<![.])(?![\w/]|:\S)",
        scan.rest,
    )
    lone = [each for each in lone if not re.fullmatch(r"\d+:\d+", each) and each.split(":")[0] not in _NO_IMAGE]
    if len(set(lone)) == 1:  # the one thing that looks like an image
        found = scan.take(re.escape(lone[0]))
        return _with_version(scan, lone[0]) if found is not None else None
    return None


def _with_version(scan: Scan, image: str) -> str:
    found = scan.take(r"(?:with |at |in |of )?<the>(?:tag|version) ?[:=]? ?[\"'`]?(?P<tag>\w[\w.-]*\w|\w)[\"'`]?")
    if found is not None and ":" not in image.rsplit("/", 1)[-1] and "@" not in image:
        return f"{image}:{found['tag']}"
    return image


def _read_pull_policy(scan: Scan) -> Any:
    found = scan.take(
        r"(?:with )?<the>(?:image[ -]?)?pull[ -]?policy<is>[\"'`]?(?P<policy>always|never|if ?not ?present)[\"'`]?"
    )
    if found is None:
        return None
    return _PULL[found["policy"].lower().replace(" ", "")]


# --- resources ------------------------------------------------------------------------------------------------------

_BOUNDS = {
    "requests": r"asks? for|asking for|requests?|requesting|requested|reserv(?:es?|ing|ed)|guaranteed?|needs?|at least|min(?:imum)?|asks? for|requires?",
    "limits": r"(?:(?:must|may|should|can|shall|will) )?(?:never|not) (?:\w+ ){0,3}?(?:more than|above|over|exceed(?:ing)?)|limits?|limited|limiting|capped|cap|max(?:imum)?|at most|up to|no more than",
}
_RESOURCE = r"(?P<resource>cpus?|memory|mem|ram|ephemeral[ -]storage)"
_SLOTS = {"c": "cpu", "m": "memory", "r": "memory", "e": "ephemeral_storage"}


def read_resources(scan: Scan) -> tuple[Resources, Resources]:
    """Requests and limits, in Kubernetes' notation; numbers as they were said."""
    said: dict[str, dict[str, str]] = {"request": {}, "limit": {}}

    def keep(which: str, resource: str, quantity: str) -> None:
        slot = _SLOTS[resource[0].lower()]
        said[which][slot] = cpu(quantity) if slot == "cpu" else memory(quantity)

    # "cpu request 100m", "memory limit of 1Gi", "a limit of 256Mi memory", "limit memory to 256Mi"
    both = scan.take_all(
        rf"(?:(?:the )?same )?(?:requests? and limits?|limits? and requests?)<is>{_RESOURCE}<is><qty:value>(?: and|,) ?(?P<other>cpu|memory|mem)<is><qty:second>"
    )
    for each in both:
        for which in said:
            keep(which, each["resource"], each["value"])
            keep(which, each["other"], each["second"])
    for each in scan.take_all(
        rf"{_RESOURCE}(?: ?:)? (?P<one>requests?|limits?) ?(?:/|and) ?(?P<two>requests?|limits?)<is><qty:first> ?(?:/|and) ?<qty:second>"
    ):
        keep(each["one"][:7].rstrip("s").lower(), each["resource"], each["first"])
        keep(each["two"][:7].rstrip("s").lower(), each["resource"], each["second"])
    for each in scan.take_all(
        rf"<the>{_RESOURCE} (?:(?:between|from) <qty:low> (?:and|to|up to)|<qty:low2> (?:to|up to)) <qty:high>"
    ):
        keep("request", each["resource"], each["low"] or each["low2"])
        keep("limit", each["resource"], each["high"])
    for each in scan.take_all(
        rf"<the>{_RESOURCE} (?:requests? ?/ ?limits?|limits? ?/ ?requests?|requests? and limits?|limits? and requests?)<is>(?:both |each |all )?<qty:value>"
    ):
        for which in said:
            keep(which, each["resource"], each["value"])
    for each in scan.take_all(
        rf"<the>{_RESOURCE} (?P<one>requests?|limits?)<is><qty:first>(?:,| and|, and) (?P<two>requests?|limits?)<is><qty:second>(?! ?(?:of )?(?:cpu|mem|ram|for))"
    ):
        keep(_which(each["one"]), each["resource"], each["first"])
        keep(_which(each["two"]), each["resource"], each["second"])
    for each in scan.take_all(
        rf"<the>{_RESOURCE} (?P<which>requests?|limits?)<is><qty:value>(?: and <the>(?P<other>requests?|limits?)<is><qty:second>)?"
    ):
        keep(_which(each["which"]), each["resource"], each["value"])
        if each["other"]:
            keep(_which(each["other"]), each["resource"], each["second"])
    # blocks: "requests cpu=100m memory=128Mi", "limits of 500m CPU and 512Mi memory", "request 64Mi of memory and 250m cpu"
    opening = r"<the>(?:resource[ -]?)?(?P<which>requests?|requesting|requested|reserv(?:es?|ing)|guaranteed|limits?|limited|limiting|capped|maximum|max|minimum|at most|at least|up to|no more than)(?: ?[:=]| of| to| at| set to| are| is| for| values?| should be| must be| it)*(?=[\s\"'`({]*(?:(?:the )?(?:cpus?|memory|mem|ram|ephemeral)\b|\d[\d.]*\s?[A-Za-z]*\s+(?:of\s+)?(?:cpus?|memory|mem|ram|ephemeral|vcpus?|cores?|millicores?)\b|\d[\d.]*\s?(?:[KMGT]i?B?|m|cores?|cpus?|vcpus?|millicores?)\b))"
    while (start := scan.peek(opening)) is not None:
        which = _which(start["which"])
        scan.claim(*start.span())
        position = start.end()
        while True:
            gap = re.compile(r"(?:[\s,;{(\"'`/+]|\band\b|\bof\b|\bthe\b|\bwith\b|\ba\b|\x00)*").match(
                scan.rest, position
            )
            position = gap.end() if gap else position
            piece = _RESOURCE_FIRST.match(scan.rest, position) or _QUANTITY_FIRST.match(scan.rest, position)
            if piece is None:
                break
            keep(
                which, piece["resource"] or ("memory" if _looks_like_memory(piece["value"]) else "cpu"), piece["value"]
            )
            scan.claim(*piece.span())
            position = piece.end()
        if position == start.end():
            break
    for amount in read_amounts(scan, _BOUNDS, carry=False, bound_only=True):
        if amount.resource != "storage":
            said[{"requests": "request", "limits": "limit"}[amount.bounds[-1]]].setdefault(
                amount.resource.replace("-", "_"), amount.value
            )
    # "cpu: 100m" with no word for which: what Kubernetes does with a limit alone, request equals limit
    return Resources(**said["request"]), Resources(**said["limit"])


_UNIT = r"(?:[KMGTPE]i(?:B)?|[kKMGT][bB]?|m|millicores?|millicpus?|cores?|vcpus?|cpus?|gigabytes?|megabytes?)"
_RESOURCE_FIRST = re.compile(
    rf"(?:of |the )?(?P<resource>cpus?|memory|mem|ram|ephemeral[ -]storage)\s*(?:[:=]|of|to|at|is)?\s*[\"'`]?(?P<value>\d+(?:\.\d+)?(?:\s?{_UNIT}(?![\w]))?)[\"'`]?(?![\w-]|\.\d)", re.IGNORECASE)  # fmt: skip
_QUANTITY_FIRST = re.compile(
    rf"[\"'`]?(?P<value>\d+(?:\.\d+)?(?:\s?{_UNIT}(?![\w]))?)[\"'`]?\s*(?:of )?(?:the )?(?P<resource>cpus?|memory|mem|ram|ephemeral[ -]storage|vcpus?|cores?|)[\"'`]?(?![\w-])", re.IGNORECASE)  # fmt: skip


def _looks_like_memory(value: str) -> bool:
    return re.search(r"[KMGTk]i?[bB]?$|bytes?$", value) is not None


def _which(word: str) -> str:
    return "request" if word.lower().startswith(("req", "min", "at least", "reserv", "guarant")) else "limit"


# --- ports ----------------------------------------------------------------------------------------------------------


_PORT = r"(?P<port>\d{1,5})(?:/(?P<protocol>tcp|udp|sctp))?(?: ?\((?P<said>tcp|udp|sctp|http|https)\)| (?P<said2>tcp|udp)\b)?(?:,? ?\(?(?:named|called|name[:=]?|as) <name:name>\)?| ?\(<name:name2>\))?(?![\w:]|\.\d)"
_MORE_PORTS = rf"(?:,| and|, and| &| plus|;) (?:<the>(?:second|third|other|another|next)? ?(?:one )?(?:(?:container )?port )?(?:is |on |at )?)?{_PORT}(?! ?(?:%|cpus?|replicas?|pods?|seconds?|minutes?|times|cores?|[KMG]i))"


def read_container_ports(scan: Scan) -> tuple[PortSpec, ...]:
    """The ports a container listens on."""
    found: list[PortSpec] = []
    hosts = _host_ports(scan)
    opening = r"(?:(?:that |which |and |with |it |should |must |content |traffic |requests |pages |web |tcp |udp |http )*(?:listen(?:s|ing)?|expos(?:e|es|ing|ed)|serv(?:e|es|ing)|open(?:s|ing)?|accept(?:s|ing)?)?(?: content| traffic| requests| pages)? ?(?:on|at|to)? ?)"
    while (
        start := scan.peek(
            rf"{opening}<the>(?:named )?(?:container ?-?)?ports?(?: number)?<is>{_PORT}",
            rf"{opening}<the>(?P<name3>(?!host\b)[a-z][a-z-]*) port<is>{_PORT}",
            rf"(?:listen(?:s|ing)?|exposed|exposing|exposes|serving|serves|reachable|available)(?: (?:content|traffic|requests|http|tcp|only))* (?:on|at) {_PORT}",
            rf"{_PORT} as (?:the |its )?(?:container )?port",
            r"on (?P<port>\d{2,5})(?P<protocol>)(?P<said>)(?P<said2>)(?P<name>)(?P<name2>)(?= ?(?:[,.;)\n]|$|and\b))",
        )
    ) is not None:
        scan.claim(*start.span())
        found.append(_port_of(start))
        more = compiled(_MORE_PORTS)
        position = start.end()
        while (each := more.match(scan.rest, position)) is not None:
            scan.claim(*each.span())
            found.append(_port_of(each))
            position = each.end()
    scan.take_all(
        r"(?:as )?<the>(?:container )?ports? (?:that|which) (?:the|this|its) (?:container|pod|app|application) (?:exposes?|listens on|uses|serves on)"
    )
    _join_host_ports(found, hosts)
    unique = {(each.port, each.protocol): each for each in reversed(found)}
    return tuple(reversed(unique.values()))


def _host_ports(scan: Scan) -> list[tuple[int, int | None]]:
    """Ports of the node, each with the container's port that it was said with. Read before the container's own ports."""
    return [
        (int(each["host"]), int(each["port"]) if each["port"] else None)
        for each in scan.take_all(
            rf"{_HOST_LEAD}(?:host ?-?ports?|port of the (?:host|node)|(?:host|node)'s port)<is>(?P<host>\d{{1,5}}){_HOST_FOR}(?![\w]|\.\d)",
            rf"{_HOST_LEAD}port<is>(?P<host>\d{{1,5}}) (?:of|on) (?:the|every|each|its) (?:host|node)s?{_HOST_FOR}(?![\w]|\.\d)",
        )
    ]


_HOST_LEAD = r"(?:(?:and|with|open(?:s|ing)?|bind(?:s|ing)?|bound|expos(?:es?|ing|ed)|map(?:s|ped|ping)?|publish(?:es|ed|ing)?|on|at|to|as|via|it|the|a|reachable|available|use|uses|using) )*"
_HOST_FOR = r"(?:(?: (?:for|to|of|onto|and|with|its|the|mapped|forwarded|leading|going))+ (?:container ?-?)?port<is>(?P<port>\d{1,5}))?"


def _join_host_ports(found: list[PortSpec], hosts: list[tuple[int, int | None]]) -> None:
    """A port of the node belongs to the container's port it was said with, else to the only one, else to its equal."""
    for host, said in hosts:
        port = said if said is not None else found[0].port if len(found) == 1 else host
        at = next((at for at, one in enumerate(found) if one.port == port), None)
        if at is None:
            found.append(PortSpec(port=port, host_port=host))
        else:
            found[at] = found[at].model_copy(update={"host_port": host})


def _port_of(found: re.Match[str]) -> PortSpec:
    groups = found.groupdict()
    protocol: Any = (groups["protocol"] or groups["said"] or groups["said2"] or "TCP").upper()
    name = groups["name"] or groups["name2"] or groups.get("name3")
    return PortSpec(
        port=int(groups["port"]),
        name=name if name and name.lower() not in {"tcp", "udp", "container", "the", "same", "its"} else None,
        protocol=protocol if protocol in {"UDP", "SCTP"} else "TCP",
    )
