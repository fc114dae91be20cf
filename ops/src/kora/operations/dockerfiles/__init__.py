"""Image work: read Dockerfiles, judge them, mend them, write new ones for a repository, and look into built images."""

from kora.operations.dockerfiles.generate import generate
from kora.operations.dockerfiles.services import Framework, GeneratedFiles, Service

__all__ = ["Framework", "GeneratedFiles", "Service", "generate"]
