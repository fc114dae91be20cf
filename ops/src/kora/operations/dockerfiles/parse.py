"""Text → `Dockerfile`: the grammar of BuildKit's front end, with the line of everything kept.

Parser directives, any escape character, continuations with comments and blank lines inside, heredocs, flags, exec and
shell form, ONBUILD and HEALTHCHECK with their inner instruction. After the Dockerfile reference and BuildKit's parser:
https://docs.docker.com/reference/dockerfile/. Own code because the libraries on PyPI know neither heredocs nor flags
nor lines of continuations. Stages and variables are the business of `stages`; commands inside RUN that of `shell`.
"""

import json
import re
from dataclasses import dataclass, replace

from kora.operations.dockerfiles.errors import DockerfileInvalid
from kora.operations.dockerfiles.syntax import Comment, Dockerfile, Flag, Heredoc, Instruction
from kora.operations.dockerfiles.words import split_words

KEYWORDS = frozenset(
    [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ]
)
_WITH_FLAGS = frozenset({"ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"})
_WITH_JSON = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
_WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
_NEVER_HELD_BACK = frozenset({"FROM", "MAINTAINER", "ONBUILD"})
_DIRECTIVE = re.compile(r"^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_HEREDOC = re.compile(r"^\d*<<(-?)([^<\s]+)$")
_SIZE_LIMIT = 2_000_000


@dataclass(frozen=True)
class _Logical:
    """Physical lines that belong together: the joined text, and where each of them begins in it."""

    text: str
    offsets: tuple[tuple[int, int], ...]
    end: int  # index of the first physical line after it


def parse(text: str) -> Dockerfile:
    """Read a Dockerfile.

    Raises:
        DockerfileInvalid: an unknown instruction, an unfinished heredoc, a missing argument, no FROM; the message
            names the line.
    """
    if len(text) > _SIZE_LIMIT:
        raise DockerfileInvalid("The file is larger than 2 MB; this is no Dockerfile.")
    if "\0" in text:
        raise DockerfileInvalid("The file is not text: it holds zero bytes.")
    source = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = source.split("\n")
    directives = _directives(lines)
    escape = directives.get("escape", "\\")
    instructions: list[Instruction] = []
    comments: list[Comment] = []
    above: list[str] = []
    at = 0
    while at < len(lines):
        stripped = lines[at].strip()
        if not stripped:
            above.clear()
            at += 1
        elif stripped.startswith("#"):
            comments.append(Comment(at + 1, stripped[1:].strip()))
            above.append(stripped[1:].strip())
            at += 1
        else:
            logical = _join(lines, at, escape, comments)
            instruction, end = _instruction(lines, at, logical, escape)
            instructions.append(replace(instruction, comments=tuple(above)))
            above.clear()
            at = end
    _check_order(instructions)
    return Dockerfile(source, tuple(instructions), tuple(comments), directives)


def _directives(lines: list[str]) -> dict[str, str]:
    """The parser directives at the very top; the first line that is none ends them."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _DIRECTIVE.match(line.strip())
        name = match.group(1).lower() if match else ""
        if match is None or name not in _DIRECTIVES:
            break
        if name in found:
            raise DockerfileInvalid(f"Line {number}: the directive {name!r} stands twice.")
        if name == "escape" and match.group(2) not in {"\\", "`"}:
            raise DockerfileInvalid(f"Line {number}: the escape character must be \\ or `.")
        found[name] = match.group(2)
    return found


def _join(lines: list[str], start: int, escape: str, comments: list[Comment]) -> _Logical:
    """Follow continuations from `start`; comment lines and blank lines inside vanish, as in BuildKit."""
    parts: list[str] = []
    offsets: list[tuple[int, int]] = []
    length, at, open_line = 0, start, True
    while open_line and at < len(lines):
        line = lines[at]
        stripped = line.strip()
        if at > start and stripped.startswith("#"):
            comments.append(Comment(at + 1, stripped[1:].strip()))
            at += 1
            continue
        if at > start and not stripped:
            at += 1
            continue
        body = line.lstrip() if at == start else line
        body, open_line = _continues(body, escape)
        offsets.append((length, at + 1))
        parts.append(body)
        length += len(body)
        at += 1
    return _Logical("".join(parts), tuple(offsets), at)


def _continues(line: str, escape: str) -> tuple[str, bool]:
    """The line without a closing escape character, and whether there was one. A doubled one is no continuation."""
    trimmed = line.rstrip(" \t\r")
    if not trimmed.endswith(escape) or trimmed[:-1].endswith(escape):
        return line.rstrip("\r"), False
    return trimmed[:-1], True


def _instruction(lines: list[str], start: int, logical: _Logical, escape: str) -> tuple[Instruction, int]:
    """Cut a logical line into keyword, flags and value, and take the heredocs that follow it."""
    text = logical.text.rstrip()
    instruction = _cut(text, logical.offsets, escape)
    end = logical.end
    carrier = instruction.inner if instruction.keyword == "ONBUILD" and instruction.inner else instruction
    documents: list[Heredoc] = []
    if carrier.keyword in _WITH_HEREDOC and not carrier.is_json:
        for delimiter, strip in _heredoc_names(carrier.value, escape):
            document, end = _heredoc(lines, end, delimiter, strip, start + 1)
            documents.append(document)
    last = max(start + 1, end)
    return (
        replace(
            instruction,
            heredocs=tuple(documents),
            inner=replace(instruction.inner, heredocs=tuple(documents))
            if instruction.inner and instruction.keyword == "ONBUILD"
            else instruction.inner,
            end_line=last,
            raw="\n".join(lines[start:last]),
        ),
        end,
    )


def _cut(text: str, offsets: tuple[tuple[int, int], ...], escape: str) -> Instruction:
    line = offsets[0][1]
    match = re.match(r"\S+", text)
    keyword = match.group().upper() if match else ""
    if keyword not in KEYWORDS:
        raise DockerfileInvalid(
            f"Line {line}: {keyword[:40]!r} is no instruction.",
            fix="Check the spelling, and the \\ at the line before.",
        )
    position = _skip_blanks(text, len(keyword))
    flags: list[Flag] = []
    while keyword in _WITH_FLAGS and text.startswith("--", position):
        word, position = _flag_word(text, position, escape)
        if word == "--":
            break
        name, separator, value = word[2:].partition("=")
        flags.append(Flag(name, value if separator else None))
    value = text[position:]
    shifted = tuple((max(0, start - position), number) for start, number in offsets)
    shifted = tuple(dict(shifted).items())  # of several lines before the value, the last one counts
    if not value and keyword != "RUN" and keyword not in {"CMD", "ENTRYPOINT"}:
        raise DockerfileInvalid(f"Line {line}: {keyword} needs an argument.")
    words, is_json = _words(keyword, value, escape)
    bare = Instruction(keyword, line, line, text, value, tuple(flags), words, is_json, offsets=shifted)
    return replace(bare, inner=_inner(bare, escape))


def _inner(outer: Instruction, escape: str) -> Instruction | None:
    """The instruction that ONBUILD holds back or that HEALTHCHECK runs."""
    if outer.keyword == "ONBUILD":
        inner = _cut(outer.value, outer.offsets, escape)
        if inner.keyword in _NEVER_HELD_BACK:
            raise DockerfileInvalid(f"Line {outer.line}: ONBUILD {inner.keyword} is not allowed.")
        return inner
    if outer.keyword == "HEALTHCHECK":
        if outer.value.strip().upper() == "NONE":
            return None
        inner = _cut(outer.value, outer.offsets, escape)
        if inner.keyword != "CMD":
            raise DockerfileInvalid(f"Line {outer.line}: HEALTHCHECK wants NONE or CMD.")
        return inner
    return None


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n":
        position += 1
    return position


def _flag_word(text: str, position: int, escape: str) -> tuple[str, int]:
    """One flag with its quotes taken off, and where the next word begins."""
    found: list[str] = []
    quote = ""
    while position < len(text):
        character = text[position]
        if character == escape and position + 1 < len(text):
            found.append(text[position + 1])
            position += 2
            continue
        if quote:
            quote = "" if character == quote else quote
            found.append("" if not quote else character)
        elif character in "\"'":
            quote = character
        elif character.isspace():
            break
        else:
            found.append(character)
        position += 1
    return "".join(found), _skip_blanks(text, position)


def _words(keyword: str, value: str, escape: str) -> tuple[tuple[str, ...], bool]:
    """The elements of the exec form, else the words with their quotes."""
    if keyword in _WITH_JSON and value.lstrip().startswith("["):
        try:
            elements = json.loads(value)
        except ValueError:
            elements = None  # then it is the shell form, whose first word begins with a bracket: `[ -f x ]`
        if isinstance(elements, list) and all(isinstance(element, str) for element in elements):
            return tuple(elements), True
    return tuple(split_words(value, escape)), False


def _heredoc_names(value: str, escape: str) -> list[tuple[str, bool]]:
    """The delimiters that a value opens, in order, with their quotes."""
    names = []
    for word in split_words(value, escape, operators=True):
        match = _HEREDOC.match(word)
        if match:
            names.append((match.group(2), match.group(1) == "-"))
    return names


def _heredoc(lines: list[str], start: int, delimiter: str, strip: bool, opened: int) -> tuple[Heredoc, int]:
    name = delimiter.replace("'", "").replace('"', "").replace("\\", "")
    content: list[str] = []
    for at in range(start, len(lines)):
        line = lines[at].lstrip("\t") if strip else lines[at]
        if line == name:
            text = "".join(f"{part}\n" for part in content)
            return Heredoc(name, text, name == delimiter, strip, start + 1), at + 1
        content.append(line)
    raise DockerfileInvalid(f"Line {opened}: the heredoc {name!r} never ends.", fix=f"Add a line with {name} alone.")


def _check_order(instructions: list[Instruction]) -> None:
    if not instructions:
        raise DockerfileInvalid("The file holds no instruction.")
    for instruction in instructions:
        if instruction.keyword == "FROM":
            _check_from(instruction)
            return
        if instruction.keyword != "ARG":
            raise DockerfileInvalid(f"Line {instruction.line}: {instruction.keyword} stands before the first FROM.")
    raise DockerfileInvalid("There is no FROM.")


def _check_from(instruction: Instruction) -> None:
    words = instruction.words
    if len(words) not in {1, 3} or (len(words) == 3 and words[1].upper() != "AS"):
        raise DockerfileInvalid(f"Line {instruction.line}: FROM wants `FROM image` or `FROM image AS name`.")
