"""Faults for a real cluster: each a set of objects with exactly one thing wrong, and the cause that must be named.

Everything runs from one small image (`KORA_TEST_IMAGE`, default busybox:1.37) that the nodes hold already.
"""

from cluster.kora_diagnose.builders import (
    API,
    CALLS_API,
    EAT,
    HTTPD,
    HTTPS,
    IMAGE,
    MEMORY,
    OK,
    PORT,
    Fault,
    autoscaler,
    bare_pod,
    broken_webhook,
    claim,
    container,
    deployment,
    expired_secret,
    http_probe,
    ingress,
    network_policy,
    plain,
    release_of,
    service,
    variable_from,
    workload,
)

FAULTS = (
    Fault("oom", "OOMKilled", [deployment("cache", container(EAT, resources=MEMORY))]),
    Fault("oom-sidecar", "OOMKilled", [deployment("two", OK, container(EAT, name="side", resources=MEMORY))]),
    Fault("crash", "CrashLoop", [deployment("web", container("echo 'ValueError: bad port range'; exit 3"))]),
    Fault(
        "crash-set",
        "CrashLoop",
        [workload("StatefulSet", "db", {"containers": [container("sleep 1; echo panic: corrupt index; exit 2")]})],
    ),
    Fault("crash-done", "CrashLoop", [deployment("daemon", container("echo started; sleep 1"))]),
    Fault(
        "command",
        "CommandInvalid",
        [deployment("web", {"name": "main", "image": IMAGE, "command": ["serve-all"], "args": ["--port", "80"]})],
    ),
    Fault(
        "command-shell",
        "CommandInvalid",
        [workload("DaemonSet", "agent", {"containers": [container("gunicorm app:main")]})],
    ),
    Fault(
        "command-folder",
        "CommandInvalid",
        [deployment("web", {"name": "main", "image": IMAGE, "command": ["/srv/run.sh"]})],
    ),
    Fault(
        "init",
        "InitFailed",
        [
            deployment(
                "web",
                OK,
                initContainers=[container("echo migration 7 failed: duplicate column; exit 1", name="migrate")],
            )
        ],
    ),
    Fault("image", "ImageNotFound", [deployment("web", container(image="busybox:no-such-tag-9"))]),
    Fault(
        "image-rollout",
        "ImageNotFound",
        [deployment("web", OK, replicas=2)],
        (("set", "image", "deployment/web", "main=busybox:1.37x"),),
        "deployment/web",
    ),
    Fault(
        "image-denied",
        "ImagePullDenied",
        [deployment("web", container(image="registry.example.com/team/app:1"), imagePullSecrets=[{"name": "regcred"}])],
    ),
    Fault("image-never", "ImageNeverPull", [deployment("web", container(image="shop-web:7", imagePullPolicy="Never"))]),
    Fault("image-name", "ImageNameInvalid", [deployment("web", container(image="Shop/Web::7"))]),
    Fault(
        "config-map",
        "ConfigMapMissing",
        [
            plain("v1", "ConfigMap", "web-config", data={"A": "1"}),
            deployment("web", container(envFrom=[{"configMapRef": {"name": "web-confg"}}], ports=PORT)),
            service("web"),
        ],
    ),
    Fault(
        "config-volume",
        "ConfigMapMissing",
        [
            deployment(
                "web",
                container(volumeMounts=[{"name": "etc", "mountPath": "/etc/web"}]),
                volumes=[{"name": "etc", "configMap": {"name": "nginx-conf"}}],
            )
        ],
    ),
    Fault(
        "secret",
        "SecretMissing",
        [deployment("web", container(env=[variable_from("TOKEN", "secret", "web-token", "token")]))],
    ),
    Fault(
        "secret-job",
        "SecretMissing",
        [workload("Job", "load", {"containers": [container("true", envFrom=[{"secretRef": {"name": "loader"}}])]})],
    ),
    Fault(
        "key",
        "KeyMissing",
        [
            plain("v1", "ConfigMap", "web", data={"LOG_LEVEL": "info"}),
            deployment("web", container(env=[variable_from("LOG", "configMap", "web", "LOGLEVEL")])),
        ],
    ),
    Fault(
        "key-secret",
        "KeyMissing",
        [
            plain("v1", "Secret", "db", stringData={"password": "x"}),
            deployment("web", container(env=[variable_from("PASS", "secret", "db", "passwrd")])),
        ],
    ),
    Fault(
        "environment",
        "EnvironmentMissing",
        [deployment("web", container('echo "starting"; : "${PAYMENT_URL:?is not set}"; sleep 999'))],
    ),
    Fault(
        "environment-python",
        "EnvironmentMissing",
        [
            deployment(
                "web",
                container(
                    "echo Traceback '(most recent call last):'; echo \"KeyError: 'REDIS_URL'\"; exit 1",
                    env=[{"name": "REDIS_URI", "value": "x"}],
                ),
            )
        ],
    ),
    Fault(
        "resources", "Unschedulable.Resources", [deployment("big", container(resources={"requests": {"cpu": "900"}}))]
    ),
    Fault(
        "memory",
        "Unschedulable.Resources",
        [workload("StatefulSet", "big", {"containers": [container(resources={"requests": {"memory": "9000Gi"}})]})],
    ),
    Fault("selector", "Unschedulable.NodeSelector", [deployment("web", nodeSelector={"disktype": "ssd"})]),
    Fault(
        "affinity",
        "Unschedulable.Affinity",
        [
            deployment(
                "web",
                replicas=20,
                affinity={
                    "podAntiAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/os"}
                        ]
                    }
                },
            )
            | {}
        ],
    ),
    Fault(
        "node-affinity",
        "Unschedulable.Affinity",
        [
            deployment(
                "web",
                affinity={
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [
                                {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["mars"]}]}
                            ]
                        }
                    }
                },
            )
        ],
    ),
    Fault(
        "storage-class",
        "StorageClassMissing",
        [
            claim("data", "standrad"),
            deployment(
                "db",
                container(volumeMounts=[{"name": "d", "mountPath": "/d"}]),
                volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}],
            ),
            service("db"),
        ],
    ),
    Fault(
        "no-claim",
        "VolumeUnbound",
        [
            deployment(
                "db",
                container(volumeMounts=[{"name": "d", "mountPath": "/d"}]),
                volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "db-data"}}],
            )
        ],
    ),
    Fault(
        "static-claim",
        "VolumeUnbound",
        [
            claim("data", ""),
            deployment(
                "db",
                container(volumeMounts=[{"name": "d", "mountPath": "/d"}]),
                volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}],
            ),
        ],
    ),
    Fault(
        "full", "VolumeFull", [deployment("db", container("echo 'write /data/wal: No space left on device'; exit 1"))]
    ),
    Fault(
        "mount",
        "MountFailed",
        [
            deployment(
                "web",
                container(volumeMounts=[{"name": "d", "mountPath": "/d"}]),
                volumes=[{"name": "d", "hostPath": {"path": "/no/such/folder", "type": "Directory"}}],
            )
        ],
    ),
    Fault(
        "probe-port",
        "ProbeMisconfigured",
        [deployment("web", container(ports=PORT, readinessProbe=http_probe(9090))), service("web")],
    ),
    Fault(
        "probe-path",
        "ProbeMisconfigured",
        [deployment("web", container(ports=PORT, readinessProbe=http_probe(path="/helthz")))],
    ),
    Fault(
        "probe-live-path",
        "ProbeMisconfigured",
        [deployment("web", container(ports=PORT, livenessProbe=http_probe(path="/alive")))],
    ),
    Fault(
        "probe-live-port",
        "ProbeMisconfigured",
        [deployment("web", container(ports=PORT, readinessProbe=http_probe(), livenessProbe=http_probe(8081)))],
    ),
    Fault(
        "probe-tcp",
        "ProbeMisconfigured",
        [
            workload(
                "StatefulSet",
                "db",
                {
                    "containers": [
                        container(ports=PORT, readinessProbe={"tcpSocket": {"port": 5432}, "periodSeconds": 2})
                    ]
                },
            )
        ],
    ),
    Fault(
        "probe-exec",
        "ProbeFailing",
        [
            deployment(
                "web",
                container(
                    readinessProbe={
                        "exec": {"command": ["cat", "/tmp/ready"]},
                        "periodSeconds": 2,
                        "failureThreshold": 2,
                    }
                ),
            )
        ],
        seconds=90,
    ),
    Fault(
        "startup",
        "StartupSlow",
        [
            deployment(
                "web",
                container("echo warming up; sleep 600", ports=PORT, livenessProbe=http_probe(initialDelaySeconds=1)),
            )
        ],
    ),
    Fault(
        "rollout",
        "RolloutStuck",
        [deployment("web", container("sleep 600"), minReadySeconds=None)],
        (
            (
                "patch",
                "deployment/web",
                "-p",
                '{"spec":{"progressDeadlineSeconds":11,"minReadySeconds":10,"template":{"spec":{"readinessGates":[{"conditionType":"example.com/never"}]}}}}',
            ),
        ),
    ),
    Fault(
        "quota",
        "QuotaExceeded",
        [plain("v1", "ResourceQuota", "small", spec={"hard": {"pods": "1"}}), deployment("web", replicas=3)],
    ),
    Fault(
        "quota-limits",
        "QuotaExceeded",
        [
            plain("v1", "ResourceQuota", "compute", spec={"hard": {"limits.memory": "1Gi"}}),
            workload("StatefulSet", "db", {"containers": [container()]}),
        ],
    ),
    Fault(
        "limits",
        "LimitRangeViolated",
        [
            plain("v1", "LimitRange", "bounds", spec={"limits": [{"type": "Container", "max": {"memory": "16Mi"}}]}),
            deployment("web", container(resources={"limits": {"memory": "64Mi"}})),
        ],
    ),
    Fault("account", "ServiceAccountMissing", [deployment("web", serviceAccountName="web-sa"), service("web")]),
    Fault(
        "account-set",
        "ServiceAccountMissing",
        [workload("StatefulSet", "db", {"serviceAccountName": "db", "containers": [container()]})],
    ),
    Fault(
        "admission",
        "AdmissionDenied",
        [deployment("web", container(securityContext={"privileged": True}))],
        labels={"pod-security.kubernetes.io/enforce": "baseline"},
    ),
    Fault("not-root", "SecurityContextDenied", [deployment("web", container(securityContext={"runAsNonRoot": True}))]),
    Fault(
        "read-only",
        "PermissionDenied",
        [
            deployment(
                "web",
                container("mkdir /cache || exit 1; sleep 999", securityContext={"readOnlyRootFilesystem": True}),
            )
        ],
    ),
    Fault(
        "rights",
        "PermissionDenied",
        [
            deployment(
                "web", container("echo x > /etc/web.conf || exit 1; sleep 999", securityContext={"runAsUser": 1000})
            )
        ],
    ),
    Fault(
        "dependency",
        "DependencyUnreachable",
        [deployment("web", container("wget -q -T 2 -O - http://orders:8080/ || exit 1"))],
    ),
    Fault(
        "dependency-refused",
        "DependencyUnreachable",
        [
            deployment(
                "web",
                container(
                    "nc -w 2 127.0.0.1 6379 < /dev/null || { echo 'Error 111 connecting to"
                    " redis.example.com:6379. Connection refused.'; exit 1; }"
                ),
            )
        ],
    ),
    Fault(
        "dependency-root",
        "ImageNotFound",
        [
            deployment("db", container(image="postgers:17", ports=PORT)),
            service("db", port=5432),
            deployment(
                "web",
                container(
                    "nc -w 2 db 5432 </dev/null || { echo 'connect to db port 5432 (tcp) failed: Connection"
                    " refused'; exit 1; }"
                ),
            ),
        ],
    ),
    Fault(
        "dns",
        "DnsBlocked",
        [
            API,
            service("api"),
            deployment("web", CALLS_API),
            network_policy(
                "closed",
                {"app": "web"},
                policyTypes=["Egress"],
                egress=[{"to": [{"podSelector": {"matchLabels": {"app": "api"}}}]}],
            ),
        ],
    ),
    Fault(
        "policy",
        "NetworkPolicyBlocks",
        [
            API,
            service("api"),
            deployment("web", CALLS_API),
            network_policy(
                "closed",
                {"app": "api"},
                policyTypes=["Ingress"],
                ingress=[{"from": [{"podSelector": {"matchLabels": {"role": "admin"}}}]}],
            ),
        ],
    ),
    Fault(
        "endpoints",
        "ServiceNoEndpoints",
        [deployment("web", OK), service("web"), service("metrics", {"component": "exporter"})],
    ),
    Fault(
        "service-selector",
        "ServiceSelectorMismatch",
        [deployment("shop-web", OK), service("shop-web", {"app": "shopweb"})],
    ),
    Fault("service-port", "ServicePortMismatch", [deployment("web", OK), service("web", target=8081)]),
    Fault("service-name", "ServicePortMismatch", [deployment("web", OK), service("web", target="web")]),
    Fault(
        "ingress-class",
        "IngressClassMissing",
        [deployment("web", OK), service("web"), ingress("web", "web", cls="ngnix")],
    ),
    Fault("ingress-backend", "IngressBackendMissing", [deployment("web", OK), service("web"), ingress("web", "webb")]),
    Fault(
        "ingress-port",
        "IngressBackendMissing",
        [deployment("web", OK), service("web"), ingress("web", "web", port=8080)],
    ),
    Fault("tls", "TlsSecretMissing", [deployment("web", OK), service("web"), ingress("web", "web", tls="web-tls")]),
    Fault(
        "certificate",
        "CertificateExpired",
        [deployment("web", OK), service("web"), expired_secret("web-tls"), ingress("web", "web", tls="web-tls")],
    ),
    Fault(
        "job",
        "JobFailed",
        [workload("Job", "load", {"containers": [container("echo 'Error: row 7 is not a number'; exit 4")]})],
    ),
    Fault(
        "job-late",
        "JobFailed",
        [
            {
                **workload("Job", "load", {"containers": [container("sleep 99")]}),
                "spec": {
                    **workload("Job", "load", {"containers": [container("sleep 99")]})["spec"],
                    "activeDeadlineSeconds": 4,
                },
            }
        ],
    ),
    Fault(
        "cron",
        "CronJobInvalid",
        [
            plain(
                "batch/v1",
                "CronJob",
                "report",
                spec={
                    "schedule": "0 6 31 2 *",
                    "jobTemplate": {"spec": workload("Job", "x", {"containers": [container("true")]})["spec"]},
                },
            )
        ],
    ),
    Fault(
        "cron-off",
        "CronJobSuspended",
        [
            plain(
                "batch/v1",
                "CronJob",
                "report",
                spec={
                    "suspend": True,
                    "schedule": "0 6 * * *",
                    "jobTemplate": {"spec": workload("Job", "x", {"containers": [container("true")]})["spec"]},
                },
            )
        ],
    ),
    Fault(
        "hpa",
        "HpaInactive",
        [
            deployment("web", OK),
            autoscaler("web", 3, 60),
        ],
    ),
    Fault(
        "hpa-target",
        "HpaInactive",
        [
            deployment("web", OK),
            plain(
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                "web",
                spec={
                    "maxReplicas": 3,
                    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "wbe"},
                    "metrics": [
                        {
                            "type": "Resource",
                            "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "1"}},
                        }
                    ],
                },
            ),
        ],
    ),
    Fault(
        "pdb",
        "PdbBlocking",
        [
            deployment("web", OK, replicas=2),
            plain(
                "policy/v1",
                "PodDisruptionBudget",
                "web",
                spec={"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}},
            ),
        ],
    ),
    Fault(
        "finalizer",
        "FinalizerStuck",
        [
            {
                **plain("v1", "ConfigMap", "held", data={}),
                "metadata": {"name": "held", "finalizers": ["example.com/clean-up"]},
            }
        ],
        (("delete", "configmap", "held", "--wait=false"),),
    ),
    Fault(
        "evicted",
        "Evicted",
        [
            deployment(
                "scratch",
                container(
                    "dd if=/dev/zero of=/tmp/x bs=1M count=60; sleep 999",
                    resources={"limits": {"ephemeral-storage": "20Mi"}},
                ),
            )
        ],
        seconds=120,
    ),
    Fault(
        "cpu",
        "CpuThrottled",
        [deployment("busy", container("while true; do :; done", resources={"limits": {"cpu": "50m"}}))],
        seconds=150,
    ),
)

CALLS_NOBODY = container("while true; do wget -q -T 2 -O /dev/null http://ordres:8080/; sleep 1; done")
FAULTS += (
    Fault(
        "dependency-running",
        "DependencyUnreachable",
        [deployment("orders", OK), service("orders"), deployment("web", CALLS_NOBODY)],
    ),
    Fault("bare-pod", "ImageNeverPull", [bare_pod("tool", container(image="tools:3", imagePullPolicy="Never"))]),
    Fault(
        "probe-name", "ProbeMisconfigured", [deployment("web", container(ports=PORT, readinessProbe=http_probe("web")))]
    ),
    Fault(
        "probe-scheme",
        "ProbeMisconfigured",
        [deployment("web", container(ports=PORT, readinessProbe={**http_probe(), "httpGet": HTTPS}))],
    ),
    Fault(
        "webhook",
        "WebhookUnavailable",
        [broken_webhook("kora-care-nobody", "kora-care-guarded"), deployment("web", OK)],
        labels={"kora-care-guarded": "yes"},
    ),
    Fault(
        "drift",
        "Drift",
        [release_of(deployment("web", OK)), deployment("web", OK)],
        (("set", "env", "deployment/web", "DEBUG=1"), ("set", "resources", "deployment/web", "--limits=memory=64Mi")),
        "deployment/web",
    ),
)

CONTROLS = (
    Fault(
        "fine",
        "",
        [
            deployment("web", OK, replicas=2),
            service("web"),
            ingress("web", "web"),
            workload("Job", "load", {"containers": [container("echo done")]}),
            deployment("off", OK, replicas=0),
            service("off"),
            claim("data"),
        ],
    ),
    Fault(
        "slow-start",
        "",
        [
            deployment(
                "web",
                container(
                    "sleep 15; " + HTTPD,
                    ports=PORT,
                    readinessProbe=http_probe(failureThreshold=3),
                    startupProbe=http_probe(failureThreshold=60),
                ),
            ),
            service("web"),
        ],
    ),
    Fault("released", "", [release_of(deployment("web", OK)), deployment("web", OK)]),
    Fault(
        "needs-dns",
        "",
        [
            API,
            service("api"),
            deployment("web", CALLS_API),
            network_policy(
                "open",
                {"app": "web"},
                policyTypes=["Egress"],
                egress=[
                    {"to": [{"podSelector": {"matchLabels": {"app": "api"}}}]},
                    {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]},
                ],
            ),
        ],
    ),
)
