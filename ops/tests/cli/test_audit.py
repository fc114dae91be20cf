"""`kora audit` through the front door."""

import json
from pathlib import Path

import pytest

from kora.audit import AuditEntry, AuditLog
from kora.cli import main
from kora.domain.actors import Actor, Surface
from kora.domain.risk import Risk


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KORA_HOME", str(tmp_path))
    audit = AuditLog(tmp_path / "audit", durable=False)
    for number in range(1, 6):
        audit.append(
            AuditEntry(
                actor=Actor(name="alex", surface=Surface.CLI),
                tool=f"tool.{number}",
                risk=Risk.READ,
                phase="outcome",
                agent="HELM",
                prompt=f"do {number}",
                result="done",
            )
        )
    return tmp_path / "audit" / "audit.jsonl"


def test_show_and_tail(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "show"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert main(["audit", "show", "3"]) == 0
    assert json.loads(capsys.readouterr().out)["tool"] == "tool.3"
    assert main(["audit", "show", "9"]) == 1
    capsys.readouterr()
    assert main(["audit", "show", "--tool", "tool.2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sequence"] == 2
    assert main(["audit", "tail", "-n", "2", "--json"]) == 0
    assert [json.loads(line)["sequence"] for line in capsys.readouterr().out.splitlines()] == [4, 5]


def test_an_intact_log_is_zero(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == "Intact: 5 records, 0 checkpoints.\n"
    assert main(["audit", "verify", "--json", "--file", str(log.parent)]) == 0
    assert json.loads(capsys.readouterr().out)["intact"] is True


def test_a_broken_log_is_three_and_names_the_record(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes().replace(b"tool.3", b"tool.X"))
    assert main(["audit", "verify"]) == 3
    assert capsys.readouterr().out == "Broken at record 3: its hash does not fit its content.\n"
    assert main(["audit", "verify", "--json", "--file", str(log)]) == 3
    report = json.loads(capsys.readouterr().out)
    assert (report["intact"], report["broken_at"], report["records"]) == (False, 3, 2)


def test_a_cut_log_is_broken_where_it_ends(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert main(["audit", "verify"]) == 3
    assert "record 5: it is missing" in capsys.readouterr().out


def test_a_copy_is_checked_against_the_log(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(log.read_bytes())
    assert main(["audit", "verify", "--file", str(copy)]) == 0
    copy.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))
    assert main(["audit", "verify", "--file", str(copy)]) == 3
    assert "record 4" in capsys.readouterr().out
    assert main(["audit", "verify", "--file", str(tmp_path / "none")]) == 1


def test_export(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "phase-iv-audit.log"
    assert main(["audit", "export", "--format", "phase-iv", "--output", str(target)]) == 0
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Phase IV Agent Delegation Audit Log")
    assert lines[1].endswith('[HELM] prompt="do 1" result="done"')
    assert len(lines) == 6
    assert main(["audit", "export", "--format", "phase-iv", "--output", str(target)]) == 2  # nothing is overwritten
    assert main(["audit", "export", "--format", "xml"]) == 2
    capsys.readouterr()
    assert main(["audit", "export", "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_a_key_that_is_none_is_wrong_use(log: Path) -> None:
    assert main(["audit", "verify", "--key", str(log)]) == 2


def test_a_key_signs_checkpoints_and_its_public_half_proves_them(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key, other = tmp_path / "audit-key", tmp_path / "other"
    assert main(["audit", "key", str(key), "--json"]) == 0
    public = json.loads(capsys.readouterr().out)["public"]
    assert key.stat().st_mode & 0o777 == 0o600
    assert main(["audit", "key", str(other)]) == 0
    assert "export KORA_AUDIT_KEY=" in capsys.readouterr().out
    assert main(["audit", "key", str(key)]) == 2
    assert "never overwritten" in capsys.readouterr().err

    monkeypatch.setenv("KORA_AUDIT_KEY", str(key))
    assert main(["audit", "checkpoint", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["signed"] is True
    assert main(["audit", "verify", "--key", public, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["signed"], report["checkpoints"], report["records"]) == (True, 1, 6)
    assert main(["audit", "verify", "--key", f"{other}.pub"]) == 3

    marks = log.parent / "checkpoints.jsonl"
    marks.write_bytes(marks.read_bytes().replace(b'"count":6', b'"count":5'))
    capsys.readouterr()
    assert main(["audit", "verify", "--key", public]) == 3
    assert "Broken at record" in capsys.readouterr().out


def test_a_key_that_can_not_be_used_stops_everything_that_would_be_recorded(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = log.read_bytes()
    for name, content, mode in (("absent", None, 0), ("open", "x", 0o644), ("no-key", "x", 0o600)):
        file = tmp_path / name
        if content is not None:
            file.write_text(content)
            file.chmod(mode)
        monkeypatch.setenv("KORA_AUDIT_KEY", str(file))
        assert main(["audit", "checkpoint", "--json"]) == 78
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "AUDIT_KEY_UNUSABLE"
    assert log.read_bytes() == before
