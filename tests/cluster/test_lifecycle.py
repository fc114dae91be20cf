"""The life of a release: upgrade with a change, rollback, scaling, uninstall, and back on the volume that was kept."""

import time

import pytest
from cluster.application import Person
from cluster.programs import Failed, Namespace, Release, eventually, is_ready
from cluster.releases import RESTRICTED, NewNamespace, Report, default_release, node_port_of, secret_of

SECRET = "taskora-backend-secret"
CLAIM = "data-taskora-database-0"


def limit(namespace: Namespace) -> str:
    """MAX_CONVERSATION_HISTORY as the running pods have it: what the upgrade changes."""
    script = "import os; print(os.environ['MAX_CONVERSATION_HISTORY'])"
    values = {namespace.kubectl("exec", pod, "--", "python", "-c", script) for pod in namespace.names("backend")}
    (value,) = values
    return value.strip()


def test_an_upgrade_changes_the_pods_and_a_rollback_brings_them_back(taskora: Release, node_port: str) -> None:
    person = Person(node_port).sign_up()
    person.add("Before the upgrade")
    secret = secret_of(taskora.namespace, SECRET)
    before = limit(taskora.namespace)

    taskora.upgrade("backend.config.maxConversationHistory=33")
    assert limit(taskora.namespace) == "33" != before
    person.add("After the upgrade")

    taskora.rollback()
    taskora.namespace.rolled_out("deployment/taskora-backend")
    assert limit(taskora.namespace) == before
    person.add("After the rollback")
    assert person.titles() == {"Before the upgrade", "After the upgrade", "After the rollback"}
    assert secret_of(taskora.namespace, SECRET) == secret


def test_an_upgrade_without_a_change_restarts_nothing(taskora: Release) -> None:
    def pods() -> set[str]:
        return {pod["metadata"]["uid"] for part in ("frontend", "backend") for pod in taskora.namespace.pods(part)}

    before = pods()
    taskora.upgrade()
    assert pods() == before


def test_the_backend_scales_to_five_and_back(taskora: Release, node_port: str) -> None:
    person = Person(node_port).sign_up()
    for replicas in (5, 3):
        taskora.upgrade(f"backend.replicas={replicas}")
        eventually(lambda n=replicas: len(taskora.namespace.pods("backend")) == n, 60, f"{replicas} pods")
        assert all(is_ready(pod) for pod in taskora.namespace.pods("backend"))
        person.add(f"With {replicas}")
    assert person.titles() == {"With 5", "With 3"}


def test_a_pod_that_is_killed_is_replaced_within_a_minute(taskora: Release, node_port: str, report: Report) -> None:
    person = Person(node_port).sign_up()
    for part in ("backend", "frontend", "database"):
        (victim, *_), count = taskora.namespace.names(part), len(taskora.namespace.pods(part))
        uid = uid_of(taskora.namespace, victim)
        begun = time.monotonic()
        taskora.namespace.kubectl("delete", "pod", victim, "--grace-period=0", "--force")

        def replaced(part: str = part, count: int = count, uid: str = uid) -> bool:
            pods = taskora.namespace.pods(part)
            return (
                len(pods) == count
                and all(is_ready(pod) for pod in pods)
                and uid not in {pod["metadata"]["uid"] for pod in pods}
            )

        eventually(replaced, 60, f"all {part} pods ready again", every=0.2)
        report(f"a killed {part} pod, until all are ready again", f"{time.monotonic() - begun:.1f} s")
        eventually(lambda title=f"After the {part} pod": bool(person.add(title)), 30, "a stored task")


def uid_of(namespace: Namespace, pod: str) -> str:
    return namespace.kubectl("get", "pod", pod, "-o", "jsonpath={.metadata.uid}")


@pytest.fixture
def namespace(new_namespace: NewNamespace) -> Namespace:
    return new_namespace("again", RESTRICTED)


def test_uninstall_keeps_the_volume_and_its_password_and_a_new_installation_takes_them_up(
    namespace: Namespace, node_address: str
) -> None:
    release = default_release(namespace)
    release.install()
    person = Person(node_port_of(namespace, "taskora-frontend", node_address)).sign_up()
    numbers = {title: person.add(title) for title in ("One", "Two", "Three")}
    secret = secret_of(namespace, SECRET)

    release.uninstall()
    eventually(lambda: not namespace.objects("pods"), 90, "no pods")
    assert left_over(namespace) == {f"secret/{SECRET}", f"persistentvolumeclaim/{CLAIM}"}

    release.install()
    assert secret_of(namespace, SECRET) == secret
    again = Person(node_port_of(namespace, "taskora-frontend", node_address), email=person.email).sign_in()
    assert {task["title"]: task["id"] for task in again.tasks()} == numbers
    assert again.user == person.user


def test_uninstall_with_retention_delete_leaves_nothing(new_namespace: NewNamespace) -> None:
    namespace = new_namespace("nothing-left", RESTRICTED)
    release = default_release(namespace, "database.persistence.retention.whenDeleted=Delete")
    release.install(wait=False)
    namespace.rolled_out("statefulset/taskora-database")
    release.uninstall()
    eventually(lambda: left_over(namespace) == set(), 120, "an empty namespace")


def test_a_volume_without_its_password_is_not_given_another(namespace: Namespace) -> None:
    """The Secret of a kept volume went: the installation is refused with both ways out."""
    release = default_release(namespace)
    release.install(wait=False)
    namespace.rolled_out("statefulset/taskora-database")
    release.uninstall()
    namespace.kubectl("delete", "secret", SECRET)
    with pytest.raises(Failed) as refusal:
        release.install()
    assert "secrets.existingSecret" in str(refusal.value)
    assert f"delete pvc {CLAIM}" in str(refusal.value)


# Kinds that live in a namespace and that nobody but the cluster itself makes.
OF_THE_CLUSTER = {"configmap/kube-root-ca.crt", "serviceaccount/default"}
KINDS = (
    "deployments,statefulsets,replicasets,jobs,pods,services,ingresses,networkpolicies,configmaps,secrets,"
    "serviceaccounts,persistentvolumeclaims,poddisruptionbudgets,horizontalpodautoscalers,roles,rolebindings"
)


def left_over(namespace: Namespace) -> set[str]:
    """Every object that is still there, whoever made it."""
    names = namespace.kubectl("get", KINDS, "-o", "name").split()
    return {name.replace(".apps", "").replace(".batch", "") for name in names} - OF_THE_CLUSTER
