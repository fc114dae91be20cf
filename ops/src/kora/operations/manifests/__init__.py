"""Typed builders: what `language` read as `Create` or `Grant` becomes complete Kubernetes objects.

`build` gives the manifests in the order in which they have to be made, with notes about everything that was added
because the request was silent. Nothing is invented: a missing image, port or value raises `Incomplete` with the
question to ask.
"""

from kora.operations.manifests.building import build, build_all
from kora.operations.manifests.drafts import Built, Defaults, Incomplete

__all__ = ["Built", "Defaults", "Incomplete", "build", "build_all"]
