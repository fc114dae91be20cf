"""The gate lets nothing slip through as a read, and does not get in the way of reading."""

import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.domain.risk import Risk, Verdict
from kora.policy import grammar
from kora.policy.commands import EFFECTS
from kora.policy.gate import classify

sys.path.insert(0, str(Path(__file__).parent))  # tables beside this file; importlib mode has no package for them
from harmless import HARMLESS
from leaks import LEAKS, PROGRAMS, Leak, variants

VARIANTS = [(leak, words) for leak in LEAKS for words in dict.fromkeys(variants(leak))]
GLOBAL = [
    ["-n", "shop"],
    ["-nshop"],
    ["--namespace=shop"],
    ["--request-timeout=5s"],
    ["-v=2"],
    ["--match-server-version"],
]


def _commands(command: grammar.Command) -> set[tuple[str, ...]]:
    return {command.path}.union(*(_commands(inner) for inner in command.commands.values()))


def test_there_are_enough_leaks_and_harmless_lines() -> None:
    assert len(VARIANTS) + len(PROGRAMS) >= 300
    assert len(set(HARMLESS)) >= 100


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: " ".join(leak.words)[:60])
def test_no_leak_slips_through_in_any_clothes(leak: Leak) -> None:
    for words in variants(leak):
        decision = classify(["kubectl", *words])
        assert decision.verdict is not Verdict.ALLOW, words
        assert decision.risk is not Risk.READ or decision.verdict is Verdict.DENY, words
        if leak.risk is not None and decision.verdict is Verdict.ASK:
            assert decision.risk is leak.risk, words


@pytest.mark.parametrize(
    "leak", [leak for leak in LEAKS if leak.risk is not None], ids=lambda leak: " ".join(leak.words)
)
def test_the_plain_form_of_a_leak_has_the_risk_of_its_class(leak: Leak) -> None:
    assert classify(["kubectl", *leak.words]).risk is leak.risk


@pytest.mark.parametrize("program", PROGRAMS)
def test_only_the_plain_word_kubectl_is_kubectl(program: str) -> None:
    assert classify([program, "get", "pods"]).verdict is Verdict.DENY
    assert classify([program]).verdict is Verdict.DENY


@pytest.mark.parametrize("line", HARMLESS)
def test_harmless_lines_do_not_ask(line: str) -> None:
    decision = classify(["kubectl", *shlex.split(line)])
    assert (decision.verdict, decision.risk) == (Verdict.ALLOW, Risk.READ), decision.reason


@pytest.mark.parametrize("character", ["\n", "\u200b", "\u202e", "\x00", "\u2028"])
def test_a_character_that_nobody_sees_is_denied_anywhere(character: str) -> None:
    for words in map(shlex.split, HARMLESS):
        for position, word in enumerate(words):
            spoiled = [*words[:position], word + character, *words[position + 1 :]]
            assert classify(["kubectl", *spoiled]).verdict is Verdict.DENY


def test_dashes_and_letters_of_other_scripts_are_denied() -> None:
    for words in (
        ["get", "pods", "—all"],
        ["get", "рods"],
        ["gеt", "pods"],
        ["get", "pods", "--namespаce=x"],
        ["get", "ſecrets"],
    ):
        assert classify(["kubectl", *words]).verdict is Verdict.DENY, words


def test_every_command_of_the_grammar_has_a_rule() -> None:
    groups = {path for path in _commands(grammar.kubectl()) if path not in EFFECTS}
    for path in groups:
        assert classify(["kubectl", *path]).verdict is Verdict.DENY
    assert groups == {
        (),
        *((each,) for each in ("auth", "certificate", "config", "plugin", "rollout", "set", "top")),
    } | {
        ("create", "secret"),
        ("create", "service"),
    }


def test_every_alias_means_its_command() -> None:
    assert classify(["kubectl", "create", "sa", "x"]) == classify(["kubectl", "create", "serviceaccount", "x"])
    assert classify(["kubectl", "config", "use", "x"]).rule == "writes-kubeconfig"


@pytest.mark.parametrize(
    "argv", [[], "kubectl get pods", [""], ["kubectl"], ["kubectl", ""], ["kubectl", "--"], [1], [None]]
)
def test_what_is_no_command_line_is_denied(argv: list[str]) -> None:
    assert classify(argv).verdict is Verdict.DENY


def _all(command: grammar.Command) -> list[grammar.Command]:
    return [command, *(each for inner in command.commands.values() for each in _all(inner))]


_KNOWN = {name for command in _all(grammar.kubectl()) for name in command.long}
_FLAGS = sorted(f"--{name}" for name in _KNOWN)
_WORDS = st.one_of(
    st.sampled_from([*grammar.kubectl().commands, *_FLAGS, "--", "-", "pods", "secret/x", "x", "-f", "-o", "-A", "-n"]),
    st.sampled_from(
        ["--dry-run=client", "--dry-run", "--raw", "status", "view", "json", "yaml", "client", "a=b", "-it"]
    ),
    st.text(max_size=12),
)


def _outline(words: list[str]) -> tuple[list[str], list[str]]:
    """An independent, simpler reading: plain words and flag names in front of ``--``."""
    front = words[: words.index("--")] if "--" in words else words
    return [word for word in front if not word.startswith("-")], [word for word in front if word.startswith("--")]


@settings(max_examples=1500, deadline=None)
@given(st.lists(_WORDS, max_size=8))
def test_any_words_get_an_answer_and_unknown_ones_never_pass(words: list[str]) -> None:
    decision = classify(["kubectl", *words])
    if decision.verdict is Verdict.ALLOW:
        plain, flags = _outline(words)
        assert all(flag[2:].partition("=")[0] in _KNOWN for flag in flags)
        assert not plain or set(plain) & grammar.kubectl().commands.keys()
        assert decision.risk is Risk.READ


@settings(max_examples=600, deadline=None)
@given(st.lists(st.text(), max_size=6), st.binary(max_size=4))
def test_no_text_whatever_makes_it_raise(words: list[str], rubbish: bytes) -> None:
    classify(words)
    classify(["kubectl", *words, rubbish.decode("latin-1")])


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(HARMLESS), st.text(alphabet="abcdefghijklmnopqrstuvwxyz-", min_size=3, max_size=14))
def test_an_unknown_flag_spoils_any_line(line: str, name: str) -> None:
    words = shlex.split(line)
    if name in _KNOWN:
        return
    at = words.index("--") if "--" in words else len(words)
    assert classify(["kubectl", *words[:at], f"--{name}", *words[at:]]).verdict is Verdict.DENY


_LINES = [
    words
    for words in [
        *(shlex.split(line) for line in HARMLESS),
        *(list(leak.words) for leak in LEAKS if leak.name != "shell"),
    ]
    if words[-1] not in ("--help", "-h")
]


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(_LINES), st.sampled_from(GLOBAL))
def test_a_harmless_flag_that_every_command_knows_changes_nothing(words: list[str], extra: list[str]) -> None:
    at = words.index("--") if "--" in words else len(words)
    plain = classify(["kubectl", *words])
    assert classify(["kubectl", *words[:at], *extra, *words[at:]]).verdict is plain.verdict
    if not words[0].startswith("-"):
        assert classify(["kubectl", *extra, *words]).verdict is plain.verdict
