"""Canonical JSON: one byte sequence for one value, so that hashes of plans and log records agree everywhere.

Sorted keys, no spaces, UTF-8, no NaN; after RFC 8785 except that numbers keep Python's shortest form and keys are
sorted by code point.
"""

import json
from typing import Any

from kora.kit.ids import digest


def canonical_json(value: Any) -> bytes:
    """`value` (JSON types only) as canonical bytes.

    Raises:
        ValueError: NaN or infinity inside.
        TypeError: something that JSON has no form for.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def content_hash(value: Any) -> str:
    """SHA-256 in hex over the canonical JSON of `value`."""
    return digest(canonical_json(value))
