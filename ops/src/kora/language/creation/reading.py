"""From a creating clause to its intents: which objects are asked for, and what is said about each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from kora.language.creation.configuration import read_data, read_immutable, read_secret_fields
from kora.language.creation.coverage import missing
from kora.language.creation.discourse import WORKLOADS, Part, parts
from kora.language.creation.frames import WHEN
from kora.language.creation.grants import looks_like_grant, read_grants
from kora.language.creation.heads import Head, free_words, heads
from kora.language.creation.images import KNOWN_IMAGES
from kora.language.creation.ingress import read_http_route, read_ingress
from kora.language.creation.joining import CLUSTER_WIDE, homeless, joined, labels_of_all, placed_by, replicas_of_all
from kora.language.creation.kubectl import is_command, read_command_line
from kora.language.creation.layout import cleaned, shielded
from kora.language.creation.metadata import could_be_namespace, is_name, read_annotations, read_labels, read_namespace
from kora.language.creation.networking import read_service
from kora.language.creation.nouns import KIND_WORDS, kind_of
from kora.language.creation.orders import plain_order, without_means
from kora.language.creation.permissions import read_binding, read_role
from kora.language.creation.plain import is_plain, refuses
from kora.language.creation.policies import read_network_policy
from kora.language.creation.repeating import (
    expanded,
    owned_by_each,
    people,
    repeated,
    says_each,
    shared_rights,
    without_each,
)
from kora.language.creation.scaling import read_autoscaler, read_budget, read_priority_class
from kora.language.creation.scan import Scan, compiled
from kora.language.creation.storage import read_claim, read_storage_class, read_volume
from kora.language.creation.tenancy import read_limit_range, read_quota
from kora.language.creation.wording import worded
from kora.language.creation.workloads import read_workload
from kora.language.intents import ContainerSpec, Create, Intent, Unclear
from kora.language.lexer import Token


def read(clause_tokens: Sequence[Token], text: str) -> list[Intent] | Unclear:
    """See `kora.language.creating.read_create`."""
    if not clause_tokens:
        return Unclear(text=text, question="What shall be created?")
    if is_command(text):
        return read_command_line(text)
    start, end = clause_tokens[0].start, clause_tokens[-1].end
    quoted = text[start - 1 : start] in {'"', "'", "`"} and start > 0
    return read_text(text[start - quoted : end + (text[end : end + 1] in {'"', "'", "`"})])


_PURPOSE = (
    r"for (?:our|my|the|a|an|this|that|their|your) (?:[a-z-]+ ){0,2}?(?:apps?|applications?|teams?|projects?|company|department|demo|website|site|platform|frontend|backend|system|product|experiment|exercise|test|tests|purposes?)(?= ?(?:[,.;?!]|$|in|with|that|which|named|called))",
    r"for (?:our|my|the) (?:[a-z-]+ ){1,2}?service(?= ?(?:[,.;?!]|$))",
)
"""What an object is for, when it says nothing about the object."""
_DOES = re.compile(
    r"(?:that|which|to)\s+(?:comput|calculat|process|import|migrat|generat|clean|crunch|serv|handl|power|host|render|index|collect|gather|ship|archiv|rotat)(?:e|es|s|ing)?(?:\s+up)?\s+(?:the\s+|our\s+|all\s+|old\s+|some\s+)*(?P<what>[a-z]+(?:\s+[a-z]+)?)(?=\s+(?:with|using|from|in|on|every|at)\b|\s*[,.;]|\s*$)", re.IGNORECASE)  # fmt: skip
"""What the program does, in plain words."""
_ABOUT_OTHERS = frozenset({"Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "Ingress", "HTTPRoute", "RoleBinding", "ClusterRoleBinding"})  # fmt: skip


_ANNOUNCED = re.compile(
    r"\b(?:app(?:lication)?|stack|project|system|program|website|site|tool)\s+(?:called\s+|named\s+)?[\"'`]?(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`]?(?=\s*[:(,])",
    re.IGNORECASE,
)


def _called_as_announced(text: str, found: list[Head]) -> list[Head]:
    """``for an app "wiki": a deployment …, a service …``: the workload without a name is called after its program."""
    announced = _ANNOUNCED.search(text[: found[0].start])
    first = found[0]
    if announced is None or first.name or first.kind not in WORKLOADS or not is_name(announced["name"]):
        return found
    name = announced["name"]
    return [replace(first, name=name, names=(name,)), *found[1:]]


def _without_intro(words: list[str], intro: str, text: str) -> list[str]:
    """Words of the sentence that opens the request ("deploy a web stack:") carry nothing unless they could be a value;
    a program that is named there ("set up postgres: …") is said again with its version."""
    said = set(re.findall(r"(?<!in )(?<!to )(?<!namespace )(?<!into )\b[A-Za-z]+\b", intro))
    images = re.compile(rf"(?:{KNOWN_IMAGES})", re.IGNORECASE)
    return [
        word
        for word in words
        if word not in said
        or (images.fullmatch(word) and re.search(rf"(?<![\w-]){re.escape(word)}:\w", text) is None)
        or refuses(word)
    ]


_EACH_INSIDE = re.compile(
    r"\b(?:in|for|within|inside|to)\s+(?:each|every|both|all)(?:\s+(?:of|the|these|those|new|two|three|four))*\s+namespaces?\b|\bper namespace\b",
    re.IGNORECASE,
)
_COUNTS = frozenset({"two", "three", "four", "five", "six", "dev", "development"})


def read_text(text: str) -> list[Intent] | Unclear:
    """The same, out of a text alone."""
    if is_command(text):
        return read_command_line(text)
    text, refused = cleaned(text, KIND_WORDS)
    text = plain_order(expanded(worded(text)))
    if looks_like_grant(text) and not re.search(r"network ?-?polic", text, re.IGNORECASE):
        return read_grants(without_means(text))
    everywhere, text = _for_each_of(text)
    found = heads(text)
    if not found:
        return Unclear(text=text, question="Which kind of object shall be created?")
    intents: list[Intent] = []
    left: list[str] = []
    objects, rights = parts(text, _called_as_announced(text, found))
    names = people(text)
    spaces = [
        each
        for part in objects
        if part.head.kind == "Namespace"
        for each in (part.head.names or (part.head.name,))
        if each
    ]
    for part in objects:
        lead = part.lead if part.head is not objects[0].head else ""
        elsewhere, part.body = (
            _in_several(part.body)
            if part.head.kind not in CLUSTER_WIDE
            and (part.head.kind != "NetworkPolicy" or "deny" in part.head.adjectives)
            else ([], part.body)
        )
        several = part.head.kind != "Namespace" and (says_each(lead) or _EACH_INSIDE.search(part.body) is not None)
        made, words = _read_object(part.head, without_each(part.body) if several or names else part.body)
        words = _without_intro(words, part.intro, text)
        made = [placed_by(each, part.lead, spaces) for each in made]
        if len(spaces) > 1 and not several and any(homeless(each) for each in made):
            left.append(part.head.kind)
        made, intents = labels_of_all(made, intents, part.body)
        intents = replicas_of_all(made, intents, part.body)
        if _only_announced(made, part, objects):
            continue
        if everywhere and not elsewhere and part.head.kind not in CLUSTER_WIDE:
            elsewhere = everywhere
        owned = owned_by_each(text[: part.head.end], made, intents, WORKLOADS) if part.head.kind == "Service" else None
        if owned is None and part.head.kind == "Service" and (several_of := _leads_to_several(made, part, objects)):
            return Unclear(text=text, question=f"Which of {several_of} shall the service lead to? Or one service each?")
        if owned is not None:
            intents = owned
        elif elsewhere:
            intents += repeated(made, lead, elsewhere, [])
        else:
            intents += repeated(made, lead, spaces, names) if several else made
        left += words
    accounts = {
        each.name for each in intents if isinstance(each, Create) and each.kind == "ServiceAccount" and each.name
    }
    for sentence in rights:
        shared = shared_rights(sentence, spaces, names, accounts)
        given = shared if shared is not None else read_grants(sentence)
        if isinstance(given, Unclear):
            left.append(given.text)
        else:
            intents += given
    left += _fewer_than_said(objects, intents)
    if names and intents:
        left = [word for word in left if word not in names and word.lower() not in _COUNTS]
    if refused & {each.kind for each in intents if isinstance(each, Create)}:
        return Unclear(text=text, question="One part asks for an object and another forbids it. Which one counts?")
    if left:
        return Unclear(
            text=" ".join(left),
            understood=", ".join(_said(each) for each in intents),
            question=f"What is meant by “{' '.join(left)}”?",
        )
    made = joined(intents)
    lost = missing(text, made, _SPOKEN)
    if lost:
        return Unclear(
            text=", ".join(lost),
            understood=", ".join(_said(each) for each in made),
            question=f"Where does “{', '.join(lost)}” belong?",
        )
    return made


_SPOKEN = frozenset(word for words in KIND_WORDS for word in words.split()) | frozenset(
    [
        "v1",
        "ipv4",
        "ipv6",
        "http",
        "https",
        "tcp",
        "udp",
        "read-only",
        "readonly",
        "prefix",
        "exact",
        "nodeport",
        "clusterip",
        "loadbalancer",
        "base64",
        "k8s",
        "and",
        "or",
        "per",
        "rwo",
        "rwx",
        "rox",
        "rwop",
        "non",
        "root",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "key",
        "value",
        "daily",
        "hourly",
        "weekly",
        "monthly",
        "nightly",
        "pod/log",
    ]
)
"""Words that are read as something else than they are written."""


_SEVERAL = re.compile(
    r"\b(?:in|into|inside|within|for|to)\s+(?:both\s+|all\s+)?(?:the\s+)?(?:two\s+|three\s+|following\s+)?namespaces\s+(?P<all>[\"'`]?[a-z0-9][a-z0-9-]*[\"'`]?(?:(?:,\s*(?:and\s+)?|\s+and\s+)[\"'`]?[a-z0-9][a-z0-9-]*[\"'`]?)+)(?![\w-])",
    re.IGNORECASE,
)


_EACH_OF = re.compile(
    r"(?P<open>^|[.;\n]\s*)(?:for|in)\s+(?:each|every one|both|all)\s+of\s+(?:the|these)\s+(?:two\s+|three\s+|following\s+)?namespaces\s+(?P<all>[a-z0-9][a-z0-9-]*(?:(?:,\s*(?:and\s+)?|\s+and\s+)(?!create\b|make\b|add\b)[a-z0-9][a-z0-9-]*)+)\s*[,:]?",
    re.IGNORECASE,
)


def _for_each_of(text: str) -> tuple[list[str], str]:
    """``For each of the namespaces a and b, create …``: the namespaces, and what is to be made in each."""
    found = _EACH_OF.search(text)
    if found is None:
        return [], text
    spaces = re.findall(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.sub(r"\band\b", ",", found["all"]))
    return spaces, text[: found.start()] + found["open"] + text[found.end() :]


def _in_several(body: str) -> tuple[list[str], str]:
    """``in namespaces dev and test``: the namespaces, and the description without them."""
    found = _SEVERAL.search(body)
    if found is None:
        return [], body
    spaces = re.findall(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.sub(r"\band\b", ",", found["all"]))
    if not all((is_name(each) and not is_plain(each)) or each in {"test", "main"} for each in spaces):
        return [], body
    return spaces, body[: found.start()] + body[found.end() :]


def _fewer_than_said(objects: list[Part], intents: list[Intent]) -> list[str]:
    """``two pods`` of which only one was made anything of."""
    lost = []
    for part in objects:
        count = part.head.count
        made = sum(isinstance(each, Create) and each.kind == part.head.kind for each in intents)
        if (
            count is not None
            and count > 1
            and made < count
            and not any(isinstance(each, Create) and each.replicas == count for each in intents)
        ):
            lost.append(f"{count} {part.head.words}")
    return lost


def _leads_to_several(made: list[Intent], part: Part, objects: list[Part]) -> str:
    """The workloads that a Service right behind them could lead to, when it doesn't say to which; empty when it does."""
    at = next(at for at, each in enumerate(objects) if each is part)
    names = objects[at - 1].head.names if at and objects[at - 1].head.kind in WORKLOADS else ()
    if set(re.findall(r"[\w.-]*\w", part.body)) & set(names):
        return ""
    if len(names) < 2 or len(made) != 1 or not isinstance(made[0], Create) or made[0].selector or made[0].name in names:
        return ""
    return "" if any(made[0].fields.values()) else " and ".join(names)


def _only_announced(made: list[Intent], part: Part, objects: list[Part]) -> bool:
    """``a canary deployment setup: a deployment …``: a head that only announces the ones that follow."""
    if (
        part is not objects[0]
        or len(objects) < 2
        or len(made) != 1
        or not isinstance(made[0], Create)
        or part.head.name
    ):
        return False
    said = made[0].model_dump(exclude_defaults=True, exclude={"intent", "kind", "namespace", "fields", "containers"})
    images = any(each.image or each.ports or each.command for each in made[0].containers)
    return (
        not said
        and not images
        and not any(made[0].fields.values())
        and any(each.head.kind == part.head.kind for each in objects[1:])
    )


def _said(intent: Intent) -> str:
    return f"{getattr(intent, 'kind', intent.intent)} {getattr(intent, 'name', None) or ''}".strip()


def _read_object(head: Head, body: str) -> tuple[list[Intent], list[str]]:
    body = f" {head.adjectives} {body}" if head.kind.endswith("Role") and "read" in head.adjectives else body
    said = ["default limits"] if head.kind == "LimitRange" and head.words.startswith("default") else []
    if head.kind in {"Job", "CronJob"}:
        said = re.findall(r"\b(?:hourly|daily|nightly|weekly|monthly)\b", head.adjectives)
        if head.kind == "Job" and (said or WHEN.search(shielded(body))):  # a job that runs again and again
            head = replace(head, kind="CronJob")
    scan = Scan(" ".join([*said, *free_words(head.adjectives), body]))
    slots: dict[str, Any] = {}
    if head.name is None:
        named = _own_name(scan, head.kind)
        if named is not None:
            head = Head(head.kind, named["name"], (), head.adjectives, head.start, head.end, head.count, head.words)
    if head.kind not in _ABOUT_OTHERS:
        scan.take(*_PURPOSE)
    if head.kind in WORKLOADS and (does := _DOES.search(scan.rest)) is not None and kind_of(does["what"]) is None:
        scan.claim(*does.span())
    annotations = read_annotations(scan)
    selector_first = head.kind in {"Service", "NetworkPolicy", "PodDisruptionBudget"}
    reader = _READERS[head.kind]
    if head.kind == "NetworkPolicy":  # its namespaces are peers as well
        slots = reader(scan, head)
        namespace, create = slots.pop("namespace", (None, False))
    else:
        namespace, create = read_namespace(scan) if head.kind != "Namespace" else (None, False)
        slots = {} if selector_first or head.kind in WORKLOADS else {"labels": read_labels(scan)}
        if selector_first:
            slots = reader(scan, head)
            slots["labels"] = read_labels(scan)
        else:
            slots |= reader(scan, head)
    slots.setdefault("labels", {})
    if head.kind in WORKLOADS:
        slots["containers"] = _with_adjective(slots["containers"], head.adjectives)
    if namespace is None and head.kind not in CLUSTER_WIDE:
        namespace = _left_place(scan, "in|into|for" if head.kind in {"ResourceQuota", "LimitRange"} else "in|into")
    left = _unread(head, scan.left() + list(slots.get("fields", {}).pop("left", [])))
    base = {
        "kind": head.kind,
        "namespace": None if head.kind in CLUSTER_WIDE else namespace,
        "create_namespace": create,
        "annotations": annotations,
        **slots,
    }
    names: Sequence[str | None] = head.names or (head.name,)
    to_all = base.get("fields", {}).pop("denied_to_all", None)
    try:
        made: list[Intent] = [Create(name=name, **base) for name in names]
        if to_all:
            made.insert(
                0,
                Create(kind=head.kind, name="default-deny", namespace=base["namespace"], fields={"directions": to_all}),
            )
        return made, left
    except ValidationError as error:
        return [], [str(error.errors()[0]["input"])[:60]]


def _left_place(scan: Scan, prepositions: str) -> str | None:
    """``… of type ClusterIP in web``: a bare word behind "in" that nothing else made anything of is the namespace."""
    for found in re.finditer(
        rf"(?<![\w.-])(?:{prepositions})\s+([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?![\w/=-]|[.:]\S)", scan.rest
    ):
        if [found[1]] == scan.left() and could_be_namespace(found[1]):
            scan.claim(*found.span())
            return found[1]
    return None


_OTHERS_NAME = re.compile(
    r"\b(?:variables?|vars?|env|volumes?|containers?|keys?|secrets?|maps?|configmaps?|class|account|serviceaccount|templates?|ports?|services?|users?|groups?|hosts?|files?|one|claims?|pvc|namespaces?|gateway|image|(?<![\w.:])\d{2,5})[\s(]*$", re.IGNORECASE)  # fmt: skip
"""What a name right behind it belongs to, and not to the object."""


def _bears_it(before: str, kind: str) -> bool:
    """Whether "named" behind this text names the object: a name belongs to the noun that it stands behind."""
    noun = re.search(r"([\w./:-]+)[\"'`)]?\s*$", before)
    if noun is None or re.search(r"[,;.]\s*$", before):
        return True
    word = noun[1].lower()
    if re.search(r"\b(?:namespace|ns|in|into)\s+[\"'`]?[\w-]+[\"'`]?\s*$", before):
        return True  # "a pod in namespace alpha called …"
    return (
        is_plain(word)
        or word in _OWN_WORDS[kind] - {"container", "containers", "template", "replica"}
        or re.search(r"[\d:./]", word) is not None
        or re.fullmatch(KNOWN_IMAGES, word) is not None
    )


def _own_name(scan: Scan, kind: str) -> re.Match[str] | None:
    """The name that is said somewhere in the description: "call it web", "its name is web", ", name web"."""
    for pattern in (
        r"(?:call|name) (?:it|this|the (?:\w+ )?\w+|this \w+|that) <name:name>",
        r"(?:whose |its |the )?(?:pod |object |resource |policy )?(?:named|called|names? ?(?:is|:|=|should be|must be|shall be|of)) ?<name:name>",
        r"(?:pod |deployment |job )?name <name:name>(?= ?(?:,|\.|$|;|in |that |with |and |which |for ))",
    ):
        for found in compiled(pattern).finditer(scan.rest):
            before = scan.rest[: found.start()]
            if (
                _OTHERS_NAME.search(before) is None
                and _bears_it(before, kind)
                and is_name(found["name"])
                and not re.search(r"\b(?:with|and) the same $", before)
            ):
                scan.claim(*found.span())
                return found
    return None


def _with_adjective(containers: tuple[ContainerSpec, ...], adjectives: str) -> tuple[ContainerSpec, ...]:
    """``an nginx pod``: the word before the kind is the image when no other was said."""
    word = re.search(rf"(?<![\w/.-])(?:{KNOWN_IMAGES}|[a-z0-9./-]+:[\w.-]*\w)(?:[\w:.-]*\w)?", adjectives)
    if word is None or len(containers) != 1 or containers[0].image:
        return containers
    return (containers[0].model_copy(update={"image": word[0]}),)


_POD_WORDS = frozenset({"pod", "pods", "container", "containers", "replica", "replicas", "template"})
_SERVICE_TYPES = frozenset({"loadbalancer", "balancer", "nodeport", "clusterip"})
_OWN_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(
        form
        for words in KIND_WORDS
        for part in words.split()
        if KIND_WORDS[words] == kind
        for form in (part, part + "s")
    )
    | (_POD_WORDS if kind in WORKLOADS else _SERVICE_TYPES if kind == "Service" else frozenset())
    for kind in set(KIND_WORDS.values())
}
"""Words by which an object may speak of itself."""


def _unread(head: Head, words: list[str]) -> list[str]:
    """Words that nobody claimed and that are more than the object's own name for itself."""
    return [
        word for word in words if word.lower() not in _OWN_WORDS[head.kind] and word not in (head.name, *head.names)
    ]


def _service(scan: Scan, head: Head) -> dict[str, Any]:
    return read_service(scan, head.adjectives)


def _config_map(scan: Scan, head: Head) -> dict[str, Any]:
    return {"fields": read_immutable(scan), "data": read_data(scan)}


def _secret(scan: Scan, head: Head) -> dict[str, Any]:
    return {"fields": read_secret_fields(scan, head.adjectives), "data": read_data(scan)}


def _nothing_more(scan: Scan, head: Head) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if head.kind == "ServiceAccount":
        pulls = scan.take_all(
            r"(?:with |and |using |the |an? )*(?:image ?-?)?pull ?-?secrets?(?: named| called)?<is><name:pull>"
        )
        if pulls:
            fields["pull_secrets"] = [each["pull"] for each in pulls]
    if head.kind == "ServiceAccount" and scan.take(
        r"(?:with )?no (?:api |service account )?tokens?(?: (?:is|be|are|gets?|should|to|must))* (?:auto-?)?mounted",
        r"(?:with|without|has|have|and|that|which|,)*(?:with)?(?:out| no) (?:a |an |any |its |the )*(?:auto-?)?mount(?:ed|ing)(?: (?:a|an|any|its|the|api|service|account))* tokens?",
        r"(?:(?:with|and|that|which|without|no|disable|disabled|not|should|must|does|does not|doesn't|don't|never|shouldn't|do) )*auto-?mount(?:ing|s)?(?: ?(?:the|its|of|service|account|api|a) ?)*(?: ?token| credentials)*(?: ?[:=] ?false| disabled| turned off)?",
    ):
        fields["automount"] = False
    return {"fields": fields}


_READERS: dict[str, Callable[[Scan, Head], dict[str, Any]]] = {
    **{kind: (lambda scan, head: read_workload(scan, head.kind)) for kind in WORKLOADS},
    "Service": _service,
    "ConfigMap": _config_map,
    "Secret": _secret,
    "Namespace": _nothing_more,
    "ServiceAccount": _nothing_more,
    "Ingress": lambda scan, head: read_ingress(scan),
    "HTTPRoute": lambda scan, head: read_http_route(scan),
    "NetworkPolicy": lambda scan, head: read_network_policy(scan, head),
    "PersistentVolume": lambda scan, head: read_volume(scan),
    "StorageClass": lambda scan, head: read_storage_class(scan),
    "PersistentVolumeClaim": lambda scan, head: read_claim(scan),
    "HorizontalPodAutoscaler": lambda scan, head: read_autoscaler(scan),
    "PodDisruptionBudget": lambda scan, head: read_budget(scan),
    "PriorityClass": lambda scan, head: read_priority_class(scan),
    "Role": lambda scan, head: read_role(scan),
    "ClusterRole": lambda scan, head: read_role(scan),
    "RoleBinding": lambda scan, head: read_binding(scan),
    "ClusterRoleBinding": lambda scan, head: read_binding(scan),
    "ResourceQuota": lambda scan, head: read_quota(scan),
    "LimitRange": lambda scan, head: read_limit_range(scan),
}


def save_target(text: str) -> tuple[str, str | None]:
    """The text without "Save to PATH", and the path."""
    found = re.search(
        r"(?:,?\s*(?:and|then)\s+)?\b(?:save|write|store|output|put|dump)\s+(?:it|them|this|that|the\s+(?:manifests?|yaml|files?|result|output))?\s*(?:all\s+)?(?:in)?(?:to|into|in|as|under)\s+(?:the\s+)?(?:file\s+|folder\s+|directory\s+|path\s+)?[\"'`]?(?P<path>(?:[\w.~-]*/)[\w./~-]*[\w/]|[\w.-]+\.(?:ya?ml|json))[\"'`]?(?:\s+(?:file|folder|directory))?\s*[.]?",
        text,
        re.IGNORECASE,
    )
    if found is None:
        return text, None
    return (text[: found.start()] + " . " + text[found.end() :]).rstrip(" ."), found["path"]
