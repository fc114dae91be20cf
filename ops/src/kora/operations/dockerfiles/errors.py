"""What can go wrong in image work, in words for a person."""

from typing import ClassVar

from kora.kit.errors import KoraError


class DockerfileInvalid(KoraError):
    """The text is not a Dockerfile."""

    code: ClassVar[str] = "DOCKERFILE_INVALID"
    exit_code: ClassVar[int] = 2
    default_message: ClassVar[str] = "This is not a valid Dockerfile."
    default_fix: ClassVar[str | None] = "Mend what is named, or let kora image generate write one."


class RepositoryUnclear(KoraError):
    """It cannot be told what the folder holds, or how to start it."""

    code: ClassVar[str] = "REPOSITORY_UNCLEAR"
    exit_code: ClassVar[int] = 2
    default_message: ClassVar[str] = "It cannot be told what this folder holds."
