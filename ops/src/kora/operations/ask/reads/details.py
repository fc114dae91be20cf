"""One object in words: how a job, a cron job, a claim, an Ingress or a node stands, and what a probe asks.

For `workloads`, which shows objects; the columns of lists that are worked out of several fields stand here too.
"""

from collections.abc import Callable

from kora.domain.objects import Manifest
from kora.operations.diagnose.fields import dig, has_condition, name_of

_PROBES = ("readinessProbe", "livenessProbe", "startupProbe")


def in_words(item: Manifest) -> str | None:
    """How the object stands, without its name: ``complete: 1 of 1 runs succeeded``; None for kinds without a state."""
    found = _STATES.get(item["kind"])
    return None if found is None else found(item)


def probes_of(container: Manifest) -> str:
    """``readinessProbe GET /healthz on port 8080 every 10s``; ``none`` when there is no probe."""
    return ", ".join(f"{name} {_asks(container[name])}" for name in _PROBES if container.get(name)) or "none"


def _asks(probe: Manifest) -> str:
    if "httpGet" in probe:
        asked = f"GET {dig(probe, 'httpGet', 'path') or '/'} on port {dig(probe, 'httpGet', 'port')}"
    elif "tcpSocket" in probe:
        asked = f"TCP on port {dig(probe, 'tcpSocket', 'port')}"
    elif "grpc" in probe:
        asked = f"gRPC on port {dig(probe, 'grpc', 'port')}"
    else:
        asked = "command " + " ".join(map(str, dig(probe, "exec", "command") or ()))
    delay = f", first after {probe['initialDelaySeconds']}s" if probe.get("initialDelaySeconds") else ""
    return f"{asked} every {probe.get('periodSeconds', 10)}s{delay}"


def _job(item: Manifest) -> str:
    done, wanted = dig(item, "status", "succeeded") or 0, dig(item, "spec", "completions") or 1
    counted = f"{done} of {wanted} runs succeeded, {dig(item, 'status', 'failed') or 0} failed"
    if has_condition(item, "Complete"):
        ended = dig(item, "status", "completionTime") or "at an unknown time"
        return f"complete (it has finished): {counted}, ended {ended}"
    if has_condition(item, "Failed"):
        return f"failed: {counted}"
    if dig(item, "spec", "suspend"):
        return f"suspended: {counted}"
    return f"not finished yet: {counted}, {dig(item, 'status', 'active') or 0} running"


def _cron_job(item: Manifest) -> str:
    last = dig(item, "status", "lastScheduleTime") or "never"
    well = dig(item, "status", "lastSuccessfulTime") or "never"
    state = "suspended" if dig(item, "spec", "suspend") else "active"
    running = len(dig(item, "status", "active") or ())
    schedule = dig(item, "spec", "schedule")
    return f"{state}, schedule {schedule}, last run {last}, last success {well}, {running} running now"


def _claim(item: Manifest) -> str:
    size = dig(item, "status", "capacity", "storage") or dig(item, "spec", "resources", "requests", "storage")
    phase = str(dig(item, "status", "phase") or "unknown").lower()
    made_of = dig(item, "spec", "storageClassName") or "none"
    return f"{phase}, {size}, class {made_of}, volume {dig(item, 'spec', 'volumeName') or 'none'}"


def _ingress(item: Manifest) -> str:
    routes = []
    for rule in dig(item, "spec", "rules") or ():
        for path in dig(rule, "http", "paths") or ():
            service = dig(path, "backend", "service", "name")
            port = dig(path, "backend", "service", "port", "number") or dig(path, "backend", "service", "port", "name")
            routes.append(f"{rule.get('host', '*')}{path.get('path') or '/'} to service {service} port {port}")
    secured = [host for each in dig(item, "spec", "tls") or () for host in each.get("hosts") or ()]
    address = ", ".join(
        each.get("ip") or each.get("hostname") or "?" for each in dig(item, "status", "loadBalancer", "ingress") or ()
    )
    tls = f"; TLS for {', '.join(secured)}" if secured else "; no TLS"
    return f"{'; '.join(routes) or 'no routes'}{tls}; address {address or 'none yet'}"


def _node(item: Manifest) -> str:
    ready = "ready" if has_condition(item, "Ready") else "not ready"
    closed = ", closed to new pods (cordoned)" if dig(item, "spec", "unschedulable") else ""
    return f"{ready}{closed}, taints {taints(item)}"


def _budget(item: Manifest) -> str:
    allowed, healthy = dig(item, "status", "disruptionsAllowed") or 0, dig(item, "status", "currentHealthy") or 0
    return f"{allowed} disruptions allowed, {healthy} pods healthy"


def _scaler(item: Manifest) -> str:
    aim = dig(item, "spec", "scaleTargetRef") or {}
    low, high = dig(item, "spec", "minReplicas") or 1, dig(item, "spec", "maxReplicas")
    now = dig(item, "status", "currentReplicas") or 0
    what = f"{str(aim.get('kind')).lower()}/{aim.get('name')}"
    return f"scales {what} between {low} and {high}, {now} now, by {metrics(item)}"


def metrics(item: Manifest) -> str:
    """What an autoscaler goes by: ``cpu 70%``."""
    said = []
    for each in dig(item, "spec", "metrics") or ():
        name = dig(each, "resource", "name") or each.get("type")
        target = dig(each, "resource", "target") or {}
        percent = target.get("averageUtilization")
        said.append(
            f"{name} {percent}%" if percent is not None else f"{name} {target.get('averageValue') or ''}".strip()
        )
    return ", ".join(said) or "no metric"


def taints(item: Manifest) -> str:
    """``dedicated=db:NoSchedule``; ``none``."""
    found = [
        f"{each.get('key')}{'=' + each['value'] if each.get('value') else ''}:{each.get('effect')}"
        for each in dig(item, "spec", "taints") or ()
    ]
    return ", ".join(found) or "none"


def node_state(item: Manifest) -> str:
    """``Ready``, with ``SchedulingDisabled`` as kubectl shows it."""
    ready = "Ready" if has_condition(item, "Ready") else "NotReady"
    return ready + (",SchedulingDisabled" if dig(item, "spec", "unschedulable") else "")


def quota_use(item: Manifest) -> str:
    """``pods 3/10, limits.memory 1Gi/2Gi``: used of what is allowed."""
    hard = dig(item, "status", "hard") or dig(item, "spec", "hard") or {}
    used = dig(item, "status", "used") or {}
    return ", ".join(f"{what} {used.get(what, '0')}/{most}" for what, most in sorted(hard.items())) or "-"


def bounds(item: Manifest) -> str:
    """A LimitRange's defaults and bounds in one line."""
    said = []
    for each in dig(item, "spec", "limits") or ():
        for part in ("defaultRequest", "default", "min", "max"):
            said += [
                f"{each.get('type')} {part} {what} {value}" for what, value in sorted((each.get(part) or {}).items())
            ]
    return ", ".join(said) or "-"


def selector_of(item: Manifest) -> str:
    """The labels that a policy or budget selects: ``app=web``; ``all pods``."""
    chosen = dig(item, "spec", "podSelector") or dig(item, "spec", "selector") or {}
    said = [f"{key}={value}" for key, value in sorted((chosen.get("matchLabels") or {}).items())]
    said += [f"{each.get('key')} {each.get('operator')}" for each in chosen.get("matchExpressions") or ()]
    return ",".join(said) or "all pods"


def subjects(item: Manifest) -> str:
    """Whom a binding is for: ``ServiceAccount/ci``."""
    return ", ".join(f"{each.get('kind')}/{each.get('name')}" for each in item.get("subjects") or ()) or "-"


def name_in(item: Manifest, *path: str) -> str:
    """``Role/reader`` of a reference in the object."""
    ref = dig(item, *path) or {}
    return f"{ref.get('kind')}/{ref.get('name')}" if ref else name_of(item)


_STATES: dict[str, Callable[[Manifest], str]] = {
    "Job": _job,
    "CronJob": _cron_job,
    "PersistentVolumeClaim": _claim,
    "Ingress": _ingress,
    "Node": _node,
    "PodDisruptionBudget": _budget,
    "HorizontalPodAutoscaler": _scaler,
    "ResourceQuota": lambda item: f"used {quota_use(item)}",
    "LimitRange": bounds,
    "Namespace": lambda item: str(dig(item, "status", "phase") or "unknown").lower(),
}
