"""Every fault is made for real, and `kora diagnose` has to name exactly its cause, the first time it names any.

Faults are made a few at a time (a small cluster has other work), each in a namespace of its own that goes at the end.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster.kora_diagnose.builders import IMAGE, Fault
from cluster.kora_diagnose.faults import CONTROLS, FAULTS
from cluster.programs import Failed, missing_images

from kora.cluster.client import KubernetesReader, connect
from kora.operations.diagnose import Report, diagnose

AHEAD = int(os.environ.get("KORA_TEST_AHEAD", "6"))
CONTROL_SECONDS = 40.0


def kubectl(*words: str, stdin: str | None = None, check: bool = True) -> str:
    """Run kubectl with a limit."""
    done = subprocess.run(("kubectl", *words), input=stdin, capture_output=True, text=True, timeout=60, check=False)
    if check and done.returncode:
        raise AssertionError(f"kubectl {' '.join(words)}: {done.stderr}")
    return done.stdout


@pytest.fixture(scope="module")
def reader() -> Iterator[KubernetesReader]:
    """A cluster that answers and holds the image, or a skip that says what is missing."""
    if not os.environ.get("KUBECONFIG") or not shutil.which("kubectl"):
        pytest.skip("KUBECONFIG is not set or kubectl is not on the PATH: this suite goes only where it is told to")
    try:
        missing = missing_images(IMAGE)
    except Failed:
        pytest.skip("the cluster of KUBECONFIG does not answer")
    if missing:
        pytest.skip(f"no node holds the image {IMAGE}: load it, or name another with KORA_TEST_IMAGE")
    found = connect()
    yield found
    found.close()


class Scene:
    """Makes faults ahead of the tests that look at them."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.made_at: dict[str, float] = {}

    def make(self, fault: Fault) -> str:
        """The namespace in which a fault stands."""
        if fault.name not in self.names:
            name = f"kora-care-{fault.name}-{secrets.token_hex(2)}"
            self.names[fault.name] = name
            kubectl("create", "namespace", name)
            for key, value in fault.labels.items():
                kubectl("label", "namespace", name, f"{key}={value}")
            items = {"apiVersion": "v1", "kind": "List", "items": fault.objects}
            kubectl("apply", "-n", name, "-f", "-", stdin=json.dumps(items))
            self.made_at[fault.name] = time.monotonic()
        return self.names[fault.name]

    def trigger(self, fault: Fault) -> None:
        """What happens to objects that stand."""
        if fault.ready_first:
            kubectl("rollout", "status", fault.ready_first, "-n", self.names[fault.name], "--timeout=50s")
        for words in fault.later:
            kubectl(words[0], "-n", self.names[fault.name], *words[1:])
            self.made_at[fault.name] = time.monotonic()

    def remove(self, fault: Fault) -> None:
        """The namespace goes, without waiting; finalizers of ours are taken off first."""
        name = self.names.pop(fault.name, None)
        if name:
            for item in fault.objects:
                if item["metadata"].get("finalizers"):
                    what = f"{item['kind'].lower()}/{item['metadata']['name']}"
                    kubectl(
                        "patch", what, "-n", name, "--type=merge", "-p", '{"metadata":{"finalizers":null}}', check=False
                    )
                if item["kind"].endswith("WebhookConfiguration"):
                    kubectl("delete", item["kind"].lower(), item["metadata"]["name"], "--wait=false", check=False)
            kubectl("delete", "namespace", name, "--wait=false", check=False)


@pytest.fixture(scope="module")
def scene(reader: KubernetesReader) -> Iterator[Scene]:
    """All namespaces are gone after the module, whatever happened."""
    found = Scene()
    yield found
    for fault in (*FAULTS, *CONTROLS):
        found.remove(fault)


def _ahead(scene: Scene, request: pytest.FixtureRequest, faults: tuple[Fault, ...], fault: Fault) -> None:
    chosen = {item.callspec.params["fault"].name for item in request.session.items if hasattr(item, "callspec")}
    rest = [each for each in faults[faults.index(fault) :] if each.name in chosen]
    for each in rest[:AHEAD]:
        scene.make(each)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_names_the_cause_of_a_real_fault(
    fault: Fault,
    scene: Scene,
    reader: KubernetesReader,
    request: pytest.FixtureRequest,
    report: Callable[[str, str], None],
) -> None:
    _ahead(scene, request, FAULTS, fault)
    scene.trigger(fault)
    seen, seconds = _first_findings(reader, scene, fault)
    report(
        f"diagnosis of {fault.name}",
        f"{', '.join(sorted(each.cause for each in seen.findings)) or 'nothing'} after {seconds:.1f} s",
    )
    assert [each.cause for each in seen.findings] == [fault.cause], _shown(seen)
    for finding in seen.findings:
        assert finding.evidence
        if finding.fix_command:
            _runs(finding.fix_command)
    scene.remove(fault)


def _first_findings(reader: KubernetesReader, scene: Scene, fault: Fault) -> tuple[Report, float]:
    until = time.monotonic() + fault.seconds
    while True:
        found = diagnose(reader, [scene.names[fault.name]])
        passed = time.monotonic() - scene.made_at[fault.name]
        if found.findings or time.monotonic() > until:
            return found, passed
        time.sleep(1)


def _runs(command: str) -> None:
    """The command is one that the server takes, with nothing changed."""
    import shlex

    words = shlex.split(command)
    assert words[0] == "kubectl"
    if "|" in words:  # made anew: what would be sent is looked at; a replacement by force can't be tried
        shown, _, last = command.rpartition(" | ")
        assert last == "kubectl replace --force -f -"
        made = subprocess.run(("sh", "-c", shown), capture_output=True, text=True, timeout=60, check=True).stdout
        assert "kind: PersistentVolumeClaim" in made
        return
    kubectl(*words[1:], "--dry-run=server")


@pytest.mark.parametrize("fault", CONTROLS, ids=lambda each: each.name)
def test_finds_nothing_in_a_healthy_namespace(
    fault: Fault, scene: Scene, reader: KubernetesReader, request: pytest.FixtureRequest
) -> None:
    _ahead(scene, request, CONTROLS, fault)
    until = scene.made_at[fault.name] + CONTROL_SECONDS
    while time.monotonic() < until:
        found = diagnose(reader, [scene.names[fault.name]])
        assert not found.findings, _shown(found)
        time.sleep(2)
    scene.remove(fault)


def _shown(found: Report) -> str:
    return json.dumps(found.as_json(), indent=1)


def test_the_command_answers_with_the_contract(reader: KubernetesReader, scene: Scene) -> None:
    scene.make(CONTROLS[0])
    done = subprocess.run(
        (str(Path(sys.executable).with_name("kora")), "diagnose", "-n", scene.names[CONTROLS[0].name], "--json"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert set(answer) == {"findings", "checked"}
    assert done.returncode == (10 if answer["findings"] else 0)
