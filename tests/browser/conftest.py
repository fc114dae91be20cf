"""A real server on its own data folder and a real Chromium: what these tests see is what a person sees.

Skipped with a plain sentence where there is no Chromium or no built page; nothing here downloads a browser.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
BUILT_PAGE = ROOT / "backend/src/taskora/web/page/index.html"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A closed network refuses the background calls of a browser by the hundred, so none are made.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery 9"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running `taskora serve`; `stop` and `start` keep the data folder."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        env = {
            **os.environ,
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "TASKORA_DATA_DIR": str(self.data),
            "SIGNUP_RATE_LIMIT": "0",
            "CHAT_RATE_LIMIT": "0",
        }
        log = (self.data / "server.log").open("ab")
        self.process = subprocess.Popen(
            [str(Path(sys.executable).parent / "taskora"), "serve"], env=env, stdout=log, stderr=log, cwd=self.data
        )
        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/ready", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server did not get ready:\n" + (self.data / "server.log").read_text()[-3000:])

    def stop(self) -> int | None:
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        return code


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not BUILT_PAGE.exists():
        pytest.skip("the page is not built: run `make setup`")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Server(tmp_path_factory.mktemp("data"), port)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt install chromium) to run the browser suite")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield running
        running.close()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, server: Server) -> Iterator[NewContext]:
    """Makes browser contexts (separate cookie jars) on the server; fails the test on script errors and CSP reports."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def make(**options: object) -> BrowserContext:
        defaults = {"base_url": server.url, "timezone_id": "Asia/Karachi", "locale": "en-US"}
        context = browser.new_context(**{**defaults, **options})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on(
            "console",
            lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
        )
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def sign_up(new_context: NewContext, request: pytest.FixtureRequest) -> Callable[..., Page]:
    """Signs a new person up through the page and leaves the page where that lands."""
    counter = iter(range(1, 100))

    def act(**options: object) -> Page:
        page = new_context(**options).new_page()
        page.goto("/signup")
        name = f"{request.node.name[:40]}-{next(counter)}".lower()
        page.get_by_label("Name").fill("Sam Rivers")
        page.get_by_label("E-mail").fill("".join(c if c.isalnum() else "-" for c in name) + "@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        page.wait_for_url("**/inbox")
        page.get_by_text("Your Inbox is empty").wait_for()
        return page

    return act
