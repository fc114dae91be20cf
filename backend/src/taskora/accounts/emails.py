"""What counts as an e-mail address. Only delivery proves one; this keeps out what can't be one.

Lengths are RFC 5321's (64 before the @, 254 in all); domains may be written in any script.
"""

import re
import unicodedata

_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]{1,64}")


def normalise_email(value: str) -> str:
    """The address as it is stored and compared: trimmed, NFC, lower case.

    Raises:
        ValueError: it can't be an e-mail address.
    """
    address = unicodedata.normalize("NFC", value.strip()).lower()
    local, at, domain = address.rpartition("@")
    labels = domain.split(".")
    fits = len(address.encode()) <= 254
    if not at or not fits or not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith("."):
        raise ValueError("must be an e-mail address such as sana@example.org")
    if ".." in local or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("must be an e-mail address such as sana@example.org")
    return address
