"""Healthy look-alikes of faults: each has the marks of one and needs nobody."""

from cluster.kora_diagnose.builders import (
    HTTPD,
    OK,
    PORT,
    Fault,
    bare_pod,
    claim,
    container,
    deployment,
    http_probe,
    ingress,
    network_policy,
    plain,
    service,
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
)
