"""Rules that hold for every object and every pod of every profile: labels, names, security, resources, probes."""

import re
from typing import Any

import pytest

SIX_LABELS = {
    f"app.kubernetes.io/{name}" for name in ("name", "instance", "version", "component", "part-of", "managed-by")
}
SELECTOR_LABELS = {f"app.kubernetes.io/{name}" for name in ("name", "instance", "component")}
LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
SECRET_WORDS = re.compile(r"SECRET|PASSWORD|TOKEN|API_?KEY|DATABASE_URL", re.IGNORECASE)


def ours(manifests: Any) -> list[dict[str, Any]]:
    """All objects but the ones from extraObjects."""
    return [item for item in manifests.objects if "labels" in item["metadata"]]


def test_six_labels_on_every_object(manifests: Any) -> None:
    for item in ours(manifests):
        assert item["metadata"]["labels"].keys() >= SIX_LABELS, item["metadata"]["name"]


def test_six_labels_on_every_pod(manifests: Any) -> None:
    for owner, metadata, _ in manifests.pods():
        assert metadata["labels"].keys() >= SIX_LABELS, owner


def test_label_values_are_valid(manifests: Any) -> None:
    everything = [item["metadata"] for item in ours(manifests)] + [metadata for _, metadata, _ in manifests.pods()]
    for metadata in everything:
        for key, value in metadata["labels"].items():
            assert isinstance(value, str), key
            assert len(value) <= 63, key
            assert LABEL_VALUE.fullmatch(value), (key, value)


def test_selectors_hold_three_labels_and_match_their_pods(manifests: Any) -> None:
    for item in [*manifests.all("Deployment"), *manifests.all("StatefulSet")]:
        selector = item["spec"]["selector"]["matchLabels"]
        assert selector.keys() == SELECTOR_LABELS
        assert selector.items() <= item["spec"]["template"]["metadata"]["labels"].items()


def test_services_select_exactly_one_workload(manifests: Any) -> None:
    pods = manifests.pods()
    for service in manifests.all("Service"):
        selector = service["spec"]["selector"]
        assert selector.keys() == SELECTOR_LABELS
        chosen = [owner for owner, metadata, _ in pods if selector.items() <= metadata["labels"].items()]
        assert len(chosen) == 1, (service["metadata"]["name"], chosen)


def test_service_ports_lead_to_container_ports(manifests: Any) -> None:
    for service in manifests.all("Service"):
        (spec,) = [
            spec
            for _, metadata, spec in manifests.pods()
            if service["spec"]["selector"].items() <= metadata["labels"].items()
        ]
        named = {port["name"] for container in spec["containers"] for port in container.get("ports", [])}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= named


def test_names_are_short_enough_and_unique(manifests: Any) -> None:
    seen = set()
    for item in manifests.objects:
        name = item["metadata"]["name"]
        assert len(name) <= (52 if item["kind"] == "StatefulSet" else 63)
        assert SERVICE_NAME.fullmatch(name), name
        assert (item["kind"], name) not in seen
        seen.add((item["kind"], name))


def test_every_object_says_its_namespace(manifests: Any) -> None:
    for item in manifests.objects:
        assert item["kind"] == "Namespace" or item["metadata"]["namespace"]


def test_version_labels_follow_the_image_not_the_chart(profile: Any) -> None:
    labels = profile("default").part("StatefulSet", "database")["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/version"] == "17"
    assert "helm.sh/chart" not in labels


# --- Pod Security "restricted" ---


def test_pods_are_restricted(manifests: Any) -> None:
    for owner, _, spec in manifests.pods():
        context = spec["securityContext"]
        assert context["runAsNonRoot"] is True, owner
        assert context["runAsUser"] >= 900, owner
        assert context["runAsGroup"] >= 900, owner
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, owner
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), owner


def test_containers_are_restricted(manifests: Any) -> None:
    for name, container in manifests.containers():
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False, name
        assert context["readOnlyRootFilesystem"] is True, name
        assert context["capabilities"] == {"drop": ["ALL"]}, name
        assert not context.get("privileged"), name


def test_uids_are_the_ones_of_the_images(manifests: Any) -> None:
    for _, metadata, spec in manifests.pods():
        component = metadata["labels"]["app.kubernetes.io/component"]
        if component in ("frontend", "backend", "migration"):
            assert spec["securityContext"]["runAsUser"] == 1001
        elif component == "database":
            assert spec["securityContext"]["runAsUser"] == 999


def test_no_pod_gets_a_token(manifests: Any) -> None:
    for owner, _, spec in manifests.pods():
        assert spec["automountServiceAccountToken"] is False, owner
    for account in manifests.all("ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


def test_no_pod_gets_service_variables(manifests: Any) -> None:
    # A Service called "taskora-backend" would set TASKORA_BACKEND_PORT and the like in every pod.
    for owner, _, spec in manifests.pods():
        assert spec["enableServiceLinks"] is False, owner


def test_accounts_are_the_release_s_own(manifests: Any, profile_name: str) -> None:
    if profile_name == "throwaway":
        pytest.skip("this profile brings no accounts")
    created = {account["metadata"]["name"] for account in manifests.all("ServiceAccount")}
    for owner, _, spec in manifests.pods():
        assert spec["serviceAccountName"] in created, owner


def test_nothing_grants_rights(manifests: Any) -> None:
    assert manifests.kinds().isdisjoint({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"})


def test_no_volume_reaches_the_node(manifests: Any) -> None:
    for owner, _, spec in manifests.pods():
        for volume in spec.get("volumes", []):
            allowed = {"name", "emptyDir", "secret", "configMap", "persistentVolumeClaim", "projected"}
            assert volume.keys() <= allowed, owner


# --- resources, probes, images ---


def test_every_container_has_requests_and_a_memory_limit(manifests: Any) -> None:
    for name, container in manifests.containers():
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name
        assert "memory" in container["resources"]["limits"], name


def test_serving_containers_are_asked_three_questions(manifests: Any) -> None:
    for item in [*manifests.all("Deployment"), *manifests.all("StatefulSet")]:
        container = item["spec"]["template"]["spec"]["containers"][0]
        assert container.keys() >= {"startupProbe", "livenessProbe", "readinessProbe"}


def test_liveness_never_depends_on_the_database(manifests: Any) -> None:
    for item in manifests.all("Deployment"):
        container = item["spec"]["template"]["spec"]["containers"][0]
        assert container["livenessProbe"]["httpGet"]["path"] in ("/health", "/")
        if container["name"] == "backend":
            assert container["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_the_database_is_asked_over_tcp(manifests: Any) -> None:
    # While it sets up a new volume PostgreSQL answers on its socket alone and must not count as ready.
    for item in manifests.all("StatefulSet"):
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            command = item["spec"]["template"]["spec"]["containers"][0][probe]["exec"]["command"]
            assert command[0] == "pg_isready"
            assert command[command.index("-h") + 1] == "127.0.0.1"


def test_no_image_is_latest_by_accident(manifests: Any) -> None:
    for name, container in manifests.containers():
        image = container["image"]
        assert "@sha256:" in image or ":" in image.rsplit("/", 1)[-1], name
        if image.endswith(":latest"):
            assert container["imagePullPolicy"] == "Never", name


def test_no_container_of_our_images_needs_a_shell(manifests: Any) -> None:
    """PostgreSQL's image starts with a shell script of its own."""
    shells = {"sh", "bash", "/bin/sh", "/bin/bash"}
    for name, container in manifests.containers():
        if container["image"].startswith("postgres:"):
            continue
        commands = [container.get("command", []), container.get("lifecycle", {}).get("preStop", {}).get("exec", {})]
        commands += [
            container.get(f"{probe}Probe", {}).get("exec", {}) for probe in ("startup", "liveness", "readiness")
        ]
        for command in commands:
            words = command["command"] if isinstance(command, dict) and command else command
            assert not words or words[0] not in shells, name


# --- secrets ---


def test_no_secret_in_a_config_map(manifests: Any) -> None:
    for item in manifests.all("ConfigMap"):
        for key in item.get("data", {}):
            assert not SECRET_WORDS.search(key), (item["metadata"]["name"], key)


def test_no_secret_as_a_literal(manifests: Any) -> None:
    for name, container in manifests.containers():
        for variable in container.get("env", []):
            literal = "value" in variable and not variable["name"].endswith("_FILE")
            assert not (literal and SECRET_WORDS.search(variable["name"])), name


def test_no_secret_anywhere_but_in_the_secret(render: Any) -> None:
    planted = "kq8ZrT5wYx2Lm9PvB4nC7sJd1HfG6aEu"
    manifests = render({"secrets": {"betterAuthSecret": planted, "modelKeys": {"OPENAI_API_KEY": planted[::-1]}}})
    for item in manifests.objects:
        if item["kind"] != "Secret":
            assert planted not in str(item)
            assert planted[::-1] not in str(item)
    assert planted not in manifests.notes


# --- availability ---


def test_rollouts_never_lose_a_pod(manifests: Any) -> None:
    for item in manifests.all("Deployment"):
        rolling = item["spec"]["strategy"]["rollingUpdate"]
        assert rolling == {"maxSurge": 1, "maxUnavailable": 0}


def test_pods_pause_and_drain_before_they_end(manifests: Any) -> None:
    for item in manifests.all("Deployment"):
        spec = item["spec"]["template"]["spec"]
        pause = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        drain = int(manifests.one("ConfigMap", f"{item['metadata']['name']}-config")["data"]["DRAIN_SECONDS"])
        assert pause > 0
        assert drain > 0
        assert pause + drain < spec["terminationGracePeriodSeconds"]


def test_budgets_exist_exactly_for_several_pods(manifests: Any) -> None:
    several = set()
    for item in manifests.all("Deployment"):
        name = item["metadata"]["name"]
        scalers = [s for s in manifests.all("HorizontalPodAutoscaler") if s["spec"]["scaleTargetRef"]["name"] == name]
        least = scalers[0]["spec"]["minReplicas"] if scalers else item["spec"]["replicas"]
        if least > 1:
            several.add(name)
    assert {budget["metadata"]["name"] for budget in manifests.all("PodDisruptionBudget")} == several


def test_config_changes_restart_pods(manifests: Any) -> None:
    for item in manifests.all("Deployment"):
        annotations = item["spec"]["template"]["metadata"]["annotations"]
        assert re.fullmatch("[0-9a-f]{64}", annotations["checksum/config"])


def test_references_point_to_something(manifests: Any) -> None:
    """Config maps, Secrets and claims that pods name are rendered, or are the ones that the values say exist."""
    created = {(item["kind"], item["metadata"]["name"]) for item in manifests.objects}
    outside = {"todo-backend-secret", "backend-secret", "taskora-secret", "shared", "other"}
    for name, container in manifests.containers():
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                assert ("ConfigMap", source["configMapRef"]["name"]) in created or source["configMapRef"][
                    "name"
                ] in outside
            if "secretRef" in source:
                assert ("Secret", source["secretRef"]["name"]) in created or source["secretRef"]["name"] in outside, (
                    name
                )


def test_mounts_have_their_volumes(manifests: Any) -> None:
    for owner, _, spec in manifests.pods():
        volumes = {volume["name"] for volume in spec.get("volumes", [])}
        claims = {
            claim["metadata"]["name"]
            for item in manifests.all("StatefulSet")
            for claim in item["spec"].get("volumeClaimTemplates", [])
        }
        for container in [*spec.get("initContainers", []), *spec["containers"]]:
            mounts = [mount["name"] for mount in container.get("volumeMounts", [])]
            assert set(mounts) <= volumes | claims, owner
            paths = [mount["mountPath"] for mount in container.get("volumeMounts", [])]
            assert len(paths) == len(set(paths)), owner


def test_claim_templates_never_change_between_versions(profile: Any) -> None:
    claim = profile("default").part("StatefulSet", "database")["spec"]["volumeClaimTemplates"][0]
    assert claim["metadata"]["labels"].keys() == SELECTOR_LABELS
