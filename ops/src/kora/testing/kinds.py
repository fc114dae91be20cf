"""The kinds that the fake cluster serves, and selectors on labels and fields as the API server reads them."""

import re
from typing import Any

from kora.cluster.errors import ClusterRefused
from kora.cluster.port import ResourceKind
from kora.domain.objects import Manifest

_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")
_TABLE = """
v1 namespaces Namespace - ns
v1 nodes Node - no
v1 persistentvolumes PersistentVolume - pv
v1 configmaps ConfigMap n cm
v1 endpoints Endpoints n ep
v1 events Event n ev
v1 limitranges LimitRange n limits
v1 persistentvolumeclaims PersistentVolumeClaim n pvc
v1 pods Pod n po
v1 resourcequotas ResourceQuota n quota
v1 secrets Secret n
v1 serviceaccounts ServiceAccount n sa
v1 services Service n svc
apps/v1 controllerrevisions ControllerRevision n
apps/v1 daemonsets DaemonSet n ds
apps/v1 deployments Deployment n deploy
apps/v1 replicasets ReplicaSet n rs
apps/v1 statefulsets StatefulSet n sts
batch/v1 cronjobs CronJob n cj
batch/v1 jobs Job n
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler n hpa
networking.k8s.io/v1 ingresses Ingress n ing
networking.k8s.io/v1 ingressclasses IngressClass -
networking.k8s.io/v1 networkpolicies NetworkPolicy n netpol
policy/v1 poddisruptionbudgets PodDisruptionBudget n pdb
discovery.k8s.io/v1 endpointslices EndpointSlice n
storage.k8s.io/v1 storageclasses StorageClass - sc
rbac.authorization.k8s.io/v1 roles Role n
rbac.authorization.k8s.io/v1 rolebindings RoleBinding n
rbac.authorization.k8s.io/v1 clusterroles ClusterRole -
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding -
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition - crd,crds
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration -
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration -
events.k8s.io/v1 events Event n ev
"""


def _parse(line: str) -> ResourceKind:
    api_version, plural, kind, scope, *short = line.split()
    return ResourceKind(
        api_version=api_version,
        kind=kind,
        plural=plural,
        singular=kind.lower(),
        short_names=tuple(short[0].split(",")) if short else (),
        namespaced=scope == "n",
        verbs=_VERBS,
        categories=("all",) if plural in {"pods", "services", "deployments", "statefulsets", "daemonsets"} else (),
    )


KINDS: tuple[ResourceKind, ...] = tuple(_parse(line) for line in _TABLE.strip().splitlines())
"""What a plain cluster serves (the part that Kora meets)."""

_REQUIREMENT = re.compile(
    r"\s*(?:(?P<set>[\w./-]+)\s+(?P<in>in|notin)\s*\((?P<values>[^)]*)\)"
    r"|(?P<name>[\w./-]+)\s*(?P<op>==|=|!=)\s*(?P<value>[\w.-]*)"
    r"|(?P<absent>!)?(?P<present>[\w./-]+))\s*(?:,|$)"
)


def labels_match(manifest: Manifest, selector: str | None) -> bool:
    """Whether the object's labels satisfy a selector such as ``app=web,tier in (a, b),!old``.

    Raises:
        ClusterRefused: the selector can't be parsed.
    """
    labels: dict[str, str] = (manifest.get("metadata") or {}).get("labels") or {}
    rest = selector or ""
    while rest.strip():
        found = _REQUIREMENT.match(rest)
        if found is None:
            raise ClusterRefused(f"unable to parse the label selector {selector!r}")
        if not _holds(labels, found):
            return False
        rest = rest[found.end() :]
    return True


def _holds(labels: dict[str, str], found: re.Match[str]) -> bool:
    if name := found["set"]:
        values = {each.strip() for each in found["values"].split(",")}
        return (labels.get(name) in values) if found["in"] == "in" else labels.get(name) not in values
    if name := found["name"]:
        return (labels.get(name) != found["value"]) if found["op"] == "!=" else labels.get(name) == found["value"]
    return (found["present"] in labels) != bool(found["absent"])


def fields_match(manifest: Manifest, selector: str | None) -> bool:
    """Whether the object's fields satisfy a selector such as ``status.phase!=Running,metadata.name=web``."""
    for each in filter(None, (selector or "").split(",")):
        path, wanted = re.split(r"!=|==|=", each, maxsplit=1)
        value: Any = manifest
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if (str(value or "") == wanted) == ("!=" in each):
            return False
    return True
