"""Facts: named values of an element that a test can compare. A registry, so that a new check is one line.

A fact answers a list of strings: empty means "not set". Booleans are ``true`` or ``false``; what Kubernetes defaults is
answered as the default where the API documents one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.domain.rules import Test
from kora.kit.errors import Invalid
from kora.operations.audits.elements import At, Element, dig, pod_spec

Values = list[str]
World = Mapping[str, Sequence[Manifest]]
"""Objects around the audited ones, by kind."""


@dataclass(frozen=True)
class Fact:
    """One fact: the group of elements that has it, how to say it, how to read it (with a key where it takes one)."""

    name: str
    group: str
    words: str
    read: Callable[[Element, str | None], Values]
    skips_init: bool = False
    """Whether init containers, which can't have it, are left out."""
    parts: bool = False
    """Whether its values consist of parts, at whose ends prefixes end (images, paths)."""
    around: Callable[[Element, str | None, World], Values] | None = None
    """Reads the fact when it depends on other objects; `needs` names their kinds."""
    needs: tuple[str, ...] = ()
    default: Callable[[str | None], Values] | None = None
    """What silence means when a value is compared; whether something was set is another question."""
    shown: Callable[[str], str] = str
    """A value as people read it."""

    def place(self, element: Element, key: str | None) -> str:
        """The path of the field in the object; empty when the fact is no single field."""
        return self.read.place(element, key) if isinstance(self.read, At) else ""


def _text(value: Any) -> Values:
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]


def _path(*path: str) -> Callable[[Element, str | None], Values]:
    return At(lambda element, _key: _text(dig(element.data, *path)), ".".join(path))


def _silence(value: Any) -> Callable[[str | None], Values]:
    """What the API makes of a field that is not set."""
    return lambda _key: _text(value)


def _of_job(field: str) -> Callable[[Element, str | None], Values]:
    """A setting of a job, or of the jobs that a cron job makes."""

    def read(element: Element, key: str | None) -> Values:
        inside = ("spec", "jobTemplate", "spec") if element.object.get("kind") == "CronJob" else ("spec",)
        return _path(*inside, field)(element, key)

    return read


def _keyed(*path: str) -> Callable[[Element, str | None], Values]:
    """One key of a mapping, or all its keys when none is named."""

    def read(element: Element, key: str | None) -> Values:
        mapping = dig(element.data, *path) or {}
        if key is None:
            return list(mapping)
        if key.endswith("*"):
            return [str(name) for name in mapping if str(name).startswith(key[:-1])]
        return [] if key not in mapping else [str(mapping[key])]

    return At(read, ".".join(path), keyed=True)


def _security(field: str, *rest: str, default: Any = None) -> Callable[[Element, str | None], Values]:
    """A container's security setting, else its pod's: its own wins (API reference, SecurityContext)."""

    def read(element: Element, _key: str | None) -> Values:
        value = dig(element.data, "securityContext", field, *rest)
        if value is None:
            value = dig(_pod_of(element), "securityContext", field, *rest)
        return _text(default if value is None else value)

    return At(read, ".".join(("securityContext", field, *rest)))


def _pod_of(element: Element) -> dict[str, Any]:
    return pod_spec(element.object) or {}


# --- images -------------------------------------------------------------------------------------------------------


def split_image(image: str) -> tuple[str, str, str, str]:
    """Registry, repository, tag, digest of an image reference; Docker Hub and ``latest`` are what silence means."""
    name, _, digest = image.partition("@")
    head, slash, tail = name.rpartition("/")
    tail, _, tag = tail.partition(":")
    repository = f"{head}{slash}{tail}"
    first, has_slash, rest = repository.partition("/")
    if has_slash and ("." in first or ":" in first or first == "localhost"):
        return first, rest, tag or ("" if digest else "latest"), digest
    return "docker.io", repository, tag or ("" if digest else "latest"), digest


def _image_part(index: int) -> Callable[[Element, str | None], Values]:
    def read(element: Element, _key: str | None) -> Values:
        image = element.data.get("image")
        return _text(split_image(image)[index]) if image else []

    return At(read, "image")


def _full_image(element: Element, _key: str | None) -> Values:
    """The image with the registry that silence means: nginx → docker.io/library/nginx."""
    image = str(element.data.get("image") or "")
    if not image:
        return []
    registry, repository, _tag, _digest = split_image(image)
    if registry != "docker.io" or image.startswith("docker.io/"):
        return [image]
    return [f"docker.io/{'' if '/' in repository else 'library/'}{image}"]


def _explicit_tag(element: Element, _key: str | None) -> Values:
    image = str(element.data.get("image") or "").partition("@")[0].rpartition("/")[2]
    return _text(image.partition(":")[2])


# --- containers ---------------------------------------------------------------------------------------------------


def _ratio(resource: str) -> Callable[[Element, str | None], Values]:
    def read(element: Element, _key: str | None) -> Values:
        limit = parse_quantity(dig(element.data, "resources", "limits", resource))
        request = parse_quantity(dig(element.data, "resources", "requests", resource))
        return [] if limit is None or not request else [f"{(limit / request).normalize():f}"]

    return read


def _root(element: Element, key: str | None) -> Values:
    """Whether the container may run as root: ``false`` only when something forbids it."""
    user = _security("runAsUser")(element, key)
    if user:
        return ["true" if user == ["0"] else "false"]
    return ["false" if _security("runAsNonRoot")(element, key) == ["true"] else "true"]


def _references(source: str) -> Callable[[Element, str | None], Values]:
    """Names of Secrets or ConfigMaps that a container takes its environment from."""
    single, many = f"{source}KeyRef", f"{source}Ref"

    def read(element: Element, _key: str | None) -> Values:
        named = [dig(entry, "valueFrom", single, "name") for entry in element.data.get("env") or ()]
        named += [dig(entry, many, "name") for entry in element.data.get("envFrom") or ()]
        return [str(name) for name in named if name]

    return read


def _env(element: Element, key: str | None) -> Values:
    entries = {entry.get("name"): entry for entry in element.data.get("env") or ()}
    if key is None:
        return [str(name) for name in entries]
    return _text(entries[key].get("value", "(from elsewhere)")) if key in entries else []


def _command(element: Element, _key: str | None) -> Values:
    """The parts of a command, and the words of those parts that are a script by themselves."""
    parts = [str(part) for part in element.data.get("command") or ()]
    return list(dict.fromkeys([*parts, *(word for part in parts for word in part.split() if word != part)]))


def _each(field: str, part: str) -> Callable[[Element, str | None], Values]:
    def read(element: Element, _key: str | None) -> Values:
        return [str(item[part]) for item in element.data.get(field) or () if item.get(part) not in (None, "")]

    return At(read, f"{field}[].{part}")


# --- pods and objects ---------------------------------------------------------------------------------------------

_NOT_A_TYPE = {"name"}


def _volume_type(element: Element, _key: str | None) -> Values:
    return [key for key in element.data if key not in _NOT_A_TYPE]


def _mounts_token(element: Element, _key: str | None) -> Values:
    return _text(element.data.get("automountServiceAccountToken"))


def _hosts(element: Element, _key: str | None) -> Values:
    rules = dig(element.data, "spec", "rules") or ()
    return [str(rule.get("host") or "*") for rule in rules] or _text(dig(element.data, "spec", "hostnames"))


def _wildcards(element: Element, _key: str | None) -> Values:
    return [host for host in _hosts(element, None) if "*" in host]


def _tls_hosts(element: Element, _key: str | None) -> Values:
    entries = dig(element.data, "spec", "tls") or ()
    return [str(host) for entry in entries for host in entry.get("hosts") or ("*",)]


def _selector(element: Element, _key: str | None) -> Values:
    selector = dig(element.data, "spec", "selector") or {}
    selector = selector.get("matchLabels", selector) if isinstance(selector, dict) else {}
    pairs: Iterable[tuple[str, Any]] = selector.items()
    joined = ",".join(f"{key}={value}" for key, value in sorted(pairs))
    return [joined] if joined else []


def _replicas(element: Element, _key: str | None) -> Values:
    return _text(dig(element.data, "spec", "replicas"))


def _writes(element: Element, _key: str | None) -> Values:
    """Resources that a rule lets its subject change."""
    changing = {"create", "update", "patch", "delete", "deletecollection", "*"}
    if not changing & set(element.data.get("verbs") or ()):
        return []
    return _text(element.data.get("resources"))


def _subject(element: Element, _key: str | None) -> Values:
    return _text(element.data.get("name"))


def _grants(element: Element, key: str | None) -> Values:
    """Which verbs of ``get,list secrets`` the rule of a role grants on that resource."""
    verbs, _, resource = (key or "").partition(" ")
    resources = set(element.data.get("resources") or ())
    if not resources & {resource, "*", f"*/{resource.partition('/')[2]}" if "/" in resource else "*"}:
        return []
    granted = set(element.data.get("verbs") or ())
    return sorted(granted if "*" in granted else granted & set(verbs.split(",")))


def _wildcard(*fields: str) -> Callable[[Element, str | None], Values]:
    def read(element: Element, _key: str | None) -> Values:
        return [str(any("*" in (element.data.get(field) or ()) for field in fields)).lower()]

    return read


def _bounds(element: Element, _key: str | None) -> Values:
    least, most = dig(element.data, "spec", "minReplicas"), dig(element.data, "spec", "maxReplicas")
    return [str(1 if least is None else least), *_text(most)]


def _storage_classes(element: Element, _key: str | None) -> Values:
    """Of a claim, or of every claim template of a StatefulSet (one that names none makes the answer empty)."""
    if element.object.get("kind") != "StatefulSet":
        return _text(dig(element.data, "spec", "storageClassName"))
    templates = dig(element.data, "spec", "volumeClaimTemplates") or ()
    named = [dig(template, "spec", "storageClassName") for template in templates]
    if not named:
        return ["(no claims)"]
    return [str(name) for name in named] if all(named) else []


def _spread(element: Element, _key: str | None) -> Values:
    least, most = dig(element.data, "spec", "minReplicas"), dig(element.data, "spec", "maxReplicas")
    return [] if most is None else [str(int(most) - int(1 if least is None else least))]


def _allows_http(element: Element, _key: str | None) -> Values:
    """Whether an Ingress answers plain HTTP: TLS is there, and the annotations don't ask for plain HTTP."""
    annotations = dig(element.data, "metadata", "annotations") or {}
    plain = str(annotations.get("kubernetes.io/ingress.allow-http", "true")).lower() != "false"
    return [str(plain).lower()]


def _facts() -> Iterable[Fact]:
    for resource in ("cpu", "memory", "ephemeral-storage"):
        for side in ("requests", "limits"):
            words = f"{resource} {side[:-1]}"
            yield Fact(f"{side}.{resource}", "container", words, _path("resources", side, resource))
        yield Fact(f"ratio.{resource}", "container", f"{resource} limit/request ratio", _ratio(resource))
    for probe in ("liveness", "readiness", "startup"):
        yield Fact(f"probe.{probe}", "container", f"{probe} probe", _path(f"{probe}Probe"), skips_init=True)
    yield Fact("image", "container", "image", _path("image"), parts=True)
    yield Fact("image.full", "container", "full image name", At(_full_image, "image"), parts=True)
    for index, part in enumerate(("registry", "repository", "tag", "digest")):
        yield Fact(f"image.{part}", "container", f"image {part}", _image_part(index))
    yield Fact("image.explicit_tag", "container", "explicit image tag", At(_explicit_tag, "image"))
    yield Fact("image.pull_policy", "container", "image pull policy", _path("imagePullPolicy"))
    yield Fact(
        "privileged", "container", "privileged mode", _path("securityContext", "privileged"), default=_silence(False)
    )
    yield Fact(
        "privilege_escalation",
        "container",
        "privilege escalation",
        _path("securityContext", "allowPrivilegeEscalation"),
        default=_silence(True),
    )
    yield Fact(
        "read_only_root",
        "container",
        "read-only root file system",
        _path("securityContext", "readOnlyRootFilesystem"),
        default=_silence(False),
    )
    yield Fact("root_user", "container", "running as root", At(_root, "securityContext"))
    yield Fact("user", "container", "user id", _security("runAsUser"))
    yield Fact("seccomp", "container", "seccomp profile", _security("seccompProfile", "type"))
    yield Fact(
        "proc_mount", "container", "proc mount", _path("securityContext", "procMount"), default=_silence("Default")
    )
    yield Fact("capabilities.add", "container", "added capability", _path("securityContext", "capabilities", "add"))
    yield Fact("capabilities.drop", "container", "dropped capability", _path("securityContext", "capabilities", "drop"))
    yield Fact("stdin", "container", "stdin", _path("stdin"), default=_silence(False))
    yield Fact("tty", "container", "tty", _path("tty"), default=_silence(False))
    yield Fact("host_port", "container", "host port", _each("ports", "hostPort"))
    yield Fact("container_port", "container", "container port", _each("ports", "containerPort"))
    yield Fact("env", "container", "environment variable", At(_env, "env", keyed=True))
    yield Fact("env.secret", "container", "environment from a Secret", _references("secret"))
    yield Fact("env.config_map", "container", "environment from a ConfigMap", _references("configMap"))
    yield Fact("command", "container", "command", At(_command, "command"))
    yield Fact("lifecycle.pre_stop", "container", "preStop hook", _path("lifecycle", "preStop"))
    for field, name, words in (
        ("hostNetwork", "host_network", "host network"),
        ("hostPID", "host_pid", "host process namespace"),
        ("hostIPC", "host_ipc", "host IPC namespace"),
    ):
        yield Fact(name, "pod", words, _path(field), default=_silence(False))
    yield Fact("service_account", "pod", "service account", _path("serviceAccountName"), default=_silence("default"))
    token = At(_mounts_token, "automountServiceAccountToken")
    words = "automatic mount of the service account token"
    yield Fact("token_mount", "pod", words, token, default=_silence(True))
    yield Fact("node_selector", "pod", "node selector", _keyed("nodeSelector"))
    yield Fact("priority_class", "pod", "priority class", _path("priorityClassName"))
    yield Fact("restart_policy", "pod", "restart policy", _path("restartPolicy"), default=_silence("Always"))
    yield Fact("pull_secrets", "pod", "image pull secret", _each("imagePullSecrets", "name"))
    yield Fact(
        "grace_period", "pod", "termination grace period", _path("terminationGracePeriodSeconds"), default=_silence(30)
    )
    yield Fact("affinity", "pod", "affinity", _path("affinity"))
    yield Fact("tolerations", "pod", "toleration", _each("tolerations", "key"))
    yield Fact(
        "topology_spread", "pod", "topology spread constraint", _each("topologySpreadConstraints", "topologyKey")
    )
    yield Fact(
        "sysctls",
        "pod",
        "sysctl",
        lambda element, key: _each("sysctls", "name")(
            Element("", dig(element.data, "securityContext") or {}, element.object), key
        ),
    )
    yield Fact("fs_group", "pod", "fsGroup", _path("securityContext", "fsGroup"))
    yield Fact("volume.type", "volume", "volume type", At(_volume_type, ""))
    yield Fact("volume.host_path", "volume", "host path", _path("hostPath", "path"), parts=True)
    yield Fact("labels", "object", "label", _keyed("metadata", "labels"))
    yield Fact("annotations", "object", "annotation", _keyed("metadata", "annotations"))
    yield Fact("name", "object", "name", _path("metadata", "name"))
    yield Fact(
        "owner",
        "object",
        "owner",
        lambda element, _key: [
            f"{item.get('kind')}/{item.get('name')}" for item in dig(element.data, "metadata", "ownerReferences") or ()
        ],
    )
    yield Fact("finalizers", "object", "finalizer", _path("metadata", "finalizers"))
    yield Fact("api_version", "object", "API version", _path("apiVersion"))
    yield Fact("replicas", "object", "replicas", At(_replicas, "spec.replicas"), default=_silence(1))
    yield Fact(
        "strategy", "object", "update strategy", _path("spec", "strategy", "type"), default=_silence("RollingUpdate")
    )
    yield Fact("revision_history", "object", "revision history limit", _path("spec", "revisionHistoryLimit"))
    yield Fact("service.type", "object", "service type", _path("spec", "type"), default=_silence("ClusterIP"))
    yield Fact("service.external_ips", "object", "external IP", _path("spec", "externalIPs"))
    yield Fact("service.selector", "object", "selector", _selector)
    ranges = _path("spec", "loadBalancerSourceRanges")
    yield Fact("service.source_ranges", "object", "allowed source range", ranges, default=_silence(["0.0.0.0/0"]))
    yield Fact("service.port", "service_port", "service port", _path("port"))
    yield Fact("service.node_port", "service_port", "node port", _path("nodePort"))
    yield Fact("service.port_name", "service_port", "port name", _path("name"))
    yield Fact("ingress.host", "object", "host", At(_hosts, "spec.rules[].host"))
    yield Fact("ingress.wildcard", "object", "wildcard host", At(_wildcards, "spec.rules[].host"))
    yield Fact("ingress.tls", "object", "TLS", At(_tls_hosts, "spec.tls"))
    yield Fact("ingress.class", "object", "ingress class", _path("spec", "ingressClassName"))
    yield Fact("hpa.min", "object", "minimum replicas", _path("spec", "minReplicas"), default=_silence(1))
    yield Fact("hpa.max", "object", "maximum replicas", _path("spec", "maxReplicas"))
    yield Fact("pdb.min_available", "object", "minAvailable", _path("spec", "minAvailable"))
    yield Fact("pdb.max_unavailable", "object", "maxUnavailable", _path("spec", "maxUnavailable"))
    yield Fact("storage_class", "object", "storage class", _storage_classes)
    yield Fact("claim.size", "object", "requested size", _path("spec", "resources", "requests", "storage"))
    yield Fact("access_modes", "object", "access mode", _path("spec", "accessModes"))
    yield Fact("cron.schedule", "object", "schedule", _path("spec", "schedule"))
    yield Fact(
        "cron.concurrency",
        "object",
        "concurrency policy",
        _path("spec", "concurrencyPolicy"),
        default=_silence("Allow"),
    )
    yield Fact("cron.suspended", "object", "suspension", _path("spec", "suspend"), default=_silence(False))
    yield Fact("job.deadline", "object", "active deadline", _path("spec", "activeDeadlineSeconds"))
    yield Fact("job.ttl", "object", "time to live after finishing", _of_job("ttlSecondsAfterFinished"))
    yield Fact(
        "single_replica",
        "object",
        "single replica",
        lambda element, key: [str(_replicas(element, key) in ([], ["1"])).lower()],
    )
    yield Fact("hpa.bounds", "object", "minimum and maximum replicas", _bounds)
    yield Fact("hpa.spread", "object", "difference between maximum and minimum replicas", _spread)
    yield Fact("job.backoff", "object", "backoff limit", _of_job("backoffLimit"), default=_silence(6))
    yield Fact("ingress.allow_http", "object", "plain HTTP", _allows_http)
    yield Fact("anti_affinity", "pod", "pod anti-affinity", _path("affinity", "podAntiAffinity"))
    yield Fact("runtime_class", "pod", "runtime class", _path("runtimeClassName"))
    yield Fact("rule.grants", "role_rule", "permission to", _grants)
    yield Fact("rule.wildcard_verbs", "role_rule", "wildcard verbs", _wildcard("verbs"))
    yield Fact("rule.wildcard_resources", "role_rule", "wildcard resources", _wildcard("resources"))
    yield Fact("rule.wildcard_any", "role_rule", "wildcards", _wildcard("verbs", "resources", "apiGroups"))
    yield Fact("rule.verbs", "role_rule", "verb", _path("verbs"))
    yield Fact("rule.resources", "role_rule", "resource", _path("resources"))
    yield Fact("rule.groups", "role_rule", "API group", _path("apiGroups"))
    yield Fact("rule.writes", "role_rule", "write access to", _writes)
    yield Fact("subject", "subject", "subject", _subject)
    yield Fact("subject.kind", "subject", "kind of subject", _path("kind"))
    yield Fact("role_ref", "object", "role", _path("roleRef", "name"))


def _relations() -> Iterable[Fact]:
    from kora.operations.audits.references import MISSING
    from kora.operations.audits.relations import RELATIONS

    for name, words, read, needs in (*RELATIONS, *MISSING):
        yield Fact(name, "object", words, lambda _element, _key: [], around=read, needs=needs)


def _settings() -> Iterable[Fact]:
    from kora.operations.audits.settings import SETTINGS, days, default_of

    for name, group, words, read in SETTINGS:
        default = default_of(group) if ".field" in f".{name}" else None
        yield Fact(name, group, words, read, default=default, shown=days if name == "age" else str)


FACTS: dict[str, Fact] = {fact.name: fact for fact in (*_facts(), *_settings(), *_relations())}
"""Every fact by its name."""


_SIDES = {"limits": "limit", "requests": "request"}


def fact_named(name: str) -> Fact | None:
    """A fact by its name, those of extended resources (``limits.nvidia.com/gpu``) included; None: there is none.

    ``gpu`` as a resource means that of any maker.
    """
    side, _, resource = name.partition(".")
    if name in FACTS or side not in _SIDES or not resource:
        return FACTS.get(name)

    def read(element: Element, _key: str | None) -> Values:
        amounts = dig(element.data, "resources", side) or {}
        fitting = [key for key in amounts if key == resource or (resource == "gpu" and key.endswith("/gpu"))]
        return [str(amounts[key]) for key in fitting]

    at = f"resources.{side}" + ("" if resource == "gpu" else f"[{resource}]")
    return Fact(name, "container", f"{resource} {_SIDES[side]}", At(read, at))


def fact_of(test: Test) -> Fact:
    """The fact of a test, about the entries of a list where its key names one.

    Raises:
        Invalid: there is no such fact.
    """
    fact = fact_named(test.fact)
    if fact is None:
        raise Invalid(f"There is no fact named {test.fact}.")
    if test.key and "[]" in test.key and fact.name.startswith("field."):
        return replace(fact, group=f"{fact.group}:{test.key.rpartition('[]')[0]}[]")
    return fact


def number(value: str) -> Decimal | None:
    """A value as a number for comparisons: quantity, percentage or count."""
    return parse_quantity(value[:-1]) if value.endswith("%") else parse_quantity(value)
