"""Liveness, readiness, metrics."""

import httpx
import pytest
from sqlalchemy import text

from taskora import migrations
from taskora.storage import Database
from taskora.web.app import create_app


async def test_health_needs_no_database(settings):
    app = create_app(settings, Database("postgresql://nobody@127.0.0.1:1/nothing"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        for path in ("/health", "/api/health"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()) == (200, {"status": "healthy"})
        answer = await client.get("/ready")
        assert answer.status_code == 503
        assert answer.json()["database"] == "unreachable"


async def test_ready_names_the_revision(client):
    answer = await client.get("/ready")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["database"], body["revision"]) == ("ready", "connected", migrations.HEAD)


@pytest.mark.parametrize("sabotage", ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"])
async def test_another_schema_is_not_ready(client, database, sabotage):
    async with database.engine.begin() as connection:
        await connection.execute(text(sabotage))
    answer = await client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "connected"
    assert "taskora migrate" in answer.json()["message"]


async def test_a_newer_schema_is_ready_so_that_two_versions_can_stand_side_by_side(client, database):
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["revision"]) == (200, "9999")


async def test_metrics_count_by_route_and_never_by_path(person, client):
    ada = await person("Ada")
    await ada.client.get(f"{ada.path}/tasks", params={"search": "a secret wish"})
    await client.get("/nothing/here")
    text_ = (await client.get("/metrics")).text
    assert 'taskora_http_requests_total{method="GET",route="/api/{user_id}/tasks",status="200"} 1.0' in text_
    assert ada.id not in text_
    assert "nothing/here" not in text_
    assert "secret wish" not in text_


class TestSwitchedOff:
    """METRICS_ENABLED=false."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"metrics_enabled": False})

    async def test_metrics_are_gone(self, client):
        assert (await client.get("/metrics")).status_code == 404
