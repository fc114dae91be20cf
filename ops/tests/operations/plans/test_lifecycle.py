"""The life of a plan on the fake cluster: made, shown, approved once, applied, verified, taken back, undone."""

import json
from datetime import timedelta

import pytest

from kora.cluster.errors import ClusterRefused
from kora.domain.plans import Apply, Delete, Patch, PlanState, Restart, Rollback, Scale
from kora.domain.risk import Risk
from kora.operations.plans.content import content
from kora.operations.plans.errors import (
    ForeignChange,
    NotApproved,
    NothingToDo,
    PlanCorrupted,
    PlanExpired,
    PlanImpossible,
    PlanNotOpen,
    PlanTampered,
    PlanVoid,
)
from kora.operations.plans.lifecycle import approve, expire, reject
from kora.operations.plans.make import Wish, make_plan
from kora.operations.plans.undo import undo_plan
from kora.testing.cluster import Failure
from kora.testing.manifests import config_map, deployment, namespace, ref, secret

from .conftest import ANA, Shop

WEB = ref("Deployment", "web")
SETTINGS = ref("ConfigMap", "settings")


def image(name: str) -> Patch:
    return Patch(target=WEB, patch={"spec": {"template": {"spec": {"containers": [{"name": "main", "image": name}]}}}})


def test_a_plan_shows_what_would_change_and_changes_nothing(shop: Shop) -> None:
    before = shop.cluster.dump()["objects"]
    record = shop.propose(image("web:2"))
    assert "-      - name: main" not in record.diff
    assert "image: web:1" in record.diff
    assert "image: web:2" in record.diff
    assert "resourceVersion" not in record.diff
    assert record.state is PlanState.PROPOSED
    assert record.plan.risk is Risk.WRITE
    assert shop.cluster.dump()["objects"] == before


def test_an_approved_plan_is_applied_and_verified_over_the_hold_window(shop: Shop) -> None:
    began = shop.clock.monotonic()
    record = shop.carry_out(image("web:2"), hold=7)
    assert record.state is PlanState.DONE
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "web:2"
    assert live["status"]["availableReplicas"] == 2
    assert shop.clock.monotonic() - began >= 7
    assert [each.event for each in record.journal] == ["intend", "done", "note"]
    assert [each.phase for each in shop.heard if each.phase in ("apply", "hold", "done")] == ["apply", "hold", "done"]


def test_nothing_but_the_plans_objects_moves(shop: Shop) -> None:
    def versions() -> dict[str, str]:
        return {
            f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["resourceVersion"]
            for each in shop.cluster.dump()["objects"]
            if "web-" not in each["metadata"]["name"]
        }

    before = versions()
    shop.carry_out(image("web:2"))
    changed = {name for name, version in versions().items() if before.get(name) != version}
    assert changed == {"Deployment/web"}


def test_a_plan_without_an_approval_is_not_applied(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    with pytest.raises(NotApproved):
        shop.apply(record)
    assert shop.cluster.requests == []


def test_somebody_elses_change_between_plan_and_approval_voids_it(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    shop.cluster.change(WEB, {"spec": {"replicas": 3}})
    with pytest.raises(PlanVoid):
        shop.apply(shop.approve(record)) if False else shop.apply(approve(shop.store, record.plan.id, ANA))
    assert shop.store.load(record.plan.id).state is PlanState.VOID
    assert shop.cluster.requests == []


def test_a_change_of_the_same_field_is_seen_when_the_diff_is_made_anew(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    shop.cluster.change(WEB, image("web:9").patch)
    with pytest.raises(PlanVoid):
        shop.approve(record)
    assert shop.store.load(record.plan.id).state is PlanState.VOID


def test_a_controllers_report_does_not_void_a_plan(shop: Shop) -> None:
    record = shop.approve(shop.propose(image("web:2")))
    shop.cluster.drop(ref("Pod", shop.cluster.list("v1", "Pod", "shop", labels="app=web")[0]["metadata"]["name"]))
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["metadata"]["resourceVersion"] != record.plan.observed[0].resource_version
    assert shop.apply(record).state is PlanState.DONE


def test_an_approval_is_used_once(shop: Shop) -> None:
    record = shop.carry_out(image("web:2"))
    for again in (lambda: shop.apply(record), lambda: shop.approve(record)):
        with pytest.raises(PlanNotOpen):
            again()


def test_a_used_approval_does_not_serve_a_state_that_was_set_back(shop: Shop) -> None:
    record = shop.carry_out(image("web:2"))
    shop.store.save(record.but(state=PlanState.APPROVED))
    with pytest.raises(NotApproved):
        shop.apply(record)


def test_an_approval_names_the_hash_that_was_seen(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    with pytest.raises(PlanTampered):
        approve(shop.store, record.plan.id, ANA, plan_hash="0" * 64)
    with pytest.raises(PlanTampered):
        approve(shop.store, record.plan.id, ANA, plan_hash=record.hash[:6])  # too little of it
    assert approve(shop.store, record.plan.id, ANA, plan_hash=record.hash[:12]).state is PlanState.APPROVED


@pytest.mark.parametrize("state", ["before approval", "after approval"])
def test_a_tampered_plan_file_is_refused(shop: Shop, state: str) -> None:
    record = shop.propose(image("web:2"))
    if state == "after approval":
        shop.approve(record)
    file = shop.store.folder / f"{record.plan.id}.json"
    file.write_text(file.read_text().replace("web:2", "evil:1"))
    with pytest.raises(PlanTampered):
        shop.apply(record)
    with pytest.raises(PlanTampered):
        shop.approve(record)
    assert shop.cluster.requests == []


def test_a_tampered_plan_with_a_matching_hash_does_not_fit_its_approval(shop: Shop) -> None:
    record = shop.approve(shop.propose(image("web:2")))
    other = shop.propose(image("web:3"))
    forged = other.plan.model_copy(update={"id": record.plan.id})
    shop.store.save(record.but(plan=forged, hash=forged.hash))
    with pytest.raises(PlanTampered):
        shop.apply(record)
    assert shop.cluster.requests == []


def test_a_damaged_file_is_said_and_the_others_still_listed(shop: Shop) -> None:
    good, bad = shop.propose(image("web:2")), shop.propose(image("web:3"))
    file = shop.store.folder / f"{bad.plan.id}.json"
    file.write_bytes(file.read_bytes()[:200])
    records, damaged = shop.store.everything()
    assert [each.plan.id for each in records] == [good.plan.id]
    assert [each.file for each in damaged] == [file]
    with pytest.raises(PlanCorrupted):
        shop.store.load(bad.plan.id)


def test_waiting_too_long_expires_the_plan_and_the_approval(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    approved = shop.approve(shop.propose(image("web:3")))
    shop.clock.advance(timedelta(minutes=11).total_seconds())
    with pytest.raises(PlanExpired):
        shop.apply(approved)
    shop.clock.advance(timedelta(minutes=20).total_seconds())
    with pytest.raises(PlanExpired):
        shop.approve(record)
    late = shop.propose(image("web:4"))
    shop.clock.advance(timedelta(hours=1).total_seconds())
    assert [each.plan.id for each in expire(shop.store)] == [late.plan.id]
    assert shop.cluster.requests == []


def test_a_rejected_plan_stays_rejected(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    assert "too risky" in reject(shop.store, record.plan.id, ANA, "too risky").reason
    with pytest.raises(PlanNotOpen):
        shop.approve(record)
    with pytest.raises(PlanNotOpen):
        reject(shop.store, record.plan.id, ANA)


def test_a_failed_verification_is_rolled_back_and_verified_again(shop: Shop) -> None:
    shop.cluster.fail_image("web:bad", Failure("ImagePullBackOff", "not found"))
    before = shop.cluster.get(WEB)
    record = shop.carry_out(image("web:bad"))
    assert record.state is PlanState.ROLLED_BACK
    assert "ImagePullBackOff" in record.reason
    assert "verified again" in record.reason
    live = shop.cluster.get(WEB)
    assert before is not None
    assert live is not None
    assert content(live) == content(before)
    assert live["status"]["availableReplicas"] == 2
    assert [each.event for each in record.journal] == ["intend", "done", "note", "undo_intend", "undo_done", "note"]


def test_old_pods_serve_while_a_bad_image_is_tried(shop: Shop) -> None:
    shop.cluster.fail_image("web:bad", Failure("ImagePullBackOff"))
    ready: list[int] = []
    record = shop.approve(shop.propose(image("web:bad")))
    slices = "discovery.k8s.io/v1", "EndpointSlice", "shop"

    def listen(_progress: object) -> None:
        endpoints = shop.cluster.list(*slices, labels="kubernetes.io/service-name=web")[0]["endpoints"]
        ready.append(sum(each["conditions"]["ready"] for each in endpoints))

    shop.heard = type("Heard", (), {"append": staticmethod(listen)})()  # type: ignore[assignment]
    assert shop.apply(record).state is PlanState.ROLLED_BACK
    assert min(ready) == 2


def test_a_crash_in_the_hold_window_fails_the_verification(shop: Shop) -> None:
    record = shop.approve(shop.propose(image("web:late"), hold=30))

    def listen(progress: object) -> None:
        if getattr(progress, "phase", "") == "hold":
            shop.cluster.fail_image("web:late", Failure("Error", exit_code=1))

    shop.heard = type("Heard", (), {"append": staticmethod(listen)})()  # type: ignore[assignment]
    done = shop.apply(record)
    assert done.state is PlanState.ROLLED_BACK
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["status"]["readyReplicas"] == 2


def test_a_rollout_that_is_merely_slow_is_waited_for_up_to_the_limit(shop: Shop) -> None:
    shop.cluster.fail_image("web:slow", Failure("ContainerCreating"))
    began = shop.clock.monotonic()
    record = shop.carry_out(image("web:slow"), patience=90)
    assert record.state is PlanState.ROLLED_BACK
    assert "After 90 s" in record.reason
    assert shop.clock.monotonic() - began >= 90


def test_a_step_that_the_server_refuses_takes_the_earlier_ones_back(shop: Shop) -> None:
    record = shop.propose(
        Apply(manifest=config_map("settings", {"colour": "red"})), Scale(target=WEB, replicas=4), goal="two"
    )
    shop.approve(record)
    shop.cluster.refuse("scale", "Deployment", ClusterRefused("no"))
    done = shop.apply(record)
    assert done.state is PlanState.ROLLED_BACK
    settings = shop.cluster.get(SETTINGS)
    assert settings is not None
    assert settings["data"] == {"colour": "blue"}


def test_rolling_back_leaves_what_somebody_else_changed_meanwhile(shop: Shop) -> None:
    shop.cluster.fail_image("web:bad", Failure("ImagePullBackOff"))
    record = shop.approve(shop.propose(image("web:bad")))

    def listen(progress: object) -> None:
        if getattr(progress, "phase", "") == "verify":
            shop.cluster.change(WEB, image("web:theirs").patch)

    shop.heard = type("Heard", (), {"append": staticmethod(listen)})()  # type: ignore[assignment]
    shop.cluster.fail_image("web:theirs", Failure("ImagePullBackOff"))
    done = shop.apply(record)
    assert done.state is PlanState.FAILED
    assert "somebody else" in done.reason
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "web:theirs"


def test_somebody_elses_other_field_survives_the_rollback(shop: Shop) -> None:
    shop.cluster.fail_image("web:bad", Failure("ImagePullBackOff"))
    record = shop.approve(shop.propose(image("web:bad")))
    changed: list[int] = []

    def listen(progress: object) -> None:
        if getattr(progress, "phase", "") == "verify" and not changed:
            changed.append(1)
            shop.cluster.change(WEB, {"metadata": {"labels": {"owner": "ben"}}})

    shop.heard = type("Heard", (), {"append": staticmethod(listen)})()  # type: ignore[assignment]
    assert shop.apply(record).state is PlanState.ROLLED_BACK
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["metadata"]["labels"] == {"owner": "ben"}
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1"


@pytest.mark.parametrize(
    "action",
    [
        Scale(target=WEB, replicas=5),
        Restart(target=WEB),
        image("web:2"),
        Delete(target=WEB),
        Delete(target=SETTINGS),
        Apply(manifest=config_map("fresh", {"a": "b"})),
        Apply(manifest=config_map("settings", {"colour": "red", "size": "9"})),
        Apply(manifest=deployment("web", "web:7", replicas=1)),
    ],
    ids=lambda action: f"{action.action}-{getattr(action, 'target', None) or action.manifest['metadata']['name']}",
)
def test_a_done_plan_can_be_undone_by_a_new_one(shop: Shop, action: object) -> None:
    before = {str(ref): shop.cluster.get(ref) for ref in (WEB, SETTINGS, ref("ConfigMap", "fresh"))}
    done = shop.carry_out(action)  # type: ignore[arg-type]
    assert done.state is PlanState.DONE
    draft = undo_plan(shop.world, done, ANA)
    undone = shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff, undo_of=done.plan.id)))
    assert undone.state is PlanState.DONE
    for name, old in before.items():
        live = next(shop.cluster.get(each) for each in (WEB, SETTINGS, ref("ConfigMap", "fresh")) if str(each) == name)
        assert (live and content(live)) == (old and content(old))


def test_a_rollback_goes_to_the_revision_and_its_undo_to_the_one_before(shop: Shop) -> None:
    shop.carry_out(image("web:2"))
    done = shop.carry_out(Rollback(target=WEB, revision=1))
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1"
    assert done.plan.steps[0].undo == (Rollback(target=WEB, revision=2),)
    draft = undo_plan(shop.world, done, ANA)
    assert shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff))).state is PlanState.DONE
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "web:2"


def test_a_rollback_whose_verification_fails_comes_back(shop: Shop) -> None:
    shop.carry_out(image("web:2"))
    shop.cluster.fail_image("web:1", Failure("ImagePullBackOff"))
    record = shop.carry_out(Rollback(target=WEB, revision=1))
    assert record.state is PlanState.ROLLED_BACK, record.reason
    live = shop.cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "web:2"


def test_undoing_refuses_to_overwrite_later_work(shop: Shop) -> None:
    done = shop.carry_out(image("web:2"))
    shop.cluster.change(WEB, image("web:3").patch)
    with pytest.raises(ForeignChange):
        undo_plan(shop.world, done, ANA)


def test_undoing_twice_has_nothing_to_do(shop: Shop) -> None:
    done = shop.carry_out(Delete(target=SETTINGS))
    draft = undo_plan(shop.world, done, ANA)
    shop.apply(shop.approve(shop.store.add(draft.plan, draft.diff)))
    with pytest.raises(NothingToDo):
        undo_plan(shop.world, done, ANA)


def test_what_is_already_so_needs_no_plan(shop: Shop) -> None:
    for action in (Scale(target=WEB, replicas=2), image("web:1"), Delete(target=ref("ConfigMap", "none"))):
        with pytest.raises(NothingToDo):
            make_plan(shop.world, [Wish(action, "because")], goal="nothing", actor=ANA)


def test_a_target_that_is_not_there_is_said_with_a_next_step(shop: Shop) -> None:
    with pytest.raises(PlanImpossible) as caught:
        shop.propose(Scale(target=ref("Deployment", "wbe"), replicas=2))
    assert "kubectl get deployment -n shop" in (caught.value.fix or "")


def test_a_namespace_and_what_lives_in_it_fit_one_plan_and_go_again(shop: Shop) -> None:
    shop.cluster.fail_image("new:1", Failure("ImagePullBackOff"))
    record = shop.carry_out(
        Apply(manifest=namespace("fresh")), Apply(manifest=deployment("app", "new:1", namespace="fresh"))
    )
    assert record.state is PlanState.ROLLED_BACK, record.reason
    assert shop.cluster.get(ref("Namespace", "fresh", None)) is None


def test_a_namespace_that_somebody_uses_meanwhile_is_left(shop: Shop) -> None:
    shop.cluster.fail_image("new:1", Failure("ImagePullBackOff"))
    record = shop.approve(
        shop.propose(Apply(manifest=namespace("fresh")), Apply(manifest=deployment("app", "new:1", namespace="fresh")))
    )

    def listen(progress: object) -> None:
        if getattr(progress, "phase", "") == "verify":
            shop.cluster.add(config_map("theirs", {"a": "b"}, namespace="fresh"))

    shop.heard = type("Heard", (), {"append": staticmethod(listen)})()  # type: ignore[assignment]
    done = shop.apply(record)
    assert done.state is PlanState.FAILED
    assert "configmap/theirs" in done.reason
    assert shop.cluster.get(ref("ConfigMap", "theirs", "fresh")) is not None


def test_values_of_secrets_are_in_no_diff(shop: Shop) -> None:
    shop.cluster.add(secret("keys", {"one": "b2xkLXNlY3JldA==", "two": "c2FtZQ=="}))
    record = shop.propose(Apply(manifest=secret("keys", {"one": "bmV3LXNlY3JldA==", "two": "c2FtZQ=="})))
    assert record.plan.risk is Risk.SECRET
    assert "one" in record.diff
    assert not any(value in record.diff for value in ("b2xkLXNlY3JldA==", "bmV3LXNlY3JldA==", "c2FtZQ=="))


@pytest.mark.parametrize(
    ("action", "risk"),
    [
        (Scale(target=WEB, replicas=0), Risk.WRITE),
        (Delete(target=WEB), Risk.DESTRUCTIVE),
        (Apply(manifest=namespace("fresh")), Risk.WRITE),
        (Apply(manifest=secret("s", {"a": "Yg=="})), Risk.WRITE),
        (Delete(target=ref("Namespace", "shop", None)), Risk.DESTRUCTIVE),
    ],
)
def test_risk_follows_from_action_and_kind(shop: Shop, action: object, risk: Risk) -> None:
    assert shop.propose(action).plan.risk is risk  # type: ignore[arg-type]


def test_files_are_for_the_owner_only(shop: Shop) -> None:
    record = shop.propose(image("web:2"))
    file = shop.store.folder / f"{record.plan.id}.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert shop.store.folder.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_text())["hash"] == record.plan.hash
