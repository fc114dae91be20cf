# ruff: noqa: PERF401 - a pattern is read as one line
"""What is said about one container: image, command, environment, probes, resources, ports."""

import re
from typing import Any, Literal

from kora.language.creation.commands import read_command
from kora.language.creation.images import KNOWN_IMAGES
from kora.language.creation.metadata import PAIR
from kora.language.creation.probes import read_probes
from kora.language.creation.scan import Scan, cpu, memory, unquoted
from kora.language.creation.volumes import Mount, read_mounts
from kora.language.intents import ContainerSpec, PortSpec, ProbeSpec, Resources

_PULL = {"always": "Always", "never": "Never", "ifnotpresent": "IfNotPresent"}
_IMAGE = r"[\"'`]?(?P<image>[a-z0-9](?:[\w./-]*[A-Za-z0-9])?(?::\d+/[\w./-]*\w)?(?::[\w][\w.-]*\w|:\w)?(?:@sha256:[a-f0-9]+)?)[\"'`]?(?![\w/:-])"
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
_VARIABLE = r"[\"'`]?(?P<var>[A-Za-z_][\w.-]*)[\"'`]?"

Source = Literal["secret", "config_map"]


def source_of(word: str) -> Source:
    """``Secret`` or ``config map``."""
    return "secret" if word.lower().startswith("secret") else "config_map"


def read_container(
    scan: Scan, *, name: str | None = None, init: bool = False, image: str | None = None
) -> tuple[ContainerSpec, list[Mount]]:
    """One container out of what is left of `scan`, and what it mounts.

    image: the one that is known already; an empty text when none is looked for.
    """
    probes = read_probes(scan)
    command, args = read_command(scan)  # after the probes, whose commands are theirs
    env_fields = _read_own_fields(scan)
    env_keys = _read_key_env(scan)
    env_from = _read_env_from(scan)
    mounts = read_mounts(scan)
    pull = _read_pull_policy(scan)
    image = (image or None) if image is not None else read_image(scan)
    env = _read_env(scan)
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
        r"(?:us(?:ing|es?)|with|from|run(?:s|ning)?|based on|of|executing|deploy) <the>[\"'`]?(?P<image>[a-z0-9][\w./-]*(?::\d+/[\w./-]*\w)?(?::[A-Za-z][\w.-]*|:\d[\w.-]*)(?:@sha256:[a-f0-9]+)?(?<![.]))[\"'`]?(?![\w/:-])",
        rf"(?:run(?:s|ning)?|us(?:ing|es?)|with|from|on|of) <the>[\"'`]?(?P<image>{KNOWN_IMAGES})[\"'`]?(?= *(?:[,.;\n\x00]|$|on\b|with\b|and\b|that\b|in\b|listening\b|which\b|container|for\b|as\b|from\b|server))(?: (?:server|container)s?)?",
    ):
        found = scan.peek(pattern)
        if found is not None and found["image"].lower() not in _NO_IMAGE:
            scan.claim(*found.span())
            return _with_version(scan, found["image"])
    lone = re.findall(
        r"(?<![\w./:=@-])(?:[a-z0-9][a-z0-9.-]*(?::\d+)?/)*[a-z0-9][a-z0-9._-]*:(?=[\w.-]*[a-z\d])[a-zA-Z0-9_][\w.-]*(?<![.])(?![\w/:])",
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


# --- environment ----------------------------------------------------------------------------------------------------

_SOURCE = r"(?P<source>config ?-?maps?|secrets?|cm)"
_ENV_WORD = r"(?:env(?:ironment)?(?:[ -]?var(?:iable)?s?)?|env-?vars?|variables?)"


def _read_env_from(scan: Scan) -> tuple[tuple[Source, str], ...]:
    found = []
    named = r"(?:named |called )?<name:object>"
    tail = rf"(?: as {_ENV_WORD})?(?: using envfrom(?: (?:secret|configmap) ?ref)?| via envfrom| with envfrom)?(?: (?:secret|configmap) ?ref)?"
    for pattern in (
        rf"(?:inject|load|expose|import|mount|use|get|set|take|with|and|consume)?(?:ing)? ?(?:all|every|each|the)(?: of)?(?: the)? (?:keys?|values?|variables?|entries|{_ENV_WORD})(?: (?:of|from|in))? <the>{_SOURCE} {named}{tail}",
        rf"envfrom(?: ?[:=])? ?(?:the |a )?{_SOURCE}(?: ?ref)?(?: ?[:=])? ?{named}",
        rf"envfrom(?: ?[:=])? ?(?:from )?(?:the |a )?<name:object> {_SOURCE}",
        rf"(?:with |and |get(?:s|ting)? |tak(?:e|es|ing) |load(?:s|ing|ed)? |read(?:s|ing)? |inject(?:s|ing)? |import(?:s|ing)? )<the>(?:all )?{_ENV_WORD}(?: (?:are|is))?(?: (?:loaded|taken|injected|imported|coming|sourced|populated))? (?:from|of|in) <the>(?:keys (?:of|in) )?{_SOURCE} {named}{tail}",
        rf"(?:load|inject|import|use|using|consume|consuming|loading|injecting) <the>{_SOURCE} {named} (?:as|into|for) <the>{_ENV_WORD}",
        rf"(?:load|inject|import|use|using|consume|consuming|loading|injecting|from) <the><name:object> {_SOURCE} (?:as|into|for) <the>{_ENV_WORD}",
        rf"{_ENV_WORD}(?: loaded| taken| coming)? from <the><name:object> {_SOURCE}",
    ):
        for each in scan.take_all(pattern):
            found.append((source_of(each["source"]), each["object"]))
    return tuple(found)


def _read_key_env(scan: Scan) -> tuple[tuple[str, Source, str, str], ...]:
    found = []
    variable = rf"(?:(?:with|set|and|add|expose|define|inject|whose|has|have|having) )?(?:<the>{_ENV_WORD} )?(?:named |called )?{_VARIABLE}"
    key = r"<the>key\b ?:? ?<key:entry>"
    named = r"(?:named |called )?<name:object>"
    whose = r"(?: ?(?:to|=|:|,|is|should|be|must|that|which|with|its|get(?:s|ting)?|tak(?:en|es?|ing)|read|com(?:es?|ing)|set|populated|filled|sourced|loaded|injected|value|the|and|whose|has))*"
    for pattern in (
        rf"{variable}{whose} from {key} (?:of|in|from|on) <the>{_SOURCE} {named}",
        rf"{variable}{whose} (?:from|of|by|using) <the>{_SOURCE} {named},? ?(?:\(|with |using |and |at |under |, ?)?{key}\)?",
        rf"{variable}{whose} (?:from|of|by|using) <the><name:object> {_SOURCE},? ?(?:\(|with |using |and |at |under |, ?)?{key}\)?",
        rf"{variable}{whose} from {key} (?:of|in|from|on) <the><name:object> {_SOURCE}",
        rf"{variable}{whose} from <the><key:entry> key (?:of|in|from) <the>{_SOURCE} {named}",
        rf"{variable}{whose} from <the><key:entry> key (?:of|in|from) <the><name:object> {_SOURCE}",
        rf"{key} (?:of|in|from) <the>{_SOURCE} {named} (?:as|into|in|to|for|available as|exposed as) <the>(?:{_ENV_WORD} )?(?:named |called )?{_VARIABLE}",
        rf"{key} (?:of|in|from) <the><name:object> {_SOURCE} (?:as|into|in|to|for|available as|exposed as) <the>(?:{_ENV_WORD} )?(?:named |called )?{_VARIABLE}",
    ):
        for each in scan.take_all(pattern):
            found.append((each["var"], source_of(each["source"]), each["object"], each["entry"]))
    return tuple(found)


_OWN = (
    (r"name ?space", "metadata.namespace"), (r"host ?ip|node(?:'s)? ?ip(?: address)?", "status.hostIP"), (r"node(?: ?name)?", "spec.nodeName"),
    (r"ip(?: ?address)?", "status.podIP"), (r"uid", "metadata.uid"), (r"service ?account(?: ?name)?", "spec.serviceAccountName"),
    (r"name", "metadata.name"),
)  # fmt: skip


def _read_own_fields(scan: Scan) -> tuple[tuple[str, str], ...]:
    """Variables that hold what the pod knows of itself (the downward API), one by one or as two lists side by side."""
    literal = r"(?P<path>metadata\.(?:name|namespace|uid|labels\[[^\]]+\]|annotations\[[^\]]+\])|status\.(?:podIP|hostIP|podIPs)|spec\.(?:nodeName|serviceAccountName)|(?:limits|requests)\.(?:cpu|memory))"
    found: list[tuple[str, str]] = []
    link = r"(?: ?(?:=|:|from|to|with|taken|set|holding|containing|that|holds|contains|is|as|the|a|field ?ref|field ?path|field|value|of|exposing|exposes|downward api|via|using|which|read|populated|pod's|own|\(|\)))*"
    for each in scan.take_all(
        rf"(?:<the>{_ENV_WORD} )?(?:named |called )?{_VARIABLE}{link} ?[\"'`]?{literal}[\"'`]?\)?"
    ):
        found.append((each["var"], each["path"]))
    what = "|".join(pattern for pattern, _ in _OWN)
    whose = r"(?:the |its |own |of )*(?:pod'?s?|its|node'?s?|own|metadata|status|spec)(?: (?:own|pod|metadata|status))*"
    several = scan.take(
        rf"(?P<names>(?-i:[A-Z][A-Z0-9_]+)(?:(?:,? and |, )(?-i:[A-Z][A-Z0-9_]+))+){link} {whose} (?P<fields>(?:{what})(?:(?:,? and |, )(?:{whose} )?(?:{what}))+)"
    )
    if several is not None:
        names = re.findall(r"[A-Z][A-Z0-9_]+", several["names"])
        fields = [_own(each) for each in re.split(r",? and |, ", several["fields"])]
        if len(names) == len(fields):
            found += zip(names, fields, strict=True)
    for each in scan.take_all(
        rf"(?P<var>(?-i:[A-Z][A-Z0-9_]+)){link} {whose} (?P<field>{what})(?! of)",
        rf"{whose} (?P<field>{what})(?: ?(?:as|in|into|through|via|available|exposed|the|an|{_ENV_WORD}|named|called))+ (?P<var>(?-i:[A-Z][A-Z0-9_]+))",
    ):
        found.append((each["var"], _own(each["field"])))
    if found:
        scan.take_all(
            r"(?:with|and|set|the|as|using|through|via|from)* ?(?:<the>)?(?:downward api|field ?refs?)|<the>"
            + _ENV_WORD
        )
    return tuple(dict.fromkeys(found))


def _own(text: str) -> str:
    low = re.sub(r"^(?:the |its |own |pod'?s? |metadata |status |spec )+", "", text.lower().strip())
    return next(path for pattern, path in _OWN if re.fullmatch(pattern, low) or re.search(rf"(?:{pattern})$", low))


def _read_env(scan: Scan) -> dict[str, str]:
    env: dict[str, str] = {}
    opening = rf"(?:with |set(?:ting)? |and |add |define |pass |using )?<the>{_ENV_WORD}(?: vars?)?(?: named| called| like)?(?: ?[:=])?"
    while (start := scan.peek(opening)) is not None:
        scan.claim(*start.span())
        position = start.end()
        while True:
            gap = re.compile(r"(?:[\s,;\"'`{(-]|\band\b|\bset\b|\bthe\b|\bof\b)*").match(scan.rest, position)
            position = gap.end() if gap else position
            pair = PAIR.match(scan.rest, position) or re.compile(
                r"(?P<key>[A-Za-z_][\w.]*)[\"'`]?\s+(?:set to|to|with(?: the)? value(?: of)?|equal to|=|is|as|having value)\s+"
                r"(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;\"'`]*[^\s,;\"'`.:!?)])"
            ).match(scan.rest, position)
            if pair is None:
                break
            env[pair["key"]] = unquoted(pair["value"])
            scan.claim(*pair.span())
            position = pair.end()
    # Capital names with a value are variables wherever they stand ("and DEBUG=false").
    for found in scan.take_all(
        r"(?:with |and |set |, )?(?P<key>(?-i:[A-Z][A-Z0-9_]{2,}))=(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;\"'`]*[^\s,;\"'`.:!?)])"
    ):
        env[found["key"]] = unquoted(found["value"])
    return env


# --- resources ------------------------------------------------------------------------------------------------------

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


def read_container_ports(scan: Scan) -> tuple[PortSpec, ...]:
    """The ports a container listens on."""
    found: list[PortSpec] = []
    opening = (
        r"(?:(?:that |which |and |with |it |should |must |content |traffic |requests |pages |web )*(?:listen(?:s|ing)?|expos(?:e|es|ing|ed)|serv(?:e|es|ing)|open(?:s|ing)?|accept(?:s|ing)?)?(?: content| traffic| requests| pages)? ?(?:on|at|to)? ?)"
        r"<the>(?:container ?-?)?ports?(?: number)?<is>"
    )
    for start in scan.take_all(
        rf"{opening}(?P<ports>\d{{1,5}}(?:/(?:tcp|udp|sctp))?(?: ?(?:,|and|, and) ?\d{{1,5}}(?:/(?:tcp|udp))?(?![\w.:]|\s*(?:cpu|[KMG]i)))*)(?: ?\((?P<said>tcp|udp|http)\))?(?: named <name:portname>| \(named <name:portname2>\))?",
        r"(?:listen(?:s|ing)|exposed|exposing|serving) (?:on|at) (?P<ports>\d{2,5})(?P<said>)(?P<portname>)(?P<portname2>)",
    ):
        name = start["portname"] or start["portname2"]
        for each in re.findall(r"(\d{1,5})(?:/(\w+))?", start["ports"]):
            protocol = (each[1] or (start["said"] or "")).upper()
            found.append(
                PortSpec(
                    port=int(each[0]),
                    name=name or None,
                    protocol="UDP" if protocol == "UDP" else "SCTP" if protocol == "SCTP" else "TCP",
                )
            )
    scan.take_all(
        r"(?:as )?<the>(?:container )?ports? (?:that|which) (?:the|this|its) (?:container|pod|app|application) (?:exposes?|listens on|uses|serves on)"
    )
    unique = {(each.port, each.protocol): each for each in reversed(found)}
    return tuple(reversed(unique.values()))
