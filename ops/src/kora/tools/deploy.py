"""The tools behind `kora up` and its companions: they bind the operations of `kora.operations.deploy` to the context.

`deploy.up` is one tool, because a person asks for one thing; each of its phases is a line of its own in the log. What a
front door alone can give (asking its person, an engine of its own) comes in as `Means`, never as an argument.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kora.audit.records import Agent as AgentName
from kora.audit.records import AuditEntry
from kora.cluster.forward import forwarded
from kora.cluster.port import ClusterReader
from kora.domain.findings import Finding
from kora.domain.objects import ObjectRef
from kora.domain.progress import Progress
from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.helm.port import HelmEngine
from kora.images.docker import DockerEngine
from kora.images.port import ImageEngine, Loader
from kora.kit import clock
from kora.kit.errors import Misconfigured, Unavailable
from kora.operations.deploy import care, checks, configuration, doors
from kora.operations.deploy.configuration import Application
from kora.operations.deploy.credentials import read_env_file
from kora.operations.deploy.loading import PROGRAMS, Way, choose_loader
from kora.operations.deploy.providers import Kind, Provider, recognise
from kora.operations.deploy.surroundings import Agree, Options, Surroundings
from kora.operations.deploy.up import Up, bring_up
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry


def _diagnose(reader: ClusterReader, namespace: str) -> Sequence[Finding]:
    from kora.operations.diagnose import diagnose_namespace

    return diagnose_namespace(reader, namespace)


@dataclass(frozen=True)
class Means:
    """What a front door brings along besides the context."""

    engine: Callable[[], ImageEngine] = DockerEngine
    agree: Agree | None = None
    """Asks the person before the first write; None: calling the tool is the consent for the application's own
    namespace."""
    make_loader: Callable[[Provider, ImageEngine, Way], Loader] = choose_loader
    diagnose: Callable[[ClusterReader, str], Sequence[Finding]] = field(default=_diagnose)
    helm_reason: str = ""


class Where(Arguments):
    """Which application: its kora.yaml (or the folder that holds it), perhaps in another namespace."""

    path: str = "."
    namespace: str | None = None
    kubeconfig: str | None = None
    context: str | None = None
    """For port-forwards, and as the consent that a production-looking cluster needs; the reader is already chosen."""


class UpArguments(Where):
    """What `kora up` takes."""

    registry: str | None = None
    load_command: str | None = None
    keep: bool = False
    whole_smoke: bool = False


class LogsArguments(Where):
    """What `kora logs` takes."""

    service: str | None = None
    follow: bool = False


class OpenArguments(Where):
    """What `kora open` takes."""

    port: int | None = None
    seconds: float | None = None
    """End by itself after this long; None: when interrupted."""


def application_of(where: Where) -> Application:
    """The application that the arguments name.

    Raises:
        Misconfigured: no kora.yaml, or a wrong one.
    """
    found = configuration.load(configuration.find(Path(where.path).resolve()))
    if where.namespace is None:
        return found
    return found.model_copy(update={"namespace": where.namespace})


def _helm(context: Context) -> HelmEngine:
    if context.helm is None:
        raise Unavailable("There is no Helm engine here.", fix="pip install helm-python-sdk")
    return context.helm


def up_tool(means: Means | None = None) -> Tool:
    """`deploy.up` with the given means."""
    given = means or Means()
    return Tool(
        name="deploy.up",
        summary="Builds, loads, installs and tries an application on the cluster; takes a broken release back.",
        arguments=UpArguments,
        risk=Risk.WRITE,
        run=lambda context, arguments: _up(context, arguments, given),
        deadline_seconds=3600.0,
    )


def _up(context: Context, arguments: UpArguments, means: Means) -> Outcome:
    application = application_of(arguments)
    assert context.writer is not None, "the invoker opens the writer for a tool that writes"
    offered = {**read_env_file(application.folder / ".env"), **os.environ}
    kubeconfig = Path(arguments.kubeconfig) if arguments.kubeconfig else None
    agents: dict[str, AgentName] = {"install": "HELM"}
    provider: list[str] = []

    def record(phase: str, status: str, said: str, seconds: float) -> None:
        if phase == "detect":
            provider.append(said.partition(":")[0])
        minikube = phase == "load" and provider and provider[0].startswith(Kind.MINIKUBE)
        context.audit.append(
            AuditEntry(
                actor=context.actor,
                tool="deploy.up",
                risk=Risk.WRITE,
                phase="note",
                arguments={"application": application.name, "namespace": application.target, "phase": phase},
                status=Status.OK if status == "ok" else Status.FAILED,
                duration_ms=round(seconds * 1000),
                agent="MINIKUBE" if minikube else agents.get(phase, "ENV"),
                prompt=f"kora up: {phase}",
                result=said if status == "ok" else f"{status}: {said}",
            )
        )

    result: Up = bring_up(
        Surroundings(
            application=application,
            reader=context.reader,
            writer=context.writer,
            helm=_helm(context),
            helm_reason=means.helm_reason,
            engine=means.engine(),
            forward=lambda service, port: forwarded(
                context.reader, service, port, kubeconfig=kubeconfig, context=arguments.context
            ),
            diagnose=means.diagnose,
            home=context.home,
            options=Options(
                way=Way(registry=arguments.registry, command=arguments.load_command),
                context_named=arguments.context is not None,
                keep=arguments.keep,
                offered=offered,
                whole_smoke=arguments.whole_smoke,
            ),
            report=context.progress,
            record=record,
            agree=means.agree,
            make_loader=means.make_loader,
        )
    )
    state = "deployed" if result.changed else "unchanged"
    answer = f"{result.application} is {state}, revision {result.revision}, in {result.seconds:.1f} s."
    return Outcome(status=Status.OK, answer=answer, data=result)


def _down(context: Context, where: Where, *, volumes: bool) -> Outcome:
    application = application_of(where)
    assert context.writer is not None, "the invoker opens the writer for a tool that writes"
    result = care.down(application, context.reader, context.writer, _helm(context), volumes=volumes)
    removed = ", ".join(result.removed) or "nothing: it was not there"
    stays = ", ".join(result.stays) or "nothing"
    return Outcome(status=Status.OK, answer=f"Removed: {removed}.\nStays: {stays}.", data=result)


def _status(context: Context, where: Where) -> Outcome:
    application = application_of(where)
    found = care.status(application, context.reader, _helm(context))
    nodes = context.reader.list("v1", "Node")
    front = application.front
    ways = doors.outside(context.reader, application.target, front, nodes) if front else []
    said = "healthy" if found.healthy else "not healthy; next: kora diagnose"
    data = {"status": found, "healthy": found.healthy, "doors": ways}
    return Outcome(status=Status.OK, answer=f"{application.name} is {said}.", data=data)


def _logs(context: Context, arguments: LogsArguments) -> Outcome:
    application, helm = application_of(arguments), _helm(context)
    care.pods_of(application, context.reader, helm, arguments.service)  # a wrong name fails before anything is read
    lines = care.logs(
        context.reader,
        lambda: care.pods_of(application, context.reader, helm, arguments.service),
        follow=arguments.follow,
    )
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the count is what is answered
        context.progress(Progress(phase="logs", text=line))
    return Outcome(status=Status.OK if count else Status.NO_DATA, data={"lines": count})


def _open(context: Context, arguments: OpenArguments) -> Outcome:
    application = application_of(arguments)
    front = application.front
    if front is None:
        raise Misconfigured(f"{application.name} has no front in kora.yaml.", fix="add front: {service, port}")
    care.status(application, context.reader, _helm(context))
    service = ObjectRef(api_version="v1", kind="Service", namespace=application.target, name=front.service)
    kubeconfig = Path(arguments.kubeconfig) if arguments.kubeconfig else None
    end = clock.monotonic() + arguments.seconds if arguments.seconds is not None else None
    with forwarded(
        context.reader,
        service,
        front.port,
        local_port=arguments.port,
        kubeconfig=kubeconfig,
        context=arguments.context,
    ) as port:
        url = f"http://localhost:{port}/"
        context.progress(Progress(phase="open", text=url, data={"url": url}))
        while end is None or clock.monotonic() < end:
            clock.sleep(0.5)
    return Outcome(status=Status.OK, answer=url, data={"url": url})


def doctor_tool(means: Means | None = None) -> Tool:
    """`deploy.doctor` with the given means."""
    given = means or Means()

    def run(context: Context, where: Where) -> Outcome:
        nodes = context.reader.list("v1", "Node")
        provider = recognise(nodes)
        found = checks.examine(
            checks.Patient(
                reader=context.reader,
                engine=given.engine(),
                helm_name=_helm(context).name,
                provider=provider,
                nodes=nodes,
                namespace=where.namespace or "default",
                program=PROGRAMS.get(provider.kind, ""),
            )
        )
        bad = [each for each in found if each.level is not checks.Level.FINE]
        answer = f"{provider.kind}: {provider.why}. {len(found) - len(bad)} of {len(found)} checks are fine."
        return Outcome(status=Status.OK, answer=answer, data={"provider": provider, "checks": found})

    return Tool(
        name="deploy.doctor",
        summary="Checks whether machine and cluster have what a deployment needs.",
        arguments=Where,
        risk=Risk.READ,
        run=run,
    )


registry.register(up_tool())
registry.register(doctor_tool())
DOWN = registry.register(
    Tool(
        name="deploy.down",
        summary="Removes an application; its volumes, secrets and namespace stay.",
        arguments=Where,
        risk=Risk.WRITE,
        run=lambda context, where: _down(context, where, volumes=False),
        deadline_seconds=600.0,
    )
)
DOWN_WITH_DATA = registry.register(
    Tool(
        name="deploy.down_with_data",
        summary="Removes an application with its volumes and secrets; the data is lost.",
        arguments=Where,
        risk=Risk.DESTRUCTIVE,
        run=lambda context, where: _down(context, where, volumes=True),
        deadline_seconds=600.0,
    )
)
STATUS = registry.register(
    Tool(
        name="deploy.status",
        summary="Tells the health of an application's workloads and its addresses.",
        arguments=Where,
        risk=Risk.READ,
        run=_status,
    )
)
LOGS = registry.register(
    Tool(
        name="deploy.logs",
        summary="Tells the log lines of one service or of all.",
        arguments=LogsArguments,
        risk=Risk.READ,
        run=_logs,
        deadline_seconds=float("inf"),
    )
)
OPEN = registry.register(
    Tool(
        name="deploy.open",
        summary="Opens a port on this machine that leads to the application, and follows its pods.",
        arguments=OpenArguments,
        risk=Risk.READ,
        run=_open,
        deadline_seconds=float("inf"),
    )
)
