"""Settings: what starts, what refuses to start, and that nothing secret is printed."""

import os
import secrets
import stat

import pytest

from taskora.settings import MINIMUM_SECRET_LENGTH, SettingsError, load, weakness

GOOD = "r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ"


def test_embedded_makes_its_secret_once_and_keeps_it_to_itself(tmp_path):
    first = load({"TASKORA_DATA_DIR": str(tmp_path / "data")})
    second = load({"TASKORA_DATA_DIR": str(tmp_path / "data")})
    assert first.embedded
    assert first.signing_secret == second.signing_secret
    assert len(first.signing_secret) >= MINIMUM_SECRET_LENGTH
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_every_problem_is_told_at_once_with_its_name(tmp_path):
    with pytest.raises(SettingsError) as refused:
        load(
            {
                "PORT": "http",
                "DATABASE_URL": "mysql://db/taskora",
                "BETTER_AUTH_SECRET": "short",
                "LOG_LEVEL": "loud",
                "CHAT_RATE_LIMIT": "-1",
                "PUBLIC_URL": "tasks.example.org",
                "TRUSTED_PROXIES": "everybody",
                "LLM_BASE_URL": "http://localhost:11434/v1",
            }
        )
    names = ["PORT", "DATABASE_URL", "BETTER_AUTH_SECRET", "LOG_LEVEL", "CHAT_RATE_LIMIT", "PUBLIC_URL"]
    for name in [*names, "TRUSTED_PROXIES", "LLM_MODEL"]:
        assert any(problem.startswith(name) for problem in refused.value.problems), name
    assert refused.value.exit_code == 78


def test_a_database_needs_a_secret_of_its_own():
    with pytest.raises(SettingsError, match="BETTER_AUTH_SECRET is missing"):
        load({"DATABASE_URL": "postgresql://taskora@db/taskora"})


@pytest.mark.parametrize(
    "placeholder",
    [
        "",
        "secret",
        "changeme",
        "changeme" * 5,
        "change-me-to-a-long-random-secret-value",
        "your-secret-key-at-least-32-characters",
        "your_better_auth_secret_goes_right_here",
        "replace_this_with_a_real_secret_please",
        "<generate with openssl rand -base64 32>",
        "${BETTER_AUTH_SECRET:?set it before start}",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "a" * 64,
        "ab" * 32,
        "0123456789abcdef" * 3,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "11111111112222222222333333333344444444",
    ],
)
def test_placeholders_are_refused_by_principle(placeholder):
    assert weakness(placeholder) is not None
    with pytest.raises(SettingsError) as refused:
        load({"DATABASE_URL": "postgresql://taskora@db/taskora", "BETTER_AUTH_SECRET": placeholder})
    assert placeholder == "" or placeholder not in str(refused.value)


@pytest.mark.parametrize("make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(24)])
def test_random_secrets_of_the_usual_kinds_pass(make):
    for _ in range(500):
        assert weakness(make()) is None


def test_secrets_are_never_printed(tmp_path):
    environment = {
        "TASKORA_DATA_DIR": str(tmp_path),
        "BETTER_AUTH_SECRET": GOOD,
        "DATABASE_URL": "postgresql://taskora:hunter2pass@db/taskora",
        "OPENAI_API_KEY": "sk-planted-key-000000000000",
    }
    shown = repr(load(environment)) + str(load(environment))
    assert GOOD not in shown
    assert "hunter2pass" not in shown
    assert "sk-planted" not in shown


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"OPENAI_API_KEY": "k"}, ("api.openai.com", None, "OPENAI_API_KEY")),
        ({"GROQ_API_KEY": "k"}, ("api.groq.com", None, "GROQ_API_KEY")),
        ({"GEMINI_API_KEY": "k"}, ("googleapis.com", None, "GEMINI_API_KEY")),
        ({"COHERE_API_KEY": "k", "LLM_MODEL": "m"}, ("cohere", "m", "COHERE_API_KEY")),
        (
            {"LLM_BASE_URL": "http://localhost:1/v1/", "LLM_MODEL": "m", "OPENAI_API_KEY": "k"},
            ("http://localhost:1/v1", "m", "LLM_BASE_URL"),
        ),
    ],
)
def test_model_endpoints_and_presets(tmp_path, environment, expected):
    endpoint = load({"TASKORA_DATA_DIR": str(tmp_path), **environment}).model_endpoint
    if expected is None:
        assert endpoint is None
        return
    address, model, source = expected
    assert endpoint is not None
    assert address in endpoint.base_url
    assert model is None or endpoint.model == model
    assert endpoint.model
    assert endpoint.source == source


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="TASKORA_DATA_DIR"):
        load({"TASKORA_DATA_DIR": str(tmp_path / "data")})


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(SettingsError, match="TASKORA_DATA_DIR"):
        load({"TASKORA_DATA_DIR": str(tmp_path / "data")})


def test_a_damaged_secret_file_is_said(tmp_path):
    (tmp_path / "secret.key").write_text("oops\n")
    with pytest.raises(SettingsError, match="delete that file"):
        load({"TASKORA_DATA_DIR": str(tmp_path)})


def test_empty_values_count_as_unset(tmp_path):
    loaded = load({"TASKORA_DATA_DIR": str(tmp_path), "PORT": "", "DATABASE_URL": "  ", "LLM_API_KEY": ""})
    assert loaded.port == 8000
    assert loaded.embedded
