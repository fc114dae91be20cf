"""The content tag: what a build sees changes it, what it doesn't see doesn't."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.images.context import IgnoreRules, content_tag, rules_for, visible_files
from kora.kit.errors import Misconfigured


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text("print(1)")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/big.js").write_text("x")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (tmp_path / ".dockerignore").write_text("node_modules\n*.log\n")
    return tmp_path


def tag(folder: Path, **more: str) -> str:
    return content_tag(folder, folder / "Dockerfile", more)


def test_the_tag_is_stable_and_never_latest(source: Path) -> None:
    first = tag(source)
    os.utime(source / "src/app.py", (1, 1))
    assert tag(source) == first
    assert re.fullmatch(r"kora-[0-9a-f]{16}", first)


@pytest.mark.parametrize(
    ("path", "text"), [("src/app.py", "print(2)"), ("src/new.py", ""), ("Dockerfile", "FROM scratch\n")]
)
def test_what_the_build_sees_changes_it(source: Path, path: str, text: str) -> None:
    before = tag(source)
    (source / path).write_text(text)
    assert tag(source) != before


def test_arguments_target_names_and_the_executable_bit_change_it(source: Path) -> None:
    seen = {tag(source), tag(source, VERSION="1"), content_tag(source, source / "Dockerfile", {}, "build")}
    (source / "src/app.py").chmod(0o755)
    seen.add(tag(source))
    (source / "src/app.py").rename(source / "src/main.py")
    seen.add(tag(source))
    assert len(seen) == 5


@pytest.mark.parametrize("path", ["node_modules/big.js", "node_modules/more.js", "debug.log"])
def test_what_the_build_does_not_see_does_not_change_it(source: Path, path: str) -> None:
    before = tag(source)
    (source / path).write_text("another")
    assert tag(source) == before


def test_a_dockerfiles_own_ignore_file_wins(source: Path) -> None:
    (source / "Dockerfile.dockerignore").write_text("*\n!src\n")
    rules = rules_for(source, source / "Dockerfile")
    assert [each.relative_to(source).as_posix() for each in visible_files(source, rules)] == ["src/app.py"]


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("node_modules", "node_modules/a/b.js", True),
        ("node_modules", "web/node_modules/b.js", False),
        ("**/node_modules", "web/node_modules/b.js", True),
        ("**/node_modules", "node_modules/b.js", True),
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/README.md", True),
        ("*.md\n!README.md", "README.md", False),
        ("!README.md\n*.md", "README.md", True),
        ("*\n!src", "src/deep/app.py", False),
        ("*\n!src", "other/app.py", True),
        ("*\n!src\nsrc/secret", "src/secret/key", True),
        ("/dist", "dist/x", True),
        ("docs/", "docs/x", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("file[0-9].txt", "file7.txt", True),
        ("file[^0-9].txt", "file7.txt", False),
        ("# comment", "# comment", False),
        (".", "anything", False),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/z", True),
    ],
)
def test_patterns_mean_what_the_builder_means(patterns: str, path: str, ignored: bool) -> None:
    assert IgnoreRules.parse(patterns).ignores(path) is ignored


names = st.sampled_from(["a", "b", "src", "x.md", "y.log"])
patterns = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["*", "**/*.md", "a", "src", "src/a", "*.log", "**/b", "a/*"])).map(
        lambda each: ("!" if each[0] else "") + each[1]
    ),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(patterns=patterns, paths=st.sets(st.lists(names, min_size=1, max_size=3).map("/".join), max_size=6))
def test_not_entering_ignored_folders_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, patterns: list[str], paths: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    for path in sorted(paths, key=len):
        place = folder / path
        if not any(parent.is_file() for parent in place.parents) and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("x")
    rules = IgnoreRules.parse("\n".join(patterns))
    every = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    walked = {each.relative_to(folder).as_posix() for each in visible_files(folder, rules)}
    assert walked == {each for each in every if not rules.ignores(each)}


def test_a_context_that_is_not_there_names_the_entry(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no folder"):
        content_tag(tmp_path / "nothing", tmp_path / "nothing/Dockerfile")
    with pytest.raises(Misconfigured, match="no Dockerfile"):
        content_tag(tmp_path, tmp_path / "Dockerfile")
