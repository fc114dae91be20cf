"""Faults composed after the detectors: what was never seen while they were written. Near names in every place that
refers to something, chains whose root is far from where it hurts, several causes at once."""

from typing import Any

from cluster.kora_diagnose.builders import (
    API,
    EAT,
    HTTPD,
    MEMORY,
    OK,
    PORT,
    Fault,
    autoscaler,
    bare_pod,
    claim,
    container,
    deployment,
    http_probe,
    ingress,
    network_policy,
    plain,
    service,
    variable_from,
    workload,
)

FIRST = "/spec/template/spec/containers/0"
ROLLED = "deployment/web"
MOUNTED = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
DATA = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
WANTS_DB = container(
    "nc -w 2 db 5432 </dev/null || { echo 'Error: connect ECONNREFUSED db:5432'; exit 1; }", name="main"
)
WAITS_FOR_DB = container(
    "until nc -z -w 1 db 5432; do echo waiting for db:5432; sleep 1; done", name="wait-for-db", readinessProbe=None
)
SLOW_PAGE = (
    "mkdir -p /tmp/www/cgi-bin && printf '#!/bin/sh\\nsleep 3\\nprintf \"Content-Type: text/plain\\\\n\\\\nok\"\\n'"
    " > /tmp/www/cgi-bin/health && chmod +x /tmp/www/cgi-bin/health && exec httpd -f -p 8080 -h /tmp/www"
)
PROJECTED = [{"name": "data", "projected": {"sources": [{"configMap": {"name": "web-conifg"}}]}}]
SCHEDULED_KEY = variable_from("TO", "configMap", "report", "recipient")
DNS = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}


def _patch(body: str) -> tuple[str, ...]:
    return ("patch", ROLLED, "--type=json", "-p", body)


def _cron(name: str, *containers: dict[str, Any], **pod: Any) -> dict[str, Any]:
    job = workload("Job", "x", {"containers": list(containers), **pod})["spec"]
    return plain("batch/v1", "CronJob", name, spec={"schedule": "* * * * *", "jobTemplate": {"spec": job}})


def _budget(name: str, app: str, **bound: Any) -> dict[str, Any]:
    spec = {"selector": {"matchLabels": {"app": app}}, **bound}
    return plain("policy/v1", "PodDisruptionBudget", name, spec=spec)


def _claims(cls: str | None) -> list[dict[str, Any]]:
    spec = claim("x", cls)["spec"]
    return [{"metadata": {"name": "data"}, "spec": spec}]


def _set(name: str, claims: list[dict[str, Any]], *containers: dict[str, Any]) -> dict[str, Any]:
    made = workload("StatefulSet", name, {"containers": list(containers)})
    return {**made, "spec": {**made["spec"], "volumeClaimTemplates": claims}}


FURTHER: tuple[Fault, ...] = (
    Fault(
        "near-env-from",
        "SecretMissing",
        [
            plain("v1", "Secret", "app-settings", stringData={"MODE": "fast"}),
            deployment("web", {**OK, "envFrom": [{"secretRef": {"name": "app-setings"}}]}),
        ],
    ),
    Fault(
        "near-projected",
        "ConfigMapMissing",
        [
            plain("v1", "ConfigMap", "web-config", data={"a": "1"}),
            deployment("web", {**OK, **MOUNTED}, volumes=PROJECTED),
        ],
    ),
    Fault(
        "near-init-key",
        "KeyMissing",
        [
            plain("v1", "ConfigMap", "web", data={"database_url": "x", "mode": "fast"}),
            deployment(
                "web",
                OK,
                initContainers=[
                    container("true", name="migrate", env=[variable_from("URL", "configMap", "web", "databse_url")])
                ],
            ),
        ],
    ),
    Fault(
        "near-class",
        "StorageClassMissing",
        [claim("data", "standrad"), deployment("db", {**OK, **MOUNTED}, volumes=DATA)],
    ),
    Fault("near-class-set", "StorageClassMissing", [_set("db", _claims("standart"), {**OK, **MOUNTED})]),
    Fault(
        "near-tls",
        "TlsSecretMissing",
        [
            plain("v1", "Secret", "shop-tls", type="kubernetes.io/tls", stringData={"tls.crt": "x", "tls.key": "x"}),
            deployment("web", OK),
            service("web"),
            ingress("web", "web", tls="shop-tsl"),
        ],
    ),
    Fault(
        "tls-without-certificate",
        "TlsSecretMissing",
        [
            plain("v1", "Secret", "shop-tls", stringData={"password": "x"}),
            deployment("web", OK),
            service("web"),
            ingress("web", "web", tls="shop-tls"),
        ],
    ),
    Fault(
        "budgets-overlap",
        "PdbBlocking",
        [
            deployment("web", OK, replicas=2),
            _budget("web", "web", minAvailable=1),
            _budget("web-too", "web", maxUnavailable=1),
        ],
    ),
    Fault(
        "budget-percent",
        "PdbBlocking",
        [workload("StatefulSet", "db", {"containers": [OK]}), _budget("db", "db", minAvailable="100%")],
    ),
    Fault(
        "hpa-sidecar",
        "HpaInactive",
        [
            deployment(
                "web",
                {**OK, "resources": {"requests": {"cpu": "20m"}}},
                container("sleep 9999", name="shipper"),
            ),
            autoscaler("web", 4, 70),
        ],
        seconds=90,
    ),
    Fault(
        "cron-key",
        "KeyMissing",
        [
            plain("v1", "ConfigMap", "report", data={"recipients": "all"}),
            _cron("report", container(env=[SCHEDULED_KEY])),
        ],
        seconds=120,
    ),
    Fault(
        "cron-account",
        "ServiceAccountMissing",
        [_cron("report", container("true"), serviceAccountName="reporter")],
        seconds=120,
    ),
    Fault(
        "egress-port",
        "NetworkPolicyBlocks",
        [
            API,
            service("api"),
            deployment(
                "web",
                container(
                    "while true; do wget -q -T 2 -O /dev/null http://api/healthz || echo 'connect to api:80 timed out';"
                    " sleep 1; done"
                ),
            ),
            network_policy(
                "web-out",
                {"app": "web"},
                policyTypes=["Egress"],
                egress=[DNS, {"to": [{"podSelector": {"matchLabels": {"app": "api"}}}], "ports": [{"port": 80}]}],
            ),
        ],
        seconds=90,
    ),
    Fault(
        "chain-init",
        "ServiceSelectorMismatch",
        [
            deployment("db", OK),
            service("db", {"app": "bd"}, port=5432),
            deployment("web", OK, initContainers=[WAITS_FOR_DB]),
            service("web"),
        ],
    ),
    Fault(
        "chain-claim",
        "StorageClassMissing",
        [
            claim("data", "fast-nvme"),
            deployment("db", {**OK, **MOUNTED}, volumes=DATA),
            service("db", port=5432),
            deployment("api", WANTS_DB),
            service("api"),
            ingress("shop", "api"),
        ],
    ),
    Fault(
        "chain-ingress",
        "ServiceSelectorMismatch",
        [deployment("web", OK, replicas=2), service("web", {"app": "Web"}), ingress("shop", "web")],
    ),
    Fault(
        "sidecar-native",
        "CrashLoop",
        [
            deployment(
                "web",
                OK,
                initContainers=[
                    container("echo 'proxy: bad listener address'; exit 3", name="proxy", restartPolicy="Always")
                ],
            )
        ],
    ),
    Fault(
        "quota-rollout",
        "QuotaExceeded",
        [plain("v1", "ResourceQuota", "team", spec={"hard": {"pods": "2"}}), deployment("web", OK, replicas=2)],
        (("set", "env", ROLLED, "RELEASE=2"),),
        ROLLED,
    ),
    Fault(
        "quota-claims",
        "QuotaExceeded",
        [
            plain("v1", "ResourceQuota", "disks", spec={"hard": {"persistentvolumeclaims": "0"}}),
            _set("db", _claims(None), {**OK, **MOUNTED}),
        ],
    ),
    Fault(
        "two-far-apart",
        "ServicePortMismatch",
        [
            API,
            service("api", target=9000),
            deployment("worker", container("sleep 999", envFrom=[{"secretRef": {"name": "queue-login"}}])),
        ],
    ),
    Fault(
        "three",
        "OOMKilled",
        [
            deployment("web", container(image="busybox:1.37-does-not-exist")),
            deployment("cache", container(EAT, resources=MEMORY)),
            deployment("api", container(ports=PORT, readinessProbe=http_probe(9090))),
        ],
    ),
    Fault("priority", "AdmissionDenied", [deployment("web", OK, priorityClassName="shop-critical")]),
    Fault("runtime-class", "AdmissionDenied", [deployment("web", OK, runtimeClassName="sandboxed")]),
    Fault(
        "port-taken",
        "CrashLoop",
        [deployment("web", OK, container(HTTPD, name="second"))],
    ),
    Fault(
        "host-port",
        "Unschedulable.Resources",
        [deployment("web", {**OK, "ports": [{"containerPort": 8080, "hostPort": 28471}]}, replicas=2)],
    ),
    Fault("not-executable", "CommandInvalid", [deployment("web", {**container(""), "command": ["/etc/hosts"]})]),
    Fault("job-oom", "OOMKilled", [workload("Job", "load", {"containers": [container(EAT, resources=MEMORY)]})]),
    Fault(
        "env-node",
        "EnvironmentMissing",
        [
            deployment(
                "web",
                container(
                    "echo 'Error: Missing required environment variables: STRIPE_KEY, STRIPE_HOOK';"
                    " echo '    at Object.<anonymous> (/app/config.js:12:9)'; exit 1"
                ),
            )
        ],
    ),
    Fault(
        "init-rollout",
        "InitFailed",
        [deployment("web", OK, replicas=2), service("web")],
        (
            _patch(
                '[{"op":"add","path":"/spec/template/spec/initContainers","value":[{"name":"migrate","image":'
                f'"{OK["image"]}","imagePullPolicy":"IfNotPresent","command":["sh","-c",'
                '"echo no such table; exit 4"]}]}]'
            ),
        ),
        ROLLED,
    ),
    Fault(
        "key-rollout",
        "KeyMissing",
        [plain("v1", "Secret", "login", stringData={"user": "x"}), deployment("web", OK, replicas=2)],
        (
            _patch(
                f'[{{"op":"add","path":"{FIRST}/env","value":[{{"name":"PASS","valueFrom":{{"secretKeyRef":'
                '{"name":"login","key":"token"}}}]}]'
            ),
        ),
        ROLLED,
    ),
    Fault(
        "full-scratch",
        "Evicted",
        [
            deployment(
                "scratch",
                container("dd if=/dev/zero of=/data/x bs=1M count=40; sleep 999", **MOUNTED),
                volumes=[{"name": "data", "emptyDir": {"sizeLimit": "5Mi"}}],
            )
        ],
        seconds=150,
    ),
    Fault(
        "slow-answer",
        "ProbeFailing",
        [
            deployment(
                "web",
                container(
                    SLOW_PAGE,
                    ports=PORT,
                    readinessProbe=http_probe(path="/cgi-bin/health", timeoutSeconds=1),
                ),
            )
        ],
        seconds=90,
    ),
    Fault(
        "daemon-probe",
        "ProbeMisconfigured",
        [workload("DaemonSet", "agent", {"containers": [container(ports=PORT, readinessProbe=http_probe(8081))]})],
    ),
    Fault(
        "init-image",
        "ImageNotFound",
        [deployment("web", OK, initContainers=[container("true", name="migrate", image="busybox:1.37-migrtions")])],
    ),
    Fault(
        "exec-missing",
        "ProbeMisconfigured",
        [
            deployment(
                "web",
                container(
                    ports=PORT,
                    readinessProbe={"exec": {"command": ["grpc_health_probe", "-addr=:8080"]}, "periodSeconds": 2},
                ),
            )
        ],
        seconds=90,
    ),
    Fault(
        "deny-all",
        "NetworkPolicyBlocks",
        [
            API,
            service("api"),
            deployment(
                "web",
                container(
                    "while true; do wget -q -T 2 -O /dev/null http://api/healthz"
                    " || echo 'upstream api:80: i/o timeout'; sleep 1; done"
                ),
            ),
            plain(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                "default-deny",
                spec={"podSelector": {}, "policyTypes": ["Ingress"]},
            ),
        ],
        seconds=90,
    ),
    Fault(
        "memory-volume",
        "OOMKilled",
        [
            deployment(
                "cache",
                container("exec dd if=/dev/zero of=/data/x bs=1M count=64", resources=MEMORY, **MOUNTED),
                volumes=[{"name": "data", "emptyDir": {"medium": "Memory"}}],
            )
        ],
    ),
    Fault(
        "limit-ratio",
        "LimitRangeViolated",
        [
            plain(
                "v1",
                "LimitRange",
                "bounds",
                spec={"limits": [{"type": "Container", "maxLimitRequestRatio": {"memory": "2"}}]},
            ),
            workload(
                "StatefulSet",
                "db",
                {"containers": [{**OK, "resources": {"requests": {"memory": "8Mi"}, "limits": {"memory": "64Mi"}}}]},
            ),
        ],
    ),
    Fault(
        "shared-claim",
        "VolumeUnbound",
        [
            {
                **(shared := claim("data")),
                "spec": {**shared["spec"], "storageClassName": "", "accessModes": ["ReadWriteMany"]},
            },
            deployment("web", {**OK, **MOUNTED}, replicas=2, volumes=DATA),
        ],
        seconds=90,
    ),
    Fault(
        "stuck-pod",
        "FinalizerStuck",
        [
            {
                **(held := bare_pod("held", container("sleep 999"))),
                "metadata": {**held["metadata"], "finalizers": ["example.com/drain"]},
            }
        ],
        (("delete", "pod", "held", "--wait=false", "--grace-period=1"),),
        seconds=120,
    ),
    Fault(
        "chain-three",
        "SecretMissing",
        [
            deployment("db", {**OK, "envFrom": [{"secretRef": {"name": "db-login"}}]}),
            service("db", port=5432),
            deployment("api", WANTS_DB),
            service("api"),
            deployment("web", OK, initContainers=[container("until nc -z -w 1 api 80; do sleep 1; done", name="wait")]),
            ingress("shop", "api"),
        ],
    ),
    Fault(
        "set-rollout",
        "ProbeMisconfigured",
        [workload("StatefulSet", "db", {"containers": [OK]})],
        (
            (
                "patch",
                "statefulset/db",
                "--type=json",
                "-p",
                f'[{{"op":"replace","path":"{FIRST}/readinessProbe/httpGet/path","value":"/ready"}}]',
            ),
        ),
        "statefulset/db",
        seconds=90,
    ),
    Fault(
        "sidecar-key",
        "KeyMissing",
        [
            plain("v1", "ConfigMap", "shipper", data={"endpoint": "x"}),
            deployment(
                "web",
                OK,
                container("sleep 999", name="shipper", env=[variable_from("TO", "configMap", "shipper", "endpiont")]),
            ),
            service("web"),
        ],
    ),
)
