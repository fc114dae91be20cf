"""`ask`, `manifest`, `heal`, `rightsize`, `approve`, `undo`, `pause` and `watch` on a cluster in memory: exit codes,
the shapes that programs rely on, and no change without a yes."""

import io
import sys
from pathlib import Path

import pytest

from kora.audit import AuditLog
from kora.domain.objects import ObjectRef
from kora.helm import choice
from kora.helm.choice import Choice
from kora.kit.errors import Denied
from kora.operator import cluster_plans
from kora.testing.cluster import Failure, FakeCluster
from kora.testing.helm import FakeHelm
from kora.testing.manifests import ref

from .conftest import Kora, Said

WEB = ref("Deployment", "web")


def replicas(cluster: FakeCluster, of: ObjectRef = WEB) -> int:
    live = cluster.get(of)
    assert live is not None
    return int(live["spec"]["replicas"])


@pytest.fixture(autouse=True)
def _helm(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "choose", lambda *_, **__: Choice(engine=FakeHelm(cluster), reason="a test"))


# --- ask ------------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_and_changes_nothing(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("ask", "how many pods are in the shop namespace?", "--json")
    assert told.code == 0
    assert {"status", "answer", "commands", "audit"} <= set(told.json)
    assert "2" in told.json["answer"]
    assert cluster.requests == []


def test_words_may_stand_without_quotes_and_come_from_standard_input(
    kora: Kora, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kora("ask", "how", "many", "pods", "are", "in", "shop").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("how many pods are in shop\n"))
    assert "2" in kora("ask", "-").out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\xff"), encoding="utf-8"))
    told = kora("ask", "-", "--json")
    assert (told.code, told.json["error"]["code"]) == (2, "INVALID")


@pytest.mark.parametrize(("prompt", "code"), [("", 2), ("   ", 2), ("x" * 20_001, 2)])
def test_what_is_no_prompt_is_wrong_use(kora: Kora, cluster: FakeCluster, prompt: str, code: int) -> None:
    assert kora("ask", prompt).code == code


def test_what_is_not_understood_changes_nothing_and_says_so(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("ask", "frobnicate the web until it sings", "--yes", "--json")
    assert told.code not in (0, 70)
    assert told.json["error"]["message"]
    assert cluster.requests == []


def test_a_change_without_a_person_becomes_a_plan_that_waits(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("ask", "scale web in shop to 3 replicas", "--json")
    assert told.code == 4
    plan = told.json["plan"]
    assert {"id", "hash", "steps", "diff", "risk"} <= set(plan)
    assert "+  replicas: 3" in plan["diff"]
    assert replicas(cluster) == 2
    told = kora("approve", plan["id"], "--hash", plan["hash"], "--yes", "--json")
    assert (told.code, told.json["plan"]["state"], replicas(cluster)) == (0, "done", 3)
    told = kora("approve", plan["id"], "--yes", "--json")
    assert (told.code, told.json["error"]["code"]) == (1, "PLAN_NOT_OPEN")


def test_a_dry_run_shows_and_keeps_nothing(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("ask", "scale web in shop to 3 replicas", "--dry-run")
    assert (told.code, "replicas: 3" in told.out) == (0, True)
    assert "nothing was changed" in told.err
    assert (replicas(cluster), kora("plans", "--json").json["plans"]) == (2, [])


def test_yes_applies_verifies_and_undo_takes_it_back(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("ask", "scale web in shop to 3 replicas", "--yes", "--json")
    assert told.code == 0
    assert told.json["verification"]["holds"] is True
    assert replicas(cluster) == 3
    undo = kora("undo", told.json["plan"]["id"], "--json")
    assert undo.code == 4
    assert replicas(cluster) == 3
    shown = kora("undo", told.json["plan"]["id"], "--dry-run")
    assert (shown.code, "+  replicas: 2" in shown.out, replicas(cluster)) == (0, True, 3)
    undo = kora("undo", told.json["plan"]["id"], "--yes", "--json")
    assert (undo.code, replicas(cluster)) == (0, 2)


def test_a_change_that_fails_is_taken_back_and_ends_with_one(kora: Kora, cluster: FakeCluster) -> None:
    cluster.fail_image("web:2", Failure("ImagePullBackOff"))
    told = kora("ask", "set the image of web in shop to web:2", "--yes", "--json")
    assert told.code == 1, told
    assert told.json["plan"]["id"]
    live = cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] != "web:2"


def test_quiet_prints_the_answer_alone(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("ask", "how many pods are in shop", "--quiet")
    assert (told.code, told.err) == (0, "")
    assert "$ kubectl" not in told.out


def test_a_policy_file_that_is_wrong_is_told_before_anything_is_asked(
    kora: Kora, cluster: FakeCluster, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("autonomy: {level: godlike}\n")
    told = kora("ask", "scale web in shop to 3 replicas", "--policy", file, "--yes", "--json")
    assert (told.code, replicas(cluster)) == (78, 2)


# --- approve, reject, pause -----------------------------------------------------------------------------------------


def waiting(kora: Kora) -> Said:
    return kora("ask", "scale web in shop to 3 replicas", "--json")


def test_an_approval_of_another_hash_or_of_what_moved_on_is_refused(kora: Kora, cluster: FakeCluster) -> None:
    plan = waiting(kora).json["plan"]["id"]
    told = kora("approve", plan, "--hash", "0" * 16, "--yes", "--json")
    assert told.code not in (0, 70)
    cluster.change(WEB, {"metadata": {"labels": {"changed": "meanwhile"}}})
    told = kora("approve", plan, "--yes", "--json")
    assert (told.code, told.json["error"]["code"]) == (1, "PLAN_VOID")
    assert replicas(cluster) == 2


def test_a_rejected_plan_is_over(kora: Kora, cluster: FakeCluster) -> None:
    plan = waiting(kora).json["plan"]["id"]
    assert kora("reject", plan, "--reason", "not on a Friday").code == 0
    told = kora("approve", plan, "--yes", "--json")
    assert (told.code, told.json["error"]["code"], replicas(cluster)) == (1, "PLAN_NOT_OPEN", 2)


def test_a_pause_holds_every_change_until_resume(
    kora: Kora, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched: list[bool] = []  # the operator of the cluster, which has tests of its own, is told too
    monkeypatch.setattr(
        cluster_plans,
        "set_paused",
        lambda _reader, paused: switched.append(paused) or cluster_plans.Switched([WEB], {}),
    )
    assert kora("pause", "--reason", "a look").code == 0
    told = kora("ask", "scale web in shop to 3 replicas", "--yes", "--json")
    assert (told.code, replicas(cluster)) == (77, 2)
    assert kora("ask", "how many pods are in shop").code == 0
    resumed = kora("resume", "--json")
    assert (resumed.json["paused"], resumed.err) == (False, f"Resumed in the cluster: {WEB}.\n")
    assert switched == [True, False]
    assert kora("ask", "scale web in shop to 3 replicas", "--yes").code == 0
    assert replicas(cluster) == 3


def test_a_pause_that_holds_only_some_policies_says_which(
    kora: Kora, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ref("Deployment", "other")
    part = cluster_plans.Switched([WEB], {other: Denied("It is not yours.")})
    monkeypatch.setattr(cluster_plans, "set_paused", lambda _reader, _paused: part)
    told = kora("pause")
    assert told.code == 77
    assert f"Paused in the cluster: {WEB}. Not paused: {other}." in told.err
    assert "It is not yours." in told.err
    assert kora("ask", "scale web in shop to 3 replicas", "--yes").code == 77, "here everything is held"


def test_the_plans_of_a_cluster_without_an_operator_are_told_as_such(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("plans", "--cluster", "--json")
    assert told.code != 70
    assert told.json


# --- heal, watch, rightsize -----------------------------------------------------------------------------------------


def test_heal_leaves_a_healthy_namespace_alone(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("heal", "-n", "shop", "--json")
    assert told.code == 0
    assert {"findings", "checked"} <= set(told.json) or "lines" in told.json
    assert cluster.requests == []


def test_heal_says_what_waits_and_writes_nothing_when_it_may_only_observe(kora: Kora, cluster: FakeCluster) -> None:
    cluster.fail_image("web:1", Failure("CrashLoopBackOff"))
    for pod in cluster.list("v1", "Pod", "shop"):
        cluster.drop(ObjectRef.of(pod))
    cluster.settle()
    told = kora("heal", "-n", "shop", "--autonomy", "observe", "--json")
    assert told.code in (4, 10)
    assert cluster.requests == []
    assert kora("heal", "-n", "shop", "--autonomy", "mighty").code == 2


def test_watch_ends_with_ten_when_something_is_wrong_at_the_end(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("watch", "-n", "nowhere", "--for", "1s")
    assert (told.code, "Next: " in told.err) == (1, True)
    assert kora("watch", "--for", "for ever").code == 2


def test_rightsize_without_metrics_names_what_to_install(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("rightsize", "-n", "shop", "--samples", "1", "--json")
    assert (told.code, told.json["error"]["code"]) == (69, "NO_METRICS")
    assert "--prometheus" in told.json["error"]["fix"]
    assert kora("rightsize", "-n", "nowhere", "--samples", "1").code == 1


# --- manifest -------------------------------------------------------------------------------------------------------


def test_a_manifest_goes_to_standard_output_and_its_notes_do_not(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("manifest", "create a deployment web with image nginx:1.27 and 2 replicas")
    assert told.code == 0
    assert told.out.startswith("apiVersion: apps/v1")
    assert cluster.requests == []


def test_a_manifest_is_saved_once_and_replaced_only_after_a_yes(
    kora: Kora, cluster: FakeCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    told = kora("manifest", "create a deployment web with image nginx:1.27", "--save", "web.yaml", "--json")
    assert (told.code, told.json["written"]) == (0, ["web.yaml"])
    more = ("manifest", "create a deployment web with image nginx:1.28", "--save", "web.yaml")
    told = kora(*more)
    assert (told.code, "nginx:1.28" in told.err) == (4, True)
    assert "nginx:1.27" in (tmp_path / "web.yaml").read_text()
    assert kora(*more, "--yes").code == 0
    assert "nginx:1.28" in (tmp_path / "web.yaml").read_text()
    assert kora("manifest", "create a configmap a with b=c", "--save", "/etc/kora.yaml").code == 2
    assert AuditLog(state / "audit").verify().intact


def test_an_incomplete_wish_is_asked_back(kora: Kora, cluster: FakeCluster) -> None:
    told = kora("manifest", "create a deployment web", "--json")
    assert told.code == 2
    assert told.json["error"]["message"]
