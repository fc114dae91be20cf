"""The tool that gives containers the resources that were computed for them, as a plan."""

from pydantic import Field

from kora.domain.risk import Risk
from kora.kit.errors import Denied
from kora.operations.plans.make import Draft
from kora.operations.rightsize.applying import Size, draft
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry


class Sizes(Arguments):
    """Which containers get what."""

    sizes: tuple[Size, ...] = Field(min_length=1)
    chart: str | None = Field(default=None, description="the chart's folder, for workloads that come from a release")


def _apply(context: Context, wanted: Sizes) -> Draft:
    if not context.policy.capabilities.resource_optimization.enabled:
        raise Denied(
            "The policy switches resourceOptimization off, so no sizes are changed.",
            fix="Set capabilities.resourceOptimization.enabled in the policy.",
        )
    return draft(context.world, wanted.sizes, actor=context.actor, chart=wanted.chart)


registry.register(
    Tool(
        "rightsize.apply",
        "Sets requests and limits of containers, verified and undone.",
        Sizes,
        Risk.WRITE,
        propose=_apply,
    )
)
