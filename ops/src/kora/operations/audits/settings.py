"""Facts that are computed from several fields of one object, and the one that reads any known field of the API.

`facts` registers them. Like all facts they answer a list of strings, empty for "not set".
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.kit import clock
from kora.language.rules.fields import DEFAULTS
from kora.language.rules.schema import schema_fields
from kora.operations.audits.elements import GROUPS, PROBES, At, Element, dig, pod_spec

Read = Callable[[Element, str | None], list[str]]


def shown(value: Any) -> list[str]:
    """A value of the API as a fact answers it."""
    if value is None or value == "" or value == {} or value == []:
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, list):
        return [text for item in value for text in shown(item)] or ["(empty)"]  # a rule that lets all through is set
    if isinstance(value, dict):
        return sorted(str(key) for key in value)
    return [str(value)]


class _Field(At):
    """Any field by its path, which is the key that is asked for."""

    def place(self, element: Element, key: str | None) -> str:
        """The whole path in the object."""
        last = (key or "").rpartition("[].")[2]
        return ".".join(step for step in (element.path, last) if step)


def _field() -> Read:
    def read(element: Element, key: str | None) -> list[str]:
        return shown(dig(element.data, *(key or "").rpartition("[].")[2].split(".")))

    return _Field(read, "")


def default_of(group: str) -> Callable[[str | None], list[str]]:
    """What silence means for a field of this group: the API's default."""

    def default(key: str | None) -> list[str]:
        if group.startswith("probe"):  # every probe has the same defaults
            return default_of("container")(f"livenessProbe.{key}")
        known = DEFAULTS.get((group, key or "")) or _schema_defaults().get((group, key or ""))
        return [known] if known is not None else []

    return default


@cache
def _schema_defaults() -> dict[tuple[str, str], str]:
    """What silence means for the fields that no table names; an unset flag is false."""
    found: dict[tuple[str, str], str] = {}
    for field in schema_fields():
        group = field.group if field.group in {"pod", "container"} else "object"
        known = field.default if field.default is not None else "false" if field.type == "flag" else None
        if known is not None:
            found.setdefault((group, field.path), known)
    return found


def _count(group: str, *words: str) -> Read:
    """How many elements of a group an object has; of containers only those whose name for people begins so."""

    def read(element: Element, _key: str | None) -> list[str]:
        found = [each for each in GROUPS[group](element.object) if not words or each.label.startswith(words)]
        return [str(len(found))]

    return read


def _same_probes(element: Element, _key: str | None) -> list[str]:
    live, ready = element.data.get("livenessProbe"), element.data.get("readinessProbe")
    return [str(live is not None and live == ready).lower()]


def _own_or_pod(*path: str, default: str | None = None) -> Read:
    """A container's security setting, else its pod's."""

    def read(element: Element, _key: str | None) -> list[str]:
        value = dig(element.data, "securityContext", *path)
        if value is None:
            value = dig(pod_spec(element.object) or {}, "securityContext", *path)
        return shown(default if value is None else value)

    return At(read, ".".join(("securityContext", *path)))


_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_APPARMOR_TYPES = {"runtime/default": "RuntimeDefault", "unconfined": "Unconfined"}


def _apparmor(element: Element, key: str | None) -> list[str]:
    """The profile's type: from the field, or from the annotation that older clusters use."""
    said = _own_or_pod("appArmorProfile", "type")(element, key)
    if said:
        return said
    template = element.object if element.object.get("kind") == "Pod" else dig(element.object, "spec", "template") or {}
    value = (dig(template, "metadata", "annotations") or {}).get(f"{_APPARMOR}{element.data.get('name')}")
    return [] if value is None else [_APPARMOR_TYPES.get(str(value), "Localhost")]


def _quality(element: Element, _key: str | None) -> list[str]:
    """The quality-of-service class that Kubernetes derives from requests and limits."""
    spec = pod_spec(element.object) or {}
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    resources = [dig(container, "resources") or {} for container in containers]
    if not any(each.get("requests") or each.get("limits") for each in resources):
        return ["BestEffort"]
    guaranteed = all(_guaranteed(each) for each in resources)
    return ["Guaranteed" if guaranteed else "Burstable"]


def _guaranteed(resources: Manifest) -> bool:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    return all(
        name in limits and parse_quantity(requests.get(name, limits[name])) == parse_quantity(limits[name])
        for name in ("cpu", "memory")
    )


def _namespace(element: Element, _key: str | None) -> list[str]:
    return [str(dig(element.object, "metadata", "namespace") or "default")]


def _keys(*path: str) -> Read:
    """The keys of a mapping, or the value of the one that is named."""

    def read(element: Element, key: str | None) -> list[str]:
        mapping = dig(element.data, *path) or {}
        if key is None:
            return sorted(str(name) for name in mapping)
        return [str(mapping[key]) or "(empty)"] if key in mapping else []

    return read


def _secret_keys(element: Element, key: str | None) -> list[str]:
    """Keys of a Secret or ConfigMap; values of Secrets are never answered."""
    found = sorted({*(element.data.get("data") or {}), *(element.data.get("stringData") or {})})
    return found if key is None else [name for name in found if name == key]


def _uncovered(element: Element, _key: str | None) -> list[str]:
    """Hosts of an Ingress's rules that no entry of its TLS section names."""
    spec = element.data.get("spec") or {}
    covered = {str(host) for entry in spec.get("tls") or () for host in entry.get("hosts") or ()}
    hosts = [str(rule["host"]) for rule in spec.get("rules") or () if rule.get("host")]
    wild = {f"*.{host.partition('.')[2]}" for host in hosts} & covered
    return [host for host in hosts if host not in covered and f"*.{host.partition('.')[2]}" not in wild]


def _host_paths(element: Element, _key: str | None) -> list[str]:
    """Every host with every path behind it."""
    return [
        f"{rule.get('host') or '*'}{path.get('path') or '/'}"
        for rule in dig(element.data, "spec", "rules") or ()
        for path in dig(rule, "http", "paths") or ()
    ]


def _selects_all(element: Element, _key: str | None) -> list[str]:
    selector = dig(element.data, "spec", "podSelector") or {}
    return [str(not selector.get("matchLabels") and not selector.get("matchExpressions")).lower()]


def _opens(direction: str, peer: str) -> Read:
    """Whether a network policy has a rule that lets every peer through."""

    def read(element: Element, _key: str | None) -> list[str]:
        rules = dig(element.data, "spec", direction) or ()
        every = any(not rule.get(peer) or any(_anywhere(each) for each in rule[peer]) for rule in rules)
        return [str(every).lower()]

    return read


def _anywhere(peer: Manifest) -> bool:
    block = dig(peer, "ipBlock", "cidr") in {"0.0.0.0/0", "::/0"} and not dig(peer, "ipBlock", "except")
    return block or peer == {"namespaceSelector": {}} or peer == {"namespaceSelector": {}, "podSelector": {}}


def _target(element: Element, _key: str | None) -> list[str]:
    reference = dig(element.data, "spec", "scaleTargetRef") or {}
    return [f"{reference.get('kind')}/{reference['name']}"] if reference.get("name") else []


def _default_account(element: Element, _key: str | None) -> list[str]:
    subject = element.data
    return [str(subject.get("kind") == "ServiceAccount" and subject.get("name") == "default").lower()]


def _restarts(element: Element, _key: str | None) -> list[str]:
    statuses = dig(element.object, "status", "containerStatuses") or ()
    return [str(status.get("restartCount", 0)) for status in statuses]


def _tolerates_all(element: Element, _key: str | None) -> list[str]:
    every = any(
        not each.get("key") and each.get("operator") == "Exists" for each in element.data.get("tolerations") or ()
    )
    return [str(every).lower()]


def _literals(element: Element, _key: str | None) -> list[str]:
    """Names of environment variables whose value stands in the object itself."""
    return [str(entry["name"]) for entry in element.data.get("env") or () if entry.get("value") not in (None, "")]


def _of_template(field: str) -> Read:
    """A label or annotation that a workload gives its pods, or all of their keys."""

    def read(element: Element, key: str | None) -> list[str]:
        inside = ("spec", "jobTemplate", "spec") if element.object.get("kind") == "CronJob" else ("spec",)
        mapping = dig(element.object, *inside, "template", "metadata", field) or {}
        if key is None:
            return sorted(str(name) for name in mapping)
        return [str(mapping[key])] if key in mapping else []

    return read


def _duplicates(element: Element, _key: str | None) -> list[str]:
    """Names that stand more than once among a container's environment variables."""
    names = [str(entry.get("name")) for entry in element.data.get("env") or ()]
    return sorted({name for name in names if names.count(name) > 1})


def _gpus(element: Element, _key: str | None) -> list[str]:
    """The GPU resources that a container asks for, whoever makes them (``nvidia.com/gpu``, ``amd.com/gpu``)."""
    resources = element.data.get("resources") or {}
    named = {**(resources.get("requests") or {}), **(resources.get("limits") or {})}
    return sorted(name for name in named if name.rpartition("/")[2].startswith("gpu"))


def _ports_and_names(element: Element, _key: str | None) -> list[str]:
    """A container's ports by number and by name, as probes may give either."""
    ports = element.data.get("ports") or ()
    return [str(port[part]) for port in ports for part in ("containerPort", "name") if port.get(part)]


def _age(element: Element, _key: str | None) -> list[str]:
    """Seconds since the object was made."""
    made = dig(element.data, "metadata", "creationTimestamp")
    if not made:
        return []
    born = datetime.fromisoformat(str(made).replace("Z", "+00:00"))
    return [str(max(0, int((clock.now() - born).total_seconds())))]


def days(seconds: str) -> str:
    """A span as people say it."""
    whole = int(float(seconds))
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if whole >= 2 * length or (whole and whole % length == 0):
            return f"{whole // length} {unit}"
    return f"{whole} seconds"


def _headless(element: Element, _key: str | None) -> list[str]:
    return [str(dig(element.data, "spec", "clusterIP") == "None").lower()]


def _conditions(element: Element, _key: str | None) -> list[str]:
    """What is true of an object's status conditions."""
    return [
        str(each.get("type"))
        for each in dig(element.data, "status", "conditions") or ()
        if each.get("status") == "True"
    ]


def _protocol(element: Element, _key: str | None) -> list[str]:
    return [str(element.data.get("protocol") or "TCP")]


def _plain(*path: str) -> Read:
    return At(lambda element, _key: shown(dig(element.data, *path)), ".".join(path))


SETTINGS: tuple[tuple[str, str, str, Read], ...] = (
    ("field.pod", "pod", "setting", _field()),
    ("field.container", "container", "setting", _field()),
    ("field.object", "object", "setting", _field()),
    ("containers.count", "pod", "number of containers", _count("container", "container")),
    ("init.count", "pod", "number of init containers", _count("container", "init")),
    ("volumes.count", "pod", "number of volumes", _count("volume")),
    ("service.port_count", "object", "number of ports", _count("service_port")),
    ("ingress.rule_count", "object", "number of rules", _count("ingress_rule")),
    ("init.names", "pod", "init container", lambda element, _key: [
        str(each.get("name")) for each in element.data.get("initContainers") or ()]),
    ("probes.same", "container", "liveness probe like the readiness probe", _same_probes),
    ("privileged_port", "container", "port below 1024", lambda element, _key: [
        str(any(int(port.get("containerPort") or 9999) < 1024 for port in element.data.get("ports") or ())).lower()]),
    ("probe.field", "probe", "setting", _field()),
    *((f"probe.{name}.field", f"probe.{name}", "setting", _field()) for name in PROBES),
    ("env.duplicates", "container", "environment variable that is set more than once", _duplicates),
    ("gpu", "container", "GPU", _gpus),
    ("container_port.any", "container", "container port", _ports_and_names),
    ("template.labels", "object", "label of the pod template", _of_template("labels")),
    ("template.annotations", "object", "annotation of the pod template", _of_template("annotations")),
    ("age", "object", "age", _age),
    ("ingress.hostless", "object", "rule without a host", lambda element, _key: [
        str(any(not rule.get("host") for rule in dig(element.data, "spec", "rules") or ())).lower()]),
    ("selinux.user", "container", "SELinux user", _own_or_pod("seLinuxOptions", "user")),
    ("selinux.role", "container", "SELinux role", _own_or_pod("seLinuxOptions", "role")),
    ("selinux.type", "container", "SELinux type", _own_or_pod("seLinuxOptions", "type")),
    ("selinux", "container", "SELinux options", _own_or_pod("seLinuxOptions")),
    ("host_process", "container", "host process", _own_or_pod("windowsOptions", "hostProcess", default="false")),
    ("group", "container", "group id", _own_or_pod("runAsGroup")),
    ("run_as_non_root", "container", "runAsNonRoot", _own_or_pod("runAsNonRoot", default="false")),
    ("apparmor", "container", "AppArmor profile", _apparmor),
    ("env.literal", "container", "environment variable with its value in the object", _literals),
    ("emptydir.limit", "emptydir", "size limit", _plain("emptyDir", "sizeLimit")),
    ("emptydir.medium", "emptydir", "medium", _plain("emptyDir", "medium")),
    ("host_mount.read_only", "host_mount", "read-only mount", lambda element, _key: [
        str(bool(element.data.get("readOnly"))).lower()]),
    ("host_mount.writable", "host_mount", "writable mount", lambda element, _key: [
        str(not element.data.get("readOnly")).lower()]),
    ("rule.wildcard_groups", "role_rule", "wildcard API groups", lambda element, _key: [
        str("*" in (element.data.get("apiGroups") or ())).lower()]),
    ("mount.path", "mount", "mount path", _plain("mountPath")),
    ("mount.sub_path", "mount", "subPath", _plain("subPath")),
    ("port.name", "container_port", "port name", _plain("name")),
    ("port.protocol", "container_port", "protocol", _protocol),
    ("qos", "pod", "quality-of-service class", _quality),
    ("restarts", "pod", "restarts", _restarts),
    ("tolerates_all", "pod", "toleration of every taint", _tolerates_all),
    ("namespace", "object", "namespace", _namespace),
    ("data", "object", "key", _secret_keys),
    ("quota.hard", "object", "quota of", _keys("spec", "hard")),
    ("ingress.uncovered", "object", "host without TLS", _uncovered),
    ("ingress.host_path", "object", "host and path", _host_paths),
    ("ingress.path", "ingress_path", "path", lambda element, _key: [str(element.data.get("path") or "/")]),
    ("ingress.path_type", "ingress_path", "path type", _plain("pathType")),
    ("ingress.tls_secret", "object", "TLS secret", lambda element, _key: [
        str(entry["secretName"]) for entry in dig(element.data, "spec", "tls") or () if entry.get("secretName")]),
    ("netpol.all_pods", "object", "selection of every pod", _selects_all),
    ("netpol.open_ingress", "object", "ingress from anywhere", _opens("ingress", "from")),
    ("netpol.open_egress", "object", "egress to anywhere", _opens("egress", "to")),
    ("hpa.target_name", "object", "scale target", _target),
    ("subject.default_account", "subject", "default service account", _default_account),
    ("service.headless", "object", "headless", _headless),
    ("service.protocol", "service_port", "protocol", _protocol),
    ("service.target_port", "service_port", "target port", _plain("targetPort")),
    ("conditions", "object", "condition", _conditions),
    ("phase", "object", "phase", _plain("status", "phase")),
)  # fmt: skip
"""(fact, group, words, how it is read)."""
