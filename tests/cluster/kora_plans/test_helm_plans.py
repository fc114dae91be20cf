"""Plans that change a Helm release on a real cluster, through the command line: shown, approved, applied, verified and
undone; refused when the release moved on; rolled back and verified again when what was upgraded does not serve."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster.kora_plans.place import IMAGE, Place

from kora.audit import AuditLog
from kora.cluster.client import KubernetesReader, connect
from kora.cluster.writer import open_writer
from kora.domain.actors import Actor, Surface
from kora.domain.objects import ObjectRef
from kora.domain.plans import HelmUpgrade
from kora.helm.choice import choose
from kora.helm.port import HelmEngine
from kora.kit.errors import Invalid
from kora.operations.plans.content import content
from kora.operations.plans.effects import World
from kora.operations.plans.make import Wish, make_plan
from kora.operations.plans.store import PlanStore
from kora.testing.manifests import config_map

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
VALUES = {"image": IMAGE, "replicas": 1, "colour": "blue", "chosen": "shop"}
SCHEMA = '{"properties": {"replicas": {"type": "integer", "minimum": 0, "maximum": 3}}}'
TEMPLATE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {colour: {{ .Values.colour }}}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Values.chosen }}}, ports: [{port: 3000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: {{ .Values.image }}
          imagePullPolicy: IfNotPresent
          resources: {requests: {cpu: 10m}}
          readinessProbe: {httpGet: {path: /, port: 3000}, periodSeconds: 1, timeoutSeconds: 5}
"""


class Shop(Place):
    """A release `shop` of a small chart, at revision 1 with `VALUES`."""

    def __init__(self, reader: KubernetesReader, namespace: str, folder: Path) -> None:
        super().__init__(reader, namespace, folder / "home")
        self.engine: HelmEngine = choose().engine
        (folder / "chart/templates").mkdir(parents=True)
        self.chart = str(folder / "chart")
        (folder / "chart/Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
        (folder / "chart/values.schema.json").write_text(SCHEMA)
        (folder / "chart/templates/shop.yaml").write_text(TEMPLATE)
        self.writer.apply(config_map("bystander", {"a": "b"}, namespace=namespace))
        self.upgrade()
        self.until(lambda: self.ready_endpoints() == 1)

    def upgrade(self, **values: Any) -> None:
        """As somebody with Helm does it."""
        self.engine.upgrade("shop", self.namespace, self.chart, VALUES | values, timeout_seconds=120)

    def plan(self, **values: Any) -> str:
        """Store a plan that patches the release's values."""
        wanted = self.engine.values("shop", self.namespace) | values
        action = HelmUpgrade(
            release="shop", namespace=self.namespace, chart=self.chart, values=wanted, timeout_seconds=40
        )
        actor = Actor(name="ana", surface=Surface.CLI)
        world = World(self.reader, self.engine)
        draft = make_plan(
            world, [Wish(action, "asked for")], goal="Change shop", actor=actor, hold_seconds=3, verify_seconds=20
        )
        return PlanStore(self.home).add(draft.plan, draft.diff).plan.id

    def approve(self, plan: str) -> tuple[int, dict[str, Any]]:
        """With the hash that was shown."""
        _, shown = self.kora("show", plan)
        return self.kora("approve", plan, "--yes", "--hash", shown["hash"])

    def revision(self) -> int:
        found = self.engine.get("shop", self.namespace)
        assert found is not None
        assert found.status == "deployed"
        return found.revision

    def contents(self) -> dict[str, Any]:
        """What the release's objects hold, by kind; Helm's own labels with it."""
        return {kind: content(self.live(kind, "shop")) for kind in ("ConfigMap", "Service", "Deployment")}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    reader = connect()
    name = f"kora-five-{secrets.token_hex(3)}"
    writer = open_writer(reader)
    writer.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    try:
        yield Shop(reader, name, tmp_path)
    finally:
        writer.delete(ObjectRef(api_version="v1", kind="Namespace", name=name))
        reader.close()


def test_a_values_patch_is_shown_applied_verified_and_undone(shop: Shop) -> None:
    before = shop.contents()
    bystander = shop.live("ConfigMap", "bystander")["metadata"]["resourceVersion"]
    plan = shop.plan(replicas=2, colour="green")
    code, shown = shop.kora("show", plan)
    assert code == 0
    for line in ("-  colour: blue", "+  colour: green", "-  replicas: 1", "+  replicas: 2"):
        assert line in shown["diff"]
    assert "image:" not in [each.strip("+- ") for each in shown["diff"].splitlines() if each[:1] in "+-"]
    assert (shop.revision(), shop.contents()) == (1, before)
    code, answer = shop.approve(plan)
    assert (code, answer["plan"]["state"]) == (0, "done"), answer
    assert shop.revision() == 2
    assert shop.live("Deployment", "shop")["status"]["readyReplicas"] == 2
    code, answer = shop.kora("undo", plan, "--yes")
    if code == 4:  # more than --yes may cover: with the hash of the plan that was made
        code, answer = shop.approve(answer["plan"]["id"])
    assert (code, answer["plan"]["state"]) == (0, "done"), answer
    assert shop.revision() == 3
    assert shop.contents() == before
    assert shop.live("ConfigMap", "bystander")["metadata"]["resourceVersion"] == bystander
    assert AuditLog(shop.home / "audit").verify().intact


def test_a_release_that_moved_on_refuses_the_plan(shop: Shop) -> None:
    plan = shop.plan(colour="green")
    shop.upgrade(colour="theirs")
    code, answer = shop.approve(plan)
    assert (code, answer["error"]["code"]) == (1, "PLAN_VOID")
    assert shop.revision() == 2
    assert shop.live("ConfigMap", "shop")["data"] == {"colour": "theirs"}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"chosen": "nobody", "colour": "green"}, "endpoints"),  # Helm calls this deployed; our own check does not
        ({"image": "image.invalid/none:1"}, ""),  # here Helm's own waiting fails
    ],
    ids=["a Service that chooses nobody", "an image that is nowhere"],
)
def test_an_upgrade_that_does_not_serve_is_rolled_back_and_verified_again(
    shop: Shop, values: dict[str, Any], why: str
) -> None:
    before = shop.contents()
    code, answer = shop.approve(shop.plan(**values))
    assert code == 1, answer
    assert answer["plan"]["state"] == "rolled_back", answer
    assert why in answer["plan"]["reason"]
    assert "verified again" in answer["plan"]["reason"]
    assert shop.revision() > 1
    assert shop.contents() == before
    assert shop.ready_endpoints() == 1


def test_values_that_the_chart_refuses_make_no_plan(shop: Shop) -> None:
    with pytest.raises(Invalid) as caught:
        shop.plan(replicas=11)
    assert caught.value.fix == "correct the chart's values: replicas may be 0 to 3 (not 11)"
    assert shop.revision() == 1
