"""The words people use for Kubernetes kinds, and the kinds they mean.

Plurals are made by rule; short names are kubectl's. Phrases of several words are matched longest first. Kinds that are
not in here (custom resources) are known by the cluster's own discovery, which `operations.ask` adds.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindWords:
    """One kind: where it lives in the API, and what it is called."""

    kind: str
    api_version: str
    words: tuple[str, ...]
    namespaced: bool = True
    runs_pods: bool = False


KINDS: tuple[KindWords, ...] = (
    KindWords("Pod", "v1", ("pod", "po")),
    KindWords("Deployment", "apps/v1", ("deployment", "deploy", "deploys", "dep"), runs_pods=True),
    KindWords("StatefulSet", "apps/v1", ("statefulset", "stateful set", "sts"), runs_pods=True),
    KindWords("DaemonSet", "apps/v1", ("daemonset", "daemon set", "ds"), runs_pods=True),
    KindWords("ReplicaSet", "apps/v1", ("replicaset", "replica set", "rs"), runs_pods=True),
    KindWords("Job", "batch/v1", ("job", "batch job"), runs_pods=True),
    KindWords("CronJob", "batch/v1", ("cronjob", "cron job", "cj", "scheduled job"), runs_pods=True),
    KindWords("Service", "v1", ("service", "svc", "kubernetes service")),
    KindWords("Ingress", "networking.k8s.io/v1", ("ingress", "ing", "ingresses", "ingress rule")),
    KindWords("IngressClass", "networking.k8s.io/v1", ("ingressclass", "ingress class"), namespaced=False),
    KindWords("NetworkPolicy", "networking.k8s.io/v1", ("networkpolicy", "network policy", "netpol", "network rule")),
    KindWords("HTTPRoute", "gateway.networking.k8s.io/v1", ("httproute", "http route")),
    KindWords("Gateway", "gateway.networking.k8s.io/v1", ("gateway",)),
    KindWords("ConfigMap", "v1", ("configmap", "config map", "cm")),
    KindWords("Secret", "v1", ("secret",)),
    KindWords(
        "PersistentVolumeClaim",
        "v1",
        ("persistentvolumeclaim", "persistent volume claim", "pvc", "volume claim", "storage claim", "claim"),
    ),
    KindWords("PersistentVolume", "v1", ("persistentvolume", "persistent volume", "pv"), namespaced=False),
    KindWords("StorageClass", "storage.k8s.io/v1", ("storageclass", "storage class", "sc"), namespaced=False),
    KindWords(
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
        ("horizontalpodautoscaler", "horizontal pod autoscaler", "hpa", "autoscaler", "auto scaler", "auto-scaler"),
    ),
    KindWords(
        "PodDisruptionBudget",
        "policy/v1",
        ("poddisruptionbudget", "pod disruption budget", "pdb", "disruption budget"),
    ),
    KindWords("ServiceAccount", "v1", ("serviceaccount", "service account", "sa")),
    KindWords("Role", "rbac.authorization.k8s.io/v1", ("role", "rbac role")),
    KindWords("RoleBinding", "rbac.authorization.k8s.io/v1", ("rolebinding", "role binding")),
    KindWords("ClusterRole", "rbac.authorization.k8s.io/v1", ("clusterrole", "cluster role"), namespaced=False),
    KindWords(
        "ClusterRoleBinding",
        "rbac.authorization.k8s.io/v1",
        ("clusterrolebinding", "cluster role binding"),
        namespaced=False,
    ),
    KindWords("ResourceQuota", "v1", ("resourcequota", "resource quota", "quota")),
    KindWords("LimitRange", "v1", ("limitrange", "limit range")),
    KindWords("PriorityClass", "scheduling.k8s.io/v1", ("priorityclass", "priority class", "pc"), namespaced=False),
    KindWords("Namespace", "v1", ("namespace", "ns"), namespaced=False),
    KindWords("Node", "v1", ("node", "no", "worker", "machine"), namespaced=False),
    KindWords("Event", "v1", ("event", "ev")),
    KindWords("Endpoints", "v1", ("endpoint", "endpoints", "ep")),
    KindWords(
        "CustomResourceDefinition",
        "apiextensions.k8s.io/v1",
        ("customresourcedefinition", "custom resource definition", "crd"),
        namespaced=False,
    ),
)

# Words that mean "something that runs pods" without saying which kind.
WORKLOAD_WORDS = frozenset({"workload", "app", "application", "microservice", "component"})
WORKLOAD_KINDS = ("Deployment", "StatefulSet", "DaemonSet")

_IRREGULAR = {"ingress": "ingresses", "policy": "policies"}


def plural(word: str) -> str:
    """English plural of a kind's word: network policy → network policies."""
    head, space, last = word.rpartition(" ")
    if last.endswith("s") and last not in _IRREGULAR and not last.endswith("ss"):
        return word
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        made = last[:-1] + "ies"
    elif last.endswith(("ss", "x", "ch", "sh")):
        made = last + "es"
    else:
        made = last + "s"
    return head + space + made


def _index() -> dict[tuple[str, ...], KindWords]:
    index: dict[tuple[str, ...], KindWords] = {}
    for entry in KINDS:
        for word in entry.words:
            for form in (word, plural(word)):
                index.setdefault(tuple(form.split()), entry)
    return index


PHRASES: dict[tuple[str, ...], KindWords] = _index()
"""Every way to say a kind, as lower-case words, singular and plural."""

BY_KIND: dict[str, KindWords] = {entry.kind: entry for entry in KINDS}
