"""What the tests install: the images under test, an external database, and the addresses that come of it."""

import base64
import os
import socket
from collections.abc import Callable

from cluster.programs import CHART, Namespace, Release, eventually, run

TAG = os.environ.get("TASKORA_IMAGE_TAG", "dev")
IMAGES = {
    "frontend": os.environ.get("TASKORA_FRONTEND_IMAGE", "taskora-frontend"),
    "backend": os.environ.get("TASKORA_BACKEND_IMAGE", "taskora-backend"),
}
PULL_POLICY = os.environ.get("TASKORA_IMAGE_PULL_POLICY", "IfNotPresent")
RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"
HOST = "taskora.local"  # the chart's default

NewNamespace = Callable[..., Namespace]
Report = Callable[[str, str], None]

# Many people sign up from one address here, and a test's programs say more in a minute than a person.
UNLIMITED = ["backend.config.signupRateLimit=0", "backend.config.signinRateLimit=0", "backend.config.chatRateLimit=0"]


def image_settings(*parts: str) -> list[str]:
    """The images under test, as --set wants them; of these parts, or of both."""
    return [
        setting
        for part in parts or tuple(IMAGES)
        for setting in (
            f"{part}.image.repository={IMAGES[part]}",
            f"{part}.image.tag={TAG}",
            f"{part}.image.pullPolicy={PULL_POLICY}",
        )
    ]


def claimed_hosts() -> set[str]:
    """Host names for which the cluster has an Ingress already; a second one would share its requests."""
    path = "jsonpath={.items[*].spec.rules[*].host}"
    return set(run("kubectl", "get", "ingresses", "--all-namespaces", "-o", path).split())


def default_release(namespace: Namespace, *more: str, helm: str = "helm") -> Release:
    """The chart with its defaults, reachable through a node port besides; not yet installed. Another installation may
    have the default's host already, then this one gets a name of its own."""
    host = HOST if HOST not in claimed_hosts() else f"{namespace.name}.test"
    settings = [*image_settings(), *UNLIMITED, "frontend.service.type=NodePort", f"ingress.host={host}", *more]
    return Release(namespace, settings=settings, helm=helm)


def node_port_of(namespace: Namespace, service: str, address: str) -> str:
    """Where a Service of type NodePort answers: `http://address:port`. The node learns of a Service's ready pods a
    moment after Helm does and refuses connections until then, so this waits for the first one that it takes."""
    port = namespace.kubectl("get", "service", service, "-o", "jsonpath={.spec.ports[0].nodePort}")
    eventually(lambda: takes_connections(address, int(port)), 30, f"the node to take connections on port {port}", 0.2)
    return f"http://{address}:{port}"


def takes_connections(address: str, port: int) -> bool:
    """True; an OSError while nothing answers there."""
    socket.create_connection((address, port), timeout=5).close()
    return True


def secret_of(namespace: Namespace, name: str) -> dict[str, str]:
    """The values of a Secret, in the clear."""
    (found,) = [item for item in namespace.objects("secrets") if item["metadata"]["name"] == name]
    return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


def external_database(namespace: Namespace, name: str = "store") -> str:
    """PostgreSQL that belongs to no release under test: the chart's own database, alone, open to the whole cluster.
    Tells its address for `DATABASE_URL`."""
    settings = ["networkPolicy.enabled=false", "database.persistence.size=1Gi"]
    Release(namespace, name=name, values=CHART / "ci/database-alone-values.yaml", settings=settings).install()
    password = secret_of(namespace, f"{name}-backend-secret")["POSTGRES_PASSWORD"]
    return f"postgresql://taskora:{password}@{name}-database.{namespace.name}.svc:5432/taskora"
