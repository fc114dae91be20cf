"""Where secrets come from: created once, or an existing one; never both, and never churn."""

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest

EXTERNAL = "postgresql://user:pa%3Ass@db.example.org/tasks?sslmode=require"


def data(manifests: Any) -> dict[str, str]:
    stored = manifests.one("Secret")["data"]
    return {key: base64.b64decode(value).decode() for key, value in stored.items()}


def pod_annotations(manifests: Any) -> dict[str, str]:
    found: dict[str, str] = manifests.part("Deployment", "backend")["spec"]["template"]["metadata"]["annotations"]
    return found


def secret_used(manifests: Any) -> str:
    container = manifests.part("Deployment", "backend")["spec"]["template"]["spec"]["containers"][0]
    (name,) = [source["secretRef"]["name"] for source in container["envFrom"] if "secretRef" in source]
    return str(name)


def test_generated_values_are_long_and_different(render: Any) -> None:
    first, second = data(render()), data(render())
    assert len(first["BETTER_AUTH_SECRET"]) >= 32
    assert len(first["POSTGRES_PASSWORD"]) >= 24
    assert first["BETTER_AUTH_SECRET"] != second["BETTER_AUTH_SECRET"]
    assert first["POSTGRES_PASSWORD"] != first["BETTER_AUTH_SECRET"]


def test_the_address_holds_the_password_and_the_service(render: Any) -> None:
    manifests = render(None, "database.user=owner", "database.name=rows", "database.port=5544")
    url = urlsplit(data(manifests)["DATABASE_URL"])
    assert url.password == data(manifests)["POSTGRES_PASSWORD"]
    assert (url.username, url.hostname, url.port, url.path) == ("owner", "taskora-database", 5544, "/rows")
    assert "taskora-database" in {service["metadata"]["name"] for service in manifests.all("Service")}


def test_server_migration_and_database_read_the_same_secret(render: Any) -> None:
    manifests = render()
    name = manifests.one("Secret")["metadata"]["name"]
    assert secret_used(manifests) == name == "taskora-backend-secret"
    for container in [*manifests.one("Job")["spec"]["template"]["spec"]["containers"]]:
        assert {"secretRef": {"name": name}} in container["envFrom"]
    volumes = manifests.part("StatefulSet", "database")["spec"]["template"]["spec"]["volumes"]
    assert name in {volume["secret"]["secretName"] for volume in volumes if "secret" in volume}


def test_the_page_reads_no_secret(render: Any) -> None:
    container = render().part("Deployment", "frontend")["spec"]["template"]["spec"]["containers"][0]
    assert all("secretRef" not in source for source in container["envFrom"])


def test_rendering_twice_changes_no_pod(render: Any) -> None:
    # Generated values differ between two renderings without a cluster; the pods must not notice.
    first, second = render(), render(upgrade=True)
    assert pod_annotations(first) == pod_annotations(second)
    assert first.one("Job")["metadata"]["name"] == second.one("Job")["metadata"]["name"]


@pytest.mark.parametrize(
    "setting",
    [
        "secrets.betterAuthSecret=Zq7mT2vXw9KpL4sRb8NcYdF3gHjU6eAk",
        "secrets.modelKeys.OPENAI_API_KEY=sk-1",
        "database.name=other",
        "database.user=other",
    ],
)
def test_a_changed_secret_renews_pods_and_migration(render: Any, setting: str) -> None:
    before, after = render(), render(None, setting)
    assert pod_annotations(before)["checksum/secret"] != pod_annotations(after)["checksum/secret"]
    assert before.one("Job")["metadata"]["name"] != after.one("Job")["metadata"]["name"]


def test_checksums_are_not_the_secrets(render: Any) -> None:
    assert "sk-1" not in str(pod_annotations(render(None, "secrets.modelKeys.OPENAI_API_KEY=sk-1")))


def test_only_given_model_keys_are_stored(render: Any) -> None:
    stored = data(render(None, "secrets.modelKeys.GROQ_API_KEY=gsk-1"))
    assert stored["GROQ_API_KEY"] == "gsk-1"
    assert stored.keys() == {"BETTER_AUTH_SECRET", "DATABASE_URL", "POSTGRES_PASSWORD", "GROQ_API_KEY"}


def test_a_given_secret_is_taken_as_it_is(render: Any) -> None:
    given = 'a"b$c`d\\e{{f}}g#h:i-j_k l'.replace(" ", "~") + "0123456789"
    assert data(render({"secrets": {"betterAuthSecret": given}}))["BETTER_AUTH_SECRET"] == given


def test_external_database_goes_into_the_secret(render: Any) -> None:
    manifests = render({"database": {"enabled": False}, "secrets": {"databaseUrl": EXTERNAL}})
    assert data(manifests)["DATABASE_URL"] == EXTERNAL
    assert "POSTGRES_PASSWORD" not in data(manifests)


@pytest.mark.parametrize("parameter", ["sslmode=require", "ssl=true", "sslmode=require&channel_binding=require", ""])
def test_every_way_to_ask_for_tls_passes_through(render: Any, parameter: str) -> None:
    url = f"postgresql://user:secret@ep-cool-1.eu-central-1.aws.neon.tech/neondb?{parameter}"
    manifests = render({"database": {"enabled": False}, "secrets": {"databaseUrl": url}})
    assert data(manifests)["DATABASE_URL"] == url


@pytest.mark.parametrize(
    "settings", [["secrets.existingSecret=mine"], ["secrets.existingSecret=mine", "secrets.create=false"]]
)
def test_an_existing_secret_is_used_and_none_created(render: Any, settings: list[str]) -> None:
    manifests = render(None, *settings)
    assert not manifests.all("Secret")
    assert secret_used(manifests) == "mine"


def test_the_address_may_come_from_somebody_else_s_secret(render: Any) -> None:
    # What CloudNativePG leaves: a Secret of its own with the address under "uri".
    address = {"name": "DATABASE_URL", "valueFrom": {"secretKeyRef": {"name": "rows-app", "key": "uri"}}}
    manifests = render({"database": {"enabled": False}, "backend": {"extraEnv": [address]}})
    assert data(manifests).keys() == {"BETTER_AUTH_SECRET"}
    for kind in ("Deployment", "Job"):
        containers = [c for owner, c in manifests.containers() if owner.startswith(f"{kind}/taskora-backend")]
        assert containers
        assert all(address in container["env"] for container in containers)


def test_create_may_be_said_out_loud(render: Any) -> None:
    assert len(render(None, "secrets.create=true").all("Secret")) == 1


@pytest.mark.parametrize(
    ("settings", "keeps"),
    [
        ([], True),
        (["database.persistence.retention.whenDeleted=Delete"], False),
        (["database.enabled=false", "secrets.databaseUrl=postgresql://u:p@h/d"], True),
    ],
)
def test_the_secret_stays_as_long_as_the_rows(render: Any, settings: list[str], keeps: bool) -> None:
    annotations = render(None, *settings).one("Secret")["metadata"]["annotations"]
    assert (annotations.get("helm.sh/resource-policy") == "keep") is keeps


def test_the_secret_says_what_render_only_pipelines_see(render: Any) -> None:
    assert "existingSecret" in str(render().one("Secret")["metadata"]["annotations"])


def test_notes_tell_how_to_create_an_existing_secret(render: Any) -> None:
    notes = render(None, "secrets.existingSecret=mine").notes
    for key in ("DATABASE_URL", "BETTER_AUTH_SECRET", "POSTGRES_PASSWORD"):
        assert f"--from-literal={key}=" in notes
    assert "POSTGRES_PASSWORD" not in render(None, "secrets.existingSecret=mine", "database.enabled=false").notes
