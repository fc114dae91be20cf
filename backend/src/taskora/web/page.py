"""The exported page (`web/page/`, built by `make setup`): found once at start, served from memory.

`/today` is `today.html`; files under `/_next/static/` carry their hash in the name and never change. Every HTML file
gets a Content-Security-Policy with the hashes of its own inline scripts.
"""

import base64
import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi import APIRouter, Request, Response

from taskora.kit.errors import NotFound
from taskora.web.headers import page_policy

PAGE_FOLDER = Path(__file__).parent / "page"
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
_IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"  # may be kept, must be asked about each time
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
}
_COMPRESSIBLE = frozenset({".html", ".js", ".css", ".txt", ".json", ".webmanifest", ".svg"})
_NOT_BUILT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Taskora</title></head><body>
<h1>Taskora is running</h1><p>The web page is not part of this installation. In a checkout, run <code>make setup</code>
and start again. The programming interface is described at <a href="/api/openapi.json">/api/openapi.json</a>.</p>
</body></html>"""
_NOT_FOUND = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Not found · Taskora</title></head>
<body><h1>Nothing is here</h1><p>The address may be mistyped. <a href="/">Go to Taskora</a>.</p></body></html>"""


@dataclass(frozen=True)
class StaticFile:
    """One file of the page; content is read at its first use and kept."""

    path: Path
    url: str

    @cached_property
    def content(self) -> bytes:
        """The bytes as built."""
        return self.path.read_bytes()

    @cached_property
    def compressed(self) -> bytes | None:
        """gzip of the content, when that is worth it."""
        if self.path.suffix not in _COMPRESSIBLE or len(self.content) < 512:
            return None
        return gzip.compress(self.content, compresslevel=6, mtime=0)

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:24]}"'

    @cached_property
    def headers(self) -> dict[str, str]:
        """What every answer with this file says."""
        headers = {
            "etag": self.etag,
            "cache-control": _IMMUTABLE if self.url.startswith("/_next/static/") else _REVALIDATE,
            "vary": "Accept-Encoding",
        }
        if self.path.suffix == ".html":
            headers["content-security-policy"] = page_policy(inline_script_hashes(self.content.decode()))
        return headers

    @property
    def media_type(self) -> str:
        """The Content-Type."""
        return _TYPES.get(self.path.suffix) or mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"


def inline_script_hashes(html: str) -> list[str]:
    """`sha256-…` of every inline script, as CSP wants it, each once."""
    hashes: dict[str, None] = {}
    for match in _SCRIPT.finditer(html):
        if re.search(r"\bsrc\s*=", match["attributes"]):
            continue
        digest = hashlib.sha256(match["body"].encode()).digest()
        hashes[f"sha256-{base64.b64encode(digest).decode()}"] = None
    return list(hashes)


class Page:
    """Every file of the exported page by the address it answers to."""

    def __init__(self, folder: Path = PAGE_FOLDER) -> None:
        self._files: dict[str, StaticFile] = {}
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if not path.is_file():
                continue
            url = "/" + path.relative_to(folder).as_posix()
            file = StaticFile(path, url)
            self._files[url] = file
            if url.endswith("/index.html"):
                self._files[url.removesuffix("/index.html") or "/"] = file
            elif url.endswith(".html"):
                self._files[url.removesuffix(".html")] = file

    @property
    def is_built(self) -> bool:
        """Whether there is a page to serve."""
        return "/" in self._files

    def answer(self, request: Request) -> Response:
        """The file, a redirect away from a trailing slash, or the not-found page."""
        path: str = request.scope["path"]
        if path.startswith("/api/") or path == "/api":
            raise NotFound(f"There is nothing at {path[:200]}.")
        file = self._files.get(path)
        if file is None and path.endswith("/") and self._files.get(path.rstrip("/")):
            # Built from a known file's own address, never from what was sent: no open redirect.
            return Response(status_code=308, headers={"location": path.rstrip("/")})
        if file is not None:
            return _file_answer(request, file, 200)
        missing = self._files.get("/404")
        if missing is not None and _wants_html(request):
            return _file_answer(request, missing, 404)
        if path == "/" and not self.is_built:
            return _plain_page(_NOT_BUILT, 200)
        return _plain_page(_NOT_FOUND, 404)


def _wants_html(request: Request) -> bool:
    return "." not in request.scope["path"].rsplit("/", 1)[-1]


def _plain_page(html: str, status: int) -> Response:
    return Response(
        html, status, {"content-security-policy": page_policy([]), "cache-control": _REVALIDATE}, "text/html"
    )


def _file_answer(request: Request, file: StaticFile, status: int) -> Response:
    headers = dict(file.headers)
    asked = request.headers.get("if-none-match", "")
    if status == 200 and file.etag in [tag.strip().removeprefix("W/") for tag in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    content = file.content
    if "gzip" in request.headers.get("accept-encoding", "") and file.compressed is not None:
        content, headers["content-encoding"] = file.compressed, "gzip"
    return Response(content, status, headers, file.media_type)


def router_for(page: Page) -> APIRouter:
    """The catch-all route; it must be added last."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def page_file(request: Request) -> Response:
        return page.answer(request)

    return router
