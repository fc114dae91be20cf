"""What the browser tests look at: rows of the list on screen, and the same tasks as the API tells them."""

from typing import Any

from playwright.sync_api import Locator, Page, expect


def row(page: Page, title: str) -> Locator:
    """The row of a task, by its whole title."""
    return page.locator("li[data-task-id]").filter(has=page.get_by_role("button", name=title, exact=False))


def add(page: Page, line: str) -> None:
    """Types one line into quick add and waits until it is stored."""
    field = page.locator("textarea").and_(page.get_by_label("Add a task"))
    field.fill(line)
    with page.expect_response(lambda r: r.url.endswith("/tasks") and r.request.method == "POST") as stored:
        field.press("Enter")
    assert stored.value.status == 201
    expect(field).to_have_value("")


def stored_tasks(page: Page) -> list[dict[str, Any]]:
    """Every task of the person signed in, as the API tells it."""
    user = page.request.get("/api/auth/session").json()["user"]["id"]
    return list(page.request.get(f"/api/{user}/tasks?limit=200&order=asc").json()["items"])
