"""The front door itself: version, help, errors as text and as JSON, exit codes."""

import json
from collections.abc import Iterator

import pytest

from kora.cli import app, main
from kora.cli.application import JsonOption
from kora.kit.errors import Unavailable


@pytest.fixture
def broken() -> Iterator[str]:
    """A command that fails in an expected way, registered for one test."""
    name = "fail-for-the-test"

    @app.command(name)
    def fail(as_json: JsonOption = False) -> None:
        raise Unavailable("No container engine answers.", fix="docker info")

    yield name
    app.registered_commands.pop()


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("kora 0.")
    assert main(["--help"]) == 0
    assert "Exit codes" in capsys.readouterr().out


def test_an_expected_failure_is_a_sentence_and_a_next_step(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([broken]) == 69
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "No container engine answers.\nNext: docker info\n"


def test_with_json_standard_output_holds_the_error_alone(broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([broken, "--json"]) == 69
    said = capsys.readouterr()
    assert said.err == ""
    expected = {"code": "UNAVAILABLE", "message": "No container engine answers.", "fix": "docker info"}
    assert json.loads(said.out) == {"error": expected}


def test_wrong_use_is_two_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err
    assert main(["no-such-command", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "INVALID"


def test_a_fault_of_ours_is_told_as_one_and_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    @app.command("break-for-the-test")
    def fault(as_json: JsonOption = False) -> None:
        raise KeyError("unforeseen")

    try:
        assert main(["break-for-the-test", "--json"]) == 70
    finally:
        app.registered_commands.pop()
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "UNEXPECTED"
    assert "Traceback" in said.err
    assert "unforeseen" in said.err
