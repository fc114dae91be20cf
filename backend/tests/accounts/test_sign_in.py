"""Signing up, in and out through the front door."""

import jwt
import pytest

from taskora.accounts import passwords, service


async def test_sign_up_signs_in_by_cookie_and_token(person):
    ada = await person("Ada")
    by_cookie = await ada.browser.get("/api/auth/session")
    by_token = await ada.client.get("/api/auth/session")
    assert by_cookie.status_code == by_token.status_code == 200
    assert by_cookie.json()["user"]["email"] == by_token.json()["user"]["email"] == ada.email


async def test_nobody_is_401(client):
    answer = await client.get("/api/auth/session")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "AUTH_REQUIRED"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_duplicate_email_is_409_whatever_its_case(client, person):
    ada = await person("Ada")
    form = {"name": "Other", "email": ada.email.upper(), "password": ada.password}
    answer = await client.post("/api/auth/signup", json=form)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "EMAIL_TAKEN"


async def test_sign_in_with_email_in_any_case(client, person):
    ada = await person("Ada")
    answer = await client.post("/api/auth/signin", json={"email": f" {ada.email.upper()} ", "password": ada.password})
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["user"]["id"] == ada.id
    assert "password" not in answer.text


async def test_wrong_password_and_unknown_email_answer_alike(client, person):
    ada = await person("Ada")
    wrong = await client.post("/api/auth/signin", json={"email": ada.email, "password": "not-her-password"})
    unknown = await client.post("/api/auth/signin", json={"email": "nobody@example.org", "password": "whatever-it-is"})
    not_an_email = await client.post("/api/auth/signin", json={"email": "x", "password": "whatever-it-is"})
    assert wrong.status_code == unknown.status_code == not_an_email.status_code == 401
    assert wrong.json() == unknown.json() == not_an_email.json()


async def test_unknown_email_costs_the_same_work(client, person, monkeypatch):
    """Timing is compared by work, not by a clock: one password is verified either way."""
    ada = await person("Ada")
    verified = []
    original = passwords.verify_password

    async def counted(password, stored):
        verified.append(stored is not None)
        return await original(password, stored)

    monkeypatch.setattr(service.passwords, "verify_password", counted)
    await client.post("/api/auth/signin", json={"email": ada.email, "password": "not-her-password"})
    await client.post("/api/auth/signin", json={"email": "nobody@example.org", "password": "not-her-password"})
    assert verified == [True, False]


async def test_sign_out_ends_cookie_and_token(person):
    ada = await person("Ada")
    answer = await ada.browser.post("/api/auth/signout")
    assert answer.status_code == 204
    assert "taskora_session" not in ada.browser.cookies
    assert (await ada.browser.get("/api/auth/session")).status_code == 401
    by_token = await ada.client.get("/api/auth/session")
    assert by_token.status_code == 401
    assert by_token.json()["error"]["code"] == "AUTH_INVALID"


async def test_sign_in_rotates_the_session(person):
    ada = await person("Ada")
    before = ada.browser.cookies["taskora_session"]
    answer = await ada.browser.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
    assert answer.status_code == 200
    assert ada.browser.cookies["taskora_session"] != before
    old = await ada.browser.get("/api/auth/session", headers={"Cookie": f"taskora_session={before}"})
    assert old.status_code == 401


async def test_the_cookie_on_plain_http(client):
    form = {"name": "Ada", "email": "ada@example.org", "password": "plum-tree-47-river"}
    cookie = (await client.post("/api/auth/signup", json=form)).headers["set-cookie"]
    assert cookie.startswith("taskora_session=")
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


async def test_the_token_is_hs256_for_seven_days_with_the_user_as_subject(person, settings):
    ada = await person("Ada")
    assert jwt.get_unverified_header(ada.token)["alg"] == "HS256"
    claims = jwt.decode(ada.token, settings.signing_secret, algorithms=["HS256"])
    assert claims["sub"] == ada.id
    assert claims["exp"] - claims["iat"] == 7 * 24 * 3600


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an e-mail"}, "email"),
        ({"email": "two@@example.org"}, "email"),
        ({"email": "a@" + "b" * 300 + ".org"}, "email"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "x1" * 65}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"id": "mine"}, "id"),
        ({"user_id": "mine"}, "user_id"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "created_at"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
    ],
)
async def test_a_bad_sign_up_names_the_field(client, change, field):
    form = {"name": "Ada", "email": "ada@example.org", "password": "plum-tree-47-river", **change}
    answer = await client.post("/api/auth/signup", json=form)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["field"] == field
    assert str(form.get("password")) not in answer.text


async def test_a_password_may_hold_anything_up_to_128_characters(client):
    password = "пароль 密码 🗝️ ' OR 1=1 -- " + "ü" * 100
    assert 100 < len(password) <= 128
    form = {"name": "Ada", "email": "ada@example.org", "password": password}
    assert (await client.post("/api/auth/signup", json=form)).status_code == 201
    sign_in = {"email": "ada@example.org", "password": password}
    assert (await client.post("/api/auth/signin", json=sign_in)).status_code == 200
    almost = {"email": "ada@example.org", "password": password[:-1]}
    assert (await client.post("/api/auth/signin", json=almost)).status_code == 401


async def test_password_of_the_account_itself_is_refused(client):
    form = {"name": "Ada Lovelace", "email": "ada.lovelace@example.org", "password": "Ada.Lovelace"}
    answer = await client.post("/api/auth/signup", json=form)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "PASSWORD_REFUSED"
