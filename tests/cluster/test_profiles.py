"""The three ways to install, side by side in namespaces that demand Pod Security "restricted", each with `helm test`.

The default brings its own database; the other two share a server elsewhere in the cluster, each with a database of its
own, as they would use a managed PostgreSQL.
"""

import secrets
from collections.abc import Callable

import pytest
from cluster.application import walk
from cluster.programs import CHART, Namespace, Release, eventually, installed_helms, is_ready
from cluster.releases import (
    RESTRICTED,
    UNLIMITED,
    NewNamespace,
    default_release,
    external_database,
    image_settings,
    node_port_of,
)

EXAMPLES = CHART / "examples"


@pytest.fixture(scope="module")
def new_database(new_namespace: NewNamespace) -> Callable[[str], str]:
    """Makes empty databases on one server outside of every release and tells their addresses."""
    namespace = new_namespace("external", RESTRICTED)
    address = external_database(namespace)

    def make(name: str) -> str:
        command = ["psql", "-U", "taskora", "-c", f"CREATE DATABASE {name}"]
        namespace.kubectl("exec", "store-database-0", "--", *command)
        return f"{address.rpartition('/')[0]}/{name}"

    return make


def secret(namespace: Namespace, name: str, database: str, model_key: str) -> None:
    """The Secret that the example's first lines tell to make."""
    literals = {"DATABASE_URL": database, "BETTER_AUTH_SECRET": secrets.token_urlsafe(48), model_key: ""}
    words = [f"--from-literal={key}={value}" for key, value in literals.items()]
    namespace.kubectl("create", "secret", "generic", name, *words)


@pytest.fixture(scope="module")
def default(new_namespace: NewNamespace) -> Release:
    release = default_release(new_namespace("default", RESTRICTED))
    release.install()
    return release


@pytest.fixture(scope="module")
def todo_app(new_namespace: NewNamespace, new_database: Callable[[str], str]) -> Release:
    """One release, two deployments under names of their own; installed by Helm 3 where there is one."""
    namespace = new_namespace("todo-app", RESTRICTED)
    secret(namespace, "todo-backend-secret", new_database("todo"), "OPENAI_API_KEY")
    helm = "helm3" if "helm3" in installed_helms() else "helm"
    release = Release(namespace, "todo-app", EXAMPLES / "todo-app.yaml", [*image_settings(), *UNLIMITED], helm)
    release.install()
    return release


@pytest.fixture(scope="module")
def two_releases(new_namespace: NewNamespace, new_database: Callable[[str], str]) -> tuple[Release, Release]:
    """Page and server as releases of their own in one namespace."""
    namespace = new_namespace("two-releases", RESTRICTED)
    secret(namespace, "backend-secret", new_database("two"), "GROQ_API_KEY")
    settings = [*image_settings("backend"), *UNLIMITED]
    server = Release(namespace, "backend", EXAMPLES / "two-releases-backend.yaml", settings)
    page = Release(namespace, "frontend", EXAMPLES / "two-releases-frontend.yaml", image_settings("frontend"))
    server.install()
    page.install()
    return server, page


@pytest.mark.parametrize("helm", ["helm", "helm3"])
def test_all_three_stand_side_by_side_and_pass_helm_test(
    default: Release, todo_app: Release, two_releases: tuple[Release, Release], helm: str
) -> None:
    if helm not in installed_helms():
        pytest.skip(f"{helm} is not on the PATH")
    for release in (default, todo_app, *two_releases):
        answer = Release(release.namespace, release.name, helm=helm).test()
        assert "Succeeded" in answer, f"{release.name}: {answer}"


def test_todo_app_has_the_names_and_numbers_of_its_example(todo_app: Release, node_address: str) -> None:
    namespace = todo_app.namespace
    deployments = {item["metadata"]["name"]: item["status"]["readyReplicas"] for item in namespace.objects("deploy")}
    assert deployments == {"todo-backend": 2, "todo-frontend": 2}
    assert node_port_of(namespace, "todo-frontend", node_address).endswith(":30080")
    assert "todo-frontend-config" in namespace.kubectl("get", "configmaps", "-o", "name")
    four = ("get", "pods", "-l", "app in (todo-backend, todo-frontend)", "-o", "name")
    # The pod of the finished migration goes a minute after its end.
    eventually(lambda: len(namespace.kubectl(*four).split()) == 4, 150, "four pods and no other")
    walk(node_port_of(namespace, "todo-frontend", node_address))


def test_two_releases_find_one_another(two_releases: tuple[Release, Release], node_address: str) -> None:
    namespace = two_releases[0].namespace
    assert node_port_of(namespace, "frontend-service", node_address).endswith(":30000")
    ports = {item["metadata"]["name"]: item["spec"]["ports"][0]["port"] for item in namespace.objects("services")}
    assert ports == {"backend-service": 8001, "frontend-service": 3000}
    walk(node_port_of(namespace, "frontend-service", node_address))


def test_rows_of_one_installation_are_none_of_the_others(
    default: Release, todo_app: Release, two_releases: tuple[Release, Release], node_address: str
) -> None:
    """The same e-mail address signs up at all three: they share a cluster and nothing else."""
    services = [
        (default.namespace, "taskora-frontend"),
        (todo_app.namespace, "todo-frontend"),
        (two_releases[0].namespace, "frontend-service"),
    ]
    people = {walk(node_port_of(namespace, service, node_address)).user for namespace, service in services}
    assert len(people) == len(services)


def test_every_pod_runs_restricted(default: Release, todo_app: Release, two_releases: tuple[Release, Release]) -> None:
    """The namespaces demand it; that all pods came up shows that nothing was refused, not even quietly."""
    for release in (default, todo_app, two_releases[0]):
        pods = [pod for pod in release.namespace.objects("pods") if pod["status"]["phase"] == "Running"]
        assert pods
        assert all(is_ready(pod) for pod in pods)
        assert not [event for event in release.namespace.events() if "violates PodSecurity" in event[2]]
