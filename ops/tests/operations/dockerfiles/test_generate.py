# ruff: noqa: E501 - tables of cases, one a line
"""From repositories and sentences to files, without an engine."""

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kora.kit.errors import Invalid
from kora.operations.dockerfiles import Framework, generate, generate_from_prompt, review
from kora.operations.dockerfiles.context import Context
from kora.operations.dockerfiles.detection.versions import NODE, PYTHON, choose
from kora.operations.dockerfiles.errors import RepositoryUnclear
from kora.operations.dockerfiles.parse import parse
from kora.operations.dockerfiles.stages import resolve
from kora.operations.dockerfiles.wishes import read

FIXTURES = Path(__file__).parents[2] / "fixtures"
REPOSITORIES = FIXTURES / "repos"
EXPECTED = {
    "fastapi-pip": (Framework.FASTAPI, 8000, "pip", "/health", ("uvicorn", "app.main:app")),
    "fastapi-uv": (Framework.FASTAPI, 8001, "uv", "/healthz", ("uvicorn", "notes.web:create_app")),
    "flask-redis": (Framework.FLASK, 5001, "pip", "/health", ("gunicorn",)),
    "django-site": (Framework.DJANGO, 8000, "pip", "/", ("gunicorn",)),
    "python-plain": (Framework.PYTHON, 9000, "", "/", ("python", "server.py")),
    "next-page": (Framework.NEXT, 3000, "npm", "/health", ("node", "server.js")),
    "vite-react": (Framework.VITE, 8080, "npm", "/healthz", ()),
    "express-api": (Framework.EXPRESS, 4000, "npm", "/api/health", ("node", "src/server.js")),
    "node-typescript": (Framework.NODE, 3100, "npm", "/", ("node", "dist/index.js")),
    "go-service": (Framework.GO, 8088, "go", "/healthz", ()),
    "spring-api": (Framework.SPRING, 8090, "maven", "/actuator/health", ()),
    "static-site": (Framework.STATIC, 8080, "", "/healthz", ()),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_a_repository_holds_is_read_from_its_files(name: str) -> None:
    service = generate(REPOSITORIES / name).services[0]
    framework, port, manager, health, start = EXPECTED[name]
    assert (service.framework, service.port, service.package_manager, service.health_path) == (
        framework,
        port,
        manager,
        health,
    )
    assert service.command[: len(start)] == start


@pytest.mark.parametrize("name", sorted([*EXPECTED, "monorepo"]))
def test_what_is_written_passes_its_own_review(name: str, tmp_path: Path) -> None:
    made = generate(REPOSITORIES / name)
    for service in made.services:
        text = made.files[service.dockerfile]
        ignore = "" if service.context == "." else f"{service.context}/"
        (tmp_path / ".dockerignore").write_text(made.files[f"{ignore}.dockerignore"])
        left = [one for one in review(text, context=Context(tmp_path)).findings if one.id != "KD715"]
        assert left == []
        stage = resolve(parse(text)).final
        assert stage.user.partition(":")[0].isdigit()
        assert stage.ports[0][0] == service.port


def test_a_monorepo_gives_every_service_its_own_files_and_one_compose_file() -> None:
    made = generate(REPOSITORIES / "monorepo")
    assert {service.name: service.package_manager for service in made.services} == {"api": "pip", "web": "pnpm"}
    assert {"api/Dockerfile", "api/.dockerignore", "web/Dockerfile", "web/.dockerignore", "compose.yaml"} == set(
        made.files
    )
    compose = yaml.safe_load(made.files["compose.yaml"])
    assert compose["services"]["api"]["environment"] == {"REDIS_HOST": "redis"}
    assert "environment" not in compose["services"]["web"]


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    with pytest.raises(RepositoryUnclear, match="No service"):
        generate(tmp_path)
    (tmp_path / "requirements.txt").write_text("fastapi==0.115.6\nuvicorn==0.34.0\n")
    with pytest.raises(RepositoryUnclear, match="no application object"):
        generate(tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n")
    with pytest.raises(RepositoryUnclear, match=r"one:app.*two:app|several"):
        generate(tmp_path)
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\napi: FastAPI = FastAPI()\n")
    assert "main:api" in generate(tmp_path).services[0].command


def test_guesses_are_named_in_the_notes(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"express": "4"}, "scripts": {"start": "node x.js"}}')
    (tmp_path / "x.js").write_text("require('express')()")
    notes = "\n".join(generate(tmp_path).notes)
    for word in ("no port", "no lock file", "which Node.js", "no health route"):
        assert word in notes


def test_a_spring_project_whose_jar_would_not_start_is_told(tmp_path: Path) -> None:
    assert not any("would not start" in note for note in generate(REPOSITORIES / "spring-api").notes)
    folder = tmp_path / "api"
    shutil.copytree(REPOSITORIES / "spring-api", folder)
    pom = folder / "pom.xml"
    pom.write_text(pom.read_text().replace("spring-boot-maven-plugin", "some-other-plugin"))
    assert any("add spring-boot-maven-plugin" in note for note in generate(folder).notes)


def test_what_start_runs_is_built_first_or_refused(tmp_path: Path) -> None:
    text = generate(REPOSITORIES / "node-typescript").files["Dockerfile"]
    assert "RUN npm run build" in text
    assert "COPY --from=build /app/dist ./dist" in text
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node dist/index.js"}}')
    with pytest.raises(RepositoryUnclear, match="no script builds"):
        generate(tmp_path)


def test_a_start_command_that_production_lacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(
        '{"devDependencies": {"nodemon": "3"}, "dependencies": {"express": "4"}, "scripts": {"start": "nodemon x.js"}}'
    )
    with pytest.raises(RepositoryUnclear, match="nodemon"):
        generate(tmp_path)


@pytest.mark.parametrize(
    ("requirement", "known", "expected"),
    [(">=3.11", PYTHON, "3.13"), (">=3.11,<3.13", PYTHON, "3.12"), ("3.11.4", PYTHON, "3.11"), ("^3.9", PYTHON, "3.13"),
     ("~=3.10", PYTHON, "3.13"), (">=18", NODE, "24"), ("^20", NODE, "20"), ("18.x", NODE, "18"), ("v22.3.0", NODE, "22"),
     (">=20 <23", NODE, "22"), ("18 || 20", NODE, "20"), ("lts/*", NODE, None)],
)  # fmt: skip
def test_versions(requirement: str, known: tuple[str, ...], expected: str | None) -> None:
    assert choose(requirement, known) == expected


def prompt(name: str) -> str:
    return (FIXTURES / "prompts" / f"{name}.txt").read_text("utf-8")


def test_the_sentence_about_the_backend(tmp_path: Path) -> None:
    made = generate_from_prompt(prompt("backend"), tmp_path)
    build = resolve(parse(made.files["Dockerfile.backend"]))
    assert [stage.name for stage in build.stages] == ["builder", "runtime"]
    assert {str(stage.base) for stage in build.stages} == {"python:3.11-slim"}
    text = made.files["Dockerfile.backend"]
    for part in (
        "COPY backend/requirements.txt",
        "pip install --no-cache-dir -r requirements.txt",
        "COPY backend/ ./backend/",
        "appuser:x:1000:1000",
        "USER 1000:1000",
        "EXPOSE 8000",
        'CMD ["uvicorn", "backend.main:app", "--host", "0.0.0.0", "--port", "8000"]',
    ):
        assert part in text


def test_the_sentence_about_the_frontend(tmp_path: Path) -> None:
    made = generate_from_prompt(prompt("frontend"), tmp_path)
    text = made.files["Dockerfile.frontend"]
    build = resolve(parse(text))
    assert [stage.name for stage in build.stages] == ["deps", "builder", "runner"]
    assert {str(stage.base) for stage in build.stages} == {"node:18-alpine"}
    assert any("node 18 gets no fixes" in note for note in made.notes)  # Node 18 is over, and that is said
    for part in (
        "COPY frontend/package.json frontend/package-lock.json ./",
        "npm ci",
        "COPY frontend/ ./",
        "NEXT_TELEMETRY_DISABLED=1",
        "npm run build",
        "/app/.next/standalone ./",
        "/app/.next/static ./.next/static",
        "nodejs:x:1001:",
        "nextjs:x:1001:1001",
        "USER 1001:1001",
        "EXPOSE 3000",
        "PORT=3000",
        'CMD ["node", "server.js"]',
    ):
        assert part in text


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("Write a Dockerfile for the Flask app in ./api on port 5050, entry point web:app, save it to api/Dockerfile",
         {"framework": Framework.FLASK, "folder": "api", "port": 5050, "entry": "web:app", "save_to": "api/Dockerfile"}),
        ("dockerfile for an express server in services/mail/ listening on 4100, under 200 MB, no health check",
         {"framework": Framework.EXPRESS, "folder": "services/mail", "port": 4100, "max_megabytes": 200, "health_check": False}),
        ("I need a two-stage image for a Go 1.24 service in the worker folder with health check at /livez, uid 4000",
         {"framework": Framework.GO, "folder": "worker", "go": "1.24", "health_path": "/livez", "uid": 4000, "multi_stage": True}),
        ("Spring Boot API, Java 21, port 8085, non-root user spring with uid 1500",
         {"framework": Framework.SPRING, "java": "21", "port": 8085, "user": "spring", "uid": 1500}),
        ("Containerize the React page from the web/ with Node 22",
         {"framework": Framework.VITE, "folder": "web", "node": "22"}),
        ("Django, Python 3.12, based on python:3.12-slim-bookworm, EXPOSE 8010",
         {"framework": Framework.DJANGO, "python": "3.12", "port": 8010}),
    ],
)  # fmt: skip
def test_sentences(sentence: str, facts: dict[str, object]) -> None:
    wishes = read(sentence)
    assert {name: getattr(wishes, name) for name in facts} == facts


def test_a_sentence_is_filled_from_the_repository(tmp_path: Path) -> None:
    made = generate_from_prompt("Dockerfile for the FastAPI service in fastapi-uv/, port 9010", REPOSITORIES)
    service = made.services[0]
    assert (service.port, service.package_manager, service.health_path) == (9010, "uv", "/healthz")
    assert "9010" in service.command


@pytest.mark.parametrize("sentence", ["make it nice", "", "FastAPI in ../../etc/ entry point a:app", "Flask, entry point a:app, save to /etc/x",
                                      "FastAPI, entry point main:app, non-root user root"])  # fmt: skip
def test_nonsense_ways_out_and_root_are_refused(sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        generate_from_prompt(sentence, tmp_path)


def test_a_sentence_without_a_start_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(RepositoryUnclear):
        generate_from_prompt("Dockerfile for a Flask app", tmp_path)


@given(st.text(max_size=300))
def test_any_sentence_can_be_read(text: str) -> None:
    read(text)
