"""Image work: read Dockerfiles, judge them, mend them, write new ones for a repository, and look into built images."""

from kora.operations.dockerfiles.fix import fix
from kora.operations.dockerfiles.generate import generate, generate_from_prompt
from kora.operations.dockerfiles.review import Review, review, review_file
from kora.operations.dockerfiles.services import Framework, GeneratedFiles, Service

__all__ = [
    "Framework",
    "GeneratedFiles",
    "Review",
    "Service",
    "fix",
    "generate",
    "generate_from_prompt",
    "review",
    "review_file",
]
