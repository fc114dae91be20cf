# ruff: noqa: E501 - tables of cases, one a line
"""Reviews: nothing on good files, everything that was planted in bad ones, silencing, scores, SARIF."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.operations.dockerfiles.context import Context, read_patterns
from kora.operations.dockerfiles.findings import RULES, Category
from kora.operations.dockerfiles.reference import page
from kora.operations.dockerfiles.review import review, review_file
from kora.operations.dockerfiles.sarif import sarif

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOOD = sorted((FIXTURES / "dockerfiles" / "good").glob("*.Dockerfile"))
ROOT = Path(__file__).parents[4]
TODAY = date(2026, 11, 1)

import importlib.util  # noqa: E402
import sys  # noqa: E402

_spec = importlib.util.spec_from_file_location("dockerfile_faults", Path(__file__).with_name("faults.py"))
assert _spec is not None
assert _spec.loader is not None
faults = importlib.util.module_from_spec(_spec)
sys.modules["dockerfile_faults"] = faults
_spec.loader.exec_module(faults)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_good_files_in_many_styles_have_no_finding(path: Path) -> None:
    assert [(one.id, one.line, one.why) for one in review(path.read_text("utf-8"), today=TODAY).findings] == []


def test_there_are_enough_good_files() -> None:
    assert len(GOOD) >= 12


@pytest.mark.parametrize("name", ["backend", "frontend"])
def test_our_own_files_have_no_finding(name: str) -> None:
    found = review_file(ROOT / name / "Dockerfile")
    assert found.findings == ()


def test_the_frame_of_the_generator_is_sound() -> None:
    assert review(faults.plant([]), today=TODAY).findings == ()


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda fault: fault.title)
def test_every_planted_fault_is_found_alone(fault: "faults.Fault") -> None:
    assert fault.finding in {one.id for one in review(faults.plant([fault]), today=TODAY).findings}


def test_more_than_forty_kinds_are_planted() -> None:
    assert len({fault.finding for fault in faults.FAULTS}) >= 40


_COMBINED = [
    fault for fault in faults.FAULTS if fault.place in {"runtime", "build"} and not fault.text.startswith("FROM")
]
# These change what others are judged by: a second install prepares the first, another folder moves the copies.
_ALONE = {"KD106", "KD601", "KD821", "KD829", "KD830", "KD606", "DL3009", "DL4003"}


@given(
    st.lists(
        st.sampled_from([one for one in _COMBINED if one.finding not in _ALONE]), min_size=2, max_size=8, unique=True
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_combined_faults_are_all_found(chosen: "list[faults.Fault]") -> None:
    found = {one.id for one in review(faults.plant(chosen), today=TODAY).findings}
    assert {fault.finding for fault in chosen} <= found


def test_findings_name_the_line() -> None:
    text = 'FROM python:3.13-slim\nWORKDIR /app\nRUN echo a \\\n && chmod 777 /app\nUSER 1\nCMD ["python", "-m", "x"]\n'
    assert [(one.id, one.line) for one in review(text).findings] == [("KD105", 4)]


def test_a_comment_silences_by_id_name_or_hadolints_code() -> None:
    body = 'FROM python:3.13-slim\nWORKDIR /app\n{}\nRUN chmod 777 /app\nUSER 1\nCMD ["python", "-m", "x"]\n'
    for comment in (
        "# kora ignore=KD105 shared with a sidecar",
        "# kora ignore=world-writable",
        "# kora global ignore=KD105",
    ):
        found = review(body.format(comment))
        assert found.findings == ()
        assert [one.id for one in found.silenced] == ["KD105"]
    assert review(body.format("# kora ignore=KD101")).findings != ()
    root = 'FROM python:3.13-slim\n# hadolint ignore=DL3002\nUSER root\nCMD ["python", "-m", "x"]\n'
    assert review(root).findings == ()


def test_scores_fall_with_what_is_found() -> None:
    good, bad = review(faults.plant([])).scores, review("FROM python\nCMD python x.py\n").scores
    assert set(good) == set(Category)
    assert set(good.values()) == {100}
    assert bad[Category.SECURITY] < 100
    assert bad[Category.REPRODUCIBILITY] < 100
    assert all(0 <= value <= 100 for value in bad.values())


def test_end_of_life_depends_on_the_day() -> None:
    text = 'FROM python:3.12-slim\nUSER 1\nCMD ["python", "-m", "x"]\n'
    assert review(text, today=date(2028, 10, 1)).findings == ()
    assert [one.id for one in review(text, today=date(2028, 11, 1)).findings] == ["KD302"]


def test_the_folder_of_the_build_is_looked_at(tmp_path: Path) -> None:
    text = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER 1\nCMD ["python", "-m", "x"]\n'
    (tmp_path / "Dockerfile").write_text(text)
    (tmp_path / ".env").write_text("TOKEN=x\n")
    (tmp_path / ".git").mkdir()
    assert {one.id for one in review_file(tmp_path / "Dockerfile").findings} == {"KD711", "KD712"}
    (tmp_path / ".dockerignore").write_text("# nothing\n*.log\n")
    assert {one.id for one in review_file(tmp_path / "Dockerfile").findings} == {"KD712", "KD713"}
    (tmp_path / ".dockerignore").write_text(".env\n.git\n")
    assert review_file(tmp_path / "Dockerfile").findings == ()


def test_a_missing_source_and_a_forgotten_lock_file_are_seen(tmp_path: Path) -> None:
    text = (
        "FROM node:24-slim AS deps\nWORKDIR /app\nCOPY package.json ./\n"
        'RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\nCOPY nothere ./\nUSER 1\nCMD ["node", "x.js"]\n'
    )
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("{}")
    found = review(text, context=Context(tmp_path))
    assert [(one.id, one.line) for one in found.findings] == [("KD714", 4), ("KD715", 5)]


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [("node_modules", "node_modules/a/b", True), ("*.md", "a/b.md", False), ("**/*.md", "a/b.md", True),
     ("*\n!src", "src/x.py", False), ("*\n!src\n**/*.pyc", "src/x.pyc", True), ("/dist/", "dist/x", True),
     ("a?c", "abc", True), ("[ab].txt", "b.txt", True), ("# x", "# x", False), ("docs\n!docs/keep.md", "docs/keep.md", False)],
)  # fmt: skip
def test_dockerignore_patterns(tmp_path: Path, patterns: str, path: str, ignored: bool) -> None:
    (tmp_path / ".dockerignore").write_text(patterns)
    assert Context(tmp_path).ignored(path) is ignored


@given(st.text(max_size=60))
def test_any_dockerignore_can_be_read(text: str) -> None:
    read_patterns(text)


def test_sarif_has_the_standard_shape() -> None:
    document = json.loads(json.dumps(sarif([review("FROM python\nUSER root\nCMD python x.py\n")])))
    shape = {
        "type": "object",
        "required": ["version", "runs", "$schema"],
        "properties": {
            "version": {"const": "2.1.0"},
            "runs": {"items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {"required": ["driver"], "properties": {"driver": {"required": ["name", "rules"]}}},
                    "results": {"minItems": 3, "items": {
                        "required": ["ruleId", "message", "locations"],
                        "properties": {"level": {"enum": ["none", "note", "warning", "error"]},
                                       "message": {"required": ["text"]},
                                       "locations": {"items": {"properties": {"physicalLocation": {
                                           "properties": {"region": {"properties": {"startLine": {"minimum": 1}}}}}}}}},
                    }},
                },
            }},
        },
    }  # fmt: skip
    jsonschema.validate(document, shape)
    run = document["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_every_rule_is_documented() -> None:
    for rule in RULES.values():
        assert rule.summary
        assert rule.fix
    assert (ROOT / "docs" / "reference" / "image-review.md").read_text("utf-8") == page()
