"""axe finds nothing on any page, light and dark, phone and desktop; nothing scrolls sideways."""

from collections.abc import Callable
from pathlib import Path

import pytest
from browser.rows import add
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
PAGES = ("inbox", "today", "upcoming", "all", "completed", "search", "calendar", "assistant", "settings")
PUBLIC_PAGES = ("signin", "signup", "no-such-page")
SIZES = {"phone": (360, 740), "desktop": (1440, 900)}


def violations(page: Page) -> list[str]:
    """Rule and first target of each violation that axe reports."""
    report = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.target.join())])"
    )
    return [f"{rule}: {targets}" for rule, targets in report]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(
    sign_up: Callable[..., Page], new_context: Callable[..., object], size: str, theme: str
) -> None:
    width, height = SIZES[size]
    # axe is injected, which the page's own policy forbids to everybody else.
    options = {"viewport": {"width": width, "height": height}, "color_scheme": theme, "bypass_csp": True}
    page = sign_up(**options)
    page.set_viewport_size({"width": 1440, "height": 900})  # quick add stands on the page there
    for line in ("Pay rent every month on the 1st at 9am #Home p1", "Call the dentist today 2pm @health", "Buy milk"):
        add(page, line)
    page.set_viewport_size({"width": width, "height": height})
    visitor = new_context(**options).new_page()  # type: ignore[attr-defined]
    problems = {}
    for one, names in ((page, PAGES), (visitor, PUBLIC_PAGES)):
        for name in names:
            one.goto(f"/{name}")
            one.wait_for_load_state("networkidle") if name in PUBLIC_PAGES else one.locator("main").wait_for()
            one.wait_for_timeout(300)  # entry animations end; half-faded text has no contrast to judge
            one.add_script_tag(path=str(AXE))
            found = violations(one)
            wide = one.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if found or wide > 0:
                problems[name] = [*found, *([f"scrolls sideways by {wide} px"] if wide > 0 else [])]
    assert problems == {}
