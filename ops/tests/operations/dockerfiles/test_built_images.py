"""Generated files with a real engine: every kind of repository builds, answers on its port, and is nobody's root."""

import shutil
from pathlib import Path

import pytest

from kora.images import look
from kora.images.docker import DockerEngine
from kora.images.programs import run
from kora.operations.dockerfiles import generate, generate_from_prompt, review
from kora.operations.dockerfiles.context import Context
from kora.operations.dockerfiles.inspection import inspect, prove
from kora.operations.dockerfiles.writing import changes, write

FIXTURES = Path(__file__).parents[2] / "fixtures"
REPOSITORIES = FIXTURES / "repos"
PROVEN = [
    "fastapi-pip", "fastapi-uv", "flask-redis", "django-site", "python-plain", "next-page", "vite-react", "express-api",
    "node-typescript", "go-service", "static-site", "monorepo", "spring-api",
]  # fmt: skip
NOT_HERE = {name: f"{name}.Dockerfile" for name in ("golang", "maven", "eclipse-temurin")}
PATIENCE = 120.0
"""Seconds for the first answer: a Java server on a busy machine takes its time."""
PROMPTS = {"backend": ("python:3.11-slim", 1000), "frontend": ("node:22-slim", 1001)}

pytestmark = [pytest.mark.compose, pytest.mark.skipif(not look.present(), reason="no container engine answers")]


@pytest.fixture(scope="module")
def engine() -> DockerEngine:
    return DockerEngine()


def base_arguments(engine: DockerEngine, text: str) -> dict[str, str]:
    """Stand-ins for base images that this engine does not hold; skipped when one cannot be made."""
    found = {}
    for line in text.splitlines():
        if line.startswith("ARG ") and "_IMAGE=" in line:
            name, _, image = line.removeprefix("ARG ").partition("=")
            if engine.inspect(image) is None:
                recipe = NOT_HERE.get(image.partition(":")[0])
                if recipe is None:
                    pytest.skip(f"the engine does not hold {image}")
                reference = f"kora-test-base-{image.partition(':')[0]}"
                if engine.inspect(reference) is None:
                    engine.build(FIXTURES / "bases", FIXTURES / "bases" / recipe, reference, {})
                found[name] = reference
    return found


def remove(*references: str) -> None:
    run(["docker", "image", "rm", "--force", *references], seconds=60)


@pytest.mark.parametrize("name", PROVEN)
def test_generated_images_build_answer_and_are_not_root(name: str, tmp_path: Path, engine: DockerEngine) -> None:
    folder = tmp_path / name
    shutil.copytree(REPOSITORIES / name, folder)
    made = generate(folder)
    write(folder, changes(folder, made.files))
    for service in made.services:
        text = made.files[service.dockerfile]
        left = review(text, context=Context(folder / service.context)).findings
        assert [(one.id, one.line) for one in left] == []
        reference = f"kora-test-{service.name}"
        context = folder / service.context
        engine.build(context, folder / service.dockerfile, reference, base_arguments(engine, text))
        try:
            proof = prove(reference, service.port, service.health_path, seconds=PATIENCE)
            assert proof.status < 400
            assert "0" not in proof.users
            seen = inspect(reference)
            assert seen.findings == ()
            assert seen.health_check
            print(f"{service.name}: {seen.size_bytes / 1e6:.1f} MB, answered after {proof.seconds} s as {proof.users}")
        finally:
            remove(reference)


@pytest.mark.parametrize("name", sorted(PROMPTS))
def test_the_two_sentences_word_for_word(name: str, tmp_path: Path, engine: DockerEngine) -> None:
    base, uid = PROMPTS[name]
    folder = tmp_path / "todo"
    shutil.copytree(REPOSITORIES / "fastapi-pip" / "app", folder / "backend")
    shutil.copy(REPOSITORIES / "fastapi-pip" / "requirements.txt", folder / "backend" / "requirements.txt")
    shutil.copytree(REPOSITORIES / "next-page", folder / "frontend")
    prompt = (FIXTURES / "prompts" / f"{name}.txt").read_text("utf-8")
    made = generate_from_prompt(prompt, folder)
    write(folder, changes(folder, made.files))
    assert engine.inspect(base) is not None or pytest.skip(f"the engine does not hold {base}")
    argument = "PYTHON_IMAGE" if name == "backend" else "NODE_IMAGE"
    reference = f"kora-test-prompt-{name}"
    engine.build(folder, folder / f"Dockerfile.{name}", reference, {argument: base})
    try:
        service = made.services[0]
        proof = prove(reference, service.port, service.health_path)
        assert proof.users == (str(uid),)
        size = inspect(reference).size_bytes
        print(f"{name}: {size / 1e6:.1f} MB on {base}, {proof.seconds} s, as {proof.users}")
        assert name != "backend" or size < 300e6
    finally:
        remove(reference)
