"""What people add without changing the chart reaches the place where it belongs, and nothing else changes."""

from typing import Any

import pytest

PARTS = {"frontend": "Deployment", "backend": "Deployment", "database": "StatefulSet"}
PART_NAMES = sorted(PARTS)


def pod(manifests: Any, part: str) -> dict[str, Any]:
    found: dict[str, Any] = manifests.part(PARTS[part], part)["spec"]["template"]
    return found


@pytest.mark.parametrize("part", PART_NAMES)
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nodeSelector", {"disk": "ssd"}),
        ("affinity", {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}),
        ("tolerations", [{"key": "a", "operator": "Exists"}]),
        ("priorityClassName", "high"),
    ],
)
def test_scheduling(render: Any, part: str, key: str, value: Any) -> None:
    assert pod(render({part: {key: value}}), part)["spec"][key] == value
    assert key not in pod(render(), part)["spec"]


@pytest.mark.parametrize("part", PART_NAMES)
def test_environment(render: Any, part: str) -> None:
    variable = {"name": "EXTRA", "value": "1"}
    source = {"configMapRef": {"name": "shared"}}
    container = pod(render({part: {"extraEnv": [variable], "extraEnvFrom": [source]}}), part)["spec"]["containers"][0]
    assert variable in container["env"]
    assert container["envFrom"][-1] == source


@pytest.mark.parametrize("part", PART_NAMES)
def test_volumes(render: Any, part: str) -> None:
    volume = {"name": "more", "configMap": {"name": "files"}}
    mount = {"name": "more", "mountPath": "/more", "readOnly": True}
    spec = pod(render({part: {"extraVolumes": [volume], "extraVolumeMounts": [mount]}}), part)["spec"]
    assert volume in spec["volumes"]
    assert mount in spec["containers"][0]["volumeMounts"]


@pytest.mark.parametrize("part", PART_NAMES)
def test_annotations_and_labels(render: Any, part: str) -> None:
    values = {part: {"annotations": {"a": "1"}, "podAnnotations": {"b": "2"}, "podLabels": {"c": "3"}}}
    manifests = render(values)
    assert manifests.part(PARTS[part], part)["metadata"]["annotations"]["a"] == "1"
    assert pod(manifests, part)["metadata"]["annotations"]["b"] == "2"
    assert pod(manifests, part)["metadata"]["labels"]["c"] == "3"


@pytest.mark.parametrize("part", PART_NAMES)
def test_labels_can_not_break_selectors(render: Any, part: str) -> None:
    values = {
        "commonLabels": {"app.kubernetes.io/instance": "evil"},
        part: {"podLabels": {"app.kubernetes.io/component": "evil"}},
    }
    manifests = render(values)
    labels = pod(manifests, part)["metadata"]["labels"]
    assert labels["app.kubernetes.io/component"] == part
    assert labels["app.kubernetes.io/instance"] == "taskora"


@pytest.mark.parametrize("part", PART_NAMES)
def test_image_pins(render: Any, part: str) -> None:
    digest = "sha256:" + "ab" * 32
    image = {"repository": "registry.example.org:5000/team/app", "tag": "9"}
    assert pod(render({part: {"image": image}}), part)["spec"]["containers"][0]["image"].endswith("/team/app:9")
    pinned = pod(render({part: {"image": {**image, "digest": digest}}}), part)["spec"]["containers"][0]["image"]
    assert pinned == f"registry.example.org:5000/team/app@{digest}"


@pytest.mark.parametrize("policy", ["Always", "IfNotPresent", "Never"])
def test_pull_policy_reaches_every_container_of_the_image(render: Any, policy: str) -> None:
    manifests = render(None, f"backend.image.pullPolicy={policy}")
    for name, container in manifests.containers():
        if container["image"].startswith("taskora-backend:"):
            assert container["imagePullPolicy"] == policy, name


def test_pull_secrets_reach_every_pod(render: Any) -> None:
    for owner, _, spec in render(None, "imagePullSecrets[0].name=registry").pods():
        assert spec["imagePullSecrets"] == [{"name": "registry"}], owner


def test_common_labels_and_annotations_reach_every_object(render: Any) -> None:
    manifests = render({"commonLabels": {"team": "x"}, "commonAnnotations": {"note": "y"}})
    for item in manifests.objects:
        assert item["metadata"]["labels"]["team"] == "x"
        assert item["metadata"]["annotations"]["note"] == "y"
    for owner, metadata, _ in manifests.pods():
        assert metadata["labels"]["team"] == "x", owner


@pytest.mark.parametrize("part", PART_NAMES)
def test_accounts(render: Any, part: str) -> None:
    manifests = render({part: {"serviceAccount": {"name": "mine", "annotations": {"role": "r"}}}})
    assert pod(manifests, part)["spec"]["serviceAccountName"] == "mine"
    account = manifests.part("ServiceAccount", part)
    assert account["metadata"]["name"] == "mine"
    assert account["metadata"]["annotations"] == {"role": "r"}
    manifests = render({part: {"serviceAccount": {"create": False}}})
    assert pod(manifests, part)["spec"]["serviceAccountName"] == "default"


@pytest.mark.parametrize("part", ["frontend", "backend"])
def test_topology_spread(render: Any, part: str) -> None:
    spread = pod(render(), part)["spec"]["topologySpreadConstraints"]
    assert spread[0]["topologyKey"] == "kubernetes.io/hostname"
    assert spread[0]["labelSelector"]["matchLabels"]["app.kubernetes.io/component"] == part
    assert "topologySpreadConstraints" not in pod(render({part: {"topologySpreadConstraints": []}}), part)["spec"]
    own = [{"maxSkew": 2, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}]
    assert pod(render({part: {"topologySpreadConstraints": own}}), part)["spec"]["topologySpreadConstraints"] == own


@pytest.mark.parametrize("part", ["frontend", "backend"])
def test_autoscaling(render: Any, part: str) -> None:
    scaling = {"enabled": True, "minReplicas": 2, "maxReplicas": 7, "targetMemoryUtilizationPercentage": 70}
    manifests = render({part: {"autoscaling": scaling}})
    scaler = manifests.one("HorizontalPodAutoscaler")
    assert scaler["apiVersion"] == "autoscaling/v2"
    assert scaler["spec"]["scaleTargetRef"]["name"] == manifests.part("Deployment", part)["metadata"]["name"]
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (2, 7)
    targets = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in scaler["spec"]["metrics"]}
    assert targets == {"cpu": 80, "memory": 70}
    assert "replicas" not in manifests.part("Deployment", part)["spec"]


@pytest.mark.parametrize("part", ["frontend", "backend"])
@pytest.mark.parametrize(("replicas", "budgets"), [(1, 0), (2, 1), (10, 1)])
def test_budgets(render: Any, part: str, replicas: int, budgets: int) -> None:
    other = "backend" if part == "frontend" else "frontend"
    manifests = render(None, f"{part}.replicas={replicas}", f"{other}.replicas=1")
    assert len(manifests.all("PodDisruptionBudget")) == budgets
    manifests = render(
        None,
        f"{part}.replicas={replicas}",
        "frontend.podDisruptionBudget.enabled=false",
        f"{other}.replicas=1",
        "backend.podDisruptionBudget.enabled=false",
    )
    assert not manifests.all("PodDisruptionBudget")


def test_no_cpu_limit_when_empty(render: Any) -> None:
    for part in PART_NAMES:
        limits = pod(render(None, f"{part}.resources.limits.cpu="), part)["spec"]["containers"][0]["resources"][
            "limits"
        ]
        assert limits.keys() == {"memory"}


def test_settings_keep_their_digits_and_types(render: Any) -> None:
    extra = {"BIG": 1000000, "HALF": 0.5, "YES": True, "NO": False, "TEXT": "007", "LINES": "a\nb: c", "EMPTY": ""}
    data = render({"backend": {"extraConfig": extra, "config": {"chatRateLimit": 12345678}}}).part(
        "ConfigMap", "backend"
    )["data"]
    expected = {
        "BIG": "1000000",
        "HALF": "0.5",
        "YES": "true",
        "NO": "false",
        "TEXT": "007",
        "LINES": "a\nb: c",
        "EMPTY": "",
    }
    assert expected.items() <= data.items()
    assert data["CHAT_RATE_LIMIT"] == "12345678"


def test_database_parameters(render: Any) -> None:
    args = pod(
        render({"database": {"parameters": {"max_connections": 200, "fsync": True, "work_mem": "8MB"}}}), "database"
    )
    assert args["spec"]["containers"][0]["args"] == [
        "-c", "port=5432", "-c", "fsync=true", "-c", "max_connections=200", "-c", "work_mem=8MB"
    ]  # fmt: skip


class TestPersistence:
    def test_data_lives_in_a_folder_of_the_volume(self, render: Any) -> None:
        container = pod(render(), "database")["spec"]["containers"][0]
        (data,) = [variable["value"] for variable in container["env"] if variable["name"] == "PGDATA"]
        (mount,) = [m["mountPath"] for m in container["volumeMounts"] if m["name"] == "data"]
        assert data.startswith(f"{mount}/")

    @pytest.mark.parametrize("deleted", ["Retain", "Delete"])
    @pytest.mark.parametrize("scaled", ["Retain", "Delete"])
    def test_retention_is_explicit(self, render: Any, deleted: str, scaled: str) -> None:
        at = "database.persistence.retention"
        spec = render(None, f"{at}.whenDeleted={deleted}", f"{at}.whenScaled={scaled}").one("StatefulSet")["spec"]
        assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": deleted, "whenScaled": scaled}

    def test_class_and_size(self, render: Any) -> None:
        settings = ("database.persistence.size=20Gi", "database.persistence.storageClass=fast")
        claim = render(None, *settings).one("StatefulSet")["spec"]["volumeClaimTemplates"][0]["spec"]
        assert claim["storageClassName"] == "fast"
        assert claim["resources"]["requests"]["storage"] == "20Gi"
        assert "storageClassName" not in render().one("StatefulSet")["spec"]["volumeClaimTemplates"][0]["spec"]

    def test_an_existing_claim(self, render: Any) -> None:
        spec = render(None, "database.persistence.existingClaim=mine").one("StatefulSet")["spec"]
        assert "volumeClaimTemplates" not in spec
        volumes = {v["name"]: v for v in spec["template"]["spec"]["volumes"]}
        assert volumes["data"]["persistentVolumeClaim"] == {"claimName": "mine"}

    def test_no_volume(self, render: Any) -> None:
        spec = render(None, "database.persistence.enabled=false").one("StatefulSet")["spec"]
        volumes = {v["name"]: v for v in spec["template"]["spec"]["volumes"]}
        assert volumes["data"]["emptyDir"] == {}

    def test_the_headless_service_is_the_stateful_set_s(self, render: Any) -> None:
        manifests = render()
        headless = manifests.one("Service", "-headless")
        assert headless["spec"]["clusterIP"] == "None"
        assert manifests.one("StatefulSet")["spec"]["serviceName"] == headless["metadata"]["name"]


class TestKubernetesVersions:
    @pytest.mark.parametrize("version", ["1.30", "v1.30.0", "1.37.1", "1.30.4-gke.100", "v1.31.2+k3s1"])
    def test_kubernetes_sleeps_by_itself(self, render: Any, version: str) -> None:
        for part in ("frontend", "backend"):
            container = pod(render({"kubeVersion": version}), part)["spec"]["containers"][0]
            assert container["lifecycle"]["preStop"] == {"sleep": {"seconds": 10}}

    @pytest.mark.parametrize("version", ["1.29", "v1.29.14", "1.29.3-eks-1"])
    def test_before_1_30_the_program_sleeps(self, render: Any, version: str) -> None:
        manifests = render({"kubeVersion": version})
        frontend = pod(manifests, "frontend")["spec"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
        backend = pod(manifests, "backend")["spec"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
        assert frontend == ["node", "-e", "setTimeout(() => {}, 10000)"]
        assert backend == ["python", "-c", "import time; time.sleep(10)"]

    def test_no_pause_when_zero(self, render: Any) -> None:
        assert "lifecycle" not in pod(render(None, "backend.preStopSeconds=0"), "backend")["spec"]["containers"][0]


class TestKagent:
    def test_off_by_default(self, render: Any) -> None:
        assert not render().all("AgentPolicy")

    def test_supervised_by_default(self, render: Any) -> None:
        policy = render(None, "kagent.enabled=true").one("AgentPolicy")
        assert policy["apiVersion"] == "kora.taskora.dev/v1alpha1"
        spec = policy["spec"]
        assert spec["scope"] == {"namespaces": ["taskora"]}
        assert spec["autonomy"] == {"level": "supervised", "requireApproval": []}
        assert spec["capabilities"] == {
            "healthMonitoring": {"enabled": True},
            "autoRestart": {"enabled": True, "maxRestarts": 3, "cooldownPeriod": "5m"},
            "resourceMonitoring": {"enabled": True},
            "resourceOptimization": {"enabled": True},
            "logAnalysis": {"enabled": True},
        }
        assert spec["alerting"] == {"channels": [{"type": "event"}]}

    @pytest.mark.parametrize("level", ["observe", "propose", "supervised", "autonomous"])
    def test_levels(self, render: Any, level: str) -> None:
        policy = render(None, "kagent.enabled=true", f"kagent.autonomy.level={level}").one("AgentPolicy")
        assert policy["spec"]["autonomy"]["level"] == level

    def test_no_restarts(self, render: Any) -> None:
        policy = render(None, "kagent.enabled=true", "kagent.capabilities.autoRestart.enabled=false").one("AgentPolicy")
        assert policy["spec"]["capabilities"]["autoRestart"]["enabled"] is False

    @pytest.mark.parametrize(
        "setting",
        [
            "kagent.paused=true",
            "kagent.autonomy.requireApproval={scale,delete}",
            "kagent.capabilities.logAnalysis=false",
            "kagent.alerting.channels[0].type=slack,kagent.alerting.channels[0].urlFrom.name=a,"
            "kagent.alerting.channels[0].urlFrom.key=url",
        ],
    )
    def test_it_is_a_policy_that_kora_reads(self, render: Any, setting: str) -> None:
        policy = pytest.importorskip("kora.policy.document", reason="Kora is not installed here")
        whole = render(None, "kagent.enabled=true", setting).one("AgentPolicy")
        assert policy.parse(whole).scope.namespaces == ("taskora",)


def test_extra_objects_as_yaml_and_as_text(profile: Any) -> None:
    extra = [item["metadata"]["name"] for item in profile("everything").all("ConfigMap")]
    assert {"taskora-extra", "taskora-more"} <= set(extra)


def test_the_database_starts_under_a_lock_and_then_as_its_image_says(render: Any) -> None:
    container = pod(render(), "database")["spec"]["containers"][0]
    *_, script, name = container["command"]
    assert container["command"][:2] == ["sh", "-ec"]
    assert "flock" in script
    assert script.strip().endswith('exec docker-entrypoint.sh "$@"')
    assert name == "start-database"  # stands in for $0, or the first argument would be lost
