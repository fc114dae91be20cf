"""Orders about what a workload draws on and where it runs, about routes, quotas, rights and copies; and orders whose
verb is no imperative. What is not read whole changes nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.grammar import read


def only(prompt: str) -> dict[str, Any]:
    """The one step of a prompt that is understood, without what was not said."""
    request = read(prompt)
    assert not request.unclear, request
    (step,) = request.steps
    return {"intent": step.intent, **step.model_dump(exclude_defaults=True)}


@pytest.mark.parametrize(
    ("prompt", "sources"),
    [
        ("load all keys of configmap tints into the environment of the desk", [("config_map", "tints", None, None)]),
        ("expose all values of paints secret to desk as environment variables", [("secret", "paints", None, None)]),
        ("let desk take everything from secret paints as env vars", [("secret", "paints", None, None)]),
        ("set HUE in desk from the configmap tints", [("config_map", "tints", "HUE", None)]),
        (
            "use secret paints in deployment desk as env HUE (key red) and SHADE (key blue)",
            [("secret", "paints", "HUE", "red"), ("secret", "paints", "SHADE", "blue")],
        ),
        ("set DB_HUE to the value of key red in configmap tints for desk", [("config_map", "tints", "DB_HUE", "red")]),
        ("wire the red key of secret paints into desk as DB_HUE", [("secret", "paints", "DB_HUE", "red")]),
        (
            "set HUE and SHADE from keys red and blue of secret paints on deployment desk",
            [("secret", "paints", "HUE", "red"), ("secret", "paints", "SHADE", "blue")],
        ),
    ],
)
def test_variables_come_from_secrets_and_config_maps(prompt: str, sources: list[tuple[str, str, str, str]]) -> None:
    found = only(prompt)
    said = [(each["source"], each["name"], each.get("variable"), each.get("key")) for each in found["sources"]]
    assert found["intent"] == "set_env"
    assert said == sources
    assert "desk" in str(found["target"])


def test_what_was_just_made_is_used() -> None:
    made, used = read("create secret paints with red=1, then use it in deployment desk as env").steps
    assert (made.kind, made.name) == ("Secret", "paints")
    assert [each.model_dump(exclude_none=True) for each in used.sources] == [{"source": "secret", "name": "paints"}]


@pytest.mark.parametrize(
    ("prompt", "given"),
    [
        ("run desk under service account painter", {"service_account": "painter"}),
        ("desk should use the painter service account", {"service_account": "painter"}),
        ("give desk priority class high", {"priority_class": "high"}),
        ("pin desk to nodes with disk=ssd", {"node_selector": {"disk": "ssd"}}),
        ("schedule desk on nodes with disk=ssd only", {"node_selector": {"disk": "ssd"}}),
        (
            "let desk tolerate the taint use=gpu:NoSchedule",
            {"tolerate_key": "use", "tolerate_value": "gpu", "tolerate_effect": "NoSchedule"},
        ),
        ("drop the nodeSelector from desk", {"remove": ("node_selector",)}),
    ],
)
def test_pods_run_as_somebody_and_somewhere(prompt: str, given: dict[str, Any]) -> None:
    assert only(prompt) == {"intent": "set_pod", "target": {"phrase": "desk"}, **given}


@pytest.mark.parametrize(
    ("prompt", "given"),
    [
        ("add host a.example.com to ingress lobby, pointing at desk port 80",
         {"host": "a.example.com", "service": "desk", "port": 80}),
        ("route /till on ingress lobby to desk port 80", {"path": "/till", "service": "desk", "port": 80}),
        ("ingress lobby: add path /till to service desk port 80", {"path": "/till", "service": "desk", "port": 80}),
        ("lobby ingress should also answer on a.example.com with the desk service",
         {"host": "a.example.com", "service": "desk"}),
        ("use the tls secret key-a for the ingress lobby", {"tls_secret": "key-a"}),
        ("remove host a.example.com from ingress lobby", {"remove_host": "a.example.com"}),
        ("drop /till from ingress lobby", {"remove_path": "/till"}),
        ("rename the host a.example.com on ingress lobby to b.example.com",
         {"instead_of": "a.example.com", "host": "b.example.com"}),
    ],
)  # fmt: skip
def test_an_ingress_gets_hosts_paths_and_certificates(prompt: str, given: dict[str, Any]) -> None:
    found = only(prompt)
    target = found.pop("target")
    assert found == {"intent": "set_ingress", **given}
    assert (target["kind"], "lobby" in str(target)) == ("Ingress", True)


@pytest.mark.parametrize(
    ("prompt", "hard"),
    [
        ("bump the pods quota to 100", {"pods": "100"}),
        ("the quota for pods should be 60", {"pods": "60"}),
        ("raise limits.memory of team-quota to 60Gi", {"limits.memory": "60Gi"}),
        ("update team-quota: pods 120, services 30", {"pods": "120", "services": "30"}),
        ("set limits.cpu=20 in team-quota", {"limits.cpu": "20"}),
    ],
)
def test_amounts_of_a_quota(prompt: str, hard: dict[str, str]) -> None:
    found = only(prompt)
    assert (found["intent"], found["hard"]) == ("set_quota", hard)


def test_rights_are_taken_away_and_config_maps_copied() -> None:
    gone = only("take the pod-reader role away from service account ci-bot")
    assert (gone["intent"], gone["subject"], gone["subject_kind"]) == ("revoke", "ci-bot", "ServiceAccount")
    assert only("duplicate the config map tints as tints-2")["name"] == "tints-2"
    assert only("copy configmap tints to namespace dev")["namespace"] == "dev"
    assert read("copy secret paints to namespace dev").unclear


@pytest.mark.parametrize(
    ("prompt", "removed"),
    [
        ("remove the cpu limit from desk", ("limits.cpu",)),
        ("drop the memory limits of desk", ("limits.memory",)),
        ("get rid of all limits on the desk deployment", ("limits",)),
        ("remove requests and limits from desk", ("requests", "limits")),
    ],
)
def test_bounds_are_taken_away(prompt: str, removed: tuple[str, ...]) -> None:
    found = only(prompt)
    assert (found["intent"], found["remove"]) == ("set_resources", removed)


@pytest.mark.parametrize(
    ("prompt", "given"),
    [
        ("desk down to nothing please", {"intent": "scale", "to": 0}),
        ("I want 5 of the desk pods", {"intent": "scale", "to": 5}),
        ("drop three of the desk replicas", {"intent": "scale", "by": -3}),
        ("increase desk by two", {"intent": "scale", "by": 2}),
        ("scale the desk, not the lobby, to 3", {"intent": "scale", "to": 3}),
        ("desk: scale it to 4", {"intent": "scale", "to": 4}),
        ("desk to revision 1", {"intent": "roll_back", "revision": 1}),
        ("move desk from nginx 1.21 to 1.22", {"intent": "set_image", "was": "nginx", "tag": "1.22"}),
        ("bump nginx in desk to 1.27.1", {"intent": "set_image", "was": "nginx", "tag": "1.27.1"}),
        ("put desk on 1.28", {"intent": "set_image", "tag": "1.28"}),
        ("roll the desk", {"intent": "restart"}),
        ("desk hangs, restart it please", {"intent": "restart"}),
    ],
)
def test_orders_in_other_words(prompt: str, given: dict[str, Any]) -> None:
    found = only(prompt)
    assert found.pop("target").get("phrase") == "desk"
    assert found == given


def test_what_a_statement_is_about_is_what_the_order_is_about() -> None:
    assert only("desk gets OOM killed, raise the memory limit to 768Mi")["limits"] == {"memory": "768Mi"}
    both = only("desk needs more memory, make it 512Mi")
    assert both["requests"] == both["limits"] == {"memory": "512Mi"}


@pytest.mark.parametrize(
    "prompt",
    [
        "scale desk to -1", "scale desk to 3 and back", "copy deployment desk to dev", "error: delete pod desk-1",
        "ann: restart desk", "make desk as big as lobby", "bump the quota by 10",
        "scale the three deployments a and b to 2",
        "remove the limits of 200m from desk", "use secret paints and configmap tints in desk as env HUE",
        "enable https on ingress lobby", "take the role away from ci-bot", "set requests = limits for desk",
    ],
)  # fmt: skip
def test_what_is_left_open_changes_nothing(prompt: str) -> None:
    request = read(prompt)
    assert request.unclear or not request.changes


@settings(deadline=None, max_examples=60)
@given(
    amount=st.sampled_from(["128Mi", "2Gi", "500m"]),
    what=st.sampled_from(["memory", "cpu", "ephemeral-storage"]),
    side=st.sampled_from(["limit", "request"]),
    order=st.sampled_from(
        [
            "set the {what} {side} of desk to {amount}",
            "use {amount} of {what} as the {side} of desk",
            "desk: {what} {side} {amount}",
        ]
    ),
)  # fmt: skip
def test_an_amount_is_never_of_another_resource(amount: str, what: str, side: str, order: str) -> None:
    """The unit must fit the resource that was named; else nothing is changed."""
    request = read(order.format(what=what, side=side, amount=amount))
    fits = (what == "cpu") is (amount == "500m")
    for step in () if request.unclear else request.steps:
        if step.intent == "set_resources":
            said = step.model_dump(exclude_defaults=True)
            assert fits
            assert said[side + "s"] == {what.replace("-", "_"): amount}
            assert not ({"limits", "requests"} - {side + "s"}) & set(said)


@settings(deadline=None, max_examples=80)
@given(
    verb=st.sampled_from(["scale", "bring", "set", "reduce", "increase", "bump", "move", "change"]),
    name=st.sampled_from(["desk", "shop-desk", "everything"]),
    place=st.sampled_from(["staging", "the staging namespace", "namespace staging", "lobby"]),
    number=st.integers(0, 40),
)
def test_a_whole_number_is_never_a_version(verb: str, name: str, place: str, number: int) -> None:
    request = read(f"{verb} {name} in {place} to {number}")
    assert request.unclear or all(step.intent != "set_image" for step in request.steps)


def test_a_key_is_read_whole() -> None:
    assert only("remove annotation example.com/restartedAt from service desk")["remove"] == ("example.com/restartedAt",)
