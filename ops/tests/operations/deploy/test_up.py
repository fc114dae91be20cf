"""`kora up` on fakes: every phase, every failure, and every place to interrupt."""

import pytest

from kora.domain.objects import ObjectRef
from kora.helm.failures import ReleaseFailed
from kora.images.port import BuildFailed, LoadFailed
from kora.kit.errors import ApprovalRequired, Conflict, Misconfigured, Unavailable
from kora.operations.deploy import up as running
from kora.operations.deploy.configuration import parse
from kora.operations.deploy.errors import (
    ConfigurationTrouble,
    ContextRefused,
    CrashTrouble,
    ImageTrouble,
    JobTrouble,
    NotProven,
    PlacementTrouble,
    ProbeTrouble,
    RolloutFailed,
    SmokeFailed,
    StorageTrouble,
)
from kora.operations.deploy.history import alone, path_of, read
from kora.operations.deploy.surroundings import Options
from kora.testing.cluster import Failure
from kora.testing.shipping import World, finding

ORDER = ["detect", "check", "build", "load", "prove", "configure", "install", "roll out", "smoke", "done"]


def test_a_first_deployment_goes_through_every_phase(world: World) -> None:
    result = world.up()
    assert world.phases() == ORDER
    assert result.changed
    assert result.revision == 1
    assert result.provider == "Minikube"
    tag = result.images["web"].split(":")[1]
    assert tag.startswith("kora-")
    assert world.image() == f"shop-web:{tag}"
    assert world.records == [(phase, "ok") for phase in ORDER]
    secret = world.cluster.get(ObjectRef(api_version="v1", kind="Secret", namespace="shop", name="shop-secret"))
    assert secret is not None
    assert set(secret["data"]) == {"KEY"}


def test_a_second_run_changes_nothing(world: World) -> None:
    world.up()
    before = world.cluster.dump()
    world.told.clear()
    again = world.up()
    assert not again.changed
    assert world.phases() == ORDER
    assert world.engine.built == ["shop-web:" + again.images["web"].split(":")[1]], "built once"
    assert len(world.loader.loaded) == 1, "loaded once"
    assert world.helm.calls == ["upgrade"]
    assert world.cluster.dump()["objects"] == before["objects"] if "objects" in before else True


def test_a_change_of_the_code_is_a_new_image_and_a_new_revision(world: World) -> None:
    first = world.up()
    world.change("second")
    second = world.up()
    assert second.images["web"] != first.images["web"]
    assert second.revision == 2
    assert world.image() == second.images["web"]
    world.change("first")
    third = world.up()
    assert third.images == first.images, "the same content has the same name"
    assert len(world.engine.built) == 2, "and is not built again"


def test_each_phase_tells_what_is_usual(world: World) -> None:
    world.up()
    world.change("second")
    world.told.clear()
    world.up()
    (done,) = [each for each in world.told if each.phase == "roll out" and each.data["state"] == "done"]
    assert done.data["usual"] is not None


def test_secrets_are_told_by_name_only(world: World) -> None:
    world.up(Options(offered={"KEY": "swordfish-99"}))
    assert not any("swordfish" in each.model_dump_json() for each in world.told)
    said = next(each.text for each in world.told if each.phase == "configure" and each.data["state"] == "done")
    assert "given KEY" in said


@pytest.mark.parametrize(
    ("cause", "error", "code"),
    [
        ("ImageNeverPull", ImageTrouble, 23),
        ("ImageNotFound", ImageTrouble, 23),
        ("CrashLoop", CrashTrouble, 24),
        ("ProbeMisconfigured", ProbeTrouble, 25),
        ("JobFailed", JobTrouble, 26),
        ("SecretMissing", ConfigurationTrouble, 27),
        ("StorageClassMissing", StorageTrouble, 28),
        ("Unschedulable.Resources", PlacementTrouble, 29),
        ("QuotaExceeded", RolloutFailed, 30),
    ],
)
def test_a_broken_release_ends_with_its_cause_and_goes_back(
    world: World, cause: str, error: type[RolloutFailed], code: int
) -> None:
    good = world.up()
    world.change("broken")
    world.cluster.fail_image(_next_image(world), Failure("CrashLoopBackOff"))
    world.findings = [finding(cause)]
    with pytest.raises(error) as caught:
        world.up()
    assert caught.value.exit_code == code
    assert caught.value.details["cause"] == cause
    assert caught.value.details["evidence"] == [{"source": "event", "text": "it was seen"}]
    assert caught.value.fix == "kubectl describe deployment web"
    assert "Revision 1 was brought back" in caught.value.message
    assert world.image() == good.images["web"]
    assert world.helm.calls[-1] == "rollback 1"
    assert world.records[-1] == ("roll out", caught.value.code)


def _next_image(world: World) -> str:
    from kora.images.context import content_tag

    return f"shop-web:{content_tag(world.folder, world.folder / 'Dockerfile')}"


def test_a_broken_first_installation_is_removed_and_keeps_its_secret(world: World) -> None:
    world.cluster.fail_image(_next_image(world), Failure("CrashLoopBackOff"))
    world.findings = [finding("CrashLoop")]
    with pytest.raises(CrashTrouble, match="removed again"):
        world.up()
    assert world.helm.get("shop", "shop") is None
    assert world.cluster.get(ObjectRef(api_version="v1", kind="Secret", namespace="shop", name="shop-secret"))


def test_keep_leaves_the_broken_release(world: World) -> None:
    world.up()
    world.change("broken")
    broken = _next_image(world)
    world.cluster.fail_image(broken, Failure("CrashLoopBackOff"))
    world.findings = [finding("CrashLoop")]
    with pytest.raises(CrashTrouble, match="--keep"):
        world.up(Options(keep=True))
    assert world.image() == broken


def test_after_a_kept_failure_the_next_one_goes_back_to_the_verified_revision(world: World) -> None:
    good = world.up()
    for text in ("broken", "still broken"):
        world.change(text)
        world.cluster.fail_image(_next_image(world), Failure("CrashLoopBackOff"))
        world.findings = [finding("CrashLoop")]
        with pytest.raises(CrashTrouble):
            world.up(Options(keep=text == "broken"))
    assert world.helm.calls[-1] == "rollback 1"
    assert world.image() == good.images["web"]


def test_a_finding_about_something_else_does_not_end_a_rollout(world: World) -> None:
    world.findings = [finding("CrashLoop", name="neighbour")]
    assert world.up().revision == 1


def test_a_finding_that_passes_does_not_end_a_rollout(world: World) -> None:
    """A server that waits for its database may crash once; the roll-out is over before patience is."""
    world.findings = [finding("CrashLoop")]
    assert world.up().revision == 1


def test_without_any_cause_time_ends_it(world: World) -> None:
    world.application = world.application.model_copy(update={"rollout_seconds": 30})
    world.cluster.fail_image(_next_image(world), Failure("CrashLoopBackOff"))
    with pytest.raises(RolloutFailed, match="not ready after 30 s"):
        world.up()


def test_a_smoke_test_that_fails_takes_the_change_back(world: World) -> None:
    good = world.up()
    world.change("broken")
    world.server.broken = True  # type: ignore[attr-defined]
    with pytest.raises(SmokeFailed, match=r"order.*answered 500") as caught:
        world.up()
    assert caught.value.exit_code == 31
    assert world.image() == good.images["web"]


def test_after_a_failed_smoke_test_the_whole_test_is_taken_again(world: World) -> None:
    world.server.broken = True  # type: ignore[attr-defined]
    with pytest.raises(SmokeFailed):
        world.up(Options(keep=True))
    with pytest.raises(SmokeFailed):
        world.up(Options(keep=True))
    world.server.broken = False  # type: ignore[attr-defined]
    world.told.clear()
    world.up()
    said = [each.text for each in world.told if each.phase == "smoke" and each.data["state"] == "done"]
    assert said == ["3 of 3 steps through the port-forward"]


def test_an_unproven_image_names_the_node(world: World) -> None:
    world.loader.stale = "node-1"
    with pytest.raises(NotProven, match="the node node-1 holds sha256:0000") as caught:
        world.up()
    assert caught.value.exit_code == 22
    assert world.helm.calls == [], "nothing was installed"


def test_build_and_load_failures_have_their_own_codes(world: World) -> None:
    world.engine.broken.add("shop-web")
    with pytest.raises(BuildFailed) as build:
        world.up()
    world.engine.broken.clear()
    world.loader.broken = True
    with pytest.raises(LoadFailed) as load:
        world.up()
    assert (build.value.exit_code, load.value.exit_code) == (20, 21)


def test_what_is_missing_is_named_with_a_next_step(world: World) -> None:
    world.engine.down = True
    with pytest.raises(Unavailable, match="container engine") as caught:
        world.up()
    assert caught.value.fix == "docker info"
    assert caught.value.exit_code == 69


def test_a_production_looking_cluster_must_be_named(world: World) -> None:
    ref = ObjectRef(api_version="v1", kind="Node", name="node-1")
    world.cluster.change(ref, {"metadata": {"labels": {"minikube.k8s.io/name": None}}})
    world.cluster.change(ref, {"spec": {"providerID": "aws:///eu-central-1a/i-0abc"}})
    with pytest.raises(ContextRefused, match="aws:///") as caught:
        world.up()
    assert caught.value.fix == "kora up --context fake"
    assert world.engine.built == []
    assert world.up(Options(context_named=True)).provider == "cloud"


def test_a_no_to_the_first_diff_changes_nothing(world: World) -> None:
    shown: list[str] = []

    def agree(question: str, diff: str) -> bool:
        shown.append(question + diff)
        return False

    with pytest.raises(ApprovalRequired):
        world.up(agree=agree)
    assert "deployment/web" in shown[0]
    assert world.helm.calls == []
    assert world.cluster.requests == []


def test_a_secret_without_a_value_stops_before_anything_is_written(world: World) -> None:
    world.application = parse(
        "name: shop\nservices: {web: {build: {}, port: 8080, secrets: [KEY]}}\n"
        "secrets: {name: shop-secret, keys: {KEY: {}}}\n",
        world.folder,
    )
    with pytest.raises(Misconfigured, match="KEY") as caught:
        world.up()
    assert caught.value.exit_code == 78
    assert world.cluster.requests == []


def test_a_failing_helm_is_taken_back(world: World) -> None:
    world.up()
    world.change("second")
    world.helm.broken = ReleaseFailed("Helm: admission said no")
    with pytest.raises(ReleaseFailed, match=r"admission said no.*Revision 1 was brought back"):
        world.up()


def test_a_release_left_pending_is_put_right(world: World) -> None:
    world.up()
    world.change("second")
    world.helm.die = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.up()
    left = world.helm.get("shop", "shop")
    assert left is not None
    assert left.status == "pending-upgrade"
    world.helm.die = None
    assert world.up().revision == 4, "2 was left, 3 took it back, 4 is new"
    assert world.image() == _next_image(world)


def test_a_first_installation_left_pending_starts_anew(world: World) -> None:
    world.helm.die = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.up()
    world.helm.die = None
    assert world.up().revision == 1
    assert "uninstall" in world.helm.calls


def test_helm_at_work_elsewhere_is_left_alone(world: World) -> None:
    world.up()
    world.change("second")
    world.helm.die = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.up()
    world.helm.die = None
    path = path_of(world.home, "fake", "shop", "shop")
    memory = read(path)
    memory.installing = False  # as if another machine's Helm had made that revision
    from kora.operations.deploy.history import write

    write(path, memory)
    with pytest.raises(Conflict, match="elsewhere"):
        world.up()


@pytest.mark.parametrize("phase", ORDER)
def test_interrupted_anywhere_the_same_command_finishes(
    world: World, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = running.PHASES[phase]

    def interrupted(course: object) -> str:
        real(course)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setitem(running.PHASES, phase, interrupted)
        with pytest.raises(KeyboardInterrupt):
            world.up()
    assert world.records[-1] == (phase, "INTERRUPTED")
    world.told.clear()
    result = world.up()
    assert world.phases() == ORDER
    assert result.revision == 1
    assert len(world.engine.built) == 1


def test_a_second_kora_at_the_same_time_is_told_so(world: World) -> None:
    with alone(path_of(world.home, "fake", "shop", "shop")), pytest.raises(Conflict, match="Another kora"):
        world.up()


def test_a_stuck_pod_of_a_stateful_set_does_not_outlive_the_return(world: World) -> None:
    """A StatefulSet never replaces a pod that can't become ready; the return has to free it."""
    text = "name: shop\nservices: {db: {build: {}, port: 5432, volume: {path: /data}}}\n"
    world.application = parse(text, world.folder)
    good = world.up()
    world.change("broken")
    broken = _next_image(world).replace("shop-web", "shop-db")
    world.cluster.fail_image(broken, Failure("CrashLoopBackOff"))
    world.findings = [finding("CrashLoop", name="db", kind="StatefulSet")]
    with pytest.raises(CrashTrouble, match="all of it is ready"):
        world.up()
    (pod,) = world.cluster.list("v1", "Pod", "shop")
    assert pod["spec"]["containers"][0]["image"] == good.images["db"]
