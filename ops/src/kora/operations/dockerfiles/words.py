"""Words and variables of Dockerfile instructions: blanks and quotes, ``$name``, ``${name:-word}`` and their kin.

After the section "Environment replacement" of the Dockerfile reference. Pure functions.
"""

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PAIR = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-/]*=")


def split_words(text: str, escape: str = "\\", *, operators: bool = False) -> list[str]:
    """Cut at blanks outside of quotes; quotes and escapes stay in the words.

    With `operators`, the shell's ``; & | ( )`` end a word as well, so that ``<<EOF;`` gives its delimiter.
    """
    found: list[str] = []
    current: list[str] = []
    quote, at = "", 0
    while at < len(text):
        character = text[at]
        if character == escape and quote != "'" and at + 1 < len(text):
            current.append(text[at : at + 2])
            at += 2
            continue
        if quote:
            quote = "" if character == quote else quote
            current.append(character)
        elif character in "\"'":
            quote = character
            current.append(character)
        elif character.isspace() or (operators and character in ";&|()"):
            if current:
                found.append("".join(current))
                current = []
        else:
            current.append(character)
        at += 1
    if current:
        found.append("".join(current))
    return found


def unquote(word: str, escape: str = "\\") -> str:
    """Take quotes and escapes off, without replacing variables."""
    return substitute(word, None, escape)


def pairs(text: str, escape: str = "\\") -> list[tuple[str, str]]:
    """What ENV, LABEL and ARG hold, values as written: ``a=1 b="x y"``, ``a`` alone, or the old form ``a rest``."""
    words = split_words(text, escape)
    if not words:
        return []
    if len(words) > 1 and not _PAIR.match(words[0].strip("\"'")):
        return [(words[0], text.strip()[len(words[0]) :].strip())]
    return [(unquote(name, escape), value) for name, _, value in (word.partition("=") for word in words)]


def substitute(word: str, variables: Mapping[str, str] | None, escape: str = "\\") -> str:
    """Replace variables and take quotes off, as Docker does for one word. Unknown names become empty.

    With `variables` None only the quotes are taken off.
    """
    found: list[str] = []
    quote, at = "", 0
    while at < len(word):
        character = word[at]
        if quote == "'":
            quote = "" if character == "'" else quote
            found.append("" if character == "'" else character)
            at += 1
        elif character == escape and at + 1 < len(word):
            keeps = quote == '"' and word[at + 1] not in f'"${escape}'
            found.append(word[at : at + 2] if keeps else word[at + 1])
            at += 2
        elif character in "\"'" and (not quote or quote == character):
            quote = "" if quote else character
            at += 1
        elif character == "$" and variables is not None:
            value, at = _variable(word, at + 1, variables, escape)
            found.append(value)
        else:
            found.append(character)
            at += 1
    return "".join(found)


def names_in(text: str, escape: str = "\\") -> list[str]:
    """The variables that a text refers to, in order; single-quoted and escaped ones are none."""
    found: list[str] = []
    quote, at = "", 0
    while at < len(text):
        character = text[at]
        if quote == "'":
            quote = "" if character == "'" else quote
        elif character == escape:
            at += 1
        elif character in "\"'" and (not quote or quote == character):
            quote = "" if quote else character
        elif character == "$":
            match = _NAME.match(text, at + (2 if text.startswith("{", at + 1) else 1))
            if match:
                found.append(match.group())
        at += 1
    return found


def _variable(word: str, at: int, variables: Mapping[str, str], escape: str) -> tuple[str, int]:
    """The value of the variable whose ``$`` stands before `at`, and where the text goes on."""
    if not word.startswith("{", at):
        match = _NAME.match(word, at)
        return ("$", at) if match is None else (variables.get(match.group(), ""), match.end())
    close = _closing(word, at, escape)
    match = _NAME.match(word, at + 1)
    if close < 0 or match is None:
        return "$", at
    return _modified(match.group(), word[match.end() : close], variables, escape), close + 1


def _closing(word: str, at: int, escape: str) -> int:
    """The brace that closes the one at `at`; -1 when none does."""
    depth = 0
    while at < len(word):
        if word[at] == escape:
            at += 1
        elif word[at] == "{":
            depth += 1
        elif word[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def _modified(name: str, modifier: str, variables: Mapping[str, str], escape: str) -> str:
    value = variables.get(name)
    if not modifier:
        return value or ""
    strict = modifier.startswith(":")
    operator, rest = modifier[strict : strict + 1], modifier[strict + 1 :]
    usable = value is not None and not (strict and value == "")
    if operator == "-":
        return value or "" if usable else substitute(rest, variables, escape)
    if operator == "+":
        return substitute(rest, variables, escape) if usable else ""
    if operator in {"#", "%", "/"}:
        return _trimmed(value or "", operator, rest, variables, escape)
    return value or ""


def _trimmed(value: str, operator: str, rest: str, variables: Mapping[str, str], escape: str) -> str:
    """``#`` ``##`` cut a prefix, ``%`` ``%%`` a suffix, ``/`` ``//`` replace; the pattern knows ``*`` and ``?``."""
    every = rest.startswith(operator)
    body = rest[every:]
    pattern_text, _, replacement = body.partition("/") if operator == "/" else (body, "", "")
    lazy = "?" if operator != "/" and not every else ""
    pattern = "".join(
        f".*{lazy}" if character == "*" else "." if character == "?" else re.escape(character)
        for character in substitute(pattern_text, variables, escape)
    )
    if operator == "/":
        return re.sub(pattern, lambda _: replacement, value, count=0 if every else 1) if pattern else value
    if operator == "#":
        return re.sub(f"^(?:{pattern})", "", value, count=1)
    starts = range(len(value), -1, -1) if not every else range(len(value) + 1)
    return next((value[:at] for at in starts if re.fullmatch(pattern, value[at:])), value)
