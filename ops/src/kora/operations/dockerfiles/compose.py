"""A compose file for the services of a repository with the stores that their dependencies point to.

Addresses of stores are set only under names that the code reads; passwords come from ``.env``, never from here.
"""

from collections.abc import Iterable
from typing import Any

import yaml

from kora.operations.dockerfiles.detection.recipe import Recipe

_STORES: dict[str, dict[str, Any]] = {
    "redis": {
        "image": "redis:8",
        "volumes": ["redis:/data"],
        "healthcheck": {"test": ["CMD", "redis-cli", "ping"], "interval": "5s", "timeout": "3s", "retries": 10},
    },
    "postgres": {
        "image": "postgres:17",
        "environment": {
            "POSTGRES_USER": "${POSTGRES_USER:-app}",
            "POSTGRES_DB": "${POSTGRES_DB:-app}",
            "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD in .env}",
        },
        "volumes": ["postgres:/var/lib/postgresql/data"],
        "healthcheck": {
            "test": ["CMD-SHELL", "pg_isready -U \"$$POSTGRES_USER\" -d \"$$POSTGRES_DB\""],
            "interval": "5s", "timeout": "3s", "retries": 10,
        },
    },
}  # fmt: skip
_ADDRESS = (
    "postgresql://${POSTGRES_USER:-app}:${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD in .env}"
    "@postgres:5432/${POSTGRES_DB:-app}"
)
_VALUES = {
    "redis": {"_URL": "redis://redis:6379/0", "_HOST": "redis", "_PORT": "6379"},
    "postgres": {"_URL": _ADDRESS, "_HOST": "postgres", "_PORT": "5432", "_USER": "${POSTGRES_USER:-app}",
                 "_DB": "${POSTGRES_DB:-app}", "_PASSWORD": "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD in .env}"},
}  # fmt: skip


def compose_file(recipes: Iterable[Recipe]) -> tuple[str, list[str]]:
    """The text of compose.yaml, and what a person should know about it."""
    services: dict[str, Any] = {}
    stores: list[str] = []
    notes: list[str] = []
    used: set[int] = set()
    for recipe in recipes:
        service = recipe.service
        published = service.port
        while published in used:
            published += 1
        used.add(published)
        context = service.context
        build: Any = {"context": context}
        default = "Dockerfile" if context == "." else f"{context}/Dockerfile"
        if service.dockerfile != default:
            build["dockerfile"] = _relative(service.dockerfile, context)
        entry: dict[str, Any] = {
            "build": build,
            "ports": [f"127.0.0.1:{published}:{service.port}"],
            "read_only": True,
            "tmpfs": ["/tmp"],  # noqa: S108 - inside the container
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true"],
            "restart": "unless-stopped",
        }
        environment, unknown = _environment(recipe)
        if environment:
            entry["environment"] = environment
        if service.backing:
            entry["depends_on"] = {store: {"condition": "service_healthy"} for store in service.backing}
            stores += service.backing
        notes += [
            f"{service.path}: the code names no variable for the address of {store}; set it by hand."
            for store in unknown
        ]
        services[service.name] = entry
    for store in dict.fromkeys(stores):
        services[store] = {**_STORES[store], "restart": "unless-stopped"}
    document: dict[str, Any] = {"services": services}
    if stores:
        document["volumes"] = {store: {} for store in dict.fromkeys(stores)}
    return yaml.safe_dump(document, sort_keys=False, default_flow_style=False, width=110), notes


def _relative(path: str, context: str) -> str:
    return path.removeprefix(f"{context}/") if context != "." and path.startswith(f"{context}/") else path


def _environment(recipe: Recipe) -> tuple[dict[str, str], list[str]]:
    """Variables with the addresses of stores, and the stores for which no name is known."""
    found: dict[str, str] = {}
    for name, store in recipe.settings.items():
        value = next((value for ending, value in _VALUES[store].items() if name.endswith(ending)), None)
        if value is not None:
            found[name] = value
    served = {store for name, store in recipe.settings.items() if name in found}
    return found, [store for store in recipe.service.backing if store not in served]
