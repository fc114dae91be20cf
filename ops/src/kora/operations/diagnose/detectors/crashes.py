"""Containers that end, or can't even start: one cause a container, the most specific that is proven.

Order of belief: what the runtime says about the start, the kernel's OOM kill, a kill by a probe (left to `probes`),
what the log proves, and only then the bare fact of a crash.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from kora.domain.findings import Care, Severity
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.domain.quantities import parse_quantity
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import (
    Container,
    all_containers,
    environment,
    log_source,
    source,
    subject_of,
    where,
)
from kora.operations.diagnose.dependencies import describe, is_reachability, target_of
from kora.operations.diagnose.detectors.spelling import Respelt, respelt
from kora.operations.diagnose.fields import dig, has_condition, name_of, nearest
from kora.operations.diagnose.graph import Graph, Key
from kora.operations.diagnose.logs import LogCause, LogReading, Trouble
from kora.operations.diagnose.messages import start_failure
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import NO_REPAIR, Repair, made_anew, replace_in_template, roll_back

RECENT = 3600.0  # an exit longer ago than this, with a run since, is history
LOOP = 330.0  # the longest back-off of the kubelet, and a little
EXITS_COMMAND = (126, 127)
SIGKILLED = 137  # 128 + SIGKILL
MEMORY_FACTOR = Decimal("1.5")


class Verdict(NamedTuple):
    """What ended a container."""

    cause: str
    why: str
    detail: str = ""
    repair: Repair = NO_REPAIR
    blames: tuple[Key, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@detector
def crashes(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Containers that can't be created, end with an error, or end again and again."""
    for container in all_containers(graph):
        if verdict := _start(container) or _out_of_memory(container) or _ended(container, probe):
            yield _candidate(container, verdict)


def _candidate(container: Container, verdict: Verdict) -> Candidate:
    graph, pod = container.graph, container.pod
    repair = verdict.repair if verdict.repair != NO_REPAIR else roll_back(graph, pod)
    healthy_again = container.running_since is not None and container.ready
    return Candidate(
        cause=verdict.cause,
        subject=subject_of(graph, pod),
        detail=f"{container.name}/{verdict.detail}",
        symptoms=(ObjectRef.of(pod),),
        blames=(("Pod", pod["metadata"].get("namespace"), name_of(pod)), *verdict.blames),
        severity=Severity.WARNING if healthy_again else None,
        summary=f"{container.label[:1].upper()}{container.label[1:]}{where(graph, pod)} {verdict.why}",
        evidence=(*_exit_evidence(container), *verdict.evidence, *repair.evidence),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


# --- what the runtime says -----------------------------------------------------------------------------------------


def _start(container: Container) -> Verdict | None:
    """It could not be created or started at all."""
    told = ""
    if container.waiting in ("CreateContainerError", "RunContainerError", "CreateContainerConfigError"):
        told = container.message
    elif container.exit and container.exit.get("reason") in (
        "StartError",
        "ContainerCannotRun",
        "ContainerStatusUnknown",
    ):
        told = str(container.exit.get("message") or "")
    cause = start_failure(told) if told else ""
    if not cause or (container.running_since and container.ready):
        return None
    core = told.rsplit("unable to start container process: ", 1)[-1][:200]
    repair = _more_memory(container, dig(container.spec, "resources", "limits", "memory"))
    return Verdict(
        cause,
        f"can't be started: {core}.",
        repair=repair if cause == "OOMKilled" else NO_REPAIR,
        evidence=(Evidence(source=f"status of {source(container.pod, container.name)}", text=told[:400]),),
    )


def _out_of_memory(container: Container) -> Verdict | None:
    ended = container.exit
    if not ended or ended.get("reason") != "OOMKilled":
        return None
    if container.running_since and (container.since_exit or 0) > RECENT:
        return None
    if container.terminated and container.terminated.get("reason") != "OOMKilled":
        return None
    limit = dig(container.spec, "resources", "limits", "memory")
    bound = f" of {limit}" if limit else ""
    return Verdict(
        "OOMKilled",
        f"was killed because it used more memory than its limit{bound}.",
        repair=_more_memory(container, limit),
    )


def _more_memory(container: Container, limit: str | None) -> Repair:
    undo = roll_back(container.graph, container.pod)
    value = parse_quantity(limit)
    if undo.verdict is Care.HEAL or value is None:
        return undo
    raised = f"{max(1, int(value * MEMORY_FACTOR / 2**20))}Mi"
    workload = container.graph.top(container.pod)
    command = replace_in_template(workload, f"{container.path}/resources/limits/memory", raised)
    return Repair(Care.HEAL if command else Care.ESCALATE, command)


# --- how it ended ----------------------------------------------------------------------------------------------------


def _ended(container: Container, probe: Probe) -> Verdict | None:
    if not is_crashing(container) or killed_by_probe(container):
        return None
    job = _job(container)
    exit_code = int((container.exit or {}).get("exitCode") or 0)
    reading = probe.crash_log(container.pod, container.name, restarted=container.terminated is None)
    for judge in _JUDGES:
        if verdict := judge(container, reading, exit_code):
            if verdict.cause == "JobFailed" and job and has_condition(job, "Failed"):
                return None  # the job itself says so, see `jobs`
            shown = (Evidence(source=log_source(container.pod, container.name), text=line) for line in _shown(reading))
            return verdict._replace(evidence=(*verdict.evidence, *shown))
    raise AssertionError("the last judge always answers")


def is_crashing(container: Container) -> bool:
    """Whether it ended with an error (or ends whenever it is started) and that is how things stand now."""
    ended = container.exit
    if ended is None or container.pod.get("status", {}).get("reason") in ("Evicted", "NodeLost", "Shutdown"):
        return False
    failed = int(ended.get("exitCode") or 0) != 0
    policy = dig(container.pod, "spec", "restartPolicy") or "Always"
    if container.waiting == "CrashLoopBackOff":
        return True
    if container.terminated is not None:
        return failed or (policy == "Always" and not container.init and container.restarts >= 2)
    if container.running_since is None or container.restarts < 3 or container.since_exit is None:
        return False
    # Running at this moment, in a loop nevertheless: it has not yet outlived its earlier runs.
    lived = container.graph.age(container.running_since)
    return container.since_exit < LOOP and lived < max(10.0, min(120.0, 2 * (container.last_run_seconds or 0)))


def killed_by_probe(container: Container) -> bool:
    """Whether the kubelet ended it because a probe failed."""
    events = container.graph.events(container.pod, "Killing", "Unhealthy", within=LOOP * 2)
    mine = (
        each.get("message", "")
        for each in events
        if container.name in _field_path(each) or container.name in each.get("message", "")
    )
    return any("failed liveness probe" in each or "failed startup probe" in each for each in mine)


def _field_path(event: dict[str, object]) -> str:
    return str(dig(event, "involvedObject", "fieldPath") or "")


def _shown(reading: LogReading) -> list[str]:
    lines = [reading.error, *reading.lines] if reading.error else list(reading.lines)
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))[:4]


def _variable(container: Container, reading: LogReading, _exit_code: int) -> Verdict | None:
    found = reading.find(Trouble.VARIABLE)
    if found is None:
        return None
    known = environment(container.graph, container.pod, container.spec)
    if known.get(found.subject) or (found.subject in known and known[found.subject] is None):
        return None  # it is set; the log means something else
    near = nearest(found.subject, known)
    state = "is empty" if found.subject in known else "is not set"
    hint = f" {near} is set; was it meant?" if near else ""
    return Verdict("EnvironmentMissing", f"ends because the variable {found.subject} {state}.{hint}", found.subject)


def _memory(container: Container, reading: LogReading, exit_code: int) -> Verdict | None:
    found = reading.find(Trouble.MEMORY)
    if found:
        return Verdict("OOMKilled", f"ends because it runs out of memory: {found.line}")
    limit = dig(container.spec, "resources", "limits", "memory")
    if exit_code != SIGKILLED or not limit or reading.error:
        return None
    # Under load the runtime may miss the kernel's notice. Nobody else kills a container that has a limit, that no probe
    # failed on and that said nothing; yet it is an inference, so a larger limit is only proposed. Going back to a
    # revision that serves is right whatever ended it.
    repair = roll_back(container.graph, container.pod)
    if repair.verdict is not Care.HEAL:
        repair = _more_memory(container, limit)
        repair = repair._replace(verdict=Care.PROPOSE) if repair.command else repair
    return Verdict(
        "OOMKilled", f"was killed (exit code 137) at a memory limit of {limit}, without a last word.", repair=repair
    )


def _space(container: Container, reading: LogReading, _exit_code: int) -> Verdict | None:
    found = reading.find(Trouble.NO_SPACE)
    if found is None:
        return None
    claims = [dig(each, "persistentVolumeClaim", "claimName") for each in dig(container.pod, "spec", "volumes") or ()]
    named = ", ".join(str(each) for each in claims if each)
    return Verdict("VolumeFull", f"ends because a volume is full{f' (claims: {named})' if named else ''}: {found.line}")


def _rights(_container: Container, reading: LogReading, exit_code: int) -> Verdict | None:
    found = reading.find(Trouble.FORBIDDEN, Trouble.READ_ONLY, Trouble.PERMISSION)
    if found is None or (exit_code == 126 and found.trouble is Trouble.PERMISSION):
        return None
    what = {
        Trouble.FORBIDDEN: "its service account may not",
        Trouble.READ_ONLY: "its file system is read-only at",
        Trouble.PERMISSION: "it has no permission for",
    }[found.trouble]
    return Verdict("PermissionDenied", f"ends because {what} {found.subject or 'that'}: {found.line}", found.subject)


def _command(container: Container, reading: LogReading, exit_code: int) -> Verdict | None:
    found = reading.find(Trouble.COMMAND)
    if exit_code in EXITS_COMMAND or (found and (container.last_run_seconds or 0) < 5):
        line = found.line if found else reading.error or f"exit code {exit_code}"
        why = f"ends at once because its command can't be run: {line}"
        better = respelt(container, line)
        if better is None or roll_back(container.graph, container.pod).verdict is Care.HEAL:
            return Verdict("CommandInvalid", why)
        return Verdict("CommandInvalid", f"{why}. Was {better.program} meant?", repair=_respelled(container, better))
    return None


def _respelled(container: Container, better: Respelt) -> Repair:
    """The command with the program that was meant; a job's can't be changed, so it is made anew."""
    workload, path = container.graph.top(container.pod), f"{container.path}{better.pointer}"
    if workload["kind"] == "Job":
        command: str | None = made_anew(workload, f"/spec/template/spec{path}", better.value)
    else:
        command = replace_in_template(workload, path, better.value)
    fact = f"{better.program} is a standard program, and the command begins with the word that was not found"
    return Repair(Care.PROPOSE, command, (Evidence(source="programs", text=fact),)) if command else NO_REPAIR


def _dependency(container: Container, reading: LogReading, _exit_code: int) -> Verdict | None:
    cause = next((each for each in reading.causes if is_reachability(each)), None)
    if cause is None or not _decides(cause, reading):
        return None
    found = target_of(container, cause)
    blames = (found.key,) if found.key else ()
    return Verdict("DependencyUnreachable", f"ends because {describe(found, cause)}", found.host, blames=blames)


def _decides(cause: LogCause, reading: LogReading) -> bool:
    # A retry that was noted long before the end is not what ended it, unless nothing later reads like an error.
    return cause.line in reading.lines or cause.line == reading.error or cause is reading.causes[0]


def _generic(container: Container, reading: LogReading, exit_code: int) -> Verdict:
    if container.init and not container.sidecar:
        cause = "InitFailed"
    else:
        cause = "JobFailed" if _job(container) else "CrashLoop"
    said = f": {reading.error}" if reading.error else " and its log is empty"
    how = f"ends with exit code {exit_code}" if exit_code else "ends although it should keep running (exit code 0)"
    return Verdict(cause, f"{how}{said}")


_JUDGES: tuple[Callable[[Container, LogReading, int], Verdict | None], ...] = (
    _variable,
    _memory,
    _space,
    _rights,
    _dependency,
    _command,
    _generic,
)


def _job(container: Container) -> Manifest | None:
    owner = container.graph.owner(container.pod)
    return owner if owner and owner["kind"] == "Job" else None


def _exit_evidence(container: Container) -> Iterator[Evidence]:
    ended = container.exit
    if ended is None:
        return
    text = (
        f"last run ended with {ended.get('reason', 'Error')}, exit code {ended.get('exitCode')};"
        f" {container.restarts} restart(s)"
    )
    if container.waiting:
        text = f"{container.waiting}; {text}"
    yield Evidence(source=f"status of {source(container.pod, container.name)}", text=text)
