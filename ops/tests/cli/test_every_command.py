"""What holds for every command: its help can be read and names the next step, wrong use is told and ends with 2, and
nothing waits for a person who is not there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from kora.cli.application import app, load_commands

from .conftest import Kora

load_commands()
EXITS = {0, 1, 2, 3, 4, 10, 69, 75, 77, 78}
"""Every code but 70, which stands for a fault of Kora."""


def commands() -> Iterator[tuple[str, ...]]:
    """The words of every command and every group."""

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        for name, each in sorted(getattr(command, "commands", {}).items()):
            yield from below(each, (*words, name))

    yield from list(below(typer.main.get_command(app), ()))[1:]


COMMANDS = list(commands())
GROUPS = {words[:-1] for words in COMMANDS if len(words) > 1}
GATE = ("gate",)
"""Takes whatever follows as the command to judge."""


def test_all_that_the_specification_names_are_there() -> None:
    named = (
        "up down status open logs doctor init ask manifest diagnose heal health rightsize operator watch plans show "
        "approve reject undo pause resume gate mcp console adapters"
    )
    expected = {(word,) for word in named.split()}
    expected |= {("audit", word) for word in ("show", "tail", "verify", "export")}
    expected |= {("image", word) for word in ("review", "generate", "fix", "inspect", "compare")}
    assert expected <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_its_help_can_be_read_and_names_the_next_step(kora: Kora, words: tuple[str, ...]) -> None:
    said = kora(*words, "--help")
    assert (said.code, said.err) == (0, "")
    assert "Usage: kora " + " ".join(words) in " ".join(said.out.split())
    if words not in GROUPS or words in {("plans",), ("adapters",)}:
        assert "Next" in said.out


@pytest.mark.parametrize("words", [each for each in COMMANDS if each != GATE], ids=" ".join)
def test_an_option_that_is_not_there_ends_with_two_and_its_own_help(kora: Kora, words: tuple[str, ...]) -> None:
    said = kora(*words, "--no-such-option")
    assert (said.code, said.out) == (2, "")
    assert "--no-such-option" in said.err
    assert f"Next: kora {' '.join(words)} --help" in said.err
    as_json = kora(*words, "--no-such-option", "--json")
    assert as_json.code == 2
    assert as_json.json["error"]["code"] == "INVALID"


WITHOUT_A_PERSON = """
import contextlib, io, json, os, sys, faulthandler
faulthandler.dump_traceback_later(120, exit=True)
from kora.cli import main
answers = []
for line in json.loads(os.environ["COMMANDS"]):
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(line)
    answers.append([line, code, *(each.detach().getvalue().decode() for each in (out, err))])
print(json.dumps(answers))
"""
LEFT_OUT = {("console",)}
"""A server that needs no cluster to begin; it has a test of its own."""
ARGUMENTS: dict[tuple[str, ...], list[list[str]]] = {
    ("ask",): [["-"], ["how many pods are there?"], ["delete", "everything", "--yes"]],
    ("manifest",): [["-"], ["create a deployment web with image nginx:1.27"]],
    ("gate",): [["--jsonl"], ["--", "kubectl", "get", "pods"], ["--", "kubectl", "delete", "pods", "--all"]],
    ("image", "review"): [["-"], ["/nowhere"]],
    ("image", "generate"): [["-"], ["--folder", "/nowhere"]],
    ("image", "fix"): [["-"]],
    ("image", "inspect"): [["none:1"]],
    ("image", "compare"): [["none:1", "none:2"]],
    ("adapters", "compare"): [["--k8sgpt", "-"], ["--krr", "/nowhere"]],
    ("adapters", "propose"): [["scale web"]],
    ("audit", "export"): [["--format", "phase-iv"], ["--format", "none"]],
    ("audit", "key"): [[os.devnull]],
    ("down",): [["--volumes"]],
    ("explain",): [["OOMKilled"]],
    ("init",): [["/nowhere"]],
    ("logs",): [["web", "--follow"]],
    ("mcp",): [["--http", "--host", "0.0.0.0"]],
    ("open",): [["--port", "0"]],
    ("rightsize",): [["--samples", "1"], ["--every", "soon"]],
    ("show",): [["none"]], ("approve",): [["none", "--yes"]], ("reject",): [["none"]], ("undo",): [["none", "--yes"]],
}  # fmt: skip


@pytest.mark.parametrize("closed", [False, True], ids=["empty input", "closed input"])
def test_without_a_person_and_a_cluster_none_waits_or_breaks(kora: Kora, state: Any, closed: bool) -> None:
    lines = [
        [*words, *more]
        for words in COMMANDS
        if words not in LEFT_OUT
        for more in [[], *ARGUMENTS.get(words, ARGUMENTS.get(words[1:], []) if words[0] == "plans" else [])]
    ]
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_PERSON],
        stdin=None if closed else subprocess.DEVNULL,
        preexec_fn=(lambda: os.close(0)) if closed else None,
        capture_output=True, text=True, timeout=150, check=True, cwd=state.parent,
        env=dict(os.environ) | {"COMMANDS": json.dumps(lines), "DOCKER_HOST": f"unix://{state}/none"},
    )  # fmt: skip
    ended = json.loads(ran.stdout)
    assert len(ended) == len(lines)
    assert [each for each in ended if each[1] not in EXITS or "Traceback" in each[3]] == []
    silent = [each for each in ended if each[1] not in (0, 3, 10) and not each[2] and "Next: " not in each[3]]
    assert silent == []
