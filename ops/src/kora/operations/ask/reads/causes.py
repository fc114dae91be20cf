"""Why something fails, and whether anything is wrong: the diagnosis, and complaints in the logs of running programs."""

from collections.abc import Sequence

from kora.domain.findings import Finding
from kora.domain.objects import Manifest, ObjectRef
from kora.language.intents import Aspect, Condition, Inspect, Target
from kora.language.kinds import WORKLOAD_KINDS, plural
from kora.language.targets import WORKLOAD
from kora.operations.ask.answer import Answer, place
from kora.operations.ask.binding import ANY_KIND, Binder
from kora.operations.ask.facts import counts, pod_status, restarts
from kora.operations.ask.filtering import select, spoken_conditions
from kora.operations.ask.reads.logs import complaints
from kora.operations.ask.reads.registry import answers
from kora.operations.diagnose import diagnose, finding_json
from kora.operations.diagnose.fields import dig, has_condition, name_of, namespace_of

_SHOWN = 8


@answers(Aspect.CAUSE)
def cause(binder: Binder, question: Inspect) -> Answer:
    """The root causes that show on the target, with evidence; else what its logs complain of; else that it is well."""
    findings, what = findings_about(binder, question.target)
    items = items_of(binder, question.target)
    if question.conditions and not (question.target.names or question.target.phrase):
        found, seen = _meant(binder, question)
        if not found:  # what is asked about is not so: said, not guessed at
            return _none_so(binder, question, seen)
        findings = narrowed(binder, findings, question.target, question.conditions)
        items, what = found, ", ".join(str(ObjectRef.of(each)) for each in found[:3])
    space = _space(binder, question.target, items)
    command = f"kora diagnose{place(space)}"
    commands = [command, *(each.fix_command for each in findings[:3] if each.fix_command)]
    if findings:
        text = "\n".join(told(each) for each in findings[:_SHOWN])
        return Answer(text, commands, {"findings": [finding_json(each) for each in findings]})
    named = bool(question.target.names or question.target.phrase)
    lines, evidence = from_logs(binder, items, space) if items or not named else ([], [])
    if lines:
        return Answer(
            f"{what} runs, but its log reports an error:\n" + "\n".join(lines),
            [command, *evidence],
            {"findings": [], "log": lines},
        )
    if not items and (question.target.names or question.target.phrase):
        said = question.target.phrase or ", ".join(question.target.names)
        return Answer(
            f"There is no object {said!r} in {space or 'the cluster'}.", [f"kubectl get all{place(space)}"], found=False
        )
    return Answer(
        f"Nothing is wrong with {what}: {state_of(items)}, and its logs show no errors.", [command], {"findings": []}
    )


def _meant(binder: Binder, question: Inspect) -> tuple[list[Manifest], int]:
    """The objects of the kind that the conditions hold for, and how many were looked at."""
    kind = question.target.kind
    kinds = (kind,) if kind not in (None, WORKLOAD) else (*WORKLOAD_KINDS, "Pod")
    pool = binder.find(question.target, kinds, anywhere=False)
    return select(binder, pool, question.conditions), len(pool)


def _none_so(binder: Binder, question: Inspect, seen: int) -> Answer:
    space = binder.space(question.target)
    kind = question.target.kind
    noun = plural(kind.lower()) if kind not in (None, WORKLOAD) else "workloads or pods"
    where = f"namespace {space}" if space else "the cluster"
    return Answer(
        f"There are no {noun} with {spoken_conditions(question.conditions)} in {where} ({seen} looked at).",
        [f"kubectl get pods{place(space)}", f"kora diagnose{place(space)}"],
        {"findings": []},
        found=False,
    )


@answers(Aspect.HEALTH)
def health(binder: Binder, question: Inspect) -> Answer:
    """Whether anything is wrong in a namespace or in the cluster."""
    space = binder.space(question.target)
    if space is not None and question.target.namespace:
        binder.require_space(space)
    report = diagnose(binder.reader, None if space is None else [space])
    where = f"namespace {space}" if space else "the cluster"
    commands = [f"kora diagnose{place(space)}", f"kubectl get pods{place(space)}"]
    data = {"findings": [finding_json(each) for each in report.findings]}
    workloads = [each for kind in WORKLOAD_KINDS for each in binder.every(kind, space)]
    pods = binder.every("Pod", space)
    counted = f"{len(workloads)} workloads, {len(pods)} pods"
    if report.findings:
        lines = [told(each) for each in report.findings[:_SHOWN]]
        more = f"\n… and {len(report.findings) - _SHOWN} more" if len(report.findings) > _SHOWN else ""
        return Answer(
            f"{len(report.findings)} problem(s) in {where} ({counted}):\n" + "\n".join(lines) + more, commands, data
        )
    lines, evidence = from_logs(binder, workloads, space) if space else ([], [])
    if lines:
        return Answer(
            f"Every object is healthy in {where} ({counted}), but logs report errors:\n" + "\n".join(lines),
            [*commands, *evidence],
            data,
        )
    return Answer(f"Nothing is wrong in {where}: {counted}, all healthy.", commands, data)


def findings_about(binder: Binder, target: Target) -> tuple[list[Finding], str]:
    """The findings that concern a target (all of its namespace when none is named), and what it is called."""
    items = items_of(binder, target)
    space = _space(binder, target, items)
    if not (target.names or target.phrase or target.labels):
        return findings_of(binder, (), space), f"namespace {space}" if space else "the cluster"
    what = ", ".join(str(ObjectRef.of(each)) for each in items[:3]) or (target.phrase or ", ".join(target.names))
    return (findings_of(binder, items, space) if items else []), what


def findings_of(binder: Binder, items: Sequence[Manifest], space: str | None) -> list[Finding]:
    """The findings of a namespace (None: of all) that concern some objects; all of them when none is given."""
    report = diagnose(binder.reader, None if space is None else [space])
    if not items:
        return list(report.findings)
    concerned = concerned_by(binder, items)
    return [
        each
        for each in report.findings
        if any((ref.kind, ref.namespace, ref.name) in concerned for ref in each.objects)
    ]


def workloads_in(binder: Binder, space: str | None) -> list[Manifest]:
    """Every workload of a namespace."""
    return [each for kind in WORKLOAD_KINDS for each in binder.every(kind, space)]


def unready_of(binder: Binder, items: Sequence[Manifest]) -> list[str]:
    """What of some objects does not serve yet."""
    workloads = {name_of(each): each for item in items for each in (item, *binder.workloads_behind(item))}
    said = []
    for name, each in workloads.items():
        if each["kind"] in WORKLOAD_KINDS:
            ready, wanted = counts(each)
            said += [f"{name}: {ready} of {wanted} pods ready"] if ready < wanted else []
        elif each["kind"] == "Pod" and dig(each, "status", "phase") in ("Pending", "Running"):
            said += [] if has_condition(each, "Ready") else [f"{name}: not ready"]
    for each in items:
        if each["kind"] == "Service" and dig(each, "spec", "selector") and not switched_off(binder, [each]):
            pods = [pod for pod in binder.pods_of(each) if has_condition(pod, "Ready")]
            said += [] if pods else [f"{name_of(each)}: no ready pod is behind it"]
    return said


def switched_off(binder: Binder, items: Sequence[Manifest]) -> list[ObjectRef]:
    """The workloads among some objects, and behind them, that are scaled to nothing."""
    around = {ObjectRef.of(each): each for item in items for each in (item, *binder.workloads_behind(item))}
    return [ref for ref, each in around.items() if dig(each, "spec", "replicas") == 0 and ref.kind in WORKLOAD_KINDS]


def runs_nowhere(item: Manifest) -> bool:
    """Whether a daemon set finds no node that it may run on; that may be meant, so the diagnosis is silent about it."""
    return bool(item["kind"] == "DaemonSet" and dig(item, "status", "desiredNumberScheduled") == 0)


def narrowed(
    binder: Binder, findings: Sequence[Finding], target: Target, conditions: Sequence[Condition]
) -> list[Finding]:
    """The findings about objects of the target's kind which the conditions hold for ("pods that are pending")."""
    kinds = (target.kind,) if target.kind not in (None, WORKLOAD) else (*WORKLOAD_KINDS, "Pod")
    items = select(binder, binder.find(target, kinds, anywhere=False), conditions)
    concerned = concerned_by(binder, items)
    return [each for each in findings if any((ref.kind, ref.namespace, ref.name) in concerned for ref in each.objects)]


def concerned_by(binder: Binder, items: Sequence[Manifest]) -> set[tuple[str, str | None, str]]:
    """The objects, their pods, the workloads and claims behind them and the services in front."""
    keys: set[tuple[str, str | None, str]] = set()
    for item in items:
        space = namespace_of(item)
        around = [item, *binder.workloads_behind(item), *binder.pods_of(item)]
        for pod in [each for each in around if each["kind"] == "Pod"]:
            keys |= {("ReplicaSet", space, each["name"]) for each in dig(pod, "metadata", "ownerReferences") or ()}
            for volume in dig(pod, "spec", "volumes") or ():
                claim = dig(volume, "persistentVolumeClaim", "claimName")
                keys |= {("PersistentVolumeClaim", space, claim)} if claim else set()
        keys |= {(each["kind"], namespace_of(each), name_of(each)) for each in around}
    return keys


def items_of(binder: Binder, target: Target) -> list[Manifest]:
    """The objects that a target names; none when it names none."""
    if not (target.names or target.phrase or target.labels):
        return []
    kinds = (target.kind,) if target.kind not in (None, WORKLOAD) else (*WORKLOAD_KINDS, *ANY_KIND)
    found = binder.find(target, tuple(dict.fromkeys(kinds)))
    if not found and target.kind is not None:
        found = binder.find(
            target.model_copy(update={"kind": None}), (*WORKLOAD_KINDS, "Job", "CronJob", "Service", "Pod")
        )
    return found


def _space(binder: Binder, target: Target, items: Sequence[Manifest]) -> str | None:
    spaces = {namespace_of(each) for each in items}
    return spaces.pop() if len(spaces) == 1 else binder.space(target)


def told(finding: Finding) -> str:
    """One finding in a few lines: what, why, evidence."""
    lines = [f"{finding.cause} on {finding.objects[0]}: {finding.summary}"]
    lines += [f"  {each.source}: {' '.join(each.text.split())[:300]}" for each in finding.evidence[:4]]
    if finding.fix_command:
        lines.append(f"  fix: {finding.fix_command}")
    return "\n".join(lines)


def from_logs(binder: Binder, items: Sequence[Manifest], space: str | None) -> tuple[list[str], list[str]]:
    """What the logs of some objects' pods (of a namespace's when none is given) complain of, and how to see it."""
    pods = (
        [pod for item in items for pod in binder.pods_of(item)]
        if items
        else list(binder.every("Pod", space))
        if space
        else []
    )
    unique = {name_of(pod): pod for pod in pods}
    return complaints(binder, list(unique.values())[:10])


def state_of(items: Sequence[Manifest]) -> str:
    """The state of a few objects in one sentence."""
    said = []
    for each in items[:5]:
        if each["kind"] == "Pod":
            said.append(f"{name_of(each)} is {pod_status(each)} ({restarts(each)} restarts)")
        elif each["kind"] in WORKLOAD_KINDS:
            ready, wanted = counts(each)
            said.append(f"{name_of(each)} has {ready} of {wanted} pods ready")
        else:
            said.append(f"{each['kind'].lower()}/{name_of(each)} is there")
    return "; ".join(said) or "all objects are healthy"
