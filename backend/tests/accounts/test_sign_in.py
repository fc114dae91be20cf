"""Signing up, in and out through the front door."""


async def test_sign_up_then_session(person):
    ada = await person("Ada")
    by_cookie = await ada.browser.get("/api/auth/session")
    by_token = await ada.client.get("/api/auth/session")
    assert by_cookie.status_code == by_token.status_code == 200
    assert by_cookie.json()["user"]["email"] == by_token.json()["user"]["email"] == ada.email


async def test_nobody_is_401(client):
    answer = await client.get("/api/auth/session")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "AUTH_REQUIRED"
