"""A command whose program is misspelt: the standard program that was nearly written, and where it stands.

Part of the judgement of crashes. Programs are those of a POSIX system (IEEE Std 1003.1, "Utilities"), which every image
with a shell has or builds in; nothing else is known of an image. What comes out is only proposed.
"""

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from kora.operations.diagnose.containers import Container

_PROGRAMS = frozenset(
    [
     "awk", "basename", "bash", "bc", "cat", "chgrp", "chmod", "chown", "cksum", "cmp", "comm", "command",
     "cp", "curl", "cut", "date", "dd", "df", "diff", "dirname", "du", "echo", "egrep", "env", "eval", "exec",
     "exit", "export", "expr", "false", "fgrep", "find", "fold", "getconf", "gettext", "grep", "gunzip",
     "gzip", "head", "hostname", "iconv", "id", "install", "join", "kill", "ln", "logger", "ls", "md5sum",
     "mkdir", "mkfifo", "mktemp", "mv", "nice", "nohup", "od", "paste", "patch", "printf", "ps", "pwd",
     "read", "readlink", "realpath", "rm", "rmdir", "sed", "seq", "sh", "sha256sum", "sleep", "sort",
     "source", "split", "stat", "stty", "sync", "tail", "tar", "tee", "test", "timeout", "touch", "tr",
     "trap", "true", "tsort", "tty", "ulimit", "umask", "uname", "uniq", "unlink", "unset", "wait", "watch",
     "wc", "wget", "which", "who", "xargs", "yes",
    ]
)  # fmt: skip
_MISSED = (
    re.compile(r"(?:^|[:\s])(?P<word>[A-Za-z][\w.+-]+): (?:command )?not found\s*$"),
    re.compile(r"exec: \"(?P<word>[A-Za-z][\w.+-]+)\": executable file not found"),
)
_LEAST = 3
_ALIKE = 0.75


class Respelt(NamedTuple):
    """One string of a container's `command` or `args` as it was probably meant."""

    pointer: str
    """Below the container, such as ``/args/0``."""
    value: str
    program: str


def respelt(container: Container, line: str) -> Respelt | None:
    """The command with its first program spelt right; None unless exactly one standard program is near and the misspelt
    word is where the program stands, so that nothing ran before it."""
    word = next((match["word"] for pattern in _MISSED if (match := pattern.search(line))), "")
    meant = _near(word)
    if meant is None:
        return None
    found = [Respelt(pointer, meant + text[len(word) :], meant) for pointer, text in _programs(container, word)]
    return found[0] if len(found) == 1 else None


def _near(word: str) -> str | None:
    if len(word) < _LEAST or word in _PROGRAMS:
        return None
    close = [each for each in _PROGRAMS if abs(len(each) - len(word)) <= 1]
    scored = sorted(((difflib.SequenceMatcher(None, word, each).ratio(), each) for each in close), reverse=True)
    if not scored or scored[0][0] < _ALIKE or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return scored[0][1]


def _programs(container: Container, word: str) -> Iterator[tuple[str, str]]:
    """The strings that begin with the word where a program begins: the first of all, or what a shell is given."""
    parts = [
        (f"/{part}/{at}", str(text))
        for part in ("command", "args")
        for at, text in enumerate(container.spec.get(part) or ())
    ]
    for at, (pointer, text) in enumerate(parts):
        given = at > 0 and re.fullmatch(r"-\w*c", parts[at - 1][1])
        if (at == 0 and text == word) or (given and re.match(rf"{re.escape(word)}(?:\s|$)", text)):
            yield pointer, text
