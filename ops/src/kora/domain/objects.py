"""Kubernetes objects as plain dictionaries, and the names that point at them."""

from typing import Any

from pydantic import BaseModel, ConfigDict

Manifest = dict[str, Any]
"""A Kubernetes object as its API writes it: apiVersion, kind, metadata, and the rest."""


class ObjectRef(BaseModel):
    """The name of one object. `namespace` is None for cluster-scoped kinds."""

    model_config = ConfigDict(frozen=True)

    api_version: str
    kind: str
    namespace: str | None = None
    name: str

    @classmethod
    def of(cls, manifest: Manifest) -> "ObjectRef":
        """The reference to a full object."""
        metadata = manifest.get("metadata") or {}
        return cls(
            api_version=manifest["apiVersion"],
            kind=manifest["kind"],
            namespace=metadata.get("namespace"),
            name=metadata["name"],
        )

    @property
    def group(self) -> str:
        """The API group, empty for the core one."""
        group, slash, _ = self.api_version.rpartition("/")
        return group if slash else ""

    def __str__(self) -> str:
        """As kubectl writes it, with the namespace: ``deployment/web -n shop``."""
        where = f" -n {self.namespace}" if self.namespace else ""
        return f"{self.kind.lower()}/{self.name}{where}"


def resource_version(manifest: Manifest | None) -> str | None:
    """The object's resourceVersion; None when the object is absent."""
    if manifest is None:
        return None
    version = (manifest.get("metadata") or {}).get("resourceVersion")
    return None if version is None else str(version)
