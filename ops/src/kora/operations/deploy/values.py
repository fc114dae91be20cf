"""The values that a release gets: the user's own chart with images filled in, or the plain chart that Kora brings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from kora.kit.errors import Misconfigured
from kora.operations.deploy.configuration import Application, Service

PLAIN_CHART = Path(__file__).parent / "chart"
"""Deployment or StatefulSet, Service and Ingress for each service; Pod Security "restricted"."""


def chart_of(application: Application) -> Path:
    """The folder of the chart to install.

    Raises:
        Misconfigured: the chart that kora.yaml names is not there.
    """
    if application.chart is None:
        return PLAIN_CHART
    chart = application.folder / application.chart.path
    if not (chart / "Chart.yaml").is_file():
        raise Misconfigured(f"There is no chart at {chart}.", fix="correct chart.path in kora.yaml")
    return chart


def values_of(application: Application, references: Mapping[str, str], secrets_digest: str = "") -> dict[str, Any]:
    """The complete user-supplied values; `references` are the images as the cluster calls them, by service.
    `secrets_digest` renews the pods when the Secret changes.

    Raises:
        Misconfigured: a values file can't be read, or a path in `chart.images` runs into something that is no map.
    """
    if application.chart is None:
        return _plain(application, references, secrets_digest)
    values: dict[str, Any] = {}
    for name in application.chart.files:
        values = merged(values, _file(application.folder / name))
    values = merged(values, application.chart.values)
    for service, places in application.chart.images.items():
        repository, tag = split_reference(references[service])
        wanted = {
            places.repository: repository,
            places.tag: tag,
            places.reference: references[service],
            places.pull_policy: "IfNotPresent",
        }
        for path, value in wanted.items():
            if path is not None:
                _set(values, path, value)
    return values


def split_reference(reference: str) -> tuple[str, str]:
    """``localhost:5000/web:1`` to ``localhost:5000/web`` and ``1``."""
    repository, colon, tag = reference.rpartition(":")
    if not colon or "/" in tag:
        raise Misconfigured(f"The image {reference} has no tag.")
    return repository, tag


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two levels of values as Helm merges them: maps together, everything else replaced."""
    result = dict(below)
    for key, value in above.items():
        held = result.get(key)
        both = isinstance(held, dict) and isinstance(value, dict)
        result[key] = merged(held, value) if both else value  # type: ignore[arg-type]
    return result


def _set(values: dict[str, Any], path: str, value: Any) -> None:
    *folders, last = path.split(".")
    place = values
    for folder in folders:
        place = place.setdefault(folder, {})
        if not isinstance(place, dict):
            raise Misconfigured(f"chart.images: {path} runs into a value that is no map.")
    place[last] = value


def _file(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Misconfigured(f"The values file {path} cannot be read: {error}") from error
    if document is not None and not isinstance(document, dict):
        raise Misconfigured(f"The values file {path} holds no map.")
    return document or {}


def _plain(application: Application, references: Mapping[str, str], secrets_digest: str) -> dict[str, Any]:
    optional = [key for key, rule in (application.secrets.keys if application.secrets else {}).items() if rule.optional]
    services = {
        name: _service(service, references.get(name) or service.image or "", optional, secrets_digest)
        for name, service in application.services.items()
    }
    front = application.front
    if front is not None:
        services[front.service]["serviceType"] = "NodePort"
    host = front.host if front and front.host else ""
    return {
        "secret": application.secrets.name if application.secrets else "",
        "services": services,
        "ingress": {"host": host, "service": front.service if front else ""},
    }


def _service(service: Service, image: str, optional: list[str], secrets_digest: str) -> dict[str, Any]:
    return {
        "image": image,
        "port": service.port,
        "health": service.health or "",
        "command": list(service.command),
        "arguments": list(service.arguments),
        "environment": dict(service.environment),
        "secrets": list(service.secrets),
        "optionalSecrets": [key for key in service.secrets if key in optional],
        "secretsDigest": secrets_digest,
        "replicas": service.replicas,
        "user": service.user,
        "writable": list(service.writable),
        "volume": service.volume.model_dump() if service.volume else None,
        "resources": {
            "cpu": service.resources.cpu,
            "memory": service.resources.memory,
            "memoryLimit": service.resources.memory_limit,
        },
    }
