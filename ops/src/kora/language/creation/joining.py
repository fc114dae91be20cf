"""What the objects of one request say about each other: namespaces, selectors, ports, labels and rights that one of them
names for all. The last step of `reading`.
"""

import re
from collections.abc import Sequence

from kora.language.creation.discourse import WORKLOADS
from kora.language.creation.scan import number
from kora.language.intents import Create, Grant, Intent

CLUSTER_WIDE = frozenset(
    {"Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass", "PersistentVolume", "StorageClass"}
)


def joined(intents: list[Intent]) -> list[Intent]:
    """What one object says about its neighbours: the namespace of all, the Service of the workload before it."""
    said = {each.namespace for each in intents if isinstance(each, Create | Grant) and each.namespace}
    made = [each.name for each in intents if isinstance(each, Create) and each.kind == "Namespace" and each.name]
    shared = next(iter(said)) if len(said) == 1 else made[0] if not said and len(made) == 1 else None
    done: list[Intent] = []
    workload: Create | None = None
    role: Create | None = None
    for each in intents:
        if not isinstance(each, Create):
            done.append(_granted_at_home(each, [*done, *intents]))
            continue
        if each.namespace is None and shared and each.kind not in CLUSTER_WIDE:
            each = each.model_copy(update={"namespace": shared})
        if each.kind in {"Role", "ClusterRole"}:
            each = role = _called_after_rights(each)
        elif each.kind in {"RoleBinding", "ClusterRoleBinding"}:
            each = _bound(
                each, role, [one for one in intents if isinstance(one, Create) and one.kind == "ServiceAccount"]
            )
        each = _same_again(each, done)
        if each.kind == "Ingress":
            known = [*done, *intents[len(done) :]]
            each = _with_ports(_led_to(each, known), known)
        if each.kind == "PersistentVolumeClaim":
            each = _as_large(each, done)
        if each.kind == "Service":
            each = _reaching(each, workload, intents)
        if each.kind in WORKLOADS:
            workload = each
        elif workload is not None:
            each = _beside(each, workload)
        if each.namespace in made and each.create_namespace:
            each = each.model_copy(update={"create_namespace": False})
        done.append(each)
    return done


def _granted_at_home(each: Intent, intents: Sequence[Intent]) -> Intent:
    """Rights of an account that the same request makes: in the account's namespace when no other was said."""
    if not isinstance(each, Grant) or each.subject_kind != "ServiceAccount":
        return each
    home = next(
        (
            one.namespace
            for one in intents
            if isinstance(one, Create) and one.kind == "ServiceAccount" and one.name == each.subject and one.namespace
        ),
        None,
    )
    if home is None:
        return each
    return each.model_copy(
        update={
            "subject_namespace": home,
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


def _bound(each: Create, role: Create | None, accounts: list[Create]) -> Create:
    """A binding without role or subject is about those of the same request."""
    fields = dict(each.fields)
    if role is not None and fields.get("role") in (None, role.name):
        fields |= {"role": role.name, "role_kind": role.kind}
        each = each.model_copy(update={"name": each.name or role.name})
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
        and each.name in (None, role.name)
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
        carried = dict(workload.labels) if workload.kind == "Pod" else {}
        selector = carried or {"app": workload.labels.get("app") or workload.name or ""}
        listens = [port for one in workload.containers for port in one.ports]
        ports = each.ports or (
            tuple(port.model_copy(update={"name": None}) for port in listens)
            if len(listens) == 1 or fields.pop("every_port", False)
            else ()
        )
        return each.model_copy(
            update={"selector": selector, "name": each.name or workload.name, "ports": ports, "fields": fields}
        )
    if each.kind == "HorizontalPodAutoscaler" and "target" not in fields and workload.name:
        fields["target"] = {"name": workload.name, "kind": workload.kind}
        return each.model_copy(update={"fields": fields, "name": each.name or workload.name})
    return each


def _led_to(each: Create, intents: Sequence[Intent]) -> Create:
    """An Ingress of which no goal was said leads to the one Service of the same request."""
    services = [one for one in intents if isinstance(one, Create) and one.kind == "Service" and one.name]
    rules = each.fields.get("rules") or []
    rules = rules or [{"host": host, "paths": []} for host in each.fields.get("hosts") or []]
    open_ended = [path for rule in rules for path in rule.get("paths") or [] if not path.get("service")]
    pathless = [rule for rule in rules if not rule.get("paths")]
    if len(services) != 1 or not (open_ended or pathless):
        return each
    name = services[0].name
    led = [
        {
            **rule,
            "paths": [
                {**path, "service": path.get("service") or name}
                for path in rule.get("paths") or [{"path": "/", "service": name, "port": None}]
            ],
        }
        for rule in rules
    ]
    return each.model_copy(update={"fields": {**each.fields, "rules": led}})


def _as_large(each: Create, before: Sequence[Intent]) -> Create:
    """A claim that is bound to a volume of the same request, and of which no size was said, takes all of it."""
    volume = next(
        (
            one
            for one in before
            if isinstance(one, Create) and one.kind == "PersistentVolume" and one.name == each.fields.get("volume_name")
        ),
        None,
    )
    if volume is None:
        return each
    taken = {slot: volume.fields[slot] for slot in ("size", "access_modes", "storage_class") if volume.fields.get(slot)}
    return each.model_copy(update={"fields": {**taken, **{k: v for k, v in each.fields.items() if v}}})


def _called_after_rights(role: Create) -> Create:
    """A role without a name is called after what it allows."""
    rules = role.fields.get("rules") or []
    if role.name or not rules or not rules[0]["resources"]:
        return role
    what = rules[0]["resources"][0].replace("/", "-").replace("*", "all")
    reads = all(verb in {"get", "list", "watch"} for rule in rules for verb in rule["verbs"])
    return role.model_copy(update={"name": f"{what}-{'reader' if reads else 'editor'}"})


def _reaching(each: Create, workload: Create | None, intents: Sequence[Intent]) -> Create:
    """A Service whose workload is made by the same request and listens on one port leads there."""
    named = (each.fields.get("workload") or {}).get("name")
    behind = (
        next((one for one in intents if isinstance(one, Create) and one.kind in WORKLOADS and one.name == named), None)
        if named
        else workload
        if not each.selector
        else None
    )
    listens = [port.port for one in behind.containers for port in one.ports] if behind is not None else []
    if len(listens) != 1 or len(each.ports) != 1 or each.ports[0].target is not None or each.ports[0].port in listens:
        return each
    return each.model_copy(update={"ports": (each.ports[0].model_copy(update={"target": listens[0]}),)})


_OF_ALL = re.compile(r"\b(?:both|all(?: (?:of them|of these|three|four|deployments|pods))?|each(?: of them)?)\s+(?:(?:are|have|with|deployments?|pods?|carry|carrying|the|should|must|be|having|of|them)\s+)*(?:labels?|labell?ed|tagged)\b", re.IGNORECASE)  # fmt: skip


_EACH_REPLICAS = re.compile(r"\b(?P<n>\d+|one|two|three|four|five|six) (?:replicas?|copies|instances?) (?:each|apiece|for each|in each|per deployment)\b|\b(?:each|both)(?: of them)?(?: (?:with|has|have|having|runs?|running|should|get|gets))+ (?P<n2>\d+|one|two|three|four|five|six) (?:replicas?|copies|instances?)", re.IGNORECASE)  # fmt: skip


def placed_by(each: Intent, lead: str, spaces: list[str]) -> Intent:
    """``and in backend a network policy``: a namespace of the same request, named without the word."""
    found = re.search(
        r"\b(?:in|into|inside|within|for)\s+(?:the\s+)?[\"'`]?([a-z0-9-]+)[\"'`]?,?\s+(?:an?\s+|the\s+|create\s+an?\s+)?\S?$",
        lead,
    )
    if found is None or found[1] not in spaces or not isinstance(each, Create) or each.namespace:
        return each
    return each.model_copy(update={"namespace": found[1]})


def homeless(each: Intent) -> bool:
    """Whether it has to be in a namespace and none was said."""
    return isinstance(each, Create) and each.namespace is None and each.kind not in CLUSTER_WIDE


def labels_of_all(made: list[Intent], before: list[Intent], body: str) -> tuple[list[Intent], list[Intent]]:
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


def replicas_of_all(made: list[Intent], before: list[Intent], body: str) -> list[Intent]:
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
