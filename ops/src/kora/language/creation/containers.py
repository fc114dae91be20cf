# ruff: noqa: PERF401 - a pattern is read as one line
"""What is said about one container: image, command, environment, probes, resources, ports."""

import re
import shlex
from typing import Any, Literal

from kora.language.creation.metadata import PAIR
from kora.language.creation.scan import Scan, cpu, memory, number, unquoted
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


def read_container(scan: Scan, *, name: str | None = None, init: bool = False) -> ContainerSpec:
    """One container out of what is left of `scan`."""
    from kora.language.creation.volumes import read_mounts

    probes = {which: probe for which in ("liveness", "readiness", "startup") if (probe := _read_probe(scan, which))}
    command, args = read_command(scan)  # after the probes, whose commands are theirs
    env_keys = _read_key_env(scan)
    env_from = _read_env_from(scan)
    mounts = read_mounts(scan)
    pull = _read_pull_policy(scan)
    image = read_image(scan)
    env = _read_env(scan)
    requests, limits = read_resources(scan)
    ports = read_container_ports(scan)
    return ContainerSpec(
        name=name,
        image=image,
        pull_policy=pull,
        command=command,
        args=args,
        env=env,
        env_from=env_from,
        env_keys=env_keys,
        requests=requests,
        limits=limits,
        ports=ports,
        mounts=mounts,
        init=init,
        **_with_port(probes, ports),
    )


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
    return None


# Images that people say without the word "image": "a pod running nginx". Only names of images, no versions.
KNOWN_IMAGES = "|".join(
    [
        "nginx",
        "busybox",
        "alpine",
        "redis",
        "postgres",
        "mysql",
        "mariadb",
        "mongo",
        "httpd",
        "python",
        "node",
        "ubuntu",
        "debian",
        "memcached",
        "rabbitmq",
        "golang",
        "perl",
        "bash",
        "tomcat",
        "haproxy",
        "traefik",
        "caddy",
        "openjdk",
        "fluentd",
        "consul",
        "vault",
        "elasticsearch",
        "kibana",
        "grafana",
    ]
)


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


# --- command --------------------------------------------------------------------------------------------------------

_RUNS = r"(?:(?:that|which|and|to)? ?(?:runs?|executes?|running|executing|run|execute)|with|using|us(?:es?))"
_SHELL = re.compile(r"[|&;<>$`*]|\b(?:while|until|for|if)\b")


def read_command(scan: Scan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Command and arguments. A JSON list is taken as it stands, shell syntax is handed to ``sh -c``."""
    command: tuple[str, ...] = ()
    listed = r"(?P<list>\[[^\]]*\])"
    found = scan.take(rf"(?:with |and |, )?<the>command<is>{listed}")
    if found is not None:
        command = _listed(found["list"])
    arguments = scan.take(rf"(?:with |and |, )?<the>(?:args|arguments?)<is>{listed}")
    args = _listed(arguments["list"]) if arguments is not None else ()
    if command:
        return command, args
    for pattern in (
        rf"(?:{_RUNS} )?<the>(?:shell )?(?:command|cmd|script|entrypoint)(?: line)?(?: ?[:=] ?| should be | is | of | to | set to | )<quoted:cmd>",
        r"(?:that |which |and |to |it |should |will |must |simply |just |container |pod )*(?:runs?|executes?|running|executing|executed)(?: the)? ?:? ?<quoted:cmd>(?: command)?",
        r"<quoted:cmd> (?:as )?(?:the |its )?command",
        r"(?:with |and |the |, )*command ?[:=] ?(?P<cmd>[a-z/][^,;\n]*?)(?=,|;|\n|\.(?:\s|$)|$)",
        r"(?P<cmd>(?:/bin/)?(?:ba)?sh -c (?:\"[^\"]*\"|'[^']*'|`[^`]*`))",
        rf"(?:{_RUNS} )?<the>command ?[:=]? ?(?P<cmd>(?:sleep|echo|date|tail|top|ls|cat|env|nginx|python3?|node|sh|bash|/[\w/.-]+)\b[^,;\n]*?)(?=,|;|\n|\.(?:\s|$)|$| and (?:expose|label|set|a |an |the |request|limit|mount|with)| (?:in|with|every|at|on a|on the) )",
        r"(?:that |which |and |to |it |should |will |must |simply |just )*(?P<does>prints?|echo(?:es)?|printing|echoing|outputs?|says?)(?: out)? <quoted:said>",
        r"(?:that |which |and |to |it |should |will |must |simply |just )*(?P<sleeps>sleeps?|sleeping) (?:for )?<num:seconds> ?(?P<unit>s|seconds?|m|minutes?|h|hours?)?",
        r"(?:that |which |and |to |it |should |will |must |simply |just )*(?:runs?|executes?|running|executing) (?P<cmd>(?:sleep|echo|tail|top|cat|env)\b [^,;\n]*?)(?=,|;|\n|\.(?:\s|$)|$| and (?:expose|label|set|a |an |the |request|limit|mount|with)| (?:in|with|every|at|on a|on the) )",
        r"(?:that |which |and |to |it |should |will |must |simply |just )*(?:runs?|executes?|running|executing|prints?|printing) (?:the (?:current )?)?(?P<cmd>date)(?: command)?",
    ):
        found = scan.take(pattern)
        if found is None:
            continue
        groups = found.groupdict()
        if groups.get("sleeps"):
            unit = (groups.get("unit") or "s")[0].lower()
            return ("sleep", str(number(groups["seconds"]) * {"s": 1, "m": 60, "h": 3600}[unit])), args
        if groups.get("does"):
            return ("echo", unquoted(groups["said"])), args
        return shell_words(unquoted(groups["cmd"])), args
    return (), args


def shell_words(line: str) -> tuple[str, ...]:
    """A command line as arguments."""
    try:
        words = shlex.split(line)
    except ValueError:
        return ("sh", "-c", line)
    if len(words) > 2 and words[0] in {"sh", "bash", "/bin/sh", "/bin/bash"} and words[1] == "-c":
        return (words[0], "-c", " ".join(words[2:]))
    return ("sh", "-c", line) if _SHELL.search(line) else tuple(words)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(
        unquoted(each.strip()) for each in re.findall(r"\"[^\"]*\"|'[^']*'|[^,\[\]]+", text[1:-1]) if each.strip()
    )


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
        rf"{key} (?:of|in|from) <the>{_SOURCE} {named} as <the>(?:{_ENV_WORD} )?{_VARIABLE}",
        rf"{key} (?:of|in|from) <the><name:object> {_SOURCE} as <the>(?:{_ENV_WORD} )?{_VARIABLE}",
    ):
        for each in scan.take_all(pattern):
            found.append((each["var"], source_of(each["source"]), each["object"], each["entry"]))
    return tuple(found)


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


# --- probes ---------------------------------------------------------------------------------------------------------

_TIMES = {
    "initial_delay_seconds": r"(?:initial ?-?delay(?: ?-?seconds)?|delay(?: of)?|start(?:ing)? after|after)",
    "period_seconds": r"(?:period(?: ?-?seconds)?|every|interval(?: of)?|runs? every|checked every)",
    "timeout_seconds": r"(?:time ?out(?: ?-?seconds)?(?: of)?)",
    "failure_threshold": r"(?:failure ?-?threshold(?: of)?|fail(?:s|ing|ed)? after)",
}
_SECONDS = r" ?(?:s|secs?|seconds?)?"


def _read_probe(scan: Scan, which: str) -> ProbeSpec | None:
    stems = {"liveness": r"live?ness", "readiness": r"readyness|readiness|ready", "startup": r"start-?up"}
    found = scan.peek(
        rf"(?:with |add |and |configure |include |set )?<the>(?:http ?-?(?:get)? |tcp ?-?(?:socket)? |exec )*(?:{stems[which]}) ?(?:and|&|/) ?(?:live?ness|readiness) ?-?(?:probes?|checks?)",
        rf"(?:with |add |and |configure |include |set )?<the>(?:http ?-?(?:get)? |tcp ?-?(?:socket)? |exec |command )*(?:{stems[which]}) ?-?(?:probes?|checks?)",
    )
    if found is None:
        return None
    both = re.search(r"(?:and|&|/)\s*(live?ness|readiness)", found.group(), re.IGNORECASE) is not None
    following = re.compile(
        r"[^\n]*?(?=\.(?:\s|$)|;|\n|\b(?:live?ness|readiness|start-?up)[ -]?(?:probe|check)|\b(?:labels?|image|replicas|requests?|"
        r"(?:resource|memory|cpu)[ -]?(?:limits?|requests?)|volumes?|namespace|mount|env(?:ironment)?)\b|$)",
        re.IGNORECASE,
    ).match(scan.rest, found.end())
    end = following.end() if following else found.end()
    part = scan.part(found.end(), end)
    spec = _probe_of(part, found.group())
    if not both:
        scan.claim(*found.span())
    else:  # the next one reads the same words again
        scan.rest = scan.rest[: found.end()] + scan.text[found.end() : end] + scan.rest[end:]
        marker = re.search(rf"(?:{stems[which]})\s*(?:and|&|/)", found.group(), re.IGNORECASE)
        if marker is not None:
            scan.claim(found.start() + marker.start(), found.start() + marker.end())
    leftover = part.left()
    if leftover and not both:  # give back what belongs to others
        scan.rest = scan.rest[: found.end()] + part.rest + scan.rest[end:]
    return spec


def _probe_of(part: Scan, opening: str) -> ProbeSpec:
    slots: dict[str, Any] = {}
    for slot, words in _TIMES.items():
        timed = part.take(rf"(?:with |and )?<the>{words}<is><num:value>(?:{_SECONDS}|(?: times| failures| attempts)?)",
                          rf"(?:with |and )?<the><num:value>(?:-|{_SECONDS} ){words}")  # fmt: skip
        if timed is not None:
            slots[slot] = number(timed["value"])
    command = part.take(
        r"(?:that |which |by |using |via |with )*(?:exec(?:utes|uting)?|runs?|running|command)(?: command| the command)?<is>(?P<cmd>\[[^\]]*\])",
        r"(?:that |which |by |using |via |with )*(?:exec(?:utes|uting)?|runs?|running|command)(?: command| the command)?<is><quoted:cmd>",
        r"(?:that |which |by |using |via |with )*(?:exec|command)<is>(?P<cmd>[a-z][\w./ -]*[\w/])(?=,|$| with| and| every| after)",
    )
    if command is not None:
        text = command["cmd"]
        slots["command"] = _listed(text) if text.startswith("[") else shell_words(unquoted(text))
        return ProbeSpec(**slots)
    path = part.take(
        r"(?:path|endpoint|url)<is><path:path>",
        r"(?:http ?-?get|get|on|at|to|checking|checks?|requesting|against|hitting|hits|using|via|of|for)(?: http)? ?:? ?<path:path>",
        r"<path:path>",
    )
    if path is not None:
        slots["path"] = path["path"]
    part.take(r"tcp ?-?(?:socket)?(?: check| probe| connection)?")
    port = part.take(
        r"(?:on |at |to |against )?<the>(?:same )?(?:tcp |http )?port<is>(?P<port>\d+|[\"'`]?[a-z][a-z0-9-]*[\"'`]?(?= ?(?:[,.;]|$|with|and)))",
        r"(?:on|:) ?(?P<port>\d{2,5})",
    )
    if port is not None:
        text = unquoted(port["port"])
        value: int | str = int(text) if text.isdigit() else text
        if path is None and isinstance(value, int):
            slots["tcp_port"] = value
        else:
            slots["port"] = value
    part.take_all(r"http ?-?get|http|request|succeeds|available|tcp|starts|seconds")
    return ProbeSpec(**slots)


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
    opening = r"(?:with |and |add |set |has |have |having )?<the>(?:resource[ -]?)?(?P<which>requests?|requesting|limits?|limited|limiting|maximum|max|minimum|at most|at least|up to)(?: ?[:=]| of| to| set to| are| is| for| values?)*(?=[\s\"'`({]*(?:(?:the )?(?:cpus?|memory|mem|ram|ephemeral)\b|\d[\d.]*\s?[A-Za-z]*\s+(?:of\s+)?(?:cpus?|memory|mem|ram|ephemeral|vcpus?|cores?|millicores?)\b|\d[\d.]*\s?(?:[KMGT]i?B?|m|cores?|cpus?|vcpus?|millicores?)\b))"
    while (start := scan.peek(opening)) is not None:
        which = _which(start["which"])
        scan.claim(*start.span())
        position = start.end()
        while True:
            gap = re.compile(r"(?:[\s,;{(]|\band\b|\bof\b|\bthe\b)*").match(scan.rest, position)
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
    rf"[\"'`]?(?P<value>\d+(?:\.\d+)?(?:\s?{_UNIT}(?![\w]))?)[\"'`]?\s*(?:of )?(?:the )?(?P<resource>cpus?|memory|mem|ram|ephemeral[ -]storage|vcpus?|cores?|)(?![\w-])", re.IGNORECASE)  # fmt: skip


def _looks_like_memory(value: str) -> bool:
    return re.search(r"[KMGTk]i?[bB]?$|bytes?$", value) is not None


def _which(word: str) -> str:
    return "request" if word.lower().startswith(("req", "min", "at least")) else "limit"


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
    unique = {(each.port, each.protocol): each for each in reversed(found)}
    return tuple(reversed(unique.values()))
