"""What rules say about objects that others refer to: "a service account that does not exist", "existing config maps".

Data only, read by `language.rules.concepts`: phrases are made of every noun and every way to say that it is not there.
"""

from collections.abc import Iterator

from kora.domain.rules import Op
from kora.language.rules.model import POD_KINDS, Concept

_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
REFERENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ServiceAccount": (
        ("service account", "serviceaccount", "serviceaccountname", "service account name"),
        (*POD_KINDS, *_BINDINGS),
    ),
    "ConfigMap": (("configmap", "config map"), POD_KINDS),
    "Secret": (("secret", "tls secret", "image pull secret", "pull secret"), (*POD_KINDS, "Ingress")),
    "PersistentVolumeClaim": (("persistent volume claim", "persistentvolumeclaim", "pvc", "claim"), POD_KINDS),
    "PriorityClass": (("priority class", "priorityclass", "priorityclassname", "priority class name"), POD_KINDS),
    "Service": (("service", "backend service", "backend", "headless service"), ("Ingress", "StatefulSet")),
    "IngressClass": (("ingress class", "ingressclass", "ingressclassname", "ingress class name"), ("Ingress",)),
    "StorageClass": (
        ("storage class", "storageclass", "storageclassname", "storage class name"),
        ("PersistentVolumeClaim", "StatefulSet", "PersistentVolume"),
    ),
    "Role": (("role", "clusterrole", "cluster role", "role or clusterrole", "role or cluster role"), _BINDINGS),
}
"""Kind that is referred to: its nouns, and the kinds that refer to it."""
_BEFORE = (
    "nonexistent",
    "non existent",
    "not existing",
    "missing",
    "dangling",
    "non existing",
    "unknown",
    "inexistent",
)
_AFTER = tuple(
    f"{which} {verb}"
    for which in ("that", "which", "")
    for verb in (
        "does not exist",
        "do not exist",
        "doesn't exist",
        "don't exist",
        "no longer exist",
        "is missing",
        "is not found",
        "are not found",
        "isn't found",
        "not found",
        "are missing",
        "is not there",
        "isn't there",
        "aren't there",
        "has been deleted",
        "have been deleted",
        "was deleted",
        "is absent",
        "cannot be found",
        "can't be found",
        "is nowhere to be found",
        "is not present",
        "are not present",
    )
)
_THERE = ("existing", "actually existing")
_EXISTS = tuple(
    f"{which} {verb}"
    for which in ("that", "which", "")
    for verb in ("exist", "actually exist", "really exist", "must exist", "should exist", "is present", "need to exist")
)


def references() -> Iterator[Concept]:
    """One concept for "is missing" and one for "is there", for each kind that others refer to."""
    for kind, (nouns, holders) in REFERENCES.items():
        gone = [f"{word} {noun}" for noun in nouns for word in _BEFORE]
        gone += [f"{noun} {clause}" for noun in nouns for clause in _AFTER]
        there = [f"{word} {noun}" for noun in nouns for word in _THERE]
        there += [f"{noun} {clause}" for noun in nouns for clause in _EXISTS]
        yield Concept(f"missing.{kind}", " | ".join(gone), holders)
        yield Concept(f"missing.{kind}", " | ".join(there), holders, presence=Op.ABSENT)
