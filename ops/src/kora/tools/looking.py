"""The tools that judge a namespace: what is wrong in it, how its workloads are, what they use against what they ask."""

from pydantic import Field

from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.operations.diagnose import diagnose
from kora.operations.diagnose.health import health_map
from kora.operations.diagnose.usage import usage_map
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry


class Space(Arguments):
    """Which part of the cluster."""

    namespace: str | None = Field(default=None, description="the context's own when left out")
    all_namespaces: bool = False

    def chosen(self, context: Context) -> list[str] | None:
        """The namespaces to read; None: all."""
        return None if self.all_namespaces else [self.namespace or context.reader.namespace]


def _diagnose(context: Context, arguments: Space) -> Outcome:
    report = diagnose(context.reader, arguments.chosen(context), logs=context.world.logs)
    lines = [f"{each.cause}  {each.objects[0]}: {each.summary}" for each in report.findings]
    data = report.as_json() | {"notes": list(report.notes)}
    return Outcome(status=Status.OK, answer="\n".join(lines) or "Nothing is wrong.", data=data)


def _health(context: Context, arguments: Space) -> Outcome:
    rows = health_map(context.reader, arguments.chosen(context))
    lines = ["  ".join(row.cells()) for row in rows]
    data = {"workloads": [row.as_json() for row in rows], "healthy": all(row.well for row in rows)}
    status = Status.OK if rows else Status.NO_DATA
    return Outcome(status=status, answer="\n".join(lines) or "There are no workloads.", data=data)


def _usage(context: Context, arguments: Space) -> Outcome:
    rows = usage_map(context.reader, arguments.chosen(context))
    lines = [row.line() for row in rows]
    status = Status.OK if rows else Status.NO_DATA
    data = {"workloads": [row.as_json() for row in rows]}
    return Outcome(status=status, answer="\n".join(lines) or "There are no workloads.", data=data)


for _tool in (
    Tool(
        "namespace.diagnose",
        "Finds what is wrong in a namespace, one finding per root cause, with evidence.",
        Space,
        Risk.READ,
        run=_diagnose,
    ),
    Tool("namespace.health", "Shows the workloads: ready and wanted pods, restarts, age.", Space, Risk.READ, _health),
    Tool(
        "namespace.usage",
        "Shows what workloads use of processor and memory against requests and limits.",
        Space,
        Risk.READ,
        _usage,
    ),
):
    registry.register(_tool)
