"""What belongs to which object when a request runs over several sentences.

Between `heads` (where objects begin) and the readers of the kinds: sentences that speak of an earlier object go to it
("The deployment should …" after a Service), and words that point back ("this secret", "the claim", "mount it") are
replaced by what they point to, so that every reader sees full names.
"""

import re
from dataclasses import dataclass

from kora.language.creation.configuration import read_data
from kora.language.creation.grants import looks_like_grant
from kora.language.creation.heads import Head
from kora.language.creation.layout import sentences
from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import KIND_WORDS, kind_of
from kora.language.creation.plain import is_plain
from kora.language.creation.repeating import says_rights
from kora.language.creation.rights import MAY
from kora.language.creation.scan import Scan

WORKLOADS = frozenset({"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob"})
_POINTED = ("ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "ServiceAccount", "PriorityClass", "StorageClass",
            "Role", "ClusterRole", "Service", "Deployment", "StatefulSet", "Pod", "Namespace", "DaemonSet", "Job", "CronJob")  # fmt: skip
_HELD = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "PriorityClass")
_SPOKEN = {
    "PersistentVolumeClaim": "pvc",
    "ConfigMap": "configmap",
    "Secret": "secret",
    "ServiceAccount": "service account",
    "PriorityClass": "priority class",
    "PersistentVolume": "persistent volume",
    "StorageClass": "storage class",
    "ClusterRole": "cluster role",
    "StatefulSet": "statefulset",
    "DaemonSet": "daemonset",
    "CronJob": "cronjob",
}
_KIND = "|".join(
    re.escape(word).replace(r"\ ", r"[ -]?")
    for word in sorted({*KIND_WORDS, "claim", "volume claim"}, key=len, reverse=True)
)
_QUOTE = "[\"'`“”‘’]?"
_NAME = rf"{_QUOTE}(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?){_QUOTE}"
_OPENING = (
    r"^\s*(?:(?:and|also|then|finally|additionally|next|furthermore|moreover|for|in|on|to|inside|within|configure|set|give|make|let|have|sure|"
    r"that|ensure|all|each|both|of|every|update|extend|here|,)\b[\s,]*)*"
)
_SUBJECTS = (
    re.compile(
        rf"{_OPENING}(?:the|this|that|these|those)\s+(?:new\s+|same\s+)?(?:{_NAME}\s+)?(?P<kind>{_KIND})s?\b(?:'s)?",
        re.IGNORECASE,
    ),
    re.compile(rf"{_OPENING}(?P<kind>{_KIND})\s+{_NAME}(?![\w-])", re.IGNORECASE),
    re.compile(rf"{_OPENING}(?:the\s+)?{_NAME}(?![\w-])", re.IGNORECASE),
)
_OF_PODS = re.compile(rf"{_OPENING}(?:the|its|their|all|both|each)\s+(?:main |app(?:lication)? |running )?(?:pods?|containers?|replicas?|rollout|images?|probes?|process)\b", re.IGNORECASE)  # fmt: skip


@dataclass
class Part:
    """One object with everything that is said about it."""

    head: Head
    body: str
    intro: str = ""
    """What stood before the first object."""
    lead: str = ""
    """The sentence up to where the object begins ("each namespace gets")."""


def parts(text: str, found: list[Head]) -> tuple[list[Part], list[str]]:
    """The objects of the text, each with its sentences; and the sentences that give rights."""
    made: list[Part] = []
    rights: list[str] = []
    ends = [head.start for head in found[1:]] + [len(text)]
    before = text[: found[0].start]
    for head, end in zip(found, ends, strict=True):
        opening = max((text.rfind(mark, 0, head.start) for mark in (".", ";", "\n")), default=-1) + 1
        made.append(
            Part(
                head,
                before + " " if head is found[0] else "",
                before if head is found[0] else "",
                text[opening : head.start + 1],
            )
        )
        segment = text[head.end : end]
        for number, (start, stop) in enumerate(sentences(segment)):
            sentence = _by_name(segment[start:stop], made)
            if (
                number
                and made[-1].head.kind != "NetworkPolicy"
                and _OF_PROBE.search(sentence) is None
                and (looks_like_grant(sentence) or says_rights(sentence))
            ):
                rights.append(sentence)
                continue
            owner = made[-1] if number == 0 and start == 0 else _owner(sentence, made)
            owner.body += ("" if owner is made[-1] else " ") + sentence
    for part in made:
        _hand_on(part, made)
    for part in made:
        part.body = pointed(part, made)
    return made, rights


_OF_PROBE = re.compile(r"\b(?:first|each|every|the) (?:check|probe)s?\b|\bfail\w* (?:\d+|once|twice|three|four|five|ten) ?(?:times)?\b", re.IGNORECASE)  # fmt: skip
_USED_BY = re.compile(
    r",?\s*(?:and\s+|which is\s+|that is\s+|to be\s+|is\s+)*(?P<how>used|consumed|loaded|injected|mounted)\s+(?:by|in|into|inside)\s+the\s+(?:deployment|pods?|stateful ?set|daemon ?set|job|app(?:lication)?)\s+(?P<as>as\s+(?:its\s+)?env\w*(?:\s+variables?)?|(?:at|under)\s+[\"'`]?/[\w./-]*\w[\"'`]?)",
    re.IGNORECASE,
)


_IT_USES = re.compile(
    r",?\s*(?:and\s+)?(?:that|which)\s+(?:it|the\s+(?:deployment|pods?|stateful ?set|daemon ?set|job|cron ?job|app(?:lication)?))\s+(?:mounts?|uses?|loads?|reads?|gets?|has)\s+(?:mounted\s+)?(?P<as>as\s+(?:its\s+)?env\w*(?:\s+variables?)?|(?:at|under|as)\s+[\"'`]?/[\w./-]*\w[\"'`]?)",
    re.IGNORECASE,
)


def _hand_on(part: Part, made: list[Part]) -> None:
    """``… used by the deployment as environment variables``, said of a config map, told to the workload."""
    found = (
        (_USED_BY.search(part.body) or _IT_USES.search(part.body))
        if part.head.kind in {"ConfigMap", "Secret"} and part.head.name
        else None
    )
    workers = [each for each in made if each.head.kind in WORKLOADS]
    if found is None or len(workers) != 1:
        return
    source = f"the {_SPOKEN[part.head.kind]} {part.head.name}"
    said = (
        f"It mounts {source} {found['as']}"
        if "/" in found["as"]
        else f"It loads all keys of {source} as environment variables"
    )
    part.body = part.body[: found.start()] + part.body[found.end() :]
    workers[0].body = workers[0].body.rstrip(" .\n") + f". {said}."


def _by_name(sentence: str, made: list[Part]) -> str:
    """``It may read pods there``, said of a service account, with the account's name."""
    last = next((each.head for each in reversed(made) if each.head.kind == "ServiceAccount" and each.head.name), None)
    found = re.match(
        rf"\s*(?:and\s+)?(?:it|this account|that account|the (?:new )?(?:service )?account)\s+(?={MAY}\s)",
        sentence,
        re.IGNORECASE,
    )
    if last is None or found is None or made[-1].head.kind not in {"ServiceAccount", "Namespace"}:
        return sentence
    return f" The service account {last.name} {sentence[found.end() :]}"


def _owner(sentence: str, made: list[Part]) -> Part:
    current = made[-1]
    for pattern in _SUBJECTS:
        found = pattern.match(sentence)
        if found is None:
            continue
        groups = found.groupdict()
        named = [each for each in made if groups.get("name") and groups["name"] in (each.head.name, *each.head.names)]
        kind = kind_of(groups["kind"]) if groups.get("kind") else None
        if kind is not None:
            alike = [each for each in made if each.head.kind == kind]
            both = [each for each in alike if each in named]
            if both or alike:
                return (both or alike)[-1]
        elif len(named) == 1:
            return named[0]
    if current.head.kind not in WORKLOADS and _OF_PODS.match(sentence) and current.head.kind not in {"NetworkPolicy", "ResourceQuota", "LimitRange", "HorizontalPodAutoscaler", "PodDisruptionBudget"}:  # fmt: skip
        return next((each for each in reversed(made) if each.head.kind in WORKLOADS), current)
    return current


_NAMED_BARE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(WORKLOADS, ("ConfigMap", "Secret", "PersistentVolumeClaim")),
}
"""Objects that a description may name without their kind, when the same request makes them."""


_AS_VARIABLES = re.compile(
    r"(?:with\s+|has\s+|having\s+|uses?\s+|injects?\s+|gets?\s+|loads?\s+)?\b(?:it|them|this|these|both|the values?)\s+as\s+(?:the\s+|an?\s+)?env(?:ironment)?(?:[ -]?var(?:iable)?s?)?\s+(?:named\s+|called\s+)?(?P<names>[A-Z][A-Z0-9_]+(?:(?:,\s*|,?\s+and\s+)[A-Z][A-Z0-9_]+)*)"
)


def _with_keys(part: Part, earlier: list[Part], body: str) -> str:
    """``has them as DB_USER and DB_PASS``: the keys that were said, in their order."""
    found = _AS_VARIABLES.search(body)
    last = next(
        (each for each in reversed(earlier) if each.head.kind in {"ConfigMap", "Secret"} and each.head.name), None
    )
    if found is None or last is None or part.head.kind not in WORKLOADS:
        return body
    names = re.findall(r"[A-Z][A-Z0-9_]+", found["names"])
    keys = list(read_data(Scan(last.body)))
    if len(keys) != len(names):
        return body
    said = " and ".join(
        f"environment variable {name} from key {key} of the {_SPOKEN[last.head.kind]} {last.head.name}"
        for name, key in zip(names, keys, strict=True)
    )
    return f"{body[: found.start()]} with {said}{body[found.end() :]}"


_INTO_ENVIRONMENT = re.compile(
    r"\b(?:reads?|loads?|takes?|gets?|pulls?|imports?|has|have)\s+(?:(?:all|everything|each key|all keys)\s+(?:of|in|from)\s+)?(?:it|them|this|that)\s+(?:in)?to\s+(?:its|their|the)\s+env\w*(?:\s+variables?)?",
    re.IGNORECASE,
)


def _keys_by_variable(body: str, holder: Part) -> str:
    """``takes COLOR from theme``, where theme holds a key of that very name."""
    kind = _SPOKEN[holder.head.kind]
    keys = read_data(Scan(holder.body))
    return re.sub(
        rf"\b(?P<var>[A-Z][A-Z0-9_]+)\s+from\s+the\s+{kind}\s+{re.escape(holder.head.name or '')}(?![\w-])",
        lambda found: (
            f"environment variable {found['var']} from key {found['var']} of the {kind} {holder.head.name}"
            if found["var"] in keys
            else found[0]
        ),
        body,
    )


_SHORT = (
    (r"(?<=\bbound to )(?:it|that|this)\b", "PersistentVolume", "the persistent volume"),
    (r"\b(?:that|this|the same|the new|the) priority(?! ?class| of|\s+\d)\b", "PriorityClass", "the priority class"),
    (r"\b(?:that|this|the same|the new) (?:storage )?class\b", "StorageClass", "the storage class"),
    (r"\b(?:that|this|the same|the new) account\b", "ServiceAccount", "the service account"),
)
"""How people point at an object without saying its kind in full."""


def _with_kind(body: str, name: str, kind: str) -> str:
    """``all keys of app-conf`` → ``all keys of the configmap app-conf``."""
    words = r"(?:config ?-?maps?|cm|secrets?|pvcs?|claims?|named|called|service|account|image|volumes?|containers?)"
    return re.sub(
        rf"(?<![\w./:=-])(?P<before>(?:of|from|in|using|uses|use|mount(?:s|ing)?|with|claim|both|and|as)\s+(?:the\s+)?)(?P<name>[\"'`]?{re.escape(name)}[\"'`]?)(?![\w/:=\"'`-]|\.\w|\s+{words})(?<!{kind} )",
        lambda found: f"{found['before']}the {kind} {found['name']}",
        body,
        flags=re.IGNORECASE,
    )


def pointed(part: Part, made: list[Part]) -> str:
    """The body with its words that point to other objects replaced by those objects' names."""
    others = [each for each in made if each is not part]
    earlier = made[: next(at for at, each in enumerate(made) if each is part)]
    body = part.body

    def put(found: re.Match[str]) -> str:
        kind = kind_of(found["kind"])
        after = re.match(r"[\s:]+[\"'`]?([\w./-]+)", body[found.end() :])
        if kind == part.head.kind or kind not in _POINTED:
            return found[0]
        if (
            after is not None
            and is_name(after[1])
            and not is_plain(after[1])
            and not re.fullmatch(r"read-only|key|keys|at|via", after[1])
        ):
            return found[0]
        meant = [each for each in (earlier or others) if each.head.kind == kind and each.head.name]
        meant = meant or [each for each in others if each.head.kind == kind and each.head.name]
        return f"the {_SPOKEN.get(kind, found['kind'])} {meant[-1].head.name}" if meant else found[0]

    body = re.sub(
        rf"\b(?:this|that|the|the same|said|the new|the above|the newly created|its)\s+(?P<kind>{_KIND}|claim)\b(?![-/]|\s+(?:named|called|key|account|class|template)\b)", put, body, flags=re.IGNORECASE)  # fmt: skip
    for words, kind, spoken in _SHORT:
        known = [each for each in earlier if each.head.kind == kind and each.head.name]
        if known and part.head.kind != kind:
            body = re.sub(words, f"{spoken} {known[-1].head.name}", body, flags=re.IGNORECASE)
    keyed = [each for each in earlier if each.head.kind in {"ConfigMap", "Secret"} and each.head.name]
    if part.head.kind in WORKLOADS and keyed:
        last = keyed[-1].head
        body = re.sub(
            r"\bkey\s+([\"'`]?[\w.-]*\w[\"'`]?)(?!\s+(?:of|from|in)\s+(?:the\s+)?(?:config|secret|[\"'`]?" + re.escape(last.name or "") + r"))(?=\s+(?:into|as|to|for|in)\b)(?<!,)",
            lambda found: found[0] if re.search(r"(?:config ?map|secret)\s+[\"'`]?[\w.-]+[\"'`]?[\s,(]*(?:with |using |and |at |the )*$", body[: found.start()], re.IGNORECASE) else f"key {found[1]} of the {_SPOKEN[last.kind]} {last.name}",
            body, flags=re.IGNORECASE)  # fmt: skip
    for each in made:
        if (
            each is not part
            and each.head.kind in _NAMED_BARE.get(part.head.kind, ())
            and each.head.name
            and each.head.name != part.head.name
        ):
            body = _with_kind(body, each.head.name, _SPOKEN[each.head.kind])
    body = _INTO_ENVIRONMENT.sub("loads all keys as environment variables", body)
    keyed_all = [each for each in earlier if each.head.kind in {"ConfigMap", "Secret"} and each.head.name]
    if part.head.kind in WORKLOADS and keyed_all:
        body = re.sub(
            r"\b(all|both|every|each)((?: of)?(?: the| its| these| those)?) (keys?|values|entries)\b(?! (?:of|from|in)\b)",
            rf"\1\2 \3 of the {_SPOKEN[keyed_all[-1].head.kind]} {keyed_all[-1].head.name}", body, flags=re.IGNORECASE)  # fmt: skip
    if part.head.kind == "NetworkPolicy" and (
        worker := next(
            (each.head for each in reversed(earlier) if each.head.kind in WORKLOADS and each.head.name), None
        )
    ):
        body = re.sub(
            r"\b(reach|access|talk to|connect to|call|contact|to|from|isolate|protect) (?:it|them|its pods)\b",
            rf"\1 pods labelled app={worker.name}", body, flags=re.IGNORECASE)  # fmt: skip
    if part.head.kind in WORKLOADS and keyed:
        body = re.sub(
            r"\b(?P<keys>keys?\s+[\w.\"'`, -]+?\s+(?:of|from|in))\s+(?:it|that|this|them)\b",
            rf"\g<keys> the {_SPOKEN[keyed[-1].head.kind]} {keyed[-1].head.name}", body, flags=re.IGNORECASE)  # fmt: skip
    for each in keyed if part.head.kind in WORKLOADS else ():
        body = _keys_by_variable(body, each)
    body = _with_keys(part, earlier, body)
    held = [each for each in earlier if each.head.kind in _HELD and each.head.name]
    if held and part.head.kind not in _HELD:
        last = held[-1].head
        body = re.sub(
            r"\b(mount(?:s|ing|ed)?|us(?:es?|ing)|load(?:s|ing)?|consum(?:es?|ing)|inject(?:s|ing)?|referenc(?:es?|ing)|attach(?:es|ing)?|keys? from|variables? from|values? from)\s+(?:it|this|that one|that|them)\b(?!\s+[a-z]*(?:pod|container|image|name))",
            rf"\1 the {_SPOKEN[last.kind]} {last.name}", body, flags=re.IGNORECASE)  # fmt: skip
    return body
