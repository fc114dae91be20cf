"""The real Gordon (``docker ai``), when Docker Desktop brings it: its words are quoted, never acted on."""

import shutil

from kora.adapters.programs import run
from kora.kit.errors import Unavailable
from kora.kit.redaction import redact_text

_SECONDS = 120


def available() -> bool:
    """Whether ``docker ai`` is there; asking for its help starts no model."""
    if shutil.which("docker") is None:
        return False
    try:
        ran = run(["docker", "ai", "--help"], seconds=20)
    except Unavailable:
        return False
    words = (ran.out + ran.err).lower()
    return ran.code == 0 and "docker ai" in words and "is not a docker command" not in words


def advice(dockerfile: str) -> str | None:
    """What ``docker ai`` says about the text of a Dockerfile, redacted both ways; None when it is not there.

    Raises:
        Unavailable: it is there and did not answer in two minutes, or failed.
    """
    if not available():
        return None
    question = f"Review this Dockerfile and suggest improvements. Change nothing.\n\n{redact_text(dockerfile[:12_000])}"
    ran = run(["docker", "ai", question], seconds=_SECONDS)
    if ran.code:
        raise Unavailable(f"docker ai failed: {ran.err.strip()[:200]}", fix="Leave --ask-docker-ai out.")
    return redact_text(ran.out.strip())
