"""Signatures as Standard Webhooks 1.0 defines them (https://www.standardwebhooks.com), so that receivers verify with
its
libraries: HMAC-SHA256 over `id.timestamp.body` with the base64 part of the secret as the key.
"""

import base64
import hashlib
import hmac

PREFIX = "whsec"


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 signature; `timestamp` in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(f"{PREFIX}_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of one attempt."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }
