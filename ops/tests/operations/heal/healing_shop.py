"""A fake shop that can be broken and healed on a virtual clock."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest
from kora.domain.risk import Autonomy
from kora.helm.port import HelmEngine
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.heal.report import Line, PassReport
from kora.operations.heal.together import Together
from kora.policy.document import PolicyDocument
from kora.testing.cluster import Failure, FakeCluster
from kora.testing.manifests import config_map, deployment, ref, service
from kora.tools.context import Context
from kora.tools.heal import at_level, heal_pass

ANA = Actor(name="ana", surface=Surface.CLI)
OOM = Failure("OOMKilled", exit_code=137)
WEB = ref("Deployment", "web")


class Shop:
    """A healthy deployment behind a service, a neighbour, and the pass."""

    def __init__(self, home: Path, clock: VirtualClock) -> None:
        self.home, self.clock = home, clock
        self.helm: HelmEngine | None = None
        self.cluster = FakeCluster(
            [
                self.limited("web", "64Mi"),
                deployment("other", "other:1", replicas=1),
                service("web", selector={"app": "web"}),
                service("other", selector={"app": "other"}),
                config_map("settings", {"colour": "blue"}),
            ]
        )
        self.cluster.settle()
        clock.advance(60)
        self.cluster.requests.clear()

    @staticmethod
    def limited(name: str, memory: str) -> Manifest:
        made = deployment(name, f"{name}:1", replicas=2)
        made["spec"]["template"]["spec"]["containers"][0]["resources"] = {
            "limits": {"memory": memory},
            "requests": {"memory": "32Mi"},
        }
        return made

    def break_image(self) -> None:
        """An upgrade to an image that is not there."""
        self.cluster.fail_image("web:2", Failure("ImagePullBackOff", "web:2: not found"))
        self.change({"containers": [{"name": "main", "image": "web:2"}]})

    def run_out_of_memory(self, *, until: str = "") -> None:
        """Every container of web below `until` (never, when empty) is killed."""

        def dies(container: Manifest) -> bool:
            limit = container.get("resources", {}).get("limits", {}).get("memory")
            return container["image"] == "web:1" and limit is not None and limit != until

        self.cluster.fail_when(dies, OOM)
        self.wait(20)

    def change(self, spec: dict[str, Any]) -> None:
        """Somebody changes web's pod spec."""
        self.cluster.change(WEB, {"spec": {"template": {"spec": spec}}})
        self.wait(20)

    def wait(self, seconds: float) -> None:
        """Time passes, the controllers work."""
        for _ in range(int(seconds)):
            self.clock.advance(1)
            self.cluster.get(WEB)

    def heal(
        self,
        level: Autonomy = Autonomy.SUPERVISED,
        *,
        policy: PolicyDocument | None = None,
        dry_run: bool = False,
        tell: Callable[[Line], None] | None = None,
        together: Together | None = None,
        **more: Any,
    ) -> PassReport:
        """One pass."""
        context = Context(
            actor=ANA,
            reader=self.cluster,
            audit=AuditLog(self.home / "audit"),
            home=self.home,
            policy=policy or at_level(PolicyDocument(), level),
            helm=self.helm,
        )
        return heal_pass(
            context,
            ["shop"],
            level=level,
            dry_run=dry_run,
            tell=tell,
            together=together,
            **{"open_writer": self.cluster.open_writer} | more,
        )

    def container(self) -> Manifest:
        """web's container as it is now."""
        live = self.cluster.get(WEB)
        assert live is not None
        found: Manifest = live["spec"]["template"]["spec"]["containers"][0]
        return found

    def versions(self, *names: str) -> dict[str, str]:
        """resourceVersions of everything whose name begins with one of the names."""
        kinds = ("Deployment", "Service", "ConfigMap")
        found = [each for kind in kinds for each in self.cluster.every(kind)]
        return {
            f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["resourceVersion"]
            for each in found
            if each["metadata"]["name"].startswith(names)
        }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = VirtualClock()
    with use_clock(clock):
        yield Shop(tmp_path, clock)
