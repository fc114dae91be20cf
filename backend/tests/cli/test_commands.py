"""The other commands, through the real entry point."""

import json
import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-c", "from taskora.cli import main; main()"]


@pytest.fixture
def taskora(tmp_path):
    """Run a command on an embedded database of this test."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BETTER_AUTH_SECRET")}

    def run(*arguments, stdin="", **extra):
        environment = {**clean, "TASKORA_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": "1", **extra}
        return subprocess.run(
            [*COMMAND, *arguments], env=environment, input=stdin, capture_output=True, text=True, timeout=60
        )

    return run


def test_people_are_added_listed_changed_and_deleted(taskora):
    added = taskora("user", "add", "Ada@Example.org", "--name", "Ada", "--password-stdin", stdin="plum-tree-47-river\n")
    assert added.returncode == 0, added.stderr
    assert "ada@example.org" in added.stdout
    people = json.loads(taskora("user", "list", "--json").stdout)
    assert [(person["email"], person["name"]) for person in people] == [("ada@example.org", "Ada")]
    changed = taskora("user", "password", "ada@example.org", "--password-stdin", stdin="another-good-one\n")
    assert changed.returncode == 0, changed.stderr
    refused = taskora("user", "delete", "ada@example.org")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert taskora("user", "delete", "ada@example.org", "--yes").returncode == 0
    assert json.loads(taskora("user", "list", "--json").stdout) == []
    assert taskora("user", "delete", "ada@example.org", "--yes").returncode == 1


def test_bad_people_are_refused_in_one_sentence(taskora):
    for arguments, stdin, words in (
        (("user", "add", "no-address"), "plum-tree-47-river\n", "e-mail"),
        (("user", "add", "ada@example.org"), "short\n", "at least 8"),
        (("user", "add", "ada@example.org"), "password1\n", "most common"),
        (("user", "password", "ada@example.org"), "plum-tree-47-river\n", "no account"),
    ):
        outcome = taskora(*arguments, "--password-stdin", stdin=stdin)
        assert outcome.returncode in (1, 2)
        assert words in outcome.stderr
        assert "Traceback" not in outcome.stderr
        assert len(outcome.stderr.strip().splitlines()) == 1


def test_migrate_twice(taskora):
    first, second = taskora("migrate"), taskora("migrate")
    assert (first.returncode, second.returncode) == (0, 0)
    assert "empty ->" in first.stdout
    assert "up to date" in second.stdout


def test_migrate_without_a_database_is_one_sentence(taskora):
    outcome = taskora(
        "migrate",
        DATABASE_URL="postgresql://nobody:hunter2pass@127.0.0.1:1/nothing",
        BETTER_AUTH_SECRET="r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ",
    )
    assert outcome.returncode == 75
    assert "DATABASE_URL" in outcome.stderr
    assert "hunter2pass" not in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_doctor_reports_each_check(taskora):
    taskora("migrate")
    report = json.loads(taskora("doctor", "--json").stdout)
    checks = {check["name"]: check for check in report["checks"]}
    assert {"python", "settings", "data folder", "secret", "database", "page", "port", "assistant"} <= set(checks)
    assert checks["database"]["ok"]
    table = taskora("doctor").stdout
    assert "ok    database" in table


def test_doctor_tells_what_is_wrong(taskora):
    outcome = taskora("doctor", PORT="http")
    assert outcome.returncode == 1
    assert "FAIL" in outcome.stdout
    assert "PORT" in outcome.stdout


def test_openapi_is_json_and_needs_no_settings(taskora):
    outcome = taskora("openapi", DATABASE_URL="mysql://wrong")
    assert outcome.returncode == 0, outcome.stderr
    assert "/api/{user_id}/tasks" in json.loads(outcome.stdout)["paths"]


def test_version_and_help(taskora):
    assert json.loads(taskora("version", "--json").stdout)["version"]
    shown = taskora("--help").stdout
    for command in ("serve", "migrate", "doctor", "user", "parse", "mcp", "openapi", "version"):
        assert command in shown


def test_mcp_speaks_the_protocol_on_standard_output_alone(taskora):
    taskora("user", "add", "ada@example.org", "--password-stdin", stdin="plum-tree-47-river\n")
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    }
    outcome = taskora("mcp", "--user", "ada@example.org", stdin=json.dumps(hello) + "\n")
    assert json.loads(outcome.stdout.splitlines()[0])["id"] == 1
    nobody = taskora("mcp")
    assert nobody.returncode == 2
    assert nobody.stdout == ""
    assert "TASKORA_TOKEN" in nobody.stderr


def test_parse_is_wired(taskora):
    outcome = taskora("parse", "--json", "--now", "2026-03-02T10:00:00Z", "Pay rent tomorrow")
    assert json.loads(outcome.stdout)["title"] == "Pay rent"
