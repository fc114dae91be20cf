"""`kora operator`: the operator in a cluster or beside one: watches, heals within policies, keeps records there."""

import signal
from typing import Annotated

import typer

from kora.cli.application import ContextOption, KubeconfigOption, app, kora_home
from kora.domain.risk import Autonomy

_OPERATOR_EXITS = (
    "Next: kora plans --cluster, kora pause. "
    "Every option can be set by the variable that is named with it; the chart helm/kora does so. "
    "Exit codes: 0 told to end · 1 lost the lead."
)


@app.command(epilog=_OPERATOR_EXITS)
def operator(
    namespace: Annotated[
        str | None,
        typer.Option(
            "--namespace", "-n", envvar="KORA_NAMESPACE", help="The operator's own; the context's by default."
        ),
    ] = None,
    watch: Annotated[
        str,
        typer.Option(
            "--watch",
            envvar="KORA_WATCH_NAMESPACES",
            help="Look here only: names with commas between. Else everywhere.",
        ),
    ] = "",
    level: Annotated[
        Autonomy,
        typer.Option("--autonomy", envvar="KORA_AUTONOMY", help="The highest level that a policy has effect with."),
    ] = Autonomy.AUTONOMOUS,
    applies: Annotated[
        bool,
        typer.Option(
            "--apply-approved/--only-propose",
            envvar="KORA_APPLIES",
            help="Whether plans that a person approved are carried out here.",
        ),
    ] = True,
    port: Annotated[
        int,
        typer.Option("--port", envvar="KORA_METRICS_PORT", min=0, max=65535, help="Of /metrics, /healthz, /readyz."),
    ] = 8081,
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = "0.0.0.0",  # noqa: S104
    console_port: Annotated[
        int | None,
        typer.Option("--console-port", envvar="KORA_CONSOLE_PORT", min=0, max=65535, help="Serve the console there."),
    ] = None,
    console_hosts: Annotated[
        str,
        typer.Option("--console-hosts", envvar="KORA_CONSOLE_HOSTS", help="Host names of the console, with commas."),
    ] = "",
    lease: Annotated[
        str, typer.Option("--lease", envvar="KORA_LEASE_NAME", help="Name of the Lease of the election.")
    ] = "kora-operator",
    admission_rule: Annotated[
        str,
        typer.Option(
            "--admission-rule",
            envvar="KORA_ADMISSION_RULE",
            help="ValidatingAdmissionPolicy (and binding) that proves who made an Approval; `installed`: it is there.",
        ),
    ] = "kora-approvals",
    cluster_scoped: Annotated[
        bool,
        typer.Option(
            "--cluster-scoped/--namespaces-only",
            envvar="KORA_CLUSTER_SCOPED",
            help="Whether nodes, volumes, classes and webhooks are read.",
        ),
    ] = True,
    no_secrets: Annotated[bool, typer.Option("--no-secrets", help="Never list Secrets.")] = False,
    preview_as: Annotated[
        str | None,
        typer.Option("--preview-as", envvar="KORA_PREVIEW_AS", help="The user in whose name dry runs are asked for."),
    ] = None,
    prometheus: Annotated[
        str | None,
        typer.Option(
            "--prometheus", envvar="KORA_PROMETHEUS", help="Address of a Prometheus to right-size by, not own samples."
        ),
    ] = None,
    log_level: Annotated[
        str, typer.Option("--log-level", envvar="KORA_LOG_LEVEL", help="debug, info, warning or error.")
    ] = "info",
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> int:
    """Look after the namespaces that AgentPolicies name: findings, plans and approvals are objects in the cluster."""
    from kora.cluster.client import connect
    from kora.kit.errors import Invalid, Unavailable
    from kora.operator.assembly import Assembly, Settings
    from kora.operator.logs import LEVELS, Log

    if log_level not in LEVELS:
        raise Invalid(f"--log-level is one of {', '.join(LEVELS)}.")
    reader = connect(kubeconfig, context)
    previewer = connect(kubeconfig, context, impersonate=preview_as) if preview_as else None
    settings = Settings(
        namespace=namespace or reader.namespace,
        namespaces=_names(watch),
        host=host,
        port=port,
        lease=lease,
        admission=None if admission_rule == "installed" else (admission_rule, admission_rule),
        most=level,
        applies=applies,
        secrets=not no_secrets,
        cluster=cluster_scoped,
        prometheus=prometheus,
        console_port=console_port,
        console_hosts=_names(console_hosts),
        log=Log(level=log_level),
    )
    home = kora_home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    assembly = Assembly(reader, home, settings, previewer=previewer)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: assembly.end())
    try:
        return 0 if assembly.run() else 1
    except OSError as problem:
        raise Unavailable(f"Port {port} on {host} can't be used ({problem.strerror}).") from problem


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
