"""Faults of kinds that the corpus of the tests does not hold: the same causes from other sides, chains, two at once."""

from typing import Any

from cluster.kora_diagnose.builders import (
    API,
    EAT,
    HTTPD,
    MEMORY,
    OK,
    PORT,
    Fault,
    bare_pod,
    broken_webhook,
    claim,
    container,
    deployment,
    ingress,
    network_policy,
    plain,
    service,
    variable_from,
    workload,
)

FIRST = "/spec/template/spec/containers/0"


def _named(item: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {**item, "metadata": {**item["metadata"], **metadata}}


def _cron(name: str, job: dict[str, Any], schedule: str = "* * * * *", **spec: Any) -> dict[str, Any]:
    return plain("batch/v1", "CronJob", name, spec={"schedule": schedule, "jobTemplate": {"spec": job["spec"]}, **spec})


def _scaler(name: str, target: str, metric: dict[str, Any]) -> dict[str, Any]:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}
    spec = {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": reference, "metrics": [metric]}
    return plain("autoscaling/v2", "HorizontalPodAutoscaler", name, spec=spec)


def _cpu(percent: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _patch(what: str, body: str) -> tuple[str, ...]:
    return ("patch", what, "--type=json", "-p", body)


def _stateful(name: str, *containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return workload("StatefulSet", name, {"containers": list(containers), **more})


EACH_FIVE = {"type": "AverageValue", "averageValue": "5"}
ITEMS = [{"name": "etc", "configMap": {"name": "web", "items": [{"key": "app.yml", "path": "app.yml"}]}}]
CALLS_KUBERNETES = container(
    "wget -q -O - --no-check-certificate https://kubernetes.default/api/v1/namespaces/default/pods "
    '|| echo \'pods is forbidden: User "system:serviceaccount:default:web" cannot list resource "pods" in API group'
    ' ""\'; exit 1'
)
WANTS_DB = container(
    "nc -w 2 db 5432 </dev/null || { echo 'dial tcp: connect to db:5432: connection refused'; exit 1; }"
)
NEW_FLAGS = '{"configMapRef":{"name":"flags-v2"}}'
ROLLED = "deployment/web"
SPREAD = [
    {
        "maxSkew": 1,
        "topologyKey": "example.com/rack",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
    }
]

VARIANTS: tuple[Fault, ...] = (
    Fault(
        "init-command",
        "CommandInvalid",
        [deployment("web", OK, initContainers=[{**container(""), "name": "prepare", "command": ["migrat", "up"]}])],
    ),
    Fault(
        "readiness-moved",
        "ProbeMisconfigured",
        [deployment("web", OK, replicas=2), service("web")],
        (_patch(ROLLED, f'[{{"op":"replace","path":"{FIRST}/readinessProbe/httpGet/path","value":"/status/ready"}}]'),),
        ROLLED,
    ),
    Fault(
        "volume-item",
        "KeyMissing",
        [
            plain("v1", "ConfigMap", "web", data={"app.yaml": "a: 1"}),
            deployment("web", container(volumeMounts=[{"name": "etc", "mountPath": "/etc/web"}]), volumes=ITEMS),
        ],
    ),
    Fault("target-name", "ServicePortMismatch", [deployment("web", OK), service("web", target="https")]),
    Fault(
        "ingress-name",
        "IngressBackendMissing",
        [deployment("web", OK), service("web"), _named(ingress("shop", "web", port=8443))],
    ),
    Fault(
        "cron-image",
        "ImageNotFound",
        [_cron("report", workload("Job", "x", {"containers": [container(image="reporter:no-such")]}))],
        seconds=120,
    ),
    Fault(
        "cron-fails",
        "JobFailed",
        [_cron("report", workload("Job", "x", {"containers": [container("echo 'no such table: sales'; exit 2")]}))],
        seconds=120,
    ),
    Fault("hpa-no-requests", "HpaInactive", [deployment("web", OK), _scaler("web", "web", _cpu(50))]),
    Fault(
        "hpa-metric",
        "HpaInactive",
        [
            deployment("web", OK),
            _scaler(
                "web",
                "web",
                {
                    "type": "Pods",
                    "pods": {
                        "metric": {"name": "queue_length"},
                        "target": {"type": "AverageValue", "averageValue": "5"},
                    },
                },
            ),
        ],
    ),
    Fault(
        "pdb-zero",
        "PdbBlocking",
        [
            deployment("web", OK),
            plain(
                "policy/v1",
                "PodDisruptionBudget",
                "web",
                spec={"maxUnavailable": 0, "selector": {"matchLabels": {"app": "web"}}},
            ),
        ],
    ),
    Fault(
        "quota-cpu",
        "QuotaExceeded",
        [
            plain("v1", "ResourceQuota", "cpu", spec={"hard": {"requests.cpu": "100m"}}),
            deployment("web", {**OK, "resources": {"requests": {"cpu": "80m"}}}, replicas=2),
        ],
    ),
    Fault(
        "spread",
        "Unschedulable.Affinity",
        [deployment("web", OK, topologySpreadConstraints=SPREAD)],
    ),
    Fault(
        "dns-policy",
        "DnsBlocked",
        [
            API,
            service("api"),
            deployment(
                "web",
                container(
                    'while true; do nslookup -type=a api >/dev/null 2>&1 || echo "dial tcp: lookup api: i/o timeout";'
                    " sleep 1; done"
                ),
            ),
            network_policy("no-way-out", {"app": "web"}, policyTypes=["Egress"], egress=[]),
        ],
    ),
    Fault(
        "webhook-label",
        "WebhookUnavailable",
        [broken_webhook("kora-eval-nobody", "kora-eval-guarded"), _stateful("db", OK)],
        labels={"kora-eval-guarded": "yes"},
    ),
    Fault(
        "finalizer-claim",
        "FinalizerStuck",
        [_named(claim("old"), finalizers=["example.com/snapshot"])],
        (("delete", "pvc", "old", "--wait=false"),),
    ),
    Fault(
        "oom-sidecar-set",
        "OOMKilled",
        [_stateful("db", OK, container(EAT, name="backup", resources=MEMORY))],
    ),
    Fault(
        "job-retries",
        "JobFailed",
        [
            {
                **(job := workload("Job", "load", {"containers": [container("echo 'cannot parse line 3'; exit 1")]})),
                "spec": {**job["spec"], "backoffLimit": 1},
            }
        ],
        seconds=120,
    ),
    Fault(
        "selector-version",
        "ServiceSelectorMismatch",
        [
            deployment("web", OK, labels={"app": "web", "release": "v2"}),
            service("web", {"app": "web", "release": "v1"}),
        ],
    ),
    Fault(
        "rbac",
        "PermissionDenied",
        [plain("v1", "ServiceAccount", "web"), deployment("web", CALLS_KUBERNETES, serviceAccountName="web")],
    ),
    Fault(
        "chain-secret",
        "SecretMissing",
        [
            deployment("db", container(ports=PORT, env=[variable_from("PASS", "secret", "db-login", "password")])),
            service("db", port=5432, target=8080),
            deployment("web", WANTS_DB),
        ],
    ),
    Fault(
        "two",
        "ImageNotFound",
        [
            deployment("web", container(image="busybox:no-such-tag-9")),
            deployment("worker", container("echo 'panic: nil map'; exit 2")),
        ],
    ),
    Fault(
        "command-rollout",
        "CommandInvalid",
        [deployment("web", OK, replicas=2), service("web")],
        (_patch(ROLLED, f'[{{"op":"replace","path":"{FIRST}/command","value":["http-server","-p","8080"]}}]'),),
        ROLLED,
    ),
    Fault(
        "crash-rollout",
        "CrashLoop",
        [deployment("web", OK, replicas=2), service("web")],
        (
            _patch(
                ROLLED,
                f'[{{"op":"replace","path":"{FIRST}/command","value":["sh","-c","echo fatal: bad flag; exit 1"]}}]',
            ),
        ),
        ROLLED,
    ),
    Fault(
        "image-rollout-set",
        "ImageNotFound",
        [_stateful("db", OK)],
        (("set", "image", "statefulset/db", "main=busybox:1.37-nope"),),
        "statefulset/db",
    ),
    Fault(
        "config-rollout",
        "ConfigMapMissing",
        [deployment("web", OK, replicas=2)],
        (
            _patch(
                ROLLED, f'[{{"op":"add","path":"{FIRST}/envFrom","value":[{{"configMapRef":{{"name":"flags-v2"}}}}]}}]'
            ),
        ),
        ROLLED,
    ),
    Fault(
        "selector-rollout",
        "Unschedulable.NodeSelector",
        [deployment("web", OK)],
        (_patch(ROLLED, '[{"op":"add","path":"/spec/template/spec/nodeSelector","value":{"gpu":"a100"}}]'),),
        ROLLED,
    ),
    Fault(
        "resources-rollout",
        "Unschedulable.Resources",
        [deployment("web", OK)],
        (("set", "resources", ROLLED, "--requests=memory=900Gi"),),
        ROLLED,
    ),
    Fault(
        "live-kills",
        "ProbeMisconfigured",
        [deployment("web", container(ports=PORT, livenessProbe={"tcpSocket": {"port": 9999}, "periodSeconds": 2}))],
    ),
    Fault("bare-crash", "CrashLoop", [bare_pod("importer", container("echo 'cannot open dump.sql'; sleep 1; exit 1"))]),
    Fault(
        "claim-of-pod",
        "StorageClassMissing",
        [
            {
                **(db := _stateful("db", container(volumeMounts=[{"name": "data", "mountPath": "/d"}]))),
                "spec": {
                    **db["spec"],
                    "volumeClaimTemplates": [
                        {
                            "metadata": {"name": "data"},
                            "spec": {
                                "storageClassName": "premium-ssd",
                                "accessModes": ["ReadWriteOnce"],
                                "resources": {"requests": {"storage": "10Mi"}},
                            },
                        }
                    ],
                },
            }
        ],
    ),
    Fault(
        "subpath",
        "MountFailed",
        [
            deployment(
                "web",
                container(volumeMounts=[{"name": "c", "mountPath": "/c"}]),
                volumes=[{"name": "c", "csi": {"driver": "files.csi.example.com"}}],
            )
        ],
        seconds=150,
    ),
    Fault(
        "secret-volume",
        "SecretMissing",
        [
            _stateful(
                "db",
                container(volumeMounts=[{"name": "tls", "mountPath": "/tls"}]),
                volumes=[{"name": "tls", "secret": {"secretName": "db-tls"}}],
            )
        ],
    ),
    Fault(
        "oom-init",
        "OOMKilled",
        [deployment("web", OK, initContainers=[container(EAT, name="warm", resources=MEMORY)])],
    ),
    Fault(
        "wrong-app-port",
        "ServicePortMismatch",
        [
            deployment(
                "web",
                container(HTTPD.replace("-p 8080", "-p 3000"), ports=[{"containerPort": 3000}]),
            ),
            service("web", target=8080),
        ],
    ),
    Fault(
        "psa-rollout",
        "AdmissionDenied",
        [deployment("web", OK)],
        (_patch(ROLLED, '[{"op":"add","path":"/spec/template/spec/hostNetwork","value":true}]'),),
        ROLLED,
        labels={"pod-security.kubernetes.io/enforce": "baseline"},
    ),
    Fault(
        "ephemeral",
        "Unschedulable.Resources",
        [deployment("web", container(resources={"requests": {"ephemeral-storage": "90Ti"}}))],
    ),
    Fault(
        "extended",
        "Unschedulable.Resources",
        [deployment("trainer", container(resources={"limits": {"nvidia.com/gpu": "1"}}))],
    ),
)
