"""Changes of what a workload is made of: image, resources, environment, labels, probes; and a larger claim."""

import re
from collections.abc import Sequence
from decimal import Decimal

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Exists
from kora.domain.quantities import cpu_text, memory_text, parse_quantity
from kora.kit.errors import Conflict
from kora.language import intents
from kora.language.targets import WORKLOAD
from kora.operations.ask.binding import ANY_KIND
from kora.operations.ask.changes.rollouts import where, workloads
from kora.operations.ask.changes.workspace import Workspace, container_of, containers_of, handles, template_of
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.diagnose.fields import dig, name_of, namespace_of

CONFIGURED = ("Deployment", "StatefulSet", "DaemonSet", "CronJob")


@handles("set_image")
def set_image(work: Workspace, intent: intents.SetImage) -> None:
    """A new image or tag, perhaps with the pace of the rollout."""
    intent = _told_apart(work, intent)
    items = _pods_or_workloads(work, intent.target)
    for item in items:
        own = [each["name"] for each in containers_of(work.current(item))]
        named = intent.was if intent.was in own else None
        container = container_of(
            work.current(item), intent.container or named or _by_image(item, intent.image or intent.was)
        )
        if intent.was not in {None, container["name"], _repository(str(container.get("image", "")))}:
            raise ChangeImpossible(
                f"{where(item)} runs {container.get('image')}, which is no {intent.was}. Nothing was changed.",
                fix="Say the whole image.",
            )
        new = intent.image or retagged(str(container.get("image", "")), intent.tag or "")

        def change(wanted: Manifest, name: str = container["name"], new: str = new) -> None:
            container_of(wanted, name)["image"] = new
            _pace(wanted, intent)

        work.edit(item, change, f"image of {container['name']} from {container.get('image')} to {new}, as asked")
        work.tell(
            f"set the image of {where(item)} to {new}", f"kubectl set image {where(item)} {container['name']}={new}"
        )


def _told_apart(work: Workspace, intent: intents.SetImage) -> intents.SetImage:
    """ "Bump nginx in web to 1.28" is about the program nginx of the workload web, or about the workload nginx in the
    namespace web: the cluster tells."""
    target, said = intent.target, intent.target.phrase or "".join(intent.target.names)
    if intent.was is None or target.namespace or work.binder.find(target, CONFIGURED, anywhere=False):
        return intent
    if work.reader.get(ObjectRef(api_version="v1", kind="Namespace", name=said)) is None:
        return intent
    return intent.model_copy(update={"target": intents.Target(phrase=intent.was, namespace=said), "was": None})


def _pods_or_workloads(work: Workspace, target: intents.Target) -> list[Manifest]:
    if target.kind == "Pod" and target.names:
        pods = work.binder.several(target, ("Pod",))
        if all(not dig(each, "metadata", "ownerReferences") for each in pods):
            return pods
        target = target.model_copy(update={"names": (), "phrase": target.names[0]})
    return workloads(work, target, CONFIGURED)


def _by_image(item: Manifest, image: str | None) -> str | None:
    """The container that runs another version of the same image, where there are several containers; of several such
    ones, that which has the workload's own name: who says the name, names both."""
    repository = (image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    same = [each["name"] for each in containers_of(item) if _repository(each.get("image", "")) == repository]
    own = [each for each in same if each == item["metadata"]["name"]]
    return same[0] if len(same) == 1 else own[0] if own else None


def _repository(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def retagged(image: str, tag: str) -> str:
    """The image with another tag; a digest is dropped, because it would win over the tag."""
    plain = image.partition("@")[0]
    head, slash, last = plain.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}:{tag.lstrip(':')}"


def _pace(wanted: Manifest, intent: intents.SetImage) -> None:
    given = {"maxSurge": intent.max_surge, "maxUnavailable": intent.max_unavailable}
    values = {name: int(value) if value.isdigit() else value for name, value in given.items() if value is not None}
    if not values:
        return
    if wanted["kind"] != "Deployment":
        raise ChangeImpossible(f"maxSurge and maxUnavailable belong to Deployments, not to a {wanted['kind']}.")
    strategy = wanted["spec"].setdefault("strategy", {})
    strategy["type"] = "RollingUpdate"
    strategy["rollingUpdate"] = (strategy.get("rollingUpdate") or {}) | values


@handles("set_resources")
def set_resources(work: Workspace, intent: intents.SetResources) -> None:
    """Requests and limits, absolute or by a factor."""
    for item in workloads(work, intent.target, CONFIGURED):
        containers = containers_of(work.current(item))
        if intent.container or len(containers) > 1:
            containers = [container_of(work.current(item), intent.container)]
        name = containers[0]["name"]
        said: list[str] = []

        def change(wanted: Manifest, name: str = name, said: list[str] = said) -> None:
            resources = container_of(wanted, name).setdefault("resources", {})
            said.extend(f"no {_spoken(each)}" for each in _removed(resources, intent, wanted))
            for part, values in _amounts(resources, intent).items() if not intent.remove else ():
                resources.setdefault(part, {}).update(values)
                said.extend(f"{part[:-1]} {what} {amount}" for what, amount in values.items())
            _require_order(resources, wanted)

        work.edit(item, change, f"resources of {name}, as asked")
        work.tell(f"set {', '.join(said)} on {where(item)}", f"kubectl set resources {where(item)} -c {name} …")


def _spoken(bound: str) -> str:
    """``limits.cpu`` as people say it."""
    part, _, what = bound.partition(".")
    return f"{what} {part[:-1]}" if what else part


def _removed(resources: Manifest, intent: intents.SetResources, item: Manifest) -> tuple[str, ...]:
    """Take out what shall no longer be set.

    Raises: ChangeImpossible when it is not set now.
    """
    for each in intent.remove:
        part, _, what = each.partition(".")
        have = resources.get(part) or {}
        if not have or (what and what not in have):
            raise ChangeImpossible(f"{where(item)} has no {_spoken(each)}. Nothing was changed.")
        resources[part] = {name: value for name, value in have.items() if what and name != what}
        if not resources[part]:
            del resources[part]
    return intent.remove


def _amounts(resources: Manifest, intent: intents.SetResources) -> dict[str, dict[str, str]]:
    if intent.factor is None:
        given = {"requests": intent.requests, "limits": intent.limits}
        found = {part: each.model_dump(exclude_none=True) for part, each in given.items()}
        return {
            part: {name.replace("_", "-"): value for name, value in values.items()}
            for part, values in found.items()
            if values
        }
    scaled: dict[str, dict[str, str]] = {}
    for part in intent.where or ("requests", "limits"):
        for what in intent.which or ("cpu", "memory"):
            now = parse_quantity(dig(resources, part, what))
            if now is not None:
                text = cpu_text if what == "cpu" else memory_text
                amount = now * Decimal(str(intent.factor))
                scaled.setdefault(part, {})[what] = text(amount if what == "cpu" else amount // 1048576 * 1048576)
    if not scaled:
        raise ChangeImpossible("There is nothing set that could be multiplied; say an amount such as 256Mi.")
    return scaled


def _require_order(resources: Manifest, item: Manifest) -> None:
    """A request above its limit would be refused by the server; the person must say which one gives way."""
    for what, limit in (resources.get("limits") or {}).items():
        request, most = parse_quantity(dig(resources, "requests", what)), parse_quantity(limit)
        if request is not None and most is not None and request > most:
            raise ChangeImpossible(
                f"The {what} request of {where(item)} ({dig(resources, 'requests', what)}) "
                f"would be above its limit ({limit}). "
                "Nothing was changed.",
                fix="Say both: the request and the limit.",
            )


@handles("set_metadata")
def set_metadata(work: Workspace, intent: intents.SetMetadata) -> None:
    """Labels and annotations of any object."""
    target = intent.target
    kinds: Sequence[str] = (target.kind,) if target.kind else ANY_KIND
    kinds = CONFIGURED if target.kind == WORKLOAD else kinds
    for item in work.binder.several(target, kinds):
        absent = [each for each in intent.remove if each not in (dig(item, "metadata", intent.what) or {})]
        if absent:
            raise ChangeImpossible(f"{where(item)} has no {intent.what[:-1]} {', '.join(absent)}. Nothing was changed.")

        def change(wanted: Manifest) -> None:
            have = wanted["metadata"].get(intent.what) or {}
            kept = {key: value for key, value in have.items() if key not in intent.remove}
            wanted["metadata"][intent.what] = kept | intent.values

        told = [*(f"{key}={value}" for key, value in intent.values.items()), *(f"{key}-" for key in intent.remove)]
        verb = "label" if intent.what == "labels" else "annotate"
        work.edit(item, change, f"{intent.what}, as asked")
        ref = ObjectRef.of(item)
        work.expect([ref], [Exists(target=ref)])  # no pod is renewed by it, whether the object is well or not
        work.tell(f"{verb} {where(item)} {' '.join(told)}", f"kubectl {verb} {where(item)} {' '.join(told)}")


@handles("set_probe")
def set_probe(work: Workspace, intent: intents.SetProbe) -> None:
    """Set a probe, or change what was said of the one that is there."""
    for item in workloads(work, intent.target, ("Deployment", "StatefulSet", "DaemonSet")):
        name = container_of(work.current(item), intent.container)["name"]
        for which in ("liveness", "readiness", "startup"):
            spec: intents.ProbeSpec | None = getattr(intent, which)
            if spec is None:
                continue

            def change(wanted: Manifest, name: str = name, which: str = which, spec: intents.ProbeSpec = spec) -> None:
                container = container_of(wanted, name)
                container[f"{which}Probe"] = _probe(container, container.get(f"{which}Probe") or {}, spec, which)

            work.edit(item, change, f"{which} probe of {name}, as asked")
            work.tell(f"set the {which} probe of {where(item)}", f"kubectl edit {where(item)}")


def _probe(container: Manifest, now: Manifest, spec: intents.ProbeSpec, which: str) -> Manifest:
    probe = dict(now)
    if spec.command:
        _only(probe, "exec")["command"] = list(spec.command)
    elif spec.tcp_port is not None:
        _only(probe, "tcpSocket")["port"] = spec.tcp_port
    elif spec.path is not None or spec.port is not None:
        if spec.path is None and "tcpSocket" in now:
            _only(probe, "tcpSocket")["port"] = spec.port
        else:
            get = _only(probe, "httpGet")
            get["path"] = spec.path or get.get("path")
            get["port"] = spec.port if spec.port is not None else get.get("port") or _only_port(container)
            if get["path"] is None or get["port"] is None:
                raise ChangeImpossible(f"The {which} probe needs a path and a port. Nothing was changed.")
    timing = {
        "initialDelaySeconds": spec.initial_delay_seconds,
        "periodSeconds": spec.period_seconds,
        "timeoutSeconds": spec.timeout_seconds,
        "failureThreshold": spec.failure_threshold,
    }
    probe |= {key: value for key, value in timing.items() if value is not None}
    if not {"exec", "tcpSocket", "httpGet", "grpc"} & set(probe):
        raise ChangeImpossible(f"There is no {which} probe to change; say a path and a port. Nothing was changed.")
    return probe


def _only(probe: Manifest, kind: str) -> Manifest:
    for other in {"exec", "tcpSocket", "httpGet", "grpc"} - {kind}:
        probe.pop(other, None)
    probe[kind] = dict(probe.get(kind) or {})
    return dict.__getitem__(probe, kind)


def _only_port(container: Manifest) -> int | None:
    ports = [each.get("containerPort") for each in container.get("ports") or ()]
    return ports[0] if len(ports) == 1 else None


@handles("resize")
def resize(work: Workspace, intent: intents.Resize) -> None:
    """A larger claim; of a pod, the one claim that it mounts."""
    for item in _claims(work, intent.target):
        now = parse_quantity(dig(item, "spec", "resources", "requests", "storage")) or Decimal(0)
        asked = parse_quantity(intent.size.lstrip("+")) or Decimal(0)
        wanted = now + asked if intent.size.startswith("+") else asked
        text = memory_text(wanted) if intent.size.startswith("+") else intent.size
        if wanted < now:
            raise ChangeImpossible(
                f"{where(item)} has {memory_text(now)}; a claim can't be made smaller. Nothing was changed."
            )
        class_name = dig(item, "spec", "storageClassName")
        classes = {name_of(each): each for each in work.binder.every("StorageClass", None)}
        if wanted > now and class_name in classes and not classes[class_name].get("allowVolumeExpansion"):
            raise Conflict(
                f"{where(item)} can't grow: its storage class {class_name} does not allow expansion. "
                "Nothing was changed.",
                fix=f"kubectl get storageclass {class_name} -o yaml",
            )

        def change(claim: Manifest, text: str = text) -> None:
            claim["spec"].setdefault("resources", {}).setdefault("requests", {})["storage"] = text

        work.edit(item, change, f"size from {memory_text(now)} to {text}, as asked")
        work.tell(f"resize {where(item)} to {text}", f"kubectl patch pvc {name_of(item)} -n {namespace_of(item)} …")


def _claims(work: Workspace, target: intents.Target) -> list[Manifest]:
    if target.kind in {None, "PersistentVolumeClaim"} and (target.names or target.phrase):
        claim = work.binder.find(
            target.model_copy(update={"kind": "PersistentVolumeClaim"}), ("PersistentVolumeClaim",)
        )
        if claim or target.kind:
            return work.binder.several(
                target.model_copy(update={"kind": "PersistentVolumeClaim"}), ("PersistentVolumeClaim",)
            )
    kinds = ("Pod",) if target.kind == "Pod" else ("Deployment", "StatefulSet", "Pod")
    if target.kind == "PersistentVolumeClaim":
        return work.binder.several(target.model_copy(update={"every": True}), ("PersistentVolumeClaim",))
    owner = work.binder.one(target, kinds)
    spec = owner["spec"] if owner["kind"] == "Pod" else template_of(owner)["spec"]
    names = [dig(each, "persistentVolumeClaim", "claimName") for each in spec.get("volumes") or ()]
    names = [each for each in names if each]
    if len(names) != 1:
        raise ChangeImpossible(
            f"{where(owner)} mounts {len(names)} claims ({', '.join(names) or 'none'}); say which one."
        )
    claims = [
        each for each in work.binder.every("PersistentVolumeClaim", namespace_of(owner)) if name_of(each) == names[0]
    ]
    if not claims:
        raise ChangeImpossible(f"The claim {names[0]} of {where(owner)} does not exist.")
    return claims


def digits(text: str) -> list[int]:
    """The numbers of a text."""
    return [int(each) for each in re.findall(r"\d+", text)]
