"""What each profile promises: names, numbers and objects, as people read them off `kubectl get`."""

from typing import Any

import pytest


def container(manifests: Any, kind: str, component: str) -> dict[str, Any]:
    found: dict[str, Any] = manifests.part(kind, component)["spec"]["template"]["spec"]["containers"][0]
    return found


def names(manifests: Any, kind: str) -> set[str]:
    return {item["metadata"]["name"] for item in manifests.all(kind)}


class TestDefault:
    def test_deployments(self, profile: Any) -> None:
        replicas = {d["metadata"]["name"]: d["spec"]["replicas"] for d in profile("default").all("Deployment")}
        assert replicas == {"taskora-frontend": 2, "taskora-backend": 3}

    def test_database(self, profile: Any) -> None:
        database = profile("default").part("StatefulSet", "database")
        assert database["metadata"]["name"] == "taskora-database"
        assert container(profile("default"), "StatefulSet", "database")["image"] == "postgres:17"
        claim = database["spec"]["volumeClaimTemplates"][0]
        assert claim["spec"]["resources"]["requests"]["storage"] == "10Gi"
        assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]

    def test_ingress(self, profile: Any) -> None:
        ingress = profile("default").one("Ingress")
        assert ingress["spec"]["ingressClassName"] == "nginx"
        assert [rule["host"] for rule in ingress["spec"]["rules"]] == ["taskora.local"]
        annotations = ingress["metadata"]["annotations"]
        assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == "10m"
        assert annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"] == "60"
        assert annotations["nginx.ingress.kubernetes.io/proxy-send-timeout"] == "60"

    def test_images_are_the_chart_s_own_version(self, profile: Any, chart: Any) -> None:
        version = chart.metadata["appVersion"]
        assert container(profile("default"), "Deployment", "frontend")["image"] == f"taskora-frontend:{version}"
        assert container(profile("default"), "Deployment", "backend")["image"] == f"taskora-backend:{version}"

    def test_the_whole_stack_fits_4_cpu_and_8_gb(self, profile: Any) -> None:
        manifests = profile("default")
        cpu, memory = 0.0, 0
        for item in [*manifests.all("Deployment"), *manifests.all("StatefulSet")]:
            limits = item["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
            cpu += item["spec"]["replicas"] * int(limits["cpu"].removesuffix("m")) / 1000
            unit = {"Mi": 1, "Gi": 1024}[limits["memory"][-2:]]
            memory += item["spec"]["replicas"] * int(limits["memory"][:-2]) * unit
        assert cpu <= 4
        assert memory <= 8 * 1024

    def test_what_is_off_is_not_there(self, profile: Any) -> None:
        assert (
            profile("default").kinds().isdisjoint({"Namespace", "HorizontalPodAutoscaler", "HTTPRoute", "AgentPolicy"})
        )

    def test_settings_reach_the_server(self, profile: Any) -> None:
        data = profile("default").part("ConfigMap", "backend")["data"]
        assert data["MAX_CONVERSATION_HISTORY"] == "20"
        assert data["CHAT_RATE_LIMIT"] == "30"
        assert data["HOST"] == "0.0.0.0"
        assert data["PORT"] == "8000"
        assert "LLM_BASE_URL" not in data

    def test_the_page_finds_the_server(self, profile: Any) -> None:
        data = profile("default").part("ConfigMap", "frontend")["data"]
        assert data["API_BASE_URL"] == data["NEXT_PUBLIC_API_URL"] == "http://taskora-backend:8000"
        assert data["HOSTNAME"] == "0.0.0.0"
        assert data["PORT"] == "3000"


class TestTodoApp:
    def test_names(self, profile: Any) -> None:
        manifests = profile("todo-app")
        assert names(manifests, "Deployment") == {"todo-backend", "todo-frontend"}
        assert names(manifests, "Service") == {"todo-backend", "todo-frontend"}
        assert "todo-frontend-config" in names(manifests, "ConfigMap")
        assert not manifests.all("Secret")

    @pytest.mark.parametrize("component", ["backend", "frontend"])
    def test_two_pods_from_the_node_s_images(self, profile: Any, component: str) -> None:
        deployment = profile("todo-app").part("Deployment", component)
        assert deployment["spec"]["replicas"] == 2
        assert deployment["spec"]["template"]["metadata"]["labels"]["app"] == f"todo-{component}"
        running = container(profile("todo-app"), "Deployment", component)
        assert running["image"] == f"todo-{component}:latest"
        assert running["imagePullPolicy"] == "Never"

    def test_node_port(self, profile: Any) -> None:
        service = profile("todo-app").part("Service", "frontend")["spec"]
        assert service["type"] == "NodePort"
        assert (service["ports"][0]["port"], service["ports"][0]["nodePort"]) == (3000, 30080)

    def test_backend_service_is_internal(self, profile: Any) -> None:
        service = profile("todo-app").part("Service", "backend")["spec"]
        assert service["type"] == "ClusterIP"
        assert service["ports"][0]["port"] == 8000

    def test_environment_sources(self, profile: Any) -> None:
        sources = container(profile("todo-app"), "Deployment", "backend")["envFrom"]
        assert {"secretRef": {"name": "todo-backend-secret"}} in sources
        sources = container(profile("todo-app"), "Deployment", "frontend")["envFrom"]
        assert {"configMapRef": {"name": "todo-frontend-config"}} in sources
        data = profile("todo-app").part("ConfigMap", "frontend")["data"]
        assert data["NEXT_PUBLIC_API_URL"] == "http://todo-backend:8000"

    @pytest.mark.parametrize(
        ("component", "requests", "limits"),
        [
            ("backend", {"cpu": "100m", "memory": "128Mi"}, {"cpu": "500m", "memory": "512Mi"}),
            ("frontend", {"cpu": "50m", "memory": "64Mi"}, {"cpu": "200m", "memory": "256Mi"}),
        ],
    )
    def test_resources(self, profile: Any, component: str, requests: dict[str, str], limits: dict[str, str]) -> None:
        resources = container(profile("todo-app"), "Deployment", component)["resources"]
        assert resources == {"requests": requests, "limits": limits}

    @pytest.mark.parametrize(
        ("component", "probe", "path", "delay", "period"),
        [
            ("backend", "livenessProbe", "/health", 15, 30),
            ("backend", "readinessProbe", "/ready", 10, 15),
            ("frontend", "livenessProbe", "/", 20, 30),
            ("frontend", "readinessProbe", "/", 15, 15),
        ],
    )
    def test_probes(self, profile: Any, component: str, probe: str, path: str, delay: int, period: int) -> None:
        found = container(profile("todo-app"), "Deployment", component)[probe]
        assert found["httpGet"]["path"] == path
        assert (found["initialDelaySeconds"], found["periodSeconds"]) == (delay, period)

    def test_no_database_and_no_ingress(self, profile: Any) -> None:
        assert profile("todo-app").kinds().isdisjoint({"StatefulSet", "Ingress"})


class TestTwoReleases:
    def test_the_server(self, profile: Any) -> None:
        manifests = profile("two-releases-backend")
        assert names(manifests, "Deployment") == {"backend"}
        assert names(manifests, "Service") == {"backend-service"}
        assert names(manifests, "ConfigMap") == {"backend-config"}
        assert manifests.part("Service", "backend")["spec"]["ports"][0]["port"] == 8001
        assert container(manifests, "Deployment", "backend")["ports"][0]["containerPort"] == 8001
        assert manifests.part("ConfigMap", "backend")["data"]["PORT"] == "8001"
        assert {"secretRef": {"name": "backend-secret"}} in container(manifests, "Deployment", "backend")["envFrom"]
        assert manifests.part("ConfigMap", "backend")["data"]["LLM_PROVIDER"] == "groq"

    def test_the_page(self, profile: Any) -> None:
        manifests = profile("two-releases-frontend")
        assert names(manifests, "Deployment") == {"frontend"}
        assert names(manifests, "ConfigMap") == {"frontend-config"}
        service = manifests.one("Service", "frontend-service")["spec"]
        assert (service["type"], service["ports"][0]["port"], service["ports"][0]["nodePort"]) == (
            "NodePort",
            3000,
            30000,
        )

    def test_they_find_each_other(self, profile: Any) -> None:
        server = profile("two-releases-backend").part("Service", "backend")
        address = profile("two-releases-frontend").part("ConfigMap", "frontend")["data"]["NEXT_PUBLIC_API_URL"]
        assert address == f"http://{server['metadata']['name']}:{server['spec']['ports'][0]['port']}"

    def test_each_can_be_selected_by_its_old_label(self, profile: Any) -> None:
        for name in ("backend", "frontend"):
            deployment = profile(f"two-releases-{name}").part("Deployment", name)
            assert deployment["spec"]["template"]["metadata"]["labels"]["app"] == name

    def test_the_page_brings_no_secret_and_no_migration(self, profile: Any) -> None:
        assert profile("two-releases-frontend").kinds().isdisjoint({"Secret", "Job", "StatefulSet"})


class TestDevelopmentAndProduction:
    def test_development_is_one_pod_each(self, profile: Any) -> None:
        assert {d["spec"]["replicas"] for d in profile("dev").all("Deployment")} == {1}
        assert not profile("dev").all("PodDisruptionBudget")
        assert profile("dev").part("ConfigMap", "backend")["data"]["LOG_LEVEL"] == "debug"

    def test_production_scales_by_load(self, profile: Any) -> None:
        assert len(profile("prod").all("HorizontalPodAutoscaler")) == 2
        assert all("replicas" not in d["spec"] for d in profile("prod").all("Deployment"))

    def test_production_stores_no_secret(self, profile: Any) -> None:
        assert not profile("prod").all("Secret")
        assert not profile("prod").all("StatefulSet")

    def test_production_is_https(self, profile: Any) -> None:
        assert profile("prod").one("Ingress")["spec"]["tls"] == [
            {"hosts": ["tasks.example.org"], "secretName": "taskora-tls"}
        ]
        assert profile("prod").part("ConfigMap", "backend")["data"]["PUBLIC_URL"] == "https://tasks.example.org"


class TestPartsAlone:
    @pytest.mark.parametrize(
        ("name", "component"),
        [("frontend-alone", "frontend"), ("backend-alone", "backend"), ("database-alone", "database")],
    )
    def test_only_that_part_runs(self, profile: Any, name: str, component: str) -> None:
        running = {
            item["metadata"]["labels"]["app.kubernetes.io/component"]
            for kind in ("Deployment", "StatefulSet")
            for item in profile(name).all(kind)
        }
        assert running == {component}

    def test_the_page_alone_needs_no_secret(self, profile: Any) -> None:
        assert not profile("frontend-alone").all("Secret")

    def test_the_server_alone_migrates_its_database(self, profile: Any) -> None:
        assert len(profile("backend-alone").all("Job")) == 1

    def test_the_server_alone_is_where_the_ingress_leads(self, profile: Any) -> None:
        path = profile("backend-alone").one("Ingress")["spec"]["rules"][0]["http"]["paths"][0]
        assert path["backend"]["service"]["name"] == "server-backend"

    def test_the_database_alone_has_a_secret_and_no_migration(self, profile: Any) -> None:
        assert len(profile("database-alone").all("Secret")) == 1
        assert profile("database-alone").kinds().isdisjoint({"Job", "Ingress", "ConfigMap"})
