"""Scenes for prompts: small applications in a namespace of their own, named by the corpora."""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))  # the builders of the cluster tests

from cluster.kora_diagnose.builders import (
    HTTPD,
    IMAGE,
    OK,
    PORT,
    Objects,
    bare_pod,
    claim,
    container,
    deployment,
    http_probe,
    ingress,
    plain,
    service,
    workload,
)

OTHER_IMAGE = os.environ.get("KORA_EVAL_OTHER_IMAGE", "busybox:1.36")
"""A second image that the nodes hold and that runs the same commands."""
SLEEP = "trap exit TERM; while true; do sleep 1; done"


def _served(name: str, **extra: Any) -> dict[str, Any]:
    return {**OK, "name": name, "readinessProbe": http_probe(periodSeconds=1), **extra}


def shop() -> Objects:
    """Front, back and worker with what belongs to them."""
    env = [{"name": "LOG_LEVEL", "value": "info"}, {"name": "MODE", "value": "fast"}]
    limits = {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}}
    return [
        deployment("frontend", _served("web")),
        deployment("backend", _served("api", env=env, resources=limits), replicas=2),
        deployment("worker", container(SLEEP, name="worker"), container(SLEEP, name="logger")),
        service("frontend"),
        service("backend"),
        plain("v1", "ConfigMap", "app-config", data={"theme": "dark", "size": "10"}),
        plain("v1", "Secret", "db-pass", stringData={"password": "not-to-be-shown"}),
        plain("v1", "ServiceAccount", "ci"),
        plain(
            "batch/v1",
            "CronJob",
            "report",
            spec={
                "schedule": "0 3 * * *",
                "jobTemplate": {"spec": workload("Job", "x", {"containers": [container("true")]})["spec"]},
            },
        ),
    ]


def released() -> Objects:
    """A blue and a green version behind one service."""
    blue, green = {"app": "portal", "version": "blue"}, {"app": "portal", "version": "green"}
    return [
        deployment("portal-blue", _served("web"), labels=blue),
        deployment("portal-green", _served("web"), labels=green),
        service("portal", blue),
    ]


def store() -> Objects:
    """A stateful set with its service and a claim besides."""
    db = workload("StatefulSet", "db", {"containers": [_served("db")]})
    return [db, service("db"), claim("files"), bare_pod("toolbox", container(SLEEP))]


def trouble() -> Objects:
    """One broken workload between two healthy ones, for questions about troubles."""
    return [
        *shop(),
        deployment("payments", container("echo 'ValueError: bad currency table'; exit 3")),
        deployment("mailer", container(image="mailer:no-such-version")),
        service("mailer"),
        claim("uploads"),
        ingress("shop", "frontend"),
        workload("DaemonSet", "agent", {"containers": [container(SLEEP)]}),
        workload("Job", "import", {"containers": [container("echo imported 7 rows")]}),
        bare_pod("toolbox", container(SLEEP)),
        plain("v1", "ResourceQuota", "team", spec={"hard": {"pods": "40"}}),
        plain(
            "rbac.authorization.k8s.io/v1",
            "Role",
            "pod-cleaner",
            rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "delete"]}],
        ),
        plain(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "ci-cleans",
            roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "pod-cleaner"},
            subjects=[{"kind": "ServiceAccount", "name": "ci"}],
        ),
    ]


def broken_port() -> Objects:
    """A service that points at a port that nobody serves."""
    return [deployment("web", OK), service("web", target=9191)]


def broken_probe() -> Objects:
    """A readiness probe on the wrong path."""
    return [deployment("web", container(HTTPD, ports=PORT, readinessProbe=http_probe(path="/helthz"))), service("web")]


def nothing() -> Objects:
    """An empty namespace."""
    return []


SCENES = {each.__name__: each for each in (shop, released, store, trouble, broken_port, broken_probe, nothing)}
UNSETTLED = frozenset({"trouble", "broken_probe"})
"""Scenes that never become ready."""
__all__ = ["IMAGE", "OTHER_IMAGE", "SCENES", "UNSETTLED"]
