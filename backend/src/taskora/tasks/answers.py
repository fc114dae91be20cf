"""Answers of this feature's endpoints: encoded once by pydantic-core, with the change's id in a header."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel

CHANGE_HEADER = "X-Change-Id"

# For OpenAPI: every write names the change that undo takes back.
WRITES: dict[str, Any] = {
    "headers": {CHANGE_HEADER: {"description": "Undo takes this change back.", "schema": {"type": "integer"}}}
}


def answer(body: BaseModel, *, status: int = 200, change_id: int | None = None) -> Response:
    """A JSON answer; `change_id` goes into X-Change-Id."""
    return Response(
        body.__pydantic_serializer__.to_json(body, by_alias=True),
        status,
        headers=_headers(change_id),
        media_type="application/json",
    )


def no_content(change_id: int | None) -> Response:
    """204 for a deletion."""
    return Response(status_code=204, headers=_headers(change_id))


def _headers(change_id: int | None) -> dict[str, str]:
    return {} if change_id is None else {CHANGE_HEADER: str(change_id)}
