"""`kora rightsize`: what containers use, what they should ask for, and the plan that gives it to them."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kora.cli.application import (
    ContextOption,
    JsonOption,
    KubeconfigOption,
    NamespaceOption,
    YesOption,
    app,
    print_json,
)
from kora.cli.calling import ask, failure_of
from kora.cli.diagnose import FINDINGS_EXIT, AllOption, chosen_namespaces
from kora.cli.heal import surroundings_with_helm
from kora.domain.progress import silent
from kora.kit.errors import Invalid

if TYPE_CHECKING:
    from kora.domain.results import Outcome
    from kora.operations.rightsize.result import Result
    from kora.tools.context import Context

STABLE_SECONDS = 120
"""Two passes: the second one looks for at least this long."""
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


@app.command(epilog="Next: kora rightsize --apply makes a plan of it. Exit codes: 0 · 10 not stable (with --two-pass).")
def rightsize(
    namespace: NamespaceOption = None,
    everywhere: AllOption = False,
    samples: Annotated[int, typer.Option("--samples", min=1, help="How many looks at the metrics.")] = 60,
    every: Annotated[str, typer.Option("--every", help="Between two looks: 500ms, 2s, 1m.")] = "2s",
    history: Annotated[bool, typer.Option("--history/--no-history", help="Count readings of earlier runs too.")] = True,
    prometheus: Annotated[
        str | None, typer.Option("--prometheus", help="Address of a Prometheus to ask instead.")
    ] = None,
    two_pass: Annotated[
        bool, typer.Option("--two-pass", help="First how stable it is, at once; then sizes, after at least 2 minutes.")
    ] = False,
    chart: Annotated[
        Path | None, typer.Option("--chart", help="Folder of the release's chart: shows and applies its values.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Make it a plan; asked for, verified, undone on trouble.")
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
) -> int:
    """Recommend requests and limits from what containers really use."""
    from kora.operations.rightsize.formulas import Settings
    from kora.operations.rightsize.run import measure, recommend

    pause = seconds_of(every)
    surroundings = surroundings_with_helm(kubeconfig, context, None, silent)
    spaces = chosen_namespaces(surroundings.reader, namespace, everywhere)
    answer: dict[str, Any] = {}
    code = 0
    if two_pass:
        answer["stability"], code = _stability(surroundings, spaces, as_json)
        samples = max(samples, math.ceil(STABLE_SECONDS / pause) + 1)
    readings, errors = measure(
        surroundings.reader,
        spaces,
        home=surroundings.home,
        times=samples,
        every=pause,
        history=history,
        prometheus=prometheus,
        told=_count if sys.stderr.isatty() and not as_json else None,
    )
    result = recommend(
        surroundings.reader, spaces, readings, Settings(), errors=errors, helm=surroundings.helm, chart=chart
    )
    answer |= result.as_json()
    outcome = _apply(surroundings, result, chart, yes, as_json) if apply and result.changes else None
    if as_json:
        if outcome is not None:
            answer["applied"] = {"status": outcome.status.value, "plan": outcome.plan_id, "answer": outcome.answer}
        print_json(answer)
    else:
        _print(result)
        if outcome is not None:
            typer.echo(outcome.answer)
    if outcome is not None and outcome.error is not None:
        if not as_json:
            raise failure_of(outcome)
        return failure_of(outcome).exit_code
    return code


def seconds_of(text: str) -> float:
    """``2s``, ``500ms``, ``1m`` in seconds.

    Raises:
        Invalid: it is none of these, or nothing.
    """
    digits = text.rstrip("ms")
    try:
        value = float(digits) * _UNITS[text[len(digits) :] or "s"]
    except (ValueError, KeyError) as error:
        raise Invalid(f"{text!r} is no duration.", fix="Write it as 500ms, 2s or 1m.") from error
    if not 0 < value < math.inf:
        raise Invalid(f"{text!r} is no duration between two looks.", fix="Write it as 500ms, 2s or 1m.")
    return value


def _stability(context: "Context", spaces: Sequence[str] | None, as_json: bool) -> tuple[dict[str, Any], int]:
    from kora.operations.diagnose import diagnose
    from kora.operations.diagnose.health import health_map

    report, rows = diagnose(context.reader, spaces), health_map(context.reader, spaces)
    well = not report.findings and all(row.well for row in rows)
    if not as_json:
        typer.echo("Pass 1, stability:")
        for row in rows:
            typer.echo("  " + "  ".join(row.cells()))
        for finding in report.findings:
            typer.echo(f"  {finding.cause}  {finding.objects[0]}: {finding.summary}")
        typer.echo("Everything is stable." if well else "Not everything is stable; see kora diagnose.")
        typer.echo("Pass 2, sizes:")
    shown = {"workloads": [row.as_json() for row in rows], "stable": well, **report.as_json()}
    return shown, 0 if well else FINDINGS_EXIT


def _count(number: int, of: int) -> None:
    sys.stderr.write(f"\rlook {number} of {of}" + ("\n" if number == of else ""))
    sys.stderr.flush()


def _apply(context: "Context", result: "Result", chart: Path | None, yes: bool, as_json: bool) -> "Outcome":
    from kora.operations.rightsize.applying import size_of
    from kora.tools.invoker import Invoker

    def consent(_decision: object, _plan: object, diff: str) -> bool:
        typer.echo(diff)
        return ask("Apply this plan?")

    sizes = [size_of(each).model_dump(mode="json") for each in result.changes]
    invoker = Invoker(context, consent=None if as_json else consent, yes=yes)
    return invoker.call("rightsize.apply", {"sizes": sizes, "chart": None if chart is None else str(chart.resolve())})


_HEAD = ("", "WORKLOAD", "CONTAINER", "CPU REQUEST", "CPU LIMIT", "MEMORY REQUEST", "MEMORY LIMIT", "PEAK", "SURE")


def _print(result: "Result") -> None:
    from kora.operations.rightsize.scans import text_of

    lines: list[tuple[str, ...]] = [_HEAD]
    for each in result.scans:
        cells = [
            f"{text_of(name, each.current[side][name])} → "
            + (text_of(name, each.recommended[side][name]) if name in each.known else "?")
            for name in ("cpu", "memory")
            for side in ("requests", "limits")
        ]
        peak = f"{each.peak['cpu'] * 1000:.0f}m {each.peak['memory'] / 2**20:.0f}Mi" if each.peak else "-"
        sure = f"{each.confidence} ({each.readings})"
        name = f"{each.workload.kind.lower()}/{each.workload.name}"
        lines.append((each.severity.value, name, each.container, *cells, peak, sure))
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    for each in result.scans:
        for note in dict.fromkeys(filter(None, each.info.values())):
            typer.echo(f"{each.workload.name}/{each.container}: {note}")
    typer.echo(f"Score {result.score} of 100.")
    if result.values:
        import yaml

        typer.echo("Values for the chart:\n" + yaml.safe_dump(result.values, sort_keys=False).rstrip())
    for error in result.errors:
        typer.echo(f"Note: {error}", err=True)
