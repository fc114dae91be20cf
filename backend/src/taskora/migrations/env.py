"""Alembic's entry: runs on the connection that `taskora.migrations` hands over, and only there."""

from typing import Any, Literal

from alembic import context

from taskora.migrations import metadata
from taskora.storage import Timestamp


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Column types of ours, as a generated revision should write them."""
    if kind == "type" and isinstance(item, Timestamp):
        autogen_context.imports.add("from taskora.storage import Timestamp")
        return "Timestamp()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
    transactional_ddl=False,  # the caller's transaction holds lock, schema and revision together
)
context.run_migrations()
