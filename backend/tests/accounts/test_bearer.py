"""Bearer tokens: ours, a Better Auth front end's, and everything that only looks like one."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from taskora.kit.clock import use_clock


def signed(settings, algorithm="HS256", secret=None, **claims):
    claims.setdefault("exp", datetime.now(UTC) + timedelta(hours=1))
    return jwt.encode(claims, secret or settings.signing_secret, algorithm=algorithm)


async def who(client, token):
    return await client.get("/api/auth/session", headers={"Authorization": f"Bearer {token}"})


def unsigned(claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


async def test_a_better_auth_token_of_a_known_person_is_accepted(client, person, settings):
    ada = await person("Ada")
    answer = await who(client, signed(settings, sub=ada.id, iat=datetime.now(UTC)))
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == ada.id


async def test_a_better_auth_token_with_email_and_name_makes_the_account_once(client, settings):
    token = signed(settings, sub="ba_user_1", email="New@Example.org", name="New Person")
    first, second = await who(client, token), await who(client, token)
    assert first.status_code == second.status_code == 200
    assert first.json()["user"] == second.json()["user"]
    assert first.json()["user"]["email"] == "new@example.org"
    tasks = await client.post(
        "/api/ba_user_1/tasks", json={"title": "Mine"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert tasks.status_code == 201


async def test_an_account_is_never_taken_over_by_its_email(client, person, settings):
    ada = await person("Ada")
    answer = await who(client, signed(settings, sub="someone_else", email=ada.email, name="Ada"))
    assert answer.status_code == 401
    assert (await ada.client.get("/api/auth/session")).json()["user"]["id"] == ada.id


async def test_a_deleted_account_stays_deleted_for_old_tokens(client, person, settings):
    ada = await person("Ada")
    old = signed(settings, sub=ada.id, email=ada.email, name="Ada", iat=datetime.now(UTC) - timedelta(seconds=5))
    gone = await ada.client.request("DELETE", f"{ada.path}/account", json={"password": ada.password})
    assert gone.status_code == 204
    assert (await who(client, old)).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "unknown"},
        {"sub": "unknown", "email": "x@example.org"},
        {"sub": "unknown", "email": "not an e-mail", "name": "X"},
        {"sub": "", "email": "x@example.org", "name": "X"},
        {"sub": "x" * 65, "email": "x@example.org", "name": "X"},
        {"sub": "nul\0", "email": "x@example.org", "name": "X"},
    ],
)
async def test_strangers_without_a_full_introduction_are_refused(client, settings, claims):
    answer = await who(client, signed(settings, **claims))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "AUTH_INVALID"


async def test_forged_and_foreign_tokens_are_refused(client, person, settings):
    ada = await person("Ada")
    hour = datetime.now(UTC) + timedelta(hours=1)
    header, claims, signature = ada.token.split(".")
    bad = {
        "alg none": unsigned({"sub": ada.id, "exp": int(hour.timestamp())}),
        "alg HS512": signed(settings, "HS512", sub=ada.id),
        "another secret": signed(settings, secret="x9" * 20, sub=ada.id),
        "expired": signed(settings, sub=ada.id, exp=datetime.now(UTC) - timedelta(seconds=1)),
        "not yet": signed(settings, sub=ada.id, nbf=datetime.now(UTC) + timedelta(hours=1)),
        "from the future": signed(settings, sub=ada.id, iat=datetime.now(UTC) + timedelta(hours=1)),
        "no expiry": jwt.encode({"sub": ada.id}, settings.signing_secret, algorithm="HS256"),
        "expiry is text": unsigned({"sub": ada.id, "exp": "soon"}),
        "expiry is huge": signed(settings, sub=ada.id, exp=10**30),
        "session of nobody": signed(settings, sub=ada.id, sid="nothing"),
        "session is a list": signed(settings, sub=ada.id, sid=["a"]),
        "cut": f"{header}.{claims}.",
        "other claims": f"{header}.{claims[:-2]}AA.{signature}",
        "garbage": "garbage",
        "three dots": "...",
        "very long": "a." * 5000,
        "unknown API token": "tk_" + "a" * 43,
    }
    for what, token in bad.items():
        answer = await who(client, token)
        assert answer.status_code == 401, what
        assert answer.json()["error"]["code"] == "AUTH_INVALID", what


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer\ttoken", "Token x"])
async def test_a_malformed_header_is_401_even_with_a_good_cookie(person, header):
    ada = await person("Ada")
    answer = await ada.browser.get("/api/auth/session", headers={"Authorization": header})
    assert answer.status_code == 401


async def test_our_token_ends_after_seven_days(client, person):
    ada = await person("Ada")
    with use_clock(lambda: datetime.now(UTC) + timedelta(days=6, hours=23)):
        assert (await ada.client.get("/api/auth/session")).status_code == 200
    with use_clock(lambda: datetime.now(UTC) + timedelta(days=7, seconds=1)):
        assert (await ada.client.get("/api/auth/session")).status_code == 401


async def test_the_cookie_ends_after_thirty_days(person):
    ada = await person("Ada")
    with use_clock(lambda: datetime.now(UTC) + timedelta(days=30, seconds=1)):
        assert (await ada.browser.get("/api/auth/session")).status_code == 401


async def test_signing_out_everywhere_ends_foreign_tokens(client, person, settings):
    ada = await person("Ada")
    foreign = signed(settings, sub=ada.id, iat=datetime.now(UTC) - timedelta(seconds=2))
    assert (await who(client, foreign)).status_code == 200
    assert (await ada.client.delete(f"{ada.path}/sessions")).status_code == 204
    assert (await who(client, foreign)).status_code == 401
