"""`kora init`: drafts from compose files and from code."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from kora.cli import main
from kora.kit.errors import Misconfigured
from kora.operations.deploy.configuration import parse
from kora.operations.deploy.survey import survey

ROOT = Path(__file__).parents[4]
APPS = Path(__file__).parents[2] / "fixtures/apps"


@pytest.fixture(params=["counter", "notes"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(APPS / request.param, tmp_path / request.param))


def compose(folder: Path, services: dict[str, Any]) -> dict[str, Any]:
    (folder / "compose.yaml").write_text(yaml.safe_dump({"services": services}))
    for entry in services.values():
        if "build" in entry:
            (folder / "Dockerfile").write_text("FROM scratch\nUSER 1001\n")
    draft = survey(folder)
    parse(draft.text, folder)
    document: dict[str, Any] = yaml.safe_load(draft.text)
    document["notes"] = draft.notes
    return document


def test_a_repository_without_any_file_gets_all_it_needs(app: Path) -> None:
    draft = survey(app)
    assert set(draft.files) == {"Dockerfile", ".dockerignore"}
    application = parse(draft.text, app)
    assert application.front is not None
    assert application.services[application.front.service].health == "/health"


def test_a_store_that_the_code_needs_comes_along() -> None:
    application = parse(survey(APPS / "counter").text, APPS / "counter")
    assert application.services["counter"].environment == {"REDIS_URL": "redis://redis:6379/0"}
    redis = application.services["redis"]
    assert (redis.image, redis.port, redis.user) == ("redis:8", 6379, 999)
    assert redis.volume is not None


def test_taskoras_own_compose_file() -> None:
    draft = survey(ROOT)
    application = parse(draft.text, ROOT)
    assert set(application.services) == {"backend", "frontend", "database"}
    assert application.secrets is not None
    assert application.secrets.keys["DATABASE_URL"].template == (
        "postgresql://taskora:${POSTGRES_PASSWORD}@database:5432/taskora"
    )
    assert application.secrets.keys["BETTER_AUTH_SECRET"].generate == "hex"
    assert application.secrets.keys["OPENAI_API_KEY"].optional
    assert any("migrate is left out" in note for note in draft.notes)
    assert any("helm/taskora" in note for note in draft.notes)


def test_forms_of_a_compose_file(tmp_path: Path) -> None:
    found = compose(
        tmp_path,
        {
            "api_v2": {
                "build": {"context": ".", "args": ["MODE=${MODE:-fast}"], "target": "run"},
                "ports": [{"target": 9000, "published": 80}],
                "environment": ["DEBUG=${DEBUG:-0}", "API_TOKEN=${API_TOKEN:?set it}", "GREETING=a$$b"],
                "command": "serve --port 9000",
                "entrypoint": ["python", "-m"],
                "healthcheck": {"test": ["CMD", "curl", "-f", "http://localhost:9000/healthz?deep=1"]},
                "volumes": ["data:/var/data", "./code:/code"],
                "tmpfs": "/run:size=1m",
                "deploy": {"replicas": 2},
            }
        },
    )
    service = found["services"]["api-v2"]
    assert service["build"] == {"context": ".", "target": "run", "arguments": {"MODE": "fast"}}
    assert service["port"] == 9000
    assert service["environment"] == {"DEBUG": "0", "GREETING": "a$b"}
    assert service["secrets"] == ["API_TOKEN"]
    assert service["command"] == ["python", "-m"]
    assert service["arguments"] == ["serve", "--port", "9000"]
    assert service["health"] == "/healthz?deep=1"
    assert service["volume"] == {"path": "/var/data"}
    assert service["writable"] == ["/tmp", "/run"]
    assert service["replicas"] == 2
    assert any("./code" in note for note in found["notes"])


def test_a_secret_that_stands_in_the_compose_file_is_not_copied(tmp_path: Path) -> None:
    found = compose(tmp_path, {"web": {"build": ".", "environment": {"DB_PASSWORD": "hunter2"}}})
    assert "hunter2" not in yaml.safe_dump(found)
    assert found["secrets"]["keys"] == {"DB_PASSWORD": {}}


def test_an_image_without_a_version(tmp_path: Path) -> None:
    found = compose(tmp_path, {"web": {"build": "."}, "cache": {"image": "redis"}})
    assert found["services"]["cache"]["image"] == "redis:8"
    with pytest.raises(Misconfigured, match="names no version"):
        compose(tmp_path, {"web": {"build": "."}, "odd": {"image": "example.org/odd:latest"}})


def test_a_named_user_becomes_a_number(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {build: .}}")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nUSER app\n")
    draft = survey(tmp_path)
    assert yaml.safe_load(draft.text)["services"]["web"]["user"] == 10001
    assert any("number its user" in note for note in draft.notes)


@pytest.mark.parametrize("text", ["", "services: 7", "a: [", "services: {}"])
def test_a_compose_file_that_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    with pytest.raises(Misconfigured):
        survey(tmp_path)


def test_init_writes_once_and_replaces_only_after_a_yes(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(app)]) == 0
    assert "wrote kora.yaml" in capsys.readouterr().out
    assert main(["init", str(app)]) == 0
    assert "wrote" not in capsys.readouterr().out.replace("nothing was written", "")
    mine = (app / "kora.yaml").read_text() + "# mine\n"
    (app / "kora.yaml").write_text(mine)
    assert main(["init", str(app)]) == 4
    said = capsys.readouterr()
    assert "-# mine" in said.err
    assert (app / "kora.yaml").read_text() == mine
    assert main(["init", str(app), "--yes"]) == 0
    assert "# mine" not in (app / "kora.yaml").read_text()
