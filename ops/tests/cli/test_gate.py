"""`kora gate` through the front door: the shapes and exit codes that other programs rely on."""

import io
import json
import sys

import pytest

from kora.cli import main


@pytest.mark.parametrize(
    ("command", "code", "decision", "risk"),
    [
        ("kubectl get pods -n shop", 0, "allow", "read"),
        ("kubectl -n shop rollout history deploy/web", 0, "allow", "read"),
        ("kubectl scale deploy/web --replicas 5", 4, "ask", "write"),
        ("kubectl delete pod web --dry-run=none", 4, "ask", "destructive"),
        ("kubectl get secret db -o yaml", 4, "ask", "secret"),
        ("kubectl exec web -- ls", 77, "deny", "destructive"),
        ("kubectl get pods --json", 77, "deny", "destructive"),
        ("kubectl get pods -- --json", 77, "deny", "destructive"),
    ],
)
def test_one_command(command: str, code: int, decision: str, risk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", "--json", "--", *command.split()]) == code
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"decision", "risk", "reason"}
    assert (answer["decision"], answer["risk"]) == (decision, risk)
    assert main(["gate", "--", *command.split()]) == code
    assert capsys.readouterr().out.startswith(f"{decision} ({risk}): ")


def test_the_words_need_no_dashes_in_front(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", "kubectl", "get", "pods", "-n", "shop"]) == 0


def test_no_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate"]) == 2
    assert main(["gate", "--jsonl", "--", "kubectl", "get"]) == 2


def test_a_line_in_is_a_line_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        b'{"argv": ["kubectl", "get", "pods"]}',
        b"rubbish",
        b"",
        b"[]",
        b"null",
        b'{"argv": "kubectl get pods"}',
        b'{"argv": [1, 2]}',
        b'{"argv": []}',
        b'{"argv": ["kubectl", "get", "\\ud800"]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"argv": ["kubectl", "delete", "pod", "x"]}',
    ]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines) + b"\n")))
    assert main(["gate", "--jsonl"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["decision"] for each in answers] == ["allow", *["deny"] * (len(lines) - 2), "ask"]
