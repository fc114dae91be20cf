"""A real cluster, whichever `KUBECONFIG` names: the chart installed in namespaces of its own, which go at the end.

Skipped with one plain sentence where something is missing. Told by the environment:

  KUBECONFIG                              the cluster; nothing is assumed about what it is
  TASKORA_IMAGE_TAG                       tag of the images (default `dev`), present on the node or in a registry
  TASKORA_FRONTEND_IMAGE, TASKORA_BACKEND_IMAGE   their names (default taskora-frontend, taskora-backend)
  TASKORA_IMAGE_PULL_POLICY               default IfNotPresent
  CLUSTER_STOP_NODE, CLUSTER_START_NODE   commands that stop and start the node, for the test that needs it
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.programs import Failed, Namespace, Release, eventually, missing_images, run
from cluster.releases import IMAGES, RESTRICTED, TAG, NewNamespace, Report, default_release, node_port_of

PREFIX = "taskora-test-"
FIGURES = pytest.StashKey[list[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/cluster" in item.path.as_posix():
            item.add_marker(pytest.mark.cluster)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The measured figures, which docs/reference/cluster.md quotes."""
    if figures := config.stash.get(FIGURES, []):
        terminalreporter.section("measured on the cluster")
        for title, text in figures:
            terminalreporter.write_line(f"{title}: {text}")


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    """Puts a figure into the summary at the end of the run."""
    return lambda title, text: pytestconfig.stash[FIGURES].append((title, text))


@pytest.fixture(scope="session")
def cluster() -> None:
    """A cluster that answers and knows the images, or a skip that says what is missing."""
    for program in ("kubectl", "helm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on the PATH: the cluster suite needs it")
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG is not set: the cluster suite goes only where it is told to")
    try:
        missing = missing_images(*(f"{image}:{TAG}" for image in IMAGES.values() if "/" not in image))
    except Failed as failure:
        pytest.skip(f"the cluster of KUBECONFIG does not answer: {str(failure).splitlines()[-1]}")
    if missing:
        pytest.skip(
            f"no node holds the image {missing[0]}: build it (make images) and load it into the cluster, "
            "or name another with TASKORA_IMAGE_TAG, TASKORA_FRONTEND_IMAGE and TASKORA_BACKEND_IMAGE"
        )


@pytest.fixture(scope="session")
def leaving(cluster: None) -> Iterator[list[str]]:
    """Namespaces that are on their way out: pods end while the next module begins, and all are gone at the end."""
    names: list[str] = []
    yield names
    if names:
        run("kubectl", "wait", "--for=delete", *(f"namespace/{name}" for name in names), "--timeout=180s", seconds=200)


@pytest.fixture(scope="module")
def new_namespace(leaving: list[str]) -> Iterator[NewNamespace]:
    """Makes namespaces that are deleted after the module, whatever happened."""
    made: list[str] = []

    def make(topic: str, *labels: str) -> Namespace:
        name = f"{PREFIX}{topic}-{secrets.token_hex(3)}"
        run("kubectl", "create", "namespace", name)
        made.append(name)
        if labels:
            run("kubectl", "label", "namespace", name, *labels)
        return Namespace(name)

    yield make
    if made:
        run("kubectl", "delete", "namespace", *made, "--wait=false")
        leaving.extend(made)


@pytest.fixture(scope="module")
def taskora(new_namespace: NewNamespace, request: pytest.FixtureRequest) -> Release:
    """The chart with its defaults, reachable through a node port besides, ready; one per module."""
    topic = Path(request.path).stem.removeprefix("test_").replace("_", "-")
    release = default_release(new_namespace(topic, RESTRICTED))
    release.install()
    return release


@pytest.fixture(scope="session")
def node_address(cluster: None) -> str:
    """Address of a node at which its node ports answer."""
    path = "{.items[0].status.addresses[?(@.type=='InternalIP')].address}"
    return run("kubectl", "get", "nodes", "-o", f"jsonpath={path}")


@pytest.fixture(scope="module")
def node_port(taskora: Release, node_address: str) -> str:
    """The page through its node port: `http://address:port`."""
    return node_port_of(taskora.namespace, "taskora-frontend", node_address)


@pytest.fixture(scope="module")
def ingress_address(taskora: Release) -> str:
    """The ingress controller that took the release's Ingress, `http://address`; a skip where none does."""
    try:
        run("kubectl", "get", "ingressclass", "nginx")
    except Failed:
        pytest.skip("the cluster has no ingress class nginx: install an ingress controller to run this test")
    path = "{.status.loadBalancer.ingress[0]['ip','hostname']}"
    address = eventually(
        lambda: taskora.namespace.kubectl("get", "ingress", "taskora", "-o", f"jsonpath={path}"),
        60,
        "an address of the Ingress",
    )
    return f"http://{address}"


@pytest.fixture(scope="module")
def ingress_host(taskora: Release) -> str:
    """The name under which the Ingress answers."""
    return taskora.namespace.kubectl("get", "ingress", "taskora", "-o", "jsonpath={.spec.rules[0].host}")
