"""`kora heal`: one pass of the operator's loop from outside; `kora pause` and `kora resume`: the kill switch."""

import getpass
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kora.cli.application import (
    ContextOption,
    JsonOption,
    KubeconfigOption,
    NamespaceOption,
    app,
    kora_home,
    print_json,
)
from kora.cli.calling import progress_lines, surroundings_of
from kora.cli.cluster_plans import switch_inside
from kora.cli.diagnose import FINDINGS_EXIT, AllOption, chosen_namespaces
from kora.domain.progress import Report
from kora.domain.risk import Autonomy
from kora.kit.errors import ApprovalRequired

if TYPE_CHECKING:
    from kora.operations.heal.report import Line, PassReport
    from kora.tools.context import Context

_MARKS = {"healed": "✓", "resolved": "✓", "waiting": "…", "planned": "…"}
_HEAL_EXITS = (
    "Next: kora plans, kora approve ID. Exit codes: 0 nothing is wrong, "
    "or all is mended and verified · 4 plans wait for a person · 10 findings remain."
)


@app.command(epilog=_HEAL_EXITS)
def heal(
    namespace: NamespaceOption = None,
    everywhere: AllOption = False,
    autonomy: Annotated[
        Autonomy | None,
        typer.Option("--autonomy", help="How far it may go by itself; a policy document can only lower it."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A policy document (AgentPolicy or its spec).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; store and change nothing.")
    ] = False,
    as_json: JsonOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
) -> int:
    """Find what is wrong, mend what is safe and known, verify it, leave plans or reasons for the rest."""
    from kora.operations.heal.together import SideBySide
    from kora.tools.heal import at_level, heal_pass

    surroundings = surroundings_with_helm(kubeconfig, context, policy, progress_lines(quiet=as_json))
    if policy is None and autonomy is not None:
        surroundings = replace(surroundings, policy=at_level(surroundings.policy, autonomy))
    spaces = chosen_namespaces(surroundings.reader, namespace, everywhere)
    level = autonomy or Autonomy.AUTONOMOUS
    report = heal_pass(surroundings, spaces, level=level, dry_run=dry_run, together=SideBySide())
    if as_json:
        print_json(report.as_json())
    else:
        _print(report, "the cluster" if spaces is None else f"namespace {spaces[0]}")
    if report.waits:
        return ApprovalRequired.exit_code
    return FINDINGS_EXIT if report.remains else 0


def surroundings_with_helm(
    kubeconfig: Path | None, context: str | None, policy: Path | None, report: Report
) -> "Context":
    """The context of the person at this terminal, with a Helm engine where there is one.

    Raises:
        Misconfigured: the policy file is wrong.
    """
    from kora.helm.choice import choose
    from kora.kit.errors import Unavailable

    try:
        engine = choose(None, kubeconfig=kubeconfig, context=context).engine
    except Unavailable:  # then releases are not rolled back as such; their objects wait for a person
        engine = None
    return surroundings_of(kubeconfig=kubeconfig, context=context, helm=engine, policy=policy, report=report)


def _print(report: "PassReport", where: str) -> None:
    looked = sum(report.checked.values())
    if not report.lines:
        typer.echo(f"Nothing is wrong in {where} ({looked} objects looked at).")
    for line in report.lines:
        _print_line(line)
    for note in report.notes:
        typer.echo(f"Note: {note}", err=True)


def _print_line(line: "Line") -> None:
    finding = line.finding
    typer.echo(
        f"{_MARKS.get(line.fate.value, '✗')} {finding.cause}  {finding.objects[0]}  {line.fate.replace('_', ' ')}"
    )
    typer.echo(f"  {finding.summary}")
    typer.echo(f"  {line.reason}" + (f" ({line.seconds:.0f} s)" if line.seconds >= 1 else ""))
    for step in line.steps:
        typer.echo(f"  next: {step}")
    if line.fate.value in ("planned", "waiting"):
        for text in line.diff.rstrip().splitlines():
            typer.echo(f"    {text}")
    typer.echo("")


@app.command(epilog="Next: kora resume.")
def pause(
    reason: Annotated[str, typer.Option("--reason", help="One sentence; it is shown to whoever is held up.")] = "",
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop every change by Kora, at every front door and by the operator of the cluster, until `kora resume`."""
    from kora.operations.heal.switch import pause as switch_off

    made = switch_off(kora_home(), getpass.getuser(), reason)
    _record("kora.pause", f"Paused by {made.by}. {made.reason}".strip())
    if as_json:
        print_json({"paused": True, "by": made.by, "at": made.at, "reason": made.reason})
    else:
        typer.echo(f"Kora is paused since {made.at:%Y-%m-%d %H:%M:%S} UTC. Next: kora resume")
    _switch_inside(kubeconfig, context, paused=True)


@app.command(epilog="Next: kora heal, or kora plans.")
def resume(kubeconfig: KubeconfigOption = None, context: ContextOption = None, as_json: JsonOption = False) -> None:
    """Let Kora change things again."""
    from kora.operations.heal.switch import paused
    from kora.operations.heal.switch import resume as switch_on

    if paused(kora_home()) is not None:
        _record("kora.resume", f"Resumed by {getpass.getuser()}.")
    ended = switch_on(kora_home())
    if as_json:
        print_json({"paused": False, "ended": None if ended is None else ended.model_dump(mode="json")})
    elif ended is None:
        typer.echo("Kora was not paused.")
    else:
        typer.echo(f"Kora may act again; it had been paused by {ended.by}.")
    _switch_inside(kubeconfig, context, paused=False)


def _switch_inside(kubeconfig: Path | None, context: str | None, *, paused: bool) -> None:
    """The operator of the cluster, too; this machine's switch is moved already when that fails."""
    said, problem = switch_inside(kubeconfig, context, paused=paused)
    if said:
        _record("kora.pause" if paused else "kora.resume", said)
        typer.echo(said, err=True)
    if problem is not None:
        raise problem


def _record(what: str, text: str) -> None:
    from kora.audit import AuditEntry
    from kora.audit.keys import open_log
    from kora.domain.actors import Actor, Surface
    from kora.domain.results import Status
    from kora.domain.risk import Risk

    actor = Actor(name=getpass.getuser(), surface=Surface.CLI)
    entry = AuditEntry(actor=actor, tool=what, risk=Risk.WRITE, phase="note", status=Status.OK, result=text)
    open_log(kora_home() / "audit").append(entry)
