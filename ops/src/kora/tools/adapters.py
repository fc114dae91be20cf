"""The tools around foreign programs: which are there, what kubectl-ai would do, how k8sgpt and KRR see it."""

import os

from pydantic import Field

from kora.adapters import catalogue, kubectl_ai
from kora.adapters import k8sgpt as k8sgpt_report
from kora.adapters import krr as krr_report
from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.operations.diagnose import diagnose
from kora.operations.opinions import compare_findings, compare_sizes
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry


class Nothing(Arguments):
    """No arguments."""


class Wish(Arguments):
    """What kubectl-ai shall be asked."""

    prompt: str = Field(min_length=1, max_length=20_000)
    provider: str | None = Field(default=None, max_length=200, pattern=r"^[\w.:/-]+$")
    model: str | None = Field(default=None, max_length=200, pattern=r"^[\w.:/-]+$")


class Reports(Arguments):
    """Reports of other tools, as text."""

    k8sgpt: str | None = Field(default=None, max_length=k8sgpt_report.MOST_BYTES, description="k8sgpt analyze -o json")
    krr: str | None = Field(default=None, max_length=k8sgpt_report.MOST_BYTES, description="krr simple -f json")
    kora_rightsize: str | None = Field(
        default=None,
        max_length=k8sgpt_report.MOST_BYTES,
        description="kora rightsize --json, to compare KRR's report with",
    )
    namespace: str | None = Field(default=None, description="what to diagnose; everything when left out")


def _list(_context: Context, _arguments: Nothing) -> Outcome:
    found = catalogue.look()
    lines = [_line(each) for each in found]
    return Outcome(status=Status.OK, answer="\n".join(lines), data={"adapters": [each.as_json() for each in found]})


def _line(found: catalogue.Presence) -> str:
    state = f"present {found.version or '(says no version)'}" if found.present else "absent"
    use = found.adapter.use if found.present else f"without it: {found.adapter.without}"
    return f"{found.adapter.name:<11} {state:<18} {use}" + (f" ({found.note})" if found.note else "")


def _propose(_context: Context, wish: Wish) -> Outcome:
    said = kubectl_ai.propose(wish.prompt, environment=os.environ, provider=wish.provider, model=wish.model)
    commands = [
        {
            "command": each.command,
            "decision": each.decision.verdict,
            "risk": each.decision.risk,
            "reason": each.decision.reason,
        }
        for each in said.commands
    ]
    lines = [f"{each['decision']:<6} {each['command']}\n       {each['reason']}" for each in commands]
    lines = lines or ["kubectl-ai proposed no command."]
    text = "\n".join(["kubectl-ai proposes, the gate judges, nothing was run:", *lines])
    return Outcome(
        status=Status.OK if commands else Status.NO_DATA, answer=text, data={"commands": commands, "said": said.text}
    )


def _compare(context: Context, reports: Reports) -> Outcome:
    data: dict[str, object] = {}
    lines: list[str] = []
    if reports.k8sgpt is not None:
        complaints = k8sgpt_report.read_report(reports.k8sgpt)
        spaces = None if reports.namespace is None else [reports.namespace]
        kept = [each for each in complaints if spaces is None or each.namespace in spaces]
        opinions = compare_findings(kept, diagnose(context.reader, spaces, logs=context.world.logs).findings)
        data["k8sgpt"] = opinions.as_json()
        lines += opinions.lines()
    if reports.krr is not None:
        ours = krr_report.read_report(reports.kora_rightsize) if reports.kora_rightsize is not None else []
        sizes = compare_sizes(krr_report.read_report(reports.krr), ours)
        data["krr"] = [each.as_json() for each in sizes]
        lines += [each.line() for each in sizes] or ["Neither recommends anything."]
    if not data:
        return Outcome(status=Status.NO_DATA, answer="There is no report to compare with.")
    return Outcome(status=Status.OK, answer="\n".join(lines), data=data)


for _tool in (
    Tool("adapters.list", "Says which foreign tools are there, with their versions.", Nothing, Risk.READ, run=_list),
    Tool(
        "adapters.compare",
        "Lays reports of k8sgpt and KRR beside Kora's own diagnosis and sizes.",
        Reports,
        Risk.READ,
        run=_compare,
    ),
    Tool(
        "adapters.propose",
        "Asks the real kubectl-ai what it would do; its commands are judged by the gate and not run.",
        Wish,
        Risk.WRITE,  # it starts a foreign program that sends the prompt to its own model
        run=_propose,
        deadline_seconds=kubectl_ai.SECONDS + 30,
    ),
):
    registry.register(_tool)
