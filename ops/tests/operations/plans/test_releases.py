"""Plans that change a Helm release: observed and rolled back by revision, taken back when interrupted half way."""

from typing import Any

import pytest

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import HelmRollback, HelmUpgrade, PlanState, ReleaseDeployed
from kora.domain.risk import Risk
from kora.helm.port import Release
from kora.kit.errors import Invalid
from kora.operations.plans.diff import Change
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanVoid
from kora.operations.plans.postconditions import default_postconditions
from kora.operations.plans.resume import resume_plan
from kora.operations.plans.undo import undo_plan
from kora.testing.manifests import config_map, deployment, secret, service

from .conftest import ANA, Shop


class Releases:
    """A Helm engine in memory: one ConfigMap and one Secret by the values."""

    name = "helm in memory"

    def __init__(self) -> None:
        self.kept: list[tuple[Release, dict[str, Any]]] = []
        self.dies: type[BaseException] | None = None

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        if values.get("wrong"):
            raise Invalid("wrong: additional properties are not allowed")
        colours = config_map(release, {"colour": str(values.get("colour"))}, namespace=namespace)
        return [colours, secret(release, {"key": "cGxhbnRlZA=="}, namespace=namespace)]

    def get(self, release: str, namespace: str) -> Release | None:
        return self.kept[-1][0] if self.kept else None

    def history(self, release: str, namespace: str) -> list[Release]:
        return [each for each, _ in self.kept]

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        return self._of(revision)[1]

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        return self.render("", release, namespace, self._of(revision)[1])

    def upgrade(self, release: str, namespace: str, chart: str, values: dict[str, Any], **options: Any) -> Release:
        if self.dies is not None:
            self._add(release, namespace, values, "pending-upgrade")
            raise self.dies
        return self._add(release, namespace, values, "deployed")

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        return self._add(release, namespace, self._of(revision)[1], "deployed")

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        self.kept.clear()

    def _add(self, release: str, namespace: str, values: dict[str, Any], status: str) -> Release:
        number = len(self.kept) + 1
        made = Release(name=release, namespace=namespace, revision=number, status=status, chart="shop-1.0.0")
        self.kept.append((made, values))
        return made

    def _of(self, revision: int | None) -> tuple[Release, dict[str, Any]]:
        return self.kept[-1] if revision is None else self.kept[revision - 1]


@pytest.fixture
def helm(shop: Shop) -> Releases:
    engine = Releases()
    shop.world = World(shop.cluster, engine)
    return engine


def upgrade(**values: Any) -> HelmUpgrade:
    return HelmUpgrade(release="app", namespace="shop", chart="./chart", values=values)


def test_a_first_install_and_its_undo(shop: Shop, helm: Releases) -> None:
    record = shop.propose(upgrade(colour="red"))
    assert "# create configmap/app -n shop" in record.diff
    assert "cGxhbnRlZA==" not in record.diff
    assert record.plan.postconditions == (ReleaseDeployed(release="app", namespace="shop"),)
    assert record.plan.steps[0].undo == (HelmRollback(release="app", namespace="shop", revision=0),)
    done = shop.apply(shop.approve(record))
    assert (done.state, helm.kept[-1][1]) == (PlanState.DONE, {"colour": "red"})
    draft = undo_plan(shop.world, done, ANA)
    assert draft.plan.risk is Risk.DESTRUCTIVE
    assert shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff))).state is PlanState.DONE
    assert helm.kept == []


def test_an_upgrade_shows_what_changes_and_goes_back_by_revision(shop: Shop, helm: Releases) -> None:
    shop.carry_out(upgrade(colour="red"))
    record = shop.propose(upgrade(colour="blue"))
    assert "-  colour: red" in record.diff
    assert "+  colour: blue" in record.diff
    done = shop.apply(shop.approve(record))
    draft = undo_plan(shop.world, done, ANA)
    assert shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff))).state is PlanState.DONE
    assert helm.kept[-1][1] == {"colour": "red"}


def test_a_newer_revision_voids_the_plan(shop: Shop, helm: Releases) -> None:
    shop.carry_out(upgrade(colour="red"))
    record = shop.approve(shop.propose(upgrade(colour="blue")))
    helm.upgrade("app", "shop", "./chart", {"colour": "theirs"})
    with pytest.raises(PlanVoid):
        shop.apply(record)
    assert helm.kept[-1][1] == {"colour": "theirs"}


def test_values_that_the_chart_refuses_make_no_plan(shop: Shop, helm: Releases) -> None:
    with pytest.raises(Invalid, match="additional properties"):
        shop.propose(upgrade(wrong=True))


@pytest.mark.parametrize("earlier", [True, False])
def test_interrupted_half_way_it_is_taken_back(shop: Shop, helm: Releases, earlier: bool) -> None:
    if earlier:
        shop.carry_out(upgrade(colour="red"))
    record = shop.approve(shop.propose(upgrade(colour="blue")))
    helm.dies = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        shop.apply(record)
    helm.dies = None
    done = resume_plan(shop.store, record.plan.id, shop.world, shop.cluster.open_writer())
    assert done.state is PlanState.ROLLED_BACK, done.reason
    assert (helm.kept[-1][1] if helm.kept else None) == ({"colour": "red"} if earlier else None)


def test_a_refused_upgrade_leaves_the_other_steps_undone(shop: Shop, helm: Releases) -> None:
    from kora.domain.plans import Patch
    from kora.testing.manifests import ref

    settings = ref("ConfigMap", "settings")
    record = shop.approve(
        shop.propose(Patch(target=settings, patch={"data": {"colour": "red"}}), upgrade(colour="red"))
    )
    helm.dies = Invalid
    done = shop.apply(record)
    assert done.state is PlanState.ROLLED_BACK, done.reason
    live = shop.cluster.get(settings)
    assert live is not None
    assert live["data"] == {"colour": "blue"}
    assert helm.kept == []


def _shop_of(release: str, values: dict[str, Any]) -> list[Manifest]:
    """What a chart makes of a web server, a cache that no value touches, and their Services."""
    web = deployment("web", values["image"], replicas=values.get("replicas", 2), namespace="")
    cache = deployment("cache", "cache:1", replicas=1, namespace="")
    services = [
        service("web", selector={"app": values.get("chosen", "web")}, namespace=""),
        service("cache", selector={"app": "cache"}, namespace=""),
    ]
    return [web, cache, *services]


ROLLED = {"rollout_complete deployment/web", "no_new_restarts deployment/web"}


@pytest.mark.parametrize(
    ("values", "judged"),
    [
        ({"image": "web:2"}, {*ROLLED, "endpoints_ready service/web"}),
        ({"image": "web:1", "chosen": "nobody"}, {"endpoints_ready service/web"}),
        ({"image": "web:1"}, set()),
        ({"image": "web:1", "replicas": 0}, ROLLED),
    ],
)
def test_what_an_upgrade_touches_must_roll_out_and_keep_its_endpoints(
    shop: Shop, values: dict[str, Any], judged: set[str]
) -> None:
    action = upgrade(**values)
    ref = ObjectRef(api_version="helm.sh/v1", kind="Release", namespace="shop", name="app")
    old, new = (tuple(_shop_of("app", each)) for each in ({"image": "web:1"}, values))
    change = Change(action, ref, {}, {}, old_objects=old, new_objects=new)
    released, *others = default_postconditions(shop.world, [change])
    assert released == ReleaseDeployed(release="app", namespace="shop")
    assert {f"{each.check} {str(each.target).removesuffix(' -n shop')}" for each in others} == judged  # type: ignore[union-attr]
