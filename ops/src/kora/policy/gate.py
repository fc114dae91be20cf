"""The gate on commands that come from outside (a model, a person, another program): `classify` decides about one
``kubectl …`` without running it.

It decides on parsed words, never on text: the binary, then the characters, then the grammar, then the flags that every
command knows, then what the command does with its own. Whatever is not understood is denied.

allow: it changes nothing and shows nothing confidential.
ask: a person has to say yes; changes become plans.
deny: it could do more than it says, or something that Kora has no plan for. No approval helps.
"""

import json
import re
import unicodedata
from collections.abc import Sequence

from kora.domain.risk import Decision, Verdict
from kora.policy import grammar
from kora.policy.commands import EFFECTS
from kora.policy.outside import refusal
from kora.policy.verdicts import Judgement, allow, deny

_LONGEST = 64 * 1024
_MOST_WORDS = 512
_OPERATORS = {"|", "||", "&&", "&", ";", ";;", ">", ">>", "<", "<<", "<<<", ">|", "&>", "|&", "!", "(", ")", "{", "}"}
_SHELL = set("|&;<>`$\\\n\"'")
_BRACED = re.compile(r"\{[^{}]*\}")
_HOLDS_JSON = {"patch", "overrides"}
_HOLDS_EXPRESSION = {"template", "for", "sort-by"}
_JUDGED_ELSEWHERE = {"output"}
_WRITERS_OF_TEXT = {("label",), ("annotate",), ("set",), ("create",), ("run",), ("taint",), ("expose",)}


def classify(argv: Sequence[str]) -> Decision:
    """Decide about a command line, ``argv[0]`` being the program. Never raises, never runs anything."""
    judged = _judge(argv)
    return Decision(verdict=judged.verdict, risk=judged.risk, reason=judged.reason, rule=judged.rule)


def _judge(argv: Sequence[str]) -> Judgement:
    refused = _wrong_words(argv) or _wrong_program(argv[0]) or _shell(argv[1:])
    if refused is not None:
        return refused
    try:
        line = grammar.parse(argv[1:])
    except grammar.Ambiguous as problem:
        return deny(problem.rule, f"{problem.why}. What is not understood is denied.")
    refused = _odd_words(line, strict=False) or refusal(line)
    if refused is not None:
        return refused
    if line.asks_help:
        return allow("It prints a help text.", "help")
    judged = EFFECTS.get(line.path, _nothing_known)(line)
    if judged.verdict is Verdict.ALLOW:
        return _odd_words(line, strict=True) or judged
    return judged


def _nothing_known(line: grammar.Line) -> Judgement:
    return deny("unknown-command", f"Nothing is known about what kubectl {' '.join(line.path)} does.")


def _wrong_words(argv: Sequence[str]) -> Judgement | None:
    if isinstance(argv, str | bytes) or not argv or not all(isinstance(word, str) for word in argv):
        return deny("no-argv", "A command is a list of words, the first of which is kubectl.")
    if len(argv) > _MOST_WORDS or sum(map(len, argv)) > _LONGEST:
        return deny("too-long", "The command is longer than any that a person would write.")
    for word in argv:
        if word.isascii() and word.isprintable():
            continue
        for character in word:
            if not character.isprintable() or unicodedata.category(character) in ("Cf", "Co", "Cs", "Zl", "Zp"):
                return deny("invisible-characters", "A word holds a line end, a control or an invisible character.")
    return None


def _wrong_program(program: str) -> Judgement | None:
    if program == "kubectl":
        return None
    if "=" in program:
        return deny("environment", "The command sets environment variables, which can change what kubectl does.")
    if any(character.isspace() or character in _SHELL for character in program):
        return deny("shell", "The program is a piece of shell text; give one word per argument.")
    plain = unicodedata.normalize("NFKD", program).casefold()
    if "kube" in plain or "ctl" in plain:
        return deny(
            "look-alike", "The program looks like kubectl but is another one. Only the plain word kubectl passes."
        )
    return deny("not-kubectl", "Only kubectl commands pass the gate.")


def _shell(words: Sequence[str]) -> Judgement | None:
    """Shell syntax in words of their own, or substitutions inside of one."""
    for word in words:
        if word == "--":
            return None  # the inner command has a language of its own; it is never read as harmless
        if word in _OPERATORS or word.lstrip("0123456789&")[:1] in ("<", ">"):
            return deny("shell", f"{word[:20]} is shell syntax. The gate takes one command, in words, without a shell.")
        if "`" in word or "$(" in word or "${" in word or "<(" in word or ">(" in word:
            return deny("shell", "A word holds a substitution of a shell.")
    return None


def _odd_words(line: grammar.Line, *, strict: bool) -> Judgement | None:
    """Characters that have no business where they stand. Texts that a write stores may hold anything, for a person
    sees them before; not `strict` lets them pass."""
    writes_text = not strict and line.path[:1] in _WRITERS_OF_TEXT
    for name, value in line.flags:
        if name in _HOLDS_JSON and (not strict or _is_json(value)):
            continue
        if name in _HOLDS_EXPRESSION:
            value = _BRACED.sub("", value)
        elif name in _JUDGED_ELSEWHERE or writes_text:
            continue
        if not _SHELL.isdisjoint(value):
            return deny("shell", f"The value of --{name} holds shell syntax.")
        if not value.isascii():
            return deny("look-alike", f"The value of --{name} holds letters that are not ASCII.")
    for word in line.words:
        if writes_text and "=" in word:
            continue
        if not _SHELL.isdisjoint(word):
            return deny("shell", f"{word[:20]!r} holds shell syntax.")
        if not word.isascii() and "=" not in word:
            return deny("look-alike", f"{word[:20]!r} holds letters that are not ASCII; no name in Kubernetes does.")
    return None


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
