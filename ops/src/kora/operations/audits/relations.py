"""Facts about an object that other objects decide: what selects it, what scales it, whether its target is there.

Each answers a list like any fact; an empty list means that there is none. `facts` registers them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.operations.audits.elements import Element, dig

World = Mapping[str, Sequence[Manifest]]
Read = Callable[[Element, str | None, World], list[str]]

# API versions that were taken away, and the release that did (the project's deprecation guide).
REMOVED: dict[tuple[str, str], str] = {
    ("extensions/v1beta1", "Deployment"): "1.16",
    ("extensions/v1beta1", "DaemonSet"): "1.16",
    ("extensions/v1beta1", "ReplicaSet"): "1.16",
    ("extensions/v1beta1", "NetworkPolicy"): "1.16",
    ("apps/v1beta1", "Deployment"): "1.16",
    ("apps/v1beta1", "StatefulSet"): "1.16",
    ("apps/v1beta2", "Deployment"): "1.16",
    ("apps/v1beta2", "StatefulSet"): "1.16",
    ("apps/v1beta2", "DaemonSet"): "1.16",
    ("extensions/v1beta1", "Ingress"): "1.22",
    ("networking.k8s.io/v1beta1", "Ingress"): "1.22",
    ("rbac.authorization.k8s.io/v1beta1", "Role"): "1.22",
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRole"): "1.22",
    ("batch/v1beta1", "CronJob"): "1.25",
    ("policy/v1beta1", "PodDisruptionBudget"): "1.25",
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): "1.25",
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): "1.26",
}


def _namespace(manifest: Manifest) -> str | None:
    namespace = dig(manifest, "metadata", "namespace")
    return str(namespace) if namespace else None


def _name(manifest: Manifest) -> str:
    return str(dig(manifest, "metadata", "name"))


def pod_labels(manifest: Manifest) -> dict[str, str]:
    """The labels of the pods that an object stands for."""
    if manifest.get("kind") == "Pod":
        return dig(manifest, "metadata", "labels") or {}
    path = ("spec", "jobTemplate", "spec", "template") if manifest.get("kind") == "CronJob" else ("spec", "template")
    return dig(manifest, *path, "metadata", "labels") or {}


def selects(selector: Any, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector (matchLabels, matchExpressions) selects these labels; an empty one selects all."""
    if not isinstance(selector, dict):
        return False
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    return all(_expression(each, labels) for each in selector.get("matchExpressions") or ())


def _expression(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression.get("key"), expression.get("values") or ()
    operator = expression.get("operator")
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    within = labels.get(str(key)) in values
    return within if operator == "In" else not within


def _selecting(kind: str, field: str) -> Read:
    """Objects of a kind whose selector takes the pods of the element's object."""

    def read(element: Element, _key: str | None, world: World) -> list[str]:
        labels = pod_labels(element.object)
        return [
            _name(other)
            for other in world.get(kind, ())
            if _namespace(other) == _namespace(element.object) and selects(dig(other, "spec", field), labels)
        ]

    return read


def _inside(kind: str, holds: Callable[[Manifest], bool] = lambda _manifest: True) -> Read:
    """Objects of a kind within a namespace."""

    def read(element: Element, _key: str | None, world: World) -> list[str]:
        return [
            _name(other) for other in world.get(kind, ()) if _namespace(other) == _name(element.object) and holds(other)
        ]

    return read


def _network_policies(element: Element, key: str | None, world: World) -> list[str]:
    if element.object.get("kind") == "Namespace":
        return _inside("NetworkPolicy")(element, key, world)
    return _selecting("NetworkPolicy", "podSelector")(element, key, world)


def _denies_by_default(policy: Manifest) -> bool:
    """Whether a policy selects every pod and lets nothing in."""
    spec = policy.get("spec") or {}
    types = spec.get("policyTypes") or ["Ingress"]
    return not spec.get("podSelector") and "Ingress" in types and not spec.get("ingress")


def _autoscalers(element: Element, _key: str | None, world: World) -> list[str]:
    wanted = (element.object.get("kind"), _name(element.object))
    return [
        _name(other)
        for other in world.get("HorizontalPodAutoscaler", ())
        if _namespace(other) == _namespace(element.object)
        and (dig(other, "spec", "scaleTargetRef", "kind"), dig(other, "spec", "scaleTargetRef", "name")) == wanted
    ]


def _scale_target(element: Element, _key: str | None, world: World) -> list[str]:
    reference = dig(element.object, "spec", "scaleTargetRef") or {}
    return [
        f"{reference.get('kind')}/{_name(other)}"
        for other in world.get(str(reference.get("kind")), ())
        if _name(other) == reference.get("name") and _namespace(other) == _namespace(element.object)
    ]


def _ready_pods(element: Element, _key: str | None, world: World) -> list[str]:
    selector = dig(element.object, "spec", "selector")
    if not selector:
        return []
    return [
        _name(pod)
        for pod in world.get("Pod", ())
        if _namespace(pod) == _namespace(element.object) and selects({"matchLabels": selector}, pod_labels(pod))
    ]


def _selected(element: Element, _key: str | None, world: World) -> list[str]:
    """Pods that a network policy, disruption budget or service selects."""
    spec = element.object.get("spec") or {}
    if element.object.get("kind") == "NetworkPolicy":
        selector = spec.get("podSelector") or {}
    elif element.object.get("kind") == "Service":
        selector = {"matchLabels": spec["selector"]} if spec.get("selector") else None
    else:
        selector = spec.get("selector")
    inside = [pod for pod in world.get("Pod", ()) if _namespace(pod) == _namespace(element.object)]
    return [_name(pod) for pod in inside if selects(selector, pod_labels(pod))]


def _covered(budget: Manifest, world: World) -> Iterator[int]:
    """Replica counts of the workloads that a disruption budget covers."""
    for kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        for other in world.get(kind, ()):
            if dig(other, "metadata", "ownerReferences") or _namespace(other) != _namespace(budget):
                continue
            if selects(dig(budget, "spec", "selector"), pod_labels(other)):
                replicas = dig(other, "spec", "replicas")
                yield 1 if replicas is None else int(replicas)


def _blocks(element: Element, _key: str | None, world: World) -> list[str]:
    """Why a disruption budget never lets a pod go."""
    spec = element.object.get("spec") or {}
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if most is not None and str(most) in {"0", "0%"}:
        return ["true"]
    if str(least) == "100%":
        return ["true"]
    number = parse_quantity(least) if least is not None and not str(least).endswith("%") else None
    replicas = list(_covered(element.object, world))
    return [str(number is not None and bool(replicas) and number >= sum(replicas)).lower()]


def _needs_all(element: Element, _key: str | None, world: World) -> list[str]:
    """Whether a disruption budget asks for exactly as many pods as its workloads have."""
    least = dig(element.object, "spec", "minAvailable")
    if least is None or str(least) == "100%":
        return [str(least is not None).lower()]
    replicas = list(_covered(element.object, world))
    return [str(bool(replicas) and str(least) == str(sum(replicas))).lower()]


def _allows(element: Element, key: str | None, world: World) -> list[str]:
    return ["disruptions"] if _blocks(element, key, world) == ["false"] else []


def _removed(element: Element, _key: str | None, _world: World) -> list[str]:
    version, kind = str(element.object.get("apiVersion")), str(element.object.get("kind"))
    applied = str((dig(element.object, "metadata", "annotations") or {}).get(_LAST_APPLIED, ""))
    return [
        f"{old} (removed in {release})"
        for (old, of), release in REMOVED.items()
        if of == kind and (old == version or f'"apiVersion":"{old}"' in applied.replace(" ", ""))
    ]


_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet")

RELATIONS: tuple[tuple[str, str, Read, tuple[str, ...]], ...] = (
    ("has.pdb", "PodDisruptionBudget", _selecting("PodDisruptionBudget", "selector"), ("PodDisruptionBudget",)),
    ("has.hpa", "HorizontalPodAutoscaler", _autoscalers, ("HorizontalPodAutoscaler",)),
    ("has.network_policy", "NetworkPolicy", _network_policies, ("NetworkPolicy",)),
    (
        "has.default_deny",
        "NetworkPolicy that denies by default",
        _inside("NetworkPolicy", _denies_by_default),
        ("NetworkPolicy",),
    ),
    ("has.quota", "ResourceQuota", _inside("ResourceQuota"), ("ResourceQuota",)),
    ("has.limit_range", "LimitRange", _inside("LimitRange"), ("LimitRange",)),
    ("has.endpoints", "pod behind it", _ready_pods, ("Pod",)),
    ("selects.pods", "selected pod", _selected, ("Pod",)),
    ("hpa.target", "scale target", _scale_target, _SCALABLE),
    ("pdb.allows", "room for a disruption", _allows, _SCALABLE),
    ("pdb.blocks", "budget that can't be met", _blocks, _SCALABLE),
    ("pdb.needs_all", "budget that needs every replica", _needs_all, _SCALABLE),
    ("deprecated_api", "removed API version", _removed, ()),
)
"""(fact, words, how it is read, kinds that it looks at)."""
