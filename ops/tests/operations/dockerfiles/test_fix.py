# ruff: noqa: E501 - tables of cases, one a line
"""Fixes: what they mend stays mended, nothing else breaks, and what needs a person is left."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.operations.dockerfiles.context import Context
from kora.operations.dockerfiles.fix import FIXERS, fix
from kora.operations.dockerfiles.parse import parse
from kora.operations.dockerfiles.stages import resolve

BAD = """FROM python:3.13-slim
WORKDIR app
COPY . .
RUN pip install -r requirements.txt
ENV GREETING hello world
RUN apt-get update && apt-get install tini
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-m", "health"]
CMD uvicorn main:app --host 127.0.0.1 --port 8000
"""


def test_a_bad_file_is_mended() -> None:
    fixed = fix(BAD)
    left = {one.id for one in fixed.left}
    assert left <= {"DL3008"}  # versions of system packages are a matter of taste
    stage = resolve(parse(fixed.after)).final
    assert stage.user == "10001:10001"
    assert stage.workdir == "/app"
    command = stage.last("CMD")
    assert command is not None
    assert command.words == ("uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000")
    copies = [one.value for one in stage.instructions if one.keyword == "COPY"]
    assert copies == ["requirements.txt ./", ". ."]
    assert fixed.diff.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n")


def test_a_shell_command_that_needs_its_shell_is_left_alone() -> None:
    text = "FROM python:3.13-slim\nUSER 1\nCMD python -m app --port $PORT && echo done\n"
    assert 'CMD ["' not in fix(text).after


def test_a_server_that_needs_root_first_is_left_to_a_person() -> None:
    text = "FROM nginx:1.28\nEXPOSE 80\nHEALTHCHECK NONE\n"
    fixed = fix(text)
    assert fixed.after == text
    assert "KD101" in {one.id for one in fixed.left}


def test_npm_ci_is_only_proposed_beside_its_lock_file(tmp_path: Path) -> None:
    text = "FROM node:24-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install --omit=dev\nUSER 1\n"
    assert "npm install" in fix(text).after
    (tmp_path / "package-lock.json").write_text("{}")
    assert "npm ci" in fix(text, context=Context(tmp_path)).after


def test_a_good_file_is_not_touched() -> None:
    fixed = fix('FROM python:3.13-slim\nUSER 1\nCMD ["python", "-m", "x"]\n')
    assert (fixed.before, fixed.diff, fixed.applied) == (fixed.after, "", ())


LINES = ["USER root", "WORKDIR data", "ENV A b c", "RUN apt-get update && apt-get install tini", "RUN pip install flask",
         "COPY . .", "RUN npm install", "CMD python -m x", "RUN --mount=type=cache,target=/c pip install --no-cache-dir -r r.txt",
         "MAINTAINER me", "ADD x y", "EXPOSE 8000", "HEALTHCHECK --timeout=3s CMD curl http://127.0.0.1:8000/"]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=5))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fixing_twice_changes_nothing_more(lines: list[str]) -> None:
    once = fix("\n".join(["FROM python:3.13-slim", *lines]) + "\n")
    parse(once.after)
    assert fix(once.after).after == once.after
    assert len(once.left) <= 3 * (len(lines) + 3)
    assert all(one.id in FIXERS for one in once.applied)
