"""Healthy look-alikes of faults: each has the marks of one and needs nobody."""

from cluster.kora_diagnose.builders import (
    HTTPD,
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

LIMITS = {"requests": {"cpu": "5m", "memory": "8Mi"}, "limits": {"memory": "48Mi"}}
LIKE_AN_ERROR = container(f"echo 'ERROR: cache is cold, 0 errors so far, connection refused is retried'; {HTTPD}")
OPTIONAL = {"name": "FLAGS", "valueFrom": {"configMapKeyRef": {"name": "flags", "key": "all", "optional": True}}}

LOOKALIKES = (
    Fault("like-logs", "", [deployment("web", {**LIKE_AN_ERROR, "ports": PORT, "readinessProbe": http_probe()})]),
    Fault(
        "like-optional",
        "",
        [
            deployment(
                "web",
                {**OK, "env": [OPTIONAL], "volumeMounts": [{"name": "s", "mountPath": "/s"}]},
                volumes=[{"name": "s", "secret": {"secretName": "perhaps", "optional": True}}],
            )
        ],
    ),
    Fault(
        "like-external",
        "",
        [
            plain("v1", "Service", "mail", spec={"type": "ExternalName", "externalName": "mail.example.com"}),
            plain("v1", "Service", "db", spec={"clusterIP": "None", "ports": [{"port": 5432}]}),
            deployment("web", OK),
        ],
    ),
    Fault(
        "like-budget",
        "",
        [
            deployment("web", OK, replicas=2),
            plain(
                "policy/v1",
                "PodDisruptionBudget",
                "web",
                spec={"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
            ),
        ],
    ),
    Fault(
        "like-quota",
        "",
        [
            plain("v1", "ResourceQuota", "team", spec={"hard": {"pods": "2"}}),
            deployment("web", {**OK, "resources": LIMITS}),
        ],
    ),
    Fault(
        "like-once",
        "",
        [
            bare_pod("shell", container("sleep 900")),
            workload("Job", "done", {"containers": [container("echo 'warning: 3 errors were mended'; exit 0")]}),
            plain(
                "batch/v1",
                "CronJob",
                "yearly",
                spec={
                    "schedule": "0 4 1 1 *",
                    "jobTemplate": {"spec": workload("Job", "x", {"containers": [container("true")]})["spec"]},
                },
            ),
        ],
    ),
    Fault(
        "like-blocked",
        "",
        [
            deployment("web", OK),
            deployment("db", OK),
            service("web"),
            service("db"),
            network_policy(
                "db-from-web",
                {"app": "db"},
                policyTypes=["Ingress"],
                ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}],
            ),
        ],
    ),
    Fault(
        "like-parts",
        "",
        [
            deployment("web", OK, labels={"app": "web", "release": "v2"}),
            deployment("web-old", OK, labels={"app": "web", "release": "v1"}),
            service("web", {"app": "web"}),
            ingress("web", "web"),
            claim("spare"),
        ],
    ),
    Fault(
        "like-scaled-away",
        "",
        [deployment("web", OK, replicas=0), service("web"), deployment("worker", container("sleep 900"))],
    ),
    Fault("like-default-class", "", [deployment("web", OK), service("web"), ingress("web", "web", cls=None)]),
    Fault(
        "like-near-names",
        "",
        [
            plain("v1", "ConfigMap", "web-config", data={"mode": "a", "node": "b"}),
            plain("v1", "ConfigMap", "web-configs", data={"mode": "a"}),
            deployment("web", {**OK, "envFrom": [{"configMapRef": {"name": "web-configs"}}]}),
            deployment("webs", {**OK, "env": [variable_from("NODE", "configMap", "web-config", "node")]}),
            service("web"),
            service("webs"),
        ],
    ),
    Fault(
        "like-waiting-init",
        "",
        [
            deployment(
                "db", container(f"sleep 6; {HTTPD}", ports=PORT, readinessProbe=http_probe(failureThreshold=30))
            ),
            service("db"),
            deployment(
                "web",
                OK,
                initContainers=[
                    container("until nc -z -w 1 db 80; do echo waiting for db; sleep 1; done", name="wait")
                ],
            ),
        ],
        seconds=60,
    ),
    Fault(
        "like-native-sidecar",
        "",
        [
            deployment("web", OK, initContainers=[container("exec sleep 9999", name="proxy", restartPolicy="Always")]),
            service("web"),
        ],
    ),
    Fault(
        "like-paused",
        "",
        [deployment("web", OK)],
        (("rollout", "pause", "deployment/web"), ("set", "env", "deployment/web", "RELEASE=2")),
        "deployment/web",
    ),
    Fault(
        "like-rolling",
        "",
        [{**(slow := deployment("web", OK, replicas=2)), "spec": {**slow["spec"], "minReadySeconds": 15}}],
        (("set", "env", "deployment/web", "RELEASE=2"),),
        "deployment/web",
    ),
    Fault(
        "like-retried",
        "",
        [
            workload(
                "Job",
                "load",
                {
                    "restartPolicy": "Never",
                    "containers": [
                        container(
                            "echo 'error: first try, retrying'; echo 'fatal: nothing to do' >&2; exit 0",
                            volumeMounts=[{"name": "state", "mountPath": "/state"}],
                        )
                    ],
                    "volumes": [{"name": "state", "emptyDir": {}}],
                },
            )
        ],
    ),
    Fault(
        "like-open-egress",
        "",
        [
            deployment("api", OK),
            service("api"),
            deployment(
                "web",
                container("while true; do wget -q -T 2 -O /dev/null http://api/healthz || echo cannot; sleep 1; done"),
            ),
            network_policy(
                "web-out",
                {"app": "web"},
                policyTypes=["Egress"],
                egress=[
                    {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]},
                    {"to": [{"podSelector": {"matchLabels": {"app": "api"}}}], "ports": [{"port": 8080}]},
                ],
            ),
        ],
    ),
    Fault(
        "like-fresh-scaler",
        "",
        [
            deployment("web", {**OK, "resources": LIMITS}),
            autoscaler("web", 3, 90),
        ],
    ),
    Fault(
        "like-mended",
        "",
        [
            deployment(
                "web",
                container(
                    f"test -f /state/once || {{ touch /state/once; exit 1; }}; {HTTPD}",
                    ports=PORT,
                    readinessProbe=http_probe(),
                    volumeMounts=[{"name": "state", "mountPath": "/state"}],
                ),
                volumes=[{"name": "state", "emptyDir": {}}],
            )
        ],
        (("label", "deployment/web", "seen=yes"),),
        "deployment/web",
    ),
    Fault(
        "like-suspended",
        "",
        [
            {
                **(parked := workload("Job", "reindex", {"containers": [container("echo done")]})),
                "spec": {**parked["spec"], "suspend": True},
            },
            deployment("web", OK),
        ],
    ),
)
