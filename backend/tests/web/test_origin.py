"""The cross-site guard, https cookies, and whom X-Forwarded-* is believed from."""

import pytest

from taskora.accounts.origin import COOKIE, SECURE_COOKIE

FORM = {"name": "Ada", "email": "ada@example.org", "password": "plum-tree-47-river"}


async def titles(person):
    return [task["title"] for task in (await person.client.get(f"{person.path}/tasks")).json()["items"]]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://testserver"}, 201),
        ({"Origin": "http://TestServer:80"}, 201),
        ({"Origin": "https://testserver"}, 201),  # TLS ended at a proxy that isn't trusted to say so
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://testserver:8080"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"X-Requested-With": ""}, 403),
    ],
)
async def test_changes_with_a_cookie(person, headers, status):
    ada = await person("Ada")
    del ada.browser.headers["Origin"]
    answer = await ada.browser.post(f"{ada.path}/tasks", json={"title": "x"}, headers=headers)
    assert answer.status_code == status
    assert await titles(ada) == (["x"] if status == 201 else [])
    if status == 403:
        assert answer.json()["error"]["code"] == "ORIGIN_REFUSED"


async def test_a_form_post_from_another_page_does_nothing(person):
    ada = await person("Ada")
    del ada.browser.headers["X-Requested-With"]
    answer = await ada.browser.post(
        f"{ada.path}/tasks",
        content='{"title":"forged"}',
        headers={"Content-Type": "text/plain", "Origin": "http://evil.example"},
    )
    assert answer.status_code == 403
    assert await titles(ada) == []


async def test_reading_needs_no_header(person):
    ada = await person("Ada")
    del ada.browser.headers["X-Requested-With"]
    assert (await ada.browser.get(f"{ada.path}/tasks")).status_code == 200


async def test_programs_are_exempt(person):
    ada = await person("Ada")
    answer = await ada.client.post(f"{ada.path}/tasks", json={"title": "x"}, headers={"Origin": "http://other.example"})
    assert answer.status_code == 201


@pytest.mark.parametrize("path", ["/api/auth/signup", "/api/auth/signin"])
async def test_signing_in_from_another_page_is_refused(client, path):
    form = FORM if path.endswith("up") else {"email": FORM["email"], "password": FORM["password"]}
    refused = await client.post(path, json=form, headers={"Origin": "http://evil.example"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    as_text = await client.post(path, content=str(form), headers={"Content-Type": "text/plain"})
    assert as_text.status_code in (400, 415, 422)


class TestFurtherOrigins:
    """PUBLIC_URL and ALLOWED_ORIGINS."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(
            update={"public_url": "https://tasks.example.org", "allowed_origins": ("https://other.example.org:8443",)}
        )

    @pytest.mark.parametrize(
        ("origin", "status"),
        [
            ("https://tasks.example.org", 201),
            ("https://other.example.org:8443", 201),
            ("http://tasks.example.org", 403),
            ("https://other.example.org", 403),
            ("https://tasks.example.org.evil.example", 403),
        ],
    )
    async def test_are_ours_too(self, client, origin, status):
        assert (await client.post("/api/auth/signup", json=FORM, headers={"Origin": origin})).status_code == status


async def test_over_https_the_cookie_is_secure_and_pinned_to_the_host(new_client):
    secure = new_client(base_url="https://testserver")
    answer = await secure.post("/api/auth/signup", json=FORM)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_COOKIE}=")
    assert "; Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert (await secure.get("/api/auth/session")).status_code == 200
    assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_an_insecure_cookie_does_not_count_over_https(person, new_client):
    ada = await person("Ada")
    secret = ada.browser.cookies[COOKIE]
    secure = new_client(base_url="https://testserver", headers={"Cookie": f"{COOKIE}={secret}"})
    assert (await secure.get("/api/auth/session")).status_code == 401


@pytest.mark.parametrize(
    ("peer", "believed"), [("127.0.0.1", True), ("::1", True), ("203.0.113.7", False), ("10.0.0.1", False)]
)
async def test_forwarded_headers_are_believed_from_trusted_proxies_only(new_client, peer, believed):
    proxy = new_client(address=(peer, 1))
    headers = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.55",
        "X-Forwarded-Host": "tasks.example.org",
        "Origin": "https://tasks.example.org" if believed else "http://testserver",
    }
    answer = await proxy.post("/api/auth/signup", json=FORM, headers=headers)
    assert answer.status_code == 201
    assert ("; Secure" in answer.headers["set-cookie"]) is believed
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    sessions = await proxy.get(f"/api/{answer.json()['user']['id']}/sessions", headers=token)
    assert sessions.json()["items"][0]["address"] == ("192.0.2.55" if believed else peer)


async def test_an_address_put_before_the_proxys_own_entry_is_not_believed(new_client):
    """Anybody can send X-Forwarded-For; the proxy appends the address it saw, and that one counts."""
    proxy = new_client(address=("127.0.0.1", 1))
    forged = {"X-Forwarded-For": "192.0.2.1, 198.51.100.77"}
    answer = await proxy.post("/api/auth/signup", json=FORM, headers=forged)
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    sessions = await proxy.get(f"/api/{answer.json()['user']['id']}/sessions", headers=token)
    assert sessions.json()["items"][0]["address"] == "198.51.100.77"
