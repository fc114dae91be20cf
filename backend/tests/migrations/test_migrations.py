"""The migrations make exactly the declared tables, on both databases, however many processes start at once."""

import asyncio
import pkgutil
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, text

import taskora
from taskora import migrations
from taskora.storage import Base, Database


@pytest.fixture
async def empty_database(empty_database_url):
    database = Database(empty_database_url)
    yield database
    await database.close()


def differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, migrations.metadata())


async def test_migrations_make_the_declared_tables(empty_database):
    assert await migrations.upgrade(empty_database) == (None, migrations.HEAD)
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_time_changes_nothing(empty_database):
    await migrations.upgrade(empty_database)
    assert await migrations.upgrade(empty_database) == (migrations.HEAD, migrations.HEAD)


async def test_replicas_that_start_together_migrate_once(empty_database_url):
    replicas = [Database(empty_database_url) for _ in range(4)]
    outcomes = await asyncio.gather(*(migrations.upgrade(replica) for replica in replicas))
    assert [before for before, _ in outcomes].count(None) == 1
    for replica in replicas:
        await replica.close()


async def test_a_failed_migration_leaves_nothing_behind(empty_database, monkeypatch):
    def broken(connection):
        connection.execute(text("CREATE TABLE half_made (id INTEGER)"))
        raise RuntimeError("in the middle")

    monkeypatch.setattr(migrations, "_run", broken)
    with pytest.raises(RuntimeError):
        await migrations.upgrade(empty_database)
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []


async def test_a_newer_schema_is_served_and_left_alone(database):
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await migrations.upgrade(database) == ("9999", "9999")
    async with database.engine.connect() as connection:
        assert await connection.run_sync(migrations.current) == "9999"


async def test_a_foreign_revision_is_refused_and_left_alone(database):
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'a1b2c3'"))
    with pytest.raises(migrations.SchemaUnknown):
        await migrations.upgrade(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(migrations.current) == "a1b2c3"


def test_the_newest_revision_is_the_one_that_readiness_expects():
    script = ScriptDirectory(str(next(iter(migrations.__path__))))
    assert script.get_heads() == [migrations.HEAD]


def test_no_table_is_forgotten():
    """Every module of the package that declares tables is among those the migrations load."""
    known = set(migrations.metadata().tables)
    for module in pkgutil.walk_packages(taskora.__path__, "taskora."):
        if module.name.endswith("models"):
            import_module(module.name)
    assert isinstance(Base.metadata, MetaData)
    assert set(Base.metadata.tables) == known
