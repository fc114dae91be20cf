"""What a repository holds: `find` walks its folders; one file a language reads manifests and code. Nothing is run."""

from kora.operations.dockerfiles.detection.find import Detection, find
from kora.operations.dockerfiles.detection.recipe import Recipe

__all__ = ["Detection", "Recipe", "find"]
