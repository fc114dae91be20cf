"""The house rules that a program can check: layers, file sizes, names, and the table of errors."""

import ast
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "backend" / "src", ROOT / "ops" / "src"]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
LONGEST_SOURCE, LONGEST_TEST = 600, 800


def python_files(*folders):
    return [path for folder in folders for path in folder.rglob("*.py") if "__pycache__" not in path.parts]


def test_import_contracts_hold():
    program = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("folders", "limit"),
    [(SOURCES, LONGEST_SOURCE), ([ROOT / "backend" / "tests", ROOT / "ops" / "tests", ROOT / "tests"], LONGEST_TEST)],
)
def test_no_file_is_too_long(folders, limit):
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*folders)}
    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > limit} == {}


def test_names_say_what_is_inside():
    wrong = [
        str(path.relative_to(ROOT))
        for path in python_files(*SOURCES)
        if FORBIDDEN_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}
        or FORBIDDEN_NAMES & set(re.split(r"_", path.stem))
    ]
    assert wrong == []


def test_every_module_says_what_lives_in_it():
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files(*SOURCES)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def error_types():
    """Every TaskoraError of the package."""
    import taskora
    from taskora.kit.errors import TaskoraError

    for module in pkgutil.walk_packages(taskora.__path__, "taskora."):
        if not module.name.startswith("taskora.migrations."):
            import_module(module.name)
    found, pending = [], [TaskoraError]
    while pending:
        kind = pending.pop()
        found.append(kind)
        pending.extend(kind.__subclasses__())
    return [kind for kind in found if kind.__module__.startswith("taskora.")]


def test_errors_have_stable_codes_statuses_and_words():
    codes = {}
    for kind in error_types():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", kind.code), kind
        assert 400 <= kind.status < 600, kind
        assert 1 <= kind.exit_code <= 125, kind
        assert kind.default_message.rstrip().endswith((".", "!", "?")), kind
        codes.setdefault(kind.code, set()).add(kind)
    for code, kinds in codes.items():
        statuses = {kind.status for kind in kinds}
        assert len(statuses) == 1, (code, kinds)
        # One code, one meaning: several classes may share it only along one line of descent.
        roots = [kind for kind in kinds if not any(kind is not other and issubclass(kind, other) for other in kinds)]
        assert len(roots) == 1, (code, kinds)


def test_wildcards_of_silence_are_absent():
    """`except Exception: pass` hides faults; every broad except does something with what it caught."""
    broad_names = ("Exception", "BaseException")
    silent = []
    for path in python_files(*SOURCES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in broad_names)
            if broad and all(isinstance(entry, ast.Pass | ast.Continue) for entry in node.body):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert silent == []
