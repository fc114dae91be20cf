"""A fake shop on a virtual clock, and the short way from a wish to an applied plan."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kora.domain.actors import Actor, Surface
from kora.domain.plans import Action
from kora.domain.progress import Progress
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.plans.apply import apply_plan
from kora.operations.plans.effects import World
from kora.operations.plans.lifecycle import approve
from kora.operations.plans.make import Wish, make_plan
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, deployment, service

ANA = Actor(name="ana", surface=Surface.CLI, interactive=True)


class Shop:
    """A cluster with a web deployment behind a service, and a plan store."""

    def __init__(self, home: Path, clock: VirtualClock) -> None:
        self.clock = clock
        self.home = home
        self.cluster = FakeCluster(
            [
                deployment("web", "web:1", replicas=2),
                deployment("other", "other:1", replicas=1),
                service("web", selector={"app": "web"}),
                config_map("settings", {"colour": "blue"}),
            ]
        )
        self.cluster.settle()
        self.world = World(self.cluster)
        self.store = PlanStore(home)
        self.heard: list[Progress] = []

    def propose(self, *actions: Action, goal: str = "a change", hold: int = 5, patience: int = 60) -> PlanRecord:
        draft = make_plan(
            self.world,
            [Wish(action, "because") for action in actions],
            goal=goal,
            actor=ANA,
            hold_seconds=hold,
            verify_seconds=patience,
        )
        return self.store.add(draft.plan, draft.diff)

    def approve(self, record: PlanRecord) -> PlanRecord:
        return approve(self.store, record.plan.id, ANA, plan_hash=record.hash, world=self.world)

    def apply(self, record: PlanRecord) -> PlanRecord:
        return apply_plan(self.store, record.plan.id, self.world, self.cluster.open_writer(), self.heard.append)

    def carry_out(self, *actions: Action, hold: int = 5, patience: int = 60) -> PlanRecord:
        return self.apply(self.approve(self.propose(*actions, hold=hold, patience=patience)))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = VirtualClock()
    with use_clock(clock):
        yield Shop(tmp_path, clock)
