"""Logs and events: over all pods of a target, lines that look like errors when errors were asked for, redacted."""

import re
from collections.abc import Sequence

from kora.domain.objects import Manifest
from kora.kit import clock
from kora.kit.errors import Denied, KoraError, NotFound
from kora.kit.redaction import redact_text
from kora.language.intents import Aspect, Inspect
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.answer import Answer, age_text, place, table
from kora.operations.ask.binding import ANY_KIND, Binder
from kora.operations.ask.facts import pod_status, restarts
from kora.operations.ask.filtering import select
from kora.operations.ask.reads.registry import answers
from kora.operations.diagnose.fields import dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import event_time

_TAIL, _SCANNED, _PODS = 40, 500, 20
_LINE = 400
_ERROR = re.compile(
    r"\b(?:errors?|exceptions?|fatal|panic|traceback|critical|emerg|severe|fail(?:ed|ure|ing)?|refused|denied|cannot|"
    r"can't|unable|timed? ?out|segfault|killed|unhandled|abort(?:ed)?)\b|[A-Za-z]+(?:Error|Exception)\b|\b[E]\d{4} ",
    re.I,
)
_HARMLESS = re.compile(
    r"\b(?:0|no|without) (?:errors?|failures?|exceptions?)\b|errors?[=:] ?0\b|level=(?:info|debug)|\bINFO\b|\bDEBUG\b",
    re.I,
)
_SECOND_SIGHT = re.compile(r"^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b|\b(?:panic|fatal|FATAL|Caused by)\b")
_STAMP = re.compile(r"\d[\d:.,TZ+-]{6,}|0x[0-9a-f]+|\d+")


@answers(Aspect.LOGS)
def logs(binder: Binder, question: Inspect) -> Answer:
    """The end of the logs, or the lines that were asked for."""
    pods = _pods(binder, question)
    space = binder.space(question.target)
    if not pods:
        said = question.target.phrase or ", ".join(question.target.names) or "that"
        return Answer(
            f"There are no pods for {said} in {space or 'the cluster'}.",
            [f"kubectl get pods{place(space)}"],
            found=False,
        )
    blocks: list[str] = []
    commands: list[str] = []
    data: list[dict[str, object]] = []
    errors = question.contains == "error"
    limit = question.limit or (10 if errors else _TAIL)
    for pod in pods[:_PODS]:
        for container in _containers(pod, question.container):
            lines, previous, note = _read(binder, pod, container, question)
            if question.contains:
                lines = matching_lines(lines, question.contains)
            lines = lines[-limit:]
            if not lines and not note:
                continue
            which = f"{name_of(pod)}/{container}" + (" (before the restart)" if previous else "")
            blocks.append("\n".join([f"{which}:", *(f"  {line}" for line in lines), *([f"  {note}"] if note else [])]))
            data.append({"pod": name_of(pod), "container": container, "lines": lines, "previous": previous})
            flag = " --previous" if previous else ""
            commands.append(f"kubectl logs {name_of(pod)} -n {namespace_of(pod)} -c {container}{flag} --tail={limit}")
    if not blocks:
        what = (
            "lines that look like errors"
            if errors
            else f"lines with {question.contains!r}"
            if question.contains
            else "log lines"
        )
        looked = f"{len(pods[:_PODS])} pod(s)"
        return Answer(
            f"There are no {what} in the logs of {looked}.",
            [f"kubectl logs {name_of(pods[0])} -n {namespace_of(pods[0])}"],
            [],
            found=False,
        )
    left = f"\n… and {len(pods) - _PODS} more pods" if len(pods) > _PODS else ""
    return Answer("\n".join(blocks) + left, commands[:10], data)


def _pods(binder: Binder, question: Inspect) -> list[Manifest]:
    target = question.target
    if not (target.names or target.phrase):
        found = (
            binder.find(target, ("Pod",))
            if target.kind in (None, "Pod")
            else [pod for item in binder.find(target, (target.kind,)) for pod in binder.pods_of(item)]
        )
    else:
        kinds = (target.kind,) if target.kind in ANY_KIND else (*WORKLOAD_KINDS, "Job", "CronJob", "Service", "Pod")
        items = binder.find(target, kinds) or binder.find(
            target.model_copy(update={"kind": None}), (*WORKLOAD_KINDS, "Job", "CronJob", "Service", "Pod")
        )
        found = [pod for item in items for pod in binder.pods_of(item)]
    unique = {(namespace_of(pod), name_of(pod)): pod for pod in found}
    chosen = select(binder, unique.values(), question.conditions)
    return sorted(chosen, key=lambda pod: (pod_status(pod) == "Running", name_of(pod)))


def _containers(pod: Manifest, wanted: str | None) -> list[str]:
    names = [each["name"] for each in dig(pod, "spec", "containers") or ()]
    failing = [
        each["name"]
        for each in dig(pod, "status", "initContainerStatuses") or ()
        if dig(each, "state", "terminated", "exitCode") not in (None, 0)
        or dig(each, "state", "waiting", "reason") == "CrashLoopBackOff"
    ]
    every = [*failing, *names]
    return [name for name in every if wanted in (None, name)]


def _read(binder: Binder, pod: Manifest, container: str, question: Inspect) -> tuple[list[str], bool, str]:
    space, name = namespace_of(pod) or "", name_of(pod)
    tail = _SCANNED if question.contains else question.limit or _TAIL
    asked = question.previous
    try:
        text = binder.reader.logs(
            space, name, container=container, previous=asked, tail=tail, since_seconds=question.since_seconds
        )
        fresh = not text.strip() or (question.contains == "error" and not matching_lines(text.splitlines(), "error"))
        if fresh and not asked and restarts(pod):
            earlier = binder.reader.logs(space, name, container=container, previous=True, tail=tail)
            if earlier.strip():
                text, asked = earlier, True
    except Denied as error:
        return [], False, error.message
    except (NotFound, KoraError) as error:
        return [], False, f"its log can't be read: {error.message}"
    return [line[:_LINE] for line in redact_text(text).splitlines() if line.strip()], asked, ""


def matching_lines(lines: Sequence[str], wanted: str) -> list[str]:
    """Lines that hold a text; ``error`` stands for what looks like an error, with the line that names it."""
    if wanted != "error":
        return [line for line in lines if wanted.lower() in line.lower()]
    return [line for line in lines if _ERROR.search(line) and not _HARMLESS.search(line)]


def complaints(binder: Binder, pods: Sequence[Manifest]) -> tuple[list[str], list[str]]:
    """Errors in the logs of running pods: each kind once with how often, the line that names it best; and commands."""
    counted: dict[str, tuple[str, str, int]] = {}
    commands: list[str] = []
    question = Inspect(aspect=Aspect.LOGS, contains="error")
    for pod in pods:
        for container in _containers(pod, None):
            lines, _, note = _read(binder, pod, container, question)
            if note:
                continue
            found = matching_lines(lines, "error")
            best = [line for line in found if _SECOND_SIGHT.search(line.strip())] or found
            for line in best[-50:]:
                key = _STAMP.sub("#", line.strip())
                _, _, seen = counted.get(key, ("", "", 0))
                counted[key] = (line.strip(), name_of(pod), seen + 1)
            if best:
                commands.append(f"kubectl logs {name_of(pod)} -n {namespace_of(pod)} -c {container} --tail=100")
    ranked = sorted(counted.values(), key=lambda each: (not _SECOND_SIGHT.search(each[0]), -each[2]))
    return [f"  {pod}: {line} (seen {seen}×)" for line, pod, seen in ranked[:4]], commands[:4]


@answers(Aspect.EVENTS)
def events(binder: Binder, question: Inspect) -> Answer:
    """Events, newest last; of one target when one is named."""
    target = question.target
    space = binder.space(target)
    if space is not None and target.namespace:
        binder.require_space(space)
    found = list(binder.every("Event", space))
    if target.names or target.phrase:
        items = binder.find(
            target.model_copy(update={"kind": None if target.kind == "Event" else target.kind}), ANY_KIND
        )
        around = {name_of(each) for item in items for each in [item, *binder.pods_of(item)]}
        prefixes = tuple(f"{name_of(item)}-" for item in items if item["kind"] in WORKLOAD_KINDS)
        found = [
            each
            for each in found
            if dig(each, "involvedObject", "name") in around
            or str(dig(each, "involvedObject", "name") or "").startswith(prefixes or ("\0",))
        ]
    if question.contains == "warning":
        found = [each for each in found if each.get("type") == "Warning"]
    if question.since_seconds:
        found = [each for each in found if (clock.now() - event_time(each)).total_seconds() <= question.since_seconds]
    found = sorted(found, key=event_time)[-(question.limit or 25) :]
    kind = " --field-selector=type=Warning" if question.contains == "warning" else ""
    command = f"kubectl get events{place(space)}{kind} --sort-by=.lastTimestamp"
    if not found:
        return Answer(
            f"There are no {'warning ' if kind else ''}events{f' in namespace {space}' if space else ''}.",
            [command],
            [],
            found=False,
        )
    rows = [
        (
            age_text((clock.now() - event_time(each)).total_seconds()),
            each.get("type", ""),
            each.get("reason", ""),
            f"{str(dig(each, 'involvedObject', 'kind')).lower()}/{dig(each, 'involvedObject', 'name')}",
            redact_text(" ".join(str(each.get("message", "")).split()))[:200],
        )
        for each in found
    ]
    data = [dict(zip(("age", "type", "reason", "object", "message"), row, strict=True)) for row in rows]
    return Answer(table(("AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"), rows), [command], data)


__all__ = ["complaints", "events", "instant", "logs", "matching_lines"]
