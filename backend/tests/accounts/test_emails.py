"""What counts as an e-mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskora.accounts.emails import normalise_email


@pytest.mark.parametrize(
    ("given_address", "stored"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("  ada+tasks@mail.example.org ", "ada+tasks@mail.example.org"),
        ("o'neil_x-y@ex-ample.co.uk", "o'neil_x-y@ex-ample.co.uk"),
        ("jürgen@müller.de", "jürgen@müller.de"),
        ("用户@例子.广告", "用户@例子.广告"),
    ],
)
def test_accepted(given_address, stored):
    assert normalise_email(given_address) == stored


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "a@b@c.org",
        "a b@c.org",
        "a@b..org",
        "a@.org",
        "a@-b.org",
        ".a@b.org",
        "a..b@c.org",
        "a\0b@c.org",
        "a" * 65 + "@b.org",
        "<a@b.org>",
        "a@b.org\nBcc: c@d.org",
    ],
)
def test_refused(address):
    with pytest.raises(ValueError, match="e-mail"):
        normalise_email(address)


@given(st.text(max_size=400))
def test_whatever_comes_is_an_address_or_refused_and_normalising_settles(text):
    try:
        address = normalise_email(text)
    except ValueError:
        return
    assert normalise_email(address) == address
    assert len(address.encode()) <= 254
