"""The OpenAPI document is complete, and the application keeps to it (schemathesis against a server in this process)."""

import threading
import time

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from taskora import settings as settings_module
from taskora.cli.serve import listen
from taskora.web.app import create_app

SECRET = "r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Never ends, or ends the account that the examples run as.
LEFT_OUT = {"events", "delete_account", "sign_out", "revoke_session", "revoke_other_sessions", "change_password"}


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "taskora.db").write_bytes(sqlite_template.read_bytes())
    loaded = settings_module.load(
        {},
        database_url=f"sqlite:///{folder / 'taskora.db'}",
        better_auth_secret=SECRET,
        signup_rate_limit=0,
        signin_rate_limit=0,
        chat_rate_limit=0,
    )
    return create_app(loaded)


@pytest.fixture(scope="module")
def address(app):
    """The application behind a real port."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_the_document_is_complete(app):
    document = app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation.get("operationId"), where
            assert operation.get("summary"), where
            assert operation.get("tags"), where
            if path.startswith("/api/"):
                assert {"4XX", "5XX"} <= set(operation["responses"]), where
            if operation.get("security"):
                assert {"401", "403", "404"} <= set(operation["responses"]), where
    assert set(document["components"]["securitySchemes"]) == {"bearer", "session"}
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_the_application_keeps_to_its_document(address, mode):
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    person = _sign_up(address, mode)
    faults = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.definition.raw["operationId"] in LEFT_OUT:
            continue
        try:
            _examples(operation, mode, person)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # without parameters and body there is nothing to get wrong
        except (Exception, BaseExceptionGroup) as error:  # collected, so that one run shows every fault
            faults.append(f"{operation.label}: {_words(error)}")
    assert not faults, "\n\n".join(faults)


def _sign_up(address, mode):
    import httpx

    form = {"name": "Ada", "email": f"ada.{mode.name}@example.org", "password": "plum-tree-47-river"}
    body = httpx.post(f"{address}/api/auth/signup", json=form).json()
    return body["user"]["id"], {"Authorization": f"Bearer {body['access_token']}"}


def _examples(operation, mode, person):
    user_id, headers = person

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case):
        if "user_id" in (case.path_parameters or {}):
            case.path_parameters["user_id"] = user_id
        case.call_and_validate(headers=headers, checks=CHECKS)

    run()


def _words(error):
    inner = getattr(error, "exceptions", None)
    return " | ".join(_words(each) for each in inner) if inner else f"{type(error).__name__} {error}"[:600]
