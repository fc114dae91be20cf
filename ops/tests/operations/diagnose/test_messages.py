"""Messages as kubelet, scheduler and admission write them."""

import pytest

from kora.operations.diagnose.messages import (
    Missing,
    Refusal,
    missing_in,
    pull_refusal,
    rejection,
    scheduler_filters,
    start_failure,
)
from kora.operations.diagnose.schedules import never_fires


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ('configmap "web" not found', Missing("ConfigMap", "web")),
        ('MountVolume.SetUp failed for volume "x" : secret "tls" not found', Missing("Secret", "tls")),
        ("couldn't find key A in ConfigMap shop/web", Missing("ConfigMap", "web", "A")),
        ("couldn't find key A in Secret shop/web", Missing("Secret", "web", "A")),
        ('storageclass.storage.k8s.io "fast" not found', Missing("StorageClass", "fast")),
        ("timed out waiting for the condition", None),
    ],
)
def test_what_is_missing(message: str, missing: Missing | None) -> None:
    assert missing_in(message) == missing


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ("docker.io/library/a:b: not found", Refusal.ABSENT),
        ("unexpected status from HEAD request to https://r/v2/a: 401 Unauthorized", Refusal.DENIED),
        ("pull access denied, repository does not exist or may require authorization", Refusal.DENIED),
        ("dial tcp: lookup r on 10.0.0.1:53: no such host", Refusal.UNREACHABLE),
        ("Back-off pulling image", Refusal.OTHER),
    ],
)
def test_why_an_image_is_not_given(message: str, refusal: Refusal) -> None:
    assert pull_refusal(message) is refusal


@pytest.mark.parametrize(
    ("message", "first"),
    [
        (
            "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes"
            " are available: 1 No preemption victims found.",
            "Unschedulable.Resources",
        ),
        (
            "0/4 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {a: b}, 2 node(s)"
            " were unschedulable.",
            "Unschedulable.Resources",
        ),
        (
            "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node"
            " affinity/selector.",
            "Unschedulable.NodeSelector",
        ),
        ("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", "VolumeUnbound"),
        ("0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", "Unschedulable.Affinity"),
        ("0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.", "NodeNotReady"),
        (
            "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
            "Unschedulable.Resources",
        ),
    ],
)
def test_what_keeps_a_pod_from_its_node(message: str, first: str) -> None:
    assert scheduler_filters(message)[0].cause == first


def test_classes_of_refusal() -> None:
    assert rejection('pods "x" is forbidden: exceeded quota: small, requested: pods=1') == ("QuotaExceeded", "small")
    assert rejection('Internal error occurred: failed calling webhook "g.example.com": failed to call webhook') == (
        "WebhookUnavailable",
        "g.example.com",
    )
    assert rejection("etcdserver: request timed out") is None


def test_why_a_start_failed() -> None:
    assert start_failure('exec: "serve": executable file not found in $PATH: unknown') == "CommandInvalid"
    assert start_failure("container has runAsNonRoot and image will run as root") == "SecurityContextDenied"
    assert start_failure("container init was OOM-killed (memory limit too low?)") == "OOMKilled"
    assert start_failure("context deadline exceeded") == ""


@pytest.mark.parametrize("schedule", ["0 0 30 2 *", "5 4 31 4,6,9,11 *", "0 0 31 feb ?", "CRON_TZ=UTC 0 0 30 2 *"])
def test_schedules_that_never_come(schedule: str) -> None:
    assert never_fires(schedule)


@pytest.mark.parametrize(
    "schedule", ["0 0 29 2 *", "0 0 31 2 1", "*/5 * * * *", "@daily", "0 0 31 */2 *", "0 0 30 1-3 *", "nonsense"]
)
def test_schedules_that_do(schedule: str) -> None:
    assert not never_fires(schedule)
