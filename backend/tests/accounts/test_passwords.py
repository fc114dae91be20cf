"""The password rules and the hash, apart from HTTP."""

import asyncio
import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskora.accounts import passwords
from taskora.accounts.errors import Busy, PasswordRefused


def test_the_real_cost_is_above_the_owasp_minimum():
    """Read from the source, because the suite hashes cheaply."""
    source = Path(passwords.__file__).read_text(encoding="utf-8")
    found = re.search(r"PasswordHasher\(time_cost=(\d+), memory_cost=(\d+) \* 1024", source)
    assert found is not None
    assert int(found[1]) >= 2
    assert int(found[2]) >= 19


def test_the_list_of_common_passwords_is_long_enough():
    text = files("taskora.accounts").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if not line.startswith("# ")]
    assert len(set(entries)) >= 3000
    assert all(len(entry) >= passwords.MINIMUM_LENGTH for entry in entries)


@pytest.mark.parametrize("password", ["12345678", "Password1", "QWERTYUIOP", "iloveyou1", "ｐａｓｓｗｏｒｄ"])
def test_common_passwords_are_refused_in_any_case_and_width(password):
    with pytest.raises(PasswordRefused):
        passwords.check_new_password(password)


@given(st.text(min_size=129, max_size=300) | st.text(max_size=7))
def test_lengths_outside_the_rule_are_refused(password):
    with pytest.raises(PasswordRefused):
        passwords.check_new_password(password)


async def test_hash_is_argon2id_and_verifies_across_unicode_forms():
    stored = await passwords.hash_password("café-e\u0301clair-41")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify_password("cafe\u0301-éclair-41", stored)
    assert not await passwords.verify_password("cafe-eclair-41", stored)


async def test_without_a_stored_hash_nothing_matches():
    assert not await passwords.verify_password("a password that nobody has", None)


async def test_a_crowd_is_told_to_come_back():
    crowd = [passwords.verify_password("x", "not a hash") for _ in range(300)]
    outcomes = await asyncio.gather(*crowd, return_exceptions=True)
    assert any(isinstance(outcome, Busy) for outcome in outcomes)
    assert any(outcome is False for outcome in outcomes)
    assert await passwords.verify_password("x", None) is False  # and the pool is usable afterwards


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=8, max_size=128))
def test_every_password_verifies_against_its_own_hash(password):
    stored = passwords._hash(password)
    assert passwords._verify(password, stored)
    assert not passwords._verify(password + "x", stored)
