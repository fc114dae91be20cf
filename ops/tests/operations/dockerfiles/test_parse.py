# ruff: noqa: E501 - tables of cases, one a line
"""The grammar: forms, lines, heredocs, directives; and for any text, either a file or a clear refusal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.operations.dockerfiles.errors import DockerfileInvalid
from kora.operations.dockerfiles.parse import parse
from kora.operations.dockerfiles.shell import commands, read
from kora.operations.dockerfiles.stages import resolve
from kora.operations.dockerfiles.words import pairs, split_words, substitute

WORD = st.text("abcxyz019._/-", min_size=1, max_size=8).filter(lambda word: not word.startswith(("-", "#")))


def test_continuations_skip_comments_and_keep_lines() -> None:
    file = parse("FROM a\nRUN one \\\n # why\n\n && two \\\n && three\n")
    run = file.instructions[1]
    assert (run.line, run.end_line) == (2, 6)
    assert [(command.argv, command.line) for command in commands(run)] == [
        (("one",), 2),
        (("two",), 5),
        (("three",), 6),
    ]


def test_escape_directive_changes_continuations() -> None:
    file = parse("# escape=`\nFROM a\nRUN dir C:\\ `\n && b\n")
    assert file.escape == "`"
    assert len(file.instructions) == 2


def test_directives_end_at_the_first_other_line() -> None:
    assert parse("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n").directives == {
        "syntax": "docker/dockerfile:1",
        "escape": "`",
    }
    assert parse("# a comment\n# escape=`\nFROM a\n").escape == "\\"


def test_heredocs_of_every_kind() -> None:
    file = parse("FROM a\nRUN <<A cat <<-'B' > /x\none $X\nA\n\ttwo\n\tB\nCOPY <<C <<D /etc/\nc\nC\nd\nD\nUSER 1\n")
    run, copy, user = file.instructions[1:]
    assert [(one.name, one.content, one.expand, one.line) for one in run.heredocs] == [
        ("A", "one $X\n", True, 3),
        ("B", "two\n", False, 5),
    ]
    assert [one.content for one in copy.heredocs] == ["c\n", "d\n"]
    assert user.line == 12


def test_shell_heredocs_are_read_others_are_not() -> None:
    shell = parse("FROM a\nRUN <<E\nset -e\nsudo x\nE\n").instructions[1]
    python = parse("FROM a\nRUN python3 <<E\nsudo = 1\nE\n").instructions[1]
    assert ("sudo",) in [command.wrappers for command in commands(shell)]
    assert [command.program for command in commands(python)] == ["python3"]


def test_flags_and_forms() -> None:
    file = parse(
        'FROM --platform=$BUILDPLATFORM a:1 AS b\nCOPY --from=b --chown=1:1 --link ["x y", "/z"]\n'
        'RUN --mount=type=cache,target=/c --mount=type=secret,id=t run\nHEALTHCHECK --interval=5s CMD ["a"]\n'
        "ONBUILD COPY --chown=2 . /y\n"
    )
    start, copy, run, check, later = file.instructions
    assert start.flag("platform") == "$BUILDPLATFORM"
    assert (copy.words, copy.is_json, copy.flag("link"), copy.flag("chown")) == (("x y", "/z"), True, "", "1:1")
    assert len(run.flag_values("mount")) == 2
    assert check.inner is not None
    assert check.inner.words == ("a",)
    assert later.inner is not None
    assert later.inner.flag("chown") == "2"


@pytest.mark.parametrize(
    "text",
    ["", "# only\n", "RUN x\n", "FROM\n", "FROM a b\n", "FROM a\nNOPE x\n", "FROM a\nRUN <<E\nx\n", "FROM a\nONBUILD FROM b\n",
     "FROM a\nHEALTHCHECK x\n", "FROM a\nCOPY\n", "\0"],
)  # fmt: skip
def test_what_is_no_dockerfile_is_refused(text: str) -> None:
    with pytest.raises(DockerfileInvalid):
        parse(text)


def test_arguments_environment_and_inheritance() -> None:
    build = resolve(
        parse(
            'ARG V=3.13\nARG KIND=slim\nFROM python:${V}-${KIND} AS base\nENV A=1 B="x $A"\nWORKDIR /srv\nFROM base\n'
            "ARG P=80\nENV C=${A:+yes}${N:-no}\nWORKDIR app\nEXPOSE ${P}/tcp\nUSER 5\n"
        ),
        {"V": "3.14"},
    )
    assert str(build.final.base) == "python:3.14-slim"
    assert build.final.environment == {"A": "1", "B": "x 1", "C": "yesno"}
    assert (build.final.workdir, build.final.user, build.final.ports[0][0]) == ("/srv/app", "5", 80)


@pytest.mark.parametrize(
    ("word", "value"),
    [("$A", "one.two.txt"), ("${A}", "one.two.txt"), ("'$A'", "$A"), (r"\$A", "$A"), ("${Z:-d}", "d"), ("${E-d}", ""),
     ("${E:-d}", "d"), ("${A:+x}", "x"), ("${A#*.}", "two.txt"), ("${A##*.}", "txt"), ("${A%.*}", "one.two"),
     ("${A%%.*}", "one"), ("${A/o/0}", "0ne.two.txt"), ("${A//o/0}", "0ne.tw0.txt"), ("${Z:-${A}}", "one.two.txt")],
)  # fmt: skip
def test_substitution(word: str, value: str) -> None:
    assert substitute(word, {"A": "one.two.txt", "E": ""}) == value


def test_shell_commands_see_through_wrappers_and_pipes() -> None:
    found = read("A=1 sudo -E env B=2 curl -fsSL 'http://x' 2>&1 | sh -s -- --yes; if [ -f x ]; then rm x; fi")
    assert [command.program for command in found] == ["curl", "sh", "[", "rm"]
    assert (found[0].wrappers, found[0].after, found[1].before) == (("sudo", "env"), "|", "|")


@given(st.text())
def test_any_text_is_a_file_or_a_clear_refusal(text: str) -> None:
    for candidate in (text, f"FROM a\n{text}"):
        try:
            file = parse(candidate)
        except DockerfileInvalid:
            continue
        else:
            resolve(file)
            for one in file.instructions:
                commands(one)


@st.composite
def instruction(draw: st.DrawFn) -> tuple[str, str, tuple[str, ...]]:
    """Some instruction in some way of writing it: (text, keyword, words)."""
    keyword = draw(st.sampled_from(["RUN", "CMD", "COPY", "WORKDIR", "USER", "ENTRYPOINT"]))
    words = draw(st.lists(WORD, min_size=2, max_size=5))
    written = draw(st.sampled_from([keyword, keyword.lower()]))
    if keyword in {"RUN", "CMD", "COPY", "ENTRYPOINT"} and draw(st.booleans()):
        return f"{written} {json.dumps(words)}", keyword, tuple(words)
    glue = [draw(st.sampled_from([" ", "  ", " \\\n  ", " \\\n# note\n  ", " \\\n\n  "])) for _ in words[1:]]
    body = words[0] + "".join(space + word for space, word in zip(glue, words[1:], strict=True))
    return f"{written} {body}", keyword, tuple(words)


@given(st.lists(instruction(), max_size=6), st.lists(st.sampled_from(["", "# remark", "   "]), max_size=6))
def test_what_was_written_is_what_is_read(parts: list[tuple[str, str, tuple[str, ...]]], between: list[str]) -> None:
    lines = ["FROM base AS here"]
    for at, (text, _, _) in enumerate(parts):
        lines += [*between[at : at + 1], text]
    whole = "\n".join(lines) + "\n"
    file = parse(whole)
    assert [(one.keyword, one.words) for one in file.instructions[1:]] == [
        (keyword, words) for _, keyword, words in parts
    ]
    physical = whole.split("\n")
    for one in file.instructions:
        assert "\n".join(physical[one.line - 1 : one.end_line]) == one.raw
    for earlier, later in zip(file.instructions, file.instructions[1:], strict=False):
        assert earlier.end_line < later.line


@given(st.dictionaries(st.from_regex(r"[A-Z]{1,6}", fullmatch=True), WORD, min_size=1, max_size=4))
def test_pairs_come_back(values: dict[str, str]) -> None:
    text = " ".join(f'{name}="{value}"' for name, value in values.items())
    assert {name: substitute(value, {}) for name, value in pairs(text)} == values


@given(st.lists(WORD, max_size=6))
def test_words_are_cut_at_blanks_only(words: list[str]) -> None:
    assert split_words("  ".join(words)) == words
