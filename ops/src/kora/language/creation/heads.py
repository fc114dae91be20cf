"""Where one prompt asks for several objects: the places at which a new one begins."""

import re
from dataclasses import dataclass

from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import BUILDABLE, HARMLESS, KIND, KIND_WORDS, canonical, kind_of
from kora.language.creation.plain import begins_more, is_plain, is_quality
from kora.language.kinds import BY_KIND

_VERBS = (
    "create|make|deploy|add|set ?up|setup|run|launch|provision|generate|write|define|build|start|spin up|install|"
    "configure|introduce|i need|i want|i'd like|we'd like|i would like|we would like|we need|we want|give me|need|want|apply|draft|produce|prepare|bring up|"
    "implement|establish|bind|bootstrap|stand up|schedule|put together|come up with|author|compose|craft|spin up|roll out|whip up|set me up with|hook up|expose it (?:with|via|through|using|by)|put|place|front it with|back it (?:with|by)|include|attach|front it with"
)
_DETERMINER = r"(?:a|an|the|one|two|three|four|five|six|\d+|another|new|separate|following|some)"
_FREE = r"(?:(?<=\ba )|(?<=\ban )|(?<=\bone )|(?<=\banother )|(?<![^\n])(?=[A-Z][a-z]+ (?:job|deployment|pod|service|secret|ingress|quota)\b))(?!(?:create|make|add|run|deploy|write|expose|new|set|failed|successful|completed|finished|last|old|previous|existing)\b)(?!(?:pull|claim|image|service|storage|priority|cluster|role|config|resource|limit|network|pod|horizontal|persistent|volume|name|label|replica|container|node|host|cron|stateful|daemon|replica|job|secret)\b)(?:rolling[ -]updates?|[a-z]+(?:-[a-z]+)*)"
"""Any word between "a" and the kind; it is read with the description."""
_FIXED = (
    r"(?:external-?name|kubernetes|k8s|new|simple|basic|single|standalone|headless|generic|opaque|separate|additional|corresponding|"
    r"matching|tls|default(?:-| )deny|deny(?:-| )all|default|cluster[ -]?ip|node[ -]?port|load ?-?balancer|internal|external|public|"
    r"nginx|redis|busybox|postgres|mysql|httpd|alpine|mongo|mariadb|memcached|rabbitmq|traefik|caddy|haproxy|ubuntu|debian|[a-z0-9./-]+:[\w.-]*\w|long-running|canary|sidecar|backend|frontend|stateful|scheduled|daily|nightly|hourly|weekly|one-off|one-time|minimal|[a-z]+-(?:facing|wide|internal|tier|grade|ready|aware|local)|"
    r"read-only|namespaced|dedicated|small|secure|docker-registry|multi-container|two-container|gateway api|blank|empty|restrictive|strict|ingress-only|ingress|egress|all|traffic|and(?= (?:all |ingress|egress|blank|empty|small|large|new)))"
)
_SIZE = r"\d+(?:\.\d+)?\s?[KMGT]i?B?"
"""A size before a claim or a volume; read with the description."""
_ADJECTIVES = rf"(?:(?:{_FREE}|{_FIXED}|{_SIZE}) )"


def free_words(adjectives: str) -> list[str]:
    """The words before a kind that stand in no table: they are read with the description."""
    fixed = re.compile(_FIXED, re.IGNORECASE)
    return [
        word
        for word in re.sub(rf"{_FIXED}(?=\s|$)", " ", adjectives, flags=re.IGNORECASE).split()
        if not fixed.fullmatch(word) and word not in HARMLESS
    ]


_NAME = r"[\"'`“‘]?(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)[\"'`”’]?(?![\w-])"
_LIST_MORE = r"(?P<more>(?:(?:, and |,? and | & |, )[\"'`]?[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?[\"'`]?(?![\w=:-]))*)"

_HEAD = re.compile(
    rf"(?P<lead>(?:(?:^|[.;:,\n]|\band\b|\bthen\b|\bplus\b|\bplease\b|\balso\b|\d[.)]|[-*•])\s*){{0,6}})"
    rf"(?P<verb>\b(?:{_VERBS})\s+(?:me\s+)?)?"
    rf"(?P<det>{_DETERMINER}\s+){{0,3}}(?P<adjectives>{_ADJECTIVES}{{0,5}})"
    rf"(?P<kind>{KIND})\b(?!-\w)(?:\s+(?:resource|object|manifest)s?)?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\s*:?\s*(?:\(?(?:(?:for each \w+ |one for each \w+ )?(?:named|called)|with (?:the )?names?|whose names? (?:is|are)|by the name(?: of)?|names?[:=])\s*:?\s*){_NAME}\)?",
    re.IGNORECASE,
)
_BARE = re.compile(rf"\s*:?\s*{_NAME}", re.IGNORECASE)
_BEFORE = re.compile(r"[\"'`“‘]?(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)[\"'`”’]?\s+$")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_NOT_BEFORE = frozenset(
    [
        "read-only",
        "multi-container",
        "two-container",
        "one-off",
        "one-time",
        "long-running",
        "create",
        "make",
        "deploy",
        "add",
        "run",
        "a",
        "an",
        "the",
        "new",
        "set",
        "up",
        "setup",
        "launch",
        "provision",
        "generate",
        "write",
        "define",
        "build",
        "start",
        "install",
        "kubernetes",
        "k8s",
        "and",
        "simple",
        "basic",
        "single",
        "headless",
        "separate",
        "me",
        "another",
        "need",
        "want",
        "apply",
        "nodeport",
        "clusterip",
        "loadbalancer",
        "generic",
        "opaque",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "then",
        "also",
        "with",
        "following",
        "scheduled",
        "daily",
        "default-deny",
        "default",
        "deny",
        "all",
        "for",
    ]
)


_WORKLOAD_NEEDS = frozenset({"ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "ServiceAccount", "PriorityClass", "StorageClass", "Namespace", "Pod"})  # fmt: skip
_WORKLOADS = ("Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob")
_BESIDE_QUOTAS = frozenset({"ResourceQuota", "LimitRange", "NetworkPolicy", "Role", "RoleBinding", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "HorizontalPodAutoscaler", "PodDisruptionBudget"})  # fmt: skip
_SERVED = frozenset({"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Namespace", "Service", "Secret", "Ingress", "Job", "CronJob"})  # fmt: skip
_REFERS: dict[str, frozenset[str]] = {
    "Namespace": frozenset({"Namespace"}),
    **dict.fromkeys(_WORKLOADS, _WORKLOAD_NEEDS),
    "StatefulSet": _WORKLOAD_NEEDS | {"Service"},
    "CronJob": _WORKLOAD_NEEDS | {"Job"},
    "Deployment": _WORKLOAD_NEEDS | {"ReplicaSet"},
    "Service": _SERVED,
    "Ingress": frozenset({"Service", "Secret", "Namespace"}),
    "HTTPRoute": frozenset({"Service", "Namespace"}),
    "HorizontalPodAutoscaler": _SERVED,
    "PodDisruptionBudget": _SERVED,
    "PersistentVolumeClaim": frozenset({"StorageClass", "PersistentVolume", "Namespace", "Pod"}),
    "PersistentVolume": frozenset({"StorageClass"}),
    "StorageClass": frozenset(),
    "PriorityClass": frozenset({"Pod"}),
    "ServiceAccount": frozenset({"Namespace", "Secret"}),
    "ConfigMap": frozenset({"Namespace"}),
    "Secret": frozenset({"Namespace"}),
    "ResourceQuota": frozenset(BUILDABLE) - _BESIDE_QUOTAS - {"ResourceQuota"},
    "LimitRange": frozenset(BUILDABLE) - _BESIDE_QUOTAS - {"LimitRange"},
    "Role": frozenset(BUILDABLE) - {"RoleBinding", "ClusterRoleBinding"},
    "ClusterRole": frozenset(BUILDABLE) - {"RoleBinding", "ClusterRoleBinding"},
}
"""What the description of an object may speak of without asking for it: a pod of a secret, a Service of pods. Any other
kind that is mentioned with "a" is asked for as well. Kinds that are absent (roles, quotas) may speak of everything."""


@dataclass(frozen=True)
class Head:
    """An object begins: its kind, its name when it was said, what stood before the kind, and where its text starts."""

    kind: str
    name: str | None
    names: tuple[str, ...]
    adjectives: str
    start: int
    end: int
    count: int | None = None
    words: str = ""
    """The words for the kind."""


def heads(text: str) -> list[Head]:
    """The objects that `text` asks for, in its order. A kind that is only mentioned ("in the namespace") is none."""
    masked = re.sub(r"\"[^\"]*\"|`[^`]*`", lambda found: re.sub(r"[.;:,\n]", "_", found[0]), text)
    found: list[Head] = []
    position = 0
    while (match := _HEAD.search(masked, position)) is not None:
        position = match.end()
        if not _begins(masked, match, found):
            position = (
                max(match.start("kind") + 1, match.start() + 1) if match["lead"] or match["verb"] else match.end()
            )
            continue
        kind = KIND_WORDS[canonical(match["kind"])]
        name, names, end = _name_after(text, match.end("kind"), match.end())
        if (
            name
            and kind in {"Ingress", "HTTPRoute"}
            and _HOST.fullmatch(name)
            and _NAMED.match(text, match.end()) is None
        ):
            name, names, end = None, (), match.end()  # "an ingress wiki.example.net to service wiki"
        if name is None:
            name = _name_before(text, match)
        start = match.start("verb") if match["verb"] else match.end("lead")
        number = re.search(
            r"(?<![\w.:/-])(two|three|four|five|six|\d+)(?![\w.:/)-])",
            match.group()[: match.start("kind") - match.start()],
            re.IGNORECASE,
        )
        found.append(
            Head(
                kind,
                name,
                names,
                match["adjectives"].lower().strip(),
                start,
                end,
                None if number is None else _count(number[0]),
                match["kind"].lower(),
            )
        )
        position = max(position, end)
    return found or _only_named(text)


def _only_named(text: str) -> list[Head]:
    """``isolate the namespace x with a network policy named y``: the one kind that is given a name."""
    for match in _HEAD.finditer(text):
        named = _NAMED.match(text, match.end())
        if named is not None:
            kind = KIND_WORDS[canonical(match["kind"])]
            return [
                Head(
                    kind,
                    named["name"],
                    (named["name"],),
                    match["adjectives"].lower().strip(),
                    match.start("kind"),
                    named.end(),
                )
            ]
    return []


def _count(word: str) -> int:
    from kora.language.creation.scan import number

    return number(word)


_INTRODUCED = re.compile(
    r"\b(?:it's|it is|this is|that is|that's|which is|make it|as)\s+(?:going to be\s+)?an?\s+(?:[a-z-]+\s+){0,2}$",
    re.IGNORECASE,
)
_PLACE_FIRST = re.compile(r"\s*(?:in|inside|within|for)\s+(?:the\s+)?(?:(?:namespace|ns)\s+[\"'`]?[a-z0-9-]+[\"'`]?|[\"'`]?[a-z0-9-]+[\"'`]?\s+namespace)\s*[,:]?\s+", re.IGNORECASE)  # fmt: skip
_WITH_DATA = re.compile(r"\s*(?:(?:named|called)\s+)?[\"'`]?[a-z0-9][\w.-]*[\"'`]?\s*(?:with|holding|containing|that holds|[:(])\s*(?:the\s+)?(?:(?:keys?|values?|data|entries|entry)\s+)?[A-Za-z_][\w.-]*\s?=\s?\S", re.IGNORECASE)  # fmt: skip
_MANY_PODS = frozenset({"Deployment", "ReplicaSet", "StatefulSet"})


def _begins(text: str, match: re.Match[str], found: list[Head]) -> bool:
    """Whether this mention starts a new object."""
    after = text[match.end() :]
    if re.match(
        r"\s*(?:ref|key|name\b(?!d)|selector|spec|account|class(?! (?:named|called))|controller)\b",
        after,
        re.IGNORECASE,
    ):
        return False
    first = not found
    placed = _PLACE_FIRST.match(text) if first else None
    kind = KIND_WORDS[canonical(match["kind"])]
    known = [each for each in found if each.kind == kind]
    determiner = (match["det"] or "").strip().lower()
    if (
        kind == "Pod"
        and found
        and found[-1].kind in _MANY_PODS
        and re.fullmatch(r"(?:the )?(?:two|three|four|five|six|\d+)", determiner)
        and not re.match(r"\s*(?:named|called|:|,)", after)
    ):
        return False  # "…; two pods suffice": so many of the workload's
    if known and re.search(
        r"\b(?:the|this|that|these|those|its|same)\s*$", text[match.start() : match.start("kind")].lower()
    ):
        named = _NAMED.match(text, match.end())
        if named is None or named["name"] in {name for each in known for name in (each.name, *each.names)}:
            return False
    if (
        kind.endswith("Role")
        and found
        and found[-1].kind.endswith("Binding")
        and re.match(r"(?:bind|attach|hook)", match["verb"] or "", re.IGNORECASE)
    ):
        return False  # "role binding x: bind cluster role view to …"
    if (
        re.match(
            r"make\s+the\s",
            match.group()[match.start("verb") - match.start() :] if match["verb"] else "",
            re.IGNORECASE,
        )
        and not found
        and _NAMED.match(text, match.end()) is None
    ):
        return False  # "make the redis service headless": about one that is there
    if match["verb"]:
        return True
    if kind in {"ConfigMap", "Secret"} and determiner in {"a", "an"} and _WITH_DATA.match(after):
        return True  # "… and a config map conf with LEVEL=2 that it mounts": one with values of its own is new
    if found and found[-1].kind in _WORKLOADS and kind in _WORKLOAD_NEEDS and _USED.match(after):
        return False  # "Two config maps, a and b, should be mounted at …"
    if re.search(r"\d", match["det"] or ""):  # "5 services" among the limits of a quota
        return False
    before = text[: match.start("kind")]
    if (
        placed is not None
        and determiner in {"a", "an"}
        and not before[placed.end() :].lower().replace(determiner, "", 1).strip()
    ):
        return True  # "In namespace ops a role …"
    if first and before.strip(" \n\t\"'*-•").lower() in {"", (match["adjectives"] or "").strip().lower()}:
        return True
    if (
        first
        and determiner
        and before.strip().lower() == determiner
        and re.match(r"\s*(?:named|called)\b", after, re.IGNORECASE)
    ):
        return True  # "Two pods named ping and pong"
    if (
        determiner in {"a", "an"}
        and _INTRODUCED.search(text[: match.start("kind")])
        and _NAMED.match(text, match.end())
    ):
        return True  # "It's a deployment called relay"
    if (
        first
        and determiner in {"a", "an", "another", "one", "new"}
        and all(is_plain(word) for word in re.findall(r"[\w'-]+", text[: match.start("kind")]))
    ):
        return True
    if found and (
        _asked_beside(text, match, found[-1].kind, kind, determiner) or _named_beside(text, match, found, kind)
    ):
        return True
    if determiner in {"a", "an"} and re.search(
        r"\bthen\b[\s,]*$", text[: match.start("kind")].lower().removesuffix(determiner + " ").rstrip() + " "
    ):
        return True
    if (
        first
        and re.search(r"[:;\n.]\s*$|[-*•]\s*$", match["lead"] or "")
        and (
            re.match(r"\s*(?:named|called)\b", after, re.IGNORECASE)
            or (
                match["lead"].rstrip().endswith(":")
                and re.match(r"\s+[\"'`]?[a-z0-9]+(?:-[a-z0-9]+)+[\"'`]?(?=[\s,.]|$)", after)
            )
        )
    ):
        return True  # "Set up the shop: deployment named web …"
    if not determiner and _begins_bare(text, match, found):
        return True
    if match["det"] and match["lead"]:
        # "and a service", ", a config map", ". A service …": something new, unless a preposition rules it
        tail = text[: match.end("lead")]
        determiner = match["det"].strip().lower()
        return (
            determiner not in {"the", "following", "some"}
            and not re.search(
                r"\b(?:with|using|from|for|in|of|to|both|mount|mounts|requests?|limits?)\s*(?:\w+\s+){0,1},?\s*$",
                tail,
                re.IGNORECASE,
            )
            and not re.search(
                r"\b(?:with|using|from|uses?|mount(?:s|ing)?)\b[^.;\n]*$",
                tail.rstrip(", \n").removesuffix("and"),
                re.IGNORECASE,
            )
        ) or (
            determiner not in {"the", "following", "some"}
            and re.match(r"\s*(?:named|called)\b", after, re.IGNORECASE) is not None
            and re.search(r"(?:\.|;|\n|,? and)\s*$", tail) is not None
            and BY_KIND[KIND_WORDS[canonical(match["kind"])]].kind not in {"PersistentVolumeClaim", "ServiceAccount"}
        )
    if (
        re.match(r"\s*(?:named|called)\b", after, re.IGNORECASE)
        and re.search(r"(?:^|[\n.;]|\d[.)]|[-*•])\s*$", match["lead"])
        and match["lead"]
    ):
        return True
    # "deployment X with image …" at the start of a line or sentence
    return (
        first
        and bool(re.search(r"[A-Za-z0-9]", before))
        and bool(
            re.fullmatch(
                r"\s*(?:(?:please|kindly|hey|hi|hello|kora|can|could|would|you|i|we|like|to|now|then|also|me|us|so|ok|okay|next)\b[\s,]*)*[\s:,]*(?:an?\s+|the\s+)?"
                + _ADJECTIVES
                + r"*",
                before,
                re.IGNORECASE,
            )
        )
        and not re.search(r"\b(?:in|for|to|from|of|with|into)\b", before, re.IGNORECASE)
    )


_JOINED = re.compile(r"(?:[,;:.\n]|\band\b|\bplus\b|\bthen\b|\balso\b|&)\s*$", re.IGNORECASE)


def _named_beside(text: str, match: re.Match[str], found: list[Head], kind: str) -> bool:
    """``… and deployment green with …``: a kind with a new name behind a coordinator, which what is described can't
    merely speak of."""
    current = found[-1].kind
    told = kind in _WORKLOADS and current not in _WORKLOADS and match["det"]  # "…, and a pod vip with …"
    if current not in _REFERS or (kind in _REFERS[current] and not told):
        return False
    opening = match.start("det") if match["det"] else match.start("adjectives")
    if _JOINED.search(text[:opening].rstrip()) is None:
        return False
    name, _, end = _name_after(text, match.end("kind"), match.end())
    taken = {one for each in found if each.kind == kind for one in (each.name, *each.names)}
    if name is None or name in taken or kind_of(name) is not None:
        return False
    told = _DESCRIBED.match(text, end) is not None and not begins_more(name)
    return told or is_quality(name) or name in HARMLESS or not is_plain(name)


_USED = re.compile(
    r"[^.;\n]*\b(?:mounted|injected|consumed|loaded|exposed as|available (?:at|as|under)|used (?:as|by|for))\b",
    re.IGNORECASE,
)
_BY_MEASURE = frozenset({"ResourceQuota", "LimitRange"})


_SPECIFIED = re.compile(
    r"\s*(?:(?:named|called)\b|[\"'`]?[a-z0-9-]+[\"'`]?\s+(?:with|using|from|\()|[\"'`][a-z0-9-]+[\"'`]|with\b|using\b|from\b|on\b|of type\b|\(|(?:[a-z0-9-]+\.)+[a-z]+\b|for [a-z0-9.-]+\.[a-z]+\b)",
    re.IGNORECASE,
)


def _begins_bare(text: str, match: re.Match[str], found: list[Head]) -> bool:
    """``for an app wiki: deployment with …, ClusterIP service on …, ingress x.test``: a list of kinds without articles,
    opened by a colon, each with its description."""
    lead = (match["lead"] or "").rstrip()
    if not _SPECIFIED.match(text[match.end() :]):
        return False
    if not found:
        return lead.endswith(":")
    return (
        lead.endswith((",", ";", "and"))
        and text[: found[0].start].rstrip().endswith(":")
        and re.match(r"(?:an?|the|one|two|\d+)\b", text[found[0].start :], re.IGNORECASE) is None
        and match.group().lower().strip().startswith((",", ";", "and"))
    )


def _asked_beside(text: str, match: re.Match[str], current: str, kind: str, determiner: str) -> bool:
    """``a namespace with a quota``: a kind that what is described can't merely speak of."""
    if current not in _REFERS or kind in _REFERS[current]:
        return False
    before = text[: match.start("kind")].rstrip().lower()
    counted = determiner in {"a", "an", "one", "another", "new"} or re.search(
        r"\b(?:its own|their own|an?|own|matching)(?: [\w-]+){0,2}$", before
    )
    if kind in _BY_MEASURE and re.search(
        r"(?:\bwith|\band|\bgets?|\bhas|\bhave|\bhaving|[,:]|needs?|plus|includ\w+|set|under)\W*(?:default |resource |compute |memory |cpu )*$",
        before,
    ):
        return True
    if re.search(
        r"\b(?:in|into|to|of|same|the|this|that|for|from|on|by|existing)(?: an?)?(?: \w+)?$", before
    ) and not re.search(r"\b(?:an?|one|own|matching|corresponding|necessary|appropriate)$", before):
        return False
    if re.search(r"\b(?:for|in|of|to|from|by|into|as) (?:an?|one)(?: [\w-]+)?$", before):
        return False
    return bool(counted)


def _field(word: str) -> bool:
    """Whether a word behind a kind and before a colon opens a description: "pod labels: …"."""
    from kora.language.creation.vocabulary import is_written

    return word.lower() not in HARMLESS and (is_plain(word) or is_written(word))


_DESCRIBED = re.compile(r"\s*(?:[,:(]|(?:with|using|running|for|that|which|based|from|in)\b)", re.IGNORECASE)


def _name_after(text: str, kind_end: int, default_end: int) -> tuple[str | None, tuple[str, ...], int]:
    named = _NAMED.match(text, default_end) or _NAMED.match(text, kind_end)
    found = named
    if found is None:
        bare = _BARE.match(text, default_end)
        if (
            bare is not None
            and not re.match(r"\s*:\s*(?:default|max|min)\w*\b", text[default_end:], re.IGNORECASE)
            and is_name(bare["name"])
            and (
                text[bare.start("name") - 1] in "\"'`“‘"
                or not begins_more(bare["name"])
                or (
                    (is_quality(bare["name"]) or bare["name"].lower() in HARMLESS)
                    and _DESCRIBED.match(text, bare.end()) is not None
                )
            )
            and (
                not re.match(r"\s*[:=]\s*\S", text[bare.end() :])
                or (
                    re.match(r":\s", text[bare.end() :])
                    and (re.search(r"[a-z]-[a-z0-9]", bare["name"]) or not _field(bare["name"]))
                )
            )
        ):
            quoted = text[bare.start("name") - 1] in "\"'`“‘"
            if quoted or bare["name"].lower() not in {"exists", "should", "uses", "runs", "that's"}:
                found = bare
    if found is None:
        return None, (), default_end
    names = [found["name"]]
    end = found.end()
    more = re.compile(_LIST_MORE).match(text, end)
    if more is not None and more["more"]:
        plural = _plural_before(text[:kind_end]) or re.match(r"[\s:(]*(?:one )?for each", text[kind_end:]) is not None
        for each in re.finditer(
            r"(?:, and |,? and | & |, )[\"'`]?([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)[\"'`]?", more["more"]
        ):
            if (
                not plural
                or not is_name(each[1])
                or (begins_more(each[1]) and not (is_quality(each[1]) or each[1] in HARMLESS))
            ):
                break
            names.append(each[1])
            end = more.start() + each.end()
    return names[0], tuple(names), end


def _plural_before(text: str) -> bool:
    word = re.search(r"([A-Za-z]+)$", text)
    return word is not None and word[1].lower().endswith("s") and not word[1].lower().endswith(("ss", "ingress"))


def _name_before(text: str, match: re.Match[str]) -> str | None:
    """``create the web-config config map``: a name in front of the kind, only when it looks like one."""
    found = _BEFORE.search(text[: match.start("kind")])
    if found is None or found["name"].lower() in _NOT_BEFORE:
        return None
    quoted = text[found.start("name") - 1 : found.start("name")] in {"'", '"', "`"}
    return found["name"] if quoted or re.search(r"[-\d]", found["name"]) else None
