"""Apply, then undo: whatever the manifests and patches are, the objects are what they were."""

import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.domain.plans import Action, Apply, Patch, PlanState
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.merge_patch import difference, merge
from kora.operations.plans.content import content
from kora.operations.plans.errors import NothingToDo
from kora.operations.plans.undo import undo_plan
from kora.testing.manifests import config_map, deployment, ref

from .conftest import ANA, Shop

WEB, SETTINGS = ref("Deployment", "web"), ref("ConfigMap", "settings")
NAMES = st.sampled_from(["a", "b", "colour", "x.y/z"])
WORDS = st.text("abcxyz019 ", max_size=6)
MAPS = st.dictionaries(NAMES, WORDS, max_size=3)
JSON = st.recursive(
    st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=4)

ENV = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["A", "B", "C"]), "value": WORDS}),
    max_size=3,
    unique_by=lambda each: each["name"],
)


@st.composite
def deployments(draw: st.DrawFn) -> dict[str, Any]:
    manifest = deployment("web", draw(st.sampled_from(["web:1", "web:2"])), replicas=draw(st.integers(0, 3)))
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    if env := draw(ENV):
        container["env"] = env
    if limits := draw(st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from(["1", "2"]))):
        container["resources"] = {"limits": limits}
    if annotations := draw(MAPS):
        manifest["metadata"]["annotations"] = annotations
    manifest["spec"]["template"]["metadata"]["labels"] |= draw(MAPS)
    if draw(st.booleans()):
        manifest["spec"]["strategy"] = {"type": "Recreate"}
    return manifest


@st.composite
def patches(draw: st.DrawFn) -> Action:
    container: dict[str, Any] = {"name": "main"}
    if draw(st.booleans()):
        container["image"] = draw(st.sampled_from(["web:1", "web:3"]))
    container["env"] = draw(ENV)
    template = {"metadata": {"annotations": draw(st.dictionaries(NAMES, st.none() | WORDS, max_size=3))}}
    spec = {"template": template | {"spec": {"containers": [container]}}}
    metadata = {"labels": draw(st.dictionaries(NAMES, st.none() | WORDS, max_size=3))}
    return Patch(target=WEB, patch={"metadata": metadata, "spec": spec})


ACTIONS = (
    deployments().map(lambda manifest: Apply(manifest=manifest))
    | patches()
    | MAPS.map(lambda data: Apply(manifest=config_map("settings", data)))
    | MAPS.map(lambda data: Patch(target=SETTINGS, patch={"data": data}, strategy="merge"))
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(deployments(), max_size=1), ACTIONS)
def test_undo_restores_what_people_had_written(earlier: list[dict[str, Any]], action: Action) -> None:
    clock = VirtualClock()
    with use_clock(clock), TemporaryDirectory() as folder:
        shop = Shop(Path(folder), clock)
        for each in earlier:
            shop.cluster.open_writer().apply(each)
        shop.cluster.settle()
        before = {str(each): shop.cluster.get(each) for each in (WEB, SETTINGS)}
        try:
            done = shop.carry_out(action, hold=0)
        except NothingToDo:
            return
        assert done.state is PlanState.DONE, done.reason
        draft = undo_plan(shop.world, done, ANA)
        undone = shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff)))
        assert undone.state is PlanState.DONE, undone.reason
        for each in (WEB, SETTINGS):
            live, old = shop.cluster.get(each), before[str(each)]
            assert live is not None
            assert old is not None
            assert content(live) == content(old)


@given(OBJECTS, OBJECTS)
def test_a_difference_leads_from_one_value_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = copy.deepcopy(before), copy.deepcopy(after)
    assert merge(before, difference(before, after)) == after
    assert (before, after) == (old, new)
    assert difference(before, before) == {}


@given(OBJECTS, OBJECTS)
def test_merging_again_changes_nothing(before: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge(before, patch)
    assert merge(once, patch) == once
