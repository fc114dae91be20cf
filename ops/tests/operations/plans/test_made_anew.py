"""One plan that deletes an object and makes it again, for what the server does not let be changed: the way there, the
way back. What an interruption does is in `test_crashes`."""

from typing import Any

import pytest

from kora.domain.objects import Manifest
from kora.domain.plans import Apply, Delete, Exists, FieldEquals, PlanState, Scale
from kora.operations.plans.errors import PlanImpossible, PlanVoid
from kora.operations.plans.make import Wish, make_plan
from kora.testing.manifests import config_map, ref

SETTINGS = ref("ConfigMap", "settings", api_version="v1")
GREEN = config_map("settings", {"colour": "green"})
AGAIN = (Delete(target=SETTINGS), Apply(manifest=GREEN))


def live(shop: Any) -> Manifest:
    found: Manifest | None = shop.cluster.get(SETTINGS)
    assert found is not None
    return found


def test_it_is_deleted_and_made_with_the_other_value(shop: Any) -> None:
    before = live(shop)["metadata"]["uid"]
    proposed = shop.propose(*AGAIN)
    assert proposed.plan.postconditions == (Exists(target=SETTINGS),)
    assert "delete configmap/settings" in proposed.diff
    assert "made anew" in proposed.diff
    record = shop.apply(shop.approve(proposed))
    assert record.state is PlanState.DONE, record.reason
    assert live(shop)["data"] == {"colour": "green"}
    assert live(shop)["metadata"]["uid"] != before


def test_what_does_not_hold_brings_the_old_one_back(shop: Any) -> None:
    wishes = [Wish(each, "because") for each in AGAIN]
    never = FieldEquals(target=SETTINGS, path="/status/phase", value="Bound")
    draft = make_plan(
        shop.world, wishes, goal="x", actor=shop.propose(*AGAIN).plan.made_by, postconditions=[never], verify_seconds=3
    )
    record = shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff)))
    assert record.state is PlanState.ROLLED_BACK, record.reason
    assert live(shop)["data"] == {"colour": "blue"}


def test_it_is_void_when_somebody_changed_it_meanwhile(shop: Any) -> None:
    approved = shop.approve(shop.propose(*AGAIN))
    shop.cluster.change(SETTINGS, {"data": {"colour": "red"}})
    with pytest.raises(PlanVoid):
        shop.apply(approved)
    assert live(shop)["data"] == {"colour": "red"}


def test_nothing_else_may_be_done_to_what_was_deleted(shop: Any) -> None:
    web = ref("Deployment", "web")
    with pytest.raises(PlanImpossible):
        shop.propose(Delete(target=web), Scale(target=web, replicas=1))
