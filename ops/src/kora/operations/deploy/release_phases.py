"""The later phases of `kora up`: configure, install, roll out, smoke, done. They write; each can be taken up again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

from kora.domain.objects import Manifest, ObjectRef
from kora.helm.port import Release
from kora.kit import clock
from kora.kit.canonical import content_hash
from kora.kit.errors import ApprovalRequired, Conflict, KoraError, NotFound, Retryable
from kora.operations.deploy import adoption, difference, doors, history
from kora.operations.deploy.credentials import Filled, fill
from kora.operations.deploy.errors import NotProven, RolloutFailed, SmokeFailed
from kora.operations.deploy.smoke import walk
from kora.operations.deploy.surroundings import Course
from kora.operations.deploy.trouble import Suspects, failure
from kora.operations.deploy.values import chart_of, values_of
from kora.operations.deploy.workloads import fleeting_jobs, read_rows, running_ids
from kora.operations.plans.stuck import stuck_pods

MANAGED = {"app.kubernetes.io/managed-by": "kora"}
_HELM_SECONDS = 120  # for writing alone; waiting is ours
_STALE = timedelta(minutes=5)
"""After this long a release that is still pending was left by a process that died."""
_TICK, _DIAGNOSE_EVERY, _FIRST_DIAGNOSIS = 1.0, 2.0, 4.0
_BACK_SECONDS = 120
_SILENT_SECONDS = 60

_T = TypeVar("_T")


def configure(course: Course) -> str:
    """Work out the whole change, have it agreed to, then write namespace and Secret.

    Raises:
        ApprovalRequired: nobody agreed. Misconfigured: a secret has no value.
    """
    given, application = course.given, course.application
    course.before = given.helm.get(application.name, course.namespace)
    filled = _filled(course)
    _render(course, filled)
    course.difference = difference.compare(_current(course), course.manifests)
    namespace = ObjectRef(api_version="v1", kind="Namespace", name=course.namespace)
    missing = given.reader.get(namespace) is None
    changes = not course.difference.empty or missing or (filled is not None and filled.changes)
    if changes and course.before is None and given.agree is not None:
        question = f"Deploy {application.name} to the namespace {course.namespace} ({given.reader.context})?"
        if not given.agree(question, _shown(course, missing, filled)):
            raise ApprovalRequired("Nothing was changed.", fix="kora up --yes")
    if missing:
        given.writer.apply(_namespace(course), create_only=True)
        course.worked.add("configure")
    if filled is not None and filled.changes:
        given.writer.apply(filled.manifest)
        course.secret_changed = True
        course.worked.add("configure")
        _render(course, filled)  # the Secret's new version renews the pods that read it
        course.difference = difference.compare(_current(course), course.manifests)
    said = [f"namespace {course.namespace} {'made' if missing else 'is there'}"]
    if filled is not None:
        said.append(filled.line())
    return "; ".join(said)


def _shown(course: Course, missing: bool, filled: Filled | None) -> str:
    lines = [f"namespace {course.namespace} will be made"] if missing else []
    if filled is not None and filled.changes:
        lines.append(filled.line())
    return "\n".join([*lines, course.difference.told(), course.difference.text])


def _filled(course: Course) -> Filled | None:
    wanted = course.application.secrets
    if wanted is None:
        return None
    given, held = course.given, _secret(course)
    if held is not None and all(key in (held.get("data") or {}) or rule.optional for key, rule in wanted.keys.items()):
        return fill(wanted, course.namespace, held, given.options.offered)
    found = adoption.in_use(course.application, wanted, given.reader, _current(course))
    if held is None and not found.values:
        adoption.refuse_to_lock_out(course.application, wanted, given.reader)
    return fill(wanted, course.namespace, held, given.options.offered, found.values)


def _secret(course: Course) -> Manifest | None:
    wanted = course.application.secrets
    if wanted is None:
        return None
    ref = ObjectRef(api_version="v1", kind="Secret", namespace=course.namespace, name=wanted.name)
    return course.given.reader.get(ref)


def _render(course: Course, filled: Filled | None) -> None:
    application = course.application
    held = _secret(course) if filled is not None else None
    version = content_hash([held["metadata"]["uid"], held["metadata"]["resourceVersion"]])[:12] if held else ""
    course.chart = str(chart_of(application))
    course.values = values_of(application, course.references, version)
    course.manifests = course.given.helm.render(course.chart, application.name, course.namespace, course.values)


def _current(course: Course) -> list[Manifest]:
    if course.before is None:
        return []
    return course.given.helm.manifests(course.application.name, course.namespace)


def _namespace(course: Course) -> Manifest:
    labels = dict(MANAGED)
    if course.application.chart is None:
        labels["pod-security.kubernetes.io/enforce"] = "restricted"  # what the plain chart is made for
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": course.namespace, "labels": labels}}


def install(course: Course) -> str:
    """Write the release, unless it is there already. What another process left half-way is put right first.

    Raises:
        Conflict: Helm works on it elsewhere. Whatever the engine raises, after the release was taken back.
    """
    given, name = course.given, course.application.name
    recovered = _recover(course)
    if course.difference.empty and course.before is not None and course.before.status == "deployed":
        return f"nothing to change (revision {course.before.revision})"
    course.worked.add("install")
    course.tell(course.difference.told(), diff=course.difference.text)
    _remember(course, installing=True)
    try:
        course.installed = given.helm.upgrade(
            name,
            course.namespace,
            course.chart,
            course.values,
            timeout_seconds=_HELM_SECONDS,
            wait=False,
            atomic=False,
        )
    except KoraError as error:
        after = "" if given.options.keep else take_back(course)
        raise type(error)(f"{error.message} {after}".strip(), fix=error.fix, details=error.details) from error
    _remember(course, installing=False)
    done = f"revision {course.installed.revision} of {name} through {given.helm.name}: {course.difference.told()}"
    return f"{recovered}; {done}" if recovered else done


def _remember(course: Course, *, installing: bool) -> None:
    course.memory.installing = installing
    history.write(
        history.path_of(course.given.home, course.given.reader.context, course.namespace, course.application.name),
        course.memory,
    )


def _recover(course: Course) -> str:
    """Put a release right that was left between two states."""
    before, name = course.before, course.application.name
    if before is None or not before.status.startswith(("pending", "uninstalling")):
        return ""
    age = clock.now() - before.updated if before.updated else _STALE
    if not course.memory.installing and age < _STALE:
        raise Conflict(
            f"Helm works on {name} elsewhere: revision {before.revision} is {before.status}.",
            fix=f"helm history {name} --namespace {course.namespace}",
        )
    course.tell(f"revision {before.revision} was left {before.status}; putting it right")
    good = _good_revision(course, before.revision)
    if good is None or before.status == "uninstalling":
        course.given.helm.uninstall(name, course.namespace)
        course.before = None
    else:
        course.before = course.given.helm.rollback(name, course.namespace, good, timeout_seconds=_HELM_SECONDS)
    course.difference = difference.compare(_current(course), course.manifests)
    return f"took back revision {before.revision}, which was left {before.status}"


def _good_revision(course: Course, below: int) -> int | None:
    """The revision to return to: the one that passed its smoke test last, else the newest that Helm calls deployed or
    superseded. None: there is none, so the first installation goes."""
    kept: dict[int, Release] = {
        each.revision: each
        for each in course.given.helm.history(course.application.name, course.namespace)
        if each.revision < below and each.status in ("deployed", "superseded")
    }
    if course.memory.good_revision in kept:
        return course.memory.good_revision
    return max(kept, default=None)


def take_back(course: Course) -> str:
    """Return to the last good revision, or remove a first installation; say what was done and whether it is well again.
    Volumes, the Secret and the namespace stay."""
    given, name = course.given, course.application.name
    current = given.helm.get(name, course.namespace)
    if current is None:
        return "Nothing is left to take back."
    good = _good_revision(course, current.revision)
    if good is None:
        given.helm.uninstall(name, course.namespace)
        _remember(course, installing=False)
        return "The first installation was removed again; volumes and secrets stay."
    back = given.helm.rollback(name, course.namespace, good, timeout_seconds=_HELM_SECONDS)
    _remember(course, installing=False)
    course.manifests = given.helm.manifests(name, course.namespace)
    end = clock.monotonic() + _BACK_SECONDS
    while clock.monotonic() < end:
        rows = patiently(partial(read_rows, given.reader, course.workloads, fleeting_jobs(course.manifests)))
        if all(each.done or each.failed for each in rows):
            course.memory.good_revision = back.revision
            _remember(course, installing=False)
            return f"Revision {good} was brought back as revision {back.revision}, and all of it is ready."
        course.tell("bringing the last good revision back", rows=[each.model_dump() for each in rows])
        _free_stuck_pods(course)
        clock.sleep(_TICK)
    return f"Revision {good} was brought back as revision {back.revision}, but it is not ready yet."


def _free_stuck_pods(course: Course) -> None:
    """Delete pods that keep the release's StatefulSets from the revision we returned to; see `plans.stuck`."""
    given = course.given
    for ref in course.workloads:
        for pod in (patiently(partial(stuck_pods, given.reader, ref)) or ()) if ref.kind == "StatefulSet" else ():
            course.tell(f"replacing {pod['metadata']['name']}, which never became ready")
            with suppress(NotFound, Conflict):  # gone or changed meanwhile: looked at again
                given.writer.delete(ObjectRef.of(pod), expected=pod["metadata"]["resourceVersion"])


def roll_out(course: Course) -> str:
    """Watch until every workload is ready and runs the images that were built; on trouble name the one cause and take
    the release back.

    Raises:
        RolloutFailed (by class), NotProven.
    """
    given = course.given
    started = clock.monotonic()
    suspects, next_look = Suspects(), started + _FIRST_DIAGNOSIS
    refs, fleeting = course.workloads, fleeting_jobs(course.manifests)
    while True:
        rows = patiently(partial(read_rows, given.reader, refs, fleeting))
        course.tell(" · ".join(_row(each) for each in rows), rows=[each.model_dump() for each in rows])
        if all(each.done for each in rows):
            break
        now = clock.monotonic()
        late = now - started > course.application.rollout_seconds
        if late or now >= next_look or any(each.failed for each in rows):
            next_look = now + _DIAGNOSE_EVERY
            findings = patiently(partial(given.diagnose, given.reader, course.namespace))
            found = suspects.decisive(findings, refs, now) or (suspects.likely(findings, refs) if late else None)
            if found is not None:
                course.tell(found.summary, cause=found.cause)
                raise failure(found, _after(course))
            if late:
                waiting = ", ".join(each.name for each in rows if not each.done)
                raise RolloutFailed(
                    f"{waiting} not ready after {course.application.rollout_seconds} s, and no cause shows. "
                    + _after(course),
                    fix=f"kora diagnose --namespace {course.namespace}",
                )
        clock.sleep(_TICK)
    if clock.monotonic() - started > _TICK:
        course.worked.add("roll out")
    _prove_running(course)
    total = sum(each.ready for each in rows if not each.name.startswith("job/"))
    return f"{len(rows)} workloads complete, {total} pods ready, each on the image that was built"


def patiently(ask: Callable[[], _T]) -> _T:
    """Ask again while the API server is busy or restarts: a roll-out loads it, and nothing is wrong with the release.

    Raises:
        Retryable: it did not answer for a minute.
    """
    end = clock.monotonic() + _SILENT_SECONDS
    while True:
        try:
            return ask()
        except Retryable:
            if clock.monotonic() > end:
                raise
        clock.sleep(2 * _TICK)


def _row(row: object) -> str:
    return "{name} {ready}/{wanted}".format(**row.model_dump())  # type: ignore[attr-defined]


def _after(course: Course) -> str:
    if course.given.options.keep:
        return "It was left as it is (--keep)."
    if course.installed is None and course.memory.good_revision == (course.before.revision if course.before else None):
        return "Nothing had been changed, so nothing was taken back."
    course.tell("taking the release back")
    return take_back(course)


def _prove_running(course: Course) -> None:
    for service, name in course.local.items():
        accepted = course.images[name].accepted
        reference = course.references[service]
        running = patiently(partial(running_ids, course.given.reader, course.namespace, reference))
        for node, ids in running.items():
            if ids <= accepted or ids <= accepted | course.given.engine.identities(name):
                continue
            other = sorted(ids - accepted)[0]
            raise NotProven(
                f"A pod of {service} on the node {node} runs {other[:19]}…, not {course.images[name].id[:19]}…, "
                f"under the name {name}. {_after(course)}",
                fix="kora up",
            )


def smoke(course: Course) -> str:
    """Go in through the front door and do what the application is there for.

    Raises:
        SmokeFailed: after a change was taken back.
    """
    given, application = course.given, course.application
    digest = difference.fingerprint(course.manifests)
    whole = given.options.whole_smoke or course.memory.verified != digest
    front = application.front
    said = "no front door in kora.yaml"
    if front is not None:
        fresh = course.installed is not None
        course.doors = doors.outside(given.reader, course.namespace, front, course.nodes, patient=fresh)
        if application.smoke:
            try:
                with doors.best(course.doors, front, course.namespace, given.forward) as door:
                    taken = walk(
                        door, application.smoke, whole=whole, told=lambda name, s: course.tell(f"{name} {s} s")
                    )
            except SmokeFailed as error:
                after = _after(course) if course.installed is not None else ""
                raise SmokeFailed(f"{error.message} {after}".strip(), fix=error.fix, details=error.details) from error
            said = f"{len(taken.steps)} of {len(application.smoke)} steps through the {door.what}"
            said += "" if whole else " (nothing changed: those that only read)"
    if whole:
        course.worked.add("smoke")
    course.memory.verified = digest
    now = course.installed or course.before
    course.memory.good_revision = now.revision if now else None
    return said


def _step_told(course: Course) -> Callable[[str, float], None]:
    return lambda name, seconds: course.tell(f"{name} ({seconds:.2f} s)", step=name)


def done(course: Course) -> str:
    """The addresses that answer."""
    found = [f"{each.url}/" + (f" (host {each.host})" if each.host else "") for each in course.doors]
    return " · ".join([*found, "kora open"] if course.application.front else ["it runs; nothing is exposed"])
