"""Probes that fail: wrong port, path or scheme (proven by asking the container), too early, or rightly so."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import Container, all_containers, log_source, source, subject_of, where
from kora.operations.diagnose.dependencies import describe, is_reachability, target_of
from kora.operations.diagnose.fields import condition, dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph, event_time
from kora.operations.diagnose.probe import Probe, Reach
from kora.operations.diagnose.repairs import (
    NO_REPAIR,
    TEMPLATE_PATHS,
    Repair,
    patch_command,
    renew,
    replace_in_template,
    roll_back,
)

FIELDS = {"Readiness": "readinessProbe", "Liveness": "livenessProbe", "Startup": "startupProbe"}
HEALTH_PATHS = (
    "/health",
    "/healthz",
    "/ready",
    "/readyz",
    "/livez",
    "/live",
    "/ping",
    "/status",
    "/api/health",
    "/-/healthy",
    "/",
)
KILL_WINDOW = 660.0
LEAST_GRACE, MOST_GRACE = 10.0, 30.0
NEEDLESS = 8.0  # seconds of running before even a proven mistake counts: ports are opened one after the other

_TURNED = "lastTransitionTime"
_FAILED = re.compile(r"^(Readiness|Liveness|Startup) probe (?:failed|errored)", re.I)
_STATUS = re.compile(r"statuscode: (\d+)")
_REFUSED = re.compile(r"connection refused|no route to host|failed to connect service", re.I)
_SILENT = re.compile(r"timeout|timed out|deadline exceeded", re.I)
_NOT_TLS = re.compile(r"server gave HTTP response to HTTPS client")
_IS_TLS = re.compile(r"malformed HTTP response|HTTP request to an HTTPS server")
_NO_PORT = re.compile(r"couldn't find port|strconv|invalid port", re.I)
# What the runtime says; a program that runs and finds no file says similar words, and is right to.
_NO_PROGRAM = re.compile(
    r"executable file not found|exec failed|failed to exec|exec format error|: not found\s*$", re.I
)


class Failing(NamedTuple):
    """One probe of one container that fails now."""

    container: Container
    kind: str
    spec: Manifest
    message: str
    kills: bool
    """Whether the kubelet restarts the container for it."""

    @property
    def field(self) -> str:
        """Its field in the container."""
        return FIELDS[self.kind]

    @property
    def action(self) -> str:
        """httpGet, tcpSocket, grpc or exec."""
        return next((each for each in ("httpGet", "tcpSocket", "grpc", "exec") if each in self.spec), "exec")

    @property
    def port(self) -> int | None:
        """The number of the port that it asks; None when a name leads nowhere."""
        return port_number(self.container, dig(self.spec, self.action, "port"))


class Mistake(NamedTuple):
    """What is wrong with a probe, and how it could be put right."""

    why: str
    repair: Repair
    evidence: tuple[Evidence, ...] = ()


@detector
def probes(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Containers that a probe keeps out of service or restarts."""
    for container in all_containers(graph):
        if container.waiting in ("", "CrashLoopBackOff") and (failing := _failing(container)):
            yield from _judge(failing, probe)


def _failing(container: Container) -> Failing | None:
    events = container.graph.events(container.pod, "Unhealthy", within=KILL_WINDOW)
    killed = any("probe, will be restarted" in each.get("message", "") for each in _mine(container, "Killing"))
    found: dict[str, Failing] = {}
    for event in events:
        match = _FAILED.match(str(event.get("message", "")))
        if match is None or not _about(container, event):
            continue
        kind = match[1].capitalize()
        spec = container.spec.get(FIELDS[kind])
        if not spec or kind in found or not _still(container, kind, spec, event, killed):
            continue
        found[kind] = Failing(container, kind, spec, str(event["message"]), killed and kind != "Readiness")
    return found.get("Startup") or found.get("Liveness") or found.get("Readiness")


def _mine(container: Container, reason: str) -> list[Manifest]:
    events = container.graph.events(container.pod, reason, within=KILL_WINDOW)
    return [each for each in events if _about(container, each) or f" {container.name} " in each.get("message", "")]


def _about(container: Container, event: Manifest) -> bool:
    path = str(dig(event, "involvedObject", "fieldPath") or "")
    return not path or f"{{{container.name}}}" in path


def _still(container: Container, kind: str, spec: Manifest, event: Manifest, killed: bool) -> bool:
    """Whether the failure is how things stand, and not a moment that has passed."""
    period = int(spec.get("periodSeconds") or 10)
    if kind == "Readiness":
        return container.running_since is not None and not container.ready
    if kind == "Startup":
        begun = container.status.get("started") is True
        return not begun and (killed or container.running_since is not None)
    recent = container.graph.age(event_time(event)) <= 3 * period + 20
    looping = container.waiting == "CrashLoopBackOff" or container.restarts > 0
    return (
        killed
        and looping
        and (recent or container.waiting == "CrashLoopBackOff" or (container.since_exit or 999) < 330)
    )


def _judge(failing: Failing, probe: Probe) -> Iterator[Candidate]:
    container = failing.container
    lived = container.graph.age(container.running_since) if container.running_since else MOST_GRACE
    if failing.kind == "Readiness" and (turned := instant((condition(container.pod, "Ready") or {}).get(_TURNED))):
        lived = min(lived, container.graph.age(turned))  # it was ready: one slow answer passes by itself
    patient = failing.kills or lived >= _grace(failing)
    undeclared = failing.port is not None and failing.port not in _declared(container)
    if lived < NEEDLESS and not failing.kills:
        return
    mistake = _mistake(failing, probe) if patient or undeclared else None
    if mistake:
        yield _candidate(failing, "ProbeMisconfigured", mistake.why, mistake.repair, mistake.evidence)
    elif patient:
        yield from _behaviour(failing, probe)


def _grace(failing: Failing) -> float:
    spec = failing.spec
    threshold = int(spec.get("failureThreshold") or 3) * int(spec.get("periodSeconds") or 10)
    whole = float(int(spec.get("initialDelaySeconds") or 0) + threshold)
    if failing.kind == "Startup":
        return whole  # until then it is starting, and that is what the probe is for
    return min(max(LEAST_GRACE, whole), MOST_GRACE + int(spec.get("initialDelaySeconds") or 0))


def _candidate(failing: Failing, cause: str, why: str, repair: Repair, evidence: tuple[Evidence, ...]) -> Candidate:
    container = failing.container
    shown = Evidence(source=f"event {source(container.pod)}", text=failing.message[:300])
    return Candidate(
        cause=cause,
        subject=subject_of(container.graph, container.pod),
        detail=f"{container.name}/{failing.field}",
        symptoms=(ObjectRef.of(container.pod),),
        summary=f"The {failing.kind.lower()} probe of {container.label}{where(container.graph, container.pod)} {why}",
        evidence=(shown, *evidence, *repair.evidence),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


# --- asked at the wrong place ----------------------------------------------------------------------------------------


def _mistake(failing: Failing, probe: Probe) -> Mistake | None:
    message = failing.message
    if failing.action == "exec":
        return Mistake("runs a program that is not in the image.", NO_REPAIR) if _NO_PROGRAM.search(message) else None
    if failing.port is None or _NO_PORT.search(message):
        return _unknown_name(failing)
    if _NOT_TLS.search(message):
        return Mistake("speaks HTTPS to a port that serves HTTP.", _patched(failing, "httpGet/scheme", "HTTP"))
    if _IS_TLS.search(message):
        return Mistake("speaks HTTP to a port that does not serve HTTP, but probably HTTPS.", NO_REPAIR)
    status = _STATUS.search(message)
    if status and int(status[1]) in (400, 401, 403, 404, 405, 406, 410, 421):
        return _wrong_path(failing, probe, int(status[1]))
    return _wrong_port(failing, probe) if _REFUSED.search(message) else None


def _unknown_name(failing: Failing) -> Mistake:
    asked = dig(failing.spec, failing.action, "port")
    named = [each.get("name") for each in failing.container.spec.get("ports") or () if each.get("name")]
    repair = _patched(failing, f"{failing.action}/port", named[0]) if len(named) == 1 else NO_REPAIR
    return Mistake(
        f"asks the port {asked}, which the container does not have (it has {', '.join(named) or 'none'}).", repair
    )


def _wrong_port(failing: Failing, probe: Probe) -> Mistake | None:
    container, asked = failing.container, failing.port
    path = str(dig(failing.spec, "httpGet", "path") or "/")
    told = probe.crash_log(container.pod, container.name, restarted=container.running_since is None).ports
    suspects = [
        each for each in dict.fromkeys((*_declared(container), *_elsewhere(container), *sorted(told))) if each != asked
    ]
    if container.running_since is not None:
        listening = [each for each in suspects if _listens(probe, failing, each, path)]
        if listening:
            return _other_port(failing, listening, f"GET {path} on port {listening[0]} was answered", proven=True)
    claimed = [each for each in suspects if each in told and asked not in told]
    if claimed:
        return _other_port(failing, claimed, f"the log says that it listens on {claimed[0]}", proven=False)
    if container.running_since is None and suspects and asked not in _declared(container):
        return _other_port(
            failing, suspects, f"the container declares port {suspects[0]}, and not {asked}", proven=False
        )
    return None


def _listens(probe: Probe, failing: Failing, port: int, path: str) -> bool:
    served = probe.get(failing.container.pod, port, path)
    return served.reach is Reach.ANSWERED or (failing.action != "httpGet" and served.reach is Reach.OTHER)


def _other_port(failing: Failing, ports: list[int], fact: str, *, proven: bool) -> Mistake:
    repair = _patched(failing, f"{failing.action}/port", ports[0]) if len(ports) == 1 else NO_REPAIR
    if repair.verdict is Care.HEAL and not proven:
        repair = repair._replace(verdict=Care.PROPOSE)
    why = f"asks port {failing.port}, where nobody listens; the container serves {', '.join(map(str, ports))}."
    return Mistake(why, repair, (Evidence(source="request" if proven else "container", text=fact),))


def _wrong_path(failing: Failing, probe: Probe, status: int) -> Mistake:
    container, asked = failing.container, str(dig(failing.spec, "httpGet", "path") or "/")
    known = [dig(container.spec, each, "httpGet", "path") for each in FIELDS.values()]
    answered = None
    for path in dict.fromkeys(each for each in (*known, *HEALTH_PATHS) if each and each != asked):
        served = probe.get(container.pod, failing.port or 0, path) if container.running_since else None
        if served and served.answer and 200 <= served.answer.status < 400:
            answered = path
            break
    why = f"asks {asked} on port {failing.port}, which answers {status}"
    if answered is None and container.running_since is None:
        return Mistake(f"{why}; what else it serves can't be asked before it runs again.", NO_REPAIR)
    if answered is None:
        return Mistake(f"{why}: the program does not serve that path.", NO_REPAIR)
    repair = _patched(failing, "httpGet/path", answered, *_as_wrong(failing, probe))
    if answered == "/":
        repair = repair._replace(verdict=Care.PROPOSE)  # a page is no health check; a person should choose
    fact = Evidence(source="request", text=f"GET {answered} on port {failing.port} was answered")
    return Mistake(f"{why}; {answered} is served.", repair, (fact,))


def _as_wrong(failing: Failing, probe: Probe) -> Iterator[str]:
    """The container's other probes that ask the same port for a path that it refuses: mending one alone would leave the
    container failing."""
    container = failing.container
    for field in FIELDS.values():
        asked, port = (dig(container.spec, field, "httpGet", each) for each in ("path", "port"))
        if field == failing.field or not asked or port_number(container, port) != failing.port:
            continue
        served = probe.get(container.pod, failing.port or 0, asked)
        if served.answer and 400 <= served.answer.status < 500:
            yield field


def _patched(failing: Failing, field: str, value: object, *others: str) -> Repair:
    """One value of the probe that fails, and the same value of the container's `others`."""
    container = failing.container
    workload = container.graph.top(container.pod)
    root = TEMPLATE_PATHS.get(workload["kind"])
    if root is None:
        return NO_REPAIR
    paths = [f"{root}{container.path}/{each}/{field}" for each in (failing.field, *others)]
    command = patch_command(workload, *({"op": "replace", "path": each, "value": value} for each in paths))
    return Repair(Care.HEAL, command)


def _declared(container: Container) -> list[int]:
    return [
        int(each["containerPort"]) for each in container.spec.get("ports") or () if each.get("protocol", "TCP") == "TCP"
    ]


def _elsewhere(container: Container) -> Iterator[int]:
    """Ports that other probes of the container or the services in front of it use."""
    for field in FIELDS.values():
        for action in ("httpGet", "tcpSocket", "grpc"):
            if (found := port_number(container, dig(container.spec, field, action, "port"))) is not None:
                yield found
    for service in container.graph.all("Service", namespace_of(container.pod)):
        if container.pod in container.graph.selected(service):
            for each in dig(service, "spec", "ports") or ():
                if isinstance(found := each.get("targetPort", each.get("port")), int):
                    yield found


def port_number(container: Container, port: object) -> int | None:
    """A port by number or by the name that the container gives it."""
    if isinstance(port, int):
        return port
    if isinstance(port, str) and port.isdigit():
        return int(port)
    for each in container.spec.get("ports") or ():
        if each.get("name") == port:
            return int(each["containerPort"])
    return None


# --- asked at the right place ----------------------------------------------------------------------------------------


def _behaviour(failing: Failing, probe: Probe) -> Iterator[Candidate]:
    container = failing.container
    reading = probe.crash_log(container.pod, container.name, restarted=failing.kills)
    shown = tuple(
        Evidence(source=log_source(container.pod, container.name), text=each)
        for each in dict.fromkeys([reading.error, *reading.lines])
        if each
    )[:3]
    reach = next((each for each in reading.causes if is_reachability(each)), None)
    if reach is not None:
        found = target_of(container, reach)
        if found.key is not None and (found.service is None or not container.graph.ready_addresses(found.service)):
            yield _dependency(failing, describe(found, reach), found.key, found.host, shown)
            return
    unheard = _REFUSED.search(failing.message) or _SILENT.search(failing.message)
    if failing.kills and unheard and _died_early(failing) and failing.port not in reading.ports:
        yield _candidate(
            failing,
            "StartupSlow",
            f"gives up before the program answers, so that {_budget(failing)}.",
            _slower(failing),
            shown,
        )
        return
    anew = renew(container.graph, container.pod)
    repair = anew if anew.command else roll_back(container.graph, container.pod)
    yield _candidate(failing, "ProbeFailing", f"fails: {failing.message[:160]}", repair, shown)


def _dependency(
    failing: Failing, why: str, key: tuple[str, str | None, str], host: str, shown: tuple[Evidence, ...]
) -> Candidate:
    container = failing.container
    pod = ("Pod", namespace_of(container.pod), name_of(container.pod))
    base = _candidate(failing, "DependencyUnreachable", "fails", NO_REPAIR, shown)
    return Candidate(
        cause=base.cause,
        subject=base.subject,
        detail=f"{container.name}/{host}",
        symptoms=base.symptoms,
        blames=(pod, key),
        summary=f"{where(container.graph, container.pod)} is not ready because {why}",
        evidence=base.evidence,
    )


def _died_early(failing: Failing) -> bool:
    """Whether the runs end about when the probe's patience does, so that none of them ever got going."""
    lived = failing.container.last_run_seconds
    patience = _patience(failing.spec) + int(failing.spec.get("timeoutSeconds") or 1) + 10
    return lived is None or lived <= 1.5 * patience + int(
        dig(failing.container.pod, "spec", "terminationGracePeriodSeconds") or 30
    )


def _patience(spec: Manifest) -> int:
    """Seconds from a container's start until the probe gives it up."""
    return int(spec.get("initialDelaySeconds") or 0) + int(spec.get("failureThreshold") or 3) * int(
        spec.get("periodSeconds") or 10
    )


def _budget(failing: Failing) -> str:
    return f"the container is restarted after about {_patience(failing.spec)} s"


def _slower(failing: Failing) -> Repair:
    container = failing.container
    threshold = 2 * int(failing.spec.get("failureThreshold") or 3)
    path = f"{container.path}/{failing.field}/failureThreshold"
    command = replace_in_template(container.graph.top(container.pod), path, threshold)
    return Repair(Care.PROPOSE, command) if command else NO_REPAIR
