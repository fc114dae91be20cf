"""Bearer tokens that are JWTs: ours, and those of a Better Auth front end that shares the secret.

HS256 and nothing else. Ours carry `sid`, the session they were made with, so signing out ends them. A foreign one has
no `sid` and must say when it ends.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from taskora.accounts.errors import AuthInvalid
from taskora.kit.clock import now

LIFETIME = timedelta(days=7)
_LONGEST = 4096  # characters; no token of ours or of Better Auth comes near
_CLOCK_SKEW = timedelta(seconds=30)  # between us and a front end that signs tokens


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    user_id: str
    session_id: str | None
    issued_at: datetime | None
    email: str | None
    name: str | None


def issue(secret: str, user_id: str, session_id: str) -> str:
    """A token for one session, valid for seven days."""
    instant = now()
    claims = {"sub": user_id, "sid": session_id, "iat": instant, "exp": instant + LIFETIME}
    return jwt.encode(claims, secret, algorithm="HS256")


def read(secret: str, token: str) -> Claims:
    """Check signature, algorithm and times.

    Raises:
        AuthInvalid: for every reason alike.
    """
    if len(token) > _LONGEST:
        raise AuthInvalid
    # Times are held against our clock below; audience and issuer are the front end's business.
    options: Any = {
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
        "verify_aud": False,
        "verify_iss": False,
        "require": ["exp", "sub"],
    }
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise AuthInvalid from error
    instant = now()
    issued, not_before = _instant(claims, "iat"), _instant(claims, "nbf")
    ends = _instant(claims, "exp")
    if ends is None or ends <= instant:
        raise AuthInvalid
    if any(when is not None and when > instant + _CLOCK_SKEW for when in (issued, not_before)):
        raise AuthInvalid
    user_id = _text(claims, "sub", 64)
    if user_id is None:
        raise AuthInvalid
    session_id = _text(claims, "sid", 32)
    if session_id is None and "sid" in claims:
        raise AuthInvalid
    return Claims(user_id, session_id, issued, _text(claims, "email", 320), _text(claims, "name", 100))


def _instant(claims: dict[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AuthInvalid
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise AuthInvalid from error


def _text(claims: dict[str, Any], name: str, longest: int) -> str | None:
    value = claims.get(name)
    if isinstance(value, str) and len(value.strip()) > 0 and len(value) <= longest and value.isprintable():
        return value.strip()
    return None
