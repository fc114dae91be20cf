"""A shop in a cluster in memory, with what questions and changes speak about."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest
from kora.domain.results import Outcome
from kora.kit.clock import VirtualClock, use_clock
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, deployment, secret, service, stateful_set
from kora.tools.context import Context
from kora.tools.invoker import Invoker

Asking = Callable[..., Outcome]


def _cron_job() -> Manifest:
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "backup:1"}]}
    spec = {"schedule": "0 1 * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "backup", "namespace": "shop"},
        "spec": spec,
    }


def _closed_to(app: str) -> Manifest:
    spec = {"podSelector": {"matchLabels": {"app": app}}, "policyTypes": ["Ingress"], "ingress": []}
    metadata = {"name": f"close-{app}", "namespace": "shop"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


@pytest.fixture
def shop() -> FakeCluster:
    """Two web parts, a ledger of four pods, a database behind a policy, a cron job, a service that selects nothing."""
    fake = FakeCluster(clock=VirtualClock())
    web = deployment("shop-backend", replicas=2)
    web["spec"]["template"]["spec"]["containers"][0] |= {
        "ports": [{"containerPort": 80}],
        "env": [
            {"name": "LOG_LEVEL", "value": "info"},
            {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
        ],
    }
    for item in (
        web, deployment("shop-frontend", replicas=1), deployment("ledger", replicas=4), stateful_set("database"),
        service("shop-backend", selector={"app": "shop-backend"}), service("ghost", selector={"app": "ghost"}),
        service("database", selector={"app": "database"}, port=5432), _closed_to("database"), _cron_job(),
        secret("db", {"password": "aHVudGVyMg=="}), config_map("colours", {"door": "red"}),
    ):  # fmt: skip
        fake.add(item)
    fake.settle()
    return fake


@pytest.fixture
def asking(shop: FakeCluster, tmp_path: Path) -> Asking:
    """Ask the shop: ``asking("…")`` reads, ``asking("…", change=True)`` changes with consent given."""

    def ask(prompt: str, *, change: bool = False, namespace: str = "shop") -> Outcome:
        actor = Actor(name="ann", surface=Surface.CLI)
        context = Context(actor=actor, reader=shop, audit=AuditLog(tmp_path / "audit"), home=tmp_path)
        with use_clock(shop.clock):
            invoker = Invoker(context, open_writer=shop.open_writer, yes=True)
            return invoker.call("ask.change" if change else "ask.read", {"prompt": prompt, "namespace": namespace})

    return ask
