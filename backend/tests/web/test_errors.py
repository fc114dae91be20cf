"""Every failure has the one shape and gives nothing away."""

import logging

import httpx
import pytest
from fastapi import APIRouter

from taskora.storage import Database
from taskora.web.app import create_app


def is_error(answer, status, code):
    body = answer.json()
    return (
        answer.status_code == status
        and set(body) == {"error"}
        and body["error"]["code"] == code
        and body["error"]["message"]
        and answer.headers["content-type"].startswith("application/json")
    )


async def test_unknown_api_path(client):
    assert is_error(await client.get("/api/nothing"), 404, "NOT_FOUND")
    assert is_error(await client.get("/api/"), 404, "NOT_FOUND")


async def test_unknown_page_is_html(client):
    answer = await client.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_wrong_method(client):
    answer = await client.delete("/api/auth/signin")
    assert is_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert "POST" in answer.headers["allow"]


async def test_several_wrong_fields_are_all_named(client):
    answer = await client.post("/api/auth/signup", json={"name": "", "email": 5})
    assert is_error(answer, 422, "VALIDATION_ERROR")
    fields = {entry["field"] for entry in answer.json()["error"]["details"]["fields"]}
    assert fields == {"name", "email", "password"}


@pytest.fixture
def faulty(app):
    """The application with a route that fails."""
    router = APIRouter()

    @router.get("/api/fault")
    def fault():
        raise RuntimeError("the password is hunter2pass, Bearer abcdefghijkl")

    app.router.routes.insert(0, router.routes[0])
    return app


async def test_a_fault_shows_no_trace_and_can_be_found_by_its_id(faulty, client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/api/fault")
    assert is_error(answer, 500, "INTERNAL_ERROR")
    assert "hunter2pass" not in answer.text
    assert "Traceback" not in answer.text
    request_id = answer.headers["x-request-id"]
    assert answer.json()["error"]["details"]["request_id"] == request_id
    assert any(getattr(record, "request_id", None) == request_id for record in caplog.records)


@pytest.mark.parametrize("url", ["postgresql://nobody:hunter2pass@127.0.0.1:1/nothing", "sqlite:////nowhere/at/all.db"])
async def test_a_database_that_is_away_is_said_plainly(settings, url):
    app = create_app(settings, Database(url))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        form = {"email": "ada@example.org", "password": "plum-tree-47-river"}
        answer = await client.post("/api/auth/signin", json=form)
        assert is_error(answer, 503, "DATABASE_UNAVAILABLE")
        assert answer.headers["retry-after"]
        assert "hunter2pass" not in answer.text
        assert (await client.get("/")).status_code == 200


async def test_a_given_request_id_is_kept_when_harmless(client):
    kept = await client.get("/health", headers={"X-Request-ID": "trace-0123456789"})
    assert kept.headers["x-request-id"] == "trace-0123456789"
    replaced = await client.get("/health", headers={"X-Request-ID": "<script>alert(1)</script>"})
    assert "script" not in replaced.headers["x-request-id"]
