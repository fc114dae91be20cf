"""How one workload stands to others, in words: whom its settings name, what it needs, where it runs, what leads to it.

Values of properties as in `values`; the frames that ask for them are in `language.asking.relating`.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from kora.domain.objects import Manifest
from kora.domain.quantities import memory_text
from kora.kit.redaction import redact
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.binding import Binder
from kora.operations.ask.facts import pod_spec, storage_of
from kora.operations.ask.relations import ingresses_to, related, selects, uses
from kora.operations.diagnose.containers import Container
from kora.operations.diagnose.dependencies import Dependency, declared_dependencies
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.operations.diagnose.reading import read_graph

_NEEDED = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")
_USERS = (*WORKLOAD_KINDS, "CronJob", "Job", "Pod", "Ingress")


def _listed(values: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(values)) or "none"


def _as_pod(item: Manifest) -> Manifest:
    """The pod that an object runs, or would run."""
    if item["kind"] == "Pod":
        return item
    template = dig(item, "spec", "jobTemplate", "spec", "template") or dig(item, "spec", "template") or {}
    named = {**(template.get("metadata") or {}), "name": name_of(item), "namespace": namespace_of(item)}
    return {"kind": "Pod", "metadata": named, "spec": pod_spec(item)}


def _talks_to(binder: Binder, item: Manifest) -> str:
    """The services and hosts that environment, command and arguments name, and what egress policies leave open."""
    pod = _as_pod(item)
    graph = read_graph(binder.reader, [namespace_of(item) or ""])
    said: list[str] = []
    for index, spec in enumerate(pod_spec(pod).get("containers") or ()):
        container = Container(graph, pod, spec, status={}, init=False, index=index)
        where = f"(named in the settings of container {spec.get('name')})"
        said += [f"{_other_side(each)} {where}" for each in declared_dependencies(container)]
    closed = [
        name_of(each)
        for each in binder.every("NetworkPolicy", namespace_of(item))
        if "Egress" in (dig(each, "spec", "policyTypes") or ()) and related(binder, each, item)
    ]
    limits = f"; its way out is restricted by the network policies {_listed(closed)}" if closed else ""
    known = _listed(said) if said else "nothing that its settings name"
    return f"{known}{limits} (read from the objects: what a program connects to without being told is not seen)"


def _other_side(found: Dependency) -> str:
    port = f":{found.port}" if found.port else ""
    if found.service is not None:
        return f"service/{name_of(found.service)}{port}"
    absent = ", no such service" if found.key is not None else ", outside of the cluster's services"
    return f"{found.host}{port}{absent}"


def callers(binder: Binder, item: Manifest) -> list[Manifest]:
    """The workloads beside an object whose settings name a service that leads to it."""
    space = namespace_of(item)
    wanted = {name_of(each) for each in _selecting(binder, item)}
    graph = read_graph(binder.reader, [space or ""])
    found = []
    for source in (each for kind in (*WORKLOAD_KINDS, "CronJob") for each in binder.every(kind, space)):
        pod = _as_pod(source)
        containers = enumerate(pod_spec(pod).get("containers") or ())
        named = (
            other
            for index, spec in containers
            for other in declared_dependencies(Container(graph, pod, spec, status={}, init=False, index=index))
        )
        there = any(each.service is not None and name_of(each.service) in wanted for each in named)
        if there and name_of(source) != name_of(item):
            found.append(source)
    return found


def _needs(binder: Binder, item: Manifest) -> str:
    """The objects that its pods refer to by name."""
    return _listed(
        [
            f"{kind.lower()}/{name_of(each)}"
            for kind in _NEEDED
            for each in binder.every(kind, namespace_of(item))
            if uses(item, each)
        ]
    )


def _spread(binder: Binder, item: Manifest) -> str:
    """On how many nodes its pods run, of how many there are."""
    placed = Counter(str(dig(pod, "spec", "nodeName") or "no node yet") for pod in binder.pods_of(item))
    if not placed:
        return "it has no pods"
    nodes = len(binder.every("Node", None))
    on = [node for node in placed if node != "no node yet"]
    told = ", ".join(f"{count} on {node}" for node, count in sorted(placed.items()))
    return f"{len(on)} of {nodes} node(s): {told}"


def _selecting(binder: Binder, item: Manifest) -> list[Manifest]:
    """The services that lead to the object: itself, or those that select its pods."""
    if item["kind"] == "Service":
        return [item]
    return [each for each in binder.every("Service", namespace_of(item)) if selects(each, item)]


def _ingresses_to(binder: Binder, item: Manifest) -> list[str]:
    return [f"ingress/{name_of(each)} ({', '.join(routes)})" for each, routes in ingresses_to(binder, item)]


def _ingresses(binder: Binder, item: Manifest) -> str:
    return _listed(_ingresses_to(binder, item))


def _outside(binder: Binder, item: Manifest) -> str:
    """The ways in from outside of the cluster."""
    ways = []
    for each in _selecting(binder, item):
        kind = dig(each, "spec", "type") or "ClusterIP"
        if kind in {"NodePort", "LoadBalancer"}:
            ports = [
                f"{one.get('port')} at node port {one.get('nodePort')}" for one in dig(each, "spec", "ports") or ()
            ]
            ways.append(f"service/{name_of(each)} ({kind}, {', '.join(ports)})")
        elif dig(each, "spec", "externalIPs"):
            ways.append(f"service/{name_of(each)} (external addresses {_listed(dig(each, 'spec', 'externalIPs'))})")
    ways += _ingresses_to(binder, item)
    pod = pod_spec(item)
    opened = [
        str(port["hostPort"])
        for each in pod.get("containers") or ()
        for port in each.get("ports") or ()
        if port.get("hostPort")
    ]
    ways += [f"port {', '.join(opened)} of its node"] if opened else []
    ways += ["the network of its node (hostNetwork)"] if pod.get("hostNetwork") else []
    return "yes, by " + "; ".join(ways) if ways else "no: no Ingress, node port or load balancer leads to it"


def _users(binder: Binder, item: Manifest) -> str:
    """What refers to it in its pods."""
    found = [
        f"{kind.lower()}/{name_of(each)}"
        for kind in _USERS
        for each in binder.every(kind, namespace_of(item))
        if not (kind in {"Pod", "Job"} and dig(each, "metadata", "ownerReferences")) and uses(each, item)
    ]
    return _listed(found) if found else "nobody"


def _environment(_binder: Binder, item: Manifest) -> str:
    """Variables by name, with their plain values; what comes from elsewhere by where it comes from."""
    said = []
    for container in pod_spec(item).get("containers") or ():
        for each in container.get("env") or ():
            source = next(iter(each.get("valueFrom") or {}), None)
            plain = redact({str(each.get("name")): each.get("value", "")})[str(each.get("name"))]
            origin = (each.get("valueFrom") or {}).get(source) or {}
            where = f" from {origin.get('name', source)} {origin.get('key', '')}".rstrip()
            said.append(f"{each.get('name')}{where}" if source else f"{each.get('name')}={plain}")
        for each in container.get("envFrom") or ():
            named = dig(each, "configMapRef", "name") or dig(each, "secretRef", "name")
            said.append(f"everything of {named}")
    return _listed(sorted(said))


def _fill(_binder: Binder, item: Manifest) -> str:
    size = memory_text(storage_of(item)) if storage_of(item) else "unknown"
    return f"size {size}; how much of it is used is not known to the API server (look inside a pod that mounts it)"


STANDING: dict[str, Callable[[Binder, Manifest], str]] = {
    "talks_to": _talks_to,
    "needs": _needs,
    "spread": _spread,
    "ingresses": _ingresses,
    "outside": _outside,
    "users": _users,
    "environment": _environment,
    "fill": _fill,
}
"""Each property's value in words."""
