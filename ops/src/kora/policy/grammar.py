"""kubectl's grammar: which words are commands, which flags each knows, and what a command line therefore means.

The table `kubectl.json` is generated (scripts/kubectl_grammar.py) from the help texts of several kubectl versions. The
parser follows cobra and pflag, the libraries that kubectl reads its line with, and refuses wherever they might read a
line otherwise than a person or another version would: unknown commands and flags, switches before the command (cobra
then takes the next word for their value), sub-commands that nobody knows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Literal

Takes = Literal["bool", "value", "optional"]
"""``optional``: may stand bare, a value only after ``=``."""

_TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_FALSE = {"0", "f", "F", "FALSE", "false", "False"}


class Ambiguous(Exception):
    """The line can't be read with certainty; `rule` is the stable code of why."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule, self.why = rule, why


@dataclass(frozen=True)
class Flag:
    """One flag of a command."""

    name: str
    takes: Takes
    short: str | None = None
    everywhere: bool = False
    """Whether every command knows it."""


@dataclass(frozen=True)
class Command:
    """A command or sub-command with everything under it."""

    path: tuple[str, ...]
    long: dict[str, Flag]
    short: dict[str, Flag]
    commands: dict[str, "Command"]
    """By name and by alias."""


@dataclass(frozen=True)
class Line:
    """A command line, understood."""

    path: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    """Long names with their values as written: ``true`` for a bare switch, nothing for a bare optional one."""
    words: tuple[str, ...]
    """Positional arguments in front of ``--`` (all of them, for commands that run no inner command)."""
    inner: tuple[str, ...] = ()
    """What stands behind ``--``, for commands that hand it on."""
    asks_help: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    """The values of each flag, in order."""

    def last(self, name: str) -> str | None:
        """The value that counts; None when the flag isn't there."""
        given = self.values.get(name)
        return given[-1] if given else None

    def with_words(self, words: tuple[str, ...]) -> "Line":
        """The same line with other positional arguments."""
        return replace(self, words=words)

    def on(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.last(name) in _TRUE


HANDS_ON = {("exec",), ("run",), ("debug",), ("create", "deployment"), ("create", "job"), ("create", "cronjob")}
"""Commands that treat what stands behind ``--`` as a command of its own."""
STANDS_ALONE = {("create",), ("apply",), ("cluster-info",)}
"""Commands that have sub-commands and do something without one, too."""

_HELP = Flag("help", "bool", "h", everywhere=True)


@cache
def kubectl() -> Command:
    """The whole table."""
    table = json.loads(files("kora.policy").joinpath("kubectl.json").read_text(encoding="utf-8"))
    everywhere = [_flag(name, each, everywhere=True) for name, each in table["flags"].items()]
    return _command((), table, [*everywhere, _HELP])


def _flag(name: str, described: dict[str, str], *, everywhere: bool = False) -> Flag:
    takes: Takes = described["takes"]  # type: ignore[assignment]
    return Flag(name, takes, described.get("short"), everywhere)


def _command(path: tuple[str, ...], described: dict[str, object], everywhere: list[Flag]) -> Command:
    own = described["flags"] if path else {}
    flags = [*everywhere, *(_flag(name, each) for name, each in own.items())]  # type: ignore[attr-defined]
    commands: dict[str, Command] = {}
    for name, inner in described["commands"].items():  # type: ignore[attr-defined]
        command = _command((*path, name), inner, everywhere)
        commands |= dict.fromkeys((name, *inner["aliases"]), command)
    return Command(path, {flag.name: flag for flag in flags}, {f.short: f for f in flags if f.short}, commands)


def parse(words: Sequence[str]) -> Line:
    """Read what stands behind ``kubectl``.

    Raises:
        Ambiguous: it can't be read with certainty.
    """
    command, rest = _find(words)
    reader = _Reader(command)
    reader.read(rest)
    return reader.line()


def _find(words: Sequence[str]) -> tuple[Command, list[str]]:
    """The command and the words that are left for it, found as cobra does it.

    cobra looks for the next command with only the flags in hand that the commands so far know, and takes the word
    behind any other flag for its value. Where that is not what the flag means in the end, the line is ambiguous.
    """
    command, rest, guesses = kubectl(), list[str](), list[tuple[str, bool, Command]]()
    position = 0
    while position < len(words) and words[position] != "--":
        word = words[position]
        position += 1
        if word.startswith("-") and len(word) > 1:
            rest.append(word)
            takes_next = _takes_next(word, command) and position < len(words)
            guesses.append((word, takes_next, command))
            if takes_next:
                rest.append(words[position])
                position += 1
        elif found := command.commands.get(word):
            command = found
            if not command.commands:
                break
        elif command.path in STANDS_ALONE:
            rest.append(word)
            break
        else:
            raise Ambiguous("unknown-command", f"{_name(command)} has no command {word[:40]!r}")
    rest += words[position:]
    _check_guesses(guesses, command)
    if command.commands and command.path not in STANDS_ALONE and rest not in (["--help"], ["-h"]):
        raise Ambiguous("unknown-command", f"{_name(command)} alone does nothing")
    return command, rest


def _takes_next(word: str, command: Command) -> bool:
    if "=" in word or (len(word) > 2 and not word.startswith("--")):
        return False
    flag = _flag_of(word, command)
    return flag is None or flag is _HELP or flag.takes == "value"


def _flag_of(word: str, command: Command) -> Flag | None:
    return command.long.get(word[2:]) if word.startswith("--") else command.short.get(word[1:2])


def _check_guesses(guesses: list[tuple[str, bool, Command]], command: Command) -> None:
    """Flags in front of the last command word: each must mean to the command what cobra took it for.

    Raises:
        Ambiguous: one does not.
    """
    for word, took_next, reader in guesses:
        if "=" in word or reader is command:
            continue
        flag = _flag_of(word, command)
        if flag is None:
            raise Ambiguous("unknown-flag", f"{_name(command)} has no flag {word[:40]}")
        if len(word) > 2 and not word.startswith("--"):
            if flag.takes != "value":
                raise Ambiguous("flag-before-command", f"{word} must stand behind the command")
        elif took_next != (flag.takes == "value"):
            raise Ambiguous("flag-before-command", f"{word} must stand behind the command")


def _name(command: Command) -> str:
    return " ".join(("kubectl", *command.path))


class _Reader:
    """Reads flags and words of one command as pflag does."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.flags: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.inner: list[str] = []

    def read(self, queue: list[str]) -> None:
        position = 0
        while position < len(queue):
            word = queue[position]
            position += 1
            if word == "--":
                self._behind_dashes(queue[position:])
                return
            if not word.startswith("-") or word == "-":
                self.words.append(word)
                continue
            following = queue[position] if position < len(queue) else None
            position += self._long(word, following) if word.startswith("--") else self._short(word, following)

    def line(self) -> Line:
        values: dict[str, list[str]] = {}
        for name, value in self.flags:
            values.setdefault(name, []).append(value)
        helps = values.pop("help", ["false"])[-1] in _TRUE
        flags = tuple(each for each in self.flags if each[0] != "help")
        return Line(self.command.path, flags, tuple(self.words), tuple(self.inner), helps, values)

    def _behind_dashes(self, words: list[str]) -> None:
        if self.command.path in HANDS_ON:
            self.inner = words
            return
        if any(word.startswith("-") for word in words):
            raise Ambiguous("flags-behind-dashes", "what stands behind -- is no flag, and there is no inner command")
        self.words += words

    def _long(self, word: str, following: str | None) -> int:
        name, equals, value = word[2:].partition("=")
        flag = self.command.long.get(name)
        if flag is None:
            raise Ambiguous("unknown-flag", f"{_name(self.command)} has no flag --{name[:40]}")
        return self._take(flag, value if equals else None, following, word)

    def _short(self, word: str, following: str | None) -> int:
        letters = word[1:]
        while letters:
            flag = self.command.short.get(letters[0])
            if flag is None:
                raise Ambiguous("unknown-flag", f"{_name(self.command)} has no flag -{letters[0]}")
            rest = letters[1:]
            if rest.startswith("="):
                return self._take(flag, rest[1:], following, word)
            if flag.takes == "value":
                return self._take(flag, rest or None, following, word)
            self._take(flag, None, None, word)
            letters = rest
        return 0

    def _take(self, flag: Flag, value: str | None, following: str | None, word: str) -> int:
        """Note a flag; how many of the following words it used."""
        used = 0
        if value is None and flag.takes == "value":
            if following is None:
                raise Ambiguous("missing-value", f"{word} needs a value")
            if following.startswith("-") and len(following) > 1 and not following.lstrip("-").isdigit():
                raise Ambiguous("flag-as-value", f"{following} would be the value of {word}")
            value, used = following, 1
        elif value is None:
            value = "true" if flag.takes == "bool" else ""
        if flag.takes == "bool" and value not in _TRUE | _FALSE:
            raise Ambiguous("wrong-switch", f"{word} is neither true nor false")
        self.flags.append((flag.name, value))
        return used
