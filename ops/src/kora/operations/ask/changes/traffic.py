"""Services, canaries, switches of traffic, autoscalers."""

import copy
from collections.abc import Callable

from kora.domain.objects import Manifest
from kora.domain.plans import Delete, EndpointsReady, Evidence, Exists, RolloutComplete
from kora.language import intents
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.binding import matching
from kora.operations.ask.changes.configuration import retagged
from kora.operations.ask.changes.rollouts import where, workloads
from kora.operations.ask.changes.workspace import Workspace, container_of, handles, template_of
from kora.operations.ask.errors import ChangeImpossible, TargetAmbiguous, TargetMissing
from kora.operations.diagnose.fields import dig, has_condition, matches, name_of, namespace_of


@handles("expose")
def expose(work: Workspace, intent: intents.Expose) -> None:
    """A Service whose selector is the workload's own."""
    target = intent.target
    items = work.binder.several(target, ("Pod",)) if target.kind == "Pod" and target.names else workloads(work, target)
    for item in items:
        live = work.current(item)
        labels = (
            dig(live, "metadata", "labels") if live["kind"] == "Pod" else dig(live, "spec", "selector", "matchLabels")
        )
        if not labels:
            raise ChangeImpossible(f"{where(item)} has no labels that a Service could select. Nothing was changed.")
        name = intent.name or name_of(item)
        ports = _service_ports(live, intent)
        spec: Manifest = {"selector": dict(labels), "ports": ports, "type": intent.type or "ClusterIP"}
        manifest = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": name,
                "namespace": namespace_of(item),
                "labels": dict(dig(live, "metadata", "labels") or labels),
            },
            "spec": spec,
        }
        work.create(manifest, f"a Service in front of {where(item)}, as asked")
        first = ports[0]
        work.tell(
            f"expose {where(item)} as service/{name}",
            f"kubectl expose {where(item)} --name={name} --port={first['port']} "
            f"--target-port={first['targetPort']} --type={spec['type']}",
        )


def _service_ports(item: Manifest, intent: intents.Expose) -> list[Manifest]:
    spec = item["spec"] if item["kind"] == "Pod" else template_of(item)["spec"]
    open_ports = [port for each in spec.get("containers") or () for port in each.get("ports") or ()]
    given = intent.ports or tuple(
        intents.PortSpec(port=each["containerPort"], name=each.get("name")) for each in open_ports
    )
    if not given:
        raise ChangeImpossible(f"{where(item)} names no port of its own; say the port, such as 'on port 80'.")
    found: list[Manifest] = []
    for each in given:
        target = each.target
        if target is None:  # the one port that the container names, unless the port said is one of them
            numbers = [port["containerPort"] for port in open_ports]
            target = each.port if each.port in numbers or len(numbers) != 1 else numbers[0]
        port: Manifest = {"port": each.port, "targetPort": target, "protocol": each.protocol}
        if each.node_port is not None:
            port["nodePort"] = each.node_port
        if len(given) > 1:
            port["name"] = each.name or f"port-{each.port}"
        found.append(port)
    return found


@handles("switch_traffic")
def switch_traffic(work: Workspace, intent: intents.SwitchTraffic) -> None:
    """Let a Service select other pods; refused while those are not ready."""
    service = _service(work, intent.service, intent.to)
    space = namespace_of(service)
    old = dict(dig(service, "spec", "selector") or {})
    new, side = _new_selector(work, service, old, intent.to)
    ready = [
        pod
        for pod in work.binder.every("Pod", space)
        if matches({"matchLabels": new}, dig(pod, "metadata", "labels")) and has_condition(pod, "Ready")
    ]
    if not ready:
        raise ChangeImpossible(
            f"No ready pod has the labels {_pairs(new)} ({side}): "
            "switching would cut off every request. Nothing was changed."
        )

    def change(wanted: Manifest) -> None:
        wanted["spec"]["selector"] = new

    evidence = [Evidence(source="status", text=f"{len(ready)} ready pods have the labels {_pairs(new)}")]
    work.edit(service, change, f"selector from {_pairs(old)} to {_pairs(new)}, as asked", evidence)
    work.tell(
        f"point {where(service)} at {side} ({_pairs(new)})",
        f"kubectl set selector {where(service)} '{','.join(f'{key}={value}' for key, value in new.items())}'",
    )


def _service(work: Workspace, target: intents.Target, to: intents.Target) -> Manifest:
    if target.names or target.phrase or target.labels:
        fronting = _fronting(work, target)
        return fronting or work.binder.one(target.model_copy(update={"kind": "Service"}), ("Service",))
    space = work.binder.space(target)
    services = [each for each in work.binder.every("Service", space) if dig(each, "spec", "selector")]
    fit = [each for each in services if _could_point(work, each, to)]
    if len(fit) != 1:
        names = ", ".join(name_of(each) for each in fit or services) or "none"
        raise TargetAmbiguous(f"Which service? There are: {names}. Nothing was changed.")
    return fit[0]


def _fronting(work: Workspace, target: intents.Target) -> Manifest | None:
    """The one Service in front of a workload that is named in its place ("switch web-blue over to web-green")."""
    if target.kind == "Service" or work.binder.find(target.model_copy(update={"kind": "Service"}), ("Service",)):
        return None
    named = work.binder.find(target, tuple(WORKLOAD_KINDS))
    if len(named) != 1:
        return None
    labels = dig(named[0], "spec", "template", "metadata", "labels")
    services = [
        each
        for each in work.binder.every("Service", namespace_of(named[0]))
        if dig(each, "spec", "selector") and matches({"matchLabels": dig(each, "spec", "selector")}, labels)
    ]
    return services[0] if len(services) == 1 else None


def _could_point(work: Workspace, service: Manifest, to: intents.Target) -> bool:
    """Whether a Service selects pods of one side now, and has pods of the other side to select."""
    old = dict(dig(service, "spec", "selector") or {})
    try:
        new, _ = _new_selector(work, service, old, to)
    except TargetMissing:
        return False
    return new != old and set(new) == set(old)


def _new_selector(
    work: Workspace, service: Manifest, old: dict[str, str], to: intents.Target
) -> tuple[dict[str, str], str]:
    if to.labels:
        return old | to.labels, _pairs(to.labels)
    said = to.names[0] if to.names else to.phrase or ""
    space = namespace_of(service)
    pool = [each for kind in WORKLOAD_KINDS for each in work.binder.every(kind, space)]
    # "green": a value that one of the selector's labels has on other pods, or a workload of that name
    values = {
        key
        for pod in work.binder.every("Pod", space)
        for key, value in (dig(pod, "metadata", "labels") or {}).items()
        if value == said and key in old and key != "pod-template-hash"
    }
    if len(values) == 1:
        return old | {values.pop(): said}, said
    found = matching(said, pool)
    if len(found) != 1:
        names = ", ".join(where(each) for each in found) or "nothing"
        raise TargetMissing(
            f"{said!r} could be {names}; say a deployment or a label such as version=green. Nothing was changed."
        )
    labels = dig(found[0], "spec", "template", "metadata", "labels") or {}
    own = dig(found[0], "spec", "selector", "matchLabels") or {}
    chosen = {key: labels[key] for key in old if key in labels} | own
    return chosen, where(found[0])


def _pairs(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


@handles("canary")
def canary(work: Workspace, intent: intents.Canary) -> None:
    """A second Deployment whose pods the same Service selects, and whose own selector is different."""
    item = workloads(work, intent.target, ("Deployment",))[0]
    space = namespace_of(item)
    name = intent.name or f"{name_of(item)}-canary"
    replicas_now = int(dig(item, "spec", "replicas") or 1)
    count = _canary_count(replicas_now, intent)
    selector = dict(dig(item, "spec", "selector", "matchLabels") or {})
    pods = dict(dig(item, "spec", "template", "metadata", "labels") or {})
    services = [
        each
        for each in work.binder.every("Service", space)
        if dig(each, "spec", "selector") and matches({"matchLabels": dig(each, "spec", "selector")}, pods)
    ]
    pinned = _pinned(work, item, services)
    key = pinned or _free_label(selector, pods, services)
    manifest: Manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": space,
            "labels": dict(dig(item, "metadata", "labels") or {}) | {key: "canary"},
        },
        "spec": {
            name_: copy.deepcopy(value)
            for name_, value in item["spec"].items()
            if name_ in {"strategy", "template", "minReadySeconds"}
        }
        | {"replicas": count, "selector": {"matchLabels": selector | {key: "canary"}}},
    }
    template = manifest["spec"]["template"]
    template["metadata"] = {
        "labels": pods | {key: "canary"},
        **{k: v for k, v in template["metadata"].items() if k == "annotations"},
    }
    container = container_of(
        manifest, None if len(template["spec"]["containers"]) == 1 else _same_image(manifest, intent)
    )
    container["image"] = intent.image or retagged(str(container["image"]), intent.tag or "")
    if (
        key
        in dig(
            item,
            "spec",
            "template",
            "metadata",
            "labels",
        )
        or {}
    ):
        work.notes.append(f"{where(item)} and the canary differ by the label {key}.")
    elif all(selector.get(each) == (selector | {key: "canary"}).get(each) for each in selector):
        # the first Deployment's selector fits the canary's pods too; ReplicaSets keep them apart by owner and hash
        work.notes.append(f"The canary's pods carry {key}=canary; their own ReplicaSet holds them.")
    share = round(100 * count / (count + replicas_now))
    work.create(manifest, f"a canary of {where(item)} with {count} of {count + replicas_now} pods, as asked")
    work.expect((work.ref(manifest),), (RolloutComplete(target=work.ref(manifest)),))
    for service in services:
        if pinned in (dig(service, "spec", "selector") or {}):
            work.edit(service, _without(pinned), f"requests go to both, so {pinned} selects no more")
        fronted = work.ref(service)
        work.expect((fronted,), (Exists(target=fronted), EndpointsReady(target=fronted)))
    fronts = ", ".join(name_of(each) for each in services) or "no service yet"
    work.notes.append(f"About {share} % of the requests go to the canary through {fronts}.")
    work.tell(f"start {name} beside {where(item)} ({container['image']}, {count} pods, about {share} % of the traffic)")


_VERSIONS = ("version", "app.kubernetes.io/version", "release", "track", "slot", "color", "colour")
"""Labels by which versions of one program are told apart."""


def _pinned(work: Workspace, item: Manifest, services: list[Manifest]) -> str | None:
    """The label by which a Service holds to the version of `item`; without it, it must select the same pods as now."""
    own = dig(item, "spec", "selector", "matchLabels") or {}
    for key in _VERSIONS:
        pinning = [each for each in services if key in dig(each, "spec", "selector")]
        if not pinning or key not in own:
            continue
        wider = [{k: v for k, v in dig(each, "spec", "selector").items() if k != key} for each in pinning]
        selected = [
            dig(pod, "metadata", "labels") or {}
            for pod in work.binder.every("Pod", namespace_of(item))
            if any(matches({"matchLabels": labels}, dig(pod, "metadata", "labels")) for labels in wider)
        ]
        if all(wider) and all(labels.get(key) == own[key] for labels in selected):
            return key
    return None


def _without(key: str | None) -> Callable[[Manifest], None]:
    def change(wanted: Manifest) -> None:
        wanted["spec"]["selector"].pop(key, None)

    return change


def _canary_count(now: int, intent: intents.Canary) -> int:
    if intent.replicas is not None:
        return intent.replicas
    if intent.percent is None:
        return 1
    if not 0 < intent.percent < 100:
        raise ChangeImpossible("The canary's share must be between 1 and 99 %.")
    return max(1, round(now * intent.percent / (100 - intent.percent)))


def _free_label(selector: dict[str, str], pods: dict[str, str], services: list[Manifest]) -> str:
    """A label that tells the canary's pods apart and that no Service in front selects by."""
    taken = {key for each in services for key in dig(each, "spec", "selector") or {}}
    for key in ("track", "version", "release-track", "canary"):
        if key not in taken and (key in selector or key in pods):
            return key
    return next(key for key in ("track", "release-track", "canary", "kora-track") if key not in taken)


def _same_image(manifest: Manifest, intent: intents.Canary) -> str | None:
    wanted = (intent.image or "").rpartition("/")[2].partition(":")[0]
    same = [
        each["name"]
        for each in template_of(manifest)["spec"]["containers"]
        if each["image"].rpartition("/")[2].partition(":")[0] == wanted
    ]
    return same[0] if len(same) == 1 else None


@handles("autoscale")
def autoscale(work: Workspace, intent: intents.Autoscale) -> None:
    """A HorizontalPodAutoscaler, or new bounds for the one that is there."""
    for item in _scaled(work, intent.target):
        there = [
            each
            for each in work.binder.every("HorizontalPodAutoscaler", namespace_of(item))
            if dig(each, "spec", "scaleTargetRef", "name") == name_of(item)
            and dig(each, "spec", "scaleTargetRef", "kind") == item["kind"]
        ]
        if intent.remove:
            _unscaled(work, item, there)
            continue
        if not there and intent.maximum is None:
            raise ChangeImpossible(
                f"{where(item)} has no autoscaler yet: up to how many replicas? Nothing was changed."
            )
        held = work.current(there[0])["spec"] if there else {}
        low = intent.minimum if intent.minimum is not None else int(held.get("minReplicas") or 1)
        high = intent.maximum if intent.maximum is not None else int(held["maxReplicas"])
        if low > high:
            raise ChangeImpossible(f"The least ({low}) is more than the most ({high}). Nothing was changed.")
        metrics: list[Manifest] = [
            {
                "type": "Resource",
                "resource": {"name": what, "target": {"type": "Utilization", "averageUtilization": percent}},
            }
            for what, percent in (("cpu", intent.cpu_percent), ("memory", intent.memory_percent))
            if percent is not None
        ]
        said = {str(dig(each, "resource", "name")) for each in metrics}
        metrics = [
            *(each for each in held.get("metrics") or () if dig(each, "resource", "name") not in said),
            *metrics,
        ]
        if not metrics:
            metrics = [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
                }
            ]
            work.notes.append("No utilisation was said: 80 % of the CPU request, as kubectl autoscale does.")
        _warn_without_requests(work, item, [str(each["resource"]["name"]) for each in metrics if "resource" in each])
        aim = {"apiVersion": item["apiVersion"], "kind": item["kind"], "name": name_of(item)}
        spec = {"scaleTargetRef": aim, "minReplicas": low, "maxReplicas": high, "metrics": metrics}
        if there:
            work.edit(there[0], lambda wanted, spec=spec: wanted["spec"].update(spec), "new bounds, as asked")  # type: ignore[misc]
        else:
            name = intent.name or name_of(item)
            metadata = {"name": name, "namespace": namespace_of(item)}
            work.create(
                {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec},
                "autoscaling, as asked",
            )
        work.tell(
            f"autoscale {where(item)} between {low} and {high}",
            f"kubectl autoscale {where(item)} --min={low} --max={high} --cpu-percent={intent.cpu_percent or 80}",
        )


def _unscaled(work: Workspace, item: Manifest, there: list[Manifest]) -> None:
    """Without its autoscaler; the number of replicas stays what it is."""
    if not there:
        raise ChangeImpossible(f"{where(item)} has no autoscaler. Nothing was changed.")
    for scaler in there:
        work.act(Delete(target=work.ref(scaler)), f"it scales {where(item)}, which shall not be scaled any more")
        work.tell(f"delete {where(scaler)}", f"kubectl delete {where(scaler)}")


def _scaled(work: Workspace, target: intents.Target) -> list[Manifest]:
    """The workloads that are meant; an autoscaler stands for what it scales."""
    kinds = ("Deployment", "StatefulSet")
    if target.kind != "HorizontalPodAutoscaler":
        return workloads(work, target, kinds)
    found: list[Manifest] = []
    for each in work.binder.several(target, ("HorizontalPodAutoscaler",)):
        aim = dig(each, "spec", "scaleTargetRef") or {}
        scaled = intents.Target(kind=aim.get("kind"), names=(aim.get("name", ""),), namespace=namespace_of(each))
        found += workloads(work, scaled, kinds)
    return found


def _warn_without_requests(work: Workspace, item: Manifest, resources: list[str]) -> None:
    for container in template_of(work.current(item))["spec"].get("containers") or ():
        for what in resources:
            if (
                dig(container, "resources", "requests", what) is None
                and dig(container, "resources", "limits", what) is None
            ):
                work.notes.append(
                    f"Container {container['name']} requests no {what}: the autoscaler can't work until it does."
                )
