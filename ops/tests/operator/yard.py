"""A yard: the fake shop with an operator beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kora.domain.objects import Manifest
from kora.kit.clock import use_clock
from kora.testing.cluster import Failure, FakeCluster
from kora.testing.manifests import config_map, deployment, ref, service
from kora.testing.operator import FakeOperator, PumpingClock, prepare

WEB = ref("Deployment", "web")
OURS = frozenset({"AgentPolicy", "Finding", "RemediationPlan", "Approval", "Event", "Lease"})


def limited(name: str, memory: str) -> Manifest:
    """A deployment with a memory limit."""
    made = deployment(name, f"{name}:1", replicas=2)
    made["spec"]["template"]["spec"]["containers"][0]["resources"] = {
        "limits": {"memory": memory},
        "requests": {"memory": "32Mi"},
    }
    return made


class Yard:
    """The cluster, its clock, and one operator after another."""

    def __init__(self, home: Path, clock: PumpingClock) -> None:
        self.home, self.clock = home, clock
        self.cluster = prepare(
            FakeCluster(
                [
                    limited("web", "64Mi"),
                    deployment("other", "other:1", replicas=1),
                    service("web", selector={"app": "web"}),
                    service("other", selector={"app": "other"}),
                    config_map("settings", {"colour": "blue"}),
                ]
            )
        )
        self.cluster.settle()
        clock.advance(60)
        self.cluster.requests.clear()
        self.operator = FakeOperator(self.cluster, home, clock)

    def policy(self, level: str = "supervised", *, name: str = "care", **spec: Any) -> Manifest:
        """A policy for the shop."""
        given = {"scope": {"namespaces": ["shop"]}, "autonomy": {"level": level}} | spec
        return self.operator.policy(name, **given)

    def break_image(self) -> None:
        """An upgrade to an image that is not there."""
        self.cluster.fail_image("web:2", Failure("ImagePullBackOff", "web:2: not found"))
        self.cluster.change(WEB, {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:2"}]}}}})

    def run_out_of_memory(self, *, until: str = "") -> None:
        """Every container of web below `until` (never, when empty) is killed."""

        def dies(container: Manifest) -> bool:
            limit = container.get("resources", {}).get("limits", {}).get("memory")
            return container["image"] == "web:1" and limit is not None and limit != until

        self.cluster.fail_when(dies, Failure("OOMKilled", exit_code=137))

    def image(self) -> str:
        """web's image now."""
        live = self.cluster.get(WEB)
        assert live is not None
        return str(live["spec"]["template"]["spec"]["containers"][0]["image"])

    def findings(self) -> dict[str, tuple[str, str | None]]:
        """Phase and fate of every Finding object, by cause."""
        return {
            each["spec"]["cause"]: (each["status"]["phase"], each["status"].get("fate"))
            for each in self.operator.objects("Finding")
        }

    def versions(self) -> dict[str, str]:
        """resourceVersions of everything that is not Kora's own."""
        return {
            f"{each['kind']}/{each['metadata'].get('namespace')}/{each['metadata']['name']}": each["metadata"][
                "resourceVersion"
            ]
            for each in self.cluster.dump()["objects"]
            if each["kind"] not in OURS
        }


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """A healthy shop, an operator, no policy yet."""
    clock = PumpingClock()
    with use_clock(clock):
        yield Yard(tmp_path / "home", clock)
