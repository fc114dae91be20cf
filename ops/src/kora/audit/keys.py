"""The key that signs the log's checkpoints (Ed25519, RFC 8032), and the log opened with it.

``KORA_AUDIT_KEY`` names a PEM file. Whoever may write the log's folder can rewrite the whole log; without this key the
new one fails at its first checkpoint. So keep the public half elsewhere, and the private one out of the log's folder.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kora.audit.log import AuditLog
from kora.kit.errors import Invalid, Misconfigured

if TYPE_CHECKING:  # large, and loaded only where there is a key
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VARIABLE = "KORA_AUDIT_KEY"


class AuditKeyUnusable(Misconfigured):
    """The key that shall sign the log can't be used. Nothing is recorded unsigned instead."""

    code = "AUDIT_KEY_UNUSABLE"


def open_log(folder: Path, environment: Mapping[str, str] | None = None) -> AuditLog:
    """The log in `folder`, signing its checkpoints when `VARIABLE` names a key.

    Raises:
        AuditKeyUnusable: it names one that can't be used.
    """
    named = (os.environ if environment is None else environment).get(VARIABLE, "").strip()
    return AuditLog(folder, key=read_key(Path(named)) if named else None)


def read_key(path: Path) -> "Ed25519PrivateKey":
    """The private key in a PEM file that nobody else may read.

    Raises:
        AuditKeyUnusable.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except OSError as error:
        raise AuditKeyUnusable(f"{VARIABLE} names {path}: {error.strerror}.", fix="kora audit key FILE") from error
    if mode & 0o077:
        raise AuditKeyUnusable(f"{path} may be read by others.", fix=f"chmod 600 {path}")
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise AuditKeyUnusable(f"{path} holds no private key.", fix="kora audit key FILE") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AuditKeyUnusable(f"{path} is no Ed25519 key.", fix="kora audit key FILE")
    return key


def make_key(path: Path) -> Path:
    """Make a key pair: `path` (0600) and beside it the public half, which is returned.

    Raises:
        Invalid: a file is there already, or can't be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    beside = path.with_name(f"{path.name}.pub")
    try:
        for file, content, mode in ((path, private, 0o600), (beside, public, 0o644)):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
    except FileExistsError as error:
        raise Invalid(
            f"{error.filename} is there already; a key is never overwritten.", fix="Name another file."
        ) from error
    except OSError as error:
        raise Invalid(f"{error.filename} can't be written: {error.strerror}.", fix="Name another file.") from error
    return beside
