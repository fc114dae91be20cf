"""`kora plans` without a terminal and without a cluster: it lists, shows, rejects, and never waits for an answer."""

import json
from pathlib import Path

import pytest

from kora.cli import main
from kora.domain.actors import Actor, Surface
from kora.domain.plans import Apply, Delete
from kora.operations.plans.effects import World
from kora.operations.plans.make import Wish, make_plan
from kora.operations.plans.store import PlanStore
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, ref

SETTINGS = config_map("settings", {"colour": "blue"})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KORA_HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    return tmp_path


def store_plan(home: Path, *, delete: bool = False) -> str:
    cluster = FakeCluster([SETTINGS])
    action = (
        Delete(target=ref("ConfigMap", "settings")) if delete else Apply(manifest=config_map("settings", {"a": "b"}))
    )
    actor = Actor(name="ana", surface=Surface.CLI)
    draft = make_plan(World(cluster), [Wish(action, "because")], goal="Change settings", actor=actor)
    PlanStore(home).add(draft.plan, draft.diff)
    return draft.plan.id


def test_list_and_show(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_id = store_plan(home)
    assert main(["plans"]) == 0
    listed = capsys.readouterr().out
    assert plan_id in listed
    assert "proposed" in listed
    assert main(["plans", "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["plans"]] == [plan_id]
    for words in (["show", plan_id], ["plans", "show", plan_id]):
        assert main(words) == 0
        shown = capsys.readouterr().out
        assert "+  a: b" in shown
        assert "   colour: blue" in shown  # somebody else applied it, so it stays


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_nobody_to_ask_ends_with_four_and_the_next_command(
    home: Path, capsys: pytest.CaptureFixture[str], extra: list[str]
) -> None:
    plan_id = store_plan(home)
    assert main(["approve", plan_id, *extra]) == 4
    said = capsys.readouterr()
    assert f"kora plans approve {plan_id} --yes --hash" in said.out + said.err
    assert PlanStore(home).load(plan_id).state == "proposed"


def test_yes_alone_does_not_cover_a_deletion(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_id = store_plan(home, delete=True)
    assert main(["approve", plan_id, "--yes"]) == 4
    assert "destructive" in capsys.readouterr().err


def test_without_a_cluster_an_approval_goes_nowhere(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_id = store_plan(home)
    assert main(["approve", plan_id, "--yes", "--json"]) == 78
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "CLUSTER_NOT_CONFIGURED"
    assert PlanStore(home).load(plan_id).state == "proposed"


def test_reject(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_id = store_plan(home)
    assert main(["reject", plan_id, "--reason", "not now"]) == 0
    assert "not now" in capsys.readouterr().out
    assert main(["reject", plan_id, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "PLAN_NOT_OPEN"


def test_a_plan_that_is_not_there(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["show", "plan-none"], ["undo", "../etc/passwd"], ["plans", "resume", "plan-none"]):
        assert main([*words, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "PLAN_MISSING"


def test_nothing_to_resume(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plans", "resume"]) == 0
    assert "No plan was interrupted" in capsys.readouterr().out


def test_json_may_stand_before_the_subcommand(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_id = store_plan(home)
    assert main(["plans", "--json", "show", plan_id]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == plan_id
    assert main(["plans", "--json", "reject", plan_id]) == 0
    assert json.loads(capsys.readouterr().out)["plan"]["state"] == "rejected"
