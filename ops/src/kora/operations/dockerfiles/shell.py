"""The commands inside RUN, CMD, ENTRYPOINT and HEALTHCHECK: a small reader of POSIX shell, enough to see each simple
command with its arguments, what it pipes into, and its line. Nothing is run.

Words keep variables as written. Compound commands are taken apart; loop and condition keywords are skipped.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kora.operations.dockerfiles.syntax import Instruction

_OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "\n", "(", ")")
_SKIPPED = frozenset({"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time"})
_WRAPPERS = {"sudo": 0, "exec": 0, "env": 0, "nice": 0, "nohup": 0, "command": 0, "tini": 0, "dumb-init": 0, "gosu": 1}
_ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*=")
_REDIRECT = re.compile(r"^(\d*)(>>|>\||>&|>|<<<|<<-?|<&|<)")


@dataclass(frozen=True)
class Command:
    """One simple command."""

    argv: tuple[str, ...]
    line: int
    assignments: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    """What stood before it and runs it: ``sudo``, ``exec``, ``env``."""
    before: str = ""
    """The operator before it: empty for the first, ``|`` when it reads from the one before."""
    after: str = ""
    redirects: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """Its name without folder."""
        return self.argv[0].rsplit("/", 1)[-1] if self.argv else ""

    @property
    def options(self) -> tuple[str, ...]:
        """The arguments that begin with a dash."""
        return tuple(word for word in self.argv[1:] if word.startswith("-") and word != "-")

    @property
    def operands(self) -> tuple[str, ...]:
        """The arguments that do not."""
        return tuple(word for word in self.argv[1:] if not word.startswith("-"))

    def has(self, *options: str) -> bool:
        """Whether one of the options is given: ``--name``, ``--name=…``, or a letter of a bundle for ``-x``."""
        for word in self.options:
            for option in options:
                if word == option or word.startswith(f"{option}="):
                    return True
                letter = len(option) == 2 and not word.startswith("--")
                if letter and option[1] in word[1:]:
                    return True
        return False

    def option(self, *names: str) -> str | None:
        """The value of an option, ``--name value`` or ``--name=value``; None when it is absent."""
        for at, word in enumerate(self.argv):
            for name in names:
                if word == name:
                    return self.argv[at + 1] if at + 1 < len(self.argv) else ""
                if name.startswith("--") and word.startswith(f"{name}="):
                    return word.partition("=")[2]
                if not name.startswith("--") and len(word) > 2 and word.startswith(name):
                    return word[2:].lstrip("=")
        return None

    def __str__(self) -> str:
        return " ".join(self.argv)


def commands(instruction: Instruction) -> list[Command]:
    """The simple commands of an instruction, those of heredocs (scripts) included."""
    if instruction.is_json:
        words = tuple(instruction.words)
        if not words:
            return []
        program = words[0].rsplit("/", 1)[-1]
        if program in {"sh", "bash", "ash", "dash", "zsh"} and len(words) > 2 and words[1].lstrip("-").endswith("c"):
            return [replace(command, line=instruction.line) for command in read(words[2], instruction.line)]
        return [_simple(list(words), instruction.line, "", [])]
    found = list(_read(instruction.value, instruction.line_at))
    if instruction.keyword == "RUN" and instruction.heredocs and _feeds_shell(instruction, found):
        for document in instruction.heredocs:
            found += list(_read(document.content, _line_counter(document.content, document.line)))
    return [command for command in found if command.argv or command.assignments]


def _feeds_shell(instruction: Instruction, outer: list[Command]) -> bool:
    """Whether the heredocs of a RUN are shell scripts and not input or another language."""
    first = instruction.heredocs[0].content.lstrip()
    if first.startswith("#!") and not re.match(r"#!.*\b(ba|da|a|z)?sh\b", first):
        return False
    programs = [command.program for command in outer if command.argv]
    return not programs or all(program in {"sh", "bash", "ash", "dash", "zsh", "set"} for program in programs)


def read(script: str, line: int = 1) -> list[Command]:
    """The simple commands of a script that begins on `line`."""
    return list(_read(script, _line_counter(script, line)))


def _line_counter(text: str, first: int) -> Callable[[int], int]:
    return lambda offset: first + text.count("\n", 0, offset)


def _read(text: str, line_at: Callable[[int], int]) -> Iterator[Command]:
    words: list[str] = []
    start, before = 0, ""
    for token, offset in _tokens(text):
        if token in _OPERATORS:
            command = _simple(words, line_at(start), before, [])
            if command.argv or command.assignments or command.redirects:
                yield replace(command, after=token)
                before = token
            elif token != "\n":  # noqa: S105 - the end of a line
                before = token
            words = []
            continue
        if not words:
            start = offset
        words.append(token)
    command = _simple(words, line_at(start), before, [])
    if command.argv or command.assignments or command.redirects:
        yield command


def _simple(words: list[str], line: int, before: str, wrappers: list[str]) -> Command:
    """Sort the words of one command into assignments, wrappers, arguments and redirects."""
    rest = list(words)
    assignments: list[str] = []
    while rest:
        name = rest[0].rsplit("/", 1)[-1]
        if rest[0] in _SKIPPED:
            rest.pop(0)
        elif _ASSIGNMENT.match(rest[0]):
            assignments.append(rest.pop(0))
        elif name in _WRAPPERS and len(rest) > 1:
            wrappers.append(name)
            rest.pop(0)
            while rest and rest[0].startswith("-"):
                option = rest.pop(0)
                if option in {"-u", "-n"} and rest:
                    rest.pop(0)
            for _ in range(_WRAPPERS[name]):
                rest[:] = rest[1:]
        else:
            break
    argv: list[str] = []
    redirects: list[str] = []
    pending = ""
    for word in rest:
        if pending:
            redirects.append(pending + word)
            pending = ""
            continue
        match = _REDIRECT.match(word)
        if match and not word.startswith(("'", '"')):
            if match.end() == len(word):
                pending = word
            else:
                redirects.append(word)
            continue
        argv.append(_bare(word))
    return Command(tuple(argv), line, tuple(assignments), tuple(wrappers), before, "", tuple(redirects))


def _bare(word: str) -> str:
    """Without the quotes around it or its parts."""
    if "'" not in word and '"' not in word and "\\" not in word:
        return word
    found: list[str] = []
    quote, at = "", 0
    while at < len(word):
        character = word[at]
        if character == "\\" and quote != "'" and at + 1 < len(word):
            found.append(word[at + 1])
            at += 2
            continue
        if quote:
            quote = "" if character == quote else quote
            found.append("" if not quote else character)
        elif character in "\"'":
            quote = character
        else:
            found.append(character)
        at += 1
    return "".join(found)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Words and operators with their offsets; ``$( … )`` and back quotes stay inside their word."""
    at, start = 0, -1
    size = len(text)

    def word_end(position: int) -> int:
        return _skip_quoted(text, position) if text[position] in "\"'`" else _skip_group(text, position)

    while at < size:
        character = text[at]
        if character == "\\" and at + 1 < size:
            if text[at + 1] == "\n":
                if start >= 0:
                    yield text[start:at], start
                start = -1
                at += 2
                continue
            start = at if start < 0 else start
            at += 2
        elif character in "\"'`" or text.startswith(("$(", "${"), at):
            start = at if start < 0 else start
            at = word_end(at)
        elif character == "#" and start < 0:
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif character in " \t\r" or any(text.startswith(operator, at) for operator in _OPERATORS):
            if character == "&" and start >= 0 and text[at - 1] in "><":
                at += 1  # 2>&1
                continue
            if start >= 0:
                yield text[start:at], start
                start = -1
            operator = next((one for one in _OPERATORS if text.startswith(one, at)), "")
            if operator:
                yield operator, at
            at += len(operator) or 1
        else:
            start = at if start < 0 else start
            at += 1
    if start >= 0:
        yield text[start:], start


def _skip_quoted(text: str, at: int) -> int:
    quote = text[at]
    at += 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote != "'" else 1
    return min(at + 1, len(text))


def _skip_group(text: str, at: int) -> int:
    """Past ``$( … )`` or ``${ … }``, nested ones included."""
    opening, closing = text[at + 1], {"(": ")", "{": "}"}[text[at + 1]]
    depth, at = 1, at + 2
    while at < len(text) and depth:
        if text[at] == "\\":
            at += 1
        elif text[at] in "\"'":
            at = _skip_quoted(text, at) - 1
        elif text[at] == opening:
            depth += 1
        elif text[at] == closing:
            depth -= 1
        at += 1
    return min(at, len(text))
