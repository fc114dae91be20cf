"""Passwords: what is allowed, and Argon2id.

A password is 8–128 characters as typed, any of them, never cut. It is hashed in Unicode form NFKC (NIST SP 800-63B,
5.1.1.2), so that the same keys give the same password on every system. Hashing runs in a small thread pool of its own:
each running hash holds 32 MiB, so the pool's size bounds memory, and a bounded queue answers "busy" instead of growing.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from taskora.accounts.errors import Busy, PasswordRefused

Result = TypeVar("Result")

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128

# 32 MiB, two passes, one lane: above OWASP's minimum for Argon2id (19 MiB, 2, 1), about 60 ms on a common server core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
_WORKERS = 2
_QUEUE_LIMIT = 64
_pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="argon2")
_waiting = 0


def check_new_password(password: str, *, personal: tuple[str, ...] = ()) -> None:
    """Hold a new password against the rules; `personal` is what an attacker would try first (e-mail, name).

    Raises:
        PasswordRefused: with what to do about it.
    """
    if len(password) < MINIMUM_LENGTH:
        raise PasswordRefused(f"The password needs at least {MINIMUM_LENGTH} characters.", field="password")
    if len(password) > MAXIMUM_LENGTH:
        raise PasswordRefused(f"The password may have at most {MAXIMUM_LENGTH} characters.", field="password")
    plain = _normal(password).casefold()
    if len(set(plain)) == 1 or plain in _common_passwords():
        raise PasswordRefused(
            "This password is one of the most common ones, so it is guessed first. Choose another.", field="password"
        )
    if any(plain == part.casefold() for part in personal if part):
        raise PasswordRefused("The password must not be your e-mail or name. Choose another.", field="password")


async def hash_password(password: str) -> str:
    """The Argon2id hash to store (PHC string).

    Raises:
        Busy: too many hashes are waiting.
    """
    return await _in_pool(_hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether `password` belongs to `stored`. Without a stored hash the same work is done on a dummy, and it is False.

    Raises:
        Busy: too many hashes are waiting.
    """
    return await _in_pool(_verify, password, stored)


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _hash(password: str) -> str:
    return _HASHER.hash(_normal(password))


def _verify(password: str, stored: str | None) -> bool:
    dummy = _dummy_hash()  # made whether needed or not, so that the first unknown e-mail costs no more than a known one
    try:
        matches = _HASHER.verify(stored or dummy, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


async def _in_pool(work: Callable[..., Result], *arguments: str | None) -> Result:
    global _waiting
    if _waiting >= _QUEUE_LIMIT:
        raise Busy
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *arguments)
    finally:
        _waiting -= 1


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _dummy_hash() -> str:
    return _HASHER.hash("a password that nobody has")


@cache
def _common_passwords() -> frozenset[str]:
    text = files("taskora.accounts").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("# "))
