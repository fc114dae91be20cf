"""The words for the kinds of objects that can be made, and words that only tell one object from another.

Read by everything in this folder that has to know where an object is spoken of; `heads` decides which of these mentions
begin a new one.
"""

import re

from kora.language.kinds import PHRASES

BUILDABLE = [
    "Pod",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Service",
    "Ingress",
    "HTTPRoute",
    "NetworkPolicy",
    "ConfigMap",
    "Secret",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "ResourceQuota",
    "LimitRange",
    "Namespace",
    "PriorityClass",
]
HARMLESS = frozenset(
    [
        "blue-green",
        "blue",
        "green",
        "red",
        "canary",
        "stable",
        "web",
        "api",
        "app",
        "backend",
        "frontend",
        "worker",
        "demo",
        "test",
        "sample",
        "staging",
        "production",
        "prod",
        "dev",
        "cache",
        "database",
        "db",
        "shared",
        "private",
        "stateless",
        "python",
        "java",
        "go",
        "custom",
        "fresh",
        "primary",
        "secondary",
        "main",
        "busy",
        "idle",
        "front",
        "edge",
        "legacy",
    ]
)
"""Words before a kind that only tell one object from another."""


KIND_WORDS = {" ".join(words): entry.kind for words, entry in PHRASES.items() if entry.kind in BUILDABLE}
KIND_WORDS |= {
    "deployment resource": "Deployment",
    "cron": "CronJob",
    "rbac role": "Role",
    "budget": "PodDisruptionBudget",
    "pvc": "PersistentVolumeClaim",
    "claim": "PersistentVolumeClaim",
    "default limits": "LimitRange",
    "default container limits": "LimitRange",
    "default resource limits": "LimitRange",
    "volume claim": "PersistentVolumeClaim",
    "deny policy": "NetworkPolicy",
    "isolation policy": "NetworkPolicy",
}
for _word in (
    "worker",
    "no",
    "ns",
    "ds",
    "dep",
    "deps",
    "po",
    "pos",
    "deploy",
    "deploys",
    "ing",
    "budget",
    "cron",
):
    KIND_WORDS.pop(_word, None)
KIND = "|".join(re.escape(word).replace(r"\ ", r"[ -]?") for word in sorted(KIND_WORDS, key=len, reverse=True))


def kind_of(words: str) -> str | None:
    """The kind that a word or phrase means; None when it means none that can be built."""
    low = re.sub(r"[\s-]+", " ", words.lower())
    for each in (low, low.removesuffix("s"), low.removesuffix("es")):
        if each in KIND_WORDS:
            return KIND_WORDS[each]
        if each in {"claim", "volume claim"}:
            return "PersistentVolumeClaim"
    joined = low.replace(" ", "")
    return next((kind for word, kind in KIND_WORDS.items() if word.replace(" ", "").replace("-", "") == joined), None)


def canonical(words: str) -> str:
    """The key of `KIND_WORDS` for words that `KIND` matched, however they are joined."""
    low = re.sub(r"[\s-]+", " ", words.lower())
    if low in KIND_WORDS:
        return low
    joined = low.replace(" ", "")
    return next(word for word in KIND_WORDS if word.replace(" ", "").replace("-", "") == joined.replace("-", ""))
