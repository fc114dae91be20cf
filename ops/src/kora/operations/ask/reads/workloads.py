"""What an object is and how it stands: status, description, manifest, images, history, ports, endpoints, variables."""

import yaml

from kora.cluster import rollouts
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.redaction import redact
from kora.language.intents import Aspect, Inspect
from kora.language.kinds import WORKLOAD_KINDS
from kora.language.targets import WORKLOAD
from kora.operations.ask.answer import Answer, age_text, place, table
from kora.operations.ask.binding import ANY_KIND, Binder
from kora.operations.ask.facts import age_of, counts, images, pod_spec, pod_status, restarts, states
from kora.operations.ask.filtering import select
from kora.operations.ask.reads.details import in_words, probes_of
from kora.operations.ask.reads.lists import list_objects, rows
from kora.operations.ask.reads.registry import answers
from kora.operations.ask.reads.standing import callers
from kora.operations.ask.relations import HOLDERS, ingresses_to, uses
from kora.operations.diagnose.fields import condition, dig, matches, name_of, namespace_of

HIDDEN = "(hidden)"
_MANY = 12
_SPEC_LINES = 40
_SPEC_TOLD = frozenset(
    {"NetworkPolicy", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ResourceQuota", "LimitRange", "Role",
     "ClusterRole", "Ingress", "HTTPRoute", "Gateway", "StorageClass", "RoleBinding", "ClusterRoleBinding"}
)  # fmt: skip
"""Kinds that are described by what they say."""
_PLURAL_WORDS = frozenset({"HorizontalPodAutoscaler", "ResourceQuota", "LimitRange", "Ingress", "PodDisruptionBudget"})


_SELDOM = ("Node", "PersistentVolume", "StorageClass", "Role", "RoleBinding", "ClusterRole", "ResourceQuota",
           "PodDisruptionBudget", "LimitRange")  # fmt: skip
"""Kinds among which a bare name is looked for last."""


def objects(binder: Binder, question: Inspect, kinds: tuple[str, ...] = ANY_KIND) -> list[Manifest]:
    """The objects that a question is about."""
    target = question.target
    if target.kind == WORKLOAD:
        found = binder.find(target, WORKLOAD_KINDS)
        return found or binder.find(target.model_copy(update={"kind": None}), kinds)
    wanted = (target.kind,) if target.kind else kinds
    found = binder.find(target, wanted)
    if not found and target.kind and (target.names or target.phrase):
        found = binder.find(target.model_copy(update={"kind": None}), kinds)
    if not found and not target.kind and (target.names or target.phrase):
        found = binder.find(target, _SELDOM)
    return select(binder, found, question.conditions)


def nothing(binder: Binder, question: Inspect) -> Answer:
    """The answer when nothing of that name is there."""
    target = question.target
    said = target.phrase or ", ".join(target.names) or (target.kind or "object").lower()
    space = binder.space(target)
    what = target.kind.lower() if target.kind and target.kind != WORKLOAD else "object"
    return Answer(
        f"There is no {what} {said!r} in {f'namespace {space}' if space else 'the cluster'}.",
        [f"kubectl get all{place(space)}"],
        [],
        found=False,
    )


def shown(item: Manifest) -> str:
    """``deployment/web -n shop``."""
    return str(ObjectRef.of(item))


@answers(Aspect.STATUS)
def status(binder: Binder, question: Inspect) -> Answer:
    """How objects stand: pods ready, rollout, restarts, what holds it up."""
    found = objects(binder, question)
    if not found:
        return nothing(binder, question)
    top = [each for each in found if each["kind"] in WORKLOAD_KINDS]
    found = top or found
    if len(found) > _MANY:
        return list_objects(binder, question.model_copy(update={"aspect": Aspect.LIST}))
    lines, commands, data = [], [], []
    for item in found:
        lines.append(_status_of(binder, item))
        commands.append(f"kubectl get {shown(item)}")
        data.append(
            {
                "kind": item["kind"],
                "namespace": namespace_of(item),
                "name": name_of(item),
                "states": sorted(states(item)),
            }
        )
    return Answer("\n".join(lines), commands, data)


def _status_of(binder: Binder, item: Manifest) -> str:
    kind = item["kind"]
    if kind in {*WORKLOAD_KINDS, "ReplicaSet"}:
        ready, wanted = counts(item)
        well = "healthy" if ready >= wanted else "not healthy"
        lines = [
            f"{shown(item)} is {well}: {ready} of {wanted} pods ready, "
            f"image {', '.join(images(item))}, {age_text(age_of(item))} old."
        ]
        progress = condition(item, "Progressing")
        if progress and progress.get("status") == "False":
            lines.append(f"  rollout: {progress.get('reason')}: {progress.get('message')}")
        if dig(item, "spec", "paused"):
            lines.append("  the rollout is paused")
        pods = binder.pods_of(item)
        if pods:
            lines += [f"  {line}" for line in rows(pods).splitlines()]
        return "\n".join(lines)
    if kind == "Pod":
        node = dig(item, "spec", "nodeName") or "no node"
        return (
            f"{shown(item)} is {pod_status(item)}, {restarts(item)} restarts, on {node}, {age_text(age_of(item))} old."
        )
    said = in_words(item)
    if kind == "Ingress" and said is not None:
        there = {name_of(each) for each in binder.every("Service", namespace_of(item))}
        lacking = [each for each in _backends(item) if each not in there]
        return f"{shown(item)}: {said}." + "".join(f"\n  there is no service {each}" for each in lacking)
    if said is not None:
        return f"{shown(item)} is {said}." if kind not in _PLURAL_WORDS else f"{shown(item)}: {said}."
    return f"{shown(item)}:\n{rows([item])}"


def _backends(ingress: Manifest) -> list[str]:
    """The services that an Ingress sends to."""
    paths = [path for rule in dig(ingress, "spec", "rules") or () for path in dig(rule, "http", "paths") or ()]
    named = [dig(each, "backend", "service", "name") for each in paths]
    return list(
        dict.fromkeys(str(each) for each in [*named, dig(ingress, "spec", "defaultBackend", "service", "name")] if each)
    )


@answers(Aspect.DESCRIBE)
def describe(binder: Binder, question: Inspect) -> Answer:
    """Status, containers with their resources and probes, labels, and the last events."""
    found = objects(binder, question)
    if not found:
        return nothing(binder, question)
    if question.target.kind in (None, WORKLOAD):  # "the backend": what runs, not each of its pods and services
        found = [each for each in found if each["kind"] in WORKLOAD_KINDS] or found
    if len(found) > 3:
        return list_objects(binder, question.model_copy(update={"aspect": Aspect.LIST}))
    from kora.operations.ask.reads.logs import events

    blocks = []
    for item in found:
        lines = [_status_of(binder, item), f"  labels: {_pairs(dig(item, 'metadata', 'labels'))}"]
        for each in pod_spec(item).get("containers") or ():
            resources = each.get("resources") or {}
            lines.append(
                f"  container {each['name']}: image {each.get('image')}, "
                f"requests {_pairs(resources.get('requests'))}, limits {_pairs(resources.get('limits'))}, "
                f"probes {probes_of(each)}"
                + "".join(
                    f", {part} {' '.join(map(str, each[part]))}" for part in ("command", "args") if each.get(part)
                )
            )
        if item["kind"] == "Service":
            lines.append(
                f"  selector: {_pairs(dig(item, 'spec', 'selector'))}; ready endpoints: {_endpoint_count(binder, item)}"
            )
        if not pod_spec(item) and item["kind"] in _SPEC_TOLD and item.get("spec", item.get("rules")):
            told = {part: item[part] for part in ("spec", "rules", "roleRef", "subjects") if item.get(part)}
            lines += [f"  {line}" for line in yaml.safe_dump(redact(told), sort_keys=False).splitlines()[:_SPEC_LINES]]
        if item["kind"] in {"ConfigMap", "Secret"}:
            lines.append(f"  keys: {', '.join(sorted(item.get('data') or {})) or 'none'}")
        recent = events(binder, Inspect(aspect=Aspect.EVENTS, target=question.target, limit=5))
        if recent.found:
            lines += ["  last events:", *(f"    {line}" for line in recent.text.splitlines()[1:])]
        blocks.append("\n".join(lines))
    return Answer(
        "\n".join(blocks), [f"kubectl describe {shown(each)}" for each in found], [presentable(each) for each in found]
    )


def _pairs(values: object) -> str:
    return (
        ", ".join(f"{key}={value}" for key, value in sorted(values.items()))
        if isinstance(values, dict) and values
        else "none"
    )


def presentable(item: Manifest) -> Manifest:
    """The object without managed fields and without anything confidential."""
    metadata = {key: value for key, value in item["metadata"].items() if key != "managedFields"}
    plain = item | {"metadata": metadata}
    if item["kind"] == "Secret":
        metadata.pop("annotations", None)
        return plain | {
            part: dict.fromkeys(plain[part], HIDDEN)
            for part in ("data", "stringData")
            if isinstance(plain.get(part), dict)
        }
    result: Manifest = redact(plain)
    return result


@answers(Aspect.MANIFEST)
def manifest(binder: Binder, question: Inspect) -> Answer:
    """The object as YAML."""
    found = objects(binder, question)
    if not found:
        return nothing(binder, question)
    texts = [yaml.safe_dump(presentable(each), sort_keys=False, allow_unicode=True) for each in found[:5]]
    return Answer(
        "---\n".join(texts).rstrip(),
        [f"kubectl get {shown(each)} -o yaml" for each in found[:5]],
        [presentable(each) for each in found[:5]],
    )


@answers(Aspect.IMAGES)
def show_images(binder: Binder, question: Inspect) -> Answer:
    """Images by workload or pod."""
    named = question.target.names or question.target.phrase
    kinds = ANY_KIND if named else ("Pod",)
    target = question.target
    if target.kind is None and not named:
        question = question.model_copy(update={"target": target.model_copy(update={"kind": "Pod"})})
    found = [each for each in objects(binder, question, kinds) if images(each)]
    found = [each for each in found if each["kind"] in WORKLOAD_KINDS] or found
    space = binder.space(question.target)
    command = f"kubectl get pods{place(space)} -o custom-columns=POD:.metadata.name,IMAGES:.spec.containers[*].image"
    if not found:
        return nothing(binder, question)
    lines = [
        (each["kind"].lower() + "/" + name_of(each), namespace_of(each) or "", ", ".join(images(each)))
        for each in found
    ]
    versions = {str(label) for each in found for label in [_version(each)] if label}
    labelled = f"\nversion by their labels: {', '.join(sorted(versions))}" if named and versions else ""
    distinct = sorted({image for each in found for image in images(each)})
    text = table(("OBJECT", "NAMESPACE", "IMAGES"), lines)
    return Answer(
        f"{len(distinct)} image(s): {', '.join(distinct)}\n{text}{labelled}",
        [command],
        [{"object": a, "namespace": b, "images": c.split(", ")} for a, b, c in lines],
    )


def _version(item: Manifest) -> str | None:
    labels = {**(dig(item, "spec", "template", "metadata", "labels") or {}), **(dig(item, "metadata", "labels") or {})}
    return labels.get("app.kubernetes.io/version") or labels.get("version")


@answers(Aspect.HISTORY)
def history(binder: Binder, question: Inspect) -> Answer:
    """The revisions that are kept, with their images."""
    found = [each for each in objects(binder, question, WORKLOAD_KINDS) if each["kind"] in WORKLOAD_KINDS]
    if not found:
        return nothing(binder, question)
    blocks, data = [], []
    for item in found[:5]:
        ref = ObjectRef.of(item)
        kept, now = rollouts.revisions(binder.reader, ref), rollouts.current_revision(binder.reader, ref)
        lines = [
            (
                number,
                ", ".join(str(c.get("image")) for c in dig(kept[number], "spec", "containers") or ()),
                "now" if number == now else "",
            )
            for number in sorted(kept)
        ]
        blocks.append(f"{shown(item)}:\n{table(('REVISION', 'IMAGES', ''), lines)}")
        data += [
            {"object": shown(item), "revision": number, "images": image, "current": bool(mark)}
            for number, image, mark in lines
        ]
    return Answer("\n".join(blocks), [f"kubectl rollout history {shown(each)}" for each in found[:5]], data)


@answers(Aspect.PORTS, Aspect.ENDPOINTS)
def ports(binder: Binder, question: Inspect) -> Answer:
    """Services with their ports and ready endpoints; of a workload, the services in front of it."""
    target = question.target
    named = target.names or target.phrase
    if target.kind in {"Endpoints", None} and not named:
        question = question.model_copy(update={"target": target.model_copy(update={"kind": "Service"})})
    found = objects(
        binder,
        question.model_copy(update={"target": question.target.model_copy(update={"kind": "Service"})}),
        ("Service",),
    )
    services = [each for each in found if each["kind"] == "Service"]
    others = [] if services else objects(binder, question, (*WORKLOAD_KINDS, "Pod", "Ingress"))
    for item in others:
        labels = dig(item, "spec", "template", "metadata", "labels") or dig(item, "metadata", "labels")
        services += [
            each
            for each in binder.every("Service", namespace_of(item))
            if dig(each, "spec", "selector") and matches({"matchLabels": dig(each, "spec", "selector")}, labels)
        ]
    lines = []
    for each in others:
        for container in pod_spec(each).get("containers") or ():
            said = ", ".join(str(port.get("containerPort")) for port in container.get("ports") or ()) or "none named"
            lines.append(f"{shown(each)} container {container['name']}: ports {said}")
    for each in services:
        numbers = ", ".join(map(_port, dig(each, "spec", "ports") or ()))
        behind = list(binder.pods_of(each))
        lines.append(
            f"{shown(each)} ({dig(each, 'spec', 'type')}, {dig(each, 'spec', 'clusterIP')}): {numbers}; "
            f"{_endpoint_count(binder, each)} ready endpoint(s): {', '.join(map(name_of, behind)) or 'no pods'}"
        )
    if not lines:
        return nothing(binder, question)
    space = binder.space(target)
    return Answer("\n".join(lines), [f"kubectl get services,endpointslices{place(space)}"], lines)


def _port(port: Manifest) -> str:
    node = f" (node port {port['nodePort']})" if port.get("nodePort") else ""
    return f"{port.get('port')} → {port.get('targetPort', port.get('port'))}{node}"


def _endpoint_count(binder: Binder, service: Manifest) -> int:
    slices = binder.reader.list(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        namespace_of(service),
        labels=f"kubernetes.io/service-name={name_of(service)}",
    )
    return sum(
        len(point.get("addresses") or ())
        for each in slices
        for point in each.get("endpoints") or ()
        if dig(point, "conditions", "ready") is not False
    )


@answers(Aspect.ENVIRONMENT)
def environment(binder: Binder, question: Inspect) -> Answer:
    """Environment variables; values from Secrets, and what looks like one, stay hidden."""
    found = objects(binder, question, (*WORKLOAD_KINDS, "CronJob", "Pod"))
    found = [each for each in found if pod_spec(each)]
    found = [each for each in found if each["kind"] != "Pod"] or found
    if not found:
        return nothing(binder, question)
    lines: list[str] = []
    for item in found if question.contains else found[:_MANY]:
        for container in pod_spec(item).get("containers") or ():
            if question.contains:
                said = _setting(binder, item, container, question.contains)
            else:
                said = [_variable(each) for each in container.get("env") or ()]
                said += [f"everything of {_source(each)}" for each in container.get("envFrom") or ()]
            if said or not question.contains:
                lines += [f"{shown(item)} container {container['name']}:", *(f"  {each}" for each in said or ["none"])]
    commands = [f"kubectl set env {shown(each)} --list" for each in found[:_MANY]]
    if not lines:
        names = ", ".join(shown(each) for each in found[:_MANY])
        return Answer(f"No container of {names} gets {question.contains}.", commands, [], found=False)
    return Answer("\n".join(lines), commands, lines)


def _setting(binder: Binder, item: Manifest, container: Manifest, name: str) -> list[str]:
    """One variable of a container: set by itself, or taken over with a whole config map or secret."""
    said = [_variable(each) for each in container.get("env") or () if each.get("name") == name]
    for each in container.get("envFrom") or ():
        kind = "Secret" if "secretRef" in each else "ConfigMap"
        key = name.removeprefix(str(each.get("prefix") or ""))
        held = binder.every(kind, namespace_of(item))
        source = next((one for one in held if f"{kind.lower()}/{name_of(one)}" == _source(each)), None)
        if source is not None and key in (source.get("data") or {}) and not said:
            plain = HIDDEN if kind == "Secret" else redact({name: source["data"][key]})[name]
            said.append(f"{name}={plain} (with everything of {_source(each)})")
    return said


def _source(entry: Manifest) -> str:
    """``configmap/web-settings`` of an entry of envFrom."""
    named = dig(entry, "secretRef", "name") or dig(entry, "configMapRef", "name")
    return f"{'secret' if 'secretRef' in entry else 'configmap'}/{named}"


def _variable(entry: Manifest) -> str:
    name = entry["name"]
    for part, kind in (("secretKeyRef", "secret"), ("configMapKeyRef", "configmap")):
        source = dig(entry, "valueFrom", part)
        if source:
            return f"{name} from {kind}/{source.get('name')} key {source.get('key')}" + (
                f" {HIDDEN}" if kind == "secret" else ""
            )
    if "valueFrom" in entry:
        return f"{name} from {dig(entry, 'valueFrom', 'fieldRef', 'fieldPath') or 'the pod itself'}"
    shown_value = redact({name: entry.get("value", "")})[name]
    return f"{name}={shown_value}"


@answers(Aspect.DEPENDENTS)
def dependents(binder: Binder, question: Inspect) -> Answer:
    """The workloads that use a ConfigMap, Secret, claim or service account; the Ingresses that lead to a Service."""
    found = objects(
        binder, question, ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "Service", *WORKLOAD_KINDS)
    )
    if not found:
        return nothing(binder, question)
    lines: list[str] = []
    for item in found[:_MANY]:
        space = namespace_of(item)
        users = [
            each
            for kind in (*WORKLOAD_KINDS, "CronJob", "Job", "Pod", *(HOLDERS if item["kind"] == "Secret" else ()))
            for each in binder.every(kind, space)
            if uses(each, item)
        ]
        users = [each for each in users if each["kind"] != "Pod" or not dig(each, "metadata", "ownerReferences")]
        if item["kind"] in {"Service", *WORKLOAD_KINDS}:
            users = [*(each for each, _ in ingresses_to(binder, item)), *callers(binder, item)]
        lines.append(
            f"{shown(item)} is used by: {', '.join(shown(each) for each in users) or 'nothing that was found'}"
        )
    return Answer("\n".join(lines), [f"kubectl get pods{place(binder.space(question.target))} -o yaml"], lines)
