"""iCalendar, read back with the library that calendars use: the file of all tasks, and the secret feed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from taskora import language
from taskora.transfer.calendar import calendar_rule


async def add(person: Any, **task: Any) -> dict[str, Any]:
    answer = await person.client.post(person.path + "/tasks", json=task)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def make_feed(person: Any) -> str:
    answer = await person.client.post(person.path + "/feed")
    assert answer.status_code == 201
    url: str = answer.json()["url"]
    return url


async def events_at(client: Any, url: str) -> dict[str, Any]:
    answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


async def test_all_tasks_leave_as_to_dos(person) -> None:
    ada = await person("Ada")
    await add(
        ada, title="Meet; greet, \\ go\\n", description="two\nlines", priority="urgent", tags=["a", "b"],
        due={"date": "2031-03-30", "time": "09:00", "timezone": "Europe/Berlin"}, reminders=[{"offset_minutes": 15}],
        recurrence={"rrule": "FREQ=WEEKLY;UNTIL=20310501", "exdates": ["2031-04-06"]},
    )  # fmt: skip
    done = await add(ada, title="Done", completed=True)
    answer = await ada.client.get(ada.path + "/export", params={"format": "ics"})
    calendar = Calendar.from_ical(answer.content)
    todos = {str(todo["summary"]): todo for todo in calendar.walk("VTODO")}
    meet = todos["Meet; greet, \\ go\\n"]
    assert meet["due"].dt.isoformat() == "2031-03-30T09:00:00+02:00"
    assert (meet["priority"], str(meet["description"]), meet["categories"].cats) == (1, "two\nlines", ["a", "b"])
    assert meet["rrule"]["UNTIL"] == [datetime(2031, 5, 1, 21, 59, 59, tzinfo=UTC)]
    assert meet["exdate"].dts[0].dt.isoformat() == "2031-04-06T09:00:00+02:00"
    (alarm,) = meet.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(minutes=-15)
    assert todos["Done"]["status"] == "COMPLETED"
    assert todos["Done"]["completed"].dt.isoformat()[:19] == done["completed_at"][:19]
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


async def test_the_feed_shows_open_dated_tasks_as_events_without_a_login(person, client) -> None:
    ada = await person("Ada")
    await add(ada, title="A day", due="2031-05-01", reminders=[{"offset_minutes": 60}])
    await add(ada, title="A time", due={"date": "2031-05-01", "time": "09:30", "timezone": "Asia/Karachi"})
    await add(ada, title="No date")
    await add(ada, title="Done", due="2031-05-01", completed=True)
    await add(
        ada, title="Counted from completion", due="2031-05-01", recurrence={"rrule": "FREQ=DAILY", "from": "done"}
    )
    events = await events_at(client, await make_feed(ada))
    assert set(events) == {"A day", "A time", "Counted from completion"}
    assert (events["A day"]["dtstart"].dt, events["A day"]["dtend"].dt) == (date(2031, 5, 1), date(2031, 5, 2))
    # Nine in the morning, an hour before.
    assert events["A day"].walk("VALARM")[0]["trigger"].dt == timedelta(hours=8)
    assert events["A time"]["dtstart"].dt.isoformat() == "2031-05-01T09:30:00+05:00"
    assert "rrule" not in events["Counted from completion"]


async def test_as_to_dos_on_demand(person, client) -> None:
    ada = await person("Ada")
    await add(ada, title="No date")
    answer = await client.get(await make_feed(ada), params={"as": "todos"})
    assert [str(todo["summary"]) for todo in Calendar.from_ical(answer.content).walk("VTODO")] == ["No date"]


async def test_the_tag_changes_with_the_data_and_only_then(person, client) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    task = await add(ada, title="A", due="2031-05-01", tags=["old"])
    url = await make_feed(ada)
    first = (await client.get(url)).headers["etag"]
    await add(bo, title="Somebody else's")
    assert (await client.get(url, headers={"If-None-Match": first})).status_code == 304
    assert (await client.get(url, headers={"If-None-Match": f'W/{first}, "x"'})).status_code == 304
    tag = (await ada.client.get(ada.path + "/tags")).json()["items"][0]
    await ada.client.put(f"{ada.path}/tags/{tag['id']}", json={"name": "new"})
    second = await client.get(url, headers={"If-None-Match": first})
    assert second.status_code == 200
    assert b"CATEGORIES:new" in second.content
    await ada.client.delete(f"{ada.path}/tasks/{task['id']}")
    assert (await client.get(url, headers={"If-None-Match": second.headers["etag"]})).status_code == 200


async def test_a_new_address_ends_the_old_one_and_it_can_be_taken_away(person, client) -> None:
    ada = await person("Ada")
    assert (await ada.client.get(ada.path + "/feed")).json()["active"] is False
    old = await make_feed(ada)
    new = await make_feed(ada)
    assert (await client.get(old)).status_code == 404
    assert (await client.get(new)).status_code == 200
    state = (await ada.client.get(ada.path + "/feed")).json()
    assert (state["active"], state["url"]) == (True, None)
    assert (await ada.client.delete(ada.path + "/feed")).status_code == 204
    assert (await client.get(new)).status_code == 404


async def test_a_guessed_address_opens_nothing(client) -> None:
    for guess in ("feed_x", "x", "feed_" + "a" * 43, "a" * 500):
        assert (await client.get(f"/feeds/{guess}.ics")).status_code in (404, 422)


async def test_the_address_belongs_to_its_owner(person) -> None:
    ada, bo = await person("Ada"), await person("Bo")
    url = await make_feed(ada)
    assert (await bo.client.post(ada.path + "/feed")).status_code == 403
    assert (await bo.client.delete(ada.path + "/feed")).status_code == 403
    assert (await bo.client.get(url)).status_code == 200  # who knows it may read it


@pytest.mark.parametrize(
    "rrule",
    ["FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY",
     "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=30;COUNT=5", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=DAILY;UNTIL=20280601"],
)  # fmt: skip
@pytest.mark.parametrize("start", [datetime(2028, 1, 31, 9, 0), datetime(2028, 2, 29, 9, 0)])
def test_a_calendar_sees_the_days_that_we_do(rrule: str, start: datetime) -> None:
    """Month days roll to the month's end with us; a calendar must come to the same days by RFC 5545."""
    anchored = language.anchored_rrule(rrule, start.date())
    ours, moment = [], start
    rule = anchored
    for _ in range(6):
        step = language.advance(rule, moment)
        if step is None:
            break
        moment, rule = step.at, step.rrule
        ours.append(moment)
    theirs = rrulestr(calendar_rule(rrule, start.replace(tzinfo=UTC)).replace("Z", ""), dtstart=start)
    later = [moment for moment in theirs[:12] if moment > start]
    assert later[: len(ours)] == ours
