"""Answers made of properties: one property of one object, a table of several, sums, two objects side by side.

How each is worked out stands in `values`, the nouns that ask for them in `language.asking.properties`.
"""

from collections.abc import Sequence
from decimal import Decimal

from kora.domain.objects import Manifest
from kora.domain.quantities import cpu_text, memory_text, parse_quantity
from kora.kit.redaction import redact
from kora.language.asking.properties import BY_NAME
from kora.language.intents import Aspect, Inspect
from kora.language.kinds import WORKLOAD_KINDS
from kora.language.targets import WORKLOAD
from kora.operations.ask.answer import Answer, place, table
from kora.operations.ask.binding import ANY_KIND, Binder
from kora.operations.ask.facts import pod_spec, restarts, storage_of
from kora.operations.ask.filtering import select, spoken_conditions
from kora.operations.ask.reads.lists import all_of
from kora.operations.ask.reads.registry import answers
from kora.operations.ask.reads.values import NONE, VALUES, listed, shown_short
from kora.operations.ask.reads.workloads import nothing, shown
from kora.operations.ask.relations import related
from kora.operations.diagnose.fields import dig, name_of, namespace_of

_MOST = 60
_ADDED = frozenset({"requests", "limits"})
"""Properties that can be added up."""


@answers(Aspect.PROPERTY)
def properties(binder: Binder, question: Inspect) -> Answer:
    """What was asked for of the objects that are meant."""
    asked = [BY_NAME[name] for name in question.properties]
    kinds = _kinds(binder, question, asked[0].kinds)
    if question.total and set(question.properties) <= _ADDED:
        return _sum(binder, question)
    if question.total and question.properties == ("capacity",):
        return _all_storage(binder, question)
    if question.total and question.properties == ("restarts",):
        return _all_restarts(binder, question)
    target = question.target
    found = binder.find(target, kinds) if target.names or target.phrase else all_of(binder, target, kinds)
    if not found and (target.names or target.phrase):
        found = _through(binder, question, kinds)
    seen = len(found)
    found = select(binder, found, question.conditions)
    if not found and seen:
        said = spoken_conditions(question.conditions)
        command = f"kubectl get {kinds[0].lower()}s{place(binder.space(target))}"
        return Answer(f"There is no {kinds[0].lower()} ({said}; {seen} looked at).", [command], [], found=False)
    if not found:
        return nothing(binder, question)
    owners = [each for each in found if each["kind"] in WORKLOAD_KINDS]
    if (target.names or target.phrase) and target.kind in (None, WORKLOAD) and owners:
        found = owners
    space = binder.space(target) if len({namespace_of(each) for each in found}) == 1 else None
    commands = (
        [f"kubectl get {shown(found[0])} -o yaml"]
        if len(found) == 1
        else [f"kubectl get {found[0]['kind'].lower()}s{place(space)} -o yaml"]
    )
    if "certificate" in question.properties and not (target.names or target.phrase):
        found = [each for each in found if each["kind"] != "Secret" or each.get("type") == "kubernetes.io/tls"]
        if not found:
            return Answer("There are no TLS certificates to look at.", commands, [], found=False)
    if question.sort_by in {"cpu", "memory"} and question.properties[0] in _ADDED:
        found = _ranked(found, question.properties[0], question.sort_by, question.descending)
    rows = [(each, [_safe(VALUES[name](binder, each)) for name in question.properties]) for each in found]
    data = [
        {
            "kind": each["kind"],
            "namespace": namespace_of(each),
            "name": name_of(each),
            **dict(zip(question.properties, values, strict=True)),
        }
        for each, values in rows
    ]
    if len(rows) == 1:
        item, values = rows[0]
        said = "\n".join(
            f"{spoken(name)} of {shown(item)}: {value}" for name, value in zip(question.properties, values, strict=True)
        )
        return Answer(said, commands, data)
    several = len({each["kind"] for each, _ in rows}) > 1
    spaces = len({namespace_of(each) for each, _ in rows}) > 1
    heads = [
        *(["NAMESPACE"] if spaces else []),
        "OBJECT" if several else "NAME",
        *(spoken(name).upper() for name in question.properties),
    ]
    lines = [
        [*([namespace_of(each) or "-"] if spaces else []), shown_short(each) if several else name_of(each), *values]
        for each, values in rows
    ]
    return Answer(table(heads, lines), commands, data)


def _ranked(items: Sequence[Manifest], part: str, what: str, descending: bool) -> list[Manifest]:
    """By what one pod of each requests, or may use."""

    def amount(item: Manifest) -> Decimal:
        containers = pod_spec(item).get("containers") or ()
        return sum(
            (parse_quantity(dig(each, "resources", part, what)) or Decimal(0) for each in containers), Decimal(0)
        )

    return sorted(items, key=amount, reverse=descending)


def spoken(name: str) -> str:
    """A property in words: ``service account``."""
    return {
        "leads_to": "destination",
        "unready_since": "failure",
        "started": "age",
        "state": "status",
        "quota": "use",
        "tls": "TLS",
        "bound_volume": "binding",
        "talks_to": "connections",
        "needs": "needed objects",
        "policies": "network policies",
        "budget": "disruption budget",
        "outside": "reachable from outside",
    }.get(name, name.replace("_", " "))


def _safe(value: str) -> str:
    shown_value = redact({"value": value})["value"]
    return str(shown_value)


def _kinds(binder: Binder, question: Inspect, having: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds to look among: the one that was said when it has the property, else those that have it."""
    kind = question.target.kind
    if kind == WORKLOAD:
        return WORKLOAD_KINDS
    if kind is not None:
        if kind in having:
            return (kind,)
        return having if question.target.names or question.target.phrase else having[:1]
    return having if question.target.names or question.target.phrase else having[:1]


def _through(binder: Binder, question: Inspect, kinds: tuple[str, ...]) -> list[Manifest]:
    """What belongs to the thing that was named: the pods of a deployment, the autoscaler of a workload."""
    having = BY_NAME[question.properties[0]].kinds
    named = binder.find(question.target.model_copy(update={"kind": None}), ANY_KIND)
    fitting = [each for each in named if each["kind"] in having]
    if fitting or not named:
        return fitting
    wanted = kinds if kinds[0] in having else having
    return [
        each
        for owner in named[:3]
        for kind in wanted
        for each in binder.every(kind, namespace_of(owner))
        if related(binder, each, owner)
    ]


def _sum(binder: Binder, question: Inspect) -> Answer:
    """What all pods together request or may use."""
    target, part = question.target, question.properties[0]
    named = bool(target.names or target.phrase)
    owners = binder.find(target, ANY_KIND) if named else []
    if named and not owners:
        return nothing(binder, question)
    pods = (
        [pod for owner in owners for pod in binder.pods_of(owner)]
        if named
        else binder.every("Pod", binder.space(target))
    )
    if named and not pods:
        return nothing(binder, question)
    unique = {
        (namespace_of(pod), name_of(pod)): pod for pod in pods if dig(pod, "status", "phase") in {"Running", "Pending"}
    }
    sums, without = {"cpu": Decimal(0), "memory": Decimal(0)}, dict.fromkeys(("cpu", "memory"), 0)
    for pod in unique.values():
        for each in pod_spec(pod).get("containers") or ():
            for what in sums:
                amount = parse_quantity(dig(each, "resources", part, what))
                sums[what] += amount or Decimal(0)
                without[what] += amount is None
    space = binder.space(target)
    where = f" in namespace {space}" if space else ""
    text = (
        f"{len(unique)} pods{where} together: {part} cpu {cpu_text(sums['cpu'])}, memory {memory_text(sums['memory'])}"
    )
    open_ = [
        f"{count} containers without a {what} {part.removesuffix('s')}" for what, count in without.items() if count
    ]
    data = {"pods": len(unique), "cpu": str(sums["cpu"]), "memory": str(sums["memory"])}
    return Answer(
        f"{text}{' (' + ', '.join(open_) + ')' if open_ else ''}.", [f"kubectl get pods{place(space)} -o yaml"], data
    )


def _all_storage(binder: Binder, question: Inspect) -> Answer:
    """What claims (or volumes) ask for together, and each of them."""
    target = question.target
    kinds = (target.kind or "PersistentVolumeClaim",)
    found = select(
        binder,
        binder.find(target, kinds) if target.names or target.phrase else all_of(binder, target, kinds),
        question.conditions,
    )
    if not found:
        return nothing(binder, question)
    space = binder.space(target)
    where = f" in namespace {space}" if space else ""
    rows = [(name_of(each), memory_text(storage_of(each)), str(dig(each, "status", "phase") or "-")) for each in found]
    whole = sum((storage_of(each) for each in found), Decimal(0))
    data = {"bytes": str(whole), "objects": [dict(zip(("name", "size", "phase"), row, strict=True)) for row in rows]}
    text = (
        f"{len(found)} {kinds[0].lower()}{'s' if len(found) > 1 else ''}{where} ask for {memory_text(whole)} together:"
    )
    return Answer(f"{text}\n{table(('NAME', 'SIZE', 'STATUS'), rows)}", [f"kubectl get pvc{place(space)}"], data)


def _all_restarts(binder: Binder, question: Inspect) -> Answer:
    target = question.target
    named = bool(target.names or target.phrase)
    items = binder.find(target, ANY_KIND) if named else binder.every("Pod", binder.space(target))
    pods = {(namespace_of(pod), name_of(pod)): pod for item in items for pod in binder.pods_of(item)}
    counted = sorted(((restarts(pod), name_of(pod)) for pod in pods.values()), reverse=True)
    space = binder.space(target)
    where = f" in namespace {space}" if space else ""
    most = ", ".join(f"{name} {count}" for count, name in counted[:5] if count)
    text = f"{sum(count for count, _ in counted)} restarts of {len(counted)} pods{where}{': ' + most if most else ''}."
    return Answer(
        text, [f"kubectl get pods{place(space)}"], [{"pod": name, "restarts": count} for count, name in counted]
    )


_COMPARED = (
    "replicas", "state", "images", "environment", "started", "restarts", "requests", "limits", "probes", "ports",
    "service_account", "strategy", "services", "autoscaler", "budget", "policies", "labels", "command",
)  # fmt: skip
_COMPARED_OTHERS = ("state", "started", "labels", "annotations", "finalizers")


@answers(Aspect.COMPARE)
def compare(binder: Binder, question: Inspect) -> Answer:
    """Objects side by side: what differs first, then what is the same."""
    target = question.target
    items: list[Manifest] = []
    for said in target.names:
        space, _, name = said.rpartition("/")  # "dev/web": one thing in several namespaces
        one = target.model_copy(update={"names": (), "phrase": name, **({"namespace": space} if space else {})})
        kinds = (target.kind,) if target.kind and target.kind != WORKLOAD else ANY_KIND
        found = binder.find(one, kinds)
        if not found:
            return nothing(binder, question.model_copy(update={"target": one}))
        items.append(found[0])
    runs = all(pod_spec(each) for each in items)
    names = _COMPARED if runs else _COMPARED_OTHERS
    told = [(name, [_safe(VALUES[name](binder, each))[: _MOST * 2] for each in items]) for name in names]
    if not runs and all(each["kind"] == items[0]["kind"] for each in items):
        told += _fields(items)
    different = [(spoken(name), *values) for name, values in told if len(set(values)) > 1]
    same = [f"{spoken(name)} {values[0]}" for name, values in told if len(set(values)) == 1 and values[0] != NONE]
    spaces = len({namespace_of(each) for each in items}) > 1
    heads = ("", *map(shown if spaces or not binder.given else shown_short, items))
    text = table(heads, different) if different else f"{' and '.join(shown_short(each) for each in items)} are alike."
    if same:
        text += "\nthe same: " + "; ".join(same)
    data = [{"property": name, "values": values} for name, values in told]
    return Answer(text, [f"kubectl get {shown(each)} -o yaml" for each in items], data)


def _fields(items: Sequence[Manifest]) -> list[tuple[str, list[str]]]:
    """The data or the parts of the spec of objects that run nothing."""
    part = "data" if items[0].get("data") is not None else "spec"
    hidden = items[0]["kind"] == "Secret"
    keys = sorted({key for each in items for key in each.get(part) or {}})
    return [
        (
            key,
            [
                "there"
                if hidden and key in (each.get(part) or {})
                else str((each.get(part) or {}).get(key, "-"))[:_MOST]
                for each in items
            ],
        )
        for key in keys
    ]


@answers(Aspect.VALUE)
def value_of(binder: Binder, question: Inspect) -> Answer:
    """One key of a config map; what a Secret holds is never shown."""
    found = binder.find(question.target, (question.target.kind,) if question.target.kind else ("ConfigMap", "Secret"))
    found = [each for each in found if each["kind"] in {"ConfigMap", "Secret"}]
    if not found:
        return nothing(binder, question)
    item, key = found[0], question.key or ""
    data = item.get("data") or {}
    command = [f"kubectl get {shown(item)} -o yaml"]
    near = next((each for each in data if each.lower().replace("_", "-") == key.lower().replace("_", "-")), None)
    if near is None:
        return Answer(f"{shown(item)} has no key {key!r}. Keys: {listed(sorted(data))}.", command, [], found=False)
    if item["kind"] == "Secret":
        return Answer(f"{shown(item)} has the key {near}; values of Secrets are not shown.", command, {"key": near})
    return Answer(f"{shown(item)}: {near} = {redact({near: data[near]})[near]}", command, {"key": near})
