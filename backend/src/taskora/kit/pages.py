"""Opaque cursors for keyset pagination: the position of the last row, not an offset, so pages never skip or repeat."""

import base64
import binascii
import json
from typing import Any

from taskora.kit.errors import Invalid


def encode_cursor(position: list[Any]) -> str:
    """Pack the sort values of the last row (JSON-able) into a URL-safe string."""
    packed = json.dumps(position, separators=(",", ":"), ensure_ascii=True).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """Unpack a cursor of `length` scalar values.

    Raises:
        Invalid: the cursor was not made by `encode_cursor` or belongs to another sort order.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Invalid("The cursor is not valid. Start again without one.", field="cursor") from error
    scalars = isinstance(position, list) and all(isinstance(v, str | int | float | bool | None) for v in position)
    if not scalars or len(position) != length:
        raise Invalid("The cursor does not belong to this list. Start again without one.", field="cursor")
    return list(position)
