"""Caring: what is done about findings and plans, a job a namespace at a time, in a few threads.

Three kinds of jobs go through the same invoker as the command line: a pass over a namespace (`heal_pass`), carrying out
what a person approved (`plans.apply`), and going on with what an earlier process left half done (`plans.resume`). Each
asks before every single effect whether it may still act (`Gatekeeper`).
"""

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Literal

from kora.audit.records import AuditUnavailable
from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.progress import Progress
from kora.domain.results import Outcome
from kora.domain.risk import Autonomy
from kora.helm.port import HelmEngine
from kora.kit.errors import KoraError
from kora.operations.heal.records import history_of
from kora.operations.heal.report import Line, PassReport
from kora.operations.heal.spheres import Claims
from kora.operations.heal.switch import paused
from kora.operations.heal.together import OneByOne, Together
from kora.operator.cached_reader import FreshReader
from kora.operator.policies import Coverage
from kora.operator.sizing import Sized, look_at_sizes, readings_for
from kora.policy.history import History
from kora.tools.context import Context, Recorder
from kora.tools.guards import Halted
from kora.tools.heal import heal_pass
from kora.tools.invoker import Invoker, OpenWriter

THREADS = 8
"""Jobs at once; most of them wait for what they watch."""
NAME = "kora-operator"
Task = Literal["pass", "apply", "resume", "size"]


@dataclass(frozen=True)
class Job:
    """One thing to do in a namespace. plan: which, where there is one. person: who approved it. troubled: objects of
    active findings, which are not right-sized."""

    task: Task
    namespace: str
    plan: str | None = None
    person: str | None = None
    troubled: frozenset[ObjectRef] = frozenset()
    number: int = field(default_factory=count(1).__next__)
    """Tells jobs apart."""


@dataclass(frozen=True)
class Done:
    """What came of a job. Exactly one of report, outcome, sized, halted and error says how; or, while a pass is still
    under way, which findings it repairs from now on (`begun`), and what became of one (`line`)."""

    job: Job
    begun: frozenset[str] = frozenset()
    line: Line | None = None
    report: PassReport | None = None
    outcome: Outcome | None = None
    sized: Sized | None = None
    halted: str = ""
    error: str = ""


class Gatekeeper:
    """Whether something may be changed in a namespace right now.

    leads: whether this process leads. coverage: the policies as they are this moment.
    """

    def __init__(self, leads: Callable[[], bool], coverage: Callable[[], Coverage], home: Path) -> None:
        self._leads, self._coverage, self._home = leads, coverage, home

    def why_not(self, namespace: str) -> str | None:
        """Why nothing may be changed; None when something may."""
        if not self._leads():
            return "another process leads"
        document = self._coverage().document(namespace)
        if document is None:
            return f"no policy holds in {namespace}"
        if document.paused or paused(self._home) is not None:
            return "Kora is paused"
        return None

    def still(self, namespace: str) -> Callable[[], None]:
        """What the invoker asks before every effect."""

        def check() -> None:
            if (why := self.why_not(namespace)) is not None:
                raise Halted(why)

        return check


@dataclass(frozen=True)
class Means:
    """What jobs work with. open_writer: see `Invoker` (None: the real one)."""

    reader: FreshReader
    audit: Recorder
    home: Path
    helm: HelmEngine | None
    coverage: Callable[[], Coverage]
    gate: Gatekeeper
    report: Callable[[str, Progress], None]
    open_writer: OpenWriter | None = None
    together: Together = field(default_factory=OneByOne)
    """How repairs are carried out that have nothing to do with each other."""
    claims: dict[str, Claims] = field(default_factory=dict)
    """What passes repair now, by namespace."""
    prometheus: str | None = None
    """Address of a Prometheus that knows more than the operator's own samples."""

    def context(self, namespace: str) -> Context | None:
        """The operator's context in a namespace; None where no policy holds."""
        document = self.coverage().document(namespace)
        if document is None:
            return None
        return Context(
            actor=Actor(name=NAME, surface=Surface.OPERATOR),
            reader=self.reader,
            audit=self.audit,
            home=self.home,
            policy=document,
            helm=self.helm,
            progress=lambda progress: self.report(namespace, progress),
        )

    def invoker(
        self, context: Context, namespace: str, autonomy: Autonomy | None = None, *, dry_run: bool = False
    ) -> Invoker:
        """The way to an effect. autonomy, dry_run: see `Invoker`."""
        history = History if autonomy is None else partial(history_of, self.home)
        made = partial(
            Invoker, context, still=self.gate.still(namespace), autonomy=autonomy, history=history, dry_run=dry_run
        )
        return made() if self.open_writer is None else made(open_writer=self.open_writer)


class Crew:
    """The threads. What came of the jobs waits in `done` for the loop."""

    def __init__(self, means: Means, wake: Callable[[], None]) -> None:
        self._means, self._wake = means, wake
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="care")
        self.done: queue.SimpleQueue[Done] = queue.SimpleQueue()

    def begin(self, job: Job) -> None:
        """Do it in one of the threads."""
        self._pool.submit(self._work, job)

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, job: Job) -> None:
        try:
            done = carry_out(job, self._means, self._tell)
        except Exception as error:  # a job must not take its thread along; the loop logs it
            done = Done(job, error=f"{type(error).__name__}: {error}")
        self._tell(done)

    def _tell(self, done: Done) -> None:
        self.done.put(done)
        self._wake()


def carry_out(job: Job, means: Means, tell: Callable[[Done], None] = lambda _done: None) -> Done:
    """Do one job, here and now. tell: hears of a pass what it begins, and what became of each finding, as soon as it is
    known."""
    if job.task == "size":
        return _size(job, means)
    if (why := means.gate.why_not(job.namespace)) is not None:
        return Done(job, halted=why)
    context = means.context(job.namespace)
    if context is None:
        return Done(job, halted=f"no policy holds in {job.namespace}")
    try:
        if job.task == "pass":
            still = means.gate.still(job.namespace)
            report = heal_pass(
                context,
                [job.namespace],
                still=still,
                resumes=False,
                open_writer=means.open_writer,
                tell=lambda line: tell(Done(job, line=line)),
                together=means.together,
                claims=means.claims.setdefault(job.namespace, Claims()),
                begun=lambda findings: tell(Done(job, begun=findings)),
            )
            return Done(job, report=report)
        if job.person is not None:
            context = replace(context, actor=context.actor.model_copy(update={"on_behalf_of": job.person}))
        outcome = means.invoker(context, job.namespace).call(f"plans.{job.task}", {"plan_id": job.plan})
        return Done(job, outcome=outcome)
    except Halted as halted:
        return Done(job, halted=str(halted))
    except (KoraError, AuditUnavailable) as error:
        return Done(job, error=error.message)


def _size(job: Job, means: Means) -> Done:
    """Look at the sizes of a namespace; that is allowed while nothing may be changed, too."""
    context = means.context(job.namespace)
    if context is None:
        return Done(job, halted=f"no policy holds in {job.namespace}")
    level = context.policy.autonomy.for_namespace(job.namespace)
    if means.gate.why_not(job.namespace) is not None:
        level = Autonomy.OBSERVE
        autonomy = context.policy.autonomy.model_copy(update={"level": level, "namespaces": {}})
        context = replace(context, policy=context.policy.model_copy(update={"autonomy": autonomy}))
    try:
        readings = readings_for(means.home, job.namespace, means.prometheus)
    except KoraError as error:  # it is said where people look for sizes; the next look asks again
        return Done(job, sized=Sized(text=f"Sizes can't be computed: {error.message}", failed=True))
    try:
        invoker, dry = (means.invoker(context, job.namespace, level, dry_run=each) for each in (False, True))
        return Done(job, sized=look_at_sizes(context, job.namespace, readings, job.troubled, invoker, dry))
    except Halted as halted:
        return Done(job, halted=str(halted))
    except (KoraError, AuditUnavailable) as error:
        return Done(job, error=error.message)


def secret_value(get: Callable[[ObjectRef], Manifest | None], namespace: str, name: str, key: str) -> str | None:
    """One value of a Secret, for the address of a channel; None when it can't be had."""
    import base64
    import binascii

    try:
        found = get(ObjectRef(api_version="v1", kind="Secret", namespace=namespace, name=name))
        return base64.b64decode((found or {}).get("data", {})[key], validate=True).decode().strip()
    except (KoraError, KeyError, binascii.Error, ValueError):
        return None
