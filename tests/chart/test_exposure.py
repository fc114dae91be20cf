"""Ways in: Ingress, Gateway route, node port, load balancer, and the notes that tell how to use them."""

import re
import shlex
from typing import Any

import pytest


def route(manifests: Any) -> dict[str, Any]:
    found: dict[str, Any] = manifests.one("HTTPRoute")["spec"]
    return found


GATEWAY = {"gateway": {"enabled": True, "parentRefs": [{"name": "shared", "namespace": "gateways"}]}}


def test_ingress_and_route_lead_to_the_same_place(render: Any) -> None:
    manifests = render(GATEWAY, "ingress.extraHosts={b.local}")
    ingress = manifests.one("Ingress")["spec"]
    assert [rule["host"] for rule in ingress["rules"]] == route(manifests)["hostnames"] == ["taskora.local", "b.local"]
    (path,) = ingress["rules"][0]["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/", "Prefix")
    (rule,) = route(manifests)["rules"]
    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    (reference,) = rule["backendRefs"]
    assert reference["name"] == path["backend"]["service"]["name"] == "taskora-frontend"
    assert reference["port"] == manifests.part("Service", "frontend")["spec"]["ports"][0]["port"]


def test_the_route_alone(render: Any) -> None:
    manifests = render(GATEWAY, "ingress.enabled=false")
    assert not manifests.all("Ingress")
    assert route(manifests)["parentRefs"] == GATEWAY["gateway"]["parentRefs"]


def test_the_route_sets_no_limit_unless_asked(render: Any) -> None:
    assert "timeouts" not in route(render(GATEWAY))["rules"][0]  # live updates last longer than any limit
    assert route(render(GATEWAY, "gateway.requestTimeout=90s"))["rules"][0]["timeouts"] == {"request": "90s"}


def test_the_route_may_have_hosts_of_its_own(render: Any) -> None:
    assert route(render(GATEWAY, "gateway.hostnames={x.example.org}"))["hostnames"] == ["x.example.org"]


def test_ingress_class_and_host(render: Any) -> None:
    ingress = render(None, "ingress.className=traefik", "ingress.host=tasks.test").one("Ingress")
    assert ingress["spec"]["ingressClassName"] == "traefik"
    assert ingress["spec"]["rules"][0]["host"] == "tasks.test"
    assert "annotations" not in ingress["metadata"]  # the limits are nginx's own words


def test_no_class_takes_the_cluster_s_default(render: Any) -> None:
    assert "ingressClassName" not in render(None, "ingress.className=").one("Ingress")["spec"]


def test_limits_follow_the_values(render: Any) -> None:
    annotations = render(None, "ingress.bodySize=25m", "ingress.timeoutSeconds=120").one("Ingress")["metadata"][
        "annotations"
    ]
    assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == "25m"
    assert annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"] == "120"


def test_live_updates_are_not_buffered(render: Any) -> None:
    annotations = render().one("Ingress")["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    assert annotations["nginx.ingress.kubernetes.io/service-upstream"] == "true"


def test_own_annotations_win(render: Any) -> None:
    values = {"ingress": {"annotations": {"nginx.ingress.kubernetes.io/proxy-body-size": "1m", "a": "b"}}}
    annotations = render(values).one("Ingress")["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == "1m"
    assert annotations["a"] == "b"
    assert annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"] == "60"


def test_tls_covers_every_host(render: Any) -> None:
    spec = render(None, "ingress.tls.enabled=true", "ingress.extraHosts={b.local}").one("Ingress")["spec"]
    assert spec["tls"] == [{"hosts": ["taskora.local", "b.local"]}]
    spec = render(None, "ingress.tls.enabled=true", "ingress.tls.secretName=cert").one("Ingress")["spec"]
    assert spec["tls"][0]["secretName"] == "cert"


@pytest.mark.parametrize("part", ["frontend", "backend"])
@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer"])
def test_service_types(render: Any, part: str, kind: str) -> None:
    spec = render(None, f"{part}.service.type={kind}").part("Service", part)["spec"]
    assert spec["type"] == kind
    assert "nodePort" not in spec["ports"][0]


@pytest.mark.parametrize("port", [30000, 32767])
def test_node_ports(render: Any, port: int) -> None:
    spec = render(None, "frontend.service.type=NodePort", f"frontend.service.nodePort={port}").part(
        "Service", "frontend"
    )
    assert spec["spec"]["ports"][0]["nodePort"] == port


# --- notes ---


def commands(notes: str) -> list[list[str]]:
    """The indented lines of the notes, as a shell would split them; continued lines are joined."""
    joined = re.sub(r"\\\n\s*", "", notes)
    return [shlex.split(line) for line in joined.splitlines() if line.startswith("  ") and "then open" not in line]


def test_notes_are_words_a_shell_understands(manifests: Any) -> None:
    found = commands(manifests.notes)
    assert found
    starts = {words[0].partition("=")[0] for words in found}
    assert starts <= {"kubectl", "helm", "curl", "echo", "ADDRESS", "NODE_PORT", "NODE"}


def test_notes_name_only_what_exists(manifests: Any) -> None:
    existing = {f"{item['kind'].lower()}/{item['metadata']['name']}" for item in manifests.objects}
    for words in commands(manifests.notes):
        for word in words:
            if re.fullmatch(r"(deployment|statefulset|service|secret)/[a-z0-9-]+", word):
                assert word in existing, words


def test_notes_say_the_namespace_everywhere(manifests: Any) -> None:
    for words in commands(manifests.notes):
        if words[0] == "kubectl" and words[1:3] != ["get", "nodes"]:
            assert "--namespace" in words, words


def test_notes_leave_no_hole(manifests: Any) -> None:
    assert not re.search(r"<no value>|%!|\{\{|<nil>", manifests.notes)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ([], ["http://taskora.local/", "get ingress taskora", "--header 'Host: taskora.local'", "port-forward"]),
        (["ingress.tls.enabled=true"], ["https://taskora.local/", "--insecure"]),
        (
            ["frontend.service.type=NodePort", "ingress.enabled=false"],
            [".nodePort}", "minikube service taskora-frontend"],
        ),
        (
            ["frontend.service.type=LoadBalancer", "ingress.enabled=false"],
            ["get service taskora-frontend", ":3000/health"],
        ),
        (["ingress.enabled=false"], ["port-forward service/taskora-frontend 3000:3000", "http://localhost:3000/"]),
        (["frontend.enabled=false"], ["port-forward service/taskora-backend 8000:8000", "localhost:8000/health"]),
        (["frontend.service.port=80"], ["port-forward service/taskora-frontend 80:80"]),
    ],
)
def test_notes_fit_the_exposure(render: Any, settings: list[str], words: list[str]) -> None:
    notes = render(None, *settings).notes
    for word in words:
        assert word in notes


def test_notes_tell_what_stays(render: Any) -> None:
    assert "delete pvc/data-taskora-database-0 secret/taskora-backend-secret" in render().notes
    assert "delete pvc" not in render(None, "database.persistence.retention.whenDeleted=Delete").notes


# --- helm test ---


def test_helm_test_is_a_hook_that_cleans_up(profile: Any) -> None:
    annotations = profile("default").one("Pod")["metadata"]["annotations"]
    assert annotations["helm.sh/hook"] == "test"
    assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"


@pytest.mark.parametrize(
    ("name", "image", "program", "addresses"),
    [
        ("default", "taskora-backend", "python", {"FRONTEND_URL", "BACKEND_URL"}),
        ("frontend-alone", "taskora-frontend", "node", {"FRONTEND_URL"}),
        ("backend-alone", "taskora-backend", "python", {"BACKEND_URL"}),
        ("database-alone", "postgres", "pg_isready", set()),
    ],
)
def test_helm_test_walks_the_parts_there_are(
    profile: Any, name: str, image: str, program: str, addresses: set[str]
) -> None:
    (container,) = profile(name).one("Pod")["spec"]["containers"]
    assert container["image"].startswith(f"{image}:")
    assert container["command"][0] == program
    assert {variable["name"] for variable in container["env"]} - {"TIMEOUT_SECONDS"} == addresses


def test_helm_test_asks_the_services_that_exist(manifests: Any) -> None:
    services = {
        f"http://{item['metadata']['name']}:{port['port']}"
        for item in manifests.all("Service")
        for port in item["spec"]["ports"]
    }
    for pod in manifests.all("Pod"):
        for variable in pod["spec"]["containers"][0]["env"]:
            assert variable["name"] == "TIMEOUT_SECONDS" or variable["value"] in services


def test_helm_test_can_be_switched_off(render: Any) -> None:
    assert not render(None, "tests.enabled=false").all("Pod")
