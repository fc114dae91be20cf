"""Jobs that do not get done, cron jobs that never run."""

from collections.abc import Iterator

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import containers, created, job_superseded, log_source
from kora.operations.diagnose.fields import condition, dig, has_condition, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph, event_time, key_of
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import kubectl, target
from kora.operations.diagnose.schedules import never_fires

LEAST_DEADLINE = 10  # seconds: the controller looks every ten
RECENT = 86400.0
ENDED = ("Complete", "SuccessCriteriaMet", "Failed", "FailureTarget")


@detector
def jobs(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Jobs that failed for good and that no later run of their cron job has made up for."""
    for job in graph.all("Job"):
        failed = condition(job, "Failed") or condition(job, "FailureTarget") or {}
        if failed.get("status") != "True" or dig(job, "metadata", "deletionTimestamp") or job_superseded(graph, job):
            continue
        if _newer_ended(graph, job):
            continue  # the newest run that came to an end speaks for the cron job
        reason, message = str(failed.get("reason")), str(failed.get("message") or "")
        pods = graph.pods_under(job)
        yield Candidate(
            cause="JobFailed",
            subject=ObjectRef.of(graph.top(job)),
            symptoms=(ObjectRef.of(job), *map(ObjectRef.of, pods)),
            blames=(key_of(job), *map(key_of, pods)),
            summary=f"{target(job)} failed ({reason}): {message}{_last_words(graph, probe, pods)}",
            evidence=(
                Evidence(source=f"status of {target(job)}", text=f"{reason}: {message}"),
                *_logs(graph, probe, pods),
            ),
        )


def _newer_ended(graph: Graph, job: Manifest) -> bool:
    owner = graph.owner(job)
    ours = created(job)
    if owner is None or ours is None:
        return False
    return any(
        (other := created(each)) is not None and other > ours and any(has_condition(each, kind) for kind in ENDED)
        for each in graph.children(owner, "Job")
    )


def _logs(graph: Graph, probe: Probe, pods: list[Manifest]) -> Iterator[Evidence]:
    for pod in pods[-1:]:
        for container in containers(graph, pod):
            ended = container.exit
            if ended and ended.get("exitCode"):
                reading = probe.crash_log(pod, container.name, restarted=container.terminated is None)
                yield Evidence(
                    source=f"status of pod {name_of(pod)}/{container.name}", text=f"exit code {ended['exitCode']}"
                )
                if reading.error:
                    yield Evidence(source=log_source(pod, container.name), text=reading.error)


def _last_words(graph: Graph, probe: Probe, pods: list[Manifest]) -> str:
    said = [each.text for each in _logs(graph, probe, pods) if each.source.startswith("log ")]
    return f": {said[0]}" if said else ""


@detector
def cron_jobs(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Cron jobs whose schedule can't fire, or that are switched off."""
    for cron in graph.all("CronJob"):
        if dig(cron, "metadata", "deletionTimestamp"):
            continue
        if dig(cron, "spec", "suspend"):
            yield _suspended(cron)
        elif why := _invalid(graph, cron):
            yield Candidate(
                cause="CronJobInvalid",
                subject=ObjectRef.of(cron),
                summary=f"{target(cron)} never runs: {why}.",
                evidence=(Evidence(source=target(cron), text=f"schedule {dig(cron, 'spec', 'schedule')!r}"),),
            )


def _suspended(cron: Manifest) -> Candidate:
    last = instant(dig(cron, "status", "lastScheduleTime"))
    since = f"; it ran last at {last:%Y-%m-%d %H:%M} UTC" if last else ""
    return Candidate(
        cause="CronJobSuspended",
        subject=ObjectRef.of(cron),
        summary=f"{target(cron)} is suspended{since}.",
        evidence=(Evidence(source=target(cron), text="spec.suspend is true"),),
        fix_command=kubectl("patch", target(cron), "-p", '{"spec":{"suspend":false}}', namespace=namespace_of(cron)),
    )


def _invalid(graph: Graph, cron: Manifest) -> str:
    schedule = str(dig(cron, "spec", "schedule") or "")
    if never_fires(schedule):
        return f"the schedule {schedule!r} names a day that no calendar has"
    deadline = dig(cron, "spec", "startingDeadlineSeconds")
    if deadline is not None and int(deadline) < LEAST_DEADLINE:
        return (
            f"startingDeadlineSeconds {deadline} is shorter than the {LEAST_DEADLINE} s between two looks of"
            f" the controller"
        )
    bad = graph.events(
        cron,
        "UnparseableSchedule",
        "InvalidSchedule",
        "UnknownTimeZone",
        "TooManyMissedTimes",
        "FailedNeedsStart",
        within=RECENT,
    )
    ran = instant(dig(cron, "status", "lastScheduleTime"))
    if bad and (ran is None or event_time(bad[0]) > ran):
        return str(bad[0].get("message", "")).rstrip(".")
    return ""
