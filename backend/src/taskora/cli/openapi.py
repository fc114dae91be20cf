"""`taskora openapi`: the document without a server, a database or settings."""

from typing import Any

from pydantic import SecretStr

from taskora.kit.ids import new_secret
from taskora.settings import Settings
from taskora.storage import Database
from taskora.web.app import create_app


def document() -> dict[str, Any]:
    """The OpenAPI document of this version; it depends on no setting."""
    settings = Settings(better_auth_secret=SecretStr(new_secret("unused")))
    return create_app(settings, Database("sqlite://")).openapi()
