"""The exported page: which file answers, how long it keeps, and which scripts may run; security headers everywhere."""

import base64
import hashlib
import re

import pytest

from taskora.web.app import create_app
from taskora.web.page import inline_script_hashes

INLINE = "self.__next_f.push([1,'x'])"
TODAY = f'<!doctype html><html><script>{INLINE}</script><script src="/_next/static/a.js" async=""></script></html>'


@pytest.fixture
def database_kind():
    return "sqlite"  # nothing here depends on the database


@pytest.fixture
def page_folder(tmp_path):
    folder = tmp_path / "page"
    files = {
        "index.html": "<!doctype html><title>Inbox</title>" + "x" * 600,
        "today.html": TODAY,
        "404.html": "<!doctype html><title>Lost</title>",
        "help/index.html": "<!doctype html><title>Help</title>",
        "_next/static/a.js": "console.log(1);" * 60,
        "manifest.webmanifest": "{}",
        "sw.js": "// worker",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
async def app(settings, database, page_folder):
    return create_app(settings, database, page_folder=page_folder)


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/", "text/html", "Inbox"),
        ("/today", "text/html", "__next_f"),
        ("/today.html", "text/html", "__next_f"),
        ("/help", "text/html", "Help"),
        ("/_next/static/a.js", "text/javascript", "console"),
        ("/manifest.webmanifest", "application/manifest+json", "{}"),
    ],
)
async def test_files_answer_to_their_addresses(client, path, kind, words):
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert words in answer.text
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")


async def test_a_trailing_slash_is_taken_away(client):
    answer = await client.get("/today/")
    assert (answer.status_code, answer.headers["location"]) == (308, "/today")
    assert (await client.get("http://testserver//evil.example/")).status_code == 404


async def test_what_is_not_there_is_the_pages_own_404(client):
    answer = await client.get("/nothing")
    assert answer.status_code == 404
    assert "Lost" in answer.text
    assert (await client.get("/%2e%2e/app.py")).status_code == 404
    assert (await client.get("/..%2fapp.py")).status_code == 404


async def test_hashed_files_keep_for_ever_and_pages_are_asked_about(client):
    assert "immutable" in (await client.get("/_next/static/a.js")).headers["cache-control"]
    page = await client.get("/today")
    assert page.headers["cache-control"] == "no-cache"
    again = await client.get("/today", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == page.headers["content-security-policy"]


async def test_text_is_compressed_when_the_browser_understands_it(client):
    packed = await client.get("/", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


def scripts_of(policy):
    return re.search(r"script-src ([^;]+)", policy)[1].split()


async def test_only_the_pages_own_inline_scripts_may_run(client):
    policy = (await client.get("/today")).headers["content-security-policy"]
    expected = base64.b64encode(hashlib.sha256(INLINE.encode()).digest()).decode()
    assert scripts_of(policy) == ["'self'", f"'sha256-{expected}'"]
    assert "frame-ancestors 'none'" in policy
    assert scripts_of((await client.get("/")).headers["content-security-policy"]) == ["'self'"]


@pytest.mark.parametrize(
    "path", ["/", "/today", "/nothing", "/health", "/api/nothing", "/api/auth/session", "/metrics"]
)
async def test_every_answer_carries_the_security_headers(client, path):
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in re.sub(r"style-src[^;]*", "", policy)
    assert "strict-transport-security" not in headers  # plain http
    assert "server" not in headers


async def test_answers_with_data_are_not_kept(person):
    ada = await person("Ada")
    assert (await ada.client.get(f"{ada.path}/tasks")).headers["cache-control"] == "no-store"


def test_hashes_of_inline_scripts_only():
    html = (
        '<script src="x.js"></script><SCRIPT nonce="1">a</SCRIPT><script type="module">b\n</script><script>a</script>'
    )
    assert len(inline_script_hashes(html)) == 2


async def test_without_a_page_a_plain_one_explains(settings, database, tmp_path, new_client):
    bare = create_app(settings, database, page_folder=tmp_path / "nothing")
    import httpx

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=bare), base_url="http://testserver") as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert "make setup" in answer.text
