"""Which objects belong together: who uses a config map, which policies select a pod, which service stands in front.

For lists ("the secrets mounted in the backend pod") and for conditions ("services without endpoints").
"""

from kora.domain.objects import Manifest
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.facts import pod_spec
from kora.operations.ask.objects import Objects
from kora.operations.diagnose.fields import dig, matches, name_of, namespace_of

HOLDERS = ("Ingress", "ServiceAccount")
"""What refers to Secrets beside what runs."""


def related(objects: Objects, item: Manifest, owner: Manifest) -> bool:
    """Whether `item` has to do with `owner`: used by it, selecting it, in front of it, made by it, placed on it."""
    if owner["kind"] == "Namespace":
        return namespace_of(item) == name_of(owner)
    if owner["kind"] == "Node":
        used = [each for each in objects.every("Pod", namespace_of(item)) if uses(each, item)]
        return any(dig(each, "spec", "nodeName") == name_of(owner) for each in (*objects.pods_of(item), *used))
    if owner["kind"] == "PersistentVolume":
        return bool(dig(item, "spec", "volumeName") == name_of(owner))
    if namespace_of(item) != namespace_of(owner) and namespace_of(item) is not None:
        return False
    kind = item["kind"]
    if kind == "PersistentVolume":
        return bool(dig(owner, "spec", "volumeName") == name_of(item))
    if kind == "Pod":
        return any(name_of(pod) == name_of(item) for pod in objects.pods_of(owner))
    if kind == "Node":
        return any(dig(pod, "spec", "nodeName") == name_of(item) for pod in objects.pods_of(owner))
    if kind == "Service":
        return selects(item, owner) or f"'name': '{name_of(item)}'" in str(owner.get("spec"))
    if kind in {"RoleBinding", "ClusterRoleBinding"}:
        ref = item.get("roleRef") or {}
        return any(
            each.get("kind") == owner["kind"] and each.get("name") == name_of(owner)
            for each in item.get("subjects") or ()
        ) or (ref.get("kind") == owner["kind"] and ref.get("name") == name_of(owner))
    if kind == "NetworkPolicy":
        return bool(matches(dig(item, "spec", "podSelector") or {}, template_labels(owner)))
    if kind == "PodDisruptionBudget":
        return matches(dig(item, "spec", "selector") or None, template_labels(owner))
    if kind == "HorizontalPodAutoscaler":
        aim = dig(item, "spec", "scaleTargetRef") or {}
        return aim.get("kind") == owner["kind"] and aim.get("name") == name_of(owner)
    if kind == "Ingress":
        return f"'name': '{name_of(owner)}'" in str(item.get("spec"))
    if kind in {"ReplicaSet", "Job", *WORKLOAD_KINDS} and owner["kind"] in {"Service"}:
        return selects(owner, item)
    owners = {(each.get("kind"), each.get("name")) for each in dig(item, "metadata", "ownerReferences") or ()}
    return (owner["kind"], name_of(owner)) in owners or uses(owner, item) or uses(item, owner)


def template_labels(item: Manifest) -> Manifest:
    """The labels that the pods of an object have."""
    return dig(item, "spec", "template", "metadata", "labels") or dig(item, "metadata", "labels") or {}


def selects(service: Manifest, item: Manifest) -> bool:
    """Whether a Service's selector chooses the pods of an object."""
    selector = dig(service, "spec", "selector")
    return bool(selector) and matches({"matchLabels": selector}, template_labels(item))


def ingresses_to(objects: Objects, item: Manifest) -> list[tuple[Manifest, list[str]]]:
    """The Ingresses that lead to a Service, or to a workload through one, with the routes that do."""
    services = objects.every("Service", namespace_of(item))
    names = {
        name_of(each)
        for each in ([item] if item["kind"] == "Service" else services)
        if each is item or selects(each, item)
    }
    found = []
    for each in objects.every("Ingress", namespace_of(item)):
        routes = [
            f"{rule.get('host', '*')}{path.get('path') or '/'}"
            for rule in dig(each, "spec", "rules") or ()
            for path in dig(rule, "http", "paths") or ()
            if dig(path, "backend", "service", "name") in names
        ]
        if dig(each, "spec", "defaultBackend", "service", "name") in names:
            routes.append("everything else")
        if routes:
            found.append((each, routes))
    return found


def uses(user: Manifest, item: Manifest) -> bool:
    """Whether a pod spec refers to a config map, secret, claim or service account; or an Ingress or an account to a
    secret."""
    spec, name, kind = pod_spec(user), name_of(item), item["kind"]
    if kind == "Secret" and user["kind"] == "Ingress":
        return any(each.get("secretName") == name for each in dig(user, "spec", "tls") or ())
    if kind == "Secret" and user["kind"] == "ServiceAccount":
        return any(
            each.get("name") == name for part in ("secrets", "imagePullSecrets") for each in user.get(part) or ()
        )
    if kind == "ServiceAccount":
        return bool(spec) and (spec.get("serviceAccountName") or "default") == name
    keys = {
        "ConfigMap": ("configMap", "configMapRef", "configMapKeyRef", "name"),
        "Secret": ("secret", "secretRef", "secretKeyRef", "name"),
        "PersistentVolumeClaim": ("persistentVolumeClaim", "", "", "claimName"),
    }.get(kind)
    if keys is None or not spec:
        return False
    volume, all_of, one, field = keys
    if kind == "PersistentVolumeClaim" and user["kind"] == "StatefulSet":
        made = {f"{name_of(each)}-{name_of(user)}" for each in dig(user, "spec", "volumeClaimTemplates") or ()}
        if name.rpartition("-")[0] in made and name.rpartition("-")[2].isdigit():
            return True
    for each in spec.get("volumes") or ():
        sources = [each, *(dig(each, "projected", "sources") or ())]
        if any(
            dig(source, volume, "secretName" if volume == "secret" else field) == name
            or dig(source, volume, field) == name
            for source in sources
        ):
            return True
    for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
        if any(dig(each, all_of, "name") == name for each in container.get("envFrom") or () if all_of):
            return True
        if any(dig(each, "valueFrom", one, "name") == name for each in container.get("env") or () if one):
            return True
    return kind == "Secret" and any(each.get("name") == name for each in spec.get("imagePullSecrets") or ())
