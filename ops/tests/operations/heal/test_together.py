"""Repairs side by side: those that have nothing to do with each other, never more than the limits let."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
from healing_shop import OOM, Shop
from hypothesis import given
from hypothesis import strategies as st

from kora.cluster.port import ClusterWriter
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import KoraError
from kora.operations.diagnose import diagnose_graph
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal.case import Treatment
from kora.operations.heal.cures import treat
from kora.operations.heal.planner import case_of
from kora.operations.heal.report import Fate, PassReport
from kora.operations.heal.spheres import Claims, Sphere, apart, sphere_of
from kora.operations.heal.together import OneByOne, SideBySide
from kora.operations.plans.effects import World
from kora.operations.plans.errors import PlanBusy
from kora.operations.plans.store import PlanStore
from kora.policy.document import PolicyDocument, parse
from kora.testing.cluster import Failure
from kora.testing.helm import FakeHelm
from kora.testing.manifests import deployment, ref

T = TypeVar("T")
AUTONOMOUS: dict[str, Any] = {"autonomy": {"level": "autonomous"}}


class Bundles(OneByOne):
    """Tells how many were to be done at once, and does them one after the other."""

    def __init__(self, most: int = 4) -> None:
        self.most = most
        self.sizes: list[int] = []

    def __call__(self, jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
        self.sizes.append(len(jobs))
        yield from super().__call__(jobs)


def broken(shop: Shop, *names: str, until: str = "96Mi") -> None:
    """Deployments that run out of memory below `until`."""
    for name in names:
        shop.cluster.add(shop.limited(name, "64Mi"))
    shop.cluster.settle()
    shop.cluster.fail_when(
        lambda each: (
            each["image"] in {f"{name}:1" for name in names} and each["resources"]["limits"]["memory"] != until
        ),
        OOM,
    )
    shop.wait(20)


def healed(shop: Shop, policy: PolicyDocument, together: Bundles) -> list[Fate]:
    level = policy.autonomy.level
    return sorted(each.fate for each in shop.heal(level, policy=policy, together=together).lines)


# --- threads ----------------------------------------------------------------------------------------------------------


def test_all_jobs_are_under_way_at_once_and_their_results_come_back() -> None:
    meeting = threading.Barrier(4, timeout=20)

    def meet(number: int) -> int:
        meeting.wait()
        return number

    assert sorted(SideBySide(4)([lambda n=n: meet(n) for n in range(4)])) == [0, 1, 2, 3]  # type: ignore[misc]


def test_an_error_is_raised_when_all_have_ended() -> None:
    done: list[int] = []

    def fail() -> int:
        raise KoraError("no")

    def work() -> int:
        done.append(1)
        return 1

    with pytest.raises(KoraError, match="no"):
        list(SideBySide(3)([fail, work, work]))
    assert done == [1, 1]


def test_a_single_job_needs_no_thread() -> None:
    (found,) = SideBySide()([threading.get_ident])
    assert found == threading.get_ident()


# --- what is done at once ---------------------------------------------------------------------------------------------


def test_independent_repairs_are_carried_out_side_by_side(shop: Shop) -> None:
    broken(shop, "aa", "bb", "cc")
    policy = parse(AUTONOMOUS)
    report = shop.heal(policy.autonomy.level, policy=policy, together=SideBySide())
    assert [each.fate for each in report.lines] == [Fate.HEALED] * 3
    records = PlanStore(shop.home).everything()[0]
    assert len({each.plan.id for each in records}) == 3
    for name in ("aa", "bb", "cc"):
        live = shop.cluster.get(ref("Deployment", name))
        assert live is not None
        assert live["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] == "96Mi"


def test_no_more_at_once_than_may_fail_before_the_breaker_opens(shop: Shop) -> None:
    broken(shop, "aa", "bb", "cc", "dd", until="never")
    bundles = Bundles()
    policy = parse(AUTONOMOUS | {"limits": {"circuitBreaker": {"failures": 2}}})
    assert healed(shop, policy, bundles) == [Fate.ROLLED_BACK, Fate.ROLLED_BACK, Fate.WAITING, Fate.WAITING]
    assert bundles.sizes[0] == 2


def test_the_rate_limit_counts_what_was_decided_beside(shop: Shop) -> None:
    broken(shop, "aa", "bb", "cc")
    policy = parse(AUTONOMOUS | {"limits": {"maxWritesPerHour": 1}})
    report = shop.heal(policy.autonomy.level, policy=policy, together=SideBySide())
    assert sorted(each.fate for each in report.lines) == [Fate.HEALED, Fate.WAITING, Fate.WAITING]


def test_where_a_quota_counts_nothing_is_done_side_by_side(shop: Shop) -> None:
    broken(shop, "aa", "bb")
    quota = {"hard": {"limits.memory": "8Gi"}, "used": {"limits.memory": "1Gi"}}
    metadata = {"name": "most", "namespace": "shop"}
    shop.cluster.add({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "status": quota, "spec": {}})
    bundles = Bundles()
    assert healed(shop, parse(AUTONOMOUS), bundles) == [Fate.HEALED] * 2
    assert bundles.sizes == [1, 1]


def test_one_decision_at_a_time(shop: Shop) -> None:
    store = PlanStore(shop.home)
    with store.deciding(), pytest.raises(PlanBusy), store.deciding(seconds=0.1):
        pass
    with store.deciding(seconds=0.1):
        pass


# --- passes beside each other -----------------------------------------------------------------------------------------


class Held:
    """A writer that waits before it changes anything of `name`."""

    def __init__(self, writer: ClusterWriter, name: str, go: threading.Event) -> None:
        self._writer, self._name, self._go = writer, name, go

    def patch(self, target: ObjectRef, patch: dict[str, Any], **more: Any) -> Manifest:
        if target.name == self._name:
            assert self._go.wait(20)
        return self._writer.patch(target, patch, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


def test_another_pass_sees_to_what_turns_up_while_one_repairs(shop: Shop) -> None:
    broken(shop, "aa")
    policy, claims, go, begun = parse(AUTONOMOUS), Claims(), threading.Event(), threading.Event()
    ended: list[PassReport] = []

    def first() -> None:
        ended.append(
            shop.heal(
                policy.autonomy.level,
                policy=policy,
                together=SideBySide(),
                claims=claims,
                begun=lambda _findings: begun.set(),
                tell=lambda _line: None,
                open_writer=lambda _reader: Held(shop.cluster.open_writer(), "aa", go),
            )
        )

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert begun.wait(20)
        broken(shop, "bb")
        beside = shop.heal(
            policy.autonomy.level, policy=policy, together=SideBySide(), claims=claims, tell=lambda _line: None
        )
    finally:
        go.set()
        thread.join(20)
    assert [(each.finding.objects[0].name, each.fate) for each in beside.lines] == [("bb", Fate.HEALED)]
    assert [each.objects[0].name for each in beside.left] == ["aa"]
    (report,) = ended
    assert [(each.finding.objects[0].name, each.fate) for each in report.lines] == [("aa", Fate.HEALED)]
    with claims.alone() as held:
        assert held == []


def test_no_pass_begins_beside_as_many_repairs_as_may_fail(shop: Shop) -> None:
    broken(shop, "aa", "bb")
    policy, claims = parse(AUTONOMOUS | {"limits": {"circuitBreaker": {"failures": 2}}}), Claims()
    elsewhere = [
        Sphere(frozenset({("Deployment", "shop", name)}), frozenset(), *[frozenset[Any]()] * 3) for name in "xy"
    ]
    with claims.alone() as held:
        held += elsewhere
    report = shop.heal(policy.autonomy.level, policy=policy, together=SideBySide(), claims=claims)
    assert report.lines == ()
    assert len(report.left) == 2
    assert shop.cluster.requests == []
    claims.release(elsewhere[:1])
    report = shop.heal(policy.autonomy.level, policy=policy, together=SideBySide(), claims=claims)
    assert [each.fate for each in report.lines] == [Fate.HEALED] * 2


# --- spheres ----------------------------------------------------------------------------------------------------------


def spheres(shop: Shop) -> dict[str, Sphere]:
    """By the name of what is treated."""
    graph = read_graph(shop.cluster, ["shop"])
    found = {}
    for finding in diagnose_graph(graph, Probe(shop.cluster)).findings:
        case = case_of(finding, World(shop.cluster, shop.helm), graph, parse(AUTONOMOUS))
        treatment = treat(case)
        if isinstance(treatment, Treatment):
            found[f"{treatment.target.kind}/{treatment.target.name}"] = sphere_of(case, treatment)
    return found


def test_a_service_waits_for_the_workload_behind_it(shop: Shop) -> None:
    shop.break_image()
    shop.cluster.change(ref("Service", "other"), {"spec": {"selector": {"app": "othr"}}})
    shop.wait(20)
    found = spheres(shop)
    assert apart(found["Deployment/web"], found["Service/other"])
    service = frozenset({("Service", "shop", "web")})
    nothing: frozenset[Any] = frozenset()
    assert not apart(found["Deployment/web"], Sphere(service, service, nothing, nothing, nothing))


def test_a_release_that_goes_back_as_a_whole_is_alone_with_all_that_comes_from_it(shop: Shop) -> None:
    def render(_chart: str, release: str, namespace: str, values: dict[str, object]) -> list[Manifest]:
        notes = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace}
        made = [deployment(name, str(values[name]), replicas=2, namespace=namespace) for name in ("api", "page")]
        for each in made:
            each["metadata"]["annotations"] = dict(notes)
        return made

    shop.helm = helm = FakeHelm(shop.cluster, render)
    helm.upgrade("both", "shop", "chart", {"api": "api:1", "page": "page:1"})
    shop.cluster.settle()
    shop.cluster.fail_image("api:2", Failure("ImagePullBackOff", "api:2: not found"))
    shop.cluster.fail_image("page:2", Failure("ImagePullBackOff", "page:2: not found"))
    helm.upgrade("both", "shop", "chart", {"api": "api:2", "page": "page:2"})
    shop.break_image()
    found = spheres(shop)
    assert not apart(found["Deployment/api"], found["Deployment/page"])
    assert apart(found["Deployment/api"], found["Deployment/web"])


keys = st.tuples(st.sampled_from(["Deployment", "Service"]), st.just("shop"), st.sampled_from("abcd"))
releases = st.frozensets(st.tuples(st.sampled_from("rs"), st.just("shop")), max_size=2)


@st.composite
def any_sphere(draw: st.DrawFn) -> Sphere:
    owned = draw(st.frozensets(keys, min_size=1, max_size=3))
    touched = owned | draw(st.frozensets(keys, max_size=3))
    return Sphere(owned, touched, draw(releases), draw(releases), draw(st.frozensets(st.just("shop"), max_size=1)))


@given(any_sphere(), any_sphere())
def test_being_apart_is_mutual_and_nothing_is_apart_from_itself(one: Sphere, other: Sphere) -> None:
    assert apart(one, other) == apart(other, one)
    assert not apart(one, one)
    if apart(one, other):
        assert not one.owned & other.owned
        assert not one.rewritten & other.rewritten
