"""The OpenAPI document, complete: operation ids, both ways to sign in, and the error shape on every operation.

The TypeScript client and the access matrix are made from this document, so what isn't in here doesn't exist.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from taskora.web.errors import ErrorAnswer

_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
_LARGEST_ID = 2**63 - 1
_WORDS = {
    "401": "Not signed in, or the credential is not valid.",
    "403": "Somebody else's data, a missing scope, or another page's request.",
    "404": "There is no such thing, or it is somebody else's.",
    "422": "A value is not valid; the field is named.",
    "4XX": "The request can't be served as it is; the message says what to do.",
    "5XX": "A fault of ours; nothing was changed.",
}


def install(app: FastAPI) -> None:
    """Make `app.openapi()` answer the completed document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # FastAPI's documented way to extend the document


def _complete(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="An AI task manager of your own.",
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    error_schema = ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(error_schema.pop("$defs"))
    schemas["ErrorAnswer"] = error_schema
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete_operation(operation, path)
    _whole_bounds(document)
    return document


def _whole_bounds(node: Any) -> None:
    """FastAPI writes bounds as floats, where 2⁶³-1 becomes 2⁶³: bounds that are whole numbers are written as such."""
    if isinstance(node, dict):
        for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            bound = node.get(name)
            if isinstance(bound, float) and bound.is_integer():
                node[name] = min(int(bound), _LARGEST_ID)
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            _whole_bounds(child)


def _complete_operation(operation: dict[str, Any], path: str) -> None:
    answers = operation["responses"]
    if not path.startswith("/api/") and not operation.get("parameters"):
        return  # health, readiness and metrics have shapes of their own
    codes = ["4XX", "5XX"]
    if operation.setdefault("security", []):
        codes += ["401", "403", "404"]
    if operation.get("requestBody") or operation.get("parameters"):
        codes.append("422")
    else:
        answers.pop("422", None)
    for code in codes:
        if code == "422" or code not in answers:
            answers[code] = {"description": _WORDS[code], "content": _ERROR}
