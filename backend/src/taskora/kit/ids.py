"""Ids and secrets. Account ids are random and unguessable; secrets carry a prefix so that scanners can spot a leak."""

import base64
import hashlib
import secrets

_ALPHABET = "0123456789abcdefghijkmnpqrstuvwxyz"  # no l or o: ids get read aloud


def new_id(length: int = 20) -> str:
    """A random lower-case id; 20 characters of this alphabet hold 101 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_secret(prefix: str) -> str:
    """A fresh secret with 256 bits of randomness, e.g. ``tk_…`` for an API token."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def new_signing_key(prefix: str) -> str:
    """A fresh key of 32 bytes for signing, base64 after its prefix (`whsec_…`, as Standard Webhooks writes it)."""
    return f"{prefix}_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def digest(secret: str) -> str:
    """SHA-256 in hex: what is stored of a secret that was random to begin with (a slow hash would add nothing)."""
    return hashlib.sha256(secret.encode()).hexdigest()
