"""Bearer tokens that this program makes: random, kept in a file that only its owner reads."""

import hmac
import os
import secrets
import stat
from pathlib import Path

from kora.kit.errors import Misconfigured

TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits, safe in a URL and a header."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_file(path: Path) -> str:
    """The token in `path`; made (0600) when there is none yet.

    Raises:
        Misconfigured: others may read the file, it is empty, a link, or can't be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            return _read(path)
        token = new_token()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise Misconfigured(f"The token in {path} can't be used: {problem.strerror or problem}.") from problem
    return token


def given_token(variable: str) -> str | None:
    """The token in an environment variable, where a Secret of the cluster puts it; None without one.

    Raises:
        Misconfigured: it is too short to be one.
    """
    token = os.environ.get(variable, "").strip()
    if token and len(token) < TOKEN_BYTES:
        raise Misconfigured(f"The token in {variable} is too short.", fix=f"Give it {TOKEN_BYTES} characters or more.")
    return token or None


def same_token(given: str, real: str) -> bool:
    """Whether they are equal; takes as long whatever `given` is."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), real.encode())


def _read(path: Path) -> str:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, encoding="utf-8", errors="replace") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        token = file.read(1024).strip()
    if mode & 0o077:
        raise Misconfigured(f"Others may read the token in {path} ({mode:04o}).", fix=f"chmod 600 {path}")
    if len(token) < TOKEN_BYTES:
        raise Misconfigured(f"The token in {path} is too short.", fix=f"Delete {path}; a new one is made.")
    return token
