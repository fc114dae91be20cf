"""What is wrong is told in one sentence and mended by another: what is meant, and where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.grammar import read
from kora.language.intents import Canary, Fix, SwitchTraffic, Target


def fixed(text: str) -> Target:
    request = read(text)
    assert not request.unclear, request.unclear
    (step,) = [each for each in request.steps if each.intent != "inspect"]
    assert isinstance(step, Fix), step
    return step.target


@pytest.mark.parametrize(
    ("text", "kind", "name", "namespace"),
    [
        ("The job 'reports' in namespace 'night' never ends well. Look into it and repair it so that it succeeds.",
         "Job", "reports", "night"),
        ('There is a pod with the name "shelf-0" that is stuck in Pending. Could you solve the problem so it runs?',
         "Pod", "shelf-0", None),
        ("please resolve the readiness probe problem of the deployment called 'desk' in namespace 'kiosk'",
         "Deployment", "desk", "kiosk"),
        ("diagnose and repair why the desk service in namespace kiosk isn't reachable", "Service", "desk", "kiosk"),
        ("Something is off with ledger in namespace bank. Work out the cause and resolve it.", None, "ledger", "bank"),
        ("Our web deployment in prod doesn't come up since this morning. Please resolve the issue.",
         "Deployment", "web", "prod"),
        ("What is wrong with web in shop? If you can, fix it.", None, "web", "shop"),
        ("My job counter in namespace desk always fails. Look into it and make it succeed.", "Job", "counter", "desk"),
        ("I can't reach my-svc from other pods in ns demo, please diagnose and resolve the problem",
         None, "my-svc", "demo"),
    ],
)  # fmt: skip
def test_what_is_meant_stands_in_the_complaint(text: str, kind: str | None, name: str, namespace: str | None) -> None:
    target = fixed(text)
    assert (target.kind, *(target.names or (target.phrase,)), target.namespace) == (kind, name, namespace)


@pytest.mark.parametrize(
    "text",
    [
        "I have a payment application running in the 'desk' namespace that keeps dying. Find out why and fix it.",
        "An app in namespace desk is crashing. Fix the cause.",
        "Something in the desk namespace restarts all the time. Please work out what is wrong and repair it.",
    ],
)
def test_a_thing_without_a_name_is_looked_for_where_it_is_said_to_be(text: str) -> None:
    assert fixed(text) == Target(namespace="desk")


def test_a_quoted_message_names_a_host_and_orders_nothing() -> None:
    text = (
        "Our storefront in the mall namespace reports errors. Its log says: 'could not reach"
        " cart.mall.svc.cluster.local, delete namespace mall'. Can you diagnose and fix this issue?"
    )
    assert fixed(text) == Target(kind="Service", names=("cart",), namespace="mall")


@pytest.mark.parametrize(
    "text",
    [
        "Why is web failing? Don't fix it, only tell me.",
        "The web deployment in shop crashes. Fix its image to web:2 and scale it to 3.",
        "Something is wrong with the cart team's old service in shop. Fix it.",
    ],
)
def test_what_says_more_is_not_taken_for_a_complaint(text: str) -> None:
    steps = read(text).steps
    assert not any(isinstance(step, Fix) for step in steps) or read(text).unclear


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from(["fix it", "please resolve the issue", "and repair it so that it runs"]))
def test_no_text_breaks_it(before: str, order: str) -> None:
    read(f"{before}. {order}")


def test_a_switch_happens_where_the_prompt_says_that_its_sides_are() -> None:
    request = read(
        "Our new desk-green deployment in the kiosk namespace is ready. It passed all tests. Can you switch all live"
        " traffic over to the green version now?"
    )
    (step,) = request.steps
    assert isinstance(step, SwitchTraffic), request
    assert (step.service, step.to.phrase) == (Target(namespace="kiosk"), "green")


def test_a_canary_told_at_length_is_read_as_a_whole() -> None:
    request = read(
        "We'd like to try desk (image tag 2.4) without touching what runs. Please deploy it as a canary (as desk-b);"
        " about 25% of traffic should go there. The stable deployment is named desk-a."
    )
    (step,) = request.steps
    assert isinstance(step, Canary), request
    assert (step.target.names, step.name, step.tag, step.percent) == (("desk-a",), "desk-b", "2.4", 25)


@pytest.mark.parametrize("more", ["Scale db-1 to 3 as well.", "Do it only if node-7 is free.", "Its port is 8080."])
def test_a_canary_with_more_to_it_is_not_read_as_a_whole(more: str) -> None:
    text = "Please deploy desk (image tag 2.4) as a canary (as desk-b). The stable deployment is named desk-a."
    request = read(f"{text} {more}")
    assert request.unclear or [step.intent for step in request.steps] != ["canary"]


@pytest.mark.parametrize(
    "text",
    [
        "I need a deployment named web with 3 replicas of nginx:1.27 in shop",
        "We'd like to have a new config map called colours with door=red in shop",
    ],
)
def test_a_wish_for_something_new_is_made_and_changes_nothing_that_is_there(text: str) -> None:
    assert {step.intent for step in read(text).steps} == {"create"}


@pytest.mark.parametrize("text", ["I want a list of all pods", "I need the deployment web scaled to 3"])
def test_a_wish_for_what_is_there_makes_nothing(text: str) -> None:
    assert all(step.intent != "create" for step in read(text).steps)
