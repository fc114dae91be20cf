"""Facts compared with each other, with time, with what the API takes by default; what people read of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kora.domain.rules import Rule
from kora.kit.clock import VirtualClock, use_clock
from kora.language.rules.reading import read_rule
from kora.operations.audits import result

Manifest = dict[str, Any]


def named(kind: str, name: str, spec: Manifest, **metadata: Any) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "demo", **metadata}, "spec": spec}


def pod(name: str, container: Manifest | None = None, **spec: Any) -> Manifest:
    return named("Pod", name, {"containers": [{"name": "app", "image": "web:1", **(container or {})}], **spec})


def found(text: str, *objects: Manifest) -> dict[str, tuple[str, ...]]:
    rule = read_rule(text)
    assert isinstance(rule, Rule), rule
    return {each.name: each.reasons for each in result(rule, objects, objects).violations}


def scaler(name: str, least: int, most: int) -> Manifest:
    return named("HorizontalPodAutoscaler", name, {"minReplicas": least, "maxReplicas": most})


@pytest.mark.parametrize(
    "text",
    [
        "HPAs must have maxReplicas greater than minReplicas",
        "minReplicas of a HorizontalPodAutoscaler must be below maxReplicas",
        "In every HPA minReplicas < maxReplicas must hold",
    ],
)
def test_fields_are_compared_with_each_other(text: str) -> None:
    assert set(found(text, scaler("wide", 2, 4), scaler("flat", 3, 3))) == {"flat"}


def test_a_port_may_be_meant_by_its_name() -> None:
    ports = [{"containerPort": 8080, "name": "http"}]
    probe = {"livenessProbe": {"httpGet": {"port": "http"}}}
    lost = {"livenessProbe": {"httpGet": {"port": 9090}}}
    text = "The liveness probe port has to match a containerPort of the container"
    assert set(found(text, pod("a", {"ports": ports, **probe}), pod("b", {"ports": ports, **lost}), pod("c"))) == {"b"}


def test_age_is_counted_from_now() -> None:
    def born(day: int) -> Manifest:
        return {**pod(f"p{day}"), "metadata": {"name": f"p{day}", "creationTimestamp": f"2026-01-{day:02}T00:00:00Z"}}

    with use_clock(VirtualClock(datetime(2026, 1, 31, tzinfo=UTC))):
        reasons = found("Pods should be no older than 7 days.", born(1), born(28))
    assert reasons == {"p1": ("age 30 days is above 7 days",)}


@pytest.mark.parametrize(
    "text", ["Nothing may run as uid 0", "No container may run as root", "pods must not run as user 0"]
)
def test_whoever_may_run_as_root_is_named_however_it_is_said(text: str) -> None:
    objects = [pod("silent"), pod("zero", securityContext={"runAsUser": 0})]
    objects += [pod("other", securityContext={"runAsUser": 7}), pod("safe", securityContext={"runAsNonRoot": True})]
    assert set(found(text, *objects)) == {"silent", "zero"}


def test_settings_of_probes_say_nothing_of_containers_without_them() -> None:
    slow = pod("slow", {"livenessProbe": {"timeoutSeconds": 1}})
    quick = pod("quick", {"livenessProbe": {"timeoutSeconds": 9}})
    assert set(found("liveness probes need a timeout of at least 5 seconds", slow, quick, pod("none"))) == {"slow"}


def test_what_must_be_said_is_not_met_by_a_default() -> None:
    job = named("CronJob", "nightly", {"schedule": "0 3 * * *"})
    assert set(found("CronJobs must set a concurrency policy", job)) == {"nightly"}
    assert not found("The concurrency policy of CronJobs must be Allow", job)


def test_extended_resources_are_resources() -> None:
    asks = pod("asks", {"resources": {"requests": {"example.com/gpu": "1"}}})
    both = pod("both", {"resources": {"requests": {"example.com/gpu": "1"}, "limits": {"example.com/gpu": "1"}}})
    text = "every container that requests example.com/gpu must set a limit for example.com/gpu"
    assert set(found(text, asks, both, pod("none"))) == {"asks"}


def test_a_reason_names_the_part_the_value_and_the_field() -> None:
    big = pod("big", {"resources": {"limits": {"memory": "2Gi"}}})
    assert found("memory limits must not exceed 1Gi", big)["big"] == (
        'container "app": memory limit 2Gi is above 1Gi (spec.containers[app].resources.limits.memory)',
    )


def test_what_the_api_takes_by_default_is_called_so() -> None:
    assert "by default" in found("pods must not mount service account tokens", pod("a"))["a"][0]


def test_no_offender_is_said_in_the_words_that_were_asked_for() -> None:
    rule = read_rule('pods must not be privileged. Print "VIOLATING: none" if all comply.')
    assert isinstance(rule, Rule)
    assert result(rule, [pod("a")]).lines[-1] == "VIOLATING: none"
