"""The main job from end to end: sign up, type naturally, tick, talk, stop, start, find it all again."""

import re
from collections.abc import Callable

from browser.rows import add, row, stored_tasks
from playwright.sync_api import Page, expect


def test_quick_add_shows_what_it_understood_and_stores_exactly_that(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    page.keyboard.press("q")
    page.keyboard.type("Pay rent every month on the 1st at 9am #Home p1")
    for chip in ("9:00 AM", "Every month on the 1st", "Home", "Urgent"):
        expect(page.get_by_role("button", name=re.compile(f"Keep the words of .*{chip}"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Pay rent” added to Home")).to_be_visible()

    page.goto("/all")
    expect(row(page, "Pay rent")).to_have_count(1)
    (task,) = stored_tasks(page)
    assert task["title"] == "Pay rent"
    assert task["priority"] == "urgent"
    assert task["project"]["name"] == "Home"
    assert task["recurrence"]["rrule"] == "FREQ=MONTHLY;BYMONTHDAY=1"
    assert task["due"]["date"].endswith("-01")
    assert task["due"]["time"][:5] == "09:00"
    assert task["due"]["timezone"] == "Asia/Karachi"


def test_ticking_a_repeating_task_brings_the_next_one_and_undo_takes_it_back(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    add(page, "Pay rent every month on the 1st at 9am")
    first = stored_tasks(page)[0]["due"]["date"]

    page.get_by_role("checkbox", name="Complete “Pay rent”").or_(
        page.get_by_role("button", name="Complete “Pay rent”")
    ).first.click()
    expect(page.get_by_text("“Pay rent” done. Next:")).to_be_visible()
    open_tasks = [t for t in stored_tasks(page) if not t["completed"]]
    assert len(open_tasks) == 1
    assert open_tasks[0]["due"]["date"] > first

    toast = page.locator("div").filter(has=page.get_by_text("“Pay rent” done. Next:")).last
    with page.expect_response(lambda answer: answer.url.endswith("/undo")):
        toast.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Undone", exact=True)).to_be_visible()
    (task,) = stored_tasks(page)
    assert (task["completed"], task["due"]["date"]) == (False, first)


def test_a_dismissed_chip_gives_its_words_back_to_the_title(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    page.keyboard.press("q")
    page.keyboard.type("Read Tomorrow and Tomorrow tomorrow")
    page.get_by_role("button", name="Keep the words of").first.click()
    page.keyboard.press("Enter")
    expect(row(page, "Read Tomorrow and Tomorrow tomorrow")).to_be_visible()
    assert stored_tasks(page)[0]["due"] is None


def test_the_assistant_does_what_it_is_told_and_asks_before_deleting_all(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    box = page.get_by_label("Message to the assistant")

    def say(text: str) -> None:
        box.fill(text)
        box.press("Enter")
        expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        expect(box).to_have_value("")

    say("add milk, eggs and bread")
    expect(row(page, "Bread")).to_be_visible()
    assert {t["title"] for t in stored_tasks(page)} == {"Milk", "Eggs", "Bread"}
    say("what's pending?")
    say("complete the second one")
    expect(page.get_by_role("log").get_by_text("Completed").first).to_be_visible()
    assert [t["title"] for t in stored_tasks(page) if t["completed"]] == ["Eggs"]
    say("undo that")
    expect(page.get_by_role("log").get_by_text("Undone").first).to_be_visible()
    assert [t for t in stored_tasks(page) if t["completed"]] == []
    say("delete everything")
    expect(page.get_by_role("button", name="Yes")).to_be_visible()
    assert len(stored_tasks(page)) == 3

    page.reload()
    expect(page.get_by_role("log").get_by_text("complete the second one")).to_be_visible()


def test_everything_is_there_after_stop_and_start(sign_up: Callable[..., Page], server: object) -> None:
    page = sign_up()
    add(page, "Water the plants every 3 days")
    assert server.stop() == 0  # type: ignore[attr-defined]
    server.start()  # type: ignore[attr-defined]
    page.goto("/all")
    expect(row(page, "Water the plants")).to_be_visible()


def test_another_tab_hears_of_a_change(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    other = page.context.new_page()
    other.goto("/inbox")
    expect(other.get_by_role("heading", name="Inbox").first).to_be_visible()
    add(page, "Buy stamps")
    expect(row(other, "Buy stamps")).to_be_visible()


def test_keyboard_alone_is_enough(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    for title in ("Alpha", "Beta", "Gamma"):
        add(page, title)
        expect(row(page, title)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    # The row changes at once; what is stored is known when the server has answered.
    with page.expect_response(lambda answer: answer.url.endswith("/complete")):
        page.keyboard.press("Space")
    expect(page.get_by_text(re.compile("“(Alpha|Beta|Gamma)” done"))).to_be_visible()
    assert len([t for t in stored_tasks(page) if t["completed"]]) == 1
    with page.expect_response(lambda answer: answer.url.endswith("/undo")):
        page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone", exact=True)).to_be_visible()
    assert [t for t in stored_tasks(page) if t["completed"]] == []


def test_filters_live_in_the_address(sign_up: Callable[..., Page]) -> None:
    page = sign_up()
    add(page, "Urgent thing p1")
    add(page, "Calm thing p4")
    page.goto("/all?priority=urgent")
    expect(row(page, "Urgent thing")).to_be_visible()
    expect(row(page, "Calm thing")).to_have_count(0)
    page.goto("/search?q=calm")
    expect(row(page, "Calm thing")).to_be_visible()
    expect(row(page, "Urgent thing")).to_have_count(0)
