"""From recommendations to one plan: through the release where there is one, else on the workload itself.

A CPU limit is never taken away and a request never put above it: removing it is shown as advice, for a person.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.domain.actors import Actor
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import HelmUpgrade, NoNewRestarts, Patch, Postcondition, ReleaseDeployed, RolloutComplete
from kora.kit.errors import Invalid
from kora.kit.merge_patch import merge
from kora.operations.heal.releases import release_of
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanImpossible
from kora.operations.plans.make import Draft, Wish, make_plan
from kora.operations.rightsize.scans import Scan, text_of
from kora.operations.rightsize.values import nested, places

GOAL = "Right-size"
"""What the goal of every plan of this kind begins with."""

HOLD_SECONDS = 60
"""Long enough for a program that starts to show that its memory is too small; then everything goes back."""


class Size(BaseModel):
    """What one container shall get; quantities as Kubernetes writes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workload: ObjectRef
    container: str
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}


def size_of(scan: Scan) -> Size:
    """The part of a recommendation that can be applied."""
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    cpu, memory = (scan.recommended["requests"][each] for each in ("cpu", "memory"))
    most_memory = scan.recommended["limits"]["memory"]
    if cpu is not None:
        most = scan.current["limits"]["cpu"]
        requests["cpu"] = text_of("cpu", cpu if most is None else min(cpu, most))
    if memory is not None:
        requests["memory"] = text_of("memory", memory)
    if most_memory is not None:
        limits["memory"] = text_of("memory", most_memory)
    return Size(workload=scan.workload, container=scan.container, requests=requests, limits=limits)


def values_patch(world: World, sizes: Sequence[Size], chart: str) -> dict[str, Any]:
    """What to put into the chart's values for these sizes.

    Raises:
        Invalid: the workloads come from several releases, or from none, or the chart has no place for one of them.
    """
    releases = {found for size in sizes if (found := release_of(_live(world, size.workload))) is not None}
    if len(releases) != 1:
        raise Invalid(f"The workloads come from {len(releases)} releases; a values patch is for one.")
    name, space = releases.pop()
    engine = world.engine()
    known = places(engine, chart, name, space, engine.values(name, space))
    patch: dict[str, Any] = {}
    for size in sizes:
        path = known.get((size.workload.kind, size.workload.name, size.container))
        if path is None:
            raise Invalid(f"The chart {chart} has no value for the resources of {size.workload}/{size.container}.")
        resources = {"requests": dict(size.requests), "limits": dict(size.limits)}
        patch = merge(patch, nested(path, {side: each for side, each in resources.items() if each}))
    return patch


def draft(world: World, sizes: Sequence[Size], *, actor: Actor, chart: str | None = None) -> Draft:
    """The plan that gives every container its size.

    Raises:
        Invalid: a workload comes from a release and no chart is named, or the chart does not fit. PlanImpossible: a
        workload is gone.
    """
    wishes: list[Wish] = []
    conditions: list[Postcondition] = []
    managed = [each for each in sizes if release_of(_live(world, each.workload)) is not None]
    if managed:
        wish, deployed = _through_release(world, managed, chart)
        wishes.append(wish)
        conditions.append(deployed)
    for workload in dict.fromkeys(each.workload for each in sizes):
        mine = [each for each in sizes if each.workload == workload and each not in managed]
        if mine:
            wishes.append(Wish(_patch(workload, mine), "recommended by its use"))
        conditions += [RolloutComplete(target=workload), NoNewRestarts(target=workload)]
    names = ", ".join(dict.fromkeys(f"{each.workload.kind.lower()}/{each.workload.name}" for each in sizes))
    goal = f"{GOAL} {names}"
    return make_plan(world, wishes, goal=goal, actor=actor, postconditions=conditions, hold_seconds=HOLD_SECONDS)


def _through_release(world: World, sizes: Sequence[Size], chart: str | None) -> tuple[Wish, ReleaseDeployed]:
    found = release_of(_live(world, sizes[0].workload))
    assert found is not None
    name, space = found
    if chart is None:
        raise Invalid(
            f"{sizes[0].workload} comes from the Helm release {name}; a change beside it would not last.",
            fix="Name its chart: --chart PATH.",
        )
    patch = values_patch(world, sizes, chart)
    values = merge(world.engine().values(name, space), patch)
    action = HelmUpgrade(release=name, namespace=space, chart=chart, values=values)
    return Wish(action, "recommended by its use, through the chart's values"), ReleaseDeployed(
        release=name, namespace=space
    )


def _patch(workload: ObjectRef, sizes: Sequence[Size]) -> Patch:
    containers = [
        {"name": each.container, "resources": {"requests": dict(each.requests), "limits": dict(each.limits)}}
        for each in sizes
    ]
    return Patch(target=workload, patch={"spec": {"template": {"spec": {"containers": containers}}}})


def _live(world: World, ref: ObjectRef) -> Manifest:
    live = world.reader.get(ref)
    if live is None:
        raise PlanImpossible(f"There is no {ref} any more.")
    return live
