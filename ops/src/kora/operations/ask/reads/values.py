"""How each property that can be asked for is worked out of an object and what stands beside it.

The nouns stand in `language.asking.properties`; `properties` makes answers of the values.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from kora.domain.objects import Manifest
from kora.domain.quantities import cpu_text, memory_text, parse_quantity
from kora.kit import clock
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.answer import age_text
from kora.operations.ask.binding import Binder
from kora.operations.ask.facts import counts, images, pod_spec, pod_status, ready_text, restarts, storage_of
from kora.operations.ask.reads.details import (
    in_words,
    metrics,
    probes_of,
    selector_of,
    subjects,
    taints,
)
from kora.operations.ask.reads.schedules import next_time
from kora.operations.ask.reads.standing import STANDING
from kora.operations.ask.relations import related, selects
from kora.operations.diagnose.fields import dig, instant, name_of, namespace_of
from kora.operations.diagnose.reading import strip_secret

Value = Callable[[Binder, Manifest], str]
NONE = "none"


def listed(values: Sequence[object]) -> str:
    """Values once each, with commas; ``none``."""
    return ", ".join(str(each) for each in dict.fromkeys(values)) or NONE


def _pairs(values: object) -> str:
    return (
        ", ".join(f"{key}={value}" for key, value in sorted(values.items()))
        if isinstance(values, dict) and values
        else NONE
    )


def _of_spec(*path: str, default: object = NONE) -> Value:
    def read(_binder: Binder, item: Manifest) -> str:
        value = dig(pod_spec(item), *path)
        return str(default if value is None else value)

    return read


def _at(*path: str, default: object = NONE) -> Value:
    def read(_binder: Binder, item: Manifest) -> str:
        value = dig(item, *path)
        if isinstance(value, list):
            return listed(value)
        return _pairs(value) if isinstance(value, dict) else str(default if value in (None, "") else value)

    return read


def _each_container(read: Callable[[Manifest], str], part: str = "containers") -> Value:
    """A property of containers: once when all agree, else with the name of each."""

    def told(_binder: Binder, item: Manifest) -> str:
        found = [(str(each.get("name")), read(each)) for each in pod_spec(item).get(part) or ()]
        if len({value for _, value in found}) == 1:
            return found[0][1]
        return "; ".join(f"{name}: {value}" for name, value in found) or NONE

    return told


def _statuses(binder: Binder, item: Manifest) -> list[tuple[Manifest, Manifest]]:
    return [(pod, each) for pod in binder.pods_of(item) for each in dig(pod, "status", "containerStatuses") or ()]


def _ended(status: Manifest) -> Manifest | None:
    found = dig(status, "state", "terminated") or dig(status, "lastState", "terminated")
    return found if isinstance(found, dict) else None


def _exit_code(binder: Binder, item: Manifest) -> str:
    said = []
    for pod, each in _statuses(binder, item):
        ended = _ended(each)
        if ended is not None:
            said.append(
                f"{ended.get('exitCode')} ({ended.get('reason')}, {name_of(pod)}/{each.get('name')}, "
                f"{ago(ended.get('finishedAt'))})"
            )
    return listed(said) if said else "no container of it has ended"


def _last_restart(binder: Binder, item: Manifest) -> str:
    ends = []
    for pod, each in _statuses(binder, item):
        last = dig(each, "lastState", "terminated") or (
            dig(each, "state", "terminated") if each.get("restartCount") else None
        )
        when = instant(dig(last, "finishedAt"))
        if each.get("restartCount") and last and when is not None:
            ends.append(
                (
                    when,
                    f"{ago(last.get('finishedAt'))} ({last.get('finishedAt')}), {name_of(pod)}/{each.get('name')}: "
                    f"{last.get('reason')}, exit code {last.get('exitCode')}, {each.get('restartCount')} restarts",
                )
            )
    if not ends:
        made = dig(item, "metadata", "creationTimestamp")
        asked = dig(item, "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
        renewed = f"; its pods were renewed on request {ago(asked)} ({asked})" if asked else ""
        return f"never: no container has restarted since its pods were made{renewed}; made {ago(made)}"
    return max(ends)[1]


def ago(text: object) -> str:
    """``5m ago``; ``at an unknown time``."""
    when = instant(text)
    return "at an unknown time" if when is None else f"{age_text(max(0.0, (clock.now() - when).total_seconds()))} ago"


def _unready_since(binder: Binder, item: Manifest) -> str:
    said = []
    for pod in binder.pods_of(item):
        ready = next((each for each in dig(pod, "status", "conditions") or () if each.get("type") == "Ready"), None)
        if ready is None or ready.get("status") != "True":  # what waits for a node has no such condition yet
            since = (ready or {}).get("lastTransitionTime") or dig(pod, "metadata", "creationTimestamp")
            said.append(f"not ready since {ago(since)} ({since}): {name_of(pod)} is {pod_status(pod)}")
    return "; ".join(said) or "it is not: every pod of it is ready"


def _restarts(binder: Binder, item: Manifest) -> str:
    return str(sum(restarts(pod) for pod in binder.pods_of(item)))


def _started(binder: Binder, item: Manifest) -> str:
    made = f"made {ago(dig(item, 'metadata', 'creationTimestamp'))} ({dig(item, 'metadata', 'creationTimestamp')})"
    if item["kind"] not in {*WORKLOAD_KINDS, "Pod"}:
        return made
    began = [instant(dig(each, "state", "running", "startedAt")) for _, each in _statuses(binder, item)]
    runs = [each for each in began if each is not None]
    if not runs:
        return f"{made}; no container of it runs now"
    since = age_text((clock.now() - min(runs)).total_seconds())
    return f"{made}; its longest running container has been up for {since}"


def _next_run(_binder: Binder, item: Manifest) -> str:
    schedule, zone = str(dig(item, "spec", "schedule") or ""), dig(item, "spec", "timeZone")
    if dig(item, "spec", "suspend"):
        return f"not at all: it is suspended (schedule {schedule})"
    if zone not in (None, "", "UTC", "Etc/UTC"):
        return f"by its schedule {schedule} in time zone {zone}"
    due = next_time(schedule, clock.now())
    if due is None:
        return f"unknown: the schedule {schedule!r} can't be read"
    ahead = age_text((due - clock.now()).total_seconds())
    return f"{due.strftime('%Y-%m-%d %H:%M')} UTC, in {ahead} (schedule {schedule})"


def _last_run(_binder: Binder, item: Manifest) -> str:
    if item["kind"] == "Job":
        ended = dig(item, "status", "completionTime")
        return f"started {ago(dig(item, 'status', 'startTime'))}, " + (
            f"ended {ago(ended)}" if ended else "not ended yet"
        )
    last, well = dig(item, "status", "lastScheduleTime"), dig(item, "status", "lastSuccessfulTime")
    if not last:
        return "never (it has not been due yet)"
    return f"{ago(last)} ({last}); last success {ago(well) if well else 'never'}"


def _duration(_binder: Binder, item: Manifest) -> str:
    began, ended = instant(dig(item, "status", "startTime")), instant(dig(item, "status", "completionTime"))
    failed = next((each for each in dig(item, "status", "conditions") or () if each.get("type") == "Failed"), None)
    if began is None:
        return "it has not started"
    if ended is None and failed is not None and (stopped := instant(failed.get("lastTransitionTime"))) is not None:
        return f"{age_text((stopped - began).total_seconds())} until it failed"
    if ended is None:
        return f"{age_text((clock.now() - began).total_seconds())} so far, it still runs"
    return age_text((ended - began).total_seconds())


def _leads_to(binder: Binder, item: Manifest) -> str:
    if item["kind"] == "HorizontalPodAutoscaler":
        aim = dig(item, "spec", "scaleTargetRef") or {}
        return f"{str(aim.get('kind')).lower()}/{aim.get('name')}, by {metrics(item)}"
    if item["kind"] == "Service":
        behind = [shown_short(each) for each in binder.workloads_behind(item)]
        pods = [name_of(each) for each in binder.pods_of(item)]
        return f"pods with {_pairs(dig(item, 'spec', 'selector'))}: {listed(behind)} (pods: {listed(pods)})"
    if item["kind"] in {"NetworkPolicy", "PodDisruptionBudget"}:
        return f"pods: {selector_of(item)}"
    return (
        (in_words(item) or NONE).partition("; TLS")[0].partition("; no TLS")[0] if item["kind"] == "Ingress" else NONE
    )


def shown_short(item: Manifest) -> str:
    """``deployment/web``."""
    return f"{item['kind'].lower()}/{name_of(item)}"


def _tls(_binder: Binder, item: Manifest) -> str:
    said = [
        f"{listed(each.get('hosts') or ())} with secret {each.get('secretName', NONE)}"
        for each in dig(item, "spec", "tls") or ()
    ]
    return "yes: " + "; ".join(said) if said else "no, plain HTTP only"


def _certificate(binder: Binder, item: Manifest) -> str:
    """Until when the certificates are valid that a TLS secret holds, or that an Ingress serves. The key is not read."""
    if item["kind"] == "Secret":
        return _valid_until(item)
    wanted = {str(each.get("secretName")) for each in dig(item, "spec", "tls") or () if each.get("secretName")}
    held = {name_of(each): each for each in binder.every("Secret", namespace_of(item)) if name_of(each) in wanted}
    said = [f"{name}: {_valid_until(held[name]) if name in held else 'no such secret'}" for name in sorted(wanted)]
    return "; ".join(said) or "no certificate of its own"


def _valid_until(secret: Manifest) -> str:
    from cryptography import x509  # large, and few questions need it

    text = str(strip_secret(secret)["keys"].get("tls.crt") or "")
    if not text:
        return "holds no certificate (tls.crt)"
    try:
        end = x509.load_pem_x509_certificate(text.encode()).not_valid_after_utc
    except ValueError:
        return "tls.crt can't be read as a certificate"
    left = (end - clock.now()).total_seconds()
    day = f"{end:%Y-%m-%d %H:%M} UTC"
    return f"valid until {day} ({age_text(left)} left)" if left > 0 else f"expired {age_text(-left)} ago, on {day}"


def _user(_binder: Binder, item: Manifest) -> str:
    spec = pod_spec(item)
    whole = dig(spec, "securityContext") or {}

    def said(container: Manifest) -> str:
        own = container.get("securityContext") or {}
        number, not_root = (
            own.get("runAsUser", whole.get("runAsUser")),
            own.get("runAsNonRoot", whole.get("runAsNonRoot")),
        )
        if number is not None:
            return str(number)
        return "not said (the image's user" + (", which must not be root)" if not_root else ", may be root)")

    return _each_container(said)(_binder, item)


def _strategy(_binder: Binder, item: Manifest) -> str:
    found = dig(item, "spec", "strategy") or dig(item, "spec", "updateStrategy") or {}
    pace = found.get("rollingUpdate") or {}
    return str(found.get("type") or NONE) + (f" ({_pairs(pace)})" if pace else "")


def _tolerations(_binder: Binder, item: Manifest) -> str:
    said = [
        f"{each.get('key') or 'every taint'}{'=' + str(each['value']) if each.get('value') else ''}:"
        f"{each.get('effect') or 'any effect'}"
        for each in pod_spec(item).get("tolerations") or ()
    ]
    return listed(said)


def _owner(binder: Binder, item: Manifest) -> str:
    direct = [
        f"{str(each.get('kind')).lower()}/{each.get('name')}" for each in dig(item, "metadata", "ownerReferences") or ()
    ]
    above = [shown_short(each) for each in binder.workloads_behind(item)] if item["kind"] == "Pod" else []
    return (
        listed([*direct, *(each for each in above if each not in direct)]) if direct else "nobody (it was made by hand)"
    )


def _node(binder: Binder, item: Manifest) -> str:
    return listed([dig(pod, "spec", "nodeName") or "no node yet" for pod in binder.pods_of(item)])


def _beside(kind: str, told: Callable[[Manifest], str]) -> Value:
    """What stands beside a workload: its autoscaler, its budget, the policies that select it."""

    def read(binder: Binder, item: Manifest) -> str:
        found = [each for each in binder.every(kind, namespace_of(item)) if related(binder, each, item)]
        return "; ".join(f"{name_of(each)} ({told(each)})" for each in found) or NONE

    return read


def _services(binder: Binder, item: Manifest) -> str:
    return listed([name_of(each) for each in binder.every("Service", namespace_of(item)) if selects(each, item)])


def _scaling(item: Manifest) -> str:
    low, high = dig(item, "spec", "minReplicas") or 1, dig(item, "spec", "maxReplicas")
    return f"between {low} and {high} replicas, {dig(item, 'status', 'currentReplicas') or 0} now, by {metrics(item)}"


def _guarding(item: Manifest) -> str:
    least, most = dig(item, "spec", "minAvailable"), dig(item, "spec", "maxUnavailable")
    rule = f"at least {least} available" if least is not None else f"at most {most} unavailable"
    return f"{rule}; {dig(item, 'status', 'disruptionsAllowed') or 0} may be evicted now"


def _annotations(_binder: Binder, item: Manifest) -> str:
    """Without kubectl's copy of the whole object."""
    found = dig(item, "metadata", "annotations") or {}
    return _pairs({key: value for key, value in found.items() if not key.endswith("last-applied-configuration")})


def _restricting(item: Manifest) -> str:
    types = dig(item, "spec", "policyTypes") or ["Ingress"]
    return f"restricts {' and '.join(types).lower()} of {selector_of(item)}"


def _quantities(part: str) -> Value:
    def one(container: Manifest) -> str:
        return _pairs(dig(container, "resources", part))

    return _each_container(one)


def _quota(_binder: Binder, item: Manifest) -> str:
    hard = dig(item, "status", "hard") or dig(item, "spec", "hard") or {}
    used = dig(item, "status", "used") or {}
    said = []
    for what, most in sorted(hard.items()):
        total, taken = parse_quantity(most), parse_quantity(used.get(what, "0"))
        left = f", {_amount(what, total - taken)} left" if total is not None and taken is not None else ""
        said.append(f"{what}: {used.get(what, '0')} of {most} used{left}")
    return "; ".join(said) or NONE


def _amount(what: str, value: Decimal) -> str:
    if "memory" in what or "storage" in what:
        return memory_text(value)
    return cpu_text(value) if "cpu" in what else f"{value:f}"


def _rules(_binder: Binder, item: Manifest) -> str:
    if item["kind"] == "NetworkPolicy":
        return f"for {selector_of(item)}: " + listed(
            [
                f"{part} {dig(item, 'spec', part) or 'nothing'}"
                for part in ("ingress", "egress")
                if part in (item.get("spec") or {})
            ]
        )
    said = [
        f"{listed(each.get('verbs') or ())} on {listed(each.get('resources') or each.get('nonResourceURLs') or ())}"
        for each in item.get("rules") or ()
    ]
    return "; ".join(said) or NONE


def _ports(_binder: Binder, item: Manifest) -> str:
    if item["kind"] == "Service":
        return listed(
            [
                f"{each.get('port')}→{each.get('targetPort', each.get('port'))}"
                + (f" (node {each['nodePort']})" if each.get("nodePort") else "")
                for each in dig(item, "spec", "ports") or ()
            ]
        )
    return _each_container(lambda each: listed([port.get("containerPort") for port in each.get("ports") or ()]))(
        _binder, item
    )


def _state(binder: Binder, item: Manifest) -> str:
    del binder
    if item["kind"] == "Pod":
        return pod_status(item)
    return in_words(item) or (
        f"{ready_text(item)} ready" if pod_spec(item) else str(dig(item, "status", "phase") or NONE)
    )


def _volumes(_binder: Binder, item: Manifest) -> str:
    spec = pod_spec(item)
    where = {
        mount.get("name"): f" at {mount.get('mountPath')}"
        for each in spec.get("containers") or ()
        for mount in each.get("volumeMounts") or ()
    }
    said = []
    for each in spec.get("volumes") or ():
        source = next((part for part in each if part != "name"), "emptyDir")
        made_of = each.get(source) or {}
        named = next(
            (str(made_of[part]) for part in ("claimName", "secretName", "name", "path") if part in made_of), ""
        )
        said.append(f"{each.get('name')} ({source}{' ' + named if named else ''}){where.get(each.get('name'), '')}")
    said += [f"{name_of(each)} (a claim of its own)" for each in dig(item, "spec", "volumeClaimTemplates") or ()]
    return listed([each for each in said if not each.startswith("kube-api-access")])


def _resources(_binder: Binder, item: Manifest) -> str:
    return memory_text(storage_of(item)) if storage_of(item) else NONE


_SYSTEM = ("osImage", "kernelVersion", "architecture", "containerRuntimeVersion")
VALUES: dict[str, Value] = {
    "service_account": _of_spec("serviceAccountName", default="default"),
    "exit_code": _exit_code,
    "last_restart": _last_restart,
    "unready_since": _unready_since,
    "restarts": _restarts,
    "started": _started,
    "next_run": _next_run,
    "last_run": _last_run,
    "duration": _duration,
    "schedule": _at("spec", "schedule"),
    "selector": lambda _b, item: (
        _pairs(dig(item, "spec", "selector")) if item["kind"] == "Service" else selector_of(item)
    ),
    "leads_to": _leads_to,
    "tls": _tls,
    "certificate": _certificate,
    "hosts": lambda _b, item: listed([each.get("host", "*") for each in dig(item, "spec", "rules") or ()]),
    "ingress_class": _at("spec", "ingressClassName"),
    "storage_class": _at("spec", "storageClassName"),
    "priority_class": _of_spec("priorityClassName"),
    "access_modes": _at("spec", "accessModes"),
    "reclaim_policy": lambda _b, item: str(
        dig(item, "spec", "persistentVolumeReclaimPolicy") or item.get("reclaimPolicy") or NONE
    ),
    "qos": _at("status", "qosClass"),
    "grace_period": lambda binder, item: _of_spec("terminationGracePeriodSeconds", default=30)(binder, item) + " s",
    "pull_policy": _each_container(lambda each: str(each.get("imagePullPolicy") or NONE)),
    "pull_secrets": lambda _b, item: listed(
        [each.get("name") for each in pod_spec(item).get("imagePullSecrets") or ()]
    ),
    "restart_policy": _of_spec("restartPolicy", default="Always"),
    "strategy": _strategy,
    "user": _user,
    "node_selector": lambda _b, item: _pairs(pod_spec(item).get("nodeSelector")),
    "tolerations": _tolerations,
    "owner": _owner,
    "finalizers": _at("metadata", "finalizers"),
    "node": _node,
    "pod_ip": lambda _b, item: str(dig(item, "status", "podIP") or dig(item, "spec", "clusterIP") or NONE),
    "autoscaler": _beside("HorizontalPodAutoscaler", _scaling),
    "budget": _beside("PodDisruptionBudget", _guarding),
    "policies": _beside("NetworkPolicy", _restricting),
    "services": _services,
    "containers": lambda _b, item: listed([each.get("name") for each in pod_spec(item).get("containers") or ()]),
    "init_containers": lambda _b, item: listed(
        [each.get("name") for each in pod_spec(item).get("initContainers") or ()]
    ),
    "command": _each_container(
        lambda each: " ".join(map(str, [*(each.get("command") or ()), *(each.get("args") or ())])) or "of the image"
    ),
    "requests": _quantities("requests"),
    "limits": _quantities("limits"),
    "probes": _each_container(probes_of),
    "replica_bounds": lambda _b, item: _scaling(item),
    "keys": lambda _b, item: listed(sorted(item.get("data") or {})),
    "quota": _quota,
    "rules": _rules,
    "subjects": lambda _b, item: subjects(item),
    "provisioner": lambda _b, item: str(item.get("provisioner") or NONE),
    "capacity": _resources,
    "bound_volume": lambda _b, item: in_words(item) or NONE,
    "volumes": _volumes,
    "labels": _at("metadata", "labels"),
    "annotations": _annotations,
    "state": _state,
    "images": lambda _b, item: listed(images(item)),
    "ports": _ports,
    "replicas": lambda _b, item: str(counts(item)[1]),
    "taints": lambda _b, item: taints(item),
    "kubelet": _at("status", "nodeInfo", "kubeletVersion"),
    **STANDING,
    "os": lambda _b, item: listed([dig(item, "status", "nodeInfo", part) for part in _SYSTEM]),
}  # fmt: skip
"""Each property's value in words."""
