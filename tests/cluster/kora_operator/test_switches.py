"""The switches of an AgentPolicy on a real cluster: what is off does not happen in one namespace, while the same fault
in another one, where nothing is off, is found.

Every namespace has the same two faults: a program whose log alone tells what is wrong, and an image that is not there.
"""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cluster.kora_diagnose.builders import OK, Objects, container, deployment
from cluster.kora_operator.conftest import RIGHTS
from cluster.kora_operator.installation import (
    Kora,
    Namespace,
    delete_namespaces,
    new_namespace,
    policy,
    specs,
    spoken,
)
from cluster.programs import eventually

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
OFF: dict[str, dict[str, Any]] = {
    "nothing": {},
    "logs": {"logAnalysis": {"enabled": False}},
    "health": {"healthMonitoring": {"enabled": False}},
    "use": {"resourceMonitoring": {"enabled": False}},
    "sizes": {"resourceOptimization": {"enabled": False}},
}
"""Namespace → what its policy switches off."""
OFTEN = {"resourceMonitoring": {"interval": "10s"}, "resourceOptimization": {"interval": "20s", "minSamples": 2}}
QUIET = 60.0
"""Seconds after which what was to happen has happened where nothing is off."""
FAULTS: Objects = [
    deployment("telling", container("echo \"KeyError: 'DATABASE_URL'\"; exit 1")),
    deployment("imageless", container(image="busybox:none")),
    deployment("well", OK),
]


def _policy(off: dict[str, dict[str, Any]]) -> dict[str, Any]:
    names = OFTEN.keys() | off.keys()
    return {name: {**OFTEN.get(name, {}), **off.get(name, {})} for name in names}


@pytest.fixture(scope="module")
def places(image: None, definitions: None) -> Iterator[dict[str, Namespace]]:
    """One namespace for each switch, a minute after the operator came to it."""
    made = {name: new_namespace(name) for name in ("system", *OFF)}
    system = made.pop("system")
    kora = Kora(system, tuple(each.name for each in made.values()), settings=list(RIGHTS))
    try:
        kora.install("supervised")
        for name, place in made.items():
            place.apply(policy("care", place.name, level="observe", capabilities=_policy(OFF[name])), *FAULTS)
        everything = made["nothing"]
        eventually(lambda: {"EnvironmentMissing", "ImageNotFound"} <= causes(everything), QUIET, "both faults found", 1)
        eventually(lambda: "containers fit" in said(everything), QUIET, "sizes", 1)
        time.sleep(10)  # the others had the same time, and more
        yield made
    finally:
        kora.uninstall()
        delete_namespaces(system.name, *(each.name for each in made.values()))


def causes(place: Namespace) -> set[str]:
    return {each["spec"]["cause"] for each in spoken(place.name, "findings")}


def active(place: Namespace) -> set[str]:
    """Causes that are there now."""
    found = spoken(place.name, "findings")
    return {each["spec"]["cause"] for each in found if each.get("status", {}).get("phase") == "active"}


def said(place: Namespace) -> str:
    """What the policy says about sizes."""
    conditions = spoken(place.name, "agentpolicies")[0].get("status", {}).get("conditions", [])
    return next((each["message"] for each in conditions if each["type"] == "Sized"), "")


def test_without_the_analysis_of_logs_only_what_shows_is_told(places: dict[str, Namespace]) -> None:
    found = causes(places["logs"])
    assert "EnvironmentMissing" not in found
    assert {"CrashLoop", "ImageNotFound"} <= found
    told = [proof["text"] for each in spoken(places["logs"].name, "findings") for proof in each["spec"]["evidence"]]
    assert not any("DATABASE_URL" in each for each in told)


def test_without_the_monitoring_of_health_nothing_is_found(places: dict[str, Namespace]) -> None:
    place = places["health"]
    assert spoken(place.name, "findings") == []
    assert spoken(place.name, "remediationplans") == []
    assert "containers fit" in said(place)  # sizes are another matter


def test_without_measuring_there_are_no_samples(places: dict[str, Namespace]) -> None:
    assert "at most 0 of 2" in said(places["use"])


def test_without_right_sizing_nothing_is_said_about_sizes(places: dict[str, Namespace]) -> None:
    assert said(places["sizes"]) == ""
    assert {"EnvironmentMissing", "ImageNotFound"} <= causes(places["sizes"])


def test_a_switch_that_is_turned_closes_and_finds_again(places: dict[str, Namespace]) -> None:
    place = places["sizes"]
    before = specs(place.name)
    off = '{"spec":{"capabilities":{"healthMonitoring":{"enabled":false}}}}'
    place.kubectl("patch", "agentpolicy", "care", "--type", "merge", "-p", off)
    eventually(lambda: not active(place), 30, "everything closed", 1)
    place.kubectl("patch", "agentpolicy", "care", "--type", "merge", "-p", off.replace("false", "true"))
    eventually(lambda: {"EnvironmentMissing", "ImageNotFound"} <= active(place), 30, "both found again", 1)
    assert specs(place.name) == before
