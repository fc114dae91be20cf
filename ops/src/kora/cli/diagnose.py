"""`kora diagnose`: what is wrong and why; `kora explain CAUSE`: the page of one cause; `kora health`: a short map."""

from typing import TYPE_CHECKING, Annotated

import typer

from kora.cli.application import ContextOption, JsonOption, KubeconfigOption, NamespaceOption, app, print_json
from kora.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    from kora.cluster.port import ClusterReader
    from kora.domain.findings import Finding
    from kora.operations.diagnose import Report

FINDINGS_EXIT = 10
AllOption = Annotated[bool, typer.Option("--all-namespaces", "-A", help="The whole cluster.")]
_MARKS = {"critical": "✗", "warning": "!", "info": "·"}
_VERDICTS = {"heal": "Kora can mend it", "propose": "Kora proposes a change", "escalate": "for a person"}


def chosen_namespaces(reader: "ClusterReader", namespace: str | None, everywhere: bool) -> list[str] | None:
    """What ``-n`` and ``-A`` name; None for the whole cluster.

    Raises:
        Invalid: both were given. NotFound: there is no such namespace.
    """
    if namespace and everywhere:
        raise Invalid("Say either one namespace (-n) or all of them (-A).")
    if everywhere:
        return None
    from kora.operations.diagnose.graph import ref_to

    chosen = namespace or reader.namespace
    if reader.get(ref_to("Namespace", None, chosen)) is None:
        raise NotFound(f"There is no namespace {chosen}.", fix="kubectl get namespaces")
    return [chosen]


@app.command(epilog="Next: kora explain CAUSE, kora heal. Exit codes: 0 nothing is wrong · 10 findings.")
def diagnose(
    namespace: NamespaceOption = None,
    everywhere: AllOption = False,
    as_json: JsonOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
) -> int:
    """Find what is wrong, one finding per root cause, with evidence. Exit code 10 when there are findings."""
    from kora.cluster.client import connect
    from kora.operations.diagnose import diagnose as look

    reader = connect(kubeconfig, context)
    try:
        spaces = chosen_namespaces(reader, namespace, everywhere)
        report = look(reader, spaces)
    finally:
        reader.close()
    if as_json:
        print_json(report.as_json())
    else:
        _print_report(report, "the cluster" if spaces is None else f"namespace {spaces[0]}")
    return FINDINGS_EXIT if report.findings else 0


def _print_report(report: "Report", where: str) -> None:
    looked = sum(report.checked.values())
    if not report.findings:
        typer.echo(f"Nothing is wrong in {where} ({looked} objects looked at).")
    else:
        typer.echo(f"{len(report.findings)} finding(s) in {where} ({looked} objects looked at).")
    for finding in report.findings:
        typer.echo("")
        print_finding(finding)
    for note in report.notes:
        typer.echo(f"Note: {note}", err=True)


def print_finding(finding: "Finding") -> None:
    """One finding with its evidence, as text."""
    subject, *others = finding.objects
    typer.echo(f"{_MARKS[finding.severity.value]} {finding.cause}  {subject}  [{finding.id}]")
    typer.echo(f"  {finding.summary}")
    for each in finding.evidence:
        typer.echo(f"    {each.source}: {' '.join(each.text.split())}")
    if others:
        typer.echo(f"  shows on: {', '.join(f'{each.kind.lower()}/{each.name}' for each in others)}")
    typer.echo(f"  {_VERDICTS[finding.verdict.value]}; more: kora explain {finding.cause}")
    if finding.fix_command:
        typer.echo(f"  fix: {finding.fix_command}")


@app.command(epilog="Next: kora diagnose finds where it happens.")
def explain(cause: Annotated[str, typer.Argument(help="A cause code, such as OOMKilled.")]) -> None:
    """Say what a cause means, how to see it, what Kora does and what a person can do."""
    from kora.operations.diagnose.causes import CAUSES
    from kora.operations.diagnose.fields import nearest

    by_name = {code.lower(): code for code in CAUSES}
    code = by_name.get(cause.lower())
    if code is None:
        near = nearest(cause, CAUSES)
        raise NotFound(f"There is no cause {cause}." + (f" Was {near} meant?" if near else ""), fix="kora causes")
    found = CAUSES[code]
    typer.echo(f"{found.code}: {found.title}.")
    for heading, text in (
        ("How to see it", found.see),
        ("Why it happens", found.why),
        ("What Kora does", found.kora),
        ("What a person can do", found.person),
    ):
        typer.echo(f"\n{heading}\n  {text}")


@app.command(epilog="Next: kora explain CAUSE.")
def causes(as_json: JsonOption = False) -> None:
    """List all causes that a diagnosis can name."""
    from kora.operations.diagnose.causes import CAUSES

    if as_json:
        print_json([{"cause": each.code, "title": each.title, "severity": each.severity} for each in CAUSES.values()])
        return
    width = max(map(len, CAUSES))
    for each in CAUSES.values():
        typer.echo(f"{each.code:<{width}}  {each.title}")


@app.command(epilog="Next: kora diagnose says why. Exit codes: 0 all is well · 10 something is not.")
def health(
    namespace: NamespaceOption = None,
    everywhere: AllOption = False,
    as_json: JsonOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
) -> int:
    """Show the workloads: ready and wanted pods, restarts, age, usage. Exit code 10 when some are not well."""
    from kora.cluster.client import connect
    from kora.operations.diagnose.health import health_map

    reader = connect(kubeconfig, context)
    try:
        rows = health_map(reader, chosen_namespaces(reader, namespace, everywhere))
    finally:
        reader.close()
    well = all(row.well for row in rows)
    if as_json:
        print_json({"workloads": [row.as_json() for row in rows], "healthy": well})
        return 0 if well else FINDINGS_EXIT
    if not rows:
        typer.echo("There are no workloads.")
    lines = [("", "NAMESPACE", "WORKLOAD", "READY", "RESTARTS", "AGE", "CPU", "MEMORY"), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines if rows else []:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0 if well else FINDINGS_EXIT
