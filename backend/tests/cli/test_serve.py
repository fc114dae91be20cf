"""`taskora serve` as a process: the first line, clean ends, and one clear sentence for each usual trouble."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

COMMAND = [sys.executable, "-c", "from taskora.cli import main; main()"]


def environment(tmp_path, **extra):
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BETTER_AUTH_SECRET")}
    return {
        **clean,
        "PORT": "0",
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "warning",
        "TASKORA_DATA_DIR": str(tmp_path / "data"),
        **extra,
    }


@pytest.fixture
def start(tmp_path):
    """Start the server and wait for its first line."""
    running = []

    def started(**extra):
        process = subprocess.Popen(
            [*COMMAND, "serve"],
            env=environment(tmp_path, **extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        line = process.stdout.readline()
        assert line.startswith("Taskora is ready at http://localhost:"), line + process.stderr.read()
        return process, line.split()[-1].replace("localhost", "127.0.0.1")

    yield started
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def serve(tmp_path, **extra):
    return subprocess.run(
        [*COMMAND, "serve"], env=environment(tmp_path, **extra), capture_output=True, text=True, timeout=60
    )


def test_ready_means_ready_and_everything_is_found_again(start):
    process, address = start()
    assert httpx.get(f"{address}/ready").json()["status"] == "ready"
    form = {"name": "Ada", "email": "ada@example.org", "password": "plum-tree-47-river"}
    body = httpx.post(f"{address}/api/auth/signup", json=form).json()
    path, headers = f"/api/{body['user']['id']}/tasks", {"Authorization": f"Bearer {body['access_token']}"}
    httpx.post(f"{address}{path}", json={"title": "Still here"}, headers=headers)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    _, address = start()
    assert httpx.get(f"{address}{path}", headers=headers).json()["items"][0]["title"] == "Still here"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_open_event_stream_does_not_keep_it_from_stopping(start, sign):
    process, address = start()
    form = {"name": "Ada", "email": "ada@example.org", "password": "plum-tree-47-river"}
    body = httpx.post(f"{address}/api/auth/signup", json=form).json()
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    url = f"{address}/api/{body['user']['id']}/events"
    with httpx.stream("GET", url, headers=headers, timeout=30) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        process.send_signal(sign)
        for _ in stream.iter_bytes():
            pass  # ends cleanly instead of breaking off
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == ""


def test_a_busy_port_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = serve(tmp_path, PORT=str(port))
    assert outcome.returncode == 69
    assert outcome.stderr.strip().splitlines() == [
        f"Port {port} is busy. Stop the program that uses it, or choose another: PORT={port + 1} make up"
    ]


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "data").write_text("")
    outcome = serve(tmp_path)
    assert outcome.returncode == 78
    assert "TASKORA_DATA_DIR" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "taskora.db").write_bytes(b"this is not a database" * 100)
    outcome = serve(tmp_path)
    assert outcome.returncode == 75
    assert "can't be used" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_broken_settings_are_all_told(tmp_path):
    outcome = serve(tmp_path, DATABASE_URL="mysql://x", LOG_LEVEL="loud", BETTER_AUTH_SECRET="changeme")
    assert outcome.returncode == 78
    for name in ("DATABASE_URL", "LOG_LEVEL", "BETTER_AUTH_SECRET"):
        assert name in outcome.stderr
    assert "changeme" not in outcome.stderr


def test_an_address_of_another_machine_is_said(tmp_path):
    outcome = serve(tmp_path, HOST="203.0.113.1")
    assert outcome.returncode == 69
    assert "HOST=203.0.113.1" in outcome.stderr


def test_a_drain_answers_on_and_ends_each_connection(start):
    process, address = start(DRAIN_SECONDS="2")
    with httpx.Client(base_url=address) as client:
        assert "connection" not in client.get("/health").headers
        process.send_signal(signal.SIGTERM)
        for _ in range(3):
            answer = client.get("/health")
            assert answer.status_code == 200
            assert answer.headers["connection"] == "close"
    assert process.wait(timeout=20) == 0


def test_a_second_signal_ends_the_drain(start):
    process, address = start(DRAIN_SECONDS="300")
    process.send_signal(signal.SIGTERM)
    assert httpx.get(f"{address}/health").headers["connection"] == "close"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


def test_a_kept_connection_ends_now_and_then_so_that_replicas_share_the_work(start):
    _, address = start()
    with httpx.Client(base_url=address) as client:
        said = [client.get("/health").headers.get("connection") for _ in range(150)]
    assert said.count("close") in (2, 3)  # the wait for the first line may have asked before
    assert set(said) == {None, "close"}
