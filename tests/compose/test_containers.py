"""Each image started by hand, as strictly as an engine can: what it answers, what it may write, what it forwards."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from compose.conftest import RunStub
from compose.engine import Container, Image, answers, container, docker, eventually, network, run

UPLOADED_PIECE = b"x" * 256 * 1024


def published(image: Image, port: int | None = None) -> str:
    return f"--publish=127.0.0.1::{port or image.port}"


@pytest.fixture
def net() -> Iterator[str]:
    with network() as name:
        yield name


def serving(found: Container, port: int, path: str = "/health") -> str:
    """The container's address, once it answers there."""
    url = found.url(port)
    eventually(f"{path} answers: {found.logs()[-1000:]}", lambda: answers(url + path))
    return url


def test_it_works_with_a_read_only_root_and_without_any_capability(image: Image) -> None:
    with container(image.tag, options=(*image.locked_down, published(image))) as found:
        url = serving(found, image.port)
        assert httpx.get(f"{url}/health").json() == {"status": "healthy"}
        program = (
            "print(open('/proc/1/status').read())"
            if image.user == "appuser"
            else "console.log(require('fs').readFileSync('/proc/1/status','utf8'))"
        )
        interpreter = ("python", "-c") if image.user == "appuser" else ("node", "-e")
        status = docker("exec", found.name, *interpreter, program)
        assert re.findall(r"Cap\w+:\s+(\w+)", status) == ["0" * 16] * 5
        assert re.search(r"Uid:\s+1001\s+1001\s+1001\s+1001", status)
        assert "NoNewPrivs:\t1" in status
        assert "Read-only file system" not in found.logs()
        assert "EROFS" not in found.logs()


def test_another_port_is_honoured_also_by_the_health_check(image: Image) -> None:
    options = (*image.locked_down, "--env=PORT=8001", published(image, 8001), "--health-interval=1s")
    with container(image.tag, options=options) as found:
        serving(found, 8001)
        eventually("the engine calls it healthy", lambda: found.state()["Health"]["Status"] == "healthy")


def test_the_health_check_fails_when_nothing_answers(image: Image) -> None:
    command = image.facts["Config"]["Healthcheck"]["Test"][1:]
    done = run("docker", "run", "--rm", f"--entrypoint={command[0]}", image.tag, *command[1:])
    assert done.returncode == 1


def test_it_ends_by_itself_when_it_is_asked_to(image: Image) -> None:
    with container(image.tag, options=(*image.locked_down, published(image))) as found:
        serving(found, image.port)
        docker("stop", "--timeout", "30", found.name)
        assert found.state()["ExitCode"] in (0, 143)  # 137 would mean that it had to be killed


def test_health_answers_at_once_and_without_a_backend(frontend: Image) -> None:
    options = (*frontend.locked_down, published(frontend), "--env=API_BASE_URL=http://nowhere.invalid")
    with container(frontend.tag, options=options) as found:
        url = serving(found, frontend.port)
        for path in ("/health", "/api/health"):
            seconds = []
            with httpx.Client() as client:  # one for all: making a client costs more than the answer
                for _ in range(20):
                    begin = time.perf_counter()
                    answer = client.get(url + path)
                    seconds.append(time.perf_counter() - begin)
                    assert answer.status_code == 200
                    assert answer.json() == {"status": "healthy"}
            # The quickest of twenty: what the answer costs, not what else the machine does meanwhile.
            assert min(seconds) < 0.1
        away = httpx.get(f"{url}/api/auth/session")
        assert away.status_code == 502
        assert away.json()["error"]["code"] == "BACKEND_UNAVAILABLE"


def test_backend_health_and_readiness_are_two_questions(backend: Image) -> None:
    options = (
        *backend.locked_down,
        published(backend),
        "--env=DATABASE_URL=postgresql://taskora:x@nowhere.invalid:5432/taskora",
        "--env=BETTER_AUTH_SECRET=4Jx0mP9wQe7sV2yB8nK5tR1uC6aZ3dF0hL",
    )
    with container(backend.tag, options=options) as found:
        url = serving(found, backend.port)
        assert httpx.get(f"{url}/ready", timeout=30).status_code == 503


def test_embedded_data_survives_the_container(backend: Image) -> None:
    volume = docker("volume", "create")
    options = (*backend.locked_down[:3], "--tmpfs=/tmp", f"--volume={volume}:/data", published(backend))
    body = {"name": "Sam", "email": "sam@example.com", "password": "correct horse battery 9"}
    try:
        with container(backend.tag, options=options) as first:
            assert httpx.post(f"{serving(first, 8000)}/api/auth/signup", json=body, timeout=20).status_code == 201
        with container(backend.tag, options=options) as second:
            signin = {"email": body["email"], "password": body["password"]}
            assert httpx.post(f"{serving(second, 8000)}/api/auth/signin", json=signin, timeout=20).status_code == 200
    finally:
        run("docker", "volume", "rm", volume)


def test_wrong_settings_are_said_and_end_the_container(backend: Image) -> None:
    done = run("docker", "run", "--rm", "--env=DATABASE_URL=mysql://x", backend.tag)
    assert done.returncode == 78
    assert "DATABASE_URL" in done.stderr
    assert "BETTER_AUTH_SECRET" in done.stderr


@pytest.mark.parametrize("variable", ["API_BASE_URL", "NEXT_PUBLIC_API_URL"])
def test_the_backend_is_found_by_a_variable_of_run_time(
    frontend: Image, run_stub: RunStub, net: str, variable: str
) -> None:
    options = (*frontend.locked_down, published(frontend), f"--network={net}", f"--env={variable}=http://api:8000/")
    with container(frontend.tag, options=options) as page:
        url = serving(page, frontend.port)
        assert httpx.get(f"{url}/api/who").status_code == 502, "nobody is there yet"
        for name in ("first", "second"):  # the page keeps running while the backend behind the name changes
            with run_stub(net, name):
                who = eventually(f"{name} answers", lambda: _who(url))
                assert who == {"name": name, "path": "/api/who"}


def _who(url: str) -> dict[str, str] | None:
    answer = httpx.get(f"{url}/api/who", timeout=10)
    found: dict[str, str] = answer.json()
    return found if answer.status_code == 200 else None


@pytest.fixture
def page(frontend: Image, run_stub: RunStub, net: str) -> Iterator[str]:
    """The page's address, with the stub behind it."""
    options = (*frontend.locked_down, published(frontend), f"--network={net}", "--env=API_BASE_URL=http://api:8000")
    with run_stub(net, "stub"), container(frontend.tag, options=options) as found:
        url = serving(found, frontend.port)
        eventually("the stub answers", lambda: _who(url))
        yield url


def test_events_pass_while_the_backend_is_still_talking(page: str) -> None:
    with httpx.stream("GET", f"{page}/api/stream", timeout=30) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        pieces = stream.iter_text()
        assert next(pieces) == "data: first\n\n"  # the second one is not even written yet
        httpx.get(f"{page}/api/release", timeout=10)
        assert "".join(pieces) == "data: last\n\n"


def test_an_upload_passes_while_it_is_still_coming(page: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield UPLOADED_PIECE
        eventually("the backend sees the first piece before the second is sent", lambda: _seen(page) > 0, 30)
        yield UPLOADED_PIECE

    answer = httpx.post(f"{page}/api/upload", content=pieces(), timeout=60)
    assert answer.json()["bytes"] == 2 * len(UPLOADED_PIECE)


def _seen(page: str) -> int:
    return int(httpx.get(f"{page}/api/seen", timeout=10).json()["bytes"])


def test_mcp_is_forwarded_with_its_token(page: str) -> None:
    answer = httpx.post(f"{page}/mcp", json={"jsonrpc": "2.0"}, headers={"authorization": "Bearer abc"}, timeout=10)
    assert answer.json()["path"] == "/mcp"
    assert answer.json()["authorization"] == "Bearer abc"
