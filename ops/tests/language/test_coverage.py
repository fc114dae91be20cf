"""The check of coverage: no word of a change is passed over, no place is guessed, what was forbidden holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.coverage import unexplained
from kora.language.grammar import read
from kora.language.intents import Target

ORDERS = [
    "scale web to 5", "restart web", "delete deployment web", "set the image of web to nginx:1.27",
    "set the memory limit of web to 1Gi", "set MODE=fast on deployment web", "label deployment web with team=a",
    "pause the rollout of web", "roll back web", "expose deployment web on port 80", "cordon node worker-1",
    "set the config map web key to value", "change the strategy of web to recreate",
]  # fmt: skip
TAILS = [
    "during the sale", "gradually", "without telling anybody", "on weekends", "apart from nights", "some of the time",
    "if nobody minds", "unless it is busy", "instead of api", "like api", "for two hours", "--force", "only in spirit",
    "everywhere but here", "or api", "at least once", "whenever possible", "towards the evening", "as far as possible",
]  # fmt: skip


def acts(prompt: str) -> bool:
    request = read(prompt)
    return request.changes and not request.unclear and not request.explain


@pytest.mark.parametrize("order", ORDERS[:9])
def test_the_plain_order_is_understood(order: str) -> None:
    assert acts(order)


@settings(deadline=None)
@given(st.sampled_from(ORDERS), st.sampled_from(TAILS))
def test_an_order_with_something_that_is_not_understood_changes_nothing(order: str, tail: str) -> None:
    assert not acts(f"{order} {tail}")


@given(
    st.sampled_from(ORDERS), st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9).map(lambda word: f"{word}ly")
)
def test_an_adverb_is_never_taken_for_a_name(order: str, adverb: str) -> None:
    request = read(f"{order} {adverb}")
    names = {name for step in request.steps for name in getattr(getattr(step, "target", None), "names", ())}
    assert adverb not in names


@pytest.mark.parametrize(
    "word", ["all", "during", "only", "5", "replicas", "slowly", "without", "%", "second", "other"]
)
def test_words_that_name_nothing_are_no_part_of_a_description(word: str) -> None:
    assert unexplained(Target(phrase=f"web {word}"))


@pytest.mark.parametrize("phrase", ["web front", "payment gateway", "search", "node exporter", "report worker"])
def test_words_that_names_are_made_of_are(phrase: str) -> None:
    assert not unexplained(Target(phrase=phrase))


@pytest.mark.parametrize(
    "prompt",
    [
        "scale web to 5. Only in staging.",
        "restart api. The pods must land on worker-2.",
        "restart web and api, then label it team=a",
        "delete the second pod",
        "restart some of the pods of web",
        "send 20% of the traffic of service shop to web-canary",
        "create nothing, scale web to 3 in it",
        "fix web, but don't change its image",
        "delete the deployment web but keep its pods",
        "delete the pods of web",
        "stop web from restarting",
        "scale web by 2",
        "set memory of web to 512",
        "copy secret db from dev to prod",
        "expose the secret db",
    ],
)
def test_what_is_left_open_is_asked_about(prompt: str) -> None:
    assert not acts(prompt)


@pytest.mark.parametrize(
    ("prompt", "intent", "said"),
    [
        ("In namespace shop, scale web to 3 and restart api", "scale", {"namespace": "shop"}),
        ("for deployment web: set the image to nginx:1.27", "set_image", {"names": ("web",)}),
        ("in deployment web unset the variable OLD_MODE", "set_env", {"names": ("web",)}),
        ("take web down to a single replica", "scale", {"phrase": "web"}),
        ("take one replica away from web", "scale", {"phrase": "web"}),
        ("the web pods keep dying, please sort it out", "fix", {"phrase": "web"}),
        ("deployment/web -> 4 replicas", "scale", {"names": ("web",)}),
        ("kubectl rollout undo deployment web --to-revision=3", "roll_back", {"names": ("web",)}),
        ("raise the cpu limit of web to 1 core but leave the request alone", "set_resources", {"phrase": "web"}),
        ("set door to green in configmap colours", "set_data", {"names": ("colours",)}),
    ],
)
def test_orders_in_other_shapes_are_heard(prompt: str, intent: str, said: dict[str, object]) -> None:
    request = read(prompt)
    assert not request.unclear, request.unclear
    step = request.steps[0]
    assert step.intent == intent
    assert {name: getattr(step.target, name) for name in said} == said  # type: ignore[union-attr]


def test_the_place_that_a_prompt_opens_with_counts_for_all_of_it() -> None:
    request = read("In namespace shop, scale web to 3 and restart api")
    assert [step.target.namespace for step in request.steps] == ["shop", "shop"]  # type: ignore[union-attr]
