"""Fixtures of the whole backend suite: a database of either kind, the application on it, people who signed up.

`database_url` is parametrised: every test that uses a database (directly or through `app`, `client`, `person`) runs on
SQLite and on a real PostgreSQL. The schema is made once per kind and copied (SQLite: a file; PostgreSQL: a template).
"""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.engine import make_url

from taskora import migrations
from taskora import settings as settings_module
from taskora.accounts import passwords
from taskora.settings import Settings
from taskora.storage import Database
from taskora.web.app import create_app

_numbers = itertools.count(1)
_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")
SECRET = "r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ"
PASSWORD = "plum-tree-47-river"


@pytest.fixture(autouse=True, scope="session")
def cheap_hashing() -> Iterator[None]:
    """Argon2id with its smallest cost: everything but the cost stays real. `test_passwords` holds the real cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


async def _make_schema(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(migrations.metadata().create_all)
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrations.HEAD})
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file with the schema, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_make_schema(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL: TEST_POSTGRES_URL, or one that pgserver starts for this test session."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    try:
        import pgserver

        # A folder of our own: pytest clears away its old ones, and a server whose folder vanishes stops at once.
        server = pgserver.get_server(Path(tempfile.mkdtemp(prefix="taskora-pg-")), cleanup_mode="delete")
        address = server.get_uri()
        # Test data need not survive a power cut.
        asyncio.run(_postgres(address, *(f"ALTER SYSTEM SET {name} = off" for name in _DURABILITY)))
        asyncio.run(_postgres(address, "SELECT pg_reload_conf()"))
    except Exception as error:  # whatever keeps a foreign program from starting, the suite says so and goes on
        pytest.skip(f"PostgreSQL tests are skipped: pgserver could not start one here ({type(error).__name__}).")
    yield address
    server.cleanup()


def _database_of(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _postgres(server: str, *statements: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a PostgreSQL database with the schema, to copy."""
    name = f"taskora_template_{os.getpid()}"
    asyncio.run(_postgres(postgres_server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"))
    asyncio.run(_make_schema(_database_of(postgres_server, name)))
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with the schema, this test's alone."""
    if database_kind == "sqlite":
        path = tmp_path / "taskora.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"taskora_test_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_postgres(server, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield _database_of(server, name)
    asyncio.run(_postgres(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"taskora_empty_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_postgres(server, f"CREATE DATABASE {name}"))
    yield _database_of(server, name)
    asyncio.run(_postgres(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database handle of the test."""
    handle = Database(database_url)
    yield handle
    await handle.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a production-like process; limits are off so that tests switch on what they test."""
    return settings_module.load(
        {},
        database_url=database_url,
        better_auth_secret=SECRET,
        data_dir=tmp_path,
        chat_rate_limit=0,
        signup_rate_limit=0,
        signin_rate_limit=0,
    )


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    """The application, started."""
    application = create_app(settings, database)
    async with application.router.lifespan_context(application):
        yield application


def client_for(app: FastAPI, **options: Any) -> httpx.AsyncClient:
    """A client that talks to the application in this process, as from http://testserver."""
    transport = httpx.ASGITransport(app=app, client=options.pop("address", ("203.0.113.7", 50000)))
    return httpx.AsyncClient(transport=transport, base_url=options.pop("base_url", "http://testserver"), **options)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that nobody has signed in."""
    async with client_for(app) as http:
        yield http


@pytest.fixture
async def new_client(app: FastAPI) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """A factory of clients, e.g. `new_client(address=("198.51.100.9", 1), base_url="https://testserver")`."""
    made: list[httpx.AsyncClient] = []

    def make(**options: Any) -> httpx.AsyncClient:
        made.append(client_for(app, **options))
        return made[-1]

    yield make
    for http in made:
        await http.aclose()


@dataclass
class Person:
    """Somebody who signed up through the API."""

    id: str
    email: str
    name: str
    password: str
    token: str
    client: httpx.AsyncClient  # sends the bearer token
    browser: httpx.AsyncClient  # holds the session cookie and sends what our page sends

    @property
    def path(self) -> str:
        """`/api/{id}`."""
        return f"/api/{self.id}"


SignUp = Callable[..., Awaitable[Person]]


@pytest.fixture
async def person(app: FastAPI) -> AsyncIterator[SignUp]:
    """A factory: `ada = await person("Ada")` signs somebody up; each call is another person."""
    clients: list[httpx.AsyncClient] = []
    count = itertools.count(1)

    async def sign_up(name: str = "Person", **extra: Any) -> Person:
        browser = client_for(app, headers={"X-Requested-With": "taskora", "Origin": "http://testserver"})
        email = f"{name.lower().replace(' ', '.')}.{next(count)}@example.org"
        answer = await browser.post(
            "/api/auth/signup", json={"name": name, "email": email, "password": PASSWORD, **extra}
        )
        assert answer.status_code == 201, answer.text
        body = answer.json()
        token = body["access_token"]
        program = client_for(app, headers={"Authorization": f"Bearer {token}"})
        clients.extend((browser, program))
        return Person(body["user"]["id"], email, name, PASSWORD, token, program, browser)

    yield sign_up
    for http in clients:
        await http.aclose()
