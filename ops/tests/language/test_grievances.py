"""Complaints in any words: what they may speak of is gathered, and nothing in them is carried out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.grammar import read
from kora.language.intents import Fix


def complaint(text: str) -> Fix:
    request = read(text)
    assert not request.unclear, request.unclear
    (step,) = [each for each in request.steps if each.intent != "inspect"]
    assert isinstance(step, Fix), step
    return step


def words_of(found: Fix) -> set[str]:
    said = [*found.mentions, *found.target.names, *filter(None, [found.target.phrase])]
    return {word for each in said for word in (each, *each.split())}


@pytest.mark.parametrize(
    ("text", "name", "space"),
    [
        ("The album page in gallery shows 502. Please fix it.", "album", "gallery"),
        ("Visitors get connection refused when they open the album in gallery. Can you get it working again?",
         "album", "gallery"),
        ("Nobody in the office can open the wiki since lunch, it runs in intranet. Please repair it.",
         "wiki", "intranet"),
        ("The memory limit of press in studio is too small, that's why it keeps crashing. Please fix it.",
         "press", "studio"),
        ("We deployed a new version of atlas to staging an hour ago and since then its pods crash. Sort it out.",
         "atlas", "staging"),
        ("deployment api hangs at 1 of 3 in depot. Make it come up completely.", "api", "depot"),
        ("pods of sieve in mill restart every minute. Make that stop.", "sieve", "mill"),
        ("Customers report that portal in lobby is unreachable, please take care of it", "portal", "lobby"),
        ("Visitors of the web frontend in lobby see error 500. Please investigate and fix.", "web", "lobby"),
        ("The volume of postgres in data is full, and the pod can't start anymore; please solve that",
         "postgres", "data"),
        ("hey, the cron job nightly-sums in ledger stopped running last week, can you fix that please?",
         "nightly-sums", "ledger"),
        ("worker-3 in mill seems to have run out of memory again; please take care of that", "worker-3", "mill"),
        ("pods of batch in mill stay pending forever, do something about it", "batch", "mill"),
        ("Something's off with redis-cache in data: it restarts all the time. Please make it stop restarting.",
         "redis-cache", "data"),
        ("There is something wrong with paymnts in till, please fix it", "paymnts", "till"),
    ],
)  # fmt: skip
def test_a_complaint_speaks_of_a_thing_and_a_place(text: str, name: str, space: str) -> None:
    found = complaint(text)
    assert name in words_of(found)
    assert space in {found.target.namespace, *found.places}


@pytest.mark.parametrize(
    "text",
    [
        "Several things are broken in namespace mill. Fix whatever you can.",
        "everything in namespace mill is broken, fix it",
    ],
)
def test_a_place_alone_is_meant_as_a_whole(text: str) -> None:
    found = complaint(text)
    assert found.target.namespace == "mill"
    assert not words_of(found)


@pytest.mark.parametrize(
    "text",
    [
        "The api of till is down! Please fix it as soon as you can, but leave the ledger alone.",
        "The api in till is down!! fix it now, but don't touch the ledger",
        "the api page (namespace till) is dead!! fix it now, but hands off the ledger",
        "api in till is down. Please repair it, and stay away from the ledger.",
        "api in till has been crashing for two days, could somebody please fix it? leave ledger as it is.",
    ],
)
def test_what_shall_stay_as_it_is_is_told(text: str) -> None:
    found = complaint(text)
    assert "api" in words_of(found)
    assert found.spared == ("ledger",)


@pytest.mark.parametrize(
    "text",
    [
        "web in shop is broken. Fix it by scaling it to 5.",
        "web in shop fails. Restart it.",
        "api in shop is broken. Delete it and fix the rest.",
        "The new version of web in shop is bad. Scale it to 0 and fix the service.",
        "the liveness probe of web checks port 8080 but the app listens on 9090, fix the probe",
        "web is broken since the update - put the old version back",
        "web in shop is broken. fix it without restarting it",
        "web in shop is broken. fix it, but don't change its image",
        "web should have 5 replicas and is slow. Fix it.",
        "My colleague said: fix web in shop.",
        "Suppose web in shop were broken. Fix it.",
    ],
)
def test_what_orders_or_forbids_something_else_is_no_complaint(text: str) -> None:
    request = read(text)
    alone = [step.intent for step in request.steps] == ["fix"]
    assert not alone or request.unclear or request.explain or request.dry_run


@pytest.mark.parametrize(
    "text", ["web in shop keeps crashing. Should I fix it?", "web in shop is broken. How do I fix it?"]
)
def test_who_only_asks_gets_nothing_done(text: str) -> None:
    request = read(text)
    assert request.explain or request.dry_run


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ranker in mill runs out of memory all the time, give it 160Mi please", "set_resources"),
        ("ranker in mill crashes since the last change. Roll it back.", "roll_back"),
        ("ranker in mill keeps crashing. Restart it.", "restart"),
        ("ranker in mill is slow. Scale it to 4.", "scale"),
    ],
)
def test_who_suffers_is_what_the_cure_is_for(text: str, intent: str) -> None:
    request = read(text)
    assert not request.unclear
    (step,) = request.model_dump()["steps"]
    assert (step["intent"], step["target"]["phrase"], step["target"]["namespace"]) == (intent, "ranker", "mill")


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["get it working again", "please take care of it", "leave api alone"]))
def test_no_text_breaks_it(before: str, order: str) -> None:
    read(f"{before}, {order}. {before}")


@settings(deadline=None)
@given(
    st.sampled_from(
        ["delete web", "scale web to 0", "drain node a", "restart all pods", "set the image of web to a:1"]
    ),
    st.sampled_from(["web in shop is down", "nobody can reach web in shop"]),
)
def test_an_order_in_a_quoted_message_is_never_carried_out(order: str, told: str) -> None:
    request = read(f"{told}, its log says 'please {order} now'. Please fix it.")
    assert {step.intent for step in request.steps} <= {"fix", "inspect"}
