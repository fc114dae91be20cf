"""What a pod spec refers to: config maps, secrets and their keys, with the JSON pointer of each reference."""

from collections.abc import Iterator
from typing import NamedTuple

from kora.domain.objects import Manifest
from kora.operations.diagnose.fields import dig


class Reference(NamedTuple):
    """One reference from a pod spec. `key` is None when the whole object is meant; `path` points at the name."""

    kind: str
    name: str
    key: str | None
    path: str
    optional: bool
    used_by: str
    """For sentences: ``env DATABASE_URL of container web``."""

    @property
    def key_path(self) -> str:
        """Points at the key instead of the name."""
        return self.path.rsplit("/", 1)[0] + "/key"


_ENV_SOURCES = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_ENV_FROM = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
_VOLUMES = (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"))


def references(spec: Manifest) -> Iterator[Reference]:
    """All references of a pod spec to config maps and secrets; pull secrets are no precondition for a start."""
    for field in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(field) or ()):
            yield from _of_container(container, f"/{field}/{index}")
    for index, volume in enumerate(spec.get("volumes") or ()):
        yield from _of_volume(volume, f"/volumes/{index}")


def _of_container(container: Manifest, path: str) -> Iterator[Reference]:
    name = container.get("name")
    for index, each in enumerate(container.get("envFrom") or ()):
        for field, kind in _ENV_FROM:
            if ref := each.get(field):
                where = f"{path}/envFrom/{index}/{field}/name"
                yield Reference(kind, ref.get("name", ""), None, where, bool(ref.get("optional")), f"envFrom of {name}")
    for index, each in enumerate(container.get("env") or ()):
        for field, kind in _ENV_SOURCES:
            if ref := dig(each, "valueFrom", field):
                where, by = f"{path}/env/{index}/valueFrom/{field}/name", f"variable {each.get('name')} of {name}"
                yield Reference(kind, ref.get("name", ""), ref.get("key"), where, bool(ref.get("optional")), by)


def _of_volume(volume: Manifest, path: str) -> Iterator[Reference]:
    by = f"volume {volume.get('name')}"
    for field, kind, name_field in _VOLUMES:
        if ref := volume.get(field):
            yield from _with_items(ref, kind, name_field, f"{path}/{field}", by)
    for index, each in enumerate(dig(volume, "projected", "sources") or ()):
        for field, kind, _ in _VOLUMES:
            if ref := each.get(field):
                yield from _with_items(ref, kind, "name", f"{path}/projected/sources/{index}/{field}", by)


def _with_items(ref: Manifest, kind: str, name_field: str, path: str, by: str) -> Iterator[Reference]:
    name, optional = ref.get(name_field, ""), bool(ref.get("optional"))
    yield Reference(kind, name, None, f"{path}/{name_field}", optional, by)
    for index, item in enumerate(ref.get("items") or ()):
        yield Reference(kind, name, item.get("key"), f"{path}/items/{index}/name", optional, by)
