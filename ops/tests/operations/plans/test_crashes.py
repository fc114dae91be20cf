"""Killed anywhere, the next run knows what happened: it finishes or undoes, and repeats nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kora.domain.plans import Action, Apply, Delete, Patch, PlanState, Scale
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.plans.apply import apply_plan
from kora.operations.plans.content import content
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanNotOpen
from kora.operations.plans.resume import interrupted, resume_plan
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.testing.cluster import Failure, FakeCluster
from kora.testing.manifests import config_map, ref

from .conftest import Shop

WEB = ref("Deployment", "web")
SETTINGS, FRESH = ref("ConfigMap", "settings"), ref("ConfigMap", "fresh")
OTHER = ref("Deployment", "other")
STEPS = (
    Apply(manifest=config_map("fresh", {"a": "b"})),
    Patch(target=SETTINGS, patch={"data": {"colour": "red"}}),
    Scale(target=WEB, replicas=3),
    Delete(target=OTHER),
)
OBJECTS = (FRESH, SETTINGS, WEB, OTHER)


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


class Fuse:
    """Goes off at the n-th chance."""

    def __init__(self, at: int) -> None:
        self.left = at

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class DyingStore(PlanStore):
    """Dies before or after a write to the journal."""

    def __init__(self, home: Path, fuse: Fuse) -> None:
        super().__init__(home)
        self.fuse = fuse

    def save(self, record: PlanRecord) -> PlanRecord:
        self.fuse.burn()
        saved = super().save(record)
        self.fuse.burn()
        return saved


class DyingWriter:
    """Dies before or after an effect."""

    def __init__(self, cluster: FakeCluster, fuse: Fuse) -> None:
        self._writer, self._fuse = cluster.open_writer(), fuse

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn()
            result = getattr(self._writer, name)(*args, **kwargs)
            self._fuse.burn()
            return result

        return call


def as_before(shop: Shop, before: dict[str, Any]) -> bool:
    return all(
        (live := shop.cluster.get(each)) == before[str(each)] or same(live, before[str(each)]) for each in OBJECTS
    )


def same(live: Any, old: Any) -> bool:
    return live is not None and old is not None and content(live) == content(old)


def as_planned(shop: Shop) -> bool:
    fresh, settings, web = (shop.cluster.get(each) for each in (FRESH, SETTINGS, WEB))
    return bool(
        fresh
        and fresh["data"] == {"a": "b"}
        and settings
        and settings["data"] == {"colour": "red"}
        and web
        and web["spec"]["replicas"] == 3
        and shop.cluster.get(OTHER) is None
    )


def die_at(shop: Shop, record: PlanRecord, point: int) -> bool:
    """Apply with a fuse; whether it went off."""
    fuse = Fuse(point)
    store = DyingStore(shop.home, fuse)
    try:
        apply_plan(store, record.plan.id, shop.world, DyingWriter(shop.cluster, fuse), shop.heard.append)
    except Killed:
        return True
    return False


def go_on(shop: Shop, record: PlanRecord) -> PlanRecord:
    """What the next run does: apply what was not begun, resume what was."""
    state = shop.store.load(record.plan.id).state
    if state is PlanState.APPROVED:
        return shop.apply(record)
    if state.is_final:
        return shop.store.load(record.plan.id)
    assert [each.plan.id for each in interrupted(shop.store)] == [record.plan.id]
    return resume_plan(shop.store, record.plan.id, shop.world, shop.cluster.open_writer())


def killed_at_every_point(shop: Shop, *steps: Action) -> Iterator[int]:
    """Dies at one point after the other and goes on; gives each point once the plan is done."""
    start = shop.cluster.dump()
    for point in count(1):
        shop.cluster.restore(json.loads(json.dumps(start)))
        shop.cluster.requests.clear()
        record = shop.approve(shop.propose(*steps))
        if not die_at(shop, record, point):
            return
        done = go_on(shop, record)
        assert done.state is PlanState.DONE, f"point {point}: {done.reason}"
        assert len(shop.cluster.requests) == len(steps), f"point {point}: {shop.cluster.requests}"
        yield point


def test_killed_at_every_point_it_finishes_without_repeating(shop: Shop) -> None:
    point = 0
    for point in killed_at_every_point(shop, *STEPS):
        assert as_planned(shop), f"point {point}"
    assert point > 19  # each of four steps has its intention, its effect and its end, before and after


def test_killed_at_every_point_while_something_is_made_anew(shop: Shop) -> None:
    anew = (Delete(target=SETTINGS), Apply(manifest=config_map("settings", {"colour": "green"})))
    point = 0
    for point in killed_at_every_point(shop, *anew):
        settings = shop.cluster.get(SETTINGS)
        assert settings is not None
        assert settings["data"] == {"colour": "green"}, f"point {point}"
    assert point > 9


def test_killed_at_every_point_of_the_way_back_it_still_gets_back(shop: Shop) -> None:
    shop.cluster.fail_image("web:bad", Failure("ImagePullBackOff"))
    bad = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:bad"}]}}}}
    steps = (STEPS[0], STEPS[1], Patch(target=WEB, patch=bad), STEPS[3])
    start = shop.cluster.dump()
    before = {str(each): shop.cluster.get(each) for each in OBJECTS}
    point = 0
    while True:
        point += 1
        shop.cluster.restore(json.loads(json.dumps(start)))
        record = shop.approve(shop.propose(*steps))
        if not die_at(shop, record, point):
            break
        done = go_on(shop, record)
        assert done.state is PlanState.ROLLED_BACK, f"point {point}: {done.reason}"
        assert as_before(shop, before), f"point {point}"
    assert point > 40


def test_killed_twice_in_a_row(shop: Shop) -> None:
    start = shop.cluster.dump()
    for first in range(4, 22, 3):
        for second in range(1, 12, 2):
            shop.cluster.restore(json.loads(json.dumps(start)))
            record = shop.approve(shop.propose(*STEPS))
            assert die_at(shop, record, first)
            fuse = Fuse(second)
            try:
                store, writer = DyingStore(shop.home, fuse), DyingWriter(shop.cluster, fuse)
                if shop.store.load(record.plan.id).state is not PlanState.APPROVED:
                    resume_plan(store, record.plan.id, shop.world, writer)
            except Killed:
                pass
            done = go_on(shop, record)
            assert done.state is PlanState.DONE, f"{first}, {second}: {done.reason}"
            assert as_planned(shop)


def test_somebody_elses_change_during_the_interruption_is_not_overwritten(shop: Shop) -> None:
    before = shop.cluster.get(WEB)
    for point in range(1, 60):
        record = shop.approve(shop.propose(*STEPS[:3]))
        assert die_at(shop, record, point)
        journal = [each.event for each in shop.store.load(record.plan.id).journal if each.step == 1]
        if journal == ["intend", "done"]:
            break
        done = go_on(shop, record)
        assert done.state is PlanState.DONE
        for each in (FRESH,):
            shop.cluster.drop(each)
        shop.cluster.change(SETTINGS, {"data": {"colour": "blue"}})
        shop.cluster.change(WEB, {"spec": {"replicas": 2}})
    shop.cluster.change(WEB, {"spec": {"replicas": 7}})
    done = go_on(shop, record)
    assert done.state is PlanState.ROLLED_BACK, done.reason
    live, settings = shop.cluster.get(WEB), shop.cluster.get(SETTINGS)
    assert live is not None
    assert settings is not None
    assert live["spec"]["replicas"] == 7
    assert settings["data"] == {"colour": "blue"}
    assert shop.cluster.get(FRESH) is None
    assert before is not None


def test_a_plan_that_ended_is_not_resumed(shop: Shop) -> None:
    record = shop.carry_out(*STEPS)
    assert interrupted(shop.store) == ()
    with pytest.raises(PlanNotOpen):
        resume_plan(shop.store, record.plan.id, shop.world, shop.cluster.open_writer())


_PROGRAM = """
import json, os, sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.plans.apply import apply_plan
from kora.operations.plans.effects import World
from kora.operations.plans.store import PlanStore
from kora.testing.cluster import FakeCluster

home, state, plan_id = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
left, now = int(sys.argv[4]), float(sys.argv[5])

def burn():
    global left
    left -= 1
    if left == 0:
        os._exit(9)

class Store(PlanStore):
    def save(self, record):
        burn(); saved = super().save(record); burn()
        return saved

clock = VirtualClock()
clock.advance(now)
with use_clock(clock):
    cluster = FakeCluster()
    cluster.restore(json.loads(state.read_text()))

    class Writer:
        def __getattr__(self, name):
            def call(*args, **kwargs):
                burn()
                result = getattr(cluster.open_writer(), name)(*args, **kwargs)
                state.write_text(json.dumps(cluster.dump()))
                burn()
                return result
            return call

    apply_plan(Store(home), plan_id, World(cluster), Writer())
"""


@pytest.mark.parametrize("point", [1, 4, 7, 8, 9, 10, 13, 16, 19, 24])
def test_a_process_that_really_dies(tmp_path: Path, point: int) -> None:
    clock = VirtualClock()
    with use_clock(clock):
        shop = Shop(tmp_path / "home", clock)
        record = shop.approve(shop.propose(*STEPS))
        state = tmp_path / "cluster.json"
        state.write_text(json.dumps(shop.cluster.dump()))
        arguments = [str(shop.home), str(state), record.plan.id, str(point), str(clock.monotonic())]
        died = subprocess.run([sys.executable, "-c", _PROGRAM, *arguments], timeout=120, env=dict(os.environ))
        assert died.returncode == 9
        shop.cluster.restore(json.loads(state.read_text()))
        shop.cluster.requests.clear()
        done = go_on(shop, record)
        assert done.state is PlanState.DONE, done.reason
        assert as_planned(shop)
        effects = {(each.step, each.event) for each in done.journal if each.event == "done"}
        assert len(effects) == len(STEPS)


_APPROVER = """
import sys, time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from kora.domain.actors import Actor, Surface
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import KoraError
from kora.operations.plans.lifecycle import approve
from kora.operations.plans.store import PlanStore

home, plan_id, gate, now = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])
print("ready", flush=True)
ends = time.monotonic() + 60
while not gate.exists() and time.monotonic() < ends:
    pass
clock = VirtualClock()
clock.advance(now)
with use_clock(clock):
    try:
        approve(PlanStore(home), plan_id, Actor(name="x", surface=Surface.CLI))
        print("won")
    except KoraError as error:
        print(error.code)
"""


def test_of_two_processes_that_approve_at_once_one_wins(tmp_path: Path) -> None:
    clock = VirtualClock()
    with use_clock(clock):
        shop = Shop(tmp_path / "home", clock)
        record = shop.propose(STEPS[1])
        gate = tmp_path / "gate"
        arguments = [str(shop.home), record.plan.id, str(gate), str(clock.monotonic())]
        both = [
            subprocess.Popen([sys.executable, "-c", _APPROVER, *arguments], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for each in both:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        gate.touch()
        answers = sorted(each.communicate(timeout=60)[0].strip() for each in both)
    assert answers in (["PLAN_BUSY", "won"], ["PLAN_NOT_OPEN", "won"])


def test_a_plan_that_another_process_works_on_is_left_alone(shop: Shop) -> None:
    record = shop.approve(shop.propose(*STEPS))
    with shop.store.lock(record.plan.id):
        code = (
            "import sys; from pathlib import Path\n"
            "from kora.kit.errors import KoraError\n"
            "from kora.operations.plans.store import PlanStore\n"
            "try:\n"
            "    with PlanStore(Path(sys.argv[1])).lock(sys.argv[2]): print('got it')\n"
            "except KoraError as error: print(error.code)\n"
        )
        run = [sys.executable, "-c", code, str(shop.home), record.plan.id]
        assert subprocess.run(run, capture_output=True, text=True, timeout=60).stdout.strip() == "PLAN_BUSY"


def test_the_world_stays_usable_for_the_next_plan(shop: Shop) -> None:
    record = shop.approve(shop.propose(*STEPS))
    assert die_at(shop, record, 9)
    assert go_on(shop, record).state is PlanState.DONE
    assert shop.carry_out(Scale(target=WEB, replicas=1)).state is PlanState.DONE
    assert World(shop.cluster).live(WEB) is not None
