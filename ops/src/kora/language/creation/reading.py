"""From a creating clause to its intents: which objects are asked for, and what is said about each."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from kora.language.creation.configuration import read_data, read_immutable, read_secret_fields
from kora.language.creation.coverage import missing
from kora.language.creation.discourse import WORKLOADS, Part, parts
from kora.language.creation.grants import looks_like_grant, read_grant
from kora.language.creation.heads import KIND_WORDS, Head, free_words, heads, kind_of
from kora.language.creation.images import KNOWN_IMAGES
from kora.language.creation.ingress import read_http_route, read_ingress
from kora.language.creation.layout import cleaned
from kora.language.creation.metadata import is_name, read_annotations, read_labels, read_namespace
from kora.language.creation.networking import read_service
from kora.language.creation.orders import plain_order, without_means
from kora.language.creation.permissions import read_binding, read_role
from kora.language.creation.plain import refuses
from kora.language.creation.policies import read_network_policy
from kora.language.creation.repeating import expanded, people, repeated, says_each, shared_rights, without_each
from kora.language.creation.scaling import read_autoscaler, read_budget, read_priority_class
from kora.language.creation.scan import Scan, compiled, number
from kora.language.creation.storage import read_claim, read_storage_class, read_volume
from kora.language.creation.tenancy import read_limit_range, read_quota
from kora.language.creation.workloads import read_workload
from kora.language.intents import ContainerSpec, Create, Grant, Intent, Unclear
from kora.language.lexer import Token

_CLUSTER_WIDE = frozenset(
    {"Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass", "PersistentVolume", "StorageClass"}
)


def read(clause_tokens: Sequence[Token], text: str) -> list[Intent] | Unclear:
    """See `kora.language.creating.read_create`."""
    if not clause_tokens:
        return Unclear(text=text, question="What shall be created?")
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


def _without_intro(words: list[str], intro: str) -> list[str]:
    """Words of the sentence that opens the request ("deploy a web stack:") carry nothing unless they could be a value."""
    said = set(re.findall(r"(?<!in )(?<!to )(?<!namespace )(?<!into )\b[A-Za-z]+\b", intro))
    images = re.compile(rf"(?:{KNOWN_IMAGES})", re.IGNORECASE)
    return [word for word in words if word not in said or images.fullmatch(word) or refuses(word)]


_EACH_INSIDE = re.compile(
    r"\b(?:in|for|within|inside|to)\s+(?:each|every|both|all)(?:\s+(?:of|the|these|those|new|two|three|four))*\s+namespaces?\b|\bper namespace\b",
    re.IGNORECASE,
)
_COUNTS = frozenset({"two", "three", "four", "five", "six", "dev", "development"})


def read_text(text: str) -> list[Intent] | Unclear:
    """The same, out of a text alone."""
    text, refused = cleaned(text, KIND_WORDS)
    text = plain_order(expanded(text))
    if looks_like_grant(text) and not re.search(r"network ?-?polic", text, re.IGNORECASE):
        granted = read_grant(without_means(text))
        return granted if isinstance(granted, Unclear) else [granted]
    found = heads(text)
    if not found:
        return Unclear(text=text, question="Which kind of object shall be created?")
    intents: list[Intent] = []
    left: list[str] = []
    objects, rights = parts(text, found)
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
        several = part.head.kind != "Namespace" and (says_each(lead) or _EACH_INSIDE.search(part.body) is not None)
        made, words = _read_object(part.head, without_each(part.body) if several or names else part.body)
        words = _without_intro(words, part.intro)
        made = [_placed_by(each, part.lead, spaces) for each in made]
        if len(spaces) > 1 and not several and any(_homeless(each) for each in made):
            left.append(part.head.kind)
        made, intents = _labels_of_all(made, intents, part.body)
        intents = _replicas_of_all(made, intents, part.body)
        if _only_announced(made, part, objects):
            continue
        intents += repeated(made, lead, spaces, names) if several else made
        left += words
    accounts = {
        each.name for each in intents if isinstance(each, Create) and each.kind == "ServiceAccount" and each.name
    }
    for sentence in rights:
        shared = shared_rights(sentence, spaces, names, accounts)
        given = shared if shared is not None else read_grant(sentence)
        if isinstance(given, Unclear):
            left.append(given.text)
        else:
            intents += given if isinstance(given, list) else [given]
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
    made = _joined(intents)
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


_EACH_REPLICAS = re.compile(r"\b(?P<n>\d+|one|two|three|four|five|six) (?:replicas?|copies|instances?) (?:each|apiece|for each|in each|per deployment)\b|\b(?:each|both)(?: of them)?(?: (?:with|has|have|having|runs?|running|should|get|gets))+ (?P<n2>\d+|one|two|three|four|five|six) (?:replicas?|copies|instances?)", re.IGNORECASE)  # fmt: skip


def _replicas_of_all(made: list[Intent], before: list[Intent], body: str) -> list[Intent]:
    """``2 replicas each``: of all of the kind that were made so far and have no number of their own."""
    found, last = _EACH_REPLICAS.search(body), made[-1] if made else None
    if found is None or not isinstance(last, Create):
        return before
    return [
        each.model_copy(update={"replicas": number(found["n"] or found["n2"])})
        if isinstance(each, Create) and each.kind == last.kind and each.replicas is None
        else each
        for each in before
    ]


def _placed_by(each: Intent, lead: str, spaces: list[str]) -> Intent:
    """``and in backend a network policy``: a namespace of the same request, named without the word."""
    found = re.search(
        r"\b(?:in|into|inside|within|for)\s+(?:the\s+)?[\"'`]?([a-z0-9-]+)[\"'`]?,?\s+(?:an?\s+|the\s+|create\s+an?\s+)?\S?$",
        lead,
    )
    if found is None or found[1] not in spaces or not isinstance(each, Create) or each.namespace:
        return each
    return each.model_copy(update={"namespace": found[1]})


def _homeless(each: Intent) -> bool:
    """Whether it has to be in a namespace and none was said."""
    return isinstance(each, Create) and each.namespace is None and each.kind not in _CLUSTER_WIDE


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
    said = ["default limits"] if head.kind == "LimitRange" and head.words.startswith("default") else []
    scan = Scan(" ".join([*said, *free_words(head.adjectives), body]))
    slots: dict[str, Any] = {}
    if head.name is None:
        named = _own_name(scan)
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
    left = _unread(head, scan.left() + list(slots.get("fields", {}).pop("left", [])))
    base = {
        "kind": head.kind,
        "namespace": None if head.kind in _CLUSTER_WIDE else namespace,
        "create_namespace": create,
        "annotations": annotations,
        **slots,
    }
    names: Sequence[str | None] = head.names or (head.name,)
    try:
        return [Create(name=name, **base) for name in names], left
    except ValidationError as error:
        return [], [str(error.errors()[0]["input"])[:60]]


_OTHERS_NAME = re.compile(
    r"\b(?:variables?|vars?|env|volumes?|containers?|keys?|secrets?|maps?|configmaps?|class|account|serviceaccount|templates?|ports?|services?|users?|groups?|hosts?|files?|one|claims?|pvc|namespaces?|gateway|image|(?<![\w.:])\d{2,5})[\s(]*$", re.IGNORECASE)  # fmt: skip
"""What a name right behind it belongs to, and not to the object."""


def _own_name(scan: Scan) -> re.Match[str] | None:
    """The name that is said somewhere in the description: "call it web", "its name is web", ", name web"."""
    for pattern in (
        r"(?:call|name) (?:it|this|the \w+|this \w+|that) <name:name>",
        r"(?:whose |its |the )?(?:pod |object |resource )?(?:named|called|names? ?(?:is|:|=|should be|must be|shall be|of)) ?<name:name>",
        r"(?:pod |deployment |job )?name <name:name>(?= ?(?:,|\.|$|;|in |that |with |and |which |for ))",
    ):
        for found in compiled(pattern).finditer(scan.rest):
            before = scan.rest[: found.start()]
            if (
                _OTHERS_NAME.search(before) is None
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
_OWN_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(
        form
        for words in KIND_WORDS
        for part in words.split()
        if KIND_WORDS[words] == kind
        for form in (part, part + "s")
    )
    | (_POD_WORDS if kind in WORKLOADS else frozenset())
    for kind in set(KIND_WORDS.values())
}
"""Words by which an object may speak of itself."""


def _unread(head: Head, words: list[str]) -> list[str]:
    """Words that nobody claimed and that are more than the object's own name for itself."""
    return [
        word for word in words if word.lower() not in _OWN_WORDS[head.kind] and word not in (head.name, *head.names)
    ]


def _joined(intents: list[Intent]) -> list[Intent]:
    """What one object says about its neighbours: the namespace of all, the Service of the workload before it."""
    said = {each.namespace for each in intents if isinstance(each, Create | Grant) and each.namespace}
    made = [each.name for each in intents if isinstance(each, Create) and each.kind == "Namespace" and each.name]
    shared = next(iter(said)) if len(said) == 1 else made[0] if not said and len(made) == 1 else None
    joined: list[Intent] = []
    workload: Create | None = None
    role: Create | None = None
    for each in intents:
        if not isinstance(each, Create):
            joined.append(_granted_at_home(each, intents))
            continue
        if each.namespace is None and shared and each.kind not in _CLUSTER_WIDE:
            each = each.model_copy(update={"namespace": shared})
        if each.kind in {"Role", "ClusterRole"}:
            role = each
        elif each.kind in {"RoleBinding", "ClusterRoleBinding"}:
            each = _bound(
                each, role, [one for one in intents if isinstance(one, Create) and one.kind == "ServiceAccount"]
            )
        each = _same_again(each, joined)
        if each.kind == "Ingress":
            each = _with_ports(each, intents)
        if each.kind in WORKLOADS:
            workload = each
        elif workload is not None:
            each = _beside(each, workload)
        if each.namespace in made and each.create_namespace:
            each = each.model_copy(update={"create_namespace": False})
        joined.append(each)
    return joined


def _granted_at_home(each: Intent, intents: Sequence[Intent]) -> Intent:
    """Rights of an account that the same request makes: in the account's namespace when no other was said."""
    if not isinstance(each, Grant) or each.subject_kind != "ServiceAccount":
        return each
    home = next(
        (
            one.namespace
            for one in intents
            if isinstance(one, Create) and one.kind == "ServiceAccount" and one.name == each.subject
        ),
        None,
    )
    if home is None:
        return each
    return each.model_copy(
        update={
            "subject_namespace": each.subject_namespace or home,
            "namespace": each.namespace if each.namespace or each.cluster_wide else home,
        }
    )


def _same_again(each: Create, before: Sequence[Intent]) -> Create:
    """``the same storage class``: what the object before it has."""
    again = {slot for slot, value in each.fields.items() if value == "same"}
    for slot in again:
        known = [one.fields[slot] for one in before if isinstance(one, Create) and one.fields.get(slot)]
        if known:
            each = each.model_copy(update={"fields": {**each.fields, slot: known[-1]}})
    return each


def _with_ports(each: Create, intents: Sequence[Intent]) -> Create:
    """An Ingress that leads to a Service of the same request uses that one's port when none was said."""
    ports = {
        one.name: one.ports[0].port
        for one in intents
        if isinstance(one, Create) and one.kind == "Service" and len(one.ports) == 1 and one.name
    }
    rules = [
        {
            **rule,
            "paths": [
                {**path, "port": path["port"] if path["port"] is not None else ports.get(path["service"])}
                for path in rule["paths"]
            ],
        }
        for rule in each.fields.get("rules") or []
    ]
    return each.model_copy(update={"fields": {**each.fields, "rules": rules}})


_OF_ALL = re.compile(r"\b(?:both|all(?: (?:of them|of these|three|four|deployments|pods))?|each(?: of them)?)\s+(?:(?:are|have|with|deployments?|pods?|carry|carrying|the|should|must|be|having|of|them)\s+)*(?:labels?|labell?ed|tagged)\b", re.IGNORECASE)  # fmt: skip


def _labels_of_all(made: list[Intent], before: list[Intent], body: str) -> tuple[list[Intent], list[Intent]]:
    """``both labelled app=web``: labels of all that were made so far of the kind, each still told apart by its name."""
    last = made[-1] if made else None
    if not isinstance(last, Create) or not last.labels or _OF_ALL.search(body) is None:
        return made, before
    alike = [each for each in before if isinstance(each, Create) and each.kind == last.kind]
    if not alike:
        return made, before

    def told_apart(each: Intent) -> Intent:
        if not isinstance(each, Create) or each.kind != last.kind:
            return each
        labels = {**last.labels, **each.labels}
        own = {"app.kubernetes.io/instance": each.name or ""} if each.kind not in {"Pod", "Job", "CronJob"} else {}
        return each.model_copy(update={"labels": labels, "selector": {**labels, **own} if own else each.selector})

    return [told_apart(each) for each in made], [told_apart(each) for each in before]


def _bound(each: Create, role: Create | None, accounts: list[Create]) -> Create:
    """A binding without role or subject is about those of the same request."""
    fields = dict(each.fields)
    if role is not None and fields.get("role") in (None, role.name):
        fields |= {"role": role.name, "role_kind": role.kind}
    if not fields.get("subjects") and len(accounts) == 1 and accounts[0].name:
        fields["subjects"] = [
            {
                "kind": "ServiceAccount",
                "name": accounts[0].name,
                **({"namespace": accounts[0].namespace} if accounts[0].namespace else {}),
            }
        ]
    for subject in fields.get("subjects") or []:
        home = next((one.namespace for one in accounts if one.name == subject["name"] and one.namespace), None)
        if subject["kind"] == "ServiceAccount" and home and not subject.get("namespace"):
            subject["namespace"] = home
    subjects = fields.get("subjects") or []
    homes = {one.get("namespace") or each.namespace for one in subjects if one["kind"] == "ServiceAccount"}
    if (
        role is not None
        and role.kind == "ClusterRole"
        and each.kind == "RoleBinding"
        and not each.name
        and (each.namespace is None or each.namespace in homes)
    ):  # the namespace is the account's, the role is the cluster's
        fields["subjects"] = [
            {**one, "namespace": one.get("namespace") or each.namespace}
            if one["kind"] == "ServiceAccount" and (one.get("namespace") or each.namespace)
            else one
            for one in subjects
        ]
        return each.model_copy(update={"fields": fields, "kind": "ClusterRoleBinding", "namespace": None})
    return each.model_copy(update={"fields": fields})


def _beside(each: Create, workload: Create) -> Create:
    """An object that follows a workload in the same request and names no other is about that workload."""
    fields = dict(each.fields)
    if (
        each.kind in {"Service", "PodDisruptionBudget"}
        and not each.selector
        and "workload" not in fields
        and fields.get("type") != "ExternalName"
    ):
        selector = {"app": workload.labels.get("app") or workload.name or ""}
        listens = [port for one in workload.containers for port in one.ports]
        ports = each.ports or (
            tuple(port.model_copy(update={"name": None}) for port in listens) if len(listens) == 1 else ()
        )
        return each.model_copy(update={"selector": selector, "name": each.name or workload.name, "ports": ports})
    if each.kind == "HorizontalPodAutoscaler" and "target" not in fields and workload.name:
        fields["target"] = {"name": workload.name, "kind": workload.kind}
        return each.model_copy(update={"fields": fields, "name": each.name or workload.name})
    return each


def _service(scan: Scan, head: Head) -> dict[str, Any]:
    return read_service(scan, head.adjectives)


def _config_map(scan: Scan, head: Head) -> dict[str, Any]:
    return {"fields": read_immutable(scan), "data": read_data(scan)}


def _secret(scan: Scan, head: Head) -> dict[str, Any]:
    return {"fields": read_secret_fields(scan, head.adjectives), "data": read_data(scan)}


def _nothing_more(scan: Scan, head: Head) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if head.kind == "ServiceAccount" and scan.take(
        r"(?:(?:with|and|that|which|without|no|disable|disabled|not|should|must|does|does not|doesn't|don't|never|shouldn't|do) )*auto-?mount(?:ing|s)?(?: ?(?:the|its|of|service|account|api|a) ?)*(?: ?token| credentials)*(?: ?[:=] ?false| disabled| turned off)?"
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
