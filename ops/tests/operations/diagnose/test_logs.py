"""The log grammar: which failure the end of a log proves, in the words of many run times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.operations.diagnose.logs import Trouble, read_log, variable_named

PROOFS = (
    (Trouble.REFUSED, "dial tcp 10.96.0.3:5432: connect: connection refused", ("10.96.0.3", 5432)),
    (Trouble.REFUSED, "Error: connect ECONNREFUSED 10.96.1.2:6379", ("10.96.1.2", 6379)),
    (
        Trouble.REFUSED,
        "requests.exceptions.ConnectionError: HTTPConnectionPool(host='backend', port=8000): Max retries exceeded"
        " (Caused by NewConnectionError('[Errno 111] Connection refused'))",
        ("backend", 8000),
    ),
    (
        Trouble.REFUSED,
        'psycopg.OperationalError: connection to server at "db" (10.1.1.1), port 5432 failed: Connection refused',
        ("db", 5432),
    ),
    (
        Trouble.REFUSED,
        "redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.",
        ("redis", 6379),
    ),
    (
        Trouble.REFUSED,
        "curl: (7) Failed to connect to backend port 8000 after 0 ms: Could not connect to server",
        ("backend", 8000),
    ),
    (Trouble.REFUSED, "wget: can't connect to remote host (10.96.0.5): Connection refused", ("10.96.0.5", None)),
    (Trouble.UNRESOLVED, "dial tcp: lookup db on 10.96.0.10:53: no such host", ("db", None)),
    (Trouble.UNRESOLVED, "Error: getaddrinfo ENOTFOUND orders", ("orders", None)),
    (Trouble.UNRESOLVED, "curl: (6) Could not resolve host: backend", ("backend", None)),
    (Trouble.UNRESOLVED, "wget: bad address 'backend:8080'", ("backend", 8080)),
    (Trouble.UNRESOLVED, "java.net.UnknownHostException: db", ("db", None)),
    (Trouble.UNRESOLVED, 'could not translate host name "db" to address: Name or service not known', None),
    (Trouble.SILENT, "dial tcp 10.96.0.3:5432: i/o timeout", ("10.96.0.3", 5432)),
    (Trouble.SILENT, "wget: download timed out", None),
    (Trouble.PERMISSION, "PermissionError: [Errno 13] Permission denied: '/data/x'", None),
    (Trouble.READ_ONLY, "touch: /var/x: Read-only file system", None),
    (Trouble.NO_SPACE, "OSError: [Errno 28] No space left on device", None),
    (Trouble.MEMORY, "java.lang.OutOfMemoryError: Java heap space", None),
    (Trouble.ADDRESS_IN_USE, "listen tcp :8080: bind: address already in use", None),
    (Trouble.COMMAND, "exec /app: exec format error", None),
    (Trouble.COMMAND, "sh: gunicorn: not found", None),
    (Trouble.TLS, "x509: certificate signed by unknown authority", None),
    (Trouble.CREDENTIALS, 'FATAL: password authentication failed for user "app"', None),
)


@pytest.mark.parametrize(("trouble", "line", "host"), PROOFS, ids=[line[:30] for _, line, _ in PROOFS])
def test_reads_the_failure_and_the_other_side(trouble: Trouble, line: str, host: tuple[str, int | None] | None) -> None:
    found = read_log(f"starting\n{line}\n").find(trouble)
    assert found is not None
    if host:
        assert found.hosts[0] == host


@pytest.mark.parametrize(
    "line",
    [
        "KeyError: 'DATABASE_URL'",
        "Error: environment variable DATABASE_URL is required",
        "DATABASE_URL is not set, exiting",
        "sh: DATABASE_URL: parameter not set",
        "panic: required key DATABASE_URL missing value",
        "missing required environment variable: DATABASE_URL",
        "You must specify DATABASE_URL to a non-empty value",
        'env: environment variable "DATABASE_URL" should not be empty',
        "Could not resolve placeholder 'DATABASE_URL' in value",
        "bash: line 1: DATABASE_URL: unbound variable",
    ],
)
def test_names_the_missing_variable(line: str) -> None:
    assert variable_named(line) == "DATABASE_URL"


@pytest.mark.parametrize(
    "line",
    [
        "INFO: Uvicorn running on http://0.0.0.0:8000",
        "GET /health 200",
        "Connected to DATABASE",
        "ERROR 404 NOT FOUND",
        "HTTP GET is required",
    ],
)
def test_ordinary_lines_miss_no_variable(line: str) -> None:
    assert variable_named(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "ModuleNotFoundError: No module named requests",
        "Module not found: Error: Can't resolve './routes' in '/app/src'",
        "npm ERR! ERESOLVE could not resolve dependency: react@19",
        "error: cannot resolve symbol Foo",
    ],
)
def test_what_is_missing_in_the_program_is_no_other_side(line: str) -> None:
    assert read_log(f"starting\n{line}\n").find(Trouble.UNRESOLVED) is None


def test_the_error_is_the_last_line_that_reads_like_one_and_not_a_frame() -> None:
    text = (
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n   '
        " run()\nValueError: bad port\nbye\n"
    )
    assert read_log(text).error == "ValueError: bad port"
    node = "TypeError: x is not a function\n    at Object.<anonymous> (/app/index.js:3:1)\n    at node:internal/main\n"
    assert read_log(node).error == "TypeError: x is not a function"


def test_secrets_do_not_survive() -> None:
    found = read_log("fatal: could not connect to postgres://app:hunter2hunter2@db:5432/app: connection refused")
    assert "hunter2" not in repr(found)


def test_says_on_which_port_a_program_listens() -> None:
    assert read_log("INFO: Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)").ports == {8000}
    assert read_log("Server listening on port 3000").ports == {3000}


@given(st.text(max_size=400))
def test_any_text_is_read_without_error(text: str) -> None:
    found = read_log(text)
    assert len(found.lines) <= 3
    assert all(len(line) <= 300 for line in found.lines)
